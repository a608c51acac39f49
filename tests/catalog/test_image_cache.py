"""The cache of images: one maker at a time, nothing torn, no more than its room."""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codex_lib.catalog import image_cache
from codex_lib.catalog.image_cache import ImageCache, image_caches
from codex_lib.config.load import load_config

MIB = 2**20


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def cache(folder):
    return ImageCache(folder, max_bytes=MIB)


def files(folder):
    """Return the files of images and of images being made."""
    return sorted(path for path in folder.glob("??/*") if path.is_file())


def age(path, seconds):
    then = time.time() - seconds
    os.utime(path, (then, then))


def never():
    raise AssertionError("made again")


# What is kept


def test_what_was_made_once_is_not_made_again(cache):
    assert cache.get_or_make("a", lambda: b"one") == b"one"
    assert cache.get_or_make("a", never) == b"one"


def test_what_was_made_outlives_the_process(cache, folder):
    cache.put("a", b"one")

    assert ImageCache(folder, max_bytes=MIB).find("a") == b"one"


@pytest.mark.parametrize("size", [0, 1, 300_000, 3 * MIB])
def test_images_of_every_size_are_kept(folder, size):
    cache = ImageCache(folder, max_bytes=64 * MIB)
    cache.put("a", b"a" * size)
    cache.put("b", b"b")

    assert cache.find("a") == b"a" * size
    assert cache.find("b") == b"b"
    assert cache.find("a") == b"a" * size


def test_nothing_is_found_where_nothing_was_kept(cache, folder):
    assert cache.find("a") is None
    assert not folder.exists()


def test_what_failed_is_tried_again_and_leaves_nothing(cache, folder):
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make("a", lambda: bytes(1 // 0))

    assert files(folder) == []
    assert cache.get_or_make("a", lambda: b"one") == b"one"


def test_a_key_never_becomes_a_path(cache, folder, tmp_path):
    for key in ("../../evil", "/etc/passwd", "a\0b", "\udcff"):
        cache.put(key, key.encode("utf-8", "surrogatepass"))

    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert len(files(folder)) == 4
    assert cache.find("../../evil") == b"../../evil"


def test_nobody_else_may_read_it(cache, folder):
    cache.put("a", b"one")

    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_removed_image_is_made_again(cache):
    cache.put("a", b"one")
    cache.remove("a")
    cache.remove("b")

    assert cache.get_or_make("a", lambda: b"two") == b"two"


# Without waiting


def test_a_warm_image_is_found_without_waiting(cache):
    cache.put("a", b"one")
    with pytest.raises(BlockingIOError):
        cache.find("a", wait=False)  # nobody knows yet what disk it is
    cache.find("a")

    assert cache.find("a", wait=False) == b"one"
    assert cache.find("b", wait=False) is None


def test_who_cannot_wait_is_told_where_the_disk_might_be_slow(cache, monkeypatch):
    monkeypatch.setattr(image_cache, "filesystem_kind", lambda _path: "nfs4")
    cache.put("a", b"one")
    cache.find("a")

    with pytest.raises(BlockingIOError):
        cache.find("a", wait=False)


@pytest.mark.parametrize("count", [0, OSError])
def test_who_cannot_wait_is_told_when_it_is_not_in_memory(cache, monkeypatch, count):
    def preadv(*_args):
        if count:
            raise count
        return count

    cache.put("a", b"one")
    cache.find("a")
    monkeypatch.setattr(os, "preadv", preadv)

    with pytest.raises(BlockingIOError):
        cache.find("a", wait=False)


# Damage


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[:5],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:-1] + b"X",
        lambda data: b"Y" + data[1:],
        lambda data: bytes(len(data)),
    ],
)
def test_a_damaged_file_is_made_again(cache, folder, spoil):
    cache.put("a", b"one")
    (file,) = files(folder)
    file.write_bytes(spoil(file.read_bytes()))

    assert cache.find("a") is None
    assert cache.get_or_make("a", lambda: b"two") == b"two"
    assert cache.find("a") == b"two"


def test_a_file_that_cannot_be_read_is_made_again(cache, folder, monkeypatch):
    def broken(*_args):
        raise OSError(5, "Input/output error")

    cache.put("a", b"one")
    monkeypatch.setattr(os, "preadv", broken)

    assert cache.find("a") is None


def test_a_folder_in_the_place_of_an_image_harms_nothing(cache, folder):
    cache.put("a", b"one")
    (file,) = files(folder)
    file.unlink()
    file.mkdir()

    assert cache.get_or_make("a", lambda: b"two") == b"two"


