"""What somebody has read, of books and of series."""

import numpy as np
import pytest

from codex_lib.catalog.progress import recount_series
from codex_lib.catalog.shelf_index.readers import Reader
from codex_lib.db import rows, write
from tests.catalog.shelf_index.shelves import dice, insert, read_book

STATUSES = ("unread", "in_progress", "read")
SIZE = 60


def books_of(reader):
    masks = {status: reader.books(status, SIZE) for status in STATUSES}
    assert np.sum(list(masks.values()), axis=0).tolist() == [1] * SIZE
    return {s: np.flatnonzero(mask).tolist() for s, mask in masks.items()}


def books_by_sql(db, user):
    sql = "SELECT book_id AS id FROM read_progress WHERE user_id = ? AND status = ?"
    return {
        status: [row["id"] for row in rows(db, f"{sql} ORDER BY 1", [user, status])]
        for status in STATUSES[1:]
    }


def test_every_book_has_one_status(pair):
    for user in (1, 2):
        found = books_of(Reader(pair.plain, user))

        assert {s: found[s] for s in STATUSES[1:]} == books_by_sql(pair.plain, user)


def test_changed_progress_is_followed(pair):
    reader = Reader(pair.plain, 1)
    for seed in range(20):
        read_book(pair.writer, dice(seed))
    rows(pair.writer, "DELETE FROM read_progress WHERE book_id % 7 = 0")

    reader.update(pair.plain, set(range(1, 50)))

    found = books_of(reader)
    assert {s: found[s] for s in STATUSES[1:]} == books_by_sql(pair.plain, 1)


def test_counters_of_series_are_read_again_when_they_are_stale(pair):
    reader = Reader(pair.plain, 1)
    before = reader.series_by_time.tolist()
    rows(pair.writer, "DELETE FROM series_progress")

    reader.refresh(pair.plain)
    assert reader.series_by_time.tolist() == before
    reader.is_stale = True
    reader.refresh(pair.plain)

    assert reader.series_by_time.tolist() == []
    assert not reader.is_stale


def test_somebody_who_read_nothing_has_everything_unread(pair):
    reader = Reader(pair.plain, 77)

    assert books_of(reader)["unread"] == list(range(SIZE))
    assert reader.series("unread", np.array([0, 3, 0], np.int32)).all()


@pytest.mark.parametrize(
    ("pages", "status"),
    [
        ([None, None], "unread"),
        ([0, None], "unread"),
        ([3, None], "in_progress"),
        (["read", None], "in_progress"),
        (["read", 3], "in_progress"),
        (["read", "read"], "read"),
        (["deleted", "read"], "read"),
    ],
)
def test_a_series_is_read_when_all_its_live_books_are(pair, pages, status):
    db = pair.writer
    with write(db):
        rows(db, "DELETE FROM books")
        for number, page in enumerate(pages, 1):
            add_book_at(db, number, page)
        recount_series(db, 1)
    live = np.array([0, 2 - pages.count("deleted")], np.int32)

    reader = Reader(pair.plain, 1)

    for other in STATUSES:
        assert reader.series(other, live)[1] == (other == status)


def add_book_at(db, number, page):
    """Add a book to series 1; of a deleted one something was read."""
    texts = ("path", "file_name", "file_key", "file_format", "title", "sort_key")
    zeros = ("file_size", "mtime_ns", "page_count")
    insert(
        db,
        "books",
        id=number,
        library_id=1,
        series_id=1,
        created_at="",
        updated_at="",
        deleted_at="gone" if page == "deleted" else None,
        **dict.fromkeys(texts, str(number)),
        **dict.fromkeys(zeros, 0),
    )
    if page is not None:
        insert(
            db,
            "read_progress",
            user_id=1,
            book_id=number,
            current_page=page if isinstance(page, int) else 1,
            completed=page == "read",
            started_at="",
            updated_at="",
        )
