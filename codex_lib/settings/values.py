"""The values of settings: reading them, changing them, their history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from codex_lib.db import rows, write
from codex_lib.db.ids import new_id
from codex_lib.errors import InvalidError, SettingNotFoundError
from codex_lib.settings.definitions import DEFINITIONS, T

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codex_lib.db import Database, Row
    from codex_lib.settings.definitions import AnyDefinition, Definition

_IDS = UUID(
    "3d4d2f6c-8d0a-5c43-9b51-6f7a2f1f0a7e"
)  # a setting's id follows from its key
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_MAX_TEXT = 200
_MAX_REASON = 1000


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, in the shape of the API contract, section 3.15.

    version starts at 1 and updated_at is None until somebody changes it.
    """

    id: str
    key: str
    value: str
    value_type: str
    category: str
    description: str
    is_sensitive: bool
    default_value: str
    min_value: int | None
    max_value: int | None
    version: int
    updated_at: str | None
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One change of a setting, in the shape of the API contract, section 3.15."""

    id: str
    setting_id: str
    key: str
    old_value: str
    new_value: str
    changed_by: str | None
    changed_at: str
    change_reason: str | None
    ip_address: str | None


class Change(NamedTuple):
    """Who changes a setting, when, from where and why, for the history.

    by is a user's id, None at the terminal; address "" if it is this machine.
    """

    now: str
    by: str | None = None
    reason: str | None = None
    address: str = ""


def get_value(db: Database, definition: Definition[T]) -> T:
    """Return a setting's value, the default when it was never changed."""
    sql = "SELECT value FROM settings WHERE key = ?"
    found = rows(db, sql, [definition.key])
    if not found:
        return definition.default
    text: str = found[0]["value"]
    kind = type(definition.default)
    return kind(text == "true" if kind is bool else text)


def list_settings(db: Database, *, category: str | None = None) -> list[Setting]:
    """Return the settings of a category or all, ordered by category and key."""
    stored = {row["key"]: row for row in rows(db, "SELECT * FROM settings")}
    found = [
        _setting(definition, stored.get(key))
        for key, definition in DEFINITIONS.items()
        if category in (None, definition.category)
    ]
    return sorted(found, key=lambda setting: (setting.category, setting.key))


def get_setting(db: Database, key: str) -> Setting:
    """Return one setting. Raises SettingNotFoundError."""
    definition = _definition(key)
    found = rows(db, "SELECT * FROM settings WHERE key = ?", [key])
    return _setting(definition, found[0] if found else None)


def set_settings(
    db: Database, values: Mapping[str, object], change: Change
) -> list[Setting]:
    """Change settings, all or none; return them in the order given.

    A value is a text as it is stored, or a number or boolean. Raises
    SettingNotFoundError, InvalidError (the setting's key is its field).
    """
    texts = {key: parse_value(_definition(key), values[key]) for key in values}
    reason = _checked_reason(change.reason)
    with write(db):
        for key, text in texts.items():
            _store(db, key, text, change._replace(reason=reason))
        return [get_setting(db, key) for key in texts]


def set_setting(db: Database, key: str, value: object, change: Change) -> Setting:
    """Change one setting, as set_settings."""
    return set_settings(db, {key: value}, change)[0]


def reset_setting(db: Database, key: str, change: Change) -> Setting:
    """Give a setting its default again. Raises SettingNotFoundError."""
    return set_setting(db, key, _definition(key).default, change)


def list_setting_changes(
    db: Database, key: str, *, limit: int | None = None
) -> list[SettingChange]:
    """Return a setting's changes, newest first. Raises SettingNotFoundError."""
    setting_id = _id(_definition(key).key)
    sql = """
        SELECT uuid AS id, key, old_value, new_value, changed_by, changed_at,
            change_reason, ip_address
        FROM settings_history WHERE key = ? ORDER BY settings_history.id DESC LIMIT ?
    """
    found = rows(db, sql, [key, -1 if limit is None else limit])
    return [SettingChange(**dict(row), setting_id=setting_id) for row in found]


def parse_value(definition: AnyDefinition, value: object) -> str:
    """Return the text in which a value is stored. Raises InvalidError."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, int | str):
        text = str(value)
    else:
        raise InvalidError(definition.key, "must be a text, a number or a boolean")
    demand = _unmet_demand(definition, text)
    if demand:
        raise InvalidError(definition.key, f"must be {demand}")
    problem = definition.problem(text) if definition.problem and text.strip() else ""
    if problem:
        raise InvalidError(definition.key, problem)
    return str(int(text)) if definition.value_type == "Integer" else text.strip()


def _unmet_demand(definition: AnyDefinition, text: str) -> str:
    """Return what a value should have been, in words; "" if it is that."""
    if definition.value_type == "Boolean":
        return "" if text in ("true", "false") else "true or false"
    if definition.value_type == "Integer":
        return _unmet_range(definition, text)
    is_filled = bool(text.strip()) or not definition.default
    if is_filled and len(text) <= _MAX_TEXT and text.isprintable():
        return ""
    return f"a text of at most {_MAX_TEXT} characters, not blank"


def _unmet_range(definition: AnyDefinition, text: str) -> str:
    low, high = definition.minimum, definition.maximum
    if _WHOLE_NUMBER.fullmatch(text.strip()):
        number = int(text)
        if (low is None or number >= low) and (high is None or number <= high):
            return ""
    limits = "" if low is None else f" from {low}"
    limits += "" if high is None else f" to {high}"
    return f"a whole number{limits}"


def _definition(key: str) -> AnyDefinition:
    if key not in DEFINITIONS:
        raise SettingNotFoundError(key)
    return DEFINITIONS[key]


def _default_text(definition: AnyDefinition) -> str:
    text = str(definition.default)
    return text.lower() if definition.value_type == "Boolean" else text


def _id(key: str) -> str:
    return str(uuid5(_IDS, key))


def _setting(definition: AnyDefinition, row: Row | None) -> Setting:
    default = _default_text(definition)
    stored: Mapping[str, Any] = dict(row) if row else {}
    return Setting(
        id=_id(definition.key),
        key=definition.key,
        value=stored.get("value", default),
        value_type=definition.value_type,
        category=definition.category,
        description=definition.description,
        is_sensitive=False,
        default_value=default,
        min_value=definition.minimum,
        max_value=definition.maximum,
        version=stored.get("version", 1),
        updated_at=stored.get("updated_at"),
        updated_by=stored.get("updated_by"),
    )


_STORE = """
    INSERT INTO settings (key, value, version, updated_at, updated_by)
    VALUES (:key, :value, 2, :now, :by)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = version + 1,
        updated_at = excluded.updated_at, updated_by = excluded.updated_by
"""
_NOTE = """
    INSERT INTO settings_history (
        uuid, key, old_value, new_value, changed_by, changed_at, change_reason,
        ip_address
    ) VALUES (:id, :key, :old, :value, :by, :now, :reason, :address)
"""


def _store(db: Database, key: str, text: str, change: Change) -> None:
    values = {
        "id": new_id(),
        "key": key,
        "old": get_setting(db, key).value,
        "value": text,
        "by": change.by,
        "now": change.now,
        "reason": change.reason,
        "address": change.address or None,
    }
    rows(db, _STORE, values)
    rows(db, _NOTE, values)


def _checked_reason(reason: str | None) -> str | None:
    if reason is not None and len(reason) > _MAX_REASON:
        raise InvalidError("change_reason", f"is longer than {_MAX_REASON} characters")
    return reason
