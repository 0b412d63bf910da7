"""The IR functions of functions and of generated helpers, and what lambdas and bound methods share with them."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import EnumSymbol, FunctionSymbol, LocalSymbol, StructSymbol
from beskid.analysis.model.types import (
    NEVER,
    UNIT,
    ArrayType,
    EnumType,
    FunctionType,
    StructType,
    Substitution,
    Type,
    substitute,
)
from beskid.analysis.model.world import is_of_library
from beskid.ir.builder import Builder
from beskid.ir.model import Function, IRType, Location, Operand
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero_value
from beskid.lower.bodies.derived import (
    build_array_equals,
    build_array_hash,
    build_equals,
    build_form,
    build_hash,
    build_value_equals,
    build_value_hash,
)
from beskid.lower.bodies.dispatch import lower_block
from beskid.lower.bodies.events import build_event_add, build_event_remove
from beskid.lower.bodies.handlers import HANDLERS
from beskid.lower.bodies.objects import load_box
from beskid.lower.layout import mapping_of
from beskid.lower.mono import FunctionForm, FunctionInstance, HelperInstance, HelperRole, Instances
from beskid.source.text import SourceText, Span

LARGE_FUNCTION = 400
"""The size in instructions beyond which a function is never inlined: LLVM's time would grow faster than the gain."""


def build_function(instances: Instances, instance: FunctionInstance) -> Function:
    """Build a function, method or test with concrete type arguments."""
    symbol = instance.symbol
    body = instances.program.body(symbol)
    mapping = mapping_of(symbol.all_type_parameters(), instance.type_arguments)
    result = substitute(symbol.result, mapping)
    context = new_context(
        instances,
        instance.name,
        instance.owner,
        "" if _is_panic(symbol) else symbol.display_name(),
        symbol.source,
        symbol.name_span,
        mapping,
        result,
    )
    closure = None if instance.form is FunctionForm.DIRECT else context.builder.parameter(IRType.REF, "closure")
    parameters = body.parameters
    modifiers = ("",) * (len(parameters) - len(symbol.parameters)) + tuple([p.modifier for p in symbol.parameters])
    if instance.form in (FunctionForm.BOUND, FunctionForm.BOXED):
        parameters, modifiers = parameters[1:], modifiers[1:]
    values = [
        zero_value(context.shape(local.type)) if modifier == "out" else _parameters(context, local.type, local.name)
        for local, modifier in zip(parameters, modifiers, strict=True)
    ]
    if closure is not None and instance.form is FunctionForm.BOUND:
        load_receiver(context, body.parameters[0], closure)
    if closure is not None and instance.form is FunctionForm.BOXED:
        this = body.parameters[0]
        kind = context.concrete(this.type)
        assert isinstance(kind, StructType)
        context.bind(this, load_box(context, kind, closure))
    bind_parameters(context, parameters, values)
    return_references(context, [local for local, modifier in zip(parameters, modifiers, strict=True) if modifier])
    context.count(symbol.name_span)
    write_body(context, body.body)
    return sealed(context)


def build_helper(instances: Instances, instance: HelperInstance) -> Function:
    """Build a generated function of a type."""
    kind = instance.type
    source, span, name = declaration_of(kind)
    display = f"{name}.{{{instance.role.value}}}"
    context = new_context(instances, instance.name, instance.name, display, source, span, {}, UNIT)
    context.builder.function.results = _HELPER_RESULTS[instance.role]
    value = _parameters(context, kind, "value")
    match instance.role:
        case HelperRole.EQUALS:
            other = _parameters(context, kind, "other")
            match kind:
                case EnumType():
                    build_equals(context, kind, value, other)
                case ArrayType():
                    build_array_equals(context, kind, value, other)
                case StructType():
                    build_value_equals(context, kind, value, other)
                case _:
                    raise AssertionError(f"{kind!r} has no structural equality")
        case HelperRole.HASH:
            match kind:
                case EnumType():
                    build_hash(context, kind, value)
                case ArrayType():
                    build_array_hash(context, kind, value)
                case StructType():
                    build_value_hash(context, kind, value)
                case _:
                    raise AssertionError(f"{kind!r} has no structural hash")
        case HelperRole.FORM:
            build_form(context, kind, value, context.builder.parameter(IRType.I64, "depth"))
        case HelperRole.EVENT_ADD | HelperRole.EVENT_REMOVE:
            if not isinstance(kind, FunctionType):
                raise AssertionError("handlers are functions")
            build = build_event_add if instance.role is HelperRole.EVENT_ADD else build_event_remove
            build(context, kind, value[0], context.builder.parameter(IRType.REF, "handler"))
    return sealed(context)


