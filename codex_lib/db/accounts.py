"""The tables of users, API keys, signing in and settings: step 2 of the schema."""

from __future__ import annotations

ACCOUNTS = (
    """
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        username TEXT NOT NULL,
        username_key TEXT NOT NULL UNIQUE, -- case folded
        email TEXT NOT NULL,
        email_key TEXT NOT NULL UNIQUE, -- case folded
        password_hash TEXT NOT NULL, -- argon2id, as a PHC string
        is_admin INTEGER NOT NULL,
        is_active INTEGER NOT NULL,
        email_verified INTEGER NOT NULL,
        permissions TEXT NOT NULL, -- names, one a line
        token_version INTEGER NOT NULL DEFAULT 0, -- raised: all tokens end
        last_login_at TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE api_keys (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        key_prefix TEXT NOT NULL UNIQUE,
        key_hash BLOB NOT NULL, -- SHA-256 of the whole key
        permissions TEXT NOT NULL, -- names, one a line
        is_active INTEGER NOT NULL DEFAULT 1,
        expires_at TEXT, -- NULL: never
        last_used_at TEXT, -- exact to a minute
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX api_keys_by_user ON api_keys (user_id, id)",
    """
    CREATE TABLE revoked_tokens ( -- of sessions that were ended before their time
        jti TEXT PRIMARY KEY,
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL -- of the token; then the row may go
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX revoked_tokens_by_user ON revoked_tokens (user_id)",
    "CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at)",
    """
    CREATE TABLE email_verifications ( -- a row: the user still has to confirm
        user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        token_hash BLOB NOT NULL UNIQUE, -- SHA-256
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE sign_in_attempts ( -- that failed or are under way
        kind TEXT NOT NULL, -- account, address
        subject BLOB NOT NULL, -- SHA-256: people type passwords into the wrong field
        failures INTEGER NOT NULL,
        last_at TEXT NOT NULL,
        blocked_until TEXT,
        PRIMARY KEY (kind, subject)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (last_at)",
    """
    CREATE TABLE settings ( -- those that were changed; the others have their default
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        version INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        updated_by TEXT -- uuid of a user; NULL: nobody who is known
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE settings_history (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        old_value TEXT NOT NULL,
        new_value TEXT NOT NULL,
        changed_by TEXT, -- uuid of a user; NULL: nobody who is known
        changed_at TEXT NOT NULL,
        change_reason TEXT,
        ip_address TEXT
    ) STRICT
    """,
    "CREATE INDEX settings_history_by_key ON settings_history (key, id)",
)
