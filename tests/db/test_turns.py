import fcntl

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
