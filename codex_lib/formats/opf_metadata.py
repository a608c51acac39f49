"""The metadata of an OPF package: Dublin Core, EPUB 3 refinements, calibre's own.

A fact about an element stands in its attributes in EPUB 2 (opf:role) and in a <meta>
that refines it in EPUB 3; both are read the same way, whatever the version says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.formats import limits, values
from codex_lib.formats.book import Metadata
from codex_lib.formats.language import parse_language
from codex_lib.formats.plain_text import clean_line, html_text
from codex_lib.formats.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

# MARC relator codes (and the words some writers put instead) to fields.
_ROLES = {
    **dict.fromkeys(("aut", "author", "writer", "aus", "cre"), "writers"),
    **dict.fromkeys(("ill", "art", "illustrator", "artist"), "pencillers"),
    **dict.fromkeys(("pnc", "penciller", "penciler", "drm"), "pencillers"),
    **dict.fromkeys(("ink", "inker"), "inkers"),
    **dict.fromkeys(("clr", "colorist", "colourist"), "colorists"),
    **dict.fromkeys(("ltr", "letterer"), "letterers"),
    **dict.fromkeys(("cov", "cover artist", "cover designer"), "cover_artists"),
    **dict.fromkeys(("edt", "editor"), "editors"),
    **dict.fromkeys(("trl", "translator"), "translators"),
}
# The date of publication comes first; those of the file itself do not count.
_EVENTS = ("original-publication", "publication", "", "issued")
_WHOLE = re.compile(r"([0-9]+)\.0+")
_ISBN_SCHEMES = {"isbn", "02", "15"}  # 02 and 15: ISBN-10 and ISBN-13 in ONIX list 5
_DIGITS_13 = 13
_EPUB3_COLLECTION = "belongs-to-collection"


class _Fact(NamedTuple):
    """An element of the metadata with all that is said about it, by property."""

    name: str
    text: str
    about: dict[str, list[str]]

    def first(self, key: str) -> str:
        return self.about.get(key, [""])[0]


class _Series(NamedTuple):
    name: str
    number: str
    sort: str = ""


def parse_metadata(
    element: etree._Element | None, named_metas: dict[str, str]
) -> Metadata:
    """Return the metadata of a <metadata> element; named_metas are <meta name>.

    source is always set. Texts and lists are cut at what limits allow.
    """
    facts = _facts(element) if element is not None else []
    metadata = Metadata(source="opf")
    _add_title(metadata, facts, named_metas)
    _add_series(metadata, facts, named_metas)
    _add_people(metadata, facts)
    _add_texts(metadata, facts)
    _add_identifiers(metadata, facts)
    _add_date(metadata, facts)
    return metadata


def _facts(metadata: etree._Element) -> list[_Fact]:
    """Return every element that has text, in order, with its refinements."""
    refinements: dict[str, list[tuple[str, str]]] = {}
    elements = []
    for element in metadata.iter():
        text = (element.text or "").strip()
        refined = element.get("refines", "").strip().removeprefix("#")
        if refined and text:
            name = element.get("property", "").rpartition(":")[2]
            refinements.setdefault(refined, []).append((name, clean_line(text)))
        elif text:
            elements.append((element, text[: limits.TEXT_CHARS]))
    return [_fact(element, text, refinements) for element, text in elements]


def _fact(
    element: etree._Element, text: str, refinements: dict[str, list[tuple[str, str]]]
) -> _Fact:
    about: dict[str, list[str]] = {}
    for key, value in element.attrib.items():
        about.setdefault(str(key).rpartition("}")[2], []).append(str(value).strip())
    for name, value in refinements.get(element.get("id", ""), ()):
        about.setdefault(name, []).append(value)
    name = local_name(element)
    if name == "meta":
        name = element.get("property", "").strip()
    return _Fact(name, text, about)


def _named(facts: list[_Fact], *names: str) -> list[_Fact]:
    """Return the facts of these names in the order in which they are to be shown."""
    found = [fact for fact in facts if fact.name in names]
    return sorted(found, key=_display_position)


def _display_position(fact: _Fact) -> float:
    """Return display-seq; what has none comes after what has, in its own order."""
    position = fact.first("display-seq")
    return int(position) if re.fullmatch("[0-9]{1,9}", position) else float("inf")


def _add_title(
    metadata: Metadata, facts: list[_Fact], named_metas: dict[str, str]
) -> None:
    titles = [fact for fact in _named(facts, "title") if clean_line(fact.text)]
    main = [fact for fact in titles if fact.first("title-type") == "main"]
    plain = [fact for fact in titles if fact.first("title-type") != "collection"]
    chosen = next(iter([*main, *plain]), None)
    if chosen is None:
        return
    metadata["title"] = clean_line(chosen.text)
    sort = chosen.first("file-as") or named_metas.get("calibre:title_sort", "")
    if clean_line(sort):
        metadata["title_sort"] = clean_line(sort)


def _add_series(
    metadata: Metadata, facts: list[_Fact], named_metas: dict[str, str]
) -> None:
    series = next(_series(facts, named_metas), None)
    if series is None:
        return
    metadata["series"] = clean_line(series.name)
    number = clean_line(series.number)
    whole = _WHOLE.fullmatch(number)
    if number:
        metadata["number"] = whole[1] if whole else number
    if clean_line(series.sort):
        metadata["series_sort"] = clean_line(series.sort)


def _series(facts: list[_Fact], named_metas: dict[str, str]) -> Iterator[_Series]:
    """Find series, the surest first.

    A collection of no type is one only if the book has a position in it: some writers
    put shelf names there. EPUB 3.0 had titles of type collection instead.
    """
    collections = [fact for fact in facts if fact.name == _EPUB3_COLLECTION]
    for wanted in ("series", "set", ""):
        if wanted == "set" and clean_line(named_metas.get("calibre:series", "")):
            number = named_metas.get("calibre:series_index", "")
            yield _Series(named_metas["calibre:series"], number)
        for fact in collections:
            number = fact.first("group-position")
            if fact.first("collection-type") == wanted and (wanted or number):
                yield _Series(fact.text, number, fact.first("file-as"))
    for fact in facts:
        if fact.name == "title" and fact.first("title-type") == "collection":
            yield _Series(fact.text, fact.first("group-position"))


def _add_people(metadata: Metadata, facts: list[_Fact]) -> None:
    """File everyone under their roles; a creator of no known role is a writer."""
    people: dict[str, list[str]] = {}
    for fact in _named(facts, "creator", "contributor"):
        fields = {_ROLES[role] for role in _roles(fact) if role in _ROLES}
        if not fields and fact.name == "creator":
            fields = {"writers"}
        for field in fields:
            people.setdefault(field, []).append(fact.text)
    for field, names in people.items():
        metadata[field] = _distinct(names)  # type: ignore[literal-required]


def _roles(fact: _Fact) -> list[str]:
    return [role.rpartition("/")[2].lower() for role in fact.about.get("role", ())]


def _add_texts(metadata: Metadata, facts: list[_Fact]) -> None:
    publisher = _distinct(fact.text for fact in _named(facts, "publisher"))
    if publisher:
        metadata["publisher"] = publisher[0]
    genres = _distinct(fact.text for fact in _named(facts, "subject"))
    if genres:
        metadata["genres"] = genres
    summary = [html_text(fact.text) for fact in _named(facts, "description")]
    if any(summary):
        metadata["summary"] = next(filter(None, summary))
    languages = [parse_language(fact.text) for fact in _named(facts, "language")]
    if any(languages):
        metadata["language_iso"] = next(filter(None, languages))


def _distinct(texts: Iterable[str]) -> list[str]:
    cleaned = dict.fromkeys(clean_line(text) for text in texts)
    cleaned.pop("", None)
    return list(cleaned)[: limits.LIST_ITEMS]


def _add_identifiers(metadata: Metadata, facts: list[_Fact]) -> None:
    identifiers = _named(facts, "identifier")
    isbns = _distinct(_isbn(fact) or "" for fact in identifiers)
    if isbns:
        metadata["isbns"] = isbns
    web = values.urls(" ".join(fact.text for fact in identifiers))
    if web:
        metadata["web"] = web


def _isbn(fact: _Fact) -> str | None:
    """Return the ISBN that an identifier is.

    One that is not called so must have 13 digits: any number of ten digits has one
    chance in eleven to look like an ISBN.
    """
    isbn = values.isbn(fact.text)
    schemes = {*fact.about.get("scheme", ()), *fact.about.get("identifier-type", ())}
    is_called_so = fact.text.lower().startswith(("urn:isbn:", "isbn")) or any(
        scheme.lower() in _ISBN_SCHEMES for scheme in schemes
    )
    return isbn if isbn and (is_called_so or len(isbn) == _DIGITS_13) else None


def _add_date(metadata: Metadata, facts: list[_Fact]) -> None:
    dates = [fact for fact in _named(facts, "date") if fact.first("event") in _EVENTS]
    dates.sort(key=lambda fact: _EVENTS.index(fact.first("event")))
    found = [values.date(fact.text) for fact in dates]  # calibre's "unknown" is 0101
    metadata.update(next(filter(None, found), {}))  # type: ignore[typeddict-item]
