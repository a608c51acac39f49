import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codex_lib.catalog.paths import disk_path, stored_path

# File names: any bytes but these two.
NAMES = st.binary(min_size=1).filter(lambda name: not {0, ord("/")} & set(name))


@given(name=NAMES)
@example(name=b"caf\xe9.cbz")
@example(name="café.cbz".encode())
@example(name="\uf7e9 private".encode())
@example(name="\uf7e9".encode() + b"\xe9")
@example(name=b"\xef\x9f")
def test_any_name_comes_back_as_the_same_bytes(name):
    path = os.fsdecode(name)

    stored = stored_path(path)

    assert os.fsencode(disk_path("/root", stored)) == b"/root/" + name
    assert stored.encode().decode() == stored


@given(names=st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_two_names_are_never_stored_as_one(names):
    one, other = (stored_path(os.fsdecode(name)) for name in names)

    assert one != other


@pytest.mark.parametrize("path", ["plain", "café/ワンピース 01.cbz", "e\u0301", "🎈"])
def test_unicode_is_stored_as_it_is(path):
    assert stored_path(path) == path
    assert disk_path("/root", path) == f"/root/{path}"


def test_bytes_that_are_no_utf8_are_stored_one_character_each():
    assert stored_path(os.fsdecode(b"caf\xe9\x80")) == "caf\uf7e9\uf780"


def test_a_root_may_hold_such_bytes_too():
    root = stored_path(os.fsdecode(b"/caf\xe9"))

    assert os.fsencode(disk_path(root, "a/b.cbz")) == b"/caf\xe9/a/b.cbz"
    assert os.fsencode(disk_path(root, "")) == b"/caf\xe9"


def test_a_file_of_such_a_name_can_be_opened(tmp_path):
    name = os.fsdecode(b"caf\xe9.cbz")
    (tmp_path / name).write_bytes(b"pages")

    path = disk_path(stored_path(str(tmp_path)), stored_path(name))

    assert Path(path).read_bytes() == b"pages"
