"""XML from strangers."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.formats import limits
from codex_lib.formats.xml import XmlError, local_name, parse_xml


def test_a_document_is_parsed_without_comments_and_instructions():
    root = parse_xml(b'<?xml version="1.0"?><?x y?><a><!-- c --><b>t</b><?p q?></a>')

    assert [(element.tag, element.text) for element in root] == [("b", "t")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_documents_may_be_in_any_declared_encoding(encoding):
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?><a>é</a>'

    assert parse_xml(text.encode(encoding)).text == "é"


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b" ", b"text", b"<a>", b"<a></b>", b"<a>\xff</a>", b"\0", b"<a/><b/>"),
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"<a>" * 300 + b"</a>" * 300,
        b'<!DOCTYPE a [<!ENTITY b "text">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b "text">]><a/>',
        b"<a>&undeclared;</a>",
    ],
)
def test_what_is_not_sound_is_refused_with_one_line(data):
    with pytest.raises(XmlError) as caught:
        parse_xml(data)

    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bomb_of_entities_is_refused():
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
    )

    with pytest.raises(XmlError):
        parse_xml(f"<!DOCTYPE a [{entities}]><a>&a11;</a>".encode())


def test_a_public_doctype_is_accepted_and_not_fetched():
    data = (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"'
        b' "http://127.0.0.1:1/xhtml11.dtd"><html/>'
    )

    assert parse_xml(data).tag == "html"


def test_a_document_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "METADATA_BYTES", 2**20)

    with pytest.raises(XmlError, match="larger than 1 MiB"):
        parse_xml(b"<a>" + b" " * 2**20 + b"</a>")


def test_every_thread_has_a_parser_of_its_own():
    found = []

    def parse():
        found.extend(parse_xml(b"<a>x</a>").text for _ in range(50))

    threads = [threading.Thread(target=parse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["x"] * 200


def test_local_names_have_no_namespace():
    assert local_name(parse_xml(b'<a xmlns="urn:x"/>')) == "a"
    assert local_name(parse_xml(b"<a/>")) == "a"


def test_what_is_no_element_has_no_local_name():
    from lxml import etree  # noqa: PLC0415 - this test only

    assert local_name(etree.Comment("c")) == ""


@given(st.binary(max_size=60).map(lambda data: b"<a>" + data))
def test_any_bytes_are_parsed_or_refused(data):
    try:
        parse_xml(data)
    except XmlError as error:
        assert str(error)  # noqa: PT017 - not the claim
