"""An index that is kept answers as one that was made just now, whatever was written."""

import threading
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from codex_lib.catalog.books import SORTS as BOOK_SORTS
from codex_lib.catalog.conditions import parse_condition
from codex_lib.catalog.listing import Sort, Wanted
from codex_lib.catalog.series import SORTS as SERIES_SORTS
from codex_lib.catalog.shelf_index import index as index_module
from codex_lib.catalog.shelf_index.index import _INDEXES, Recent, ShelfIndex, opened
from codex_lib.catalog.shelf_index.lists import list_by_memory
from codex_lib.db import open_catalog, rows, write
from codex_lib.db.maintenance import backup_catalog, restore_catalog
from codex_lib.db.paging import Paging
from tests.catalog.shelf_index import shelves
from tests.catalog.shelf_index.shelves import WRITES, dice

ALL = Paging(0, 10**6, maximum=10**6)
BY_NAME = Sort("sort_key", descending=False)


def a_test(field, operator, value=None):
    test = {"operator": operator} | ({} if value is None else {"value": value})
    return {field: test}


SHARED = [
    a_test("genre", "is", "Noir"),
    a_test("genre", "isNull"),
    a_test("tag", "contains", "a"),
    a_test("readStatus", "is", "read"),
    a_test("readStatus", "is", "in_progress"),
    a_test("readStatus", "isNot", "unread"),
]
CONDITIONS = {
    "series": [
        *SHARED,
        a_test("publisher", "is", "Image"),
        a_test("publisher", "isNull"),
        a_test("status", "beginsWith", "E"),
        a_test("language", "isNot", "fr"),
        a_test("name", "endsWith", "ne"),
    ],
    "books": [
        *SHARED,
        a_test("hasError", "isTrue"),
        a_test("title", "contains", "bon"),
        {"anyOf": [a_test("hasError", "isTrue"), a_test("genre", "is", "Noir")]},
    ],
}


def queries():
    """Yield lists of all: by each sort there is, and with each kind of filter."""
    for of, sorts in (("series", SERIES_SORTS), ("books", BOOK_SORTS)):
        for column in dict.fromkeys(sorts.values()):
            for descending in (False, True):
                yield Wanted(of=of, sort=Sort(column, descending))
        for value in CONDITIONS[of]:
            condition = parse_condition(value, of=of)
            yield Wanted(of=of, sort=BY_NAME, condition=condition)
        for text in ("bon", "a", "仮"):
            yield Wanted(of=of, text=text)
        for library in shelves.LIBRARIES:
            yield Wanted(of=of, sort=BY_NAME, library_id=library)
    yield Wanted(of="books", text="v02 bon")
    yield Wanted(of="books", sort=BY_NAME, include_deleted=True)
    yield Wanted(of="books", sort=BY_NAME, with_errors=True)


QUERIES = list(queries())


def answer(db, wanted):
    """Return all of a list, asked for by the person who is longest known."""
    user = rows(db, "SELECT uuid FROM users ORDER BY id LIMIT 1")[0]["uuid"]
    return list_by_memory(db, ALL, replace(wanted, user_id=user))


def assert_all_equal(pair):
    for wanted in QUERIES:
        assert answer(pair.kept, wanted) == answer(pair.plain, wanted), wanted


def test_every_list_of_the_made_catalog_tells_something(pair):
    kept = [answer(pair.kept, wanted) for wanted in QUERIES]

    assert kept == [answer(pair.plain, wanted) for wanted in QUERIES]
    assert [w for w, (ids, _) in zip(QUERIES, kept, strict=True) if not ids] == []
    assert {len(ids) == total for ids, total in kept} == {True}


@pytest.mark.parametrize("kind", WRITES, ids=lambda kind: kind.__name__)
def test_each_kind_of_write_is_seen_at_once(pair, kind):
    assert_all_equal(pair)

    for seed in range(3):
        kind(pair.writer, dice(seed))

        assert_all_equal(pair)


@settings(
    max_examples=60,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(WRITES), st.integers(0, 99), st.sampled_from(QUERIES)
        ),
        max_size=12,
    ),
    followed=st.sampled_from([3, 20_000]),
    repairable=st.sampled_from([2, 2000]),
)
def test_any_writes_in_any_order_are_followed(copies, steps, followed, repairable):
    with copies() as pair, pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "FOLLOWED", followed)
        patch.setattr("codex_lib.catalog.shelf_index.orders.REPAIRABLE", repairable)
        assert_all_equal(pair)
        for kind, seed, wanted in steps:
            kind(pair.writer, dice(seed))
            assert answer(pair.kept, wanted) == answer(pair.plain, wanted), wanted
        assert_all_equal(pair)


def loaded(pair):
    """Return the columns of books that are held; the same as long as followed."""
    with opened(pair.kept) as index:
        return index.books(pair.kept)


