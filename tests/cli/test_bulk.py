"""Editing many books and series by a file on the command line."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def exported(codex, shelves, tmp_path):
    """The books of shelves, exported into a file and as records."""
    path = tmp_path / "books.jsonl"
    data = codex("books", "export").data
    path.write_bytes(data)
    return path, [json.loads(line) for line in data.splitlines()]


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_export_prints_a_book_a_line(exported):
    _, records = exported

    assert [item["path"] for item in records] == [
        *("Akira/Akira 1.cbz", "Bone/Bone 01.cbz", "Bone/Bone 02.cbz")
    ]


def test_export_prints_what_is_asked_for(codex, shelves):
    def paths(*words):
        lines = codex("books", "export", *words).data.splitlines()
        return [json.loads(line)["path"] for line in lines]

    assert paths("--series", "Akira") == ["Akira/Akira 1.cbz"]
    assert len(paths("--library", "Comics")) == 3
    assert paths("--filter", "genre:Drama") == ["Bone/Bone 01.cbz", "Bone/Bone 02.cbz"]
    assert paths("--search", "akira") == ["Akira/Akira 1.cbz"]
    condition = '{"genre": {"operator": "isNull"}}'
    assert paths("--condition-json", condition) == ["Akira/Akira 1.cbz"]
    assert codex("books", "export", "--series", "Nothing").code == 4


def test_export_as_one_document(codex, shelves):
    assert codex("books", "export", "--json").json["total"] == 3
    assert codex("series", "export", "--json").json["total"] == 2


def test_what_was_exported_changes_nothing(codex, exported):
    path, _ = exported

    done = codex("books", "apply", path)

    assert done.code == 0
    assert done.out == "Nothing to change: 3 lines as the catalog has it.\n"


def test_apply_changes_what_was_edited(codex, exported):
    path, records = exported
    records[0] |= {"title": "Neo-Tokyo", "writers": ["Ana", "Ben"]}
    write(path, records)

    shown = codex("books", "apply", path, "--dry-run")
    assert shown.out == (
        "Akira 1  (line 1)\n"
        "  title: Akira 1 -> Neo-Tokyo\n"
        "  writers: nothing -> Ana, Ben\n"
        "Would change 2 fields of 1 book; 2 lines as before.\n"
    )
    assert codex("books", "show", "Neo-Tokyo").code == 4

    done = codex("books", "apply", path)
    assert done.out == "Changed 2 fields of 1 book; 2 lines as before.\n"
    book = codex("books", "show", "Neo-Tokyo", "--json").json
    assert book["metadata"]["writers"] == ["Ana", "Ben"]
    assert "Nothing to change" in codex("books", "apply", path).out


def test_apply_reads_stdin_and_speaks_json(codex, exported):
    _, records = exported
    line = json.dumps(records[0] | {"year": 1988})

    done = codex("books", "apply", "-", "--json", answer=f"{line}\n")

    assert done.json["applied"] is True
    assert done.json["edits"][0]["changes"] == [
        {"field": "year", "old": None, "new": 1988}
    ]


def test_a_mistake_is_told_by_its_line(codex, exported):
    path, records = exported
    records[0]["title"] = "New"
    records[1] |= {"year": "soon", "color": "red"}
    write(path, records)

    told = codex("books", "apply", path)
    as_json = codex("books", "apply", path, "--json")

    assert (told.code, told.out) == (2, "")
    assert told.err == (
        "line 2: color: is no field of a book\n1 mistake; nothing was changed\n"
    )
    assert (as_json.code, as_json.json["applied"]) == (2, False)
    assert as_json.json["errors"][0]["line"] == 2
    assert codex("books", "show", "New").code == 4


def test_an_endless_line_is_not_read_to_its_end(codex, exported):
    path, _ = exported
    path.write_bytes(b"x" * 3_000_000)

    told = codex("books", "apply", path)

    assert told.err.startswith("line 1: is longer than 1,000,000 bytes\n1 mistake")


def test_a_file_that_is_not_there_is_told(codex, shelves):
    assert codex("books", "apply", "nowhere.jsonl").code == 1


def test_series_are_exported_and_changed_in_the_same_way(codex, shelves, tmp_path):
    lines = codex("series", "export", "--filter", "genre:Drama").data.splitlines()
    (record,) = map(json.loads, lines)
    assert record["genres"] == ["Drama"]
    path = write(tmp_path / "series.jsonl", [record | {"genres": ["War"]}])

    done = codex("series", "apply", path)

    assert done.out == "Changed 1 field of 1 series.\n"
    assert codex("series", "show", record["id"], "--json").json["genres"] == ["War"]
