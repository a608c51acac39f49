"""What a file is by its first bytes."""

from __future__ import annotations

from codex_lib.formats.cbt import is_tar
from codex_lib.formats.image_headers import image_header

_PDF_HEADER_WITHIN = 1024  # Adobe's readers look that far, and files lean on it


def signature(head: bytes) -> tuple[str, bool]:
    """Return what the first kB of a file says, and whether a reader exists for it.

    With a reader: "zip", "cbr", "cb7", "cbt", "pdf". Without: words for a person, as
    "an image", "an empty file".
    """
    kind = _book_kind(head)
    return (kind, True) if kind else (_other_kind(head), False)


def _book_kind(head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith((b"Rar!\x1a\x07", b"RE~^")):
        return "cbr"
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "cb7"
    if is_tar(head) or head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        return "cbt"
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return "pdf"
    return None


def _other_kind(head: bytes) -> str:
    if not head:
        return "an empty file"
    image = image_header(head)[0]
    if image:
        return f"an image ({image})"
    if not head.strip(b"\0"):
        return "zeros"
    if head.lstrip()[:1] == b"<":
        return "a web page or XML"
    if b"\0" not in head and all(byte > 8 for byte in head):  # noqa: PLR2004 - tab
        return "text"
    return "unknown bytes"
