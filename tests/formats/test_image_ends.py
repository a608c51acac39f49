from __future__ import annotations

import struct

import pytest

from codex_lib.formats import image_ends
from codex_lib.formats.image_ends import (
    ImageEnd,
    decoding_problem,
    image_data_at,
    image_problem,
)

KINDS = ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_image_has_no_problem(make_image, kind):
    assert image_problem(make_image(kind=kind), decode=True) is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "TIFF"])
def test_an_image_without_its_end_is_cut_off(make_image, kind):
    data = make_image(200, 300, kind=kind)

    assert image_problem(data[: len(data) * 2 // 3]) == "is cut off"


def test_bytes_behind_the_end_do_no_harm(make_image):
    for kind in ("JPEG", "PNG"):
        assert image_problem(make_image(kind=kind) + b"more" * 50_000) is None


def test_the_end_of_the_preview_in_a_header_is_not_that_of_the_image(make_image):
    data = make_image(200, 300)
    preview = b"\xff\xe1" + struct.pack(">H", 2 + 6) + b"Exif\xff\xd9"
    whole = data[:2] + preview + data[2:]

    assert image_problem(whole) is None
    assert image_problem(whole[:-2]) == "is cut off"


def test_an_image_passes_by_in_pieces_of_any_size(make_image):
    data = make_image(100, 100)
    end = ImageEnd()

    for at in range(len(data)):
        end.feed(data[at : at + 1])

    assert end.problem() is None
    assert end.size == len(data)


def test_of_a_large_image_only_the_beginning_is_kept(make_image, monkeypatch):
    monkeypatch.setattr(image_ends, "_HEAD_BYTES", 1000)
    data = make_image(400, 300, quality=95)
    end = ImageEnd()

    for at in range(0, len(data), 700):
        end.feed(data[at : at + 700])

    assert len(data) > 2000
    assert end.problem() is None


@pytest.mark.parametrize(
    ("data", "problem"), [(b"", "is empty"), (b"<html>", "is not an image")]
)
def test_what_is_no_image_is_told(data, problem):
    assert image_problem(data) == problem


@pytest.mark.parametrize(
    ("head", "at"),
    [
        (b"\xff\xd8\xff\xff\xda\0\0", 3),  # a fill byte before the marker
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xda\0\0", 8),
        (b"\xff\xd8\0\0\0\0", 6),  # no marker where one should be
        (b"\xff\xd8\xff\xe0\xff\xff", 6),  # beyond what is known
    ],
)
def test_the_pixels_of_a_jpeg_begin_behind_its_headers(head, at):
    assert image_data_at(head) == at


def test_pixels_that_cannot_be_decoded_are_told(make_image):
    data = bytearray(make_image(80, 80, kind="PNG"))
    data[60] ^= 0xFF

    assert image_problem(bytes(data)) is None
    assert "damaged png image" in image_problem(bytes(data), decode=True)


def test_an_image_too_large_to_decode_is_not_called_damaged(make_image):
    data = bytearray(make_image(kind="BMP"))
    data[18:26] = struct.pack("<2L", 60_000, 60_000)

    assert decoding_problem(bytes(data)) is None
