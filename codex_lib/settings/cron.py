"""Cron expressions: of five fields, or six of which the first is the second."""

from __future__ import annotations

FIELD_COUNTS = (5, 6)
MAX_LENGTH = 200


def cron_problem(text: str) -> str:
    """Return what is wrong with a cron expression, in words; "" if nothing is."""
    from datetime import UTC, datetime  # noqa: PLC0415 - as cronsim

    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - of use only here

    if len(text) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    count = len(text.split())
    if count not in FIELD_COUNTS:
        wanted = "five fields, or six of which the first is the second"
        return f"takes {wanted}, not {count}"
    try:
        CronSim(text, datetime(2024, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        return f"is no cron expression: {str(error).lower()}"
    return ""
