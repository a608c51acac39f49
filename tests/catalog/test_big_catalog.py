"""The made catalog is one that Codex could have made: measures on it are true."""

from contextlib import closing

from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.progress import recount_series
from codex_lib.db import open_catalog, rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.maintenance import search_index_is_sound

SEARCHES = ("series_search", "series_trigrams", "books_search", "books_trigrams")
FILLED = (
    *("libraries", "series", "books", "book_metadata", "genres", "tags", "users"),
    *("series_genres", "series_tags", "alternate_titles", "read_progress"),
    *("series_progress", "series_ratings"),
)


def contents(path, table):
    with closing(open_catalog(path)) as db:
        return [*map(tuple, rows(db, f"SELECT * FROM {table}"))]  # noqa: S608 - closed


def number(db, sql):
    return rows(db, sql)[0][0]


def test_check_finds_nothing_off(made):
    assert check_catalog(made).problems == []
    assert [name for name in SEARCHES if not search_index_is_sound(made, name)] == []


def test_schema_is_that_of_a_new_catalog(made, db):
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"

    assert [*map(tuple, rows(made, schema))] == [*map(tuple, rows(db, schema))]


def test_equal_seeds_give_equal_rows_in_every_table(make_catalog, tmp_path):
    paths = [tmp_path / name for name in ("one.db", "same.db", "other.db")]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        make_catalog(path, books=600, seed=seed)

    one, same, other = ({t: contents(path, t) for t in FILLED} for path in paths)

    assert one == same
    assert [table for table in FILLED if not one[table]] == []
    assert one["books"] != other["books"]


def test_progress_of_series_is_counted_as_reading_counts_it(made):
    sql = "SELECT * FROM series_progress ORDER BY series_id, user_id"
    found = [*map(tuple, rows(made, sql))]

    with write(made):
        for row in rows(made, "SELECT id FROM series"):
            recount_series(made, row["id"])

    assert [*map(tuple, rows(made, sql))] == found


def test_titles_are_found_by_the_keys_that_scans_and_edits_give_them(made):
    alternates = {}
    for row in rows(made, "SELECT series_id, title FROM alternate_titles ORDER BY id"):
        alternates.setdefault(row["series_id"], []).append(row["title"])

    for row in rows(made, "SELECT id, title, title_key, other_keys FROM series"):
        key = fold(row["title"])
        others = other_keys(key, *alternates.get(row["id"], ()))
        assert (row["title_key"], row["other_keys"]) == (key, others)
    for row in rows(made, "SELECT title, file_name, title_key, other_keys FROM books"):
        key = fold(row["title"])
        keys = (key, other_keys(key, row["file_name"]))
        assert (row["title_key"], row["other_keys"]) == keys


def test_shelf_is_as_uneven_as_a_real_one(made):
    sizes = [
        row[0] for row in rows(made, "SELECT count(*) FROM books GROUP BY series_id")
    ]
    shares = [row[0] for row in rows(made, "SELECT book_count FROM libraries")]
    genres = [row[0] for row in rows(made, "SELECT series_count FROM genres")]

    assert sum(sizes) == number(made, "SELECT count(*) FROM books") == 2000
    assert (len(sizes), min(sizes), max(sizes)) == (200, 1, 100)
    assert max(shares) > 20 * min(shares) > 0
    assert max(genres) > 10 * sorted(genres)[len(genres) // 2]


def test_no_kind_of_row_is_missing(made):
    for condition in (
        *("deleted_at IS NOT NULL", "analysis_error IS NOT NULL", "number IS NULL"),
        *("release_date IS NULL", "title <> title_key", "title > char(12288)"),
        *("other_keys <> ''", "file_format = 'epub'"),
    ):
        sql = f"SELECT count(*) FROM books WHERE {condition}"  # noqa: S608 - closed
        assert 0 < number(made, sql) < 2000, condition
    statuses = {row[0] for row in rows(made, "SELECT status FROM read_progress")}
    assert statuses == {"read", "in_progress", "unread"}
