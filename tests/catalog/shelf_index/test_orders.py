"""An order that is repaired is the order that would be read anew."""

from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codex_lib.catalog.shelf_index import orders
from codex_lib.catalog.shelf_index.orders import Order, part
from codex_lib.db import open_catalog, rows
from tests.catalog.shelf_index.shelves import dice, make_catalog, purge


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """A catalog whose books the examples throw away and write anew."""
    path = tmp_path_factory.mktemp("orders") / "codex.db"
    with closing(open_catalog(path)) as db:
        make_catalog(db, dice(2))
        yield db


INSERT = """
    INSERT INTO books (id, uuid, library_id, series_id, path, file_name, file_key,
        file_format, file_size, mtime_ns, page_count, title, sort_key, number,
        created_at, updated_at)
    VALUES (?1, ?1, 1, 1, ?1, '', '', '', 0, 0, 0, '', '', ?2, '', '')
    ON CONFLICT (id) DO UPDATE SET number = ?2
"""
# Ids up to far beyond the array, numbers with many ties and nulls.
ids = st.integers(1, 12) | st.integers(1, 40) | st.just(70_000)
numbers = st.none() | st.integers(0, 3)
writes = st.lists(st.tuples(ids, st.just("delete") | numbers), max_size=30)


def perform(db, steps):
    for row_id, value in steps:
        if value == "delete":
            rows(db, "DELETE FROM books WHERE id = ?", [row_id])
        else:
            rows(db, INSERT, [row_id, value])


def ids_by_sql(db, direction):
    sql = f"SELECT id FROM books ORDER BY number {direction} NULLS LAST, id {direction}"  # noqa: S608 - closed
    return [row["id"] for row in rows(db, sql)]


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(start=writes, later=st.lists(writes, max_size=3))
def test_a_repaired_order_is_that_of_a_fresh_one(db, start, later):
    rows(db, "DELETE FROM books")
    perform(db, start)
    order = Order(db, "books", "number")
    for steps in later:
        perform(db, steps)
        order.stale |= {row_id for row_id, _ in steps}

        order.repair(db)

        assert order.stale == set()
        assert order.ids.dtype == np.int32
        for descending in (False, True):
            expected = ids_by_sql(db, "DESC" if descending else "ASC")
            assert order.directed(descending=descending).tolist() == expected


def reading(db, monkeypatch):
    """Return the statements to come that read the whole order."""
    seen = []
    monkeypatch.setattr(
        orders, "id_column", lambda *args: seen.append(args) or np.arange(3)
    )
    return seen


def test_few_stale_rows_are_moved_and_many_read_anew(db, monkeypatch):
    rows(db, "DELETE FROM books")
    perform(db, [(number, number) for number in range(1, 10)])
    order = Order(db, "books", "number")
    seen = reading(db, monkeypatch)
    monkeypatch.setattr(orders, "REPAIRABLE", 3)

    order.repair(db)
    order.stale = {1, 2, 3}
    order.repair(db)
    assert seen == []

    order.stale = {1, 2, 3, 4}
    order.repair(db)
    assert len(seen) == 1
    assert order.stale == set()


def test_an_order_of_nothing_can_be_repaired(db):
    rows(db, "DELETE FROM books")
    order = Order(db, "books", "number")
    assert order.directed(descending=True).tolist() == []

    order.stale = {5}
    order.repair(db)

    assert order.ids.tolist() == []
    purge(db, dice(1))


@given(
    order=st.permutations(range(1, 30)),
    wanted=st.sets(st.integers(1, 29)),
    offset=st.integers(0, 32),
    limit=st.integers(1, 40),
    chunk=st.integers(1, 40),
)
def test_a_part_is_a_slice_of_what_the_mask_leaves(order, wanted, offset, limit, chunk):
    mask = np.zeros(40, np.bool_)
    mask[list(wanted)] = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "_CHUNK", chunk)
        found = part(np.array(order, np.int32), mask, offset, limit)

    assert found == [i for i in order if i in wanted][offset : offset + limit]
    assert {type(i) for i in found} <= {int}


def test_a_part_looks_no_further_than_it_must(monkeypatch):
    class Mask:
        asked = 0

        def __getitem__(self, chunk):
            self.asked += 1
            return np.ones(len(chunk), np.bool_)

    monkeypatch.setattr(orders, "_CHUNK", 10)
    mask = Mask()

    assert part(np.arange(100), mask, 12, 5) == [12, 13, 14, 15, 16]
    assert mask.asked == 2
