import pytest

from codex_lib.formats.epub import read_epub

IMG = '<img src="{}" alt=""/>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image xlink:href="{}"/></svg>'
TEXT = "<p>It was a dark and stormy night; the rain fell in torrents.</p>"
FIXED = '<meta property="rendition:layout">pre-paginated</meta>'


def names(facts) -> list[str]:
    return [page.name.removeprefix("O/") for page in facts.pages]


@pytest.fixture
def comic(make_epub, make_image):
    """Return a builder of books with one image per document, 0.jpg to 5.jpg."""

    def make(documents: dict[str, str] | None = None, **how):
        images = {f"{i}.jpg": make_image(200 + i, 300) for i in range(6)}
        pages = {f"p{i}.xhtml": IMG.format(f"{i}.jpg") for i in (3, 1, 4, 0, 5, 2)}
        spine = {**pages, **(documents or {})}
        how["manifest"] = {**images, **how.get("manifest", {})}
        return read_epub(make_epub(spine, **how))

    return make


def test_a_book_of_images_has_its_images_in_the_order_of_the_spine(comic):
    facts = comic()

    assert names(facts) == ["3.jpg", "1.jpg", "4.jpg", "0.jpg", "5.jpg", "2.jpg"]
    page = facts.pages[0]
    assert (page.format, page.width, page.height) == ("jpeg", 203, 300)
    assert page.crc
    assert page.compressed_size
    assert page.method == 8


def test_images_inside_drawings_count_as_well(comic):
    facts = comic(
        {"p0.xhtml": SVG.format("0.jpg"), "p1.xhtml": IMG.format("1.jpg") * 3}
    )

    assert names(facts)[:4] == ["3.jpg", "1.jpg", "4.jpg", "0.jpg"]


@pytest.mark.parametrize(
    "document",
    [
        TEXT,
        IMG.format("0.jpg") + TEXT,
        IMG.format("0.jpg") + IMG.format("1.jpg"),
        IMG.format("0.jpg") + "<table/>",
        IMG.format("gone.jpg"),
        IMG.format("p1.xhtml"),
        "x" * 300_000,
    ],
)
def test_what_is_more_than_an_image_stays_a_document(comic, document):
    facts = comic({"p0.xhtml": document})

    assert names(facts) == ["3.jpg", "1.jpg", "4.jpg", "p0.xhtml", "5.jpg", "2.jpg"]
    assert facts.pages[3].format == "xhtml"


def test_what_is_not_linear_is_no_page_of_a_book_of_images(comic):
    itemrefs = "".join(
        f'<itemref idref="p{i}.xhtml" linear="{"no" if i == 2 else "yes"}"/>'
        for i in range(6)
    )

    assert names(comic(itemrefs=itemrefs)) == [f"{i}.jpg" for i in (0, 1, 3, 4, 5)]


def test_a_spine_without_a_linear_step_is_read_all_the_same(comic):
    itemrefs = '<itemref idref="p1.xhtml" linear="no"/>'

    assert names(comic(itemrefs=itemrefs)) == ["1.jpg"]


def test_a_novel_with_many_pictures_is_a_book_of_text(comic):
    chapters = {f"p{i}.xhtml": TEXT + IMG.format(f"{i}.jpg") for i in range(1, 6)}

    facts = comic(chapters)

    assert {page.format for page in facts.pages} == {"xhtml"}


def test_a_few_images_among_many_chapters_are_a_book_of_text(comic):
    """The probes hit six images, the book has three times as many chapters."""
    chapters = {f"c{i}.xhtml": TEXT for i in range(18)}

    facts = comic(chapters)

    assert len(facts.pages) == 24
    assert {page.format for page in facts.pages} == {"xhtml"}


