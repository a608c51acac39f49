"""Pixels of an image from a stranger: limits first, then Pillow, then the right size.

Pillow's Image.open() is passed by: its own limit warns through the warnings module,
which one thread cannot silence for itself, and it would try every plug-in. The format
is known from the header, so the one decoder that is needed is called directly.
"""

from __future__ import annotations

import struct
import threading
import warnings
from contextlib import contextmanager, nullcontext
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.color_profiles import to_srgb
from codex_lib.formats.image_headers import exif_orientation, image_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_DECODERS = {
    "jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "png": ("PIL.PngImagePlugin", "PngImageFile"),
    "webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "jxl": ("pillow_jxl.JpegXLImagePlugin", "JXLImageFile"),
}
# These decoders look at Pillow's own limit, and warn while the pixels are read too.
_NOISY = {"gif", "tiff"}
_NOISY_PIXELS = 80_000_000
_quiet_lock = threading.Lock()

# EXIF orientation to what has to be done to the pixels; from 5 on they lie sideways.
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
_SIDEWAYS = 5
_ORIENTATION_TAG = 274
_END_OF_JPEG = b"\xff\xd9"
_SIXTEEN_TO_EIGHT = 1 / 256
_REASON_CHARS = 160


class Box(NamedTuple):
    """What a picture has to fit in; rough gives up some sharpness for speed."""

    width: int
    height: int
    rough: bool = False


def decode_image(data: bytes, box: Box, *, source: object = "image") -> Image:
    """Return an image upright, no larger than the box, in mode L, RGB or RGBA.

    Of an animation the first picture; a JPEG that is cut off as far as it goes, the
    rest gray. In the colors of sRGB, without any info. source is what an error names.
    Raises UnreadableBookError.
    """
    stored, width, height = image_header(data)
    if not stored:
        raise UnreadableBookError(source, "not an image of a known format")
    _refuse_large(stored, width, height, source)
    try:
        return _decode(stored, data, box, source)
    except ModuleNotFoundError as error:
        reason = f"{stored} needs an optional part of Codex ({error.name})"
        raise UnreadableBookError(source, reason) from error
    except MemoryError as error:
        raise UnreadableBookError(source, "not enough memory for it") from error
    except _decoder_errors() as error:
        cause = " ".join(str(error).split())[:_REASON_CHARS]
        reason = f"damaged {stored} image: {cause}"
        raise UnreadableBookError(source, reason) from error


def fitted(width: int, height: int, box: Box) -> tuple[int, int]:
    """Return the size of a picture fitted into a box: never larger, no side of zero."""
    scale = min(box.width / width, box.height / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _decoder_errors() -> tuple[type[Exception], ...]:
    """Return what the decoders raised for a million randomly damaged images.

    EOFError, LookupError and struct.error were not among it; their code raises them.
    """
    from PIL.Image import DecompressionBombError  # noqa: PLC0415 - 30 ms to import

    return (
        *(ArithmeticError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
        *(TypeError, ValueError, struct.error, DecompressionBombError),
    )


def _refuse_large(stored: str, width: int, height: int, source: object) -> None:
    most = _NOISY_PIXELS if stored in _NOISY else limits.PIXELS
    if width * height > most or max(width, height) > limits.SIDE_PX:
        raise UnreadableBookError(source, f"too large: {width} x {height} pixels")


def _decode(stored: str, data: bytes, box: Box, source: object) -> Image:
    image = _open(stored, data)
    _refuse_large(stored, *image.size, source)  # the header may not have known it
    orientation = _orientation(image, stored, data)
    if orientation >= _SIDEWAYS:
        box = box._replace(width=box.height, height=box.width)
    size = fitted(*image.size, box)
    picture = _plain(_load(image, stored, data, size))
    profile = picture.info.get("icc_profile") or b""
    picture = to_srgb(_resized(picture, size, box), profile)
    if orientation in _TURNS:
        from PIL.Image import Transpose  # noqa: PLC0415 - 30 ms to import

        picture = picture.transpose(Transpose[_TURNS[orientation]])
    picture.info = {}
    return picture


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence warnings; the lock because they are silenced for all threads at once."""
    with _quiet_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _open(stored: str, data: bytes) -> ImageFile:
    """Read the header by the decoder of the format."""
    module, decoder = _DECODERS[stored]
    with _quiet():
        image: ImageFile = getattr(import_module(module), decoder)(BytesIO(data))
    return image


def _orientation(image: ImageFile, stored: str, data: bytes) -> int:
    """Return the EXIF orientation that the decoder leaves to us, 1 if none."""
    if stored != "avif":
        return exif_orientation(data)
    with _quiet():
        return int(image.getexif().get(_ORIENTATION_TAG, 1))


def _load(image: ImageFile, stored: str, data: bytes, size: tuple[int, int]) -> Image:
    """Decode the pixels; a JPEG without its end is tried again with one added.

    Its decoder then fills the rest with gray, where Pillow's own switch for this is
    one for the whole process.
    """
    try:
        return _pixels(image, stored, size)
    except OSError:
        if stored != "jpeg":
            raise
        return _pixels(_open(stored, data + _END_OF_JPEG), stored, size)


def _pixels(image: ImageFile, stored: str, size: tuple[int, int]) -> Image:
    """Decode, of a JPEG only every second, fourth or eighth pixel if that will do.

    For a page of 1600 x 2400 shown 800 wide this takes 14 ms instead of 68.
    """
    image.draft(None, size)
    with _quiet() if stored in _NOISY else nullcontext():
        image.load()
    return image


def _plain(image: Image) -> Image:
    """Return the picture in mode L, RGB or CMYK, RGBA if anything is transparent."""
    if image.mode.startswith("I"):  # 16 bits of gray, which convert() would clip
        return image.point(lambda value: value * _SIXTEEN_TO_EIGHT).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    if image.mode in {"1", "F"}:
        return image.convert("L")
    return image.convert("RGB")


def _resized(image: Image, size: tuple[int, int], box: Box) -> Image:
    from PIL.Image import Resampling  # noqa: PLC0415 - 30 ms to import

    if image.size == size:
        return image
    if box.rough:
        return image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
    return image.resize(size, Resampling.LANCZOS, reducing_gap=3.0)
