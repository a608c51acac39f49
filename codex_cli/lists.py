"""One page of a list, for people or for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_cli.output import note, print_envelope, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from codex_lib.db.paging import Listing


def print_listing(
    listing: Listing[Any], table: Callable[[list[Any]], None], *, as_json: bool
) -> None:
    """Print the rows by table, and on stderr which rows of how many they are."""
    if as_json:
        print_envelope(listing)
        return
    if listing.data:
        table(listing.data)
    else:
        say("Nothing to list." if not listing.total else "No such page.")
    if listing.total_pages > 1:
        note(_position(listing))


def _position(listing: Listing[Any]) -> str:
    first = listing.page * listing.page_size + 1
    last = first + len(listing.data) - 1
    where = f"{first:,} to {last:,} of {listing.total:,}" if listing.data else ""
    following = listing.page + 1
    more = f"; --page {following} shows more" if following < listing.total_pages else ""
    return f"{where}{more}" or f"{listing.total:,} in all; --page 0 is the first page"
