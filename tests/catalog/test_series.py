import pytest

from codex_lib.catalog.libraries import create_library, update_library
from codex_lib.catalog.series import (
    SORTS,
    get_series,
    list_people,
    list_series,
    search_series,
)
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows
from codex_lib.db.paging import Paging
from codex_lib.errors import InvalidError, SeriesNotFoundError
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
WEDNESDAY = "2024-01-17T10:30:00.000000Z"


def series_of(db, title):
    row = rows(db, "SELECT uuid FROM series WHERE title = ?", [title])[0]
    return get_series(db, row["uuid"])


def titles(found):
    return [series.title for series in getattr(found, "data", found)]


@pytest.fixture
def shelf(db, make_cbz, scan):
    """Three series: Akira (2 books, 1982), The Bone (1, no year), Cerebus (3, 1977)."""
    make_cbz("Akira/Akira 1.cbz", seed=1, pages=9, Year=1982)
    make_cbz("Akira/Akira 2.cbz", seed=2, pages=9)
    make_cbz("The Bone/Bone 1.cbz", seed=3, pages=2)
    for number in range(3):
        make_cbz(f"Cerebus/Cerebus {number}.cbz", seed=4 + number, pages=1, Year=1977)
    scan()
    return db


@pytest.fixture
def saga(db, make_cbz, scan):
    """The series of one book that says a lot of itself."""
    make_cbz(
        "Saga/Saga 1.cbz",
        Series="Saga (2012)",
        Title="Chapter One",
        Summary="Two soldiers.",
        Publisher="Image",
        Imprint="Shadowline",
        Year=2012,
        Count=108,
        LanguageISO="en",
        AgeRating="Mature 17+",
        Genre="Space, Opera",
        Tags="war",
        Writer="Brian K. Vaughan",
    )
    scan()
    return series_of(db, "Saga")


# One series


def test_a_series_has_the_fields_that_its_books_give_it(saga, library):
    assert (saga.title, saga.name, saga.path) == ("Saga", "Saga", "Saga")
    assert (saga.library_id, saga.library_name) == (library.id, "Comics")
    assert (saga.summary, saga.publisher) == ("Two soldiers.", "Image")
    assert (saga.imprint, saga.year, saga.language) == ("Shadowline", 2012, "en")
    assert (saga.age_rating, saga.total_book_count) == (17, 108)
    assert (saga.genres, saga.tags) == (["Opera", "Space"], ["war"])
    assert (saga.book_count, saga.page_count) == (1, 3)
    assert saga.file_size > 0


def test_a_series_without_a_direction_is_read_as_its_library(db, saga, library):
    assert saga.reading_direction == "ltr"

    update_library(db, library.id, {"default_reading_direction": "rtl"}, now=TUESDAY)

    assert get_series(db, saga.id).reading_direction == "rtl"


def test_genres_come_in_alphabetical_order_accents_aside(db, saga):
    given = ["Zorro", "Épique", "action"]

    changed = update_series(db, saga.id, {"genres": given}, now=TUESDAY)

    assert changed.genres == ["action", "Épique", "Zorro"]


def test_an_unknown_series_is_not_found(db):
    with pytest.raises(SeriesNotFoundError, match="nothing"):
        get_series(db, "nothing")


# Lists


def test_series_come_by_name_their_article_aside(shelf):
    listing = list_series(shelf, Paging())

    assert titles(listing) == ["Akira", "The Bone", "Cerebus"]
    assert (listing.total, listing.total_pages) == (3, 1)


@pytest.mark.parametrize(
    ("sort", "order", "expected"),
    [
        ("name", "desc", "CBA"),
        ("title,desc", "asc", "CBA"),
        ("book_count", "asc", "BAC"),
        ("book_count,desc", "asc", "CAB"),
        ("page_count", "asc", "BCA"),
        ("filename", "asc", "ACB"),
        ("year", "asc", "CAB"),
        ("release_date", "desc", "ACB"),
        ("date_added", "asc", "ACB"),
    ],
)
def test_series_can_be_sorted_and_those_without_a_value_come_last(
    shelf, sort, order, expected
):
    listing = list_series(shelf, Paging(), sort=sort, order=order)

    initials = [title.removeprefix("The ")[0] for title in titles(listing)]
    assert "".join(initials) == expected


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_works_both_ways(shelf, sort):
    for order in ("asc", "desc"):
        assert list_series(shelf, Paging(), sort=sort, order=order).total == 3


def test_an_unknown_sort_is_refused(shelf):
    with pytest.raises(InvalidError, match="none of name, title"):
        list_series(shelf, Paging(), sort="color")


def test_a_page_of_series_and_what_is_beyond_the_last(shelf):
    assert titles(list_series(shelf, Paging(1, 2))) == ["Cerebus"]
    assert titles(list_series(shelf, Paging(9, 2))) == []


