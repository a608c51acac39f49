"""Figures as people write them: sizes, counts, dates, durations."""

from __future__ import annotations

from datetime import datetime

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
THOUSAND = 1000
MINUTE = 60


def file_size(size: int) -> str:
    """Return bytes as "12.3 MB": thousands, as disks and file managers count."""
    if size < THOUSAND:
        return f"{size} bytes"
    value, unit = float(size), 0
    while round(value, 1) >= THOUSAND and unit < len(UNITS) - 1:
        value /= THOUSAND
        unit += 1
    return f"{value:.1f} {UNITS[unit]}"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return "1 book" or "2,000 books"; plural when it is not noun + s."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}"


def local_time(stored: str | None) -> str:
    """Return a stored UTC time as "2024-01-15 10:30" of this place; "" for None."""
    if not stored:
        return ""
    return datetime.fromisoformat(stored).astimezone().strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """Return "0.42 s", "12.3 s" or "3 min 20 s"."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s"


def decimal(number: float | None) -> str:
    """Return a book's number without a needless fraction: "3", "1.5", ""."""
    return "" if number is None else f"{number:.12g}"
