"""What kind of image the first bytes are, and how large it is shown.

Made for scans, which ask it of every page: a JPEG takes 2 µs, where opening it with
Pillow takes 40. It believes what the header declares and decodes nothing.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "avif": "image/avif",
    "jxl": "image/jxl",
}
SUFFIX_FORMATS = dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "jpeg") | {
    **dict.fromkeys(("tif", "tiff"), "tiff"),
    **{name: name for name in ("png", "webp", "gif", "bmp", "avif", "jxl")},
}

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_LENGTHLESS = frozenset((0x00, 0x01, *range(0xD0, 0xD9)))
_JPEG_FILL = 0xFF
_JPEG_EXIF = 0xE1
_JPEG_IMAGE_DATA = frozenset((0xD9, 0xDA))
_JPEG_MARKERS = 10_000  # a real file has about ten; an endless fill has to end
_PAIR = struct.Struct(">HH").unpack_from

_TAG_WIDTH, _TAG_HEIGHT, _TAG_ORIENTATION = 256, 257, 274
_TYPE_SHORT = 3
_SIDEWAYS = 5  # EXIF orientations from here to 8 swap width and height
_UPRIGHT, _LAST_ORIENTATION = 1, 8

_BMP_CORE = 12
_BMP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))

_JXL_CONTAINER = b"\0\0\0\x0cJXL \r\n\x87\n"
_JXL_RATIOS = ((1, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_JXL_SIDE_BITS = (9, 13, 18, 30)

# What reading past the end of the head raises: it was too short, or is damaged.
_TOO_SHORT = (IndexError, ValueError, struct.error)


def image_header(head: bytes) -> tuple[str, int, int]:
    """Return the format, width and height that an image's first bytes declare.

    The size is in pixels as shown: a sideways EXIF orientation is applied. ("", 0, 0)
    is no known image; (format, 0, 0) one whose size lies beyond these bytes, or that
    is damaged. A size is not checked for sense. Never raises.
    """
    if head.startswith(b"\xff\xd8\xff"):
        try:
            return "jpeg", *_jpeg_size(head)
        except _TOO_SHORT:
            return "jpeg", 0, 0
    name, size = _known_format(head)
    try:
        return name, *size(head)
    except _TOO_SHORT:
        return name, 0, 0


def exif_orientation(data: bytes) -> int:
    """Return the EXIF orientation of a JPEG or PNG, from 1 (upright) to 8.

    1 for every other format, and where there is none or it makes no sense.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _walk_jpeg(data)[2]
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png_orientation(data)
    except _TOO_SHORT:
        pass
    return _UPRIGHT


def media_type(image_format: str) -> str:
    """Return the media type of a format, "image/jpeg" for "jpeg"."""
    return _MEDIA_TYPES.get(image_format, "application/octet-stream")


def format_of_suffix(name: str) -> str:
    """Return the format that a file name promises, "" for none that is known."""
    return SUFFIX_FORMATS.get(name.rpartition(".")[2].lower(), "")


