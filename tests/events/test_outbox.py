import json

import pytest

from codex_lib.db import rows, write
from codex_lib.events.outbox import (
    CATALOG,
    SCANS,
    TASKS,
    emit,
    emit_all,
    emit_frame,
    event_data,
    newest_event,
    oldest_event,
    read_events,
    trim_events,
)
from tests.conftest import MONDAY


@pytest.fixture
def five(db):
    """A catalog with five events of libraries."""
    with write(db):
        keys = [{"library_id": str(number)} for number in range(5)]
        emit_all(db, "library_updated", keys, now=MONDAY)
    return db


def test_an_event_has_its_type_its_ids_and_the_time_as_one_line_of_json(db):
    with write(db):
        emit(db, "book_updated", now=MONDAY, book_id="b", fields=["title", "tags"])

    (event,) = read_events(db, 0)

    assert (event.stream, event.type) == (CATALOG, "book_updated")
    assert "\n" not in event.data
    assert event_data(event) == {
        "type": "book_updated",
        "book_id": "b",
        "fields": ["title", "tags"],
        "timestamp": MONDAY,
    }


def test_an_event_is_gone_with_the_transaction_that_it_tells_of(db):
    def stop_halfway():
        with write(db):
            emit(db, "library_created", now=MONDAY, library_id="l")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stop_halfway()

    assert read_events(db, 0) == []
    assert (newest_event(db), oldest_event(db)) == (0, 0)


def test_events_are_read_on_from_the_last_one_and_some_at_a_time(five):
    first = read_events(five, 0, limit=2)
    rest = read_events(five, first[-1].id)

    ids = [event_data(event)["library_id"] for event in first + rest]
    assert ids == ["0", "1", "2", "3", "4"]
    assert [event.id for event in first + rest] == sorted(e.id for e in first + rest)
    assert read_events(five, newest_event(five)) == []


def test_each_stream_has_its_own_events(five):
    with write(five):
        emit_frame(five, TASKS, "task_progress", {"task_id": "t"}, now=MONDAY)
        emit_frame(five, SCANS, "scan_progress", {"library_id": "é"}, now=MONDAY)

    assert [e.type for e in read_events(five, 0, streams=[TASKS])] == ["task_progress"]
    (scan,) = read_events(five, 0, streams=[SCANS])
    assert json.loads(scan.data) == {"library_id": "é"}
    assert len(read_events(five, 0, streams=[CATALOG, TASKS])) == 6


def test_the_oldest_are_dropped_and_numbers_are_never_used_again(five):
    newest = newest_event(five)

    assert trim_events(five, kept=2) == 3
    assert (oldest_event(five), newest_event(five)) == (newest - 1, newest)
    assert trim_events(five, kept=2) == 0
    rows(five, "DELETE FROM events")
    with write(five):
        emit(five, "library_created", now=MONDAY)
    assert newest_event(five) == newest + 1
