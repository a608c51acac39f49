from __future__ import annotations

JPEG, PNG, WEBP = b"\xff\xd8\xff", b"\x89PNG", b"RIFF"


def test_list_has_a_line_for_each_page(codex, shelves):
    lines = codex("pages", "list", "Bone 02").out.splitlines()

    assert lines[0].split() == ["PAGE", "NAME", "FORMAT", "WIDTH", "HEIGHT", "SIZE"]
    assert lines[1].split()[:5] == ["1", "001.jpg", "jpeg", "60", "90"]
    assert len(lines) == 5


def test_list_as_json_is_the_envelope(codex, shelves):
    assert codex("pages", "list", "Bone 02", "--json").json["total"] == 4


def test_list_of_an_unreadable_book_says_so(codex, damaged):
    codex("scan", damaged.parents[1])

    assert "could not be read" in codex("pages", "list", "Bone 03").out


def test_get_writes_the_stored_bytes_down_a_pipe(codex, shelves):
    ended = codex("pages", "get", "Bone 02", "1")

    assert ended.data.startswith(JPEG)
    assert ended.data.endswith(b"2:1")


def test_get_resizes_and_converts_into_a_file(codex, shelves, tmp_path):
    target = tmp_path / "page.webp"

    ended = codex(
        *("pages", "get", "Bone 02", "2", "-o", target),
        *("--width", "30", "--format", "webp", "--json"),
    )

    assert target.read_bytes().startswith(WEBP)
    assert (ended.json["width"], ended.json["height"]) == (30, 45)
    assert ended.json["path"] == str(target)


def test_get_into_a_file_says_what_it_wrote(codex, shelves, tmp_path):
    ended = codex("pages", "get", "Bone 02", "1", "-o", tmp_path / "page.jpg")

    assert ended.out == ""
    assert "page.jpg: jpeg, 60 x 90, " in ended.err


def test_get_with_json_needs_a_file(codex, shelves):
    assert codex("pages", "get", "Bone 02", "1", "--json").code == 2


def test_a_page_that_is_not_there_is_not_found(codex, shelves):
    assert codex("pages", "get", "Bone 02", "5").code == 4


def test_a_folder_that_cannot_be_written_is_one_line(codex, shelves, tmp_path):
    ended = codex("pages", "get", "Bone 02", "1", "-o", tmp_path / "no" / "page.jpg")

    assert ended.code == 1
    assert ended.err.startswith("codex: No such file or directory: ")
