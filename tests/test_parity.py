"""Every operation of the library has a command: the table that says which.

A function that a person could want and that has no command is a gap, and so is a
command that is not in the table. Functions that serve others are listed as such.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codex_cli.command_tree import command_tree

ROOT = Path(__file__).parents[1] / "codex_lib"
OPERATIONS = {
    "catalog.libraries.list_libraries": "libraries list",
    "catalog.libraries.create_library": "libraries create",
    "catalog.libraries.update_library": "libraries update",
    "catalog.libraries.delete_library": "libraries delete",
    "catalog.names.find_library": "libraries show",
    "catalog.series.list_series": "series list",
    "catalog.series.search_series": "series search",
    "catalog.series.update_series": "series update",
    "catalog.series.list_people": "series show",
    "catalog.names.find_series": "series show",
    "catalog.books.list_books": "books list",
    "catalog.books.search_books": "books search",
    "catalog.metadata.get_book_detail": "books show",
    "catalog.metadata.update_book": "books update",
    "catalog.explain.explain_book": "books explain",
    "catalog.names.find_book": "books show",
    "catalog.pages.list_pages": "pages list",
    "catalog.pages.get_page": "pages get",
    "catalog.covers.get_book_cover": "covers get",
    "catalog.covers.get_series_cover": "covers get",
    "catalog.check.check_catalog": "db check",
    "db.maintenance.catalog_info": "db info",
    "db.maintenance.backup_catalog": "db backup",
    "db.maintenance.restore_catalog": "db restore",
    "db.maintenance.vacuum_catalog": "db vacuum",
    "config.load.config_rows": "config show",
    "scanning.scan.scan_library": "scan",
    "scanning.scan.plan_library": "scan",
    "scanning.preview.preview_library": "libraries preview",
    "demo.library.make_demo_library": "demo",
    "accounts.users.list_users": "users list",
    "accounts.users.create_user": "users create",
    "accounts.users.update_user": "users update",
    "accounts.users.delete_user": "users delete",
    "accounts.passwords.hash_password": "users passwd",
    "accounts.names.find_user": "users show",
    "accounts.api_keys.list_api_keys": "api-keys list",
    "accounts.api_keys.create_api_key": "api-keys create",
    "accounts.api_keys.update_api_key": "api-keys update",
    "accounts.api_keys.delete_api_key": "api-keys revoke",
    "accounts.names.find_api_key": "api-keys show",
    "api.server.run_server": "serve",
    "api.openapi.build_openapi": "openapi export",
}
# Commands about the program itself, which no function of the library stands for.
OF_THE_TERMINAL = {"covers show", "doctor", "config path"}
VERBS = ("list_", "search_", "create_", "update_", "delete_", "explain_", "scan_")
# Functions with such a verb that only serve the operations above.
SERVANTS = {
    *("catalog.listing.list_page", "scanning.lock.scan_lock"),
    # A session's token and a mail's: what signing in and registering begin.
    *("accounts.tokens.create_token", "accounts.verification.create_verification"),
}


def commands(page):
    if not page.commands:
        yield " ".join(page.path)
    for child in page.commands:
        yield from commands(child)


COMMANDS = set(commands(command_tree()))


def functions():
    for path in ROOT.glob("**/*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{module}.{node.name}"


FUNCTIONS = set(functions())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_has_its_command(operation):
    assert operation in FUNCTIONS
    assert OPERATIONS[operation] in COMMANDS


def test_every_command_stands_for_an_operation():
    assert set(OPERATIONS.values()) == COMMANDS - OF_THE_TERMINAL


def test_no_operation_was_forgotten():
    packages = ("catalog.", "scanning.", "reading.", "accounts.", "tasks.")
    found = {
        name
        for name in FUNCTIONS
        if name.startswith(packages) and name.rpartition(".")[2].startswith(VERBS)
    }
    assert not found - OPERATIONS.keys() - SERVANTS
