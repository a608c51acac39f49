"""Words are wrapped to the width they have."""

from codex_lib.demo.lettering import (
    EDGE_PX,
    measure_caption,
    open_font,
    place_balloon,
    wrap,
)


def test_lines_keep_to_the_width_and_lose_no_word():
    text = "It was the best of teas, it was the worst of teas, and it was late"

    lines = wrap(text, 40, 400)

    assert len(lines) > 2
    assert all(open_font(40).getlength(line) <= 400 for line in lines)
    assert " ".join(lines) == text


def test_a_word_that_is_too_long_stays_whole():
    assert wrap("a lighthousekeeper b", 40, 50) == ["a", "lighthousekeeper", "b"]


def test_no_words_no_lines():
    assert wrap("", 40, 50) == []
    assert measure_caption("", 500) == ([], 0)


def test_a_caption_grows_with_its_lines():
    assert measure_caption("One", 900)[1] < measure_caption("One two " * 20, 900)[1]


def test_a_balloon_stands_over_its_speaker_but_inside_the_panel():
    middle = place_balloon("Hello", 400, 10, 800)
    edge = place_balloon("Hello", 5, 10, 800)

    assert abs((middle.left + middle.right) / 2 - 400) < 1
    assert edge.left == EDGE_PX
    assert middle.top == edge.top == 10
