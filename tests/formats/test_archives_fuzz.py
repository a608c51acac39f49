"""Damaged archives of every kind: nothing but UnreadableBookError comes out."""

from __future__ import annotations

import io
import random
import tarfile
import zlib
from contextlib import suppress

import py7zr
import pytest
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import cb7, cbr, cbt
from codex_lib.formats.book_json import parse_book

ROUNDS = 40
COMICINFO = b"<?xml version='1.0'?><ComicInfo><Title>One</Title></ComicInfo>"
BOOK = {f"{i}.jpg": b"\xff\xd8\xff" + bytes(range(256)) * i for i in (1, 2, 3)}
BOOK["ComicInfo.xml"] = COMICINFO


def rar(kind, **options):
    builder = rars.RarBuilder(kind, **options)
    for name, data in BOOK.items():
        builder.add_bytes(data, name)
    return cbr, builder.to_bytes()


def seven():
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        archive.set_encoded_header_mode(False)
        for name, data in BOOK.items():
            archive.writestr(data, name)
    return cb7, stream.getvalue()


def tar(mode):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in BOOK.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return cbt, stream.getvalue()


KINDS = {
    "rar14": lambda: rar("rar14"),
    "rar4-stored": lambda: rar("rar29", store=True),
    "rar4-solid": lambda: rar("rar40", solid=True),
    "rar5": lambda: rar("rar50"),
    "rar5-solid": lambda: rar("rar50", solid=True),
    "7z": seven,
    "tar": lambda: tar("w"),
    "tar.gz": lambda: tar("w:gz"),
}


def damaged(data, chance):
    """Return data cut off, or with some bytes changed, mostly near its start."""
    changed = bytearray(data)
    if chance.random() < 0.1:
        return changed[: chance.randrange(len(changed))]
    for _ in range(chance.choice([1, 1, 2, 8])):
        area = len(changed) if chance.random() < 0.5 else min(300, len(changed))
        changed[chance.randrange(area)] = chance.choice([0, 0x80, 0xFF, 7])
    return changed


def with_checksums(data):
    """Make the checksums of a changed 7z header right, so that it is believed."""
    start = 32 + int.from_bytes(data[12:20], "little")
    size = int.from_bytes(data[20:28], "little")
    if start + size <= len(data):
        data[28:32] = zlib.crc32(data[start : start + size]).to_bytes(4, "little")
        data[8:12] = zlib.crc32(data[12:32]).to_bytes(4, "little")
    return data


def read_all(module, path):
    """Read a book and its pages in this process, where no crash is hidden.

    Returns the reason why it is no book, "" if it is one.
    """
    try:
        book = parse_book(path, module.facts_task(path)[0])
    except UnreadableBookError as error:
        return error.reason
    for page in book.pages:
        hint = {"crc": page.crc} if module is cbt else {"position": page.offset}
        with suppress(UnreadableBookError):
            module.page_task(path, page.name, **hint)
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_damage_lets_nothing_but_unreadable_book_errors_out(kind, tmp_path):
    module, data = KINDS[kind]()
    chance = random.Random(kind)  # noqa: S311 - the same damage at every run
    path = tmp_path / "book"
    reasons = []

    for _ in range(ROUNDS):
        changed = damaged(data, chance)
        path.write_bytes(with_checksums(changed) if kind == "7z" else changed)
        reasons.append(read_all(module, str(path)))

    assert 0 < sum(map(bool, reasons)) < ROUNDS
    assert max(map(len, reasons)) < 200
