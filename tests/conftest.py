"""Builders shared by all tests: real files and a real catalog, made on the spot."""

from __future__ import annotations

import io
import os
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image

from codex_lib.catalog.libraries import create_library
from codex_lib.db import open_catalog, rows
from codex_lib.scanning.scan import scan_library

# A busy machine is no failure: examples have no time limit of their own.
settings.register_profile("codex", deadline=None)
settings.load_profile("codex")

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"


def image_bytes(number=1, *, size=(60, 90), form="JPEG"):
    """Return a small image; every number gives another picture."""
    color = (number * 37 % 256, number * 91 % 256, number * 53 % 256)
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, form)
    return out.getvalue()


def comicinfo_bytes(**fields):
    """Return a ComicInfo.xml with these elements."""
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0"?><ComicInfo>{body}</ComicInfo>'.encode()


def write_cbz(path, *, pages=3, seed=1, method=zipfile.ZIP_STORED, **fields):
    """Write a CBZ of so many pages; equal seeds have equal pages, fields go to
    ComicInfo.xml."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for number in range(1, pages + 1):
            data = image_bytes(seed * 100 + number)
            # A comment behind the image's end makes equal colors different pages.
            archive.writestr(f"{number:03}.jpg", data + f"{seed}:{number}".encode())
        if fields:
            archive.writestr("ComicInfo.xml", comicinfo_bytes(**fields))
    return path


@pytest.fixture
def db(tmp_path):
    with closing(open_catalog(tmp_path / "data" / "codex.db")) as db:
        yield db


@pytest.fixture
def root(tmp_path):
    """The folder of a library, empty so far."""
    folder = tmp_path / "Comics"
    folder.mkdir()
    return folder


@pytest.fixture
def make_cbz(root):
    """Return a function that writes a CBZ below the library's folder."""

    def make(path, **options):
        return write_cbz(root / path, **options)

    return make


@pytest.fixture
def library(db, root):
    """A library of the folder root, not scanned yet."""
    return create_library(db, name="Comics", path=root, now=MONDAY)


@pytest.fixture
def scan(db, library):
    """Return a function that scans the library and returns the result."""

    def run(now=MONDAY, **options):
        options = {"threads": 1, **options}
        return scan_library(db, library.id, now=now, **options)

    return run


@pytest.fixture
def damage():
    """Return a function that overwrites a table of a catalog with rubbish.

    The catalog is closed then; start is what the table's page begins with.
    """

    def spoil(db, table, start=b""):
        sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        page = rows(db, sql, [table])[0]["rootpage"]
        size = rows(db, "PRAGMA page_size")[0][0]
        with closing(db):
            rows(db, "PRAGMA wal_checkpoint(TRUNCATE)")
        with db.path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(start.ljust(size, b"\xff"))
        return db.path

    return spoil


@pytest.fixture(scope="session")
def corpora():
    """The folder of real and hostile files, where there is one."""
    folder = os.environ.get("CODEX_CORPORA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("CODEX_CORPORA names no folder of sample files")
    return Path(folder)
