"""Pages made smaller, and covers, beside a bare loop of Pillow over the same images.

The bare loop decodes an image that is in memory already, with the same resampling and
quality, and keeps nothing. Over HTTP a page that was made before is asked for in turns
with one that lies stored in its book, of the very same bytes.
"""

from __future__ import annotations

import io
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from measures import Line
from pages import token_of
from PIL import Image
from serve import request_line, running_server, take_turns

from codex_lib.catalog.cover_making import generate_covers
from codex_lib.catalog.image_cache import ImageCache
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.page_images import PageWish, get_page_image
from codex_lib.catalog.stored_pages import find_page
from codex_lib.clock import now
from codex_lib.db import open_catalog, rows
from codex_lib.scanning.scan import scan_library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codex_lib.db import Database

BOOKS, RESIZED, PICTURES = 150, 20, 6
SIZE, WIDTH, COVER = (1600, 2400), 800, 400
SLOWER, COVERS, WARM = 1.3, 0.9, 0.9


def measure_images(work: Path, rounds: int) -> list[Line]:
    """Make pages smaller, make covers, and ask for both when they are made."""
    pages = [_picture(seed) for seed in range(PICTURES)]
    root = work / "images" / "Comics" / "Saga"
    root.mkdir(parents=True)
    for number in range(BOOKS):
        _write_book(root / f"Saga {number:03}.cbz", pages[number % PICTURES])
    _write_book(root / "Small.cbz", _bare(pages[0], WIDTH, Image.Resampling.LANCZOS))
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        library = create_library(db, name="Images", path=root.parent, now=now())
        scan_library(db, library.id, now=now())
        found = rows(db, "SELECT title, uuid FROM books ORDER BY id")
        books = {row["title"]: row["uuid"] for row in found}
        lines = _resized(
            db,
            work,
            pages,
            [books[f"Saga {number:03}"] for number in range(RESIZED)],
            rounds,
        )
        lines += _covers(db, work, pages, library.id, rounds)
    return [*lines, *_warm(work, books, rounds)]


def _picture(seed: int) -> bytes:
    """Return a page of 1.3 MB: shades with the grain of a scan."""
    shades = Image.linear_gradient("L").rotate(90 * (seed % 4)).resize(SIZE)
    grain = Image.effect_noise(SIZE, 30)
    out = io.BytesIO()
    Image.blend(shades, grain, 0.35).convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def _write_book(path: Path, page: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        # What stands behind the image's end makes equal pages different books.
        archive.writestr("1.jpg", page + path.name.encode())


def _bare(page: bytes, width: int, resampling: Image.Resampling) -> bytes:
    image = Image.open(io.BytesIO(page))
    size = (width, round(image.height * width / image.width))
    image.draft(None, size)
    gap = 3.0 if resampling == Image.Resampling.LANCZOS else 2.0
    out = io.BytesIO()
    image.resize(size, resampling, reducing_gap=gap).save(out, "JPEG", quality=85)
    return out.getvalue()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resized(
    db: Database, work: Path, pages: list[bytes], books: list[str], rounds: int
) -> list[Line]:
    wanted = [pages[number % PICTURES] for number in range(len(books))]
    bare, ours = [], []
    for turn in range(rounds):
        cache = ImageCache(work / "images" / f"pages-{turn}", max_bytes=2**30)

        def make(cache: ImageCache = cache) -> None:
            for book in books:
                get_page_image(find_page(db, book, 1), PageWish(WIDTH), cache=cache)

        def floor() -> None:
            for page in wanted:
                _bare(page, WIDTH, Image.Resampling.LANCZOS)

        bare.append(1000 * _seconds(floor) / len(books))
        ours.append(1000 * _seconds(make) / len(books))
    ratio = min(ours) / min(bare)
    return [
        Line("images: bare resize to 800 wide", min(bare), median(bare), "ms"),
        Line(
            *("images: resized page, not made before", min(ours), median(ours), "ms"),
            *(ratio, "bare", f"<= {SLOWER} x", ratio <= SLOWER),
        ),
    ]


def _covers(
    db: Database, work: Path, pages: list[bytes], library_id: str, rounds: int
) -> list[Line]:
    wanted = [pages[number % PICTURES] for number in range(BOOKS)]
    small = partial(
        _bare, width=COVER * SIZE[0] // SIZE[1], resampling=Image.Resampling.BICUBIC
    )
    bare, ours = [], []
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(small, wanted[:4]))
        for turn in range(rounds):
            cache = ImageCache(work / "images" / f"covers-{turn}", max_bytes=2**30)
            bare.append(BOOKS / _seconds(lambda: list(pool.map(small, wanted))))
            ours.append(_covers_a_second(db, cache, library_id))
    ratio = max(ours) / max(bare)
    return [
        Line("images: bare covers, two processes", max(bare), median(bare), "a second"),
        Line(
            *(
                "images: covers, two processes",
                max(ours),
                median(ours),
                "a second",
            ),
            *(ratio, "bare", f">= {COVERS} x", ratio >= COVERS),
        ),
    ]


def _covers_a_second(db: Database, cache: ImageCache, library_id: str) -> float:
    """Make all covers; what starting the processes takes does not count."""
    times = []
    generate_covers(
        *(db, cache),
        library_id=library_id,
        processes=2,
        on_progress=lambda *_: times.append(time.perf_counter()),
    )
    return (len(times) - 1) / (times[-1] - times[0])


def _warm(work: Path, books: dict[str, str], rounds: int) -> list[Line]:
    with running_server(work) as server:
        token = token_of(server)
        saga = f"books/{books['Saga 000']}"
        paths = {
            "stored page": f"books/{books['Small']}/pages/1",
            "the same, resized before": f"{saga}/pages/1?width={WIDTH}",
            "cover made before": f"{saga}/thumbnail",
        }
        lines = {
            name: request_line(f"/api/v1/{path}", {"Authorization": f"Bearer {token}"})
            for name, path in paths.items()
        }
        rates, _ = take_turns(server, lines, rounds)
    floor = max(rates["stored page"])
    return [
        Line(
            *(f"images: {name}", max(found), median(found), "req/s"),
            *(max(found) / floor, "stored"),
            *(f">= {WARM} x", max(found) / floor >= WARM),
        )
        for name, found in rates.items()
    ]
