"""Damaged entries of compiled units: a program that is compiled in units has the same object, whatever became of them.

An input names the unit, how its entry is damaged, and a number that draws the bytes that take its place. An entry with
a valid checksum and another content cannot come from damage; such entries are made too. The merger then reads a changed
object: it may make any object of it, or the unit is compiled again.
"""

from __future__ import annotations

import os
import random
import tempfile
from functools import cache
from pathlib import Path

from tools.fuzz.entries import SHAPES, put, resealed, restore
from tools.fuzz.mutate import mutate_bytes
from tools.fuzz.target import Target

from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.build_units import build_units
from beskid.codegen.emit import EmitOptions, object_of
from beskid.codegen.host import host_triple
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.unit_store import UnitBuild
from beskid.driver.cache.store import UNITS, Cache, user_cache_folder
from beskid.driver.cache.units import CachedUnits
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

PROGRAM = """
type Point { i64 x, f64 y, string name }
enum Shape { Round(f64 r), Flat(Point p), None }
i64 Choose(i64 n) => match n { 0 => 4, 1 => 7, 2 => 1, 3 => 99, 4 => 12, 5 => 8, _ => 0 - n };
f64 Area(f64 r) => r * r * 3.25;
unit main() {
    Shape[] shapes = [Shape::Round(1.5), Shape::Flat(Point { x: 1, y: 2.5, name: "p" }), Shape::None];
    i64 mut sum = 0;
    let add = (i64 x) => { sum = sum + x; };
    for shape in shapes {
        add(Choose(match shape { Shape::Round(r) => r as i64, Shape::Flat(p) => p.x, _ => 5 }));
    }
    PrintLine("${sum} ${Area(2.0)}");
}
"""
MAX_UNIT_SIZE = 1
"""So that each function is a unit."""


@cache
def artifact() -> CodegenArtifact:
    """The program before it is divided, and before our passes make it one function."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "seed.bd"
        source.write_text(PROGRAM, encoding="utf-8")
        resolved = resolve_input(source, None, None, folder)
        assert not isinstance(resolved, ResolveFailure)
        made = Session(
            resolved, CompileOptions(optimize=0), {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        ).artifact()
        assert made is not None
        return made


@cache
def object_of_module(text: str) -> bytes:
    """Compile a module once: the same text makes the same object."""
    return object_of(text, EmitOptions(host_triple()))


def built(build: UnitBuild) -> bytes:
    """Return the object of the program, compiled in units."""
    return build_units(artifact(), host_triple(), True, DebugLevel.LINES, object_of_module, build)


class Units(Target):
    suffix = ".unit"
    verdicts = ("compiled again", "found", "resealed")

    def prepare(self, folder: Path) -> None:
        self.root = user_cache_folder({**os.environ, "XDG_CACHE_HOME": str(folder / "cache")})
        self.image = built(self._build())
        self.paths = sorted((Path(self.root) / UNITS).iterdir())
        self.whole = {path: path.read_bytes() for path in self.paths}
        assert len(self.paths) > 4
        again = self._build()
        assert built(again) == self.image
        assert again.compiled == 0

    def _build(self) -> UnitBuild:
        store = CachedUnits(Cache(self.root), (host_triple(),), True, lambda: True)
        return UnitBuild(store, max_size=MAX_UNIT_SIZE)

    def make(self, chance: random.Random) -> bytes:
        """Only the damage, since the entries differ from version to version; see `_damaged`."""
        return b"%d %d %s" % (chance.getrandbits(16), chance.getrandbits(48), chance.choice(SHAPES))

    def _damaged(self, path: Path, number: int) -> bytes:
        chance = random.Random(number)
        if chance.randrange(4) == 0:
            return self.whole[chance.choice(self.paths)]
        return mutate_bytes(self.whole[path], chance, list(self.whole.values()))

    def run(self, data: bytes) -> str:
        unit, number, shape = data.split(b" ", 2)
        path = self.paths[int(unit) % len(self.paths)]
        other = self.paths[(int(unit) + 1) % len(self.paths)]
        content = self._damaged(path, int(number))
        if shape == b"resealed":
            content = resealed(UNITS, path.name, content)
        try:
            path.unlink()
            put(path, shape, content, other)
            build = self._build()
            image = built(build)
            if shape == b"resealed":
                return "resealed"
            if image != self.image:
                raise AssertionError(f"another object was made after {data!r}")
            return "compiled again" if build.compiled else "found"
        finally:
            restore(path, self.whole[path])
