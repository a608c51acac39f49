from __future__ import annotations

import fcntl

import pytest

from codex_lib.tasks.liveness import is_dead, living_worker


def lock_files(folder):
    return [path.name for path in folder.iterdir()]


def test_a_worker_lives_for_its_block(tmp_path):
    with living_worker(tmp_path) as name:
        assert not is_dead(tmp_path, name)
        assert lock_files(tmp_path) == [f"worker-{name}.lock"]

    assert is_dead(tmp_path, name)
    assert lock_files(tmp_path) == []


def test_what_a_dead_worker_left_is_removed_by_the_next(tmp_path):
    (tmp_path / "worker-1-x.lock").touch()
    (tmp_path / "scan-1-x.lock").touch()

    with living_worker(tmp_path) as one, living_worker(tmp_path) as other:
        names = {f"worker-{name}.lock" for name in (one, other)}
        assert set(lock_files(tmp_path)) == {*names, "scan-1-x.lock"}


def test_a_dead_workers_file_is_removed_by_who_finds_it(tmp_path):
    (tmp_path / "worker-1-x.lock").touch()

    assert is_dead(tmp_path, "1-x")
    assert lock_files(tmp_path) == []


def test_where_nothing_can_be_locked_nobody_is_dead_for_sure(tmp_path, monkeypatch):
    def refuse(*_args):
        raise OSError("No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)

    with living_worker(tmp_path) as name:
        assert not is_dead(tmp_path, name)


def test_a_worker_that_was_taken_for_dead_before_it_lived_tries_again(
    tmp_path, monkeypatch
):
    taken = []
    flock = fcntl.flock

    def first_too_late(file, how):
        if not taken:
            taken.append(file.name)
            (tmp_path / file.name).unlink()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", first_too_late)

    with living_worker(tmp_path) as name:
        assert taken
        assert not is_dead(tmp_path, name)


@pytest.mark.parametrize("name", ["1-none", "2-none"])
def test_a_worker_without_a_file_is_dead(tmp_path, name):
    assert is_dead(tmp_path, name)
