from __future__ import annotations

from codex_cli.commands import demo


def test_demo_shows_its_series_and_leaves_the_users_catalog_alone(codex, tmp_path):
    ended = codex("demo", tmp_path / "show")

    assert ended.code == 0
    assert "The Lighthouse Club" in ended.out
    assert f"--data-dir {tmp_path}/show/data books list" in ended.out
    assert not (tmp_path / "data").exists()


def test_demo_as_json_has_the_scan_and_the_series(codex, tmp_path):
    printed = codex("demo", tmp_path / "show", "--json").json

    assert printed["scan"]["added"] > 0
    assert printed["data_dir"] == f"{tmp_path}/show/data"


def test_demo_goes_into_the_catalog_that_is_named(codex, tmp_path):
    codex("--data-dir", tmp_path / "mine", "demo", tmp_path / "show")

    assert (tmp_path / "mine" / "codex.db").exists()
    assert not (tmp_path / "show" / "data").exists()


def test_demo_draws_covers_where_there_are_colors(codex, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "has_colors", lambda _stream: True)

    shades = codex("demo", tmp_path / "show").out.partition("\n\n")[2]

    assert len(shades.splitlines()) > 20
