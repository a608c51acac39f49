import pytest

from codex_lib.db.paging import Listing, Paging
from codex_lib.errors import InvalidError


def test_the_first_twenty_are_wanted_unless_told():
    paging = Paging()

    assert (paging.page, paging.page_size, paging.offset) == (0, 20, 0)


@pytest.mark.parametrize(("asked", "size"), [(0, 20), (1, 1), (100, 100), (101, 100)])
def test_a_size_of_0_means_20_and_one_above_the_maximum_is_cut(asked, size):
    assert Paging(0, asked).page_size == size


def test_the_maximum_can_be_set():
    assert Paging(0, 5_000, maximum=2_000).page_size == 2_000
    assert Paging(0, 0, maximum=10).page_size == 10


def test_the_offset_counts_the_rows_before_the_page():
    assert Paging(3, 50).offset == 150


@pytest.mark.parametrize("field", ["page", "page_size"])
def test_a_negative_number_is_refused_by_its_name(field):
    with pytest.raises(InvalidError) as error:
        Paging(**{field: -1})

    assert error.value.field == field


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (20, 1), (21, 2)])
def test_the_last_page_may_be_short(total, pages):
    assert Listing([], 0, 20, total).total_pages == pages
