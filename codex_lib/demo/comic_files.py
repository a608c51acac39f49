"""Comic files: drawn pages and ComicInfo into a CBZ or a PDF, the same bytes always."""

from __future__ import annotations

from html import escape
from io import BytesIO
from time import struct_time
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from codex_lib.demo.pages import draw_book, render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.demo.scripts import BookScript, SeriesScript

FILE_MODE = 0o644 << 16
# The order that the schema of ComicInfo 2.1 demands, of the elements used here.
ORDER = [
    "Title",
    "Series",
    "Number",
    "Count",
    "Summary",
    "Year",
    "Month",
    "Day",
    "Writer",
    "Penciller",
    "Inker",
    "Colorist",
    "Letterer",
    "Editor",
    "Translator",
    "Publisher",
    "Imprint",
    "Genre",
    "Tags",
    "PageCount",
    "LanguageISO",
    "Format",
    "BlackAndWhite",
    "Manga",
    "Characters",
    "Locations",
    "AgeRating",
]


def comic_file_name(series: SeriesScript, book: BookScript) -> str:
    """Return the name of a book's file."""
    stem = series.file_name.format(number=book.number, year=book.date[0])
    return f"{stem}.{book.container}"


def render_comic(series: SeriesScript, book: BookScript) -> bytes:
    """Draw a book and return the bytes of its file."""
    return {"cbz": render_cbz, "pdf": render_pdf}[book.container](series, book)


def render_cbz(series: SeriesScript, book: BookScript) -> bytes:
    """Return a CBZ: ComicInfo.xml and the pages, stored as they are."""
    entries = {"ComicInfo.xml": render_comicinfo(series, book).encode()}
    for number, page in enumerate(draw_book(series, book), start=1):
        suffix, data = render_page(page, series.layout)
        entries[f"page-{number:02}{suffix}"] = data
    return render_zip(entries)


def render_zip(entries: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of stored entries, without clock or machine in it."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, data in entries.items():
            info = ZipInfo(name)
            info.external_attr = FILE_MODE
            info.create_system = 3
            archive.writestr(info, data)
    return target.getvalue()


def render_comicinfo(series: SeriesScript, book: BookScript) -> str:
    """Return ComicInfo.xml of a book."""
    year, month, day = book.date
    elements = {
        "Title": book.title,
        "Series": series.name,
        "Number": book.number,
        "Count": str(len(series.books)),
        "Summary": book.summary,
        "Year": str(year),
        "Month": str(month),
        "Day": str(day),
        **series.people,
        **series.tags,
        "PageCount": str(len(book.pages) + 2),
    }
    names = sorted(elements, key=ORDER.index)
    lines = [f"  <{name}>{escape(elements[name])}</{name}>" for name in names]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<ComicInfo>",
            *lines,
            "</ComicInfo>",
        ]
    )


def render_pdf(series: SeriesScript, book: BookScript) -> bytes:
    """Return a PDF of the pages, dated as the book is."""
    first, *others = draw_book(series, book)
    date = struct_time((*book.date, 12, 0, 0, 0, 1, 0))
    target = BytesIO()
    first.save(
        target,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=100,
        title=f"{series.name} #{book.number}: {book.title}",
        author=series.people["Writer"],
        subject=book.summary,
        creationDate=date,
        modDate=date,
    )
    return target.getvalue()
