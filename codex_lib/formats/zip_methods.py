"""Compression methods of ZIP entries; none gives more than an entry declares.

zipfile inflates bzip2 and LZMA in one go whatever comes out: 80 bytes of bzip2 can be
64 MB. Here a stream is cut one byte behind the declared size, and the length tells.

Format: PKWARE APPNOTE 6.3.10, sections 4.4.5 (methods) and 5.8 (LZMA).
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib

STORED, DEFLATED, DEFLATE64, BZIP2, LZMA = 0, 8, 9, 12, 14
READABLE_METHODS = {STORED, DEFLATED, DEFLATE64, BZIP2, LZMA}
METHOD_NAMES = {
    6: "implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}
# Everything the decoders raised for damaged data (CPython 3.11, inflate64 1.0).
DECODE_ERRORS = (zlib.error, lzma.LZMAError, struct.error, OSError, ValueError)
# Deflate64 has no limit of its own; so many bytes give 4 MB at the most.
_INFLATE64_STEP = 128
_LZMA_HEADER = struct.Struct("<2xHBL")
_LZMA_PROPERTIES = 5


def decompress(method: int, data: bytes, file_size: int) -> bytes:
    """Return the bytes of an entry, cut soon behind file_size if there are more.

    method is one of READABLE_METHODS. Raises one of DECODE_ERRORS for damaged data;
    data that ends early gives what there is.
    """
    most = file_size + 1
    if method == STORED:
        return data
    if method == DEFLATED:
        return zlib.decompressobj(-15).decompress(data, most)
    if method == BZIP2:
        return bz2.BZ2Decompressor().decompress(data, most)
    if method == LZMA:
        return _unlzma(data, most)
    return _inflate64(data, most)


def _unlzma(data: bytes, most: int) -> bytes:
    length, properties, dictionary = _LZMA_HEADER.unpack_from(data)
    if length != _LZMA_PROPERTIES:
        raise ValueError
    lzma1 = {
        "id": lzma.FILTER_LZMA1,
        # No larger than what can come out: its memory is taken at once.
        "dict_size": min(max(dictionary, 4096), max(most, 4096)),
        "lc": properties % 9,
        "lp": properties // 9 % 5,
        "pb": properties // 45,
    }
    decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1])
    return decoder.decompress(data[_LZMA_HEADER.size :], most)


def _inflate64(data: bytes, most: int) -> bytes:
    """Inflate what Windows makes of files above 2 GB."""
    from inflate64 import Inflater  # noqa: PLC0415 - rare

    inflater, out = Inflater(), bytearray()
    for start in range(0, len(data), _INFLATE64_STEP):
        out += inflater.inflate(data[start : start + _INFLATE64_STEP])
        if len(out) >= most:
            break
    return bytes(out)
