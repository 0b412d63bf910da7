"""Damaged cache entries: a request finds exactly the object of its own program, or nothing.

An input names the entry that is damaged, how, and holds the bytes that take its place. An entry with a valid checksum
and another content cannot come from damage; such entries are made too, and must only not raise.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from tools.fuzz.mutate import mutate_bytes, mutate_words
from tools.fuzz.target import Target

from beskid.driver.cache.store import OBJECTS, RECORDS, Cache, _checksum, user_cache_folder
from beskid.driver.cache.warm import RunRequest, changes, find_object
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

PROGRAMS = ("first", "other")
KINDS = (OBJECTS, RECORDS)
SHAPES = (b"file", b"resealed", b"link", b"folder", b"fifo", b"hard link", b"absent")
WORDS = [b"file ", b"folder ", b"absent ", b"link ", b"part ", b"\n", b"\0", b"\xff", b" ", b"/", b"beskid-cache 2"]


class Entries(Target):
    suffix = ".entry"
    verdicts = ("compiled again", "found", "resealed")

    def prepare(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        self.requests = []
        self.images = []
        self.paths: list[dict[str, Path]] = []
        root = Path(user_cache_folder(self.environment))
        for name in PROGRAMS:
            source = folder / f"{name}.bd"
            source.write_text(f'unit main() {{ PrintLine("{name}"); }}\n', encoding="utf-8")
            resolved = resolve_input(source, None, None, folder)
            assert not isinstance(resolved, ResolveFailure)
            session = Session(resolved, CompileOptions(), self.environment)
            image = session.object_bytes()
            request = RunRequest(str(source))
            session.remember(request)
            assert image is not None
            found = find_object(request, self.environment)
            assert found is not None and found.image == image
            self.requests.append(request)
            self.images.append(image)
            self.paths.append({OBJECTS: root / OBJECTS / session.key(), RECORDS: root / RECORDS / request.key()})
        assert self.images[0] != self.images[1]
        self.whole = {path: path.read_bytes() for paths in self.paths for path in paths.values()}

    def make(self, chance: random.Random) -> bytes:
        """Only the damage, since the entries themselves differ from machine to machine; see `_damaged`."""
        return b"%d %d %s" % (chance.randrange(len(KINDS)), chance.getrandbits(48), chance.choice(SHAPES))

    def _damaged(self, kind: str, number: int) -> bytes:
        chance = random.Random(number)
        entry = self.whole[self.paths[0][kind]]
        if chance.randrange(4) == 0:
            return chance.choice(list(self.whole.values()))
        head, _, rest = entry.partition(b"\n")
        if kind == RECORDS and chance.random() < 0.5:
            return head + b"\n" + mutate_words(rest, chance, WORDS)
        return mutate_bytes(entry, chance, list(self.whole.values()))

    def run(self, data: bytes) -> str:
        kind_number, number, shape = data.split(b" ", 2)
        kind = KINDS[int(kind_number)]
        path = self.paths[0][kind]
        content = self._damaged(kind, int(number))
        if shape == b"resealed":
            content = resealed(kind, path.name, content)
        try:
            path.unlink()
            put(path, shape, content, self.paths[1][kind])
            cache = Cache(user_cache_folder(self.environment))
            found = find_object(self.requests[0], self.environment)
            loaded = cache.load_object(self.paths[0][OBJECTS].name)
            if shape == b"resealed":
                record = cache.load_record(self.requests[0].key())
                list(changes(record)) if record is not None else None
                return "resealed"
            if loaded is not None and loaded != self.images[0]:
                raise AssertionError(f"another object was loaded after {data!r}")
            if found is not None and (found.image != self.images[0] or found.record.links):
                raise AssertionError(f"another program would run after {data!r}")
            return "compiled again" if found is None else "found"
        finally:
            restore(path, self.whole[path])


def resealed(kind: str, name: str, content: bytes) -> bytes:
    """An entry with the checksum that its content needs."""
    rest = content.partition(b"\n")[2]
    return _checksum(kind, name, rest) + b"\n" + rest


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def restore(path: Path, content: bytes) -> None:
    """Put an entry back, whatever is in its place."""
    remove(path)
    path.write_bytes(content)
    path.chmod(0o600)


def put(path: Path, shape: bytes, content: bytes, other: Path) -> None:
    """Place something where an entry was: the content, or something else that leads to another entry."""
    if shape == b"link":
        path.symlink_to(other)
    elif shape == b"hard link":
        os.link(other, path)
    elif shape == b"folder":
        path.mkdir()
    elif shape == b"fifo":
        os.mkfifo(path)
    elif shape != b"absent":
        path.write_bytes(content)
        path.chmod(0o600)
