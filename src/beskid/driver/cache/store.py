"""The content-addressed cache of objects, and the records of requests that point into it.

An object is stored under the digest of everything that can change its bytes. A *record* remembers, for one request
(an input with its options), which files with which content were compiled, so that a later run can tell that nothing
changed. Entries are private to the user, replaced atomically, and bound to their name: an entry that is damaged, that
belongs to somebody else, or that was stored under another name does not exist. A warm start imports this module.
"""

from __future__ import annotations

import os

from beskid.driver.cache.key import digest
from beskid.files.folders import PRIVATE_FILE, PRIVATE_PROGRAM, PrivateFolder
from beskid.files.reading import MAX_BINARY_BYTES, is_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "beskid-cache 3"
MAX_ENTRIES = 2000
"""When a folder has more entries, the oldest are removed until half as many are left."""

MAX_PROGRAMS = 200
"""The same for executables, which are larger."""

MAX_UNITS = 8000
"""The same for objects of units and for the lowered functions of files. A program of 10,000 lines has 100 units."""

OBJECTS, RECORDS, LAUNCHES, PROGRAMS = "objects", "requests", "launches", "programs"
COMPILERS, UNITS = "compilers", "units"
OUTLINES, LOWERED = "outlines", "lowered"
SYSROOTS, TOOLS, REPORTS = "sysroots", "tools", "reports"
"""Folders of the cache that hold no entries: the C libraries of other targets, what zig keeps, and crash reports."""

_DIGEST_LETTERS = frozenset("0123456789abcdef")


class Record:
    """The record of one request.

    `stamp` identifies the compiler, `key` names the object. `files` are pairs of path and content digest, `folders`
    pairs of a source root and the digest of the names below it, `absent` the paths that must stay absent. `links` says
    what the program may link. `warnings` and `colored_warnings` are what a run without options about diagnostics prints
    before the program starts.
    """

    __slots__ = ("absent", "colored_warnings", "files", "folders", "key", "links", "stamp", "warnings")

    def __init__(
        self,
        stamp: str,
        key: str,
        files: list[tuple[str, str]],
        folders: list[tuple[str, str]],
        absent: list[str],
        links: list[str] | None = None,
        warnings: str = "",
        colored_warnings: str = "",
    ) -> None:
        self.stamp = stamp
        self.key = key
        self.files = files
        self.folders = folders
        self.absent = absent
        self.links = links or []
        self.warnings = warnings
        self.colored_warnings = colored_warnings


def user_cache_folder(environment: dict[str, str]) -> str:
    """The user's cache: below `XDG_CACHE_HOME`, else `~/.cache`."""
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = environment.get("HOME") or os.path.expanduser("~")
        base = f"{home}/.cache"
    return f"{base}/beskid"


