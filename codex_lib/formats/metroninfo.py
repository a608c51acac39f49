"""MetronInfo.xml, the metadata of the Metron project, versions 1.0 and 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from codex_lib.formats import values
from codex_lib.formats.language import parse_language
from codex_lib.formats.xml import XmlError, local_name
from codex_lib.formats.xml_repair import parse_lenient

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from codex_lib.formats.book import Metadata

# "Artist" is one who does both; any role that ends in "editor" is an editor's.
_ROLES = {
    **dict.fromkeys(("writer", "script", "story", "plot"), ("writers",)),
    "artist": ("pencillers", "inkers"),
    **dict.fromkeys(
        ("penciller", "breakdowns", "illustrator", "layouts"), ("pencillers",)
    ),
    **dict.fromkeys(("inker", "embellisher", "finishes", "ink assists"), ("inkers",)),
    **dict.fromkeys(
        (
            *("colorist", "color separations", "color assists", "color flats"),
            *("digital art technician", "gray tone"),
        ),
        ("colorists",),
    ),
    "letterer": ("letterers",),
    "cover": ("cover_artists",),
    "translator": ("translators",),
    "editor in chief": ("editors",),
}


def parse_metroninfo(data: bytes) -> Metadata:
    """Return what a MetronInfo.xml says about its book.

    As lenient as parse_comicinfo. The title is the collection's, else those of the
    stories; the date is the cover's, else the shop's; a manga volume goes before the
    volume of the series. Raises XmlError when the file holds nothing.
    """
    return read_metroninfo(*parse_lenient(data))


def read_metroninfo(root: etree._Element, damage: str = "") -> Metadata:
    """Return the metadata of a parsed MetronInfo.

    damage is why the document had to be repaired: then a root without any value is an
    XmlError for that reason, where a sound but empty file is merely empty.
    """
    if local_name(root).lower() != "metroninfo":
        raise XmlError(damage or f"the root element is {local_name(root)[:40]}")
    parts = _children(root)
    found: dict[str, Any] = {
        key: read(parts[name]) for name, (key, read) in _FIELDS.items() if name in parts
    }
    for name, read_part in _PARTS:
        if name in parts:
            found |= read_part(parts[name])
    found = {key: value for key, value in found.items() if value not in (None, [])}
    if damage and not found:
        raise XmlError(damage)
    found["source"] = "metroninfo"
    return cast("Metadata", found)


def _children(element: etree._Element) -> dict[str, etree._Element]:
    """Return the child elements by name in lower case; the first of a name wins."""
    return {local_name(child).lower(): child for child in reversed(element)}


def _texts(element: etree._Element) -> list[str]:
    """Return the text of each child element."""
    return ["".join(map(str, child.itertext())) for child in element]


def _text_of(element: etree._Element, name: str) -> str | None:
    child = _children(element).get(name)
    return None if child is None else child.text


def _line(element: etree._Element) -> str | None:
    return values.line(element.text)


def _paragraphs(element: etree._Element) -> str | None:
    return values.paragraphs("".join(map(str, element.itertext())))


def _list(element: etree._Element) -> list[str] | None:
    return values.unique(_texts(element))


def _age_rating(element: etree._Element) -> str | None:
    rating = _line(element)
    return None if rating is None or rating.lower() == "unknown" else rating


def _urls(element: etree._Element) -> list[str] | None:
    """Return the addresses, the primary one first."""
    ordered = sorted(element, key=lambda url: url.get("primary") not in {"true", "1"})
    return values.urls(" ".join(url.text or "" for url in ordered))


def _isbns(element: etree._Element) -> list[str] | None:
    return values.isbns(_text_of(element, "isbn"))


def _page_count(element: etree._Element) -> int | None:
    return values.count(element.text)


def _series(element: etree._Element) -> dict[str, object]:
    parts = {name: child.text for name, child in _children(element).items()}
    return {
        "series": values.line(parts.get("name")),
        "series_sort": values.line(parts.get("sortname")),
        "volume": values.volume(parts.get("volume")),
        "count": values.count(parts.get("issuecount")),
        "format_detail": values.line(parts.get("format")),
        "language_iso": parse_language(element.get("lang")),
    }


def _publisher(element: etree._Element) -> dict[str, object]:
    return {
        "publisher": values.line(_text_of(element, "name")),
        "imprint": values.line(_text_of(element, "imprint")),
    }


def _stories(element: etree._Element) -> dict[str, object]:
    return {"title": values.line("; ".join(values.unique(_texts(element)) or []))}


def _collection_title(element: etree._Element) -> dict[str, object]:
    title = _line(element)
    return {"title": title} if title else {}


def _manga_volume(element: etree._Element) -> dict[str, object]:
    number = values.volume(element.text)
    return {"manga": "Yes"} | ({} if number is None else {"volume": number})


def _date(element: etree._Element) -> dict[str, object]:
    return dict(values.date(element.text))


def _arcs(element: etree._Element) -> dict[str, object]:
    """Return the arcs as ComicInfo writes them: names and numbers joined by commas."""
    arcs = [(_text_of(arc, "name"), _text_of(arc, "number")) for arc in element]
    numbers = [number or "" for name, number in arcs if name]
    return {
        "story_arc": values.line(", ".join(name for name, _ in arcs if name)),
        "story_arc_number": values.line(", ".join(numbers)) if all(numbers) else None,
    }


def _credits(element: etree._Element) -> dict[str, object]:
    """Return the people by what they did; roles that ComicInfo lacks are left out."""
    people: dict[str, list[str]] = {}
    for credit in element:
        parts = _children(credit)
        creator, roles = parts.get("creator"), parts.get("roles")
        if creator is not None and roles is not None:
            for key in _role_keys(roles):
                people.setdefault(key, []).append(creator.text or "")
    return {key: values.unique(texts) for key, texts in people.items()}


def _role_keys(roles: etree._Element) -> list[str]:
    keys: list[str] = []
    for text in _texts(roles):
        role = text.strip().lower()
        keys += ("editors",) if role.endswith("editor") else _ROLES.get(role, ())
    return keys


_FIELDS: dict[str, tuple[str, Callable[[etree._Element], object]]] = {
    "number": ("number", _line),
    "summary": ("summary", _paragraphs),
    "notes": ("notes", _paragraphs),
    "pagecount": ("page_count", _page_count),
    "genres": ("genres", _list),
    "tags": ("tags", _list),
    "characters": ("characters", _list),
    "teams": ("teams", _list),
    "locations": ("locations", _list),
    "gtin": ("isbns", _isbns),
    "agerating": ("age_rating", _age_rating),
    "urls": ("web", _urls),
}
# Parts that fill several fields. Where two fill the same one, the later one wins.
_PARTS: tuple[tuple[str, Callable[[etree._Element], dict[str, object]]], ...] = (
    ("publisher", _publisher),
    ("series", _series),
    ("mangavolume", _manga_volume),
    ("stories", _stories),
    ("collectiontitle", _collection_title),
    ("storedate", _date),
    ("coverdate", _date),
    ("arcs", _arcs),
    ("credits", _credits),
)
