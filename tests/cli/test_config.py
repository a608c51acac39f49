from __future__ import annotations


def test_show_has_every_setting_with_its_source(codex, tmp_path):
    shown = codex("config", "show").out

    assert "env CODEX_DATA_DIR" in shown
    assert "scanner.max_missing_percent" in shown


def test_changed_shows_only_what_is_not_the_default(codex):
    rows = codex("config", "show", "--changed", "--json").json["data"]

    assert [row["key"] for row in rows] == ["data_dir"]


def test_the_option_wins_over_the_environment(codex, tmp_path):
    places = codex("--data-dir", tmp_path / "other", "config", "path", "--json").json

    assert places["data_dir"] == str(tmp_path / "other")
    assert places["config_file"] is None


def test_path_tells_where_the_file_is(codex, tmp_path):
    (tmp_path / "mine.yaml").write_text("scanner:\n  max_missing_percent: 30\n")

    shown = codex("--config", tmp_path / "mine.yaml", "config", "path").out

    assert f"config_file  {tmp_path}/mine.yaml" in shown


def test_a_bad_setting_is_wrong_usage_and_names_its_key(codex, tmp_path):
    (tmp_path / "mine.yaml").write_text("scaner: {}\n")

    ended = codex("--config", tmp_path / "mine.yaml", "libraries", "list")

    assert ended.code == 2
    assert "scaner" in ended.err
