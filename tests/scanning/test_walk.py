"""The walk: which files it finds, in which order, and what it passes over."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codex_lib.catalog.paths import disk_path, stored_path
from codex_lib.scanning.walk import FileFact, Walk, WalkRules, excluding

FOLDERS = frozenset({"cbz", "folder"})


def paths(root, **options):
    under = options.pop("under", "")
    return [f.path for f in Walk().files(str(root), WalkRules(**options), under=under)]


@pytest.fixture
def touch(tmp_path):
    """Return a function that makes empty files below the test's folder."""

    def make(*names):
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        return tmp_path

    return make


def test_walk_gives_size_and_time_of_each_book(tmp_path):
    book = tmp_path / "Bone" / "01.cbz"
    book.parent.mkdir()
    book.write_bytes(b"twelve bytes")
    os.utime(book, ns=(1, 1_700_000_000_123_456_789))

    facts = list(Walk().files(str(tmp_path), WalkRules()))

    assert facts == [FileFact("Bone/01.cbz", 12, 1_700_000_000_123_456_789, None)]


@pytest.mark.parametrize(
    "name",
    [
        *("a.cbz", "a.CBZ", "a.zip", "a.cbr", "a.rar", "a.cb7", "a.7z", "a.cbt"),
        *("a.tar", "a.epub", "a.pdf", "a.b.c.cbz", " .cbz", "é.cbz", "…pdf.PdF"),
    ],
)
def test_files_with_the_suffix_of_a_book_are_found(touch, name):
    assert paths(touch(name)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        *("a.cbz.part", "a.txt", "a", "cbz", "pdf", "a.cbz~", "a.jpg", "a."),
        *(".cbz", ".a.cbz", ".hidden/a.cbz", "b/.hidden/a.cbz", "@eaDir/a.cbz"),
        *("b/#recycle/a.cbz", "$RECYCLE.BIN/a.cbz", "System Volume Information/a.cbz"),
        *("lost+found/a.cbz", "__MACOSX/a.cbz", "@Recycle/a.cbz", "@tmp/a.cbz"),
    ],
)
def test_other_files_hidden_ones_and_junk_are_passed_over(touch, name):
    assert paths(touch(name)) == []


def test_folders_named_like_books_are_folders(touch):
    assert paths(touch("a.cbz/b.cbz")) == ["a.cbz/b.cbz"]


