import pytest

from codex_lib.catalog.books import list_books, search_books
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.libraries import update_library
from codex_lib.catalog.metadata import (
    EDITABLE,
    METADATA_COLUMNS,
    READ_AGAIN,
    get_book_detail,
    get_book_locks,
    metadata_values,
    replace_book_metadata,
    set_book_locks,
    update_book,
)
from codex_lib.catalog.series import get_series
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import BookNotFoundError, InvalidError
from codex_lib.formats.book import Metadata

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"


def detail_of(db, file_name):
    row = rows(db, "SELECT uuid FROM books WHERE file_name = ?", [file_name])[0]
    return get_book_detail(db, row["uuid"])


@pytest.fixture
def saga(db, library, make_cbz, scan):
    """A book that says a lot of itself; titles are those of the files."""
    changes = {"book_strategy": "metadata_first", "number_strategy": "smart"}
    update_library(db, library.id, changes, now=MONDAY)
    make_cbz(
        "Saga/Saga 1.cbz",
        Title="Chapter One",
        Series="Saga",
        Number="1.5",
        Count=108,
        Volume=2,
        Summary="Two soldiers.",
        Year=2012,
        Month=3,
        Writer="Brian K. Vaughan",
        Penciller="Fiona Staples",
        Genre="Space, Opera",
        Tags="war",
        Web="https://example.org/1",
        Characters="Alana, Marko",
        BlackAndWhite="No",
        Manga="No",
        CommunityRating="4.5",
        AgeRating="Mature 17+",
        LanguageISO="en",
    )
    scan()
    return detail_of(db, "Saga 1.cbz")


# Reading


def test_metadata_has_every_column_with_lists_as_lists(saga):
    metadata = saga.metadata

    assert list(metadata) == list(METADATA_COLUMNS)
    assert (metadata["source"], metadata["title"]) == ("comicinfo", "Chapter One")
    assert (metadata["number"], metadata["count"]) == ("1.5", 108)
    assert metadata["writers"] == ["Brian K. Vaughan"]
    assert metadata["characters"] == ["Alana", "Marko"]
    assert metadata["inkers"] == []
    assert metadata["black_and_white"] is False
    assert metadata["community_rating"] == 4.5
    assert metadata["publisher"] is None


def test_the_columns_are_those_of_the_table_and_the_keys_of_what_is_read(db):
    info = rows(db, "SELECT name FROM pragma_table_info('book_metadata')")
    columns = {row["name"] for row in info}

    assert set(METADATA_COLUMNS) == columns - {"book_id"}
    assert set(METADATA_COLUMNS) == set(Metadata.__annotations__)


def test_values_are_in_the_order_of_the_columns_with_one_item_a_line():
    values = metadata_values({"title": "One", "genres": ["a", "b"], "year": 0})

    found = dict(zip(METADATA_COLUMNS, values, strict=True))
    assert (found["title"], found["genres"], found["year"]) == ("One", "a\nb", 0)
    assert found["summary"] is None


def test_a_file_that_says_nothing_has_no_metadata(db, make_cbz, scan):
    make_cbz("Bone/Bone 1.cbz")
    scan()

    assert detail_of(db, "Bone 1.cbz").metadata is None

    scan(deep=True)

    assert detail_of(db, "Bone 1.cbz").metadata is None


def test_an_unknown_book_has_no_detail_and_cannot_be_changed(db):
    with pytest.raises(BookNotFoundError, match="nothing"):
        get_book_detail(db, "nothing")
    with pytest.raises(BookNotFoundError, match="nothing"):
        update_book(db, "nothing", {"title": "New"}, now=TUESDAY)


# Edits


EDITS = {
    "title": "Edited",
    "sort_title": "Zz",
    "number": 7.5,
    "series": "Other",
    "volume": 9,
    "count": 3,
    "summary": "Edited.",
    "year": 1999,
    "month": 12,
    "writers": ["Somebody", "Else"],
    "genres": ["Noir"],
    "tags": [],
    "characters": ["Nobody"],
    "web": ["https://example.org/2"],
    "black_and_white": True,
    "community_rating": 1.0,
    "age_rating": "Teen",
    "language_iso": "de",
    "manga": "Yes",
    "reading_direction": "rtl",
    "status": "ended",
}
OF_THE_BOOK = {"title", "sort_title", "number"}


