"""A folder of made comics, thousands of them within seconds.

A ZIP writer of its own, because zipfile takes 60 µs an entry and 5,000 books of 20
pages have 105,000. Pages are real JPEG files of 2 kB: a scan reads their first kB and
never the rest, so larger ones would only fill the disk.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOKS_PER_SERIES = 10
_PICTURES = 16
_STORED, _DEFLATED = 0, 8
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_JANUARY_2024 = (0, 0x5821)  # time and date of every entry
_COMICINFO = """<?xml version="1.0" encoding="utf-8"?>
<ComicInfo xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Title>Part {number} of the story</Title><Series>{series}</Series>
<Number>{number}</Number><Count>{count}</Count><Volume>2019</Volume>
<Summary>{summary}</Summary><Notes>Drawn by a machine for its own amusement.</Notes>
<Year>{year}</Year><Month>{month}</Month><Day>3</Day>
<Writer>Ana Silva, Bo Lindqvist</Writer><Penciller>Chiyo Tanaka</Penciller>
<Inker>Li Wei</Inker><Colorist>Eve Okafor</Colorist><Letterer>Bo Lindqvist</Letterer>
<CoverArtist>Ana Silva</CoverArtist><Editor>Dora Kovac</Editor>
<Publisher>{publisher}</Publisher><Imprint>Aster Young</Imprint>
<Genre>{genre}, Drama, Comedy</Genre><Tags>sea, robots</Tags>
<Web>https://comics.example/{series}/{number}</Web><PageCount>{pages}</PageCount>
<LanguageISO>en</LanguageISO><AgeRating>Teen</AgeRating><Manga>No</Manga>
<Pages><Page Image="0" Type="FrontCover"/>{page_list}</Pages></ComicInfo>
"""
_SUMMARY = "In which somebody finds a map, and loses it. " * 18
_GENRES = ("Action", "Adventure", "Crime", "Fantasy", "Horror", "Mystery", "Romance")


def make_comics(root: Path, *, books: int, pages: int) -> None:
    """Write so many CBZ below root, ten a folder, every second one deflated."""
    pictures = _pictures()
    for number in range(books):
        series, place = divmod(number, BOOKS_PER_SERIES)
        name = f"Series {series:05}"
        folder = root / name
        if place == 0:
            folder.mkdir(parents=True)
        issue = place + 1
        method = _DEFLATED if number % 2 else _STORED
        entries = _entries(pictures, name, series, issue, pages)
        path = folder / f"{name} #{issue:03} (2019) (digital).cbz"
        path.write_bytes(_archive(entries, method))


def _pictures() -> list[bytes]:
    noise = random.Random(1)  # noqa: S311 - pictures, not secrets
    return [_picture(noise, index) for index in range(_PICTURES)]


def _picture(noise: random.Random, index: int) -> bytes:
    size = (44 + index, 66 + index)
    out = io.BytesIO()
    data = noise.randbytes(3 * size[0] * size[1])
    Image.frombytes("RGB", size, data).save(out, "JPEG", quality=50)
    return out.getvalue()


def _entries(
    pictures: list[bytes], name: str, series: int, issue: int, pages: int
) -> Iterator[tuple[str, bytes]]:
    for page in range(pages):
        # What follows a picture's end makes every page of every book different.
        mark = struct.pack("<3L", series, issue, page)
        yield f"{name} {issue:03}/page {page:03}.jpg", pictures[page % _PICTURES] + mark
    text = _COMICINFO.format(
        number=issue,
        series=name,
        count=BOOKS_PER_SERIES,
        summary=_SUMMARY,
        year=1980 + series % 40,
        month=issue,
        publisher=f"Press {series % 50}",
        genre=_GENRES[series % len(_GENRES)],
        pages=pages,
        page_list="".join(f'<Page Image="{page}"/>' for page in range(1, pages)),
    )
    yield "ComicInfo.xml", text.encode()


def _archive(entries: Iterator[tuple[str, bytes]], method: int) -> bytes:
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, data in entries:
        packed = _deflated(data) if method else data
        raw = name.encode()
        sizes = (zlib.crc32(data), len(packed), len(data))
        fixed = (20, 0, method, *_JANUARY_2024, *sizes, len(raw), 0)
        parts += (_LOCAL.pack(b"PK\3\4", *fixed), raw, packed)
        place = (0, 0, 0, 0, offset)
        directory += (_CENTRAL.pack(b"PK\1\2", 20, *fixed, *place), raw)
        offset += _LOCAL.size + len(raw) + len(packed)
    central = b"".join(directory)
    count = len(directory) // 2
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(central), offset, 0)
    return b"".join((*parts, central, end))


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()
