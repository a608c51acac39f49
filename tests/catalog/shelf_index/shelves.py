"""A small catalog without files, and the writes that change what lists show.

Every write takes an open catalog and a random.Random that says to what it is done.
"""

from __future__ import annotations

import random

from codex_lib.catalog.progress import recount_series
from codex_lib.db import rows, write
from codex_lib.db.folding import fold, other_keys
from codex_lib.db.ids import new_id

MONDAY = "2024-01-15T10:30:00.000000Z"
TITLES = ("Akira", "Bone", "Élan", "ガラスの仮面", "A-Z", "Bone Saga")
NUMBERS = (None, None, 1.0, 1.0, 2.5, 7.0)
STATUSES = (None, "ended", "ongoing")
PUBLISHERS = (None, "Dark Horse", "Image")
LANGUAGES = (None, "en", "fr")
YEARS = (None, 1996, 2024)
GENRES = ("Action", "Drama", "Noir")
USERS = ("ana", "bob")
LIBRARIES = ("l1", "l2")


def dice(seed):
    """Return what chooses, in the same way for the same seed."""
    return random.Random(seed)  # noqa: S311 - nothing secret


def make_catalog(db, choose):
    """Fill an empty catalog: two libraries, ten series, forty books, two people."""
    with write(db):
        make_names(db)
    for kind, times in (
        *((add_series, 10), (add_book, 40), (read_book, 15)),
        *((link_term, 8), (delete_book, 8)),
    ):
        for _ in range(times):
            kind(db, choose)
    read_series(db, series_id=some(db, choose, "series", "book_count > 0")["id"])


def make_names(db):
    """Make libraries, people, genres and tags."""
    for uuid in LIBRARIES:
        insert(db, "libraries", uuid=uuid, name=uuid, path=f"/{uuid}", **NAMED)
    for name in USERS:
        person = {"username_key": name, "email": name, "email_key": name}
        insert(db, "users", username=name, **person, **PERSON)
    for noun in ("genre", "tag"):
        for name in GENRES:
            insert(db, f"{noun}s", name=name, name_key=fold(name), created_at="")


TIMES = {"created_at": "", "updated_at": ""}
STRATEGIES = ("series_strategy", "book_strategy", "number_strategy")
NAMED = {"default_reading_direction": "ltr", **dict.fromkeys(STRATEGIES, ""), **TIMES}
FLAGS = {"is_admin": 0, "is_active": 1, "email_verified": 1}
PERSON = {"password_hash": "", "permissions": "", **FLAGS, **TIMES}


