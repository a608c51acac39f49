import pytest

from codex_lib.formats.metroninfo import parse_metroninfo
from codex_lib.formats.xml import XmlError


def parse(inside):
    metadata = parse_metroninfo(f"<MetronInfo>{inside}</MetronInfo>".encode())
    assert metadata.pop("source") == "metroninfo"
    return metadata


def credit(creator, *roles):
    inside = "".join(f"<Role>{role}</Role>" for role in roles)
    return f"<Credit><Creator>{creator}</Creator><Roles>{inside}</Roles></Credit>"


@pytest.mark.parametrize(
    ("inside", "metadata"),
    [
        ("<Number>1A</Number>", {"number": "1A"}),
        ("<Summary>One.\nTwo.</Summary>", {"summary": "One.\nTwo."}),
        ("<Notes>n</Notes>", {"notes": "n"}),
        ("<PageCount>32</PageCount>", {"page_count": 32}),
        ("<AgeRating>Teen</AgeRating>", {"age_rating": "Teen"}),
        (
            "<Genres><Genre id='1'>Crime</Genre><Genre>War</Genre></Genres>",
            {"genres": ["Crime", "War"]},
        ),
        ("<Tags><Tag>a, b</Tag></Tags>", {"tags": ["a, b"]}),
        ("<Characters><Character>X</Character></Characters>", {"characters": ["X"]}),
        ("<Teams><Team>X</Team></Teams>", {"teams": ["X"]}),
        ("<Locations><Location>X</Location></Locations>", {"locations": ["X"]}),
        (
            "<GTIN><UPC>76194130593600111</UPC><ISBN>9781563890116</ISBN></GTIN>",
            {"isbns": ["9781563890116"]},
        ),
        (
            "<Publisher id='1'><Name>DC</Name><Imprint>Vertigo</Imprint></Publisher>",
            {"publisher": "DC", "imprint": "Vertigo"},
        ),
        (
            (
                "<Series lang='de'><Name>Die Liga</Name><SortName>Liga</SortName>"
                "<Volume>2</Volume><Format>Annual</Format><IssueCount>60</IssueCount>"
                "</Series>"
            ),
            {
                "series": "Die Liga",
                "series_sort": "Liga",
                "volume": 2,
                "format_detail": "Annual",
                "count": 60,
                "language_iso": "de",
            },
        ),
        (
            (
                "<Arcs><Arc><Name>A</Name><Number>1</Number></Arc>"
                "<Arc><Name>B</Name><Number>2</Number></Arc><Arc/></Arcs>"
            ),
            {"story_arc": "A, B", "story_arc_number": "1, 2"},
        ),
        (
            (
                "<Arcs><Arc><Name>A</Name></Arc><Arc><Name>B</Name><Number>2</Number></Arc>"
                "</Arcs>"
            ),
            {"story_arc": "A, B"},
        ),
    ],
)
def test_each_part_fills_its_fields(inside, metadata):
    assert parse(inside) == metadata


@pytest.mark.parametrize(
    "inside",
    [
        "<AgeRating>Unknown</AgeRating>",
        "<AgeRating/>",
        "<PageCount>0</PageCount>",
        "<Series/>",
        "<Publisher/>",
        "<Genres/>",
        "<Stories/>",
        "<CollectionTitle/>",
        "<GTIN/>",
        "<Arcs/>",
        "<CoverDate>soon</CoverDate>",
        "<Credits><Credit/></Credits>",
        "<Unheard>of</Unheard>",
    ],
)
def test_what_is_empty_or_nonsense_is_left_out(inside):
    assert parse(inside) == {}


def test_roles_are_sorted_into_those_of_comicinfo():
    people = (
        credit("Ann", "Script", "Cover")
        + credit("Bob", "Artist")
        + credit("Cem", "Executive Editor", "Editor In Chief", "Publisher")
        + credit("Dee", "Color Flats", "Letterer", "Translator")
        + credit("Ann", "Writer", "Ink Assists", "Layouts")
    )

    assert parse(f"<Credits>{people}</Credits>") == {
        "writers": ["Ann"],
        "cover_artists": ["Ann"],
        "pencillers": ["Bob", "Ann"],
        "inkers": ["Bob", "Ann"],
        "editors": ["Cem"],
        "colorists": ["Dee"],
        "letterers": ["Dee"],
        "translators": ["Dee"],
    }


def test_the_title_is_that_of_the_collection_else_those_of_the_stories():
    stories = "<Stories><Story>One</Story><Story>Two</Story></Stories>"

    assert parse(stories) == {"title": "One; Two"}
    assert parse("<CollectionTitle>All</CollectionTitle>" + stories) == {"title": "All"}


def test_the_date_is_that_of_the_cover_else_that_of_the_shop():
    shop, cover = (
        "<StoreDate>2011-08-31</StoreDate>",
        "<CoverDate>2011-10-01</CoverDate>",
    )

    assert parse(shop) == {"year": 2011, "month": 8, "day": 31}
    assert parse(cover + shop) == {"year": 2011, "month": 10, "day": 1}


def test_the_volume_of_a_manga_goes_before_that_of_the_series():
    series = "<Series><Name>S</Name><Volume>1</Volume></Series>"

    assert parse(series + "<MangaVolume>7</MangaVolume>") == {
        "series": "S",
        "volume": 7,
        "manga": "Yes",
    }
    assert parse("<MangaVolume>7-8</MangaVolume>" + series)["volume"] == 1


def test_the_primary_address_comes_first():
    urls = "<URL>https://b.example</URL><URL primary='true'>https://a.example</URL>"

    assert parse(f"<URLs>{urls}</URLs>") == {
        "web": ["https://a.example", "https://b.example"]
    }


def test_names_are_known_in_any_case_and_namespace():
    data = b'<metroninfo xmlns="urn:x"><SERIES><name>S</name></SERIES></metroninfo>'

    assert parse_metroninfo(data) == {"series": "S", "source": "metroninfo"}


def test_of_a_part_given_twice_the_first_wins():
    assert parse("<Number>1</Number><Number>2</Number>") == {"number": "1"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<ComicInfo/>", "the root element is ComicInfo"),
        (b"<MetronInfo><Nothing>", "Premature end"),
    ],
)
def test_a_file_that_holds_nothing_is_an_error(data, reason):
    with pytest.raises(XmlError, match=reason):
        parse_metroninfo(data)
