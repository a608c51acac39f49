"""What a series takes from its books, and what late titles and numbers depend on."""

from __future__ import annotations

import json

import pytest

from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.series import get_series, list_people
from codex_lib.catalog.series_metadata import update_series
from codex_lib.db import rows
from codex_lib.scanning.finish import finish_series
from codex_lib.scanning.rules import library_rules
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
SERIES_NAME = {"book_strategy": "series_name"}
CUSTOM = {
    "book_strategy": "custom",
    "book_config": {
        "pattern": "(?P<title>.+) x",
        "title_template": "{title}",
        "fallback": "series_name",
    },
}


@pytest.fixture
def scan_by(db, root):
    """Return a function that scans the folder with these strategies."""
    made = []

    def run(*, now=MONDAY, **strategies):
        if not made:
            values = {"name": "L", "path": root, "now": now, **strategies}
            made.append(create_library(db, **values))
        return scan_library(db, made[0].id, now=now, threads=1)

    return run


@pytest.fixture
def titles(books):
    """Return a function that gives title and number of each live book."""
    return lambda: {path: (b["title"], b["number"]) for path, b in books().items()}


def test_a_series_is_described_by_its_books(db, scan, make_cbz, series):
    make_cbz("Bone/1.cbz", seed=1, Genre="Fantasy, Comedy", Tags="dragon", Year=1995)
    make_cbz(
        "Bone/2.cbz",
        seed=2,
        Genre="comedy, Adventure",
        Tags="rat, dragon",
        Publisher="Cartoon Books",
        Imprint="Graphix",
        Year=1991,
        Summary="Cousins.",
        LanguageISO="en",
        AgeRating="Teen",
        Manga="YesAndRightToLeft",
        Count=9,
        Writer="Jeff Smith",
    )

    scan()

    bone = get_series(db, series()["Bone"]["uuid"])
    assert (bone.genres, bone.tags) == (
        ["Adventure", "Comedy", "Fantasy"],
        ["dragon", "rat"],
    )
    assert (bone.publisher, bone.imprint, bone.year) == (
        *("Cartoon Books", "Graphix"),
        1995,
    )
    assert (bone.summary, bone.language, bone.age_rating) == ("Cousins.", "en", 13)
    assert (bone.reading_direction, bone.total_book_count) == ("rtl", 9)
    assert list_people(db, bone.id) == {"writers": ["Jeff Smith"]}
    sources = json.loads(series()["Bone"]["sources"])
    assert sources["year"] == "comicinfo: 1.cbz"
    assert sources["publisher"] == "comicinfo: 2.cbz"
    assert sources.keys() == {
        *("publisher", "imprint", "year", "summary", "language", "age_rating"),
        *("reading_direction", "total_book_count"),
    }


def test_the_first_book_in_order_that_has_a_value_gives_it(scan, make_cbz, series):
    make_cbz("A/10.cbz", seed=1, Publisher="Ten")
    make_cbz("A/9.cbz", seed=2, Publisher="Nine")
    make_cbz("A/8.cbz", seed=3)

    scan()

    assert series()["A"]["publisher"] == "Nine"


def test_what_no_book_says_any_more_disappears(db, scan, make_cbz, series, root):
    make_cbz("A/1.cbz", seed=1, Genre="War", Publisher="P", Summary="S")
    make_cbz("A/2.cbz", seed=2, Genre="Peace")
    scan()
    make_cbz("A/1.cbz", seed=1, Genre="Love")
    (root / "A" / "2.cbz").unlink()

    scan()

    found = get_series(db, series()["A"]["uuid"])
    assert (found.genres, found.publisher, found.summary) == (["Love"], None, None)
    counts = rows(db, "SELECT name, series_count FROM genres ORDER BY name")
    assert [tuple(row) for row in counts] == [("Love", 1), ("Peace", 0), ("War", 0)]


def test_what_a_person_said_of_a_series_stays(db, scan, make_cbz, series):
    make_cbz("A/1.cbz", Genre="War", Tags="x", Publisher="P", Year=1990)
    scan()
    uuid = series()["A"]["uuid"]
    changes = {
        "genres": ["Mine"],
        "publisher": "Q",
        "title": "Alpha",
        "title_sort": "Z",
    }
    update_series(db, uuid, changes, now=MONDAY)
    make_cbz("A/1.cbz", Genre="Love", Tags="y", Publisher="R", Year=1991)

    scan()

    found = get_series(db, uuid)
    assert (found.title, found.title_sort, found.publisher) == ("Alpha", "Z", "Q")
    assert (found.genres, found.tags, found.year) == (["Mine"], ["y"], 1991)
    sources = json.loads(series()["Alpha"]["sources"])
    assert (sources["publisher"], sources["year"]) == ("edit", "comicinfo: 1.cbz")


