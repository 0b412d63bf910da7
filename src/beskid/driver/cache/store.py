"""The content-addressed cache of objects, and the records of requests that point into it.

An object is stored under the digest of everything that can change its bytes. A *record* remembers, for one request
(a file with its options), which files went into it and how they looked, so that a later run can tell by stat that
nothing changed. Entries are private to the user, written atomically, checked when read, and ignored when they are
damaged or belong to somebody else. Standard library only, no front end.
"""

from __future__ import annotations

import os
import time

from beskid.driver.cache.key import digest, files_below

FORMAT = "beskid-cache 1"
MAX_ENTRIES = 2000
"""When a folder has more entries, the oldest are removed until half as many are left."""
NOT_SETTLED = -1
RACY_NANOSECONDS = 50_000_000
"""A file younger than this may change again without a new time stamp, so its stat is not believed later."""


class FileState:
    """How one input looked: stat fields and content digest. A missing file has an empty digest."""

    __slots__ = ("changed", "digest", "inode", "modified", "path", "size")

    def __init__(self, path: str, modified: int, changed: int, size: int, inode: int, digest: str) -> None:
        self.path = path
        self.modified = modified
        self.changed = changed
        self.size = size
        self.inode = inode
        self.digest = digest


class Record:
    """One remembered request: the compiler's stamp, the object's key and the cache folder that holds it, its inputs
    (files, and folders with a digest of their file names), paths that must stay absent, and what it may link."""

    __slots__ = ("absent", "files", "folders", "key", "links", "stamp", "store")

    def __init__(
        self,
        stamp: str,
        store: str,
        key: str,
        files: list[FileState],
        folders: list[tuple[str, str]],
        absent: list[str],
        links: list[str] | None = None,
    ) -> None:
        self.stamp = stamp
        self.store = store
        self.key = key
        self.files = files
        self.folders = folders
        self.absent = absent
        self.links = links or []


def user_cache_folder(environment: dict[str, str]) -> str:
    """The cache of programs without a project: below `XDG_CACHE_HOME`, else `~/.cache`."""
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = environment.get("HOME") or os.path.expanduser("~")
        base = f"{home}/.cache"
    return f"{base}/beskid"


def read_with_state(path: str) -> tuple[bytes, FileState]:
    """A file's bytes and how it looked when they were read."""
    with open(path, "rb") as file:
        stat = os.fstat(file.fileno())
        data = file.read()
    modified = stat.st_mtime_ns if time.time_ns() - stat.st_ctime_ns > RACY_NANOSECONDS else NOT_SETTLED
    return data, FileState(path, modified, stat.st_ctime_ns, len(data), stat.st_ino, digest(data))


def is_unchanged(state: FileState) -> bool:
    """Whether the file still has the recorded content: by stat, else by content."""
    try:
        stat = os.stat(state.path)
        same = (
            stat.st_mtime_ns == state.modified
            and stat.st_ctime_ns == state.changed
            and stat.st_size == state.size
            and stat.st_ino == state.inode
        )
        return same or (stat.st_size == state.size and read_with_state(state.path)[1].digest == state.digest)
    except OSError:
        return False


def folder_listing(folder: str, suffix: str) -> str:
    """A digest of the names of all source files below a folder."""
    names = [entry.path[len(folder) :] for entry in files_below(folder, (suffix,))]
    return digest("\n".join(names).encode("utf-8", "surrogateescape"))


class Cache:
    """A folder of entries. Reading never fails loudly; writing that fails leaves everything as it was."""

    __slots__ = ("folder",)

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def load_object(self, key: str) -> bytes | None:
        """The object stored under `key`, if it is there, ours and whole."""
        return self._load(f"objects/{key}")

    def store_object(self, key: str, data: bytes) -> bool:
        return self._store(f"objects/{key}", data)

    def load_record(self, request: str) -> Record | None:
        data = self._load(f"requests/{request}")
        return None if data is None else decode_record(data)

    def store_record(self, request: str, record: Record) -> bool:
        """Remember a request. Paths with a line end cannot be written down and are not."""
        paths = [record.store, *record.absent, *record.links]
        paths += [*(file.path for file in record.files), *(path for path, _ in record.folders)]
        if any("\n" in path for path in paths):
            return False
        return self._store(f"requests/{request}", encode_record(record))

    def _load(self, name: str) -> bytes | None:
        try:
            with open(f"{self.folder}/{name}", "rb") as file:
                stat = os.fstat(file.fileno())
                if stat.st_uid != os.getuid() or stat.st_mode & 0o022:
                    return None
                content = file.read()
        except OSError:
            return None
        checksum, separator, data = content.partition(b"\n")
        if not separator or checksum.decode("ascii", "replace") != digest(data):
            return None
        return data

    def _store(self, name: str, data: bytes) -> bool:
        target = f"{self.folder}/{name}"
        temporary = f"{target}.{os.getpid()}.new"
        try:
            self._prepare(target.rpartition("/")[0])
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(digest(data).encode("ascii") + b"\n" + data)
                os.replace(temporary, target)
            except OSError:
                os.unlink(temporary)
                return False
        except OSError:
            return False
        self._thin_out(target.rpartition("/")[0])
        return True

    def _thin_out(self, folder: str) -> None:
        """Keep the folder from growing for ever. An entry that another process reads or removes meanwhile is fine."""
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
            if len(found) <= MAX_ENTRIES:
                return
            found.sort(key=lambda entry: entry.stat().st_mtime_ns)
            for entry in found[: len(found) - MAX_ENTRIES // 2]:
                os.unlink(entry.path)
        except OSError:
            return

    def _prepare(self, folder: str) -> None:
        """Make the folder, readable by its owner only; a folder of somebody else is refused."""
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for path in (self.folder, folder):
            stat = os.stat(path)
            if stat.st_uid != os.getuid():
                raise PermissionError(path)
            if stat.st_mode & 0o077:
                os.chmod(path, 0o700)


def encode_record(record: Record) -> bytes:
    """One line an entry; paths are last because they may hold spaces."""
    lines = [FORMAT, record.stamp, record.store, record.key]
    lines += [f"file {f.modified} {f.changed} {f.size} {f.inode} {f.digest} {f.path}" for f in record.files]
    lines += [f"folder {listing} {path}" for path, listing in record.folders]
    lines += [f"absent {path}" for path in record.absent]
    lines += [f"link {words}" for words in record.links]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def decode_record(data: bytes) -> Record | None:
    """The record in `data`; None when it is of another format."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if len(lines) < 4 or lines[0] != FORMAT:
        return None
    record = Record(lines[1], lines[2], lines[3], [], [], [])
    try:
        for line in lines[4:]:
            kind, _, rest = line.partition(" ")
            if kind == "file":
                modified, changed, size, inode, content, path = rest.split(" ", 5)
                record.files.append(FileState(path, int(modified), int(changed), int(size), int(inode), content))
            elif kind == "folder":
                listing, path = rest.split(" ", 1)
                record.folders.append((path, listing))
            elif kind == "absent":
                record.absent.append(rest)
            elif kind == "link":
                record.links.append(rest)
    except ValueError:
        return None
    return record
