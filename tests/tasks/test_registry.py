from __future__ import annotations

import inspect

import pytest

from codex_lib.tasks.registry import KINDS, ORDER, handler_of, limits_of


@pytest.mark.parametrize("name", KINDS)
def test_a_type_has_a_handler_and_its_place(name):
    kind = KINDS[name]
    parameters = list(inspect.signature(handler_of(name)).parameters)

    wanted = ["db", "task", "report", "should_stop"]
    assert parameters == wanted + (["config"] if kind.wants_config else [])
    assert ORDER[kind.rank] == name
    assert kind.entities or not kind.needs_entity


def test_limits_are_those_of_the_settings(make_config):
    limits = limits_of(make_config(task_worker_count=7, scanner_max_concurrent_scans=3))

    assert limits.total == 7
    assert limits.by_type["scan_library"] == 3
    assert limits.by_type["purge_deleted"] == 7
    assert limits.by_type["retention"] == 1
    assert list(limits.by_type) == [name for name in ORDER if name in KINDS]
