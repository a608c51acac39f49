"""Whether an image is all there, told from its bytes without decoding them.

Its bytes pass by in pieces, so that a page of any size needs no more memory than one.
"""

from __future__ import annotations

import struct

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.image_headers import image_header

CUT_OFF = "is cut off"
NO_IMAGE = "is not an image"
_HEAD_BYTES = 2**20
_TAIL_BYTES = 64
_ENDS = {"jpeg": b"\xff\xd9", "png": b"IEND\xae\x42\x60\x82"}
_GIF_END = b"\0;"
_LENGTH = struct.Struct(">H").unpack_from
_WEBP_LENGTH_AT, _BMP_LENGTH_AT = 4, 2
_RIFF_HEAD = 8
_FILL, _IMAGE_DATA = 0xFF, 0xDA


class ImageEnd:
    """The bytes of one image as they pass by."""

    def __init__(self) -> None:
        self.size = 0
        self._head = b""
        self._tail = b""
        self._last_end = -1  # where the last mark of an end begins

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        if len(self._head) < _HEAD_BYTES:
            self._head += data[: _HEAD_BYTES - len(self._head)]
        mark = _ENDS.get(image_header(self._head[:64])[0])
        near = self._tail + data
        at = near.rfind(mark) if mark else -1
        if at >= 0:
            self._last_end = self.size - len(self._tail) + at
        self._tail = near[-_TAIL_BYTES:]
        self.size += len(data)

    def problem(self) -> str | None:
        """Return what is wrong with the image, None if nothing is."""
        stored = image_header(self._head)[0]
        if not stored:
            return NO_IMAGE if self.size else "is empty"
        return CUT_OFF if self._is_cut_off(stored) else None

    def _is_cut_off(self, stored: str) -> bool:
        """Tell whether the end is missing; of AVIF, TIFF and JPEG XL nothing tells."""
        if stored == "jpeg":
            return self._last_end <= image_data_at(self._head)
        if stored == "png":
            return self._last_end < 0
        if stored == "gif":
            return _GIF_END not in self._tail
        if stored == "webp":
            return self.size < _declared(self._head, _WEBP_LENGTH_AT) + _RIFF_HEAD
        return stored == "bmp" and self.size < _declared(self._head, _BMP_LENGTH_AT)


def _declared(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "little")


def image_data_at(head: bytes) -> int:
    """Return where the pixels of a JPEG begin; its length if that lies beyond it.

    The preview in its header has an end of its own.
    """
    at = 2
    while at + 4 <= len(head):
        if head[at] != _FILL:
            break
        if head[at + 1] == _IMAGE_DATA:
            return at
        at += 1 if head[at + 1] == _FILL else 2 + _LENGTH(head, at + 2)[0]
    return len(head)


def image_problem(data: bytes, *, decode: bool = False) -> str | None:
    """Return what is wrong with a whole image, None if nothing is.

    decode looks at every pixel as well.
    """
    end = ImageEnd()
    end.feed(data)
    return end.problem() or (decoding_problem(data) if decode else None)


def decoding_problem(data: bytes) -> str | None:
    """Return why the pixels of an image cannot be had, None if they can.

    None also for one that nothing here can decode: it need not be damaged.
    """
    from codex_lib.formats.image_decoding import (  # noqa: PLC0415 - slow
        Box,
        decode_image,
    )

    try:
        decode_image(data, Box(limits.SIDE_PX, limits.SIDE_PX))
    except UnreadableBookError as error:
        reason = error.reason
        return f"is a {reason}" if reason.startswith("damaged") else None
    return None
