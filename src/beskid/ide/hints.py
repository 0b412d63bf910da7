"""Inlay hints: inferred types before the names of locals, and names of parameters before literal arguments."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis.model.symbols import FunctionSymbol, Symbol, Type, VariantSymbol
from beskid.analysis.model.types import ArrayType, ContractType, EnumType, FunctionType, StructType
from beskid.analysis.model.unify import prune
from beskid.base.node import node
from beskid.ide.completion import visible
from beskid.ide.describe import shown
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import children_of
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

_LITERALS = (
    tree.IntegerLiteral, tree.FloatLiteral, tree.BoolLiteral, tree.CharLiteral, tree.StringLiteral,
)  # fmt: skip


@node
class Hint:
    """Text to show before an offset. `inserted` makes it part of the program; it is empty where it cannot be."""

    offset: int
    label: str
    is_type: bool
    inserted: str


def hints(snapshot: Snapshot, source: SourceText, within: Span) -> list[Hint]:
    """Return the hints of a part of a text, in their order."""
    module = snapshot.require(source)
    if module is None or module.program is None:
        return []
    found: list[Hint] = []
    named = {symbol for symbol, use in visible(snapshot, module) if not use}
    waiting: list[object] = list(module.program.items)
    while waiting:
        part = waiting.pop()
        span: Span = part.span  # type: ignore[attr-defined]
        if span.end < within.start or span.start > within.end:
            continue
        waiting.extend(children_of(part))
        if isinstance(part, tree.LetStatement) and part.type is None:
            found += _type_of(snapshot, source, part.name, named)
        elif isinstance(part, tree.ForStatement):
            for name in (part.position, part.name):
                found += [] if name is None else _type_of(snapshot, source, name, None)
        elif isinstance(part, tree.LambdaExpression):
            for parameter in part.parameters:
                if parameter.type is None:
                    found += _type_of(snapshot, source, parameter.name, None)
        elif isinstance(part, tree.CallExpression):
            found += _parameters(snapshot, source, part)
    return sorted([each for each in found if within.start <= each.offset <= within.end], key=lambda each: each.offset)


def _type_of(snapshot: Snapshot, source: SourceText, name: tree.Name, named: set[Symbol] | None) -> Iterator[Hint]:
    """Yield the type of a local. It can be inserted if all symbols of it are named here (`named`)."""
    local = snapshot.occurrences.locals.get(source, {}).get(name.span)
    if local is None:
        return
    written = shown(local.type)
    if "?" in written:
        return
    # A local of a literal takes the number type of its place as long as none is written.
    is_inserted = named is not None and local.constant is None and _symbols(local.type) <= named
    yield Hint(name.span.start, f"{written} ", True, f"{written} " if is_inserted else "")


def _symbols(type: Type) -> set[Symbol]:
    """Return the declared types that a type mentions."""
    type = prune(type)
    match type:
        case StructType() | EnumType() | ContractType():
            return {type.symbol}.union(*[_symbols(each) for each in type.arguments])
        case ArrayType():
            return _symbols(type.element)
        case FunctionType():
            return _symbols(type.result).union(*[_symbols(each) for each in type.parameters])
        case _:
            return set()


def _parameters(snapshot: Snapshot, source: SourceText, call: tree.CallExpression) -> Iterator[Hint]:
    """Yield the names of the parameters that get literals. A call with one argument says enough by its name."""
    callee = call.callee
    if len(call.arguments) < 2 or not any(isinstance(each.value, _LITERALS) for each in call.arguments):
        return
    if isinstance(callee, tree.EnumPathExpression):
        name = callee.variant
    elif isinstance(callee, tree.NameExpression | tree.MemberExpression):
        name = callee.name
    else:
        return
    occurrence = snapshot.names_in(source).get(name.span)
    if occurrence is None:
        return
    target = occurrence.target
    if isinstance(target, FunctionSymbol):
        snapshot.world.ensure(target)
        names = [parameter.name for parameter in target.parameters]
    elif isinstance(target, VariantSymbol):
        names = [field for field, _ in target.fields]
    else:
        return
    # A method that is called as a function gets its receiver as an argument, which has no name.
    for parameter, argument in zip(names[::-1], call.arguments[::-1], strict=False):
        if isinstance(argument.value, _LITERALS) and parameter:
            yield Hint(argument.span.start, f"{parameter}: ", False, "")