def insert(db, table, **values):
    """Insert a row; without a uuid it gets a new one."""
    values = {"uuid": new_id(), **values}
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    rows(db, f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - closed


def some(db, choose, table, where="true"):
    """Return one row of a table, or None."""
    found = rows(db, f"SELECT * FROM {table} WHERE {where}")  # noqa: S608 - closed
    return choose.choice(found) if found else None


def keys_of(title, *others):
    key = fold(title)
    return {"title": title, "title_key": key, "other_keys": other_keys(key, *others)}


def change(db, table, row, **values):
    names = ", ".join(f"{name} = :{name}" for name in values)
    with write(db):
        sql = f"UPDATE {table} SET {names} WHERE id = :id"  # noqa: S608 - closed
        rows(db, sql, {**values, "id": row["id"]})


def recount(db, series_id):
    """Bring the counters of a series in step, as every write of books does."""
    sql = """
        UPDATE series SET (book_count, page_count, file_size) = (
            SELECT count(*), coalesce(sum(page_count), 0), coalesce(sum(file_size), 0)
            FROM books WHERE series_id = series.id AND deleted_at IS NULL
        ) WHERE id = ?
    """
    rows(db, sql, [series_id])
    recount_series(db, series_id)
    sql = """
        UPDATE libraries SET book_count = (SELECT count(*) FROM books
            WHERE library_id = libraries.id AND deleted_at IS NULL),
        series_count = (SELECT count(*) FROM series
            WHERE library_id = libraries.id AND book_count > 0)
    """
    rows(db, sql)


def add_series(db, choose):
    title = choose.choice(TITLES)
    with write(db):
        insert(
            db,
            "series",
            library_id=choose.choice((1, 2)),
            place=new_id(),
            path=choose.choice((None, title)),
            sort_key=fold(title),
            status=choose.choice(STATUSES),
            publisher=choose.choice(PUBLISHERS),
            language=choose.choice(LANGUAGES),
            year=choose.choice(YEARS),
            created_at=moment(choose),
            updated_at=moment(choose),
            **keys_of(title),
        )


def add_book(db, choose, **values):
    series = some(db, choose, "series")
    if series is None:
        return
    title = choose.choice(TITLES)
    name = choose.choice((f"{title}.cbz", "v02 Bone.cbz"))
    book = {
        "library_id": series["library_id"],
        "series_id": series["id"],
        "path": new_id(),
        "file_name": name,
        "file_key": fold(name),
        "file_format": "cbz",
        "file_size": choose.choice((5, 5, 9)),
        "mtime_ns": choose.choice((1, 2, 3)),
        "page_count": choose.choice((0, 20)),
        "sort_key": fold(title),
        "number": choose.choice(NUMBERS),
        "release_date": choose.choice((None, 19960700, 20240300)),
        "analysis_error": choose.choice((None, None, "damaged")),
        "created_at": moment(choose),
        "updated_at": moment(choose),
        **keys_of(title, name),
        **values,
    }
    with write(db):
        insert(db, "books", **book)
        recount(db, series["id"])


def moment(choose):
    return f"2024-01-{choose.randint(10, 14)}T10:30:00.000000Z"


def add_far_book(db, choose):
    """Add a book whose id is beyond what any array has room for."""
    last = rows(db, "SELECT coalesce(max(id), 0) AS id FROM books")[0]["id"]
    add_book(db, choose, id=last + 9000)


def delete_book(db, choose):
    book = some(db, choose, "books", "deleted_at IS NULL")
    if book is not None:
        with write(db):
            change(db, "books", book, deleted_at=MONDAY)
            recount(db, book["series_id"])


def restore_book(db, choose):
    book = some(db, choose, "books", "deleted_at IS NOT NULL")
    if book is not None:
        with write(db):
            change(db, "books", book, deleted_at=None)
            recount(db, book["series_id"])


def purge(db, choose):
    book = some(db, choose, "books")
    if book is not None:
        with write(db):
            rows(db, "DELETE FROM books WHERE id = ?", [book["id"]])
            recount(db, book["series_id"])


def remove_series(db, choose):
    series = some(db, choose, "series")
    if series is not None:
        with write(db):
            rows(db, "DELETE FROM series WHERE id = ?", [series["id"]])
            recount(db, series["id"])


def move_book(db, choose):
    book, series = some(db, choose, "books"), some(db, choose, "series")
    if book is not None:
        library = series["library_id"]
        with write(db):
            change(db, "books", book, series_id=series["id"], library_id=library)
            recount(db, book["series_id"])
            recount(db, series["id"])


def change_book(db, choose):
    book = some(db, choose, "books")
    if book is not None:
        title = choose.choice(TITLES)
        change(
            db,
            "books",
            book,
            sort_key=fold(title),
            number=choose.choice(NUMBERS),
            release_date=choose.choice((None, 20240300)),
            analysis_error=choose.choice((None, "damaged")),
            updated_at=moment(choose),
            **keys_of(title, book["file_name"]),
        )


def rename_series(db, choose):
    series = some(db, choose, "series")
    if series is not None:
        title = choose.choice(TITLES)
        change(db, "series", series, sort_key=fold(title), **keys_of(title))


def edit_series(db, choose):
    series = some(db, choose, "series")
    if series is not None:
        change(
            db,
            "series",
            series,
            status=choose.choice(STATUSES),
            publisher=choose.choice((*PUBLISHERS, new_id())),
            language=choose.choice(LANGUAGES),
            year=choose.choice(YEARS),
        )


def link_term(db, choose):
    series, noun = some(db, choose, "series"), choose.choice(("genre", "tag"))
    term = some(db, choose, f"{noun}s")
    if series is not None and term is not None:
        sql = f"INSERT OR IGNORE INTO series_{noun}s VALUES (?, ?)"  # noqa: S608 - closed
        with write(db):
            rows(db, sql, [series["id"], term["id"]])


def unlink_term(db, choose):
    noun = choose.choice(("genre", "tag"))
    link = some(db, choose, f"series_{noun}s")
    if link is not None:
        sql = f"DELETE FROM series_{noun}s WHERE (series_id, {noun}_id) = (?, ?)"  # noqa: S608 - closed
        with write(db):
            rows(db, sql, list(link))


def delete_genre(db, choose):
    genre = some(db, choose, "genres")
    if genre is not None:
        with write(db):
            rows(db, "DELETE FROM genres WHERE id = ?", [genre["id"]])


def read_book(db, choose):
    user, book = some(db, choose, "users"), some(db, choose, "books")
    if user is None or book is None:
        return
    page, completed = choose.choice(((0, 0), (3, 0), (20, 1)))
    sql = """
        INSERT INTO read_progress (user_id, book_id, uuid, current_page, completed,
            started_at, updated_at, completed_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)
        ON CONFLICT DO UPDATE SET current_page = ?4, completed = ?5, updated_at = ?6
    """
    values = [user["id"], book["id"], new_id(), page, completed, moment(choose)]
    with write(db):
        rows(db, sql, values)
        recount_series(db, book["series_id"], user=user["id"])


def read_series(db, *, series_id):
    """Let the first person read every book of a series."""
    sql = """
        INSERT OR REPLACE INTO read_progress (user_id, book_id, uuid, current_page,
            completed, started_at, updated_at, completed_at)
        SELECT 1, id, uuid, 20, 1, '', created_at, created_at FROM books
        WHERE series_id = ?
    """
    with write(db):
        rows(db, sql, [series_id])
        recount_series(db, series_id)


def forget_progress(db, choose):
    found = some(db, choose, "read_progress")
    if found is not None:
        values = [found["user_id"], found["book_id"]]
        with write(db):
            rows(db, FORGET, values)
            sql = "SELECT series_id FROM books WHERE id = ?"
            series = rows(db, sql, values[1:])[0]["series_id"]
            recount_series(db, series, user=values[0])


FORGET = "DELETE FROM read_progress WHERE (user_id, book_id) = (?, ?)"


def replace_user(db, choose):
    """Delete somebody; the next one may get the same inner id."""
    user = some(db, choose, "users")
    with write(db):
        rows(db, "DELETE FROM users WHERE id = ?", [user["id"]])
        name = new_id()
        person = {"username_key": name, "email": name, "email_key": name}
        insert(db, "users", username=name, **person, **PERSON)


def trim_changes(db, choose):
    """Forget what changed but for the newest, so that nobody can follow."""
    with write(db):
        newest = "(SELECT max(id) FROM changes)"
        rows(db, f"DELETE FROM changes WHERE id < {newest}")  # noqa: S608 - closed


WRITES = (
    *(add_series, add_book, add_far_book, delete_book, restore_book, purge),
    *(remove_series, move_book, change_book, rename_series, edit_series, link_term),
    *(unlink_term, delete_genre, read_book, forget_progress, replace_user),
    trim_changes,
)
