"""What kind of file system a path lies on."""

from __future__ import annotations

import re
from pathlib import Path

# File systems on which SQLite's locks or shared memory do not hold.
NETWORK_KINDS = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs"),
    *("lustre", "ncpfs", "davfs", "beegfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs"),
    *("fuse.glusterfs", "fuse.davfs2", "fuse.mergerfs.nfs", "ocfs2", "orangefs"),
}
MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def filesystem_kind(path: Path, mounts: str | None = None) -> str | None:
    """Return the type of the file system that a path lies on, as "ext4".

    The path need not exist. None where the system does not tell (no /proc).
    mounts is the text of /proc/self/mountinfo, read when not given.
    """
    if mounts is None:
        try:
            mounts = MOUNTS.read_text(errors="surrogateescape")
        except OSError:
            return None
    folders = {str(path), *map(str, path.parents)}
    best, kind = "", None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
        if point in folders and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind


def network_kind(path: Path) -> str | None:
    """Return the type of the file system if it is a network one, else None."""
    kind = filesystem_kind(path.resolve())
    return kind if kind in NETWORK_KINDS else None
