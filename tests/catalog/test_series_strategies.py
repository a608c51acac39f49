import pytest

from codex_lib.catalog.series_strategies import (
    SERIES_STRATEGIES,
    SeriesPlace,
    series_rule,
    wants_sidecar,
)
from codex_lib.errors import InvalidError

UNSORTED = SeriesPlace("Unsorted")


def place(strategy, path, config=None, metadata=None):
    return series_rule(strategy, config)(path, metadata)


@pytest.mark.parametrize("strategy", ["series_volume", "default"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Bone (1991)/Bone 01.cbz", SeriesPlace("Bone (1991)", "Bone (1991)")),
        ("a/b/c.cbz", SeriesPlace("a", "a")),
        ("c.cbz", UNSORTED),
    ],
)
def test_series_volume_is_the_first_folder_as_it_is(strategy, path, expected):
    assert place(strategy, path) == expected


@pytest.mark.parametrize(
    ("path", "volume", "chapter"),
    [
        ("Bone/Vol. 2/Bone c012.cbz", 2, "12"),
        ("Bone/v03 - Rose/004.cbz", 3, "4"),
        ("Bone/05/Chapter 1.5.cbz", 5, "1.5"),
        ("Bone/Extras/Bone.cbz", None, None),
        ("Bone/Bone v02 c012.cbz", 2, "12"),
        ("Bone/Vol. 2/more/Bone c012.cbz", 2, "12"),
        ("Bone/Volume 12345678901/Bone c012.cbz", None, "12"),
    ],
)
def test_series_volume_chapter_reads_both_from_the_names(path, volume, chapter):
    expected = SeriesPlace("Bone", "Bone", volume=volume, chapter=chapter)

    assert place("series_volume_chapter", path) == expected


def test_series_volume_chapter_keeps_the_numbers_of_a_file_at_the_root():
    expected = SeriesPlace("Unsorted", volume=1, chapter="2")

    assert place("series_volume_chapter", "Bone v1 c2.cbz") == expected


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("[Rose] Bone 01.cbz", "Rose"),
        ("a/b/Bone - The Dragon.cbz", "Bone"),
        ("Bone_01.cbz", "Bone"),
        ("Bone Rose 01.cbz", "Bone Rose"),
        ("Bone #1.cbz", "Bone"),
        ("Bone (1991).cbz", "Bone"),
        ("Vol. 3 Bone", "Vol"),
        ("012.cbz", "012"),
        (".cbz", "cbz"),
    ],
)
def test_flat_takes_the_name_from_the_file_only(path, name):
    assert place("flat", path) == SeriesPlace(name)


def test_flat_tries_its_own_patterns_in_their_order():
    config = {"filenamePatterns": [r"^(\d*)x", r"~(?:(a)|b)~", r"~(\w+)~"]}

    assert place("flat", "x ~b~ 01.cbz", config).name == "b"


def test_flat_name_longer_than_a_name_can_be_matches_no_pattern():
    assert place("flat", "Bone - " + "x" * 1100).name.startswith("Bone - x")


@pytest.mark.parametrize(
    ("metadata", "name"),
    [({"series": "Bone"}, "Bone"), ({}, "Unknown"), (None, "Unknown")],
)
def test_flat_with_metadata_asks_nothing_else(metadata, name):
    config = {"require_metadata": True}

    assert place("flat", "[Rose] Bone 01.cbz", config, metadata) == SeriesPlace(name)


@pytest.mark.parametrize(
    ("path", "config", "expected"),
    [
        ("DC/Bone/1.cbz", {}, SeriesPlace("Bone", "DC/Bone", publisher="DC")),
        ("DC/1.cbz", {}, UNSORTED),
        ("a/b/Bone/x/1.cbz", {"skip_depth": 2}, SeriesPlace("Bone", "a/b/Bone", "a/b")),
        ("Bone/1.cbz", {"skipDepth": 0}, SeriesPlace("Bone", "Bone")),
        (
            "Smith/Bone/1.cbz",
            {"storeSkippedAs": "author"},
            SeriesPlace("Bone", "Smith/Bone", author="Smith"),
        ),
        ("x/Bone/1.cbz", {"store_skipped_as": ""}, SeriesPlace("Bone", "x/Bone")),
    ],
)
def test_publisher_hierarchy_skips_folders(path, config, expected):
    assert place("publisher_hierarchy", path, config) == expected


@pytest.mark.parametrize(
    ("path", "config", "expected"),
    [
        ("Le Guin/Gifts (12)/Gifts.epub", {}, ("Gifts", "Le Guin/Gifts (12)")),
        (
            "Le Guin/Gifts (12)/Gifts.epub",
            {"stripIdSuffix": False},
            ("Gifts (12)", "Le Guin/Gifts (12)"),
        ),
        (
            "Le Guin/Gifts (12)/x/Gifts.epub",
            {"series_mode": "by_author"},
            ("Le Guin", "Le Guin"),
        ),
        (
            "Le Guin/Gifts (12)/Gifts.epub",
            {"series_mode": "from_metadata"},
            ("Shore", None),
        ),
    ],
)
def test_calibre_modes(path, config, expected):
    placed = place("calibre", path, config, {"series": "Shore"})

    assert placed == SeriesPlace(*expected, author="Le Guin")


