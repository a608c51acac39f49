"""The child's own side: requests in, answers out, and what it gives up."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from codex_lib.formats import isolation_child
from codex_lib.formats.isolation import child_environment
from codex_lib.formats.isolation_child import TASKS, find_task, serve

LIMITS = """
import os, resource
from codex_lib.formats.isolation_child import limit_process
limit_process(512 * 2**20)
print([resource.getrlimit(kind)[0] for kind in
      (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)])
try:
    bytearray(600 * 2**20)
except MemoryError:
    print("no memory")
try:
    with open({path!r}, "wb") as file:
        file.write(b"x")
except OSError:
    print("no writing")
"""
LIBRARIES = """
from codex_lib.formats.isolation_child import limit_process
import rars
builder = rars.RarBuilder("rar50")
builder.add_bytes(b"x" * 1000, "1.jpg")
archive = builder.to_bytes()
limit_process()
import lxml.etree, py7zr, pymupdf, rarfile, rars
document = pymupdf.open()
document.new_page(width=600, height=900)
print(document[0].get_pixmap(dpi=200).width)
print(len(rars.RarFile.from_bytes(archive).read("1.jpg")))
"""
MAIN = """
import os, sys
from codex_lib.formats import isolation_child
def speak(path):
    os.write(1, b"print")
    return {}, b""
isolation_child.find_task = lambda name: speak
isolation_child.main()
"""


def answers_to(*requests):
    lines = b"".join(json.dumps(request).encode() + b"\n" for request in requests)
    out = io.BytesIO()
    serve(io.BytesIO(lines), out)
    return out.getvalue()


def request(task, path="book.cbr"):
    return {"task": task, "path": path, "params": {}, "seconds": 60}


def run(script):
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=child_environment(os.environ, sys.path),
        capture_output=True,
        input=b'{"task": "", "path": "", "params": {}, "seconds": 9}\n',
        check=True,
    )
    return done.stdout.decode().splitlines()


def test_an_answer_is_a_line_of_json_and_the_bytes(monkeypatch):
    monkeypatch.setattr(
        isolation_child, "find_task", lambda _: lambda _: ({"pages": 3}, b"abc\n")
    )

    answer = answers_to(request("cbr.page"), request("cbr.page"))

    assert answer == b'{"facts": {"pages": 3}, "unreadable": "", "size": 4}\nabc\n' * 2


def test_a_reason_takes_the_place_of_facts(tmp_path):
    answer = answers_to(request("cbt.facts", str(tmp_path / "gone.cbt")))

    reason = "No such file or directory"
    assert json.loads(answer) == {"facts": {}, "unreadable": reason, "size": 0}


def test_running_out_of_memory_is_a_reason(monkeypatch):
    def hungry(_path):
        raise MemoryError

    monkeypatch.setattr(isolation_child, "find_task", lambda _: hungry)

    assert json.loads(answers_to(request("x")))["unreadable"] == "needs too much memory"


def test_the_end_of_the_requests_is_the_end():
    assert answers_to() == b""


@pytest.mark.parametrize("name", [name for name in TASKS if name[:2] == "cb"])
def test_every_archive_task_is_there(name):
    assert callable(find_task(name))


def test_a_task_that_is_not_in_the_list_cannot_be_run():
    with pytest.raises(KeyError):
        find_task("os:system")


def test_a_child_has_little_memory_no_core_dumps_and_writes_no_files(tmp_path):
    lines = run(LIMITS.format(path=str(tmp_path / "file")))

    assert lines == [f"[{512 * 2**20}, 0, 0]", "no memory", "no writing"]


def test_a_limit_that_the_system_refuses_is_left_out():
    script = (
        "from codex_lib.formats.isolation_child import limit_process;"
        "limit_process(2**70); print('alive')"
    )

    assert run(script) == ["alive"]


def test_the_libraries_work_under_the_limits():
    assert run(LIBRARIES) == ["1667", "1000"]


def test_what_a_library_prints_never_mixes_with_answers():
    assert run(MAIN) == ['{"facts": {}, "unreadable": "", "size": 0}']
