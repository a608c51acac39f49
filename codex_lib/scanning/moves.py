"""Books that stand at another path than before, recognized by their content. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.scanning.plan import Change, ScanPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codex_lib.scanning.plan import KnownBook
    from codex_lib.scanning.walk import FileFact


def match_moves(
    plan: ScanPlan, deleted: Sequence[KnownBook], identities: Mapping[str, bytes]
) -> ScanPlan:
    """Return the plan in which books follow their content.

    identities gives the content identity of the added and changed files by path (none
    for an unreadable one). A book is adrift when it is missing, was deleted, or when
    its file now holds something else; a file is unclaimed when it is new or holds
    something else than before. Equal identities join them, so that inserting a first
    issue and renaming all others moves every book and its progress along. What remains
    of the changed files keeps its book (the file was edited in place), unless that
    book has gone elsewhere. A deleted book whose path has a file again is restored
    with it when no content says otherwise.
    """
    kept, adrift, unclaimed = [], [*plan.missing, *deleted], list(plan.added)
    for change in plan.changed:
        now = identities.get(change.file.path)
        if now is None or change.book.identity in (None, now):
            kept.append(change)
        else:
            adrift.append(change.book)
            unclaimed.append(change.file)
    unclaimed.sort()
    moved = _joined(adrift, unclaimed, identities)
    return _settled(plan, kept, moved, deleted, unclaimed)


def _joined(
    adrift: Sequence[KnownBook],
    unclaimed: Sequence[FileFact],
    identities: Mapping[str, bytes],
) -> dict[str, KnownBook]:
    """Return which book each path is to have, by content alone.

    Among books of equal content: the one of that very path, then one of that file
    name, then one whose file name no other file asks for, live before deleted.
    """
    by_content: dict[bytes, list[KnownBook]] = {}
    for book in adrift:
        if book.identity is not None:
            by_content.setdefault(book.identity, []).append(book)
    files = [f for f in unclaimed if identities.get(f.path) in by_content]
    names = {_name(file.path) for file in files}
    joined: dict[str, KnownBook] = {}
    for same in (_same_path, _same_name, None):
        for file in files:
            books = by_content[identities[file.path]]
            if file.path in joined:
                continue
            fits = [b for b in books if same is None or same(b.path, file.path)]
            if fits:
                book = min(
                    fits, key=lambda b: (b.is_deleted, _name(b.path) in names, b.path)
                )
                books.remove(book)
                joined[file.path] = book
    return joined


def _same_path(one: str, other: str) -> bool:
    return one == other


def _same_name(one: str, other: str) -> bool:
    return _name(one) == _name(other)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _settled(
    plan: ScanPlan,
    kept: list[Change],
    joined: dict[str, KnownBook],
    deleted: Sequence[KnownBook],
    unclaimed: Sequence[FileFact],
) -> ScanPlan:
    gone = {book.id for book in joined.values()}
    edited = {change.file.path: change for change in plan.changed}
    back = {book.path: book for book in deleted if book.id not in gone}
    result = ScanPlan(unchanged=plan.unchanged, unreadable=plan.unreadable)
    result.changed = list(kept)
    settled = set()
    for file in unclaimed:
        path = file.path
        if path in joined:
            book = joined[path]
            kind = result.restored if book.path == path else result.moved
            kind.append(Change(book, file, f"was at {book.path}"))
        elif path in edited and edited[path].book.id not in gone:
            result.changed.append(edited[path])
            settled.add(edited[path].book.id)
        elif path in back:
            result.restored.append(Change(back[path], file, "is back"))
        else:
            result.added.append(file)
    lost = [c.book for c in plan.changed if c.book.id not in gone]
    replaced = {change.book.id for change in result.changed}
    result.missing = [book for book in plan.missing if book.id not in gone]
    result.missing += [book for book in lost if book.id not in replaced | settled]
    result.missing.sort(key=lambda book: book.path)
    result.changed.sort(key=lambda change: change.file.path)
    return result
