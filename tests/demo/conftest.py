"""The demonstration library, drawn once for all tests of a process."""

import pytest

from codex_lib.demo.library import make_demo_library


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    return make_demo_library(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo_file(demo):
    """Find a book of the library by a part of its name."""

    def find(part):
        return next(path for path in demo.files if part in path.name)

    return find