def test_series_of_one_library_only(shelf, tmp_path, library):
    (tmp_path / "Empty").mkdir()
    other = create_library(shelf, name="Empty", path=tmp_path / "Empty", now=MONDAY)

    assert list_series(shelf, Paging(), library_id=library.id).total == 3
    assert list_series(shelf, Paging(), library_id=other.id).total == 0
    assert list_series(shelf, Paging(), library_id="nothing").total == 0


def test_a_series_whose_books_are_gone_is_in_no_list_but_can_be_had(shelf, root, scan):
    bone = series_of(shelf, "The Bone")
    (root / "The Bone" / "Bone 1.cbz").unlink()
    scan(allow_missing=True)

    assert titles(list_series(shelf, Paging())) == ["Akira", "Cerebus"]
    assert search_series(shelf, "bone") == []
    assert get_series(shelf, bone.id).book_count == 0


# Search


@pytest.fixture
def many_titles(db, make_cbz, scan):
    names = ("Éclair de génie", "One Punch Man", "One Piece", "ワンピース", "100% Fun")
    for number, name in enumerate(names):
        make_cbz(f"{name}/{number}.cbz", seed=number)
        scan()
    return db


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("one", ["One Piece", "One Punch Man"]),
        ("PIE on", ["One Piece"]),
        ("eclair", ["Éclair de génie"]),
        ("ÉCL GÉN", ["Éclair de génie"]),
        ("e\u0301clair", ["Éclair de génie"]),
        ("ワンピース", ["ワンピース"]),
        ("ピース", ["ワンピース"]),
        ("unch m", ["One Punch Man"]),
        ("100%", ["100% Fun"]),
        ("%", []),
        ("one two", []),
        ("_", []),
        ("", []),
        ("  ", []),
    ],
)
def test_titles_are_found_by_the_beginnings_of_words_or_by_what_is_inside(
    many_titles, query, expected
):
    assert titles(search_series(many_titles, query)) == expected


def test_a_search_can_be_limited_and_kept_to_a_library(many_titles, library):
    assert titles(search_series(many_titles, "one", limit=1)) == ["One Piece"]
    assert search_series(many_titles, "one", library_id="nothing") == []
    assert search_series(many_titles, "ピース", library_id="nothing") == []
    assert len(search_series(many_titles, "one", library_id=library.id)) == 2


# Edits


EDITS = {
    "title": "SAGA",
    "title_sort": "Zaga",
    "summary": "Edited.",
    "publisher": "Mine",
    "imprint": "Also mine",
    "language": "de",
    "year": 1999,
    "age_rating": 0,
    "total_book_count": 7,
    "status": "ended",
    "reading_direction": "rtl",
    "genres": ["Noir"],
    "tags": [],
}


@pytest.mark.parametrize("field", EDITS)
def test_a_scan_leaves_an_edited_field_alone(db, saga, scan, field):
    changed = update_series(db, saga.id, {field: EDITS[field]}, now=TUESDAY)
    scan(now=WEDNESDAY, deep=True)

    assert getattr(changed, field) == EDITS[field]
    assert changed.updated_at == TUESDAY
    assert getattr(get_series(db, saga.id), field) == EDITS[field]


@pytest.mark.parametrize("field", EDITS)
def test_an_edit_leaves_all_other_fields_alone(db, saga, field):
    changed = update_series(db, saga.id, {field: EDITS[field]}, now=TUESDAY)

    mine = {field, "updated_at", "name" if field == "title" else field}
    for name in set(changed.__dataclass_fields__) - mine:
        assert getattr(changed, name) == getattr(saga, name), name


@pytest.mark.parametrize("field", EDITS)
def test_none_unlocks_a_field_and_the_next_scan_fills_it_again(db, saga, scan, field):
    update_series(db, saga.id, {field: EDITS[field]}, now=TUESDAY)

    update_series(db, saga.id, {field: None}, now=TUESDAY)
    scan(now=WEDNESDAY)

    assert getattr(get_series(db, saga.id), field) == getattr(saga, field)


@pytest.mark.parametrize("field", sorted(EDITS.keys() - {"title", "reading_direction"}))
def test_none_clears_a_field_at_once(db, saga, field):
    changed = update_series(db, saga.id, {field: None}, now=TUESDAY)

    assert getattr(changed, field) in (None, [])


def test_a_title_that_is_unlocked_is_that_of_the_folder_at_once(db, saga):
    update_series(db, saga.id, {"title": "The Other"}, now=TUESDAY)

    changed = update_series(db, saga.id, {"title": None}, now=TUESDAY)

    assert changed.title == "Saga"
    assert titles(search_series(db, "saga")) == ["Saga"]


def test_a_title_that_is_unlocked_is_made_by_the_librarys_strategy(db, make_cbz, root):
    calibre = create_library(
        db,
        name="Calibre",
        path=root,
        now=MONDAY,
        series_strategy="calibre",
        series_config={"series_mode": "from_metadata"},
    )
    make_cbz("Staples/Chapter One (7)/one.cbz", Series="Saga")
    scan_library(db, calibre.id, now=MONDAY)
    edited = update_series(db, series_of(db, "Saga").id, {"title": "X"}, now=TUESDAY)

    assert update_series(db, edited.id, {"title": None}, now=TUESDAY).title == "Saga"