class Cache:
    """A folder of entries. Reading never raises; writing that fails leaves everything as it was."""

    __slots__ = ("folder",)

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def load_object(self, key: str) -> bytes | None:
        """The object stored under `key`, if it is there, ours and whole."""
        return self._load(OBJECTS, key)

    def store_object(self, key: str, data: bytes) -> bool:
        return self._store(OBJECTS, key, data)

    def remove_object(self, key: str) -> None:
        """Remove an object that turned out to be unusable."""
        root = PrivateFolder.open(self.folder)
        if root is None:
            return
        with root:
            folder = root.child(OBJECTS)
            if folder is not None:
                with folder:
                    folder.remove(key)

    def load_record(self, request: str) -> Record | None:
        data = self._load(RECORDS, request)
        return None if data is None else decode_record(data)

    def store_record(self, request: str, record: Record) -> bool:
        """Write the record of a request, unless one of its texts contains a line end, which a record cannot hold."""
        texts = [*record.absent, *record.links]
        texts += [path for path, _ in (*record.files, *record.folders)]
        if any("\n" in text for text in texts):
            return False
        return self._store(RECORDS, request, encode_record(record))

    def load_units(self, keys: Sequence[str]) -> list[bytes | None]:
        """The objects of units stored under the keys, None for each that is not there, ours and whole."""
        return self._load_all(UNITS, keys)

    def store_units(self, images: Mapping[str, bytes]) -> None:
        """Store objects of units by their keys; what cannot be written is compiled again."""
        if images:
            entries = {key: _entry(UNITS, key, image) for key, image in images.items()}
            self._write_all(UNITS, entries, PRIVATE_FILE, MAX_UNITS)

    def load_lowered(self, keys: Sequence[str]) -> list[bytes | None]:
        """The lowered functions of files stored under the keys, None for each that is not there, ours and whole."""
        return self._load_all(LOWERED, keys)

    def store_lowered(self, images: Mapping[str, bytes]) -> None:
        """Store lowered functions of files by their keys; what cannot be written is lowered again."""
        if images:
            entries = {key: _entry(LOWERED, key, image) for key, image in images.items()}
            self._write_all(LOWERED, entries, PRIVATE_FILE, MAX_UNITS)

    def load_outline(self, key: str) -> bytes | None:
        """The outline of a program."""
        return self._load(OUTLINES, key)

    def store_outline(self, key: str, outline: bytes) -> bool:
        return self._store(OUTLINES, key, outline)

    def load_compiler(self, stamp: str) -> str:
        """Return the digest of the compiler that has this stamp, empty if it is not known."""
        data = self._load(COMPILERS, stamp)
        return "" if data is None else data.decode("ascii", "replace")

    def store_compiler(self, stamp: str, content: str) -> bool:
        return self._store(COMPILERS, stamp, content.encode("ascii"))

    def store_program(self, key: str, program: bytes) -> bool:
        """Write the executable of an object. It has no checksum of its own: the launch that names it has."""
        return self._write_all(PROGRAMS, {key: program}, PRIVATE_PROGRAM, MAX_PROGRAMS)

    def store_launch(self, request: str, launch: bytes) -> bool:
        """Write what the native command verifies before it starts the executable of a request."""
        return self._store(LAUNCHES, request, launch)

    def is_usable(self) -> bool:
        """Whether the folder can be used: it, or what is there instead of it, is a folder of this user alone."""
        root = PrivateFolder.open(self.folder)
        if root is not None:
            root.close()
        return root is not None or not is_there(self.folder)

    def can_store(self, kind: str) -> bool:
        """Return whether an entry of a kind can be written: a cache may be readable only."""
        root = PrivateFolder.open(self.folder)
        if root is None:
            return False
        with root:
            folder = root.child(kind)
            if folder is None:
                return root.is_writable()
            with folder:
                return folder.is_writable()

    def _load(self, kind: str, name: str) -> bytes | None:
        return self._load_all(kind, (name,))[0]

    def _load_all(self, kind: str, names: Sequence[str]) -> list[bytes | None]:
        found: list[bytes | None] = [None] * len(names)
        root = PrivateFolder.open(self.folder)
        if root is None:
            return found
        with root:
            folder = root.child(kind)
            if folder is None:
                return found
            with folder:
                for number, name in enumerate(names):
                    content = folder.read(name, MAX_BINARY_BYTES)
                    found[number] = None if content is None else _verified(kind, name, content)
        return found

    def _store(self, kind: str, name: str, data: bytes) -> bool:
        return self._write_all(kind, {name: _entry(kind, name, data)}, PRIVATE_FILE, MAX_ENTRIES)

    def _write_all(self, kind: str, contents: Mapping[str, bytes], mode: int, max_entries: int) -> bool:
        root = PrivateFolder.open(self.folder, create=True)
        if root is None:
            return False
        with root:
            folder = root.child(kind, create=True)
            if folder is None:
                return False
            with folder:
                if not all(folder.write(name, content, mode) for name, content in contents.items()):
                    return False
                _thin_out(folder, max_entries)
        return True


def _entry(kind: str, name: str, data: bytes) -> bytes:
    """The content of an entry's file."""
    return _checksum(kind, name, data) + b"\n" + data


def _verified(kind: str, name: str, content: bytes) -> bytes | None:
    """The data of an entry; None when its checksum is not that of its kind, name and data."""
    checksum, separator, data = content.partition(b"\n")
    if not separator or checksum != _checksum(kind, name, data):
        return None
    return data


def _checksum(kind: str, name: str, data: bytes) -> bytes:
    """The checksum of an entry, which covers its kind, its name and the format."""
    return digest(f"{FORMAT}\0{kind}\0{name}\0".encode() + data).encode("ascii")


def _thin_out(folder: PrivateFolder, max_entries: int) -> None:
    """Keep the folder from growing forever. Only files that are named like entries are ever removed."""
    entries = [name for _, name in folder.entries() if len(name) == 40 and _DIGEST_LETTERS.issuperset(name)]
    if len(entries) <= max_entries:
        return
    for name in entries[: len(entries) - max_entries // 2]:
        folder.remove(name)


def encode_record(record: Record) -> bytes:
    """One line for each entry; a path is the last field of its line because it may contain spaces."""
    lines = [FORMAT, record.stamp, record.key]
    lines += [f"file {content} {path}" for path, content in record.files]
    lines += [f"folder {listing} {path}" for path, listing in record.folders]
    lines += [f"absent {path}" for path in record.absent]
    lines += [f"link {text}" for text in record.links]
    lines += [f"warning {line}" for line in _lines(record.warnings)]
    lines += [f"colored {line}" for line in _lines(record.colored_warnings)]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def decode_record(data: bytes) -> Record | None:
    """The record in `data`; None when it is of another format."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if len(lines) < 3 or lines[0] != FORMAT:
        return None
    record = Record(lines[1], lines[2], [], [], [])
    warnings: list[str] = []
    colored: list[str] = []
    for line in lines[3:]:
        kind, _, rest = line.partition(" ")
        content, _, path = rest.partition(" ")
        if kind == "file":
            record.files.append((path, content))
        elif kind == "folder":
            record.folders.append((path, content))
        elif kind == "absent":
            record.absent.append(rest)
        elif kind == "link":
            record.links.append(rest)
        elif kind == "warning":
            warnings.append(rest)
        elif kind == "colored":
            colored.append(rest)
        else:
            return None
    record.warnings = "\n".join(warnings)
    record.colored_warnings = "\n".join(colored)
    return record
