"""codex genres: what kind of stories series tell."""

from __future__ import annotations

from codex_cli.terms import term_group

app = term_group("genre", "The genres of your series.")
