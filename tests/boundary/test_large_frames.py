"""Endless recursion is a panic for every shape of frame: large native frames, many references, and both."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.toolbox import TRIPLE, run_aot, run_jit

from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.ir.builder import Builder, integer
from beskid.ir.model import BinaryOp, Descriptor, Function, IRType, Location, Module, Operand, Register
from beskid.lower.pipeline import run_passes

I64, REF = IRType.I64, IRType.REF


def endless(scalars: int, references: int) -> Module:
    """A recursive function with that many numbers and references alive across its call."""
    module = Module("frames")
    module.descriptors["cell"] = Descriptor("cell", 16, 8, (), "cell")
    function = Function("_B1f", Location("f", "main.bd", 1, 1), (I64,))
    builder = Builder(function)
    count = builder.parameter(I64)
    numbers: list[Register] = []
    last: Register = count
    for index in range(scalars):
        last = builder.binary(BinaryOp.XOR, builder.binary(BinaryOp.IMUL, last, count), integer(I64, index * 77 + 5))
        numbers.append(last)
    cells = [builder.allocate_object("cell") for _ in range(references)]
    for cell in cells:
        builder.store_field(cell, 8, count, True)
    (result,) = builder.call("_B1f", (builder.binary(BinaryOp.IADD, count, integer(I64, 1)),), (I64,))
    values: list[Operand] = [*numbers, *[builder.load_field(cell, 8, I64) for cell in cells]]
    for value in values:
        result = builder.binary(BinaryOp.IADD, result, value)
    builder.ret((result,))
    module.functions[function.name] = builder.seal()
    main = Function("_B4main", Location("main", "main.bd", 9, 1), (I64,))
    builder = Builder(main)
    builder.parameter(REF)
    (status,) = builder.call("_B1f", (integer(I64, 0),), (I64,))
    builder.ret((status,))
    module.functions[main.name] = builder.seal()
    module.entry = main.name
    return module


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize(("scalars", "references"), [(3000, 0), (0, 1500), (700, 300)])
def test_endless_recursion_with_large_frames(scalars: int, references: int, level: int, tmp_path: Path) -> None:
    module = endless(scalars, references)
    run_passes(module)
    image = emit_object(make_artifact(module), EmitOptions(TRIPLE, opt_level=level))
    for outcome in (run_aot(image, tmp_path), run_jit(image, tmp_path)):
        assert outcome.stderr.splitlines()[0] == "panic: stack overflow"
        assert outcome.status == 101
