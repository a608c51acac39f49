import pytest

from codex_lib.formats import limits
from codex_lib.formats.plain_text import clean_line, clean_text, html_text


def test_a_line_has_no_breaks_no_controls_and_no_halves_of_characters():
    assert clean_line(" A\ttale\r\n of\x00two\udc80 ") == "A tale of two"


def test_a_text_keeps_its_lines_but_not_their_edges():
    assert clean_text(" one \r\n\r\n\r\n\r\n  two\rthree ") == "one\n\ntwo\nthree"


def test_a_text_longer_than_the_limit_is_cut():
    assert len(html_text("x" * (limits.TEXT_CHARS + 1))) == limits.TEXT_CHARS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain, 1 < 2 & 3 > 2", "plain, 1 < 2 & 3 > 2"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one<br/>two\n  words</div>", "one\ntwo words"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("Tom &amp; Jerry &#8211; <i>all</i> of it", "Tom & Jerry \u2013 all of it"),
        ("<style>p {}</style><script>x()</script>seen", "seen"),
        ("<b>bold</b><!-- not --> end", "bold end"),
        ("<>\x00</p>", "<>"),
    ],
)
def test_markup_becomes_paragraphs_and_nothing_else(html, text):
    assert html_text(html) == text


def test_breaks_that_only_indent_the_xml_are_spaces():
    assert html_text("first\n      second\n\nthird") == "first second\n\nthird"


def test_markup_without_any_text_is_no_text():
    assert html_text("<p></p>") == ""
    assert html_text("</p>") == ""
