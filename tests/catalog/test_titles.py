import pytest

from codex_lib.catalog.series import search_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.catalog.titles import (
    MAX_LABEL,
    MAX_TITLE,
    create_alternate_title,
    delete_alternate_title,
    find_alternate_title,
    get_alternate_title,
    list_alternate_titles,
    update_alternate_title,
)
from codex_lib.db import rows
from codex_lib.errors import (
    AmbiguousNameError,
    ConflictError,
    InvalidError,
    SeriesNotFoundError,
    TitleNotFoundError,
)

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def saga(db, make_cbz, scan):
    make_cbz("Saga/Saga 1.cbz")
    scan()
    return rows(db, "SELECT uuid FROM series")[0]["uuid"]


def add(db, series_id, title, label="Japanese", now=TUESDAY):
    return create_alternate_title(db, series_id, label=label, title=title, now=now)


def keys(db):
    return tuple(rows(db, "SELECT title_key, other_keys FROM series")[0])


def found(db, query):
    return [series.title for series in search_series(db, query)]


def test_a_series_is_found_by_its_other_titles(db, saga):
    made = add(db, saga, " 進撃の  巨人 ")
    add(db, saga, "Ságá Zwei", label="German")

    assert (made.series_id, made.label, made.title) == (saga, "Japanese", "進撃の 巨人")
    assert [t.title for t in list_alternate_titles(db, saga)] == [
        "進撃の 巨人",
        "Ságá Zwei",
    ]
    for query in ("saga", "巨人", "zwei", "進撃"):
        assert found(db, query) == ["Saga"]
    updated = rows(db, "SELECT updated_at FROM series")[0]["updated_at"]
    assert updated == TUESDAY


def test_a_changed_title_is_found_by_its_new_words_only(db, saga):
    made = add(db, saga, "Zwei", now=MONDAY)

    change = {"title": "Drei", "label": "German"}
    changed = update_alternate_title(db, saga, made.id, change, now=TUESDAY)

    assert (changed.title, changed.label, changed.updated_at) == (
        *("Drei", "German"),
        TUESDAY,
    )
    assert changed.created_at == MONDAY
    assert (found(db, "drei"), found(db, "zwei")) == (["Saga"], [])


def test_a_label_can_change_alone(db, saga):
    made = add(db, saga, "Zwei")

    changed = update_alternate_title(
        db, saga, made.id, {"label": "German"}, now=TUESDAY
    )

    assert (changed.title, changed.label) == ("Zwei", "German")


def test_a_deleted_title_is_not_found_any_more(db, saga):
    made = add(db, saga, "Zwei")

    delete_alternate_title(db, saga, made.id, now=TUESDAY)

    assert (list_alternate_titles(db, saga), found(db, "zwei")) == ([], [])
    with pytest.raises(TitleNotFoundError):
        delete_alternate_title(db, saga, made.id, now=TUESDAY)


def test_other_titles_stay_when_the_title_changes(db, saga, root, scan):
    add(db, saga, "Zwei")

    (root / "Saga").rename(root / "Sage")
    scan()

    assert keys(db) == ("sage", "zwei")
    update_series(db, saga, {"title": "Zwei"}, now=TUESDAY)
    assert keys(db) == ("zwei", "")
    (root / "Sage").rename(root / "Eins")
    scan()
    assert keys(db) == ("zwei", "")  # locked


def test_a_new_series_in_unspaced_script_is_found_by_two_signs(db, make_cbz, scan):
    make_cbz("進撃の巨人/進撃の巨人 1.cbz")

    scan()

    assert found(db, "巨人") == ["進撃の巨人"]


def test_a_title_is_found_by_id_its_start_or_text(db, saga):
    made = add(db, saga, "Zwéi")
    add(db, saga, "Drei")

    for text in (made.id, made.id[:23], "zwei"):
        assert find_alternate_title(db, saga, text) == made
    with pytest.raises(AmbiguousNameError):
        find_alternate_title(db, saga, made.id[:4])
    with pytest.raises(TitleNotFoundError, match="Alternate title not found: Vier"):
        find_alternate_title(db, saga, "Vier")


def test_the_same_title_twice_is_a_conflict(db, saga):
    add(db, saga, "Zwei")
    other = add(db, saga, "Zwei", label="German")

    with pytest.raises(ConflictError, match="the JAPANESE title zwei already"):
        add(db, saga, "zwei", label="JAPANESE")
    with pytest.raises(ConflictError):
        update_alternate_title(db, saga, other.id, {"label": "Japanese"}, now=TUESDAY)
    update_alternate_title(db, saga, other.id, {"title": "ZWEI"}, now=TUESDAY)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " "}, "title: .*blank"),
        ({"label": None}, "label: .*blank"),
        ({"title": "x" * (MAX_TITLE + 1)}, "title: .*longer than 500"),
        ({"label": "x" * (MAX_LABEL + 1)}, "label: .*longer than 100"),
        ({"color": "red"}, "color: no field"),
    ],
)
def test_what_no_title_can_be_is_refused(db, saga, changes, reason):
    made = add(db, saga, "Zwei")

    with pytest.raises(InvalidError, match=reason):
        update_alternate_title(db, saga, made.id, changes, now=TUESDAY)

    assert get_alternate_title(db, saga, made.id) == made


def test_a_series_has_at_most_100_of_them(db, saga):
    for number in range(100):
        add(db, saga, f"Title {number}")

    with pytest.raises(InvalidError, match="at most 100"):
        add(db, saga, "One more")


def test_a_title_of_another_series_or_of_none_is_not_found(db, saga, make_cbz, scan):
    make_cbz("Bone/Bone 1.cbz", seed=2)
    scan()
    sql = "SELECT uuid FROM series WHERE title = 'Bone'"
    bone = rows(db, sql)[0]["uuid"]
    made = add(db, saga, "Zwei")

    with pytest.raises(TitleNotFoundError):
        update_alternate_title(db, bone, made.id, {"title": "x"}, now=TUESDAY)
    with pytest.raises(SeriesNotFoundError):
        add(db, NOBODY, "Zwei")
