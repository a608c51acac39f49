import asyncio
import threading
from contextlib import closing, suppress

import pytest

from codex_lib.api.calls import QUEUE_PER_THREAD, Calls
from codex_lib.api.errors import OverloadedError
from codex_lib.db import open_catalog, rows, write
from codex_lib.errors import CatalogError


@pytest.fixture
def calls(tmp_path):
    calls = Calls(tmp_path / "codex.db", threads=2, allow_network=False)
    yield calls
    calls.close()


def where(db, seconds=0):
    """Return the thread and the connection that a call got."""
    threading.Event().wait(seconds)
    rows(db, "SELECT 1")
    return threading.get_ident(), id(db)


def test_nothing_is_opened_before_the_first_call(calls, tmp_path):
    assert not (tmp_path / "codex.db").exists()

    asyncio.run(calls.run(where))

    assert (tmp_path / "codex.db").exists()


def test_every_thread_keeps_a_connection_of_its_own(calls):
    async def many():
        return await asyncio.gather(*(calls.run(where, 0.01) for _ in range(10)))

    found = set(asyncio.run(many()))

    assert len(found) == 2
    assert len({thread for thread, _ in found}) == 2
    assert len({connection for _, connection in found}) == 2
    assert threading.get_ident() not in {thread for thread, _ in found}


def test_arguments_reach_the_function_and_its_error_comes_back(calls):
    def divide(_db, number, *, by):
        return number / by

    assert asyncio.run(calls.run(divide, 6, by=3)) == 2
    with pytest.raises(ZeroDivisionError):
        asyncio.run(calls.run(divide, 6, by=0))


def test_more_calls_than_can_wait_are_refused_and_counted_out(calls):
    limit = 2 * (1 + QUEUE_PER_THREAD)
    gate = threading.Event()

    async def flood():
        waiting = [
            asyncio.ensure_future(calls.run(lambda _db: gate.wait(5)))
            for _ in range(limit)
        ]
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError):
            await calls.run(where)
        gate.set()
        await asyncio.gather(*waiting)
        await asyncio.sleep(0.01)
        return await calls.run(where)

    assert asyncio.run(flood())


def test_a_call_that_is_given_up_while_it_waits_never_starts(calls):
    gate = threading.Event()
    done = []

    async def abandon():
        busy = [
            asyncio.ensure_future(calls.run(lambda _db: gate.wait(5))) for _ in "ab"
        ]
        await asyncio.sleep(0.01)
        waiting = asyncio.ensure_future(calls.run(lambda _db: done.append(1)))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        gate.set()
        await asyncio.gather(*busy)

    asyncio.run(abandon())
    calls.close()

    assert done == []


def test_a_catalog_that_cannot_be_opened_is_that_calls_error(tmp_path):
    (tmp_path / "codex.db").write_bytes(b"no catalog at all, and long enough" * 50)
    calls = Calls(tmp_path / "codex.db", threads=1, allow_network=False)

    with pytest.raises(CatalogError):
        asyncio.run(calls.run(where))
    calls.close()


def test_closing_closes_the_connections_and_a_later_call_opens_new_ones(calls):
    kept = []
    asyncio.run(calls.run(kept.append))
    calls.close()

    with pytest.raises(Exception, match="closed"):
        rows(kept[0], "SELECT 1")
    assert asyncio.run(calls.run(where))
    calls.close()
    calls.close()


def test_what_is_set_aside_is_done_in_order_and_before_the_end(calls, caplog):
    done = []

    def fail(_db):
        raise CatalogError("the disk is full")

    calls.run_aside(lambda _db: done.append(1))
    calls.run_aside(fail)
    calls.run_aside(lambda _db: done.append(2))
    calls.close()

    assert done == [1, 2]
    assert "fail failed: the disk is full" in caplog.text


def test_a_call_that_outlives_the_loop_harms_nobody(calls, tmp_path):
    gate = threading.Event()

    async def leave():
        task = asyncio.ensure_future(calls.run(lambda _db: gate.wait(5)))
        await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(leave())
    gate.set()
    calls.close()

    open_catalog(tmp_path / "codex.db").close()


def test_a_brief_call_runs_on_the_loop_once_there_is_a_connection(calls):
    async def run():
        return [await calls.run_briefly(where) for _ in range(3)]

    first, *others = asyncio.run(run())

    here = threading.get_ident()
    assert first[0] != here
    assert [thread for thread, _ in others] == [here, here]
    assert first[1] not in {connection for _, connection in others}


def test_brief_calls_that_come_first_at_once_share_their_connection(calls):
    async def run():
        await asyncio.gather(*(calls.run_briefly(where, 0.01) for _ in range(4)))
        return await calls.run_briefly(where), await calls.run_briefly(where)

    one, other = asyncio.run(run())

    assert one == other


def test_a_brief_call_that_would_wait_for_a_lock_moves_to_a_thread(calls, tmp_path):
    def write_something(db):
        found = threading.get_ident()
        with write(db):
            return found

    async def run():
        await calls.run_briefly(where)
        with closing(open_catalog(path)) as other, write(other):
            moved = asyncio.create_task(calls.run_briefly(write_something))
            await asyncio.sleep(0.05)
            assert not moved.done()
        return await moved

    path = tmp_path / "codex.db"

    assert asyncio.run(run()) != threading.get_ident()
