"""Other names of genres and tags: step 5 of the schema.

A table for each, so that deleting a genre deletes what led to it.
"""

from __future__ import annotations

TERM_ALIASES = tuple(
    statement
    for noun in ("genre", "tag")
    for statement in (
        f"""
        CREATE TABLE {noun}_aliases ( -- names in files that mean another {noun}
            name_key TEXT PRIMARY KEY, -- case and accents folded; that of no {noun}
            name TEXT NOT NULL,
            {noun}_id INTEGER NOT NULL REFERENCES {noun}s (id) ON DELETE CASCADE,
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        f"CREATE INDEX {noun}_aliases_by_{noun} ON {noun}_aliases ({noun}_id)",
    )
)
