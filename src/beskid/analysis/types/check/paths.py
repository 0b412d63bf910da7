"""What a name or dotted expression denotes in a body: a value, or a declaration (`language.md` §6.5).

Locals and implicit members of `this` take precedence; other names are resolved by name lookup.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import symbol_substitution
from beskid.analysis.model.symbols import EventSymbol, FieldSymbol, FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import EnumType, PrimitiveType, StructType, substitute
from beskid.analysis.model.unify import prune
from beskid.analysis.names.lookup import find_method
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.text import Span
from beskid.syntax import tree


def root_name(expression: tree.Expression) -> tree.NameExpression | None:
    """Return the name at the head of a dotted expression."""
    while isinstance(expression, tree.MemberExpression):
        expression = expression.object
    return expression if isinstance(expression, tree.NameExpression) else None


def this_local(checker: BodyChecker, span: Span) -> LocalSymbol | None:
    """Return the receiver inside a method, and None elsewhere."""
    return checker.find_local("this") if checker.context.receiver is not None else None


def implicit_field(checker: BodyChecker, name: str) -> FieldSymbol | None:
    """Return the field of the receiver that a bare name denotes."""
    receiver = checker.context.receiver
    if not isinstance(receiver, StructType):
        return None
    return receiver.symbol.fields.get(name)


def implicit_event(checker: BodyChecker, name: str) -> bool:
    """Return whether a bare name denotes an event of the receiver."""
    receiver = checker.context.receiver
    return isinstance(receiver, StructType) and name in receiver.symbol.events


def implicit_method(checker: BodyChecker, name: tree.Name) -> FunctionSymbol | None:
    """Return the method of the receiver that a bare call denotes, without free functions."""
    receiver = checker.context.receiver
    if receiver is None:
        return None
    if isinstance(receiver, StructType | EnumType) and name.text not in receiver.symbol.methods:
        return None
    if not isinstance(receiver, StructType | EnumType | PrimitiveType):
        return None
    function = find_method(checker.world, checker.context, receiver, name)
    return function if function is not None and function.receiver is not None else None


def is_value_name(checker: BodyChecker, name: str) -> bool:
    """Return whether a plain name is a local or a field of the receiver, so that the names after it are members."""
    return checker.has_local(name) or implicit_field(checker, name) is not None or implicit_event(checker, name)


def read_local(local: LocalSymbol, span: Span) -> typed.Expression:
    return typed.LocalRead(span, local.type, local)


def read_field(checker: BodyChecker, object: typed.Expression, field: FieldSymbol, span: Span) -> typed.Expression:
    """Read a field of a struct value. Its type has the type arguments of the value applied."""
    owner = prune(object.type)
    assert isinstance(owner, StructType)
    type = substitute(field.type, symbol_substitution(owner)) if owner.arguments else field.type
    return typed.FieldRead(span, checker.settle(type), object, field)


def note_field(checker: BodyChecker, object: typed.Expression, field: FieldSymbol | EventSymbol, span: Span) -> None:
    """Note a name that denotes a field or an event of a struct value, for editors."""
    type = prune(object.type)
    if checker.world.occurrences is not None and isinstance(type, StructType):
        checker.world.occurrences.note(checker.source, span, field, type.symbol)


def value_of_name(checker: BodyChecker, name: str, span: Span) -> typed.Expression | None:
    """Return the value of a plain name that is a local or an implicit field."""
    local = checker.find_local(name)
    if local is not None:
        local.is_read = True
        if checker.world.occurrences is not None:
            checker.world.occurrences.note(checker.source, span, local)
        return read_local(local, span)
    field = implicit_field(checker, name)
    if field is None:
        return None
    this = this_local(checker, span)
    if this is None:
        return None
    note_field(checker, read_local(this, span), field, span)
    return read_field(checker, read_local(this, span), field, span)
