import random

import pytest

from codex_lib.formats.embedded import metadata_name, parse_embedded


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["1.jpg", "ComicInfo.xml"], "ComicInfo.xml"),
        (["comicinfo.XML"], "comicinfo.XML"),
        (["a/ComicInfo.xml", "ComicInfo.xml"], "ComicInfo.xml"),
        (["a/b/ComicInfo.xml", "z/ComicInfo.xml"], "z/ComicInfo.xml"),
        (["b/ComicInfo.xml", "a/ComicInfo.xml"], "a/ComicInfo.xml"),
        (["MetronInfo.xml", "a/ComicInfo.xml"], "a/ComicInfo.xml"),
        (["METRONINFO.xml"], "METRONINFO.xml"),
        (["__MACOSX/ComicInfo.xml"], None),
        (["MyComicInfo.xml", "._ComicInfo.xml", "ComicInfo.xml.bak"], None),
        ([], None),
    ],
)
def test_the_metadata_is_the_comicinfo_nearest_the_root(names, chosen):
    assert metadata_name(names) == chosen


def test_the_name_decides_how_the_bytes_are_read():
    assert parse_embedded(
        "a/comicinfo.XML", b"<ComicInfo><Title>t</Title></ComicInfo>"
    ) == (
        {"title": "t", "source": "comicinfo"},
        None,
    )
    assert parse_embedded(
        "MetronInfo.xml", b"<MetronInfo><Number>1</Number></MetronInfo>"
    ) == (
        {"number": "1", "source": "metroninfo"},
        None,
    )


def test_a_file_that_holds_nothing_is_a_warning_of_one_line():
    metadata, warning = parse_embedded("a/ComicInfo.xml", b"<ComicInfo>")

    assert metadata == {}
    assert warning.startswith("ComicInfo.xml: Premature end of data")
    assert "<string>" not in warning


def test_a_repaired_file_gives_its_metadata_and_a_warning():
    metadata, warning = parse_embedded("ComicInfo.xml", b"<ComicInfo><Series>Half")

    assert metadata["series"] == "Half"
    assert warning.startswith("ComicInfo.xml: damaged, read as far as possible: ")


PARTS = [
    *(
        b"<Pages>",
        b"</Pages>",
        b"<Page Type='FrontCover'>",
        b"&foo;",
        b"&#xD800;",
        b"&",
    ),
    *(b"\xff", b"\0", b"<!--x-->", b"<?p?>", b"<![CDATA[x]]>", b"<Series xmlns='u'>"),
    *(
        b"<Credits>",
        b"<Credit>",
        b"<Roles>",
        b"</Roles>",
        b"<Arcs>",
        b"<Summary>",
        b"12",
    ),
    *(
        b"</Summary>",
        b"</Credits>",
        b"<URLs>",
        b"<Year>",
        b"</Year>",
        b"<Genres>",
        b"x",
    ),
]


@pytest.mark.parametrize("kind", ["ComicInfo", "MetronInfo"])
def test_whatever_the_bytes_nothing_is_raised(kind):
    dice = random.Random(1)  # noqa: S311 - reproducible damage
    start, end = f"<{kind}>".encode(), f"</{kind}>".encode()
    doctype = b'<!DOCTYPE r SYSTEM "x.dtd">'
    for _ in range(2_000):
        inside = b"".join(dice.choices(PARTS, k=dice.randint(0, 9)))
        data = dice.choice((b"", doctype)) + start + inside + dice.choice((b"", end))

        metadata, warning = parse_embedded(f"{kind}.xml", data)

        assert metadata.get("source", kind.lower()) == kind.lower()
        assert metadata or warning
        assert "" not in metadata.values()
