import contextlib
import os
import random
import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, features

from codex_lib.errors import InvalidError, UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.images import cell_colors, render_cover, render_image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION = 0x0112


def quarters(size=(80, 40)):
    """Return red | green over blue | white, so that a turn shows."""
    width, height = size
    image = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    return image


def stored(image, kind, *, orientation=None, **options):
    if orientation:
        options["exif"] = exif = Image.Exif()
        exif[ORIENTATION] = orientation
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(rendered):
    """Return the picture rendered, having compared it with what is said of it."""
    image = Image.open(BytesIO(rendered.data))
    image.load()
    assert image.format.lower() == rendered.format
    assert image.size == (rendered.width, rendered.height)
    return image


def corners(image):
    """Return the colors of the quarters: above left and right, below left and right."""
    image = image.convert("RGB")
    xs, ys = (
        (image.width // 4, image.width * 3 // 4),
        (
            image.height // 4,
            image.height * 3 // 4,
        ),
    )
    return [nearest(image.getpixel((x, y))) for y in ys for x in xs]


def nearest(color):
    return min((RED, GREEN, BLUE, WHITE), key=lambda c: distance(c, color))


def distance(one, other):
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def png_chunk(name, body):
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ({"width": 40}, (40, 20)),
        ({"height": 10}, (20, 10)),
        ({"width": 40, "height": 10}, (20, 10)),
        ({"width": 10_000, "height": 10_000}, (80, 40)),
        ({}, (80, 40)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_an_image_fits_the_box_keeps_its_shape_and_is_never_enlarged(kind, box, size):
    data = stored(quarters(), kind)

    image = opened(render_image(data, format="png", **box))

    assert image.size == size
    assert corners(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    ("size", "shown"), [((80, 2000), (1, 10)), ((2000, 20), (10, 1)), ((1, 1), (1, 1))]
)
def test_no_side_shrinks_to_nothing(size, shown):
    data = stored(Image.new("RGB", size), "PNG")

    assert opened(render_image(data, width=10, height=10)).size == shown
    assert opened(render_cover(data, max_dimension=10)).size == shown


@pytest.mark.parametrize("wanted", ["jpeg", "png", "webp"])
@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK")),
        *(("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "L"), ("PNG", "P")),
        *(("PNG", "1"), ("PNG", "I;16"), ("WEBP", "RGB"), ("WEBP", "RGBA")),
        *(("GIF", "P"), ("BMP", "RGB"), ("BMP", "P"), ("BMP", "1")),
        *(("TIFF", "RGB"), ("TIFF", "CMYK"), ("TIFF", "F"), ("TIFF", "I;16")),
        *(("AVIF", "RGB"), ("AVIF", "RGBA")),
    ],
)
def test_every_color_mode_can_become_every_format(kind, mode, wanted):
    data = stored(Image.new("L", (40, 20), 200).convert(mode), kind)

    image = opened(render_image(data, width=20, format=wanted))

    assert image.size == (20, 10)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "P", "LA", "F"])
def test_gray_stays_as_dark_as_it_was(mode):
    data = stored(Image.new("L", (40, 20), 100).convert(mode), "TIFF")

    red, green, blue = (
        opened(render_image(data, format="png")).convert("RGB").getpixel((5, 5))
    )

    assert distance((red, green, blue), (100, 100, 100)) <= 6


def test_sixteen_bits_of_gray_become_eight_and_are_not_clipped():
    data = stored(Image.new("I;16", (4, 4), 0x4000), "PNG")

    assert opened(render_image(data, format="jpeg")).getpixel((1, 1)) == 0x40


def test_sixteen_bits_of_gray_may_have_a_transparent_shade():
    data = stored(Image.new("I;16", (4, 4), 0x4000), "PNG")
    at = data.index(b"IDAT") - 4
    data = data[:at] + png_chunk(b"tRNS", b"\x40\0") + data[at:]

    assert opened(render_image(data, format="jpeg")).getpixel((1, 1)) == 0x40


def test_transparency_becomes_white_in_a_jpeg_and_stays_in_a_png():
    data = stored(Image.new("RGBA", (40, 20), (255, 0, 0, 0)), "PNG")

    white = opened(render_image(data, width=20, format="jpeg"))
    clear = opened(render_image(data, width=20))

    assert white.getpixel((1, 1)) == WHITE
    assert (clear.format, clear.getpixel((1, 1))[3]) == ("PNG", 0)


