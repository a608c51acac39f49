"""Pages that take work: fitted into a box, in another format, rendered, unpacked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zlib import crc32

from codex_lib import __version__
from codex_lib.catalog.stored_pages import (
    RENDERED,
    StoredPage,
    current_place,
    is_certain,
    read_image,
    read_images,
)
from codex_lib.errors import UnreadableBookError
from codex_lib.formats import SOLID_FORMATS
from codex_lib.formats.image_headers import image_header
from codex_lib.formats.zip_methods import STORED

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.catalog.image_cache import ImageCache
    from codex_lib.catalog.stored_pages import PagePlace


@dataclass(frozen=True, slots=True)
class PageWish:
    """How a page is wanted: within a box of pixels, in a format; None is as it is."""

    width: int | None = None
    height: int | None = None
    format: str | None = None

    def is_original(self, page_format: str) -> bool:
        """Return whether a page of that format is wanted as it is."""
        has_box = self.width is not None or self.height is not None
        return not has_box and self.format in (None, page_format)


def get_page_image(
    place: PagePlace,
    wish: PageWish,
    *,
    known: frozenset[str] = frozenset(),
    cache: ImageCache | None = None,
) -> StoredPage:
    """Return a page as it is wanted; nothing is made that the client has (known).

    Raises PageNotFoundError, UnreadableBookError, ConflictError, and InvalidError for a
    bad size or format.
    """
    place = current_place(place)
    etag = _etag(place, wish)
    if known & {"*", etag}:
        return StoredPage("", etag, 0)
    if etag == place.etag:
        data = _original(place, cache)
    else:
        data = _kept(cache, place, etag, lambda: _variant_image(place, wish, cache))
    return _told(place, etag, data)


def find_page_image(
    place: PagePlace, wish: PageWish, *, known: frozenset[str], cache: ImageCache
) -> StoredPage | None:
    """Return what get_page_image would, None if it was not made before.

    Neither made nor waited for, so that it can be asked in passing.
    Raises UnreadableBookError.
    """
    if not is_certain(place):
        return None
    etag = _etag(place, wish)
    if known & {"*", etag}:
        return StoredPage("", etag, 0)
    with suppress(BlockingIOError):
        data = cache.find(_key(place, etag), wait=False)
        return None if data is None else _told(place, etag, data)
    return None


def _etag(place: PagePlace, wish: PageWish) -> str:
    form = place.page.format
    if wish.is_original(RENDERED.get(form, form)):
        return place.etag
    box = f"{wish.width or ''}x{wish.height or ''}"
    return f"{place.etag}-{box}.{wish.format or ''}-{__version__}"


def _key(place: PagePlace, etag: str) -> str:
    return f"{place.book_id}/{etag}"


def _told(place: PagePlace, etag: str, data: bytes) -> StoredPage:
    kind = image_header(data)[0]
    if not kind:
        raise UnreadableBookError(place.path, f"page {place.number}: is no known image")
    return StoredPage(kind, etag, len(data), data)


def _original(place: PagePlace, cache: ImageCache | None) -> bytes:
    """Return a page's own image; kept only if reading it is more than reading."""
    page = place.page
    is_cheap = page.method == STORED or place.file_format in ("cbz", "epub")
    if is_cheap and page.format not in RENDERED:
        return read_image(place)
    if cache is not None and place.file_format in SOLID_FORMATS:
        return _unpacked(cache, place)
    return _kept(cache, place, place.etag, lambda: read_image(place))


def _unpacked(cache: ImageCache, place: PagePlace) -> bytes:
    """Return a page of an archive that may be solid; pages behind it are kept, too.

    One at a time unpacks a book: who asks for the next page meanwhile waits for it.
    """
    data = cache.find(_key(place, place.etag))
    if data is not None:
        return data
    with cache.alone(f"{place.book_id}/unpacking"):
        data = cache.find(_key(place, place.etag))
        if data is None:
            data, *others = read_images(place)
            cache.put(_key(place, place.etag), data)
            for other in others:
                page = place.page._replace(crc=crc32(other), file_size=len(other))
                etag = replace(place, page=page).etag
                cache.put(_key(place, etag), other)
    return data


def _kept(
    cache: ImageCache | None, place: PagePlace, etag: str, make: Callable[[], bytes]
) -> bytes:
    """Return an image from the cache, made if it is not there."""
    if cache is None:
        return make()
    return cache.get_or_make(_key(place, etag), make)


def _variant_image(place: PagePlace, wish: PageWish, cache: ImageCache | None) -> bytes:
    from codex_lib.formats.images import render_image  # noqa: PLC0415 - loads Pillow

    data = _original(place, cache)
    try:
        image = render_image(
            data, width=wish.width, height=wish.height, format=wish.format
        )
    except UnreadableBookError as error:
        reason = f"page {place.number}: {error.reason}"
        raise UnreadableBookError(place.path, reason) from error
    return image.data
