"""Where settings come from, and what is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from codex_lib.config.definitions import DEFINITIONS
from codex_lib.config.load import config_rows, load_config
from codex_lib.errors import ConfigError

PASSPHRASE = "correct horse battery staple, again and again"


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    """Point the platform's folders into tmp_path."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home/data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/config"))


@pytest.fixture
def load(tmp_path):
    """Load with no option and no variable except those given."""

    def call(config_file=None, data_dir=None, **environ):
        return load_config(
            config_file=config_file, data_dir=data_dir, environ=environ, cwd=tmp_path
        )

    return call


@pytest.fixture
def write(tmp_path):
    def call(text, name="codex.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return call


def test_nothing_given_is_the_defaults_in_the_platform_folder(load, tmp_path):
    config = load()

    folder = tmp_path / "home/data/codex"
    assert config.data_dir == folder
    assert config.catalog_path == folder / "codex.db"
    assert config.thumbnail_dir == folder / "thumbnails"
    assert config.files.uploads_dir == folder / "uploads"
    assert (config.application.host, config.application.port) == ("127.0.0.1", 8080)
    assert config.scanner == (2, 20, 4, True)
    assert config.logging.file is None
    assert config.config_file is None
    assert set(config.sources.values()) == {"default"}
    assert config.sources.keys() == DEFINITIONS.keys()


def test_a_file_beats_the_default_and_keeps_its_place(load, write):
    path = write("scanner:\n  reader_threads: 7\n  page_sizes: off\n")

    config = load()

    assert (config.scanner.reader_threads, config.scanner.page_sizes) == (7, False)
    assert config.sources["scanner.reader_threads"] == f"file {path}, line 2"
    assert config.config_file == path


def test_the_environment_beats_the_file(load, write):
    write("email: {smtp_port: 25}\nauth: {email_confirmation_required: false}\n")

    config = load(
        CODEX_EMAIL_SMTP_PORT="2525", CODEX_AUTH_EMAIL_CONFIRMATION_REQUIRED="TRUE"
    )

    assert config.email.smtp_port == 2525
    assert config.auth.email_confirmation_required is True
    assert config.sources["email.smtp_port"] == "env CODEX_EMAIL_SMTP_PORT"


def test_an_empty_variable_counts_as_not_set(load, write):
    write("application: {port: 9000}")

    assert load(CODEX_APPLICATION_PORT="", CODEX_CONFIG="").application.port == 9000


def test_the_option_for_the_data_folder_beats_environment_and_file(load, write):
    write("data_dir: /file")

    config = load(data_dir=Path("/option"), CODEX_DATA_DIR="/env")

    assert config.catalog_path == Path("/option/codex.db")
    assert config.sources["data_dir"] == "option --data-dir"


def test_the_data_folder_of_the_environment_beats_the_file(load, write, tmp_path):
    write("data_dir: /file")

    assert load(CODEX_DATA_DIR="here").data_dir == tmp_path / "here"


def test_the_data_folder_in_a_file_is_relative_to_that_file(load, write, tmp_path):
    path = write("data_dir: library", "etc/c.yaml")

    assert load(config_file=path).data_dir == tmp_path / "etc/library"


def test_other_paths_are_relative_to_the_data_folder(load):
    config = load(
        CODEX_DATA_DIR="/data",
        CODEX_FILES_UPLOADS_DIR="up",
        CODEX_LOGGING_FILE="/var/log/codex.log",
    )

    assert config.files.uploads_dir == Path("/data/up")
    assert config.logging.file == Path("/var/log/codex.log")


def test_a_tilde_is_the_home_folder(load, tmp_path):
    assert load(CODEX_DATA_DIR="~/d").data_dir == tmp_path / "home/d"


def test_a_home_folder_of_nobody_is_refused(load):
    with pytest.raises(ConfigError, match=r"^data_dir: no home folder is known for"):
        load(CODEX_DATA_DIR="~no-such-user-here/d")


@pytest.mark.parametrize("named_by", ["option", "variable", "folder", "platform"])
def test_files_are_looked_for_in_this_order(load, write, named_by):
    order = ["platform", "folder", "variable", "option"]
    given = {}
    for rank, place in enumerate(order[: order.index(named_by) + 1]):
        name = {"platform": "home/config/codex/codex.yaml", "folder": "codex.yaml"}
        write(f"task: {{worker_count: {rank + 1}}}", name.get(place, f"{place}.yaml"))
        if place == "variable":
            given["CODEX_CONFIG"] = "variable.yaml"
        if place == "option":
            given["config_file"] = Path("option.yaml")

    assert load(**given).task.worker_count == order.index(named_by) + 1


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"config_file": Path("gone.yaml")}, "option --config"),
        ({"CODEX_CONFIG": "gone.yaml"}, "env CODEX_CONFIG"),
    ],
)
def test_a_named_file_that_is_not_there_is_refused(load, given, source):
    with pytest.raises(
        ConfigError, match=rf"gone\.yaml: No such file .* \(in {source}\)$"
    ):
        load(**given)


