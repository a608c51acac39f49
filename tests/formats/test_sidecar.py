"""metadata.opf beside a book."""

from __future__ import annotations

from codex_lib.formats import limits
from codex_lib.formats.sidecar import read_sidecar

_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="2.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
    "<dc:title>Bone</dc:title></metadata></package>"
)


def test_a_sidecar_is_read_as_an_opf(tmp_path):
    path = tmp_path / "metadata.opf"
    path.write_text(_OPF)

    metadata, warning = read_sidecar(str(path))

    assert (metadata["title"], metadata["source"], warning) == ("Bone", "opf", None)


def test_a_sidecar_that_cannot_be_read_is_a_warning(tmp_path):
    path = tmp_path / "metadata.opf"
    path.write_text("<package")

    metadata, warning = read_sidecar(str(path))

    assert metadata == {}
    assert warning.startswith("metadata.opf: ")
    gone = read_sidecar(str(tmp_path / "gone.opf"))
    assert gone == ({}, "metadata.opf: no such file or directory")


def test_a_sidecar_beyond_the_limit_is_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "METADATA_BYTES", 2**20)
    path = tmp_path / "metadata.opf"
    path.write_text(_OPF + " " * 2**20)

    assert read_sidecar(str(path)) == ({}, "metadata.opf: larger than 1 MiB")
