import pytest

from codex_lib.catalog.links import (
    delete_external_link,
    list_external_links,
    set_external_link,
)
from codex_lib.db import rows
from codex_lib.errors import InvalidError, LinkNotFoundError, SeriesNotFoundError

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"
URL = "https://anilist.co/manga/1"


@pytest.fixture
def saga(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz")
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


def put(db, series_id, source="AniList", url=URL, external_id=None, now=TUESDAY):
    return set_external_link(
        db, series_id, source_name=source, url=url, external_id=external_id, now=now
    )


def test_a_source_has_one_link_in_lower_case(db, saga):
    first = put(db, saga, " Comic  Vine ", external_id=" 4050 ", now=MONDAY)
    second = put(db, saga, "COMIC VINE", "HTTP://comicvine.com/x")

    assert (first.source_name, first.external_id) == ("comic vine", "4050")
    assert (second.id, second.created_at) == (first.id, MONDAY)
    assert (second.external_id, second.updated_at) == (None, TUESDAY)
    assert list_external_links(db, saga) == [second]
    assert rows(db, "SELECT updated_at FROM series")[0]["updated_at"] == TUESDAY


def test_links_come_by_source(db, saga):
    put(db, saga, "mal")
    put(db, saga, "anilist")

    assert [link.source_name for link in list_external_links(db, saga)] == [
        "anilist",
        "mal",
    ]


@pytest.mark.parametrize("by", ["id", "source_name"])
def test_a_link_is_deleted_by_source_or_id(db, saga, by):
    link = put(db, saga)

    delete_external_link(db, saga, getattr(link, by).upper(), now=TUESDAY)

    assert list_external_links(db, saga) == []
    with pytest.raises(LinkNotFoundError, match="Link not found: anilist"):
        delete_external_link(db, saga, "anilist", now=TUESDAY)


@pytest.mark.parametrize(
    "source", ["", " ", "..", "a/b", "a\\b", "-x", "x?", "x" * 101]
)
def test_a_source_that_fits_in_no_address_is_refused(db, saga, source):
    with pytest.raises(InvalidError, match="source_name"):
        put(db, saga, source)


@pytest.mark.parametrize(
    "source", ["My.List", "Éditions X", "x", "k: a & b's!", "漫画"]
)
def test_names_of_all_scripts_are_sources(db, saga, source):
    assert put(db, saga, source).source_name == source.lower()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "anilist.co",
            "javascript:alert(1)",
            "ftp://x.org",
            "https://",
            "http:///x",
        ),
        *(
            "https://x.org/a b",
            'https://x.org/"',
            "https://x.org/<b>",
            "https://x\n.org",
        ),
        *("https://[::1", "https://x.org/" + "x" * 2000),
    ],
)
def test_what_is_no_web_address_is_refused(db, saga, url):
    with pytest.raises(InvalidError, match="url"):
        put(db, saga, url=url)

    assert list_external_links(db, saga) == []


def test_an_endless_id_is_refused(db, saga):
    with pytest.raises(InvalidError, match="external_id"):
        put(db, saga, external_id="x" * 201)


def test_a_series_has_at_most_100_links(db, saga):
    for number in range(100):
        put(db, saga, f"s{number}")

    with pytest.raises(InvalidError, match="at most 100"):
        put(db, saga, "one more")
    put(db, saga, "s1", "https://other.example")
    assert len(list_external_links(db, saga)) == 100


def test_an_unknown_series_has_no_links(db, saga):
    for ask in (
        lambda: list_external_links(db, NOBODY),
        lambda: put(db, NOBODY),
        lambda: delete_external_link(db, NOBODY, "x", now=TUESDAY),
    ):
        with pytest.raises(SeriesNotFoundError):
            ask()