def value(detail, field):
    if field in OF_THE_BOOK:
        return getattr(detail.book, field)
    return detail.metadata[field]


@pytest.mark.parametrize("field", EDITS)
def test_a_scan_leaves_an_edited_field_alone(db, saga, scan, field):
    changed = update_book(db, saga.book.id, {field: EDITS[field]}, now=TUESDAY)
    scan(now=WEDNESDAY, deep=True)

    assert value(changed, field) == EDITS[field]
    assert changed.book.updated_at == TUESDAY
    assert value(get_book_detail(db, saga.book.id), field) == EDITS[field]


@pytest.mark.parametrize("field", EDITS)
def test_none_unlocks_a_field_and_the_next_scan_fills_it_again(db, saga, scan, field):
    update_book(db, saga.book.id, {field: EDITS[field]}, now=TUESDAY)

    update_book(db, saga.book.id, {field: None}, now=TUESDAY)
    scan(now=WEDNESDAY)

    assert value(get_book_detail(db, saga.book.id), field) == value(saga, field)


@pytest.mark.parametrize("field", EDITS)
def test_after_any_edit_the_catalog_is_sound(db, saga, field):
    for given in (EDITS[field], None):
        update_book(db, saga.book.id, {field: given}, now=TUESDAY)

        assert check_catalog(db).problems == []


def test_an_edit_reaches_the_series_with_the_next_scan(db, saga, scan):
    changes = {"genres": ["Noir"], "year": 1999, "age_rating": "Teen"}

    update_book(db, saga.book.id, changes, now=TUESDAY)
    scan(now=WEDNESDAY)

    series = get_series(db, saga.book.series_id)
    assert (series.genres, series.year, series.age_rating) == (["Noir"], 1999, 13)


def test_a_book_whose_file_says_nothing_can_be_edited(db, make_cbz, scan):
    make_cbz("Bone/Bone 1.cbz")
    scan()
    book = detail_of(db, "Bone 1.cbz").book

    changed = update_book(db, book.id, {"writers": ["Jeff Smith"]}, now=TUESDAY)
    scan(now=WEDNESDAY, deep=True)

    assert changed.metadata["writers"] == ["Jeff Smith"]
    assert detail_of(db, "Bone 1.cbz").metadata["writers"] == ["Jeff Smith"]


def test_an_edited_title_sorts_and_is_found_by_it(db, saga):
    update_book(db, saga.book.id, {"title": "The Zorro"}, now=TUESDAY)

    assert [b.title for b in search_books(db, "zorro")] == ["The Zorro"]
    assert rows(db, "SELECT sort_key FROM books")[0]["sort_key"] == "zorro"


def test_a_sort_title_decides_the_place_until_it_is_cleared(db, make_cbz, scan):
    make_cbz("Bone/Ant.cbz", seed=1)
    make_cbz("Bone/Bee.cbz", seed=2)
    scan()
    ant = detail_of(db, "Ant.cbz").book

    def order():
        return [book.title for book in list_books(db, Paging(), sort="title").data]

    update_book(db, ant.id, {"sort_title": "Zz"}, now=TUESDAY)
    assert order() == ["Bee", "Ant"]
    update_book(db, ant.id, {"title": "Cat"}, now=TUESDAY)
    assert order() == ["Bee", "Cat"]
    update_book(db, ant.id, {"title": "Ant", "sort_title": None}, now=TUESDAY)
    assert order() == ["Ant", "Bee"]


def test_texts_and_names_lose_spaces_that_do_not_count(db, saga):
    changes = {"summary": " Short. \n", "writers": [" Ann \n Lee ", "", " "]}

    changed = update_book(db, saga.book.id, changes, now=TUESDAY)

    assert changed.metadata["summary"] == "Short."
    assert changed.metadata["writers"] == ["Ann Lee"]


