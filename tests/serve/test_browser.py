"""A real browser shows pages and covers of the demonstration library.

Debian's chromium loads a page of <img> elements, signed in by nothing but the cookie,
and is asked what it sees: how large each image is to it, and the pixels of a picture of
its window.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest
from PIL import Image, ImageChops, ImageStat

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium here")
API = "/api/v1"
SECONDS = 60
WIDTH, HEIGHT = 1200, 900
GAP = 10
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Codex</title>
<style>
body { margin: 0; background: white }
img { position: absolute; top: 0; height: auto }
</style>
%s
<script>
addEventListener("load", () => {
  const sizes = [...document.images].map(i => [i.naturalWidth, i.naturalHeight]);
  document.body.dataset.sizes = JSON.stringify(sizes);
});
</script>
"""


class Shown(NamedTuple):
    """An image that the page shows: where, and what the server sends for it."""

    path: str
    left: int
    image: Image.Image


@pytest.fixture
def server(serve, codex, tmp_path, admin, data_dir):
    made = codex("--data-dir", data_dir, "demo", tmp_path / "demo")
    assert made.returncode == 0, made.stderr
    return serve()


@pytest.fixture
def sign_in(admin, server):
    """What the browser's cookie jar gets from signing in."""
    body = {"username": "ana", "password": "Green-Apple-7"}
    reply = server.request(f"{API}/auth/login", method="POST", body=body)
    return reply.headers["Set-Cookie"]


@pytest.fixture
def shown(server, admin):
    """The images: covers of a book, a series and a library, a page in two sizes."""
    headers = admin(server)

    def first(noun):
        return server.request(f"{API}/{noun}", headers=headers).json["data"][0]["id"]

    book = first("books")
    library = server.request(f"{API}/libraries", headers=headers).json[0]["id"]
    paths = [
        f"/books/{book}/thumbnail",
        f"/series/{first('series')}/thumbnail",
        f"/libraries/{library}/thumbnail",
        f"/books/{book}/pages/1?width=200",
        f"/books/{book}/pages/1?width=120&format=webp",
        f"/books/{book}/pages/2?height=150&format=avif",
    ]
    found, left = [], 0
    for path in paths:
        reply = server.request(API + path, headers=headers)
        assert reply.status == 200, reply.body
        image = Image.open(io.BytesIO(reply.body)).convert("RGB")
        found.append(Shown(path, left, image))
        left += image.width + GAP
    assert left < WIDTH * 2
    return found


@pytest.fixture
def site(server, shown, sign_in):
    """Return a function that serves the page, with the cookie or without."""
    running = []

    def run(*, signed_in=True):
        tags = "".join(
            f'<img src="{server.url}{API}{one.path}" style="left: {one.left}px">'
            for one in shown
        )

        class Site(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                if signed_in:
                    self.send_header("Set-Cookie", sign_in)
                self.end_headers()
                self.wfile.write((PAGE % tags).encode())

            def log_message(self, *_args):
                pass

        site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        running.append(site)
        return f"http://127.0.0.1:{site.server_port}/"

    yield run
    for site in running:
        site.shutdown()
        site.server_close()


@pytest.fixture
def browse(tmp_path, environ):
    """Return a function that runs the browser on an address; returns its output."""

    def run(address, *options):
        profile = tmp_path / "profile"
        command = [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run"),
            *("--force-color-profile=srgb", "--force-device-scale-factor=1"),
            *("--no-proxy-server", f"--window-size={WIDTH * 2},{HEIGHT}"),
            *(f"--user-data-dir={profile}", "--virtual-time-budget=20000"),
            *(*options, address),
        ]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            check=True,
            timeout=SECONDS,
        )
        return done.stdout.decode()

    return run


def sizes(dom):
    """Return the sizes that the page has written down."""
    text = dom.partition('data-sizes="')[2].partition('"')[0]
    return [tuple(size) for size in json.loads(text)]


def test_a_browser_shows_covers_and_pages(site, browse, shown):
    dom = browse(site(), "--dump-dom")

    assert sizes(dom) == [one.image.size for one in shown]


def test_what_a_browser_shows_is_what_was_sent(site, browse, shown, tmp_path):
    browse(site(), f"--screenshot={tmp_path / 'window.png'}")
    window = Image.open(tmp_path / "window.png").convert("RGB")

    for one in shown:
        right, lower = one.left + one.image.width, one.image.height
        seen = window.crop((one.left, 0, right, lower))
        colors = one.image.getcolors(maxcolors=2**24)
        assert len(colors) > 50, "a picture, not a blank"
        difference = ImageStat.Stat(ImageChops.difference(seen, one.image))
        assert max(difference.mean) < 3, one.path


def test_a_browser_without_the_cookie_sees_nothing(site, browse, shown):
    dom = browse(site(signed_in=False), "--dump-dom")

    assert sizes(dom) == [(0, 0)] * len(shown)
