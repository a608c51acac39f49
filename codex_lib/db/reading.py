"""The tables of what people read and think of it: step 3 of the schema."""

from __future__ import annotations

READING = (
    """
    CREATE TABLE read_progress ( -- how far somebody is in a book
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
        uuid TEXT NOT NULL,
        current_page INTEGER NOT NULL, -- from 1; 0: none yet
        progress_percentage REAL, -- 0 to 1, of a book without fixed pages
        completed INTEGER NOT NULL,
        status TEXT NOT NULL GENERATED ALWAYS AS (
            CASE WHEN completed THEN 'read'
            WHEN current_page > 0 OR progress_percentage > 0 THEN 'in_progress'
            ELSE 'unread' END
        ) STORED,
        started_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        completed_at TEXT, -- NULL: not completed
        PRIMARY KEY (user_id, book_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX read_progress_by_book ON read_progress (book_id)",
    """
    CREATE INDEX read_progress_by_time
    ON read_progress (user_id, updated_at, book_id, status)
    """,
    """
    CREATE INDEX read_progress_by_status
    ON read_progress (user_id, status, updated_at, book_id)
    """,
    """
    CREATE TABLE series_progress ( -- counted from read_progress, live books only
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        read_count INTEGER NOT NULL,
        started_count INTEGER NOT NULL, -- books in progress
        last_completed_at TEXT, -- NULL: no book is completed
        last_read_at TEXT NOT NULL, -- of any progress
        PRIMARY KEY (user_id, series_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX series_progress_by_series ON series_progress (series_id)",
    """
    CREATE INDEX series_progress_by_time
    ON series_progress (user_id, last_read_at, series_id)
    """,
    """
    CREATE INDEX series_progress_on_deck
    ON series_progress (user_id, last_completed_at, series_id, read_count)
    WHERE started_count = 0 AND read_count > 0
    """,
    """
    CREATE TABLE series_ratings ( -- what people give a series
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        uuid TEXT NOT NULL,
        rating INTEGER NOT NULL, -- 1 to 100
        notes TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (user_id, series_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX series_ratings_by_series ON series_ratings (series_id, rating)",
    """
    CREATE TABLE alternate_titles ( -- also in other_keys of their series
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        label TEXT NOT NULL, -- what kind: Japanese, Romaji, English
        title TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX alternate_titles_by_series ON alternate_titles (series_id, id)",
    """
    CREATE TABLE external_ratings ( -- what other catalogs give a series
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        source_name TEXT NOT NULL, -- lower case
        uuid TEXT NOT NULL,
        rating REAL NOT NULL, -- 0 to 100
        vote_count INTEGER,
        fetched_at TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (series_id, source_name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE external_links ( -- where other catalogs have a series
        series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        source_name TEXT NOT NULL, -- lower case
        uuid TEXT NOT NULL,
        url TEXT NOT NULL,
        external_id TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (series_id, source_name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE covers ( -- that people chose; without one the first page is it
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        series_id INTEGER REFERENCES series (id) ON DELETE CASCADE,
        book_id INTEGER REFERENCES books (id) ON DELETE CASCADE,
        source TEXT NOT NULL, -- custom, or book: the cover of source_book_id
        source_book_id INTEGER REFERENCES books (id) ON DELETE CASCADE,
        is_selected INTEGER NOT NULL,
        format TEXT, -- of the image: jpeg, png, webp
        width INTEGER,
        height INTEGER,
        digest BLOB, -- SHA-256 of the image
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        CHECK ((series_id IS NULL) <> (book_id IS NULL))
    ) STRICT
    """,
    "CREATE INDEX covers_by_series ON covers (series_id, id)",
    "CREATE INDEX covers_by_book ON covers (book_id, id)",
    "CREATE INDEX covers_by_source ON covers (source_book_id)",
    """
    CREATE TABLE cover_images ( -- as uploaded; apart, so that covers stays small
        cover_id INTEGER PRIMARY KEY REFERENCES covers (id) ON DELETE CASCADE,
        data BLOB NOT NULL
    ) STRICT
    """,
)
