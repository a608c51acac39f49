import fcntl
import threading
import time
from contextlib import closing

from codex_lib.db import open_catalog, write
from codex_lib.db.turns import Turns


def test_who_cannot_have_a_turn_in_time_goes_on_without(tmp_path):
    first, second = Turns(tmp_path / "codex.db"), Turns(tmp_path / "codex.db")
    fcntl.flock(first._files[0], fcntl.LOCK_EX)

    with second.turn(0):
        reached = True

    assert reached
    first.close()
    second.close()


def test_the_lock_is_free_after_a_turn(tmp_path):
    first, second = Turns(tmp_path / "codex.db"), Turns(tmp_path / "codex.db")
    with first.turn(5):
        pass

    fcntl.flock(second._files[1], fcntl.LOCK_EX | fcntl.LOCK_NB)

    first.close()
    second.close()


def test_who_waits_is_next_however_often_another_writes(tmp_path):
    path, turns, is_over = tmp_path / "codex.db", [], threading.Event()
    with closing(open_catalog(path)):
        pass

    def write_all_the_time():
        with closing(open_catalog(path)) as db:
            while not is_over.is_set():
                with write(db):
                    turns.append(1)
                    time.sleep(0.005)  # the work of a transaction

    writer = threading.Thread(target=write_all_the_time)
    writer.start()
    passed = []
    with closing(open_catalog(path)) as db:
        for _ in range(20):
            time.sleep(0.01)  # so that the other is at it again
            before = len(turns)
            with write(db):
                passed.append(len(turns) - before)
    is_over.set()
    writer.join()

    assert sorted(passed)[len(passed) // 2] <= 1
    assert max(passed) <= 5
