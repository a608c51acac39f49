import pytest
from msgspec import Struct

from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.lists import (
    Limited,
    Page,
    Sorted,
    envelope,
    limited,
    page_or_array,
    paging,
    part_of,
)
from codex_lib.db.paging import Listing

NUMBERS = list(range(250))


class Query(Sorted, kw_only=True):
    library_id: str | None = None


class Asked(Struct):
    page: int
    page_size: int
    sort: str | None
    order: str


class Enveloped:
    @endpoint(PUBLIC, tag="Lists", query=Query, reply=Page[Asked])
    async def on_get(self, req, resp, query):
        wanted = paging(req, query)
        asked = Asked(wanted.page, wanted.page_size, query.sort, query.order)
        return envelope(Listing([asked], wanted.page, wanted.page_size, 41))


class Complete:
    @endpoint(PUBLIC, tag="Lists", query=Limited, reply=list[int] | Page[int])
    async def on_get(self, req, resp, query):
        return part_of(req, query, NUMBERS)


class Recent:
    @endpoint(PUBLIC, tag="Lists", query=Limited, reply=list[int] | Page[int])
    async def on_get(self, req, resp, query):
        wanted = limited(req, query, default=50)
        data = NUMBERS[wanted.offset : wanted.offset + wanted.page_size]
        return page_or_array(query, Listing(data, wanted.page, wanted.page_size, 250))


@pytest.fixture
def lists(make_client):
    routes = {"/pages": Enveloped(), "/all": Complete(), "/recent": Recent()}
    return make_client(routes, api_max_page_size=60)


@pytest.mark.parametrize(
    ("query", "page", "page_size", "total_pages"),
    [
        ("", 0, 20, 3),
        ("page=2&page_size=5", 2, 5, 9),
        ("pageSize=0", 0, 20, 3),
        ("page_size=1000", 0, 60, 1),
        ("page=99", 99, 20, 3),
    ],
)
def test_a_page_has_the_size_that_was_asked_for(
    lists, query, page, page_size, total_pages
):
    found = lists.simulate_get("/pages", query_string=query).json

    assert (found["page"], found["page_size"]) == (page, page_size)
    assert (found["total"], found["total_pages"]) == (41, total_pages)
    assert found["data"][0]["page_size"] == page_size


@pytest.mark.parametrize(
    "query", ["page=-1", "page_size=-1", "page=x", "page=1.5", "page=99999999999999"]
)
def test_a_page_that_is_no_number_is_a_bad_request(lists, query):
    answer = lists.simulate_get("/pages", query_string=query)

    assert answer.status_code == 400
    assert answer.json["details"][0]["field"] == query.partition("=")[0]


def test_both_grammars_of_a_sort_reach_the_catalog(lists):
    comma = lists.simulate_get("/pages?sort=name,desc").json["data"][0]
    two = lists.simulate_get("/pages?sort=name&order=desc").json["data"][0]

    assert (comma["sort"], comma["order"]) == ("name,desc", "asc")
    assert (two["sort"], two["order"]) == ("name", "desc")


def test_a_complete_list_is_an_array_until_a_page_is_asked_for(lists):
    assert lists.simulate_get("/all").json == NUMBERS
    assert lists.simulate_get("/all?limit=3").json == [0, 1, 2]
    assert lists.simulate_get("/all?page=1&page_size=4&limit=1").json == {
        "data": [4, 5, 6, 7],
        "page": 1,
        "page_size": 4,
        "total": 250,
        "total_pages": 63,
    }


def test_a_limited_list_is_an_array_until_a_page_is_asked_for(lists):
    assert lists.simulate_get("/recent").json == NUMBERS[:50]
    assert lists.simulate_get("/recent?limit=2").json == [0, 1]
    assert lists.simulate_get("/recent?limit=0").json == NUMBERS[:50]
    assert lists.simulate_get("/recent?limit=1000").json == NUMBERS[:60]
    assert lists.simulate_get("/recent?page=12").json["data"] == NUMBERS[240:]