def _known_format(head: bytes) -> tuple[str, Callable[[bytes], tuple[int, int]]]:
    """Return the name of the format and the function that finds the size."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp", _webp_size
    if head[4:8] == b"ftyp" and _is_avif(head):
        return "avif", _avif_size
    if head.startswith(b"BM") and head[14:15] and head[14] in _BMP_HEADERS:
        return "bmp", _bmp_size
    for magic, name, size in _MAGIC:
        if head.startswith(magic):
            return name, size
    return "", _no_size


def _no_size(_head: bytes) -> tuple[int, int]:
    return 0, 0


def _jpeg_size(head: bytes) -> tuple[int, int]:
    width, height, orientation = _walk_jpeg(head)
    return (height, width) if orientation >= _SIDEWAYS else (width, height)


def _walk_jpeg(head: bytes) -> tuple[int, int, int]:
    """Walk from marker to marker up to the frame header; width, height, orientation."""
    at, orientation = 2, _UPRIGHT
    for _ in range(_JPEG_MARKERS):
        if head[at] != _JPEG_FILL:  # rubbish between segments: decoders skip it too
            at = head.index(b"\xff", at)
        marker = head[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = _PAIR(head, at + 5)
            return width, height, orientation
        if marker == _JPEG_FILL or marker in _JPEG_LENGTHLESS:
            at += 1 if marker == _JPEG_FILL else 2
            continue
        if marker in _JPEG_IMAGE_DATA:
            break
        if marker == _JPEG_EXIF and head.startswith(b"Exif\0", at + 4):
            orientation = _exif_block_orientation(head, at + 10)
        at += 2 + (head[at + 2] << 8 | head[at + 3])
    return 0, 0, orientation


def _exif_block_orientation(data: bytes, start: int) -> int:
    """Return the orientation in the TIFF structure at start, 1 if damaged."""
    try:
        value = _first_directory(data, start).get(_TAG_ORIENTATION, _UPRIGHT)
    except _TOO_SHORT:
        return _UPRIGHT
    return value if _UPRIGHT <= value <= _LAST_ORIENTATION else _UPRIGHT


def _first_directory(data: bytes, start: int) -> dict[int, int]:
    """Return size and orientation, by tag, as far as the first IFD is in the data."""
    order = "<" if data.startswith(b"II", start) else ">"
    (offset,) = struct.unpack_from(f"{order}I", data, start + 4)
    at = start + offset
    (count,) = struct.unpack_from(f"{order}H", data, at)
    entry, long = struct.Struct(f"{order}HHIH"), struct.Struct(f"{order}I")
    found: dict[int, int] = {}
    for at in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):  # noqa: B020 - from the directory to its entries
        tag, kind, _, value = entry.unpack_from(data, at)
        if tag > _TAG_ORIENTATION:  # sorted by tag
            break
        if kind != _TYPE_SHORT:
            (value,) = long.unpack_from(data, at + 8)
        found[tag] = value
    return found


def _tiff_size(head: bytes) -> tuple[int, int]:
    found = _first_directory(head, 0)
    width, height = found.get(_TAG_WIDTH, 0), found.get(_TAG_HEIGHT, 0)
    sideways = _SIDEWAYS <= found.get(_TAG_ORIENTATION, 1) <= _LAST_ORIENTATION
    return (height, width) if sideways else (width, height)


def _png_size(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", head, 16)
    sideways = _png_orientation(head) >= _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _png_orientation(data: bytes) -> int:
    """Return the orientation of an eXIf chunk that comes before the pixels."""
    at = data.find(b"eXIf", 33, 65_536)
    if at < 0 or b"IDAT" in data[33:at]:
        return _UPRIGHT
    return _exif_block_orientation(data, at + 4)


def _gif_size(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _bmp_size(head: bytes) -> tuple[int, int]:
    is_core = head[14] == _BMP_CORE
    width, height = struct.unpack_from("<HH" if is_core else "<ii", head, 18)
    return abs(width), abs(height)  # a negative height means top row first


def _webp_size(head: bytes) -> tuple[int, int]:
    kind = head[12:16]
    if kind == b"VP8X":
        canvas = int.from_bytes(head[24:30], "little")
        return (canvas & 0xFFFFFF) + 1, (canvas >> 24) + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _is_avif(head: bytes) -> bool:
    """Tell whether one of the brands in the ftyp box is AVIF's."""
    brands = head[8 : int.from_bytes(head[:4], "big")]
    return b"avif" in brands or b"avis" in brands


def _avif_size(head: bytes) -> tuple[int, int]:
    """Return the largest size property: others are of tiles, alpha and thumbnails."""
    end = head.find(b"mdat")
    properties = head if end < 0 else head[:end]
    width = height = 0
    at = properties.find(b"ispe")
    while at >= 0:
        size = struct.unpack_from(">II", properties, at + 8)
        width, height = max((width, height), size, key=_area)
        at = properties.find(b"ispe", at + 16)
    turn = properties.find(b"irot")
    is_sideways = turn >= 0 and properties[turn + 4] & 1
    return (height, width) if is_sideways else (width, height)


def _area(size: tuple[int, ...]) -> int:
    return size[0] * size[1]


def _jxl_container_size(head: bytes) -> tuple[int, int]:
    at = head.find(b"jxlc")
    start = at + 4 if at >= 0 else head.index(b"jxlp") + 8
    return _jxl_size(head[start : start + 24])


def _jxl_size(head: bytes) -> tuple[int, int]:
    """Read the bit-packed SizeHeader of a codestream, and the orientation after it."""
    if len(head) < 16:  # noqa: PLR2004 - the longest size header and what follows it
        return 0, 0
    bits = _Bits(int.from_bytes(head[2:16], "little"))
    is_small = bits.take(1)
    height = _jxl_side(bits, is_small)
    ratio = bits.take(3)
    numerator, denominator = _JXL_RATIOS[ratio]
    width = height * numerator // denominator if ratio else _jxl_side(bits, is_small)
    has_orientation = not bits.take(1) and bits.take(1)
    is_sideways = has_orientation and bits.take(3) + 1 >= _SIDEWAYS
    return (height, width) if is_sideways else (width, height)


def _jxl_side(bits: _Bits, is_small: int) -> int:
    if is_small:
        return (bits.take(5) + 1) * 8
    return bits.take(_JXL_SIDE_BITS[bits.take(2)]) + 1


class _Bits:
    """A number that is read from its lowest bits up."""

    def __init__(self, number: int) -> None:
        self._number = number

    def take(self, count: int) -> int:
        taken = self._number & ((1 << count) - 1)
        self._number >>= count
        return taken


_MAGIC: tuple[tuple[bytes, str, Callable[[bytes], tuple[int, int]]], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png", _png_size),
    (b"GIF87a", "gif", _gif_size),
    (b"GIF89a", "gif", _gif_size),
    (b"II*\0", "tiff", _tiff_size),
    (b"MM\0*", "tiff", _tiff_size),
    (b"II+\0", "tiff", _no_size),  # BigTIFF: rare, left to its decoder
    (b"MM\0+", "tiff", _no_size),
    (_JXL_CONTAINER, "jxl", _jxl_container_size),
    (b"\xff\x0a", "jxl", _jxl_size),
)
