import os
import subprocess
import sys

CODE = "import codex_lib.api.asgi as found; print(callable(found.app))"


def start(tmp_path, **environ):
    known = {"PATH": os.environ["PATH"], "CODEX_DATA_DIR": str(tmp_path / "data")}
    return subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=tmp_path,
        env=known | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_application_path_gives_an_application(tmp_path):
    done = start(tmp_path)

    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_a_mistake_in_the_settings_is_one_line(tmp_path):
    done = start(tmp_path, CODEX_APPLICATION_PORT="many")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("codex: application.port: must be a whole number")
