"""Text of a stranger's file as plain text: one line, or paragraphs without markup."""

from __future__ import annotations

import re

from lxml import etree

from codex_lib.formats import limits

# Control characters, and the halves of surrogate pairs that UTF-8 cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_INDENTED = re.compile(r"(?<=\S)[ \t]*\r?\n[ \t]+(?=\S)")
_BLANK_LINES = re.compile(r"\n{3,}")
_BLOCKS = {
    *("address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"),
}
_PARAGRAPHS = {"p", "div", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "title"}


def clean_line(text: str) -> str:
    """Return a text as one line, each run of white space as one space."""
    return " ".join(_UNPRINTABLE.sub(" ", text[: limits.TEXT_CHARS]).split())


def clean_text(text: str) -> str:
    """Return a text with its line breaks, each line clean, at most one line blank."""
    lines = text[: limits.TEXT_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    cleaned = "\n".join(clean_line(line) for line in lines.split("\n"))
    return _BLANK_LINES.sub("\n\n", cleaned).strip()


def html_text(text: str) -> str:
    """Return what a reader sees of a text that may be HTML.

    Paragraphs are parted by a blank line, other blocks by a line break. Plain text
    keeps its line breaks, but for those that only indent it within the XML.
    """
    text = text[: limits.TEXT_CHARS]
    if not _MARKUP.search(text):
        return clean_text(_INDENTED.sub(" ", text))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(_UNPRINTABLE.sub(" ", text).encode(), parser)
    parts: list[str] = []
    if root is None:  # nothing but an end tag, say
        return ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        _add_text(parts, event, element)
    return clean_text("".join(parts))


def _add_text(parts: list[str], event: str, element: etree._Element) -> None:
    """Add what stands before or behind a tag, and the line breaks that it makes.

    White space inside a paragraph is one space: the only breaks are the blocks'.
    """
    tag = element.tag
    if tag in _BLOCKS:
        parts.append("\n\n" if tag in _PARAGRAPHS else "\n" if event == "start" else "")
    if tag in _SILENT and event == "start":
        return
    text = element.text if event == "start" else element.tail
    parts.append(re.sub(r"\s+", " ", text or ""))
