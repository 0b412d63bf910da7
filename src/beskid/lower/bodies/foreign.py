"""Calls of foreign functions: rows of the artifact, conversion of arguments, results of `out` arguments.

A variable passed by reference is copied to a cell in the heap, whose address is passed to C; after the call its value
is stored back, in the order of the arguments. Arrays are not copied. Callbacks are in `callbacks.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol, ParameterSymbol
from beskid.analysis.model.types import UNIT, StructType, Type
from beskid.analysis.types.boundary import Crossing, crossing_of
from beskid.base.node import node
from beskid.ir.builder import integer
from beskid.ir.model import CompareOp, ExternImport, IRType, Operand, Passing, Signature, StringConstant
from beskid.lower.bodies.callbacks import callback_address, is_narrow_unsigned
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero_value
from beskid.lower.bodies.dispatch import flatten, lower, may_assign
from beskid.lower.bodies.objects import evaluate_place, field_of, read_target, write_target
from beskid.lower.bodies.strings import concatenate
from beskid.lower.mono import Instances

EMBEDDED_NUL = "a string with a zero byte cannot be passed to C"

_WORDS: dict[Crossing, tuple[IRType, ...]] = {
    Crossing.REFERENCE: (IRType.PTR,),
    Crossing.TEXT_VIEW: (IRType.PTR, IRType.I64),
    Crossing.BUFFER_VIEW: (IRType.PTR, IRType.I64),
    Crossing.ARRAY_VIEW: (IRType.PTR, IRType.I64, IRType.I64),
    Crossing.CALLBACK: (IRType.PTR,),
    Crossing.USERDATA: (IRType.PTR,),
}
"""The machine words of parameters that are not plain values."""


@node
class _Given:
    """An evaluated argument: what is passed, how, and what to do after the call."""

    operands: Value
    passing: tuple[Passing, ...]
    after: Callable[[], None] | None = None


def foreign_import(instances: Instances, function: FunctionSymbol) -> ExternImport:
    """Add the row of a foreign function to the module and return it."""
    binding = function.extern
    if binding is None:
        raise AssertionError(f"{function.name} is not bound")
    known = instances.module.externs.get(binding.symbol)
    if known is not None:
        return known
    words: list[IRType] = []
    unsigned: list[int] = []
    for parameter in function.parameters:
        shape = _words_of(instances, parameter)
        if is_narrow_unsigned(parameter.type, shape):
            unsigned.append(len(words))
        words += shape
    results = () if function.result is UNIT else instances.layouts.shape(function.result)
    if is_narrow_unsigned(function.result, results):
        unsigned.append(-1)
    imported = ExternImport(binding.symbol, binding.library, Signature(tuple(words), results), tuple(unsigned))
    instances.module.externs[binding.symbol] = imported
    return imported


def _words_of(instances: Instances, parameter: ParameterSymbol) -> tuple[IRType, ...]:
    crossing = crossing_of(parameter)
    known = None if crossing is None else _WORDS.get(crossing)
    return instances.layouts.shape(parameter.type) if known is None else known


def lower_extern_call(context: FunctionContext, expression: typed.ExternCall) -> Value:
    imported = foreign_import(context.instances, expression.function)
    given: list[_Given] = []
    for position, argument in enumerate(expression.arguments):
        later = expression.arguments[position + 1 :]
        keeps = any(_may_assign(following) for following in later)
        given.append(_argument(context, argument, keeps))
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    operands = tuple([operand for one in given for operand in one.operands])
    modes = tuple([mode for one in given for mode in one.passing])
    plain = all(mode is Passing.VALUE for mode in modes)
    dest = context.builder.call_extern(imported, operands, None, () if plain else modes)
    for one in given:
        if one.after is not None:
            one.after()
    if dest is None or not context.shape(expression.type):
        return NOTHING
    return (dest,)


def refuse_foreign_argument(context: FunctionContext, expression: typed.ForeignArgument) -> Value:
    """Refuse an argument that only a foreign call may have, which lowers it itself."""
    raise AssertionError(f"a {expression.form.value} argument outside a foreign call")


def _may_assign(argument: typed.Expression) -> bool:
    return may_assign(argument.operand) if isinstance(argument, typed.ForeignArgument) else may_assign(argument)


def _argument(context: FunctionContext, argument: typed.Expression, keeps: bool) -> _Given:
    if not context.builder.is_open():
        return _Given(NOTHING, ())
    if isinstance(argument, typed.ReferenceArgument):
        return _reference(context, argument)
    if not isinstance(argument, typed.ForeignArgument):
        return _plain(_kept(context, lower(context, argument), keeps))
    if argument.form is typed.ForeignForm.CALLBACK:
        return _plain((callback_address(context, argument.operand),))
    value = _kept(context, lower(context, argument.operand), keeps)
    if not context.builder.is_open():
        return _Given(NOTHING, ())
    context.at(argument.span)
    match argument.form:
        case typed.ForeignForm.TEXT:
            return _Given((_terminated(context, value[0]),), (Passing.DATA,))
        case typed.ForeignForm.DATA:
            return _Given(value, (Passing.DATA,))
        case typed.ForeignForm.BUFFER:
            return _Given(value, (Passing.BUFFER,))
        case typed.ForeignForm.ARRAY:
            return _Given(value, (Passing.ARRAY,))
        case typed.ForeignForm.OBJECT:
            return _Given(value, (Passing.OBJECT,))
        case typed.ForeignForm.VIEW:
            return _plain(_fields(context, argument.operand.type, value))


def _plain(value: Value) -> _Given:
    return _Given(value, (Passing.VALUE,) * len(value))


def _kept(context: FunctionContext, value: Value, keeps: bool) -> Value:
    """Return a snapshot of the value if later arguments may assign it."""
    return context.snapshot(value) if keeps else value


def _terminated(context: FunctionContext, string: Operand) -> Operand:
    """Copy the string with a terminating zero byte; a constant gets one at compile time."""
    if isinstance(string, StringConstant) and b"\0" not in string.data:
        return StringConstant(string.data + b"\0")
    builder = context.builder
    found = builder.call_runtime_value("str_find", (string, text("\0"), integer(IRType.I64, 0)))
    bad, good = builder.new_block("nul"), builder.new_block("no.nul")
    builder.branch(builder.compare(CompareOp.SGE, found, integer(IRType.I64, 0)), bad, good, likely=False)
    builder.position(bad)
    builder.call_runtime("panic_str", (text(EMBEDDED_NUL),))
    builder.position(good)
    return concatenate(context, [string, text("\0")])


def _fields(context: FunctionContext, type: Type, view: Value) -> Value:
    concrete = context.concrete(type)
    if not isinstance(concrete, StructType):
        raise AssertionError(f"{concrete!r} is not a view")
    return flatten([field_of(context, concrete, view, field) for field in concrete.symbol.fields.values()])


def _reference(context: FunctionContext, argument: typed.ReferenceArgument) -> _Given:
    """Make a cell with the value of the variable, which is stored back after the call."""
    place = argument.place
    shape = context.shape(argument.type)
    target = None if isinstance(place, typed.LocalPlace) else evaluate_place(context, place, True)
    if not context.builder.is_open():
        return _Given(NOTHING, ())
    context.at(argument.span)
    layout = context.instances.closures.cell(shape)
    offset = layout.offsets[0][0]
    before: Value = zero_value(shape)
    if target is not None:
        # An `out` argument is read, too, so that an index out of range panics before the call.
        before = read_target(context, target)
    elif argument.modifier == "ref" and isinstance(place, typed.LocalPlace):
        before = context.snapshot(context.read(place.local))
    cell = context.builder.allocate_object(layout.descriptor)
    context.builder.store_field(cell, offset, before[0], initializing=True)

    def store_back() -> None:
        value = (context.builder.load_field(cell, offset, shape[0]),)
        if target is not None:
            write_target(context, target, value, True)
        elif isinstance(place, typed.LocalPlace):
            context.assign(place.local, value)

    return _Given((cell,), (Passing.CELL,), store_back)
