"""What every command needs: the global options, the settings, the open catalog."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codex_lib.config.load import load_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

    from codex_lib.config.definitions import Config
    from codex_lib.db import Database


class Globals(NamedTuple):
    """The options before the command; None where one was not given."""

    data_dir: Path | None = None
    config: Path | None = None
    allow_network_db: bool = False


def settings(ctx: typer.Context) -> Config:
    """Return the settings for one command; raises ConfigError."""
    chosen: Globals = ctx.obj
    return load_config(
        config_file=chosen.config,
        data_dir=chosen.data_dir,
        environ=os.environ,
        cwd=Path.cwd(),
    )


@contextmanager
def catalog(ctx: typer.Context) -> Iterator[Database]:
    """Open the configured catalog for one command; it is made if there is none."""
    config = settings(ctx)
    with opened(ctx, config) as db:
        yield db


@contextmanager
def opened(ctx: typer.Context, config: Config) -> Iterator[Database]:
    """Open the catalog of settings that a command has read already."""
    from codex_lib.db import open_catalog

    allowed = ctx.obj.allow_network_db or config.database.allow_network
    with closing(open_catalog(config.catalog_path, allow_network=allowed)) as db:
        yield db
