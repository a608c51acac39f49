"""Manual pages in roff: codex(1) and one for each command or group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_cli.exit_codes import MEANINGS
from codex_lib import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_cli.command_tree import Option, Page

ENVIRONMENT = (
    ("CODEX_DATA_DIR", "The folder where the catalog is kept."),
    ("CODEX_CONFIG", "The file of settings."),
    ("CODEX_USER", "Whose progress is shown and changed."),
    ("CODEX_<SECTION>_<NAME>", "Any setting; codex config show lists them."),
    ("NO_COLOR", "No colors, whatever the terminal."),
    ("CODEX_DEBUG", "Show the traceback of an unexpected error."),
)


def render_manual(tree: Page) -> dict[str, str]:
    """Return the text of every page by its path in the project."""
    pages = {"man/codex.1": _join(_main_page(tree))}
    for page in tree.commands:
        pages[f"man/codex-{page.path[0]}.1"] = _join(_command_page(page))
    return pages


def _join(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _main_page(tree: Page) -> Iterator[str]:
    yield from _header("codex", "scan and browse comics, manga and ebooks")
    yield from _synopsis(tree)
    yield ".SH DESCRIPTION"
    yield from _paragraphs(tree.about)
    yield ".SH OPTIONS"
    yield from _options(tree)
    yield ".SH COMMANDS"
    for page in tree.commands:
        yield from _term(f"\\fBcodex\\-{page.path[0]}\\fR(1)", page.brief + ".")
    yield ".SH EXIT STATUS"
    for code, meaning in MEANINGS.items():
        yield from _term(f"\\fB{code.value}\\fR", f"{meaning.capitalize()}.")
    yield ".SH ENVIRONMENT"
    for name, about in ENVIRONMENT:
        yield from _term(f"\\fB{escape(name)}\\fR", about)


def _command_page(page: Page) -> Iterator[str]:
    yield from _header(f"codex-{page.path[0]}", page.brief)
    leaves = page.commands or (page,)
    yield ".SH SYNOPSIS"
    if _is_command_too(page):
        yield f".B {escape(page.name)}"
        yield "[OPTIONS]"
        yield ".br"
    for leaf in leaves:
        yield f".B {escape(leaf.name)}"
        yield escape(_usage(leaf))
        yield ".br"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(page.about)
    if _is_command_too(page):
        yield ".SH OPTIONS"
        yield from _options(page)
    if page.commands:
        yield ".SH COMMANDS"
    for leaf in leaves:
        yield from _leaf(leaf, is_alone=not page.commands)
    yield ".SH SEE ALSO"
    yield ".BR codex (1)"


def _is_command_too(page: Page) -> bool:
    """Tell whether a group has options of its own: --help is every one's."""
    return bool(page.commands) and len(page.options) > 1


def _leaf(leaf: Page, *, is_alone: bool) -> Iterator[str]:
    if is_alone:
        yield ".SH OPTIONS"
    else:
        yield f".SS {escape(leaf.name)}"
        yield from _paragraphs(leaf.about)
    for argument in leaf.arguments:
        yield from _term(f"\\fI{escape(argument.usage)}\\fR", argument.about)
    yield from _options(leaf)


def _header(name: str, brief: str) -> Iterator[str]:
    yield f'.TH "{escape(name.upper())}" "1" "" "Codex {escape(__version__)}" "Codex"'
    yield ".SH NAME"
    yield f"{escape(name)} \\- {escape(brief[0].lower() + brief[1:])}"


def _synopsis(page: Page) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    yield f".B {escape(page.name)}"
    yield escape(_usage(page))


def _usage(page: Page) -> str:
    parts = ["[OPTIONS]", *(argument.usage for argument in page.arguments)]
    return " ".join([*parts, "COMMAND [ARGS]..."] if page.commands else parts)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield ".PP"
        yield escape(" ".join(paragraph.split()))


def _options(page: Page) -> Iterator[str]:
    for option in page.options:
        yield from _term(_spelling(option), _about(option))


def _spelling(option: Option) -> str:
    names = ", ".join(f"\\fB{escape(name)}\\fR" for name in option.names)
    return f"{names} \\fI{escape(option.value)}\\fR" if option.value else names


def _about(option: Option) -> str:
    choices = f" One of {', '.join(option.choices)}." if option.choices else ""
    return f"{option.about}{choices}"


def _term(term: str, about: str) -> Iterator[str]:
    yield ".TP"
    yield term
    yield escape(" ".join(about.split()))


def escape(text: str) -> str:
    """Return text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
