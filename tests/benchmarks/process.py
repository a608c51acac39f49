"""A codex command in a process of its own that tells what memory it took.

`python process.py ARGUMENTS OF CODEX`: the last line of its errors is the peak in kB.
"""

from __future__ import annotations

import atexit
import resource
import sys
from pathlib import Path

from codex_cli.launch import run


def peak_kb() -> int:
    """Return the most memory this program ever held.

    Not ru_maxrss where it can be helped: on Linux a program inherits that of the
    process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    atexit.register(lambda: print(peak_kb(), file=sys.stderr))
    run()
