from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest

from codex_lib.catalog.books import get_book
from codex_lib.catalog.check import check_catalog
from codex_lib.db import open_catalog, rows
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    BookNotFoundError,
    InvalidError,
    ProgressNotFoundError,
    SeriesNotFoundError,
    UserNotFoundError,
)
from codex_lib.reading.progress import (
    LAST_PAGE,
    delete_progress,
    get_progress,
    list_currently_reading,
    list_progress,
    mark_book_read,
    mark_series_read,
    mark_series_unread,
    set_progress,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"


@pytest.fixture
def turn(db, ana, books):
    """Return a function by which Ana sets her progress in Bone 2, of four pages."""

    def store(page, *, book="Bone 2", user=ana, now=MONDAY, **given):
        wanted = {"user_id": user, "current_page": page, "now": now, **given}
        return set_progress(db, books[book], **wanted)

    return store


# One book


def test_progress_is_stored_and_told(db, ana, books, turn):
    stored = turn(2)

    assert get_progress(db, books["Bone 2"], user_id=ana) == stored
    assert get_book(db, books["Bone 2"], user_id=ana).read_progress == stored
    assert (stored.book_id, stored.user_id) == (books["Bone 2"], ana)
    assert (stored.current_page, stored.progress_percentage) == (2, None)
    assert (stored.completed, stored.is_completed) == (False, False)
    assert (stored.started_at, stored.updated_at) == (MONDAY, MONDAY)
    assert stored.completed_at is None


def test_progress_is_each_ones_own(db, ben, books, turn):
    turn(2)

    with pytest.raises(ProgressNotFoundError):
        get_progress(db, books["Bone 2"], user_id=ben)


def test_a_second_position_replaces_all_but_the_beginning(turn):
    first = turn(2, progress_percentage=0.5)

    second = turn(3, now=TUESDAY)

    assert second.id == first.id
    assert (second.current_page, second.progress_percentage) == (3, None)
    assert (second.started_at, second.updated_at) == (MONDAY, TUESDAY)


def test_the_first_completion_is_remembered_until_it_is_taken_back(turn):
    assert turn(4, completed=True).completed_at == MONDAY
    assert turn(1, completed=True, now=TUESDAY).completed_at == MONDAY

    undone = turn(1, now=TUESDAY)
    assert (undone.completed, undone.completed_at) == (False, None)
    assert undone.started_at == MONDAY
    assert turn(4, completed=True, now=WEDNESDAY).completed_at == WEDNESDAY


def test_the_last_page_does_not_complete_a_book(turn):
    assert turn(4).completed is False


@pytest.mark.parametrize("page", [0, 4])
def test_every_page_of_a_book_is_a_position(turn, page):
    assert turn(page).current_page == page


@pytest.mark.parametrize("page", [-1, 5])
def test_a_page_that_a_book_does_not_have_is_refused(db, ana, books, turn, page):
    with pytest.raises(InvalidError, match="current_page"):
        turn(page)
    with pytest.raises(ProgressNotFoundError):
        get_progress(db, books["Bone 2"], user_id=ana)


def test_a_book_whose_pages_are_not_counted_takes_any(change, turn):
    change("UPDATE books SET page_count = 0")

    assert turn(700).current_page == 700
    for page in (-1, LAST_PAGE + 1):
        with pytest.raises(InvalidError, match="current_page"):
            turn(page)


@pytest.mark.parametrize("percentage", [0, 0.25, 1])
def test_a_percentage_is_between_0_and_1(turn, percentage):
    assert turn(0, progress_percentage=percentage).progress_percentage == percentage


@pytest.mark.parametrize("percentage", [-0.1, 1.1, float("nan"), float("inf")])
def test_another_percentage_is_refused(turn, percentage):
    with pytest.raises(InvalidError, match="progress_percentage"):
        turn(0, progress_percentage=percentage)


def test_reading_counts_in_the_series(ana, ben, turn, counted):
    turn(1)
    turn(5, book="Bone 3", completed=True)
    turn(0, book="Bone 1")
    turn(2, user=ben)

    assert counted("Bone") == {"ana": (1, 1), "ben": (0, 1)}
    turn(0, progress_percentage=0.1, book="Bone 1")
    assert counted("Bone")["ana"] == (1, 2)


def test_marking_a_book_read_goes_to_its_last_page(db, ana, books, turn, counted):
    turn(1, progress_percentage=0.2)

    marked = mark_book_read(db, books["Bone 2"], user_id=ana, now=TUESDAY)

    assert (marked.current_page, marked.progress_percentage) == (4, None)
    assert (marked.completed, marked.completed_at) == (True, TUESDAY)
    assert marked.started_at == MONDAY
    assert counted("Bone") == {"ana": (1, 0)}


def test_marking_a_book_unread_forgets_it(db, ana, books, turn, counted):
    turn(1)

    assert delete_progress(db, books["Bone 2"], user_id=ana) is True
    assert counted("Bone") == {}
    assert delete_progress(db, books["Bone 2"], user_id=ana) is False
    with pytest.raises(ProgressNotFoundError):
        get_progress(db, books["Bone 2"], user_id=ana)


def test_a_deleted_book_keeps_progress_that_does_not_count(
    db, ana, root, scan, turn, counted
):
    turn(1)
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan()
    assert counted("Bone") == {}

    assert turn(3).current_page == 3
    assert counted("Bone") == {}


def test_what_is_not_there_has_no_progress(db, ana, books):
    nothing, nobody = str(uuid4()), str(uuid4())
    book = books["Bone 1"]
    with pytest.raises(BookNotFoundError):
        get_progress(db, nothing, user_id=ana)
    with pytest.raises(BookNotFoundError):
        set_progress(db, nothing, user_id=ana, current_page=1, now=MONDAY)
    with pytest.raises(BookNotFoundError):
        mark_book_read(db, nothing, user_id=ana, now=MONDAY)
    with pytest.raises(BookNotFoundError):
        delete_progress(db, nothing, user_id=ana)
    with pytest.raises(UserNotFoundError):
        set_progress(db, book, user_id=nobody, current_page=1, now=MONDAY)


# A series


def test_a_series_is_marked_read_with_all_its_live_books(
    db, ana, books, series, root, scan, turn, counted
):
    turn(2)
    (root / "Bone" / "Bone 3.cbz").unlink()
    scan()

    count = mark_series_read(db, series["Bone"], user_id=ana, now=TUESDAY)

    assert count == 2
    first, second = (
        get_progress(db, books[title], user_id=ana) for title in ("Bone 1", "Bone 2")
    )
    assert (first.current_page, first.started_at) == (3, TUESDAY)
    assert (second.current_page, second.started_at) == (4, MONDAY)
    assert first.completed_at == second.completed_at == TUESDAY
    assert first.id != second.id
    assert counted("Bone") == {"ana": (2, 0)}
    with pytest.raises(ProgressNotFoundError):
        get_progress(db, books["Bone 3"], user_id=ana)


def test_what_was_read_before_stays_as_it_is(db, ana, series, turn):
    before = turn(4, completed=True)
    turn(1, book="Bone 1", completed=True)

    mark_series_read(db, series["Bone"], user_id=ana, now=TUESDAY)

    found = list_progress(db, Paging(), user_id=ana).data
    assert before in found
    assert sorted(progress.current_page for progress in found) == [3, 4, 5]


def test_a_series_is_marked_unread(db, ana, ben, series, turn, counted):
    turn(2)
    turn(2, book="Bone 1", completed=True)
    turn(1, book="Maus")
    turn(1, user=ben)

    assert mark_series_unread(db, series["Bone"], user_id=ana) == 2
    assert mark_series_unread(db, series["Bone"], user_id=ana) == 0
    assert counted("Bone") == {"ben": (0, 1)}
    assert counted("Maus") == {"ana": (0, 1)}


def test_marking_a_series_unread_keeps_progress_in_deleted_books(
    db, ana, books, series, root, scan, turn
):
    kept = turn(2)
    turn(1, book="Bone 1")
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan()

    assert mark_series_unread(db, series["Bone"], user_id=ana) == 1
    assert list_progress(db, Paging(), user_id=ana).data == [kept]


def test_a_series_without_a_live_book_has_none_to_mark(db, ana, series, root, scan):
    (root / "Maus" / "Maus.cbz").unlink()
    scan(allow_missing=True)

    assert mark_series_read(db, series["Maus"], user_id=ana, now=MONDAY) == 0
    assert mark_series_unread(db, series["Maus"], user_id=ana) == 0


def test_a_series_or_reader_that_is_not_there_is_told(db, ana, series):
    nothing = str(uuid4())
    with pytest.raises(SeriesNotFoundError):
        mark_series_read(db, nothing, user_id=ana, now=MONDAY)
    with pytest.raises(SeriesNotFoundError):
        mark_series_unread(db, nothing, user_id=ana)
    with pytest.raises(UserNotFoundError):
        mark_series_unread(db, series["Bone"], user_id=nothing)


# Lists


def test_all_progress_is_listed_latest_first(db, ana, books, turn, change):
    turn(1, book="Bone 1", now=TUESDAY)
    turn(0, book="Bone 2", now=WEDNESDAY)
    turn(2, book="Maus", completed=True)
    change("UPDATE books SET deleted_at = 'x' WHERE title = 'Maus'")

    listing = list_progress(db, Paging(), user_id=ana)

    assert [progress.book_id for progress in listing.data] == [
        *(books["Bone 2"], books["Bone 1"], books["Maus"])
    ]
    assert listing.data[1] == get_progress(db, books["Bone 1"], user_id=ana)
    assert listing.total == 3
    page = list_progress(db, Paging(1, 2), user_id=ana)
    assert (len(page.data), page.total, page.page) == (1, 3, 1)


def test_nobody_elses_progress_is_listed(db, ben, turn):
    turn(1)

    assert list_progress(db, Paging(), user_id=ben).data == []


def test_currently_reading_is_what_has_begun_and_not_ended(
    db, ana, books, root, scan, turn
):
    turn(1, book="Bone 1", now=TUESDAY)
    turn(0, book="Bone 2", progress_percentage=0.1, now=WEDNESDAY)
    turn(1, book="Bone 3")
    turn(1, book="Bone 3", completed=True)
    turn(1, book="Maus")
    (root / "Maus" / "Maus.cbz").unlink()
    scan(allow_missing=True)

    listing = list_currently_reading(db, Paging(), user_id=ana)

    found = [progress.book_id for progress in listing.data]
    assert found == [books["Bone 2"], books["Bone 1"]]
    assert listing.total == 2
    assert list_currently_reading(db, Paging(0, 1), user_id=ana).total == 2
    turn(0, book="Bone 1")
    assert list_currently_reading(db, Paging(), user_id=ana).total == 1


# Several devices


def test_devices_that_write_at_once_leave_right_counters(
    db, ana, ben, books, series, counted
):
    def device(user, number):
        with closing(open_catalog(db.path)) as mine:
            for step in range(20):
                book = books[f"Bone {1 + (number + step) % 3}"]
                touch(mine, book, series["Bone"], user, step)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(device, (ana, ana, ben, ben), range(4)))

    assert set(counted("Bone")) == {"ana", "ben"}


