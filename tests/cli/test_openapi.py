from __future__ import annotations

import json
import re

import pytest
import yaml

COUNTS = re.compile(r"(\d+) endpoints, (\d+) schemas\n")


def counted(document):
    endpoints = sum(len(item) for item in document["paths"].values())
    return endpoints, len(document["components"]["schemas"])


def in_order(value):
    """Return JSON with every object as a list of pairs, so that order counts."""
    if isinstance(value, dict):
        return [(name, in_order(item)) for name, item in value.items()]
    return [*map(in_order, value)] if isinstance(value, list) else value


@pytest.fixture
def document(codex):
    return codex("openapi", "export").json


def test_export_prints_the_document_and_counts_beside_it(codex):
    ended = codex("openapi", "export")

    assert ended.json["openapi"].startswith("3.1")
    found = COUNTS.fullmatch(ended.err)
    assert tuple(map(int, found.groups())) == counted(ended.json)


def test_export_needs_no_catalog_and_makes_none(codex, tmp_path):
    codex("openapi", "export")

    assert not (tmp_path / "data").exists()


def test_yaml_is_the_same_document_in_the_same_order_without_aliases(codex, document):
    printed = codex("openapi", "export", "--format", "yaml")

    assert in_order(yaml.safe_load(printed.out)) == in_order(document)
    assert printed.out.startswith("openapi: ")
    assert not re.search(r"[:-] [&*]id\d", printed.out)


@pytest.mark.parametrize("words", [[], ["export"]], ids=["guide", "export"])
@pytest.mark.parametrize(
    ("options", "name", "load"),
    [
        (["--output", "api.json", "--format", "json"], "api.json", json.loads),
        (["--output", "api.yaml", "--format", "yaml"], "api.yaml", yaml.safe_load),
        (["-o", "api.yml"], "api.yml", yaml.safe_load),
        (["-o", "api.txt"], "api.txt", json.loads),
        (["-o", "api.txt", "-f", "yaml"], "api.txt", yaml.safe_load),
    ],
)
def test_both_forms_write_a_file(codex, document, tmp_path, words, options, name, load):
    ended = codex("openapi", *words, *options)

    text = (tmp_path / name).read_text(encoding="utf-8")
    assert load(text) == document
    assert ended.out == ""
    assert ended.err.startswith(f"{name}: ")
    assert COUNTS.search(ended.err)
    assert (text[0] == "{") == (load is json.loads)


@pytest.mark.parametrize(
    ("options", "name"), [([], "openapi.json"), (["-f", "yaml"], "openapi.yaml")]
)
def test_the_guides_form_has_a_file_of_its_own(codex, tmp_path, options, name):
    assert codex("openapi", *options).code == 0

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_guides_form_can_print(codex, document):
    assert codex("openapi", "--output", "-").json == document


def test_export_as_json_into_a_file_tells_how_much_it_is(codex, document, tmp_path):
    printed = codex("openapi", "export", "-o", "api.yaml", "--json")

    endpoints, schemas = counted(document)
    assert printed.json == {
        "path": str(tmp_path / "api.yaml"),
        "endpoints": endpoints,
        "schemas": schemas,
    }
    assert printed.err == ""


def test_json_and_yaml_do_not_share_stdout(codex, document):
    assert codex("openapi", "export", "--json").json == document
    assert codex("openapi", "export", "--json", "--format", "yaml").code == 2


@pytest.mark.parametrize(
    "words",
    [["--format", "yaml", "export"], ["-o", "x", "export"], ["--json", "export"]],
    ids=" ".join,
)
def test_options_before_export_are_not_dropped_silently(codex, tmp_path, words):
    ended = codex("openapi", *words)

    assert (ended.code, ended.out) == (2, "")
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_cannot_be_written_is_one_line(codex):
    ended = codex("openapi", "export", "-o", "no/api.json")

    assert (ended.code, ended.err.count("\n")) == (1, 1)


def test_an_unknown_format_is_wrong_usage(codex):
    assert codex("openapi", "--format", "xml").code == 2
