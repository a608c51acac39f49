"""The terminal: every operation of codex_lib as a command."""
