"""Forgetting deleted books over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from codex_lib.catalog.series import list_series
from codex_lib.db.paging import Paging
from codex_lib.scanning.lock import scan_lock

API = "/api/v1"


@pytest.fixture
def editor(make_user, sign):
    permissions = ["LibrariesWrite", "SeriesWrite", "SeriesRead", "BooksRead"]
    return sign(make_user("eve", permissions=permissions))


@pytest.fixture
def series_id(db, root, make_cbz, scan):
    """A series of three books, two of which are gone."""
    for number in range(1, 4):
        make_cbz(f"Bone/Bone {number}.cbz", seed=number)
    scan()
    for number in range(1, 3):
        (root / "Bone" / f"Bone {number}.cbz").unlink()
    scan(allow_missing=True)
    return list_series(db, Paging()).data[0].id


@pytest.fixture
def paths(library, series_id):
    """Where the library and the series are purged."""
    return [f"{API}/{path}/purge-deleted" for path in _paths(library.id, series_id)]


def _paths(library_id, series_id):
    return (f"libraries/{library_id}", f"series/{series_id}")


@pytest.mark.parametrize("which", [0, 1])
def test_a_purge_answers_how_many_books_went(client, editor, series_id, paths, which):
    listed = f"{API}/series/{series_id}/books?include_deleted=true"
    assert len(client.simulate_get(listed, headers=editor).json) == 3

    first = client.simulate_delete(paths[which], headers=editor)
    again = client.simulate_delete(paths[which], headers=editor)

    assert (first.status_code, first.text) == (200, "2")
    assert (again.status_code, again.text) == (200, "0")
    assert len(client.simulate_get(listed, headers=editor).json) == 1


def test_a_library_that_is_scanned_cannot_be_purged(client, db, library, editor, paths):
    with scan_lock(db.path.parent, library.id, library.name):
        answers = [client.simulate_delete(path, headers=editor) for path in paths]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert [answer.json["error"] for answer in answers] == ["Conflict", "Conflict"]


def test_what_is_not_there_is_not_found(client, editor):
    for path in _paths(uuid4(), uuid4()):
        address = f"{API}/{path}/purge-deleted"
        assert client.simulate_delete(address, headers=editor).status_code == 404
