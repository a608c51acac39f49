"""Previews over the API: the series that a folder would make."""

from __future__ import annotations

import pytest

from codex_lib.api import library_preview

PREVIEW = "/api/v1/libraries/preview-scan"


@pytest.fixture
def editor(make_user, sign):
    return sign(make_user("eve", permissions=["LibrariesWrite"]))


@pytest.fixture
def ask(client, editor):
    """Return a function that asks for a preview."""
    return lambda **body: client.simulate_post(PREVIEW, json=body, headers=editor)


@pytest.fixture
def folder(tmp_path):
    """A folder that is no library: two publishers, three series."""
    root = tmp_path / "Elsewhere"
    for name in (
        "DC/Batman/1.cbz",
        "DC/Batman/2.cbz",
        "Marvel/X-Men/1.pdf",
        "DC/a.txt",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_a_folder_that_is_no_library_can_be_previewed(ask, folder):
    answer = ask(path=str(folder))

    assert answer.status_code == 200
    assert answer.json == {
        "detected_series": [
            {
                "name": "DC",
                "path": "DC",
                "book_count": 2,
                "sample_books": ["1.cbz", "2.cbz"],
                "metadata": None,
            },
            {
                "name": "Marvel",
                "path": "Marvel",
                "book_count": 1,
                "sample_books": ["1.pdf"],
                "metadata": None,
            },
        ],
        "total_files": 3,
        "is_complete": True,
    }


def test_a_preview_takes_the_rules_of_a_library_in_any_spelling(ask, folder):
    answer = ask(
        path=str(folder),
        seriesStrategy="publisher_hierarchy",
        seriesConfig={"skipDepth": 1},
        allowedFormats=["cbz"],
        excludedPatterns="1.*",
    )

    (batman,) = answer.json["detected_series"]
    assert (batman["name"], batman["sample_books"]) == ("Batman", ["2.cbz"])
    assert batman["metadata"] == {"publisher": "DC"}


def test_a_preview_of_too_much_says_that_it_is_not_complete(ask, folder, monkeypatch):
    monkeypatch.setattr(library_preview, "MAX_FILES", 1)

    assert ask(path=str(folder)).json["is_complete"] is False


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"path": "/no/such/folder"}, "path"),
        ({"path": "Elsewhere"}, "path"),
        ({"path": ""}, "path"),
        ({"path": "\0"}, "path"),
        ({"path": 5}, "path"),
        ({"series_strategy": "smell"}, "series_strategy"),
        ({"series_config": {"color": 1}}, "series_config"),
        ({"series_strategy": "custom"}, "series_config"),
        ({"allowed_formats": ["docx"]}, "allowed_formats"),
    ],
)
def test_a_preview_that_cannot_be_made_says_why(ask, folder, change, field):
    answer = ask(**{"path": str(folder), **change})

    assert answer.status_code == 400
    assert [item["field"] for item in answer.json["details"]] == [field]


def test_a_preview_needs_a_path(ask):
    assert ask().json["details"][0]["field"] == "path"
