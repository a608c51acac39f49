from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from codex_lib.formats.pdf_check import check_task


def problems(path, *, decode=False):
    return check_task(path, decode=decode)[0]["problems"]


@pytest.mark.parametrize("decode", [False, True])
def test_a_sound_pdf_passes(make_pdf, make_image, decode):
    page = {"contents": "300 0 0 400 0 0 cm /I Do", "image": make_image()}

    assert problems(make_pdf([page] * 3), decode=decode) == []


@pytest.mark.parametrize("decode", [False, True])
def test_an_image_that_is_cut_off_is_told(make_pdf, make_image, decode):
    image = make_image(200, 300, quality=95)
    page = {
        "contents": "300 0 0 400 0 0 cm /I Do",
        "image": image[: len(image) // 2],
        "size": (200, 300),
    }

    found = problems(make_pdf([page]), decode=decode)

    assert "premature end of file" in found[0]
    assert len(found) == 1 + decode
    assert all(line.startswith("page 1: ") for line in found[1:])


def test_a_stream_that_does_not_inflate_is_told(make_pdf, make_image):
    packed = bytearray(zlib.compress(make_image(200, 300) * 3))
    packed[len(packed) // 2] ^= 0xFF
    page = {"image": bytes(packed), "contents": "/I Do"}
    path = Path(make_pdf([page]))
    path.write_bytes(path.read_bytes().replace(b"/DCTDecode", b"/FlateDecode"))

    found = problems(str(path))

    assert any("zlib" in line or "object 5" in line for line in found)


def test_a_stream_that_cannot_be_unpacked_is_told(make_pdf, make_image):
    absurd = b"/FlateDecode/DecodeParms<</Predictor 15/Colors 999999>>"
    path = Path(make_pdf([{"image": make_image()}]))
    path.write_bytes(path.read_bytes().replace(b"/DCTDecode", absurd))

    (problem,) = problems(str(path))

    assert problem.startswith("object 5: too many color components")


def test_a_page_that_is_not_there_is_told(make_pdf, make_image):
    found = problems(make_pdf([{"image": make_image()}], count=2))

    assert found == ["page 2: page not in document"]
