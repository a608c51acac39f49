"""The settings file: YAML to the text of each setting, with its line.

The node tree is read and nothing is constructed: a value keeps the text it was
written with (a password 0123 stays that), no tag can make an object, and an alias
cannot grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from codex_lib.config.definitions import DEFINITIONS, SECTIONS
from codex_lib.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_FILE_BYTES = 1 << 20
# What other servers of this API have and Codex does not, so that a file written for
# one of them is answered with more than "unknown".
ABSENT = {
    "database.postgres": "Codex keeps its catalog in SQLite only",
    "database.sqlite.pragmas": "Codex chooses the pragmas of its catalog itself",
    "auth.refresh_token_enabled": "there are no refresh tokens",
    "auth.refresh_token_expiry_days": "there are no refresh tokens",
    "api.base_path": "the API is always at /api/v1",
}
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "bool", "float", "timestamp")
)
NULL_TAG = "tag:yaml.org,2002:null"


class Given(NamedTuple):
    """The text of a setting and where it was written."""

    text: str
    source: str


def read_settings(path: Path, *, source: str = "") -> dict[str, Given] | None:
    """Read a settings file into key -> text and place; None if there is no file.

    source says who named the file ("option --config"); with it a file that is not
    there is a ConfigError. Keys may be nested or dotted; a key without a value is
    left out. Raises ConfigError for a file that cannot be read, that is no YAML
    mapping, or that has an unknown key, one twice, or a value of the wrong shape.
    """
    data = read_bytes(path, source=source)
    if data is None:
        return None
    root = parse_yaml(data, path)
    given: dict[str, Given] = {}
    for key, node in walk_keys(root, "", path, set()):
        text = node_text(key, node, place_of(node, path))
        if text is not None:
            given[key] = Given(text, place_of(node, path))
    return given


def read_bytes(path: Path, *, source: str) -> bytes | None:
    """Read a file of at most 1 MiB; None if it may be absent and is."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        absent = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
        if isinstance(error, absent) and not source:
            return None
        raise ConfigError(str(path), f"{error.strerror}", source=source) from None
    if len(data) > MAX_FILE_BYTES:
        raise ConfigError(str(path), "larger than 1 MiB", source=source)
    return data


def parse_yaml(data: bytes, path: Path) -> Any:  # noqa: ANN401 - a yaml node
    """Parse one YAML document into its node tree; None if it is empty."""
    import yaml  # noqa: PLC0415 - 8 ms, and most commands have no file

    try:
        return yaml.compose(data, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"file {path}, line {mark.line + 1}" if mark else f"file {path}"
        raise ConfigError("YAML", f"{error.problem}", source=place) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise ConfigError("YAML", reason, source=f"file {path}") from None
    except RecursionError:
        reason = "nested too deeply"
        raise ConfigError("YAML", reason, source=f"file {path}") from None


def walk_keys(
    node: Any,  # noqa: ANN401 - a yaml node
    prefix: str,
    path: Path,
    seen: set[str],
) -> Iterator[tuple[str, Any]]:
    """Yield every setting's full key and its node; seen collects all keys."""
    if is_null(node):
        return
    if node.id != "mapping":
        name = prefix.rstrip(".") or "YAML"
        reason = "must be a mapping of keys to values"
        raise ConfigError(name, reason, source=place_of(node, path))
    for key_node, value_node in node.value:
        if key_node.id != "scalar":
            place = place_of(key_node, path)
            raise ConfigError("YAML", "a key must be plain text", source=place)
        key = f"{prefix}{key_node.value}"
        check_key(key, place_of(key_node, path), seen)
        seen.add(key)
        if key in SECTIONS:
            yield from walk_keys(value_node, f"{key}.", path, seen)
        else:
            yield key, value_node


def check_key(key: str, place: str, seen: set[str]) -> None:
    """Raise ConfigError for a key that is written twice or that Codex does not have."""
    if key in seen:
        raise ConfigError(key, "written twice", source=place)
    if key not in DEFINITIONS and key not in SECTIONS:
        raise ConfigError(key, why_unknown(key, list(DEFINITIONS)), source=place)


def why_unknown(name: str, known: Sequence[str]) -> str:
    """Say that there is no setting of that name, and which one was meant perhaps."""
    for absent, reason in ABSENT.items():
        if name == absent or name.startswith(f"{absent}."):
            return f"not a setting of Codex: {reason}"
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f"no such setting; did you mean {close[0]}?" if close else "no such setting"


def node_text(key: str, node: Any, place: str) -> str | None:  # noqa: ANN401 - a yaml node
    """Return a setting's text, a list's items joined by commas; None for null."""
    if is_null(node):
        return None
    is_list = DEFINITIONS[key].kind == tuple[str, ...]
    nodes = node.value if is_list and node.id == "sequence" else [node]
    if any(part.tag not in PLAIN_TAGS for part in nodes):
        wanted = "a list of texts" if is_list else "one plain value"
        raise ConfigError(key, f"must be {wanted}", source=place)
    return ",".join(part.value for part in nodes)


def is_null(node: Any) -> bool:  # noqa: ANN401 - a yaml node
    """Tell whether there is nothing: an empty document or a key without a value."""
    return node is None or node.tag == NULL_TAG


def place_of(node: Any, path: Path) -> str:  # noqa: ANN401 - a yaml node
    """Name the file and the line where a node begins."""
    return f"file {path}, line {node.start_mark.line + 1}"
