"""Loops (decision L12): `while`, and `for` over ranges, arrays, strings and iterators.

`continue` jumps to the block that advances the loop; bounds, steps and lengths are evaluated once. A counter never
passes its bound: the remaining distance is compared with the step before the addition.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import EnumType
from beskid.ir.builder import integer
from beskid.ir.model import BinaryOp, Block, CompareOp, IntConstant, IRType, Operand, type_of
from beskid.lower.bodies.arithmetic import is_signed, resize
from beskid.lower.bodies.comparison import order
from beskid.lower.bodies.conditions import lower_condition
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import FunctionContext, LoopTargets, Value
from beskid.lower.bodies.dispatch import lower, lower_all, lower_as, lower_block, lower_operand
from beskid.lower.bodies.enums import enum_layout, is_variant, payload_field
from beskid.lower.bodies.objects import advance, element_layout, load_element

STEP_PANIC = "range step is zero"


def lower_break(context: FunctionContext, _statement: typed.Break) -> None:
    context.builder.jump(context.loops[-1].exit)


def lower_continue(context: FunctionContext, _statement: typed.Continue) -> None:
    context.builder.jump(context.loops[-1].next)


def _lower_body(context: FunctionContext, body: typed.Block, exit: Block, next: Block) -> None:
    """Emit the body of a loop, which continues in the block that advances."""
    context.loops.append(LoopTargets(exit, next))
    lower_block(context, body)
    context.loops.pop()
    context.builder.fall_into(next)


def lower_while(context: FunctionContext, statement: typed.While) -> None:
    builder = context.builder
    head, body, exit = builder.new_block("while"), builder.new_block("while.body"), builder.new_block("while.end")
    builder.fall_into(head)
    lower_condition(context, statement.condition, body, exit)
    builder.position(body)
    context.loops.append(LoopTargets(exit, head))
    lower_block(context, statement.body)
    context.loops.pop()
    builder.jump(head)
    builder.position(exit)


# Ranges -----------------------------------------------------------------------------------------------------------


def lower_for_range(context: FunctionContext, statement: typed.ForRange) -> None:
    bounds = [statement.start, statement.end] + ([statement.step] if statement.step is not None else [])
    values = [context.snapshot(value) for value in lower_all(context, bounds, [statement.local.type] * len(bounds))]
    context.at(statement.span)
    if not context.builder.is_open():
        return
    step = values[2][0] if statement.step is not None else None
    if step is None or (isinstance(step, IntConstant) and step.value == 1):
        _count_by_one(context, statement, values[0][0], values[1][0])
        return
    _count_by_step(context, statement, values[0][0], values[1][0], step)


def _count_by_one(context: FunctionContext, statement: typed.ForRange, start: Operand, end: Operand) -> None:
    builder = context.builder
    kind = context.concrete(statement.local.type)
    counter = context.temporary((type_of(start),), statement.local.name)
    head, body = builder.new_block("for"), builder.new_block("for.body")
    next, exit = builder.new_block("for.next"), builder.new_block("for.end")
    context.store(counter, (start,))
    builder.fall_into(head)
    builder.branch(order(context, "<", kind, counter[0], end), body, exit)
    builder.position(body)
    context.bind(statement.local, counter)
    _lower_body(context, statement.body, exit, next)
    context.at(statement.span)
    one = integer(type_of(start), 1)
    context.store(counter, (builder.binary(BinaryOp.IADD, counter[0], one),))
    builder.jump(head)
    builder.position(exit)


def _count_by_step(
    context: FunctionContext, statement: typed.ForRange, start: Operand, end: Operand, step: Operand
) -> None:
    """Emit a loop with any step: upward if it is positive, downward if negative, a panic if zero."""
    builder = context.builder
    kind = context.concrete(statement.local.type)
    zero = integer(type_of(step), 0)
    counter = context.temporary((type_of(start),), statement.local.name)
    context.store(counter, (start,))
    panics, exit = builder.new_block("for.panic"), builder.new_block("for.end")
    up, down = builder.new_block("for.up"), builder.new_block("for.down")
    body, next = builder.new_block("for.body"), builder.new_block("for.next")
    if isinstance(step, IntConstant):
        is_up = step.value > 0 or (step.value < 0 and not is_signed(kind))
        builder.jump(panics if step.value == 0 else up if is_up else down)
    else:
        checked = builder.new_block("for.step")
        builder.branch(builder.compare(CompareOp.EQ, step, zero), panics, checked, likely=False)
        builder.position(checked)
        builder.branch(order(context, ">", kind, step, zero), up, down)
    builder.position(panics)
    builder.call_runtime("panic_str", (text(STEP_PANIC),))
    builder.position(up)
    builder.branch(order(context, "<", kind, start, end), body, exit)
    builder.position(down)
    builder.branch(order(context, ">", kind, start, end), body, exit)
    builder.position(body)
    context.bind(statement.local, counter)
    _lower_body(context, statement.body, exit, next)
    context.at(statement.span)
    _step_on(context, counter, end, step, is_signed(kind), body, exit)
    builder.position(exit)


def _step_on(
    context: FunctionContext, counter: Value, end: Operand, step: Operand, signed: bool, body: Block, exit: Block
) -> None:
    """Exit if the distance to the bound is at most the step, else add it; distances are unsigned and exact."""
    builder = context.builder
    zero = integer(type_of(step), 0)
    up, down, add = builder.new_block("next.up"), builder.new_block("next.down"), builder.new_block("next.add")
    if isinstance(step, IntConstant):
        builder.jump(up if step.value > 0 or not signed else down)
    else:
        op = CompareOp.SGT if signed else CompareOp.UGT
        builder.branch(builder.compare(op, step, zero), up, down)
    builder.position(up)
    left = builder.binary(BinaryOp.ISUB, end, counter[0])
    builder.branch(builder.compare(CompareOp.ULE, left, step), exit, add)
    builder.position(down)
    left = builder.binary(BinaryOp.ISUB, counter[0], end)
    size = builder.binary(BinaryOp.ISUB, zero, step)
    builder.branch(builder.compare(CompareOp.ULE, left, size), exit, add)
    builder.position(add)
    context.store(counter, (builder.binary(BinaryOp.IADD, counter[0], step),))
    builder.jump(body)


# Arrays and strings -----------------------------------------------------------------------------------------------


def lower_for_array(context: FunctionContext, statement: typed.ForArray) -> None:
    builder = context.builder
    array = context.snapshot((lower_operand(context, statement.array),))[0]
    context.at(statement.span)
    layout = element_layout(context, statement.array.type)
    length = builder.length(array)
    index = context.temporary((IRType.I64,), "index")
    head, body = builder.new_block("for"), builder.new_block("for.body")
    next, exit = builder.new_block("for.next"), builder.new_block("for.end")
    context.store(index, (integer(IRType.I64, 0),))
    builder.fall_into(head)
    builder.branch(builder.compare(CompareOp.SLT, index[0], length), body, exit)
    builder.position(body)
    context.bind(statement.local, load_element(context, layout, array, index[0], unchecked=True))
    _lower_body(context, statement.body, exit, next)
    context.at(statement.span)
    context.store(index, (advance(context, index[0]),))
    builder.jump(head)
    builder.position(exit)


def lower_for_string(context: FunctionContext, statement: typed.ForString) -> None:
    """Iterate by character: a byte below 0x80 is one, others are decoded by the runtime."""
    builder = context.builder
    string = context.snapshot((lower_operand(context, statement.string),))[0]
    context.at(statement.span)
    length = builder.length(string)
    offset = context.temporary((IRType.I64,), "offset")
    after = context.temporary((IRType.I64,), "after")
    char = context.temporary((IRType.I32,), statement.local.name)
    head, first = builder.new_block("for"), builder.new_block("for.byte")
    short, long = builder.new_block("for.ascii"), builder.new_block("for.decode")
    body, next, exit = builder.new_block("for.body"), builder.new_block("for.next"), builder.new_block("for.end")
    context.store(offset, (integer(IRType.I64, 0),))
    builder.fall_into(head)
    builder.branch(builder.compare(CompareOp.SLT, offset[0], length), first, exit)
    builder.position(first)
    byte = builder.load_element(string, offset[0], IRType.I8, 1, unchecked=True)
    builder.branch(builder.compare(CompareOp.SGE, byte, integer(IRType.I8, 0)), short, long, likely=True)
    builder.position(short)
    context.store(char, (resize(context, byte, IRType.I32, signed=False),))
    context.store(after, (advance(context, offset[0]),))
    builder.jump(body)
    builder.position(long)
    decoded = builder.call_runtime_value("str_decode", (string, offset[0]))
    context.store(char, (resize(context, decoded, IRType.I32, signed=False),))
    width = builder.binary(BinaryOp.LSHR, decoded, integer(IRType.I64, 32))
    context.store(after, (builder.binary(BinaryOp.IADD, offset[0], width),))
    builder.jump(body)
    builder.position(body)
    context.bind(statement.local, char)
    _lower_body(context, statement.body, exit, next)
    context.store(offset, after)
    builder.jump(head)
    builder.position(exit)


# Iterators --------------------------------------------------------------------------------------------------------


def lower_for_iterator(context: FunctionContext, statement: typed.ForIterator) -> None:
    builder = context.builder
    iterator = context.snapshot(lower_as(context, statement.value, statement.iterator.type))
    if not builder.is_open():
        return
    context.bind(statement.iterator, iterator)
    option = context.concrete(statement.next.type)
    if not isinstance(option, EnumType):
        raise AssertionError("an iterator's next value is an Option")
    layout = enum_layout(context, option)
    head, body, exit = builder.new_block("for"), builder.new_block("for.body"), builder.new_block("for.end")
    builder.fall_into(head)
    context.at(statement.span)
    value = lower(context, statement.next)
    builder.branch(is_variant(context, layout, value, statement.some), body, exit)
    builder.position(body)
    context.bind(statement.local, payload_field(context, layout, value, statement.some, 0))
    context.loops.append(LoopTargets(exit, head))
    lower_block(context, statement.body)
    context.loops.pop()
    builder.jump(head)
    builder.position(exit)
