from pathlib import Path

import pytest

from codex_lib.db import filesystems
from codex_lib.db.filesystems import filesystem_kind, network_kind

MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/nas rw,relatime - nfs4 nas:/comics rw,vers=4.2
41 40 8:2 / /mnt/nas/local rw - xfs /dev/sdb1 rw
42 22 0:36 / /mnt/my\040books rw shared:7 master:1 - cifs //nas/books rw
43 22 0:37 / /mnt/twice rw - nfs nas:/old rw
44 22 8:3 / /mnt/twice rw - btrfs /dev/sdc1 rw
45 22 0:38 / /home/me/cloud rw - fuse.sshfs me@cloud: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/codex.db", "ext4"),
        ("/", "ext4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas/codex/codex.db", "nfs4"),
        ("/mnt/nasty/codex.db", "ext4"),
        ("/mnt/nas/local/codex.db", "xfs"),
        ("/mnt/my books/codex.db", "cifs"),
        ("/home/me/cloud/codex.db", "fuse.sshfs"),
    ],
)
def test_the_deepest_mount_above_a_path_decides(path, kind):
    assert filesystem_kind(Path(path), MOUNTS) == kind


def test_of_two_mounts_on_one_folder_the_later_hides_the_earlier():
    assert filesystem_kind(Path("/mnt/twice/codex.db"), MOUNTS) == "btrfs"


def test_without_any_mount_above_it_nothing_is_known():
    assert filesystem_kind(Path("/x"), "40 22 0:35 / /mnt rw - nfs4 nas:/ rw") is None


@pytest.fixture
def mounts(tmp_path, monkeypatch):
    """Return a function that says of what type the file system of tmp_path is."""

    def set_kind(kind, folder=tmp_path):
        root = "22 1 8:1 / / rw - ext4 /dev/sda1 rw"
        text = f"{root}\n40 22 0:35 / {folder} rw - {kind} x rw\n"
        (tmp_path / "mountinfo").write_text(text)
        monkeypatch.setattr(filesystems, "MOUNTS", tmp_path / "mountinfo")

    return set_kind


def test_the_mounts_of_the_system_are_read_when_none_are_given(tmp_path, mounts):
    mounts("zfs")

    assert filesystem_kind(tmp_path / "codex.db") == "zfs"


def test_a_system_that_does_not_tell_its_mounts_has_no_kinds(tmp_path, monkeypatch):
    monkeypatch.setattr(filesystems, "MOUNTS", tmp_path / "absent")

    assert filesystem_kind(tmp_path) is None
    assert network_kind(tmp_path) is None


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
def test_network_file_systems_are_told(tmp_path, mounts, kind):
    mounts(kind)

    assert network_kind(tmp_path / "codex.db") == kind


@pytest.mark.parametrize(
    "kind", ["ext4", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk"]
)
def test_local_file_systems_are_none_of_them(tmp_path, mounts, kind):
    mounts(kind)

    assert network_kind(tmp_path / "codex.db") is None


def test_a_symbolic_link_is_followed_to_where_the_file_really_lies(tmp_path, mounts):
    (tmp_path / "nas").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nas")
    mounts("nfs4", folder=tmp_path / "nas")

    assert network_kind(tmp_path / "link" / "codex.db") == "nfs4"
