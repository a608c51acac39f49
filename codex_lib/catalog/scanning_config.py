"""When a library is scanned by itself, and how."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from codex_lib.catalog.strategy_config import StrategyConfig, read_config
from codex_lib.settings.cron import cron_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = ("normal", "deep")


@dataclass(frozen=True, slots=True)
class ScanningConfig:
    """When a library is scanned by itself; contract section 2.4.

    cron_schedule has five fields, or six of which the first is the second; None: never
    by the clock. enabled turns that schedule off and nothing else. time_zone is the
    schedule's, an IANA name; None: the server's own. purge_deleted_on_scan: a scan
    forgets the books whose file is gone, with their progress. watch: a scan starts when
    something changes in the library's folder.
    """

    enabled: bool = True
    cron_schedule: str | None = None
    default_mode: str = "normal"
    scan_on_start: bool = False
    purge_deleted_on_scan: bool = False
    time_zone: str | None = None
    watch: bool = False


KEYS = tuple(field.name for field in fields(ScanningConfig))
_ALIASES = {"scan_mode": "default_mode"}


def read_scanning_config(field: str, values: Mapping[str, object]) -> ScanningConfig:
    """Check the configuration that somebody gave; absent and null are the defaults.

    Keys may be in snake_case or camelCase, scan_mode is another name of default_mode.
    Raises InvalidError of the field, naming the key.
    """
    config = read_config(field, values, KEYS, _ALIASES)
    lowered = str(config.values.get("default_mode", "normal")).lower()
    mode = StrategyConfig(field, {"default_mode": lowered})
    return ScanningConfig(
        enabled=config.flag("enabled", default=True),
        cron_schedule=_cron_schedule(config),
        default_mode=mode.choice("default_mode", MODES, default="normal"),
        scan_on_start=config.flag("scan_on_start", default=False),
        purge_deleted_on_scan=config.flag("purge_deleted_on_scan", default=False),
        time_zone=_time_zone(config),
        watch=config.flag("watch", default=False),
    )


def stored_scanning_config(text: str | None) -> ScanningConfig | None:
    """Return the configuration of a library's row, checked when stored; None for none.

    Keys that there are none of any more are passed over.
    """
    if not text:
        return None
    values = json.loads(text)
    return ScanningConfig(**{key: values[key] for key in KEYS if key in values})


def _cron_schedule(config: StrategyConfig) -> str | None:
    text = " ".join(config.text("cron_schedule").split())
    if not text:
        return None
    problem = cron_problem(text)
    if problem:
        config.refuse("cron_schedule", problem)
    return text


def _time_zone(config: StrategyConfig) -> str | None:
    name = config.text("time_zone").strip()
    if not name:
        return None
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads 600 files

    if name not in available_timezones():
        config.refuse("time_zone", f"{name!r} is no name of a time zone, as Asia/Tokyo")
    return name
