"""What a scan did, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class UnreadableFile(NamedTuple):
    """A file that cannot be read, or a folder that cannot be looked into."""

    path: str
    reason: str


@dataclass(slots=True)
class ScanResult:
    """What a scan did to one library; counts are of books but for series_created.

    mode is normal or deep. purged books were forgotten after the scan, as the library
    wants it. unreadable lists the files met in this scan that cannot be
    read; unreadable_count includes those known from earlier scans and unchanged since.
    damaged lists the books read in this scan that are readable but have something wrong
    with them, the first reason each.
    cancelled: it was stopped early; what it had read by then is stored.
    """

    library_id: str
    library_name: str
    mode: str
    files_total: int = 0
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    restored: int = 0
    purged: int = 0
    series_created: int = 0
    unreadable: list[UnreadableFile] = field(default_factory=list)
    unreadable_count: int = 0
    damaged: list[UnreadableFile] = field(default_factory=list)
    seconds: float = 0.0
    cancelled: bool = False


class ScanProgress(NamedTuple):
    """How far a scan is: files done of total, the path of the last one, the phase.

    phase is walk, match, read, finish; done and total count files to be read (in
    finish: series), and total is 0 while it is not known. so_far is the result as it
    grows, None before there is one.
    """

    done: int
    total: int
    current: str
    phase: str
    so_far: ScanResult | None = None
