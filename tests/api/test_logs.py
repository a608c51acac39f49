import logging
import os
import sys

import pytest

from codex_lib.api.logs import LineFormatter, set_up_logging, stamp
from codex_lib.config.definitions import Logging
from codex_lib.errors import ConfigError


@pytest.fixture(autouse=True)
def logging_as_before():
    root = logging.getLogger()
    level, shown = root.level, logging.raiseExceptions
    yield
    set_up_logging(Logging(console=False))
    root.handlers = [
        handler
        for handler in root.handlers
        if not isinstance(handler.formatter, LineFormatter)
    ]
    root.setLevel(level)
    logging.raiseExceptions = shown


def line_of(message, *args, **options):
    record = logging.LogRecord("codex.api", logging.INFO, "", 1, message, args, None)
    vars(record).update(options)
    return LineFormatter().format(record)


def test_a_line_has_the_time_in_utc_the_level_the_logger_and_the_message():
    line = line_of("%d books", 3, created=1705314600.0429)

    assert line == "2024-01-15T10:30:00.042Z info codex.api: 3 books"


@pytest.mark.parametrize(
    ("level", "name"),
    [(5, "trace"), (30, "warn"), (40, "error"), (50, "critical"), (10, "debug")],
)
def test_a_level_has_the_name_that_the_settings_give_it(level, name):
    line = line_of("x", levelno=level, levelname=logging.getLevelName(level))

    assert line.split()[1] == name


def test_nobody_can_forge_a_line_or_command_a_terminal():
    line = line_of("%s", "a\n2024-01-15T10:30:00.000Z info\x1b[2J\u2028\x85b")

    assert "\n" not in line
    assert line.endswith(r"a\n2024-01-15T10:30:00.000Z info\x1b[2J\u2028\x85b")


def test_a_traceback_follows_its_line_indented():
    try:
        int("first\nsecond\x1b")
    except ValueError:
        found = sys.exc_info()

    first, *others = line_of("broken", exc_info=found).split("\n")

    assert first.endswith("info codex.api: broken")
    assert others[-1].startswith("    ValueError: invalid literal")
    assert "\x1b" not in "".join(others)
    assert all(line.startswith("    ") for line in others)


def test_a_time_just_below_a_second_stays_below_it():
    assert stamp(0.9999) == "1970-01-01T00:00:00.999Z"


def test_the_settings_say_where_records_go_and_which(tmp_path, capsys):
    file = tmp_path / "logs" / "codex.log"

    set_up_logging(Logging(level="warn", file=file))
    logging.getLogger("codex.api").info("small")
    logging.getLogger("codex.api").warning("great")

    assert capsys.readouterr().err.endswith("warn codex.api: great\n")
    assert file.read_text().endswith("warn codex.api: great\n")
    assert file.read_text().count("\n") == 1


def test_setting_up_again_replaces_what_was_set_up(tmp_path, capsys):
    set_up_logging(Logging(file=tmp_path / "old.log"))
    set_up_logging(Logging(console=False))

    logging.getLogger("codex.api").error("lost")

    assert capsys.readouterr().err == ""
    assert (tmp_path / "old.log").read_text() == ""


def test_a_file_that_was_renamed_is_made_anew(tmp_path):
    file = tmp_path / "codex.log"
    set_up_logging(Logging(console=False, file=file))
    logging.getLogger("codex").error("before")
    file.rename(tmp_path / "codex.log.1")

    logging.getLogger("codex").error("after")

    assert "before" not in file.read_text()
    assert "after" in file.read_text()


def test_a_file_name_that_is_no_text_can_be_logged(tmp_path):
    file = tmp_path / "codex.log"
    set_up_logging(Logging(console=False, file=file))
    name = os.fsdecode(b"\xff.cbz")
    record = logging.LogRecord("codex", logging.ERROR, "", 1, name, (), None)

    # Not by a logger: pytest would keep the record and cannot write it either.
    logging.getLogger().handlers[-1].handle(record)

    assert r"\udcff.cbz" in file.read_text()


def test_a_log_file_that_cannot_be_made_is_a_bad_setting(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"logging.file: .* cannot be written"):
        set_up_logging(Logging(file=tmp_path / "file" / "codex.log"))
