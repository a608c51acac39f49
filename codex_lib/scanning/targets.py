"""What a person wants scanned: a library by name, or a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codex_lib.catalog.libraries import Library, create_library, list_libraries
from codex_lib.catalog.names import find_library
from codex_lib.catalog.paths import stored_path
from codex_lib.errors import InvalidError, LibraryNotFoundError

if TYPE_CHECKING:
    from codex_lib.db import Database


_MADE_UP_NAME = 180  # characters; leaves room for a number in the name of a library


@dataclass(frozen=True, slots=True)
class Target:
    """A library to scan; under is a folder in it, "" for the whole of it."""

    library: Library
    under: str = ""
    is_new: bool = False


def resolve_target(db: Database, text: str, *, now: str) -> Target:
    """Return what a text asks to scan, making a library of a folder that is in none.

    The folder of a library, a folder below one (only that is scanned), a library's id
    or name, or any other folder: it becomes a library named after itself. Text with a
    "/" in it, and "." and "..", are folders first. A library whose folder has vanished
    is still found by its path. Raises LibraryNotFoundError, AmbiguousNameError,
    InvalidError (a file, nothing), ConflictError (the folder holds a library).
    """
    if not text:  # as a path it would be the folder one stands in
        raise InvalidError("folder", "must not be blank")
    path = Path(os.path.expanduser(text))  # noqa: PTH111 - Path's fails for "~nobody"
    is_path = "/" in text or text in (".", "..", "~")
    target = _in_library(db, path.resolve()) if is_path or path.is_dir() else None
    if target is not None:
        return target
    if not is_path:
        try:
            return Target(find_library(db, text))
        except LibraryNotFoundError:
            if not path.exists():
                raise
    if not path.is_dir():
        reason = "is a file" if path.exists() else "no such folder"
        raise InvalidError(text, reason)
    folder = path.resolve()
    name = _free_name(db, folder.name or str(folder))
    return Target(create_library(db, name=name, path=folder, now=now), is_new=True)


def _in_library(db: Database, folder: Path) -> Target | None:
    stored = stored_path(str(folder))
    for library in list_libraries(db):
        if stored == library.path:
            return Target(library)
        if stored.startswith(f"{library.path.rstrip('/')}/") and folder.is_dir():
            return Target(library, stored[len(library.path.rstrip("/")) + 1 :])
    return None


def _free_name(db: Database, name: str) -> str:
    """Names may repeat, but the ones Codex makes up should tell libraries apart."""
    name = stored_path(name)[:_MADE_UP_NAME]
    taken = {library.name.casefold() for library in list_libraries(db)}
    names = (name if i == 1 else f"{name} {i}" for i in range(1, len(taken) + 2))
    return next(free for free in names if free.casefold() not in taken)
