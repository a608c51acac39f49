"""Pages and parts of files, beside nginx sending the same bytes as plain files.

Both servers run with two processes, log each request and are asked in turns by wrk,
which has the same two cores, so that what counts is the ratio. Over a network the line
is full long before: 1 Gbit/s are 900 pages of 136 kB a second.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import time
import zipfile
from contextlib import closing, contextmanager
from getpass import getuser
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from measures import Line
from serve import ANA, memory_mb, post, running_server

from codex_lib.catalog.books import list_books
from codex_lib.catalog.libraries import create_library
from codex_lib.clock import now
from codex_lib.db import open_catalog
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from serve import Running

CONNECTIONS = (1, 16, 64)
SECONDS = 1
PAGE_BYTES, LARGE_BYTES, PART_BYTES, FILE_BYTES = 136_000, 1_000_000, 10**6, 50_000_000
TARGET = 0.7
_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0"
_JPEG += b"\x00\x11\x08\x00\x5a\x00\x3c\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
# As in an image, deflate finds a little to save; inflating noise would be copying it.
_UNEVEN = bytes(value % 240 for value in range(256))
_CONF = """
daemon off; user {user}; worker_processes 2;
error_log stderr crit; pid {folder}/nginx.pid;
events {{}}
http {{
    access_log /dev/null; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    open_file_cache max=100;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2;
    fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""
_SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  local bad = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format('{"n": %d, "us": %d, "p95": %f, "bad": %d}',
    summary.requests, summary.duration, latency:percentile(95), bad))
end
"""


class Kind(NamedTuple):
    """What is asked for: a path of each server and headers beside who is asking."""

    name: str
    path: str
    plain: str
    headers: tuple[str, ...] = ()


def measure_pages(work: Path, rounds: int, requests: int) -> list[Line]:
    """Ask for pages as stored and for parts of a file; weigh the server if asked to."""
    nginx, wrk = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("wrk")
    if nginx is None or wrk is None:
        print("pages: nginx and wrk are needed; sh tests/install-debian.sh")
        return []
    folder = work / "pages"
    books = _make_books(work, folder)
    (folder / "done.lua").write_text(_SCRIPT)
    kinds = _kinds(books)
    with running_server(work) as server, _nginx(nginx, folder) as port:
        token = token_of(server)
        lines = []
        for count in CONNECTIONS:
            for kind in kinds:
                lines += _compare(folder, server, port, token, kind, count, rounds)
        if requests:
            lines.append(_weigh(folder, server, token, kinds[0], requests))
    return lines


def _make_books(work: Path, folder: Path) -> dict[str, str]:
    """Make a library of two books and plain files of the same bytes; return the ids."""
    noise = random.Random(1)  # noqa: S311 - not for secrets
    shelf = folder / "Comics" / "Saga"
    shelf.mkdir(parents=True)
    pages = {
        "1.jpg": _JPEG + noise.randbytes(PAGE_BYTES).translate(_UNEVEN),
        "2.jpg": _JPEG + noise.randbytes(LARGE_BYTES).translate(_UNEVEN),
    }
    for name, data in pages.items():
        (folder / name).write_bytes(data)
    for name, method in (("stored", 0), ("deflated", 8)):
        with zipfile.ZipFile(shelf / f"{name}.cbz", "w", method) as archive:
            for page, data in pages.items():
                archive.writestr(page, data)
            archive.writestr("filler", noise.randbytes(FILE_BYTES))
    (folder / "file").write_bytes((shelf / "stored.cbz").read_bytes())
    with closing(open_catalog(work / "data" / "codex.db")) as db:
        library = create_library(db, name="Pages", path=folder / "Comics", now=now())
        scan_library(db, library.id, now=now(), threads=1)
        found = list_books(db, Paging(), library_id=library.id).data
        return {book.title: book.id for book in found}


def _kinds(books: dict[str, str]) -> list[Kind]:
    stored, deflated = (
        f"/api/v1/books/{books[name]}/pages" for name in ("stored", "deflated")
    )
    part = f"Range: bytes=1000000-{1_000_000 + PART_BYTES - 1}"
    gzip = "Accept-Encoding: gzip"
    return [
        Kind("stored page, 136 kB", f"{stored}/1", "/1.jpg"),
        Kind("stored page, 1 MB", f"{stored}/2", "/2.jpg"),
        Kind("deflated page, taken as gzip", f"{deflated}/1", "/1.jpg", (gzip,)),
        Kind("deflated page, inflated", f"{deflated}/1", "/1.jpg"),
        Kind(
            "1 MB of a file",
            f"/api/v1/books/{books['stored']}/file",
            "/file",
            (part,),
        ),
    ]


@contextmanager
def _nginx(program: str, folder: Path) -> Iterator[int]:
    port = 18_091
    text = _CONF.format(folder=folder, port=port, user=getuser())
    (folder / "nginx.conf").write_text(text)
    command = [program, "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as process:
        try:
            time.sleep(0.5)
            assert process.poll() is None
            yield port
        finally:
            process.terminate()


def token_of(server: Running) -> str:
    """Return the token of the first user, made here, or there since another measure."""
    for path in ("setup/initialize", "auth/login"):
        status, body = post(server, f"/api/v1/{path}", ANA)
        if status in (200, 201):
            return json.loads(body)["access_token"]
    raise AssertionError(body)


def _compare(
    folder: Path,
    server: Running,
    port: int,
    token: str,
    kind: Kind,
    count: int,
    rounds: int,
) -> list[Line]:
    theirs, ours = [], []
    address = f"http://{server.host}:{server.port}{kind.path}"
    signed = (*kind.headers, f"Authorization: Bearer {token}")
    plain = f"http://127.0.0.1:{port}{kind.plain}"
    for _ in range(rounds):
        theirs.append(_asked(folder, plain, kind.headers, count))
        ours.append(_asked(folder, address, signed, count))
    rates = [rate for rate, _ in ours]
    best, floor = max(rates), max(rate for rate, _ in theirs)
    waits = [wait for _, wait in ours]
    name = f"pages: {kind.name}, {count} at once"
    has_target = kind.name.startswith("stored")
    line = Line(name, best, median(rates), "req/s", best / floor, "nginx")
    if has_target:
        is_met = best >= TARGET * floor
        line = line._replace(target=f">= {TARGET} x nginx", is_met=is_met)
    return [line, Line(f"{name}, p95", min(waits), median(waits), "ms")]


def _asked(
    folder: Path, url: str, headers: tuple[str, ...], count: int, seconds: int = SECONDS
) -> tuple[float, float]:
    """Return the requests/s and the p95 in ms of one turn."""
    command = ["wrk", "-t1", f"-c{count}", f"-d{seconds}s"]
    command += ["-s", str(folder / "done.lua")]
    for header in headers:
        command += ["-H", header]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["n"], done.stdout
    assert not found["bad"], done.stdout
    return found["n"] / found["us"] * 1e6, found["p95"] / 1000


def _weigh(
    folder: Path, server: Running, token: str, kind: Kind, requests: int
) -> Line:
    """Return how much memory grew from the first thousands of requests to the last."""
    url = f"http://{server.host}:{server.port}{kind.path}"
    headers = (f"Authorization: Bearer {token}",)
    before, done = sum(memory_mb(server.pid)), 0.0
    while done < requests:
        rate, _ = _asked(folder, url, headers, 16, 10)
        done += 10 * rate
    grown = sum(memory_mb(server.pid)) - before
    return Line(
        *(f"pages: memory grown over {done:,.0f} requests", grown, grown, "MB"),
        target="<= 5",
        is_met=grown <= 5,
    )
