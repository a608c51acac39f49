"""The bytes of RAR entries: excerpts, pieces, checksums."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest
import rars

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import rar_data
from codex_lib.formats.rar_data import excerpt, read_entries, read_entry, read_head
from codex_lib.formats.rar_directory import list_rar

KINDS = ["rar14", "rar15", "rar20", "rar29", "rar40", "rar50", "rar70"]
NAMES = [f"p{i}.jpg" for i in range(1, 5)]


def page(number):
    """Return bytes of which one half can be compressed."""
    return random.Random(number).randbytes(2000) + b"same " * 400  # noqa: S311 - not for secrets


@pytest.fixture
def rar(tmp_path):
    def make(kind="rar50", **options):
        builder = rars.RarBuilder(kind, **options)
        for number, name in enumerate(NAMES, 1):
            builder.add_bytes(page(number), name)
        path = tmp_path / "book.cbr"
        builder.write(str(path))
        return str(path)

    return make


@pytest.fixture
def volumes(tmp_path):
    def make(kind="rar50", names=NAMES, **options):
        builder = rars.RarBuilder(kind, volume_size=1500, **options)
        for number, name in enumerate(names, 1):
            builder.add_bytes(page(number), name)
        builder.write_volumes(str(tmp_path / "book.part1.rar"))
        first, *others = sorted(tmp_path.glob("*.rar"))
        assert others or list(tmp_path.glob("*.r00"))
        return str(first)

    return make


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{"store": True}, {}, {"solid": True}])
def test_every_kind_gives_every_page(rar, kind, options):
    directory = list_rar(rar(kind, **options))

    found = [read_entry(directory, entry) for entry in directory.entries]

    assert found == [page(number) for number in range(1, 5)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("solid", [True, False])
def test_several_pages_come_in_the_order_asked_for(rar, kind, solid):
    directory = list_rar(rar(kind, solid=solid))
    wanted = [directory.entries[3], directory.entries[1]]

    assert read_entries(directory, wanted) == [page(4), page(2)]


@pytest.mark.parametrize("options", [{"store": True}, {}, {"solid": True}])
def test_pages_in_pieces_are_joined(volumes, options):
    directory = list_rar(volumes(**options))

    found = [read_entry(directory, entry) for entry in directory.entries]

    assert found == [page(number) for number in range(1, 5)]


@pytest.mark.parametrize("kind", ["rar29", "rar40"])
@pytest.mark.parametrize("store", [True, False])
def test_a_page_in_pieces_of_rar_4_is_joined(volumes, kind, store):
    directory = list_rar(volumes(kind, NAMES[:1], store=store))

    assert len(directory.entries[0].parts) > 1
    assert read_entry(directory, directory.entries[0]) == page(1)


def test_a_page_costs_reading_that_page_only(rar):
    directory = list_rar(rar())

    small = excerpt(directory, directory.entries[2:3])

    assert len(small) < 3000 < Path(directory.path).stat().st_size
    assert rars.RarFile.from_bytes(small).namelist() == ["p3.jpg"]


def test_the_size_of_a_large_piece_of_rar_4_is_in_two_fields():
    """Above 4 GiB the upper half of the size stands behind the attributes."""
    header = struct.pack("<HBHHIIBIIBBHIII", 0, 0x74, 0x103, 40, *[0] * 11)

    changed = rar_data._resized_rar4(header, 5 * 2**32 + 7)

    assert struct.unpack_from("<H", changed, 3) == (0x100,)
    assert struct.unpack_from("<I", changed, 7) == (7,)
    assert struct.unpack_from("<I", changed, 32) == (5,)
    assert struct.unpack_from("<H", changed) == (zlib.crc32(changed[2:]) & 0xFFFF,)


def test_a_head_is_only_the_first_bytes(rar, volumes):
    whole = list_rar(rar(store=True)).entries[0]
    in_pieces = list_rar(volumes(store=True)).entries[0]

    assert read_head(whole, 100) == page(1)[:100]
    assert read_head(whole, 10**6) == page(1)
    assert page(1).startswith(read_head(in_pieces, 10**6))


@pytest.mark.parametrize("kind", ["rar40", "rar50"])
@pytest.mark.parametrize("options", [{"store": True}, {}])
def test_a_damaged_page_is_an_error_and_the_others_are_not(rar, kind, options):
    path = rar(kind, **options)
    directory = list_rar(path)
    data = bytearray(Path(path).read_bytes())
    data[directory.entries[1].parts[0].data_offset + 500] ^= 0xFF
    Path(path).write_bytes(data)

    with pytest.raises(UnreadableBookError, match=r"'p2\.jpg' is damaged or cut off"):
        read_entry(directory, directory.entries[1])

    assert read_entry(directory, directory.entries[2]) == page(3)


@pytest.mark.parametrize("options", [{"store": True}, {}])
def test_a_page_that_is_cut_off_is_an_error(rar, options):
    path = rar(**options)
    directory = list_rar(path)
    cut = directory.entries[3].parts[0].data_offset + 100
    Path(path).write_bytes(Path(path).read_bytes()[:cut])

    with pytest.raises(UnreadableBookError, match=r"'p4\.jpg' is damaged or cut off"):
        read_entry(directory, directory.entries[3])


def test_a_part_that_lies_behind_the_end_takes_no_memory(rar):
    directory = list_rar(rar(store=True))
    entry = directory.entries[0]
    lie = entry._replace(parts=(entry.parts[0]._replace(size=2**62),))

    with pytest.raises(UnreadableBookError, match="damaged or cut off"):
        read_entry(directory, lie)


def test_a_stored_page_of_another_size_than_declared_is_an_error(rar):
    directory = list_rar(rar(store=True))
    lie = directory.entries[0]._replace(file_size=5, crc=None)

    with pytest.raises(UnreadableBookError, match="damaged or cut off"):
        read_entry(directory, lie)


def test_a_checksum_that_the_decoder_did_not_know_is_checked(rar):
    directory = list_rar(rar())
    lie = directory.entries[0]._replace(crc=1)

    with pytest.raises(UnreadableBookError, match="damaged or cut off"):
        read_entry(directory, lie)


def test_an_encrypted_page_needs_a_password(rar):
    directory = list_rar(rar(password="secret"))

    with pytest.raises(UnreadableBookError, match="encrypted: needs a password"):
        read_entry(directory, directory.entries[0])


def test_a_dictionary_beyond_the_limit_is_refused(rar):
    """RAR 7 can ask for 64 GB; the field is four bits of the header."""
    path = rar("rar50")
    data = bytearray(Path(path).read_bytes())
    part = list_rar(path).entries[0].parts[0]
    start, end = part.header_offset, part.header_offset + part.header_size
    at = data.index(b"\x80\x03", start, end)  # method 3, dictionary of 128 KiB
    data[at : at + 2] = bytes((0x80, 0x03 | 15 << 3))  # 128 KiB << 15 = 4 GiB
    data[start : start + 4] = struct.pack("<I", zlib.crc32(data[start + 4 : end]))
    Path(path).write_bytes(data)
    directory = list_rar(path)

    with pytest.raises(UnreadableBookError, match="needs too much memory"):
        read_entry(directory, directory.entries[0])


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32, 2**63 - 1])
def test_numbers_of_rar_5_are_written_as_they_are_read(number):
    assert rar_data._number(b"x" + rar_data._vint(number), 1) == (
        number,
        1 + len(rar_data._vint(number)),
    )


@pytest.mark.parametrize("extra", [b"", b"\x04"])
def test_a_header_of_rar_5_gets_its_new_size_with_extra_fields_or_without(extra):
    flags = 0x18 | 0x02 | len(extra)  # in pieces, with data
    fields = b"\x02" + bytes([flags]) + extra + rar_data._vint(300) + b"the rest"
    header = b"crc!" + bytes([len(fields)]) + fields

    changed = rar_data._resized_rar5(header, 70_000)

    body = b"\x02" + bytes([0x02 | len(extra)]) + extra
    body += rar_data._vint(70_000) + b"the rest"
    assert changed == rar_data._rar5_block(body)
