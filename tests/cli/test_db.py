from __future__ import annotations

from contextlib import closing

from codex_lib.db import open_catalog, rows, write


def spoil(tmp_path):
    with closing(open_catalog(tmp_path / "data" / "codex.db")) as db, write(db):
        rows(db, "UPDATE libraries SET book_count = 9")


def test_check_says_that_all_is_in_order(codex, shelves):
    assert codex("db", "check").out == "The catalog is in order.\n"


def test_check_tells_a_counter_that_is_off_and_repairs_it(codex, shelves, tmp_path):
    spoil(tmp_path)

    told = codex("db", "check")
    assert told.code == 1
    assert "libraries  Comics  book_count      9         3  off" in told.out

    repaired = codex("db", "check", "--repair", "--json")
    assert repaired.code == 0
    assert repaired.json["problems"][0]["repaired"] is True
    assert codex("db", "check").code == 0


def test_info_counts(codex, shelves):
    assert codex("db", "info", "--json").json["book_count"] == 3
    assert "Books        3\n" in codex("db", "info").out


def test_backup_and_restore(codex, shelves, tmp_path):
    backup = tmp_path / "backup.db"
    assert "3 books" in codex("db", "backup", backup).out
    codex("libraries", "delete", "Comics", "--yes")

    assert codex("db", "restore", backup).code == 2  # nobody to ask
    assert "restored" in codex("db", "restore", backup, "--yes").out
    assert codex("books", "list", "--json").json["total"] == 3


def test_backup_does_not_overwrite(codex, shelves, tmp_path):
    codex("db", "backup", tmp_path / "backup.db")

    assert codex("db", "backup", tmp_path / "backup.db").code == 5


def test_json_of_backup_and_restore(codex, shelves, tmp_path):
    made = codex("db", "backup", tmp_path / "backup.db", "--json").json
    put_back = codex("db", "restore", tmp_path / "backup.db", "-y", "--json").json

    assert made["book_count"] == put_back["book_count"] == 3


def test_vacuum_tells_sizes(codex, shelves):
    assert codex("db", "vacuum", "--json").json["size_after"] > 0
    assert "before" in codex("db", "vacuum").out
