import inspect
from pathlib import Path

import pytest

from codex_lib import errors
from codex_lib.errors import (
    AmbiguousNameError,
    ApiKeyNotFoundError,
    BookNotFoundError,
    CodexError,
    ConfigError,
    InvalidError,
    LastAdminError,
    LossRefusedError,
    NetworkCatalogError,
    NotFoundError,
    PageNotFoundError,
    ScanRunningError,
    TooManyAttemptsError,
    UnauthorizedError,
    UnreadableBookError,
)

EVERY = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, Exception)
]


@pytest.mark.parametrize("error", EVERY)
def test_every_error_is_a_codex_error_and_stands_in_the_tree(error):
    assert issubclass(error, CodexError)
    assert error.__name__ in errors.__doc__


def test_the_module_imports_nothing_from_codex():
    source = inspect.getsource(errors)

    assert "import codex" not in source
    assert "from codex" not in source


MESSAGES = [
    (ConfigError("scan.threads", "not a number"), "scan.threads: not a number"),
    (
        ConfigError("scan.threads", "not a number", source="codex.yaml"),
        "scan.threads: not a number (in codex.yaml)",
    ),
    (InvalidError("name", "must not be blank"), "name: must not be blank"),
    (
        AmbiguousNameError("series", "Saga", ["a (Saga)", "b (Saga)"]),
        "series: 'Saga' fits more than one: a (Saga); b (Saga)",
    ),
    (NotFoundError(), "Thing not found"),
    (BookNotFoundError("Saga 1"), "Book not found: Saga 1"),
    (PageNotFoundError(7), "Page not found: 7"),
    (ApiKeyNotFoundError("ci"), "API key not found: ci"),
    (ScanRunningError("Comics"), "A scan of Comics is already running"),
    (
        LastAdminError("ann"),
        "ann is the last active admin; make another user one first",
    ),
    (
        UnauthorizedError(),
        "Wrong credentials, or the account cannot be used",
    ),
    (
        TooManyAttemptsError(30),
        "Signing in failed too often; try again in 30 seconds",
    ),
    (UnreadableBookError("/x/a.cbz", "encrypted"), "/x/a.cbz: encrypted"),
    (errors.ApiKeyNotFoundError("7"), "API key not found: 7"),
    (
        errors.LastAdminError("ana"),
        "ana is the last active admin; make another user one first",
    ),
    (
        errors.TooManyAttemptsError(8),
        "Signing in failed too often; try again in 8 seconds",
    ),
    (
        errors.UnauthorizedError(),
        "Wrong credentials, or the account cannot be used",
    ),
    (errors.UnauthorizedError("Sign in first"), "Sign in first"),
]


@pytest.mark.parametrize(("error", "message"), MESSAGES)
def test_messages_are_one_line_for_people(error, message):
    assert str(error) == message


def test_a_refused_loss_says_what_to_do():
    error = LossRefusedError("Comics", ["its folder is empty"])

    assert error.reasons == ["its folder is empty"]
    assert str(error).startswith("Comics: its folder is empty. Nothing was changed.")
    assert "--allow-missing" in str(error)


def test_a_network_catalog_names_both_ways_out():
    error = NetworkCatalogError(Path("/mnt/codex.db"), "nfs4")

    assert "/mnt/codex.db is on a network file system (nfs4)" in str(error)
    assert "--data-dir" in str(error)
    assert "--allow-network-db" in str(error)


def test_errors_keep_what_they_are_about():
    ambiguous = AmbiguousNameError("book", "Saga", ("a", "b"))
    unreadable = UnreadableBookError(Path("/x/a.cbz"), "encrypted")

    assert (ambiguous.field, ambiguous.candidates) == ("book", ["a", "b"])
    assert (unreadable.path, unreadable.reason) == ("/x/a.cbz", "encrypted")
    assert BookNotFoundError("Saga").name == "Saga"
