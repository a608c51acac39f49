"""Scans that are stopped, killed or started twice, and the scans after them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import create_library, delete_library, update_library
from codex_lib.db import open_catalog, rows
from codex_lib.errors import LibraryNotFoundError, ScanRunningError
from codex_lib.scanning.lock import scan_lock
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"

# A scan in small steps, in a process of its own: argv are the catalog, the library
# and what is to happen when ("progress" or "step", how often before).
_SCAN = """
import os, signal, sys
from codex_lib.db import open_catalog
from codex_lib.scanning import analyze, finish, scan

path, library, when, count = sys.argv[1:]
analyze.CHUNK_FILES, scan.BATCH_BOOKS, finish.BATCH_SERIES = 2, 4, 1
left = int(count)

def tick(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

db = open_catalog(path)
options = {"on_progress": tick} if when == "progress" else {}
if when == "step":
    db.set_progress_handler(tick, 100)
scan.scan_library(db, library, now="2024-01-16T10:30:00.000000Z", threads=1, **options)
print(-left)
"""


def _run(*arguments):
    return subprocess.run(
        [sys.executable, "-c", _SCAN, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def changed(db, scan, make_cbz, root, tmp_path):
    """A library with every kind of change since its scan; gives copies of its catalog.

    Numbers of A shift by one, B is renamed, C loses books and gets two others swapped,
    one of D comes back, one of E takes the place of another, F has new metadata, G is
    new and in part damaged.
    """
    for name in "ABCDEF":
        for number in range(1, 8):
            seed = ord(name) * 10 + number
            make_cbz(f"{name}/{number}.cbz", seed=seed, pages=2, Genre=name)
    (root / "D" / "7.cbz").rename(root.parent / "7.cbz")
    scan()
    (root.parent / "7.cbz").rename(root / "D" / "7.cbz")
    (root / "D" / "6.cbz").unlink()
    scan()
    for number in range(7, 0, -1):
        (root / f"A/{number}.cbz").rename(root / f"A/{number + 1}.cbz")
    make_cbz("A/1.cbz", seed=1)
    (root / "B").rename(root / "B2")
    (root / "C" / "1.cbz").unlink()
    (root / "C" / "2.cbz").rename(root / "C" / "x")
    (root / "C" / "3.cbz").rename(root / "C" / "2.cbz")
    (root / "C" / "x").rename(root / "C" / "3.cbz")
    make_cbz("D/6.cbz", seed=ord("D") * 10 + 6, pages=2)
    (root / "E" / "7.cbz").rename(root / "E" / "1.cbz")
    for number in range(1, 8):
        make_cbz(f"F/{number}.cbz", seed=ord("F") * 10 + number, pages=2, Genre="new")
        make_cbz(f"G/{number}.cbz", seed=number + 50, pages=2, Publisher="G")
    (root / "G" / "3.cbz").write_bytes(b"damaged")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(name):
        (tmp_path / name).mkdir()
        return shutil.copyfile(db.path, tmp_path / name / "codex.db")

    return copy


def _books(db):
    """Return the public ids of the books that were there before the changes."""
    sql = "SELECT uuid, path, deleted_at IS NULL FROM books WHERE created_at = ?"
    return sorted(map(tuple, rows(db, sql, [MONDAY])))


@pytest.fixture
def undisturbed(changed, library, snapshot):
    """What the catalog holds after a scan of the changed library that nobody stops."""
    path = changed("undisturbed")
    with closing(open_catalog(path)) as db:
        result = scan_library(db, library.id, now=MONDAY.replace("15", "16"), threads=1)
        assert (result.moved, result.restored, result.missing) == (17, 1, 2)
        assert (result.changed, result.added, result.unchanged) == (7, 8, 15)
        assert check_catalog(db).problems == []
        return snapshot(db), _books(db)


def assert_same(found, expected):
    """Compare table by table: a whole catalog is too long to be shown."""
    for name, facts in expected[0].items():
        assert found[0][name] == facts, name
    assert found[1] == expected[1]


KILLS = [
    *(("progress", count) for count in (1, 3, 4, 5, 7, 8, 11, 13, 15, 18, 20, 22, 25)),
    *(("step", count) for count in (20, 50, 70, 90, 110, 130, 150, 170, 190)),
]


@pytest.mark.parametrize(("when", "count"), KILLS)
def test_a_killed_scan_is_completed_by_the_next(
    undisturbed, changed, library, snapshot, when, count
):
    path = changed("killed")

    killed = _run(path, library.id, when, count)

    assert killed.returncode == -signal.SIGKILL, killed.stderr + killed.stdout
    with closing(open_catalog(path)) as db:
        assert check_catalog(db).problems == []
        scan_library(db, library.id, now=MONDAY.replace("15", "16"), threads=1)
        assert check_catalog(db).problems == []
        assert_same((snapshot(db), _books(db)), undisturbed)
        again = scan_library(db, library.id, now=MONDAY, threads=1)
        assert again.unchanged == again.files_total


@pytest.mark.parametrize("after", [1, 2, 3, 5, 8, 11, 14, 17])
def test_a_stopped_scan_misses_nothing_and_is_completed_by_the_next(
    undisturbed, changed, library, snapshot, monkeypatch, after
):
    monkeypatch.setattr("codex_lib.scanning.analyze.CHUNK_FILES", 2)
    monkeypatch.setattr("codex_lib.scanning.scan.BATCH_BOOKS", 4)
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) >= after

    with closing(open_catalog(changed("stopped"))) as db:
        options = {"now": MONDAY.replace("15", "16"), "threads": 1}
        before = {uuid: live for uuid, _, live in _books(db)}

        result = scan_library(db, library.id, should_stop=should_stop, **options)

        assert result.cancelled
        assert result.missing == 0
        assert check_catalog(db).problems == []
        assert all(live >= before[uuid] for uuid, _, live in _books(db))
        finished = scan_library(db, library.id, **options)
        assert not finished.cancelled
        assert check_catalog(db).problems == []
        assert_same((snapshot(db), _books(db)), undisturbed)


def test_a_scan_that_may_stop_and_does_not_is_whole(scan, make_cbz):
    make_cbz("A/1.cbz")

    result = scan(should_stop=lambda: False)

    assert (result.cancelled, result.added) == (False, 1)


def test_a_stopped_scan_by_threads_stores_what_was_read(scan, make_cbz, root, books):
    first = make_cbz("A/000.cbz", pages=1)
    for number in range(1, 200):
        shutil.copyfile(first, root / "A" / f"{number:03}.cbz")
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 3

    result = scan(threads=4, should_stop=should_stop)

    assert result.cancelled
    assert 0 < result.added == len(books()) < 200
    assert scan().added == 200 - result.added


def test_a_library_is_scanned_by_one_at_a_time(db, scan, library, make_cbz, books):
    make_cbz("A/1.cbz")

    with (
        scan_lock(db.path.parent, library.id, library.name),
        pytest.raises(ScanRunningError, match="Comics"),
    ):
        scan()

    assert books() == {}
    assert scan().added == 1


def test_another_process_is_told_that_a_scan_runs(db, scan, library, make_cbz):
    make_cbz("A/1.cbz")
    outcome = []

    def start_another(progress):
        if progress.phase == "read":
            outcome.append(_run(db.path, library.id, "progress", 0))

    scan(on_progress=start_another)

    (other,) = outcome
    assert other.returncode == 1
    assert "ScanRunningError: A scan of Comics is already running" in other.stderr


def test_two_libraries_are_scanned_at_once_by_two_processes(
    db, library, make_cbz, tmp_path, books, root
):
    other = tmp_path / "Manga"
    for number in range(60):
        make_cbz(f"A/{number}.cbz", seed=number, pages=1)
    shutil.copytree(root, other)
    second = create_library(db, name="Manga", path=other, now=MONDAY)

    running = [
        subprocess.Popen(
            [sys.executable, "-c", _SCAN, db.path, which.id, "progress", "0"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        for which in (library, second)
    ]

    assert [process.communicate(timeout=60)[1] for process in running] == [b"", b""]
    found = rows(db, "SELECT book_count, series_count FROM libraries")
    assert [tuple(row) for row in found] == [(60, 1), (60, 1)]


def test_a_lock_ends_with_the_process_that_held_it(tmp_path):
    code = (
        "import os, sys; from pathlib import Path\n"
        "from codex_lib.scanning.lock import scan_lock\n"
        "scan_lock(Path(sys.argv[1]), 'x', 'X').__enter__(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=False)

    with scan_lock(tmp_path, "x", "X"):
        assert os.listdir(tmp_path) == ["scan-x.lock"]  # noqa: PTH208 - names


def test_a_library_deleted_during_its_scan_ends_the_scan(db, scan, library, make_cbz):
    for number in range(1, 4):
        make_cbz(f"A/{number}.cbz", seed=number)

    def delete(progress):
        if progress.phase == "read":
            delete_library(db, library.id, now=MONDAY)

    with pytest.raises(LibraryNotFoundError, match="Comics"):
        scan(on_progress=delete)
    assert rows(db, "SELECT * FROM books") == []


def test_strategies_changed_during_a_scan_are_not_forgotten(
    db, scan, library, make_cbz, books
):
    make_cbz("A/one.cbz", Title="Given")

    def change(progress):
        if progress.phase == "finish":
            changes = {"book_strategy": "metadata_first"}
            update_library(db, library.id, changes, now="2025-01-01T00:00:00Z")

    scan(on_progress=change)
    assert books()["A/one.cbz"]["title"] == "one"

    scan()
    assert books()["A/one.cbz"]["title"] == "Given"
