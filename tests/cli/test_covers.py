from __future__ import annotations


def test_get_writes_the_cover_of_a_book(codex, shelves):
    assert codex("covers", "get", "Bone 02", "--size", "30").data[:2] == b"\xff\xd8"


def test_get_writes_the_cover_of_a_series_into_a_file(codex, shelves, tmp_path):
    target = tmp_path / "cover.jpg"

    ended = codex("covers", "get", "Bone", "-o", target, "--json")

    assert ended.json["file_format"] == "jpeg"
    assert target.stat().st_size == ended.json["file_size"]


def test_show_draws_shades_on_a_pipe(codex, shelves):
    lines = codex("covers", "show", "Akira", "--columns", "10").out.splitlines()

    assert {len(line) for line in lines} == {10}
    assert "\x1b" not in lines[0]


def test_show_as_json_has_the_colors(codex, shelves):
    printed = codex("covers", "show", "Akira", "--columns", "6", "--json").json

    assert (printed["columns"], printed["rows"]) == (6, len(printed["cells"]))
    assert len(printed["cells"][0][0]) == 2


def test_what_is_neither_a_series_nor_a_book_is_not_found(codex, shelves):
    assert codex("covers", "get", "Moby").code == 4
