from contextlib import closing

import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.check import check_catalog
from codex_lib.catalog.metadata import update_book
from codex_lib.catalog.titles import create_alternate_title
from codex_lib.db import open_catalog, rows, write
from codex_lib.errors import CatalogError
from codex_lib.reading.progress import mark_book_read

TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def shelf(db, make_cbz, root, scan):
    """Two series with genres and tags, one deleted book, one that is unreadable."""
    make_cbz("The Saga/Saga 9.cbz", seed=1, pages=3, Genre="Space", Tags="war")
    make_cbz("The Saga/Saga 10.cbz", seed=2, pages=2, Genre="Opera")
    make_cbz(
        "Bone/Bone 1.cbz", seed=3, pages=4, Genre="Space", Title="The Cow", Year=2024
    )
    make_cbz("Bone/Bone 2.cbz", seed=4)
    make_cbz("Bone/Bad.cbz").write_bytes(b"rubbish")
    scan()
    (root / "Bone" / "Bone 2.cbz").unlink()
    scan()
    read_some(db)
    (bone,) = rows(db, "SELECT uuid FROM series WHERE title = 'Bone'")
    create_alternate_title(db, bone["uuid"], label="French", title="L'os", now=TUESDAY)
    return db


def read_some(db):
    """Let Ana read a book of the first series, and one that is deleted."""
    user = create_user(
        db,
        username="ana",
        email="ana@example.com",
        password="Green.Apple7",
        costs=Costs(8192, 1, 1),
        now=TUESDAY,
    )
    for title in ("Saga 9", "Bone 2"):
        (found,) = rows(db, "SELECT uuid FROM books WHERE title = ?", [title])
        mark_book_read(db, found["uuid"], user_id=user.id, now=TUESDAY)


# Tables with what is stored twice, and all else of theirs.
TABLES = (
    *("libraries", "series", "books", "book_metadata", "genres", "tags"),
    *("read_progress", "series_progress"),
)


def contents(db):
    every = {table: f"SELECT * FROM {table}" for table in TABLES}  # noqa: S608 - closed
    return {table: [*map(tuple, rows(db, sql))] for table, sql in every.items()}


def version(db):
    return rows(db, "SELECT version FROM catalog")[0]["version"]


COUNTERS = {
    "libraries": ("book_count", "series_count", "page_count", "file_size"),
    "series": ("book_count", "page_count", "file_size"),
    "genres": ("series_count",),
    "tags": ("series_count",),
}
DAMAGES = [
    *(
        (table, field, f"UPDATE {table} SET {field} = 55 WHERE id = 1")  # noqa: S608 - closed
        for table, fields in COUNTERS.items()
        for field in fields
    ),
    *(
        ("series_progress", "counters", damage)
        for damage in (
            "UPDATE series_progress SET read_count = 55",
            "UPDATE series_progress SET started_count = 55",
            "UPDATE series_progress SET last_completed_at = ''",
            "UPDATE series_progress SET last_completed_at = NULL",
            "UPDATE series_progress SET last_read_at = ''",
            "DELETE FROM series_progress",
            "INSERT INTO series_progress VALUES (1, 1, 1, 0, NULL, '')",
        )
    ),
    ("series", "sort_key", "UPDATE series SET sort_key = 'zz' WHERE id = 2"),
    ("books", "sort_key", "UPDATE books SET sort_key = 'zz' WHERE id = 3"),
    ("books", "file_key", "UPDATE books SET file_key = 'zz' WHERE id = 1"),
    *(
        (table, key, f"UPDATE {table} SET {key} = 'zz' WHERE id = 2")  # noqa: S608 - closed
        for table in ("series", "books")
        for key in ("title_key", "other_keys")
    ),
    ("books", "release_date", "UPDATE books SET release_date = 1999 WHERE id = 1"),
    ("books", "release_date", "UPDATE books SET release_date = NULL WHERE id = 2"),
    (
        *("series_search", "rows"),
        """
        INSERT INTO series_search (series_search, rowid, title_key, other_keys)
        SELECT 'delete', id, title_key, other_keys FROM series WHERE id = 1
        """,
    ),
    (
        *("series_search", "rows"),
        "INSERT INTO series_search (rowid, title_key) VALUES (77, 'nowhere')",
    ),
    (
        *("books_search", "rows"),
        """
        INSERT INTO books_search (books_search, rowid, title_key, other_keys)
        SELECT 'delete', id, title_key, other_keys FROM books WHERE id = 2
        """,
    ),
    *(
        (
            *(f"{table}_trigrams", "rows"),
            f"INSERT INTO {table}_trigrams (rowid, title_key) VALUES (77, 'nowhere')",  # noqa: S608 - closed
        )
        for table in ("series", "books")
    ),
]


def test_a_catalog_after_its_scans_is_sound(shelf):
    report = check_catalog(shelf)

    assert report.problems == []
    assert report.is_sound


