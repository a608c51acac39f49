import pytest

from codex_lib.formats import limits
from codex_lib.formats.opf import parse_opf
from codex_lib.formats.xml import XmlError


def package(metadata: str = "", rest: str = "", version: str = "3.0") -> bytes:
    return (
        f'<package xmlns="http://www.idpf.org/2007/opf" version="{version}">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:opf="http://www.idpf.org/2007/opf">{metadata}</metadata>{rest}'
        "</package>"
    ).encode()


def metadata_of(metadata: str, rest: str = "") -> dict[str, object]:
    return dict(parse_opf(package(metadata, rest)).metadata)


def test_manifest_and_spine_are_read_in_order():
    opf = parse_opf(
        package(
            rest=(
                "<manifest>"
                '<item id="b" href=" b.xhtml " media-type="Application/XHTML+xml"/>'
                '<item id="a" href="a.jpg" media-type="image/jpeg" properties="x y"'
                ' fallback="b"/>'
                '<item id="none"/></manifest>'
                '<spine><itemref idref="a" linear="no" properties="p"/>'
                '<itemref idref="b"/><itemref idref="gone"/></spine>'
            ),
            version="2.0",
        )
    )

    document, image = opf.manifest
    assert opf.version == "2.0"
    assert (document.href, document.media_type) == ("b.xhtml", "application/xhtml+xml")
    assert (image.properties, image.fallback) == (("x", "y"), "b")
    assert [step.item for step in opf.spine] == [image, document, None]
    assert [step.is_linear for step in opf.spine] == [False, True, True]
    assert opf.spine[0].properties == ("p",)


def test_the_first_of_two_that_claim_the_same_name_counts():
    opf = parse_opf(
        package(
            '<meta name="calibre:series" content="One"/>'
            '<meta name="calibre:series" content="Two"/>',
            '<manifest><item id="a" href="1.jpg"/><item id="a" href="2.jpg"/>'
            '</manifest><spine><itemref idref="a"/></spine>',
        )
    )

    assert opf.metadata["series"] == "One"
    assert opf.spine[0].item.href == "1.jpg"


def test_an_empty_package_is_one_without_anything():
    opf = parse_opf(b"<package/>")

    assert (opf.metadata, opf.manifest, opf.spine) == ({"source": "opf"}, (), ())
    assert (opf.version, opf.cover_hrefs, opf.fixed_layout) == ("", (), False)


@pytest.mark.parametrize(
    "data", [b"", b"no xml", b"<html/>", b"<package>", b"\xff\xfe<\0p\0"]
)
def test_what_is_no_package_is_an_xml_error(data):
    with pytest.raises(XmlError):
        parse_opf(data)


def test_entities_are_refused():
    laughs = (
        b'<!DOCTYPE p [<!ENTITY a "ha">]><package><metadata>&a;</metadata></package>'
    )

    with pytest.raises(XmlError, match="entities"):
        parse_opf(laughs)


def test_utf_16_and_white_space_before_the_declaration_are_read():
    xml = package("<dc:title>T\u00eftle</dc:title>").decode()
    utf_16 = f'<?xml version="1.0" encoding="utf-16"?>{xml}'.encode("utf-16")
    indented = f'\r\n <?xml version="1.0"?>{xml}'.encode()

    assert parse_opf(utf_16).metadata["title"] == "T\u00eftle"
    assert parse_opf(indented).metadata["title"] == "T\u00eftle"


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ("<dc:title>First</dc:title><dc:title>Second</dc:title>", "First"),
        ("<dc:title> </dc:title><dc:title>Second\n line</dc:title>", "Second line"),
        (
            (
                '<dc:title id="a">Sub</dc:title><dc:title id="b">Main</dc:title>'
                '<meta refines="#b" property="title-type">main</meta>'
            ),
            "Main",
        ),
        (
            (
                '<dc:title id="a">Two</dc:title><dc:title id="b">One</dc:title>'
                '<meta refines="#a" property="display-seq">2</meta>'
                '<meta refines="#b" property="display-seq">1</meta>'
            ),
            "One",
        ),
        (
            (
                '<dc:title id="a">Unnumbered</dc:title><dc:title id="b">One</dc:title>'
                '<meta refines="#a" property="display-seq">first</meta>'
                '<meta refines="#b" property="display-seq">1</meta>'
            ),
            "One",
        ),
    ],
)
def test_the_title_is_the_main_one_or_the_first_to_be_shown(titles, title):
    assert metadata_of(titles)["title"] == title


@pytest.mark.parametrize(
    "metadata",
    [
        '<dc:title opf:file-as="Tale, A">A Tale</dc:title>',
        (
            '<dc:title id="t">A Tale</dc:title>'
            '<meta refines="#t" property="file-as">Tale, A</meta>'
        ),
        (
            "<dc:title>A Tale</dc:title>"
            '<meta name="calibre:title_sort" content="Tale, A"/>'
        ),
    ],
)
def test_the_sort_title_stands_in_an_attribute_a_refinement_or_calibres_own(metadata):
    assert metadata_of(metadata)["title_sort"] == "Tale, A"


