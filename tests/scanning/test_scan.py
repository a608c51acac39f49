"""Scans of real files: what is new, what changed, what came back."""

from __future__ import annotations

import json
import os
import shutil
import zipfile

import pytest

from codex_lib.catalog.libraries import create_library, update_library
from codex_lib.catalog.pages import list_pages
from codex_lib.db import rows
from codex_lib.errors import LibraryNotFoundError
from codex_lib.scanning.scan import plan_library, scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


def counts(result):
    """Return the counts of a result that are not 0."""
    names = ("added", "changed", "moved", "missing", "restored", "unchanged")
    return {name: getattr(result, name) for name in names if getattr(result, name)}


def age(path):
    """Let a file look older, as one restored from a backup does."""
    os.utime(path, ns=(1, path.stat().st_mtime_ns - 10**9))


def test_a_first_scan_makes_series_and_books(scan, library, make_cbz, books, series):
    make_cbz("Bone/Bone 01.cbz", pages=3, Title="Out from Boneville", Genre="Fantasy")
    make_cbz("Bone/Bone 02.cbz", pages=2)
    make_cbz("Akira/Akira 1.cbz", pages=4)

    result = scan()

    assert counts(result) == {"added": 3}
    assert (result.library_id, result.mode, result.files_total) == (
        library.id,
        "normal",
        3,
    )
    assert (result.series_created, result.unreadable_count) == (2, 0)
    found = {
        path: (b["title"], b["number"], b["page_count"]) for path, b in books().items()
    }
    assert found == {
        "Akira/Akira 1.cbz": ("Akira 1", 1.0, 4),
        "Bone/Bone 01.cbz": ("Bone 01", 1.0, 3),
        "Bone/Bone 02.cbz": ("Bone 02", 2.0, 2),
    }
    bone = series()["Bone"]
    assert (bone["book_count"], bone["page_count"], bone["path"]) == (2, 5, "Bone")


def test_the_library_keeps_the_result_of_its_last_scan(db, scan, make_cbz):
    make_cbz("A/1.cbz")
    make_cbz("A/2.cbz").write_bytes(b"no book")

    scan(now=TUESDAY)

    (row,) = rows(db, "SELECT last_scan, last_scanned_at, rules_changed FROM libraries")
    last = json.loads(row["last_scan"])
    assert (row["last_scanned_at"], row["rules_changed"]) == (TUESDAY, 0)
    assert (last["added"], last["unreadable_count"], last["cancelled"]) == (2, 1, False)
    assert last["unreadable"] == [["A/2.cbz", "not a ZIP archive but text"]]


def test_pages_are_listed_with_their_sizes(db, scan, make_cbz, books):
    make_cbz("A/1.cbz", pages=2)

    scan()

    pages = list_pages(db, books()["A/1.cbz"]["uuid"])
    assert [(p.file_name, p.file_format, p.width, p.height) for p in pages] == [
        ("001.jpg", "jpeg", 60, 90),
        ("002.jpg", "jpeg", 60, 90),
    ]


def test_page_sizes_can_be_left_for_later(db, scan, make_cbz, books):
    make_cbz("A/1.cbz", pages=1)

    scan(page_sizes=False)

    (page,) = list_pages(db, books()["A/1.cbz"]["uuid"])
    assert (page.file_format, page.width, page.height) == ("jpeg", None, None)


