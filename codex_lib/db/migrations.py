"""The schema as an ordered list of steps; a step is never edited once released.

Texts that a person sees are beside a sort key: the same text in natural order, made
by codex_lib/catalog/sort_keys.py. Times are UTC text. Lists of texts (people, genres,
tags) are stored one item a line: a line break cannot stand in an item, and the readers
see to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from codex_lib.db.accounts import ACCOUNTS
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.lists import LISTS
from codex_lib.db.reading import READING
from codex_lib.db.tasks import TASKS
from codex_lib.db.term_aliases import TERM_ALIASES

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("codex")


@migrations(name="0001_shelves")
def shelves(db: Database) -> None:
    """Make libraries, series, books, their metadata, page maps and search indexes.

    Integer keys inside, UUIDv7 as text outside: text costs 12 % of the insert rate
    against blobs, and every tool that opens the file can read and search it.
    """
    for statement in SHELVES:
        db.execute(statement)


@migrations(name="0002_accounts")
def accounts(db: Database) -> None:
    """Make users, API keys, what signing in needs, and the settings.

    Names are kept as typed, beside a folded key that is unique. Of tokens and keys only
    hashes are kept. Who changed a setting is text and no reference, because the history
    outlives the user.
    """
    for statement in ACCOUNTS:
        db.execute(statement)


@migrations(name="0003_reading")
def reading(db: Database) -> None:
    """Make read progress, ratings, alternate titles, links and covers.

    series_progress is kept by codex_lib/catalog/progress.py in the transaction
    that changes what it counts: what comes next is found in 0.2 ms, not in 57.
    """
    for statement in READING:
        db.execute(statement)


@migrations(name="0004_lists")
def lists(db: Database) -> None:
    """Give every sort its index and every title its search keys, and note changes.

    title_key and other_keys are folded by codex_lib, because SQLite's tokenizers fold
    accents only in words, not in trigrams.
    """
    for function in (fold, other_keys):
        db.register_function(function, deterministic=True)
    for statement in LISTS:
        db.execute(statement)


@migrations(name="0005_term_aliases")
def term_aliases(db: Database) -> None:
    """Let other names lead to a genre or tag, as those merged into it.

    Scans read the files' spellings again and again; without these a genre that was
    renamed would come back.
    """
    for statement in TERM_ALIASES:
        db.execute(statement)


@migrations(name="0006_tasks")
def tasks(db: Database) -> None:
    """Make the queue of tasks, the outbox of events, duplicates and checks of files."""
    for statement in TASKS:
        db.execute(statement)


SHELVES = (
    """
    CREATE TABLE catalog (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        uuid TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 0 -- raised by every commit
    ) STRICT
    """,
    """
    INSERT INTO catalog (id, uuid) VALUES (1, lower(hex(randomblob(16))))
    """,
    """
    CREATE TABLE libraries (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE, -- absolute
        description TEXT,
        is_active INTEGER NOT NULL DEFAULT 1,
        series_strategy TEXT NOT NULL,
        series_config TEXT, -- JSON object
        book_strategy TEXT NOT NULL,
        book_config TEXT, -- JSON object
        number_strategy TEXT NOT NULL,
        number_config TEXT, -- JSON object
        scanning_config TEXT, -- JSON object
        default_reading_direction TEXT NOT NULL,
        allowed_formats TEXT, -- JSON list; NULL: every file format, no folders
        excluded_patterns TEXT, -- globs, one a line
        rules_changed INTEGER NOT NULL DEFAULT 0, -- 1: the next scan reads all files
        book_count INTEGER NOT NULL DEFAULT 0, -- live books, as the three below
        series_count INTEGER NOT NULL DEFAULT 0, -- series with a live book
        page_count INTEGER NOT NULL DEFAULT 0,
        file_size INTEGER NOT NULL DEFAULT 0,
        last_scan TEXT, -- JSON object: the result of the last finished scan
        last_scanned_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        library_id INTEGER NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
        place TEXT NOT NULL, -- "/" + folder in the library, or a name that has none
        path TEXT, -- folder relative to the library's; NULL: a series without one
        title TEXT NOT NULL,
        title_sort TEXT, -- NULL: sorts by its title
        sort_key TEXT NOT NULL,
        summary TEXT,
        publisher TEXT,
        imprint TEXT,
        status TEXT,
        age_rating INTEGER, -- years
        language TEXT,
        reading_direction TEXT, -- NULL: the library's
        year INTEGER,
        total_book_count INTEGER,
        custom_metadata TEXT, -- JSON
        locks TEXT NOT NULL DEFAULT '', -- names of fields that scans leave alone
        sources TEXT NOT NULL DEFAULT '{}', -- JSON object: field to what gave it
        book_count INTEGER NOT NULL DEFAULT 0, -- live books, as the two below
        page_count INTEGER NOT NULL DEFAULT 0,
        file_size INTEGER NOT NULL DEFAULT 0,
        is_stale INTEGER NOT NULL DEFAULT 0, -- 1: its books changed, it is to follow
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        UNIQUE (library_id, place)
    ) STRICT
    """,
    "CREATE INDEX series_by_sort_key ON series (sort_key, id)",
    "CREATE INDEX series_by_library ON series (library_id, sort_key, id)",
    "CREATE INDEX series_stale ON series (library_id) WHERE is_stale = 1",
    """
    CREATE TABLE books (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        library_id INTEGER NOT NULL REFERENCES libraries (id) ON DELETE CASCADE,
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        path TEXT NOT NULL, -- relative to the library's, "/" between the parts
        file_name TEXT NOT NULL,
        file_key TEXT NOT NULL, -- sort key of the file name
        file_format TEXT NOT NULL,
        file_size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        sidecar_mtime_ns INTEGER, -- of the metadata.opf beside it; NULL: none was read
        identity BLOB, -- content identity; NULL: the file was never readable
        file_hash TEXT NOT NULL DEFAULT '', -- SHA-256, '' until somebody needs it
        page_count INTEGER NOT NULL,
        title TEXT NOT NULL,
        title_sort TEXT, -- NULL: sorts by its title
        sort_key TEXT NOT NULL,
        number REAL, -- position in the series; NULL: none
        volume INTEGER,
        chapter TEXT,
        locks TEXT NOT NULL DEFAULT '', -- names of fields that scans leave alone
        analysis_error TEXT, -- why the file cannot be read; NULL: it can
        analysis_warnings TEXT, -- what is wrong with a readable file, one a line
        analyzed_at TEXT, -- NULL: the file was never readable
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        deleted_at TEXT -- NULL: live; else when the file was missed first
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX books_by_path ON books (library_id, path)
    WHERE deleted_at IS NULL
    """,
    """
    CREATE INDEX books_deleted ON books (library_id, path)
    WHERE deleted_at IS NOT NULL
    """,
    "CREATE INDEX books_by_series ON books (series_id, number, sort_key, id)",
    "CREATE INDEX books_by_sort_key ON books (sort_key, id)",
    "CREATE INDEX books_by_library ON books (library_id, sort_key, id)",
    """
    CREATE INDEX books_with_errors ON books (library_id, updated_at)
    WHERE analysis_error IS NOT NULL
    """,
    """
    CREATE TABLE book_metadata ( -- what the file says, or a person instead of it
        book_id INTEGER PRIMARY KEY REFERENCES books (id) ON DELETE CASCADE,
        source TEXT, -- comicinfo, metroninfo, opf, pdf; NULL: the file says nothing
        title TEXT,
        title_sort TEXT,
        series TEXT,
        number TEXT,
        count INTEGER,
        volume INTEGER,
        summary TEXT,
        notes TEXT,
        year INTEGER,
        month INTEGER,
        day INTEGER,
        writers TEXT,
        pencillers TEXT,
        inkers TEXT,
        colorists TEXT,
        letterers TEXT,
        cover_artists TEXT,
        editors TEXT,
        translators TEXT,
        publisher TEXT,
        imprint TEXT,
        genres TEXT,
        tags TEXT,
        web TEXT,
        page_count INTEGER, -- as the file claims
        language_iso TEXT,
        format_detail TEXT,
        black_and_white INTEGER,
        manga TEXT,
        reading_direction TEXT,
        age_rating TEXT,
        status TEXT,
        characters TEXT,
        teams TEXT,
        locations TEXT,
        main_character_or_team TEXT,
        story_arc TEXT,
        story_arc_number TEXT,
        series_group TEXT,
        series_sort TEXT,
        alternate_series TEXT,
        alternate_number TEXT,
        alternate_count INTEGER,
        scan_information TEXT,
        community_rating REAL,
        review TEXT,
        isbns TEXT,
        cover_page_index INTEGER -- from 0; NULL: the first page
    ) STRICT
    """,
    """
    CREATE TABLE page_maps ( -- where each page lies in its file: formats/page_map.py
        book_id INTEGER PRIMARY KEY REFERENCES books (id) ON DELETE CASCADE,
        pages BLOB NOT NULL
    ) STRICT
    """,
    *(
        statement
        for noun in ("genre", "tag")
        for statement in (
            f"""
            CREATE TABLE {noun}s (
                id INTEGER PRIMARY KEY,
                uuid TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL UNIQUE, -- case and accents folded
                series_count INTEGER NOT NULL DEFAULT 0, -- series with a live book
                created_at TEXT NOT NULL
            ) STRICT
            """,
            f"""
            CREATE TABLE series_{noun}s (
                series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
                {noun}_id INTEGER NOT NULL REFERENCES {noun}s (id) ON DELETE CASCADE,
                PRIMARY KEY (series_id, {noun}_id)
            ) STRICT, WITHOUT ROWID
            """,
            f"CREATE INDEX series_{noun}s_by_{noun} ON series_{noun}s ({noun}_id)",
        )
    ),
    """
    CREATE VIRTUAL TABLE series_search USING fts5 (
        title, content = 'series', content_rowid = 'id',
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
    """
    CREATE VIRTUAL TABLE books_search USING fts5 (
        title, file_name, content = 'books', content_rowid = 'id',
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
    """
    CREATE TRIGGER series_search_insert AFTER INSERT ON series BEGIN
        INSERT INTO series_search (rowid, title) VALUES (new.id, new.title);
    END
    """,
    """
    CREATE TRIGGER series_search_delete AFTER DELETE ON series BEGIN
        INSERT INTO series_search (series_search, rowid, title)
        VALUES ('delete', old.id, old.title);
    END
    """,
    """
    CREATE TRIGGER series_search_update AFTER UPDATE OF title ON series BEGIN
        INSERT INTO series_search (series_search, rowid, title)
        VALUES ('delete', old.id, old.title);
        INSERT INTO series_search (rowid, title) VALUES (new.id, new.title);
    END
    """,
    """
    CREATE TRIGGER books_search_insert AFTER INSERT ON books BEGIN
        INSERT INTO books_search (rowid, title, file_name)
        VALUES (new.id, new.title, new.file_name);
    END
    """,
    """
    CREATE TRIGGER books_search_delete AFTER DELETE ON books BEGIN
        INSERT INTO books_search (books_search, rowid, title, file_name)
        VALUES ('delete', old.id, old.title, old.file_name);
    END
    """,
    """
    CREATE TRIGGER books_search_update AFTER UPDATE OF title, file_name ON books BEGIN
        INSERT INTO books_search (books_search, rowid, title, file_name)
        VALUES ('delete', old.id, old.title, old.file_name);
        INSERT INTO books_search (rowid, title, file_name)
        VALUES (new.id, new.title, new.file_name);
    END
    """,
)
