"""What a scan did, or would do, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codex_cli.exit_codes import ExitCode
from codex_cli.output import note, printable, say
from codex_cli.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codex_lib.catalog.libraries import Library
    from codex_lib.scanning.plan import ScanPlan
    from codex_lib.scanning.result import ScanResult

CHANGES = ("added", "changed", "moved", "missing", "restored", "purged")


@dataclass
class Outcome:
    """What came of the scans of one command: results, and the codes of failures."""

    results: list[ScanResult] = field(default_factory=list)
    failures: list[ExitCode] = field(default_factory=list)

    @property
    def exit_code(self) -> ExitCode:
        """Return 130 after Ctrl-C, else the first failure's, else 6 or 0."""
        if any(result.cancelled for result in self.results):
            return ExitCode.INTERRUPTED
        if self.failures:
            return self.failures[0]
        if any(result.unreadable_count for result in self.results):
            return ExitCode.UNREADABLE
        return ExitCode.DONE


def print_results(outcome: Outcome, *, quiet: bool) -> None:
    """Print the summary of each scan; quiet leaves only what is wrong, on stderr."""
    tell = note if quiet else say
    for result in outcome.results:
        for file in result.unreadable:
            tell(printable(f"unreadable  {file.path}: {file.reason}"))
        for file in result.damaged:
            tell(printable(f"damaged     {file.path}: {file.reason}"))
        if not quiet or result.unreadable or result.damaged or result.cancelled:
            tell(summary(result))
    if not quiet and any(result.added for result in outcome.results):
        note('"codex series list" shows the series, "codex books list" the books.')


def summary(result: ScanResult) -> str:
    """Return the closing line of a scan: what differs, how many files, how long."""
    counts = [
        f"{getattr(result, change):,} {change}"
        for change in CHANGES
        if getattr(result, change)
    ]
    if result.unreadable_count:
        counts.append(_unreadable(result))
    if result.damaged:
        counts.append(f"{len(result.damaged):,} damaged but readable")
    end = "; stopped before the end, what was read is kept" if result.cancelled else ""
    what = ", ".join(counts) or "nothing changed"
    files = count(result.files_total, "file")
    line = f"{result.library_name}: {what}; {files} in {duration(result.seconds)}{end}"
    return printable(line)


def _unreadable(result: ScanResult) -> str:
    known = result.unreadable_count - len(result.unreadable)
    since = f" ({known:,} known from earlier scans)" if known else ""
    return f"{result.unreadable_count:,} unreadable{since}"


def plan_entries(plan: ScanPlan) -> Iterator[dict[str, Any]]:
    """Yield what a scan would do: change, path, from (of a move) and reason."""
    for file in plan.added:
        yield _entry("added", file.path, "new file")
    for name in ("changed", "moved", "restored"):
        for change in getattr(plan, name):
            was = change.book.path if name == "moved" else None
            yield _entry(name, change.file.path, change.reason, was)
    for book in plan.missing:
        yield _entry("missing", book.path, "no file there")
    for path, reason in plan.unreadable:
        yield _entry("unreadable", path, reason)


def _entry(
    change: str, path: str, reason: str, was: str | None = None
) -> dict[str, Any]:
    return {"change": change, "path": path, "from": was, "reason": reason}


def plan_body(library: Library, plan: ScanPlan) -> dict[str, Any]:
    """Return a plan as JSON: the library, the counts, each change, the objections."""
    entries = list(plan_entries(plan))
    return {
        "library_id": library.id,
        "library_name": library.name,
        "files_total": plan.files_total,
        "unchanged": plan.unchanged,
        "changes": entries,
        "refused": list(plan.refused),
    }


def print_plan(library: Library, plan: ScanPlan) -> None:
    """Print what a scan would do, a line for each file."""
    entries = list(plan_entries(plan))
    for entry in entries:
        say(printable(f"{entry['change']:<10}  {_place(entry)}  ({entry['reason']})"))
    say(printable(f"{library.name}: {_tally(entries)}; {plan.unchanged:,} unchanged"))
    for reason in plan.refused:
        say(f"A scan would be refused: {printable(reason)}")


def _place(entry: dict[str, Any]) -> str:
    return f"{entry['from']} -> {entry['path']}" if entry["from"] else entry["path"]


def _tally(entries: Iterable[dict[str, Any]]) -> str:
    kinds = [entry["change"] for entry in entries]
    counts = [f"{kinds.count(kind):,} {kind}" for kind in dict.fromkeys(kinds)]
    return ", ".join(counts) or "nothing to do"
