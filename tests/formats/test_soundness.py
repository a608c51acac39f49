from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import py7zr
import pytest
import rars

from codex_lib.formats import soundness
from codex_lib.formats.isolation import close_children
from codex_lib.formats.soundness import DEPTHS, find_problems, shortened


@pytest.fixture(scope="module", autouse=True)
def _children_end_with_the_module():
    yield
    close_children()


@pytest.fixture
def images(make_image):
    return {f"{i}.jpg": make_image(60 + i, 90) for i in range(3)}


def write_zip(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def write_rar(path, entries):
    builder = rars.RarBuilder("rar50")
    for name, data in entries.items():
        builder.add_bytes(data, name)
    builder.write(str(path))


def write_seven(path, entries):
    with py7zr.SevenZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(data, name)


def write_tar(path, entries):
    folder = path.parent / "entries"
    write_folder(folder, entries)
    with tarfile.open(path, "w") as archive:
        for name in entries:
            archive.add(folder / name, name)


def write_folder(path, entries):
    path.mkdir()
    for name, data in entries.items():
        (path / name).write_bytes(data)


WRITERS = {
    "book.cbz": write_zip,
    "book.cbr": write_rar,
    "book.cb7": write_seven,
    "book.cbt": write_tar,
    "book": write_folder,
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_sound_book_of_any_format_has_no_problem(tmp_path, images, name, depth):
    path = tmp_path / name
    WRITERS[name](path, images)

    assert find_problems(str(path), depth=depth) == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_page_that_is_cut_off_is_found_in_any_format(tmp_path, images, name):
    path = tmp_path / name
    images["1.jpg"] = images["1.jpg"][:-100]
    WRITERS[name](path, images)

    assert find_problems(str(path)) == ["'1.jpg' is cut off"]
    assert find_problems(str(path), depth="directory") == []


def test_a_pdf_and_an_epub_are_looked_at(make_pdf, make_epub, make_image):
    pdf = make_pdf([{"image": make_image()}])

    assert find_problems(pdf, depth="images") == []
    assert find_problems(make_epub(), depth="images") == []


def test_a_document_that_the_epub_lacks_is_told(make_epub):
    path = make_epub({"a.xhtml": "<p>text</p>", "b.xhtml": None})

    assert find_problems(path) == ["1 of its documents are not in the archive"]


def test_a_book_that_cannot_be_read_is_a_problem(tmp_path):
    path = tmp_path / "book.cbz"
    path.write_bytes(b"PK\x03\x04 and nothing")

    assert find_problems(str(path)) == ["cut off: the archive's end is missing"]
    assert find_problems(str(tmp_path / "none.cbz")) == ["No such file or directory"]


def test_a_directory_that_is_lost_is_told_at_any_depth(tmp_path, images):
    path = tmp_path / "book.cbz"
    write_zip(path, images)
    path.write_bytes(path.read_bytes()[:-60])

    for depth in DEPTHS:
        (problem,) = find_problems(str(path), depth=depth)
        assert problem.startswith("the archive's directory is lost")


def test_metadata_that_says_nonsense_is_no_damage(tmp_path, images):
    path = tmp_path / "book.cbz"
    write_zip(path, images | {"ComicInfo.xml": b"<ComicInfo><Title>"})

    assert find_problems(str(path)) == []


def test_of_many_problems_the_first_are_told():
    assert shortened(["a"]) == ["a"]
    assert shortened([str(i) for i in range(30)])[-2:] == ["19", "and 10 more"]


@pytest.mark.parametrize("name", ["book.cbz", "book.cbr"])
def test_it_stops_when_it_is_told_to(tmp_path, images, name):
    path = tmp_path / name
    images["1.jpg"] = b"<html>"
    WRITERS[name](path, images)

    assert find_problems(str(path), should_stop=lambda: True) is None
    assert find_problems(str(path), should_stop=lambda: False) != []


def test_nonsense_from_the_child_is_a_problem(tmp_path, images, monkeypatch):
    path = tmp_path / "book.cbr"
    write_rar(path, images)
    monkeypatch.setattr(soundness, "isolated", lambda *_, **__: ({"problems": 7}, b""))

    assert find_problems(str(path)) == ["the reader crashed on it"]


def test_a_page_of_a_folder_that_changes_meanwhile_is_told(tmp_path, images):
    path = Path(tmp_path / "book")
    write_folder(path, images)

    def stop():
        (path / "1.jpg").write_bytes(b"other")
        return False

    assert find_problems(str(path), should_stop=stop) == [
        "'1.jpg' has changed since the scan"
    ]


def test_a_file_that_vanishes_meanwhile_is_a_problem(tmp_path, images, monkeypatch):
    path = tmp_path / "book.cbr"
    write_rar(path, images)
    real = soundness.read_book

    def read_and_remove(*args, **options):
        facts = real(*args, **options)
        path.unlink()
        return facts

    monkeypatch.setattr(soundness, "read_book", read_and_remove)

    assert find_problems(str(path)) == ["No such file or directory"]
