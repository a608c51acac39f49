"""Arguments and options that several commands share, named once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from codex_lib.accounts.permissions import Permission

# The words of the API; tests compare them with codex_lib.
SeriesStrategy = Literal[
    "series_volume",
    "series_volume_chapter",
    "flat",
    "publisher_hierarchy",
    "calibre",
    "custom",
]
BookStrategy = Literal["filename", "metadata_first", "smart", "series_name", "custom"]
NumberStrategy = Literal["file_order", "metadata", "filename", "smart"]
ReadingDirection = Literal["ltr", "rtl", "ttb", "webtoon"]

DEFAULT_LIMIT = 20
NO_PERMISSION = "none"


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object that an option's text is; BadParameter if it is none."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise typer.BadParameter("a JSON object is wanted, as '{\"skip_depth\": 1}'")
    return value


def any_json(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what an option's text is as JSON; BadParameter if it is none."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"not JSON: {error}") from error


LibraryArg = Annotated[
    str, typer.Argument(metavar="LIBRARY", help="Its name, its id or the id's start.")
]
SeriesArg = Annotated[
    str, typer.Argument(metavar="SERIES", help="Its name, its id or the id's start.")
]
BookArg = Annotated[
    str, typer.Argument(metavar="BOOK", help="Its title, its id or the id's start.")
]
SourceArg = Annotated[
    str, typer.Argument(metavar="SOURCE", help="The other catalog, as anilist.")
]
UserArg = Annotated[
    str,
    typer.Argument(metavar="USER", help="A name, e-mail address, id or id's start."),
]
ApiKeyArg = Annotated[
    str,
    typer.Argument(
        metavar="KEY", help="Its name, its id, the id's start or codex_ and 8 letters."
    ),
]
FieldsArg = Annotated[
    list[str], typer.Argument(metavar="FIELD...", help="As publisher, or all of them.")
]
QueryArg = Annotated[str, typer.Argument(metavar="TEXT", help="Words to look for.")]

AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON with the API's field names.")
]
InLibrary = Annotated[
    str | None,
    typer.Option("--library", metavar="LIBRARY", help="Only in this library."),
]
InSeries = Annotated[
    str | None, typer.Option("--series", metavar="SERIES", help="Only of this series.")
]
Sort = Annotated[
    str | None,
    typer.Option(metavar="FIELD[,desc]", help="What to sort by; ,desc turns it round."),
]
Filter = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="TEXT",
        help="What it shall be, as 'genre:Action -tag:x unread', or words of a title.",
    ),
]
ConditionJson = Annotated[
    str | None,
    typer.Option(
        metavar="JSON", help="A filter as the API takes it; @FILE, or - for stdin."
    ),
]
Words = Annotated[
    str | None,
    typer.Option("--search", metavar="TEXT", help="Words of its title or name."),
]
AsUser = Annotated[
    str | None,
    typer.Option(
        "--user",
        metavar="USER",
        envvar="CODEX_USER",
        show_envvar=False,
        help="Whose progress, by name or id (CODEX_USER).",
    ),
]
Limit = Annotated[int, typer.Option(min=1, metavar="N", help="How many rows at most.")]
PageIndex = Annotated[
    int,
    typer.Option(
        "--page", min=0, metavar="N", help="Which page of the list; 0 is the first."
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Permissions = Annotated[
    list[str] | None,
    typer.Option(
        "--permission",
        metavar="NAME",
        help="What it may do, as books-read (repeatable), or the word none.",
    ),
]
SeriesConfig = Annotated[
    dict[str, Any] | None,
    typer.Option(
        parser=json_object, metavar="JSON", help="Options of the series strategy."
    ),
]
BookConfig = Annotated[
    dict[str, Any] | None,
    typer.Option(
        parser=json_object, metavar="JSON", help="Options of the book strategy."
    ),
]
NumberConfig = Annotated[
    dict[str, Any] | None,
    typer.Option(
        parser=json_object, metavar="JSON", help="Options of the number strategy."
    ),
]
Cleared = Annotated[
    list[str] | None,
    typer.Option(
        "--clear",
        metavar="FIELD",
        help="Empty this field, let scans fill it (repeatable).",
    ),
]


def named_permissions(words: list[str] | None) -> frozenset[Permission] | None:
    """Return the permissions of --permission; None if the option was not given."""
    if not words:
        return None
    from codex_lib.accounts.permissions import parse_permissions

    return parse_permissions([] if words == [NO_PERMISSION] else words)


def given(**options: object) -> dict[str, Any]:
    """Return the options that were given: those that are neither None nor empty."""
    return {name: value for name, value in options.items() if value not in (None, [])}
