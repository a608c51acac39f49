"""A folder to the facts of its files: names, sizes, times. Nothing is opened."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.catalog.paths import disk_path, stored_path
from codex_lib.formats import BOOK_SUFFIXES
from codex_lib.formats.entries import is_page_name
from codex_lib.formats.rar_volumes import first_volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Entry = os.DirEntry[str]
    _Named = tuple[str, _Entry]

# What other programs keep beside books; names that begin with a dot are skipped too.
JUNK_FOLDERS = {
    *("@eadir/", "#recycle/", "$recycle.bin/", "system volume information/"),
    *("lost+found/", "__macosx/", "@recycle/", "@tmp/"),
}
_NAME = itemgetter(0)
SIDECAR = "metadata.opf"
MAX_DEPTH = 100  # folders in one another: a loop, or made to exhaust who walks it


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
        return chain.from_iterable(self.lists(root, rules, under=under))

    def lists(
        self, root: str, rules: WalkRules, *, under: str = ""
    ) -> Iterator[list[FileFact]]:
        """Yield what files() yields, some at a time, and nothing between at times.

        So that who looks into a great many folders without a book can give up.
        """
        start = disk_path(root, under)
        prefix = f"{under}/" if under else ""
        return self._folder(start, prefix, rules, os.stat(start).st_mtime_ns)  # noqa: PTH116 - paths may hold bytes that pathlib alters

    def _folder(
        self, folder: str, prefix: str, rules: WalkRules, folder_mtime_ns: int
    ) -> Iterator[list[FileFact]]:
        """Yield the facts in lists: one at a time they pass a generator a level."""
        if prefix.count("/") > MAX_DEPTH:
            raise OSError(errno.ELOOP, f"nested in more than {MAX_DEPTH} folders")
        found, folders, images, sidecar = self._look(folder, prefix, rules)
        if images and prefix and not found and not folders:
            yield [_image_folder(prefix[:-1], images, folder_mtime_ns)]
            return
        if rules.folders:
            folders = [self._placed(item, prefix, rules) for item in folders]
        sidecar_ns = sidecar.stat().st_mtime_ns if sidecar else None
        facts: list[FileFact] = []
        make = tuple.__new__
        for name, entry in sorted(found + folders, key=_NAME):
            path = prefix + name
            try:
                stat = entry.stat(follow_symlinks=False)
                if folders and entry.is_dir(follow_symlinks=False):
                    yield facts
                    facts = []
                    below = f"{path.rstrip('/')}/"
                    yield from self._folder(entry.path, below, rules, stat.st_mtime_ns)
                else:
                    fields = (path, stat.st_size, stat.st_mtime_ns, sidecar_ns)
                    facts.append(make(FileFact, fields))
            except OSError as error:
                self.unreadable.append((path.rstrip("/"), _reason(error)))
        yield facts

    def _look(
        self, folder: str, prefix: str, rules: WalkRules
    ) -> tuple[list[_Named], list[_Named], list[_Entry], _Entry | None]:
        """Return the books, folders (as "name/"), images and sidecar of one folder.

        The latter two only where the rules ask for them.
        """
        found: list[_Named] = []
        folders: list[_Named] = []
        others: list[_Named] = []
        suffixes, excluded = rules.suffixes, rules.excluded
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if not name.isascii():
                    name = stored_path(name)
                if name[0] == "." or (excluded and excluded(prefix + name)):
                    continue
                if entry.is_file(follow_symlinks=False):
                    at = name.rfind(".")
                    is_book = at > 0 and name[at + 1 :].lower() in suffixes
                    (found if is_book else others).append((name, entry))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", entry))
        found = _without_later_volumes(found)
        folders = [item for item in folders if item[0].lower() not in JUNK_FOLDERS]
        images = _images(others) if rules.folders else []
        if found or folders or images:
            self.is_empty = False
            self.top_folders.add(prefix.partition("/")[0])
        return found, folders, images, _sidecar(others) if rules.sidecars else None

    def _placed(self, item: _Named, prefix: str, rules: WalkRules) -> _Named:
        """Let a folder of images stand where a book of its path does, without "/"."""
        name, entry = item
        try:
            found, folders, images, _ = self._look(entry.path, prefix + name, rules)
        except OSError:
            return item  # told when its turn comes
        return (name[:-1], entry) if images and not found and not folders else item


def _without_later_volumes(found: list[_Named]) -> list[_Named]:
    """Leave out parts of a RAR archive whose first part lies beside them."""
    if not any(name[-1] in "rR" for name, _ in found):
        return found  # no .cbr and no .rar among them
    names = {name for name, _ in found}
    return [item for item in found if first_volume(item[0]) not in names]


def _images(others: list[_Named]) -> list[_Entry]:
    return [entry for name, entry in others if is_page_name(name)]


def _sidecar(others: list[_Named]) -> _Entry | None:
    return next((entry for name, entry in others if name == SIDECAR), None)


def _image_folder(path: str, images: list[_Entry], mtime_ns: int) -> FileFact:
    stats = [entry.stat(follow_symlinks=False) for entry in images]
    size = sum(stat.st_size for stat in stats)
    return FileFact(path, size, max(mtime_ns, *(stat.st_mtime_ns for stat in stats)))


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


def file_fact(root: str, path: str, rules: WalkRules | None = None) -> FileFact:
    """Return the facts of one file, or folder of images, as a walk would find them.

    root and path are stored paths. Raises OSError.
    """
    place = disk_path(root, path)
    facts = os.stat(place, follow_symlinks=False)  # noqa: PTH116 - paths may hold bytes that pathlib alters
    if S_ISDIR(facts.st_mode):
        return _folder_fact(place, path, rules, facts.st_mtime_ns)
    if not S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "not a plain file", place)
    sidecar_ns = _sidecar_time(place) if rules and rules.sidecars else None
    return FileFact(path, facts.st_size, facts.st_mtime_ns, sidecar_ns)


def _folder_fact(
    place: str, path: str, rules: WalkRules | None, mtime_ns: int
) -> FileFact:
    excluded = rules.excluded if rules else None
    with os.scandir(place) as entries:
        named = [(stored_path(entry.name), entry) for entry in entries]
    images = _images(
        [
            (name, entry)
            for name, entry in named
            if name[0] != "."
            and not (excluded and excluded(f"{path}/{name}"))
            and entry.is_file(follow_symlinks=False)
        ]
    )
    if not images:
        raise FileNotFoundError(errno.ENOENT, "has no image any more", place)
    return _image_folder(path, images, mtime_ns)


def _sidecar_time(place: str) -> int | None:
    folder = os.path.dirname(place)  # noqa: PTH120 - as above
    try:
        facts = os.stat(os.path.join(folder, SIDECAR), follow_symlinks=False)  # noqa: PTH116, PTH118 - as above
    except OSError:
        return None
    return facts.st_mtime_ns if S_ISREG(facts.st_mode) else None
