"""python -m codex_cli: the codex command where its script is not on the path."""

from codex_cli.launch import run

run()
