import pytest

from codex_lib.db import one
from codex_lib.errors import InvalidError, SettingNotFoundError
from codex_lib.settings import definitions
from codex_lib.settings.definitions import (
    APPLICATION_NAME,
    DEDUPLICATION_SCHEDULE,
    DEFINITIONS,
    REGISTRATION_ENABLED,
    Definition,
)
from codex_lib.settings.values import (
    Change,
    get_setting,
    get_value,
    list_setting_changes,
    list_settings,
    parse_value,
    reset_setting,
    set_setting,
    set_settings,
)

MONDAY = Change("2024-01-15T10:30:00.000000Z", by="a user's id", address="203.0.113.7")
TUESDAY = Change("2024-01-16T10:30:00.000000Z", reason="a festival")
OPEN = REGISTRATION_ENABLED.key
NAME = APPLICATION_NAME.key
SCHEDULE = DEDUPLICATION_SCHEDULE.key
RETRIES = Definition("test.retries", "Test", 3, "How often.", minimum=1, maximum=9)
NOTE = Definition("test.note", "Test", "", "A text that may be empty.")


@pytest.fixture
def more(monkeypatch):
    """Two settings of kinds that no real one has yet."""
    longer = {**DEFINITIONS, RETRIES.key: RETRIES, NOTE.key: NOTE}
    monkeypatch.setattr("codex_lib.settings.values.DEFINITIONS", longer)


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda one: one.key)
def test_every_setting_has_a_usable_default_and_says_what_it_is(definition):
    assert definition.category
    assert definition.description.endswith(".")
    assert definition.value_type in definitions.TYPE_NAMES.values()
    assert parse_value(definition, definition.default) is not None


def test_a_setting_never_changed_has_its_default(db):
    assert get_value(db, REGISTRATION_ENABLED) is False
    assert get_value(db, APPLICATION_NAME) == "Codex"

    setting = get_setting(db, OPEN)
    assert (setting.key, setting.value, setting.default_value) == (
        OPEN,
        "false",
        "false",
    )
    assert (setting.value_type, setting.category) == ("Boolean", "Authentication")
    assert (setting.version, setting.updated_at, setting.updated_by) == (1, None, None)
    assert setting.is_sensitive is False


def test_a_change_is_there_for_all_who_ask(db):
    setting = set_setting(db, OPEN, "true", MONDAY)

    assert get_value(db, REGISTRATION_ENABLED) is True
    assert (setting.value, setting.default_value, setting.version) == (
        "true",
        "false",
        2,
    )
    assert (setting.updated_at, setting.updated_by) == (MONDAY.now, MONDAY.by)
    assert get_setting(db, OPEN) == setting


def test_a_settings_id_is_its_own_and_stays(db):
    before = get_setting(db, OPEN).id

    assert set_setting(db, OPEN, value=True, change=MONDAY).id == before
    assert get_setting(db, NAME).id != before


def test_a_number_is_a_number(db, more):
    set_setting(db, RETRIES.key, 7, MONDAY)

    assert get_value(db, RETRIES) == 7
    setting = get_setting(db, RETRIES.key)
    assert (setting.value, setting.value_type) == ("7", "Integer")
    assert (setting.min_value, setting.max_value) == (1, 9)


def test_settings_are_listed_by_category_and_key(db, more):
    found = [(setting.category, setting.key) for setting in list_settings(db)]

    assert found == sorted(found)
    assert {("Application", NAME), ("Test", NOTE.key)} <= set(found)
    assert [one.key for one in list_settings(db, category="Application")] == [NAME]
    assert list_settings(db, category="application") == []


def test_a_schedule_has_to_be_one(db):
    assert set_setting(db, SCHEDULE, " 0 3 * * * ", MONDAY).value == "0 3 * * *"
    assert set_setting(db, SCHEDULE, " ", TUESDAY).value == ""

    with pytest.raises(InvalidError, match="no cron expression: bad hour") as caught:
        set_setting(db, SCHEDULE, "0 25 * * *", TUESDAY)
    assert caught.value.field == SCHEDULE


def test_several_change_together_in_the_order_given(db):
    changed = set_settings(db, {OPEN: True, NAME: "Our comics"}, MONDAY)

    assert [setting.key for setting in changed] == [OPEN, NAME]
    assert get_value(db, APPLICATION_NAME) == "Our comics"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({NAME: "Our comics", OPEN: "maybe"}, InvalidError),
        ({NAME: "Our comics", "auth.magic": "true"}, SettingNotFoundError),
    ],
)
def test_or_none_of_them_does(db, values, error):
    with pytest.raises(error):
        set_settings(db, values, MONDAY)

    assert get_value(db, APPLICATION_NAME) == "Codex"
    assert list_setting_changes(db, NAME) == []


