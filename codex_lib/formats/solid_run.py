"""Pages of a solid archive that are unpacked along with the one that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.isolation import isolated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codex_lib.formats.book import Page

_LEAST_BYTES = 8 * 2**20  # a tenth of a second of unpacking
_MOST_BYTES = 64 * 2**20  # that are in memory at the same time


class Member(Protocol):  # pragma: no cover - has no code
    """An entry of an archive; position is its place among all entries."""

    @property
    def position(self) -> int:
        """Its place."""

    @property
    def file_size(self) -> int:
        """Its size, unpacked."""


AnyMember = TypeVar("AnyMember", bound=Member)


def run_of(
    wanted: AnyMember, pages: Iterable[AnyMember], members: Iterable[Member]
) -> list[AnyMember]:
    """Return a page and the next ones, as much as lies before it, or a few MiB."""
    before = sum(m.file_size for m in members if m.position < wanted.position)
    left = min(max(before, _LEAST_BYTES), _MOST_BYTES)
    run = [wanted]
    for page in sorted(pages, key=lambda page: page.position):
        if page.position > wanted.position:
            left -= page.file_size
            if left < 0:
                break
            run.append(page)
    return run


def answered(run: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """Return what a child answers with: the sizes, and all bytes in one."""
    return {"sizes": [len(data) for data in run]}, b"".join(run)


def isolated_run(task: str, path: str, page: Page, position: int) -> list[bytes]:
    """Return what a child answered. Raises UnreadableBookError."""
    facts, body = isolated(task, path, name=page.name, position=position)
    sizes: Any = facts.get("sizes")
    is_sound = isinstance(sizes, list) and all(type(size) is int for size in sizes)
    if not is_sound or min(sizes, default=-1) < 0 or sum(sizes) != len(body):
        raise UnreadableBookError(path, "the reader crashed on this file")
    run, start = [], 0
    for size in sizes:
        run.append(body[start : start + size])
        start += size
    return run
