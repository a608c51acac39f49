"""Metadata of books over HTTP, on a library that was really scanned."""

from uuid import uuid4

import pytest

from codex_lib.api.book_edits import LOCKS
from codex_lib.catalog.books import list_books
from codex_lib.catalog.metadata import EDITABLE
from codex_lib.db.paging import Paging

API = "/api/v1/books"
# The fields of the contract, section 13.
FIELDS = (
    *("summary", "writer", "penciller", "inker", "colorist", "letterer"),
    *("cover_artist", "editor", "publisher", "imprint", "genre", "web"),
    *("language_iso", "format_detail", "black_and_white", "manga", "year", "month"),
    *("day", "volume", "count", "isbns"),
)


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def admin(make_user, sign):
    return sign(make_user("root", is_admin=True))


@pytest.fixture
def book(db, make_cbz, scan):
    """The address of a book that says some things of itself."""
    make_cbz(
        "Saga/Saga 1.cbz", Summary="Two.", Writer="Ana, Ben", Year=2012, Tags="war"
    )
    scan()
    return f"{API}/{list_books(db, Paging()).data[0].id}"


@pytest.fixture
def ask(client, admin):
    """Return a function that sends a request as an admin and returns the answer."""

    def send(method, path, body=None, headers=admin):
        return client.simulate_request(method, path, headers=headers, json=body)

    return send


# The book itself


def test_title_and_number_are_changed_and_locked(ask, book, scan):
    answer = ask("PATCH", book, {"title": "One", "number": 1.5, "sortTitle": "Zz"})
    scan(deep=True)

    assert answer.status_code == 200
    assert answer.json.keys() == {"id", "title", "sort_title", "number", "updated_at"}
    shown = ask("GET", book).json
    assert (shown["title"], shown["number"], shown["sort_title"]) == ("One", 1.5, "Zz")
    locks = ask("GET", f"{book}/metadata/locks").json
    assert [name for name, locked in locks.items() if locked] == [
        *("title_lock", "sort_title_lock", "number_lock")
    ]


def test_null_gives_title_and_number_back_to_the_next_scan(ask, book, scan):
    ask("PATCH", book, {"title": "One", "number": 7})
    ask("PATCH", book, {"title": None, "number": None})
    scan()

    shown = ask("GET", book).json
    assert (shown["title"], shown["number"]) == ("Saga 1", 1.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", 5), ("number", "1"), ("number", True), ("number", 1e300)],
)
def test_a_title_or_number_that_is_none_is_refused(ask, book, field, value):
    answer = ask("PATCH", book, {field: value})

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")
    assert answer.json["details"][0]["field"] == field


# Metadata

TEXTS = {
    "summary": "Mine.",
    "writer": "Cid, Dan",
    "penciller": "P",
    "inker": "I",
    "colorist": "C",
    "letterer": "L",
    "cover_artist": "A",
    "editor": "E",
    "publisher": "Image",
    "imprint": "Small",
    "genre": "Noir, War",
    "language_iso": "en",
    "format_detail": "Digital",
    "year": 1999,
    "month": 2,
    "day": 3,
    "volume": 4,
    "count": 5,
    "manga": "YesAndRightToLeft",
    "black_and_white": True,
    "web": ["https://example.org"],
    "isbns": ["9781607066019"],
}


def test_every_field_is_taken_and_told_by_its_name(ask, book, scan):
    assert TEXTS.keys() == set(FIELDS)

    answer = ask("PATCH", f"{book}/metadata", TEXTS)
    assert answer.json["updated_at"] == ask("GET", book).json["updated_at"]
    scan(deep=True)

    assert answer.status_code == 200
    told = answer.json
    assert {name: told[name] for name in FIELDS} == TEXTS
    assert told["writers"] == ["Cid", "Dan"]
    assert told["book_id"] == book.rpartition("/")[2]
    kept = ask("GET", book).json["metadata"]
    assert (kept["writers"], kept["year"], kept["tags"]) == (
        ["Cid", "Dan"],
        1999,
        ["war"],
    )


@pytest.mark.parametrize(
    "body",
    [
        {"writers": ["Cid", "Dan"]},
        {"writers": "Cid, Dan"},
        {"writer": "Cid,Dan"},
        {"writer": ["Cid", "Dan"]},
    ],
)
def test_people_are_a_list_or_a_text_by_either_name(ask, book, body):
    told = ask("PATCH", f"{book}/metadata", body).json

    assert (told["writers"], told["writer"]) == (["Cid", "Dan"], "Cid, Dan")


def test_fields_that_only_codex_has_can_be_changed_too(ask, book):
    body = {"translators": ["Tia"], "communityRating": 4.5, "manga": True}

    told = ask("PATCH", f"{book}/metadata", body).json

    assert (told["translators"], told["community_rating"]) == (["Tia"], 4.5)
    assert told["manga"] == "Yes"


