"""Pages of every container, as stored or made into what was asked for."""

from __future__ import annotations

import io
import os
import zipfile
from contextlib import nullcontext

import py7zr
import pymupdf
import pytest
import rars
from PIL import Image

from codex_lib.catalog.books import list_books
from codex_lib.catalog.image_cache import ImageCache
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.page_images import PageWish, find_page_image, get_page_image
from codex_lib.catalog.stored_pages import (
    StoredPage,
    current_place,
    find_page,
    read_image,
    read_stored,
)
from codex_lib.db.paging import Paging
from codex_lib.errors import (
    ConflictError,
    PageNotFoundError,
    UnreadableBookError,
)

NAMES = ("1.jpg", "2.jpg")
WAIT = {"wait": True}


def image(number, size=(60, 90)):
    out = io.BytesIO()
    Image.new("RGB", size, (number * 40, 0, 0)).save(out, "JPEG")
    return out.getvalue()


IMAGES = [image(number) for number in (1, 2)]


def write_folder(path):
    path.mkdir()
    for name, data in zip(NAMES, IMAGES, strict=True):
        (path / name).write_bytes(data)


def write_cb7(path):
    with py7zr.SevenZipFile(path, "w") as archive:
        for name, data in zip(NAMES, IMAGES, strict=True):
            archive.writestr(data, name)


def write_cbr(path, **options):
    builder = rars.RarBuilder("rar50", **options)
    for name, data in zip(NAMES, IMAGES, strict=True):
        builder.add_bytes(data, name)
    builder.write(str(path))


