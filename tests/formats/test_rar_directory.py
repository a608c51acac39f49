"""What lies where in RAR archives: kinds, volumes, damage."""

from __future__ import annotations

import random
import shutil
import struct
import zlib
from pathlib import Path

import pytest
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import rar_directory
from codex_lib.formats.rar_directory import list_rar

PAGES = {f"p{i}.jpg": bytes([i]) * 3000 for i in range(1, 5)}


def make_rar(path, kind="rar50", **options):
    builder = rars.RarBuilder(kind, **options)
    for name, data in PAGES.items():
        builder.add_bytes(data, name)
    builder.write(str(path))
    return str(path)


def make_volumes(folder, kind="rar50", pages=3, **options):
    """Write a book in parts of which no page fits into one; return their paths.

    rars writes volumes of RAR 2.9 and 4 for one page only.
    """
    builder = rars.RarBuilder(kind, volume_size=4000, **options)
    for i in range(1, pages + 1):
        builder.add_bytes(random.Random(i).randbytes(6000), f"p{i}.jpg")  # noqa: S311 - not for secrets
    builder.write_volumes(str(folder / "book.part1.rar"))
    return sorted(folder.iterdir(), key=lambda path: (path.suffix != ".rar", path))


@pytest.mark.parametrize("kind", ["rar15", "rar20", "rar29", "rar40", "rar50", "rar70"])
@pytest.mark.parametrize("solid", [True, False])
def test_every_kind_is_listed(tmp_path, kind, solid):
    path = make_rar(tmp_path / "book.cbr", kind, solid=solid)

    directory = list_rar(path)

    found = {entry.name: (entry.file_size, entry.crc) for entry in directory.entries}
    assert found == {name: (3000, zlib.crc32(data)) for name, data in PAGES.items()}
    assert (directory.is_solid, directory.warnings) == (solid, [])
    assert directory.generation == (5 if kind in ("rar50", "rar70") else 4)


def test_rar_1_4_is_listed_without_checksums(tmp_path):
    directory = list_rar(make_rar(tmp_path / "book.cbr", "rar14"))

    assert [entry.name for entry in directory.entries] == list(PAGES)
    assert {entry.crc for entry in directory.entries} == {None}
    assert all(entry.is_file and not entry.parts for entry in directory.entries)


def test_an_archive_behind_a_program_is_listed(tmp_path):
    path = make_rar(tmp_path / "book.cbr", store=True)
    data = b"MZ" + bytes(5000) + Path(path).read_bytes()
    Path(path).write_bytes(data)

    entry = list_rar(path).entries[0]

    start = entry.parts[0].data_offset
    assert data[start : start + entry.file_size] == PAGES["p1.jpg"]


@pytest.mark.parametrize("kind", ["rar29", "rar40", "rar50"])
def test_comments_do_not_hide_the_pages(tmp_path, kind):
    path = make_rar(tmp_path / "book.cbr", kind, comment=b"scanned by " * 100)

    assert [entry.name for entry in list_rar(path).entries] == list(PAGES)


def test_no_program_is_run_for_a_comment(tmp_path):
    """rarfile would look for one, and fail without it; rars would have to list."""
    path = make_rar(tmp_path / "book.cbr", "rar40", comment=b"scanned by " * 100)

    assert all(entry.parts for entry in list_rar(path).entries)


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
def test_encrypted_headers_are_told(tmp_path, kind):
    options = {"password": "secret", "encrypt_headers": True}
    path = make_rar(tmp_path / "book.cbr", kind, **options)

    with pytest.raises(UnreadableBookError, match="encrypted: needs a password"):
        list_rar(path)


def test_encrypted_headers_are_told_even_if_rarfile_cannot_find_them(tmp_path):
    options = {"password": "secret", "encrypt_headers": True}
    path = make_rar(tmp_path / "book.cbr", "rar40", **options)

    with pytest.raises(UnreadableBookError, match="encrypted: needs a password"):
        rar_directory._list_with_rars(path, "odd")


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
def test_encrypted_pages_are_marked(tmp_path, kind):
    path = make_rar(tmp_path / "book.cbr", kind, password="secret")

    assert all(entry.is_encrypted for entry in list_rar(path).entries)


def test_links_and_folders_are_no_files(tmp_path):
    builder = rars.RarBuilder("rar50")
    builder.add_bytes(b"page", "1.jpg")
    builder.add_directory("folder.jpg")
    builder.add_unix_symlink("link.jpg", "/etc/passwd")
    builder.write(str(tmp_path / "book.cbr"))

    entries = list_rar(str(tmp_path / "book.cbr")).entries

    assert {entry.name.rstrip("/"): entry.is_file for entry in entries} == {
        "1.jpg": True,
        "folder.jpg": False,
        "link.jpg": False,
    }


def test_links_are_known_when_rars_lists(tmp_path):
    builder = rars.RarBuilder("rar50")
    builder.add_bytes(b"page", "a/1.jpg")
    builder.add_unix_symlink("link.jpg", "/etc/passwd")
    builder.write(str(tmp_path / "book.cbr"))

    entries = rar_directory._list_with_rars(str(tmp_path / "book.cbr"), "odd").entries

    assert [(entry.name, entry.is_file) for entry in entries] == [
        ("a/1.jpg", True),
        ("link.jpg", False),
    ]


