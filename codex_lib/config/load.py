"""Reading the configuration: option over environment over file over default.

The file is the one of `--config`, of CODEX_CONFIG, `codex.yaml` in the current folder
or `codex.yaml` in the platform's folder for settings, whichever comes first.

Environment: a setting `scanner.page_sizes` is CODEX_SCANNER_PAGE_SIZES; an empty
variable counts as not set. A variable that begins with CODEX_ and a section's name
and is no setting is an error, so that a slip does not go unnoticed; every other
CODEX_ name is left alone, and so is CODEX_API_KEY, which other programs read.

Paths: a relative one is relative to the data folder, except for the data folder
itself, which is relative to the current folder (option, environment) or to the folder
of the file that names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.config.definitions import DEFINITIONS, SECTIONS, Config
from codex_lib.config.file import ABSENT, Given, read_settings, why_unknown
from codex_lib.config.values import parse_value, render_value
from codex_lib.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.config.definitions import Definition

FILE_NAME = "codex.yaml"
# Read by other programs that are called codex.
NOT_OURS = frozenset({"CODEX_API_KEY"})


class ConfigRow(NamedTuple):
    """One line of `codex config show`; value and default as text, secrets masked."""

    key: str
    value: str
    source: str
    default: str
    help: str
    env: str


def load_config(
    *,
    config_file: Path | None,
    data_dir: Path | None,
    environ: Mapping[str, str],
    cwd: Path,
) -> Config:
    """Put the settings together and check them; writes nothing.

    config_file and data_dir are the options of the command line, or None. Raises
    ConfigError, which names the key and the place, for an unknown key, a bad value,
    and a file that was named and cannot be read.
    """
    refuse_unknown(environ)
    path, given = find_file(config_file, environ, cwd)
    given |= read_environment(environ)
    if data_dir is not None:
        given["data_dir"] = Given(str(data_dir), "option --data-dir")
    folder = choose_data_dir(given, cwd, path)
    values = {
        key: value_of(definition, given.get(key), folder)
        for key, definition in DEFINITIONS.items()
    }
    values["data_dir"] = folder
    sources = {key: given[key].source if key in given else "default" for key in values}
    config: Config = fill(Config, values)
    return config._replace(config_file=path, sources=sources)


def find_file(
    option: Path | None, environ: Mapping[str, str], cwd: Path
) -> tuple[Path | None, dict[str, Given]]:
    """Read the first settings file there is: its path and texts, (None, {}) if none."""
    if option is not None:
        path = cwd / option
        return path, read_settings(path, source="option --config") or {}
    if environ.get("CODEX_CONFIG"):
        path = cwd / environ["CODEX_CONFIG"]
        return path, read_settings(path, source="env CODEX_CONFIG") or {}
    for path in (cwd / FILE_NAME, default_config_dir() / FILE_NAME):
        given = read_settings(path)
        if given is not None:
            return path, given
    return None, {}


def default_config_dir() -> Path:
    """Return the platform's folder for settings, ~/.config/codex on Linux."""
    from platformdirs import user_config_path  # noqa: PLC0415 - 7 ms, not always needed

    return user_config_path("codex", appauthor=False)


def default_data_dir() -> Path:
    """Return the platform's folder for data, ~/.local/share/codex on Linux."""
    from platformdirs import user_data_path  # noqa: PLC0415 - 7 ms, not always needed

    return user_data_path("codex", appauthor=False)


def read_environment(environ: Mapping[str, str]) -> dict[str, Given]:
    """Pick the settings out of the environment."""
    given = {}
    for key, definition in DEFINITIONS.items():
        names = [definition.env, definition.rule.alias]
        name = next((name for name in names if environ.get(name)), None)
        if name:
            given[key] = Given(environ[name], f"env {name}")
    return given


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Raise ConfigError for a variable of a section that is no setting."""
    prefixes = tuple(env_name(section) + "_" for section in SECTIONS)
    known = {
        name
        for definition in DEFINITIONS.values()
        for name in (definition.env, definition.rule.alias)
    }
    for name in sorted(environ):
        if name.startswith(prefixes) and name not in known | NOT_OURS:
            absent = (key for key in ABSENT if name.startswith(env_name(key)))
            reason = why_unknown(next(absent, name), sorted(known))
            raise ConfigError(name, reason, source="the environment")


def env_name(key: str) -> str:
    """Return the name that a key has in the environment."""
    return "CODEX_" + key.upper().replace(".", "_")


def choose_data_dir(given: Mapping[str, Given], cwd: Path, file: Path | None) -> Path:
    """Return the data folder; see the module for what it is relative to."""
    found = given.get("data_dir")
    if found is None:
        return default_data_dir()
    is_from_file = file is not None and found.source.startswith("file ")
    folder = file.parent if file is not None and is_from_file else cwd
    value = parse_value(
        DEFINITIONS["data_dir"], found.text, source=found.source, folder=folder
    )
    return folder / str(value)


def value_of(definition: Definition, found: Given | None, folder: Path) -> object:
    """Return a setting's value: the one given, or else the default."""
    if found is not None:
        source = found.source
        return parse_value(definition, found.text, source=source, folder=folder)
    is_path = isinstance(definition.default, Path)
    return folder / definition.default if is_path else definition.default


def fill(section: type[Any], values: Mapping[str, object], prefix: str = "") -> Any:  # noqa: ANN401 - the section
    """Make a section, and the sections inside it, of the values by full key."""
    chosen: dict[str, object] = {}
    for name, annotation in section.__annotations__.items():
        key = f"{prefix}{name}"
        if key in SECTIONS:
            chosen[name] = fill(annotation, values, f"{key}.")
        elif key in values:
            chosen[name] = values[key]
    return section(**chosen)


def config_rows(config: Config) -> list[ConfigRow]:
    """Return every setting with its value and where that comes from, in table order."""
    return [row_of(config, definition) for definition in DEFINITIONS.values()]


def row_of(config: Config, definition: Definition) -> ConfigRow:
    """Return one setting's line."""
    value: Any = config
    for name in definition.key.split("."):
        value = getattr(value, name)
    default = definition.default
    if definition.key == "data_dir":
        default = default_data_dir()
    return ConfigRow(
        key=definition.key,
        value=render_value(value),
        source=config.sources.get(definition.key, "default"),
        default=render_value(default),
        help=definition.rule.help,
        env=definition.env,
    )