def test_a_direction_is_stored_by_its_short_name(db, saga):
    changes = {"reading_direction": "RIGHT_TO_LEFT"}

    changed = update_book(db, saga.book.id, changes, now=TUESDAY)

    assert changed.book.reading_direction == "rtl"


def test_every_editable_field_can_be_cleared(db, saga):
    changed = update_book(db, saga.book.id, dict.fromkeys(EDITABLE), now=TUESDAY)

    assert changed.metadata["writers"] == []
    assert changed.metadata["year"] is None


@pytest.mark.parametrize("year", [0, 2**31 - 1])
def test_whole_numbers_go_from_0_to_what_all_programs_can_hold(db, saga, year):
    changed = update_book(db, saga.book.id, {"year": year}, now=TUESDAY)

    assert changed.metadata["year"] == year
    with pytest.raises(InvalidError, match="whole number"):
        update_book(db, saga.book.id, {"year": 2**31}, now=TUESDAY)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"color": "red"}, "no field of a book; there are title, sort_title, number"),
        ({"page_count": 7}, "no field of a book"),
        ({"source": "me"}, "no field of a book"),
        ({"title": " "}, "must be text and not blank"),
        ({"summary": 7}, "must be text and not blank"),
        ({"writers": 7}, "must be a list of names"),
        ({"writers": ["Ann", 7]}, "must be a list of names"),
        ({"number": "1"}, "must be a number"),
        ({"number": True}, "must be a number"),
        ({"number": float("nan")}, "must not be larger"),
        ({"number": float("inf")}, "must not be larger"),
        ({"number": 10**400}, "must not be larger"),
        ({"community_rating": "good"}, "must be a number"),
        ({"year": "1999"}, "must be a whole number"),
        ({"year": 19.5}, "must be a whole number"),
        ({"year": False}, "must be a whole number"),
        ({"year": -1}, "must be a whole number"),
        ({"volume": 10**30}, "must be a whole number"),
        ({"black_and_white": "no"}, "must be true or false"),
        ({"reading_direction": "sideways"}, "none of ltr, rtl"),
        ({"status": "lost"}, "none of ongoing, ended"),
        ({"title": "a\udcff"}, "no Unicode text"),
    ],
)
def test_what_cannot_be_used_is_refused_and_changes_nothing(db, saga, changes, reason):
    with pytest.raises(InvalidError, match=reason):
        update_book(db, saga.book.id, {"notes": "New", **changes}, now=TUESDAY)

    assert get_book_detail(db, saga.book.id) == saga


# Lists as text, and what some clients send


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("writers", "Ana Silva,  Ben\nCid ,", ["Ana Silva", "Ben", "Cid"]),
        ("genres", "", []),
        ("isbns", "9781607066019", ["9781607066019"]),
        ("web", "https://a.example/x,y http://b.example", None),
    ],
)
def test_a_list_may_be_given_as_one_text(db, saga, field, text, expected):
    detail = update_book(db, saga.book.id, {field: text}, now=TUESDAY)

    assert detail.metadata[field] == (text.split() if expected is None else expected)


@pytest.mark.parametrize("value", ["javascript:alert(1)", ["https://a", "ftp://b"]])
def test_only_web_addresses_become_links(db, saga, value):
    with pytest.raises(InvalidError, match="web: an address begins with http"):
        update_book(db, saga.book.id, {"web": value}, now=TUESDAY)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "Yes"), (False, "No"), ("YesAndRightToLeft", "YesAndRightToLeft")],
)
def test_manga_may_be_a_truth_value(db, saga, value, expected):
    detail = update_book(db, saga.book.id, {"manga": value}, now=TUESDAY)

    assert detail.metadata["manga"] == expected


# Replacing


