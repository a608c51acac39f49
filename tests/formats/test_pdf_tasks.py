import io
import os
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import limits, pdf_tasks
from codex_lib.formats.pdf_tasks import facts_task, page_task

FULL = "q 300 0 0 400 0 0 cm /I Do Q"
UPSIDE_DOWN = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0"
COMICINFO = "<ComicInfo><Title>T</Title></ComicInfo>"


def reason_for(path: str) -> str:
    with pytest.raises(UnreadableBookError) as caught:
        facts_task(path)
    return caught.value.reason


def rendered(path: str, page_index: int = 0) -> Image.Image:
    facts, data = page_task(path, page_index)
    assert facts == {}
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.format == "JPEG"
    return image


def saved(tmp_path: Path, document: pymupdf.Document, **how) -> str:
    path = str(tmp_path / "saved.pdf")
    document.save(path, **how)
    document.close()
    return path


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ("0 0 612 792", (1700, 2200)),
        ("0 0 792 612", (2200, 1700)),
        ("0 0 72 144", (300, 600)),
        ("0 0 800 16000", (1095, 21909)),
        ("0 0 14400 14400", (1700, 1700)),
        ("0 0 1000000 1000000", (1700, 1700)),
        ("0 0 1 14400", (2, 30000)),
        ("0 0 0.1 0.1", (4, 4)),
    ],
)
def test_a_page_is_rendered_at_the_size_that_the_facts_tell(make_pdf, box, size):
    path = make_pdf([{"box": box}])

    (shown,) = facts_task(path)[0]["sizes"]

    assert shown == size
    assert rendered(path).size == size


def test_a_page_that_is_one_jpeg_is_that_jpeg(make_pdf, make_image):
    image = make_image()
    path = make_pdf([{"contents": FULL, "image": image}, {}])

    facts, _ = facts_task(path)

    assert facts["sizes"] == [(30, 40), (1250, 1667)]
    assert page_task(path, 0)[1] == image


@pytest.mark.parametrize(
    "how",
    [
        {"mode": "CMYK"},
        {"width": 31},
        {"kind": "PNG"},
        {"exif": UPSIDE_DOWN},
    ],
)
def test_a_jpeg_that_looks_different_outside_is_rendered(make_pdf, make_image, how):
    image = make_image(**how)
    path = make_pdf([{"contents": FULL, "image": image}])

    assert rendered(path).size == (1250, 1667)


def test_a_jpeg_too_large_to_be_believed_is_not_handed_out(make_image):
    data = make_image()
    size = (15_000).to_bytes(2, "big")
    at = data.index(b"\xff\xc0") + 5
    data = data[:at] + size + size + data[at + 4 :]

    assert not pdf_tasks._is_plain(data, (15_000, 15_000))


def test_document_information_is_passed_on(make_pdf):
    path = make_pdf(
        info="/Title(A Tale)/Author(Ana; Ben)/Subject(What)/Keywords(a, b)",
        catalog="/Lang(de-CH)/ViewerPreferences<</Direction/R2L>>",
    )

    facts, xml = facts_task(path)

    assert facts["info"] == {
        "title": "A Tale",
        "author": "Ana; Ben",
        "subject": "What",
        "keywords": "a, b",
        "language": "de-CH",
        "direction": "R2L",
    }
    assert set(facts_task(make_pdf())[0]["info"].values()) == {""}
    assert (facts["warnings"], facts["xml_name"], xml) == ([], "", b"")


def test_a_comicinfo_in_the_keywords_is_found(make_pdf):
    facts, xml = facts_task(make_pdf(info=f"/Keywords({COMICINFO})"))

    assert (facts["xml_name"], xml) == ("ComicInfo.xml", COMICINFO.encode())


