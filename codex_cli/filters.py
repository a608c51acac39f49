"""What filters lists on the command line: --filter, --condition-json, --user."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codex_cli.shelf import library_id, series_id
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    import typer

    from codex_lib.catalog.conditions import Condition, Listed
    from codex_lib.catalog.query_language import Query
    from codex_lib.db import Database


def parsed_filter(
    db: Database,
    *,
    of: Listed,
    text: str | None,
    condition: str | None,
    words: str | None = None,
    within: str | None = None,
) -> Query:
    """Return what --filter, or else --condition-json, and --search ask for.

    within is the id of the library in which series are named.
    """
    from codex_lib.catalog.conditions import parse_condition
    from codex_lib.catalog.query_language import Query, parse_query

    def find(noun: str, name: str) -> str:
        if noun == "library":
            return library_id(db, name) or ""
        return series_id(db, name, within) or ""

    if text is not None and condition is not None:
        raise InvalidError("--filter", "cannot be given beside --condition-json")
    if condition is not None:
        tree = parse_condition(_json(condition), of=of)
        return Query(tree, words or "")
    query = parse_query(text or "", of=of, find=find)
    return Query(query.condition, " ".join(filter(None, (query.text, words))))


def _json(given: str) -> object:
    """Return the JSON that an option holds: a text, @FILE, or - for stdin."""
    try:
        return json.loads(_content(given))
    except (ValueError, RecursionError) as error:
        raise InvalidError("--condition-json", f"not JSON: {error}") from error


def _content(given: str) -> str | bytes:
    if given == "-":
        return sys.stdin.buffer.read()
    return Path(given[1:]).read_bytes() if given.startswith("@") else given


def asking_user(
    ctx: typer.Context,
    db: Database,
    user: str | None,
    *,
    condition: Condition | None,
    sort: str | None = None,
) -> str | None:
    """Return the id of the person whose progress a list is about, None if it is not."""
    if user is None and not _is_personal(condition) and not _is_by_progress(sort):
        return None
    from codex_cli.reader import user_id_of

    return user_id_of(ctx, db, user)


def _is_personal(condition: Condition | None) -> bool:
    from codex_lib.catalog.conditions import Test

    if condition is None:
        return False
    if isinstance(condition, Test):
        return condition.field == "read_status"
    return any(_is_personal(child) for child in condition.children)


def _is_by_progress(sort: str | None) -> bool:
    return (sort or "").partition(",")[0].strip().lower() == "date_read"
