"""Completions for bash, zsh and fish: static, so that TAB starts no Python."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codex_cli.command_tree import Option, Page

FILE_VALUES = ("FILE", "FOLDER")  # metavars completed with file names


def render_completions(tree: Page) -> dict[str, str]:
    """Return the text of each shell's completion by its path in the project."""
    return {
        "completions/codex.bash": _join(_bash(tree)),
        "completions/_codex": _join(_zsh(tree)),
        "completions/codex.fish": _join(_fish(tree)),
    }


def _join(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _all_pages(page: Page) -> Iterator[Page]:
    yield page
    for child in page.commands:
        yield from _all_pages(child)


def _takes_file(option: Option) -> bool:
    return option.value in FILE_VALUES


BASH_HEAD = """\
# bash completion for codex; source it, or copy it to
# ~/.local/share/bash-completion/completions/codex

_codex() {
    local cur=${COMP_WORDS[COMP_CWORD]} path=codex word i skip=
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $skip ]]; then
            skip=
        elif [[ $word == -* ]]; then
            _codex_takes_value "$path" "$word" && skip=$word
        elif [[ " $(_codex_commands "$path") " == *" $word "* ]]; then
            path="$path $word"
        fi
    done
    if [[ $skip ]]; then
        _codex_values "$path" "$skip"
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_codex_options "$path")" -- "$cur")
    elif [[ $(_codex_commands "$path") ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_codex_commands "$path")" -- "$cur")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
"""


def _bash(tree: Page) -> Iterator[str]:
    pages = list(_all_pages(tree))
    yield BASH_HEAD
    commands = {
        page.name: [child.path[-1] for child in page.commands]
        for page in pages
        if page.commands
    }
    options = {page.name: [*_names(page)] for page in pages}
    yield from _bash_table("_codex_commands", commands)
    yield from _bash_table("_codex_options", options)
    yield from _bash_takes_value(pages)
    yield from _bash_values(pages)
    yield "complete -F _codex codex"


def _names(page: Page) -> Iterator[str]:
    for option in page.options:
        yield from option.names


def _bash_table(function: str, table: dict[str, list[str]]) -> Iterator[str]:
    yield f"{function}() {{"
    yield "    case $1 in"
    for name, words in table.items():
        yield f"        {quote(name)}) echo {quote(' '.join(words))} ;;"
    yield "    esac"
    yield "}"
    yield ""


def _bash_takes_value(pages: list[Page]) -> Iterator[str]:
    yield "_codex_takes_value() {"
    yield '    case "$1:$2" in'
    for page, option in _valued(pages):
        yield f"        {_bash_case(page, option)}) return 0 ;;"
    yield "    esac"
    yield "    return 1"
    yield "}"
    yield ""


def _valued(pages: list[Page]) -> Iterator[tuple[Page, Option]]:
    for page in pages:
        for option in page.options:
            if option.value:
                yield page, option


def _bash_case(page: Page, option: Option) -> str:
    return " | ".join(quote(f"{page.name}:{name}") for name in option.names)


def _bash_values(pages: list[Page]) -> Iterator[str]:
    yield "_codex_values() {"
    yield '    case "$1:$2" in'
    for page, option in _valued(pages):
        words = quote(" ".join(option.choices))
        kind = f"-W {words}" if option.choices else "-f" * _takes_file(option)
        if kind:
            yield f"        {_bash_case(page, option)})"
            yield f'            mapfile -t COMPREPLY < <(compgen {kind} -- "$cur") ;;'
    yield "    esac"
    yield "}"
    yield ""


def _zsh(tree: Page) -> Iterator[str]:
    yield "#compdef codex"
    yield "# zsh completion for codex; copy it to a folder of $fpath"
    for page in _all_pages(tree):
        yield ""
        yield f"{_function(page)}() {{"
        yield from _zsh_group(page) if page.commands else _zsh_leaf(page)
        yield "}"
    yield ""
    yield '_codex "$@"'


def _function(page: Page) -> str:
    return "_".join(("_codex", *page.path))


def _zsh_group(page: Page) -> Iterator[str]:
    yield "    local curcontext=$curcontext state line ret=1"
    yield "    local -a commands"
    yield "    typeset -A opt_args"
    yield "    commands=("
    for child in page.commands:
        yield f"        {quote(f'{child.path[-1]}:{child.brief}')}"
    yield "    )"
    yield "    _arguments -C \\"
    yield from _zsh_options(page)
    yield "        '1: :->command' '*:: :->arguments' && ret=0"
    yield "    case $state in"
    yield "        command) _describe -t commands command commands && ret=0 ;;"
    yield "        arguments)"
    yield "            case $line[1] in"
    for child in page.commands:
        yield f"                {child.path[-1]}) {_function(child)} && ret=0 ;;"
    yield "            esac ;;"
    yield "    esac"
    yield "    return ret"


def _zsh_leaf(page: Page) -> Iterator[str]:
    yield "    _arguments \\"
    yield from _zsh_options(page)
    yield "        '*: :_files'"


def _zsh_options(page: Page) -> Iterator[str]:
    for option in page.options:
        about = option.about.replace("[", "(").replace("]", ")").replace(":", "")
        names = " ".join(option.names)
        for name in option.names:
            spec = f"({names}){name}[{about}]{_zsh_value(option)}"
            yield f"        {quote(spec)} \\"


def _zsh_value(option: Option) -> str:
    if not option.value:
        return ""
    if option.choices:
        return f":{option.names[0].lstrip('-')}:({' '.join(option.choices)})"
    action = "_files" if _takes_file(option) else " "
    return f":{option.value.replace(':', '')}:{action}"


FISH_HEAD = """\
# fish completion for codex; copy it to ~/.config/fish/completions/codex.fish

function __codex_at
    # True if the words so far are exactly this path of commands.
    set -l words (commandline -opc)
    set -l path
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set -a path $word
    end
    test (count $path) -ge (count $argv); or return 1
    test (count $argv) -eq 0; or test "$path[1..(count $argv)]" = "$argv"
end

function __codex_needs
    # True if this group still waits for its command.
    __codex_at $argv; or return 1
    set -l words (commandline -opc)
    set -l count 0
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set count (math $count + 1)
    end
    test $count -eq (count $argv)
end

complete -c codex -f
"""


def _fish(tree: Page) -> Iterator[str]:
    yield FISH_HEAD
    for page in _all_pages(tree):
        where = " ".join(page.path)
        for child in page.commands:
            condition = quote(f"__codex_needs {where}".strip())
            about = quote(child.brief)
            yield f"complete -c codex -n {condition} -a {child.path[-1]} -d {about}"
        condition = f"__codex_{'needs' if page.commands else 'at'} {where}"
        for option in page.options:
            yield _fish_option(quote(condition.strip()), option)
        if not page.commands:
            yield f"complete -c codex -n {quote(condition)} -F"


def _fish_option(condition: str, option: Option) -> str:
    words = ["complete", "-c", "codex", "-n", condition]
    for name in option.names:
        words += ["-l" if name.startswith("--") else "-s", name.lstrip("-")]
    if option.choices:
        words += ["-x", "-a", quote(" ".join(option.choices))]
    elif option.value:
        words.append("-r" if _takes_file(option) else "-x")
    return " ".join([*words, "-d", quote(option.about)])
