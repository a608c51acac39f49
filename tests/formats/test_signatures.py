"""What a file is by its first bytes."""

from __future__ import annotations

import tarfile

import pytest

from codex_lib.formats.signatures import signature


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\3\4rest", "zip"),
        (b"PK\5\6rest", "zip"),
        (b"PK\7\x08rest", "zip"),
        (b"Rar!\x1a\7\0", "cbr"),
        (b"Rar!\x1a\7\1\0", "cbr"),
        (b"RE~^rest", "cbr"),
        (b"7z\xbc\xaf\x27\x1c", "cb7"),
        (tarfile.TarInfo("1.jpg").tobuf(tarfile.USTAR_FORMAT), "cbt"),
        (tarfile.TarInfo("1.jpg").tobuf(tarfile.GNU_FORMAT), "cbt"),
        (b"\x1f\x8brest", "cbt"),
        (b"BZh9", "cbt"),
        (b"\xfd7zXZ\0", "cbt"),
        (b"%PDF-1.7", "pdf"),
        (b"junk" * 200 + b"%PDF-1.7", "pdf"),
    ],
)
def test_books_are_known_by_their_first_bytes(head, kind):
    assert signature(head) == (kind, True)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "an empty file"),
        (b"\xff\xd8\xff\xe0", "an image (jpeg)"),
        (b"\x89PNG\r\n\x1a\n", "an image (png)"),
        (bytes(100), "zeros"),
        (b" \n<html>", "a web page or XML"),
        (b"plain text\r\n\twith a tab", "text"),
        ("日本語".encode(), "text"),
        (b"\1\2\3\4", "unknown bytes"),
        (b"text\0", "unknown bytes"),
        (b"PK", "text"),
        (b" " * 1024 + b"%PDF-1.7", "text"),
    ],
)
def test_what_is_no_book_is_named_for_people(head, words):
    assert signature(head) == (words, False)