def test_an_attached_comicinfo_wins_over_the_keywords(tmp_path):
    document = pymupdf.open()
    document.new_page()
    document.set_metadata({"keywords": "<MetronInfo/>"})
    document.embfile_add("notes.txt", b"no")
    document.embfile_add("comicinfo.XML", COMICINFO.encode())

    facts, xml = facts_task(saved(tmp_path, document))

    assert (facts["xml_name"], xml) == ("comicinfo.XML", COMICINFO.encode())


def test_only_a_user_password_locks_a_book(tmp_path):
    def locked(**passwords: str) -> str:
        document = pymupdf.open()
        document.new_page(width=72, height=72)
        how = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, **passwords}
        return saved(tmp_path, document, **how)

    assert facts_task(locked(owner_pw="owner"))[0]["sizes"] == [(300, 300)]
    path = locked(owner_pw="owner", user_pw="user")
    assert reason_for(path) == "encrypted: needs a password"
    with pytest.raises(UnreadableBookError, match="needs a password"):
        page_task(path, 0)


def test_a_repaired_book_has_a_warning(make_pdf):
    path = Path(make_pdf([{}, {}]))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"xref")])

    facts, _ = facts_task(str(path))

    assert len(facts["sizes"]) == 2
    assert facts["warnings"] == ["the PDF is damaged and was repaired"]


def test_a_count_that_lies_is_corrected_by_the_pages_there_are(make_pdf, monkeypatch):
    path = make_pdf([{}, {}], count=9)

    facts, _ = facts_task(path)
    monkeypatch.setattr(pdf_tasks, "_HOPELESS", 2)
    hasty, _ = facts_task(path)

    assert len(facts["sizes"]) == 2
    assert facts["warnings"] == ["declares 9 pages, 2 can be read"]
    assert hasty == facts


def test_a_page_that_cannot_be_read_keeps_its_place(make_pdf):
    path = Path(make_pdf([{}, {}, {}]))
    path.write_bytes(
        path.read_bytes().replace(b"Kids[4 0 R 7 0 R", b"Kids[4 0 R null ")
    )

    facts, _ = facts_task(str(path))

    assert facts["sizes"] == [(1250, 1667), (0, 0), (1250, 1667)]
    assert facts["warnings"] == ["page 2 cannot be read"]
    with pytest.raises(UnreadableBookError, match="damaged: "):
        page_task(str(path), 1)


def test_a_page_without_a_size_cannot_be_read(make_pdf):
    path = make_pdf([{"extra": "/UserUnit 0"}])

    assert reason_for(path) == "none of its pages can be read"
    with pytest.raises(UnreadableBookError, match="a page without a size"):
        page_task(path, 0)


def test_books_without_pages_say_why(make_pdf):
    assert reason_for(make_pdf([])) == "no pages"
    loop = Path(make_pdf([{}], name="loop.pdf"))
    loop.write_bytes(loop.read_bytes().replace(b"Kids[4 0 R", b"Kids[2 0 R"))
    assert reason_for(str(loop)) == "none of its pages can be read"


def test_more_pages_than_the_limit_are_refused(make_pdf, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 2)

    assert reason_for(make_pdf([{}, {}, {}])) == "limit: declares 3 pages"


def test_what_is_no_pdf_is_refused(tmp_path, make_epub):
    text = tmp_path / "a.pdf"
    text.write_text("text")

    assert reason_for(str(text)) == "not a PDF file, or damaged beyond repair"
    assert reason_for(make_epub()) == "not a PDF file"
    assert reason_for(str(tmp_path / "gone.pdf")) == "No such file or directory"


def test_a_name_may_hold_any_bytes(make_pdf, tmp_path):
    path = os.fsdecode(bytes(tmp_path) + b"/caf\xe9.pdf")
    Path(make_pdf()).rename(path)

    assert facts_task(path)[0]["sizes"] == [(1250, 1667)]
    assert rendered(path).width == 1250


def test_a_page_beyond_the_last_is_unreadable(make_pdf):
    with pytest.raises(UnreadableBookError):
        page_task(make_pdf(), 5)