_HELPER_RESULTS = {
    HelperRole.EQUALS: (IRType.I1,),
    HelperRole.HASH: (IRType.I64,),
    HelperRole.FORM: (IRType.REF,),
    HelperRole.EVENT_ADD: (IRType.REF,),
    HelperRole.EVENT_REMOVE: (IRType.REF,),
}

_NO_SOURCE = SourceText("<generated>", "")


def declaration_of(kind: Type) -> tuple[SourceText, Span, str]:
    """Return the source location of a helper and its name in traces: the declaration of its type or element type."""
    while isinstance(kind, ArrayType):
        kind = kind.element
    if isinstance(kind, StructType | EnumType):
        symbol: StructSymbol | EnumSymbol = kind.symbol
        return symbol.source, symbol.name_span, symbol.qualified_name()
    return _NO_SOURCE, Span(0, 0), repr(kind)


def new_context(
    instances: Instances,
    name: str,
    owner: str,
    display: str,
    source: SourceText,
    span: Span,
    mapping: Substitution,
    result: Type,
) -> FunctionContext:
    """Start a function with this symbol, location and result type."""
    line, column = source.position(span.start)
    location = Location(display, source.path, line, column)
    function = Function(name, location, instances.layouts.shape(result))
    return FunctionContext(HANDLERS, instances, Builder(function), source, display, owner, mapping, result)


def _is_panic(symbol: FunctionSymbol) -> bool:
    """Return whether the function is `Panic` of the core library, which a trace leaves out: it starts at its caller."""
    return is_of_library(symbol, ("Core", "ErrorHandling"), "Panic")


def _parameters(context: FunctionContext, kind: Type, name: str) -> Value:
    return tuple([context.builder.parameter(component, name) for component in context.shape(kind)])


def parameters_of(context: FunctionContext, parameters: tuple[LocalSymbol, ...]) -> list[Value]:
    """Add parameters for source parameters, before the first instruction."""
    return [_parameters(context, local.type, local.name) for local in parameters]


def bind_parameters(context: FunctionContext, parameters: tuple[LocalSymbol, ...], values: list[Value]) -> None:
    """Bring source parameters into scope."""
    for local, value in zip(parameters, values, strict=True):
        context.bind(local, value)


def return_references(context: FunctionContext, locals: list[LocalSymbol]) -> None:
    """Make the function return the final values of these parameters after its result."""
    context.references = tuple(locals)
    function = context.builder.function
    function.results += tuple([component for local in locals for component in context.shape(local.type)])


def load_receiver(context: FunctionContext, this: LocalSymbol, closure: Operand) -> None:
    """Bind the first parameter of a bound method to the receiver in its closure."""
    shape = context.shape(this.type)
    layout = context.instances.closures.bound_method(shape)
    loaded = [
        context.builder.load_field(closure, offset, component)
        for component, offset in zip(shape, layout.offsets[0], strict=True)
    ]
    context.bind(this, tuple(loaded))


def write_body(context: FunctionContext, body: typed.Block) -> None:
    """Lower the statements of a function, and the implicit return at the end of one without a result."""
    lower_block(context, body)
    if not context.builder.is_open():
        return
    if context.shape(context.result) or context.result is NEVER:
        context.builder.unreachable()
    else:
        context.leave(NOTHING)


def sealed(context: FunctionContext) -> Function:
    function = context.builder.seal()
    if context.recorder is not None:
        context.recorder.clear()
    function.inline_never = sum([len(block.instructions) for block in function.blocks]) > LARGE_FUNCTION
    return function