def test_an_unchanged_library_is_not_read_again(scan, make_cbz, books):
    book = make_cbz("A/1.cbz")
    scan()
    before = books()
    # Damage that neither size nor time tells of: only opening the file would.
    stat = book.stat()
    book.write_bytes(b"x" * stat.st_size)
    os.utime(book, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    result = scan(now=TUESDAY)

    assert counts(result) == {"unchanged": 1}
    assert books() == before


def test_deep_reads_every_file(scan, make_cbz, books):
    book = make_cbz("A/1.cbz")
    scan()
    stat = book.stat()
    book.write_bytes(b"x" * stat.st_size)
    os.utime(book, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    result = scan(deep=True)

    assert (counts(result), result.mode) == ({"changed": 1}, "deep")
    assert books()["A/1.cbz"]["analysis_error"] == "not a ZIP archive but text"


def test_new_metadata_reaches_a_book_that_keeps_its_id(scan, make_cbz, books):
    make_cbz("A/1.cbz", Title="Old", Summary="Gone", Genre="War, Horror")
    scan()
    before = books()["A/1.cbz"]
    make_cbz("A/1.cbz", Title="New", Genre="Comedy")

    result = scan(now=TUESDAY)

    after = books()["A/1.cbz"]
    assert counts(result) == {"changed": 1}
    assert (after["uuid"], after["identity"]) == (before["uuid"], before["identity"])
    assert (after["given_title"], after["genres"], after["summary"]) == (
        *("New", "Comedy"),
        None,
    )
    assert (after["created_at"], after["updated_at"]) == (MONDAY, TUESDAY)


def test_a_touched_file_is_read_again_and_stays_what_it_was(scan, make_cbz, books):
    book = make_cbz("A/1.cbz", Title="Bone")
    scan()
    before = dict(books()["A/1.cbz"])
    age(book)

    assert counts(scan()) == {"changed": 1}
    changed = {k for k, v in dict(books()["A/1.cbz"]).items() if v != before[k]}
    assert changed == {"mtime_ns"}
    assert counts(scan()) == {"unchanged": 1}


def test_a_file_hash_is_forgotten_with_the_bytes_it_was_of(db, scan, make_cbz, books):
    book = make_cbz("A/1.cbz")
    scan()
    rows(db, "UPDATE books SET file_hash = 'abc'")

    scan(deep=True)
    assert books()["A/1.cbz"]["file_hash"] == "abc"
    age(book)
    scan()
    assert books()["A/1.cbz"]["file_hash"] == ""


def test_replaced_pages_keep_the_book_of_that_path(scan, make_cbz, ids, books):
    make_cbz("A/1.cbz", seed=1, pages=2)
    scan()
    before = ids()
    make_cbz("A/1.cbz", seed=2, pages=5)

    assert counts(scan()) == {"changed": 1}
    assert ids() == before
    assert books()["A/1.cbz"]["page_count"] == 5


def test_a_missing_file_deletes_softly_and_comes_back(scan, make_cbz, ids, books, root):
    make_cbz("A/1.cbz", seed=1, Title="One")
    make_cbz("A/2.cbz", seed=2)
    scan()
    before = ids()
    (root / "A" / "1.cbz").rename(root.parent / "1.cbz")

    assert counts(scan(now=TUESDAY)) == {"missing": 1, "unchanged": 1}
    gone = books(deleted=True)["A/1.cbz"]
    assert (gone["deleted_at"], gone["given_title"]) == (TUESDAY, "One")
    assert books()["A/2.cbz"]["number"] == 1

    (root.parent / "1.cbz").rename(root / "A" / "1.cbz")
    assert counts(scan()) == {"restored": 1, "unchanged": 1}
    assert ids() == before
    assert books(deleted=True) == {}
    assert books()["A/2.cbz"]["number"] == 2


def test_a_series_without_live_books_is_kept_for_their_return(
    scan, make_cbz, series, ids
):
    make_cbz("A/1.cbz", seed=1, Genre="War")
    make_cbz("A/2.cbz", seed=2)
    book = make_cbz("B/1.cbz", seed=3, Genre="War")
    scan()
    before, book_ids = series()["B"]["uuid"], ids()
    data = book.read_bytes()
    book.unlink()
    (book.parent / "notes.txt").touch()

    scan()
    assert set(series()) == {"A"}
    book.write_bytes(data)
    scan()
    assert series()["B"]["uuid"] == before
    assert ids() == book_ids


def test_several_scans_keep_counting_right(db, scan, make_cbz, series, root):
    for number in range(1, 7):
        make_cbz(f"A/{number}.cbz", seed=number, pages=number, Genre="War", Tags="x, y")
    scan()
    (root / "A" / "6.cbz").unlink()
    scan()
    make_cbz("A/1.cbz", seed=9, pages=9, Genre="Peace")
    make_cbz("B/6.cbz", seed=6, pages=6, Tags="x")
    scan()

    assert series()["A"]["page_count"] == 9 + 2 + 3 + 4 + 5
    found = rows(db, "SELECT name, series_count FROM tags ORDER BY name")
    assert [tuple(row) for row in found] == [("x", 2), ("y", 1)]
    (library,) = rows(db, "SELECT * FROM libraries")
    assert (library["book_count"], library["series_count"]) == (6, 2)


def test_under_limits_a_scan_to_a_folder(scan, make_cbz, books, root):
    for name in ("A/1.cbz", "A/2.cbz", "A/b/3.cbz", "A0/4.cbz", "B/5.cbz"):
        make_cbz(name, seed=int(name[-5]))
    scan()
    for path in ("A/2.cbz", "A0/4.cbz", "B/5.cbz"):
        (root / path).unlink()
    make_cbz("A/b/6.cbz", seed=6)
    make_cbz("B/7.cbz", seed=7)

    result = scan(under="A")

    assert counts(result) == {"added": 1, "missing": 1, "unchanged": 2}
    assert set(books(deleted=True)) == {"A/2.cbz"}
    assert "B/7.cbz" not in books()
    assert counts(scan(under="A/b")) == {"unchanged": 2}


def test_a_deleted_book_comes_back_in_the_folder_that_is_scanned(
    scan, make_cbz, ids, root
):
    for number in range(1, 9):
        make_cbz(f"A/{number}.cbz", seed=number)
    scan()
    before = ids()
    (root / "A" / "8.cbz").rename(root.parent / "8.cbz")
    scan()
    (root / "B").mkdir()
    (root.parent / "8.cbz").rename(root / "B" / "8.cbz")

    assert counts(scan(under="B")) == {"moved": 1}
    assert ids()["B/8.cbz"] == before["A/8.cbz"]


def test_under_can_be_a_folder_of_images(db, root, books):
    library = create_library(
        db, name="L", path=root, now=MONDAY, allowed_formats=["FOLDER", "CBZ"]
    )
    (root / "A").mkdir()
    shutil.copyfile(_image(root.parent), root / "A" / "1.jpg")

    def scan(**options):
        return scan_library(db, library.id, now=MONDAY, threads=1, **options)

    assert counts(scan(under="A")) == {"added": 1}
    assert counts(scan(under="A")) == {"unchanged": 1}
    assert counts(scan()) == {"unchanged": 1}
    assert books()["A"]["file_format"] == "folder"
    assert books()["A"]["title"] == "A"


def _image(folder):
    from PIL import Image  # noqa: PLC0415 - this test only

    Image.new("RGB", (20, 30)).save(folder / "1.jpg")
    return folder / "1.jpg"


def test_a_folder_of_images_and_files_of_its_name_are_told_apart(db, root, make_cbz):
    """The folder comes first in the catalog's order, whatever lies beside it."""
    library = create_library(
        db, name="L", path=root, now=MONDAY, allowed_formats=["FOLDER", "CBZ"]
    )
    (root / "S" / "A").mkdir(parents=True)
    shutil.copyfile(_image(root.parent), root / "S" / "A" / "1.jpg")
    make_cbz("S/A 2.cbz")
    make_cbz("S/A-b/3.cbz")
    scan_library(db, library.id, now=MONDAY)

    assert counts(scan_library(db, library.id, now=MONDAY)) == {"unchanged": 3}


def test_changed_strategies_read_every_file_again_once(
    db, library, scan, make_cbz, books
):
    make_cbz("A/1.cbz", Title="Out from Boneville", Number="7")
    scan()
    changes = {"book_strategy": "metadata_first", "number_strategy": "metadata"}
    update_library(db, library.id, changes, now=TUESDAY)

    assert counts(scan()) == {"changed": 1}
    book = books()["A/1.cbz"]
    assert (book["title"], book["number"]) == ("Out from Boneville", 7.0)
    assert counts(scan()) == {"unchanged": 1}


def test_changed_strategies_wait_for_a_whole_scan(db, library, scan, make_cbz, books):
    make_cbz("A/1.cbz", Title="One")
    make_cbz("B/1.cbz", Title="Two", seed=2)
    scan()
    update_library(db, library.id, {"book_strategy": "metadata_first"}, now=TUESDAY)

    assert counts(scan(under="A")) == {"changed": 1}
    assert counts(scan()) == {"changed": 2}
    assert books()["B/1.cbz"]["title"] == "Two"


def test_sidecars_of_calibre_win_and_are_followed(db, root, make_cbz, books, series):
    library = create_library(
        db,
        name="L",
        path=root,
        now=MONDAY,
        book_strategy="metadata_first",
        series_strategy="calibre",
        series_config={"series_mode": "from_metadata"},
    )
    make_cbz("Jeff Smith/Bone 1 (7)/Bone 1 - Jeff Smith.cbz", Title="T", Summary="S")
    sidecar = root / "Jeff Smith" / "Bone 1 (7)" / "metadata.opf"
    sidecar.write_text(_opf("Out from Boneville", "Bone"))

    scan_library(db, library.id, now=MONDAY)
    (book,) = books().values()
    assert (book["title"], book["summary"]) == ("Out from Boneville", "S")
    assert set(series()) == {"Bone"}
    assert counts(scan_library(db, library.id, now=MONDAY)) == {"unchanged": 1}

    sidecar.write_text(_opf("Out from Boneville", "Bone (complete)"))
    age(sidecar)
    assert counts(scan_library(db, library.id, now=MONDAY)) == {"changed": 1}
    assert set(series()) == {"Bone (complete)"}
    assert len(rows(db, "SELECT * FROM series")) == 1

    sidecar.write_text("<package")
    age(sidecar)
    result = scan_library(db, library.id, now=MONDAY)
    (book,) = books().values()
    assert book["analysis_warnings"].startswith("metadata.opf: ")
    assert result.unreadable_count == 0


def _opf(title, series):
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<metadata><dc:title>{title}</dc:title><meta name="calibre:series"'
        f' content="{series}"/></metadata></package>'
    )


def test_names_that_are_no_utf8_are_books_like_others(db, root, scan, books, ids):
    folder = os.fsencode(root) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102 - bytes
    with zipfile.ZipFile(root / "1.cbz", "w") as archive:
        archive.writestr("1.jpg", _image(root.parent).read_bytes())
    os.rename(root / "1.cbz", folder + b"/\xff.cbz")  # noqa: PTH104 - bytes
    shutil.copytree(folder, os.fsencode(root) + b"/b")

    assert counts(scan()) == {"added": 2}
    before = ids()
    assert counts(scan()) == {"unchanged": 2}
    os.unlink(folder + b"/\xff.cbz")  # noqa: PTH108 - bytes
    assert counts(scan()) == {"missing": 1, "unchanged": 1}
    shutil.copy(os.fsencode(root) + b"/b/\xff.cbz", folder + b"/\xff.cbz")
    assert counts(scan()) == {"restored": 1, "unchanged": 1}
    assert ids() == before
    (uuid,) = (uuid for path, uuid in before.items() if path.startswith("caf"))
    assert len(list_pages(db, uuid)) == 1


def test_progress_counts_to_its_total_in_every_phase(scan, make_cbz, root):
    for number in range(1, 6):
        make_cbz(f"A/{number}.cbz", seed=number)
    met = []

    scan(on_progress=met.append)

    assert [p.phase for p in met] == ["walk", "read", "finish"]
    assert [(p.done, p.total) for p in met] == [(0, 0), (5, 5), (1, 1)]
    assert met[1].current == "A/5.cbz"
    (root / "A" / "5.cbz").rename(root / "A" / "9.cbz")
    met.clear()
    scan(on_progress=met.append)
    assert [p.phase for p in met] == ["walk", "match", "read", "finish"]


def test_a_plan_tells_what_a_scan_would_do_and_changes_nothing(
    db, library, scan, make_cbz, snapshot, root
):
    for number in range(1, 5):
        make_cbz(f"A/{number}.cbz", seed=number)
    scan()
    before = snapshot(db)
    (root / "A" / "4.cbz").unlink()
    (root / "A" / "3.cbz").rename(root / "A" / "5.cbz")
    make_cbz("A/6.cbz", seed=6)
    age(root / "A" / "1.cbz")

    plan = plan_library(db, library.id)

    assert [fact.path for fact in plan.added] == ["A/6.cbz"]
    assert [c.file.path for c in plan.changed] == ["A/1.cbz"]
    assert [(c.book.path, c.file.path) for c in plan.moved] == [("A/3.cbz", "A/5.cbz")]
    assert [book.path for book in plan.missing] == ["A/4.cbz"]
    assert plan.refused == []
    assert snapshot(db) == before


def test_a_library_that_is_not_there_is_an_error(db):
    with pytest.raises(LibraryNotFoundError):
        scan_library(db, "0190a5a0-0000-7000-8000-000000000000", now=MONDAY)


def test_many_files_are_read_by_threads_in_order(scan, make_cbz, books, root):
    first = make_cbz("A/000.cbz", pages=1)
    for number in range(1, 100):
        shutil.copyfile(first, root / "A" / f"{number:03}.cbz")

    result = scan(threads=4)

    assert counts(result) == {"added": 100}
    found = books()
    assert [found[f"A/{n:03}.cbz"]["number"] for n in range(100)] == [
        n + 1 for n in range(100)
    ]


def test_an_empty_library_is_scanned(scan):
    assert counts(scan()) == {}
