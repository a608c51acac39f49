"""The pool of child processes: answers, crashes, time-outs, limits."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest

from codex_lib.errors import UnreadableBookError
from codex_lib.formats import isolation
from codex_lib.formats.isolation import child_environment, isolated, parse_answer

PAGE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20" + bytes(40)
SPEAKER = """
import sys
sys.stdin.readline()
sys.stdout.write({answer!r} + "x" * {more})
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_children():
    """Start and end every test without a child."""
    isolation.close_children()
    yield
    isolation.close_children()


@pytest.fixture
def tar(tmp_path):
    page = tmp_path / "1.png"
    page.write_bytes(PAGE)
    path = tmp_path / "book.cbt"
    with tarfile.open(path, "w") as archive:
        archive.add(page, "1.png")
    return str(path)


@pytest.fixture
def pipe(tmp_path):
    """A path whose reader waits for ever."""
    path = tmp_path / "book.cbt"
    os.mkfifo(path)
    return str(path)


@pytest.fixture
def speaker():
    """Children that give one answer of their own to the first request."""
    children = []

    def start(answer, more=0):
        script = SPEAKER.format(answer=answer, more=more)
        command = [sys.executable, "-c", script]
        child = subprocess.Popen(
            command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        children.append(child)
        isolation._slots.get()
        isolation._slots.put(child)
        return child

    yield start
    isolation.close_children()
    assert all(child.poll() is not None for child in children)


def idle_children():
    return [child for child in isolation._slots.queue if child is not None]


def test_a_task_answers_facts_and_a_page_answers_bytes(tar):
    facts, nothing = isolated("cbt.facts", tar)
    name, crc = facts["pages"][0][0], facts["pages"][0][5]

    empty, page = isolated("cbt.page", tar, name=name, crc=crc)

    assert (nothing, empty, page) == (b"", {}, PAGE)


def test_a_child_is_used_again(tar):
    isolated("cbt.facts", tar)
    before = [child.pid for child in idle_children()]

    isolated("cbt.facts", tar)

    assert [child.pid for child in idle_children()] == before
    assert len(before) == 1


def test_a_reason_of_the_task_comes_with_the_callers_path(tmp_path):
    path = str(tmp_path / "broken.cbt")

    with pytest.raises(UnreadableBookError) as caught:
        isolated("cbt.facts", path)

    assert caught.value.path == path
    assert caught.value.reason == "No such file or directory"


def test_a_path_with_bytes_that_are_no_text_survives(tar, tmp_path):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.cbt")
    os.rename(tar, odd)  # noqa: PTH104 - pathlib would do, but not as text

    facts, _ = isolated("cbt.facts", odd)

    assert len(facts["pages"]) == 1


def test_an_exception_that_no_reader_should_raise_is_a_crash(tar):
    with pytest.raises(UnreadableBookError, match="the reader crashed on this file"):
        isolated("no such task", tar)

    assert isolated("cbt.facts", tar)


def test_a_task_that_takes_too_long_is_killed(pipe):
    start = time.monotonic()

    with pytest.raises(UnreadableBookError, match=r"took longer than 0\.5 seconds"):
        isolated("cbt.facts", pipe, seconds=0.5)

    assert time.monotonic() - start < 5
    assert idle_children() == []


def test_a_killed_child_is_a_crash_and_the_next_call_gets_a_fresh_one(tar):
    isolated("cbt.facts", tar)
    (child,) = idle_children()
    os.kill(child.pid, signal.SIGSTOP)
    threading.Timer(0.2, child.kill).start()

    with pytest.raises(UnreadableBookError, match="crashed"):
        isolated("cbt.facts", tar)

    assert isolated("cbt.facts", tar)


def test_a_child_that_died_while_idle_is_replaced_unseen(tar):
    isolated("cbt.facts", tar)
    (child,) = idle_children()
    child.kill()
    child.wait()

    facts, _ = isolated("cbt.facts", tar)

    assert len(facts["pages"]) == 1


def test_control_c_in_the_terminal_does_not_reach_a_child(tar):
    isolated("cbt.facts", tar)
    (child,) = idle_children()

    os.kill(child.pid, signal.SIGINT)

    assert os.getsid(child.pid) != os.getsid(0)
    assert isolated("cbt.facts", tar)
    assert idle_children() == [child]


def test_several_threads_share_two_children(tar):
    answers = queue.Queue()

    def ask():
        for _ in range(5):
            answers.put(isolated("cbt.facts", tar)[0])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.qsize() == 20
    assert all(len(answer["pages"]) == 1 for answer in answers.queue)
    assert 1 <= len(idle_children()) <= 2


def test_an_interrupted_call_leaves_no_half_read_child(tar, speaker):
    """Else the next caller would get the answer to this question."""
    speaker("")

    def interrupt(*_):
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            isolated("cbt.facts", tar)
    finally:
        signal.signal(signal.SIGALRM, old)

    assert idle_children() == []
    assert len(isolation._slots.queue) == isolation.CHILDREN


def test_no_child_outlives_its_parent(tar):
    script = (
        "import os; from codex_lib.formats import isolation as i;"
        f"i.isolated('cbt.facts', {tar!r});"
        "print(next(c.pid for c in i._slots.queue if c), flush=True);"
        "os.kill(os.getpid(), 9)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env=child_environment(os.environ, sys.path),
        check=False,
    )

    pid = int(done.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}/stat").exists():
            return
        time.sleep(0.05)
    pytest.fail("the child is still there")


def test_a_process_forked_while_all_children_are_busy_has_its_own(tar):
    """It can never get an answer through children that are another's."""
    script = (
        "import os; from codex_lib.formats import isolation as i;"
        f"ask = lambda: len(i.isolated('cbt.facts', {tar!r})[0]['pages']);"
        "ask(); busy = [i._slots.get(), i._slots.get()]; pid = os.fork();"
        "pid or print(ask(), flush=True);"
        "pid and os.waitpid(pid, 0); [i._slots.put(child) for child in busy]"
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        stdout=subprocess.PIPE,
        env=child_environment(os.environ, sys.path),
        timeout=20,
        check=True,
    )

    assert done.stdout == b"1\n"


@pytest.mark.parametrize("trouble", ["pass", "sys.path[:] = []"])
def test_nothing_of_a_child_leaks_to_the_terminal(tar, trouble):
    """Neither the traceback of a task nor that of a child that cannot start."""
    script = (
        "import sys; from codex_lib.formats.isolation import isolated\n"
        f"{trouble}\n"
        f"try: isolated('no such task', {tar!r})\n"
        "except Exception as error: print(type(error).__name__)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        env=child_environment(os.environ, sys.path),
        check=True,
    )

    assert (done.stdout, done.stderr) == (b"UnreadableBookError\n", b"")


def test_a_child_gets_no_secrets_and_the_same_import_path():
    environment = {"CODEX_JWT_SECRET": "x", "LANG": "C.UTF-8", "PYTHONPATH": "/old"}

    found = child_environment(environment, ["", "/lib"])

    assert found == {
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(Path.cwd()), "/lib"]),
    }


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense\n",
        "[1]\n",
        "[" * 100_000 + "\n",
        '{"facts": 1, "unreadable": "", "size": 0}\n',
        '{"facts": {}, "unreadable": "", "size": true}\n',
        '{"facts": {}, "unreadable": "", "size": -1}\n',
        '{"facts": {}, "unreadable": "", "size": 9999999999}\n',
        '{"facts": {}, "unreadable": "", "size": 1}\ntoo much',
    ],
)
def test_an_answer_that_makes_no_sense_is_a_crash(speaker, answer):
    """The file may have taken the child over."""
    speaker(answer)

    with pytest.raises(UnreadableBookError, match="crashed"):
        isolated("cbt.facts", "book.cbt")


def test_an_endless_answer_is_cut(speaker, monkeypatch):
    monkeypatch.setattr(isolation, "HEADER_BYTES", 1000)
    speaker("x" * 2000)

    with pytest.raises(UnreadableBookError, match="too long"):
        isolated("cbt.facts", "book.cbt")


def test_a_body_in_pieces_is_joined(speaker):
    size = 3 * 2**20
    speaker(f'{{"facts": {{}}, "unreadable": "", "size": {size}}}\n', size)

    assert isolated("cbt.facts", "book.cbt") == ({}, b"x" * size)


def test_a_child_that_has_closed_its_ear_is_a_crash(tar):
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, time; os.close(0); print(flush=True);time.sleep(60)",
        ],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child.stdout.read(1)
    isolation._slots.get()
    isolation._slots.put(child)

    with pytest.raises(UnreadableBookError, match="crashed"):
        isolated("cbt.facts", tar)


def test_a_very_long_reason_is_shortened():
    line = b'{"facts": {}, "unreadable": "' + b"x" * 5000 + b'", "size": 0}'

    assert len(parse_answer(line)[1]) == 200
