"""ComicInfo.xml, the metadata of ComicRack: every field of the 2.1 draft.

Source: the ComicInfo 2.1 schema of the Anansi Project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from codex_lib.formats import limits, values
from codex_lib.formats.language import parse_language
from codex_lib.formats.xml import XmlError, local_name
from codex_lib.formats.xml_repair import parse_lenient

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from codex_lib.formats.book import Metadata

    # The key in Metadata, and what reads the element's content.
    _Field = tuple[str, Callable[[Any], object]]

_MANGA = {"no": "No", "yes": "Yes", "yesandrighttoleft": "YesAndRightToLeft"}
_YES_NO = {"no": False, "yes": True}


def parse_comicinfo(data: bytes) -> Metadata:
    """Return what a ComicInfo.xml says about its book.

    Lenient: any case, any order, any namespace; of a field given twice the first with
    a value; values that make no sense are left out. A damaged file is read as far as
    it goes. Raises XmlError when it holds nothing.
    """
    return read_comicinfo(*parse_lenient(data))


def read_comicinfo(root: etree._Element, damage: str = "") -> Metadata:
    """Return the metadata of a parsed ComicInfo.

    damage is why the document had to be repaired: then a root without any value is an
    XmlError for that reason, where a sound but empty file is merely empty.
    """
    if local_name(root).lower() != "comicinfo":
        raise XmlError(damage or f"the root element is {local_name(root)[:40]}")
    found: dict[str, Any] = {}
    field = _FIELDS.get
    for element in root:
        key, read = field(element.tag) or _find_field(element)
        if key not in found:
            value = read(_contents(element) if len(element) else element.text)
            if value is not None:
                found[key] = value
    if damage and not found:
        raise XmlError(damage)
    if found.get("manga") == "YesAndRightToLeft":
        found["reading_direction"] = "rtl"
    found["source"] = "comicinfo"
    return cast("Metadata", found)


def _find_field(element: etree._Element) -> _Field:
    """Return the field of an element that is not spelled as the schema has it."""
    return _FIELDS.get(local_name(element).lower(), _UNKNOWN)


def _contents(element: etree._Element) -> etree._Element | str:
    """Return the list of pages as it is, of others the text without its markup."""
    is_pages = local_name(element).lower() == "pages"
    return element if is_pages else "".join(map(str, element.itertext()))


def _manga(text: str | None) -> str | None:
    return _MANGA.get((text or "").strip().lower())


def _yes_no(text: str | None) -> bool | None:
    return _YES_NO.get((text or "").strip().lower())


def _age_rating(text: str | None) -> str | None:
    rating = values.line(text)
    return None if rating is None or rating.lower() == "unknown" else rating


def _cover_page_index(pages: etree._Element | str | None) -> int | None:
    """Return the index, from 0, of the first page that is a front cover."""
    if pages is None or isinstance(pages, str):
        return None
    for page in pages:
        if "FrontCover" in (page.get("Type") or ""):
            return values.whole(page.get("Image"), 0, limits.ENTRIES)
    return None


def _nothing(_content: object) -> None:
    """Read an element that is no field of ComicInfo."""


_UNKNOWN: _Field = ("", _nothing)
_NAMED: dict[str, _Field] = {
    "Title": ("title", values.line),
    "Series": ("series", values.line),
    "Number": ("number", values.line),
    "Count": ("count", values.count),
    "Volume": ("volume", values.volume),
    "AlternateSeries": ("alternate_series", values.line),
    "AlternateNumber": ("alternate_number", values.line),
    "AlternateCount": ("alternate_count", values.count),
    "Summary": ("summary", values.paragraphs),
    "Notes": ("notes", values.paragraphs),
    "Year": ("year", values.year),
    "Month": ("month", values.month),
    "Day": ("day", values.day),
    "Writer": ("writers", values.names),
    "Penciller": ("pencillers", values.names),
    "Inker": ("inkers", values.names),
    "Colorist": ("colorists", values.names),
    "Letterer": ("letterers", values.names),
    "CoverArtist": ("cover_artists", values.names),
    "Editor": ("editors", values.names),
    "Translator": ("translators", values.names),
    "Publisher": ("publisher", values.line),
    "Imprint": ("imprint", values.line),
    "Genre": ("genres", values.labels),
    "Tags": ("tags", values.labels),
    "Web": ("web", values.urls),
    "PageCount": ("page_count", values.count),
    "LanguageISO": ("language_iso", parse_language),
    "Format": ("format_detail", values.line),
    "BlackAndWhite": ("black_and_white", _yes_no),
    "Manga": ("manga", _manga),
    "Characters": ("characters", values.names),
    "Teams": ("teams", values.names),
    "Locations": ("locations", values.names),
    "ScanInformation": ("scan_information", values.line),
    "StoryArc": ("story_arc", values.line),
    "StoryArcNumber": ("story_arc_number", values.line),
    "SeriesGroup": ("series_group", values.line),
    "AgeRating": ("age_rating", _age_rating),
    "Pages": ("cover_page_index", _cover_page_index),
    "CommunityRating": ("community_rating", values.rating),
    "MainCharacterOrTeam": ("main_character_or_team", values.line),
    "Review": ("review", values.paragraphs),
    "GTIN": ("isbns", values.isbns),
}
# As the schema spells them, which nearly every file does, and in lower case.
_FIELDS = _NAMED | {name.lower(): field for name, field in _NAMED.items()}
