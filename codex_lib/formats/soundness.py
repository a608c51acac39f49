"""Whether a book's file is whole: its directory, its checksums, its images."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import read_book
from codex_lib.formats.embedded import metadata_name
from codex_lib.formats.folder import read_folder_page
from codex_lib.formats.image_ends import image_problem
from codex_lib.formats.isolation import isolated
from codex_lib.formats.plain_text import clean_line
from codex_lib.formats.zip_check import zip_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codex_lib.formats.book import BookFacts

# Each looks at what the one before does, and further.
DIRECTORY, CHECKSUMS, IMAGES = DEPTHS = ("directory", "checksums", "images")
_TOLD = 20
_ZIPS = ("cbz", "epub")
_SECONDS = 120.0
_BYTES_PER_SECOND = {False: 2_000_000, True: 500_000}  # slower is a hang
# What read_book says of files that are as they should be.
_HARMLESS = ("links and old versions",)


def find_problems(
    path: str, *, depth: str = CHECKSUMS, should_stop: Callable[[], bool] | None = None
) -> list[str] | None:
    """Return what is wrong with a book's file, a line each; none if it is sound.

    depth: directory believes what the archive says of itself; checksums reads every
    entry and looks for the ends of images, images decodes them as well. None when
    should_stop said so before the end. Raises nothing, whatever the file holds.
    """
    problems: list[str] = []
    try:
        facts = read_book(path, page_sizes=False)
        problems += filter(_is_damage, facts.warnings)
        if depth != DIRECTORY:
            for problem in _entries(path, facts, decode=depth == IMAGES):
                if problem:
                    problems.append(problem)
                if should_stop and should_stop():
                    return None
    except UnreadableBookError as error:
        problems.append(error.reason)
    except OSError as error:  # gone, or no longer to be read, since it was opened
        problems.append(error.strerror or "cannot be read")
    return shortened(list(dict.fromkeys(problems)))


def shortened(lines: list[str]) -> list[str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - _TOLD
    return [*lines[:_TOLD], f"and {more:,} more"] if more > 0 else lines


def _is_damage(warning: str) -> bool:
    """Tell whether a warning is about the file, not about what its metadata says."""
    about = warning.partition(":")[0]
    return not warning.startswith(_HARMLESS) and metadata_name([about]) is None


def _entries(path: str, facts: BookFacts, *, decode: bool) -> Iterator[str | None]:
    if facts.file_format in _ZIPS:
        return zip_problems(path, decode=decode)
    if facts.file_format == "folder":
        return _folder(path, facts, decode=decode)
    return _in_child(path, facts.file_format, decode=decode)


def _folder(path: str, facts: BookFacts, *, decode: bool) -> Iterator[str | None]:
    for page in facts.pages:
        problem = image_problem(read_folder_page(path, page), decode=decode)
        yield f"{page.name!r} {problem}" if problem else None


def _in_child(path: str, file_format: str, *, decode: bool) -> Iterator[str | None]:
    size = os.stat(path).st_size  # noqa: PTH116 - paths may hold bytes that pathlib alters
    seconds = _SECONDS + size / _BYTES_PER_SECOND[decode]
    task = f"{file_format}.check"
    found = isolated(task, path, seconds=seconds, decode=decode)[0].get("problems")
    for line in found if isinstance(found, list) else ["the reader crashed on it"]:
        yield clean_line(str(line))
