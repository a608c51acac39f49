"""Every error that Codex raises on purpose. A leaf: imports nothing from Codex.

CodexError
├── ConfigError                 a setting is unknown or has a bad value
├── InvalidError                the caller's input cannot be used
│   └── AmbiguousNameError      a name that fits more than one thing
├── NotFoundError
│   ├── LibraryNotFoundError
│   ├── SeriesNotFoundError
│   ├── BookNotFoundError
│   ├── PageNotFoundError
│   ├── CoverNotFoundError
│   ├── TermNotFoundError
│   ├── TitleNotFoundError
│   ├── LinkNotFoundError
│   ├── RatingNotFoundError
│   ├── ProgressNotFoundError   a book that the person has not begun
│   ├── TaskNotFoundError
│   ├── DuplicateNotFoundError
│   ├── UserNotFoundError
│   ├── ApiKeyNotFoundError
│   ├── ScanNotFoundError       never scanned, or not being scanned
│   └── SettingNotFoundError
├── ConflictError               it exists already, or something else holds it
│   ├── ScanRunningError
│   ├── CatalogBusyError
│   └── LastAdminError          nobody could administer Codex any more
├── UnauthorizedError           nobody we know, or no longer: one message for all
├── TooManyAttemptsError        signing in failed too often; wait
├── ForbiddenError              we know who asks, and they may not
├── RefusedError                doing it could lose data
│   ├── LossRefusedError        a scan would mark too many books as missing
│   └── NetworkCatalogError     the catalog lies on a network file system
├── UnreadableBookError         a file that is damaged, encrypted or no book
├── CatalogError                the catalog file itself is damaged or too new
└── MailError                   a mail could not be handed to the mail server
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class CodexError(Exception):
    """Something a person can understand and act upon; str() is one line."""


class ConfigError(CodexError):
    """A setting is unknown or has a bad value; the message names the key."""

    def __init__(self, key: str, reason: str, *, source: str = "") -> None:
        self.key = key
        self.reason = reason
        where = f" (in {source})" if source else ""
        super().__init__(f"{key}: {reason}{where}")


class InvalidError(CodexError):
    """The caller's input cannot be used; nothing was changed."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


class AmbiguousNameError(InvalidError):
    """A name or id prefix fits more than one thing; candidates lists them."""

    def __init__(self, noun: str, name: str, candidates: Sequence[str]) -> None:
        self.candidates = list(candidates)
        shown = "; ".join(self.candidates)
        super().__init__(noun, f"{name!r} fits more than one: {shown}")


class NotFoundError(CodexError):
    """What was asked for does not exist; noun and name say what."""

    noun = "thing"

    def __init__(self, name: object = "") -> None:
        self.name = str(name)
        noun = self.noun[:1].upper() + self.noun[1:]
        super().__init__(f"{noun} not found: {name}" if name else f"{noun} not found")


class LibraryNotFoundError(NotFoundError):
    """No such library."""

    noun = "library"


class SeriesNotFoundError(NotFoundError):
    """No such series."""

    noun = "series"


class BookNotFoundError(NotFoundError):
    """No such book."""

    noun = "book"


class PageNotFoundError(NotFoundError):
    """The book has no page of that number."""

    noun = "page"


class CoverNotFoundError(NotFoundError):
    """The series has no cover of that id."""

    noun = "cover"


class ProgressNotFoundError(NotFoundError):
    """The person has not begun the book."""

    noun = "progress in book"


class TermNotFoundError(NotFoundError):
    """No such genre or tag, or the series has it not; noun says which."""

    def __init__(self, noun: str, name: object = "") -> None:
        self.noun = noun
        super().__init__(name)


class TitleNotFoundError(NotFoundError):
    """The series has no such alternate title."""

    noun = "alternate title"


class LinkNotFoundError(NotFoundError):
    """The series has no link of that source."""

    noun = "link"


class RatingNotFoundError(NotFoundError):
    """Nobody gave that rating: not the user, or not the source."""

    noun = "rating"


class DuplicateNotFoundError(NotFoundError):
    """No such group of equal books, or it was dismissed."""

    noun = "duplicate group"


class TaskNotFoundError(NotFoundError):
    """No such task, or it was forgotten by now."""

    noun = "task"


class UserNotFoundError(NotFoundError):
    """No such user."""

    noun = "user"


class ApiKeyNotFoundError(NotFoundError):
    """No such API key, or it is another user's."""

    noun = "API key"


class ScanNotFoundError(NotFoundError):
    """A library was never scanned or, if is_active, no scan of it waits or runs."""

    noun = "scan"

    def __init__(self, library: str, *, is_active: bool = False) -> None:
        super().__init__()
        state = f"No scan of {library} waits or runs"
        self.args = (state if is_active else f"{library} was never scanned",)


class SettingNotFoundError(NotFoundError):
    """No setting of that key."""

    noun = "setting"


class ConflictError(CodexError):
    """It exists already, or something else holds it."""


class ScanRunningError(ConflictError):
    """Another process is scanning this library."""

    def __init__(self, library: str) -> None:
        super().__init__(f"A scan of {library} is already running")


class CatalogBusyError(ConflictError):
    """Another process held the catalog longer than the busy timeout."""


class LastAdminError(ConflictError):
    """Without this user nobody could administer Codex; nothing was changed."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"{username} is the last active admin; make another user one first"
        )


class UnauthorizedError(CodexError):
    """Nobody we know, or no longer: wrong, expired, unknown and inactive alike.

    One message for all of them, so that nobody learns which accounts exist.
    """

    def __init__(
        self, message: str = "Wrong credentials, or the account cannot be used"
    ) -> None:
        super().__init__(message)


class TooManyAttemptsError(CodexError):
    """Signing in failed too often; retry_after is in seconds, at least 1."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"Signing in failed too often; try again in {retry_after} seconds"
        )


class ForbiddenError(CodexError):
    """Who asks is known, and may not do this; the message says what is missing."""


class RefusedError(CodexError):
    """Doing it could lose data, so nothing was changed."""


class LossRefusedError(RefusedError):
    """A scan would mark more books as missing than is believable.

    reasons: one sentence for each rule that tripped. can_allow: whether the scan may
    be repeated with permission to believe it.
    """

    def __init__(
        self, library: str, reasons: Sequence[str], *, can_allow: bool = True
    ) -> None:
        self.library = library
        self.reasons = list(reasons)
        advice = ""
        if can_allow:
            advice = "? If the files are really gone, scan again with --allow-missing"
        super().__init__(
            f"{library}: {'; '.join(self.reasons)}. Nothing was changed. Is the disk"
            f" mounted{advice or '?'}"
        )


class NetworkCatalogError(RefusedError):
    """The catalog lies on a network file system, where SQLite loses data."""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(
            f"{path} is on a network file system ({kind}), where SQLite can lose data."
            " Choose a local folder with --data-dir, or pass --allow-network-db"
        )


class UnreadableBookError(CodexError):
    """A file that is damaged, encrypted or no book; reason is one short line."""

    def __init__(self, path: object, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class CatalogError(CodexError):
    """The catalog file itself cannot be used: damaged, or of a newer Codex."""


class MailError(CodexError):
    """A mail could not be handed to the mail server; the message says why."""
