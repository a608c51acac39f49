"""A scan of all sample files there are."""

from __future__ import annotations

from codex_lib.catalog.libraries import create_library
from codex_lib.scanning.scan import scan_library

MONDAY = "2024-01-15T10:30:00.000000Z"


def test_a_scan_of_all_samples_lists_every_book_with_pages_or_a_reason(
    db, corpora, books
):
    library = create_library(db, name="Corpora", path=corpora, now=MONDAY)

    result = scan_library(db, library.id, now=MONDAY)

    found = books()
    assert result.added == len(found) > 300
    for path, book in found.items():
        has_pages = book["page_count"] > 0
        assert has_pages == (book["analysis_error"] is None), path
        assert has_pages == (book["analyzed_at"] is not None), path
    assert result.unreadable_count == len(result.unreadable)
    assert all(bad.reason and "\n" not in bad.reason for bad in result.unreadable)
    again = scan_library(db, library.id, now=MONDAY)
    assert again.unchanged == again.files_total == result.files_total
