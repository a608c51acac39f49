import pytest

from codex_lib.accounts.attempts import (
    FORGET_SECONDS,
    begin_attempt,
    end_attempt,
    subjects_of,
    wait_seconds,
)
from codex_lib.accounts.times import later
from codex_lib.db import one, rows
from codex_lib.errors import TooManyAttemptsError

MONDAY = "2024-01-15T10:30:00.000000Z"
HOME = "203.0.113.7"


@pytest.fixture
def fail(db):
    """Return a function that tries in vain so many times; the seconds to wait, or 0."""

    def run(login="ana", address="", times=1, now=MONDAY):
        for _ in range(times):
            try:
                begin_attempt(db, subjects_of(login, address), now=now)
            except TooManyAttemptsError as error:
                return error.retry_after
        return 0

    return run


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        (1, 0),
        (4, 0),
        (5, 2),
        (6, 4),
        (7, 8),
        (12, 256),
        (13, 512),
        (14, 900),
        (999, 900),
    ],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures, seconds):
    assert wait_seconds("account", failures) == seconds


def test_after_five_failures_an_account_has_to_wait(fail):
    assert fail(times=5) == 0
    assert fail() == 2
    assert fail(now=later(MONDAY, 1.5)) == 1
    assert fail(now=later(MONDAY, 2)) == 0


def test_every_failure_after_that_doubles_the_wait(fail):
    fail(times=5)
    moment = MONDAY
    waits = []
    for _ in range(10):
        waits.append(fail(now=moment))
        moment = later(moment, waits[-1])
        assert fail(now=moment) == 0

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_an_attempt_during_the_wait_does_not_lengthen_it(fail):
    fail(times=5)

    assert [fail() for _ in range(20)] == [2] * 20
    assert fail(now=later(MONDAY, 2)) == 0


def test_another_account_does_not_wait(fail):
    fail(times=5)

    assert fail("bob") == 0


def test_spellings_of_a_name_are_one_account(fail):
    for login in ("ana", "ANA", " Ana "):
        fail(login, times=2)

    assert fail("aNa") == 2


@pytest.mark.parametrize("login", ["", "\udcff", "x" * 100_000, "\0"])
def test_any_text_counts(fail, login):
    fail(login, times=5)

    assert fail(login) == 2


def test_an_hour_without_attempts_is_forgotten(db, fail):
    fail(address=HOME, times=5)

    assert fail("bob", now=later(MONDAY, FORGET_SECONDS + 1)) == 0
    assert one(db, "SELECT count(*) AS count FROM sign_in_attempts")["count"] == 1
    assert fail(times=5, now=later(MONDAY, FORGET_SECONDS + 1)) == 0


def test_an_address_that_tries_many_names_has_to_wait(fail):
    for number in range(20):
        assert fail(f"user{number}", HOME) == 0

    assert fail("another", HOME) == 2
    assert fail("another", "203.0.113.8") == 0
    assert fail("another") == 0


def test_attempts_of_this_machine_count_for_no_address(fail):
    assert [fail(f"user{number}") for number in range(50)] == [0] * 50


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::2"),
        ("a socket", "a socket"),
    ],
)
def test_addresses_of_one_subscriber_are_one(address, other):
    assert subjects_of("ana", address) == subjects_of("ana", other)


@pytest.mark.parametrize(
    ("address", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("203.0.113.7", "203.0.113.8")],
)
def test_addresses_of_two_subscribers_are_two(address, other):
    assert subjects_of("ana", address) != subjects_of("ana", other)


def test_success_forgets_the_account_under_both_its_names(db, make_user, fail):
    user = make_user("ana")
    fail("ana", times=4)
    fail("ana@example.com", times=4)

    end_attempt(db, subjects_of("ana", ""), user)

    assert fail("ana", times=5) == 0
    assert fail("ana@example.com", times=5) == 0


def test_success_takes_only_itself_back_from_the_address(db, make_user, fail):
    user = make_user("ana")
    for number in range(19):
        fail(f"user{number}", HOME)

    for _ in range(10):
        begin_attempt(db, subjects_of("ana", HOME), now=MONDAY)
        end_attempt(db, subjects_of("ana", HOME), user)

    assert fail("bob", HOME) == 0
    assert fail("bob", HOME) == 2


def test_names_are_kept_as_hashes_only(db, fail):
    fail("my secret password", HOME)

    kept = str([tuple(row) for row in rows(db, "SELECT * FROM sign_in_attempts")])
    assert "secret" not in kept
    assert HOME not in kept


def test_counting_leaves_what_is_cached_of_lists_alone(db, fail):
    version = one(db, "SELECT version FROM catalog")["version"]

    fail(times=3)

    assert one(db, "SELECT version FROM catalog")["version"] == version


def test_an_attempt_is_counted_under_the_write_lock(db, fail):
    """Else two that read the same count would be one."""
    held = []
    db.set_trace_callback(
        lambda sql: held.append(db.in_transaction) if "SELECT failures" in sql else None
    )

    fail()

    assert held == [True]


GUESS = """
from codex_lib.accounts.sign_in import sign_in
def race():
    answers = []
    for guess in range(10):
        try:
            sign_in(db, login="ana", password=f"guess {guess}", address="",
                costs=costs, now=now)
        except CodexError as error:
            answers.append(type(error).__name__)
    return " ".join(answers)
"""


def test_guessing_in_many_processes_at_once_gains_nothing(make_user, race):
    make_user("ana")

    answers = " ".join(race(GUESS, "1", "2", "3")).split()

    assert answers.count("UnauthorizedError") == 5
    assert answers.count("TooManyAttemptsError") == 25
