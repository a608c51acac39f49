import random
import struct
from io import BytesIO

import pytest
from PIL import Image

from codex_lib.formats.entries import IMAGE_SUFFIXES
from codex_lib.formats.image_headers import (
    exif_orientation,
    format_of_suffix,
    image_header,
    media_type,
)

HEAD = 1024
ORIENTATION = 0x0112
LYING = 6


def draw(kind, *, size=(30, 20), mode="RGB", orientation=None, **options):
    if orientation:
        options["exif"] = exif = Image.Exif()
        exif[ORIENTATION] = orientation
    buffer = BytesIO()
    Image.new(mode, size, 1).save(buffer, kind, **options)
    return buffer.getvalue()


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(*parts):
    return b"\xff\xd8" + b"".join(parts)


def exif(entries, order=">"):
    body = b"".join(struct.pack(f"{order}HHIHxx", *entry) for entry in entries)
    mark = b"MM\0*" if order == ">" else b"II*\0"
    start = struct.pack(f"{order}IH", 8, len(entries))
    return segment(0xE1, b"Exif\0\0" + mark + start + body)


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 20, 30, 3) + bytes(9))
TURNED = (ORIENTATION, 3, 1, LYING)


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("JPEG", "jpeg", {}),
        ("JPEG", "jpeg", {"progressive": True}),
        ("JPEG", "jpeg", {"mode": "CMYK"}),
        ("PNG", "png", {}),
        ("GIF", "gif", {"mode": "P"}),
        ("BMP", "bmp", {}),
        ("TIFF", "tiff", {}),
        ("TIFF", "tiff", {"mode": "L"}),
        ("WEBP", "webp", {}),
        ("WEBP", "webp", {"lossless": True}),
        ("WEBP", "webp", {"mode": "RGBA", "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
        ("AVIF", "avif", {}),
    ],
)
def test_format_and_size_are_those_that_were_written(kind, name, options):
    head = draw(kind, **options)[:HEAD]

    assert image_header(head) == (name, 30, 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "AVIF"])
def test_an_image_lying_on_its_side_is_measured_upright(kind):
    _, *size = image_header(draw(kind, orientation=LYING))

    assert size == [20, 30]


@pytest.mark.parametrize("orientation", [2, 3, 4])
def test_an_image_upside_down_or_mirrored_keeps_its_size(orientation):
    data = draw("JPEG", orientation=orientation)

    assert image_header(data) == ("jpeg", 30, 20)
    assert exif_orientation(data) == orientation


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_is_read_in_both_byte_orders(order):
    assert image_header(jpeg(exif([TURNED], order), FRAME)) == ("jpeg", 20, 30)


def test_exif_may_give_the_orientation_as_a_long_number():
    long = struct.pack(">HHII", ORIENTATION, 4, 1, LYING)
    block = segment(0xE1, b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + long)

    assert image_header(jpeg(block, FRAME)) == ("jpeg", 20, 30)


@pytest.mark.parametrize(
    "block",
    [
        exif([(ORIENTATION, 3, 1, 9)]),
        exif([(ORIENTATION, 3, 1, 0)]),
        exif([(ORIENTATION + 1, 3, 1, 1), TURNED]),  # unsorted: not found
        segment(0xE1, b"Exif\0\0MM\0*" + b"\xff" * 4),
        segment(0xE1, b"Exif\0\0"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
    ],
)
def test_exif_that_makes_no_sense_is_ignored(block):
    assert image_header(jpeg(block, FRAME)) == ("jpeg", 30, 20)
    assert exif_orientation(jpeg(block, FRAME)) == 1


@pytest.mark.parametrize(
    "filling",
    [
        b"\xff\xff\xff",  # fill bytes
        b"\xff\x01",  # a marker without a length
        b"\0junk",
        segment(0xC4, bytes(30)),  # Huffman tables, no frame
        segment(0xFE, b"\xff\xc0\0\x11\x08\0\1\0\1"),  # a frame inside a comment
    ],
)
def test_whatever_comes_before_the_frame_of_a_jpeg_is_walked_over(filling):
    first = segment(0xE0, b"JFIF\0")

    assert image_header(jpeg(first, filling, FRAME)) == ("jpeg", 30, 20)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(segment(0xE0, b"JFIF\0"), segment(0xDA, b""), FRAME),
        jpeg(b"\xff" * 30_000, FRAME),  # a walk that takes too long is given up
        jpeg(segment(0xE0, bytes(2_000)))[:HEAD],
        jpeg(b"\xff"),
    ],
)
def test_a_jpeg_whose_frame_is_not_in_the_head_has_no_size_yet(data):
    assert image_header(data) == ("jpeg", 0, 0)


def test_a_big_tiff_is_known_but_not_measured():
    assert image_header(draw("TIFF", big_tiff=True)) == ("tiff", 0, 0)


