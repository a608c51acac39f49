import random
import zipfile
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.epub import is_epub, read_epub, read_epub_page
from codex_lib.formats.zip_archive import open_zip

FONT = "http://www.idpf.org/2008/embedding"
AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


def encryption(algorithm: str, uri: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
        f'<EncryptionMethod Algorithm="{algorithm}"/><CipherData>'
        f'<CipherReference URI="{uri}"/></CipherData></EncryptedData></encryption>'
    )


def reason_for(path: str) -> str:
    with pytest.raises(UnreadableBookError) as caught:
        read_epub(path)
    return caught.value.reason


def seems_epub(path: str) -> bool:
    with open_zip(path) as archive:
        return is_epub(archive)


def test_a_book_of_text_has_a_page_for_each_document(make_epub):
    path = make_epub(
        {"b.xhtml": "<p>one</p>", "a.xhtml": "<p>two</p>"},
        metadata="<dc:creator>Ana</dc:creator>",
    )

    facts = read_epub(path)

    assert facts.file_format == "epub"
    assert [page.name for page in facts.pages] == ["O/b.xhtml", "O/a.xhtml"]
    assert {page.format for page in facts.pages} == {"xhtml"}
    assert facts.metadata == {"source": "opf", "title": "T", "writers": ["Ana"]}
    assert (facts.cover, facts.warnings) == (None, [])


def test_an_image_page_is_its_bytes_and_a_document_is_rendered(make_epub, make_image):
    image = make_image()
    path = make_epub(
        {"1.jpg": image, "2.jpg": image, "end.xhtml": "<p>Made by hand.</p>" * 9}
    )

    pages = read_epub(path).pages

    assert [page.format for page in pages] == ["jpeg", "jpeg", "xhtml"]
    assert read_epub_page(path, pages[0]) == image
    assert read_epub_page(path, pages[2]).startswith(b"\xff\xd8\xff")


def test_comicinfo_wins_over_the_package(make_epub):
    path = make_epub(
        metadata="<dc:creator>Ana</dc:creator>",
        files={"ComicInfo.xml": "<ComicInfo><Title>Mine</Title></ComicInfo>"},
    )

    metadata = read_epub(path).metadata

    assert metadata == {"source": "comicinfo", "title": "Mine", "writers": ["Ana"]}


def test_a_damaged_comicinfo_is_a_warning(make_epub):
    facts = read_epub(make_epub(files={"ComicInfo.xml": "nothing"}))

    assert facts.metadata["title"] == "T"
    assert len(facts.warnings) == 1
    assert "ComicInfo.xml" in facts.warnings[0]


def test_missing_documents_and_broken_images_are_warnings(make_epub, make_image):
    facts = read_epub(
        make_epub({"1.jpg": make_image(), "2.jpg": b"no image", "gone.jpg": None})
    )

    assert facts.warnings == [
        "1 of its documents are not in the archive",
        "page 2 (O/2.jpg) is not an image",
    ]


def test_the_identity_is_that_of_the_contents(make_epub, make_image):
    image = make_image()
    book = {"a.xhtml": "<p>text</p>", "1.jpg": image}

    first = read_epub(make_epub(book)).identity
    tagged = read_epub(
        make_epub(book, metadata="<dc:subject>x</dc:subject>", name="tagged.epub")
    ).identity
    changed = read_epub(
        make_epub({**book, "a.xhtml": "<p>other</p>"}, name="changed.epub")
    ).identity
    illustrated = read_epub(
        make_epub(book, manifest={"2.png": make_image(kind="PNG")}, name="more.epub")
    ).identity

    assert len(first) == 16
    assert first == tagged
    assert len({first, changed, illustrated}) == 3


def test_an_epub_is_told_by_container_mimetype_or_name(make_epub):
    no_container = {"META-INF/container.xml": None}
    neither = {**no_container, "mimetype": None}

    assert seems_epub(make_epub(files={"mimetype": None}, name="a.zip"))
    assert seems_epub(make_epub(files=no_container, name="b.zip"))
    assert not seems_epub(
        make_epub(files={**no_container, "mimetype": "text"}, name="c.zip")
    )
    assert seems_epub(make_epub(files=neither, name="D.EPUB"))
    assert not seems_epub(make_epub(files=neither, name="e.cbz"))
    assert not seems_epub(make_epub(files={**neither, "O/c.opf": None}))


def test_no_spine_and_no_documents_are_different_reasons(make_epub):
    assert reason_for(make_epub({})) == "no pages: its spine is empty"
    assert reason_for(make_epub({"a.xhtml": None})) == (
        "no pages: none of its documents is in the archive"
    )


@pytest.mark.parametrize(
    ("vendor_file", "reason"),
    [
        ("META-INF/rights.xml", "encrypted: DRM (Adobe ADEPT)"),
        ("META-INF/license.lcpl", "encrypted: DRM (Readium LCP)"),
        ("META-INF/sinf.xml", "encrypted: DRM (Apple FairPlay)"),
        ("other.xml", "encrypted: DRM (of an unknown kind)"),
    ],
)
def test_a_locked_book_names_the_lock(make_epub, vendor_file, reason):
    path = make_epub(
        files={
            "META-INF/encryption.xml": encryption(AES, "O/a.xhtml"),
            vendor_file: "<x/>",
        }
    )

    assert reason_for(path) == reason


@pytest.mark.parametrize(
    "lock",
    [
        encryption(FONT, "O/a.xhtml"),
        encryption(AES, "O/film.mp4"),
        encryption(AES, "../../O/a.xhtml"),
        "<encryption><EncryptedData/></encryption>",
        "<encryption>",
    ],
)
def test_what_leaves_the_pages_readable_is_no_lock(make_epub, lock):
    path = make_epub(
        files={"META-INF/encryption.xml": lock, "META-INF/rights.xml": "<x/>"}
    )

    assert len(read_epub(path).pages) == 1


def test_rights_without_encryption_lock_nothing(make_epub):
    assert read_epub(make_epub(files={"META-INF/rights.xml": "<x/>"})).pages


def test_an_archive_with_a_password_says_so(make_epub):
    path = make_epub()
    data = bytearray(Path(path).read_bytes())
    directory = data.index(b"PK\x01\x02")
    at = data.rindex(b"O/a.xhtml") - 46
    assert at > directory
    data[at + 8] |= 1  # the flag of encryption
    Path(path).write_bytes(data)

    assert reason_for(path) == "encrypted: needs a password"


def test_damaged_files_are_unreadable_and_nothing_worse(
    make_epub, make_image, tmp_path
):
    """One to ten bytes changed, anywhere in a small book that is not compressed."""
    source = make_epub(
        {"1.jpg": make_image(), "a.xhtml": '<img src="2.jpg"/>', "b.xhtml": "<p>x</p>"},
        manifest={"2.jpg": make_image(31)},
        files={
            "META-INF/encryption.xml": encryption(FONT, "O/font.otf"),
            "ComicInfo.xml": "<ComicInfo><Title>x</Title></ComicInfo>",
        },
    )
    stored = tmp_path / "stored.epub"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    original = stored.read_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage every time
    outcomes = set()
    for _ in range(150):
        data = bytearray(original)
        for _ in range(chance.choice((1, 3, 10))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        stored.write_bytes(data)
        try:
            facts = read_epub(str(stored))
        except UnreadableBookError as error:
            outcomes.add(error.reason.partition(":")[0])
        else:
            assert facts.pages
            outcomes.add("read")
    assert len(outcomes) > 2
