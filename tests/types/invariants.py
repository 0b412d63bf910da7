"""What must hold in every typed body (the promises of `beskid.analysis.typed`), checked by walking it.

Takes typed functions; gives the list of broken promises as texts. Used on the core library and on test programs.
"""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis import typed
from beskid.analysis.model.relations import payload_types, symbol_substitution
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import (
    BOOL,
    ERROR,
    NEVER,
    STRING,
    UNIT,
    ArrayType,
    EnumType,
    FunctionType,
    InferenceVariable,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    substitute,
)
from beskid.analysis.model.unify import parts_of
from beskid.analysis.names.conformance import is_number_parameter
from beskid.base.node import field_names, is_node

FIELDS: dict[type, tuple[str, ...]] = {
    cls: field_names(cls) for cls in vars(typed).values() if isinstance(cls, type) and is_node(cls)
}
NODES = tuple(FIELDS)


def nodes(root: object) -> Iterator[object]:
    """Every typed node below a root, the root included."""
    pending = [root]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending.extend(part)
        elif isinstance(part, NODES) and not isinstance(part, typed.TypedProgram):
            yield part
            pending.extend(getattr(part, name) for name in FIELDS[type(part)])


def types_in(type: Type) -> Iterator[Type]:
    """A type and all types inside it."""
    yield type
    for part in parts_of(type):
        yield from types_in(part)


def called(root: object) -> Iterator[FunctionSymbol]:
    """The functions a body mentions."""
    for part in nodes(root):
        if isinstance(part, typed.Call | typed.FunctionReference):
            yield part.function


def violations(function: typed.TypedFunction) -> list[str]:
    """Broken promises of one body."""
    found: list[str] = []
    known = set(function.symbol.all_type_parameters())
    declared: set[LocalSymbol] = set(function.parameters)
    for part in nodes(function.body):
        declared.update(_declares(part))
    for part in nodes(function.body):
        where = f"{function.symbol.display_name()}: {type(part).__name__}"
        for each in _types(part):
            for inner in types_in(each):
                if isinstance(inner, InferenceVariable) or inner is ERROR:
                    found.append(f"{where} mentions {inner!r}")
                if isinstance(inner, TypeParameterType) and inner.symbol not in known:
                    found.append(f"{where} mentions the foreign type parameter {inner!r}")
        found.extend(f"{where}: {text}" for text in _broken(part, function, declared))
    return found


def _declares(part: object) -> list[LocalSymbol]:
    match part:
        case typed.Let() | typed.BindingPattern() | typed.ForRange() | typed.ForArray() | typed.ForString():
            return [part.local]
        case typed.ForIterator():
            return [part.local, part.iterator]
        case typed.ItemPlace():
            return [part.value]
        case typed.Lambda():
            return list(part.parameters)
        case _:
            return []


def _types(part: object) -> Iterator[Type]:
    for name in FIELDS[type(part)]:
        value = getattr(part, name)
        if isinstance(value, Type):
            yield value
        elif isinstance(value, LocalSymbol):
            yield value.type
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Type))
            yield from (each.type for each in value if isinstance(each, LocalSymbol))


def _fits(value: typed.Expression, wanted: Type) -> bool:
    return value.type == wanted or value.type is NEVER


