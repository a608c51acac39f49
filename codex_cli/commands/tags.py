"""codex tags: words by which people find series."""

from __future__ import annotations

from codex_cli.terms import term_group

app = term_group("tag", "The tags of your series.")
