"""External links: where other catalogs have a series, one link for each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from codex_lib.catalog.series_rows import series_row_id, touch_series
from codex_lib.catalog.sources import MAX_SOURCES, checked_source
from codex_lib.db import rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import InvalidError, LinkNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database

MAX_URL = 2_000  # characters
MAX_EXTERNAL_ID = 200


@dataclass(frozen=True, slots=True)
class ExternalLink:
    """Where another catalog has a series; external_id is what it is called there."""

    id: str
    series_id: str
    source_name: str
    url: str
    external_id: str | None
    created_at: str
    updated_at: str


_LIST = """
    SELECT links.uuid AS id, series.uuid AS series_id, source_name, url, external_id,
        links.created_at, links.updated_at
    FROM external_links AS links JOIN series ON series.id = links.series_id
    WHERE links.series_id = ? ORDER BY source_name
"""


def list_external_links(db: Database, series_id: str) -> list[ExternalLink]:
    """Return the links of a series by source. Raises SeriesNotFoundError."""
    found = rows(db, _LIST, [series_row_id(db, series_id)])
    return [ExternalLink(**row) for row in found]


_SET = """
    INSERT INTO external_links (
        series_id, source_name, uuid, url, external_id, created_at, updated_at
    ) VALUES (:row_id, :source, :uuid, :url, :external_id, :now, :now)
    ON CONFLICT (series_id, source_name) DO UPDATE SET
        url = excluded.url, external_id = excluded.external_id,
        updated_at = excluded.updated_at
"""


def set_external_link(  # noqa: PLR0913 - all by keyword
    db: Database,
    series_id: str,
    *,
    source_name: str,
    url: str,
    external_id: str | None = None,
    now: str,
) -> ExternalLink:
    """Say where another catalog has a series, in place of what was said before.

    Raises SeriesNotFoundError, InvalidError.
    """
    source = checked_source(source_name)
    values = {"url": _checked_url(url), "external_id": _checked_id(external_id)}
    values |= {"source": source, "uuid": new_id(), "now": now}
    with write(db):
        row_id = series_row_id(db, series_id)
        rows(db, _SET, {**values, "row_id": row_id})
        touch_series(db, [row_id], "external_links", now=now)
        links = list_external_links(db, series_id)
        if len(links) > MAX_SOURCES:
            raise InvalidError("source_name", f"a series has at most {MAX_SOURCES}")
    return next(link for link in links if link.source_name == source)


def delete_external_link(
    db: Database, series_id: str, source_name: str, *, now: str
) -> None:
    """Forget where another catalog has a series; it is named by source or by id.

    Raises SeriesNotFoundError, LinkNotFoundError.
    """
    sql = """
        DELETE FROM external_links WHERE series_id = ? AND ? IN (source_name, uuid)
        RETURNING uuid
    """
    with write(db):
        row_id = series_row_id(db, series_id)
        source = " ".join(source_name.lower().split())
        if not rows(db, sql, [row_id, source]):
            raise LinkNotFoundError(source_name)
        touch_series(db, [row_id], "external_links", now=now)


# As a browser takes it literally: no white space, no quotes, no angle brackets.
_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"]+", re.IGNORECASE)


def _checked_url(text: str) -> str:
    url = text.strip()
    if len(url) > MAX_URL:
        raise InvalidError("url", f"must not be longer than {MAX_URL:,} characters")
    if not _URL.fullmatch(url) or not _has_host(url):
        reason = "must be an address that begins with http:// or https://"
        raise InvalidError("url", reason)
    return url


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # brackets that are no IPv6 address
        return False


def _checked_id(text: str | None) -> str | None:
    name = " ".join((text or "").split())
    if len(name) > MAX_EXTERNAL_ID:
        reason = f"must not be longer than {MAX_EXTERNAL_ID} characters"
        raise InvalidError("external_id", reason)
    return name or None
