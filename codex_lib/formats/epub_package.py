"""The way into an EPUB: its container, its package document, and where hrefs lead."""

from __future__ import annotations

import posixpath
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.image_headers import format_of_suffix
from codex_lib.formats.opf import parse_opf
from codex_lib.formats.xml import XmlError, local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.formats.opf import ManifestItem, OpfPackage
    from codex_lib.formats.zip_archive import Entry, ZipArchive

CONTAINER = "META-INF/container.xml"
_OPF_TYPE = "application/oebps-package+xml"
_DOCUMENT_TYPES = {
    *("application/xhtml+xml", "text/html", "image/svg+xml", "text/x-oeb1-document"),
    *("application/x-dtbook+xml", ""),
}
_FALLBACKS = 10  # EPUB allows a chain of them; it may be a circle


class EntryNames:
    """The entries of an archive, found by the hrefs that mean them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact = {entry.name: entry for entry in reversed(list(entries))}
        self._folded: dict[str, Entry] = {}

    def find(self, href: str, *, base: str = "") -> Entry | None:
        """Return the entry that an href in the entry base means, None if there is none.

        Never one outside of the archive. Names that differ in case or in the form of
        their accents are taken as equal if nothing fits better: files travel through
        systems for which they are.
        """
        for name in (resolve_href(base, href), resolve_href(base, href, decode=False)):
            if name is not None:
                entry = self._exact.get(name) or self._fold().get(_folded(name))
                if entry is not None:
                    return entry
        return None

    def _fold(self) -> dict[str, Entry]:
        if not self._folded:
            pairs = [(_folded(name), entry) for name, entry in self._exact.items()]
            self._folded = dict(reversed(pairs))
        return self._folded


@dataclass(frozen=True, slots=True)
class SpineEntry:
    """A step of the reading order that is in the archive."""

    entry: Entry
    is_image: bool
    is_linear: bool


@dataclass(frozen=True, slots=True)
class Epub:
    """An open EPUB; missing counts the steps of the spine that are not in the archive.

    images are the entries of its manifest that are images to look at, in order.
    """

    archive: ZipArchive
    names: EntryNames
    opf: OpfPackage
    opf_name: str
    spine: list[SpineEntry]
    images: list[Entry]
    missing: int


def open_package(archive: ZipArchive) -> Epub:
    """Read container and package document of an EPUB that is open as an archive.

    Raises UnreadableBookError.
    """
    names = EntryNames(archive.entries)
    entry = _package_entry(archive, names)
    try:
        opf = parse_opf(archive.read(entry, limits.METADATA_BYTES))
    except XmlError as error:
        reason = f"the package document is damaged: {error}"
        raise UnreadableBookError(archive.path, reason) from error
    items = {item.id: item for item in reversed(opf.manifest)}
    steps = [(_shown(step.item, items), step.is_linear) for step in opf.spine]
    spine = [
        SpineEntry(found, is_raster(item), is_linear)
        for item, is_linear in steps
        if item is not None and (found := names.find(item.href, base=entry.name))
    ]
    rasters = [item for item in opf.manifest if is_raster(item)]
    images = [names.find(item.href, base=entry.name) for item in rasters]
    present = list(filter(None, images))
    missing = len(opf.spine) - len(spine)
    return Epub(archive, names, opf, entry.name, spine, present, missing)


def resolve_href(base: str, href: str, *, decode: bool = True) -> str | None:
    """Return the entry name that an href in the entry base means.

    None if it means the network, or leads out of the archive. A leading "/" is the
    archive's root. decode=False takes percent signs as they are.
    """
    try:
        parts = urlsplit(href.strip().replace("\\", "/"))
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path) if decode else parts.path
    folder = "/" if path.startswith("/") else f"/{posixpath.dirname(base)}/"
    steps: list[str] = []
    for step in f"{folder}/{path}".split("/"):
        if step == ".." and not steps:
            return None
        if step == "..":
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def is_raster(item: ManifestItem) -> bool:
    """Tell whether an item is an image of pixels, by type or by suffix."""
    if item.media_type == "image/svg+xml":
        return False
    if item.media_type.startswith("image/"):
        return True
    return item.media_type not in _DOCUMENT_TYPES and bool(format_of_suffix(item.href))


def package_names(archive: ZipArchive) -> list[str]:
    """Return the names of all package documents, whether anything points to them."""
    return [entry.name for entry in archive.entries if entry.name.endswith(".opf")]


def _package_entry(archive: ZipArchive, names: EntryNames) -> Entry:
    container = names.find(CONTAINER)
    if container is None:
        lone = package_names(archive)
        found = names.find(lone[0]) if len(lone) == 1 else None
        if found is None:
            reason = f"not an EPUB: {CONTAINER} is missing"
            raise UnreadableBookError(archive.path, reason)
        return found
    try:
        root = parse_xml(archive.read(container, limits.METADATA_BYTES).lstrip())
    except XmlError as error:
        reason = f"{CONTAINER} is damaged: {error}"
        raise UnreadableBookError(archive.path, reason) from error
    for element in root.iter():
        is_package = element.get("media-type", _OPF_TYPE).strip() == _OPF_TYPE
        if local_name(element) == "rootfile" and is_package:
            entry = names.find(element.get("full-path", "") or "?")
            if entry is not None:
                return entry
    reason = f"{CONTAINER} names no package document that is in the archive"
    raise UnreadableBookError(archive.path, reason)


def _shown(
    item: ManifestItem | None, items: dict[str, ManifestItem]
) -> ManifestItem | None:
    """Return an item, or the fallback of one whose type no page can show."""
    shown = item
    for _ in range(_FALLBACKS):
        if shown is None:
            return item
        if is_raster(shown) or shown.media_type in _DOCUMENT_TYPES:
            return shown
        shown = items.get(shown.fallback)
    return item


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
