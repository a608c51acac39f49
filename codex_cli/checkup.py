"""The checks behind codex doctor: each yields findings and mends nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codex_cli.samples import SAMPLES
from codex_cli.wording import count, file_size
from codex_lib import __version__, errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database

LITTLE_SPACE, NO_SPACE = 10**9, 10**8
REINSTALL = f"{sys.executable} -m pip install --force-reinstall codex-library"
PACKAGES = (
    *("typer", "rich", "sqlite-utils", "pillow", "lxml"),
    *("pymupdf", "rarfile", "rars", "py7zr"),
)


class Finding(NamedTuple):
    """One thing looked at; state is ok, warn or fail, remedy one command or ""."""

    subject: str
    state: str
    detail: str
    remedy: str = ""


def examine(config: Config) -> list[Finding]:
    """Look at everything and return what was found, in the order to show it."""
    with tempfile.TemporaryDirectory(prefix="codex-doctor-") as folder:
        return [
            *_versions(Path(folder)),
            *_readers(Path(folder)),
            *_plug_ins(),
            *_terminal(),
            *_data_folder(config),
            *_catalog(config),
        ]


def _versions(folder: Path) -> Iterator[Finding]:
    from codex_lib.db import one, open_catalog

    yield Finding("Codex", "ok", f"{__version__}, Python {platform.python_version()}")
    db = open_catalog(folder / "codex.db", allow_network=True)
    row = one(db, "SELECT sqlite_version() AS version")
    db.close()
    yield Finding("SQLite", "ok", row["version"] if row else "")
    versions = {name: _package_version(name) for name in PACKAGES}
    absent = [name for name, version in versions.items() if not version]
    if absent:
        yield Finding("Packages", "fail", f"no {', '.join(absent)}", REINSTALL)
    shown = [f"{name} {version}" for name, version in versions.items() if version]
    yield Finding("Packages", "ok", ", ".join(shown))


def _package_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _readers(folder: Path) -> Iterator[Finding]:
    for label, suffix, content in SAMPLES:
        path = folder / f"sample.{suffix}"
        path.write_bytes(content)
        try:
            pages = _read_pages(str(path))
        except (errors.CodexError, ImportError) as error:
            reason = getattr(error, "reason", str(error))
            yield Finding(f"Reads {label}", "fail", reason, REINSTALL)
            continue
        yield Finding(f"Reads {label}", "ok", count(len(pages), "page"))
        if label == "EPUB":
            yield _fonts(pages)


def _read_pages(path: str) -> list[bytes]:
    from codex_lib.formats import read_book, read_page

    facts = read_book(path)
    return [read_page(path, facts.file_format, page) for page in facts.pages]


def _fonts(pages: list[bytes]) -> Finding:
    """Two pages with one Chinese character each differ if a font has them."""
    if len(set(pages)) > 1:
        return Finding("Fonts", "ok", "text in Latin and Chinese is drawn")
    return Finding("Fonts", "warn", "Chinese text is not drawn", REINSTALL)


def _plug_ins() -> Iterator[Finding]:
    if util.find_spec("pillow_jxl"):
        yield Finding("Pages in JPEG XL", "ok", "shown")
    else:
        remedy = f"{sys.executable} -m pip install 'codex-library[jxl]'"
        yield Finding("Pages in JPEG XL", "warn", "cannot be shown", remedy)


def _terminal() -> Iterator[Finding]:
    encoding = (getattr(sys.stdout, "encoding", None) or "none").lower()
    if encoding.replace("-", "") == "utf8":
        yield Finding("Terminal", "ok", "UTF-8")
    else:
        detail = f"{encoding}: titles in other scripts appear as ?"
        yield Finding("Terminal", "warn", detail, "export LC_ALL=C.UTF-8")


def _data_folder(config: Config) -> Iterator[Finding]:
    from codex_lib.db.filesystems import filesystem_kind, network_kind

    folder = config.catalog_path.parent
    place = _nearest(folder)
    if os.access(place, os.W_OK | os.X_OK):
        yield Finding("Data folder", "ok", f"{folder}, writable")
    else:
        remedy = "codex --data-dir FOLDER …, with a folder of yours"
        yield Finding("Data folder", "fail", f"{place} is not writable", remedy)
    yield _free_space(place)
    kind = filesystem_kind(place) or "of unknown kind"
    if network_kind(place):
        remedy = "codex --data-dir FOLDER …, with a folder on a local disk"
        detail = f"{kind}: SQLite can lose data on a network file system"
        yield Finding("File system", "fail", detail, remedy)
    else:
        yield Finding("File system", "ok", kind)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the first one above it that is there already."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _free_space(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    state = "ok"
    if free < LITTLE_SPACE:
        state = "fail" if free < NO_SPACE else "warn"
    remedy = "" if state == "ok" else f"df -h {place}"
    return Finding("Free space", state, file_size(free), remedy)


def _catalog(config: Config) -> Iterator[Finding]:
    from codex_lib.db import open_catalog

    path = config.catalog_path
    if not path.exists():
        yield Finding("Catalog", "ok", f"none yet; a scan makes {path}")
        return
    try:
        db = open_catalog(path, allow_network=True)
    except errors.CodexError as error:
        yield Finding("Catalog", "fail", str(error), "codex db restore BACKUP")
        return
    try:
        yield from _libraries(db, path)
    finally:
        db.close()


def _libraries(db: Database, path: Path) -> Iterator[Finding]:
    from codex_lib.catalog.libraries import list_libraries

    found = list_libraries(db)
    books = sum(library.book_count for library in found)
    detail = f"{path}: {count(len(found), 'library', 'libraries')}"
    yield Finding("Catalog", "ok", f"{detail}, {count(books, 'book')}")
    for library in found:
        subject = f"Library {library.name}"
        if os.access(library.path, os.R_OK | os.X_OK):
            yield Finding(subject, "ok", library.path)
        else:
            remedy = f"codex libraries update {library.id} --folder FOLDER"
            detail = f"{library.path} cannot be read; is the disk mounted?"
            yield Finding(subject, "warn", detail, remedy)
