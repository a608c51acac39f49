"""Covers made in advance: all that can be, and what became of the others."""

from __future__ import annotations

import importlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import py7zr
import pytest
import rars
from PIL import Image

from codex_lib.catalog import cover_making, page_images
from codex_lib.catalog.books import list_books
from codex_lib.catalog.chosen_covers import add_book_cover, add_series_cover
from codex_lib.catalog.cover_choices import (
    CoverLook,
    find_book_cover,
    find_library_cover,
    find_series_cover,
)
from codex_lib.catalog.cover_making import generate_covers
from codex_lib.catalog.covers import kept_cover, make_cover
from codex_lib.catalog.image_cache import ImageCache
from codex_lib.catalog.libraries import update_library
from codex_lib.catalog.page_images import PageWish, get_page_image
from codex_lib.catalog.series import list_series
from codex_lib.catalog.stored_pages import find_page, read_images
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    CoverNotFoundError,
    LibraryNotFoundError,
    SeriesNotFoundError,
    UnreadableBookError,
)
from codex_lib.settings.values import Change, set_setting

MONDAY = "2024-01-15T10:30:00.000000Z"
MANY = Paging(0, 500)


@pytest.fixture
def cache(tmp_path):
    return ImageCache(tmp_path / "covers", max_bytes=2**20)


@pytest.fixture
def shelf(make_cbz, scan, db):
    """Two series of two books each; returns the books by title."""
    for number, name in enumerate(("Bone/1", "Bone/2", "Saga/1", "Saga/2"), 1):
        make_cbz(f"{name}.cbz", seed=number)
    scan()
    return list_books(db, MANY).data


def series_called(db, title):
    (found,) = [s for s in list_series(db, MANY).data if s.title == title]
    return found.id


def picture(color):
    out = io.BytesIO()
    Image.new("RGB", (30, 40), color).save(out, "PNG")
    return out.getvalue()


def counts(made):
    return made.made, made.skipped, made.failed


# In advance


def test_every_book_gets_its_cover_once(db, shelf, cache):
    assert counts(generate_covers(db, cache)) == (4, 0, 0)
    assert counts(generate_covers(db, cache)) == (0, 4, 0)
    assert cache.usage().images == 4
    for book in shelf:
        assert kept_cover(find_book_cover(db, book.id), cache) is not None


def test_series_and_libraries_show_covers_that_are_there_then(
    db, shelf, cache, library
):
    generate_covers(db, cache)

    assert kept_cover(find_library_cover(db, library.id), cache) is not None
    assert kept_cover(find_series_cover(db, series_called(db, "Saga")), cache)


def test_forced_covers_are_made_again(db, shelf, cache):
    generate_covers(db, cache)

    assert counts(generate_covers(db, cache, force=True)) == (4, 0, 0)


def test_a_series_or_a_library_alone(db, shelf, cache, library):
    saga = series_called(db, "Saga")

    assert counts(generate_covers(db, cache, series_id=saga)) == (2, 0, 0)
    assert counts(generate_covers(db, cache, library_id=library.id)) == (2, 2, 0)
    with pytest.raises(SeriesNotFoundError):
        generate_covers(db, cache, series_id="nothing")
    with pytest.raises(LibraryNotFoundError):
        generate_covers(db, cache, library_id="nothing")


def test_images_that_were_given_are_made_small_too(db, shelf, cache):
    saga = series_called(db, "Saga")
    add_series_cover(db, saga, picture((0, 200, 0)), now=MONDAY)
    add_book_cover(db, shelf[0].id, picture((200, 0, 0)), now=MONDAY)

    assert counts(generate_covers(db, cache)) == (5, 0, 0)
    assert kept_cover(find_series_cover(db, saga), cache) is not None