def test_symbolic_links_pipes_and_loops_are_not_followed(touch):
    root = touch("real/a.cbz")
    (root / "link.cbz").symlink_to(root / "real" / "a.cbz")
    (root / "folder").symlink_to(root / "real")
    (root / "real" / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.cbz")

    assert paths(root) == ["real/a.cbz"]


def test_allowed_formats_limit_what_is_found(touch):
    root = touch("a.cbz", "b.zip", "c.pdf", "d.epub", "e.cbr")

    assert paths(root, formats=frozenset({"cbz", "pdf"})) == ["a.cbz", "b.zip", "c.pdf"]


def test_later_volumes_of_an_archive_are_no_books_beside_the_first(touch):
    root = touch("a.part1.rar", "a.part2.rar", "a.part10.rar", "b.part2.rar")

    assert paths(root) == ["a.part1.rar", "a.part10.rar", "b.part2.rar"]


def test_a_walk_can_begin_at_a_folder_below_the_root(touch):
    root = touch("a/1.cbz", "a/b/2.cbz", "c/3.cbz")

    assert paths(root, under="a/b") == ["a/b/2.cbz"]
    assert paths(root, under="a") == ["a/1.cbz", "a/b/2.cbz"]


def test_a_starting_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        paths(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        paths(tmp_path, under="gone")


def test_a_root_that_is_a_file_is_an_error(touch):
    with pytest.raises(NotADirectoryError):
        paths(touch("a.cbz") / "a.cbz")


# Characters that sort before, at and after "/", and those that SQLite and Python
# could order differently: beyond the BMP, private, combining.
_LETTERS = st.sampled_from(" !-.09Aaz~é\u0301日\uf780\uffff\U0001f600")
_BYTES = st.sampled_from([b"\x80", b"\xff", b"caf\xe9", b" ", b".", b"-", b"a", b"0"])
_NAMES = st.one_of(
    st.text(_LETTERS, min_size=1, max_size=6).map(os.fsencode),
    st.lists(_BYTES, min_size=1, max_size=4).map(b"".join),
).filter(lambda name: not name.startswith(b"."))
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map(b"/".join)


@settings(max_examples=60)
@given(st.sets(_PATHS, max_size=12), st.sets(_PATHS, max_size=6))
def test_the_order_of_a_walk_is_sqlites_order_of_the_paths(files, image_folders):
    with TemporaryDirectory() as folder:
        root = os.fsencode(folder)
        for path in files:
            _write(root + b"/" + path + b".cbz")
        for path in image_folders:
            _write(root + b"/" + path + b"/1.jpg")

        found = paths(folder, formats=FOLDERS)

        db = sqlite3.connect(":memory:")
        db.execute("CREATE TABLE books (path TEXT) STRICT")
        db.executemany("INSERT INTO books VALUES (?)", [(path,) for path in found])
        ordered = db.execute("SELECT path FROM books ORDER BY path").fetchall()
        db.close()
        assert found == [path for (path,) in ordered]
        assert len(set(found)) == len(found)
        for path in found:
            assert Path(disk_path(folder, path)).exists()
        names = {stored_path(os.fsdecode(path + b".cbz")) for path in files}
        assert names <= set(found)


def _write(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
    with open(path, "wb"):  # noqa: PTH123 - bytes
        pass


def test_names_that_are_no_utf8_are_found_and_can_be_opened(tmp_path):
    _write(os.fsencode(tmp_path) + b"/caf\xe9/b\xff.cbz")

    (path,) = paths(tmp_path)

    path.encode()
    assert Path(disk_path(str(tmp_path), path)).is_file()


def test_a_folder_of_images_is_a_book_where_the_library_allows_it(touch):
    root = touch("A/1.jpg", "A/2.png", "A/notes.txt", "B/1.jpg", "B/c.cbz")

    assert paths(root) == ["B/c.cbz"]
    assert paths(root, formats=FOLDERS) == ["A", "B/c.cbz"]


def test_images_beside_folders_or_right_in_the_root_are_no_book(touch):
    root = touch("cover.jpg", "A/cover.jpg", "A/One/1.jpg")

    assert paths(root, formats=FOLDERS) == ["A/One"]
    assert paths(root / "A" / "One", formats=FOLDERS) == []


def test_a_folder_of_images_stands_in_the_order_of_its_own_path(touch):
    """The folder "A" as a book comes before "A 2.cbz", its content would come after."""
    root = touch("A/1.jpg", "A 2.cbz", "A-b/1.jpg", "A-c/d.cbz", "A0/1.jpg")

    assert paths(root, formats=FOLDERS) == ["A", "A 2.cbz", "A-b", "A-c/d.cbz", "A0"]


def test_a_folder_of_images_has_the_size_of_all_and_the_newest_time(touch):
    root = touch("A/1.jpg", "A/2.jpg")
    (root / "A" / "1.jpg").write_bytes(b"12345")
    (root / "A" / "2.jpg").write_bytes(b"1")
    os.utime(root / "A" / "1.jpg", ns=(9, 9_000))
    os.utime(root / "A" / "2.jpg", ns=(5, 5_000))
    os.utime(root / "A", ns=(7, 7_000))

    (fact,) = Walk().files(str(root), WalkRules(FOLDERS))

    assert fact == FileFact("A", 6, 9_000)
    os.utime(root / "A", ns=(7, 11_000))
    assert next(Walk().files(str(root), WalkRules(FOLDERS))).mtime_ns == 11_000


def test_sidecars_are_noted_only_where_they_are_read(touch):
    root = touch("A/metadata.opf", "A/a.epub", "B/b.epub")
    os.utime(root / "A" / "metadata.opf", ns=(3, 3_000))

    without = list(Walk().files(str(root), WalkRules()))
    with_them = list(Walk().files(str(root), WalkRules(sidecars=True)))

    assert [fact.sidecar_mtime_ns for fact in without] == [None, None]
    assert [fact.sidecar_mtime_ns for fact in with_them] == [3_000, None]


def test_a_sidecar_that_is_no_plain_file_is_none(touch):
    root = touch("A/a.epub", "B/b.epub")
    os.mkfifo(root / "A" / "metadata.opf")
    (root / "B" / "metadata.opf").symlink_to("/dev/zero")

    facts = list(Walk().files(str(root), WalkRules(sidecars=True)))

    assert [fact.sidecar_mtime_ns for fact in facts] == [None, None]


def test_a_walk_tells_which_top_folders_hold_something(touch):
    root = touch("A/1.cbz", "B/C/1.cbz", "D/.hidden", "e.cbz")
    (root / "F").mkdir()
    walk = Walk()

    list(walk.files(str(root), WalkRules()))

    assert {"A", "B"} == walk.top_folders - {""}
    assert not walk.is_empty
    assert walk.unreadable == []


def test_a_root_without_books_and_folders_is_empty(touch):
    walk = Walk()

    list(walk.files(str(touch("notes.txt", ".hidden/a.cbz")), WalkRules()))

    assert walk.is_empty


def test_a_folder_that_vanishes_during_the_walk_is_reported(touch):
    root = touch("a.cbz", "b/1.cbz", "c/1.cbz")
    walk = Walk()
    facts = walk.files(str(root), WalkRules())
    next(facts)
    (root / "b" / "1.cbz").unlink()
    (root / "b").rmdir()

    assert [fact.path for fact in facts] == ["c/1.cbz"]
    assert walk.unreadable == [("b", "no such file or directory")]


def test_a_folder_that_becomes_a_file_during_the_walk_is_reported(touch):
    root = touch("a.cbz", "b/1.cbz")
    walk = Walk()
    facts = walk.files(str(root), WalkRules())
    next(facts)
    (root / "b").rename(root / "x")
    (root / "b").touch()

    assert list(facts) == []
    assert walk.unreadable == [("b", "not a directory")]


def test_a_file_that_vanishes_during_the_walk_is_reported(touch):
    root = touch("a.cbz", "b/1.cbz", "c.cbz", "d.cbz")
    walk = Walk()
    facts = walk.files(str(root), WalkRules())
    next(facts)
    (root / "c.cbz").unlink()

    assert [fact.path for fact in facts] == ["b/1.cbz", "d.cbz"]
    assert walk.unreadable == [("c.cbz", "no such file or directory")]


def test_folders_nested_too_deep_are_reported_and_the_rest_is_found(tmp_path):
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("a", dir_fd=folder)
        below = os.open("a", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    (tmp_path / "a" / "1.cbz").touch()
    (tmp_path / "b.cbz").touch()
    walk = Walk()

    facts = list(walk.files(str(tmp_path), WalkRules()))

    assert [fact.path for fact in facts] == ["a/1.cbz", "b.cbz"]
    ((path, reason),) = walk.unreadable
    assert path.startswith("a/a/a/")
    assert "nested" in reason


def after(calls, act):
    """Return rules whose test of names, asked for the n-th time, does something."""
    rules, asked = WalkRules(FOLDERS), []

    def excluded(path):
        asked.append(path)
        if len(asked) == calls:
            act()
        return False

    rules.excluded = excluded
    return rules


def test_a_page_that_cannot_be_looked_at_spares_its_folder(touch):
    root, walk = touch("A/1.jpg", "A/2.jpg", "b.cbz"), Walk()
    rules = after(6, (root / "A" / "1.jpg").unlink)  # 2 names, then twice the pages

    facts = list(walk.files(str(root), rules))

    assert [fact.path for fact in facts] == ["b.cbz"]
    assert walk.unreadable == [("A", "no such file or directory")]


def test_a_folder_that_vanishes_before_it_is_known_as_a_book_is_reported(touch):
    root, walk = touch("A/B/1.jpg", "b.cbz"), Walk()
    rules = after(2, lambda: rmtree(root / "A"))

    facts = list(walk.files(str(root), rules))

    assert [fact.path for fact in facts] == ["b.cbz"]
    assert walk.unreadable == [("A", "no such file or directory")]


@pytest.mark.parametrize(
    ("patterns", "path", "is_excluded"),
    [
        ("*.pdf", "a.pdf", True),
        ("*.pdf", "x/y/a.PDF", True),
        ("*.pdf", "a.pdfx", False),
        ("Extras", "a/Extras", True),
        ("Extras", "a/Extras2", False),
        ("Extras/", "Extras", True),
        ("/Extras", "Extras", True),
        ("/Extras", "a/Extras", False),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/d/c", False),
        ("a/**/c", "a/b/d/c", True),
        ("a/**/c", "a/c", True),
        ("**/c", "c", True),
        ("a/**", "a/b/c", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("[a].cbz", "[a].cbz", True),
        ("[a].cbz", "a.cbz", False),
        ("# *.cbz\nb", "# x.cbz", False),
        ("\n *.cbr \n\n*.cbz\n", "x.cbz", True),
        ("a\nb", "b", True),
        ("*", "line\nbreak", True),
    ],
)
def test_excluded_patterns_are_globs(patterns, path, is_excluded):
    assert bool(excluding(patterns)(path)) is is_excluded


@pytest.mark.parametrize("patterns", [None, "", " \n\n", "# only a comment"])
def test_without_patterns_there_is_no_test(patterns):
    assert excluding(patterns) is None


def test_what_is_excluded_is_not_walked(touch):
    root = touch("a.cbz", "b/c.cbz", "b/d.pdf", "x/e.cbz")

    assert paths(root, excluded_patterns="*.pdf\nX") == ["a.cbz", "b/c.cbz"]
