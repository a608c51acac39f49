"""The stories: parsed, complete, and fit to be drawn."""

import pytest

from codex_lib.demo.figures import EARS, HAIR, KINDS
from codex_lib.demo.library import ALL_SERIES
from codex_lib.demo.novel import COVER, SERIES
from codex_lib.demo.scenes import SCENES
from codex_lib.demo.scripts import Panel, parse_pages, parse_panel

PANELS = [
    pytest.param(series, panel, id=f"{series.name} {book.number}-{number}")
    for series in ALL_SERIES
    for book in series.books
    for number, panel in enumerate(
        [book.cover, *(panel for page in book.pages for panel in page)]
    )
]


def test_a_panel_is_scene_cast_caption_and_lines():
    panel = parse_panel(
        "beach | mina oskar | > At dawn | mina: Look: a crab! | oskar: Ow"
    )

    assert panel == Panel(
        "beach",
        ("mina", "oskar"),
        "At dawn",
        (("mina", "Look: a crab!"), ("oskar", "Ow")),
    )


def test_an_empty_line_begins_a_page():
    pages = parse_pages("\nroom | a\nroom | b\n\nroom | c\n")

    assert [[panel.cast for panel in page] for page in pages] == [
        [("a",), ("b",)],
        [("c",)],
    ]


@pytest.mark.parametrize(("series", "panel"), [*PANELS, (SERIES, COVER.cover)])
def test_scenes_and_characters_of_a_panel_exist(series, panel):
    assert panel.scene in SCENES
    assert set(panel.cast) <= series.looks.keys()
    assert {name for name, _ in panel.lines} <= set(panel.cast)


@pytest.mark.parametrize("series", ALL_SERIES, ids=lambda series: series.name)
def test_looks_are_known_and_pages_have_two_or_three_panels(series):
    assert {look.kind for look in series.looks.values()} <= set(KINDS)
    assert {look.style for look in series.looks.values()} <= {*HAIR, *EARS}
    assert {len(page) for book in series.books for page in book.pages} <= {2, 3}
