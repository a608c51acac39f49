"""Failed sign-ins, counted per account and per address to slow guessing down."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from codex_lib.accounts.times import later, seconds_between
from codex_lib.accounts.user_rules import name_key
from codex_lib.db import one, rows, write
from codex_lib.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from codex_lib.accounts.users import User
    from codex_lib.db import Database

# Failures without a wait. One address may be a whole household or school.
FREE = {"account": 5, "address": 20}
MAX_WAIT_SECONDS = 15 * 60
FORGET_SECONDS = 60 * 60  # without a further attempt; longer than the longest wait
_IPV6_SITE = 64  # bits of an IPv6 address that one subscriber is given


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: an account, by what was typed as its name, or an address."""

    kind: str
    digest: bytes


def subjects_of(login: str, address: str) -> list[Subject]:
    """Return what an attempt counts for; an empty address counts for nobody.

    A login that nobody has is counted like any other, so that slowing tells nothing.
    """
    subjects = [_subject("account", name_key(login))]
    if address:
        subjects.append(_subject("address", _site(address)))
    return subjects


def begin_attempt(db: Database, subjects: list[Subject], *, now: str) -> None:
    """Count an attempt as failed before its password is looked at.

    Counted first, so that a thousand attempts at once are no way around the limits;
    end_attempt takes it back. Raises TooManyAttemptsError, then nothing was counted.
    """
    with write(db, quiet=True):
        rows(
            db,
            "DELETE FROM sign_in_attempts WHERE last_at < ?",
            [later(now, -FORGET_SECONDS)],
        )
        found = [(subject, *_failures(db, subject, now)) for subject in subjects]
        wait = max(seconds for _, _, seconds in found)
        if wait > 0:
            raise TooManyAttemptsError(math.ceil(wait))
        for subject, failures, _ in found:
            _count(db, subject, failures + 1, now)


def end_attempt(db: Database, subjects: list[Subject], user: User) -> None:
    """Take back an attempt that was a success.

    The account's failures are forgotten, under its name and its address alike. Those
    of the network address are not: one right password does not excuse the others.
    """
    own = [_subject("account", name_key(name)) for name in (user.username, user.email)]
    with write(db, quiet=True):
        for subject in own:
            rows(db, _FORGET, [subject.kind, subject.digest])
        for subject in subjects:
            rows(db, _TAKE_BACK, [subject.kind, subject.digest])


_FORGET = "DELETE FROM sign_in_attempts WHERE kind = ? AND subject = ?"
# Nobody could begin an attempt in a wait, so the wait is this attempt's own.
_TAKE_BACK = """
    UPDATE sign_in_attempts SET failures = max(failures - 1, 0), blocked_until = NULL
    WHERE kind = ? AND subject = ?
"""
_FAILURES = """
    SELECT failures, blocked_until FROM sign_in_attempts
    WHERE kind = ? AND subject = ?
"""
_COUNT = """
    INSERT INTO sign_in_attempts (kind, subject, failures, last_at, blocked_until)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kind, subject) DO UPDATE SET failures = excluded.failures,
        last_at = excluded.last_at, blocked_until = excluded.blocked_until
"""


def _failures(db: Database, subject: Subject, now: str) -> tuple[int, float]:
    """Return how often a subject has failed, and the seconds it still has to wait."""
    row = one(db, _FAILURES, [subject.kind, subject.digest])
    if row is None:
        return 0, 0
    blocked_until = row["blocked_until"]
    return row["failures"], seconds_between(now, blocked_until) if blocked_until else 0


def _count(db: Database, subject: Subject, failures: int, now: str) -> None:
    seconds = wait_seconds(subject.kind, failures)
    blocked_until = later(now, seconds) if seconds else None
    rows(db, _COUNT, [subject.kind, subject.digest, failures, now, blocked_until])


def wait_seconds(kind: str, failures: int) -> int:
    """Return how long to wait after so many failures: 0, then 2, 4, 8 … 900 seconds."""
    beyond = failures - FREE[kind]
    return 0 if beyond < 0 else min(2 ** min(beyond + 1, 10), MAX_WAIT_SECONDS)


def _subject(kind: str, text: str) -> Subject:
    return Subject(kind, sha256(text.encode("utf-8", "surrogatepass")).digest())


def _site(address: str) -> str:
    """Return who is behind an address: one subscriber has 2**64 of IPv6."""
    with suppress(ValueError):
        known = ip_address(address)
        if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
            known = ip_address(int(known) >> _IPV6_SITE << _IPV6_SITE)
        return str(getattr(known, "ipv4_mapped", None) or known)
    return address
