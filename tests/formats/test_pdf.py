import random
import subprocess
import sys
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import isolation, pdf
from codex_lib.formats.book import Page
from codex_lib.formats.pdf import file_identity, read_pdf, read_pdf_page

FULL = "q 300 0 0 400 0 0 cm /I Do Q"


@pytest.fixture(scope="module", autouse=True)
def _children_end_with_the_module():
    yield
    isolation.close_children()


def test_a_book_has_a_page_for_each_of_its_pages(make_pdf, make_image):
    image = make_image()
    path = make_pdf([{"contents": FULL, "image": image}, {}], info="/Title(A Tale)")

    facts = read_pdf(path)

    assert facts.file_format == "pdf"
    assert facts.pages == [
        Page("page 1", "pdf", width=30, height=40, offset=0),
        Page("page 2", "pdf", width=1250, height=1667, offset=1),
    ]
    assert facts.metadata == {"source": "pdf", "title": "A Tale"}
    assert facts.identity == file_identity(path)
    assert facts.warnings == []
    assert read_pdf_page(path, facts.pages[0]) == image
    assert read_pdf_page(path, facts.pages[1]).startswith(b"\xff\xd8\xff")


def test_information_becomes_metadata(make_pdf):
    path = make_pdf(
        info="/Title(untitled)/Author(Ana; Ben;Ana;)/Subject(Once.)/Keywords(a, b;c)",
        catalog="/Lang(eng)/ViewerPreferences<</Direction/R2L>>",
    )

    assert read_pdf(path).metadata == {
        "source": "pdf",
        "writers": ["Ana", "Ben"],
        "summary": "Once.",
        "tags": ["a", "b", "c"],
        "language_iso": "en",
        "reading_direction": "rtl",
    }


def test_a_comicinfo_wins_over_the_information(make_pdf):
    xml = "<ComicInfo><Title>Mine</Title></ComicInfo>"
    path = make_pdf(info=f"/Title(Other)/Author(Ana)/Keywords({xml})")

    facts = read_pdf(path)

    assert facts.metadata == {
        "source": "comicinfo",
        "title": "Mine",
        "writers": ["Ana"],
    }


def test_a_damaged_comicinfo_is_a_warning(make_pdf):
    facts = read_pdf(make_pdf(info="/Title(T)/Keywords(<ComicInfo)"))

    assert facts.metadata == {"source": "pdf", "title": "T"}
    assert len(facts.warnings) == 1
    assert "ComicInfo.xml" in facts.warnings[0]


def test_the_identity_is_that_of_the_bytes(make_pdf, tmp_path):
    path = Path(make_pdf())
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(path.read_bytes())
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(path.read_bytes() + b"\n")

    identities = [file_identity(str(p)) for p in (path, copy, longer)]

    assert identities[0] == identities[1] != identities[2]
    assert {len(identity) for identity in identities} == {16}


def test_a_file_that_vanishes_is_unreadable(tmp_path):
    with pytest.raises(UnreadableBookError, match="No such file"):
        file_identity(str(tmp_path / "gone.pdf"))
    with pytest.raises(UnreadableBookError, match="No such file"):
        read_pdf(str(tmp_path / "gone.pdf"))


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [
        (None, 0),
        ("nonsense", 0),
        ([[1, 1]] * 50_001, 0),
        ([[1, 2]], 1),
        ([[1, 2, 3], [1], "12", None, [-1, 5], [1, 70_000], ["1", "2"]], 7),
    ],
)
def test_nonsense_from_the_child_is_no_page_or_one_of_no_size(sizes, pages):
    """The child has read a stranger's file, so its answer is a stranger's as well."""
    found = pdf._pages(sizes)

    assert len(found) == pages
    assert all((page.width, page.height) in ((0, 0), (1, 2)) for page in found)


@pytest.mark.parametrize(
    "info", [None, "text", {"title": 1, "author": ["x"], "keywords": None}]
)
def test_nonsense_from_the_child_is_no_metadata(info):
    assert pdf._metadata(info) == {"source": "pdf"}


def test_an_answer_without_pages_is_no_book(monkeypatch):
    monkeypatch.setattr(pdf, "isolated", lambda *_: ({"sizes": []}, b""))

    with pytest.raises(UnreadableBookError, match="crashed"):
        read_pdf("a.pdf")


def test_warnings_are_lines_of_text():
    assert pdf._texts(["a\nb", 1, ""]) == ["a b", "", ""]
    assert pdf._texts("abc") == []


def test_this_process_never_loads_the_reader(make_pdf):
    path = make_pdf()
    code = (
        "import sys; from codex_lib.formats.pdf import read_pdf, read_pdf_page;"
        f" facts = read_pdf({path!r}); read_pdf_page({path!r}, facts.pages[0]);"
        " sys.exit('pymupdf' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_damaged_files_are_unreadable_and_nothing_worse(make_pdf, make_image):
    """One to forty bytes changed, anywhere in a small book, read in the child."""
    info = "/Title(A Tale)/Keywords(<ComicInfo><Title>x</Title></ComicInfo>)"
    page = {"contents": FULL, "image": make_image()}
    path = Path(make_pdf([page, {"contents": "0 0 9 9 re f"}], info=info))
    original = path.read_bytes()
    chance = random.Random(7)  # noqa: S311 - the same damage every time
    outcomes = set()
    for _ in range(150):
        data = bytearray(original)
        for _ in range(chance.choice((1, 3, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            facts = read_pdf(str(path))
            outcomes.add(f"{len(facts.pages)} pages")
            read_pdf_page(str(path), facts.pages[0])
        except UnreadableBookError as error:
            outcomes.add(error.reason.partition(":")[0])
    assert len(outcomes) > 2
    assert "the reader crashed on this file" not in outcomes
