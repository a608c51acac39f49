import random

import pytest

from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.series_terms import (
    add_series_term,
    get_series_terms,
    remove_series_term,
    set_series_terms,
)
from codex_lib.catalog.taxonomy import (
    cleanup_terms,
    delete_term,
    find_term,
    get_term,
    list_terms,
    merge_terms,
    named_term,
    rename_term,
    unmerge_term,
)
from codex_lib.db import rows
from codex_lib.errors import (
    AmbiguousNameError,
    ConflictError,
    InvalidError,
    TermNotFoundError,
)

TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def shelf(db, make_cbz, scan):
    """Three series: Saga is Sci-Fi and Opera, Bone Sci-Fi and Comedy, Maus nothing."""
    make_cbz("Saga/Saga 1.cbz", seed=1, Genre="sci-fi, Opera", Tags="Sci-Fi")
    make_cbz("Bone/Bone 1.cbz", seed=2, Genre="Sci-Fi, Comédie", Tags="Long")
    make_cbz("Maus/Maus 1.cbz", seed=3)
    scan()


@pytest.fixture
def series(db, shelf):
    """The id of a series by its title."""
    return {row["title"]: row["uuid"] for row in rows(db, "SELECT * FROM series")}


def genre(db, name):
    return named_term(db, "genre", name)


def counts(db, noun="genre"):
    return {term.name: term.series_count for term in list_terms(db, noun)}


def names(db, series_id, noun="genre"):
    return [term.name for term in get_series_terms(db, noun, series_id)]


def updated(db):
    sql = "SELECT title, updated_at FROM series ORDER BY title"
    return [row["title"] for row in rows(db, sql) if row["updated_at"] == TUESDAY]


def rename(db, old, new):
    return rename_term(db, "genre", genre(db, old).id, new, now=TUESDAY)


def merge(db, *others, into):
    ids = [genre(db, name).id for name in others]
    return merge_terms(db, "genre", ids, genre(db, into).id, now=TUESDAY)


def unmerge(db, name, *aliases):
    return unmerge_term(db, "genre", genre(db, name).id, aliases)


def is_sound(db):
    return not [
        problem
        for problem in check_catalog(db).problems
        if problem.field == "series_count"
    ]


# List and find


def test_genres_come_by_name_with_their_counts(db, shelf):
    assert counts(db) == {"Comédie": 1, "Opera": 1, "Sci-Fi": 2}
    assert counts(db, "tag") == {"Long": 1, "Sci-Fi": 1}


def test_a_search_takes_names_and_aliases_without_case_and_accents(db, shelf):
    rename(db, "Sci-Fi", "Future")

    found = [term.name for term in list_terms(db, "genre", search="I-F")]
    assert found == ["Future"]
    assert [t.name for t in list_terms(db, "genre", search="médi")] == ["Comédie"]
    assert list_terms(db, "genre", search="zzz") == []


def test_a_genre_is_found_by_id_its_start_name_or_alias(db, shelf):
    merged = merge(db, "Comédie", into="Opera")

    for text in (merged.id, merged.id[:23], "opera", "COMEDIE"):
        assert find_term(db, "genre", text) == merged
    assert get_term(db, "genre", merged.id) == merged
    with pytest.raises(AmbiguousNameError):
        find_term(db, "genre", merged.id[:4])


@pytest.mark.parametrize("find", [find_term, get_term, named_term])
def test_an_unknown_genre_is_told_by_its_noun(db, shelf, find):
    with pytest.raises(TermNotFoundError, match="Genre not found: none"):
        find(db, "genre", "none")
    with pytest.raises(TermNotFoundError, match="Tag not found: Opera"):
        find(db, "tag", "Opera")


# Rename


def test_a_renamed_genre_stays_so_whatever_files_say(db, shelf, scan, make_cbz):
    term = rename(db, "sci-fi", " Science   Fiction ")
    make_cbz("Hulk/Hulk 1.cbz", seed=9, Genre="SCI-FI")
    assert updated(db) == ["Bone", "Saga"]

    scan(deep=True)

    assert (term.name, term.aliases) == ("Science Fiction", ["Sci-Fi"])
    assert counts(db) == {"Comédie": 1, "Opera": 1, "Science Fiction": 3}
    assert is_sound(db)


