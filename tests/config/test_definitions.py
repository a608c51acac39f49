"""The table of settings."""

from pathlib import Path

import pytest

from codex_lib.config.definitions import DEFINITIONS, SECTIONS, Config, Secret
from codex_lib.config.values import parse_value, render_value

# The platform's folder, and no file at all.
WITHOUT_DEFAULT = {"data_dir", "logging.file"}
# Empty means that there is none.
MAY_BE_EMPTY = {"email.smtp_username"}


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=str)
def test_every_setting_has_help_and_a_form_in_words(definition):
    rule = definition.rule

    assert rule.help.endswith(".")
    assert bool(rule.pattern) == bool(rule.form)
    assert (definition.kind is int) == (rule.maximum > 0)


@pytest.mark.parametrize("key", sorted(DEFINITIONS.keys() - WITHOUT_DEFAULT))
def test_a_default_passes_its_own_check(key):
    definition = DEFINITIONS[key]
    text = render_value(definition.default)

    if definition.is_secret or key in MAY_BE_EMPTY:
        assert text == ""
    else:
        found = parse_value(definition, text, source="", folder=Path())
        assert (found, type(found)) == (definition.default, type(definition.default))


def test_names_in_the_environment_are_unique():
    names = [definition.env for definition in DEFINITIONS.values()]

    assert len(set(names)) == len(names)
    assert DEFINITIONS["database.sqlite.path"].env == "CODEX_DATABASE_SQLITE_PATH"


def test_sections_are_the_groups_of_the_table():
    assert {"database", "database.sqlite", "scanner"} <= SECTIONS
    assert not SECTIONS & DEFINITIONS.keys()


def test_secrets_are_marked():
    secrets = {key for key, found in DEFINITIONS.items() if found.is_secret}

    assert secrets == {"auth.jwt_secret", "email.smtp_password", "encryption_key"}


def test_the_repr_of_a_secret_is_masked():
    assert (repr(Secret("x")), repr(Secret())) == ("'********'", "''")


def test_a_config_can_be_made_of_defaults():
    config = Config(Path("/data"))

    assert config.application.port == 8080
    assert config.sources == {}
