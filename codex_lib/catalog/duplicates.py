"""Books whose files are equal, byte by byte: the groups, and putting one aside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.db import many, rows, write
from codex_lib.db.ids import new_id
from codex_lib.db.naming import only_id, rows_of_id
from codex_lib.errors import DuplicateNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database, Row


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Books with equal files, in the shape of the API contract, section 2.12.

    book_ids: oldest first.
    """

    id: str
    file_hash: str
    book_ids: list[str]
    duplicate_count: int
    created_at: str
    updated_at: str


# Of a group what is true now: a book that is gone, or has other bytes, has left it.
_GROUPS = """
    SELECT duplicate_groups.uuid AS id, duplicate_groups.file_hash,
        json_group_array(books.uuid) AS book_ids,
        count(*) AS duplicate_count,
        duplicate_groups.created_at, duplicate_groups.updated_at
    FROM duplicate_groups
    JOIN duplicate_books ON group_id = duplicate_groups.id
    JOIN books ON books.id = book_id
    WHERE is_dismissed = 0 AND books.deleted_at IS NULL
    AND books.file_hash = duplicate_groups.file_hash
    GROUP BY duplicate_groups.id HAVING count(*) > 1 ORDER BY duplicate_groups.id
"""


def list_duplicates(db: Database) -> list[DuplicateGroup]:
    """Return the groups of equal books as the last search found them, oldest first.

    Without those that somebody dismissed.
    """
    return [_group(row) for row in rows(db, _GROUPS)]


def find_duplicate(db: Database, text: str) -> DuplicateGroup:
    """Return the group of an id or of an id's beginning.

    Raises DuplicateNotFoundError, AmbiguousNameError with the candidates.
    """
    found = {group.id: group for group in list_duplicates(db)}
    sql = """
        SELECT uuid, file_hash AS label FROM duplicate_groups
        WHERE uuid >= :start AND uuid < :end AND is_dismissed = 0
    """
    named = [row for row in rows_of_id(db, sql, text) if row["uuid"] in found]
    if not named:
        raise DuplicateNotFoundError(text)
    return found[only_id("duplicate group", text, named)]


def _group(row: Row) -> DuplicateGroup:
    ids = sorted(json.loads(row["book_ids"]))  # ids begin with their time
    return DuplicateGroup(**{**dict(row), "book_ids": ids})


_DISMISS = """
    UPDATE duplicate_groups SET is_dismissed = 1, updated_at = :now
    WHERE uuid = :id AND is_dismissed = 0 RETURNING id
"""


def dismiss_duplicate(db: Database, group_id: str, *, now: str) -> None:
    """Hide a group until another book joins it or one leaves; no book is touched.

    Raises DuplicateNotFoundError, also for one that is hidden already.
    """
    with write(db, quiet=True):
        if not rows(db, _DISMISS, {"id": group_id, "now": now}):
            raise DuplicateNotFoundError(group_id)


# Equal files have the same size and, read by the same reader, the same identity; that
# of a file that cannot be read is NULL, and GROUP BY takes NULLs for equal.
_CANDIDATES = """
    SELECT json_group_array(id) AS ids, sum(file_hash = '') AS unhashed FROM books
    WHERE deleted_at IS NULL AND file_size > 0 AND file_format <> 'folder'
    GROUP BY file_size, identity HAVING count(*) > 1 AND unhashed > 0
"""
_UNHASHED = """
    SELECT id FROM books WHERE file_hash = '' AND id IN (SELECT value FROM json_each(?))
    ORDER BY library_id, path
"""


def duplicate_candidates(db: Database) -> list[int]:
    """Return the inner ids of books that may have an equal and have no hash yet."""
    ids = [i for row in rows(db, _CANDIDATES) for i in json.loads(row["ids"])]
    return [row["id"] for row in rows(db, _UNHASHED, [json.dumps(ids)])]


_EQUAL = """
    SELECT file_hash, json_group_array(id) AS ids FROM books
    WHERE file_hash <> '' AND deleted_at IS NULL
    GROUP BY file_hash HAVING count(*) > 1
"""
_KNOWN = """
    SELECT id, file_hash, (
        SELECT json_group_array(book_id) FROM duplicate_books
        WHERE group_id = duplicate_groups.id
    ) AS ids FROM duplicate_groups
"""
_NEW = """
    INSERT INTO duplicate_groups (uuid, file_hash, created_at, updated_at)
    VALUES (:uuid, :file_hash, :now, :now) RETURNING id
"""
_CHANGED = """
    UPDATE duplicate_groups SET is_dismissed = 0, updated_at = :now WHERE id = :id
"""


def regroup_duplicates(db: Database, *, now: str) -> int:
    """Group books by the hash of their files, and return how many groups there are.

    A group keeps its id while it exists, and stays dismissed while its books are the
    same.
    """
    with write(db, quiet=True):
        equal = {row["file_hash"]: _ids(row) for row in rows(db, _EQUAL)}
        known = {row["file_hash"]: row for row in rows(db, _KNOWN)}
        gone = [(row["id"],) for key, row in known.items() if key not in equal]
        many(db, "DELETE FROM duplicate_groups WHERE id = ?", gone)
        for file_hash, ids in equal.items():
            row = known.get(file_hash)
            if row is None:
                values = {"uuid": new_id(), "file_hash": file_hash, "now": now}
                _fill(db, rows(db, _NEW, values)[0]["id"], ids)
            elif _ids(row) != ids:
                rows(db, _CHANGED, {"id": row["id"], "now": now})
                _fill(db, row["id"], ids)
    return len(equal)


def _ids(row: Row) -> list[int]:
    return sorted(json.loads(row["ids"]))


def _fill(db: Database, group: int, ids: list[int]) -> None:
    rows(db, "DELETE FROM duplicate_books WHERE group_id = ?", [group])
    pairs = [(group, book) for book in ids]
    many(db, "INSERT INTO duplicate_books (group_id, book_id) VALUES (?, ?)", pairs)
