"""The first call of a shape in a new process: `python first_call.py CATALOG SHAPE`.

Prints milliseconds from the open catalog to the answer.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

from catalog_calls import calls_of
from catalog_samples import samples_of
from catalog_shapes import shapes

from codex_lib.catalog.shelf_index.kept import keep_index
from codex_lib.db import open_catalog


def main() -> None:
    """Call once and print how long it took."""
    path, name = Path(sys.argv[1]), sys.argv[2]
    keep_index(path)
    with closing(open_catalog(path)) as db:
        samples = samples_of(db)
    call = next(calls_of(shape)[0] for shape in shapes(samples) if shape.name == name)
    with closing(open_catalog(path)) as db:
        began = time.perf_counter()
        call.library(db)
        print(1000 * (time.perf_counter() - began))


if __name__ == "__main__":
    main()
