import pytest

from codex_lib.formats.comicinfo import parse_comicinfo
from codex_lib.formats.xml import XmlError


def parse(inside, root="ComicInfo"):
    metadata = parse_comicinfo(f"<{root}>{inside}</{root.split()[0]}>".encode())
    assert metadata.pop("source") == "comicinfo"
    return metadata


FULL = {
    "Title": ("The Sleep of the Just", "title", "The Sleep of the Just"),
    "Series": ("The Sandman", "series", "The Sandman"),
    "Number": ("½", "number", "½"),
    "Count": ("75", "count", 75),
    "Volume": ("1989", "volume", 1989),
    "AlternateSeries": ("Sandman", "alternate_series", "Sandman"),
    "AlternateNumber": ("1.5", "alternate_number", "1.5"),
    "AlternateCount": ("3", "alternate_count", 3),
    "Summary": ("One.\n\nTwo.", "summary", "One.\n\nTwo."),
    "Notes": ("Tagged.", "notes", "Tagged."),
    "Year": ("1989", "year", 1989),
    "Month": ("1", "month", 1),
    "Day": ("31", "day", 31),
    "Writer": ("Neil Gaiman", "writers", ["Neil Gaiman"]),
    "Penciller": ("Sam Kieth, Mike D.", "pencillers", ["Sam Kieth", "Mike D."]),
    "Inker": ("M", "inkers", ["M"]),
    "Colorist": ("R", "colorists", ["R"]),
    "Letterer": ("T", "letterers", ["T"]),
    "CoverArtist": ("D", "cover_artists", ["D"]),
    "Editor": ("K", "editors", ["K"]),
    "Translator": ("U", "translators", ["U"]),
    "Publisher": ("DC Comics", "publisher", "DC Comics"),
    "Imprint": ("Vertigo", "imprint", "Vertigo"),
    "Genre": ("Fantasy; Horror", "genres", ["Fantasy", "Horror"]),
    "Tags": ("a, b, a", "tags", ["a", "b"]),
    "Web": ("https://a.example", "web", ["https://a.example"]),
    "PageCount": ("24", "page_count", 24),
    "LanguageISO": ("eng", "language_iso", "en"),
    "Format": ("Annual", "format_detail", "Annual"),
    "BlackAndWhite": ("yes", "black_and_white", True),
    "Manga": ("No", "manga", "No"),
    "Characters": ("Dream, Death", "characters", ["Dream", "Death"]),
    "Teams": ("The Endless", "teams", ["The Endless"]),
    "Locations": ("The Dreaming", "locations", ["The Dreaming"]),
    "ScanInformation": ("by hand", "scan_information", "by hand"),
    "StoryArc": ("Preludes", "story_arc", "Preludes"),
    "StoryArcNumber": ("1", "story_arc_number", "1"),
    "SeriesGroup": ("Vertigo", "series_group", "Vertigo"),
    "AgeRating": ("Mature 17+", "age_rating", "Mature 17+"),
    "CommunityRating": ("4.5", "community_rating", 4.5),
    "MainCharacterOrTeam": ("Dream", "main_character_or_team", "Dream"),
    "Review": ("Good.", "review", "Good."),
    "GTIN": ("9781563890116", "isbns", ["9781563890116"]),
}
ALL = "".join(f"<{name}>{text}</{name}>" for name, (text, _, _) in FULL.items())


def test_every_field_of_the_schema_is_read():
    expected = {key: value for _, key, value in FULL.values()}

    assert parse(ALL) == expected


def test_names_are_known_in_any_case_and_namespace():
    lower = "".join(
        f"<{name.lower()}>{FULL[name][0]}</{name.lower()}>" for name in FULL
    )

    assert parse(lower, 'COMICINFO xmlns="urn:x"') == parse(ALL)


def test_of_a_field_given_twice_the_first_with_a_value_wins():
    assert parse("<Series/><Series>A</Series><Series>B</Series>") == {"series": "A"}


@pytest.mark.parametrize(
    "inside",
    [
        "<Volume>-1</Volume>",
        "<Count>0</Count>",
        "<Count>1e400</Count>",
        "<PageCount>-5</PageCount>",
        "<Year>0</Year>",
        "<Year>99999</Year>",
        "<Month>13</Month>",
        "<Day>32</Day>",
        "<CommunityRating>NaN</CommunityRating>",
        "<BlackAndWhite>Unknown</BlackAndWhite>",
        "<BlackAndWhite/>",
        "<Manga>Unknown</Manga>",
        "<Manga/>",
        "<AgeRating>unknown</AgeRating>",
        "<AgeRating/>",
        "<LanguageISO>English</LanguageISO>",
        "<Web>javascript:alert(1)</Web>",
        "<GTIN>76194130593600111</GTIN>",
        "<Pages/>",
        "<Pages>text</Pages>",
        "<Pages><Page Image='0'/><Page Image='1' Type='Story'/></Pages>",
        "<Pages><Page Image='-1' Type='FrontCover'/></Pages>",
        "<Pages><Page Type='FrontCover'/></Pages>",
        "<Unheard>of</Unheard>",
    ],
)
def test_defaults_and_nonsense_are_left_out(inside):
    assert parse(inside) == {}


def test_black_and_white_may_be_no():
    assert parse("<BlackAndWhite>No</BlackAndWhite>") == {"black_and_white": False}


def test_a_manga_from_right_to_left_sets_the_reading_direction():
    assert parse("<Manga>YesAndRightToLeft</Manga>") == {
        "manga": "YesAndRightToLeft",
        "reading_direction": "rtl",
    }


@pytest.mark.parametrize("tag", ["Pages", "pages"])
def test_the_cover_is_the_first_page_that_says_so(tag):
    pages = (
        "<Page Image='0' Type='Other'/><Page Image='4' Type='Story FrontCover'/>"
        "<Page Image='5' Type='FrontCover'/>"
    )

    assert parse(f"<{tag}>{pages}</{tag}>") == {"cover_page_index": 4}


def test_markup_inside_a_text_is_left_out():
    assert parse("<Summary>a <b>bold</b> word</Summary>") == {"summary": "a bold word"}


def test_a_damaged_file_gives_what_is_left_of_it():
    data = b"<ComicInfo><Series>Ast\xe9rix</Series><Title>Hal"

    assert parse_comicinfo(data) == {
        "series": "Ast\xe9rix",
        "title": "Hal",
        "source": "comicinfo",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html/>", "the root element is html"),
        (b"<html>", "Premature end"),
        (b"<ComicInfo><Nothing>", "Premature end"),
        (b"", "empty"),
    ],
)
def test_a_file_that_holds_nothing_is_an_error(data, reason):
    with pytest.raises(XmlError, match=reason):
        parse_comicinfo(data)


def test_an_empty_but_sound_file_is_no_error():
    assert parse("") == {}
