from __future__ import annotations

import pytest

from codex_cli.tables import Column, cut_text, render_table, text_width

TITLE = Column("TITLE", flexible=True)
PAGES = Column("PAGES", right=True)
EXTRA = Column("PUBLISHER", optional=1)


def test_numbers_stand_at_the_right_and_nothing_is_cut_on_a_pipe():
    rows = [("A very long title indeed", 5), ("Short", 1200)]

    lines = render_table([TITLE, PAGES], rows, None)

    assert lines == [
        "TITLE                     PAGES",
        "A very long title indeed      5",
        "Short                      1200",
    ]


@pytest.mark.parametrize("limit", [24, 30, 40, 80])
def test_no_line_is_wider_than_the_terminal(limit):
    rows = [("進撃の庭 " * 8, 5, "Aster Press"), ("Ordinary " * 9, 7, None)]

    lines = render_table([TITLE, PAGES, EXTRA], rows, limit)

    assert max(map(text_width, lines)) <= limit


def test_optional_columns_go_before_a_title_is_cut_to_nothing():
    rows = [("The Lighthouse at the End", 5, "Aster Press")]

    lines = render_table([TITLE, PAGES, EXTRA], rows, 20)

    assert lines == ["TITLE          PAGES", "The Lighthou…      5"]


def test_text_is_cut_only_as_far_as_needed():
    lines = render_table([TITLE, PAGES], [("The Lighthouse", 5)], 20)

    assert lines[1] == "The Lighthou…      5"


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("進撃", 4), ("Cafe\u0301", 4), ("ｱ", 1)]
)
def test_text_width_counts_columns_not_characters(text, width):
    assert text_width(text) == width


def test_a_wide_character_is_not_cut_in_half():
    assert cut_text("進撃の庭", 6) == "進撃…"


def test_control_characters_do_not_reach_the_terminal():
    lines = render_table([TITLE], [("a\x1b[31mb\nc\x9bd",)], None)

    assert lines[1] == "a␛[31mb c\ufffdd"


def test_the_highest_optional_column_goes_first():
    columns = [TITLE, Column("ID", optional=1), Column("YEAR", optional=2)]

    lines = render_table(columns, [("Lighthouse", "01a20d03", 1996)], 22)

    assert lines == ["TITLE       ID", "Lighthouse  01a20d03"]


def test_a_column_without_text_is_left_out():
    lines = render_table([TITLE, EXTRA, PAGES], [("Bone", None, 5)], None)

    assert lines == ["TITLE  PAGES", "Bone       5"]
