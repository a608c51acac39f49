"""Following what happens, whichever process does it, until Ctrl-C."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from codex_lib.db import Database
    from codex_lib.events.outbox import Event

PAUSE_SECONDS = 0.2


def follow(db: Database, streams: Sequence[str], after: int) -> Iterator[Event]:
    """Yield the events of streams behind a number, and wait for more, for ever."""
    from codex_lib.db import data_version
    from codex_lib.events.outbox import read_events

    seen = -1
    while True:
        version = data_version(db)
        if version == seen:
            time.sleep(PAUSE_SECONDS)
            continue
        found = read_events(db, after, streams=streams)
        yield from found
        if found:
            after = found[-1].id
        else:
            seen = version


def until_interrupted(
    frames: Iterator[dict[str, Any]],
    show: Callable[[dict[str, Any]], None],
    number: int | None,
) -> None:
    """Show frames as they come; so many of them, or until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        for index, frame in enumerate(frames, 1):
            show(frame)
            if index == number:
                return
