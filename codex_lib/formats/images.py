"""Pages and covers as somebody wants to see them: smaller, or in another format."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.errors import InvalidError
from codex_lib.formats import limits
from codex_lib.formats.image_decoding import Box, decode_image
from codex_lib.formats.image_headers import exif_orientation, image_header

if TYPE_CHECKING:
    from PIL.Image import Image

Color = tuple[int, int, int]

_OUTPUTS = ("jpeg", "png", "webp", "avif")
_KEPT = _OUTPUTS[:3]  # that every browser shows
_SIDES_PX = dict.fromkeys(_OUTPUTS, limits.SIDE_PX) | {"webp": 16_383}
_LARGEST_PX = 10_000
_BEST_QUALITY = 100
# As good as JPEG at 85 are WebP at 80 and AVIF at 60.
_WEBP_QUALITY_LESS, _AVIF_QUALITY_LESS = 5, 25
_WHITE = (255, 255, 255)


class RenderedImage(NamedTuple):
    """The bytes of an image, their format (jpeg, png, ...) and the size as shown."""

    data: bytes
    format: str
    width: int
    height: int


def render_image(  # noqa: PLR0913 - the parameters of a request for a page
    data: bytes,
    *,
    width: int | None = None,
    height: int | None = None,
    format: str | None = None,  # noqa: A002 - the name it has in requests
    quality: int = 85,
    source: object = "image",
) -> RenderedImage:
    """Return an image fitted into a box of pixels, in the format asked for.

    Its proportions are kept and it is never enlarged; no box means its own size. The
    format is jpeg, png, webp or avif; by default the stored one if it is one of the
    first three, else png for an image with transparency and jpeg without. Transparency
    becomes white in a JPEG. The very bytes given are returned if they are what was
    asked for, else the colors are those of sRGB.
    quality is that of a JPEG, 1 to 100; a WebP gets 5 less for the same look, an AVIF
    25 less.
    source is what an error names. Raises InvalidError and UnreadableBookError.
    """
    box = Box(_side("width", width), _side("height", height))
    if format not in (None, *_OUTPUTS):
        raise InvalidError("format", f"{format!r} is none of {', '.join(_OUTPUTS)}")
    if not 1 <= quality <= _BEST_QUALITY:
        raise InvalidError("quality", f"{quality} is not between 1 and {_BEST_QUALITY}")
    stored, *size = image_header(data)
    if format in (None, stored) and _is_as_wanted(data, size, box):
        return RenderedImage(data, stored, *size)
    wanted = format or (stored if stored in _KEPT else None)
    return _rendered(data, box, wanted, quality=quality, source=source)


def render_cover(
    data: bytes,
    *,
    max_dimension: int = 400,
    quality: int = 85,
    source: object = "image",
) -> RenderedImage:
    """Return a small JPEG of an image, no side longer than max_dimension.

    Faster than render_image, and a little less sharp. Raises as it does.
    """
    side = _side("max_dimension", max_dimension)
    box = Box(side, side, rough=True)
    return _rendered(data, box, "jpeg", quality=quality, source=source)


def cell_colors(
    data: bytes, *, columns: int, rows: int, source: object = "image"
) -> list[list[tuple[Color, Color]]]:
    """Return an image as rows of character cells, each an upper and a lower color.

    For terminals: a cell is twice as high as wide, so that its halves are square. The
    image is fitted into the cells; there are fewer rows or columns than asked for
    where its proportions leave them empty. Raises InvalidError, UnreadableBookError.
    """
    box = Box(_side("columns", columns), 2 * _side("rows", rows), rough=True)
    image = _on_white(decode_image(data, box, source=source)).convert("RGB")
    width = image.width
    even = image.resize((width, image.height + image.height % 2))
    flat = even.tobytes()
    pixels = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    lines = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    return [
        list(zip(upper, lower, strict=True))
        for upper, lower in zip(lines[::2], lines[1::2], strict=True)
    ]


def _side(name: str, pixels: int | None) -> int:
    """Return a side of the box, the largest possible for None."""
    if pixels is None:
        return limits.SIDE_PX
    if not 1 <= pixels <= _LARGEST_PX:
        raise InvalidError(name, f"{pixels} is not between 1 and {_LARGEST_PX}")
    return pixels


def _is_as_wanted(data: bytes, size: list[int], box: Box) -> bool:
    """Tell whether the image is upright and needs no fitting."""
    fits = 0 < size[0] <= box.width and 0 < size[1] <= box.height
    return fits and exif_orientation(data) == 1


def _rendered(
    data: bytes, box: Box, wanted: str | None, *, quality: int, source: object
) -> RenderedImage:
    side = _SIDES_PX.get(wanted or "", limits.SIDE_PX)
    box = box._replace(width=min(box.width, side), height=min(box.height, side))
    image = decode_image(data, box, source=source)
    output = wanted or ("png" if image.mode == "RGBA" else "jpeg")
    return RenderedImage(_encoded(image, output, quality), output, *image.size)


def _encoded(image: Image, output: str, quality: int) -> bytes:
    from PIL import (  # noqa: PLC0415 - register themselves; slow
        AvifImagePlugin,  # noqa: F401 - same
        WebPImagePlugin,  # noqa: F401 - same
    )

    options: dict[str, dict[str, int]] = {
        "jpeg": {"quality": quality},
        "png": {"compress_level": 1},
        "webp": {"quality": max(1, quality - _WEBP_QUALITY_LESS), "method": 2},
        # A page in 43 ms where WebP takes 38 and half as many bytes more.
        "avif": {
            "quality": max(1, quality - _AVIF_QUALITY_LESS),
            "speed": 10,
            "max_threads": 1,
        },
    }
    if output == "jpeg":
        image = _on_white(image)
    buffer = BytesIO()
    image.save(buffer, output, **options[output])
    return buffer.getvalue()


def _on_white(image: Image) -> Image:
    """Return the picture without transparency, as on white paper."""
    if image.mode != "RGBA":
        return image
    from PIL.Image import new  # noqa: PLC0415 - 30 ms to import

    paper = new("RGB", image.size, _WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
