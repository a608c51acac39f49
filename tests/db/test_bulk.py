"""Writing a great deal, and what others see of it meanwhile."""

import pytest

from codex_lib.db import CHECKPOINT_PAGES, rows, write
from codex_lib.db.bulk import bulk_writing
from codex_lib.db.search_indexes import (
    SEARCH_INDEXES,
    merge_search_indexes,
    merge_step,
)

_LEVELS = "SELECT count(DISTINCT segid) AS n FROM series_search_idx"


@pytest.fixture
def add_series(db, library):
    """Return a function that adds series, each in a transaction of its own."""
    library_id = rows(db, "SELECT id FROM libraries")[0]["id"]

    def add(count, after=lambda: None):
        for number in range(count):
            with write(db):
                values = [str(number), library_id, f"={number}", f"word{number}"]
                sql = """
                    INSERT INTO series (uuid, library_id, place, title, sort_key,
                        title_key, created_at, updated_at)
                    VALUES (?1, ?2, ?3, ?4, ?4, ?4, '', '')
                """
                rows(db, sql, values)
            after()

    return add


def segments(db):
    return rows(db, _LEVELS)[0]["n"]


def test_writing_merges_nothing_by_itself(db, add_series):
    add_series(40)

    assert segments(db) == 40


def test_a_merge_leaves_fewer_segments_and_finds_the_same(db, add_series):
    add_series(40)

    merge_search_indexes(db)

    assert segments(db) < 10
    found = "SELECT rowid FROM series_search WHERE series_search MATCH 'word7'"
    assert len(rows(db, found)) == 1
    assert not any(merge_step(db, index) for index in SEARCH_INDEXES)


def test_a_merge_in_steps_ends_after_so_many(db, add_series):
    add_series(40)

    merge_search_indexes(db, steps=0)

    assert segments(db) == 40


def test_a_merge_is_no_news_for_lists(db, add_series):
    add_series(40)
    version = rows(db, "SELECT version FROM catalog")[0]["version"]

    merge_search_indexes(db)

    assert rows(db, "SELECT version FROM catalog")[0]["version"] == version


def test_between_many_transactions_indexes_are_merged_and_the_log_is_emptied(
    db, add_series
):
    with bulk_writing(db) as breathe:
        add_series(200, after=breathe)
        assert segments(db) < 40

    assert segments(db) < 10
    left = rows(db, "PRAGMA wal_checkpoint(PASSIVE)")[0]
    assert left[1] == left[2]  # all pages of the log are in the file
    assert rows(db, "PRAGMA wal_autocheckpoint")[0][0] == CHECKPOINT_PAGES


def test_a_failure_gives_the_connection_its_ways_back(db):
    with pytest.raises(InterruptedError), bulk_writing(db):
        raise InterruptedError

    assert rows(db, "PRAGMA wal_autocheckpoint")[0][0] == CHECKPOINT_PAGES