def test_null_empties_a_field_until_the_next_scan(ask, book, scan):
    told = ask("PATCH", f"{book}/metadata", {"summary": None, "writer": None}).json
    assert (told["summary"], told["writers"], told["writer"]) == (None, [], None)
    assert told["year"] == 2012
    scan()

    kept = ask("GET", book).json["metadata"]
    assert (kept["summary"], kept["writers"]) == ("Two.", ["Ana", "Ben"])


def test_put_empties_what_is_absent(ask, book):
    told = ask("PUT", f"{book}/metadata", {"genre": "Noir"}).json

    assert {name: told[name] for name in FIELDS if told[name]} == {"genre": "Noir"}
    assert told["tags"] == ["war"]


def test_a_book_of_which_nothing_is_known_any_more_is_answered(ask, book):
    body = dict.fromkeys(("source", *EDITABLE))

    told = ask("PUT", f"{book}/metadata", body).json
    assert (told["writers"], told["year"], told["tags"]) == ([], None, [])


def test_metadata_of_a_book_that_never_had_any_is_empty(ask, db, make_cbz, scan):
    make_cbz("Bone/Bone 1.cbz")
    scan()
    book = f"{API}/{list_books(db, Paging()).data[0].id}"

    told = ask("PATCH", f"{book}/metadata", {}).json

    assert (told["writers"], told["writer"], told["summary"]) == ([], None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "1999"),
        ("year", -1),
        ("summary", " "),
        ("black_and_white", "no"),
        ("writers", [5]),
        ("web", "javascript:alert(1)"),
        ("status", "lost"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_what_cannot_be_used_is_refused(ask, book, method, field, value):
    answer = ask(method, f"{book}/metadata", {field: value, "imprint": "X"})

    assert (answer.status_code, answer.json["error"]) == (400, "BadRequest")
    assert answer.json["details"][0]["field"].startswith(field)
    assert ask("GET", book).json["metadata"]["imprint"] is None


# Locks


def test_every_field_has_its_lock(ask, book, reader):
    locks = ask("GET", f"{book}/metadata/locks", headers=reader).json

    assert locks == dict.fromkeys(LOCKS.values(), False)
    assert locks.keys() >= {f"{name}_lock" for name in FIELDS}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_locks_are_set_in_part(ask, book, method):
    path = f"{book}/metadata/locks"

    ask(method, path, {"writer_lock": True, "languageIsoLock": True, "year_lock": True})
    answer = ask(method, path, {"year_lock": False, "inkers_lock": True})

    locked = [name for name, is_locked in answer.json.items() if is_locked]
    assert locked == ["language_iso_lock", "writer_lock", "inker_lock"]
    assert ask("GET", path).json == answer.json
    for value in (None, "yes", 1):
        assert ask(method, path, {"year_lock": value}).status_code == 400


def test_a_lock_holds_and_the_next_scan_reads_what_is_unlocked(
    ask, book, make_cbz, scan
):
    ask("PATCH", f"{book}/metadata", {"summary": "Mine."})
    locks = {"summary_lock": False, "writer_lock": True}
    ask("PUT", f"{book}/metadata/locks", locks)
    make_cbz("Saga/Saga 1.cbz", seed=5, Summary="Three.", Writer="Else")
    scan()

    told = ask("GET", book).json["metadata"]
    assert (told["summary"], told["writers"]) == ("Three.", ["Ana", "Ben"])


CALLS = (
    ("PATCH", ""),
    ("PUT", "/metadata"),
    ("PATCH", "/metadata"),
    ("GET", "/metadata/locks"),
    ("PUT", "/metadata/locks"),
)


@pytest.mark.parametrize(("method", "part"), CALLS)
def test_an_unknown_book_is_not_found(ask, method, part):
    body = None if method == "GET" else {}

    assert ask(method, f"{API}/{uuid4()}{part}", body).status_code == 404
    assert ask(method, f"{API}/saga{part}", body).status_code == 400


@pytest.mark.parametrize(("method", "part"), CALLS)
def test_a_reader_only_looks(ask, book, reader, method, part):
    body = None if method == "GET" else {}
    expected = 200 if method == "GET" else 403

    assert ask(method, f"{book}{part}", body, headers=reader).status_code == expected
    assert ask(method, f"{book}{part}", body, headers={}).status_code == 401


def test_metadata_has_camel_case_twins_when_switched_on(make_client, book, admin):
    client = make_client(api_response_case="both")

    locks = client.simulate_get(f"{book}/metadata/locks", headers=admin).json

    assert locks["coverArtistLock"] is locks["cover_artist_lock"] is False
