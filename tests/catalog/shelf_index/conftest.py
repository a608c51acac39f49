"""A small made catalog, opened twice: once with an index that is kept, once without."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing, contextmanager
from typing import NamedTuple

import pytest

from codex_lib.catalog.shelf_index.index import _INDEXES
from codex_lib.catalog.shelf_index.kept import _KEPT, keep_index
from codex_lib.db import Database, open_catalog
from tests.catalog.shelf_index.shelves import dice, make_catalog


class Pair(NamedTuple):
    """One catalog: by kept and by writer, lists come from the index that is held."""

    kept: Database
    plain: Database
    writer: Database


@pytest.fixture(scope="session")
def made_shelf(tmp_path_factory):
    """The path of a small catalog that nobody writes to."""
    path = tmp_path_factory.mktemp("shelf") / "codex.db"
    with closing(open_catalog(path)) as db:
        make_catalog(db, dice(3))
    return path


@pytest.fixture
def copies(made_shelf, tmp_path):
    """Return a context manager that opens a fresh copy of the catalog.

    A link beside the catalog is another path, of which no index is kept.
    """
    count = iter(range(10**6))

    @contextmanager
    def copy():
        path = tmp_path / f"{next(count)}.db"
        link = path.with_suffix(".link")
        shutil.copy(made_shelf, path)
        link.symlink_to(path)
        keep_index(path)
        with ExitStack() as stack:
            opened = [open_catalog(p) for p in (path, link, path)]
            for db in opened:
                stack.enter_context(closing(db))
            yield Pair(*opened)
        _KEPT.discard(path)
        _INDEXES.pop(path, None)

    return copy


@pytest.fixture
def pair(copies):
    """A copy of the catalog."""
    with copies() as opened:
        yield opened
