"""codex covers cleanup: covers in the cache that show nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_cli.context import opened, settings
from codex_cli.output import note, print_json, say
from codex_cli.wording import count, file_size
from codex_lib.catalog.image_cache import image_caches
from codex_lib.catalog.orphaned_covers import (
    cleanup_orphaned_covers,
    list_orphaned_covers,
)

if TYPE_CHECKING:
    import typer


def cleanup_covers(ctx: typer.Context, *, dry_run: bool, as_json: bool) -> None:
    """Remove them, or count them, and tell how many they were."""
    config = settings(ctx)
    cache = image_caches(config.files).covers
    with opened(ctx, config) as db:
        if dry_run:
            files = list_orphaned_covers(db, cache)
            size = sum(file.size_bytes for file in files)
            told = {"orphaned_thumbnails": len(files), "total_size_bytes": size}
            words = f"{count(len(files), 'cover')} would go, {file_size(size)}."
        else:
            done = cleanup_orphaned_covers(db, cache)
            told = {
                "thumbnails_deleted": done.thumbnails_deleted,
                "bytes_freed": done.bytes_freed,
                "failures": done.failures,
            }
            number = count(done.thumbnails_deleted, "cover")
            words = f"Removed {number}, {file_size(done.bytes_freed)}."
            for line in done.errors:
                note(line)
    if as_json:
        print_json(told)
    else:
        say(words)