def test_what_is_loaded_stays_and_follows(pair):
    before = loaded(pair)

    shelves.delete_book(pair.writer, dice(1))

    assert loaded(pair) is before


def test_changes_that_were_trimmed_meanwhile_make_it_begin_again(pair):
    before = loaded(pair)
    for seed in range(3):
        shelves.change_book(pair.writer, dice(seed))

    shelves.trim_changes(pair.writer, None)

    assert loaded(pair) is not before
    assert_all_equal(pair)


def test_changes_trimmed_up_to_what_is_known_are_followed(pair):
    before = loaded(pair)
    shelves.trim_changes(pair.writer, None)

    shelves.change_book(pair.writer, dice(1))

    assert loaded(pair) is before
    assert_all_equal(pair)


def test_too_many_changes_make_it_begin_again(pair, monkeypatch):
    monkeypatch.setattr(index_module, "FOLLOWED", 5)
    before = loaded(pair)
    with write(pair.writer):
        rows(pair.writer, "UPDATE books SET updated_at = ''")

    assert loaded(pair) is not before
    assert_all_equal(pair)


def test_a_restored_catalog_makes_it_begin_again(pair, tmp_path):
    backup_catalog(pair.writer, tmp_path / "backup.db")
    shelves.purge(pair.writer, dice(1))
    assert_all_equal(pair)
    restore_catalog(pair.kept.path, tmp_path / "backup.db")

    # As many changes as there were before, others.
    for seed in range(20):
        shelves.change_book(pair.writer, dice(seed))

    assert_all_equal(pair)


def test_a_catalog_without_any_changes_is_an_older_one(pair):
    before = loaded(pair)

    rows(pair.writer, "DELETE FROM changes")

    assert loaded(pair) is not before
    assert_all_equal(pair)


def test_what_a_transaction_wrote_and_took_back_stays_in_no_index(pair):
    assert_all_equal(pair)
    delete = "UPDATE books SET deleted_at = '' WHERE id = (SELECT {}(id) FROM books)"
    by_number = Wanted(of="books", sort=Sort("number", descending=False))
    before = answer(pair.kept, by_number)

    def change_mind():
        with write(pair.kept):
            rows(pair.kept, delete.format("min"))
            assert answer(pair.kept, by_number) != before
            raise KeyError

    with pytest.raises(KeyError):
        change_mind()

    rows(pair.writer, delete.format("max"))  # one change, as the other one was
    assert_all_equal(pair)


def test_only_the_index_of_a_kept_catalog_is_held(pair):
    loaded(pair)
    with opened(pair.plain) as index:
        assert index.books(pair.plain)

    assert pair.kept.path in _INDEXES
    assert pair.plain.path not in _INDEXES


def test_many_threads_list_while_another_writes(pair):
    stop = threading.Event()
    failures = []

    def read_on(seed):
        choose = dice(seed)
        with closing(open_catalog(pair.kept.path)) as db:
            while not stop.is_set():
                try:
                    ids, total = answer(db, choose.choice(QUERIES))
                    assert len(ids) == len(set(ids)) == total
                except Exception as error:  # noqa: BLE001 - shown below
                    failures.append(error)
                    return

    threads = [threading.Thread(target=read_on, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for seed in range(120):
        WRITES[seed % len(WRITES)](pair.writer, dice(seed))
    stop.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert_all_equal(pair)


def test_one_view_of_the_catalog_holds_for_a_whole_list(pair):
    with opened(pair.kept) as index:
        shelves.purge(pair.writer, dice(1))

        held = int(index.books(pair.kept).known.sum())
        assert held == len(index.order(pair.kept, "books", "sort_key"))

    with opened(pair.kept) as index:
        assert int(index.books(pair.kept).known.sum()) == held - 1


def test_a_page_of_series_that_were_deleted_between_is_only_shorter(pair):
    index = ShelfIndex()
    index.follow(pair.plain)
    before = index.series_of_term(pair.plain, "genre", 1).tolist()
    shelves.remove_series(pair.writer, dice(1))
    index.follow(pair.plain)

    assert set(index.series_of_term(pair.plain, "genre", 1).tolist()) <= set(before)


def test_what_was_used_last_is_kept():
    recent = Recent(2)
    assert recent.get("a", lambda: 1) == 1
    assert recent.get("b", lambda: 2) == 2
    assert recent.get("a", lambda: 3) == 1

    assert recent.get("c", lambda: 4) == 4

    assert (recent.find("a"), recent.find("b"), recent.find("c")) == (1, None, 4)


def test_what_was_dropped_is_loaded_again():
    recent = Recent(2)
    recent.get("a", lambda: 1)

    recent.drop("a")
    recent.drop("never")

    assert recent.find("a") is None
    assert recent.get("a", lambda: 2) == 2
