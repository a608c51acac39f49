"""Opening a catalog, transactions and reads: codex_lib/db/__init__.py."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from codex_lib import db as db_module
from codex_lib.db import filesystems, many, one, open_catalog, read, rows, write
from codex_lib.errors import (
    CatalogBusyError,
    CatalogError,
    InvalidError,
    NetworkCatalogError,
)


@pytest.fixture
def quick(monkeypatch):
    """Let connections opened from here on wait 50 ms for a lock and not 30 s."""
    monkeypatch.setattr(db_module, "BUSY_SECONDS", 0.05)


@pytest.fixture
def other(db):
    """A second connection to the same catalog."""
    with closing(open_catalog(db.path)) as other:
        yield other


def version(db):
    return one(db, "SELECT version FROM catalog")["version"]


def store(db, one_of, names, error=None):
    with write(db):
        for name in names:
            one_of(db, name)
        if error:
            raise error


# Opening


def test_opening_makes_the_folder_and_the_catalog(tmp_path):
    path = tmp_path / "not" / "there" / "codex.db"

    with closing(open_catalog(str(path))) as db:
        assert db.path == path
        assert rows(db, "SELECT * FROM books") == []


def test_a_catalog_is_opened_as_designed(db):
    def pragma(name):
        return rows(db, f"PRAGMA {name}")[0][0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 1
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 30_000


def test_what_is_stored_is_there_after_opening_again(db, genre, genres):
    with write(db):
        genre(db, "Noir")

    with closing(open_catalog(db.path)) as again:
        assert genres(again) == 1


def test_a_file_that_is_no_database_is_refused_by_its_path(tmp_path):
    path = tmp_path / "codex.db"
    path.write_text("Not a database, whatever its name says.\n" * 100)

    with pytest.raises(CatalogError, match=r"codex\.db cannot be used: .*not a data"):
        open_catalog(path)


def test_a_damaged_schema_is_refused(db):
    path = db.path
    db.close()
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)

    with pytest.raises(CatalogError, match=r"codex\.db cannot be used: .*malformed"):
        open_catalog(path)


def test_a_folder_in_the_catalogs_place_is_refused(tmp_path):
    with pytest.raises(CatalogError, match="unable to open"):
        open_catalog(tmp_path)


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(CatalogError, match=r"data.*exists"):
        open_catalog(tmp_path / "data" / "codex.db")


@pytest.fixture
def on_network(tmp_path, monkeypatch):
    text = f"22 1 8:1 / / rw - ext4 x rw\n40 22 0:35 / {tmp_path} rw - nfs4 nas:/ rw\n"
    (tmp_path / "mountinfo").write_text(text)
    monkeypatch.setattr(filesystems, "MOUNTS", tmp_path / "mountinfo")


def test_a_network_file_system_is_refused_and_nothing_is_made(tmp_path, on_network):
    with pytest.raises(NetworkCatalogError, match="nfs4"):
        open_catalog(tmp_path / "data" / "codex.db")

    assert not (tmp_path / "data").exists()


def test_a_network_file_system_can_be_allowed(tmp_path, on_network):
    with closing(open_catalog(tmp_path / "codex.db", allow_network=True)) as db:
        assert version(db) == 0


def test_opening_waits_for_a_lock_and_then_says_who_is_in_the_way(tmp_path, quick):
    path = tmp_path / "codex.db"
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")

        with pytest.raises(CatalogBusyError, match="Another process has held"):
            open_catalog(path)


# Reading


def test_one_returns_the_only_row_or_none(db):
    assert one(db, "SELECT 7 AS seven")["seven"] == 7
    assert one(db, "SELECT 7 WHERE false") is None


def test_two_rows_where_one_is_expected_are_a_mistake(db):
    with pytest.raises(AssertionError, match="got 2: SELECT 1 UNION SELECT 2"):
        one(db, "SELECT 1 UNION SELECT 2")


def test_rows_take_parameters_by_place_and_by_name(db):
    assert [*rows(db, "SELECT ? + ?", [1, 2])[0]] == [3]
    assert [*rows(db, "SELECT :a + :b", {"a": 1, "b": 2})[0]] == [3]


def test_a_mistake_in_a_query_passes_as_it_is(db):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        rows(db, "SELECT * FROM locked_disk")


def test_a_text_that_is_no_unicode_is_the_callers_mistake(db):
    with pytest.raises(InvalidError, match="is no Unicode text"):
        rows(db, "SELECT ?", ["\udcff"])


def test_a_number_beyond_64_bits_is_the_callers_mistake(db):
    with pytest.raises(InvalidError, match="larger than 64 bits"):
        rows(db, "SELECT ?", [2**63])


def test_a_closed_catalog_is_a_mistake_of_ours(tmp_path):
    db = open_catalog(tmp_path / "codex.db")
    db.close()

    with pytest.raises(sqlite3.ProgrammingError):
        rows(db, "SELECT 1")


def test_damage_met_while_reading_is_told_as_such(db, damage, genre):
    store(db, genre, [f"Genre {number}" for number in range(1000)])
    path = damage(db, "genres")

    with (
        closing(open_catalog(path)) as again,
        pytest.raises(CatalogError, match=r"The catalog cannot be used: .*malformed"),
    ):
        rows(again, "SELECT * FROM genres")


# Writing


def test_a_block_commits_at_its_end(db, other, genre, genres):
    with write(db):
        genre(db, "Noir")
        assert genres(other) == 0

    assert genres(other) == 1
    assert not db.in_transaction


def test_every_commit_raises_the_catalogs_version_once(db, genre):
    with write(db):
        genre(db, "Noir")
        genre(db, "Western")

    assert version(db) == 1


def test_a_quiet_block_commits_and_leaves_the_version(db, other, genre, genres):
    with write(db, quiet=True):
        genre(db, "Noir")

    assert genres(other) == 1
    assert version(db) == 0


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_exception_rolls_all_of_a_block_back(db, genre, genres, error):
    with pytest.raises(error):
        store(db, genre, ["Noir"], error)

    assert genres(db) == 0
    assert version(db) == 0
    assert not db.in_transaction


def test_an_error_in_a_statement_rolls_the_block_back_and_passes(db, genre, genres):
    with pytest.raises(sqlite3.IntegrityError):
        store(db, genre, ["Noir", "Noir"])

    assert genres(db) == 0


def test_a_block_that_sqlite_itself_rolled_back_fails_with_its_reason(db, genres):
    def insert_or_roll_back(db, name):
        sql = "INSERT OR ROLLBACK INTO genres VALUES (1, 'a', 'Noir', ?, 0, '')"
        rows(db, sql, [name])

    with pytest.raises(sqlite3.IntegrityError):
        store(db, insert_or_roll_back, ["noir", "noir"])

    assert genres(db) == 0
    assert not db.in_transaction


def test_a_block_inside_a_block_joins_it(db, other, genre, genres):
    with write(db):
        genre(db, "Noir")
        with write(db):
            genre(db, "Western")
        assert genres(other) == 0

    assert genres(other) == 2
    assert version(db) == 1


def test_an_outer_block_that_fails_takes_the_inner_one_with_it(db, genre, genres):
    def store_in_a_block(db, name):
        with write(db):
            genre(db, name)

    with pytest.raises(ValueError, match="outer"):
        store(db, store_in_a_block, ["Noir"], ValueError("outer"))

    assert genres(db) == 0


def test_many_runs_a_statement_for_each_tuple(db, genres):
    sql = "INSERT INTO genres (uuid, name, name_key, created_at) VALUES (?, ?, ?, '')"

    with write(db):
        many(db, sql, [(str(n), str(n), str(n)) for n in range(5)])

    assert genres(db) == 5


def test_a_lock_held_too_long_is_told_and_nothing_is_written(db, quick, genre, genres):
    with closing(open_catalog(db.path)) as late, write(db):
        with pytest.raises(CatalogBusyError, match="try again"), write(late):
            genre(late, "Noir")
        with pytest.raises(CatalogBusyError):
            genre(late, "Western")

    assert genres(db) == 0


def test_reading_goes_on_while_another_writes(db, other, genre, genres):
    with write(db):
        genre(db, "Noir")

        assert genres(other) == 0


def test_a_block_of_reads_has_one_view(db, other, genre, genres):
    with read(db):
        assert genres(db) == 0
        with write(other):
            genre(other, "Noir")

        with read(db):
            assert genres(db) == 0
        assert genres(db) == 0

    assert genres(db) == 1


def test_a_block_of_reads_ends_with_an_error_too(db, genres):
    with pytest.raises(KeyError), read(db):
        raise KeyError

    assert not db.in_transaction


def test_a_block_of_reads_in_a_write_block_joins_it(db, genre, genres):
    with write(db):
        genre(db, "Noir")
        with read(db):
            assert genres(db) == 1
        assert db.in_transaction

    assert genres(db) == 1


def test_a_block_of_reads_that_sqlite_has_ended_needs_no_end(db):
    with read(db):
        rows(db, "ROLLBACK")

    assert not db.in_transaction


@pytest.fixture
def change(db):
    """Return a function that commits a change of the catalog so many times."""
    library = """
        INSERT INTO libraries (uuid, name, path, series_strategy, book_strategy,
            number_strategy, default_reading_direction, created_at, updated_at)
        VALUES ('l', 'l', '/l', '', '', '', 'ltr', '', '')
    """
    series = """
        INSERT INTO series (uuid, library_id, place, title, sort_key, created_at,
            updated_at) VALUES ('s', 1, '', '', '', '', '')
    """
    rows(db, library)
    rows(db, series)

    def change(times):
        for _ in range(times):
            with write(db):
                rows(db, "UPDATE series SET year = coalesce(year, 0) + 1")

    return change


def test_only_the_newest_changes_are_kept(db, change, monkeypatch):
    monkeypatch.setattr(db_module, "KEPT_CHANGES", 3)
    monkeypatch.setattr(db_module, "TRIM_EVERY", 10)

    change(9)
    assert len(rows(db, "SELECT * FROM changes")) == 10
    change(1)

    found = [row["id"] for row in rows(db, "SELECT id FROM changes ORDER BY id")]
    assert found == [9, 10, 11]


def test_the_newest_change_is_never_forgotten(db, change, monkeypatch):
    monkeypatch.setattr(db_module, "KEPT_CHANGES", 1)
    monkeypatch.setattr(db_module, "TRIM_EVERY", 1)
    change(5)
    for _ in range(5):
        with write(db):
            pass

    assert [row["id"] for row in rows(db, "SELECT id FROM changes")] == [6]


def test_a_full_disk_rolls_back_and_says_so(db, genre, genres):
    pages = rows(db, "PRAGMA page_count")[0][0]
    rows(db, f"PRAGMA max_page_count = {pages}")

    with pytest.raises(CatalogError, match=r"cannot be used: .*full"):
        store(db, genre, [f"{number} " * 10 for number in range(10_000)])

    assert genres(db) == 0


WRITE = """
import sys
from codex_lib.db import open_catalog, rows, write
from codex_lib.db.ids import new_id
db = open_catalog(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(500):
    with write(db):
        last = rows(db, "SELECT count(*) AS count FROM genres")[0]["count"]
        name = f"{sys.argv[2]} {number}"
        rows(db, "INSERT INTO genres (uuid, name, name_key, series_count, created_at)"
            " VALUES (?, ?, ?, ?, '')", [new_id(), name, name, last])
print("done")
"""


def test_two_processes_writing_at_once_lose_nothing(db, genres):
    """Each writes what it has just read: a lost update would give a count twice."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    writing = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(db.path), name],
            **pipes,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("left", "right")
    ]

    assert [process.stdout.readline() for process in writing] == ["ready\n"] * 2
    for process in writing:
        process.stdin.write("now\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in writing]

    assert answers == ["done\n", "done\n"]
    assert genres(db) == 1000
    counts = rows(db, "SELECT series_count FROM genres ORDER BY id")
    assert [row["series_count"] for row in counts] == list(range(1000))
    assert version(db) == 1000
