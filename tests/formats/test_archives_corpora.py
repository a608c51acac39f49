"""Real and hostile archives: the files of CODEX_CORPORA."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.cb7 import read_cb7, read_cb7_page
from codex_lib.formats.cbr import read_cbr, read_cbr_page
from codex_lib.formats.cbt import read_cbt, read_cbt_page

CORPORA = Path(os.environ.get("CODEX_CORPORA", "/nowhere"))
MADE = CORPORA / "archives" / "made-rar"
LOCKED = ("password", "headers")
READERS = {
    "cbr": (read_cbr, read_cbr_page),
    "cb7": (read_cb7, read_cb7_page),
    "cbt": (read_cbt, read_cbt_page),
}
# Entries that are no images, so only their listing and refusal can be seen.
REASONS = (
    *("no pages: ", "encrypted: ", "an empty archive"),
    *("part 2 of ", "part 3 of "),
)

pytestmark = pytest.mark.skipif(
    "CODEX_CORPORA" not in os.environ, reason="CODEX_CORPORA names no folder of files"
)


def names(folder, pattern):
    return sorted(str(path.relative_to(CORPORA)) for path in folder.glob(pattern))


def is_locked(name):
    return any(word in name for word in LOCKED)


@pytest.mark.parametrize(
    "name",
    [n for n in names(MADE, "*.cbr") if not is_locked(n)] + names(MADE, "*.part01.rar"),
)
def test_every_kind_of_rar_gives_every_page(name):
    expected = json.loads((MADE / "EXPECTED.json").read_text())
    del expected["ComicInfo.xml"]
    path = str(CORPORA / name)

    book = read_cbr(path)

    found = {}
    for page in book.pages:
        data = read_cbr_page(path, page)
        found[page.name] = [len(data), hashlib.sha256(data).hexdigest()]
    assert list(found) == list(expected)
    assert found == expected
    assert book.metadata["series"] == "Bobby Make-Believe"
    assert book.warnings == []


def test_every_kind_of_rar_is_the_same_book():
    open_ones = [name for name in names(MADE, "*.cbr") if not is_locked(name)]

    identities = {read_cbr(str(CORPORA / name)).identity for name in open_ones}

    assert len(open_ones) > 20
    assert len(identities) == 1


@pytest.mark.parametrize("name", [n for n in names(MADE, "*.cbr") if is_locked(n)])
def test_locked_archives_say_so(name):
    with pytest.raises(UnreadableBookError) as caught:
        read_cbr(str(CORPORA / name))

    assert caught.value.reason == "encrypted: needs a password"


@pytest.mark.parametrize("name", names(MADE, "*.part0[2-9].rar"))
def test_later_volumes_say_so(name):
    with pytest.raises(UnreadableBookError, match="the book is its first part"):
        read_cbr(str(CORPORA / name))


@pytest.mark.parametrize("name", names(CORPORA / "archives" / "rarfile", "*"))
def test_the_samples_of_rarfile_give_one_clear_reason(name):
    with pytest.raises(UnreadableBookError) as caught:
        read_cbr(str(CORPORA / name))

    assert caught.value.reason.startswith(REASONS)


@pytest.mark.parametrize("name", names(CORPORA / "archives" / "comicbox", "*.cb[r7t]"))
def test_real_comics_are_read(name):
    path = str(CORPORA / name)
    read, read_page = READERS[name[-3:]]

    book = read(path)

    assert len(book.pages) == 5
    for page in book.pages:
        assert len(read_page(path, page)) == page.file_size


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("evil/seven/solid.cb7", 3),
        ("evil/ext/seven-as.cbz", 3),
        ("evil/slip/tar.cbt", 2),
        ("evil/ext/tar-as.cbz", 3),
    ],
)
def test_hostile_archives_give_only_their_own_pages(name, pages):
    path = str(CORPORA / name)
    kind = "cb7" if "seven" in name else "cbt"
    read, read_page = READERS[kind]

    book = read(path)

    assert len(book.pages) == pages
    assert all(read_page(path, page) for page in book.pages)


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("evil/enc/seven.cb7", "cb7", "encrypted: needs a password"),
        ("evil/ext/zip-as.cbr", "cbr", "not a RAR archive or damaged"),
        ("evil/ext/jpeg-as.cbz", "cbt", "not a tar archive, or damaged"),
        ("evil/ext/text-as.pdf", "cb7", "not a 7z archive, or damaged"),
    ],
)
def test_what_cannot_be_read_says_why(name, kind, reason):
    with pytest.raises(UnreadableBookError) as caught:
        READERS[kind][0](str(CORPORA / name))

    assert caught.value.reason.startswith(reason)
