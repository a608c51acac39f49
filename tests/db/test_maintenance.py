import sqlite3
import threading
from contextlib import closing

import pytest

from codex_lib import db as db_module
from codex_lib.db import (
    SCHEMA_VERSION,
    filesystems,
    maintenance,
    open_catalog,
    rows,
    write,
)
from codex_lib.db.maintenance import (
    backup_catalog,
    catalog_info,
    integrity_problems,
    rebuild_search_index,
    restore_catalog,
    search_index_is_sound,
    vacuum_catalog,
)
from codex_lib.errors import (
    CatalogBusyError,
    CatalogError,
    ConflictError,
    InvalidError,
    NetworkCatalogError,
)


@pytest.fixture
def shelf(db, make_cbz, scan):
    """A catalog of two series with three books, one of them unreadable."""
    make_cbz("Saga/Saga 1.cbz", pages=2, seed=1)
    make_cbz("Saga/Saga 2.cbz", pages=3, seed=2)
    make_cbz("Bone/Bone 1.cbz").write_bytes(b"not an archive")
    scan()
    return db


def open_copy(path):
    return closing(open_catalog(path))


def book_count(db):
    return rows(db, "SELECT count(*) AS count FROM books")[0]["count"]


def version(db):
    return rows(db, "SELECT version FROM catalog")[0]["version"]


# Information


def test_info_counts_what_is_there(shelf, root, scan):
    (root / "Saga" / "Saga 2.cbz").unlink()
    scan()

    info = catalog_info(shelf)

    assert (info.library_count, info.series_count) == (1, 2)
    assert (info.book_count, info.deleted_book_count) == (2, 1)
    assert (info.unreadable_book_count, info.page_count) == (1, 2)


def test_info_tells_about_the_file(shelf):
    info = catalog_info(shelf)

    assert info.path == str(shelf.path)
    assert info.file_size == shelf.path.stat().st_size
    assert info.schema_version == SCHEMA_VERSION
    assert info.catalog_version == version(shelf)
    assert info.sqlite_version == sqlite3.sqlite_version
    assert info.journal_mode == "wal"


def test_info_of_an_empty_catalog_is_all_zero(db):
    info = catalog_info(db)

    assert (info.library_count, info.book_count, info.page_count) == (0, 0, 0)


