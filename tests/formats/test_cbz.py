"""CBZ: which entries are pages, what they are, and what is wrong with a book."""

from __future__ import annotations

import zipfile

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.book import Page
from codex_lib.formats.cbz import read_cbz, read_cbz_page, zip_page
from codex_lib.formats.zip_archive import open_zip


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a CBZ of these entries and gives its path."""

    def run(entries, method=zipfile.ZIP_STORED):
        path = tmp_path / "a.cbz"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        return str(path)

    return run


def reason(path):
    with pytest.raises(UnreadableBookError) as caught:
        read_cbz(path)
    return caught.value.reason


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_pages_are_in_natural_order_with_format_and_size(write, make_image, method):
    png = make_image(20, 25, "PNG")
    path = write(
        {
            "p10.jpg": make_image(30, 40),
            "P9.jpg": png,  # a suffix may lie
            "p1.webp": make_image(10, 20, "WEBP"),
            "cover.gif": make_image(5, 6, "GIF"),
        },
        method,
    )

    facts = read_cbz(path)

    found = [(p.name, p.format, p.width, p.height) for p in facts.pages]
    assert found == [
        ("cover.gif", "gif", 5, 6),
        ("p1.webp", "webp", 10, 20),
        ("P9.jpg", "png", 20, 25),
        ("p10.jpg", "jpeg", 30, 40),
    ]
    assert (facts.file_format, facts.cover, facts.warnings) == ("cbz", None, [])
    assert facts.pages[2].file_size == len(png)
    assert read_cbz_page(path, facts.pages[2]) == png


def test_without_sizes_formats_are_those_of_the_suffixes(write, make_image):
    path = write({"1.jpg": make_image(20, 25, "PNG")})

    facts = read_cbz(path, page_sizes=False)

    (page,) = facts.pages
    assert (page.format, page.width, page.height) == ("jpeg", 0, 0)
    assert facts.identity == read_cbz(path).identity


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_pages_by_rare_methods_are_read_on_request(write, make_image, method):
    data = make_image(30, 40)
    path = write({"1.jpg": data}, method)

    (page,) = read_cbz(path).pages

    assert (page.format, page.width) == ("jpeg", 0)
    assert read_cbz_page(path, page) == data


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("padding", [2_000, 60_000, 300_000])
def test_sizes_behind_long_headers_are_found(write, make_image, method, padding):
    image = make_image(30, 40)
    comments = (b"\xff\xfe\xea\x62" + bytes(60_000)) * -(-padding // 60_000)
    path = write({"1.jpg": image[:2] + comments + image[2:]}, method)

    (page,) = read_cbz(path).pages

    assert (page.width, page.height) == (30, 40)


def test_what_is_hidden_empty_or_no_image_is_no_page(write, make_image):
    image = make_image()
    path = write(
        {
            "1.jpg": image,
            "__MACOSX/._1.jpg": image,
            ".2.jpg": image,
            "a/.thumb/3.jpg": image,
            "4.jpg": b"",
            "notes.txt": b"x",
            "jpg": image,
        }
    )

    assert [page.name for page in read_cbz(path).pages] == ["1.jpg"]


def test_pages_that_are_no_images_keep_their_numbers_and_are_told(write, make_image):
    bad = {f"{number:02}.jpg": b"text" for number in range(2, 15)}
    path = write({"01.jpg": make_image(), **bad})

    facts = read_cbz(path)

    assert len(facts.pages) == 14
    assert facts.warnings[0] == "page 2 (02.jpg) is not an image"
    assert facts.warnings[10:] == ["and 3 pages more"]


def test_metadata_is_read_and_its_damage_told(write, make_image):
    good = b"<ComicInfo><Title>Bone</Title></ComicInfo>"
    image = make_image()

    plain = read_cbz(write({"1.jpg": image, "ComicInfo.xml": good}))
    odd = read_cbz(write({"1.jpg": image, "x/comicinfo.XML": good}))
    bad = read_cbz(write({"1.jpg": image, "ComicInfo.xml": b"nonsense"}))

    assert plain.metadata["title"] == odd.metadata["title"] == "Bone"
    assert (bad.metadata, len(bad.warnings)) == ({}, 1)
    assert bad.warnings[0].startswith("ComicInfo.xml: ")
    assert plain.identity == bad.identity


def test_metadata_that_cannot_be_unpacked_is_a_warning(write, make_image):
    path = write({"1.jpg": make_image(), "ComicInfo.xml": b"<ComicInfo/>"})
    with open(path, "rb") as file:  # noqa: PTH123 - a string
        data = file.read().replace(b"<ComicInfo/>", b"<comicInfo/>")
    with open(path, "wb") as file:  # noqa: PTH123 - a string
        file.write(data)

    facts = read_cbz(path)

    assert facts.warnings == [
        "'ComicInfo.xml' is damaged (its checksum is wrong)",
    ]


def test_identity_is_that_of_the_pages_alone(write, make_image):
    one, two = make_image(10, 10), make_image(20, 20)
    first = read_cbz(write({"1.jpg": one, "2.jpg": two})).identity
    other_names = read_cbz(write({"b.jpg": one, "a.jpg": two, "x.txt": b"x"})).identity
    other_pages = read_cbz(write({"1.jpg": one, "2.jpg": one})).identity

    assert first == other_names != other_pages


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({}, "an empty archive"),
        ({"notes.txt": b"x"}, "no pages: none of its files is an image"),
        ({"1.jpg": b""}, "no pages: none of its files is an image"),
        ({"1.jpg": b"text", "2.png": b"more"}, "none of its pages is an image"),
    ],
)
def test_a_book_without_pages_is_refused(write, entries, expected):
    assert reason(write(entries)) == expected


def test_encrypted_and_unknown_compression_are_refused(write, make_image, tmp_path):
    data = bytearray((tmp_path / write({"1.jpg": make_image()})).read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 8] = 1
    (tmp_path / "a.cbz").write_bytes(data)
    assert reason(str(tmp_path / "a.cbz")) == "encrypted: needs a password"

    data[at + 8 : at + 12] = b"\0\0\x61\0"
    (tmp_path / "a.cbz").write_bytes(data)
    assert reason(str(tmp_path / "a.cbz")) == (
        "compressed with method 97 (WavPack), which Codex cannot read"
    )


def test_a_page_that_changed_since_the_scan_is_refused(write, make_image):
    path = write({"1.jpg": make_image(30, 40)})
    (page,) = read_cbz(path).pages
    write({"1.jpg": make_image(50, 60)})

    with pytest.raises(UnreadableBookError):
        read_cbz_page(path, page)
    with pytest.raises(UnreadableBookError, match="No such file"):
        read_cbz_page("/nowhere.cbz", Page("1.jpg"))


def test_any_entry_can_be_looked_at_as_a_page(write, make_image):
    path = write({"picture": make_image(30, 40), "2.jpg": b"text"})

    with open_zip(path) as archive:
        picture, text = (zip_page(archive, entry) for entry in archive.entries)

    assert (picture.format, picture.width, picture.height) == ("jpeg", 30, 40)
    assert text.format == ""
