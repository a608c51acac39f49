from __future__ import annotations

import pytest

from codex_lib.catalog.chosen_covers import add_series_cover
from codex_lib.catalog.cover_making import generate_covers
from codex_lib.catalog.image_cache import ImageCache
from codex_lib.catalog.orphaned_covers import (
    cleanup_orphaned_covers,
    list_orphaned_covers,
)
from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging


@pytest.fixture
def cache(db, tmp_path, make_cbz, scan):
    """The covers of two books, of which one has changed since."""
    for number in (1, 2):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()
    series = list_series(db, Paging()).data[0].id
    cover = make_cbz("given.cbz").parent / "given.png"
    from PIL import Image  # noqa: PLC0415 - here alone

    Image.new("RGB", (30, 40)).save(cover)
    now = "2024-01-15T10:30:00.000000Z"
    add_series_cover(db, series, cover.read_bytes(), now=now)
    cache = ImageCache(tmp_path / "covers", max_bytes=2**30)
    assert generate_covers(db, cache).made == 3
    make_cbz("Bone/Bone 1.cbz", seed=7, pages=4)
    scan()
    return cache


def test_only_what_nothing_shows_is_an_orphan(db, cache):
    (orphan,) = list_orphaned_covers(db, cache)

    result = cleanup_orphaned_covers(db, cache)

    assert (result.thumbnails_deleted, result.failures) == (1, 0)
    assert result.bytes_freed == orphan.size_bytes
    assert list_orphaned_covers(db, cache) == []
    assert cache.usage().images == 2


def test_a_cleanup_stops_when_it_is_told_to(db, cache):
    result = cleanup_orphaned_covers(db, cache, should_stop=lambda: True)

    assert (result.thumbnails_deleted, result.cancelled) == (0, True)


def test_what_cannot_be_removed_is_told(db, cache, monkeypatch):
    def refuse(_):
        raise OSError("read-only")

    monkeypatch.setattr(cache, "drop", refuse)

    result = cleanup_orphaned_covers(db, cache)

    assert (result.failures, result.errors) == (1, ["read-only"])
