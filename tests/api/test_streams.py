"""Streams of events as a client reads them, within this process."""

import asyncio
import json
import time

import pytest
from falcon import testing

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.users import update_user
from codex_lib.api import broadcast, streams
from codex_lib.api.app import create_app
from codex_lib.db import open_catalog, write
from codex_lib.errors import CatalogBusyError
from codex_lib.events.outbox import (
    SCANS,
    TASKS,
    emit,
    emit_all,
    emit_frame,
    newest_event,
    read_events,
    trim_events,
)

PATH = "/api/v1/events/stream"


class Reader:
    """One client's stream, read frame by frame."""

    def __init__(self, result):
        self.status = result.status_code
        self.headers = result.headers
        self._stream = result.stream
        self._text = ""

    async def frame(self):
        """Return the next frame as its lines; comments are frames as well."""
        while "\n\n" not in self._text:
            self._text += (await self._stream.read()).decode()
            await asyncio.sleep(0.002)
        frame, _, self._text = self._text.partition("\n\n")
        return frame.split("\n")

    async def event(self):
        """Return the next frame that is no comment: its fields, data as JSON."""
        lines = [":"]
        while lines[0].startswith(":"):
            lines = await self.frame()
        fields = dict(line.split(": ", 1) for line in lines)
        return {**fields, "data": json.loads(fields["data"])}


@pytest.fixture(autouse=True)
def short_silence(monkeypatch):
    """That a client has left is noticed with the next sign of life."""
    monkeypatch.setattr(streams, "KEEP_ALIVE_SECONDS", 0.2)


@pytest.fixture
def listen(config, db, make_user, sign):
    """Return a function that runs a coroutine with a connection to the streams.

    The coroutine gets a function that opens one: open_stream(path, last=5).
    """

    def run(use, *, permissions=None, **settings):
        user = make_user("ana", permissions=permissions)

        async def main():
            async with (
                asyncio.timeout(20),
                testing.ASGIConductor(create_app(config)) as conductor,
            ):

                def open_stream(path=PATH, *, last=None):
                    headers = sign(user)
                    if last is not None:
                        headers["Last-Event-ID"] = str(last)
                    return conductor.simulate_get_stream(path, headers=headers)

                return await use(open_stream, user)

        return asyncio.run(main())

    return run


def tell(db, name="library_updated", **keys):
    with write(db):
        emit(db, name, now=clock.now(), **keys)


def test_a_client_is_heard_at_once_and_told_what_happens(listen, db):
    async def use(open_stream, _):
        async with open_stream() as result:
            reader = Reader(result)
            first = await reader.frame()
            tell(db, library_id="l1")
            return reader, first, await reader.event()

    reader, first, event = listen(use)

    assert reader.status == 200
    assert reader.headers["Content-Type"].startswith("text/event-stream")
    assert reader.headers["Cache-Control"] == "no-cache"
    assert reader.headers["X-Accel-Buffering"] == "no"
    assert first == [": keep-alive"]
    assert event["event"] == event["data"]["type"] == "library_updated"
    assert event["data"]["library_id"] == "l1"
    assert int(event["id"]) == newest_event(db)


def test_what_happened_before_is_not_told_to_a_new_client(listen, db):
    tell(db, library_id="old")

    async def use(open_stream, _):
        async with open_stream() as result:
            reader = Reader(result)
            await reader.frame()
            tell(db, library_id="new")
            return await reader.event()

    assert listen(use)["data"]["library_id"] == "new"


def test_without_names_every_frame_begins_with_its_id_and_data(listen, db):
    async def use(open_stream, _):
        async with open_stream(f"{PATH}?named=false") as result:
            reader = Reader(result)
            await reader.frame()
            tell(db, library_id="l1")
            return await reader.frame()

    lines = listen(use)

    assert [line.partition(":")[0] for line in lines] == ["id", "data"]


def test_a_client_that_comes_back_gets_what_it_missed_once_and_in_order(listen, db):
    with write(db):
        keys = [{"library_id": str(number)} for number in range(2500)]
        emit_all(db, "library_updated", keys, now=clock.now())
    start = newest_event(db) - 2500

    async def use(open_stream, _):
        async with open_stream(last=start) as result:
            reader = Reader(result)
            tell(db, library_id="2500")
            return [await reader.event() for _ in range(2501)]

    events = listen(use)

    assert [e["data"]["library_id"] for e in events] == [str(n) for n in range(2501)]