def write_zip(path, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in zip(NAMES, IMAGES, strict=True):
            archive.writestr(name, data)


def write_pdf(path):
    with pymupdf.open() as document:
        for _ in NAMES:
            document.new_page(width=60, height=90).insert_text((9, 40), "page")
        document.save(path)


KINDS = {
    "stored.cbr": lambda path: write_cbr(path, store=True),
    "solid.cbr": lambda path: write_cbr(path, solid=True),
    "book.cb7": write_cb7,
    "stored.cbz": write_zip,
    "deflated.cbz": lambda path: write_zip(path, zipfile.ZIP_DEFLATED),
    "bzip2.cbz": lambda path: write_zip(path, zipfile.ZIP_BZIP2),
    "folder": write_folder,
}


class Shelf:
    """Keeps what was made; a stand-in for a cache on disk."""

    def __init__(self):
        self.kept = {}
        self.made = []

    def find(self, key, *, wait=True):
        return self.kept.get(key)

    def put(self, key, data):
        self.made.append(key)
        self.kept[key] = data

    def alone(self, _key):
        return nullcontext()

    def get_or_make(self, key, make):
        if key not in self.kept:
            self.made.append(key)
            self.kept[key] = make()
        return self.kept[key]


@pytest.fixture
def library(db, root):
    """A library that takes folders of images for books."""
    now = "2024-01-15T10:30:00.000000Z"
    formats = ["cbz", "cbr", "cb7", "pdf", "folder"]
    return create_library(
        db, name="Comics", path=root, now=now, allowed_formats=formats
    )


@pytest.fixture
def cache():
    return Shelf()


@pytest.fixture
def add(root, scan, db):
    """Return a function that puts a book into the library and returns path and id."""

    def make(name, write):
        (root / "Saga").mkdir(exist_ok=True)
        path = root / "Saga" / name
        write(path)
        scan()
        (book,) = list_books(db, Paging()).data
        assert book.analysis_error is None
        return path, book.id

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_every_container_gives_the_very_bytes_of_its_pages(db, add, cache, kind):
    _, book_id = add(kind, KINDS[kind])

    for number, data in enumerate(IMAGES, 1):
        place = find_page(db, book_id, number)
        page = get_page_image(place, PageWish(), cache=cache)

        assert (page.data, page.length, page.format) == (data, len(data), "jpeg")
        stored = read_stored(place)
        assert stored is None or stored.data == data
        assert (stored is None) == (kind not in ("stored.cbz", "deflated.cbz"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_the_client_has_is_not_read(db, add, kind):
    _, book_id = add(kind, KINDS[kind])
    place = find_page(db, book_id, 1)
    etag = get_page_image(place, PageWish()).etag

    known = get_page_image(place, PageWish(), known=frozenset([etag]))

    assert (known.etag, known.data) == (etag, None)
    assert etag != get_page_image(find_page(db, book_id, 2), PageWish()).etag


def test_only_what_takes_work_is_kept(db, add, cache):
    _, book_id = add("solid.cbr", KINDS["solid.cbr"])
    place = find_page(db, book_id, 1)

    pages = [
        get_page_image(place, wish, cache=cache)
        for wish in (PageWish(), PageWish(width=20)) * 2
    ]

    second = find_page(db, book_id, 2).etag
    kept = {f"{book_id}/{etag}" for etag in (pages[0].etag, pages[1].etag, second)}
    assert set(cache.made) <= kept
    assert len(cache.made) == len(set(cache.made))
    assert pages[:2] == pages[2:]


def test_what_was_made_before_is_found_in_passing(db, add, tmp_path):
    _, book_id = add("solid.cbr", KINDS["solid.cbr"])
    place = find_page(db, book_id, 1)
    cache = ImageCache(tmp_path / "cache", max_bytes=2**20)

    for wish in (PageWish(), PageWish(width=20)):

        def find(*known, wish=wish):
            return find_page_image(place, wish, known=frozenset(known), cache=cache)

        assert find() is None
        page = get_page_image(place, wish, cache=cache)
        assert find() == page
        assert find(page.etag) == StoredPage("", page.etag, 0)


def test_a_cache_that_has_to_be_waited_for_is_not_asked_in_passing(db, add, tmp_path):
    _, book_id = add("solid.cbr", KINDS["solid.cbr"])
    place = find_page(db, book_id, 1)
    cache = ImageCache(tmp_path / "cache", max_bytes=2**20)
    get_page_image(place, PageWish(), cache=cache)
    other = ImageCache(tmp_path / "cache", max_bytes=2**20)

    known = frozenset()
    assert find_page_image(place, PageWish(), known=known, cache=other) is None


@pytest.mark.parametrize("kind", ["folder", "solid.cbr"])
def test_nothing_is_found_of_what_may_have_changed(db, add, tmp_path, kind):
    path, book_id = add(kind, KINDS[kind])
    place = find_page(db, book_id, 1)
    cache = ImageCache(tmp_path / "cache", max_bytes=2**20)
    get_page_image(place, PageWish(width=9), cache=cache)
    os.utime(path, ns=(1, 1))

    known = frozenset("*")
    assert find_page_image(place, PageWish(width=9), known=known, cache=cache) is None


@pytest.mark.parametrize("kind", ["stored.cbr", "bzip2.cbz", "folder"])
def test_what_is_read_as_fast_as_from_a_cache_is_not_kept(db, add, cache, kind):
    _, book_id = add(kind, KINDS[kind])

    get_page_image(find_page(db, book_id, 1), PageWish(), cache=cache)

    assert cache.made == []


def test_pages_of_documents_are_rendered_and_kept(db, add, cache):
    path, book_id = add("book.pdf", write_pdf)
    place = find_page(db, book_id, 2)

    page = get_page_image(place, PageWish(format="jpeg"), cache=cache)
    small = get_page_image(place, PageWish(height=30, format="png"), cache=cache)

    assert page.format == "jpeg"
    assert Image.open(io.BytesIO(small.data)).size == (20, 30)
    assert read_stored(place) is None
    assert (
        cache.made
        == [
            f"{book_id}/{place.etag}",
            f"{book_id}/{place.etag}-x30.png",
        ][::-1]
        or len(cache.made) == 2
    )
    os.utime(path, ns=(1, 1))
    assert current_place(place).etag != place.etag


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_gone_is_unreadable(db, add, kind):
    path, book_id = add(kind, KINDS[kind])
    path.rename(path.with_name("gone"))
    place = find_page(db, book_id, 1)

    with pytest.raises(UnreadableBookError, match="No such file"):
        get_page_image(place, PageWish(), known=frozenset("*"))
    with pytest.raises(UnreadableBookError, match="No such file"):
        read_stored(place)


@pytest.mark.parametrize("kind", ["stored.cbr", "book.cb7", "deflated.cbz"])
def test_a_file_of_another_format_in_its_place_shows_its_own_pages(db, add, kind):
    path, book_id = add(kind, KINDS[kind])
    path.unlink()
    pages = [image(number) for number in (5, 6)]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in zip(NAMES, pages, strict=True):
            archive.writestr(name, data)

    for number, data in enumerate(pages, 1):
        place = find_page(db, book_id, number)
        assert get_page_image(place, PageWish()).data == data
        assert read_stored(place).data == data
        with pytest.raises(BlockingIOError):
            read_stored(place, wait=False)


def test_a_page_of_a_folder_that_was_replaced_is_a_conflict(db, add):
    path, book_id = add("folder", write_folder)
    (path / "1.jpg").write_bytes(image(9, (30, 30)))

    with pytest.raises(ConflictError, match="has changed since the last scan"):
        get_page_image(find_page(db, book_id, 1), PageWish())
    assert get_page_image(find_page(db, book_id, 2), PageWish()).data == IMAGES[1]


def test_a_file_that_changes_while_it_is_read_is_a_conflict(db, add):
    path, book_id = add("stored.cbr", KINDS["stored.cbr"])
    place = find_page(db, book_id, 1)
    os.utime(path, ns=(1, 1))

    with pytest.raises(ConflictError, match="is being changed"):
        read_image(place)


def test_a_page_that_is_no_image_is_unreadable_by_its_number(db, add):
    def write(path):
        write_zip(path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("3.jpg", b"no image")

    _, book_id = add("book.cbz", write)
    place = find_page(db, book_id, 3)

    assert read_stored(place) is None
    for wish in (PageWish(), PageWish(width=9)):
        with pytest.raises(UnreadableBookError, match="page 3: "):
            get_page_image(place, wish)


def test_nothing_is_waited_for_before_the_kind_of_the_disk_is_known(db, add):
    _, book_id = add("stored.cbz", write_zip)
    place = find_page(db, book_id, 1)

    with pytest.raises(BlockingIOError):
        read_stored(place, wait=False)
    assert read_stored(place).data == read_stored(place, wait=False).data == IMAGES[0]


def test_a_page_is_not_inflated_without_waiting(db, add):
    _, book_id = add("deflated.cbz", KINDS["deflated.cbz"])
    place = find_page(db, book_id, 1)
    page = read_stored(place)

    with pytest.raises(BlockingIOError):
        read_stored(place, wait=False)
    assert read_stored(place, wait=False, gzip=True).length > page.length - 999


def test_a_folder_in_the_place_of_a_file_is_unreadable(db, add):
    path, book_id = add("stored.cbz", write_zip)
    place = find_page(db, book_id, 1)
    path.unlink()
    path.mkdir()

    with pytest.raises(UnreadableBookError):
        read_stored(place)


@pytest.mark.parametrize("kind", ["stored.cbz", "deflated.cbz"])
def test_a_damaged_page_is_unreadable_in_every_form(db, add, kind):
    path, book_id = add(kind, KINDS[kind])
    place = find_page(db, book_id, 1)
    facts = path.stat()
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert read_stored(place) is None
    with pytest.raises(UnreadableBookError):
        get_page_image(place, PageWish())


def test_a_page_beyond_the_book_is_not_found(db, add):
    _, book_id = add("stored.cbz", write_zip)

    with pytest.raises(PageNotFoundError):
        find_page(db, book_id, 3)
