"""Colors of an image as its profile means them, in sRGB, which everything shows.

A scanner's, a camera's or a press's numbers are not those of a screen; an image that is
made anew carries no profile, so its numbers have to be right without one.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform

_PROFILE_BYTES = 4 * 2**20  # the largest for printing are 3 MB


def to_srgb(image: Image, profile: bytes) -> Image:
    """Return an image in mode L, RGB, RGBA or CMYK as L, RGB or RGBA in sRGB.

    Most profiles are sRGB and cost nothing; others 11 ms for a million pixels. One that
    is broken, or of another kind of color than the image, counts as none.
    """
    mode = image.mode
    transform = _transform(profile, mode) if profile else None
    if transform is not None:
        from PIL.ImageCms import applyTransform  # noqa: PLC0415 - 8 ms, rarely needed

        changed = applyTransform(image, transform)
        image = image if changed is None else changed
    wanted = "RGB" if mode == "CMYK" else mode
    return image if image.mode == wanted else image.convert(wanted)


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Return how to get from a profile to sRGB, None if there is nothing to do."""
    from PIL import ImageCms  # noqa: PLC0415 - as above

    if len(profile) > _PROFILE_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if mode != "CMYK" and "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGBA" if mode == "RGBA" else "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            # Without it two threads could mix up their colors.
            ImageCms.Flags.NOCACHE | ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