def test_text_at_the_front_does_not_make_a_comic_a_novel(make_epub, make_image):
    front = {f"c{i}.xhtml": TEXT for i in range(6)}
    pages = {f"p{i}.xhtml": IMG.format(f"{i}.jpg") for i in range(20)}
    images = {f"{i}.jpg": make_image() for i in range(20)}

    facts = read_epub(make_epub({**front, **pages}, manifest=images))

    assert [page.format for page in facts.pages] == ["xhtml"] * 6 + ["jpeg"] * 20


def test_a_fixed_layout_is_looked_into_though_images_are_few(comic, make_image):
    pages = {f"q{i}.xhtml": IMG.format("0.jpg") for i in range(12)}

    assert {page.format for page in comic(pages).pages} == {"xhtml"}
    assert {page.format for page in comic(pages, metadata=FIXED).pages} == {"jpeg"}


def test_probes_that_are_images_do_not_make_the_rest_so(comic):
    """Those are five, evenly spread, from the last document on."""
    spine = {f"x{i}.xhtml": TEXT for i in range(24)}
    for i in (23, 19, 15, 11, 7):
        spine[f"x{i}.xhtml"] = IMG.format("0.jpg")
    itemrefs = "".join(f'<itemref idref="{href}"/>' for href in spine)

    facts = comic(spine, itemrefs=itemrefs, metadata=FIXED)

    assert {page.format for page in facts.pages} == {"xhtml"}


COVER_ITEM = (
    '<item id="cv" href="{}" media-type="image/jpeg" properties="cover-image"/>'
)


def test_the_cover_is_what_the_package_calls_so(make_epub, make_image):
    facts = read_epub(
        make_epub(
            items=COVER_ITEM.format("cv.jpg"), files={"O/cv.jpg": make_image(60, 80)}
        )
    )

    cover = facts.cover
    assert (cover.name, cover.format, cover.width) == ("O/cv.jpg", "jpeg", 60)


def test_a_cover_that_is_page_1_needs_no_word(comic, make_image):
    assert comic(items=COVER_ITEM.format("3.jpg")).cover is None
    assert comic().cover is None
    assert comic(items=COVER_ITEM.format("1.jpg")).cover.name == "O/1.jpg"


def test_a_cover_document_gives_its_first_image(make_epub, make_image):
    guide = '<guide><reference type="cover" href="cover.xhtml"/></guide>'
    body = IMG.format("sub/1.jpg") + IMG.format("2.jpg")
    files = {"O/sub/1.jpg": make_image(), "O/2.jpg": make_image()}

    facts = read_epub(
        make_epub(manifest={"cover.xhtml": body}, guide=guide, files=files)
    )

    assert facts.cover.name == "O/sub/1.jpg"


@pytest.mark.parametrize(
    "body", ["<p>no image</p>", IMG.format("gone.jpg"), IMG.format("cover.xhtml")]
)
def test_a_cover_document_without_an_image_is_passed_over(make_epub, make_image, body):
    guide = '<guide><reference type="cover" href="cover.xhtml"/></guide>'
    manifest = {"cover.xhtml": body, "1.jpg": make_image(100, 100)}

    facts = read_epub(make_epub(manifest=manifest, guide=guide))

    assert facts.cover.name == "O/1.jpg"


def test_a_drawing_as_cover_is_rendered(make_epub):
    item = '<item id="cv" href="cv.svg" media-type="image/svg+xml"/>'

    facts = read_epub(
        make_epub(
            items=item,
            files={"O/cv.svg": "<svg/>"},
            metadata='<meta name="cover" content="cv"/>',
        )
    )

    assert (facts.cover.name, facts.cover.format) == ("O/cv.svg", "xhtml")


def test_without_a_cover_the_first_image_of_some_size_is_taken(make_epub, make_image):
    facts = read_epub(
        make_epub(
            items=COVER_ITEM.format("gone.jpg"),
            manifest={
                "orn.png": make_image(20, 400, "PNG"),
                "b.jpg": make_image(150, 120),
            },
        )
    )

    assert facts.cover.name == "O/b.jpg"


def test_a_book_of_text_without_images_has_no_cover(make_epub):
    assert read_epub(make_epub()).cover is None
