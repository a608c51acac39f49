import contextlib
import json
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from codex_lib.errors import UnreadableBookError
from codex_lib.formats.embedded import metadata_name, parse_embedded
from codex_lib.formats.image_headers import image_header
from codex_lib.formats.images import cell_colors, render_cover, render_image

HEAD = 64 * 1024


@pytest.fixture
def images(corpora):
    """Return all pictures by name: those in files, and those in hostile archives."""
    found = {
        path.name: path.read_bytes() for path in (corpora / "images").glob("*/*.*")
    }
    for path in (corpora / "evil/page").iterdir():
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                found[f"{path.name}/{name}"] = archive.read(name)
    assert len(found) > 60
    return found


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_header_agrees_with_pillow_wherever_pillow_can_open_the_image(images):
    for name, data in images.items():
        try:
            image = Image.open(BytesIO(data))
            sideways = image.getexif().get(274, 1) > 4
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            continue
        size = image.size[::-1] if sideways else image.size

        expected = ((image.format or "").lower(), *size)

        assert image_header(data[:HEAD]) == expected, name


def test_every_image_is_shown_or_unreadable(images):
    shown = 0
    for data in images.values():
        with contextlib.suppress(UnreadableBookError):
            for output in ("jpeg", "png", "webp"):
                rendered = render_image(data, width=60, height=60, format=output)
                assert max(rendered.width, rendered.height) <= 60
                Image.open(BytesIO(rendered.data)).load()
            render_cover(data, max_dimension=40)
            cell_colors(data, columns=20, rows=10)
            shown += 1

    assert shown >= len(images) - 12


def test_bombs_are_refused_and_the_page_beside_them_is_shown(corpora):
    for path in sorted((corpora / "evil/bomb").glob("[gjp]*.cbz")):
        with zipfile.ZipFile(path) as archive:
            bomb, page = map(archive.read, archive.namelist())

        with pytest.raises(UnreadableBookError, match="too large"):
            render_cover(bomb)
        assert render_cover(page).format == "jpeg"


def test_hostile_metadata_is_read_or_warned_of(corpora):
    verdicts = json.loads((corpora / "evil/EXPECT.json").read_text())
    for name in (name for name in verdicts if name.startswith("meta/")):
        with zipfile.ZipFile(corpora / "evil" / name) as archive:
            entry = metadata_name(archive.namelist())
            metadata, warning = parse_embedded(entry, archive.read(entry))

        assert bool(metadata) or bool(warning), name
        assert "root:" not in str(metadata), name
        if "partial" not in verdicts[name]["verdict"] and "binary" not in name:
            assert metadata or "empty" in name, name


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("two-comicinfos", "Right"),
        ("case-name", "Cased"),
        ("namespaced", "Ns"),
        ("utf8-bom", "Bom"),
        ("utf16-bom", "\xc5ngstr\xf6m"),
        ("cp1252-undeclared", "Ast\xe9rix"),
        ("control-chars", "ab"),
        ("truncated", "Half"),
        ("external-dtd", "S"),
        ("billion-laughs", None),
        ("xxe-file", None),
        ("xxe-http", None),
    ],
)
def test_what_hostile_metadata_says(corpora, name, series):
    with zipfile.ZipFile(corpora / f"evil/meta/{name}.cbz") as archive:
        entry = metadata_name(archive.namelist())
        metadata, _ = parse_embedded(entry, archive.read(entry))

    assert metadata.get("series") == series


def test_the_samples_of_comicbox_are_read(corpora):
    series = set()
    for path in sorted((corpora / "archives/comicbox").glob("Captain*.cbz")):
        with zipfile.ZipFile(path) as archive:
            entry = metadata_name(archive.namelist())
            if entry:
                metadata, warning = parse_embedded(entry, archive.read(entry))
                assert not warning
                series.add(metadata.get("series"))

    assert series == {"Captain Science", None}
