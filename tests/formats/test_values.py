import pytest

from codex_lib.formats import limits, values


@pytest.mark.parametrize("read", [values.line, values.paragraphs, values.names])
@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_nothing_written_is_no_value(read, text):
    assert read(text) is None


def test_a_line_loses_its_line_breaks_and_paragraphs_keep_them():
    text = "  The\n\tSandman  "

    assert values.line(text) == "The Sandman"
    assert values.paragraphs(text) == "The\n\tSandman"


def test_spaces_within_a_line_stay_as_they_are():
    assert values.line(" a  b ") == "a  b"


def test_texts_and_lists_are_cut_at_the_limits():
    endless = "x" * (limits.TEXT_CHARS + 1)
    many = ",".join(map(str, range(limits.LIST_ITEMS + 1)))

    assert values.line(endless) == values.paragraphs(endless) == endless[:-1]
    assert values.names(endless) == [endless[:-1]]
    assert len(values.names(many)) == limits.LIST_ITEMS
    assert values.names("a," + endless) == ["a", endless[:-3]]


def test_names_are_split_at_commas_only_and_each_is_kept_once():
    assert values.names("a,b,,a , c; d") == ["a", "b", "c; d"]
    assert values.names(" Steins;Gate ") == ["Steins;Gate"]
    assert values.names(" , ,") is None


def test_labels_are_split_at_semicolons_if_there_is_no_comma():
    assert values.labels("Horror; Science Fiction;") == ["Horror", "Science Fiction"]
    assert values.labels("a;b, c") == ["a;b", "c"]


def test_only_web_addresses_of_http_are_taken():
    text = "https://a.example/1,2 javascript:alert(1), HTTP://b.example; www.c.example"

    assert values.urls(text) == ["https://a.example/1,2", "HTTP://b.example"]
    assert values.urls("file:///etc/passwd") is None
    assert values.urls("") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("7", 7), (" 7 ", 7), ("007", 7), ("7.0", 7), ("10", 10), ("1", 1)),
        *(("0", None), ("11", None), ("-1", None), ("7.5", None), ("seven", None)),
        *(("", None), (None, None), ("1e400", None), ("²", None), (".5", None)),
        *(("9" * 5_000, None), ("1_0", None), ("7 of 9", None)),
    ],
)
def test_a_whole_number_has_to_be_one_and_in_range(text, number):
    assert values.whole(text, 1, 10) == number


def test_counts_start_at_one_and_volumes_at_zero():
    assert (values.count("0"), values.count("1")) == (None, 1)
    assert (values.volume("-1"), values.volume("0"), values.volume("1989")) == (
        *(None, 0, 1989),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2011-10-01", {"year": 2011, "month": 10, "day": 1}),
        ("2011-10-01T09:00:46Z", {"year": 2011, "month": 10, "day": 1}),
        ("2011-10", {"year": 2011, "month": 10}),
        ("2011-13-01", {"year": 2011}),
        (" 2011 ", {"year": 2011}),
        ("0000-01-01", {}),
        ("20111", {}),
        ("soon", {}),
        (None, {}),
    ],
)
def test_a_date_is_read_as_far_as_it_makes_sense(text, found):
    assert values.date(text) == found


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        *(("4.5", 4.5), ("4,5", 4.5), ("5", 5.0), ("0", None), ("5.1", None)),
        *(("NaN", None), ("inf", None), ("-1", None), ("good", None), (None, None)),
    ],
)
def test_a_rating_is_above_zero_and_up_to_five(text, rating):
    assert values.rating(text) == rating


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        *(
            ("en", "en"),
            (" JA ", "ja"),
            ("PT_br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
        ),
        *(("eng", "eng"), ("sl-ROZAJ-biske", "sl-rozaj-biske")),
        *(("English", None), ("und", None), ("e", None), ("en US", None), (None, None)),
    ],
)
def test_a_language_is_spelled_as_bcp_47_has_it(text, tag):
    assert values.language(text) == tag


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("978-1-56389-011-6", "9781563890116"),
        ("urn:isbn:9781563890116", "9781563890116"),
        ("ISBN: 0-306-40615-2", "0306406152"),
        ("080442957x", "080442957X"),
        ("9781563890117", None),  # check digit
        ("0306406153", None),
        ("76194130593600111", None),  # a UPC
        ("4006381333931", None),  # an EAN of something else
        ("", None),
        (None, None),
    ],
)
def test_an_isbn_is_known_by_its_check_digit(text, isbn):
    assert values.isbn(text) == isbn
    assert values.isbns(text) == ([isbn] if isbn else None)
