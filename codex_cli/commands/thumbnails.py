"""codex thumbnails: the images that are kept ready, covers and pages."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from codex_cli.context import settings
from codex_cli.cover_making import make_covers
from codex_cli.groups import command_group
from codex_cli.options import AsJson, InLibrary, InSeries
from codex_cli.output import print_json, printable, say
from codex_cli.wording import file_size

app = command_group("The covers and pages that are kept ready as images.")


@app.command()
def generate(
    ctx: typer.Context,
    *,
    library: InLibrary = None,
    series: InSeries = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make those again that are there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the covers that are not there yet; the same as codex covers generate."""
    make_covers(ctx, library=library, series=series, force=force, as_json=as_json)


@app.command()
def show(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Tell how many images are kept, how much they take and how much they may."""
    from codex_lib.catalog.image_cache import image_caches

    usage = {
        name: cache.usage()
        for name, cache in image_caches(settings(ctx).files)._asdict().items()
    }
    if as_json:
        print_json(usage)
        return
    for name, kept in usage.items():
        room = f"{file_size(kept.bytes)} of {file_size(kept.max_bytes)}"
        say(f"{name}: {kept.images:,} images, {room}, {printable(kept.folder)}")


@app.command()
def clear(
    ctx: typer.Context,
    what: Annotated[
        Literal["covers", "pages", "all"], typer.Argument(help="Which of them.")
    ] = "all",
    as_json: AsJson = False,
) -> None:
    """Remove kept images; they are made again when somebody looks at them."""
    from codex_lib.catalog.image_cache import image_caches

    caches = image_caches(settings(ctx).files)._asdict()
    chosen = caches if what == "all" else {what: caches[what]}
    cleared = {name: cache.clear() for name, cache in chosen.items()}
    if as_json:
        print_json(cleared)
        return
    for name, kept in cleared.items():
        say(f"Removed {kept.images:,} {name}, {file_size(kept.bytes)}.")
