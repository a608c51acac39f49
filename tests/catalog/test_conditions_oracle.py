"""Lists against tests/catalog/oracle.py: random filters over a scanned catalog."""

from __future__ import annotations

import random
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from codex_lib.accounts.passwords import Costs
from codex_lib.accounts.users import create_user
from codex_lib.catalog.books import list_books
from codex_lib.catalog.conditions import parse_condition
from codex_lib.catalog.libraries import create_library
from codex_lib.catalog.progress import recount_series
from codex_lib.catalog.series import list_series
from codex_lib.catalog.series_metadata import update_series
from codex_lib.catalog.shelf_index.kept import keep_index
from codex_lib.db import open_catalog, rows, write
from codex_lib.db.ids import new_id
from codex_lib.db.paging import Paging
from codex_lib.scanning.scan import scan_library
from tests.catalog.oracle import BOOK_SORTS, SERIES_SORTS, listed, read_shelves
from tests.conftest import write_cbz

MONDAY = "2024-01-15T10:30:00.000000Z"
TUESDAY = "2024-01-16T10:30:00.000000Z"
NOBODY = "0190a5c4-7e1f-7cc3-98c4-dc0c0c07398f"
EXAMPLES = 2500
TITLES = [
    *("Akira", "The Bone", "Bone", "Álbum", "Album 2", "Été d'or", "ETE", "Straße"),
    *("Strasse 10", "Œuvre", "Łódź", "Smørrebrød", "50% Off", "A_B", "Naïve Café"),
    *(
        "ワンピース",
        "ガラスの仮面",
        "カラス",
        "はじめの一歩",
        "風の谷",
        "한국 만화",
        "\uff37\uff49\uff44\uff45",
    ),
    *("Batman & Robin", "O'Brien", "Re Zero", "Bone Bone", "x", "10", "...", "Ωmega"),
]
GENRES = [
    *("Action", "Comedy", "Comédie", "comedie", "Science Fiction", "Slice of Life"),
    *("ガ", "カ", "アクション", "HORROR", "Horror Comedy", "50%"),
]
TAGS = ["war", "War Story", "école", "日本", "a_b", "space opera"]
PUBLISHERS = ["Dark Horse", "dark horse", "Dark  Horse", "Éditions d'Or", "講談社"]
LANGUAGES = ["en", "EN", "pt-BR", "ja", "fr"]
STATUSES = ["ongoing", "ended", "hiatus", "abandoned", "unknown"]
LIBRARIES = ["Comics", "Manga", "Rest"]
USERS = ["ana", "bo", "cy"]


def xml(text):
    return text.replace("&", "&amp;")


def some(choose, names, most):
    return choose.sample(names, choose.randint(0, most))


def write_series(folder, choose, name, seed):
    """Write a series of one to five books, each with what a file may say of itself."""
    known = {
        "Genre": ", ".join(some(choose, GENRES, 3)),
        "Tags": ", ".join(some(choose, TAGS, 2)),
        "Publisher": choose.choice([*PUBLISHERS, ""]),
        "LanguageISO": choose.choice([*LANGUAGES, ""]),
    }
    for number in range(choose.randint(1, 5)):
        path = folder / name / f"{name} {number + 1:02}.cbz"
        if choose.random() < 0.12:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"PK\x03\x04 and then nothing")
            continue
        own = {
            "Title": choose.choice([*TITLES, "", "", ""]),
            "Number": choose.choice([str(number + 1), ""]),
            "Year": choose.choice(["1996", "2012", ""]),
        }
        fields = {key: xml(v) for key, v in {**known, **own}.items() if v}
        write_cbz(path, pages=choose.randint(1, 3), seed=seed * 10 + number, **fields)


def make_catalog(db, folder):
    """Scan three libraries; edit, read and lose some of what is in them."""
    choose = random.Random(7)  # noqa: S311 - the same catalog each time
    for place, name in enumerate(LIBRARIES):
        for number, title in enumerate(choose.sample(TITLES, 14)):
            write_series(folder / name, choose, title, place * 100 + number)
        made = create_library(db, name=name, path=folder / name, now=MONDAY)
        scan_library(db, made.id, now=MONDAY, threads=1)
    for name in USERS:
        create_user(
            db,
            username=name,
            email=f"{name}@example.com",
            password="Green.Apple7",
            costs=Costs(8, 1, 1),
            now=MONDAY,
        )
    for _ in range(40):
        edit(db, choose)
    for _ in range(170):
        read(db, choose)
    lose(folder, choose)
    for row in rows(db, "SELECT uuid FROM libraries"):
        scan_library(db, row["uuid"], now=TUESDAY, threads=1, allow_missing=True)


