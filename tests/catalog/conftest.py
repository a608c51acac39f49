"""A made catalog of some thousand books, for what a few scanned ones cannot show."""

from __future__ import annotations

import importlib
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from codex_lib.db import open_catalog

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
MADE_BOOKS = 2000


@pytest.fixture(scope="session")
def benchmark_module():
    """Return a function that imports a module of the benchmarks by its name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module


@pytest.fixture(scope="session")
def make_catalog(benchmark_module):
    """Return the function that makes a catalog of so many books without files."""
    return benchmark_module("big_catalog").make_catalog


@pytest.fixture(scope="session")
def made_path(make_catalog, tmp_path_factory):
    """A made catalog of 2,000 books; nobody writes to it."""
    path = tmp_path_factory.mktemp("made") / "codex.db"
    make_catalog(path, books=MADE_BOOKS)
    return path


@pytest.fixture
def made(made_path, tmp_path):
    """A copy of the made catalog, open."""
    path = tmp_path / "made.db"
    shutil.copy(made_path, path)
    with closing(open_catalog(path)) as db:
        yield db