def test_another_spelling_of_a_name_makes_no_alias(db, shelf):
    assert rename(db, "Comédie", "comedie").aliases == []
    assert counts(db)["comedie"] == 1


def test_the_same_name_again_changes_nothing(db, shelf):
    assert rename(db, "Opera", "Opera").name == "Opera"
    assert updated(db) == []


def test_a_name_can_come_back(db, shelf):
    rename(db, "Opera", "Space")

    assert rename(db, "Space", "Opera").aliases == ["Space"]


def test_a_name_of_another_genre_is_a_conflict_that_says_merge(db, shelf):
    with pytest.raises(ConflictError, match="a genre sci-fi already: merge them"):
        rename(db, "Opera", "sci-fi")

    rename(db, "Sci-Fi", "Future")
    with pytest.raises(ConflictError, match="Sci-Fi already, which leads to Future"):
        rename(db, "Opera", "Sci-Fi")
    assert counts(db)["Opera"] == 1


def test_a_bad_name_or_an_unknown_genre_is_refused(db, shelf):
    with pytest.raises(InvalidError, match="blank"):
        rename(db, "Opera", " ")
    with pytest.raises(TermNotFoundError):
        rename_term(db, "genre", NOBODY, "x", now=TUESDAY)


# Merge


def test_a_merge_unites_series_and_lasts(db, shelf, scan, series):
    term = merge(db, "Sci-Fi", "Comédie", into="Opera")
    assert updated(db) == ["Bone", "Saga"]

    scan(deep=True)

    assert counts(db) == {"Opera": 2}
    assert names(db, series["Bone"]) == names(db, series["Saga"]) == ["Opera"]
    assert (term.series_count, term.aliases) == (2, ["Comédie", "Sci-Fi"])
    assert counts(db, "tag") == {"Long": 1, "Sci-Fi": 1}
    assert is_sound(db)


def test_a_merge_of_what_was_merged_takes_the_aliases_along(db, shelf, scan):
    merge(db, "Comédie", into="Opera")

    assert merge(db, "Opera", into="Sci-Fi").aliases == ["Comédie", "Opera"]
    scan(deep=True)
    assert counts(db) == {"Sci-Fi": 2}


def test_a_merge_changes_locked_series_as_well(db, shelf, series):
    set_series_terms(db, "genre", series["Maus"], ["Comédie"], now=TUESDAY)

    merge(db, "Comédie", into="Opera")

    assert names(db, series["Maus"]) == ["Opera"]


def test_a_series_without_live_books_is_not_counted_in_a_merge(
    db, shelf, series, root, scan
):
    (root / "Bone" / "Bone 1.cbz").unlink()
    scan(allow_missing=True)

    assert merge(db, "Comédie", into="Opera").series_count == 1
    assert is_sound(db)


def test_a_merge_with_itself_or_with_nobody_changes_nothing(db, shelf):
    with pytest.raises(InvalidError, match="Opera cannot be merged into itself"):
        merge(db, "Sci-Fi", "Opera", into="Opera")
    opera = genre(db, "Opera").id
    with pytest.raises(TermNotFoundError):
        merge_terms(db, "genre", [genre(db, "Sci-Fi").id, NOBODY], opera, now=TUESDAY)
    assert counts(db) == {"Comédie": 1, "Opera": 1, "Sci-Fi": 2}


def test_naming_an_alias_gives_a_series_what_it_leads_to(db, shelf, series):
    merge(db, "Comédie", into="Opera")

    add_series_term(db, "genre", series["Maus"], "comedie", now=TUESDAY)

    assert names(db, series["Maus"]) == ["Opera"]


# Unmerge


def test_what_is_unmerged_comes_back_with_the_next_scan(db, shelf, scan, series):
    merge(db, "Comédie", into="Opera")

    assert unmerge(db, "Opera", "COMEDIE").aliases == []
    scan()

    assert counts(db) == {"Comédie": 1, "Opera": 1, "Sci-Fi": 2}
    assert names(db, series["Bone"]) == ["Comédie", "Sci-Fi"]
    assert is_sound(db)


