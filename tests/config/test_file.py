"""The settings file."""

import pytest

from codex_lib.config.file import MAX_FILE_BYTES, read_bytes, read_settings
from codex_lib.errors import ConfigError


@pytest.fixture
def read(tmp_path):
    def call(text, **options):
        path = tmp_path / "codex.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        found = read_settings(path, **options)
        return {key: given.text for key, given in found.items()}

    return call


def test_values_keep_the_text_they_were_written_with(read):
    text = "email:\n  smtp_password: 0123\n  smtp_from_name: 2024-01-01\n"

    assert read(text) == {
        "email.smtp_password": "0123",
        "email.smtp_from_name": "2024-01-01",
    }


def test_keys_may_be_nested_or_dotted(read):
    nested = read("database:\n  sqlite:\n    path: a.db\n")

    assert (
        nested == read("database.sqlite.path: a.db") == {"database.sqlite.path": "a.db"}
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "scanner:\n", "~"])
def test_nothing_said_is_nothing_given(read, text):
    assert read(text) == {}


def test_a_key_without_a_value_is_left_out_unless_quoted(read):
    text = "logging: {file: , level: null}\nemail: {smtp_username: ''}"

    assert read(text) == {"email.smtp_username": ""}


def test_a_list_is_joined_by_commas(read):
    listed = read("api:\n  cors_origins:\n    - http://a\n    - http://b\n")

    assert listed == {"api.cors_origins": "http://a,http://b"}
    assert read("api: {cors_origins: 'http://a,http://b'}") == listed
    assert read("api: {cors_origins: []}") == {"api.cors_origins": ""}


def test_no_file_is_none_unless_it_was_named(tmp_path):
    assert read_settings(tmp_path / "gone.yaml") is None
    assert read_settings(tmp_path) is None
    with pytest.raises(ConfigError, match="Is a directory"):
        read_settings(tmp_path, source="option --config")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scanner:\n  reader_thread: 1\n", "did you mean scanner.reader_threads?"),
        ("qqqqqqqqqqqqqqqq: 1", "qqqqqqqqqqqqqqqq: no such setting (in file "),
        ("reader_threads: 1", "did you mean scanner.reader_threads?"),
        ("database: {postgres: {host: x}}", "database.postgres: not a setting of"),
        ("database.postgres.host: x", "keeps its catalog in SQLite only"),
        ("task: {worker_count: 1}\ntask: {}", "task: written twice"),
        ("task: {worker_count: 1, worker_count: 2}", "task.worker_count: written"),
        ("task.worker_count: 1\ntask: {worker_count: 2}", "task.worker_count: written"),
        ("[1, 2]", "YAML: must be a mapping of keys to values"),
        ("just words", "YAML: must be a mapping of keys to values"),
        ("task: 4", "task: must be a mapping of keys to values"),
        ("? [a]\n: 1", "YAML: a key must be plain text"),
        ("application: {port: [1]}", "application.port: must be one plain value"),
        ("application: {port: {a: 1}}", "application.port: must be one plain value"),
        ("application: {host: !!python/name:os.system ''}", "must be one plain value"),
        ("api: {cors_origins: [[a]]}", "api.cors_origins: must be a list of texts"),
        ("api: {cors_origins: [null]}", "api.cors_origins: must be a list of texts"),
        ("api: {cors_origins: {a: b}}", "api.cors_origins: must be a list of texts"),
        ("a: &x [*x]\n", "a: no such setting"),
        ("task:\n  - {", "line 2"),
        ("a: b: c", "YAML: mapping values are not allowed here (in file "),
        ("a: 1\n---\nb: 2", "YAML: but found another document"),
        (b"a: \xff", "YAML: unacceptable character #x00ff: invalid start byte"),
        ("a: \0", "YAML: unacceptable character #x0000"),
        ("[" * 1500, "YAML: nested too deeply"),
        ("#" * (MAX_FILE_BYTES + 1), "larger than 1 MiB"),
    ],
)
def test_what_is_no_good_is_refused(read, text, message):
    with pytest.raises(ConfigError) as caught:
        read(text)

    assert message in str(caught.value)
    assert "codex.yaml" in str(caught.value)


def test_an_error_names_the_line(read):
    with pytest.raises(ConfigError, match=r"codex\.yaml, line 3\)$"):
        read("scanner:\n  page_sizes: true\n  page_size: true\n")


def test_a_file_of_just_the_limit_is_read(tmp_path):
    path = tmp_path / "codex.yaml"
    path.write_bytes(b"#" * MAX_FILE_BYTES)

    assert len(read_bytes(path, source="")) == MAX_FILE_BYTES
