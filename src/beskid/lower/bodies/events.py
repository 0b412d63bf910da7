"""Events: a word of the object refers to an array of handlers that is replaced whenever it changes.

Without handlers the word is null. The array is immutable, so raising the event iterates over the handlers of that
moment even if they subscribe or unsubscribe. Adding and removing are generated functions of the type of the handlers,
shared by all events of that type.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import EventSymbol
from beskid.analysis.model.types import UNIT, FunctionType, StructType, Type, substitute
from beskid.base.tables import Table
from beskid.ir.builder import NULL, integer
from beskid.ir.model import BinaryOp, CompareOp, ConvertOp, IRType, Operand, Signature
from beskid.lower.bodies.comparison import equal
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value
from beskid.lower.bodies.dispatch import flatten, lower_all
from beskid.lower.bodies.objects import advance
from beskid.lower.layout import ElementLayout, mapping_of
from beskid.lower.mono import HelperRole
from beskid.source.text import NO_SPAN

CAPACITY_PANIC = "event capacity exceeded"

EVENT_CHANGES = Table("lowering of changes to events", {"+": HelperRole.EVENT_ADD, "-": HelperRole.EVENT_REMOVE})
"""One row for each operator whose compound assignment changes events."""


def lower_event_change(context: FunctionContext, expression: typed.EventChange) -> Value:
    owner, parameters = _parameters(context, expression.object, expression.event)
    kind = FunctionType(parameters, UNIT)
    (object,), (handler,) = lower_all(context, (expression.object, expression.handler), (owner, kind))
    context.at(expression.span)
    builder = context.builder
    if not builder.is_open():
        return NOTHING
    offset = context.layouts.struct(owner).events[expression.event.name]
    handlers = builder.load_field(object, offset, IRType.REF)
    change = EVENT_CHANGES[expression.operator]
    if change is HelperRole.EVENT_ADD:
        _check_capacity(context, handlers, expression.event.capacity)
    name = context.instances.helper(change, kind)
    changed = builder.call(name, (handlers, handler), (IRType.REF,))[0]
    builder.store_field(object, offset, changed)
    return NOTHING


def lower_event_raise(context: FunctionContext, expression: typed.EventRaise) -> Value:
    owner, parameters = _parameters(context, expression.object, expression.event)
    (object,), *values = lower_all(context, (expression.object, *expression.arguments), (owner, *parameters))
    context.at(expression.span)
    builder = context.builder
    if not builder.is_open():
        return NOTHING
    offset = context.layouts.struct(owner).events[expression.event.name]
    handlers = builder.load_field(object, offset, IRType.REF)
    some, done = builder.new_block("event.some"), builder.new_block("event.raised")
    builder.branch(builder.compare(CompareOp.EQ, handlers, NULL), done, some)
    builder.position(some)
    layout = _elements(context, parameters)
    components = [component for parameter in parameters for component in context.layouts.shape(parameter)]
    signature = Signature((IRType.REF, *components), ())
    given = context.snapshot(flatten(values))
    body = _walk(context, handlers, "event")
    handler = builder.load_element(handlers, body.index, IRType.REF, layout.stride, 0, True)
    builder.call_closure(handler, given, signature)
    body.close()
    builder.jump(done)
    builder.position(done)
    return NOTHING


def _parameters(
    context: FunctionContext, object: typed.Expression, event: EventSymbol
) -> tuple[StructType, tuple[Type, ...]]:
    """Return the concrete type of the object and the types of the event's parameters."""
    owner = context.concrete(object.type)
    if not isinstance(owner, StructType):
        raise AssertionError(f"{owner!r} has no events")
    mapping = mapping_of(owner.symbol.type_parameters, owner.arguments)
    return owner, tuple([substitute(parameter.type, mapping) for parameter in event.parameters])


def _elements(context: FunctionContext, parameters: tuple[Type, ...]) -> ElementLayout:
    return context.layouts.element(FunctionType(parameters, UNIT))


def _check_capacity(context: FunctionContext, handlers: Operand, capacity: int) -> None:
    """Panic if the event already has as many handlers as it allows."""
    builder = context.builder
    some, full, fits = builder.new_block("event.count"), builder.new_block("event.full"), builder.new_block("event.add")
    builder.branch(builder.compare(CompareOp.EQ, handlers, NULL), fits, some)
    builder.position(some)
    is_full = builder.compare(CompareOp.SGE, builder.length(handlers), integer(IRType.I64, capacity))
    builder.branch(is_full, full, fits, likely=False)
    builder.position(full)
    builder.call_runtime("panic_str", (text(CAPACITY_PANIC),))
    builder.position(fits)