def edit(db, choose):
    """Give a series what no scan finds."""
    series = choose.choice(rows(db, "SELECT id, uuid FROM series"))
    if choose.random() < 0.2:
        sql = """
            INSERT INTO alternate_titles
            (uuid, series_id, label, title, created_at, updated_at)
            VALUES (?, ?, 'Other', ?, ?, ?)
        """
        values = [new_id(), series["id"], choose.choice(TITLES), MONDAY, MONDAY]
        rows(db, sql, values)
    changes = {
        "status": choose.choice([*STATUSES, None]),
        "publisher": choose.choice([*PUBLISHERS, None]),
        "language": choose.choice([*LANGUAGES, None]),
        "genres": some(choose, GENRES, 3),
        "tags": some(choose, TAGS, 2),
        "title": choose.choice([*TITLES, "Big\u3000 Bone"]),
    }
    names = choose.sample(sorted(changes), 2)
    changes = {name: changes[name] for name in names}
    update_series(db, series["uuid"], changes, now=moment(choose))


def read(db, choose):
    """Let somebody read in a book, or open it without reading."""
    user = choose.choice(rows(db, "SELECT id FROM users"))["id"]
    book = choose.choice(rows(db, "SELECT id, series_id FROM books"))
    page, completed, percentage = choose.choice(
        [
            (0, 0, None),
            (1, 0, None),
            (3, 1, None),
            (0, 1, 1.0),
            (0, 0, 0.5),
            (0, 0, 0.0),
        ]
    )
    sql = """
        INSERT OR REPLACE INTO read_progress (user_id, book_id, uuid, current_page,
        progress_percentage, completed, started_at, updated_at, completed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
    now = moment(choose)
    values = [user, book["id"], new_id(), page, percentage, completed, now, now]
    with write(db):
        rows(db, sql, [*values, now if completed else None])
        recount_series(db, book["series_id"], user=user)


def moment(choose):
    return f"2024-01-{choose.randint(10, 28)}T10:30:00.000000Z"


def lose(folder, choose):
    """Delete single books, and every book of two series."""
    files = sorted(folder.rglob("*.cbz"))
    gone = {path.parent for path in choose.sample(files, 2)}
    for path in files:
        if path.parent in gone or choose.random() < 0.1:
            path.unlink()


class Catalog:
    """A catalog and what the oracle knows of it, by who asks."""

    def __init__(self, db):
        self.db = db
        self.read_again()

    def read_again(self):
        users = {
            row["username"]: row["uuid"] for row in rows(self.db, "SELECT * FROM users")
        }
        self.users = [None, NOBODY, *users.values()]
        self.shelves = {user: read_shelves(self.db, user) for user in self.users}
        everything = self.shelves[None]
        self.libraries = sorted({row["library"] for row in everything.series})
        self.series = [row["uuid"] for row in everything.series]
        # Made once: what hypothesis checks in a strategy takes longer than drawing.
        self.lists = {of: lists(of, self) for of in ("series", "books")}

    def check(self, of, *, user, condition, paging, library, series, **options):
        """Compare one page of a list with what the oracle says."""
        expected = listed(
            self.shelves[user],
            of=of,
            condition=condition,
            library=library,
            series=series,
            **options,
        )
        if of == "books":
            options["series_id"] = series
        found = (list_series if of == "series" else list_books)(
            self.db,
            paging,
            condition=parse_condition(condition, of=of),
            library_id=library,
            user_id=user,
            **options,
        )
        page = expected[paging.offset : paging.offset + paging.page_size]
        assert [row.id for row in found.data] == page
        assert found.total == len(expected)


def opened(folder, *, is_kept):
    db = open_catalog(folder / "codex.db")
    make_catalog(db, folder)
    if is_kept:
        keep_index(db.path)
    return closing(db)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """A catalog of which no index is kept: every list makes its own."""
    with opened(tmp_path_factory.mktemp("plain"), is_kept=False) as db:
        yield Catalog(db)


@pytest.fixture(scope="module")
def kept_catalog(tmp_path_factory):
    """The same with an index that stays, as in a server."""
    with opened(tmp_path_factory.mktemp("kept"), is_kept=True) as db:
        yield Catalog(db)


# How the text of a filter differs from what the catalog has.
CHANGES = [
    *(str, str, str, str.upper, str.lower, str.swapcase, lambda text: f" {text}  "),
    *(lambda text: text[:2], lambda text: text[-2:], lambda text: text[1:-1]),
    *(lambda text: text[:1], lambda text: text[:-1], lambda text: text[1:]),
    *(lambda text: text.replace(" ", "\t "), lambda text: text.replace("é", "e")),
]
ODD = ["", " ", "%", "_", "!", "zzz", "e\u0301t", "\u3099", '"', "*", "o'", "ガ", "か"]
NULL_TESTS = ["isNull", "isNotNull"]
COMPARISONS = ["is", "isNot", "contains", "doesNotContain", "beginsWith", "endsWith"]
WORDS = {
    "genre": GENRES,
    "tag": TAGS,
    "status": STATUSES,
    "publisher": PUBLISHERS,
    "language": LANGUAGES,
    "name": TITLES,
    "title": [*TITLES, "Akira 01", "Bone 02"],
}
FIELDS = {
    "series": [*("genre", "tag", "status", "publisher", "language", "name")],
    "books": ["genre", "tag", "title"],
}


def changed(words):
    texts = st.builds(
        lambda word, change: change(word),
        st.sampled_from(words),
        st.sampled_from(CHANGES),
    )
    return texts | st.sampled_from(ODD)


def text_tests(of):
    def test(field, operator, value):
        has_value = operator not in NULL_TESTS
        return {field: {"operator": operator} | ({"value": value} if has_value else {})}

    return st.one_of(
        st.builds(
            test,
            st.just(field),
            st.sampled_from([*COMPARISONS, *NULL_TESTS]),
            changed(WORDS[field]),
        )
        for field in FIELDS[of]
    )


def exact(field, values):
    return st.builds(
        lambda operator, value: {field: {"operator": operator, "value": value}},
        st.sampled_from(["is", "isNot"]),
        st.sampled_from(values),
    )


def leaves_of(of, catalog):
    personal = exact("readStatus", ["unread", "in_progress", "read"])
    tests = [text_tests(of), exact("libraryId", [*catalog.libraries, NOBODY]), personal]
    if of == "books":
        flags = [{"hasError": {"operator": name}} for name in ("isTrue", "isFalse")]
        tests += [
            exact("seriesId", [*catalog.series, NOBODY]),
            exact("hasError", [True, False]) | st.sampled_from(flags),
        ]
    return st.one_of(tests)


def combined(children):
    return st.builds(
        lambda name, several: {name: several},
        st.sampled_from(["allOf", "anyOf"]),
        st.lists(children, max_size=3),
    )


def lists(of, catalog):
    """Return everything that a list may be asked for."""
    sorts = SERIES_SORTS if of == "series" else BOOK_SORTS
    only_books = {
        "include_deleted": st.booleans(),
        "with_errors": st.sampled_from([False] * 5 + [True]),
    }
    text = changed([*TITLES, "bone ak", "or d'ete", "2 album", "仮面 ガラス", "cbz 01"])
    rarely = 4
    return st.fixed_dictionaries(
        {
            "condition": st.recursive(leaves_of(of, catalog), combined, max_leaves=6),
            "user": st.sampled_from(catalog.users),
            "library": st.sampled_from([None] * rarely + catalog.libraries[:1]),
            "series": st.sampled_from([None] * 40 + catalog.series)
            if of == "books"
            else st.none(),
            "text": st.just("") | text,
            "sort": st.sampled_from([None, *sorts]),
            "order": st.sampled_from(["asc", "desc"]),
            "paging": st.builds(
                Paging, st.sampled_from([0, 0, 1, 3]), st.sampled_from([100, 7])
            ),
            **(only_books if of == "books" else {}),
        }
    )


many = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
    database=None,
)


@many
@given(data=st.data())
def test_series_are_those_of_the_oracle(catalog, data):
    catalog.check("series", **data.draw(catalog.lists["series"]))


@many
@given(data=st.data())
def test_books_are_those_of_the_oracle(catalog, data):
    catalog.check("books", **data.draw(catalog.lists["books"]))


@many
@given(data=st.data())
def test_a_kept_index_finds_the_series_of_the_oracle(kept_catalog, data):
    kept_catalog.check("series", **data.draw(kept_catalog.lists["series"]))


@many
@given(data=st.data())
def test_a_kept_index_finds_the_books_of_the_oracle(kept_catalog, data):
    kept_catalog.check("books", **data.draw(kept_catalog.lists["books"]))


CONDITIONS = {
    "series": [
        {"readStatus": {"operator": "is", "value": "in_progress"}},
        {"genre": {"operator": "contains", "value": "com"}},
        {"publisher": {"operator": "beginsWith", "value": "dark"}},
        {"allOf": [{"status": {"operator": "isNull"}}]},
        {"name": {"operator": "contains", "value": "bon"}},
    ],
    "books": [
        {"readStatus": {"operator": "isNot", "value": "unread"}},
        {"tag": {"operator": "is", "value": "war"}},
        {"hasError": {"operator": "isFalse"}},
        {"title": {"operator": "endsWith", "value": "01"}},
    ],
}


def scan_again(db, choose, folder):
    """Add a series, lose another, and scan."""
    name = choose.choice(LIBRARIES)
    write_series(
        folder / name, choose, f"New {choose.random()}", choose.randint(1, 9999)
    )
    choose.choice(sorted(folder.rglob("*.cbz"))).unlink()
    for row in rows(db, "SELECT uuid FROM libraries"):
        scan_library(db, row["uuid"], now=TUESDAY, threads=1, allow_missing=True)


def test_a_kept_index_follows_every_change(tmp_path):
    choose = random.Random(11)  # noqa: S311 - the same changes each time
    with opened(tmp_path, is_kept=True) as db:
        for step in range(100):
            if step % 10 == 9:
                scan_again(db, choose, tmp_path)
            else:
                choose.choice([edit, read])(db, choose)
            catalog = Catalog(db)
            for of, sorts in (("series", SERIES_SORTS), ("books", BOOK_SORTS)):
                catalog.check(
                    of,
                    user=choose.choice(catalog.users),
                    condition=choose.choice(CONDITIONS[of]),
                    paging=Paging(0, 100),
                    library=choose.choice([None, None, *catalog.libraries]),
                    series=None,
                    sort=choose.choice(list(sorts)),
                    order=choose.choice(["asc", "desc"]),
                )
