"""Live events: how soon a thousand clients hear what another process wrote.

Client and server share this machine's cores. Each event carries the time at which it
was written; what a client hears is compared with its own clock, which is the same one.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop
from measures import Line
from serve import Running, memory_mb, request_line, running_server, signed_in

from codex_lib.clock import now
from codex_lib.db import open_catalog, write
from codex_lib.events.outbox import emit

if TYPE_CHECKING:
    from asyncio import StreamReader

STREAMS = 1000
EVENTS = 40
PAUSE_SECONDS = 0.25  # between two events
IDLE_SECONDS = 20.0
P95_MS = 500
PATH = "/api/v1/events/stream"


def measure_streams(work: Path) -> list[Line]:
    """Open a thousand streams, and write events from this process."""
    with running_server(work) as server:
        headers = signed_in(server)
        before = sum(memory_mb(server.pid))
        waits, after, idle = uvloop.run(_listen(work, server, headers))
    waits.sort()
    middle, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    heard = len(waits) / (STREAMS * EVENTS)
    each = (after - before) * 1000 / STREAMS
    return [
        Line(
            *(f"streams: event to {STREAMS:,} clients, p50", middle, middle, "ms"),
        ),
        Line(
            *(f"streams: event to {STREAMS:,} clients, p95", p95, p95, "ms"),
            target=f"<= {P95_MS}",
            is_met=p95 <= P95_MS and heard == 1,
        ),
        Line(
            "streams: events heard of those sent", heard, heard, "", is_met=heard == 1
        ),
        Line(f"streams: CPU with {STREAMS:,} idle streams", idle, idle, "% of a core"),
        Line("streams: memory a stream", each, each, "kB"),
    ]


async def _listen(
    work: Path, server: Running, headers: dict[str, str]
) -> tuple[list[float], float, float]:
    """Return how long each client waited for each event, MB, and CPU while idle."""
    waits: list[float] = []
    line = request_line(PATH, headers)
    heard = [await _opened(server, line) for _ in range(STREAMS)]
    clients = [asyncio.create_task(_hear(reader, waits)) for reader in heard]
    memory = sum(memory_mb(server.pid))
    began, used = time.perf_counter(), _cpu_seconds(server.pid)
    await asyncio.sleep(IDLE_SECONDS)
    idle = (_cpu_seconds(server.pid) - used) / (time.perf_counter() - began)
    await asyncio.to_thread(_write_events, work)
    _, late = await asyncio.wait(clients, timeout=10)
    for client in late:
        client.cancel()
    return waits, memory, 100 * idle


async def _opened(server: Running, line: bytes) -> StreamReader:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(line)
    _WRITERS.append(writer)  # a connection ends with its last reference
    await reader.readuntil(b": keep-alive\n\n")
    return reader


_WRITERS: list[asyncio.StreamWriter] = []


async def _hear(reader: StreamReader, waits: list[float]) -> None:
    count = 0
    while count < EVENTS:
        text = await reader.readline()
        if text.startswith(b"data: "):
            written = json.loads(text[6:])["written"]
            waits.append(1000 * (time.time() - written))
            count += 1


def _write_events(work: Path) -> None:
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        for _ in range(EVENTS):
            with write(db):
                emit(db, "library_updated", now=now(), written=time.time())
            time.sleep(PAUSE_SECONDS)


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and its children have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in (str(pid), *children):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
