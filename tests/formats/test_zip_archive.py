"""The ZIP reader: equal to zipfile where that can read, and never fooled."""

from __future__ import annotations

import bz2
import errno
import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inflate64 import Deflater

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.zip_archive import Entry, open_file, open_zip
from codex_lib.formats.zip_names import decode_name, label

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
METHODS = (STORED, DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
DEFLATE64 = 9


class Part(NamedTuple):
    """An entry with everything about it that a header can lie about."""

    name: bytes = b"1.jpg"
    data: bytes = b"data"  # as stored
    method: int = 0
    flags: int = 0
    crc: int | None = None
    file_size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    attributes: int = 0
    extra: bytes = b""


def build(*parts, comment=b"", prefix=b"", count=None, start=None, length=None):
    """Return a ZIP archive of these parts; numbers given stand for the right ones."""
    body, directory = bytearray(prefix), bytearray()
    for part in parts:
        crc = zlib.crc32(part.data) if part.crc is None else part.crc
        size = len(part.data) if part.file_size is None else part.file_size
        packed = len(part.data) if part.packed_size is None else part.packed_size
        offset = len(body) - len(prefix) if part.offset is None else part.offset
        common = (20, part.flags, part.method, 0, 0, crc, packed, size, len(part.name))
        body += struct.pack("<4s5H3L2H", b"PK\3\4", *common, 0) + part.name + part.data
        directory += struct.pack(
            *("<4s6H3L5H2L", b"PK\1\2", 0x31E, *common, len(part.extra)),
            *(0, 0, 0, part.attributes, offset),
        )
        directory += part.name + part.extra
    end = struct.pack(
        *("<4s4H2LH", b"PK\5\6", 0, 0),
        *((len(parts) if count is None else count,) * 2),
        len(directory) if length is None else length,
        len(body) - len(prefix) if start is None else start,
        len(comment),
    )
    return bytes(body + directory + end + comment)


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens the archive of some bytes."""
    archives = []

    def run(data):
        path = tmp_path / "a.cbz"
        path.write_bytes(data)
        archives.append(open_zip(str(path)))
        return archives[-1]

    yield run
    for archive in archives:
        archive.close()


@pytest.fixture
def refused(tmp_path):
    """Return a function that gives the reason why some bytes are no archive."""

    def run(data):
        path = tmp_path / "a.cbz"
        path.write_bytes(data)
        with pytest.raises(UnreadableBookError) as caught:
            open_zip(str(path))
        return caught.value.reason

    return run


def reason(archive, entry):
    with pytest.raises(UnreadableBookError) as caught:
        archive.read(entry)
    return caught.value.reason


def deflate(data, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


# A name that begins with NUL cannot be written by zipfile.
_LETTERS = st.characters(exclude_categories=["Cs"])
_NAMES = st.text(_LETTERS, min_size=1, max_size=20).filter(lambda name: name[0] > "\0")
_FILES = st.fixed_dictionaries(
    {
        "data": st.one_of(
            st.binary(max_size=300),
            st.binary(min_size=1, max_size=8).map(lambda text: text * 900),
        ),
        "method": st.sampled_from(METHODS),
        "zip64": st.booleans(),
        "streamed": st.booleans(),
    }
)


def _written(files, comment, prefix):
    """Return what zipfile writes, behind some bytes that are no archive."""

    class Pipe(io.RawIOBase):
        """A file that cannot seek, so that sizes stand behind the data."""

        def __init__(self):
            self.data = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.data += data
            return len(data)

    pipe = Pipe()
    is_streamed = any(file["streamed"] for file in files.values())
    target = pipe if is_streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, file in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = file["method"]
            with archive.open(info, "w", force_zip64=file["zip64"]) as stream:
                stream.write(file["data"])
        archive.comment = comment
    return prefix + bytes(pipe.data if is_streamed else target.getvalue())


@settings(max_examples=150)
@given(
    st.dictionaries(_NAMES, _FILES, max_size=5),
    st.binary(max_size=40).filter(lambda comment: b"PK" not in comment),
    st.binary(max_size=30),
    st.integers(0, 2000),
)
def test_archives_are_read_as_zipfile_reads_them(files, comment, prefix, size):
    with NamedTemporaryFile(suffix=".cbz") as file:
        file.write(_written(files, comment, prefix))
        file.flush()
        with zipfile.ZipFile(file.name) as theirs:
            infos = [i for i in theirs.infolist() if i.orig_filename[-1] != "/"]
            expected = [
                (label(i.orig_filename), i.CRC, i.file_size, i.header_offset)
                for i in infos
            ]
            data = [theirs.read(info) for info in infos]

        with open_zip(file.name) as ours:
            entries = ours.entries
            found = [(e.name, e.crc, e.file_size, e.offset) for e in entries]
            assert found == expected
            assert [ours.read(entry) for entry in entries] == data
            assert ours.warnings == []
            for entry, whole in zip(entries, data, strict=True):
                head = ours.head(entry, size)
                is_known = entry.method in (STORED, DEFLATED)
                assert head == (whole[:size] if is_known else b"")


@pytest.mark.parametrize(
    "options",
    [
        {"comment": b"PK\5\6" + b"x" * 18},
        {"comment": b"x" * 65535},
        {"comment": b"PK\5\6"},
        {"prefix": b"#!/bin/sh\n" * 600},
    ],
)
def test_comments_and_bytes_before_the_archive_do_not_confuse(opened, options):
    archive = opened(build(Part(data=b"one"), Part(b"2.jpg", b"two"), **options))

    assert [(e.name, archive.read(e)) for e in archive.entries] == [
        ("1.jpg", b"one"),
        ("2.jpg", b"two"),
    ]


def test_zeros_behind_the_archive_do_not_confuse(opened):
    archive = opened(build(Part(data=b"one")) + bytes(3000))

    assert [archive.read(entry) for entry in archive.entries] == [b"one"]


def test_a_directory_longer_than_the_tail_is_read(opened):
    parts = [Part(b"%03d-%s.jpg" % (i, b"x" * 200), b"%d" % i) for i in range(100)]

    archive = opened(build(*parts))

    assert [archive.read(e) for e in archive.entries] == [b"%d" % i for i in range(100)]


def test_folders_and_links_are_left_out(opened):
    archive = opened(
        build(
            Part(b"a/", b""),
            Part(b"link.jpg", b"/etc/passwd", attributes=0xA1FF0000),
            Part(b"a/1.jpg", attributes=0x81A40000),
        )
    )

    assert [entry.name for entry in archive.entries] == ["a/1.jpg"]


def test_folders_and_links_are_left_out_by_zipfile_too(opened):
    link = Part(b"link.jpg", b"/etc/passwd", attributes=0xA1FF0000)
    data = build(Part(b"a/", b""), link, Part(b"a/1.jpg")) + bytes(30)

    assert [entry.name for entry in opened(data).entries] == ["a/1.jpg"]


@pytest.mark.parametrize("tail", [b"", bytes(30)], ids=["own reader", "zipfile"])
@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        (b"plain.jpg", 0, "plain.jpg"),
        ("日本.jpg".encode(), 0x800, "日本.jpg"),
        ("日本.jpg".encode(), 0, "日本.jpg"),
        ("ページ.jpg".encode("cp932"), 0, "ページ.jpg"),
        ("é.jpg".encode("cp437"), 0, "é.jpg"),
        (b"a\\b\\1.jpg", 0, "a/b/1.jpg"),
        (b"1.jpg\0.exe", 0, "1.jpg"),
        (b"../../1.jpg", 0, "../../1.jpg"),
        (b"", 0, ""),
        (b"\0.jpg", 0, ""),
    ],
)
def test_names_are_labels_in_the_likeliest_encoding(opened, raw, flags, name, tail):
    archive = opened(build(Part(raw, b"x", flags=flags)) + tail)

    assert [entry.name for entry in archive.entries] == [name]
    assert archive.read(archive.find(name)) == b"x"


def test_a_name_that_breaks_its_promise_of_utf8_is_still_a_name(opened):
    archive = opened(build(Part(b"\xff.jpg", b"x", flags=0x800)))

    assert [entry.name for entry in archive.entries] == ["\ufffd.jpg"]
    assert opened(build(Part(b"\xff.jpg", b"x", flags=0x800)) + bytes(30)).entries


@given(st.binary(max_size=12), st.sampled_from([0, 0x800]))
def test_any_bytes_are_a_name(raw, flags):
    name = label(decode_name(raw, flags))

    assert "\\" not in name
    assert "\0" not in name
    name.encode()


def test_the_first_of_two_entries_of_a_name_is_found(opened):
    archive = opened(build(Part(data=b"one"), Part(data=b"two")))

    assert archive.read(archive.find("1.jpg")) == b"one"
    assert [archive.read(entry) for entry in archive.entries] == [b"one", b"two"]
    assert archive.find("3.jpg") is None


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_entries_that_share_a_name_are_told_apart_whatever_the_method(opened, method):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        archive.writestr("1.jpg", b"one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("1.jpg", b"two")

    found = opened(output.getvalue())

    assert [found.read(entry) for entry in found.entries] == [b"one", b"two"]


def test_deflate64_is_read(opened):
    data = os.urandom(70_000) + bytes(200_000)
    packer = Deflater()
    packed = packer.deflate(data) + packer.flush()
    part = Part(
        *(b"1.jpg", packed, DEFLATE64), crc=zlib.crc32(data), file_size=len(data)
    )

    archive = opened(build(part))

    assert archive.read(archive.entries[0]) == data
    assert archive.head(archive.entries[0], 10) == b""


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(crc=1), "'1.jpg' is damaged (its checksum is wrong)"),
        (Part(file_size=3), "'1.jpg' is damaged (its checksum is wrong)"),
        (Part(file_size=5), "'1.jpg' is damaged (its checksum is wrong)"),
        (Part(data=b"\xff\xff", method=8), "'1.jpg' is damaged (it does not inflate)"),
        (Part(data=deflate(b"x" * 99)[:-3], method=8, file_size=99), "is damaged"),
        (Part(data=deflate(b"x" * 99), method=8, file_size=98), "checksum is wrong"),
        (Part(data=b"\xff" * 9, method=9), "is damaged"),
        (Part(data=b"garbage", method=12), "'1.jpg' is damaged"),
        (Part(data=bz2.compress(b"x")[:-4], method=12, file_size=1), "is damaged"),
        (Part(data=bz2.compress(b"x"), method=12, file_size=1, crc=1), "is damaged"),
        (Part(data=b"", method=14, file_size=1), "is damaged"),
        (Part(data=b"\x09\x14\x05\x00", method=14, file_size=1), "is damaged"),
        (Part(data=b"\x09\x14\x04\x00]\0\0\1\0", method=14), "is damaged"),
        (Part(data=b"\x09\x14\x05\x00\xff\0\0\1\0garbage", method=14), "is damaged"),
        (Part(data=b"\x09\x14\x05\x00]\0\0\1\0garbage", method=14), "is damaged"),
        (Part(flags=1), "encrypted: needs a password"),
        (Part(method=97), "'1.jpg' is compressed with method 97 (WavPack)"),
        (Part(method=77), "'1.jpg' is compressed with method 77 (unknown)"),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(opened, part, expected):
    archive = opened(build(part, Part(b"2.jpg", b"good")))

    assert expected in reason(archive, archive.entries[0])
    assert archive.read(archive.entries[1]) == b"good"


@pytest.mark.parametrize(
    "part", [Part(flags=1), Part(method=12), Part(method=8, data=b"\xff\xff")]
)
def test_the_head_of_what_cannot_be_looked_at_is_empty(opened, part):
    archive = opened(build(part))

    assert archive.head(archive.entries[0], 100) == b""


def test_an_entry_that_is_not_where_it_should_be_is_damaged(opened):
    archive = opened(build(Part(offset=7)))

    assert "is not where the directory says" in reason(archive, archive.entries[0])
    assert archive.head(archive.entries[0], 10) == b""


def test_an_entry_beyond_the_end_of_the_file_is_damaged(tmp_path):
    path = tmp_path / "a.cbz"
    path.write_bytes(build(Part(data=b"x" * 2000)))
    with open_zip(str(path)) as archive:
        entry = archive.entries[0]
    path.write_bytes(path.read_bytes()[:900])

    with open_file(str(path)) as archive:
        assert "is cut off" in reason(archive, entry)
        assert archive.head(entry, 1500).startswith(b"x" * 100)
        far = entry._replace(offset=10**6)
        assert "is not where the directory says" in reason(archive, far)


def test_a_size_far_beyond_the_file_takes_no_memory(opened):
    archive = opened(build(Part(packed_size=0xFFFF_FFF0)))

    tracemalloc.start()
    assert "is cut off" in reason(archive, archive.entries[0])
    assert archive.head(archive.entries[0], 4) == b"data"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10 * 2**20


@pytest.mark.parametrize("offset", [2**63, 2**64 - 1, 2**40])
def test_an_offset_beyond_all_files_is_damage(opened, offset):
    extra = struct.pack("<2HQ", 1, 8, offset)
    part = Part(offset=0xFFFF_FFFF, extra=extra)

    archive = opened(build(part))

    assert "is not where the directory says" in reason(archive, archive.entries[0])
    assert archive.head(archive.entries[0], 9) == b""


def _bomb(method, data):
    """Return an entry that gives 64 MiB and declares 100 bytes."""
    return Part(data=data, method=method, file_size=100)


def _deflate64_bomb():
    packer = Deflater()
    return b"".join(packer.deflate(bytes(2**20)) for _ in range(64)) + packer.flush()


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda: _bomb(8, deflate(bytes(2**26))), id="deflate"),
        pytest.param(lambda: _bomb(9, _deflate64_bomb()), id="Deflate64"),
        pytest.param(lambda: _bomb(12, bz2.compress(bytes(2**26), 1)), id="bzip2"),
        pytest.param(lambda: _bomb(14, _lzma_bomb()), id="LZMA"),
    ],
)
def test_an_entry_that_gives_more_than_it_declares_takes_no_memory(opened, part):
    archive = opened(build(part()))

    tracemalloc.start()
    assert "is damaged" in reason(archive, archive.entries[0])
    assert len(archive.head(archive.entries[0], 2**25)) <= 100
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10 * 2**20


def _lzma_bomb():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x", bytes(2**26))
        info = archive.infolist()[0]
    start = 30 + 1
    return output.getvalue()[start : start + info.compress_size]


def test_an_entry_larger_than_the_caller_wants_is_not_read(opened):
    archive = opened(build(Part(data=b"12345")))

    with pytest.raises(UnreadableBookError, match="is larger than 4 bytes"):
        archive.read(archive.entries[0], 4)
    assert archive.read(archive.entries[0], 5) == b"12345"


def test_entries_that_overlap_are_refused(refused):
    packed = deflate(bytes(1000))
    whole = Part(data=packed, method=8, crc=zlib.crc32(bytes(1000)), file_size=1000)
    again = whole._replace(name=b"2.jpg", offset=0)

    assert refused(build(whole, again)) == "its entries overlap, as in a ZIP bomb"


def test_an_archive_that_expands_too_far_is_refused(refused):
    part = Part(data=b"x" * 100, file_size=limits.EXPANSION_FREE_BYTES + 1)

    assert refused(build(part)) == "limit: 100 bytes would expand to 16,777,217"


def test_a_large_entry_is_refused(refused):
    part = Part(file_size=limits.ENTRY_BYTES + 1)

    assert refused(build(part)) == "limit: '1.jpg' declares 536,870,913 bytes"


def test_many_large_entries_are_refused(refused):
    parts = [
        Part(
            b"%d.jpg" % i, file_size=limits.ENTRY_BYTES, packed_size=limits.ENTRY_BYTES
        )
        for i in range(65)
    ]

    assert refused(build(*parts)) == "limit: declares 34,896,609,280 bytes"


def test_too_many_entries_are_refused(refused, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 3)
    parts = [Part(b"%d.jpg" % i) for i in range(4)]

    assert refused(build(*parts)) == "limit: more than 3 entries"


def test_a_long_directory_is_refused_before_it_is_read(refused, monkeypatch):
    monkeypatch.setattr(limits, "DIRECTORY_BYTES", 2000)
    parts = [Part(b"%d.jpg" % i) for i in range(100)]

    assert refused(build(*parts)) == "limit: a directory of more than 2,000 bytes"
    assert refused(build(*parts) + bytes(9)) == (
        "limit: a directory of more than 2,000 bytes"
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty file"),
        (b"text", "not a ZIP archive"),
        (bytes(70_000), "not a ZIP archive"),
        (build(Part())[:20], "cut off: the archive's end is missing"),
    ],
)
def test_what_is_no_archive_is_refused(refused, data, expected):
    assert refused(data) == expected


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path, expected in ((tmp_path, "Is a directory"), ("/no", "No such file")):
        with pytest.raises(UnreadableBookError, match=expected):
            open_zip(str(path))


def test_an_archive_without_entries_is_one(opened):
    assert opened(build()).entries == []


def test_a_cut_archive_is_read_from_its_local_headers(opened):
    whole = build(Part(data=b"one"), Part(b"2.jpg", b"two"), Part(b"3.jpg", b"three"))

    archive = opened(whole[: whole.index(b"three") + 4])

    assert [archive.read(entry) for entry in archive.entries] == [b"one", b"two"]
    (warning,) = archive.warnings
    assert "2 entries recovered" in warning


def test_a_directory_of_zeros_is_made_up_for(opened):
    whole = build(Part(b"a/", b""), Part(data=b"one"), Part(b"2.jpg", b"two"))
    start = whole.index(b"PK\1\2")
    end = whole.index(b"PK\5\6")

    archive = opened(whole[:start] + bytes(end - start) + whole[end:])

    assert [archive.read(entry) for entry in archive.entries] == [b"one", b"two"]


def test_streamed_entries_of_a_lost_directory_are_lost(refused):
    whole = build(Part(flags=8), Part(b"2.jpg"))

    assert refused(whole[:-10]) == "cut off: the archive's end is missing"


def test_local_headers_are_read_up_to_the_limit(opened, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 2)
    whole = build(*(Part(b"%d.jpg" % i) for i in range(9)))

    assert len(opened(whole[:-10]).entries) == 2


@pytest.mark.parametrize(
    "options",
    [
        *({"count": 1}, {"count": 3}, {"count": 0xFFFF}, {"start": 1}, {"length": 50}),
        *({"start": 10**6}, {"start": 0xFFFFFFFF}, {"length": 0xFFFFFFFE}),
    ],
)
def test_a_directory_that_lies_gives_no_wrong_bytes(tmp_path, options):
    path = tmp_path / "a.cbz"
    path.write_bytes(build(Part(data=b"one"), Part(b"2.jpg", b"two"), **options))

    with suppress(UnreadableBookError), open_zip(str(path)) as archive:
        for entry in archive.entries:
            with suppress(UnreadableBookError):
                assert archive.read(entry) in (b"one", b"two")


def test_a_disk_that_fails_makes_a_book_unreadable(opened, monkeypatch, tmp_path):
    archive = opened(build(Part(data=b"x" * 100)))
    entry = archive.entries[0]

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", fail)

    assert reason(archive, entry) == "Input/output error"
    with pytest.raises(UnreadableBookError, match="Input/output error"):
        archive.head(entry, 10)
    with pytest.raises(UnreadableBookError, match="Input/output error"):
        open_zip(archive.path)


def test_an_archive_is_closed_once_and_for_all(opened):
    archive = opened(build(Part()))

    archive.close()
    archive.close()

    assert not Entry("1.jpg", 0, 0, 0, 0, 0, 0).is_encrypted