def test_an_unreadable_file_is_refused_although_nobody_named_it(load, write, tmp_path):
    (tmp_path / "codex.yaml").symlink_to("codex.yaml")

    with pytest.raises(ConfigError, match=r"codex\.yaml: Too many levels"):
        load()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "CODEX_SCANNER_READER_THREAD",
            "no such setting; did you mean CODEX_SCANNER_READER_THREADS?",
        ),
        ("CODEX_API_QQQQQQQQQQQQQQQQQQQQQ", "no such setting (in the environment)"),
        ("CODEX_DATABASE_POSTGRES_HOST", "keeps its catalog in SQLite only"),
        ("CODEX_AUTH_REFRESH_TOKEN_ENABLED", "there are no refresh tokens"),
    ],
)
def test_an_unknown_variable_of_a_section_is_refused(load, name, message):
    with pytest.raises(ConfigError) as caught:
        load(**{name: "1"})

    assert message in str(caught.value)
    assert caught.value.key == name


def test_other_codex_names_are_left_alone(load):
    config = load(CODEX_CORPORA="/x", CODEX_API_KEY="sk", CODEX_HOME="/y", PATH="/bin")

    assert set(config.sources.values()) == {"default"}


def test_the_short_name_of_the_docs_path_is_heard(load):
    config = load(CODEX_API_DOCS_PATH="/short")
    both = load(CODEX_API_DOCS_PATH="/short", CODEX_API_API_DOCS_PATH="/long")

    assert config.api.api_docs_path == "/short"
    assert config.sources["api.api_docs_path"] == "env CODEX_API_DOCS_PATH"
    assert both.api.api_docs_path == "/long"


def test_a_bad_value_names_key_value_and_place(load):
    with pytest.raises(ConfigError) as caught:
        load(CODEX_APPLICATION_PORT="http")

    assert str(caught.value) == (
        "application.port: must be a whole number from 0 to 65535, not 'http'"
        " (in env CODEX_APPLICATION_PORT)"
    )


def test_rows_have_every_setting_in_order_with_its_source(load, tmp_path):
    config = load(CODEX_API_CORS_ORIGINS="https://a.example, https://b.example")

    rows = {row.key: row for row in config_rows(config)}

    assert list(rows) == list(DEFINITIONS)
    assert rows["data_dir"].default == str(tmp_path / "home/data/codex")
    assert rows["logging.file"].value == ""
    assert rows["cookie_secure"].value == "false"
    assert rows["api.cors_origins"] == (
        "api.cors_origins",
        "https://a.example,https://b.example",
        "env CODEX_API_CORS_ORIGINS",
        "*",
        "Origins that may call the API; * is every one.",
        "CODEX_API_CORS_ORIGINS",
    )


def test_secrets_are_never_shown(load):
    environ = {"AUTH_JWT_SECRET": PASSPHRASE, "EMAIL_SMTP_PASSWORD": "hunter2"}
    config = load(**{f"CODEX_{name}": text for name, text in environ.items()})

    shown = f"{config!r} {config_rows(config)!r}"

    assert config.auth.jwt_secret == PASSPHRASE
    assert PASSPHRASE not in shown
    assert "hunter2" not in shown
    rows = {row.key: row for row in config_rows(config)}
    assert rows["auth.jwt_secret"].value == "********"
    assert rows["encryption_key"].value == ""


def test_no_file_means_no_yaml():
    """A small command must not pay for what it does not use."""
    code = (
        "import sys; from pathlib import Path;"
        "from codex_lib.config.load import load_config;"
        "load_config(config_file=None, data_dir=Path('/d'), environ={}, cwd=Path('/'));"
        "sys.exit(bool({'yaml', 'dataclasses', 'difflib'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
