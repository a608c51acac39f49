"""Covers over HTTP: known before they are made, made once, kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from codex_lib import clock
from codex_lib.api import covers
from codex_lib.api.calls import Lane
from codex_lib.api.errors import OverloadedError
from codex_lib.catalog.books import list_books
from codex_lib.catalog.chosen_covers import add_series_cover
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.settings.values import Change, set_setting

API = "/api/v1"
MANY = Paging(0, 500)


@pytest.fixture
def reader(make_user, sign):
    return sign(make_user())


@pytest.fixture
def shelf(db, root, scan, library):
    """One series of two books; the paths of all that has a cover, by noun."""
    (root / "Saga").mkdir()
    for number, color in enumerate(((200, 0, 0), (0, 0, 200)), 1):
        page = io.BytesIO()
        Image.new("RGB", (600, 900), color).save(page, "JPEG")
        with zipfile.ZipFile(root / "Saga" / f"Saga {number}.cbz", "w") as archive:
            archive.writestr("1.jpg", page.getvalue())
    scan()
    (series,) = list_series(db, MANY).data
    book = list_books(db, MANY).data[0]
    return {
        "books": f"{API}/books/{book.id}/thumbnail",
        "series": f"{API}/series/{series.id}/thumbnail",
        "libraries": f"{API}/libraries/{library.id}/thumbnail",
    }


NOUNS = pytest.mark.parametrize("noun", ["books", "series", "libraries"])


@pytest.fixture
def get(client, reader):
    def ask(path, *, headers=None, method="GET", **query):
        headers = {**reader, **(headers or {})}
        return client.simulate_request(method, path, headers=headers, params=query)

    return ask


@NOUNS
def test_a_cover_is_a_small_jpeg(get, shelf, noun):
    answer = get(shelf[noun])

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert Image.open(io.BytesIO(answer.content)).size == (267, 400)


@NOUNS
def test_a_second_look_is_the_same_without_the_book(get, shelf, root, noun):
    first = get(shelf[noun])
    for path in root.glob("*/*.cbz"):
        path.unlink()

    second = get(shelf[noun])
    third = get(shelf[noun])

    assert first.content == second.content == third.content
    assert first.headers["ETag"] == second.headers["ETag"]


@NOUNS
def test_whoever_has_it_is_told_so_before_anything_is_made(
    get, shelf, root, monkeypatch, noun
):
    etag = get(shelf[noun], method="HEAD").headers["ETag"]
    monkeypatch.delattr(covers, "make_cover")
    monkeypatch.delattr(covers, "kept_cover")

    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = get(shelf[noun], headers={"If-None-Match": known})

        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag


@NOUNS
def test_head_says_what_get_does_without_the_image(get, shelf, noun):
    head, full = get(shelf[noun], method="HEAD"), get(shelf[noun])

    assert head.content == b""
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == full.headers[name]


def test_who_says_which_one_may_keep_it_for_a_year(get, shelf):
    answer = get(shelf["books"], v="2024")

    expected = "private, max-age=31536000, immutable"
    assert answer.headers["Cache-Control"] == expected


def test_a_chosen_cover_is_shown_at_once(get, shelf, db):
    before = get(shelf["series"])
    green = io.BytesIO()
    Image.new("RGB", (50, 50), (0, 200, 0)).save(green, "PNG")
    (series,) = list_series(db, MANY).data
    add_series_cover(db, series.id, green.getvalue(), now=clock.now())

    after = get(shelf["series"], headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert Image.open(io.BytesIO(after.content)).getpixel((5, 5))[1] > 150
    assert get(shelf["books"]).content == before.content


def test_the_settings_decide_size_and_quality(get, shelf, db):
    before = get(shelf["books"])
    set_setting(db, "thumbnail.max_dimension", 100, Change(clock.now()))

    after = get(shelf["books"], headers={"If-None-Match": before.headers["ETag"]})

    assert Image.open(io.BytesIO(after.content)).size == (67, 100)


def test_a_series_whose_first_book_is_gone_shows_the_second(get, shelf, root):
    (root / "Saga" / "Saga 1.cbz").unlink()

    answer = get(shelf["series"])

    assert Image.open(io.BytesIO(answer.content)).getpixel((5, 5))[2] > 150
    assert get(shelf["books"]).status_code == 404


def test_too_many_images_at_a_time_are_refused_and_lists_go_on(get, shelf, monkeypatch):
    run = Lane.run

    async def full(lane, function):
        if lane._name == "images":
            raise OverloadedError
        return await run(lane, function)

    monkeypatch.setattr(Lane, "run", full)

    assert get(shelf["books"]).status_code == 503
    assert get(f"{API}/books").status_code == 200


def test_what_the_cache_cannot_keep_is_made_each_time(
    make_client, shelf, reader, tmp_path
):
    (tmp_path / "file").write_bytes(b"")
    client = make_client(files_thumbnail_dir=tmp_path / "file")

    for _ in range(2):
        answer = client.simulate_get(shelf["books"], headers=reader)
        assert Image.open(io.BytesIO(answer.content)).size == (267, 400)
