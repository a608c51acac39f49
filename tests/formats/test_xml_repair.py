import pytest

from codex_lib.formats import limits
from codex_lib.formats.xml import XmlError
from codex_lib.formats.xml_repair import parse_lenient


def text_of(data):
    root, damage = parse_lenient(data)
    assert damage
    return root.findtext("t")


def test_a_sound_document_needs_no_repair():
    root, damage = parse_lenient(b"<r><t>x</t></r>")

    assert (root.findtext("t"), damage) == ("x", "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<r><t>Ast\xe9rix</t></r>".encode("cp1252"), "Ast\xe9rix"),
        (b'<?xml version="1.0" encoding="utf-16"?><r><t>x</t></r>', "x"),
        (b'<?xml version="1.0" encoding="klingon"?><r><t>x</t></r>', "x"),
        (b'\n <?xml version="1.0"?><r><t>x</t></r>', "x"),
        (b"\xef\xbb\xbf<r><t>x\x01</t></r>", "x"),
        ("\ufeff<r><t>\xc5&</t></r>".encode("utf-16-le"), "\xc5&"),
        ("\ufeff<r><t>\xc5&</t></r>".encode("utf-16-be"), "\xc5&"),
        (b"<r><t>x</t></r>\0\0\0", "x"),
        (b"<r><t>Hal", "Hal"),
        (b"<r><t>x</t><u>", "x"),
        (b"<r><t>AT&T</t></r>", "AT&T"),
        (b"<r><t>&eacute;&amp;&lt;&#228;&#xE4;&</t></r>", "\xe9&<\xe4\xe4&"),
        (b"<r><t>a&nobody;</t></r>", "a&nobody;"),
        (b"<r><t>a&#1;b&#xD800;c&#xFFFE;d&#x110000;e&#z;</t></r>", "abcde"),
    ],
)
def test_a_damaged_document_is_read_as_far_as_it_goes(data, text):
    assert text_of(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\x01\x02\x03",
        b"plain text",
        b"<",
        b'<!DOCTYPE r [<!ENTITY x "y">]><r><t>&x;</t></r>',
        b'<!DOCTYPE r SYSTEM "x.dtd"><r><t>x</t>',
        b'<r><!ENTITY x "y"><t>x</t>',
        b"<r>" + b" " * limits.METADATA_BYTES,
    ],
)
def test_nothing_usable_or_anything_hostile_is_an_error(data):
    with pytest.raises(XmlError):
        parse_lenient(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_references_to_entities_of_a_foreign_dtd_are_dropped(encoding):
    text = '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r><t>a&x;b</t></r>'

    root, _ = parse_lenient(text.encode(encoding))

    assert root.findtext("t") == "ab"


def test_what_is_repaired_is_no_deeper_than_the_parser_allows():
    root, _ = parse_lenient(b"<a>" * 1_000)

    assert len(list(root.iter())) <= 256