def test_info_follows_a_link_to_the_real_file_system(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    mounts = f"22 1 8:1 / / rw - ext4 x rw\n40 22 0:35 / {tmp_path}/real rw - xfs y rw"
    (tmp_path / "mountinfo").write_text(mounts)
    monkeypatch.setattr(filesystems, "MOUNTS", tmp_path / "mountinfo")

    with open_copy(tmp_path / "link" / "codex.db") as db:
        assert catalog_info(db).file_system == "xfs"


# Backup


def test_a_backup_holds_what_the_catalog_held(shelf, tmp_path):
    target = tmp_path / "copies" / "monday.db"

    report = backup_catalog(shelf, target)

    assert (report.library_count, report.book_count) == (1, 3)
    assert (report.path, report.file_size) == (str(target), target.stat().st_size)
    assert report.seconds >= 0
    with open_copy(target) as copy:
        assert [*map(tuple, rows(copy, "SELECT * FROM books"))] == [
            *map(tuple, rows(shelf, "SELECT * FROM books"))
        ]


def test_a_backup_is_one_file_and_nothing_is_left_beside_it(shelf, tmp_path):
    backup_catalog(shelf, tmp_path / "copies" / "monday.db")

    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["monday.db"]


def test_a_backup_never_replaces_a_file(shelf, tmp_path):
    target = tmp_path / "monday.db"
    target.write_text("something else")

    with pytest.raises(ConflictError, match="exists already"):
        backup_catalog(shelf, target)

    assert target.read_text() == "something else"


def test_a_backup_takes_the_place_of_what_a_killed_one_left(shelf, tmp_path):
    (tmp_path / ".monday.db.part").write_text("half a copy")

    backup_catalog(shelf, tmp_path / "monday.db")

    assert not (tmp_path / ".monday.db.part").exists()


def test_a_backup_to_where_no_folder_can_be_fails_with_its_reason(shelf, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CatalogError, match=r"The backup to .* failed"):
        backup_catalog(shelf, tmp_path / "file" / "monday.db")

    assert not shelf.in_transaction


def test_a_backup_of_a_damaged_catalog_fails_and_leaves_no_file(
    shelf, damage, tmp_path
):
    path = damage(shelf, "page_maps")

    with (
        open_copy(path) as db,
        pytest.raises(CatalogError, match="is damaged"),
    ):
        backup_catalog(db, tmp_path / "copies" / "monday.db")

    assert list((tmp_path / "copies").iterdir()) == []


def test_a_copy_that_holds_less_than_the_catalog_is_refused(shelf):
    with pytest.raises(CatalogError, match="does not hold everything"):
        maintenance._verify(shelf.path, (1, 4))


def test_a_backup_while_another_writes_is_of_one_moment(shelf, genre, tmp_path):
    """Each transaction of the writer stores two: an odd number is half of one."""
    started, stop = threading.Event(), threading.Event()

    def keep_writing():
        with open_copy(shelf.path) as db:
            number = 0
            while not stop.is_set():
                with write(db):
                    genre(db, f"left {number}")
                    genre(db, f"right {number}")
                started.set()
                number += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    started.wait(timeout=30)
    try:
        reports = [
            backup_catalog(shelf, tmp_path / f"{number}.db") for number in range(5)
        ]
    finally:
        stop.set()
        writer.join()

    assert [report.book_count for report in reports] == [3] * 5
    for report in reports:
        with open_copy(report.path) as copy:
            assert integrity_problems(copy) == []
            counts = rows(copy, "SELECT count(*), count(*) % 2 FROM genres")[0]
            assert counts[1] == 0
    assert counts[0] > 0


# Restore


@pytest.fixture
def backup(shelf, tmp_path):
    """A backup of the shelf, from before its series were called Changed."""
    target = tmp_path / "backup.db"
    backup_catalog(shelf, target)
    with write(shelf):
        rows(shelf, "UPDATE series SET title = 'Changed'")
    return target


def titles(path):
    with open_copy(path) as db:
        return [row["title"] for row in rows(db, "SELECT title FROM series")]


def kept(path):
    return path.with_name(f"{path.name}.before-restore")


def test_a_restored_catalog_is_as_it_was_and_the_old_one_is_kept(shelf, backup):
    report = restore_catalog(shelf.path, backup)

    assert (report.library_count, report.book_count) == (1, 3)
    assert report.path == str(shelf.path)
    assert titles(shelf.path) == ["Bone", "Saga"]
    assert titles(kept(shelf.path)) == ["Changed", "Changed"]


def test_a_program_that_has_the_catalog_open_sees_it_restored(shelf, backup):
    restore_catalog(shelf.path, backup)

    found = [row["title"] for row in rows(shelf, "SELECT title FROM series")]
    assert found == ["Bone", "Saga"]


def test_a_restore_raises_the_version_above_all_that_was_cached(shelf, backup):
    before = version(shelf)

    restore_catalog(shelf.path, backup)

    assert version(shelf) > before


def test_a_restore_leaves_no_change_that_somebody_could_have_followed(shelf, backup):
    newest = "SELECT max(id) AS id FROM changes"
    before = rows(shelf, newest)[0]["id"]

    restore_catalog(shelf.path, backup)

    found = rows(shelf, "SELECT * FROM changes")
    assert [row["what"] for row in found] == ["restore"]
    assert found[0]["id"] > before + 1


def test_a_second_restore_replaces_what_the_first_kept(shelf, backup):
    restore_catalog(shelf.path, backup)
    restore_catalog(shelf.path, backup)

    assert titles(kept(shelf.path)) == ["Bone", "Saga"]


def test_a_restore_where_no_catalog_is_makes_one(backup, tmp_path):
    restore_catalog(tmp_path / "new" / "codex.db", backup)

    assert titles(tmp_path / "new" / "codex.db") == ["Bone", "Saga"]


def test_a_restore_repairs_a_damaged_catalog_and_keeps_the_damage(
    shelf, backup, damage
):
    path = damage(shelf, "books")
    damaged = path.read_bytes()

    restore_catalog(path, backup)

    assert titles(path) == ["Bone", "Saga"]
    with open_copy(path) as db:
        assert integrity_problems(db) == []
    assert kept(path).read_bytes() == damaged
    assert not path.with_name(".codex.db.part").exists()


def test_a_restore_replaces_what_is_no_database(shelf, backup):
    path = shelf.path
    shelf.close()
    path.write_text("rubbish")

    restore_catalog(path, backup)

    assert titles(path) == ["Bone", "Saga"]
    assert kept(path).read_text() == "rubbish"


def test_the_log_of_a_damaged_catalog_goes_with_it(backup, tmp_path):
    """SQLite would write a log that stands beside another file into that."""
    path = tmp_path / "bad" / "codex.db"
    path.parent.mkdir()
    path.write_text("rubbish")
    path.with_name("codex.db-wal").write_text("its log")
    path.with_name("codex.db.before-restore-shm").write_text("of another")

    maintenance._replace(path, backup, kept(path))

    assert {other.name: other.read_bytes()[:7] for other in path.parent.iterdir()} == {
        "codex.db": b"SQLite ",
        "codex.db.before-restore": b"rubbish",
        "codex.db.before-restore-wal": b"its log",
    }


def test_a_backup_that_is_not_there_is_the_callers_mistake(shelf, tmp_path):
    with pytest.raises(InvalidError, match="no such file"):
        restore_catalog(shelf.path, tmp_path / "absent.db")


def make_text(path):
    path.write_text("no database")


def make_foreign(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE other (id INTEGER)")


def make_impostor(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 1")


def make_newer(path):
    with open_copy(path) as db:
        rows(db, "PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_text, "is no catalog: file is not a database"),
        (make_foreign, "is no catalog that this Codex can read"),
        (make_impostor, "is no catalog: no such table"),
        (make_newer, "is no catalog that this Codex can read"),
    ],
)
def test_what_is_no_backup_changes_nothing(shelf, tmp_path, make, reason):
    make(tmp_path / "other.db")
    before = version(shelf)

    with pytest.raises(CatalogError, match=reason):
        restore_catalog(shelf.path, tmp_path / "other.db")

    assert (version(shelf), book_count(shelf)) == (before, 3)
    assert not kept(shelf.path).exists()


def test_a_damaged_backup_changes_nothing(shelf, backup, damage):
    with closing(sqlite3.connect(backup, factory=db_module.Database)) as copy:
        copy.path, copy.row_factory = backup, sqlite3.Row
        damage(copy, "page_maps")

    with pytest.raises(CatalogError, match="is damaged"):
        restore_catalog(shelf.path, backup)

    assert titles(shelf.path) == ["Changed", "Changed"]


def test_a_backup_of_another_page_size_is_refused_with_the_reason(shelf, backup):
    with closing(sqlite3.connect(backup)) as copy:
        copy.execute("PRAGMA page_size = 8192")
        copy.execute("VACUUM")

    with pytest.raises(CatalogError, match="The restore failed: attempt to write"):
        restore_catalog(shelf.path, backup)

    assert titles(shelf.path) == ["Changed", "Changed"]


def test_a_restore_to_where_no_folder_can_be_fails_with_its_reason(backup, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CatalogError, match="The restore failed"):
        restore_catalog(tmp_path / "file" / "codex.db", backup)


def test_a_restore_refuses_a_network_file_system_too(backup, tmp_path, monkeypatch):
    text = f"40 22 0:35 / {tmp_path} rw - nfs4 nas:/ rw\n"
    (tmp_path / "mountinfo").write_text(text)
    monkeypatch.setattr(filesystems, "MOUNTS", tmp_path / "mountinfo")
    target = tmp_path / "nas" / "codex.db"

    with pytest.raises(NetworkCatalogError):
        restore_catalog(target, backup)
    restore_catalog(target, backup, allow_network=True)

    assert target.exists()


# Vacuum and checks


def test_vacuum_gives_the_room_of_deleted_rows_back(db, genre):
    with write(db):
        for number in range(5000):
            genre(db, f"a genre with a rather long name {number}")
    with write(db):
        rows(db, "DELETE FROM genres")
    rows(db, "PRAGMA wal_checkpoint(TRUNCATE)")
    assert catalog_info(db).free_bytes > 100_000

    before, after = vacuum_catalog(db)

    assert after < before - 100_000
    assert after == db.path.stat().st_size
    assert catalog_info(db).free_bytes == 0


def test_vacuum_waits_for_a_writer_and_says_so(db, monkeypatch):
    monkeypatch.setattr(db_module, "BUSY_SECONDS", 0.05)

    with (
        open_copy(db.path) as late,
        write(db),
        pytest.raises(CatalogBusyError),
    ):
        vacuum_catalog(late)


def test_vacuum_inside_a_write_block_is_our_mistake(db):
    with pytest.raises(sqlite3.OperationalError, match="transaction"), write(db):
        vacuum_catalog(db)


def test_a_sound_catalog_has_no_problems(shelf):
    assert integrity_problems(shelf) == []


def test_a_row_that_refers_to_nothing_is_a_problem(shelf):
    rows(shelf, "PRAGMA foreign_keys = OFF")
    rows(shelf, "INSERT INTO book_metadata (book_id) VALUES (77)")

    assert integrity_problems(shelf) == [
        "book_metadata row 77 refers to a missing row of books"
    ]


def test_a_damaged_page_is_a_problem(shelf, damage):
    with open_copy(damage(shelf, "page_maps")) as db:
        assert integrity_problems(db) == ["database disk image is malformed"]


def test_an_index_that_misses_rows_is_a_problem(shelf, damage):
    empty_index = bytes([10, 0, 0, 0, 0, 16, 0, 0])

    with open_copy(damage(shelf, "books_by_sort_key", empty_index)) as db:
        problems = integrity_problems(db)

    assert "row 1 missing from index books_by_sort_key" in problems
    assert "ok" not in problems


def test_a_closed_catalog_cannot_be_checked(tmp_path):
    db = open_catalog(tmp_path / "codex.db")
    db.close()

    with pytest.raises(sqlite3.ProgrammingError):
        integrity_problems(db)


def test_a_search_index_that_misses_a_row_is_unsound_until_it_is_rebuilt(shelf):
    unindex = """
        INSERT INTO series_search (series_search, rowid, title_key, other_keys)
        SELECT 'delete', id, title_key, other_keys FROM series WHERE id = 1
    """
    rows(shelf, unindex)

    assert not search_index_is_sound(shelf, "series_search")
    assert search_index_is_sound(shelf, "books_search")

    with write(shelf):
        rebuild_search_index(shelf, "series_search")

    assert search_index_is_sound(shelf, "series_search")


def test_looking_at_a_search_index_changes_nothing(shelf):
    before = version(shelf)

    search_index_is_sound(shelf, "series_search")

    assert version(shelf) == before


def test_looking_at_a_search_index_waits_for_a_writer(db, monkeypatch):
    monkeypatch.setattr(db_module, "BUSY_SECONDS", 0.05)

    with (
        open_copy(db.path) as late,
        write(db),
        pytest.raises(CatalogBusyError),
    ):
        search_index_is_sound(late, "series_search")


def test_an_index_that_does_not_exist_is_our_mistake(db):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        search_index_is_sound(db, "no_search")
