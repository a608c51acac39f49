"""Configuration: defaults, then a YAML file, then CODEX_ variables, then options."""
