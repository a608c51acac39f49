"""Every page and every stream of a PDF. Runs in the child process only.

A PDF has no checksums but those of compressed streams: what MuPDF complains about when
it unpacks or draws them tells of damage.
"""

# mypy: allow-untyped-calls
# (PyMuPDF has no annotations on most of its methods.)
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from codex_lib.formats import limits
from codex_lib.formats.pdf_tasks import open_pdf, page_size, reader_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pymupdf

# Of what MuPDF says of sound files too, as of fonts, nothing begins like this.
_DAMAGE = re.compile(r"(?i)zlib|premature|corrupt|truncat|unexpected (?:eof|end)")
_PROBLEM_CHARS = 120
_SMALL = 0.25  # pixels an eighth of an inch are enough to decode every image


def check_task(path: str, *, decode: bool) -> tuple[dict[str, Any], bytes]:
    """Answer "pdf.check": what is wrong with pages and streams; decode draws pages."""
    problems: list[str] = []
    with open_pdf(path) as document:
        problems += _stream_problems(document)
        count = min(document.page_count, limits.ENTRIES)
        for index in range(count):
            said = _page_problem(document, index, draw=decode)
            if said:
                problems.append(f"page {index + 1}: {said}")
    return {"problems": problems}, b""


def _stream_problems(document: pymupdf.Document) -> Iterator[str]:
    for xref in range(1, min(document.xref_length(), limits.ENTRIES)):
        complaint = None
        _reset()
        try:
            if document.xref_is_stream(xref):
                document.xref_stream(xref)
        except reader_errors() as error:
            complaint = _reason(error)
        said = complaint or _complaint()
        if said:
            yield f"object {xref}: {said}"


def _page_problem(document: pymupdf.Document, index: int, *, draw: bool) -> str | None:
    import pymupdf  # noqa: PLC0415 - 0.7 s, and only in the child

    _reset()
    try:
        page = document.load_page(index)
        page_size(page)
        if draw:
            page.get_pixmap(matrix=pymupdf.Matrix(_SMALL, _SMALL), alpha=False)
        else:
            page.get_displaylist()
    except reader_errors() as error:
        return _reason(error)
    return _complaint()


def _reason(error: Exception) -> str:
    """Return one line of what went wrong; MuPDF's own begins with "code=7: "."""
    text = str(error).partition("\n")[0]
    said = text.partition(": ")[2] if text.startswith("code=") else text
    return said[:_PROBLEM_CHARS]


def _reset() -> None:
    import pymupdf  # noqa: PLC0415 - see _page_problem

    pymupdf.TOOLS.reset_mupdf_warnings()


def _complaint() -> str | None:
    """Return the first thing that MuPDF has said since and that tells of damage."""
    import pymupdf  # noqa: PLC0415 - see _page_problem

    lines = pymupdf.TOOLS.mupdf_warnings().splitlines()
    return next((line[:_PROBLEM_CHARS] for line in lines if _DAMAGE.search(line)), None)
