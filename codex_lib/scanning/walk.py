"""A folder to the facts of its files: names, sizes, times. Nothing is opened."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.paths import disk_path, stored_path
from codex_lib.formats import BOOK_SUFFIXES
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.rar_volumes import first_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What other programs keep beside books; names that begin with a dot are skipped too.
JUNK_FOLDERS = {
    *("@eadir", "#recycle", "$recycle.bin", "system volume information"),
    *("lost+found", "__macosx", "@recycle", "@tmp"),
}
SIDECAR = "metadata.opf"


class FileFact(NamedTuple):
    """One file that may be a book (or a folder of images as one).

    path is relative to the library's folder, as stored. mtime_ns of a folder of images
    is the newest of the folder's and its images'; file_size is their sum.
    sidecar_mtime_ns is the time of the metadata.opf beside it, None when there is none
    or the library does not read it.
    """

    path: str
    file_size: int
    mtime_ns: int
    sidecar_mtime_ns: int | None = None


@dataclass(slots=True)
class WalkRules:
    """What to look for: formats (None: every file format), excluded globs, sidecars."""

    formats: frozenset[str] | None = None
    excluded_patterns: str | None = None
    sidecars: bool = False
    suffixes: frozenset[str] = field(init=False)
    excluded: Callable[[str], object] | None = field(init=False)
    folders: bool = field(init=False)

    def __post_init__(self) -> None:
        wanted = self.formats
        self.suffixes = frozenset(
            suffix
            for suffix, kind in BOOK_SUFFIXES.items()
            if wanted is None or kind in wanted
        )
        self.folders = wanted is not None and "folder" in wanted
        self.excluded = excluding(self.excluded_patterns)


@dataclass(slots=True)
class Walk:
    """A walk under way: what it met besides files.

    unreadable holds (path, reason) of folders and files that could not be looked at:
    nothing below them counts as gone. top_folders are the names of the folders right
    under the root that hold something.
    """

    unreadable: list[tuple[str, str]] = field(default_factory=list)
    top_folders: set[str] = field(default_factory=set)
    is_empty: bool = True

    def files(
        self, root: str, rules: WalkRules, *, under: str = ""
    ) -> Iterator[FileFact]:
        """Yield the facts of all files below root/under, ordered by path.

        root is a stored path. Symbolic links are not followed, hidden and junk
        folders are passed over. The order is that of the whole path compared as text,
        which is SQLite's order of the same paths. Raises OSError when the starting
        folder itself cannot be read.
        """
        start = disk_path(root, under)
        prefix = f"{under}/" if under else ""
        yield from self._folder(start, prefix, rules, os.stat(start).st_mtime_ns)  # noqa: PTH116 - paths may hold bytes that pathlib alters

    def _folder(
        self, folder: str, prefix: str, rules: WalkRules, folder_mtime_ns: int
    ) -> Iterator[FileFact]:
        found, folders, images, sidecar = self._look(folder, prefix, rules)
        if rules.folders and images and not found and not folders:
            fact = self._image_folder(prefix, images, folder_mtime_ns)
            if fact:
                yield fact
            return
        for name, entry in sorted(found + folders, key=_by_name):
            if name[-1] == "/":
                path = prefix + name[:-1]
                try:
                    mtime_ns = entry.stat(follow_symlinks=False).st_mtime_ns
                    yield from self._folder(entry.path, prefix + name, rules, mtime_ns)
                except OSError as error:
                    self.unreadable.append((path, _reason(error)))
                continue
            try:
                stat = entry.stat(follow_symlinks=False)
            except OSError as error:
                self.unreadable.append((prefix + name, _reason(error)))
                continue
            yield FileFact(prefix + name, stat.st_size, stat.st_mtime_ns, sidecar)

    def _look(
        self, folder: str, prefix: str, rules: WalkRules
    ) -> tuple[
        list[tuple[str, os.DirEntry[str]]],
        list[tuple[str, os.DirEntry[str]]],
        list[os.DirEntry[str]],
        int | None,
    ]:
        """Sort the entries of one folder into books, folders and images."""
        found, folders, images, sidecar = [], [], [], None
        suffixes, excluded = rules.suffixes, rules.excluded
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if not name.isascii():
                    name = stored_path(name)
                if name[0] == "." or (excluded and excluded(prefix + name)):
                    continue
                if name.rpartition(".")[2].lower() in suffixes and entry.is_file(
                    follow_symlinks=False
                ):
                    found.append((name, entry))
                elif entry.is_dir(follow_symlinks=False):
                    if name.lower() not in JUNK_FOLDERS:
                        folders.append((f"{name}/", entry))
                elif rules.sidecars and name == SIDECAR:
                    sidecar = entry.stat(follow_symlinks=False).st_mtime_ns
                elif rules.folders and is_page_name(name):
                    images.append(entry)
        names = {name for name, _ in found}
        found = [item for item in found if first_volume(item[0]) not in names]
        if found or folders or images:
            self.is_empty = False
            self.top_folders.add(prefix.partition("/")[0])
        return found, folders, images, sidecar

    def _image_folder(
        self, prefix: str, images: list[os.DirEntry[str]], mtime_ns: int
    ) -> FileFact | None:
        size = 0
        for entry in images:
            try:
                stat = entry.stat(follow_symlinks=False)
            except OSError as error:
                self.unreadable.append((prefix[:-1], _reason(error)))
                return None
            size += stat.st_size
            mtime_ns = max(mtime_ns, stat.st_mtime_ns)
        return FileFact(prefix[:-1], size, mtime_ns) if prefix else None


def _by_name(item: tuple[str, os.DirEntry[str]]) -> str:
    return item[0]


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def excluding(patterns: str | None) -> Callable[[str], object] | None:
    """Return a test for paths that globs exclude, one glob a line; None without any.

    A glob without "/" fits the name of any file or folder, one with "/" the path from
    the library's folder. "*" and "?" stop at "/", "**" does not. Case is ignored.
    """
    lines = [line.strip() for line in (patterns or "").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted:
        return None
    union = "|".join(_glob(line) for line in wanted)
    return re.compile(f"(?:{union})\\Z", re.IGNORECASE | re.DOTALL).match


_GLOB_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?)")
_GLOB_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _glob(pattern: str) -> str:
    body = pattern.rstrip("/")
    anchored = "/" in body
    parts = _GLOB_PARTS.split(body.lstrip("/"))
    regex = "".join(_GLOB_MEANING.get(part) or re.escape(part) for part in parts)
    return regex if anchored else f"(?:.*/)?{regex}"
