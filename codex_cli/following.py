"""Following what happens, whichever process does it, until Ctrl-C."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from codex_lib.db import Database
    from codex_lib.events.outbox import Event

PAUSE_SECONDS = 0.2
FOLLOWING = "Following what happens. Ctrl-C ends it."


class Interruption:
    """Ctrl-C as something to ask for: an exception in the wrong place gets lost.

    Python drops what is raised while it tidies up an object. A second Ctrl-C is an
    exception all the same, for a reader of the output that does not read.
    """

    def __init__(self) -> None:
        self.is_wanted = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember the signal."""
        if self.is_wanted:
            signal.default_int_handler(number, frame)
        self.is_wanted = True


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Have Ctrl-C noted for a block."""
    interruption = Interruption()
    before = signal.signal(signal.SIGINT, interruption.note)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, before)


def follow(
    db: Database, streams: Sequence[str], after: int, until: Interruption
) -> Iterator[Event]:
    """Yield the events of streams behind a number, and wait for more, until Ctrl-C."""
    from codex_lib.db import data_version
    from codex_lib.events.outbox import read_events

    seen = -1
    while not until.is_wanted:
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


def show_until_interrupted(
    frames: Callable[[Interruption], Iterator[dict[str, Any]]],
    show: Callable[[dict[str, Any]], None],
    number: int | None,
) -> None:
    """Show frames as they come; so many of them, or until Ctrl-C."""
    with suppress(KeyboardInterrupt), interruptible() as until:
        for index, frame in enumerate(frames(until), 1):
            show(frame)
            if index == number or until.is_wanted:
                return
