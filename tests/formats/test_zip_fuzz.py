"""Damaged ZIP archives: a reason or the right bytes, nothing else."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import read_book, read_page
from codex_lib.formats.page_map import pack_pages, unpack_pages

METHODS = (
    *(zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA),
)
COMICINFO = b"<ComicInfo><Title>T</Title><Number>1</Number></ComicInfo>"


@pytest.fixture(scope="module")
def whole(make_image):
    """An archive with pages by every method, and the bytes of its pages."""
    images = {f"{i}.jpg": make_image(30 + i, 40) for i in range(len(METHODS))}
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for method, (name, data) in zip(METHODS, images.items(), strict=True):
            archive.writestr(name, data, method)
        archive.writestr("ComicInfo.xml", COMICINFO, zipfile.ZIP_DEFLATED)
    return output.getvalue(), images


def _damaged(data, chance):
    """Return the archive with some bytes other than they were, or cut off, or both."""
    damaged = bytearray(data)
    directory = data.index(b"PK\1\2")
    for _ in range(chance.randint(1, 4)):
        start = directory if chance.random() < 0.5 else 0
        damaged[chance.randrange(start, len(data))] = chance.choice(
            [0, 0xFF, chance.randrange(256)]
        )
    if chance.random() < 0.3:
        del damaged[chance.randrange(len(data)) :]
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_archive_gives_a_reason_or_the_right_bytes(tmp_path, whole, seed):
    data, images = whole
    chance = random.Random(seed)  # noqa: S311 - no secret
    path = tmp_path / "a.cbz"
    outcomes = set()
    for _ in range(60):
        path.write_bytes(_damaged(data, chance))
        outcomes |= _read(str(path), set(images.values()))

    assert {"book", "page", "bad page"} <= outcomes


def _read(path, originals):
    """Read everything; return what happened."""
    outcomes = {"book"}
    try:
        facts = read_book(path)
    except UnreadableBookError:
        return {"bad book"}
    assert facts.pages
    pages, _ = unpack_pages(pack_pages(facts.pages))
    for page in pages:
        try:
            data = read_page(path, facts.file_format, page)
        except UnreadableBookError:
            outcomes.add("bad page")
        else:
            assert data in originals
            outcomes.add("page")
    return outcomes


def test_an_archive_cut_anywhere_gives_a_reason_or_the_right_bytes(tmp_path, whole):
    data, images = whole
    path = tmp_path / "a.cbz"
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        _read(str(path), set(images.values()))