@pytest.mark.parametrize(
    ("kind", "mode", "output"),
    [
        *(("JPEG", "RGB", "jpeg"), ("PNG", "RGB", "png"), ("WEBP", "RGB", "webp")),
        *(("BMP", "RGB", "jpeg"), ("GIF", "P", "jpeg"), ("AVIF", "RGBA", "png")),
    ],
)
def test_the_format_is_the_stored_one_or_one_that_every_browser_shows(
    kind, mode, output
):
    data = stored(Image.new(mode, (40, 20)), kind)

    assert opened(render_image(data, width=20)).format.lower() == output


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_bytes_that_are_what_was_asked_for_pass_through(kind):
    data = stored(quarters(), kind)

    rendered = render_image(data, width=80, height=40)

    assert rendered == (data, kind.lower(), 80, 40)
    assert rendered.data is data


def test_the_format_asked_for_may_be_the_stored_one():
    data = stored(quarters(), "PNG")

    assert render_image(data, format="png").data is data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "AVIF"])
def test_whatever_the_exif_orientation_the_picture_stands_upright(kind, orientation):
    lay_down = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = quarters()
    if orientation in lay_down:
        lying = lying.transpose(lay_down[orientation])
    data = stored(lying, kind, orientation=orientation)

    for rendered in (
        render_image(data, width=40, format="jpeg"),
        render_cover(data, max_dimension=40),
    ):
        image = opened(rendered)

        assert image.size == (40, 20)
        assert corners(image) == [RED, GREEN, BLUE, WHITE]


def test_a_lying_jpeg_is_turned_even_if_nothing_else_is_asked_for():
    data = stored(quarters(), "JPEG", orientation=6)

    image = opened(render_image(data))

    assert image.size == (40, 80)
    assert image.getexif().get(ORIENTATION, 1) == 1


def test_of_an_animation_the_first_picture_is_shown():
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE)]
    data = stored(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert (
        nearest(
            opened(render_image(data, format="png")).convert("RGB").getpixel((1, 1))
        )
        == RED
    )


def test_a_webp_is_no_larger_than_that_format_can_be():
    data = stored(Image.new("L", (10, 20_000)), "PNG")

    assert opened(render_image(data, format="webp")).size == (8, 16_383)


def test_better_quality_takes_more_bytes():
    data = stored(Image.effect_noise((80, 80), 90), "PNG")

    def size(quality):
        return len(render_image(data, format="jpeg", quality=quality).data)

    assert size(40) < size(85) < size(95)


def test_a_cover_is_a_jpeg_of_at_most_the_dimension_asked_for():
    data = stored(Image.new("RGB", (1600, 2400)), "JPEG")

    assert opened(render_cover(data)).size == (267, 400)
    assert opened(render_cover(data, max_dimension=100)).size == (67, 100)


def test_a_jpeg_that_is_cut_off_is_shown_as_far_as_it_goes():
    data = stored(quarters((400, 400)), "JPEG")[:-1_500]

    image = opened(render_image(data, width=200))

    assert corners(image)[:2] == [RED, GREEN]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not an image of a known format"),
        (b"<html>", "not an image of a known format"),
        (stored(quarters(), "PNG")[:100], "damaged png image: "),
        (stored(quarters(), "JPEG")[:60], "damaged jpeg image: "),
        (stored(quarters(), "TIFF")[:20], "damaged tiff image: "),
        (b"\xff\x0a" + bytes(30), "jxl needs an optional part of Codex"),
    ],
)
def test_what_cannot_be_decoded_is_said_in_one_line(data, reason, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)

    for render in (
        render_cover,
        lambda data, source: render_image(data, format="webp", source=source),
    ):
        with pytest.raises(UnreadableBookError) as caught:
            render(data, source="a.cbz")

        assert caught.value.path == "a.cbz"
        assert caught.value.reason.startswith(reason)
        assert "\n" not in caught.value.reason


def test_a_tiff_whose_offsets_are_fractions_is_unreadable():
    """Found by damaging files at random: the decoder raises TypeError for it."""
    long, rational, strip_offsets = 4, 5, 273
    entry = struct.pack("<HH", strip_offsets, long)
    data = stored(quarters(), "TIFF")
    assert data.count(entry) == 1

    with pytest.raises(UnreadableBookError, match="damaged tiff image"):
        render_cover(data.replace(entry, struct.pack("<HH", strip_offsets, rational)))


def header_of(width, height):
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", size + b"\x01\0\0\0\0")


