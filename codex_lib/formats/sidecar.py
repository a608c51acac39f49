"""metadata.opf: what calibre writes beside the files of a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codex_lib.formats import limits
from codex_lib.formats.opf import parse_opf
from codex_lib.formats.xml import XmlError

if TYPE_CHECKING:
    from codex_lib.formats.book import Metadata


def read_sidecar(path: str) -> tuple[Metadata, str | None]:
    """Return the metadata of an OPF file, and a warning if it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths may hold bytes that pathlib alters
            data = file.read(limits.METADATA_BYTES + 1)
        return parse_opf(data).metadata, None
    except OSError as error:
        return {}, f"metadata.opf: {(error.strerror or 'cannot be read').lower()}"
    except XmlError as error:
        return {}, f"metadata.opf: {error}"