def touch(db, book, series, user, step):
    if step % 7 == 3:
        mark_series_read(db, series, user_id=user, now=MONDAY)
    elif step % 7 == 5:
        delete_progress(db, book, user_id=user)
    else:
        page, is_end = step % 3, step % 2 == 0
        who = {"user_id": user, "now": MONDAY}
        set_progress(db, book, current_page=page, completed=is_end, **who)


def test_the_last_write_to_arrive_wins_whatever_its_clock_says(turn):
    turn(3, now=TUESDAY)

    assert turn(1, now=MONDAY).current_page == 1


def test_a_long_series_is_marked_by_few_statements(db, ana, series, change):
    change(
        """
        WITH RECURSIVE more (n) AS (
            SELECT 1 UNION ALL SELECT n + 1 FROM more LIMIT 1000
        )
        INSERT INTO books (
            uuid, library_id, series_id, path, file_name, file_key, file_format,
            file_size, mtime_ns, page_count, title, sort_key, created_at, updated_at
        )
        SELECT 'b' || n, library_id, series_id, 'b' || n, '', '', 'cbz', 0, 0, 7, '',
            '', '', '' FROM books, more WHERE books.title = 'Maus'
        """
    )
    change("UPDATE series SET book_count = 1001 WHERE title = 'Maus'")
    statements = []
    db.set_trace_callback(statements.append)

    count = mark_series_read(db, series["Maus"], user_id=ana, now=MONDAY)

    db.set_trace_callback(None)
    own = [text for text in statements if not text.lstrip().startswith("--")]
    reads = [text for text in own if "SELECT" in text and "INSERT" not in text]
    assert count == 1001
    assert len(reads) < 10
    assert rows(db, "SELECT count(*) AS n FROM read_progress")[0]["n"] == 1001


# Whoever or whatever goes takes progress along


def test_a_deleted_user_leaves_no_progress(db, ana, ben, turn, counted, change):
    turn(1)
    turn(1, user=ben)

    change("DELETE FROM users WHERE uuid = ?", [ana])

    assert counted("Bone") == {"ben": (0, 1)}
    assert rows(db, "SELECT count(*) AS n FROM read_progress")[0]["n"] == 1


def test_a_deleted_library_leaves_no_progress(db, library, turn, change):
    turn(1)

    change("DELETE FROM libraries WHERE uuid = ?", [library.id])

    assert rows(db, "SELECT * FROM read_progress") == []
    assert rows(db, "SELECT * FROM series_progress") == []
    assert check_catalog(db).problems == []
