import json

import pytest

from codex_lib.catalog.external_ratings import set_external_rating
from codex_lib.catalog.links import set_external_link
from codex_lib.catalog.series_terms import add_series_term
from codex_lib.catalog.taxonomy import named_term, rename_term
from codex_lib.catalog.titles import create_alternate_title
from codex_lib.db import rows

TUESDAY = "2024-01-16T10:30:00.000000Z"


@pytest.fixture
def saga(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz", Genre="Space")
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


def change(db, series_id, field):
    """Change a field of a series in the way that people do."""
    if field == "alternate_titles":
        create_alternate_title(db, series_id, label="x", title="y", now=TUESDAY)
    elif field == "external_links":
        set_external_link(
            db, series_id, source_name="x", url="https://x.org", now=TUESDAY
        )
    elif field == "external_ratings":
        set_external_rating(db, series_id, source_name="x", rating=5, now=TUESDAY)
    elif field == "genres":
        space = named_term(db, "genre", "Space")
        rename_term(db, "genre", space.id, "Stars", now=TUESDAY)
    else:
        add_series_term(db, "tag", series_id, "x", now=TUESDAY)


@pytest.mark.parametrize(
    "field",
    ["alternate_titles", "external_links", "external_ratings", "genres", "tags"],
)
def test_what_changes_about_a_series_is_noted_and_told(db, saga, field):
    change(db, saga, field)

    told = json.loads(
        rows(db, "SELECT data FROM events ORDER BY id DESC LIMIT 1")[0]["data"]
    )
    assert (told["type"], told["series_id"]) == ("series_updated", saga)
    assert told["fields"] == [field]
    assert rows(db, "SELECT updated_at FROM series")[0]["updated_at"] == TUESDAY