# No space, no rights, no locks


@pytest.mark.parametrize("broken", ["write", "flock"])
def test_without_space_or_locks_images_are_made_and_the_log_says_so_once(
    cache, monkeypatch, caplog, broken
):
    def full(*_args):
        raise OSError(28, "No space left on device")

    target = (os, "ftruncate") if broken == "write" else (image_cache.fcntl, "flock")
    monkeypatch.setattr(*target, full)
    with caplog.at_level(logging.WARNING):
        for key in "ab":
            assert cache.get_or_make(key, lambda: b"one") == b"one"
            cache.put(key, b"one")
            with cache.alone("c"):
                pass

    assert cache.find("a") is None
    (record,) = caplog.records
    expected = "images are not kept: [Errno 28] No space left on device"
    assert record.getMessage() == expected


def test_where_a_file_stands_in_the_folders_place_images_are_made(folder):
    folder.write_bytes(b"")
    cache = ImageCache(folder, max_bytes=MIB)

    assert cache.get_or_make("a", lambda: b"one") == b"one"
    assert cache.find("a") is None
    assert cache.usage().images == 0


# One at a time


def test_of_many_threads_one_makes_an_image(cache):
    made = []

    def make():
        time.sleep(0.05)  # so that the others meet it
        made.append(1)
        return b"one"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.get_or_make("a", make), range(16)))

    assert found == [b"one"] * 16
    assert made == [1]


def test_another_image_is_made_while_one_is_waited_for(cache):
    begun, release = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert release.wait(10)
        return b"slow"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.get_or_make, "a", slow)
        assert begun.wait(10)
        assert cache.get_or_make("b", lambda: b"fast") == b"fast"
        cache.put("a", b"another")  # left to who is at it
        assert not first.done()
        release.set()

    assert cache.find("a") == b"slow"


def test_when_one_maker_fails_the_next_one_tries(cache):
    begun, release = threading.Event(), threading.Event()

    def fails():
        begun.set()
        assert release.wait(10)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get_or_make, "a", fails)
        assert begun.wait(10)
        second = pool.submit(cache.get_or_make, "a", lambda: b"two")
        release.set()
        assert second.result() == b"two"

    assert isinstance(first.exception(), ZeroDivisionError)


def test_what_is_done_alone_is_done_one_after_the_other(cache, folder):
    inside, most = [], []

    def work(_):
        with cache.alone("book"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.002)
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(32)))

    assert max(most) == 1
    assert files(folder) == []


HAMMER = """
import random, sys, time
from pathlib import Path
from codex_lib.catalog.image_cache import ImageCache
folder, made, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
cache = ImageCache(folder, max_bytes=int(sys.argv[4]))
choose = random.Random(seed)

def image(key):
    def make():
        (made / f"{key}-{time.monotonic_ns()}-{seed}").touch()
        time.sleep(0.001)
        return key.encode() * 2000
    return make

for _ in range(400):
    key = str(choose.randrange(100))
    data = cache.get_or_make(key, image(key))
    assert data == key.encode() * 2000, key
"""


def hammer(folder, made, max_bytes, count=4):
    made.mkdir()
    command = [sys.executable, "-c", HAMMER, str(folder), str(made)]
    running = [
        subprocess.Popen([*command, str(seed), str(max_bytes)]) for seed in range(count)
    ]
    assert [process.wait() for process in running] == [0] * count


def test_of_many_processes_one_makes_an_image(folder, tmp_path):
    hammer(folder, tmp_path / "made", 64 * MIB)

    made = [path.name.partition("-")[0] for path in (tmp_path / "made").iterdir()]
    assert sorted(made) == sorted(map(str, range(100)))
    assert ImageCache(folder, max_bytes=64 * MIB).usage().images == 100


def test_many_processes_keep_within_the_room(folder, tmp_path):
    hammer(folder, tmp_path / "made", 100_000)

    usage = ImageCache(folder, max_bytes=100_000).usage()
    assert usage.images > 0
    assert usage.bytes <= 100_000 + 4 * 8192  # each may have one in its hands


KILLED = """
import sys
from pathlib import Path
from codex_lib.catalog import image_cache
cache = image_cache.ImageCache(Path(sys.argv[1]), max_bytes=2**20)

def dies():
    print("now", flush=True)
    sys.stdin.read()

class Writer:
    def __init__(self, *args, **kwargs):
        self.file = open(*args, **kwargs)
    def __enter__(self):
        return self
    def __exit__(self, *args):
        pass
    def write(self, data):
        self.file.write(data[:10])
        self.file.flush()
        dies()

if sys.argv[2] == "writing":
    image_cache.open = Writer
    cache.get_or_make("a", lambda: b"one" * 100)
else:
    cache.get_or_make("a", dies)
"""


