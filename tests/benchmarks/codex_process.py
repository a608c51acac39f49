"""A codex command in a process of its own, which tells what memory it took.

`python codex_process.py ARGUMENTS` runs `codex ARGUMENTS`; the last line on standard
error is the peak in kB.
"""

from __future__ import annotations

import atexit
import resource
import sys
from pathlib import Path

from codex_cli.launch import run

_STATUS = Path("/proc/self/status")


def peak_kb() -> int:
    """Return the most memory that this program ever held.

    Where it can be helped not from getrusage: on Linux that begins with the peak of the
    process that started this one.
    """
    if _STATUS.exists():
        lines = _STATUS.read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM:"))
        return int(peak.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    atexit.register(lambda: print(peak_kb(), file=sys.stderr))
    run()
