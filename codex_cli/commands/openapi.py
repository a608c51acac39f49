"""codex openapi: the description of the REST API as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from codex_cli.context import settings
from codex_cli.groups import command_group
from codex_cli.options import AsJson, Output
from codex_cli.output import note, print_json, write_bytes
from codex_cli.wording import count
from codex_lib.errors import InvalidError

if TYPE_CHECKING:
    from codex_lib.config.definitions import Config

Format = Literal["json", "yaml"]

ABOUT = """The description of the REST API, for tools that read one.

OpenAPI 3.1. Without a command it goes into a file, openapi.json unless told.
"""
app = command_group(ABOUT)
STDOUT = "-"
YAML_SUFFIXES = (".yaml", ".yml")

FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="As the file is called unless told, or json."),
]


@app.callback(invoke_without_command=True, no_args_is_help=False)
def openapi(
    ctx: typer.Context,
    output: Output = None,
    form: FormatOption = None,
    as_json: AsJson = False,
) -> None:
    """Export into a file, the form of the API guide."""
    if ctx.invoked_subcommand is None:
        target = output or f"openapi.{form or 'json'}"
        _export(settings(ctx), target, form, as_json=as_json)
    elif output or form or as_json:
        raise InvalidError("export", "its options belong behind it")


@app.command()
def export(
    ctx: typer.Context,
    output: Output = None,
    form: FormatOption = None,
    as_json: AsJson = False,
) -> None:
    """Print the description, or write it to a file; needs no server and no catalog.

    --json prints how much is in the file that was written.
    """
    _export(settings(ctx), output or STDOUT, form, as_json=as_json)


def _export(config: Config, output: str, form: Format | None, *, as_json: bool) -> None:
    from codex_lib.api.openapi import build_openapi, operations_of

    chosen = form or ("yaml" if output.endswith(YAML_SUFFIXES) else "json")
    if as_json and output == STDOUT and chosen != "json":
        raise InvalidError("--json", "needs --output FILE; stdout is the document's")
    document = build_openapi(config)
    endpoints = sum(1 for _ in operations_of(document))
    schemas = len(document["components"]["schemas"])
    data = _rendered(document, chosen)
    if output == STDOUT:
        write_bytes(data)
    else:
        Path(output).expanduser().write_bytes(data)
        if as_json:
            path = str(Path(output).expanduser().absolute())
            print_json({"path": path, "endpoints": endpoints, "schemas": schemas})
            return
    where = "" if output == STDOUT else f"{output}: "
    note(f"{where}{count(endpoints, 'endpoint')}, {count(schemas, 'schema')}")


def _rendered(document: dict[str, Any], form: Format) -> bytes:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if form == "yaml":
        import yaml

        # Read back, so that what occurs twice is written twice and not as an alias.
        text = yaml.safe_dump(json.loads(text), sort_keys=False, allow_unicode=True)
        return text.encode()
    return f"{text}\n".encode()