def test_people_are_filed_by_role_in_the_order_given():
    found = metadata_of(
        '<dc:creator id="b">Second</dc:creator>'
        '<meta refines="#b" property="display-seq">2</meta>'
        '<dc:creator id="a">First</dc:creator>'
        '<meta refines="#a" property="display-seq">1</meta>'
        '<dc:creator opf:role="ill">Drawn By</dc:creator>'
        '<dc:creator opf:role="xyz">Some Body</dc:creator>'
        '<dc:contributor id="c">Many Hats</dc:contributor>'
        '<meta refines="#c" property="role" scheme="marc:relators">clr</meta>'
        '<meta refines="#c" property="role">http://id.loc.gov/relators/INK</meta>'
        '<dc:contributor opf:role="bkp">calibre</dc:contributor>'
        "<dc:contributor>Nobody</dc:contributor>"
        '<dc:contributor opf:role="trl">T</dc:contributor>'
        '<dc:contributor opf:role="edt">E</dc:contributor>'
        '<dc:contributor opf:role="edt"> E </dc:contributor>'
        '<dc:contributor opf:role="cov">C</dc:contributor>'
    )

    assert found == {
        "source": "opf",
        "writers": ["First", "Second", "Some Body"],
        "pencillers": ["Drawn By"],
        "colorists": ["Many Hats"],
        "inkers": ["Many Hats"],
        "translators": ["T"],
        "editors": ["E"],
        "cover_artists": ["C"],
    }


_COLLECTION = '<meta property="belongs-to-collection" id="c">Saga</meta>'
_TYPE = '<meta refines="#c" property="collection-type">{}</meta>'
_POSITION = '<meta refines="#c" property="group-position">3</meta>'
_CALIBRE = (
    '<meta name="calibre:series" content="Of calibre"/>'
    '<meta name="calibre:series_index" content="1.0"/>'
)


@pytest.mark.parametrize(
    ("metadata", "series", "number"),
    [
        (_CALIBRE, "Of calibre", "1"),
        ('<meta name="calibre:series_index" content="1.0"/>', None, None),
        (_COLLECTION + _TYPE.format("series") + _POSITION + _CALIBRE, "Saga", "3"),
        (_COLLECTION + _TYPE.format("set") + _POSITION + _CALIBRE, "Of calibre", "1"),
        (_COLLECTION + _TYPE.format("set"), "Saga", None),
        (_COLLECTION + _POSITION, "Saga", "3"),
        (_COLLECTION, None, None),
        (
            '<dc:title id="c">Saga</dc:title><dc:title>Tale</dc:title>'
            '<meta refines="#c" property="title-type">collection</meta>' + _POSITION,
            "Saga",
            "3",
        ),
        (
            _COLLECTION
            + _TYPE.format("set")
            + '<meta property="belongs-to-collection" id="d">Real</meta>'
            + '<meta refines="#d" property="collection-type">series</meta>',
            "Real",
            None,
        ),
    ],
)
def test_a_series_wins_over_calibres_and_that_over_a_set(metadata, series, number):
    found = metadata_of(metadata)

    assert (found.get("series"), found.get("number")) == (series, number)


def test_a_title_of_a_collection_is_not_the_title():
    found = metadata_of(
        '<dc:title id="c">Saga</dc:title><dc:title>Tale</dc:title>'
        '<meta refines="#c" property="title-type">collection</meta>'
    )

    assert (found["title"], found["series"]) == ("Tale", "Saga")


def test_a_series_has_a_sort_name_of_its_own():
    sort = '<meta refines="#c" property="file-as">Saga, The</meta>'

    found = metadata_of(_COLLECTION + _TYPE.format("series") + sort)

    assert found["series_sort"] == "Saga, The"


def test_texts_lists_and_language_are_cleaned():
    found = metadata_of(
        "<dc:publisher> A\n House </dc:publisher><dc:publisher>B</dc:publisher>"
        "<dc:subject>War</dc:subject><dc:subject/><dc:subject> War </dc:subject>"
        "<dc:subject>Peace</dc:subject>"
        "<dc:description>&lt;p&gt;&lt;/p&gt;</dc:description>"
        "<dc:description>&lt;p&gt;One&lt;/p&gt;Two</dc:description>"
        "<dc:language>und</dc:language><dc:language>eng</dc:language>"
    )

    assert found == {
        "source": "opf",
        "publisher": "A House",
        "genres": ["War", "Peace"],
        "summary": "One\n\nTwo",
        "language_iso": "en",
    }


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("<dc:date>2011-10-02T22:00:00+00:00</dc:date>", (2011, 10, 2)),
        ("<dc:date>2011-10</dc:date>", (2011, 10, None)),
        ("<dc:date>1865</dc:date>", (1865, None, None)),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", (None, None, None)),
        ("<dc:date>soon</dc:date>", (None, None, None)),
        (
            '<dc:date opf:event="modification">2020-01-01</dc:date>',
            (None, None, None),
        ),
        (
            '<dc:date>2015</dc:date><dc:date opf:event="publication">1999</dc:date>',
            (1999, None, None),
        ),
    ],
)
def test_the_date_is_that_of_publication(dates, expected):
    found = metadata_of(dates)

    assert (found.get("year"), found.get("month"), found.get("day")) == expected