def test_what_a_client_missed_is_filtered_like_the_rest(listen, db):
    wanted = "01890a5d-ac96-774b-bcce-b302099a8057"
    tell(db, library_id="other")
    tell(db, library_id=wanted)

    async def use(open_stream, _):
        async with open_stream(f"{PATH}?library_id={wanted}", last=0) as result:
            reader = Reader(result)
            missed = await reader.event()
            tell(db, library_id="other")
            tell(db, library_id=wanted, more=1)
            return missed, await reader.event()

    missed, new = listen(use)

    assert missed["data"]["library_id"] == wanted
    assert new["data"]["more"] == 1


def test_what_happens_while_a_client_is_told_what_it_missed_comes_once(
    listen, db, monkeypatch
):
    read_backlog = streams.backlog

    def busy_backlog(reading_db, after, wanted):
        if after == 0:
            tell(db, library_id="now")
        time.sleep(0.5)  # the broadcaster has handed it on by then
        return read_backlog(reading_db, after, wanted)

    monkeypatch.setattr(streams, "backlog", busy_backlog)

    async def use(open_stream, _):
        async with open_stream(last=0) as result:
            reader = Reader(result)
            first = await reader.event()
            await asyncio.sleep(1)
            tell(db, library_id="later")
            return first, await reader.event()

    events = listen(use)

    assert [event["data"]["library_id"] for event in events] == ["now", "later"]


def test_a_stream_ends_with_its_server(listen, db):
    async def use(open_stream, _):
        async with open_stream() as result:
            reader = Reader(result)
            await reader.frame()
            broadcast.end_streams()
            return await signs_of_life(reader)

    assert listen(use) < 3


@pytest.mark.parametrize("last", [0, 10**12])
def test_a_client_that_was_away_too_long_is_told_so(listen, db, last):
    with write(db):
        emit_all(db, "library_updated", [{}] * 5, now=clock.now())
    trim_events(db, kept=2)

    async def use(open_stream, _):
        async with open_stream(last=last) as result:
            return await Reader(result).event()

    assert listen(use)["event"] == "resync"


@pytest.mark.parametrize("last", ["five", "-1", "1" * 40])
def test_a_last_event_id_that_is_none_is_refused(listen, last):
    async def use(open_stream, _):
        async with open_stream(last=last) as result:
            return result.status_code

    assert listen(use) == 400


def test_each_stream_tells_only_its_own_and_of_one_library_if_asked(listen, db):
    wanted = "01890a5d-ac96-774b-bcce-b302099a8057"

    async def use(open_stream, _):
        async with (
            open_stream("/api/v1/tasks/stream") as tasks,
            open_stream("/api/v1/scans/stream") as scans,
            open_stream(f"{PATH}?library_id={wanted}") as one,
        ):
            readers = [Reader(tasks), Reader(scans), Reader(one)]
            for reader in readers:
                await reader.frame()
            tell(db, library_id="other")
            tell(db, library_id=wanted)
            with write(db):
                emit_frame(db, TASKS, "task_progress", {"n": 1}, now=clock.now())
                emit_frame(db, SCANS, "scan_progress", {"n": 2}, now=clock.now())
            return [(await reader.event())["data"] for reader in readers]

    task, scan, event = listen(use)

    assert (task, scan) == ({"n": 1}, {"n": 2})
    assert event["library_id"] == wanted


@pytest.mark.parametrize(
    ("path", "permission", "status"),
    [
        (PATH, Permission.LIBRARIES_READ, 200),
        (PATH, Permission.TASKS_READ, 403),
        ("/api/v1/tasks/stream", Permission.TASKS_READ, 200),
        ("/api/v1/tasks/stream", Permission.LIBRARIES_READ, 200),
        ("/api/v1/scans/stream", Permission.LIBRARIES_READ, 200),
        ("/api/v1/scans/stream", Permission.BOOKS_READ, 403),
    ],
)
def test_streams_need_their_permissions(listen, path, permission, status):
    async def use(open_stream, _):
        async with open_stream(path) as result:
            return result.status_code

    assert listen(use, permissions=[permission]) == status


def test_a_silent_stream_shows_signs_of_life(listen):
    async def use(open_stream, _):
        async with open_stream() as result:
            reader = Reader(result)
            return [await reader.frame() for _ in range(3)]

    assert listen(use) == [[": keep-alive"]] * 3