def test_all_that_is_stored_twice_is_looked_at(shelf):
    checked = check_catalog(shelf).checked

    assert checked[0] == "integrity"
    for table, field, _ in DAMAGES:
        assert {f"{table}.{field}", table} & set(checked), (table, field)
    assert len(checked) == len(set(checked)) == 1 + 10 - 1 + 1 + 8 + 4


@pytest.mark.parametrize(("table", "field", "damage"), DAMAGES)
def test_a_check_finds_exactly_what_is_off_and_changes_nothing(
    shelf, table, field, damage
):
    rows(shelf, damage)
    before, version_before = contents(shelf), version(shelf)

    report = check_catalog(shelf)

    assert [(p.table, p.field, p.repaired) for p in report.problems] == [
        (table, field, False)
    ]
    assert not report.is_sound
    assert (contents(shelf), version(shelf)) == (before, version_before)


@pytest.mark.parametrize(("table", "field", "damage"), DAMAGES)
def test_a_repair_mends_exactly_what_was_off(shelf, table, field, damage):
    sound, version_before = contents(shelf), version(shelf)
    rows(shelf, damage)

    report = check_catalog(shelf, repair=True)

    assert [(p.table, p.field, p.repaired) for p in report.problems] == [
        (table, field, True)
    ]
    assert report.is_sound
    assert contents(shelf) == sound
    assert version(shelf) == version_before + 1
    assert check_catalog(shelf).problems == []


def test_a_problem_says_where_it_is_and_what_was_expected(shelf):
    rows(shelf, "UPDATE series SET book_count = 7 WHERE title = 'Bone'")
    rows(shelf, "UPDATE series SET sort_key = 'the saga' WHERE title = 'The Saga'")

    counter, key = check_catalog(shelf).problems

    assert (counter.name, counter.found, counter.expected) == ("Bone", "7", "2")
    assert (key.name, key.found, key.expected) == ("The Saga", "the saga", "saga")


def test_counted_progress_says_whose_and_of_what(shelf):
    rows(shelf, "UPDATE series_progress SET read_count = 7")

    (problem,) = check_catalog(shelf).problems

    assert problem.name == "ana: The Saga"
    rest = f"0 started, completed {TUESDAY}, read {TUESDAY}"
    assert problem.found == f"7 read, {rest}"
    assert problem.expected == f"1 read, {rest}"


def test_everything_at_once_is_mended_in_one_transaction(shelf):
    sound, before = contents(shelf), version(shelf)
    for _, _, damage in DAMAGES:
        rows(shelf, damage)

    report = check_catalog(shelf, repair=True)

    # Two hit one index, and of two series all counters are one problem.
    assert len(report.problems) == len(DAMAGES) - 1 - 5
    assert contents(shelf) == sound
    assert version(shelf) == before + 1


def test_edited_titles_and_sort_titles_are_as_they_should_be(shelf):
    rows(
        shelf,
        "UPDATE book_metadata SET title_sort = 'Cow, The' WHERE title_sort IS NULL",
    )
    for title in ("The Cow", "Other", None):
        for sort_title in ("Zz", None):
            for row in rows(shelf, "SELECT uuid FROM books"):
                changes = {"title": title, "sort_title": sort_title}
                update_book(shelf, row["uuid"], changes, now=TUESDAY)

            assert check_catalog(shelf).problems == []


def test_a_row_that_refers_to_nothing_is_told_and_left(shelf):
    rows(shelf, "PRAGMA foreign_keys = OFF")
    rows(shelf, "INSERT INTO page_maps (book_id, pages) VALUES (77, x'00')")
    rows(shelf, "UPDATE libraries SET book_count = 99")

    report = check_catalog(shelf, repair=True)

    integrity, counter = report.problems
    assert integrity.field == "integrity"
    assert integrity.found == "page_maps row 77 refers to a missing row of books"
    assert (integrity.repaired, counter.repaired) == (False, True)
    assert not report.is_sound


@pytest.mark.parametrize("repair", [False, True])
@pytest.mark.parametrize("table", ["page_maps", "books", "series"])
def test_a_damaged_file_is_told_whatever_else_can_still_be_compared(
    shelf, damage, table, repair
):
    with closing(open_catalog(damage(shelf, table))) as damaged:
        report = check_catalog(damaged, repair=repair)

    assert {p.field for p in report.problems} == {"integrity"}
    assert not report.is_sound


def test_a_repair_that_finds_the_disk_full_fails_and_changes_nothing(shelf):
    sql = """
        INSERT INTO series (uuid, library_id, place, title, sort_key, created_at,
            updated_at) VALUES (?1, 1, ?1, ?2, '', '', '')
    """
    with write(shelf):
        for number in range(1000):
            rows(shelf, sql, [f"series {number}", "a long title " * 10])
    before = contents(shelf)
    pages = rows(shelf, "PRAGMA page_count")[0][0]
    rows(shelf, f"PRAGMA max_page_count = {pages}")

    with pytest.raises(CatalogError, match="full"):
        check_catalog(shelf, repair=True)

    assert contents(shelf) == before
