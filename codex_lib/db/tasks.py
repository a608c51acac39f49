"""The tables of work in the background, live events and checks of files."""

from __future__ import annotations

TASKS = (
    """
    CREATE TABLE tasks ( -- work to do, under way and done
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        task_type TEXT NOT NULL,
        status TEXT NOT NULL, -- pending, processing, completed, failed, cancelled
        rank INTEGER NOT NULL, -- of its type; a lower one comes first
        priority INTEGER NOT NULL DEFAULT 0, -- a higher one comes first
        library_id INTEGER REFERENCES libraries (id) ON DELETE CASCADE,
        series_id INTEGER REFERENCES series (id) ON DELETE CASCADE,
        book_id INTEGER REFERENCES books (id) ON DELETE CASCADE,
        params TEXT, -- JSON object
        locked_by TEXT, -- worker that has it
        locked_until TEXT, -- renewed while the worker lives
        attempts INTEGER NOT NULL DEFAULT 0,
        max_attempts INTEGER NOT NULL DEFAULT 3,
        is_cancel_wanted INTEGER NOT NULL DEFAULT 0,
        progress TEXT, -- JSON object: current, total, message
        last_error TEXT,
        result TEXT, -- JSON object
        scheduled_for TEXT NOT NULL, -- not before
        created_at TEXT NOT NULL,
        started_at TEXT,
        completed_at TEXT
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX tasks_live ON tasks ( -- one of a kind for one thing
        task_type, coalesce(library_id, 0), coalesce(series_id, 0), coalesce(book_id, 0)
    ) WHERE status IN ('pending', 'processing')
    """,
    """
    CREATE INDEX tasks_next ON tasks (rank, priority DESC, scheduled_for, id)
    WHERE status = 'pending'
    """,
    "CREATE INDEX tasks_locked ON tasks (locked_until) WHERE status = 'processing'",
    "CREATE INDEX tasks_by_time ON tasks (created_at, id)",
    "CREATE INDEX tasks_by_status ON tasks (status, task_type, created_at)",
    "CREATE INDEX tasks_by_library ON tasks (library_id, task_type, id)",
    "CREATE INDEX tasks_by_series ON tasks (series_id)",
    "CREATE INDEX tasks_by_book ON tasks (book_id)",
    "CREATE INDEX tasks_by_end ON tasks (completed_at) WHERE completed_at IS NOT NULL",
    """
    CREATE TABLE schedules ( -- what runs by the clock, and when it last did
        name TEXT PRIMARY KEY, -- deduplication, or scan: and the library's id
        last_due_at TEXT NOT NULL -- the newest time that was acted upon
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE events ( -- what happened, written with what made it happen
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- rises for ever: clients resume by it
        stream TEXT NOT NULL, -- events, tasks, scans
        type TEXT NOT NULL, -- name of the frame
        data TEXT NOT NULL, -- JSON object, as it is sent
        created_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX events_by_time ON events (created_at)",
    """
    CREATE TABLE duplicate_groups ( -- books with equal files
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        file_hash TEXT NOT NULL UNIQUE,
        is_dismissed INTEGER NOT NULL DEFAULT 0, -- until its books change
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE duplicate_books (
        group_id INTEGER NOT NULL REFERENCES duplicate_groups (id) ON DELETE CASCADE,
        book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
        PRIMARY KEY (group_id, book_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX duplicate_books_by_book ON duplicate_books (book_id)",
    """
    CREATE TABLE book_checks ( -- the last look at a book's whole file
        book_id INTEGER PRIMARY KEY REFERENCES books (id) ON DELETE CASCADE,
        checked_at TEXT NOT NULL,
        depth TEXT NOT NULL, -- directory, checksums, images
        is_sound INTEGER NOT NULL,
        problems TEXT, -- one a line; NULL: none
        file_size INTEGER NOT NULL, -- at that time, as the two below
        mtime_ns INTEGER NOT NULL,
        digest BLOB NOT NULL, -- xxh3 of the whole file
        sound_at TEXT, -- when it was sound last; NULL: never, as the two below
        sound_size INTEGER,
        sound_mtime_ns INTEGER,
        sound_digest BLOB
    ) STRICT
    """,
    "CREATE INDEX book_checks_by_time ON book_checks (checked_at)",
    "CREATE INDEX books_by_hash ON books (file_hash) WHERE file_hash <> ''",
    "CREATE INDEX books_by_identity ON books (identity) WHERE deleted_at IS NULL",
)
