"""Colors as a profile means them, beside what its own numbers come to."""

from __future__ import annotations

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from codex_lib.formats.color_profiles import to_srgb
from codex_lib.formats.images import render_cover, render_image

# Colorants as ICC profiles have them: adapted to the white point D50.
SRGB = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.71410),
)
P3 = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
SWAPPED = (SRGB[1], SRGB[0], SRGB[2])
GAMMA = 2.2


def fixed(*numbers):
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def profile(space, kind, tags, pcs=b"XYZ "):
    """Return an ICC profile, version 2, of these tags."""
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Mine\0" + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249),
        **tags,
    }
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", start + len(body), len(data))
        body += padded
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"", 0x02400000, kind, space, pcs)
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1, 0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def matrix_profile(colorants, gamma=GAMMA):
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    tags = {}
    for letter, colorant in zip(b"rgb", colorants, strict=True):
        tags[bytes([letter]) + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*colorant)
        tags[bytes([letter]) + b"TRC"] = curve
    return profile(b"RGB ", b"mntr", tags)


def gray_profile(gamma):
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    return profile(b"GRAY", b"mntr", {b"kTRC": curve})


def press_profile():
    """Return a profile of a press whose cyan ink is red, on white paper."""
    white, red, black = (255, 128, 128), (138, 209, 198), (0, 128, 128)
    corners = [
        black if k or m or y else (red if c else white)
        for c in (0, 1)
        for m in (0, 1)
        for y in (0, 1)
        for k in (0, 1)
    ]
    ramp = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += ramp * 4 + b"".join(map(bytes, corners)) + ramp * 3
    return profile(b"CMYK", b"prtr", {b"A2B0": table}, pcs=b"Lab ")


def srgb_of(colorants, color, gamma=GAMMA):
    """Return a color of a matrix profile in sRGB, by arithmetic."""
    linear = [(value / 255) ** gamma for value in color]
    xyz = [
        sum(c[i] * v for c, v in zip(colorants, linear, strict=True)) for i in range(3)
    ]
    # Cramer's rule for the three linear values of sRGB.
    (a, d, g), (b, e, h), (c, f, i) = SRGB

    def det(m):
        return (
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        )

    whole = [[a, b, c], [d, e, f], [g, h, i]]
    found = []
    for column in range(3):
        part = [list(row) for row in whole]
        for row in range(3):
            part[row][column] = xyz[row]
        found.append(encoded(det(part) / det(whole)))
    return tuple(found)


def encoded(linear):
    """Return a linear value from 0 to 1 as a number of sRGB."""
    linear = min(1, max(0, linear))
    if linear <= 0.0031308:
        return round(255 * 12.92 * linear)
    return round(255 * (1.055 * linear ** (1 / 2.4) - 0.055))


def stored(mode, color, kind, icc, size=(64, 48)):
    out = BytesIO()
    Image.new(mode, size, color).save(out, kind, icc_profile=icc)
    return out.getvalue()


def shown(rendered):
    image = Image.open(BytesIO(rendered.data))
    assert "icc_profile" not in image.info
    return image.getpixel((5, 5))


def near(one, other, most=4):
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("color", [(100, 150, 200), (30, 60, 20), (250, 240, 230)])
@pytest.mark.parametrize("colorants", [P3, SWAPPED])
def test_colors_are_those_that_the_profile_means(color, colorants):
    data = stored("RGB", color, "PNG", matrix_profile(colorants))

    assert near(shown(render_image(data, width=32)), srgb_of(colorants, color))
    assert near(shown(render_cover(data, max_dimension=32)), srgb_of(colorants, color))


def test_a_linear_profile_makes_the_middle_brighter():
    data = stored("RGB", (128, 128, 128), "PNG", matrix_profile(SRGB, gamma=1))

    assert near(shown(render_image(data, width=32)), (188, 188, 188))


def test_gray_stays_gray_with_the_profiles_brightness():
    data = stored("L", 128, "PNG", gray_profile(1))

    image = Image.open(BytesIO(render_image(data, width=32).data))

    assert image.mode == "L"
    assert abs(image.getpixel((5, 5)) - 188) <= 2


def test_transparency_survives_the_change_of_colors():
    data = stored("RGBA", (0, 200, 0, 77), "PNG", matrix_profile(SWAPPED))

    assert near(shown(render_image(data, width=32)), (200, 0, 0, 77))


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_inks_are_those_of_the_press(form):
    """Of a JPEG the numbers are upside down, as Adobe's programs write them."""
    data = stored("CMYK", (255, 0, 0, 0), form, press_profile())

    assert near(shown(render_image(data, width=32, format="png")), (255, 0, 0), 10)


def test_inks_without_a_profile_are_simple_ones():
    data = stored("CMYK", (255, 0, 0, 0), "JPEG", None)

    assert near(shown(render_image(data, width=32, format="png")), (0, 255, 255))


def test_an_image_that_is_not_made_anew_keeps_its_profile():
    data = stored("RGB", (1, 2, 3), "PNG", matrix_profile(P3))

    assert render_image(data).data == data


@pytest.mark.parametrize(
    ("mode", "icc"),
    [
        ("RGB", b""),
        ("RGB", b"no profile"),
        ("RGB", matrix_profile(P3)[:200]),
        ("RGB", press_profile()),
        ("L", matrix_profile(P3)),
        ("RGB", bytes(5 * 2**20)),
        ("RGB", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
    ],
)
def test_a_profile_that_says_nothing_changes_nothing(mode, icc):
    color = 99 if mode == "L" else (99, 150, 20)
    image = Image.new(mode, (4, 4), color)

    assert to_srgb(image, icc).getpixel((0, 0)) == color


@pytest.mark.parametrize("icc", [b"", b"rubbish", matrix_profile(P3)])
def test_inks_with_a_profile_of_something_else_are_simple_ones(icc):
    image = to_srgb(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), icc)

    assert (image.mode, image.getpixel((0, 0))) == ("RGB", (0, 255, 255))


def test_threads_do_not_mix_up_their_colors():
    icc = matrix_profile(SWAPPED)
    reds = list(range(64, 256, 4)) * 2

    def colors(red):
        image = Image.new("RGB", (300, 300), (red, 0, 0))
        return to_srgb(image, icc).getcolors()

    one_by_one = [colors(red) for red in reds]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(colors, reds))

    assert together == one_by_one


def test_a_png_of_16_bits_is_shown_in_8():
    data = b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            *map(
                chunk,
                *zip(
                    (b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)),
                    (
                        b"IDAT",
                        deflated(
                            b"\0" + struct.pack(">6H", 0x8000, 0, 0xFFFF, 1, 2, 3)
                        ),
                    ),
                    (b"IEND", b""),
                    strict=True,
                ),
            ),
        )
    )

    image = Image.open(BytesIO(render_image(data, format="jpeg", quality=100).data))

    assert near(
        Image.open(BytesIO(render_image(data, width=1).data)).getpixel((0, 0)),
        (64, 0, 128),
    )
    assert image.size == (2, 1)


def chunk(name, data):
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )


def deflated(data):
    return zlib.compress(data)


def test_a_page_can_be_had_as_avif():
    rendered = render_image(stored("RGB", (200, 30, 40), "PNG", None), format="avif")

    image = Image.open(BytesIO(rendered.data))

    assert (rendered.format, image.size) == ("avif", (64, 48))
    assert near(image.convert("RGB").getpixel((5, 5)), (200, 30, 40), 6)
