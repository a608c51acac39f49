"""Encryption inside an EPUB: fonts that are merely obfuscated, and DRM.

Formats: OCF 3.3, META-INF/encryption.xml; the other files are those of the vendors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits
from codex_lib.formats.xml import XmlError, local_name, parse_xml

if TYPE_CHECKING:
    from lxml import etree

    from codex_lib.formats.epub_package import Epub

# Fonts "encrypted" with the book's own identifier: anybody can read such a book.
_FONT_ALGORITHMS = {
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
}
_VENDORS = {
    "META-INF/license.lcpl": "Readium LCP",
    "META-INF/sinf.xml": "Apple FairPlay",
    "META-INF/rights.xml": "Adobe ADEPT",
    "rights.xml": "Kobo",
}


def lock_reason(epub: Epub) -> str | None:
    """Return why the contents cannot be read without a password or a license."""
    needed = {step.entry for step in epub.spine} | set(epub.images)
    if any(entry.is_encrypted for entry in needed):
        return "encrypted: needs a password"
    if needed.isdisjoint(_locked(epub)):
        return None
    vendors = (label for name, label in _VENDORS.items() if epub.names.find(name))
    return f"encrypted: DRM ({next(vendors, 'of an unknown kind')})"


def _locked(epub: Epub) -> list[object]:
    """Return the entries that encryption.xml says are really encrypted."""
    entry = epub.names.find("META-INF/encryption.xml")
    if entry is None:
        return []
    try:
        root = parse_xml(epub.archive.read(entry, limits.METADATA_BYTES))
    except (XmlError, UnreadableBookError):
        return []  # then the pages tell, when they are read
    return [
        epub.names.find(_attribute(data, "CipherReference", "URI"))
        for data in root.iter()
        if local_name(data) == "EncryptedData"
        and _attribute(data, "EncryptionMethod", "Algorithm") not in _FONT_ALGORITHMS
    ]


def _attribute(data: etree._Element, name: str, attribute: str) -> str:
    for element in data.iter():
        if local_name(element) == name:
            return element.get(attribute, "")
    return ""