def test_unmerging_what_is_no_alias_changes_nothing(db, shelf):
    merge(db, "Comédie", into="Opera")

    with pytest.raises(InvalidError, match="Sci-Fi is no alias of Opera"):
        unmerge(db, "Opera", "Comédie", "Sci-Fi")
    assert genre(db, "Opera").aliases == ["Comédie"]


# Delete


def test_a_deleted_genre_leaves_all_series_and_forgets_its_aliases(db, shelf, scan):
    merge(db, "Comédie", into="Opera")

    delete_term(db, "genre", genre(db, "Opera").id, now=TUESDAY)

    assert counts(db) == {"Sci-Fi": 2}
    assert updated(db) == ["Bone", "Saga"]
    scan(deep=True)
    assert counts(db) == {"Comédie": 1, "Opera": 1, "Sci-Fi": 2}


def test_a_deleted_genre_does_not_come_back_to_a_locked_series(db, shelf, scan, series):
    set_series_terms(db, "genre", series["Saga"], ["Opera"], now=TUESDAY)

    delete_term(db, "genre", genre(db, "Opera").id, now=TUESDAY)
    scan(deep=True)

    assert names(db, series["Saga"]) == []


def test_cleanup_takes_what_no_series_has(db, shelf, series, root, scan):
    add_series_term(db, "genre", series["Maus"], "zebra", now=TUESDAY)
    add_series_term(db, "genre", series["Maus"], "Aside", now=TUESDAY)
    add_series_term(db, "genre", series["Maus"], "Kept", now=TUESDAY)
    rename(db, "Kept", "Kept for its alias")
    set_series_terms(db, "genre", series["Maus"], [], now=TUESDAY)
    (root / "Saga" / "Saga 1.cbz").unlink()
    scan(allow_missing=True)

    assert cleanup_terms(db, "genre") == ["Aside", "zebra"]

    assert [*counts(db)] == ["Comédie", "Kept for its alias", "Opera", "Sci-Fi"]
    assert counts(db)["Opera"] == 0  # of a series whose book is missing


# All at once


def some_step(db, chance, series):
    """Do something to genres that may well fail."""
    terms = [term.id for term in list_terms(db, "genre")] or [NOBODY]
    name = chance.choice("ABCDEFGH") * chance.randint(1, 2)
    term, one_series = chance.choice(terms), chance.choice(series)
    aliases = next(
        t.aliases for t in [*list_terms(db, "genre"), NoTerm] if t.id == term
    )
    steps = [
        lambda: rename_term(db, "genre", term, name, now=TUESDAY),
        lambda: merge_terms(
            db, "genre", chance.sample(terms, min(2, len(terms))), term, now=TUESDAY
        ),
        lambda: unmerge_term(db, "genre", term, [*aliases[:1], *name[1:]]),
        lambda: delete_term(db, "genre", term, now=TUESDAY),
        lambda: cleanup_terms(db, "genre"),
        lambda: add_series_term(db, "genre", one_series, name, now=TUESDAY),
        lambda: set_series_terms(db, "genre", one_series, [*name], now=TUESDAY),
        lambda: remove_series_term(db, "genre", one_series, term, now=TUESDAY),
    ]
    weights = [4, 3, 2, 1, 1, 8, 4, 3]
    chance.choices(steps, weights)[0]()


class NoTerm:
    """Stands for a term when there is none."""

    id, aliases = NOBODY, ()


@pytest.mark.parametrize("seed", range(5))
def test_after_any_steps_every_count_is_right_and_every_name_leads_to_one(
    db, series, scan, seed
):
    chance = random.Random(seed)  # noqa: S311 - no secret
    done = 0
    for _ in range(80):
        try:
            some_step(db, chance, [*series.values()])
            done += 1
        except (ConflictError, InvalidError, TermNotFoundError):
            continue
    scan(deep=True)

    assert done > 20
    assert is_sound(db)
    keys = rows(
        db,
        """
        SELECT count(*) AS all_keys, count(DISTINCT name_key) AS keys FROM (
            SELECT name_key FROM genres UNION ALL SELECT name_key FROM genre_aliases)
        """,
    )[0]
    assert keys["all_keys"] == keys["keys"]
