import pytest

from codex_lib.formats.language import parse_language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("por_br", "pt-BR"),
        ("ja-jp", "ja-JP"),
        ("zh-hant", "zh-Hant"),
        ("yue", "yue"),
        ("und", None),
        ("English (US)", None),
        (None, None),
    ],
)
def test_a_language_is_written_as_bcp_47_wants_it(text, tag):
    assert parse_language(text) == tag
