"""Mutated objects, given to `abi verify` and to the loader of the engine: each is refused by a `JitError` or loaded.

Half of the changes are those of any binary file, the others are numbers in the tables of sections, symbols and
relocations, where the linker of LLVM trusts what it reads. Nothing is entered: code may do anything.
"""

from __future__ import annotations

import os
import random
import struct
import tempfile
from functools import cache
from pathlib import Path

from tools.fuzz.mutate import BOUNDARIES, mutate_bytes
from tools.fuzz.target import Target
from tools.fuzz.units import MAX_UNIT_SIZE, built

from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import sections
from beskid.codegen.unit_store import UnitBuild
from beskid.driver.abi_verify import verify_image
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.lljit import create_loader
from beskid.engine.runtime_library import installed_library, load_runtime

PROGRAM = """
[Extern(Abi: "C", Library: "c")]
contract C { i64 labs(i64 a); }
type Point { i64 x, f64 y, string name }
enum Shape { Round(f64 r), Flat(Point p), None }
pub i64 Choose(i64 n) => match n { 0 => 4, 1 => 7, 2 => 1, 3 => 99, 4 => 12, 5 => 8, _ => 0 - n };
[Export] pub f64 area(f64 r) => r * r * 3.25;
unit main() {
    Shape[] shapes = [Shape::Round(1.5), Shape::Flat(Point { x: 1, y: 2.5, name: "p" }), Shape::None];
    i64 mut sum = 0;
    for shape in shapes {
        sum = sum + Choose(match shape { Shape::Round(r) => r as i64, Shape::Flat(p) => p.x, _ => 5 });
    }
    PrintLine("${sum} ${C.labs(-3)} ${area(2.0)}");
}
"""
_ROW = 64
_WIDTHS = ("<B", "<H", "<I", "<Q")


@cache
def seeds() -> tuple[bytes, ...]:
    """The objects of a program at both levels, and one that was merged from units."""
    made = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "seed.bd"
        source.write_text(PROGRAM, encoding="utf-8")
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        for level in (0, 2):
            resolved = resolve_input(source, None, None, folder)
            assert not isinstance(resolved, ResolveFailure)
            image = Session(resolved, CompileOptions(optimize=level), environment).object_bytes()
            assert image is not None
            made.append(image)
    return (*made, built(UnitBuild(max_size=MAX_UNIT_SIZE)))


def mutate_tables(image: bytes, chance: random.Random) -> bytes:
    """Change numbers in the header, or in the tables of sections, symbols and relocations."""
    data = bytearray(image)
    table = struct.unpack_from("<Q", image, 0x28)[0]
    rows = sections(image)
    areas = [(0, _ROW), (table, _ROW * len(rows))]
    areas += [(row.offset, row.size) for row in rows if row.kind in (2, 4, 7) and row.size]
    for _ in range(chance.choice((1, 1, 2, 4))):
        start, size = chance.choice(areas)
        form = chance.choice(_WIDTHS)
        width = struct.calcsize(form)
        at = start + chance.randrange(max(size // width, 1)) * width
        old = struct.unpack_from(form, data, at)[0]
        new = chance.choice(
            (old + 1, old - 1, old ^ 1 << chance.randrange(8 * width), chance.choice(BOUNDARIES), chance.randrange(70))
        )
        struct.pack_into(form, data, at, new % (1 << 8 * width))
    return bytes(data)


class Objects(Target):
    suffix = ".o"
    verdicts = ("refused", "loaded")

    def prepare(self, folder: Path) -> None:
        self.runtime = load_runtime(installed_library(host_triple()))
        self.loader = create_loader()
        for seed in seeds():
            assert self.run(seed) == "loaded"

    def make(self, chance: random.Random) -> bytes:
        seed = chance.choice(seeds())
        return mutate_bytes(seed, chance, seeds()) if chance.random() < 0.5 else mutate_tables(seed, chance)

    def run(self, data: bytes) -> str:
        verify_image("fuzzed", data)
        some = self.runtime.address("beskid_runtime_abi_version")
        module = BeskidJitModule(self.runtime, {"labs": some}, self.loader)
        try:
            module.load(data, "fuzzed")
        except JitError:
            return "refused"
        return "loaded"