@pytest.mark.parametrize(
    ("gone", "title"),
    [("ONE PIECE - 1.cbz", "One Piece"), ("One Piece - 2.cbz", "ONE PIECE")],
)
def test_a_title_that_is_unlocked_is_made_of_live_books_before_deleted_ones(
    db, make_cbz, root, gone, title
):
    flat = create_library(
        db, name="Flat", path=root, now=MONDAY, series_strategy="flat"
    )
    make_cbz("ONE PIECE - 1.cbz", seed=1)
    make_cbz("One Piece - 2.cbz", seed=2)
    scan_library(db, flat.id, now=MONDAY)
    (root / gone).unlink()
    scan_library(db, flat.id, now=MONDAY)
    series = series_of(db, "ONE PIECE")

    changed = update_series(db, series.id, {"title": None}, now=TUESDAY)

    assert changed.title == title


def test_a_title_of_a_series_that_has_no_book_at_all_stays(db, saga):
    rows(db, "DELETE FROM books")

    assert update_series(db, saga.id, {"title": None}, now=TUESDAY).title == "Saga"


def test_an_edited_title_sorts_and_is_found_by_it(shelf):
    akira = series_of(shelf, "Akira")

    update_series(shelf, akira.id, {"title": "The Zorro"}, now=TUESDAY)

    assert titles(list_series(shelf, Paging())) == ["The Bone", "Cerebus", "The Zorro"]
    assert titles(search_series(shelf, "zorro")) == ["The Zorro"]
    assert search_series(shelf, "akira") == []


def test_a_sort_title_decides_the_place_until_it_is_cleared(shelf):
    akira = series_of(shelf, "Akira")

    update_series(shelf, akira.id, {"title_sort": "Zz"}, now=TUESDAY)
    assert titles(list_series(shelf, Paging()))[-1] == "Akira"
    update_series(shelf, akira.id, {"title_sort": None}, now=TUESDAY)

    assert titles(list_series(shelf, Paging()))[0] == "Akira"


def test_texts_lose_the_spaces_around_them_and_names_those_inside(db, saga):
    changes = {"publisher": " Image \n", "genres": [" Space \n Opera ", " "]}

    changed = update_series(db, saga.id, changes, now=TUESDAY)

    assert (changed.publisher, changed.genres) == ("Image", ["Space Opera"])


def test_the_provenance_of_an_edit_is_kept_until_it_is_cleared(db, saga):
    def sources():
        return rows(db, "SELECT sources FROM series")[0]["sources"]

    update_series(db, saga.id, {"status": "ended"}, now=TUESDAY)
    assert '"status": "edit"' in sources()
    update_series(db, saga.id, {"status": None}, now=TUESDAY)

    assert "status" not in sources()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"color": "red"}, "no field of a series; there are age_rating"),
        ({"id": "x"}, "no field of a series"),
        ({"title": " "}, "must be text and not blank"),
        ({"summary": 7}, "must be text and not blank"),
        ({"year": "1999"}, "whole number"),
        ({"year": True}, "whole number"),
        ({"year": -1}, "whole number"),
        ({"age_rating": 10_000}, "whole number"),
        ({"status": "lost"}, "'lost' is none of ongoing, ended"),
        ({"reading_direction": "sideways"}, "none of ltr, rtl"),
        ({"genres": "Noir"}, "list of names"),
        ({"tags": ["a", 1]}, "list of names"),
        ({"title": "a\udcff"}, "no Unicode text"),
    ],
)
def test_what_cannot_be_used_is_refused_and_changes_nothing(db, saga, changes, reason):
    with pytest.raises(InvalidError, match=reason):
        update_series(db, saga.id, {"summary": "New", **changes}, now=TUESDAY)

    assert get_series(db, saga.id) == saga


def test_an_unknown_series_cannot_be_changed(db):
    with pytest.raises(SeriesNotFoundError):
        update_series(db, "nothing", {"year": 1999}, now=TUESDAY)


# People


def test_people_come_by_role_in_book_order_and_stand_once(db, library, make_cbz, scan):
    update_library(db, library.id, {"number_strategy": "metadata"}, now=MONDAY)
    make_cbz("Saga/a.cbz", seed=1, Writer="No Number")
    make_cbz("Saga/b.cbz", seed=2, Number=2, Writer="Ann, Bob", Inker="Cy")
    make_cbz("Saga/c.cbz", seed=3, Number=1, Writer="Bob, Dee")
    scan()

    people = list_people(db, series_of(db, "Saga").id)

    assert people == {"writers": ["Bob", "Dee", "Ann", "No Number"], "inkers": ["Cy"]}


def test_people_of_books_that_are_gone_are_left_out(db, saga, root, scan):
    (root / "Saga" / "Saga 1.cbz").unlink()
    scan(allow_missing=True)

    assert list_people(db, saga.id) == {}
