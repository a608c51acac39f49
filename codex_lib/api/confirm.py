"""The page that a confirmation mail links to, for people without another client.

It asks for a click and does nothing before: mail servers open links to look at them,
and a token confirms only once.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import falcon

from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.headers import page_policy

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

STYLE = """
:root { color-scheme: light dark }
body { font: 18px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 4rem auto }
button { font: inherit; padding: .4rem 1rem }
"""
SCRIPT = """
const button = document.querySelector("button");
button.addEventListener("click", async () => {
  button.disabled = true;
  const token = new URLSearchParams(location.search).get("token") || "";
  const answer = await fetch(`${button.dataset.mount}/api/v1/auth/verify-email`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const { message } = await answer.json();
  document.querySelector("output").textContent = message;
});
"""
POLICY = page_policy(SCRIPT, STYLE)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Confirm your e-mail address</title><style>{style}</style>
<h1>Confirm your e-mail address</h1>
<p><button data-mount="{mount}">Confirm</button></p><output></output>
<script>{script}</script>
"""


class ConfirmPage:
    """/auth/verify-email at the server's root."""

    @endpoint(PUBLIC, tag="Authentication", reply=bytes, media=(falcon.MEDIA_HTML,))
    async def on_get(self, req: Request, resp: Response) -> None:
        """Show the page on which a mailed link is confirmed."""
        mount = html.escape(req.mount)
        resp.content_type = falcon.MEDIA_HTML
        resp.text = PAGE.format(style=STYLE, script=SCRIPT, mount=mount)
        resp.set_header("Content-Security-Policy", POLICY)
