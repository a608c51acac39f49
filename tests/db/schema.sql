CREATE TABLE catalog (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0 -- raised by every commit
) STRICT;

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
) STRICT;

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
    updated_at TEXT NOT NULL, title_key TEXT NOT NULL DEFAULT '', other_keys TEXT NOT NULL DEFAULT '',
    UNIQUE (library_id, place)
) STRICT;

CREATE INDEX series_by_sort_key ON series (sort_key, id);

CREATE INDEX series_by_library ON series (library_id, sort_key, id);

CREATE INDEX series_stale ON series (library_id) WHERE is_stale = 1;

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
, title_key TEXT NOT NULL DEFAULT '', other_keys TEXT NOT NULL DEFAULT '', release_date INTEGER) STRICT;

CREATE UNIQUE INDEX books_by_path ON books (library_id, path)
WHERE deleted_at IS NULL;

CREATE INDEX books_deleted ON books (library_id, path)
WHERE deleted_at IS NOT NULL;

CREATE INDEX books_by_series ON books (series_id, number, sort_key, id);

CREATE INDEX books_by_sort_key ON books (sort_key, id);

CREATE INDEX books_by_library ON books (library_id, sort_key, id);

CREATE INDEX books_with_errors ON books (library_id, updated_at)
WHERE analysis_error IS NOT NULL;

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
) STRICT;

CREATE TABLE page_maps ( -- where each page lies in its file: formats/page_map.py
    book_id INTEGER PRIMARY KEY REFERENCES books (id) ON DELETE CASCADE,
    pages BLOB NOT NULL
) STRICT;

