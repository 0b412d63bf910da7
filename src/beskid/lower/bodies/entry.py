"""The entry function (decision L13): the body of main, its result as the exit status, and its printed form.

A test has the same form, under its own name. It takes the argument array and returns the status. The body of main is
part of it rather than called, so that a trace ends at main; a program that calls main has it as an ordinary function
too.
"""

from __future__ import annotations

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.analysis.model.relations import result_variants
from beskid.analysis.model.symbols import FunctionSymbol, VariantSymbol
from beskid.analysis.model.types import STRING, EnumType, PrimitiveType, Type
from beskid.ir.builder import Builder, integer
from beskid.ir.model import BinaryOp, Function, IRType, Location, Operand
from beskid.lower.bodies.arithmetic import resize
from beskid.lower.bodies.body import sealed, write_body
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import FunctionContext, ReturnTarget, Value
from beskid.lower.bodies.derived import form_value, split_variants
from beskid.lower.bodies.enums import payload_field
from beskid.lower.bodies.handlers import HANDLERS
from beskid.lower.bodies.strings import concatenate
from beskid.lower.layout import VariantLayout
from beskid.lower.mono import Instances

STATUS_MASK = 0xFF


def build_entry(instances: Instances, main: FunctionSymbol, print_result: bool, name: str = ENTRY_SYMBOL) -> Function:
    """Build the entry function of a program whose main is `main`, or of a test under the name of the test."""
    body = instances.program.body(main)
    line, column = main.source.position(main.name_span.start)
    location = Location(main.display_name(), main.source.path, line, column)
    builder = Builder(Function(name, location, (IRType.I64,)))
    arguments = builder.parameter(IRType.REF, "arguments")
    owner = instances.mangler.function(main, ())
    context = FunctionContext(HANDLERS, instances, builder, main.source, main.display_name(), owner, {}, main.result)
    result = context.temporary(context.shape(main.result), "result")
    finished = builder.new_block("finished")
    context.return_target = ReturnTarget(result, finished)
    for local in body.parameters:
        context.bind(local, (arguments,))
    write_body(context, body.body)
    builder.position(finished)
    builder.location = location
    if print_result and result:
        form = concatenate(context, [form_value(context, main.result, result), text("\n")])
        builder.call_runtime("stdout_write", (form,))
    _return_status(context, main.result, result)
    return sealed(context)


def _return_status(context: FunctionContext, kind: Type, value: Value) -> None:
    variants = result_variants(kind.symbol) if isinstance(kind, EnumType) else None
    if isinstance(kind, EnumType) and variants is not None and variants[1] is not None:
        _return_result_status(context, kind, value, variants[1])
        return
    context.builder.ret((_status(context, kind, value),))


def _status(context: FunctionContext, kind: Type, value: Value) -> Operand:
    """Return the low eight bits of an integer, or 0 for other types, which `--print-result` allows."""
    if not isinstance(kind, PrimitiveType) or not kind.is_integer:
        return integer(IRType.I64, 0)
    wide = resize(context, value[0], IRType.I64, kind.is_signed)
    return context.builder.binary(BinaryOp.AND, wide, integer(IRType.I64, STATUS_MASK))


def _return_result_status(context: FunctionContext, kind: EnumType, value: Value, failing: VariantSymbol) -> None:
    """Return the integer of `Ok` or 0; for an error print its payload and return 1."""
    layout = context.layouts.enum(kind)

    def return_variant(variant: VariantLayout) -> None:
        payload = payload_field(context, layout, value, variant.symbol, 0) if variant.types else ()
        if variant.symbol is not failing:
            status = _status(context, variant.types[0], payload) if variant.types else integer(IRType.I64, 0)
            context.builder.ret((status,))
            return
        parts: list[Operand] = [text("error: ")]
        if variant.types:
            is_text = variant.types[0] is STRING
            parts.append(payload[0] if is_text else form_value(context, variant.types[0], payload))
        parts.append(text("\n"))
        context.builder.call_runtime("stderr_write", (concatenate(context, parts),))
        context.builder.ret((integer(IRType.I64, 1),))

    split_variants(context, layout, value, return_variant)
