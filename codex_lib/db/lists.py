"""What makes lists fast: sort and search keys, indexes, changes. Step 4 of the schema.

Every sort has an index, which costs a scan some microseconds a book and saves a list
of a million books 200 ms.
"""

from __future__ import annotations

from codex_lib.db.search_indexes import CRISIS_SEGMENTS

_BOOK_SORTS = {
    "number": "number",
    "file_key": "file_key",
    "file_size": "file_size",
    "page_count": "page_count",
    "mtime_ns": "mtime_ns",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "release_date": "release_date",
}
_SERIES_SORTS = {
    "created_at": "created_at",
    "updated_at": "updated_at",
    "year": "year",
    "book_count": "book_count",
    "page_count": "page_count",
    "file_size": "file_size",
    "path": "path",
}


def _search(table: str, name: str, options: str) -> tuple[str, ...]:
    """Return a search index over the keys of a table and what keeps it in step."""
    keys = "title_key, other_keys"
    old = "old.id, old.title_key, old.other_keys"
    new = "new.id, new.title_key, new.other_keys"
    delete = f"INSERT INTO {name} ({name}, rowid, {keys}) VALUES ('delete', {old});"  # noqa: S608 - constants
    insert = f"INSERT INTO {name} (rowid, {keys}) VALUES ({new});"  # noqa: S608 - constants
    return (
        f"""
        CREATE VIRTUAL TABLE {name} USING fts5 (
            {keys}, content = '{table}', content_rowid = 'id', {options}
        )
        """,
        f"INSERT INTO {name} ({name}) VALUES ('rebuild')",  # noqa: S608 - constants
        f"INSERT INTO {name} ({name}, rank) VALUES ('automerge', 0)",  # noqa: S608 - constants
        f"INSERT INTO {name} ({name}, rank) VALUES ('crisismerge', {CRISIS_SEGMENTS})",  # noqa: S608 - constants
        f"""
        CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN
            {insert}
        END
        """,
        f"""
        CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN
            {delete}
        END
        """,
        f"""
        CREATE TRIGGER {name}_update AFTER UPDATE OF {keys} ON {table}
        WHEN old.title_key <> new.title_key OR old.other_keys <> new.other_keys BEGIN
            {delete}
            {insert}
        END
        """,
    )


def _noted(table: str, what: str, row: str, user: str = "NULL") -> tuple[str, ...]:
    """Return the triggers that note every change of a table's rows."""
    return tuple(
        f"""
        CREATE TRIGGER {table}_{event.lower()}_noted AFTER {event} ON {table} BEGIN
            INSERT INTO changes (what, row_id, user_id)
            VALUES ('{what}', {side}.{row}, {user and user.replace("row", side)});
        END
        """  # noqa: S608 - constants
        for event, side in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))
    )


LISTS = (
    "ALTER TABLE books ADD COLUMN title_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE books ADD COLUMN other_keys TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE books ADD COLUMN release_date INTEGER",
    "ALTER TABLE series ADD COLUMN title_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE series ADD COLUMN other_keys TEXT NOT NULL DEFAULT ''",
    *(
        f"DROP TRIGGER {table}_search_{event}"
        for table in ("series", "books")
        for event in ("insert", "delete", "update")
    ),
    "DROP TABLE series_search",
    "DROP TABLE books_search",
    """
    UPDATE series SET title_key = fold(title), other_keys = other_keys(fold(title), '')
    """,
    """
    UPDATE books SET title_key = fold(title),
        other_keys = other_keys(fold(title), file_name)
    """,
    """
    UPDATE books SET release_date = (
        SELECT year * 10000 + coalesce(month, 0) * 100 + coalesce(day, 0)
        FROM book_metadata WHERE book_id = books.id
    )
    """,
    *(
        statement
        for table in ("series", "books")
        for name, options in (
            (f"{table}_search", "tokenize = 'unicode61', prefix = '2 3'"),
            (f"{table}_trigrams", "tokenize = 'trigram case_sensitive 1'"),
        )
        for statement in _search(table, name, options)
    ),
    *(
        f"CREATE INDEX books_by_{name} ON books ({column}, id)"
        for name, column in _BOOK_SORTS.items()
    ),
    *(
        f"CREATE INDEX series_by_{name} ON series ({column}, id)"
        for name, column in _SERIES_SORTS.items()
    ),
    # Narrow, for who looks up thousands of series: on deck takes 2 ms instead of 8.
    "CREATE INDEX series_counts ON series (id, library_id, book_count)",
    """
    CREATE TABLE changes ( -- what of the catalog changed, for what is kept in memory
        id INTEGER PRIMARY KEY, -- rises; the newest row is always kept
        what TEXT NOT NULL, -- book, series, genre, tag, progress, series_progress,
            -- or restore: of the whole catalog
        row_id INTEGER NOT NULL, -- inner id: of the book or series, genre or tag
        user_id INTEGER -- whose progress
    ) STRICT
    """,
    *_noted("books", "book", "id"),
    *_noted("series", "series", "id"),
    *_noted("series_genres", "genre", "genre_id"),
    *_noted("series_tags", "tag", "tag_id"),
    *_noted("read_progress", "progress", "book_id", "row.user_id"),
    *_noted("series_progress", "series_progress", "series_id", "row.user_id"),
)