def test_an_unlocked_field_is_filled_again(db, scan, make_cbz, series):
    make_cbz("A/1.cbz", Publisher="P")
    scan()
    uuid = series()["A"]["uuid"]
    update_series(db, uuid, {"publisher": "Q"}, now=MONDAY)
    update_series(db, uuid, {"publisher": None}, now=MONDAY)

    scan()

    assert series()["A"]["publisher"] == "P"


def test_what_a_person_said_of_a_book_stays(db, scan, make_cbz, books, series):
    make_cbz("A/1.cbz", Genre="War", Publisher="P", Number=1)
    scan()
    uuid = books()["A/1.cbz"]["uuid"]
    changes = {"title": "Mine", "number": 7, "publisher": "Q", "sort_title": "0"}
    update_book(db, uuid, changes, now=MONDAY)
    make_cbz("A/1.cbz", Genre="Love", Publisher="R", Title="Theirs", Number=2)

    scan()

    book = books()["A/1.cbz"]
    assert (book["title"], book["number"], book["title_sort"]) == ("Mine", 7, "0")
    assert book["sort_key"] == "0000000000"
    assert book["genres"] == "Love"
    assert series()["A"]["publisher"] == "Q"


@pytest.mark.parametrize("strategies", [{}, SERIES_NAME])
def test_a_sort_title_outlives_new_titles(db, scan_by, make_cbz, books, strategies):
    make_cbz("A/1.cbz", Title="One")
    scan_by(**strategies)
    uuid = books()["A/1.cbz"]["uuid"]
    update_book(db, uuid, {"sort_title": "first"}, now=MONDAY)
    make_cbz("A/1.cbz", Title="Two")
    make_cbz("A/0.cbz", seed=2)

    scan_by()

    assert books()["A/1.cbz"]["sort_key"] == "first"


def test_folders_of_publishers_name_them(scan_by, make_cbz, series):
    make_cbz("Marvel/X-Men/1.cbz", seed=1)
    make_cbz("DC/Batman/1.cbz", seed=2, Publisher="DC Comics")

    scan_by(series_strategy="publisher_hierarchy")

    found = {name: row["publisher"] for name, row in series().items()}
    assert found == {"X-Men": "Marvel", "Batman": "DC Comics"}
    assert json.loads(series()["X-Men"]["sources"])["publisher"] == "folder"


def test_titles_by_series_are_padded_and_renumbered(scan_by, make_cbz, titles):
    make_cbz("Bone/Bone a.cbz", seed=1)
    make_cbz("Bone/Bone c.cbz", seed=3)
    scan_by(**SERIES_NAME)
    assert titles() == {
        "Bone/Bone a.cbz": ("Bone v.01", 1),
        "Bone/Bone c.cbz": ("Bone v.02", 2),
    }
    make_cbz("Bone/Bone b.cbz", seed=2)

    scan_by()

    assert titles() == {
        "Bone/Bone a.cbz": ("Bone v.01", 1),
        "Bone/Bone b.cbz": ("Bone v.02", 2),
        "Bone/Bone c.cbz": ("Bone v.03", 3),
    }


def test_titles_by_series_follow_a_renamed_series(
    db, scan_by, make_cbz, titles, series, root
):
    make_cbz("A/1.cbz", seed=1)
    scan_by(**SERIES_NAME)
    (root / "A").rename(root / "B")
    scan_by()
    assert titles() == {"B/1.cbz": ("B v.01", 1)}

    update_series(db, series()["B"]["uuid"], {"title": "Mine"}, now=MONDAY)
    scan_by()
    assert titles() == {"B/1.cbz": ("Mine v.01", 1)}


def test_locked_titles_and_numbers_are_not_renumbered(
    db, scan_by, make_cbz, titles, books
):
    make_cbz("A/b.cbz", seed=2)
    scan_by(**SERIES_NAME)
    uuid = books()["A/b.cbz"]["uuid"]
    update_book(db, uuid, {"title": "Mine", "number": 1.5}, now=MONDAY)
    make_cbz("A/a.cbz", seed=1)
    make_cbz("A/c.cbz", seed=3)

    scan_by()

    assert titles() == {
        "A/a.cbz": ("A v.01", 1),
        "A/b.cbz": ("Mine", 1.5),
        "A/c.cbz": ("A v.03", 3),
    }


def test_late_titles_that_are_those_of_the_file_sort_as_it_says(
    scan_by, make_cbz, books, root
):
    make_cbz("A/One x/One x.cbz", seed=1)
    sidecar = root / "A" / "One x" / "metadata.opf"
    sidecar.write_text(_opf("One", "Eins"))
    make_cbz("A/One x/Two.cbz", seed=2)
    config = {"series_strategy": "calibre", **CUSTOM}

    scan_by(**config)

    found = {b["file_name"]: (b["title"], b["sort_key"]) for b in books().values()}
    assert found == {
        "One x.cbz": ("One", "eins"),
        "Two.cbz": ("One x v.02", "one x v.0000000002"),
    }
    sidecar.write_text(_opf("One", "Premier"))
    scan_by(**config)
    assert books()["A/One x/One x.cbz"]["sort_key"] == "premier"


