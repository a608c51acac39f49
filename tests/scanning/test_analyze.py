"""Opening files: in order, by threads that read ahead, until somebody stops."""

from __future__ import annotations

import os
import time

import pytest

from codex_lib.scanning import analyze
from codex_lib.scanning.analyze import analyze_file, analyze_files, read_identities
from codex_lib.scanning.walk import FileFact


@pytest.fixture
def files(make_cbz, root):
    """Return a function that makes this many books and gives their facts."""

    def make(count):
        names = [f"{number:03}.cbz" for number in range(count)]
        for number, name in enumerate(names):
            make_cbz(name, seed=number, pages=1)
        return [FileFact(name, 1, 1) for name in names]

    return make


def names(lists):
    return [found.file.path for chunk in lists for found in chunk]


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("count", [0, 1, 32, 33, 150])
def test_files_are_given_in_their_order_in_lists(files, root, threads, count):
    facts = files(count)

    lists = list(analyze_files(str(root), facts, threads=threads))

    assert names(lists) == [fact.path for fact in facts]
    assert all(0 < len(chunk) <= analyze.CHUNK_FILES for chunk in lists)
    assert all(found.error is None for chunk in lists for found in chunk)


@pytest.fixture
def slow_disk(monkeypatch):
    """Let every file take a while to be opened, as on a cold disk."""
    read = analyze.read_book

    def read_slowly(path, **options):
        time.sleep(0.002)
        return read(path, **options)

    monkeypatch.setattr(analyze, "read_book", read_slowly)


@pytest.mark.parametrize("count", [40, 150, 500])
def test_on_a_slow_disk_threads_read_ahead_in_order(
    files, root, slow_disk, monkeypatch, count
):
    monkeypatch.setattr(analyze, "AHEAD_FILES", 128)
    facts = files(count)

    lists = list(analyze_files(str(root), facts, threads=4))

    assert names(lists) == [fact.path for fact in facts]


def test_nothing_is_begun_once_somebody_asked_to_stop(files, root):
    facts = files(40)

    assert list(analyze_files(str(root), facts, should_stop=lambda: True)) == []


@pytest.mark.parametrize("threads", [1, 4])
def test_readers_stop_between_lists(files, root, slow_disk, threads):
    facts, asked = files(200), []

    def should_stop():
        asked.append(1)
        return len(asked) > 3

    found = names(
        analyze_files(str(root), facts, threads=threads, should_stop=should_stop)
    )

    assert 0 < len(found) < 200
    assert found == [fact.path for fact in facts[: len(found)]]


@pytest.mark.parametrize("threads", [1, 4])
def test_a_caller_may_leave_early(files, root, slow_disk, threads):
    facts = files(150)
    lists = analyze_files(str(root), facts, threads=threads)

    first = next(lists)
    second = next(lists)
    lists.close()

    assert names([first, second]) == [fact.path for fact in facts[:64]]


def test_a_caller_that_leaves_early_lets_nothing_more_be_read(files, root, monkeypatch):
    facts, opened, read = files(400), [], analyze.read_book

    def read_slowly(path, **options):
        opened.append(path)
        time.sleep(0.002)
        return read(path, **options)

    monkeypatch.setattr(analyze, "read_book", read_slowly)
    monkeypatch.setattr(analyze, "CHUNK_FILES", 4)
    monkeypatch.setattr(analyze, "CHUNKS_AHEAD", 30)
    lists = analyze_files(str(root), facts, threads=4)

    next(lists)
    next(lists)
    lists.close()

    assert len(opened) < 200


@pytest.mark.parametrize("threads", [1, 4])
def test_archives_that_child_processes_read_keep_their_place(files, root, threads):
    facts = files(70)
    for index in (0, 5, 33, 69):
        path = root / facts[index].path
        path.rename(path.with_suffix(".cbt"))
        facts[index] = FileFact(facts[index].path[:-3] + "cbt", 1, 1)

    lists = list(analyze_files(str(root), facts, threads=threads))

    assert names(lists) == [fact.path for fact in facts]
    assert all(found.facts.file_format == "cbz" for chunk in lists for found in chunk)


@pytest.mark.parametrize("threads", [1, 4])
def test_stopping_drops_the_archives_that_children_have_not_begun(files, root, threads):
    facts = files(100)
    for index, fact in enumerate(facts):
        (root / fact.path).rename(root / f"{index:03}.cbt")
    facts = [FileFact(f"{index:03}.cbt", 1, 1) for index in range(100)]
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 1

    lists = analyze_files(str(root), facts, threads=threads, should_stop=should_stop)

    assert names(lists) == [fact.path for fact in facts[:32]]


def test_an_unreadable_file_is_a_result(root):
    (root / "1.cbz").write_bytes(b"text")
    fact = FileFact("1.cbz", 4, 1)

    found = analyze_file(str(root), fact)

    assert found == (fact, None, b"", "not a ZIP archive but text", 0)


def test_identities_are_those_of_readable_files(files, root):
    facts = files(3)
    (root / "001.cbz").write_bytes(b"text")
    os.link(root / "000.cbz", root / "copy.cbz")

    found = read_identities(str(root), [*facts, FileFact("copy.cbz", 1, 1)])

    assert found.keys() == {"000.cbz", "002.cbz", "copy.cbz"}
    assert found["000.cbz"] == found["copy.cbz"] != found["002.cbz"]
    assert all(len(identity) == 16 for identity in found.values())