@pytest.mark.parametrize(
    ("identifier", "isbns"),
    [
        (
            "<dc:identifier>urn:isbn:978-0-306-40615-7</dc:identifier>",
            ["9780306406157"],
        ),
        ("<dc:identifier>9780306406157</dc:identifier>", ["9780306406157"]),
        ("<dc:identifier>9780306406158</dc:identifier>", None),
        ('<dc:identifier opf:scheme="ISBN">0306406152</dc:identifier>', ["0306406152"]),
        ("<dc:identifier>0306406152</dc:identifier>", None),
        (
            (
                '<dc:identifier id="i">030640615 2</dc:identifier><meta refines="#i"'
                ' property="identifier-type" scheme="onix:codelist5">02</meta>'
            ),
            ["0306406152"],
        ),
        ("<dc:identifier>urn:uuid:1</dc:identifier>", None),
    ],
)
def test_an_isbn_has_a_right_check_digit_and_a_short_one_a_name(identifier, isbns):
    assert metadata_of(identifier).get("isbns") == isbns


def test_only_web_addresses_are_links():
    found = metadata_of(
        "<dc:identifier>https://example.org/book</dc:identifier>"
        "<dc:identifier>javascript:alert(1)</dc:identifier>"
    )

    assert found["web"] == ["https://example.org/book"]


@pytest.mark.parametrize(
    ("metadata", "spine", "direction"),
    [
        ("", '<spine page-progression-direction="rtl"/>', "rtl"),
        ("", '<spine page-progression-direction="ltr"/>', "ltr"),
        ("", '<spine page-progression-direction="default"/>', None),
        ("", "<spine/>", None),
        ("", "", None),
        ('<meta name="primary-writing-mode" content="vertical-rl"/>', "", "rtl"),
        (
            '<meta name="primary-writing-mode" content="horizontal-rl"/>',
            '<spine page-progression-direction="ltr"/>',
            "ltr",
        ),
    ],
)
def test_the_spine_says_from_which_side_to_read(metadata, spine, direction):
    assert metadata_of(metadata, spine).get("reading_direction") == direction


@pytest.mark.parametrize(
    ("metadata", "is_fixed"),
    [
        ('<meta property="rendition:layout"> pre-paginated </meta>', True),
        ('<meta property="rendition:layout">reflowable</meta>', False),
        ('<meta property="rendition:layout"/>', False),
        ('<meta name="fixed-layout" content="true"/>', True),
        ("", False),
    ],
)
def test_fixed_layout_is_told_in_either_way(metadata, is_fixed):
    assert parse_opf(package(metadata)).fixed_layout is is_fixed


def test_covers_are_tried_from_the_surest_on_and_each_once():
    manifest = (
        '<manifest><item id="m" href="by-id.jpg"/><item id="p" href="property.jpg"'
        ' properties="svg cover-image"/><item id="x" href="by-href.jpg"/></manifest>'
    )
    guide = (
        '<guide><reference type="toc" href="toc.xhtml"/><reference type="cover"/>'
        '<reference type="Cover" href="cover.xhtml"/>'
        '<reference type="cover" href="property.jpg"/></guide>'
    )

    by_id = parse_opf(package('<meta name="cover" content="m"/>', manifest + guide))
    by_href = parse_opf(
        package('<meta name="cover" content="by-href.jpg"/>', manifest + guide)
    )

    assert by_id.cover_hrefs == ("property.jpg", "by-id.jpg", "cover.xhtml")
    assert by_href.cover_hrefs == ("property.jpg", "by-href.jpg", "cover.xhtml")


def test_metadata_of_old_packages_lies_a_level_deeper():
    found = metadata_of("<dc-metadata><dc:title>Old</dc:title></dc-metadata>")

    assert found["title"] == "Old"


def test_lists_and_texts_are_cut_at_the_limits():
    subjects = "".join(f"<dc:subject>{i}</dc:subject>" for i in range(1_100))
    title = f"<dc:title>{'x' * (limits.TEXT_CHARS + 1)}</dc:title>"

    found = metadata_of(subjects + title)

    assert len(found["genres"]) == limits.LIST_ITEMS
    assert len(found["title"]) == limits.TEXT_CHARS


def test_calibres_sidecar_is_a_package_of_metadata_only():
    opf = parse_opf(
        package(
            "<dc:title>Bone</dc:title>"
            '<dc:creator opf:file-as="Smith, Jeff" opf:role="aut">'
            "Jeff Smith</dc:creator>"
            "<dc:language>eng</dc:language>" + _CALIBRE,
            '<guide><reference type="cover" title="Cover" href="cover.jpg"/></guide>',
            version="2.0",
        )
    )

    assert opf.metadata["writers"] == ["Jeff Smith"]
    assert (opf.metadata["series"], opf.metadata["number"]) == ("Of calibre", "1")
    assert (opf.spine, opf.cover_hrefs) == ((), ("cover.jpg",))
