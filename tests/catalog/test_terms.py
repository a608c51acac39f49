import pytest

from codex_lib.catalog.libraries import delete_library
from codex_lib.catalog.terms import checked_name, checked_names, link_terms
from codex_lib.db import rows, write
from codex_lib.errors import InvalidError

MONDAY = "2024-01-15T10:30:00Z"


@pytest.fixture
def series(db, make_cbz, scan):
    """The inner ids of two series."""
    make_cbz("Akira/Akira 1.cbz", seed=1)
    make_cbz("Bone/Bone 1.cbz", seed=2)
    scan()
    return [row["id"] for row in rows(db, "SELECT id FROM series ORDER BY title")]


def link(db, series_id, *names, noun="genre"):
    with write(db):
        link_terms(db, noun, series_id, names, now=MONDAY)


def list_terms(db, noun, series_id):
    sql = f"""SELECT name FROM {noun}s JOIN series_{noun}s ON {noun}_id = {noun}s.id
        WHERE series_id = ? ORDER BY name_key"""  # noqa: S608 - closed
    return [row["name"] for row in rows(db, sql, [series_id])]


def counts(db, noun="genre"):
    sql = f"SELECT name, series_count FROM {noun}s ORDER BY name_key"  # noqa: S608 - closed
    return {row["name"]: row["series_count"] for row in rows(db, sql)}


@pytest.mark.parametrize("noun", ["genre", "tag"])
def test_a_series_has_exactly_the_names_given_last(db, series, noun):
    link(db, series[0], "Noir", "Horror", noun=noun)

    link(db, series[0], "Western", "Noir", noun=noun)

    assert list_terms(db, noun, series[0]) == ["Noir", "Western"]
    assert list_terms(db, noun, series[1]) == []


def test_names_are_counted_by_series(db, series):
    link(db, series[0], "Noir", "Horror")
    link(db, series[1], "Noir")

    assert counts(db) == {"Horror": 1, "Noir": 2}


def test_a_name_that_no_series_has_any_more_is_kept_with_count_0(db, series):
    link(db, series[0], "Noir")

    link(db, series[0])

    assert counts(db) == {"Noir": 0}


def test_linking_the_same_again_counts_nothing_twice(db, series):
    link(db, series[0], "Noir")
    link(db, series[0], "Noir", "noir")

    assert counts(db) == {"Noir": 1}


def test_case_and_accents_make_no_other_name_and_the_first_spelling_stays(db, series):
    link(db, series[0], "Comédie", "comedie", "")
    link(db, series[1], "COMEDIE")

    assert list_terms(db, "genre", series[1]) == ["Comédie"]
    assert counts(db) == {"Comédie": 2}


def test_a_series_without_live_books_is_not_counted(db, series, root, scan):
    (root / "Bone" / "Bone 1.cbz").unlink()
    scan(allow_missing=True)

    link(db, series[1], "Noir")

    assert counts(db) == {"Noir": 0}
    link(db, series[1])
    assert counts(db) == {"Noir": 0}


def test_a_deleted_library_takes_only_what_was_counted(db, series, library, root, scan):
    link(db, series[0], "Noir")
    link(db, series[1], "Noir")
    (root / "Bone" / "Bone 1.cbz").unlink()
    scan(allow_missing=True)
    rows(db, "UPDATE series SET is_stale = 0")

    delete_library(db, library.id, now=MONDAY)

    assert counts(db) == {"Noir": 0}


def test_a_deleted_library_takes_its_series_from_the_counts(db, series, library):
    link(db, series[0], "Noir")
    link(db, series[0], "Classic", noun="tag")

    delete_library(db, library.id, now=MONDAY)

    assert counts(db) == {"Noir": 0}
    assert counts(db, "tag") == {"Classic": 0}


def test_what_no_genre_can_be_called_is_left_out(db, series):
    link(db, series[0], "", "  ", "\u0301", "x" * 201, "x" * 200)

    assert counts(db) == {"x" * 200: 1}


def test_a_series_takes_200_names_of_its_files_and_no_more(db, series):
    link(db, series[0], *(f"Genre {number:03}" for number in range(300)))

    assert list_terms(db, "genre", series[0])[-1] == "Genre 199"
    assert len(counts(db)) == 200


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ("Noir", "a list of names"),
        (["Noir", 7], "a list of names"),
        (["x" * 201], "longer than 200"),
        ([f"Genre {number}" for number in range(201)], "more than 200 names"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(names, reason):
    with pytest.raises(InvalidError, match=f"genres: .*{reason}"):
        checked_names("genres", names)


def test_a_list_of_names_loses_what_is_blank_or_there_twice():
    names = checked_names("genres", ["Dark  Noir ", " ", "", "dark noir"])

    assert names == ["Dark Noir"]


@pytest.mark.parametrize("name", ["", " \n ", "\u0301"])
def test_a_single_name_must_not_be_blank(name):
    with pytest.raises(InvalidError, match="blank"):
        checked_name("name", name)
