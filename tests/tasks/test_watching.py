"""Libraries that are scanned when something changes in them."""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from functools import partial

import pytest

from codex_lib import clock
from codex_lib.catalog.libraries import delete_library, update_library
from codex_lib.db import open_catalog
from codex_lib.errors import CatalogBusyError
from codex_lib.tasks import watching as watching_module
from codex_lib.tasks.claims import claim_task, finish_task
from codex_lib.tasks.quiet import Changes, Patience
from codex_lib.tasks.scans import active_scans, start_scan
from codex_lib.tasks.tasks import get_task
from codex_lib.tasks.watching import (
    Rhythm,
    Watcher,
    holds_something,
    reachable_folder,
    watched_folders,
    watching,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
PATIENCE = 20
QUICK = Patience(quiet=0.05, longest=1)
RHYTHM = Rhythm(look=0.01, recheck=0.05, poll=0.05)


@pytest.fixture
def watched(db, library):
    """The library, which wants to be watched."""
    config = {"scanning_config": {"watch": True}}
    return update_library(db, library.id, config, now=MONDAY)


@pytest.fixture
def until():
    """Return a function that waits for a condition and returns what it gave."""

    def wait(condition):
        end = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.01)
        return found

    return wait


@pytest.fixture
def look(db, watched):
    """Return a function that lets a watcher look once, without its thread."""
    watcher = Watcher(Changes(QUICK), RHYTHM)

    def once():
        watcher._look(db)
        time.sleep(RHYTHM.recheck)

    once.watcher = watcher
    yield once
    for eye in watcher._eyes.values():
        eye.close()


def test_a_new_book_is_a_scan_of_its_folder(db, root, watched, make_cbz, until):
    (root / "Bone").mkdir()
    with watching(partial(open_catalog, db.path), QUICK, RHYTHM):
        number = 0

        def scans():
            nonlocal number
            number += 1
            make_cbz("Bone/Bone 01.cbz", pages=number)
            time.sleep(0.3)  # the quiet that is waited for
            return active_scans(db)

        (scan,) = until(scans)

    assert get_task(db, scan.task_id).params == {"mode": "normal", "under": "Bone"}


def test_only_what_wants_it_is_watched(db, library):
    assert watched_folders(db) == {}

    update_library(db, library.id, {"scanning_config": {}}, now=MONDAY)
    assert watched_folders(db) == {}

    config = {"scanning_config": {"watch": True}}
    update_library(db, library.id, config, now=MONDAY)
    assert list(watched_folders(db)) == [library.id]

    update_library(db, library.id, {"is_active": False}, now=MONDAY)
    assert watched_folders(db) == {}


def test_a_change_of_the_libraries_counts_without_a_new_start(db, watched, look):
    look()
    assert list(look.watcher._eyes) == [watched.id]

    update_library(db, watched.id, {"scanning_config": {"watch": False}}, now=MONDAY)
    look()
    assert look.watcher._eyes == {}


def test_a_scan_that_runs_is_followed_by_another(db, watched, look, worker):
    look()
    status = start_scan(db, watched.id, now=MONDAY)
    running = claim_task(db, status.task_id, worker, now=clock.now())
    look.watcher._changes.add(watched.id, "", time.monotonic())

    look()
    look()
    assert [scan.status for scan in active_scans(db)] == ["running"]

    finish_task(db, running, {}, progress=None, now=clock.now())
    look()
    look()
    assert [scan.status for scan in active_scans(db)] == ["pending"]


def test_a_folder_that_is_gone_is_told_and_scanned_when_it_is_back(
    db, root, watched, look, caplog
):
    (root / "Bone").mkdir()
    look()
    shutil.move(root, root.with_name("elsewhere"))

    look()
    look()
    assert look.watcher._eyes == {}
    assert f"{root} is gone, or something else" in caplog.text
    assert active_scans(db) == []

    root.mkdir()  # as an empty mount point
    look()
    look()
    assert active_scans(db) == []

    root.rmdir()
    look()
    shutil.move(root.with_name("elsewhere"), root)
    look()
    look()
    assert [scan.status for scan in active_scans(db)] == ["pending"]


def test_changes_of_a_library_that_is_not_watched_any_more_are_forgotten(
    db, watched, look
):
    look.watcher._changes.add("another", "", 0)
    look()
    assert active_scans(db) == []

    delete_library(db, watched.id, now=MONDAY)
    look.watcher._recheck_at = time.monotonic() + PATIENCE
    look.watcher._changes.add(watched.id, "", 0)
    look()
    assert active_scans(db) == []


def test_a_busy_catalog_is_asked_again(db, watched, look, monkeypatch, caplog):
    look()

    def refuse(*args, **options):
        raise CatalogBusyError("another process has it")

    with monkeypatch.context() as patch:
        patch.setattr(watching_module, "request_scan", refuse)
        look.watcher._changes.add(watched.id, "", 0)
        look()
    assert "cannot be queued yet: another process has it" in caplog.text
    assert active_scans(db) == []

    look()
    look()
    assert len(active_scans(db)) == 1


def test_a_catalog_that_cannot_be_read_ends_nothing(db, monkeypatch, caplog, until):
    def refuse(*args):
        raise CatalogBusyError("another process has it")

    monkeypatch.setattr(watching_module, "watched_folders", refuse)
    with watching(partial(open_catalog, db.path), QUICK, RHYTHM):
        until(lambda: caplog.text.count("Libraries are not watched") > 1)


@pytest.mark.parametrize(
    ("folder", "nearest"),
    [("Bone", "Bone"), ("Bone/1/2", "Bone"), ("Maus/1", ""), ("", "")],
)
def test_the_nearest_folder_that_is_still_there_is_scanned(root, folder, nearest):
    (root / "Bone").mkdir()

    assert reachable_folder(str(root), folder) == nearest


def test_a_folder_that_cannot_be_read_holds_nothing(root):
    assert not holds_something(str(root / "nowhere"))
    assert not holds_something(str(root))
    (root / "Bone").mkdir()
    assert holds_something(str(root))


def test_the_catalog_is_closed_at_the_end(db, watched):
    with watching(lambda: open_catalog(db.path), QUICK, RHYTHM):
        pass
    with closing(open_catalog(db.path)):
        pass
