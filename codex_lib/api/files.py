"""/books/{id}/file and /series/{id}/download: books as they lie on the disk."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import falcon

from codex_lib.accounts.permissions import Permission
from codex_lib.api.byte_ranges import (
    UnsatisfiableRangeError,
    is_same_file,
    wanted_part,
)
from codex_lib.api.calls import call, call_briefly
from codex_lib.api.downloads import attachment, file_pieces, made_pieces
from codex_lib.api.endpoint import endpoint
from codex_lib.api.images import ASK_AGAIN, is_known
from codex_lib.catalog.book_files import (
    BookFile,
    FileState,
    file_state,
    find_book_file,
    find_series_files,
    zip_books,
    zip_folder,
)

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request
    from codex_lib.formats.zip_stream import ZippedStream

ZIP = "application/zip"
# By format, and not by suffix: a RAR archive called .cbz is sent as what it is.
MIME = {
    "cbz": ZIP,
    "cbr": "application/x-rar-compressed",
    "cb7": "application/x-7z-compressed",
    "cbt": "application/x-tar",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "folder": ZIP,
}


class FileOfBook:
    """/books/{id}/file."""

    @endpoint(
        Permission.BOOKS_READ,
        tag="Books",
        reply=bytes,
        replies={206: bytes, 304: None},
        media=tuple(dict.fromkeys(MIME.values())),
        errors=(404, 416),
        cookie=True,
    )
    async def on_get(self, req: Request, resp: Response, book_id: str) -> None:
        """Download the file of a book, or the part of it that Range names.

        Of several ranges the whole file is sent. A folder of images comes as a ZIP
        archive, always whole. 404 also if the file is gone.
        """
        file = await call_briefly(req, find_book_file, book_id)
        if file.file_format == "folder":
            archive = await call(req, lambda _: zip_folder(file))
            send_archive(req, resp, archive, f"{file.name}.cbz")
        else:
            state = await call(req, lambda _: file_state(file))
            send_file(req, resp, file, state)


class FilesOfSeries:
    """/series/{id}/download."""

    @endpoint(
        Permission.BOOKS_READ,
        tag="Series",
        reply=bytes,
        media=(ZIP,),
        errors=(404,),
        cookie=True,
    )
    async def on_get(self, req: Request, resp: Response, series_id: str) -> None:
        """Download all books of a series as one ZIP archive, in reading order.

        A text in it names the files that are gone. 404 also if all of them are.
        """
        title, files = await call(req, find_series_files, series_id)
        archive = await call(req, lambda _: zip_books(files))
        send_archive(req, resp, archive, f"{title}.zip")


def send_archive(
    req: Request, resp: Response, archive: ZippedStream, name: str
) -> None:
    """Answer with an archive that is made while it is sent."""
    resp.content_type = ZIP
    resp.set_header("Content-Disposition", attachment(name))
    resp.set_header("Accept-Ranges", "none")
    resp.set_header("Cache-Control", ASK_AGAIN)
    resp.content_length = archive.length
    if req.method != "HEAD":
        resp.stream = made_pieces(req, archive.pieces)


def send_file(req: Request, resp: Response, file: BookFile, state: FileState) -> None:
    """Answer with a file or a part of it, or with 304 if the caller has it already."""
    etag, modified = f'"{state.etag}"', formatdate(state.mtime_ns // 10**9, usegmt=True)
    resp.set_header("ETag", etag)
    resp.set_header("Last-Modified", modified)
    resp.set_header("Accept-Ranges", "bytes")
    resp.set_header("Cache-Control", ASK_AGAIN)
    if is_known(req, state.etag) or is_unmodified(req, modified):
        resp.status = 304
        return
    resp.content_type = MIME[file.file_format]
    resp.set_header("Content-Disposition", attachment(file.name))
    start, end = 0, state.size
    part = asked_part(req, etag, modified, state.size)
    if part is not None:
        start, end = part
        resp.status = 206
        resp.set_header("Content-Range", f"bytes {start}-{end - 1}/{state.size}")
    resp.content_length = end - start
    if req.method != "HEAD":
        resp.stream = file_pieces(req, file, state, start, end)


def is_unmodified(req: Request, modified: str) -> bool:
    """Return whether If-Modified-Since is the file's time and nothing else counts."""
    has_tag = req.get_header("If-None-Match") is not None
    return not has_tag and req.get_header("If-Modified-Since") == modified


def asked_part(
    req: Request, etag: str, modified: str, size: int
) -> tuple[int, int] | None:
    """Return which part of a file is asked for, None for all of it.

    Raises HTTPRangeNotSatisfiable.
    """
    if not is_same_file(req.get_header("If-Range"), etag, modified):
        return None
    try:
        return wanted_part(req.get_header("Range"), size)
    except UnsatisfiableRangeError as error:
        raise falcon.HTTPRangeNotSatisfiable(size) from error