CREATE TABLE genres (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE, -- case and accents folded
    series_count INTEGER NOT NULL DEFAULT 0, -- series with a live book
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE series_genres (
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    genre_id INTEGER NOT NULL REFERENCES genres (id) ON DELETE CASCADE,
    PRIMARY KEY (series_id, genre_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX series_genres_by_genre ON series_genres (genre_id);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE, -- case and accents folded
    series_count INTEGER NOT NULL DEFAULT 0, -- series with a live book
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE series_tags (
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (series_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX series_tags_by_tag ON series_tags (tag_id);

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE, -- case folded
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE, -- case folded
    password_hash TEXT NOT NULL, -- argon2id, as a PHC string
    is_admin INTEGER NOT NULL,
    is_active INTEGER NOT NULL,
    email_verified INTEGER NOT NULL,
    permissions TEXT NOT NULL, -- names, one a line
    token_version INTEGER NOT NULL DEFAULT 0, -- raised: all tokens end
    last_login_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    key_prefix TEXT NOT NULL UNIQUE,
    key_hash BLOB NOT NULL, -- SHA-256 of the whole key
    permissions TEXT NOT NULL, -- names, one a line
    is_active INTEGER NOT NULL DEFAULT 1,
    expires_at TEXT, -- NULL: never
    last_used_at TEXT, -- exact to a minute
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX api_keys_by_user ON api_keys (user_id, id);

CREATE TABLE revoked_tokens ( -- of sessions that were ended before their time
    jti TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at TEXT NOT NULL -- of the token; then the row may go
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_tokens_by_user ON revoked_tokens (user_id);

CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);

CREATE TABLE email_verifications ( -- a row: the user still has to confirm
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE, -- SHA-256
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE sign_in_attempts ( -- that failed or are under way
    kind TEXT NOT NULL, -- account, address
    subject BLOB NOT NULL, -- SHA-256: people type passwords into the wrong field
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    blocked_until TEXT,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (last_at);

CREATE TABLE settings ( -- those that were changed; the others have their default
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT -- uuid of a user; NULL: nobody who is known
) STRICT, WITHOUT ROWID;

CREATE TABLE settings_history (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    changed_by TEXT, -- uuid of a user; NULL: nobody who is known
    changed_at TEXT NOT NULL,
    change_reason TEXT,
    ip_address TEXT
) STRICT;

CREATE INDEX settings_history_by_key ON settings_history (key, id);

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
) STRICT, WITHOUT ROWID;

CREATE INDEX read_progress_by_book ON read_progress (book_id);

CREATE INDEX read_progress_by_time
ON read_progress (user_id, updated_at, book_id, status);

CREATE INDEX read_progress_by_status
ON read_progress (user_id, status, updated_at, book_id);

CREATE TABLE series_progress ( -- counted from read_progress, live books only
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    read_count INTEGER NOT NULL,
    started_count INTEGER NOT NULL, -- books in progress
    last_completed_at TEXT, -- NULL: no book is completed
    last_read_at TEXT NOT NULL, -- of any progress
    PRIMARY KEY (user_id, series_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX series_progress_by_series ON series_progress (series_id);

CREATE INDEX series_progress_by_time
ON series_progress (user_id, last_read_at, series_id);

CREATE INDEX series_progress_on_deck
ON series_progress (user_id, last_completed_at, series_id, read_count)
WHERE started_count = 0 AND read_count > 0;

CREATE TABLE series_ratings ( -- what people give a series
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    uuid TEXT NOT NULL,
    rating INTEGER NOT NULL, -- 1 to 100
    notes TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (user_id, series_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX series_ratings_by_series ON series_ratings (series_id, rating);

CREATE TABLE alternate_titles ( -- also in other_keys of their series
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    label TEXT NOT NULL, -- what kind: Japanese, Romaji, English
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX alternate_titles_by_series ON alternate_titles (series_id, id);

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
) STRICT, WITHOUT ROWID;

CREATE TABLE external_links ( -- where other catalogs have a series
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    source_name TEXT NOT NULL, -- lower case
    uuid TEXT NOT NULL,
    url TEXT NOT NULL,
    external_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (series_id, source_name)
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE INDEX covers_by_series ON covers (series_id, id);

CREATE INDEX covers_by_book ON covers (book_id, id);

CREATE INDEX covers_by_source ON covers (source_book_id);

CREATE TABLE cover_images ( -- as uploaded; apart, so that covers stays small
    cover_id INTEGER PRIMARY KEY REFERENCES covers (id) ON DELETE CASCADE,
    data BLOB NOT NULL
) STRICT;

CREATE VIRTUAL TABLE series_search USING fts5 (
    title_key, other_keys, content = 'series', content_rowid = 'id', tokenize = 'unicode61', prefix = '2 3'
);

CREATE TRIGGER series_search_insert AFTER INSERT ON series BEGIN
    INSERT INTO series_search (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE TRIGGER series_search_delete AFTER DELETE ON series BEGIN
    INSERT INTO series_search (series_search, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
END;

CREATE TRIGGER series_search_update AFTER UPDATE OF title_key, other_keys ON series
WHEN old.title_key <> new.title_key OR old.other_keys <> new.other_keys BEGIN
    INSERT INTO series_search (series_search, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
    INSERT INTO series_search (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE VIRTUAL TABLE series_trigrams USING fts5 (
    title_key, other_keys, content = 'series', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER series_trigrams_insert AFTER INSERT ON series BEGIN
    INSERT INTO series_trigrams (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE TRIGGER series_trigrams_delete AFTER DELETE ON series BEGIN
    INSERT INTO series_trigrams (series_trigrams, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
END;

CREATE TRIGGER series_trigrams_update AFTER UPDATE OF title_key, other_keys ON series
WHEN old.title_key <> new.title_key OR old.other_keys <> new.other_keys BEGIN
    INSERT INTO series_trigrams (series_trigrams, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
    INSERT INTO series_trigrams (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE VIRTUAL TABLE books_search USING fts5 (
    title_key, other_keys, content = 'books', content_rowid = 'id', tokenize = 'unicode61', prefix = '2 3'
);

CREATE TRIGGER books_search_insert AFTER INSERT ON books BEGIN
    INSERT INTO books_search (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE TRIGGER books_search_delete AFTER DELETE ON books BEGIN
    INSERT INTO books_search (books_search, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
END;

CREATE TRIGGER books_search_update AFTER UPDATE OF title_key, other_keys ON books
WHEN old.title_key <> new.title_key OR old.other_keys <> new.other_keys BEGIN
    INSERT INTO books_search (books_search, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
    INSERT INTO books_search (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE VIRTUAL TABLE books_trigrams USING fts5 (
    title_key, other_keys, content = 'books', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER books_trigrams_insert AFTER INSERT ON books BEGIN
    INSERT INTO books_trigrams (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE TRIGGER books_trigrams_delete AFTER DELETE ON books BEGIN
    INSERT INTO books_trigrams (books_trigrams, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
END;

CREATE TRIGGER books_trigrams_update AFTER UPDATE OF title_key, other_keys ON books
WHEN old.title_key <> new.title_key OR old.other_keys <> new.other_keys BEGIN
    INSERT INTO books_trigrams (books_trigrams, rowid, title_key, other_keys) VALUES ('delete', old.id, old.title_key, old.other_keys);
    INSERT INTO books_trigrams (rowid, title_key, other_keys) VALUES (new.id, new.title_key, new.other_keys);
END;

CREATE INDEX books_by_number ON books (number, id);

CREATE INDEX books_by_file_key ON books (file_key, id);

CREATE INDEX books_by_file_size ON books (file_size, id);

CREATE INDEX books_by_page_count ON books (page_count, id);

CREATE INDEX books_by_mtime_ns ON books (mtime_ns, id);

CREATE INDEX books_by_created_at ON books (created_at, id);

CREATE INDEX books_by_updated_at ON books (updated_at, id);

CREATE INDEX books_by_release_date ON books (release_date, id);

CREATE INDEX series_by_created_at ON series (created_at, id);

CREATE INDEX series_by_updated_at ON series (updated_at, id);

CREATE INDEX series_by_year ON series (year, id);

CREATE INDEX series_by_book_count ON series (book_count, id);

CREATE INDEX series_by_page_count ON series (page_count, id);

CREATE INDEX series_by_file_size ON series (file_size, id);

CREATE INDEX series_by_path ON series (path, id);

CREATE INDEX series_counts ON series (id, library_id, book_count);

CREATE TABLE changes ( -- what of the catalog changed, for what is kept in memory
    id INTEGER PRIMARY KEY, -- rises; the newest row is always kept
    what TEXT NOT NULL, -- book, series, genre, tag, progress, series_progress,
        -- or restore: of the whole catalog
    row_id INTEGER NOT NULL, -- inner id: of the book or series, genre or tag
    user_id INTEGER -- whose progress
) STRICT;

CREATE TRIGGER books_insert_noted AFTER INSERT ON books BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('book', new.id, NULL);
END;

CREATE TRIGGER books_update_noted AFTER UPDATE ON books BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('book', new.id, NULL);
END;

CREATE TRIGGER books_delete_noted AFTER DELETE ON books BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('book', old.id, NULL);
END;

CREATE TRIGGER series_insert_noted AFTER INSERT ON series BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series', new.id, NULL);
END;

CREATE TRIGGER series_update_noted AFTER UPDATE ON series BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series', new.id, NULL);
END;

CREATE TRIGGER series_delete_noted AFTER DELETE ON series BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series', old.id, NULL);
END;

CREATE TRIGGER series_genres_insert_noted AFTER INSERT ON series_genres BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('genre', new.genre_id, NULL);
END;

CREATE TRIGGER series_genres_update_noted AFTER UPDATE ON series_genres BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('genre', new.genre_id, NULL);
END;

CREATE TRIGGER series_genres_delete_noted AFTER DELETE ON series_genres BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('genre', old.genre_id, NULL);
END;

CREATE TRIGGER series_tags_insert_noted AFTER INSERT ON series_tags BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('tag', new.tag_id, NULL);
END;

CREATE TRIGGER series_tags_update_noted AFTER UPDATE ON series_tags BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('tag', new.tag_id, NULL);
END;

CREATE TRIGGER series_tags_delete_noted AFTER DELETE ON series_tags BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('tag', old.tag_id, NULL);
END;

CREATE TRIGGER read_progress_insert_noted AFTER INSERT ON read_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('progress', new.book_id, new.user_id);
END;

CREATE TRIGGER read_progress_update_noted AFTER UPDATE ON read_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('progress', new.book_id, new.user_id);
END;

CREATE TRIGGER read_progress_delete_noted AFTER DELETE ON read_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('progress', old.book_id, old.user_id);
END;

CREATE TRIGGER series_progress_insert_noted AFTER INSERT ON series_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series_progress', new.series_id, new.user_id);
END;

CREATE TRIGGER series_progress_update_noted AFTER UPDATE ON series_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series_progress', new.series_id, new.user_id);
END;

CREATE TRIGGER series_progress_delete_noted AFTER DELETE ON series_progress BEGIN
    INSERT INTO changes (what, row_id, user_id)
    VALUES ('series_progress', old.series_id, old.user_id);
END;

CREATE TABLE genre_aliases ( -- names in files that mean another genre
    name_key TEXT PRIMARY KEY, -- case and accents folded; that of no genre
    name TEXT NOT NULL,
    genre_id INTEGER NOT NULL REFERENCES genres (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX genre_aliases_by_genre ON genre_aliases (genre_id);

CREATE TABLE tag_aliases ( -- names in files that mean another tag
    name_key TEXT PRIMARY KEY, -- case and accents folded; that of no tag
    name TEXT NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_aliases_by_tag ON tag_aliases (tag_id);

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
) STRICT;

CREATE UNIQUE INDEX tasks_live ON tasks ( -- one of a kind for one thing
    task_type, coalesce(library_id, 0), coalesce(series_id, 0), coalesce(book_id, 0)
) WHERE status IN ('pending', 'processing');

CREATE INDEX tasks_next ON tasks (rank, priority DESC, scheduled_for, id)
WHERE status = 'pending';

CREATE INDEX tasks_locked ON tasks (locked_until) WHERE status = 'processing';

CREATE INDEX tasks_by_time ON tasks (created_at, id);

CREATE INDEX tasks_by_status ON tasks (status, task_type, created_at);

CREATE INDEX tasks_by_library ON tasks (library_id, task_type, id);

CREATE INDEX tasks_by_series ON tasks (series_id);

CREATE INDEX tasks_by_book ON tasks (book_id);

CREATE INDEX tasks_by_end ON tasks (completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE schedules ( -- what runs by the clock, and when it last did
    name TEXT PRIMARY KEY, -- deduplication, or scan: and the library's id
    last_due_at TEXT NOT NULL -- the newest time that was acted upon
) STRICT, WITHOUT ROWID;

CREATE TABLE events ( -- what happened, written with what made it happen
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- rises for ever: clients resume by it
    stream TEXT NOT NULL, -- events, tasks, scans
    type TEXT NOT NULL, -- name of the frame
    data TEXT NOT NULL, -- JSON object, as it is sent
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_time ON events (created_at);

CREATE TABLE duplicate_groups ( -- books with equal files
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    file_hash TEXT NOT NULL UNIQUE,
    is_dismissed INTEGER NOT NULL DEFAULT 0, -- until its books change
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE duplicate_books (
    group_id INTEGER NOT NULL REFERENCES duplicate_groups (id) ON DELETE CASCADE,
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, book_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_books_by_book ON duplicate_books (book_id);

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
) STRICT;

CREATE INDEX book_checks_by_time ON book_checks (checked_at);

CREATE INDEX books_by_hash ON books (file_hash) WHERE file_hash <> '';

CREATE INDEX books_by_identity ON books (identity) WHERE deleted_at IS NULL;

