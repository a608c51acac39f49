from datetime import UTC, datetime, timedelta

from codex_lib.clock import now


def test_now_is_utc_with_microseconds_and_a_z():
    before = datetime.now(UTC)

    text = now()

    assert len(text) == len("2024-01-15T10:30:00.123456Z")
    assert text.endswith("Z")
    moment = datetime.fromisoformat(text)
    assert timedelta() <= moment - before < timedelta(minutes=1)


def test_times_order_as_texts():
    assert now() <= now()
