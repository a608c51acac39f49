"""What the running server does: how soon it answers, how much memory it takes idle,
how many requests it answers for each kind of credential.

Client and server share this machine's cores, so the rates are those of both together.
The floor is the health check: the same way through the server and one read of the
catalog, without anybody to be known.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import uvloop
from measures import Line, environment

from codex_lib.accounts.api_keys import create_api_key
from codex_lib.accounts.users import list_users
from codex_lib.clock import now
from codex_lib.db import open_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECTIONS = 8  # clients that each send the next request when they have an answer
SECONDS = 1.0  # of requests of one kind, a round
READY_MS, WORKER_MB, ALL_MB = 1000, 50, 160
HEALTH, ME = "/api/v1/health", "/api/v1/auth/me"
ANA = {"username": "ana", "email": "ana@example.com", "password": "Green-Apple-7!"}
_CODEX = Path(sys.executable).with_name("codex")


class Running(NamedTuple):
    """A server; ready_ms is from its start as a process to its first answer."""

    host: str
    port: int
    pid: int
    ready_ms: float


def measure_serve(work: Path, rounds: int) -> list[Line]:
    """Start servers, weigh one, and send it requests."""
    starts = [_started_in(work) for _ in range(rounds)]
    with running_server(work) as server:
        time.sleep(1)
        supervisor, *workers = memory_mb(server.pid)
        kinds = _credentials(work, server)
        rates, waits = take_turns(server, kinds, rounds)
        loaded = sum(memory_mb(server.pid))
    total = supervisor + sum(workers)
    lines = [
        Line(
            *("serve: start to first answer", min(starts), median(starts), "ms"),
            target=f"<= {READY_MS:,}",
            is_met=median(starts) <= READY_MS,
        ),
        Line(
            *("serve: idle memory of a web process", max(workers), median(workers)),
            *("MB",),
            target=f"<= {WORKER_MB}",
            is_met=max(workers) <= WORKER_MB,
        ),
        Line(
            *("serve: idle memory of all processes", total, total, "MB"),
            target=f"<= {ALL_MB}",
            is_met=total <= ALL_MB,
        ),
        Line("serve: memory of all after the load", loaded, loaded, "MB"),
    ]
    floor = max(rates["health check"])
    for kind, found in rates.items():
        best, ratio = max(found), max(found) / floor
        lines += [
            Line(f"serve: {kind}", best, median(found), "req/s", ratio, "health"),
            Line(f"serve: {kind}, p95", min(waits[kind]), median(waits[kind]), "ms"),
        ]
    return lines


def _started_in(work: Path) -> float:
    with running_server(work) as server:
        return server.ready_ms


@contextmanager
def running_server(work: Path) -> Iterator[Running]:
    """Run codex serve with what a user gets who asks for nothing."""
    command = [str(_CODEX), "serve", "--port", "0", "--json"]
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        env=environment(work),
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            text = "".join(iter(process.stdout.readline, "}\n")) + "}"
            address = urlsplit(json.loads(text)["url"])
            server = Running(address.hostname, address.port, process.pid, 0)
            status, _ = _request(server, "GET", "/health")
            assert status == 200
            yield server._replace(ready_ms=1000 * (time.perf_counter() - began))
        finally:
            process.terminate()
            process.wait()


def _request(
    server: Running, method: str, path: str, body: object = None
) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(server.host, server.port)) as connection:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        return response.status, response.read()


def post(server: Running, path: str, body: object) -> tuple[int, bytes]:
    """Send JSON; return the status and the body of the answer."""
    return _request(server, "POST", path, body)


def memory_mb(pid: int) -> list[float]:
    """Return the proportional memory of a process and of each of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [_pss_mb(process) for process in (str(pid), *children)]


def _pss_mb(pid: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    pss = next(line for line in lines if line.startswith("Pss:"))
    return int(pss.split()[1]) * 1024 / 1e6


def signed_in(server: Running) -> dict[str, str]:
    """Make the first user; return the headers by which the server knows them."""
    status, body = _request(server, "POST", "/api/v1/setup/initialize", ANA)
    assert status == 201, body
    return {"Authorization": f"Bearer {json.loads(body)['access_token']}"}


def _credentials(work: Path, server: Running) -> dict[str, bytes]:
    """Return one request of each kind, as it goes over the line."""
    by_token = signed_in(server)
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        (ana,) = list_users(db)
        _, key = create_api_key(db, ana, name="bench", now=now())
    pair = f"{ANA['username']}:{ANA['password']}".encode()
    basic = base64.b64encode(pair).decode()
    return {
        "health check": request_line(HEALTH, {}),
        "/auth/me by token": request_line(ME, by_token),
        "/auth/me by X-API-Key": request_line(ME, {"X-API-Key": key}),
        "/auth/me by key as Bearer": request_line(
            ME, {"Authorization": f"Bearer {key}"}
        ),
        "/auth/me by name and password": request_line(
            ME, {"Authorization": f"Basic {basic}"}
        ),
    }


def request_line(path: str, headers: Mapping[str, str]) -> bytes:
    """Return a request as it goes over the line."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def take_turns(
    server: Running, kinds: Mapping[str, bytes], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return, for each kind, the requests/s and the p95 in ms of each round."""
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    waits: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind, line in kinds.items():
            times = uvloop.run(_load(server, line))
            times.sort()
            rates[kind].append(len(times) / SECONDS)
            waits[kind].append(1000 * times[int(len(times) * 0.95)])
    return rates, waits


async def _load(server: Running, line: bytes) -> list[float]:
    """Send the same request over and over; return how long each took."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    clients = [_client(server, line, end, times) for _ in range(CONNECTIONS)]
    await asyncio.gather(*clients)
    return times


async def _client(server: Running, line: bytes, end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    while (began := time.perf_counter()) < end:
        writer.write(line)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        _, _, after = head.partition(b"content-length: ")
        await reader.readexactly(int(after.partition(b"\r\n")[0]))
        times.append(time.perf_counter() - began)
    writer.close()
