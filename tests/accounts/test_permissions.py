import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codex_lib.accounts.permissions import (
    ALL,
    READER,
    Permission,
    in_order,
    parse_permission,
    parse_permissions,
    render_permissions,
    stored_permissions,
)
from codex_lib.errors import InvalidError

ANY = st.sampled_from(list(Permission))


def words(permission):
    return re.findall("[A-Z][a-z]+", permission)


def test_there_are_twenty_permissions_and_a_reader_has_five():
    assert len(ALL) == 20
    assert in_order(READER) == (
        Permission.LIBRARIES_READ,
        Permission.SERIES_READ,
        Permission.BOOKS_READ,
        Permission.PAGES_READ,
        Permission.SYSTEM_HEALTH,
    )


@given(permission=ANY, separator=st.sampled_from(["", "-", ":", "_"]), data=st.data())
def test_every_spelling_of_a_permission_is_read(permission, separator, data):
    text = separator.join(words(permission))
    cases = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    spelled = "".join(
        letter.upper() if is_upper else letter.lower()
        for letter, is_upper in zip(text, cases, strict=True)
    )

    assert parse_permission(spelled) is permission


@pytest.mark.parametrize("text", ["api-keys:read", "api_keys-read", "apikeys:read"])
def test_separators_may_be_mixed(text):
    assert parse_permission(text) is Permission.API_KEYS_READ


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_anything_else_is_refused_and_named(junk):
    if isinstance(junk, str) and re.sub("[-:_]", "", junk).lower() in {
        permission.lower() for permission in Permission
    }:
        return

    with pytest.raises(InvalidError, match=r"permissions: .* is no permission"):
        parse_permission(junk)


def test_a_long_text_is_shown_cut():
    with pytest.raises(InvalidError) as caught:
        parse_permission("x" * 10_000)

    assert len(str(caught.value)) < 100


def test_a_list_is_read_as_a_set():
    texts = ["books-read", "BooksRead", "pages:read"]

    assert parse_permissions(texts) == {Permission.BOOKS_READ, Permission.PAGES_READ}


def test_a_list_with_a_bad_name_is_refused_by_that_name():
    with pytest.raises(InvalidError, match="'BooksEat' is no permission"):
        parse_permissions(["BooksRead", "BooksEat"])


@pytest.mark.parametrize("junk", ["BooksRead", None, 5, {"BooksRead": True}])
def test_what_is_no_list_is_refused(junk):
    with pytest.raises(InvalidError, match="must be a list of names"):
        parse_permissions(junk)


@given(st.frozensets(ANY))
def test_what_is_stored_comes_back_in_the_guides_order(permissions):
    stored = stored_permissions(render_permissions(permissions))

    assert stored == in_order(permissions)
    assert set(stored) == permissions


def test_a_stored_name_of_a_newer_codex_grants_nothing():
    stored = stored_permissions("BooksRead\nMoonsRead\nPagesRead")

    assert stored == (Permission.BOOKS_READ, Permission.PAGES_READ)
