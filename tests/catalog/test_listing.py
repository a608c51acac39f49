import pytest

from codex_lib.catalog.listing import list_page, order_by
from codex_lib.db import rows, write
from codex_lib.db.paging import Paging
from codex_lib.errors import InvalidError

SORTS = {"name": "genres.name_key", "count": "genres.series_count"}


@pytest.mark.parametrize(
    ("sort", "order", "text"),
    [
        ("name", "asc", "genres.name_key asc NULLS LAST, genres.id asc"),
        ("name", "desc", "genres.name_key desc NULLS LAST, genres.id desc"),
        ("name,desc", "asc", "genres.name_key desc NULLS LAST, genres.id desc"),
        (" Name , DESC ", "asc", "genres.name_key desc NULLS LAST, genres.id desc"),
        ("count,", "DESC", "genres.series_count desc NULLS LAST, genres.id desc"),
    ],
)
def test_a_sort_becomes_an_order_with_the_id_as_tie_break(sort, order, text):
    assert order_by(SORTS, sort, order) == text


@pytest.mark.parametrize(
    ("sort", "order", "field", "reason"),
    [
        ("age", "asc", "sort", "'age' is none of name, count"),
        ("", "asc", "sort", "'' is none of name, count"),
        ("name", "up", "order", "'up' is neither asc nor desc"),
        ("name,up", "asc", "order", "'up' is neither asc nor desc"),
        ("name; DROP TABLE books", "asc", "sort", "none of name, count"),
        ("name", "asc; DROP TABLE books", "order", "neither asc nor desc"),
    ],
)
def test_what_is_no_sort_is_refused_naming_what_there_is(sort, order, field, reason):
    with pytest.raises(InvalidError) as error:
        order_by(SORTS, sort, order)

    assert error.value.field == field
    assert reason in error.value.reason


@pytest.fixture
def genres(db):
    """Seven genres, "c" and "d" counted alike."""
    sql = """
        INSERT INTO genres (uuid, name, name_key, series_count, created_at)
        VALUES (:name, :name, :name, :count, '')
    """
    with write(db):
        for name, count in zip("gfedcba", (1, 2, 3, 5, 5, 6, 7), strict=True):
            rows(db, sql, {"name": name, "count": count})


def page(db, paging, order, where="true", **params):
    return list_page(
        db,
        paging,
        select="SELECT genres.name FROM genres",
        table="genres",
        where=where,
        order=order,
        params=params,
        convert=lambda row: row["name"],
    )


def test_pages_follow_one_another_with_the_total_on_each(db, genres):
    order = order_by(SORTS, "name", "asc")

    pages = [page(db, Paging(number, 3), order) for number in range(4)]

    assert [listing.data for listing in pages] == [
        ["a", "b", "c"],
        ["d", "e", "f"],
        ["g"],
        [],
    ]
    assert {(p.page_size, p.total, p.total_pages) for p in pages} == {(3, 7, 3)}
    assert [listing.page for listing in pages] == [0, 1, 2, 3]


def test_rows_of_equal_value_keep_one_order_over_all_pages(db, genres):
    order = order_by(SORTS, "count", "desc")

    pages = [page(db, Paging(number, 1), order).data for number in range(7)]

    assert pages == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]]


def test_conditions_narrow_the_list_and_its_total(db, genres):
    order = order_by(SORTS, "name", "asc")

    listing = page(db, Paging(0, 2), order, "genres.series_count > :least", least=4)

    assert (listing.data, listing.total) == (["a", "b"], 4)
