"""The application path for any ASGI server.

    gunicorn -k codex_lib.api.worker.Worker codex_lib.api.asgi:app

Behind another server than that worker, limit the size of a request's headers there.
The settings come from CODEX_ variables and codex.yaml, as for every command; a mistake
in them ends the server with one line that names the key.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from codex_lib.api.access_log import logged
from codex_lib.api.app import create_app
from codex_lib.api.logs import set_up_logging
from codex_lib.config.load import load_config
from codex_lib.errors import ConfigError

# By this exit code gunicorn knows that starting the worker again would not help.
APP_LOAD_ERROR = 4

try:
    config = load_config(
        config_file=None, data_dir=None, environ=os.environ, cwd=Path.cwd()
    )
    set_up_logging(config.logging)
    app = logged(create_app(config))
except ConfigError as error:
    logging.getLogger("codex").critical("codex: %s", error)
    raise SystemExit(APP_LOAD_ERROR) from None
