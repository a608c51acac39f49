"""Seeing changes in a real folder."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager

import pytest

from codex_lib.tasks import eyes
from codex_lib.tasks.eyes import Eye, Watched, fingerprint, is_passed_over
from codex_lib.tasks.quiet import Changes, Patience

PATIENCE = 20


@pytest.fixture
def changes():
    return Changes(Patience(quiet=0, longest=0))


@pytest.fixture
def watch(root, changes):
    """Return a function that watches the library's folder for a block.

    It gives a function that waits for something to be seen and returns the folder.
    """

    @contextmanager
    def begin(poll=0.01):
        eye = Eye(Watched("comics", str(root), 0, 0), changes, poll)

        def seen():
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                for _, folder in changes.take_due(time.monotonic()):
                    return folder
                time.sleep(0.01)
            raise AssertionError("nothing was seen")

        try:
            yield seen
        finally:
            eye.close()

    return begin


@pytest.fixture
def listening(root, changes, watch):
    """A watch that has begun, and has seen all that was before."""
    with watch() as seen:
        path = root / "first"
        end = time.monotonic() + PATIENCE
        while True:
            path.write_text("x")
            time.sleep(0.2)
            if changes.take_due(time.monotonic()):
                break
            assert time.monotonic() < end
        while changes.take_due(time.monotonic()):
            time.sleep(0.3)  # until nothing more comes
        yield seen


def test_a_new_file_is_seen_in_its_folder(root, listening, make_cbz):
    (root / "Bone").mkdir()

    for number in range(PATIENCE * 5):  # what was before may come late, and with it
        make_cbz(f"Bone/Bone {number}.cbz")
        if listening() == "Bone":
            return
    pytest.fail("never seen in its folder")


def test_a_file_that_goes_is_seen(root, listening):
    (root / "first").unlink()

    assert listening() == ""


def test_what_a_scan_passes_over_is_not_seen(root, listening, changes):
    (root / ".partial").write_text("x")
    (root / "@eaDir").mkdir()
    (root / "@eaDir" / "thumb.jpg").write_text("x")
    (root / "last").write_text("x")

    assert listening() == ""
    time.sleep(0.3)  # for what should not come
    assert not changes.take_due(time.monotonic())


def test_what_nothing_tells_of_is_looked_for(root, watch, monkeypatch, caplog):
    monkeypatch.setattr(eyes, "network_kind", lambda _: "nfs4")
    with watch() as seen:
        while "walked every" not in caplog.text:
            time.sleep(0.01)
        time.sleep(0.05)  # it has looked once by then
        (root / "Bone.cbz").write_text("x")

        assert seen() == ""
    assert "it lies on a network file system (nfs4)" in caplog.text


def test_a_folder_that_cannot_be_watched_is_looked_through(
    root, watch, monkeypatch, caplog
):
    def refuse(*args, **options):
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refuse)
    with watch():
        while "walked every" not in caplog.text:
            time.sleep(0.01)
    assert "walked every 0.01 seconds: OS file watch limit reached" in caplog.text


def test_a_name_that_is_no_unicode_is_a_change_somewhere(root, listening, caplog):
    os.mkdir(os.fsencode(root) + b"/\xff")  # noqa: PTH102 - bytes

    assert listening() == ""
    assert "Unable to decode" in caplog.text


@pytest.mark.parametrize("change", ["new", "changed", "gone"])
def test_another_file_is_another_fingerprint(root, make_cbz, change):
    book = make_cbz("Bone/Bone 01.cbz")
    before = fingerprint(str(root))
    assert fingerprint(str(root)) == before

    if change == "new":
        make_cbz("Bone/Bone 02.cbz")
    elif change == "changed":
        os.utime(book, (1, 1))
    else:
        book.unlink()

    assert fingerprint(str(root)) != before


def test_a_folder_that_cannot_be_read_has_none(tmp_path):
    assert fingerprint(str(tmp_path / "nowhere")) is None


@pytest.mark.parametrize(
    ("place", "passed"),
    [
        ("Bone/Bone 01.cbz", False),
        ("", False),
        (".trash/Bone 01.cbz", True),
        ("Bone/.Bone 01.cbz.part", True),
        ("Bone/@eaDir/thumb.jpg", True),
        ("#recycle/Bone 01.cbz", True),
    ],
)
def test_hidden_names_and_junk_are_passed_over(place, passed):
    assert is_passed_over(place) is passed
