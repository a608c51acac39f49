"""No list reads a whole table: SQLite's plan of every statement says so.

Each call that the benchmarks measure is made twice on a made catalog, its statements
are recorded and explained. The first call may load columns into memory, by the
statements named here; the second may not even do that.
"""

# ruff: noqa: S608 - statements of this module alone

import re
from contextlib import closing

import pytest

from codex_lib.catalog import listing
from codex_lib.catalog.shelf_index import index as index_module
from codex_lib.catalog.shelf_index import kept as kept_module
from codex_lib.db import open_catalog, rows

# What looks like reading everything and is not: a step of a plan and the statement it
# is in, each a pattern, with the reason.
_IDS = r"SELECT group_concat\(id\) AS ids FROM \( ?"
_NEAR = r"LIMIT \d+ OFFSET \d{1,4}"
_LIVE = r"book_count > 0|deleted_at IS NULL"
HARMLESS = (
    ("SCAN CONSTANT ROW|SCAN .subquery", "", "no table"),
    (r"SCAN json_each ", "", "the ids of one page"),
    (r"SCAN \w+_(search|trigrams) VIRTUAL TABLE INDEX \d+:\w*M", "", "one MATCH"),
    (r"SCAN main\.\w+_config", "", "FTS5's own settings, a few rows"),
    (r"SCAN libraries$", "", "some tens of rows"),
    (
        r"SCAN (series|books) USING (COVERING )?INDEX \w+_by_\w+$",
        rf"WHERE ({_LIVE}) ORDER BY \w+ \w+ NULLS LAST, id \w+ {_NEAR}$",
        "in the order of the list, which its LIMIT ends",
    ),
    (
        *("USE TEMP B-TREE FOR ORDER BY", "FROM series_progress AS counted"),
        "the series that one person is reading, by name",
    ),
    (
        *("USE TEMP B-TREE FOR ORDER BY", "AS wanted"),
        "at most 500 books that one person reads in one library",
    ),
)
# What a process reads once to keep it in memory: whole columns.
LOADS = (
    (r"SELECT group_concat\(id\) AS id, .* FROM (books|series)$", "whose they are"),
    (rf"{_IDS}SELECT id FROM (books|series) ORDER BY \w+ NULLS LAST, id", "a sort"),
    (rf"{_IDS}SELECT id FROM books ORDER BY series_id( DESC)?, number", "shelves"),
    (rf"{_IDS}SELECT id FROM books WHERE \w+ IS NOT NULL\)", "the deleted, the bad"),
    (r"SELECT count\(\*\) AS n FROM (books|series) WHERE \w+ IS NULL", "the nulls"),
    (r"SELECT id, (status|publisher|language|year) AS value FROM series$", "values"),
)
_READS_ALL = re.compile("SCAN |USE TEMP B-TREE")


@pytest.fixture
def kept(made, monkeypatch):
    """The made catalog, its index held in memory; rows far from the start are near."""
    monkeypatch.setattr(kept_module, "_KEPT", {made.path})
    monkeypatch.setattr(index_module, "_INDEXES", {})
    monkeypatch.setattr(listing, "_NEAR", 100)
    return made


@pytest.fixture
def steps(made):
    """Return a function that calls another and returns what of it reads everything.

    As pairs: the step of a plan, and its statement.
    """
    with closing(open_catalog(made.path)) as explaining:

        def of(call):
            statements = []
            made.set_trace_callback(statements.append)
            call(made)
            made.set_trace_callback(None)
            return [
                (row["detail"], sql)
                for sql in map(one_line, statements)
                if sql.startswith(("SELECT", "WITH"))
                for row in rows(explaining, f"EXPLAIN QUERY PLAN {sql}")
                if _READS_ALL.match(row["detail"])
            ]

        yield of


@pytest.fixture
def calls(benchmark_module, kept):
    """One call of every shape that the benchmarks measure, by its name."""
    samples = benchmark_module("catalog_samples").samples_of(kept)
    shapes = benchmark_module("catalog_shapes").shapes(samples)
    calls_of = benchmark_module("catalog_calls").calls_of
    return {shape.name: calls_of(shape)[0].library for shape in shapes}


def one_line(sql):
    return " ".join(sql.split())


def is_harmless(detail, sql):
    return any(re.match(d, detail) and re.search(s, sql) for d, s, _ in HARMLESS)


def is_load(sql):
    return any(re.match(pattern, sql) for pattern, _ in LOADS)


def test_every_measured_call_reads_no_more_than_it_shows(calls, steps):
    guilty = {}
    for name, call in calls.items():
        steps(call)

        bad = [step for step in steps(call) if not is_harmless(*step)]

        if bad:
            guilty[name] = bad
    assert guilty == {}


def test_first_calls_read_whole_only_the_columns_that_are_kept(calls, steps):
    found = [step for call in calls.values() for step in steps(call)]

    loads = [sql for _, sql in found if is_load(sql)]
    others = [step for step in found if not is_load(step[1])]

    assert [step for step in others if not is_harmless(*step)] == []
    assert len(loads) > len(LOADS)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM books WHERE title = 'Saga'",
        "SELECT id FROM books ORDER BY title ASC NULLS LAST, id ASC LIMIT 20 OFFSET 0",
        "SELECT id FROM books ORDER BY sort_key ASC NULLS LAST, id ASC",
        "SELECT min(id), max(id) FROM changes",
        "SELECT count(*) FROM series WHERE status = 'ended'",
        "SELECT id FROM series WHERE publisher = 'Press' ORDER BY sort_key",
        """
        SELECT id FROM books WHERE analysis_error IS NOT NULL
        ORDER BY updated_at DESC NULLS LAST, id DESC LIMIT 20 OFFSET 0
        """,
    ],
)
def test_a_statement_that_reads_everything_is_noticed(steps, sql):
    found = steps(lambda db: rows(db, sql))

    assert [step for step in found if not is_harmless(*step)]
    assert not is_load(sql)


def test_every_exception_is_needed(calls, steps):
    found = [step for call in calls.values() for step in steps(call)]

    for detail, sql, reason in HARMLESS:
        assert any(re.match(detail, d) and re.search(sql, s) for d, s in found), reason
    for pattern, reason in LOADS:
        assert any(re.match(pattern, sql) for _, sql in found), reason
