from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time


def test_a_folder_becomes_a_library_named_after_it(codex, comics):
    ended = codex("scan", comics)

    assert ended.code == 0
    assert ended.out.startswith("Comics: 3 added; 3 files in ")


def test_no_argument_scans_every_library(codex, shelves, make_cbz):
    make_cbz("Bone/Bone 04.cbz", seed=4)

    assert codex("scan").out.startswith("Comics: 1 added; 4 files in ")


def test_no_argument_and_no_library_is_wrong_usage(codex):
    ended = codex("scan")

    assert ended.code == 2
    assert "name a folder" in ended.err


def test_damaged_files_are_told_with_their_reason_and_exit_code_6(codex, damaged):
    ended = codex("scan", damaged.parents[1])

    assert ended.code == 6
    assert "1 unreadable" in ended.out
    assert "unreadable  Bone/Bone 03.cbz: " in ended.out


def test_the_code_stays_6_while_the_file_stays_damaged(codex, damaged):
    codex("scan", damaged.parents[1])

    ended = codex("scan")

    assert ended.code == 6
    assert "1 unreadable (1 known from earlier scans)" in ended.out


def test_readable_books_with_something_wrong_are_told_and_the_code_is_0(codex, comics):
    book = next(comics.rglob("*.cbz"))
    book.write_bytes(book.read_bytes()[:-30])

    ended = codex("scan", comics)

    assert ended.code == 0
    assert (
        f"damaged     {book.relative_to(comics)}: the archive's directory" in ended.out
    )
    assert "1 damaged but readable" in ended.out


def test_quiet_says_only_what_is_wrong_and_on_stderr(codex, damaged):
    ended = codex("scan", damaged.parents[1], "--quiet")

    assert (ended.code, ended.out) == (6, "")
    assert "Bone 03.cbz" in ended.err


def test_quiet_says_nothing_when_all_is_well(codex, comics):
    assert codex("scan", comics, "-q")[:3] == (0, "", "")


def test_json_is_the_result_of_each_library(codex, damaged):
    ended = codex("scan", damaged.parents[1], "--json")

    (result,) = ended.json["data"]
    assert (ended.code, result["added"], result["library_name"]) == (6, 4, "Comics")
    assert result["unreadable"][0]["path"] == "Bone/Bone 03.cbz"


def test_plan_tells_each_change_and_stores_nothing(codex, shelves, make_cbz):
    make_cbz("Bone/Bone 04.cbz", seed=4)
    (shelves / "Akira" / "Akira 1.cbz").rename(shelves / "Akira" / "Akira I.cbz")

    ended = codex("scan", "--plan")

    assert "added       Bone/Bone 04.cbz  (new file)" in ended.out
    assert "Akira/Akira 1.cbz -> Akira/Akira I.cbz" in ended.out
    assert "1 added, 1 moved" in ended.out
    assert codex("books", "list", "--json").json["total"] == 3


def test_plan_as_json_has_change_path_and_reason(codex, shelves):
    (shelves / "Bone" / "Bone 01.cbz").unlink()

    (plan,) = codex("scan", "--plan", "--json").json["data"]

    assert plan["unchanged"] == 2
    assert plan["changes"] == [
        {
            "change": "missing",
            "path": "Bone/Bone 01.cbz",
            "from": None,
            "reason": "no file there",
        }
    ]


def test_an_emptied_folder_is_refused_and_believed_when_told(codex, shelves):
    for path in sorted(shelves.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()

    refused = codex("scan")
    assert refused.code == 3
    assert "Nothing was changed" in refused.err

    allowed = codex("scan", "--allow-missing")
    assert (allowed.code, "3 missing" in allowed.out) == (0, True)


def test_a_disk_that_is_gone_does_not_stop_other_libraries(codex, shelves, tmp_path):
    """Nightly scan of all libraries: the reachable ones are done, the code tells."""
    manga = tmp_path / "Manga"
    (shelves / "Akira").rename(manga)
    codex("scan", "--allow-missing")
    codex("scan", manga)
    manga.rename(tmp_path / "elsewhere")

    ended = codex("scan")

    assert ended.code == 3
    assert "Comics: nothing changed" in ended.out
    assert "Manga" in ended.err


def test_an_unknown_name_is_not_found(codex, shelves):
    assert codex("scan", "Nothing").code == 4


def press_ctrl_c_when_it_is_caught():
    usual = signal.getsignal(signal.SIGINT)
    while signal.getsignal(signal.SIGINT) is usual:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_a_scan_in_order_and_the_next_one_completes_it(
    codex, root, make_cbz, tmp_path
):
    content = make_cbz("A 0.cbz").read_bytes()
    (tmp_path / "Manga").mkdir()
    for number in range(1, 800):
        (root / f"A {number}.cbz").write_bytes(content)
    thread = threading.Thread(target=press_ctrl_c_when_it_is_caught)
    thread.start()

    stopped = codex("scan", root, tmp_path / "Manga")
    thread.join()

    assert stopped.code == 130
    assert "Stopping after the current batch" in stopped.err
    assert "stopped before the end" in stopped.out
    assert "Manga" not in stopped.out
    assert codex("scan").code == 0
    assert codex("books", "list", "--json").json["total"] == 800


def test_a_second_ctrl_c_ends_at_once():
    code = (
        "import os, signal; from codex_cli.progress import stop_on_interrupt\n"
        "with stop_on_interrupt() as should_stop:\n"
        "    os.kill(os.getpid(), signal.SIGINT); assert should_stop()\n"
        "    os.kill(os.getpid(), signal.SIGINT); print('still here')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (130, "")
