import time
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from codex_lib.db.ids import new_id, new_ids


def moment(text):
    return int(text[:8] + text[9:13], 16)


@given(count=st.integers(0, 300))
def test_ids_are_uuids_of_version_7(count):
    ids = new_ids(count)

    assert len(ids) == count
    for text in ids:
        uuid = UUID(text)
        assert str(uuid) == text
        assert (uuid.version, uuid.variant) == (7, RFC_4122)


def test_a_batch_is_unique_and_in_rising_order_beyond_4096_ids():
    ids = new_ids(10_000)

    assert ids == sorted(set(ids))
    assert len(ids) == 10_000


def test_an_id_begins_with_the_time_in_milliseconds():
    before = time.time_ns() // 1_000_000

    text = new_id()

    assert before <= moment(text) <= time.time_ns() // 1_000_000


def test_more_than_4096_ids_take_the_next_millisecond():
    ids = new_ids(4097)

    assert moment(ids[4095]) == moment(ids[0])
    assert moment(ids[4096]) == moment(ids[0]) + 1


def test_ids_of_a_later_call_come_after_those_of_an_earlier_one():
    earlier = new_id()
    time.sleep(0.002)

    assert earlier < new_id()


def test_ids_of_the_same_moment_differ():
    assert len({new_id() for _ in range(1000)}) == 1000