@pytest.mark.parametrize("metadata", [None, {}, {"series": ""}])
def test_calibre_without_a_series_in_the_metadata_is_standalone(metadata):
    config = {"seriesMode": "from_metadata", "authorFromFolder": False}

    placed = place("calibre", "Le Guin/Gifts (12)/Gifts.epub", config, metadata)

    assert placed == SeriesPlace("Gifts", "Le Guin/Gifts (12)")


@pytest.mark.parametrize("mode", ["standalone", "by_author"])
def test_calibre_with_fewer_folders(mode):
    config = {"series_mode": mode}

    assert place("calibre", "Gifts.epub", config) == UNSORTED
    assert place("calibre", "Le Guin/Gifts.epub", config).path == "Le Guin"


PUBLISHER_SERIES = r"^(?P<publisher>[^/]+)/(?P<series>[^/(]+)"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("DC/Bone/1.cbz", SeriesPlace("Bone", "DC/Bone", publisher="DC")),
        ("DC/Bone (1991)/1.cbz", SeriesPlace("Bone", publisher="DC")),
        ("DC/Bone.cbz", SeriesPlace("Bone.cbz", publisher="DC")),
        ("1.cbz", UNSORTED),
        ("x" * 1100 + "/Bone/1.cbz", SeriesPlace("Bone", "x" * 1100 + "/Bone")),
    ],
)
def test_custom_pattern_names_the_series(path, expected):
    assert place("custom", path, {"pattern": PUBLISHER_SERIES}) == expected


@pytest.mark.parametrize(
    ("template", "name", "volume"),
    [
        ("{series} ({volume})", "Bone (2)", 2),
        ("  {series}   v{volume}", "Bone v2", 2),
        ("{book}", "1", 2),
        ("", "Unsorted", 2),
    ],
)
def test_custom_template_is_filled_in(template, name, volume):
    pattern = r"(?P<series>\w+)/v(?P<volume>\d+)/(?P<book>\d+)"
    config = {"pattern": pattern, "seriesNameTemplate": template}

    assert place("custom", "Bone/v2/1.cbz", config) == SeriesPlace(name, volume=volume)


def test_custom_group_that_did_not_match_leaves_no_brackets():
    config = {
        "pattern": r"(?P<series>[A-Z]\w+)(?: v(?P<volume>\d+))?",
        "series_name_template": "{series} ({volume})",
    }

    assert place("custom", "Bone/1.cbz", config) == SeriesPlace("Bone", "Bone")


def test_custom_pattern_without_a_series_has_no_folder():
    config = {"pattern": r"^(?P<book>\w+)", "series_name_template": "{book}"}

    assert place("custom", "Bone/1.cbz", config) == SeriesPlace("Bone")


@pytest.mark.parametrize(
    ("strategy", "config", "reason"),
    [
        ("series_volume", {"skip_depth": 1}, "skip_depth is unknown"),
        ("flat", {"pattern": "x"}, "pattern is unknown"),
        ("flat", {"filename_patterns": "(x)"}, "filename_patterns has to be a list"),
        ("flat", {"filename_patterns": ["x"]}, "filename_patterns needs a group"),
        ("flat", {"filename_patterns": [1]}, "has to be a pattern"),
        ("flat", {"require_metadata": "yes"}, "require_metadata has to be true"),
        ("publisher_hierarchy", {"skip_depth": True}, "has to be an integer"),
        ("publisher_hierarchy", {"skip_depth": -1}, "between 0 and 20"),
        ("publisher_hierarchy", {"store_skipped_as": 1}, "has to be a text"),
        ("calibre", {"series_mode": "x"}, "one of standalone, by_author"),
        ("calibre", {"read_opf_metadata": 1}, "has to be true or false"),
        ("custom", {}, "pattern is missing"),
        ("custom", None, "pattern is missing"),
        ("custom", {"pattern": "("}, "is no regular expression"),
        ("custom", {"pattern": "x"}, "unknown field {series} (known: none)"),
    ],
)
def test_bad_configuration_is_refused(strategy, config, reason):
    with pytest.raises(InvalidError) as caught:
        series_rule(strategy, config)

    assert caught.value.field == "series_config"
    assert reason in caught.value.reason


def test_unknown_strategy_is_refused():
    with pytest.raises(InvalidError, match=r"^series_strategy: x is none of"):
        series_rule("x", None)


@pytest.mark.parametrize("strategy", SERIES_STRATEGIES)
def test_every_strategy_names_every_file(strategy):
    config = {"pattern": "(?P<series>a)"} if strategy == "custom" else None

    assert place(strategy, "1.cbz", config).name
    assert place(strategy, "a/b/1.cbz", config).name


@pytest.mark.parametrize(
    ("strategy", "config", "wanted"),
    [
        ("calibre", None, True),
        ("calibre", {"readOpfMetadata": False}, False),
        ("flat", {"readOpfMetadata": True}, False),
    ],
)
def test_only_calibre_wants_the_file_beside(strategy, config, wanted):
    assert wants_sidecar(strategy, config) is wanted
