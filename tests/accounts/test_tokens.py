import base64
import json
import stat
import subprocess
import sys

import jwt
import pytest

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.times import later
from codex_lib.accounts.tokens import (
    create_token,
    jwt_secret,
    revoke_token,
    verify_token,
)
from codex_lib.accounts.users import delete_user, get_user, update_user
from codex_lib.db import one, rows
from codex_lib.errors import ConfigError, UnauthorizedError, UserNotFoundError

MONDAY = "2024-01-15T10:30:00.500000Z"
TUESDAY = later(MONDAY, 24 * 3600)
SECRET = "a secret of at least 32 characters"
CHEAP = Costs(8, 1, 1)


@pytest.fixture
def ana(make_user):
    return make_user("ana", is_admin=True)


@pytest.fixture
def issue(db):
    """Return a function that makes a token on Monday, good for a day."""

    def run(user, **options):
        options = {"secret": SECRET, "hours": 24, "now": MONDAY, **options}
        return create_token(db, user, **options).access_token

    return run


@pytest.fixture
def verify(db):
    return lambda token, now=MONDAY, secret=SECRET: verify_token(
        db, token, secret=secret, now=now
    )


def refused(verify, token, **options):
    with pytest.raises(UnauthorizedError) as caught:
        verify(token, **options)
    return str(caught.value)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_a_token_says_whose_it_is_and_for_how_long(db, ana):
    token = create_token(db, ana, secret=SECRET, hours=24, now=MONDAY)

    claims = claims_of(token.access_token)
    assert token.expires_in == 86_400
    assert (claims["sub"], claims["username"]) == (ana.id, "ana")
    assert claims["is_admin"] is True
    assert claims["exp"] - claims["iat"] == 86_400
    assert jwt.get_unverified_header(token.access_token)["alg"] == "HS256"
    assert token.access_token not in repr(token)


def test_two_tokens_of_one_moment_differ(ana, issue):
    assert issue(ana) != issue(ana)


def test_a_token_is_its_users(ana, issue, verify):
    assert verify(issue(ana)) == ana


@pytest.mark.parametrize("seconds", [-59, 0, 86_400, 86_400 + 59])
def test_a_token_is_good_for_its_time_and_a_minute_of_grace(
    ana, issue, verify, seconds
):
    assert verify(issue(ana), now=later(MONDAY, seconds)) == ana


@pytest.mark.parametrize("seconds", [-61, 86_400 + 61, 10**8])
def test_a_token_is_refused_before_and_after(ana, issue, verify, seconds):
    refused(verify, issue(ana), now=later(MONDAY, seconds))


def test_rights_come_from_the_catalog_and_not_from_the_token(
    db, make_user, ana, issue, verify
):
    make_user("root", is_admin=True)
    token = issue(ana)

    update_user(db, ana.id, {"is_admin": False}, costs=CHEAP, now=MONDAY)

    assert verify(token).is_admin is False
    assert verify(token) == get_user(db, ana.id)


@pytest.mark.parametrize(
    "changes", [{"password": "battery staple"}, {"is_active": False}]
)
def test_a_new_password_and_deactivation_end_tokens(
    db, make_user, issue, verify, changes
):
    user = make_user("bob")
    token = issue(user)

    update_user(db, user.id, changes, costs=CHEAP, now=MONDAY)

    refused(verify, token)


def test_a_deactivated_users_token_stays_dead_when_they_are_back(
    db, make_user, issue, verify
):
    user = make_user("bob")
    token = issue(user)

    for is_active in (False, True):
        update_user(db, user.id, {"is_active": is_active}, costs=CHEAP, now=MONDAY)

    refused(verify, token)
    assert verify(issue(get_user(db, user.id))).username == "bob"


def test_who_signed_in_just_before_a_new_password_gets_no_token(db, make_user, issue):
    user = make_user("bob")

    changes = {"password": "battery staple"}
    update_user(db, user.id, changes, costs=CHEAP, now=later(MONDAY, 1))

    with pytest.raises(UnauthorizedError):
        issue(user)


def test_nobody_signs_in_with_the_token_of_one_who_cannot(make_pending, issue, verify):
    user, _ = make_pending()

    refused(verify, issue(user))


def test_the_token_of_a_deleted_user_is_refused(db, make_user, issue, verify):
    user = make_user("bob")
    token = issue(user)
    delete_user(db, user.id)

    refused(verify, token)
    with pytest.raises(UserNotFoundError):
        issue(user)


# Forgeries


def forged(claims, secret=SECRET, algorithm="HS256", **header):
    return jwt.encode(claims, secret, algorithm, headers=header or None)


@pytest.fixture
def good(ana, issue):
    return claims_of(issue(ana))


def test_the_forger_of_these_tests_could_make_a_good_token(good, verify, ana):
    assert verify(forged(good)) == ana


def test_another_key_is_refused(good, verify):
    refused(verify, forged(good, secret="another secret of 32 characters!!"))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_key(good, verify, algorithm):
    refused(verify, forged(good, algorithm=algorithm))


def test_a_token_without_signature_is_refused(good, verify):
    refused(verify, forged(good, secret=None, algorithm="none"))
    refused(verify, forged(good).rpartition(".")[0] + ".")


def test_a_header_that_is_not_ours_is_refused(good, verify):
    refused(verify, forged(good, kid="../../dev/null"))


def test_a_changed_claim_is_refused(make_user, good, verify):
    other = make_user("bob")
    head, _, tail = forged(good).split(".")
    body = json.dumps({**good, "sub": other.id}).encode()
    middle = base64.urlsafe_b64encode(body).rstrip(b"=").decode()

    refused(verify, f"{head}.{middle}.{tail}")


