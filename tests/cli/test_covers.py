from __future__ import annotations

import io

import pytest
from PIL import Image


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


# Covers that people choose


@pytest.fixture
def red(tmp_path):
    """A file with an image of one's own."""
    path = tmp_path / "red.png"
    Image.new("RGB", (60, 90), (250, 0, 0)).save(path)
    return path


def is_red(data):
    pixel = Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5))
    return pixel[0] > 200 > pixel[1]


@pytest.fixture
def covers(codex):
    """Return a function that lists the covers of a series."""
    return lambda name: codex("covers", "list", name, "--json").json["data"]


def test_set_gives_a_series_an_image(codex, shelves, red, covers):
    assert codex("covers", "list", "Bone").out.startswith("None so far")

    told = codex("covers", "set", "Bone", red)

    assert told.out == "Bone shows your image now.\n"
    assert is_red(codex("covers", "get", "Bone").data)
    listed = codex("covers", "list", "Bone").out
    (cover,) = covers("Bone")
    for word in ("custom", "png", "60 x 90", "shown", cover["id"]):
        assert word in listed


def test_set_takes_an_image_from_a_pipe(codex, shelves, red):
    told = codex("covers", "set", "Bone 02", "-", "--json", answer=red.read_bytes())

    assert told.json["source"] == "custom"
    assert is_red(codex("covers", "get", "Bone 02").data)


def test_set_refuses_what_is_no_image_or_not_there(codex, shelves, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("hello")

    assert codex("covers", "set", "Bone", text).code == 2
    assert codex("covers", "set", "Bone", tmp_path / "nothing.png").code != 0


def test_a_cover_can_be_had_as_it_was_given(codex, shelves, red, covers):
    codex("covers", "set", "Bone", red)
    (cover,) = covers("Bone")

    data = codex("covers", "get", "Bone", "--cover", cover["id"][:13]).data

    assert data == red.read_bytes()


def test_select_shows_a_book_or_an_image(codex, shelves, red, covers):
    codex("covers", "set", "Bone", red)
    (mine,) = covers("Bone")

    told = codex("covers", "select", "Bone", "--book", "Bone 02", "--json")
    assert told.json["source"] == covers("Bone")[1]["source"]
    assert not is_red(codex("covers", "get", "Bone").data)
    assert "book:" in codex("covers", "list", "Bone").out

    told = codex("covers", "select", "Bone", mine["id"])
    assert told.out == "Bone shows that cover now.\n"
    assert is_red(codex("covers", "get", "Bone").data)


@pytest.mark.parametrize("options", [[], ["0000", "--book", "Bone 02"]])
def test_select_needs_a_cover_or_a_book(codex, shelves, options):
    assert codex("covers", "select", "Bone", *options).code == 2


def test_reset_shows_the_own_cover_of_a_series_or_a_book(codex, shelves, red, covers):
    for name in ("Bone", "Bone 02"):
        own = codex("covers", "get", name).data
        codex("covers", "set", name, red)

        told = codex("covers", "reset", name)

        assert told.out == f"{name} shows its own cover again.\n"
        assert codex("covers", "get", name).data == own
    assert codex("covers", "reset", "Bone", "--json").json["source"] == "default"
    assert len(covers("Bone")) == 1


def test_delete_asks_and_forgets_an_image(codex, shelves, red, covers):
    codex("covers", "set", "Bone", red)
    (cover,) = covers("Bone")

    refused = codex("covers", "delete", "Bone", cover["id"])
    assert (refused.code != 0, len(covers("Bone"))) == (True, 1)

    told = codex("covers", "delete", "Bone", cover["id"], "--yes")
    assert told.out == "Deleted an image of Bone.\n"
    assert covers("Bone") == []


def test_delete_as_json_says_what_is_gone(codex, shelves, red, covers):
    codex("covers", "set", "Bone", red)
    (cover,) = covers("Bone")

    told = codex("covers", "delete", "Bone", cover["id"], "--yes", "--json").json

    assert (told["id"], told["deleted"]) == (cover["id"], True)