def test_the_size_of_a_lying_png_needs_exif_before_the_pixels():
    data = draw("PNG", orientation=LYING)
    at = data.index(b"eXIf") - 4
    length = 12 + int.from_bytes(data[at : at + 4], "big")
    moved = data[:at] + data[at + length : -12] + data[at : at + length] + data[-12:]

    assert image_header(moved) == ("png", 30, 20)


def test_a_bitmap_stored_from_the_top_has_a_negative_height():
    head = b"BM" + bytes(12) + struct.pack("<Iii", 40, 30, -20)

    assert image_header(head) == ("bmp", 30, 20)


def test_a_bitmap_of_os2_has_a_short_header():
    head = b"BM" + bytes(12) + struct.pack("<IHH", 12, 30, 20)

    assert image_header(head) == ("bmp", 30, 20)


def test_the_largest_picture_in_an_avif_is_the_page_and_not_its_thumbnail():
    def size_property(width, height):
        return b"ispe" + struct.pack(">III", 0, width, height)

    boxes = size_property(3, 2) + size_property(30, 20) + size_property(29, 20)
    head = b"\0\0\0\x14ftypmif1\0\0\0\0avif" + boxes + b"mdat" + size_property(99, 99)

    assert image_header(head) == ("avif", 30, 20)


def test_heic_is_no_known_format():
    assert image_header(b"\0\0\0\x14ftypheic\0\0\0\0mif1") == ("", 0, 0)


# What libjxl writes for images of one color; the last one carries an orientation.
@pytest.mark.parametrize(
    ("bits", "size"),
    [
        # small, 8 * (24 + 1) high, 3:2
        ([(1, 1), (24, 5), (4, 3), (1, 1)], (300, 200)),
        # small, 8 high, 16 wide
        ([(1, 1), (0, 5), (0, 3), (1, 5), (1, 1)], (16, 8)),
        # 9 bits high, 13 bits wide
        ([(0, 1), (0, 2), (199, 9), (0, 3), (1, 2), (2999, 13), (1, 1)], (3000, 200)),
        # 18 bits high, 1:1, extra fields, orientation 6
        ([(0, 1), (2, 2), (99, 18), (1, 3), (0, 1), (1, 1), (5, 3)], (100, 100)),
        ([(1, 1), (24, 5), (4, 3), (0, 1), (1, 1), (5, 3)], (200, 300)),
    ],
)
def test_a_jpeg_xl_tells_its_size_in_packed_bits(bits, size):
    number = shift = 0
    for value, width in bits:
        number |= value << shift
        shift += width
    codestream = b"\xff\x0a" + number.to_bytes(14, "little")
    box = b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x14ftypjxl \0\0\0\0jxl "

    assert image_header(codestream) == ("jxl", *size)
    assert image_header(box + b"\0\0\0\0jxlc" + codestream) == ("jxl", *size)
    assert image_header(box + b"\0\0\0\0jxlp\0\0\0\0" + codestream) == ("jxl", *size)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BMW is no bitmap",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\0\0\1\0\1\0",
        bytes(HEAD),
    ],
)
def test_what_is_no_image_has_no_format(data):
    assert image_header(data) == ("", 0, 0)
    assert exif_orientation(data) == 1


SAMPLES = [
    draw(kind, orientation=LYING)
    for kind in ("JPEG", "PNG", "TIFF", "AVIF", "WEBP", "JPEG")
] + [draw("GIF", mode="P"), draw("BMP"), b"\xff\x0a" + bytes(20)]


@pytest.mark.parametrize("data", SAMPLES)
def test_a_head_cut_anywhere_keeps_its_format_or_loses_it_but_never_raises(data):
    name = image_header(data)[0]

    found = {image_header(data[:size])[0] for size in range(min(len(data), 600))}

    assert found == {"", name}
    assert exif_orientation(data[:40]) == 1


def test_damaged_heads_never_raise():
    dice = random.Random(1)  # noqa: S311 - reproducible damage
    for _ in range(4_000):
        data = bytearray(dice.choice(SAMPLES)[:HEAD])
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.choice(
                (0, 1, 255, dice.randrange(256))
            )
        head = bytes(data[: dice.randint(0, len(data))])

        name, width, height = image_header(head)

        assert name in {"", "jpeg", "png", "tiff", "avif", "webp", "gif", "bmp", "jxl"}
        assert width >= 0 <= height
        assert 1 <= exif_orientation(head) <= 8


def test_every_page_suffix_promises_a_format_with_a_media_type():
    for suffix in IMAGE_SUFFIXES:
        assert media_type(format_of_suffix(f"a.b{suffix.upper()}")).startswith("image/")


def test_other_suffixes_promise_nothing():
    assert format_of_suffix("page.txt") == format_of_suffix("page") == ""
    assert media_type("") == media_type("xhtml") == "application/octet-stream"
