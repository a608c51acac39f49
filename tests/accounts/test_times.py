import pytest

from codex_lib.accounts.times import later, parse_time, seconds_between, unix_time
from codex_lib.errors import InvalidError

NOON = "2030-01-31T12:00:00.000000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-31T12:00:00Z",
        "2030-01-31T13:00:00+01:00",
        "2030-01-31T07:00:00.000000-05:00",
        "2030-01-31 12:00:00Z",
    ],
)
def test_every_form_of_a_time_becomes_the_catalogs(text):
    assert parse_time("expires_at", text) == NOON


@pytest.mark.parametrize(
    "junk",
    ["", "soon", "2030-13-01T00:00:00Z", None, 17, "9999-12-31T23:59:59-12:00"],
)
def test_what_is_no_time_is_refused(junk):
    with pytest.raises(InvalidError, match="expires_at: must be a time"):
        parse_time("expires_at", junk)


@pytest.mark.parametrize("text", ["2030-01-31T12:00:00", "2030-01-31"])
def test_a_time_of_no_zone_is_refused(text):
    with pytest.raises(InvalidError, match="expires_at: needs a time zone"):
        parse_time("expires_at", text)


def test_times_are_reckoned_with():
    assert later(NOON, 0.5) == "2030-01-31T12:00:00.500000Z"
    assert later(NOON, -60) == "2030-01-31T11:59:00.000000Z"
    assert unix_time("1970-01-01T00:01:00.900000Z") == 60
    assert seconds_between(NOON, later(NOON, 90)) == 90