@pytest.mark.parametrize(
    "data",
    [
        header_of(25_000, 25_000),
        header_of(limits.SIDE_PX + 1, 1),
        b"GIF89a\x10\x27\x10\x27\0\0\0",
    ],
)
def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded(data):
    with pytest.raises(UnreadableBookError, match=r"too large: .* pixels"):
        render_image(data, width=100)


def test_a_size_that_the_header_did_not_tell_is_looked_at_as_well():
    """A big TIFF has its directory where image_header does not look."""
    data = stored(Image.new("1", (limits.SIDE_PX + 1, 1)), "TIFF", big_tiff=True)

    with pytest.raises(UnreadableBookError, match=r"too large: .* pixels"):
        render_image(data, width=100)


def test_too_little_memory_is_a_reason_too(monkeypatch):
    data = stored(quarters(), "PNG")

    def no_memory(*_, **__):
        raise MemoryError

    monkeypatch.setattr(Image.core, "new", no_memory)

    with pytest.raises(UnreadableBookError, match="not enough memory"):
        render_image(data, width=9)


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("width", {"width": 0}),
        ("width", {"width": 10_001}),
        ("height", {"height": -1}),
        ("format", {"format": "gif"}),
        ("quality", {"quality": 0}),
        ("quality", {"quality": 101}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(field, options):
    with pytest.raises(InvalidError) as caught:
        render_image(stored(quarters(), "PNG"), **options)

    assert caught.value.field == field


def test_a_cover_or_a_grid_without_room_is_refused():
    data = stored(quarters(), "PNG")

    with pytest.raises(InvalidError, match="max_dimension"):
        render_cover(data, max_dimension=0)
    with pytest.raises(InvalidError, match="columns"):
        cell_colors(data, columns=0, rows=1)
    with pytest.raises(InvalidError, match="rows"):
        cell_colors(data, columns=1, rows=0)


def test_cells_have_an_upper_and_a_lower_color():
    data = stored(quarters((40, 40)), "PNG")

    cells = cell_colors(data, columns=4, rows=2)

    assert [len(row) for row in cells] == [4, 4]
    assert [[tuple(map(nearest, cell)) for cell in row[::3]] for row in cells] == [
        [(RED, RED), (GREEN, GREEN)],
        [(BLUE, BLUE), (WHITE, WHITE)],
    ]


def test_a_wide_image_leaves_rows_empty_and_an_odd_height_is_rounded_up():
    data = stored(Image.new("RGBA", (90, 30), (0, 0, 0, 0)), "PNG")

    cells = cell_colors(data, columns=9, rows=9)

    assert [len(row) for row in cells] == [9, 9]
    assert {color for row in cells for cell in row for color in cell} == {WHITE}


def samples():
    image = quarters((30, 20))
    kinds = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
    data = [stored(image, kind) for kind in kinds]
    frames = {"save_all": True, "append_images": [Image.new("RGB", (30, 20))]}
    data += [stored(image, kind, **frames) for kind in ("PNG", "GIF", "TIFF", "WEBP")]
    data += [stored(image.convert("P"), kind) for kind in ("PNG", "TIFF", "BMP")]
    return [*data, stored(image.convert("CMYK"), "JPEG", progressive=True)]


def damage(data, dice):
    damaged = bytearray(data)
    for _ in range(dice.randint(0, 5)):
        at = dice.randrange(min(len(damaged), dice.choice((40, 200, 10**6))))
        damaged[at] = dice.choice((0, 1, 255, dice.randrange(256)))
    return bytes(damaged[: dice.choice((len(damaged), dice.randrange(len(damaged))))])


def test_damaged_images_are_unreadable_and_nothing_else():
    """Warnings are errors here, so a decoder that warns fails this as well."""
    dice = random.Random(1)  # noqa: S311 - reproducible damage
    good = samples()
    for _ in range(1_500):
        data = damage(dice.choice(good), dice)
        with contextlib.suppress(UnreadableBookError):
            opened(render_image(data, width=8, format=dice.choice(("jpeg", "png"))))


def test_importing_the_module_does_not_load_pillow():
    code = "import codex_lib.formats.images, sys; sys.exit('PIL' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], check=False, env=os.environ, timeout=60
    )

    assert done.returncode == 0


def test_pillow_can_read_what_comics_are_made_of():
    assert all(map(features.check, ("jpg", "zlib", "webp", "avif", "libtiff")))
