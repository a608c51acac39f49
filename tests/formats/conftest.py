"""Builders of small books, so that no binary file has to stand in the repository."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0"'
    ' xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="O/c.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
_TYPES = {
    "xhtml": "application/xhtml+xml",
    "svg": "image/svg+xml",
    "css": "text/css",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "json": "application/json",
}


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of real and hostile files, or skip the test."""
    folder = os.environ.get("CODEX_CORPORA")
    if not folder:
        pytest.skip("CODEX_CORPORA is not set")
    return Path(folder)


@pytest.fixture(scope="session")
def make_image() -> Callable[..., bytes]:
    """Return a builder of images: make_image(30, 40, "JPEG")."""

    def make(
        width: int = 30, height: int = 40, kind: str = "JPEG", mode: str = "RGB", **how
    ) -> bytes:
        output = io.BytesIO()
        Image.new(mode, (width, height), width % 200).save(output, kind, **how)
        return output.getvalue()

    return make


@pytest.fixture
def make_epub(tmp_path: Path) -> Callable[..., str]:
    """Return a builder of EPUBs, which gives the path.

    spine: href -> XHTML body, or bytes as they are; manifest: the same for files that
    are not in the spine; files: entries by their full names, outside of the manifest.
    An entry of None is left out of the archive. Everything lies in the folder "O".
    """

    def make(
        spine: Mapping[str, str | bytes | None] | None = None,
        *,
        manifest: Mapping[str, str | bytes | None] | None = None,
        files: Mapping[str, str | bytes | None] | None = None,
        metadata: str = "",
        items: str = "",
        itemrefs: str | None = None,
        spine_attributes: str = "",
        guide: str = "",
        name: str = "book.epub",
    ) -> str:
        spine = {"a.xhtml": "<p>text</p>"} if spine is None else spine
        contents = {**spine, **(manifest or {})}
        if itemrefs is None:
            itemrefs = "".join(f'<itemref idref="{href}"/>' for href in spine)
        opf = (
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:opf="http://www.idpf.org/2007/opf"><dc:title>T</dc:title>'
            f"{metadata}</metadata><manifest>{''.join(map(_item, contents))}{items}"
            f"</manifest><spine {spine_attributes}>{itemrefs}</spine>{guide}</package>"
        )
        entries: dict[str, str | bytes | None] = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": _CONTAINER,
            "O/c.opf": opf,
            **{f"O/{href}": _document(body) for href, body in contents.items()},
            **(files or {}),
        }
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, data in entries.items():
                if data is not None:
                    archive.writestr(entry, data)
        return str(path)

    return make


def _item(href: str) -> str:
    kind = _TYPES[href.rpartition(".")[2]]
    return f'<item id="{href}" href="{href}" media-type="{kind}"/>'


def _document(body: str | bytes | None) -> str | bytes | None:
    if not isinstance(body, str):
        return body
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<head><title>a title</title></head><body>{body}</body></html>"
    )


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., str]:
    """Return a builder of PDFs, which gives the path.

    pages: one dict each: contents (the drawing), box, extra (more of the page's
    dictionary), image (bytes of a JPEG, called /I) and image_extra; catalog and info
    are more of those dictionaries, count is what the page tree declares.
    """

    def make(
        pages: list[dict[str, object]] | None = None,
        *,
        catalog: str = "",
        info: str = "",
        count: int | None = None,
        name: str = "book.pdf",
    ) -> str:
        pages = [{}] if pages is None else pages
        kids = " ".join(f"{4 + 3 * i} 0 R" for i in range(len(pages)))
        total = len(pages) if count is None else count
        objects = [
            f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode(),
            f"<</Type/Pages/Count {total}/Kids[{kids}]>>".encode(),
            f"<<{info}>>".encode(),
        ]
        for i, page in enumerate(pages):
            objects += _page_objects(4 + 3 * i, **page)
        path = tmp_path / name
        path.write_bytes(_pdf(objects))
        return str(path)

    return make


def _page_objects(
    number: int,
    *,
    contents: str = "",
    box: str = "0 0 300 400",
    extra: str = "",
    image: bytes = b"",
    image_extra: str = "/ColorSpace/DeviceRGB",
    size: tuple[int, int] = (30, 40),
) -> list[bytes]:
    return [
        (
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {number + 2} 0 R"
            f"/Resources<</XObject<</I {number + 1} 0 R>>>>{extra}>>"
        ).encode(),
        (
            f"<</Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}"
            f"/BitsPerComponent 8/Filter/DCTDecode{image_extra}/Length {len(image)}>>"
            "stream\n"
        ).encode()
        + image
        + b"\nendstream",
        f"<</Length {len(contents)}>>stream\n{contents}\nendstream".encode(),
    ]


def _pdf(objects: list[bytes]) -> bytes:
    output, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(output), len(objects) + 1
    output += b"xref\n0 %d\n0000000000 65535 f \n" % size
    output += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    output += b"trailer<</Size %d/Root 1 0 R/Info 3 0 R>>\n" % size
    return bytes(output + b"startxref\n%d\n%%%%EOF\n" % start)
