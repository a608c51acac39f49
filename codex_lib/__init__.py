"""Everything Codex can do, without a word printed.

config       settings of this machine: defaults, file, environment
db           the catalog file: opening it, transactions, migrations
formats      bytes on disk to pages and metadata
catalog      what is on the shelves: libraries, series, books, pages, covers
scanning     a folder against the catalog: walk, plan, apply
accounts     who may do what: users, passwords, tokens, API keys
settings     what an administrator may change while Codex runs
api          the REST API and the server around it
demo         a small library that Codex draws itself
errors       every error that a caller may meet
"""

__version__ = "0.1.0"