@pytest.mark.parametrize("change", [{"is_active": False}, {"permissions": []}])
def test_a_stream_ends_when_its_caller_may_listen_no_longer(
    listen, db, config, monkeypatch, change
):
    monkeypatch.setattr(streams, "CHECK_SECONDS", 0.0)

    async def use(open_stream, user):
        async with open_stream() as result:
            reader = Reader(result)
            await reader.frame()
            await reader.frame()  # may still listen
            update_user(db, user.id, change, costs=None, now=clock.now())
            return await signs_of_life(reader)

    assert listen(use) < 20


async def signs_of_life(reader):
    """Return how many frames still come; five a second are due."""
    for count in range(20):
        try:
            await asyncio.wait_for(reader.frame(), 1)
        except TimeoutError:
            return count
    return 20


def test_a_client_that_does_not_read_is_let_go_behind_what_waits():
    async def use():
        listener = broadcast.Listener([TASKS])
        frames = [
            broadcast.Frame(broadcast.Event(number, TASKS, "task_progress", "{}"))
            for number in range(broadcast.WAITING + 5)
        ]
        for frame in frames:
            listener.put(frame)
        waiting = [listener.frames.get_nowait() for _ in range(listener.frames.qsize())]
        return waiting, listener

    waiting, listener = asyncio.run(use())

    assert [frame.id for frame in waiting[:-1]] == list(range(broadcast.WAITING))
    assert waiting[-1] is None
    assert listener.is_over


def test_a_catalog_that_cannot_be_read_is_tried_again(db, config, monkeypatch, caplog):
    monkeypatch.setattr(broadcast, "AFTER_FAILURE_SECONDS", 0.01)
    failures = [CatalogBusyError("busy"), CatalogBusyError("busy")]

    def open_db():
        if failures:
            raise failures.pop()
        return open_catalog(config.catalog_path)

    async def use():
        broadcaster = broadcast.Broadcaster(open_db)
        async with asyncio.timeout(10):
            with broadcaster.listening(["events"]) as listener:
                await broadcaster.follows()
                tell(db, library_id="l1")
                frame = await listener.frames.get()
        broadcaster.close()
        return frame

    assert b"l1" in asyncio.run(use()).named
    assert "Events cannot be read: busy" in caplog.text


def test_nothing_is_lost_when_reading_fails_for_a_while(db, config, monkeypatch):
    monkeypatch.setattr(broadcast, "AFTER_FAILURE_SECONDS", 0.01)
    failures = [CatalogBusyError("busy")]

    def read_later(*args):
        if failures:
            raise failures.pop()
        return read_events(*args)

    monkeypatch.setattr(broadcast, "read_events", read_later)

    async def use():
        broadcaster = broadcast.Broadcaster(lambda: open_catalog(config.catalog_path))
        async with asyncio.timeout(10):
            with broadcaster.listening(["events"]) as listener:
                await broadcaster.follows()
                tell(db, library_id="l1")
                frame = await listener.frames.get()
        listener.end()
        listener.end()
        return frame, listener.frames.qsize()

    frame, ends = asyncio.run(use())

    assert b"l1" in frame.named
    assert ends == 1


def test_the_looking_ends_with_the_last_listener_and_begins_again(db, config):
    async def use():
        broadcaster = broadcast.Broadcaster(lambda: open_catalog(config.catalog_path))
        for number in range(3):
            with broadcaster.listening(["events"]) as listener:
                await broadcaster.follows()
                tell(db, library_id=str(number))
                frame = await listener.frames.get()
                assert f'"{number}"'.encode() in frame.named
            thread = broadcaster._thread
            if number == 1:
                await asyncio.to_thread(thread.join)
        broadcaster.close()
        return broadcaster

    broadcaster = asyncio.run(use())

    assert not broadcaster._listeners


def test_a_server_that_stops_ends_all_streams_and_opens_no_more(db, config):
    async def use():
        broadcaster = broadcast.Broadcaster(lambda: open_catalog(config.catalog_path))
        with broadcaster.listening(["events"]) as early:
            await broadcaster.follows()
            broadcast.end_streams()
            with broadcaster.listening(["events"]) as late:
                await broadcaster.follows()
                return await early.frames.get(), await late.frames.get()

    assert asyncio.run(use()) == (None, None)