def _opf(title, sort):
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<metadata><dc:title>{title}</dc:title><meta name="calibre:title_sort"'
        f' content="{sort}"/></metadata></package>'
    )


def test_smart_numbers_fall_back_to_the_position(scan_by, make_cbz, titles):
    make_cbz("A/b.cbz", seed=1, Number="12")
    make_cbz("A/c 7.cbz", seed=2)
    make_cbz("A/d.cbz", seed=3)
    scan_by(number_strategy="smart")
    assert [number for _, number in titles().values()] == [12, 7, 3]
    make_cbz("A/a.cbz", seed=4)

    scan_by()

    assert [number for _, number in titles().values()] == [1, 12, 7, 4]


@pytest.mark.parametrize("strategy", ["file_order", "metadata", "filename", "smart"])
def test_a_locked_number_stays_by_every_strategy(
    db, scan_by, make_cbz, books, strategy
):
    make_cbz("A/1.cbz", Number="1")
    scan_by(number_strategy=strategy)
    update_book(db, books()["A/1.cbz"]["uuid"], {"number": 7}, now=MONDAY)
    make_cbz("A/1.cbz", Number="2")

    scan_by()

    assert books()["A/1.cbz"]["number"] == 7


def test_numbers_by_metadata_may_be_none(scan_by, make_cbz, titles):
    make_cbz("A/1.cbz", seed=1, Number="0.5")
    make_cbz("A/2.cbz", seed=2)

    scan_by(number_strategy="metadata")

    assert [number for _, number in titles().values()] == [0.5, None]


def test_positions_go_by_file_name_in_natural_order(scan_by, make_cbz, titles):
    for number, name in enumerate(["x/10.cbz", "9.cbz", "y/100.cbz", "b/1.cbz"]):
        make_cbz(f"A/{name}", seed=number)

    scan_by()

    assert {path: number for path, (_, number) in titles().items()} == {
        "A/b/1.cbz": 1,
        "A/9.cbz": 2,
        "A/x/10.cbz": 3,
        "A/y/100.cbz": 4,
    }


def test_volumes_by_folder_order_chapters_by_path(scan_by, make_cbz, books):
    make_cbz("A/Volume 2/Chapter 1.cbz", seed=1)
    make_cbz("A/Volume 10/Chapter 1.cbz", seed=2)
    make_cbz("A/Volume 2/Chapter 10.cbz", seed=3)
    make_cbz("A/Volume 2/Chapter 9.cbz", seed=4)

    scan_by(series_strategy="series_volume_chapter", **SERIES_NAME)

    found = {
        b["number"]: (b["title"], b["volume"], b["chapter"]) for b in books().values()
    }
    assert found == {
        1.0: ("A v.02 c.001", 2, "1"),
        2.0: ("A v.02 c.009", 2, "9"),
        3.0: ("A v.02 c.010", 2, "10"),
        4.0: ("A v.10 c.001", 10, "1"),
    }


def test_a_series_that_all_books_left_is_removed_unless_it_was_edited(
    db, scan_by, make_cbz, series
):
    for name in "AB":
        make_cbz(f"{name}.cbz", seed=ord(name), Series=name, Genre="War")
    config = {"series_strategy": "flat", "series_config": {"require_metadata": True}}
    scan_by(**config)
    update_series(db, series()["B"]["uuid"], {"summary": "Kept"}, now=MONDAY)
    for name in "AB":
        make_cbz(f"{name}.cbz", seed=ord(name), Series="C", Genre="War")

    scan_by(now=TUESDAY)

    found = rows(db, "SELECT title, book_count FROM series ORDER BY title")
    assert [tuple(row) for row in found] == [("B", 0), ("C", 2)]


def test_many_series_are_finished_some_at_a_time(scan, make_cbz, series):
    for number in range(130):
        make_cbz(f"S{number}/1.cbz", seed=number, pages=1, Publisher=f"P{number}")
    met = []

    scan(on_progress=met.append)

    finished = [(p.done, p.total) for p in met if p.phase == "finish"]
    assert finished == [(done, 130) for done in (*range(16, 130, 16), 130)]
    assert {row["publisher"] for row in series().values()} == {
        f"P{number}" for number in range(130)
    }


def test_what_another_left_stale_is_finished(db, library, scan, make_cbz, series):
    make_cbz("A/1.cbz", Publisher="P")
    scan()
    rows(db, "UPDATE series SET publisher = NULL, is_stale = 1")

    finish_series(db, library_rules(db, library.id), now=MONDAY)

    assert (series()["A"]["publisher"], series()["A"]["is_stale"]) == ("P", 0)
