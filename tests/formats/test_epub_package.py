import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.epub_package import EntryNames, open_package, resolve_href
from codex_lib.formats.zip_archive import Entry, open_zip


def entry(name: str) -> Entry:
    return Entry(name, 0, 0, 0, 1, 1, 0)


def opened(path: str):
    with open_zip(path) as archive:
        return open_package(archive)


@pytest.mark.parametrize(
    ("base", "href", "name"),
    [
        ("O/c.opf", "a.jpg", "O/a.jpg"),
        ("O/text/a.xhtml", "../images/a%20b.jpg#top", "O/images/a b.jpg"),
        ("c.opf", "./a.jpg?x=1", "a.jpg"),
        ("O/c.opf", "/O/a.jpg", "O/a.jpg"),
        ("O/c.opf", r"images\a.jpg", "O/images/a.jpg"),
        ("O/c.opf", "../../etc/passwd", None),
        ("O/c.opf", "..%2F..%2Fetc/passwd", None),
        ("O/c.opf", "http://example.org/a.jpg", None),
        ("O/c.opf", "//example.org/a.jpg", None),
        ("O/c.opf", "data:image/png;base64,AAAA", None),
        ("O/c.opf", "http://[", None),
    ],
)
def test_an_href_never_leads_out_of_the_archive(base, href, name):
    assert resolve_href(base, href) == name


def test_a_name_is_found_exactly_then_undecoded_then_by_its_letters():
    names = EntryNames(
        [entry("O/a%20b.jpg"), entry("O/Caf\u00e9.JPG"), entry("O/c.jpg")]
    )

    assert names.find("c.jpg", base="O/c.opf").name == "O/c.jpg"
    assert names.find("a%20b.jpg", base="O/c.opf").name == "O/a%20b.jpg"
    assert names.find("cafe\u0301.jpg", base="O/c.opf").name == "O/Caf\u00e9.JPG"
    assert names.find("d.jpg", base="O/c.opf") is None
    assert names.find("../../c.jpg", base="O/c.opf") is None


def test_the_first_of_two_entries_of_one_name_counts():
    first, second = entry("a.jpg"), entry("a.jpg")._replace(offset=9)

    assert EntryNames([first, second]).find("a.jpg") is first
    assert EntryNames([first, second]).find("A.jpg") is first


def test_spine_and_images_are_entries_of_the_archive(make_epub, make_image):
    epub = opened(
        make_epub(
            {"a.xhtml": "x", "gone.xhtml": None, "1.jpg": make_image()},
            manifest={"2.jpg": make_image(), "3.jpg": None, "4.svg": "<svg/>"},
            itemrefs=(
                '<itemref idref="a.xhtml" linear="no"/><itemref idref="gone.xhtml"/>'
                '<itemref idref="1.jpg"/><itemref idref="unknown"/>'
            ),
        )
    )

    assert [step.entry.name for step in epub.spine] == ["O/a.xhtml", "O/1.jpg"]
    assert [step.is_image for step in epub.spine] == [False, True]
    assert [step.is_linear for step in epub.spine] == [False, True]
    assert [image.name for image in epub.images] == ["O/1.jpg", "O/2.jpg"]
    assert (epub.opf_name, epub.missing) == ("O/c.opf", 2)


@pytest.mark.parametrize(
    ("media_type", "href", "is_image"),
    [
        ("image/jpg", "a.bin", True),
        ("image/svg+xml", "a.jpg", False),
        ("application/octet-stream", "a.jpg", True),
        ("application/octet-stream", "a.bin", False),
        ("application/xhtml+xml", "a.jpg", False),
    ],
)
def test_an_image_is_told_by_its_type_else_by_its_suffix(
    make_epub, media_type, href, is_image
):
    items = f'<item id="i" href="{href}" media-type="{media_type}"/>'

    epub = opened(
        make_epub(
            {}, items=items, files={f"O/{href}": "x"}, itemrefs="<itemref idref='i'/>"
        )
    )

    assert epub.spine[0].is_image is is_image


def test_a_type_that_cannot_be_shown_gives_way_to_its_fallback(make_epub):
    items = (
        '<item id="j" href="a.json" media-type="application/json" fallback="k"/>'
        '<item id="k" href="b.json" media-type="application/json" fallback="x"/>'
        '<item id="x" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="l" href="b.json" media-type="application/json" fallback="l"/>'
    )

    epub = opened(
        make_epub(
            {},
            items=items,
            files={"O/a.xhtml": "x", "O/a.json": "{}", "O/b.json": "{}"},
            itemrefs="<itemref idref='j'/><itemref idref='l'/>",
        )
    )

    assert [step.entry.name for step in epub.spine] == ["O/a.xhtml", "O/b.json"]


def test_without_a_container_a_single_package_will_do(make_epub):
    files = {"META-INF/container.xml": None}

    assert opened(make_epub(files=files)).opf_name == "O/c.opf"
    with pytest.raises(UnreadableBookError) as caught:
        opened(make_epub(files={**files, "P/c.opf": "<package/>"}))
    assert caught.value.reason == "not an EPUB: META-INF/container.xml is missing"


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        ("<container>", "META-INF/container.xml is damaged: "),
        ("<container/>", "META-INF/container.xml names no package document"),
        ("<rootfile/>", "META-INF/container.xml names no package document"),
        (
            '<rootfiles><rootfile full-path="../../etc/passwd"/></rootfiles>',
            "META-INF/container.xml names no package document",
        ),
        (
            (
                '<rootfiles><rootfile media-type="application/pdf" full-path="O/c.opf"'
                "/></rootfiles>"
            ),
            "META-INF/container.xml names no package document",
        ),
    ],
)
def test_a_container_that_leads_nowhere_is_the_reason(make_epub, container, reason):
    path = make_epub(files={"META-INF/container.xml": container})

    with pytest.raises(UnreadableBookError) as caught:
        opened(path)

    assert caught.value.reason.startswith(reason)


def test_the_first_package_that_is_there_is_taken(make_epub):
    container = (
        '\n<?xml version="1.0"?><rootfiles><rootfile full-path="gone.opf"/>'
        '<rootfile full-path="O/c.opf"/></rootfiles>'
    )

    epub = opened(make_epub(files={"META-INF/container.xml": container}))

    assert epub.opf_name == "O/c.opf"


def test_a_damaged_package_is_the_reason(make_epub):
    path = make_epub(files={"O/c.opf": "<package>"})

    with pytest.raises(UnreadableBookError, match="the package document is damaged: "):
        opened(path)