def test_a_bad_book_stops_nothing_and_says_what_it_has(db, shelf, cache, root):
    (root / "Saga" / "1.cbz").write_bytes(b"rubbish")
    (root / "Bone" / "2.cbz").unlink()

    made = generate_covers(db, cache)

    assert counts(made) == (2, 0, 2)
    reasons = " ".join(failure.reason for failure in made.failures)
    assert "No such file" in reasons
    assert "1.cbz: not a ZIP archive" in reasons
    assert {failure.id for failure in made.failures} <= {book.id for book in shelf}


def test_a_cover_that_could_not_be_kept_counts_as_failed(db, shelf, tmp_path):
    (tmp_path / "full").write_bytes(b"")
    made = generate_covers(db, ImageCache(tmp_path / "full", max_bytes=2**20))

    assert counts(made) == (0, 0, 4)
    assert made.failures[0].reason.startswith("made but not kept")


def test_only_so_many_failures_are_told(db, shelf, cache, root, monkeypatch):
    monkeypatch.setattr("codex_lib.catalog.cover_making._MOST_FAILURES", 1)
    for path in root.glob("*/*"):
        path.unlink()

    made = generate_covers(db, cache)

    assert (made.failed, len(made.failures)) == (4, 1)


def test_it_tells_how_far_it_is_and_stops_when_asked(db, shelf, cache, monkeypatch):
    monkeypatch.setattr("codex_lib.catalog.cover_making._BATCH", 1)
    told = []

    made = generate_covers(
        *(db, cache),
        on_progress=lambda *progress: told.append(progress),
        should_stop=lambda: len(told) == 2,
    )

    assert [(done, total) for done, total, _ in told] == [(1, 4), (2, 4)]
    assert made.is_stopped
    assert made.done == 2


def test_processes_make_what_one_makes(db, shelf, cache, root, monkeypatch):
    monkeypatch.setattr(cover_making, "_FEW", 0)
    (root / "Saga" / "1.cbz").write_bytes(b"rubbish")

    made = generate_covers(db, cache)

    assert counts(made) == (3, 0, 1)
    assert counts(generate_covers(db, cache)) == (0, 3, 1)
    assert cache.usage().images == 3


def test_a_book_that_makes_a_process_crash_stops_no_other(
    db, shelf, cache, monkeypatch, tmp_path
):
    monkeypatch.setattr(cover_making, "_FEW", 0)
    monkeypatch.setattr(cover_making, "_BATCH", 2)
    crash = tmp_path / "crash.py"
    crash.write_text(CRASH)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("crash")
    monkeypatch.setattr(cover_making, "_made", module.made)

    made = generate_covers(db, cache)

    assert counts(made) == (2, 0, 2)
    assert {f.reason for f in made.failures} == {"reading it makes the process crash"}


CRASH = """
import os, signal
from codex_lib.catalog import cover_making

def made(thing):
    if thing.title.endswith("1"):
        os.kill(os.getpid(), signal.SIGKILL)
    return cover_making._makers[0].make(thing)
"""


# Keys


def test_a_cover_is_known_before_it_is_made_and_changes_with_the_file(
    db, shelf, make_cbz, scan
):
    before = {book.id: find_book_cover(db, book.id).etag for book in shelf}
    make_cbz("Saga/1.cbz", seed=9, pages=4)
    scan()

    changed = [i for i, etag in before.items() if find_book_cover(db, i).etag != etag]

    assert len(set(before.values())) == 4
    assert len(changed) == 1


@pytest.mark.parametrize(
    ("key", "value"), [("thumbnail.max_dimension", 100), ("thumbnail.jpeg_quality", 50)]
)
def test_a_cover_changes_with_the_settings(db, shelf, cache, key, value):
    found = find_book_cover(db, shelf[0].id)
    set_setting(db, key, value, Change(MONDAY))
    changed = find_book_cover(db, shelf[0].id)

    assert changed.etag != found.etag
    assert make_cover(db, changed) != make_cover(db, found) or key.endswith("dimension")
    assert find_book_cover(db, shelf[0].id, look=CoverLook()).etag == found.etag


