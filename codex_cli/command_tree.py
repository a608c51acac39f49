"""The commands as plain data, for manual pages and completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from codex_cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer._click.core import Command, Context, Parameter


@dataclass(frozen=True)
class Option:
    """One option: its spellings, its value's metavar ("" for a flag), its help."""

    names: tuple[str, ...]
    value: str
    about: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Argument:
    """One argument as the usage line shows it; kind is file or name."""

    usage: str
    about: str


@dataclass(frozen=True)
class Page:
    """One command or group; path is () for codex itself."""

    path: tuple[str, ...]
    about: str
    epilog: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    commands: tuple[Page, ...]

    @property
    def name(self) -> str:
        """Return "codex libraries list"."""
        return " ".join(("codex", *self.path))

    @property
    def brief(self) -> str:
        """Return the first sentence of the help, without its full stop."""
        return self.about.split("\n\n")[0].replace("\n", " ").rstrip(".")


def command_tree() -> Page:
    """Return the whole command line, every group's module imported."""
    command = typer.main.get_command(app)
    with command.make_context(
        "codex", ["--data-dir", "."], resilient_parsing=True
    ) as ctx:
        return _page(ctx, command, ())


def _page(ctx: Context, command: Command, path: tuple[str, ...]) -> Page:
    params = [param for param in command.get_params(ctx) if not _hidden(param)]
    return Page(
        path=path,
        about=(command.help or "").strip(),
        epilog=(command.epilog or "").replace("\b\n", ""),
        options=tuple(_options(ctx, params)),
        arguments=tuple(_arguments(ctx, params)),
        commands=tuple(_children(ctx, command, path)),
    )


def _hidden(param: Parameter) -> bool:
    return bool(getattr(param, "hidden", False))


def _children(ctx: Context, command: Command, path: tuple[str, ...]) -> Iterator[Page]:
    if not isinstance(command, TyperGroup):
        return
    for name in command.list_commands(ctx):
        child = command.get_command(ctx, name)
        if child is not None:
            with child.make_context(
                name, [], parent=ctx, resilient_parsing=True
            ) as sub:
                yield _page(sub, child, (*path, name))


def _options(ctx: Context, params: list[Parameter]) -> Iterator[Option]:
    for param in params:
        if isinstance(param, TyperOption):
            # -h before --help; Typer keeps these two in a set.
            names = sorted((*param.opts, *param.secondary_opts), key=_is_long)
            choices = tuple(map(str, getattr(param.type, "choices", ())))
            value = "WORD" if choices else param.make_metavar(ctx)
            value = "" if param.is_flag else value
            yield Option(tuple(names), value, param.help or "", choices)


def _is_long(name: str) -> bool:
    return name.startswith("--")


def _arguments(ctx: Context, params: list[Parameter]) -> Iterator[Argument]:
    for param in params:
        if isinstance(param, TyperArgument):
            metavar = param.metavar or param.make_metavar(ctx)
            usage = metavar if param.required or "[" in metavar else f"[{metavar}]"
            yield Argument(usage, param.help or "")
