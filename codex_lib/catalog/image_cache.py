"""Images that took work, kept in files: covers, pages of another size, unpacked pages.

A file an image, named by the hash of its key, so that nothing from outside becomes a
path. A warm image of 60 kB costs 8 µs for opening, reading and a checksum. The package
diskcache was weighed: it takes 30, has a second SQLite file for whose lock every writer
waits, unpickles what it finds, and its last release is of 2023.

Any number of threads and processes share a folder. Who makes an image holds a lock on
the file NAME.new, which becomes the image by being renamed: a process that dies leaves
nothing but a file that the next one overwrites. Nothing is forced to the disk; what a
power cut leaves half written does not match its checksum and is made again. Without
space, rights or locks images are made for each request, and the log says so once.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import threading
import time
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_64_intdigest

from codex_lib.catalog.kept_files import (
    FOLDER_CHARS,
    NEW,
    KeptFile,
    kept_files,
    remove_oldest,
    size_on_disk,
)
from codex_lib.db.filesystems import filesystem_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codex_lib.config.definitions import Files

logger = logging.getLogger("codex.images")
# Where opening a file is answered from memory, or soon.
_LOCAL_KINDS = frozenset(
    ("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "tmpfs")
) | {"overlay"}
_HEAD = struct.Struct("<4sQ")  # magic and the checksum of the rest
_MAGIC = b"CxI1"
_TOTAL = struct.Struct("<q")
_TOTAL_NAME, _SWEEP_NAME = ".total", ".sweep"
_USED_EVERY_SECONDS = 3600  # how exactly it is known when an image was used last
_BUFFER_BYTES = 2**20  # of a thread, for reading
_local = threading.local()
_NOWAIT = getattr(os, "RWF_NOWAIT", 0)


class CacheUsage(NamedTuple):
    """What a cache holds; max_bytes is where the oldest images go."""

    folder: str
    images: int
    bytes: int
    max_bytes: int


class _Claim:
    """The right to make one image, or to do what stands behind a key, alone."""

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self.is_kept = False

    def keep(self, data: bytes) -> None:
        """Make this the image. Raises OSError."""
        head = _HEAD.pack(_MAGIC, xxh3_64_intdigest(data))
        os.ftruncate(self.descriptor, 0)
        with open(self.descriptor, "wb", closefd=False) as file:
            file.write(head + data)
        os.replace(self.path + NEW, self.path)  # noqa: PTH105 - hot, and texts
        self.is_kept = True

    def release(self) -> None:
        """Let the next one in."""
        if not self.is_kept:
            with suppress(OSError):
                os.unlink(self.path + NEW)  # noqa: PTH108 - as above
        os.close(self.descriptor)


class ImageCache:
    """Images in a folder, the least recently used removed beyond max_bytes.

    The folder is made when the first image is kept.
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self.folder = str(folder)
        self.max_bytes = max_bytes
        self._is_local: bool | None = None
        self._has_complained = False

    def find(self, key: str, *, wait: bool = True) -> bytes | None:
        """Return what is kept under a key, None if nothing is.

        Without wait, BlockingIOError is raised rather than that the disk is waited for.
        """
        if not wait and not self._is_local:
            raise BlockingIOError
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._note_kind()
            return None
        try:
            data = _read(descriptor, wait=wait)
        finally:
            os.close(descriptor)
        self._note_kind()
        if data is None:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - hot, and texts
        return data

    def has(self, key: str) -> bool:
        """Return whether something is kept under a key, damaged or not."""
        return os.path.exists(self._path(key))  # noqa: PTH110 - hot, and texts

    def get_or_make(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key, else what make returns, which is then kept.

        Of all threads and processes one makes it while the others wait for that. When
        make fails the next one tries.
        """
        data = self.find(key)
        if data is not None:
            return data
        try:
            claim = _claimed(self._path(key))
        except OSError as error:
            self._complain(error)
            return make()
        try:
            data = self.find(key)
            if data is None:  # pragma: no branch - by timing only
                data = make()
                self._keep(claim, data)
        finally:
            claim.release()
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep an image, unless somebody is making it at this moment."""
        try:
            claim = _claimed(self._path(key), wait=False)
        except BlockingIOError:
            return
        except OSError as error:
            self._complain(error)
            return
        try:
            self._keep(claim, data)
        finally:
            claim.release()

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Do something that nobody else does meanwhile under the same key.

        It must be the key of no image.
        """
        try:
            claim = _claimed(self._path(key))
        except OSError as error:
            self._complain(error)
            yield
            return
        try:
            yield
        finally:
            claim.release()

    def remove(self, key: str) -> None:
        """Forget what is kept under a key, if anything is."""
        with suppress(OSError):
            os.unlink(self._path(key))  # noqa: PTH108 - hot, and texts

    def clear(self) -> CacheUsage:
        """Remove all images; return what there was. Other files stay."""
        found = self.usage()
        for entry in kept_files(self.folder):
            with suppress(OSError):
                os.unlink(entry.path)  # noqa: PTH108 - texts
        with suppress(OSError), self._total_file() as descriptor:
            os.pwrite(descriptor, _TOTAL.pack(0), 0)
        return found

    def usage(self) -> CacheUsage:
        """Count what the cache holds, file by file."""
        sizes = [entry.size for entry in kept_files(self.folder)]
        return CacheUsage(self.folder, len(sizes), sum(sizes), self.max_bytes)

    def others(self, keys: Iterable[str]) -> list[KeptFile]:
        """Return the files of all images but those of these keys."""
        wanted = {self._path(key) for key in keys}
        found = kept_files(self.folder)
        return [entry for entry in found if entry.path.removesuffix(NEW) not in wanted]

    def drop(self, entry: KeptFile) -> None:
        """Remove one of others. Raises OSError."""
        os.unlink(entry.path)  # noqa: PTH108 - texts
        self._add(-entry.size)

    def _path(self, key: str) -> str:
        name = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.folder}/{name[:FOLDER_CHARS]}/{name[FOLDER_CHARS:]}"

    def _note_kind(self) -> None:
        if self._is_local is None:
            self._is_local = (
                filesystem_kind(Path(self.folder).resolve()) in _LOCAL_KINDS
            )

    def _keep(self, claim: _Claim, data: bytes) -> None:
        try:
            claim.keep(data)
            total = self._add(size_on_disk(len(data) + _HEAD.size))
            if total is None or total > self.max_bytes:
                self._sweep(total or 0)
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._has_complained:
            self._has_complained = True
            logger.warning("images are not kept: %s", error)

    @contextmanager
    def _total_file(self) -> Iterator[int]:
        """Open the file that holds how much is kept, and lock it."""
        path = f"{self.folder}/{_TOTAL_NAME}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _add(self, size: int) -> int | None:
        """Count what was kept; return the new total, None if it is not known."""
        with self._total_file() as descriptor:
            stored = os.pread(descriptor, _TOTAL.size, 0)
            if len(stored) != _TOTAL.size:
                return None
            total: int = _TOTAL.unpack(stored)[0] + size
            os.pwrite(descriptor, _TOTAL.pack(total), 0)
        return total

    def _sweep(self, total: int) -> None:
        """Remove what was not used for longest, unless another one is at it.

        total is what was believed to be there; what others add meanwhile stays counted.
        """
        path = f"{self.folder}/{_SWEEP_NAME}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left = remove_oldest(self.folder, self.max_bytes)
            with self._total_file() as file:
                stored = os.pread(file, _TOTAL.size, 0)
                believed = _TOTAL.unpack(stored)[0] if stored else total
                os.pwrite(file, _TOTAL.pack(left + believed - total), 0)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)


class ImageCaches(NamedTuple):
    """The caches of one server: small covers, and pages that took work."""

    covers: ImageCache
    pages: ImageCache


def image_caches(files: Files) -> ImageCaches:
    """Return the caches as they are configured; nothing is opened."""
    return ImageCaches(
        ImageCache(files.thumbnail_dir, max_bytes=files.thumbnail_megabytes * 2**20),
        ImageCache(files.cache_dir, max_bytes=files.cache_megabytes * 2**20),
    )


def _buffer(size: int) -> memoryview:
    """Return room that the next call in this thread gives away again.

    Fresh memory for each image would cost ten times what reading it does.
    """
    buffer: bytearray | None = getattr(_local, "buffer", None)
    if buffer is None or len(buffer) < size:
        buffer = bytearray(max(size, _BUFFER_BYTES))
        if size <= _BUFFER_BYTES:
            _local.buffer = buffer
    return memoryview(buffer)[:size]


def _read(descriptor: int, *, wait: bool) -> bytes | None:
    """Return the image in a file, None if it is damaged."""
    facts = os.fstat(descriptor)
    buffer = _buffer(facts.st_size)
    try:
        count = os.preadv(descriptor, [buffer], 0, 0 if wait else _NOWAIT)
    except OSError as error:
        if wait:
            return None
        raise BlockingIOError from error
    if count < facts.st_size and not wait:
        raise BlockingIOError  # the rest is not in memory
    if not _HEAD.size <= facts.st_size == count:
        return None
    magic, checksum = _HEAD.unpack_from(buffer)
    data = bytes(buffer[_HEAD.size :])
    if magic != _MAGIC or xxh3_64_intdigest(data) != checksum:
        return None
    if time.time() - facts.st_mtime > _USED_EVERY_SECONDS:
        with suppress(OSError):
            os.utime(descriptor)
    return data


def _claimed(path: str, *, wait: bool = True) -> _Claim:
    """Return the right to make an image once it is free. Raises OSError.

    Who waited for somebody else finds the file renamed or gone and asks anew. Without
    wait BlockingIOError is raised when it is not free.
    """
    while True:
        descriptor = _opened_new(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            facts, there = os.fstat(descriptor), os.stat(path + NEW)  # noqa: PTH116 - texts
            if facts.st_ino == there.st_ino:
                return _Claim(path, descriptor)
        except FileNotFoundError:
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _opened_new(path: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(path + NEW, flags, 0o600)
    except FileNotFoundError:
        folder = Path(path).parent
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return os.open(path + NEW, flags, 0o600)