def test_the_settings_are_honored(db, make_cbz, scan, root):
    make_cbz("Saga/1.cbz")
    big = io.BytesIO()
    Image.effect_noise((900, 600), 50).convert("RGB").save(big, "JPEG")
    with zipfile.ZipFile(root / "Saga" / "1.cbz", "w") as archive:
        archive.writestr("1.jpg", big.getvalue())
    scan()
    (book,) = list_books(db, MANY).data
    set_setting(db, "thumbnail.max_dimension", 150, Change(MONDAY))
    fine = make_cover(db, find_book_cover(db, book.id))
    set_setting(db, "thumbnail.jpeg_quality", 50, Change(MONDAY))
    coarse = make_cover(db, find_book_cover(db, book.id))

    assert Image.open(io.BytesIO(fine)).size == (150, 100)
    assert len(coarse) < len(fine)


def test_a_file_that_changed_since_the_scan_shows_its_own_cover_and_is_not_kept(
    db, shelf, cache, make_cbz
):
    (book,) = [b for b in shelf if b.file_path.endswith("Saga/1.cbz")]
    old = make_cover(db, find_book_cover(db, book.id))
    make_cbz("Saga/1.cbz", seed=50, pages=5)

    new = make_cover(db, find_book_cover(db, book.id), cache)

    assert new != old
    assert kept_cover(find_book_cover(db, book.id), cache) is None


def test_a_folder_whose_page_changed_since_the_scan_has_no_cover_till_the_next(
    db, root, scan, cache, library
):
    update_library(db, library.id, {"allowed_formats": ["folder"]}, now=MONDAY)
    (root / "Saga" / "1").mkdir(parents=True)
    for name in ("1.png", "2.png"):
        (root / "Saga" / "1" / name).write_bytes(picture((0, 0, 200)))
    scan()
    (book,) = list_books(db, MANY).data
    (root / "Saga" / "1" / "1.png").write_bytes(picture((200, 0, 0)) + b"longer")

    with pytest.raises(UnreadableBookError, match="changed since the last scan"):
        make_cover(db, find_book_cover(db, book.id), cache)

    scan(now="2024-01-16T10:30:00.000000Z")
    cover = make_cover(db, find_book_cover(db, book.id), cache)
    assert Image.open(io.BytesIO(cover)).getpixel((5, 5))[0] > 150


def test_an_image_deleted_since_it_was_found_is_no_cover(db, shelf):
    saga = series_called(db, "Saga")
    add_series_cover(db, saga, picture((0, 200, 0)), now=MONDAY)
    found = find_series_cover(db, saga)
    with write(db):
        rows(db, "DELETE FROM covers")

    with pytest.raises(CoverNotFoundError):
        make_cover(db, found)


@pytest.mark.parametrize("kind", ["solid.cbr", "plain.cb7"])
def test_who_reads_a_solid_book_page_by_page_unpacks_it_once(
    db, root, scan, cache, kind, monkeypatch
):
    """Eight readers who start together, too: one unpacks, the others wait for it."""
    path = root / "Saga" / kind
    path.parent.mkdir()
    write_solid(path)
    scan()
    (book,) = list_books(db, MANY).data
    unpacked = []

    def counted(place):
        unpacked.append(place.number)
        return read_images(place)

    monkeypatch.setattr(page_images, "read_images", counted)
    places = [find_page(db, book.id, number) for number in range(1, 9)]

    def read(place):
        return get_page_image(place, PageWish(), cache=cache).data

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read, [places[0]] * 8))

    assert set(together) == {SOLID[0]}
    assert [read(place) for place in places] == SOLID
    assert unpacked == [1]


SOLID = [picture((number * 20, 0, 0)) for number in range(1, 9)]


def write_solid(path):
    if path.suffix == ".cb7":
        with py7zr.SevenZipFile(path, "w") as archive:
            for number, data in enumerate(SOLID, 1):
                archive.writestr(data, f"{number}.png")
        return
    builder = rars.RarBuilder("rar50", solid=True)
    for number, data in enumerate(SOLID, 1):
        builder.add_bytes(data, f"{number}.png")
    builder.write(str(path))
