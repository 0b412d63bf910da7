"""Interop dispatch: a tag and a payload in an envelope, passed to a runtime function by the type of the result.

Takes the evaluated tag and payload, and returns the result of the runtime function for the group: `unit`, `ptr` for a
reference, `usize` for a number. The envelope is an object of 24 bytes, its tag at +8 and its payload at +16; there are
two descriptors, one that traces the payload and one that does not (decision A5).
"""

from __future__ import annotations

from beskid.abi.generated.tables import (
    INTEROP_ENVELOPE_PAYLOAD_OFFSET,
    INTEROP_ENVELOPE_SIZE,
    INTEROP_ENVELOPE_TAG_OFFSET,
)
from beskid.analysis import typed
from beskid.ir.builder import integer
from beskid.ir.model import Descriptor, IRType, Operand, type_of
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero_value
from beskid.lower.errors import unsupported

TRACED_ENVELOPE = "_Bitraced"
PLAIN_ENVELOPE = "_Biplain"

GROUPS: dict[tuple[IRType, ...], str] = {
    (): "interop_dispatch_unit",
    (IRType.REF,): "interop_dispatch_ptr",
    (IRType.I64,): "interop_dispatch_usize",
}
"""The runtime function for each result shape."""


def expand_interop(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    """Lower `__interop(tag, payload)`."""
    entry = GROUPS.get(context.shape(expression.type))
    payload = values[1]
    if entry is None or len(payload) > 1:
        context.instances.report(unsupported("dispatch of such a value", context.source, expression.span))
        return zero_value(context.shape(expression.type))
    envelope = make_envelope(context, values[0][0], payload[0] if payload else integer(IRType.I64, 0))
    result = context.builder.call_runtime(entry, (envelope,))
    return NOTHING if result is None else (result,)


def make_envelope(context: FunctionContext, tag: Operand, payload: Operand) -> Operand:
    """Return a fresh envelope."""
    is_traced = type_of(payload) is IRType.REF
    name = TRACED_ENVELOPE if is_traced else PLAIN_ENVELOPE
    where = (INTEROP_ENVELOPE_PAYLOAD_OFFSET,) if is_traced else ()
    descriptors = context.instances.module.descriptors
    if name not in descriptors:
        descriptors[name] = Descriptor(name, INTEROP_ENVELOPE_SIZE, 8, where, "<envelope>")
    envelope = context.builder.allocate_object(name)
    context.builder.store_field(envelope, INTEROP_ENVELOPE_TAG_OFFSET, tag, initializing=True)
    context.builder.store_field(envelope, INTEROP_ENVELOPE_PAYLOAD_OFFSET, payload, initializing=True)
    return envelope
