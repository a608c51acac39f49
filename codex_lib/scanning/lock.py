"""One scan of a library at a time, whichever process does it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from codex_lib.errors import ScanRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def scan_lock(folder: Path, library_id: str, name: str) -> Iterator[None]:
    """Hold the scan lock of a library for a block. Raises ScanRunningError.

    A lock on a file beside the catalog: the system drops it with the process that
    holds it, so that a killed scan blocks nobody.
    """
    with (folder / f"scan-{library_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ScanRunningError(name) from error
        yield