def test_all_of_them_are_one_commit(db):
    set_settings(db, {OPEN: True, NAME: "Our comics"}, MONDAY)

    assert one(db, "SELECT version FROM catalog")["version"] == 1


def test_no_changes_are_none(db):
    assert set_settings(db, {}, MONDAY) == []


@pytest.mark.parametrize(
    ("definition", "value", "text"),
    [
        (REGISTRATION_ENABLED, True, "true"),
        (REGISTRATION_ENABLED, "false", "false"),
        (RETRIES, 9, "9"),
        (RETRIES, "+07", "7"),
        (RETRIES, " 1 ", "1"),
        (APPLICATION_NAME, " Our comics ", "Our comics"),
        (APPLICATION_NAME, 2001, "2001"),
        (APPLICATION_NAME, "漫画", "漫画"),
        (NOTE, "", ""),
        (NOTE, " ", ""),
        (Definition("x", "X", 1, "Free."), -5, "-5"),
    ],
)
def test_a_value_is_stored_as_text(definition, value, text):
    assert parse_value(definition, value) == text


@pytest.mark.parametrize(
    ("definition", "value", "reason"),
    [
        *(
            (REGISTRATION_ENABLED, junk, "must be true or false")
            for junk in ("True", "yes", "1", 1, 0, "", " true")
        ),
        *(
            (RETRIES, junk, "must be a whole number from 1 to 9")
            for junk in (0, 10, "", "x", "1.5", True, "9" * 30, "\u0663")
        ),
        (Definition("x", "X", 1, "Free."), "x", "must be a whole number$"),
        *(
            (APPLICATION_NAME, junk, "must be a text of at most 200 characters, not bl")
            for junk in ("", " ", "x" * 201, "a\nb", "a\0b", "\udcff")
        ),
        (NOTE, "a\r\nBcc: b", "must be a text"),
        *(
            (NOTE, junk, "must be a text, a number or a boolean")
            for junk in (None, 1.5, [], {})
        ),
    ],
)
def test_a_value_of_another_kind_is_refused(definition, value, reason):
    with pytest.raises(InvalidError, match=reason) as caught:
        parse_value(definition, value)

    assert caught.value.field == definition.key


def test_a_reset_gives_the_default_and_is_a_change(db):
    set_setting(db, NAME, "Our comics", MONDAY)

    setting = reset_setting(db, NAME, TUESDAY)

    assert (setting.value, setting.version) == ("Codex", 3)
    assert [change.new_value for change in list_setting_changes(db, NAME)] == [
        "Codex",
        "Our comics",
    ]


def test_the_history_says_what_who_when_where_and_why(db):
    set_setting(db, NAME, "Our comics", MONDAY)
    set_setting(db, OPEN, "true", MONDAY)
    set_setting(db, NAME, "Festival", TUESDAY)

    newest, oldest = list_setting_changes(db, NAME)

    assert (newest.old_value, newest.new_value) == ("Our comics", "Festival")
    assert (newest.changed_at, newest.changed_by) == (TUESDAY.now, None)
    assert (newest.change_reason, newest.ip_address) == ("a festival", None)
    assert (oldest.old_value, oldest.new_value) == ("Codex", "Our comics")
    assert (oldest.changed_by, oldest.ip_address) == (MONDAY.by, MONDAY.address)
    assert oldest.setting_id == newest.setting_id == get_setting(db, NAME).id
    assert oldest.id != newest.id


def test_the_history_may_be_cut(db):
    for number in range(3):
        set_setting(db, NAME, number, MONDAY)

    assert [one.new_value for one in list_setting_changes(db, NAME, limit=2)] == [
        "2",
        "1",
    ]
    assert list_setting_changes(db, NAME, limit=0) == []


def test_a_reason_too_long_is_refused(db):
    with pytest.raises(InvalidError, match="change_reason: is longer than 1000"):
        set_setting(db, NAME, "x", MONDAY._replace(reason="x" * 1001))

    assert one(db, "SELECT 1 FROM settings") is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: get_setting(db, "auth.magic"),
        lambda db: set_setting(db, "auth.magic", "1", MONDAY),
        lambda db: reset_setting(db, "auth.magic", MONDAY),
        lambda db: list_setting_changes(db, "auth.magic"),
    ],
)
def test_a_setting_that_does_not_exist_is_told(db, ask):
    with pytest.raises(SettingNotFoundError, match=r"Setting not found: auth\.magic"):
        ask(db)