# Generated functions ----------------------------------------------------------------------------------------------


class _Walk:
    """A loop over the elements of an array whose body is being emitted."""

    __slots__ = ("_context", "_head", "_next", "done", "index")

    def __init__(self, context: FunctionContext, array: Operand, name: str) -> None:
        builder = context.builder
        self._context = context
        register = context.temporary((IRType.I64,), name)
        self.index: Operand = register[0]
        self._next: Value = register
        self._head = builder.new_block(f"{name}.head")
        body = builder.new_block(f"{name}.body")
        self.done = builder.new_block(f"{name}.done")
        length = builder.length(array)
        context.store(register, (integer(IRType.I64, 0),))
        builder.fall_into(self._head)
        builder.branch(builder.compare(CompareOp.SLT, self.index, length), body, self.done)
        builder.position(body)

    def close(self) -> None:
        """End the body and continue after the loop."""
        builder = self._context.builder
        self._context.store(self._next, (advance(self._context, self.index),))
        builder.jump(self._head)
        builder.position(self.done)


def _walk(context: FunctionContext, array: Operand, name: str) -> _Walk:
    return _Walk(context, array, name)


def build_event_add(context: FunctionContext, kind: FunctionType, handlers: Operand, handler: Operand) -> None:
    """Build the function that returns a new array with one more handler."""
    builder = context.builder
    layout = context.layouts.element(kind)
    first, more = builder.new_block("first"), builder.new_block("more")
    builder.branch(builder.compare(CompareOp.EQ, handlers, NULL), first, more)
    builder.position(first)
    single = builder.allocate_array(layout.descriptor, integer(IRType.I64, 1))
    builder.store_element(single, integer(IRType.I64, 0), handler, layout.stride, 0, True)
    builder.ret((single,))
    builder.position(more)
    count = builder.length(handlers)
    grown = builder.allocate_array(layout.descriptor, advance(context, count))
    body = _walk(context, handlers, "copy")
    held = builder.load_element(handlers, body.index, IRType.REF, layout.stride, 0, True)
    builder.store_element(grown, body.index, held, layout.stride, 0, True)
    body.close()
    builder.store_element(grown, count, handler, layout.stride, 0, True)
    builder.ret((grown,))


def build_event_remove(context: FunctionContext, kind: FunctionType, handlers: Operand, handler: Operand) -> None:
    """Build the function that removes the first identical handler: a new array, the same one if none is, or null."""
    builder = context.builder
    layout = context.layouts.element(kind)
    some, nothing = builder.new_block("some"), builder.new_block("nothing")
    builder.branch(builder.compare(CompareOp.EQ, handlers, NULL), nothing, some)
    builder.position(nothing)
    builder.ret((handlers,))
    builder.position(some)
    found, other = builder.new_block("found"), builder.new_block("other")
    search = _walk(context, handlers, "search")
    held = builder.load_element(handlers, search.index, IRType.REF, layout.stride, 0, True)
    builder.branch(equal(context, kind, (held,), (handler,), NO_SPAN), found, other)
    builder.position(other)
    search.close()
    builder.ret((handlers,))
    builder.position(found)
    left = builder.binary(BinaryOp.ISUB, builder.length(handlers), integer(IRType.I64, 1))
    last, several = builder.new_block("last"), builder.new_block("several")
    builder.branch(builder.compare(CompareOp.EQ, left, integer(IRType.I64, 0)), last, several)
    builder.position(last)
    builder.ret((NULL,))
    builder.position(several)
    kept = builder.allocate_array(layout.descriptor, left)
    body = _walk(context, kept, "copy")
    is_behind = builder.compare(CompareOp.SGE, body.index, search.index)
    skipped = builder.convert(ConvertOp.ZEXT, is_behind, IRType.I64)
    source = builder.binary(BinaryOp.IADD, body.index, skipped)
    moved = builder.load_element(handlers, source, IRType.REF, layout.stride, 0, True)
    builder.store_element(kept, body.index, moved, layout.stride, 0, True)
    body.close()
    builder.ret((kept,))
