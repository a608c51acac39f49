"""Settings that are changed while Codex runs; what a machine needs is in config."""
