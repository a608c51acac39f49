from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.series import list_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    LibraryNotFoundError,
    SeriesNotFoundError,
)
from codex_lib.scanning.scan import scan_library
from codex_lib.scanning.verify import verify_books

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
FRIDAY = "2024-01-19T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def shelf(db, make_cbz, scan):
    """Three books in two series, scanned."""
    make_cbz("Akira/Akira 1.cbz", seed=3)
    make_cbz("Bone/Bone 1.cbz", seed=1)
    make_cbz("Bone/Bone 2.cbz", seed=2)
    scan()


@pytest.fixture
def verify(db):
    def run(*, now=MONDAY, **options):
        return verify_books(db, now=now, **options)

    return run


def flip(path, *, keep_time=True):
    """Change one bit of the second page, as a failing disk does."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def checks(db):
    sql = """
        SELECT books.path, checks.* FROM book_checks AS checks
        JOIN books ON books.id = book_id ORDER BY path
    """
    return [dict(row) for row in rows(db, sql)]


@pytest.mark.usefixtures("shelf")
def test_sound_books_are_counted_and_kept(db, root, verify):
    result = verify()

    size = sum(path.stat().st_size for path in root.glob("*/*.cbz"))
    assert (result.total, result.checked, result.sound) == (3, 3, 3)
    assert result.bytes_read == size
    assert (result.books, result.cancelled) == ([], False)
    assert [check["is_sound"] for check in checks(db)] == [1, 1, 1]
    assert [check["sound_at"] for check in checks(db)] == [MONDAY] * 3


@pytest.mark.usefixtures("shelf")
def test_a_file_that_changes_without_being_written_has_rotted(root, verify):
    verify()
    flip(root / "Bone" / "Bone 1.cbz")

    result = verify(now=TUESDAY)

    (book,) = result.books
    assert (result.sound, result.bit_rot, result.damaged) == (2, 1, 0)
    assert (book.title, book.status) == ("Bone 1", "bit_rot")
    assert book.path == str(root / "Bone" / "Bone 1.cbz")
    assert book.problems[0].startswith("other bytes than on 2024-01-15")
    assert "'002.jpg' is damaged (its checksum is wrong)" in book.problems
    assert verify(now=FRIDAY).bit_rot == 1


@pytest.mark.usefixtures("shelf")
def test_a_file_that_was_written_is_judged_by_what_it_is_now(root, make_cbz, verify):
    verify()
    make_cbz("Bone/Bone 1.cbz", seed=9, pages=5)
    flip(root / "Bone" / "Bone 2.cbz", keep_time=False)
    stamp = (root / "Bone" / "Bone 2.cbz").stat().st_mtime_ns + 10**9
    os.utime(root / "Bone" / "Bone 2.cbz", ns=(stamp, stamp))

    result = verify(now=TUESDAY)

    (book,) = result.books
    assert (result.edited, result.damaged, result.bit_rot) == (2, 1, 0)
    assert book.problems == ["'002.jpg' is damaged (its checksum is wrong)"]


@pytest.mark.usefixtures("shelf")
def test_a_backup_that_is_put_back_is_sound_again(root, tmp_path, verify):
    path, backup = root / "Bone" / "Bone 1.cbz", tmp_path / "backup.cbz"
    shutil.copy2(path, backup)
    verify()
    flip(path)
    assert verify().bit_rot == 1

    shutil.copy2(backup, path)

    assert verify().sound == 3


@pytest.mark.usefixtures("shelf")
def test_a_book_damaged_from_the_start_has_not_rotted(db, root, verify):
    flip(root / "Bone" / "Bone 1.cbz")

    for _ in range(2):
        result = verify()
        assert (result.damaged, result.bit_rot, result.edited) == (1, 0, 0)
    assert [check["sound_at"] for check in checks(db)] == [MONDAY, None, MONDAY]


@pytest.mark.usefixtures("shelf")
def test_the_directory_alone_tells_of_a_cut_but_not_of_a_bit(db, root, verify):
    flip(root / "Bone" / "Bone 1.cbz")
    cut = root / "Bone" / "Bone 2.cbz"
    cut.write_bytes(cut.read_bytes()[:-100])

    result = verify(depth="directory")

    assert [book.title for book in result.books] == ["Bone 2"]
    assert result.bytes_read == 0
    assert {check["sound_digest"] for check in checks(db)} == {None}


@pytest.mark.usefixtures("shelf")
def test_a_missing_file_is_counted_and_what_was_known_stays(db, root, verify):
    verify()
    (root / "Bone" / "Bone 1.cbz").unlink()
    (root / "Bone" / "Bone 2.cbz").unlink()
    os.mkfifo(root / "Bone" / "Bone 2.cbz")  # must not block either

    result = verify(now=TUESDAY)

    assert (result.missing, result.checked, result.books) == (2, 1, [])
    assert [c["checked_at"] for c in checks(db)] == [TUESDAY, MONDAY, MONDAY]


@pytest.mark.usefixtures("shelf")
def test_recent_looks_are_not_repeated_but_what_they_found_is_told(root, verify):
    flip(root / "Bone" / "Bone 1.cbz")
    verify(now=TUESDAY)

    result = verify(since=MONDAY, now=FRIDAY)

    (book,) = result.books
    assert (result.skipped, result.checked, result.bytes_read) == (3, 0, 0)
    assert (book.status, book.checked_at) == ("damaged", TUESDAY)
    assert verify(since=FRIDAY, now=FRIDAY).checked == 3


@pytest.mark.usefixtures("shelf")
def test_a_less_thorough_look_does_not_count(verify):
    verify(depth="checksums", now=TUESDAY)

    assert verify(depth="images", since=MONDAY, now=TUESDAY).checked == 3
    assert verify(depth="directory", since=MONDAY, now=TUESDAY).skipped == 3


@pytest.mark.usefixtures("shelf")
def test_a_file_that_was_scanned_anew_is_looked_at_again(make_cbz, scan, verify):
    verify()
    make_cbz("Bone/Bone 1.cbz", seed=9, pages=5)
    scan()

    assert verify(since=MONDAY).checked == 1


@pytest.mark.usefixtures("shelf")
def test_a_series_a_library_or_some_books_are_enough(db, library, tmp_path, verify):
    other = tmp_path / "Other"
    other.mkdir()
    second = create_library(db, name="Other", path=other, now=MONDAY)
    scan_library(db, second.id, now=MONDAY)
    series = {series.title: series.id for series in list_series(db, Paging()).data}
    book = rows(db, "SELECT uuid FROM books ORDER BY id")[0]["uuid"]

    assert verify(series_id=series["Bone"]).total == 2
    assert verify(library_id=library.id).total == 3
    assert verify(library_id=second.id).total == 0
    assert verify(book_ids=[book, book]).total == 1
    assert verify(book_ids=[]).total == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"library_id": NOBODY}, LibraryNotFoundError),
        ({"series_id": NOBODY}, SeriesNotFoundError),
        ({"book_ids": [NOBODY]}, BookNotFoundError),
        ({"depth": "deep"}, InvalidError),
        ({"rate": 0}, InvalidError),
    ],
)
def test_what_does_not_exist_is_an_error(verify, options, error):
    with pytest.raises(error):
        verify(**options)


@pytest.mark.usefixtures("shelf")
def test_a_stop_ends_it_between_pages_and_the_rest_follows(db, verify):
    told = []
    result = verify(on_progress=told.append, should_stop=lambda: len(told) > 1)

    assert (result.checked, result.cancelled) == (1, True)
    assert [tuple(p) for p in told] == [
        (0, 3, "Akira/Akira 1.cbz"),
        (1, 3, "Bone/Bone 1.cbz"),
    ]
    assert len(checks(db)) == 1
    rest = verify(since=MONDAY)
    assert (rest.skipped, rest.checked, rest.sound) == (1, 2, 2)


@pytest.mark.usefixtures("shelf")
def test_a_stop_within_a_book_keeps_nothing_of_it(db, verify):
    asked = iter([False] * 4 + [True] * 9)

    result = verify(should_stop=lambda: next(asked))

    assert (result.checked, result.skipped, result.cancelled) == (0, 0, True)
    assert checks(db) == []


@pytest.mark.usefixtures("shelf")
def test_no_more_is_read_a_second_than_allowed(root, verify):
    size = sum(path.stat().st_size for path in root.glob("*/*.cbz"))
    began = time.monotonic()

    result = verify(rate=size * 4)

    assert result.bytes_read == size
    assert 0.2 <= time.monotonic() - began < 5


@pytest.mark.usefixtures("shelf")
def test_a_file_that_is_written_meanwhile_is_left_for_later(db, make_cbz, verify):
    def rewrite(progress):
        if progress.done == 0:
            asked.append(progress)

    asked = []

    def stop():
        if asked and asked.pop():
            make_cbz("Akira/Akira 1.cbz", seed=8, pages=7)
        return False

    result = verify(on_progress=rewrite, should_stop=stop)

    assert (result.skipped, result.checked) == (1, 2)
    assert len(checks(db)) == 2


@pytest.mark.usefixtures("shelf")
def test_a_book_that_is_forgotten_meanwhile_stops_nothing(db, verify):
    def forget(progress):
        if progress.done == 0:
            rows(db, "DELETE FROM books WHERE path = 'Bone/Bone 1.cbz'")

    result = verify(on_progress=forget)
    check_catalog(db, repair=True)

    assert (result.total, result.checked, result.skipped) == (3, 2, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.usefixtures("shelf")
def test_a_file_that_may_not_be_read_is_a_problem(root, verify):
    (root / "Bone" / "Bone 1.cbz").chmod(0)

    (book,) = verify().books

    assert book.problems == ["Permission denied"]


def test_a_disk_that_fails_is_a_problem(shelf, verify, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("codex_lib.scanning.verify.read_pieces", fail)

    assert [book.problems for book in verify().books] == [["Input/output error"]] * 3


def test_a_folder_of_images_is_a_book_too(db, tmp_path, verify):
    folder = tmp_path / "Loose" / "Bone" / "Bone 1"
    folder.mkdir(parents=True)
    for number in range(3):
        picture = Image.new("RGB", (60 + number, 90))
        picture.save(folder / f"{number}.jpg")
    (folder / ".hidden").write_bytes(b"not looked at as a page")
    library = create_library(
        db,
        name="Loose",
        path=tmp_path / "Loose",
        allowed_formats=["folder"],
        now=MONDAY,
    )
    scan_library(db, library.id, now=MONDAY)
    assert verify().sound == 1

    stamp = (folder / "1.jpg").stat()
    data = bytearray((folder / "1.jpg").read_bytes())
    data[-20] ^= 1
    (folder / "1.jpg").write_bytes(data)
    os.utime(folder / "1.jpg", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

    assert verify(now=TUESDAY).bit_rot == 1


_RUN = """
import sys
from codex_lib.db import open_catalog
from codex_lib.scanning.verify import verify_books
db = open_catalog(sys.argv[1])
verify_books(db, rate=int(sys.argv[2]), now=sys.argv[3],
    on_progress=lambda progress: print(progress.done, flush=True))
"""


@pytest.mark.usefixtures("shelf")
def test_a_look_that_was_killed_goes_on_where_it_ended(db, root, verify):
    size = (root / "Bone" / "Bone 1.cbz").stat().st_size
    command = [sys.executable, "-c", _RUN, str(db.path), str(size * 2), MONDAY]

    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            if line == b"1\n":
                process.send_signal(signal.SIGKILL)
    result = verify(since=MONDAY, now=TUESDAY)

    assert process.returncode == -signal.SIGKILL
    assert (result.skipped, result.checked, result.sound) == (1, 2, 2)
    assert [c["checked_at"] for c in checks(db)] == [MONDAY, TUESDAY, TUESDAY]
