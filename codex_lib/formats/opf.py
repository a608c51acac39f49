"""The OPF package document: what an EPUB is made of, and in which order.

EPUB 2 (OPF 2.0.1) and EPUB 3.x, and the metadata.opf that calibre puts beside a book.
Pure: bytes in, record out. Elements are told by their local names, because real files
get the namespaces wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_lib.formats import limits
from codex_lib.formats.opf_metadata import parse_metadata
from codex_lib.formats.xml import XmlError, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from codex_lib.formats.book import Metadata


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One file of the publication; href is as written, relative to the OPF.

    fallback is the id of an item to show by who cannot show this one.
    """

    id: str
    href: str
    media_type: str
    properties: tuple[str, ...]
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class SpineItem:
    """One step of the reading order; item is None if the manifest does not have it."""

    item: ManifestItem | None
    is_linear: bool
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpfPackage:
    """A package document.

    cover_hrefs are the candidates for the cover, best first: images or documents that
    show one. fixed_layout tells that pages have a fixed size, as those of comics do.
    """

    version: str
    metadata: Metadata
    manifest: tuple[ManifestItem, ...]
    spine: tuple[SpineItem, ...]
    cover_hrefs: tuple[str, ...]
    fixed_layout: bool


def parse_opf(data: bytes) -> OpfPackage:
    """Return what a package document says; any encoding that XML allows.

    Whatever is missing is empty, as the manifest of calibre's metadata.opf.
    Raises XmlError.
    """
    root = parse_xml(data.lstrip(b" \t\r\n"))
    if local_name(root) != "package":
        raise XmlError("not an OPF package document")
    metas = _named_metas(root)
    manifest = tuple(_manifest(root))
    spine = _first(root, "spine")
    return OpfPackage(
        version=root.get("version", ""),
        metadata=_metadata(root, spine, metas),
        manifest=manifest,
        spine=tuple(_spine(spine, manifest)),
        cover_hrefs=tuple(dict.fromkeys(_covers(root, manifest, metas))),
        fixed_layout=_is_fixed(root, metas),
    )


def _first(parent: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in parent if local_name(child) == name), None)


def _named(parent: etree._Element | None, name: str) -> list[etree._Element]:
    """Return the children of that name, as many as an archive may have entries."""
    if parent is None:
        return []
    found = [child for child in parent if local_name(child) == name]
    return found[: limits.ENTRIES]


def _named_metas(root: etree._Element) -> dict[str, str]:
    """Return EPUB 2's <meta name content>; the first of a name counts."""
    metas: dict[str, str] = {}
    metadata = _first(root, "metadata")
    for element in metadata.iter() if metadata is not None else ():
        if local_name(element) == "meta" and element.get("name"):
            content = element.get("content") or element.text or ""
            metas.setdefault(element.get("name", ""), content.strip())
    return metas


def _metadata(
    root: etree._Element, spine: etree._Element | None, metas: dict[str, str]
) -> Metadata:
    """Return the metadata; the direction of reading stands in the spine.

    Kindle books say it in primary-writing-mode, as "horizontal-rl".
    """
    element = _first(root, "metadata")
    metadata = parse_metadata(element, metas)
    direction = "" if spine is None else spine.get("page-progression-direction", "")
    if not direction and metas.get("primary-writing-mode", "").endswith("-rl"):
        direction = "rtl"
    if direction in {"ltr", "rtl"}:
        metadata["reading_direction"] = direction
    return metadata


def _manifest(root: etree._Element) -> Iterator[ManifestItem]:
    for item in _named(_first(root, "manifest"), "item"):
        if item.get("href"):
            yield ManifestItem(
                item.get("id", ""),
                item.get("href", "").strip(),
                item.get("media-type", "").strip().lower(),
                tuple(item.get("properties", "").split()),
                item.get("fallback", ""),
            )


def _spine(
    spine: etree._Element | None, manifest: tuple[ManifestItem, ...]
) -> Iterator[SpineItem]:
    items = {item.id: item for item in reversed(manifest)}
    for reference in _named(spine, "itemref"):
        yield SpineItem(
            items.get(reference.get("idref", "")),
            reference.get("linear", "yes").strip().lower() != "no",
            tuple(reference.get("properties", "").split()),
        )


def _covers(
    root: etree._Element, manifest: tuple[ManifestItem, ...], metas: dict[str, str]
) -> Iterator[str]:
    """Find covers in the order in which reading systems look for them.

    <meta name="cover"> holds the id of an item; some writers put its href there.
    """
    for item in manifest:
        if "cover-image" in item.properties:
            yield item.href
    named = metas.get("cover", "")
    for item in manifest:
        if named and named in (item.id, item.href):
            yield item.href
    for reference in _named(_first(root, "guide"), "reference"):
        if "cover" in reference.get("type", "").lower() and reference.get("href"):
            yield reference.get("href", "").strip()


def _is_fixed(root: etree._Element, metas: dict[str, str]) -> bool:
    """Tell whether pages have a fixed size: EPUB 3's way, or Kindle's and Kobo's."""
    if metas.get("fixed-layout", "").lower() == "true":
        return True
    return any(
        meta.get("property") == "rendition:layout"
        and (meta.text or "").strip() == "pre-paginated"
        for meta in _named(_first(root, "metadata"), "meta")
    )
