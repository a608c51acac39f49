"""The OpenAPI document and a page that shows it, when api.enable_api_docs is on.

The page is our own: every operation with a form to try it. It works without the
internet and weighs as much as the document; a viewer such as Scalar is 3 MB of script
to ship, or to fetch from elsewhere.
"""

from __future__ import annotations

import html
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import falcon

from codex_lib.api.endpoint import PUBLIC, endpoint
from codex_lib.api.headers import page_policy
from codex_lib.api.openapi import Json, build_openapi, operations_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.config.definitions import Config

DOCUMENT_PATH = "/api/v1/openapi.json"
MINUTES = "max-age=300"


class Document:
    """GET /api/v1/openapi.json."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def text(self) -> bytes:
        """The document, written when it is first asked for."""
        return json.dumps(build_openapi(self._config)).encode()

    @endpoint(PUBLIC, tag="Documentation", reply=bytes, media=(falcon.MEDIA_JSON,))
    async def on_get(self, req: Request, resp: Response) -> None:
        """Describe the API."""
        resp.data = self.text
        resp.set_header("Cache-Control", MINUTES)


class Viewer:
    """The page at api.api_docs_path."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def page(self) -> str:
        """The page, written when it is first asked for."""
        return "".join(render_page(build_openapi(self._config)))

    @endpoint(PUBLIC, tag="Documentation", reply=bytes, media=(falcon.MEDIA_HTML,))
    async def on_get(self, req: Request, resp: Response) -> None:
        """Show the description of the API."""
        resp.content_type = falcon.MEDIA_HTML
        resp.text = self.page.replace(MOUNT, html.escape(req.mount))
        resp.set_header("Content-Security-Policy", POLICY)
        resp.set_header("Cache-Control", MINUTES)


def render_page(document: Json) -> Iterator[str]:
    """Write the page of a document, operations by tag, then the schemas."""
    yield HEAD
    info = document["info"]
    yield f"<h1>{text(info['title'])} {text(info['version'])}</h1>"
    yield f"<p>{text(info['description'])}</p>{CREDENTIALS}"
    for tag in document["tags"]:
        yield f"<h2>{text(tag['name'])}</h2>"
        for path, verb, operation in operations_of(document):
            if tag["name"] in operation["tags"]:
                yield from render_operation(path, verb, operation)
    yield "<h2>Schemas</h2>"
    for name, schema in document["components"]["schemas"].items():
        yield f"<details id={quoted(name)}><summary><b>{text(name)}</b></summary>"
        yield f"<pre>{pretty(schema)}</pre></details>"
    yield f"<script>{SCRIPT}</script></main>"


def render_operation(path: str, verb: str, operation: Json) -> Iterator[str]:
    """Write one operation: what it does, its form, its answers."""
    yield f"<details><summary><code>{verb.upper()} {text(path)}</code> "
    yield f"{text(operation['summary'])}</summary>"
    yield f"<p>{text(operation['description'])}</p>"
    yield f"<form data-verb={quoted(verb)} data-path={quoted(path)}>"
    for parameter in operation["parameters"]:
        yield f"<label>{text(parameter['name'])} ({parameter['in']}) "
        yield f"<input name={quoted(parameter['name'])} "
        yield f"data-in={quoted(parameter['in'])}></label>"
        yield f" {text(parameter.get('description', ''))}<br>"
    if "requestBody" in operation:
        yield "<label>Body<br><textarea name=body rows=6>{}</textarea></label>"
        yield f"<pre>{pretty(operation['requestBody'])}</pre>"
    yield "<button>Try it</button><pre class=answer></pre></form><dl>"
    for status, answer in operation["responses"].items():
        yield f"<dt>{status}</dt><dd>{text(answer['description'])}"
        yield f" <code>{text(schema_name(answer))}</code></dd>"
    yield "</dl></details>"


def schema_name(answer: Json) -> str:
    """Return the name of an answer's schema, or the schema itself."""
    content: Json = next(iter(answer.get("content", {}).values()), {})
    schema = content.get("schema", {})
    found = schema.get("$ref", "").rpartition("/")[2]
    return found or (json.dumps(schema) if schema else "")


def text(value: object) -> str:
    """Return a value as text of the page."""
    return html.escape(str(value)).replace("\n\n", "<br><br>")


def quoted(value: object) -> str:
    """Return a value as an attribute of the page."""
    return f'"{html.escape(str(value))}"'


def pretty(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return JSON as readable text of the page."""
    return html.escape(json.dumps(value, indent=2))


MOUNT = "{{mount}}"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: 0 auto; padding: 1rem }
details { border: 1px solid #8886; border-radius: 6px; margin: .4rem 0; padding: .5rem }
summary { cursor: pointer } dt { font-weight: bold } pre { overflow: auto }
input, textarea { font: inherit; max-width: 100% } textarea { width: 100% }
:root { color-scheme: light dark }
"""
HEAD = f"""<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codex API</title><style>{STYLE}</style>
<main data-mount="{MOUNT}">
"""
CREDENTIALS = f"""<p><a href="{MOUNT}{DOCUMENT_PATH}">The OpenAPI document</a></p>
<p><label>Token or API key <input id="token" type="password" autocomplete="off"
size="40"></label> is sent with everything that is tried below and kept nowhere.</p>
"""
SCRIPT = """
const mount = document.querySelector("main").dataset.mount;
async function attempt(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input")) {
    if (field.dataset.in === "path")
      path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value) query.set(field.name, field.value);
  }
  const options = { method: form.dataset.verb.toUpperCase(), headers: {} };
  const token = document.querySelector("#token").value;
  if (token) options.headers["Authorization"] = `Bearer ${token}`;
  const body = form.querySelector("textarea");
  if (body) {
    options.body = body.value;
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(`${mount}${path}?${query}`, options);
  const isText = /json|text/.test(answer.headers.get("Content-Type") || "");
  return `${answer.status}\\n${isText ? await answer.text() : "(no text)"}`;
}
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const shown = event.target.querySelector(".answer");
  shown.textContent = await attempt(event.target).catch(String);
});
"""
POLICY = page_policy(SCRIPT, STYLE)
