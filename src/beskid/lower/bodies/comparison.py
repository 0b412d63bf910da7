"""Comparison operators, equality and hashing of values of any type (decision L9).

Takes values as components and a concrete type, returns one operand. Arrays, and enums whose equality needs more than
a word or two, get a generated function (`derived.py`); structs are compared by identity unless the type conforms to
`Equatable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from beskid.analysis import typed
from beskid.analysis.model.relations import field_types
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    STRING,
    ArrayType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
    is_value,
)
from beskid.analysis.names.conformance import METHOD_OF
from beskid.base.tables import Table, missing_row, unhandled
from beskid.ir.builder import boolean, integer
from beskid.ir.model import (
    BinaryOp,
    CompareOp,
    ConvertOp,
    IntConstant,
    IRType,
    Operand,
    StringConstant,
    UnaryOp,
    type_of,
)
from beskid.lower.bodies.arithmetic import apply, is_float, is_signed, resize
from beskid.lower.bodies.context import FunctionContext, Value, zero
from beskid.lower.bodies.dispatch import lower_all
from beskid.lower.bodies.strings import lower_concatenation
from beskid.lower.errors import hash_missing
from beskid.lower.layout import EnumForm, Shape
from beskid.lower.mono import HelperRole
from beskid.lower.tables import implementation
from beskid.source.text import Span
from beskid.syntax.operators import BINARY, Family


class Comparisons(NamedTuple):
    """The comparison for each kind of operand."""

    signed: CompareOp
    unsigned: CompareOp
    floating: CompareOp


ORDER = Table(
    "lowering of order",
    {
        "<": Comparisons(CompareOp.SLT, CompareOp.ULT, CompareOp.FLT),
        "<=": Comparisons(CompareOp.SLE, CompareOp.ULE, CompareOp.FLE),
        ">": Comparisons(CompareOp.SGT, CompareOp.UGT, CompareOp.FGT),
        ">=": Comparisons(CompareOp.SGE, CompareOp.UGE, CompareOp.FGE),
    },
)
"""One row for each operator of the family order."""

_HASH_FACTOR = -7046029254386353131
"""The odd 64-bit number nearest to 2**64 divided by the golden ratio, read as signed."""

_WORD = (1 << 64) - 1


def lower_binary(context: FunctionContext, expression: typed.Binary) -> Value:
    operator = expression.operator
    row = BINARY[operator]
    kind = _operand_type(context, expression)
    if row.joins_strings and kind is STRING:
        return lower_concatenation(context, expression)
    wanted = (kind, expression.right.type if row.family is Family.SHIFT else kind)
    left, right = lower_all(context, (expression.left, expression.right), wanted)
    context.at(expression.span)
    match row.family:
        case Family.EQUALITY | Family.IDENTITY:
            compare = EQUALITY[operator]
            return (compare(context, kind, left, right, expression.span, row.family is Family.IDENTITY),)
        case Family.ORDER:
            return (order(context, operator, kind, left[0], right[0]),)
        case Family.ARITHMETIC | Family.BITWISE | Family.SHIFT:
            return (apply(context, operator, kind, left[0], right[0]),)
        case Family.LOGICAL:
            raise missing_row("lowering of operators without short circuit", operator)
        case _:
            raise unhandled(row.family, "lowering of operators", operator)


def _operand_type(context: FunctionContext, expression: typed.Binary) -> Type:
    """Return the type of both sides; a side of type `never` has that of the other."""
    left = context.concrete(expression.left.type)
    if isinstance(left, PrimitiveType) and left.name == "never":
        return context.concrete(expression.right.type)
    return left


def order(context: FunctionContext, operator: str, kind: Type, left: Operand, right: Operand) -> Operand:
    """`<`, `<=`, `>` or `>=` on numbers, `char` and `bool`."""
    signed, unsigned, floating = ORDER[operator]
    op = floating if is_float(kind) else signed if is_signed(kind) else unsigned
    return context.builder.compare(op, left, right)


def not_equal(
    context: FunctionContext, kind: Type, left: Value, right: Value, span: Span, by_identity: bool = False
) -> Operand:
    if _is_one_word(context, kind, by_identity):
        op = CompareOp.FNE if is_float(kind) else CompareOp.NE
        return context.builder.compare(op, left[0], right[0])
    return context.builder.logical_not(equal(context, kind, left, right, span, by_identity))


def equal(
    context: FunctionContext, kind: Type, left: Value, right: Value, span: Span, by_identity: bool = False
) -> Operand:
    """`==` of two values, or `===`, which differs for structs that define equality."""
    builder = context.builder
    if _is_one_word(context, kind, by_identity):
        op = CompareOp.FEQ if is_float(kind) else CompareOp.EQ
        return builder.compare(op, left[0], right[0])
    if kind is STRING:
        return equal_strings(context, left[0], right[0])
    if isinstance(kind, FunctionType):
        same = builder.call_runtime_value("closure_eq", (left[0], right[0]))
        return builder.compare(CompareOp.NE, same, integer(IRType.I64, 0))
    if isinstance(kind, ArrayType):
        name = context.instances.helper(HelperRole.EQUALS, kind)
        return builder.call(name, left + right, (IRType.I1,))[0]
    method = _conforming_method(context, kind, "Equatable")
    if method is not None:
        return _call_method(context, method, left + right, IRType.I1, span)
    if isinstance(kind, EnumType):
        layout = context.layouts.enum(kind)
        payloads = [payload for variant in layout.variants for payload in variant.types]
        if layout.form is EnumForm.WORDS and _are_plain_words(layout.components, payloads):
            return _equal_words(context, left, right)
    elif not is_value(kind) or not left:
        return boolean(True)
    elif _are_plain_words(context.layouts.shape(kind), field_types(kind)):
        return _equal_words(context, left, right)
    name = context.instances.helper(HelperRole.EQUALS, kind)
    return builder.call(name, left + right, (IRType.I1,))[0]


EQUALITY: Table[str, Callable[[FunctionContext, Type, Value, Value, Span, bool], Operand]] = Table(
    "lowering of equality", {"==": equal, "===": equal, "!=": not_equal, "!==": not_equal}
)
"""One row for each operator of the families equality and identity."""


def equal_strings(context: FunctionContext, left: Operand, right: Operand) -> Operand:
    """Compare strings by content; comparison with the empty string only needs the length."""
    for one, other in ((left, right), (right, left)):
        if isinstance(other, StringConstant) and not other.data:
            return context.builder.compare(CompareOp.EQ, context.builder.length(one), integer(IRType.I64, 0))
    same = context.builder.call_runtime_value("str_eq", (left, right))
    return context.builder.compare(CompareOp.NE, same, integer(IRType.I64, 0))


def _is_one_word(context: FunctionContext, kind: Type, by_identity: bool) -> bool:
    """Return whether one machine comparison is enough."""
    if isinstance(kind, PrimitiveType):
        return kind is not STRING and len(context.layouts.shape(kind)) == 1
    if isinstance(kind, FunctionType) or is_value(kind):
        return False
    if isinstance(kind, EnumType):
        is_word = context.layouts.enum(kind).form is EnumForm.TAG
    else:
        is_word = not isinstance(kind, ArrayType)
        if by_identity:
            return True
    return is_word and _conforming_method(context, kind, "Equatable") is None


def _are_plain_words(shape: Shape, parts: Iterable[Type]) -> bool:
    """Return whether equal values have equal words: no references, and no floats, whose zeros and NaN differ."""
    return IRType.REF not in shape and not any(_may_differ(part) for part in parts)


def _may_differ(part: Type) -> bool:
    """Return whether equal values of a type without references may have different words."""
    return isinstance(part, EnumType) or is_value(part) or is_float(part)


def _equal_words(context: FunctionContext, left: Value, right: Value) -> Operand:
    builder = context.builder
    result: Operand = builder.compare(CompareOp.EQ, left[0], right[0])
    for one, other in zip(left[1:], right[1:], strict=True):
        result = builder.binary(BinaryOp.AND, result, builder.compare(CompareOp.EQ, one, other))
    return result


def _conforming_method(
    context: FunctionContext, kind: Type, contract: str
) -> tuple[FunctionSymbol, tuple[Type, ...]] | None:
    """Return the method of a built-in contract that the type declares: its own, or a function of its module."""
    if not isinstance(kind, StructType | EnumType):
        return None
    if not any(conformance.symbol.name == contract for conformance in kind.symbol.conformances):
        return None
    return implementation(context.instances, kind, METHOD_OF[contract])


def _call_method(
    context: FunctionContext,
    method: tuple[FunctionSymbol, tuple[Type, ...]],
    values: Value,
    result: IRType,
    span: Span,
) -> Operand:
    name = context.instances.function(method[0], method[1], context.source, span)
    return context.builder.call(name, values, (result,))[0]


# Comparing and hashing ---------------------------------------------------------------------------------------------


def compare_values(context: FunctionContext, kind: Type, left: Operand, right: Operand) -> Operand:
    """`Compare` of a built-in type: an `i32` below, equal to or above zero."""
    builder = context.builder
    if kind is STRING:
        return resize(context, builder.call_runtime_value("str_compare", (left, right)), IRType.I32, signed=True)
    above = resize(context, order(context, ">", kind, left, right), IRType.I32, signed=False)
    below = resize(context, order(context, "<", kind, left, right), IRType.I32, signed=False)
    return builder.binary(BinaryOp.ISUB, above, below)


def hash_value(context: FunctionContext, kind: Type, value: Value, span: Span) -> Operand:
    """Return a hash that agrees with `==`."""
    builder = context.builder
    if kind is STRING:
        return builder.call_runtime_value("str_hash_seeded", value)
    if isinstance(kind, PrimitiveType):
        return mix(context, _hashed_bits(context, kind, value[0])) if value else integer(IRType.I64, 0)
    method = _conforming_method(context, kind, "Hashable")
    if method is not None:
        return _call_method(context, method, value, IRType.I64, span)
    if isinstance(kind, ArrayType):
        name = context.instances.helper(HelperRole.HASH, kind)
        return builder.call(name, value, (IRType.I64,))[0]
    if isinstance(kind, EnumType):
        if context.layouts.enum(kind).form is EnumForm.TAG:
            return mix(context, resize(context, value[0], IRType.I64, signed=False))
        name = context.instances.helper(HelperRole.HASH, kind)
        return builder.call(name, value, (IRType.I64,))[0]
    equals = _conforming_method(context, kind, "Equatable") if isinstance(kind, StructType) else None
    if isinstance(kind, StructType) and equals is not None and not (is_value(kind) and equals[0].is_derived):
        context.instances.report(hash_missing(kind))
        return integer(IRType.I64, 0)
    if is_value(kind):
        name = context.instances.helper(HelperRole.HASH, kind)
        return builder.call(name, value, (IRType.I64,))[0]
    if isinstance(kind, StructType):
        # Objects never move, so the address is the identity; its value differs from run to run.
        return mix(context, builder.convert(ConvertOp.OBJECT_TO_WORD, value[0], IRType.I64))
    # Equal bound methods are different objects, and contract values compare by their objects alone.
    return integer(IRType.I64, 0)


def _hashed_bits(context: FunctionContext, kind: PrimitiveType, operand: Operand) -> Operand:
    """Return the number to mix; both float zeros have the same one."""
    builder = context.builder
    if not kind.is_float:
        return resize(context, operand, IRType.I64, kind.is_signed)
    component = type_of(operand)
    positive = apply(context, "+", kind, operand, zero(component))
    return resize(context, builder.unary(UnaryOp.BITS, positive), IRType.I64, signed=False)


def mix(context: FunctionContext, number: Operand) -> Operand:
    """Spread the bits of a number over a hash."""
    builder = context.builder
    if isinstance(number, IntConstant):
        product = (number.value * _HASH_FACTOR) & _WORD
        return integer(IRType.I64, product ^ (product >> 32))
    scaled = builder.binary(BinaryOp.IMUL, number, integer(IRType.I64, _HASH_FACTOR))
    return builder.binary(BinaryOp.XOR, scaled, builder.binary(BinaryOp.LSHR, scaled, integer(IRType.I64, 32)))


def combine(context: FunctionContext, left: Operand, right: Operand) -> Operand:
    """Combine two hashes in order."""
    builder = context.builder
    scaled = builder.binary(BinaryOp.IMUL, left, integer(IRType.I64, 31))
    return builder.binary(BinaryOp.IADD, scaled, right)