@pytest.mark.parametrize("moment", ["making", "writing"])
def test_a_process_killed_in_the_middle_leaves_nothing_bad(cache, folder, moment):
    command = [sys.executable, "-c", KILLED, str(folder), moment]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as dying:
        assert dying.stdout.readline() == b"now\n"
        (left,) = files(folder)
        dying.send_signal(signal.SIGKILL)
        dying.wait()

    assert left.name.endswith(".new")
    assert cache.find("a") is None
    assert cache.get_or_make("a", lambda: b"two") == b"two"
    assert [path.name for path in files(folder)] == [left.name.removesuffix(".new")]


# Room


def test_what_was_not_used_for_longest_goes_first(folder):
    cache = ImageCache(folder, max_bytes=10 * 4096)
    for number in range(10):
        cache.put(f"{number}", b"x" * 3000)
        age(Path(cache._path(f"{number}")), 10_000 - number)
    assert cache.find("0") is not None  # used now

    cache.put("new", b"y" * 3000)

    left = [name for name in (*"0123456789", "new") if cache.find(name) is not None]
    assert left == ["0", *"3456789", "new"]
    assert cache.usage().bytes == 9 * 4096


def test_an_image_used_lately_is_not_touched_each_time(cache, folder):
    cache.put("a", b"one")
    (file,) = files(folder)
    age(file, 100)
    before = file.stat().st_mtime

    cache.find("a")

    assert file.stat().st_mtime == before


def test_what_is_there_is_counted_when_the_total_is_lost(folder):
    cache = ImageCache(folder, max_bytes=10 * 4096)
    for number in range(10):
        cache.put(f"{number}", b"x" * 3000)
    (folder / ".total").unlink()

    cache.put("new", b"y" * 3000)
    cache.put("newer", b"y" * 3000)

    assert cache.usage().bytes <= 10 * 4096


def test_what_was_abandoned_goes_and_what_is_being_made_stays(folder):
    cache = ImageCache(folder, max_bytes=4096)
    cache.put("a", b"x" * 3000)
    (file,) = files(folder)
    old, young = file.with_name("b" * 62 + ".new"), file.with_name("c" * 62 + ".new")
    old.touch()
    young.touch()
    age(old, 7200)
    stranger = file.with_name("notes.txt")
    stranger.write_bytes(b"x" * 9000)

    cache.put("b", b"x" * 3000)

    assert not old.exists()
    assert young.exists()
    assert stranger.exists()


def test_only_one_sweeps_at_a_time(folder):
    cache = ImageCache(folder, max_bytes=2 * 4096)
    cache.put("a", b"x" * 3000)
    cache.put("b", b"x" * 3000)
    with (folder / ".sweep").open("rb") as file:
        image_cache.fcntl.flock(file, image_cache.fcntl.LOCK_EX)
        cache.put("c", b"x" * 3000)
        assert cache.usage().images == 3

    cache.put("d", b"x" * 3000)

    assert cache.usage().images == 1


def test_clearing_removes_images_and_nothing_else(cache, folder):
    cache.put("a", b"one")
    cache.put("b", b"two")
    (folder / "notes.txt").write_text("mine")
    (folder / "zz").mkdir()
    (folder / "zz" / "mine").touch()

    cleared = cache.clear()

    assert (cleared.images, cleared.bytes) == (2, 8192)
    assert cache.usage()._replace(folder="") == ("", 0, 0, MIB)
    assert (folder / "notes.txt").exists()
    assert (folder / "zz" / "mine").exists()
    assert (folder / ".total").read_bytes() == bytes(8)


def test_covers_and_pages_have_folders_and_room_of_their_own(tmp_path):
    environ = {"CODEX_FILES_CACHE_MEGABYTES": "16"}
    config = load_config(
        config_file=None, data_dir=tmp_path, environ=environ, cwd=tmp_path
    )

    caches = image_caches(config.files)

    assert caches.covers.folder == str(tmp_path / "thumbnails")
    assert caches.pages.folder == str(tmp_path / "cache")
    assert caches.pages.max_bytes == 16 * MIB
    assert caches.covers.max_bytes == 8192 * MIB
    assert list(tmp_path.iterdir()) == []
