from __future__ import annotations

import shutil

import pytest

from codex_cli import checkup
from codex_cli.samples import SAMPLES


def states(ended):
    return {found["subject"]: found["state"] for found in ended.json["data"]}


def test_every_kind_of_book_is_read_here(codex):
    found = states(codex("doctor", "--json"))

    assert {found[f"Reads {label}"] for label, _, _ in SAMPLES} == {"ok"}
    assert found["Fonts"] == found["Data folder"] == "ok"


def test_doctor_makes_no_catalog(codex, tmp_path):
    codex("doctor")

    assert not (tmp_path / "data").exists()


def test_a_library_whose_folder_is_gone_is_a_warning_with_its_remedy(codex, shelves):
    shutil.rmtree(shelves)

    ended = codex("doctor")

    assert ended.code == 0
    assert "warn  Library Comics" in ended.out
    assert "mend it: codex libraries update" in ended.out


def test_a_damaged_catalog_fails(codex, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "codex.db").write_bytes(b"no catalog" * 500)

    ended = codex("doctor", "--json")

    assert (ended.code, states(ended)["Catalog"]) == (1, "fail")


def test_a_missing_package_fails_with_the_command_that_mends_it(codex, monkeypatch):
    monkeypatch.setattr(checkup, "PACKAGES", ("no-such-package",))

    ended = codex("doctor")

    assert ended.code == 1
    assert "no no-such-package" in ended.out
    assert "pip install" in ended.out


@pytest.mark.parametrize(("free", "state"), [(2e9, "ok"), (2e8, "warn"), (2e7, "fail")])
def test_little_space_is_told(codex, monkeypatch, free, state):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(checkup.shutil, "disk_usage", lambda _place: usage)

    assert states(codex("doctor", "--json"))["Free space"] == state
