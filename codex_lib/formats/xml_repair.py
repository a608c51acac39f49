"""XML that is not quite XML: a wrong encoding, control characters, a missing end.

Kept apart from formats/xml.py, so that the strict way stays short and fast and only
files that failed it come here.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint

from lxml import etree

from codex_lib.formats import limits
from codex_lib.formats.xml import XmlError, parse_xml

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
# What XML 1.0 has no room for. lxml cannot even decode a surrogate that a character
# reference smuggles past the recovering parser.
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?:(#?\w{1,32});)?", re.ASCII)
_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_LAST_CHARACTER = 0x10FFFF


def parse_lenient(data: bytes) -> tuple[etree._Element, str]:
    """Return the root element, and what had to be repaired to get it ("" nothing).

    A repaired document may lack its end. Whoever declares a document type gets no
    repair: entities are the one thing here that is hostile and not just broken.
    Raises XmlError when nothing is left.
    """
    try:
        root = parse_xml(data)
    except XmlError as error:
        return _parse_repaired(data, error), str(error)
    if root.getroottree().docinfo.internalDTD is not None:
        # References to entities that nobody declares are nodes of the tree then.
        etree.strip_tags(root, etree.Entity)
    return root, ""


def _parse_repaired(data: bytes, error: XmlError) -> etree._Element:
    text = _DECLARATION.sub("", _decode(data[: limits.METADATA_BYTES + 1]))
    if len(data) > limits.METADATA_BYTES or _DOCTYPE.search(text):
        raise error
    parser = etree.XMLParser(
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_clean(text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise error from None
    if root is None:
        raise error
    return root


def _clean(text: str) -> str:
    """Leave out the characters that XML forbids, and mend every ampersand."""
    return _NO_CHARACTER.sub("", _AMPERSAND.sub(_reference, text))


def _reference(match: re.Match[str]) -> str:
    """Return what an ampersand was meant to be: "AT&T", "&eacute;", "&#8212;"."""
    name = match[1]
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        return _character(name[1:].lower())
    if name in _ENTITIES:
        return match[0]
    return chr(name2codepoint[name]) if name in name2codepoint else f"&amp;{name};"


def _character(number: str) -> str:
    """Return the character of a reference by number, "" if there is none."""
    try:
        code = int(number[1:], 16) if number.startswith("x") else int(number)
    except ValueError:
        return ""
    if code > _LAST_CHARACTER or _NO_CHARACTER.match(chr(code)):
        return ""
    return f"&#{code};"


def _decode(data: bytes) -> str:
    """Decode by the byte order mark, else as UTF-8, else as Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
