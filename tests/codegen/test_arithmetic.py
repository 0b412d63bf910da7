"""Every operation on numbers, computed by generated code at both levels, against Python's exact results."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest
from tests.boundary.toolbox import TRIPLE, run_jit

from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.ir.builder import Builder, float32, float64, integer
from beskid.ir.model import (
    BinaryOp,
    CompareOp,
    ConvertOp,
    FloatConstant,
    Function,
    IRType,
    Location,
    Module,
    Operand,
    Register,
    StringConstant,
    UnaryOp,
    type_of,
)
from beskid.lower.pipeline import run_passes

I8, I32, I64, F32, F64 = IRType.I8, IRType.I32, IRType.I64, IRType.F32, IRType.F64
NAN = float("nan")
INFINITY = float("inf")

BINARY: list[tuple[BinaryOp, Operand, Operand, int | float]] = [
    (BinaryOp.IADD, integer(I8, 127), integer(I8, 1), -128),
    (BinaryOp.ISUB, integer(I64, -(1 << 63)), integer(I64, 1), (1 << 63) - 1),
    (BinaryOp.IMUL, integer(I32, 65537), integer(I32, 65537), 131073),
    (BinaryOp.SDIV, integer(I32, -7), integer(I32, 2), -3),
    (BinaryOp.UDIV, integer(I8, -2), integer(I8, 3), 84),
    (BinaryOp.SREM, integer(I64, -7), integer(I64, 3), -1),
    (BinaryOp.UREM, integer(I8, -1), integer(I8, 16), 15),
    (BinaryOp.AND, integer(I64, 12), integer(I64, 10), 8),
    (BinaryOp.OR, integer(I64, 12), integer(I64, 10), 14),
    (BinaryOp.XOR, integer(I64, 12), integer(I64, 10), 6),
    (BinaryOp.SHL, integer(I32, 1), integer(I32, 33), 2),
    (BinaryOp.SHL, integer(I8, 1), integer(I8, 7), -128),
    (BinaryOp.LSHR, integer(I8, -128), integer(I8, 15), 1),
    (BinaryOp.ASHR, integer(I64, -8), integer(I64, 65), -4),
    (BinaryOp.FADD, float64(0.1), float64(0.2), 0.1 + 0.2),
    (BinaryOp.FSUB, float64(1e308), float64(-1e308), INFINITY),
    (BinaryOp.FMUL, float64(3.0), float64(-0.0), -0.0),
    (BinaryOp.FDIV, float64(1.0), float64(3.0), 1.0 / 3.0),
    (BinaryOp.FDIV, float64(0.0), float64(0.0), NAN),
    (BinaryOp.FMOD, float64(7.5), float64(-2.0), 1.5),
    (BinaryOp.POW, float64(2.0), float64(0.5), 2.0**0.5),
    (BinaryOp.POW, float64(10.0), float64(3.0), 1000.0),
    (BinaryOp.ATAN2, float64(1.0), float64(-1.0), math.atan2(1.0, -1.0)),
]

UNARY: list[tuple[UnaryOp, Operand, int | float]] = [
    (UnaryOp.FNEG, float64(0.0), -0.0),
    (UnaryOp.SQRT, float64(2.0), math.sqrt(2.0)),
    (UnaryOp.ABS, float64(-2.5), 2.5),
    (UnaryOp.FLOOR, float64(-2.5), -3.0),
    (UnaryOp.CEIL, float64(-2.5), -2.0),
    (UnaryOp.TRUNC, float64(-2.5), -2.0),
    (UnaryOp.ROUND, float64(2.5), 3.0),
    (UnaryOp.ROUND, float64(-0.5), -1.0),
    (UnaryOp.SIN, float64(1.0), math.sin(1.0)),
    (UnaryOp.COS, float64(1.0), math.cos(1.0)),
    (UnaryOp.TAN, float64(1.0), math.tan(1.0)),
    (UnaryOp.ASIN, float64(0.5), math.asin(0.5)),
    (UnaryOp.ACOS, float64(0.5), math.acos(0.5)),
    (UnaryOp.ATAN, float64(0.5), math.atan(0.5)),
    (UnaryOp.EXP, float64(1.0), math.exp(1.0)),
    (UnaryOp.LOG, float64(10.0), math.log(10.0)),
    (UnaryOp.LOG2, float64(8.0), 3.0),
    (UnaryOp.LOG10, float64(1000.0), math.log10(1000.0)),
    (UnaryOp.BIT_COUNT, integer(I64, -1), 64),
    (UnaryOp.LEADING_ZEROS, integer(I64, 1), 63),
    (UnaryOp.LEADING_ZEROS, integer(I64, 0), 64),
    (UnaryOp.TRAILING_ZEROS, integer(I64, 8), 3),
    (UnaryOp.TRAILING_ZEROS, integer(I64, 0), 64),
    (UnaryOp.BITS, float64(1.0), 0x3FF0000000000000),
    (UnaryOp.FROM_BITS, integer(I64, 0x4000000000000000), 2.0),
    (UnaryOp.BITS, float32(-0.0), -(1 << 31)),
]

COMPARE: list[tuple[CompareOp, Operand, Operand, int]] = [
    (CompareOp.EQ, integer(I64, 5), integer(I64, 5), 1),
    (CompareOp.NE, integer(I64, 5), integer(I64, 5), 0),
    (CompareOp.SLT, integer(I8, -1), integer(I8, 1), 1),
    (CompareOp.ULT, integer(I8, -1), integer(I8, 1), 0),
    (CompareOp.SLE, integer(I64, 2), integer(I64, 2), 1),
    (CompareOp.SGT, integer(I64, 2), integer(I64, 2), 0),
    (CompareOp.SGE, integer(I64, 2), integer(I64, 2), 1),
    (CompareOp.ULE, integer(I64, -1), integer(I64, 2), 0),
    (CompareOp.UGT, integer(I64, -1), integer(I64, 2), 1),
    (CompareOp.UGE, integer(I64, 2), integer(I64, 2), 1),
    (CompareOp.FEQ, float64(NAN), float64(NAN), 0),
    (CompareOp.FNE, float64(NAN), float64(NAN), 1),
    (CompareOp.FLT, float64(NAN), float64(1.0), 0),
    (CompareOp.FLE, float64(-0.0), float64(0.0), 1),
    (CompareOp.FGT, float64(2.0), float64(1.0), 1),
    (CompareOp.FGE, float64(NAN), float64(NAN), 0),
]

CONVERT: list[tuple[ConvertOp, Operand, IRType, int | float]] = [
    (ConvertOp.TRUNC, integer(I64, 0x1FF), I8, -1),
    (ConvertOp.ZEXT, integer(I8, -1), I64, 255),
    (ConvertOp.SEXT, integer(I8, -1), I64, -1),
    (ConvertOp.FLOAT_TO_SIGNED, float64(NAN), I32, 0),
    (ConvertOp.FLOAT_TO_SIGNED, float64(1e20), I64, (1 << 63) - 1),
    (ConvertOp.FLOAT_TO_SIGNED, float64(-1e20), I8, -128),
    (ConvertOp.FLOAT_TO_SIGNED, float64(-2.9), I64, -2),
    (ConvertOp.FLOAT_TO_UNSIGNED, float64(-5.0), I8, 0),
    (ConvertOp.FLOAT_TO_UNSIGNED, float64(300.0), I8, -1),
    (ConvertOp.SIGNED_TO_FLOAT, integer(I64, -3), F64, -3.0),
    (ConvertOp.UNSIGNED_TO_FLOAT, integer(I8, -1), F64, 255.0),
    (ConvertOp.FLOAT_EXTEND, float32(0.1), F64, struct.unpack("<f", struct.pack("<f", 0.1))[0]),
    (ConvertOp.FLOAT_TRUNCATE, float64(0.1), F32, struct.unpack("<f", struct.pack("<f", 0.1))[0]),
]


class Printer:
    """Builds one function a case, so that nothing is known where it is computed, and a main that prints all."""

    def __init__(self) -> None:
        self.module = Module("arithmetic")
        main = Function("_B4main", Location("main", "main.bd", 1, 1), (I64,))
        self.main = Builder(main)
        self.main.parameter(IRType.REF, "arguments")
        self.module.entry = main.name
        self.module.functions[main.name] = main

    def case(self, operands: list[Operand], result: IRType) -> tuple[Builder, list[Register]]:
        """A function that is never inlined; `finish` returns from it."""
        number = len(self.module.functions)
        function = Function(f"_B4case{number}", Location("case", "main.bd", number, 1), (result,))
        function.inline_never = True
        builder = Builder(function)
        parameters = [builder.parameter(type_of(operand)) for operand in operands]
        self.module.functions[function.name] = function
        (given,) = self.main.call(function.name, tuple(operands), (result,))
        self.print(given, result)
        return builder, parameters

    def print(self, given: Register, result: IRType) -> None:
        """A line with the bits of a value."""
        main = self.main
        shown = given
        if result in (F32, F64):
            shown = main.unary(UnaryOp.BITS, shown)
        if type_of(shown) is IRType.I1:
            shown = main.convert(ConvertOp.ZEXT, shown, I64)
        elif type_of(shown) is not I64:
            shown = main.convert(ConvertOp.SEXT, shown, I64)
        text = main.call_runtime_value("str_from_i64", (shown,))
        main.call_runtime("stdout_write", (main.concat((text, StringConstant(b"\n"))),))

    def image(self, level: int) -> bytes:
        self.main.ret((integer(I64, 0),))
        for function in self.module.functions.values():
            Builder(function).seal()
        run_passes(self.module)
        return emit_object(make_artifact(self.module), EmitOptions(TRIPLE, opt_level=level))


def bits(number: int | float, kind: IRType) -> int:
    """How `Printer` shows a value."""
    if kind is F64:
        held: int = struct.unpack("<q", struct.pack("<d", number))[0]
        return held
    if kind is F32:
        narrow: int = struct.unpack("<i", struct.pack("<f", number))[0]
        return narrow
    return int(number)


def is_nan(image: int, kind: IRType) -> bool:
    raw = struct.pack("<q", image)
    return math.isnan(struct.unpack("<d", raw)[0] if kind is F64 else struct.unpack("<f", raw[:4])[0])


@pytest.mark.parametrize("level", [0, 2])
def test_operations_give_exact_results(level: int, tmp_path: Path) -> None:
    printer = Printer()
    expected: list[tuple[str, int | float, IRType]] = []
    for op, left, right, value in BINARY:
        builder, (a, b) = printer.case([left, right], type_of(left))
        builder.ret((builder.binary(op, a, b),))
        expected.append((f"{op} {left} {right}", value, type_of(left)))
    for unary, operand, value in UNARY:
        result = unary_type(unary, type_of(operand))
        builder, (a,) = printer.case([operand], result)
        builder.ret((builder.unary(unary, a),))
        expected.append((f"{unary} {operand}", value, result))
    for compare, left, right, answer in COMPARE:
        builder, (a, b) = printer.case([left, right], IRType.I1)
        builder.ret((builder.compare(compare, a, b),))
        expected.append((f"{compare} {left} {right}", answer, I64))
    for convert, operand, kind, value in CONVERT:
        builder, (a,) = printer.case([operand], kind)
        builder.ret((builder.convert(convert, a, kind),))
        expected.append((f"{convert} {operand}", value, kind))
    outcome = run_jit(printer.image(level), tmp_path)
    assert outcome.stderr == ""
    shown = [int(line) for line in outcome.stdout.split()]
    assert len(shown) == len(expected)
    for image, (name, value, kind) in zip(shown, expected, strict=True):
        if isinstance(value, float) and math.isnan(value):
            assert is_nan(image, kind), name
        else:
            assert image == bits(value, kind), name


def unary_type(op: UnaryOp, operand: IRType) -> IRType:
    if op is UnaryOp.BITS:
        return I64 if operand is F64 else I32
    return F64 if op is UnaryOp.FROM_BITS else operand


def test_f32_constants_keep_their_bits(tmp_path: Path) -> None:
    images = [0x7FC00001, 0xFF800000, 0x00000001, 0x3DCCCCCD, 0x80000000]
    printer = Printer()
    for image in images:
        builder, _ = printer.case([integer(I64, 0)], F32)
        builder.ret((FloatConstant(F32, image),))
    outcome = run_jit(printer.image(2), tmp_path)
    assert [int(line) & 0xFFFFFFFF for line in outcome.stdout.split()] == images
