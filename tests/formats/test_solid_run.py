"""Pages of solid archives, several at a time."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from typing import NamedTuple

import py7zr
import pytest
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import cb7, cbr, read_book, read_run, solid_run
from codex_lib.formats.book import Page
from codex_lib.formats.solid_run import isolated_run, run_of

PAGES = {
    f"{number:02}.png": b"\x89PNG\r\n\x1a\n" + random.Random(number).randbytes(3000)  # noqa: S311 - no secret
    for number in range(1, 9)
}


class Entry(NamedTuple):
    position: int
    file_size: int


def write_7z(path):
    with py7zr.SevenZipFile(path, "w") as archive:
        for name, data in PAGES.items():
            archive.writestr(data, name)
    return str(path)


def write_rar(path, **options):
    builder = rars.RarBuilder("rar50", **options)
    for name, data in PAGES.items():
        builder.add_bytes(data, name)
    builder.write(str(path))
    return str(path)


@pytest.fixture
def solid_rar(tmp_path):
    return write_rar(tmp_path / "a.cbr", solid=True)


def names(run):
    return [name for data in run for name, page in PAGES.items() if page == data]


# How much


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (0, [0, 1]),  # a few MiB in any case
        (1, [1, 2]),
        (4, [4, 5, 6, 7, 8]),  # as much as lies before it
        (9, [9]),
    ],
)
def test_as_much_as_lies_before_a_page_comes_with_it(monkeypatch, wanted, expected):
    monkeypatch.setattr(solid_run, "_LEAST_BYTES", 15)
    entries = [Entry(position, 10) for position in range(10)]

    run = run_of(entries[wanted], reversed(entries), entries)

    assert [entry.position for entry in run] == expected


def test_it_is_never_more_than_fits(monkeypatch):
    monkeypatch.setattr(solid_run, "_MOST_BYTES", 25)
    entries = [Entry(position, 10) for position in range(10)]

    assert len(run_of(entries[5], entries, entries)) == 3


# Archives


def test_a_solid_rar_gives_the_pages_behind_the_wanted_one(solid_rar):
    pages = read_book(solid_rar).pages

    run = read_run(solid_rar, "cbr", pages[2])

    assert names(run) == list(PAGES)[2:]


def test_a_7z_gives_the_pages_behind_the_wanted_one(tmp_path):
    path = write_7z(tmp_path / "a.cb7")

    assert names(read_run(path, "cb7", read_book(path).pages[5])) == list(PAGES)[5:]


@pytest.mark.parametrize("options", [{}, {"store": True}])
def test_a_rar_that_is_not_solid_gives_the_page_alone(tmp_path, options):
    path = write_rar(tmp_path / "a.cbr", **options)

    assert names(read_run(path, "cbr", read_book(path).pages[2])) == ["03.png"]


def test_other_books_give_the_page_alone(tmp_path):
    path = str(tmp_path / "a.cbz")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in PAGES.items():
            archive.writestr(name, data)

    assert names(read_run(path, "cbz", read_book(path).pages[2])) == ["03.png"]


@pytest.mark.parametrize("kind", ["cbr", "cb7"])
def test_a_page_elsewhere_than_it_was_is_found_by_its_name(tmp_path, solid_rar, kind):
    path = solid_rar if kind == "cbr" else write_7z(tmp_path / "a.cb7")
    page = read_book(path).pages[2]._replace(offset=77)

    assert names(read_run(path, kind, page)) == ["03.png"]


@pytest.mark.parametrize("kind", ["cbr", "cb7"])
def test_a_damaged_page_does_not_hide_those_before_it(tmp_path, solid_rar, kind):
    path = solid_rar if kind == "cbr" else write_7z(tmp_path / "a.cb7")
    pages = read_book(path).pages
    data = bytearray(Path(path).read_bytes())
    data[len(data) * 3 // 4] ^= 0xFF  # noise does not shrink: in the seventh page
    Path(path).write_bytes(data)

    module = cbr if kind == "cbr" else cb7
    facts, body = module.run_task(path, pages[2].name, pages[2].offset)

    assert body == PAGES["03.png"]
    assert facts == {"sizes": [len(body)]}


@pytest.mark.parametrize("kind", ["cbr", "cb7"])
def test_the_work_itself(tmp_path, solid_rar, kind):
    """In this process, where its lines are counted."""
    path = solid_rar if kind == "cbr" else write_7z(tmp_path / "a.cb7")
    page = read_book(path).pages[4]
    module = cbr if kind == "cbr" else cb7

    facts, body = module.run_task(path, page.name, page.offset)

    assert sum(facts["sizes"]) == len(body)
    assert body == b"".join(list(PAGES.values())[4:])
    with pytest.raises(UnreadableBookError, match="no page"):
        module.run_task(path, "nothing.png", 0)


@pytest.mark.parametrize(
    "facts",
    [{}, {"sizes": 3}, {"sizes": []}, {"sizes": [4]}, {"sizes": [4, -1]},
     {"sizes": ["3"]}],
)  # fmt: skip
def test_a_child_that_answers_nonsense_is_not_believed(monkeypatch, facts):
    monkeypatch.setattr(
        solid_run, "isolated", lambda *_args, **_params: (facts, b"abc")
    )

    with pytest.raises(UnreadableBookError, match="crashed"):
        isolated_run("cbr.run", "a.cbr", _page(), 0)


def _page():
    return Page("1.png", "png", 3, 0, 0)