@pytest.mark.parametrize("claim", ["sub", "exp", "iat", "jti", "tv"])
def test_a_token_that_lacks_a_claim_is_refused(good, verify, claim):
    del good[claim]

    refused(verify, forged(good))


@pytest.mark.parametrize(
    ("claim", "value"),
    [("exp", "9999999999"), ("exp", 1e300), ("iat", True), ("tv", "0"), ("tv", None)],
)
def test_a_claim_of_another_type_is_refused(good, verify, claim, value):
    refused(verify, forged({**good, claim: value}))


@pytest.mark.parametrize(
    "junk",
    [
        *("", ".", "..", "x.y.z", "codex_abc12345_x", "\0", "ü.ü.ü", "\udcff"),
        *("eyJ" + "W" * 5000, "e30.e30.e30"),
        base64.urlsafe_b64encode(b"[" * 2000).decode() + ".e30.e30",
    ],
)
def test_junk_is_refused(verify, junk):
    refused(verify, junk)


@pytest.mark.parametrize("tail", ["", ".", ".e30", ".e30.", ".ü.x", ".\udcff.x"])
def test_junk_behind_a_good_beginning_is_refused(good, verify, tail):
    head = forged(good).partition(".")[0]

    refused(verify, head + tail)


def test_every_refusal_has_the_same_words(db, ana, make_pending, issue, verify):
    pending, _ = make_pending("bob")
    messages = {
        refused(verify, "junk"),
        refused(verify, issue(ana), now=later(MONDAY, 10**6)),
        refused(verify, issue(pending)),
    }

    assert len(messages) == 1


# Ending tokens


def revoked(db):
    return [row["jti"] for row in rows(db, "SELECT jti FROM revoked_tokens")]


def test_a_revoked_token_is_over_and_others_are_not(db, ana, issue, verify):
    first, second = issue(ana), issue(ana)

    revoke_token(db, first, secret=SECRET, now=MONDAY)
    revoke_token(db, first, secret=SECRET, now=MONDAY)

    refused(verify, first)
    assert verify(second) == ana
    assert revoked(db) == [claims_of(first)["jti"]]


def test_a_revoked_token_is_remembered_until_it_has_expired(db, ana, issue, verify):
    old = issue(ana)
    revoke_token(db, old, secret=SECRET, now=MONDAY)
    last_moment = later(TUESDAY, 59)

    young = issue(ana, now=last_moment)
    revoke_token(db, young, secret=SECRET, now=last_moment)
    assert len(revoked(db)) == 2
    refused(verify, old, now=last_moment)

    another = issue(ana, now=later(TUESDAY, 120))
    revoke_token(db, another, secret=SECRET, now=later(TUESDAY, 120))
    assert claims_of(old)["jti"] not in revoked(db)


def test_only_a_token_of_ours_can_be_revoked(db, good):
    with pytest.raises(UnauthorizedError):
        revoke_token(db, "junk", secret=SECRET, now=MONDAY)

    assert revoked(db) == []


def test_ending_tokens_leaves_what_is_cached_of_lists_alone(db, ana, issue):
    version = one(db, "SELECT version FROM catalog")["version"]

    revoke_token(db, issue(ana), secret=SECRET, now=MONDAY)

    assert one(db, "SELECT version FROM catalog")["version"] == version


# The key


def test_the_configured_key_is_used_and_none_is_made(tmp_path):
    assert jwt_secret(SECRET, tmp_path) == SECRET
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    folder = tmp_path / "data"

    made = jwt_secret("", folder)

    assert len(made) >= 43
    assert jwt_secret("", folder) == made
    assert stat.S_IMODE((folder / "jwt_secret").stat().st_mode) == 0o600
    assert jwt_secret("", tmp_path) != made


def test_a_key_that_somebody_wrote_there_is_used(tmp_path):
    (tmp_path / "jwt_secret").write_text(f"{SECRET}\n")

    assert jwt_secret("", tmp_path) == SECRET


@pytest.mark.parametrize("rest", ["", "\n", "abc", "\xff" * 8])
def test_the_rest_of_a_cut_off_write_is_replaced(tmp_path, rest):
    (tmp_path / "jwt_secret").write_bytes(rest.encode("latin-1"))

    made = jwt_secret("", tmp_path)

    assert len(made) >= 43
    assert (tmp_path / "jwt_secret").read_text() == f"{made}\n"


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(
        ConfigError, match=r"auth\.jwt_secret: cannot be kept in .*data"
    ):
        jwt_secret("", tmp_path / "data")


def test_a_key_that_another_process_makes_in_between_is_used(tmp_path, monkeypatch):
    def lock(file, _operation):
        path.write_text(SECRET)

    path = tmp_path / "jwt_secret"
    monkeypatch.setattr("fcntl.flock", lock)

    assert jwt_secret("", tmp_path) == SECRET


MAKE = """
import sys
from pathlib import Path
from codex_lib.accounts.tokens import jwt_secret
print("ready", flush=True)
sys.stdin.readline()
print(jwt_secret("", Path(sys.argv[1])))
"""


def test_processes_that_start_at_once_have_one_key(tmp_path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", MAKE, str(tmp_path / "data")]
    started = [
        subprocess.Popen(command, **pipes, stderr=subprocess.STDOUT, text=True)
        for _ in range(4)
    ]

    assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
    for process in started:
        process.stdin.write("now\n")
        process.stdin.flush()
    keys = [process.communicate(timeout=60)[0] for process in started]

    assert len(set(keys)) == 1
    assert len(keys[0]) > 43
