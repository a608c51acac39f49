"""The schema as a whole, and how a catalog comes to it."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from inspect import cleandoc
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from codex_lib.catalog.books import search_books
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.series import search_series
from codex_lib.db import SCHEMA_VERSION, Database, migrate, one, open_catalog, rows
from codex_lib.db.migrations import migrations
from codex_lib.errors import CatalogError

KEPT = Path(__file__).with_name("schema.sql")
# Left out: what SQLite and sqlite-utils make for themselves.
OURS = """
    SELECT sql FROM sqlite_master
    WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%sqlite%'
    AND (type <> 'table'
        OR name NOT GLOB '*_search_*' AND name NOT GLOB '*_trigrams_*')
    ORDER BY rowid
"""


def names(db):
    return {row["name"] for row in rows(db, "SELECT name FROM sqlite_master")}


def schema(db):
    return "".join(f"{cleandoc(row['sql'])};\n\n" for row in rows(db, OURS))


@pytest.fixture
def bare(tmp_path):
    """A catalog to which no migration has been applied."""
    path = tmp_path / "bare.db"
    db = sqlite3.connect(path, isolation_level=None, factory=Database)
    db.path, db.row_factory = path, sqlite3.Row
    with closing(db):
        yield db


@pytest.fixture
def add_step(monkeypatch):
    """Return a function that puts one more step behind the real ones."""

    def add(step):
        longer = Migrations("codex")
        for known in migrations._migrations:
            longer(name=known.name)(known.fn)
        longer(name="9999_next")(step)
        monkeypatch.setattr(migrate, "migrations", longer)

    return add


def half_a_step(tables):
    tables.execute("CREATE TABLE half (id INTEGER)")
    tables.execute("UPDATE catalog SET version = 99")
    tables.execute("CREATE TABLE half (id INTEGER)")


def test_all_migrations_together_give_the_schema_that_is_kept(db, tmp_path):
    fresh = tmp_path / "schema.sql"
    fresh.write_text(schema(db))

    assert fresh.read_text() == KEPT.read_text(), f"if meant, copy {fresh} to {KEPT}"


def test_the_schema_version_is_the_number_of_migrations(db):
    assert len(migrations._migrations) == SCHEMA_VERSION
    assert rows(db, "PRAGMA user_version")[0][0] == SCHEMA_VERSION


def test_migrating_again_changes_nothing(db):
    before = schema(db)

    migrate.migrate(db)

    assert schema(db) == before
    assert rows(db, "PRAGMA user_version")[0][0] == SCHEMA_VERSION


def test_migrations_can_stop_before_one(bare):
    migrate.migrate(bare, stop_before="0001_shelves")

    assert "books" not in names(bare)
    assert rows(bare, "PRAGMA user_version")[0][0] == 0

    migrate.migrate(bare)

    assert "books" in names(bare)


def test_an_older_catalog_is_brought_up_to_date_when_it_is_opened(bare):
    migrate.migrate(bare, stop_before="0001_shelves")

    with closing(open_catalog(bare.path)) as db:
        assert rows(db, "PRAGMA user_version")[0][0] == SCHEMA_VERSION


OLD_ROWS = """
    INSERT INTO libraries (uuid, name, path, series_strategy, book_strategy,
        number_strategy, default_reading_direction, book_count, series_count,
        created_at, updated_at)
    VALUES ('l', 'Comics', '/comics', '', 'filename', '', 'ltr', 2, 2, '', '');
    INSERT INTO series (uuid, library_id, place, title, sort_key, book_count,
        created_at, updated_at)
    VALUES ('s', 1, '/s', 'L''Été  d''Ana', '', 1, '', ''),
        ('g', 1, '/g', 'ガラスの仮面', '', 1, '', '');
    INSERT INTO books (uuid, library_id, series_id, path, file_name, file_key,
        file_format, file_size, mtime_ns, page_count, title, sort_key,
        created_at, updated_at)
    VALUES ('b', 1, 1, 's/b', 'Été 1.cbz', '', 'cbz', 1, 1, 1, 'ÉTÉ 1', '', '', ''),
        ('c', 1, 2, 'g/c', 'v02 仮面.cbz', '', 'cbz', 1, 1, 1, 'Two', '', '', '');
    INSERT INTO book_metadata (book_id, year, month) VALUES (1, 1996, 7);
