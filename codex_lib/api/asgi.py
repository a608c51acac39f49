"""The application path for any ASGI server.

    gunicorn -k uvicorn_worker.UvicornWorker codex_lib.api.asgi:app

The settings come from CODEX_ variables and codex.yaml, as for every command; a mistake
in them ends the server with one line that names the key.
"""

from __future__ import annotations

import os
from pathlib import Path

from codex_lib.api.app import create_app
from codex_lib.config.load import load_config
from codex_lib.errors import ConfigError

try:
    app = create_app(
        load_config(config_file=None, data_dir=None, environ=os.environ, cwd=Path.cwd())
    )
except ConfigError as error:
    # Not an exception: a server would print its traceback, and try again.
    raise SystemExit(f"codex: {error}") from None