def test_replacing_clears_what_is_not_given_until_the_next_scan(db, saga, scan):
    detail = replace_book_metadata(
        db, saga.book.id, {"writers": ["Ana"], "year": 1999}, now=TUESDAY
    )

    assert (detail.metadata["writers"], detail.metadata["year"]) == (["Ana"], 1999)
    assert (detail.metadata["summary"], detail.metadata["web"]) == (None, [])
    assert detail.metadata["tags"] == ["war"]
    assert detail.book.title == "Chapter One"

    scan(now=WEDNESDAY)

    metadata = detail_of(db, "Saga 1.cbz").metadata
    assert (metadata["summary"], metadata["writers"]) == ("Two soldiers.", ["Ana"])


# Locks


def locked(db, book_id):
    return {
        name for name, is_locked in get_book_locks(db, book_id).items() if is_locked
    }


def test_every_field_that_can_be_edited_has_a_lock(db, saga):
    assert get_book_locks(db, saga.book.id) == dict.fromkeys(EDITABLE, False)


def test_a_lock_keeps_a_value_that_the_file_gave(db, saga, make_cbz, scan):
    found = set_book_locks(db, saga.book.id, {"summary": True}, now=TUESDAY)
    make_cbz("Saga/Saga 1.cbz", seed=9, Summary="Other.", Year=1999)
    scan(now=WEDNESDAY)

    assert found["summary"] is True
    metadata = detail_of(db, "Saga 1.cbz").metadata
    assert (metadata["summary"], metadata["year"]) == ("Two soldiers.", 1999)
    assert locked(db, saga.book.id) == {"summary"}


def test_what_is_locked_empty_stays_empty(db, make_cbz, scan):
    make_cbz("Bone/Bone 1.cbz")
    scan()
    book = detail_of(db, "Bone 1.cbz").book
    set_book_locks(db, book.id, {"summary": True}, now=TUESDAY)

    make_cbz("Bone/Bone 1.cbz", seed=9, Summary="Other.", Year=1999)
    scan(now=WEDNESDAY)

    metadata = detail_of(db, "Bone 1.cbz").metadata
    assert (metadata["summary"], metadata["year"]) == (None, 1999)


@pytest.mark.parametrize(
    ("field", "value"), [("summary", "Mine."), ("writers", ["Me"]), ("number", 77.0)]
)
def test_the_next_scan_reads_what_is_unlocked(db, saga, scan, field, value):
    update_book(db, saga.book.id, {field: value, "year": 1999}, now=TUESDAY)
    set_book_locks(db, saga.book.id, {field: False}, now=TUESDAY)
    scan(now=WEDNESDAY)

    detail = detail_of(db, "Saga 1.cbz")
    assert detail.book.number == 1.5
    assert detail.metadata["summary"] == "Two soldiers."
    assert detail.metadata["writers"] == ["Brian K. Vaughan"]
    assert detail.metadata["year"] == 1999


def test_only_unlocking_needs_the_file_to_be_read_again(db, saga):
    with write(db):  # a scan does not trust the time of a file so new
        rows(db, "UPDATE books SET mtime_ns = 5")

    set_book_locks(db, saga.book.id, {"summary": True}, now=TUESDAY)
    assert rows(db, "SELECT mtime_ns FROM books")[0]["mtime_ns"] == 5

    set_book_locks(db, saga.book.id, {"summary": False}, now=TUESDAY)
    assert rows(db, "SELECT mtime_ns FROM books")[0]["mtime_ns"] == READ_AGAIN


def test_only_a_lock_that_changes_is_a_change(db, saga):
    set_book_locks(db, saga.book.id, {"summary": False}, now=TUESDAY)
    assert detail_of(db, "Saga 1.cbz").book.updated_at == MONDAY

    set_book_locks(db, saga.book.id, {"summary": True}, now=TUESDAY)
    assert detail_of(db, "Saga 1.cbz").book.updated_at == TUESDAY


def test_what_has_no_lock_or_is_no_book_is_refused(db, saga):
    with pytest.raises(InvalidError, match="color"):
        set_book_locks(db, saga.book.id, {"year": True, "color": True}, now=TUESDAY)
    with pytest.raises(BookNotFoundError):
        set_book_locks(db, "nothing", {}, now=TUESDAY)
    with pytest.raises(BookNotFoundError):
        get_book_locks(db, "nothing")

    assert locked(db, saga.book.id) == set()