"""


@pytest.fixture
def upgraded(bare):
    """A catalog with rows that was made before titles had keys."""
    migrate.migrate(bare, stop_before="0003_reading")
    bare.executescript(OLD_ROWS)
    with closing(open_catalog(bare.path)) as db:
        yield db


def test_an_upgrade_gives_titles_their_keys_and_books_their_dates(upgraded):
    series = rows(upgraded, "SELECT title_key, other_keys FROM series ORDER BY id")
    books = rows(
        upgraded, "SELECT title_key, other_keys, release_date FROM books ORDER BY id"
    )

    assert [*map(tuple, series)] == [
        ("l'ete d'ana", ""),
        ("ガラスの仮面", "ガラ ラス スの の仮 仮面 面"),
    ]
    assert [*map(tuple, books)] == [
        ("ete 1", "", 19960700),
        ("two", "v02 仮面.cbz\n仮面 面", None),
    ]


def test_an_upgraded_catalog_is_searched_and_sound(upgraded):
    def found(query):
        return [s.id for s in search_series(upgraded, query)] + [
            book.id for book in search_books(upgraded, query)
        ]

    assert found("ETE") == ["s", "b"]
    assert found("仮面") == ["g", "c"]
    assert found("t") == ["c"]
    off = {(p.table, p.field) for p in check_catalog(upgraded).problems}
    assert off == {
        (table, field)
        for table, fields in {
            "series": ("sort_key",),
            "books": ("sort_key", "file_key"),
            "libraries": ("page_count", "file_size"),
        }.items()
        for field in fields
    } | {("series", "page_count"), ("series", "file_size")}


def test_a_failing_migration_leaves_nothing_behind(db, add_step):
    before = schema(db)
    add_step(half_a_step)

    with pytest.raises(sqlite3.OperationalError, match="half already exists"):
        migrate.migrate(db)

    assert schema(db) == before
    assert not db.in_transaction
    assert one(db, "SELECT version FROM catalog")["version"] == 0
    assert rows(db, "PRAGMA user_version")[0][0] == SCHEMA_VERSION


def test_after_a_failed_migration_the_connection_works_as_before(db, add_step):
    add_step(half_a_step)
    with pytest.raises(sqlite3.OperationalError):
        migrate.migrate(db)

    add_step(lambda tables: tables.execute("CREATE TABLE whole (id INTEGER)"))
    migrate.migrate(db)

    assert db.isolation_level is None
    assert one(db, "SELECT count(*) AS count FROM whole")["count"] == 0
    assert rows(db, "PRAGMA user_version")[0][0] == SCHEMA_VERSION + 1


def test_a_new_catalog_whose_migration_fails_can_be_opened_later(tmp_path, monkeypatch):
    failing = Migrations("codex")
    failing(name="0001_shelves")(half_a_step)
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "migrations", failing)
        with pytest.raises(sqlite3.OperationalError):
            open_catalog(tmp_path / "codex.db")

    with closing(open_catalog(tmp_path / "codex.db")) as db:
        assert {"books", "series"} <= names(db)
        assert "half" not in names(db)


def test_a_catalog_of_a_newer_codex_is_refused_and_left_as_it_is(tmp_path, add_step):
    path = tmp_path / "codex.db"
    with closing(open_catalog(path)) as db:
        add_step(lambda tables: tables.execute("CREATE TABLE later (id INTEGER)"))
        migrate.migrate(db)
    content = path.read_bytes()

    newer = rf"newer Codex \(schema {SCHEMA_VERSION + 1}\); update Codex"
    with pytest.raises(CatalogError, match=newer):
        open_catalog(path)

    assert path.read_bytes() == content


OPEN = """
import sys, time
from codex_lib.db import open_catalog, rows
import codex_lib.db.migrate
print("ready", flush=True)
sys.stdin.readline()
db = open_catalog(sys.argv[1])
print(rows(db, "PRAGMA user_version")[0][0], rows(db, "SELECT uuid FROM catalog")[0][0])
"""


def test_processes_that_open_a_new_catalog_at_once_all_succeed(tmp_path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", OPEN, str(tmp_path / "new" / "codex.db")]
    opening = [
        subprocess.Popen(command, **pipes, stderr=subprocess.STDOUT, text=True)
        for _ in range(3)
    ]

    assert [process.stdout.readline() for process in opening] == ["ready\n"] * 3
    for process in opening:
        process.stdin.write("now\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60)[0] for process in opening]

    assert [process.returncode for process in opening] == [0, 0, 0], answers
    assert len(set(answers)) == 1
    assert answers[0].startswith(f"{SCHEMA_VERSION} ")