def _broken(part: object, function: typed.TypedFunction, declared: set[LocalSymbol]) -> Iterator[str]:
    match part:
        case typed.LocalRead() | typed.LocalPlace():
            if part.local not in declared:
                yield f"reads undeclared {part.local!r}"
            if part.type != part.local.type:
                yield f"{part.local!r} is read as {part.type!r}"
        case typed.Let():
            if not _fits(part.value, part.local.type):
                yield f"{part.local!r} gets {part.value.type!r}"
        case typed.Binary():
            if part.operator in ("<<", ">>"):
                if part.type != part.left.type:
                    yield "a shift has the type of its left side"
            elif part.left.type != part.right.type:
                yield f"operands {part.left.type!r} and {part.right.type!r} of {part.operator}"
            elif part.operator in ("+", "-", "*", "/", "%", "&", "|", "^") and part.type != part.left.type:
                yield f"{part.operator} on {part.left.type!r} gives {part.type!r}"
        case typed.Logical():
            if not (_fits(part.left, BOOL) and _fits(part.right, BOOL)):
                yield "operands are not bool"
        case typed.If() | typed.While():
            if not _fits(part.condition, BOOL):
                yield f"condition is {part.condition.type!r}"
        case typed.Assign():
            if not _fits(part.value, part.place.type):
                yield f"{part.place.type!r} gets {part.value.type!r}"
        case typed.Call():
            yield from _broken_call(part)
        case typed.ValueCall():
            if not isinstance(part.callee.type, FunctionType):
                yield f"calls {part.callee.type!r}"
            elif not _all_fit(part.arguments, part.callee.type.parameters):
                yield "arguments do not fit"
        case typed.EnumNew():
            if not _all_fit(part.arguments, payload_types(part.type, part.variant)):
                yield f"payload of {part.type!r} does not fit"
        case typed.VariantPattern():
            if [field.type for field in part.fields] != list(payload_types(part.type, part.variant)):
                yield "sub-patterns do not fit"
        case typed.StructNew():
            yield from _broken_struct(part)
        case typed.ArrayNew():
            if not isinstance(part.type, ArrayType):
                yield f"an array of type {part.type!r}"
            elif not all(_fits(element, part.type.element) for element in part.elements):
                yield "elements do not fit"
        case typed.Interpolation():
            if not all(_fits(piece, STRING) for piece in part.parts):
                yield "a part is no string"
        case typed.Stringify():
            if part.operand.type in (STRING, UNIT):
                yield f"prints {part.operand.type!r}"
        case typed.Convert():
            is_number = isinstance(part.type, PrimitiveType) or is_number_parameter(part.type)
            if not isinstance(part.operand.type, PrimitiveType) or not is_number:
                yield f"converts {part.operand.type!r} to {part.type!r}"
        case typed.Match():
            yield from _broken_match(part)
        case typed.ForRange():
            bounds = [part.start, part.end, *([part.step] if part.step is not None else [])]
            if not all(_fits(bound, part.local.type) for bound in bounds):
                yield "bounds do not have the type of the counter"
        case typed.ForIterator():
            if not isinstance(part.next.type, EnumType):
                yield f"next gives {part.next.type!r}"
        case _:
            return


def _all_fit(values: tuple[typed.Expression, ...], types: tuple[Type, ...]) -> bool:
    return len(values) == len(types) and all(_fits(v, t) for v, t in zip(values, types, strict=True))


def _broken_call(part: typed.Call) -> Iterator[str]:
    function = part.function
    generics = function.all_type_parameters()
    if len(generics) != len(part.type_arguments):
        yield f"{function.name} has {len(generics)} type parameters, given {len(part.type_arguments)}"
        return
    mapping: Substitution = dict(zip(generics, part.type_arguments, strict=True))
    types = [parameter.type for parameter in function.parameters]
    if function.receiver is not None:
        types.insert(0, function.receiver)
    if not _all_fit(part.arguments, tuple(substitute(each, mapping) for each in types)):
        yield f"arguments of {function.name} do not fit"
    if part.type != substitute(function.result, mapping):
        yield f"{function.name} gives {substitute(function.result, mapping)!r}, not {part.type!r}"


def _broken_struct(part: typed.StructNew) -> Iterator[str]:
    assert isinstance(part.type, StructType)
    mapping = symbol_substitution(part.type)
    if {field for field, _ in part.fields} != set(part.type.symbol.fields.values()):
        yield "fields are missing"
    for field, value in part.fields:
        if not _fits(value, substitute(field.type, mapping)):
            yield f"field {field.name} gets {value.type!r}"


def _broken_match(part: typed.Match) -> Iterator[str]:
    for arm in part.arms:
        if part.type not in (UNIT, NEVER) and not _fits(arm.body, part.type):
            yield f"an arm of {part.type!r} gives {arm.body.type!r}"
        if arm.pattern.type != part.scrutinee.type and part.scrutinee.type is not NEVER:
            yield f"a pattern for {arm.pattern.type!r} on {part.scrutinee.type!r}"
        if arm.guard is not None and not _fits(arm.guard, BOOL):
            yield "a guard is not bool"