@pytest.mark.parametrize(("kind", "pages"), [("rar40", 1), ("rar50", 3)])
def test_an_entry_in_pieces_has_a_part_of_every_volume(tmp_path, kind, pages):
    volumes = make_volumes(tmp_path, kind, pages, store=True)

    directory = list_rar(str(volumes[0]))

    names = [entry.name for entry in directory.entries]
    assert names == ["p1.jpg", "p2.jpg", "p3.jpg"][:pages]
    for entry in directory.entries:
        assert sum(part.size for part in entry.parts) == entry.file_size
        assert len({part.volume for part in entry.parts}) == len(entry.parts) > 1


@pytest.mark.parametrize("pages", [1, 3])
def test_a_later_volume_says_which_part_it_is(tmp_path, pages):
    volumes = make_volumes(tmp_path, pages=pages)

    for number, volume in enumerate(volumes[1:], 2):
        with pytest.raises(UnreadableBookError) as caught:
            list_rar(str(volume))
        assert caught.value.reason == (
            f"part {number} of a multi-volume archive: the book is its first part"
        )


@pytest.mark.parametrize("kind", ["rar29", "rar40"])
def test_a_later_volume_without_a_number_is_still_no_book(tmp_path, kind):
    _, second, *_ = make_volumes(tmp_path, kind, 1)
    assert second.name == "book.part1.r00"

    with pytest.raises(UnreadableBookError, match="part 2 of a multi-volume archive"):
        list_rar(str(second))


def test_a_missing_volume_is_told_by_name(tmp_path):
    first, second, *_ = make_volumes(tmp_path)
    second.unlink()

    with pytest.raises(UnreadableBookError) as caught:
        list_rar(str(first))

    assert caught.value.path == str(first)
    assert caught.value.reason == f"a part is missing: {second.name}"


def test_volumes_that_never_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rar_directory, "_VOLUMES", 2)
    first, *others = make_volumes(tmp_path)
    assert len(others) > 2

    with pytest.raises(UnreadableBookError, match="a part is missing: "):
        list_rar(str(first))


@pytest.mark.parametrize("kind", ["rar20", "rar40", "rar50"])
def test_an_archive_cut_off_in_a_page_is_listed_with_a_warning(tmp_path, kind):
    path = make_rar(tmp_path / "book.cbr", kind, store=True)
    Path(path).write_bytes(Path(path).read_bytes()[:7000])

    directory = list_rar(path)

    assert [entry.name for entry in directory.entries] == ["p1.jpg", "p2.jpg", "p3.jpg"]
    assert directory.warnings == ["cut off: the end of the archive is missing"]


def test_an_archive_cut_off_between_pages_is_told_by_its_missing_end(tmp_path):
    path = make_rar(tmp_path / "book.cbr", "rar50", store=True)
    part = list_rar(path).entries[1].parts[0]
    Path(path).write_bytes(Path(path).read_bytes()[: part.data_offset + part.size])

    directory = list_rar(path)

    assert len(directory.entries) == 2
    assert directory.warnings == ["cut off: the end of the archive is missing"]


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
def test_a_damaged_header_ends_the_list_with_a_warning(tmp_path, kind):
    path = make_rar(tmp_path / "book.cbr", kind, store=True)
    data = bytearray(Path(path).read_bytes())
    data[list_rar(path).entries[2].parts[0].header_offset + 15] ^= 1
    Path(path).write_bytes(data)

    directory = list_rar(path)

    assert [entry.name for entry in directory.entries] == ["p1.jpg", "p2.jpg"]
    assert len(directory.warnings) == 1


@pytest.mark.parametrize("data", [b"", b"Rar!", b"Rar!\x1a\x07\x01\x00", bytes(5000)])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "book.cbr"
    path.write_bytes(data)

    with pytest.raises(UnreadableBookError, match="not a RAR archive or damaged"):
        list_rar(str(path))


def test_a_volume_that_only_rars_can_list_is_no_book(tmp_path):
    first, *_ = make_volumes(tmp_path)

    with pytest.raises(UnreadableBookError, match="damaged: odd"):
        rar_directory._list_with_rars(str(first), "odd")


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(UnreadableBookError, match="No such file"):
        list_rar(str(tmp_path / "gone.cbr"))


def test_more_headers_than_limits_allow_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rar_directory, "_BLOCKS", 3)
    path = make_rar(tmp_path / "book.cbr")

    with pytest.raises(UnreadableBookError, match="limit: more than 3 headers"):
        list_rar(path)


def test_an_old_version_of_an_entry_is_no_file(tmp_path):
    """RAR keeps earlier versions of a file when told to (switch -ver)."""
    path = make_rar(tmp_path / "book.cbr", "rar40", store=True)
    start = list_rar(path).entries[0].parts[0]
    data = bytearray(Path(path).read_bytes())
    end = start.header_offset + start.header_size
    (flags,) = struct.unpack_from("<H", data, start.header_offset + 3)
    struct.pack_into("<H", data, start.header_offset + 3, flags | 0x0800)
    crc = zlib.crc32(data[start.header_offset + 2 : end]) & 0xFFFF
    struct.pack_into("<H", data, start.header_offset, crc)
    Path(path).write_bytes(data)

    found = [entry.is_file for entry in list_rar(path).entries]

    assert found == [False, True, True, True]


def test_volumes_in_another_folder_are_found_beside_the_first(tmp_path):
    target = tmp_path / "odd [x]"
    target.mkdir()
    for volume in make_volumes(tmp_path):
        shutil.move(volume, target)

    first, *_ = sorted(target.iterdir())
    assert len(list_rar(str(first)).entries) == 3
