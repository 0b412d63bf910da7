"""E1248: the fields of a value type cannot be assigned; a new value takes the place of the old one (decision L32)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import StructType, is_value
from beskid.analysis.model.unify import prune
from beskid.analysis.names.scope import strong_meaning
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1248
from beskid.source.diagnostics import Label
from beskid.source.text import Span

MAX_SHOWN_FIELDS = 4
MAX_SHOWN_PLACE = 30


def field_place(checker: BodyChecker, read: typed.FieldRead, span: Span) -> typed.FieldPlace | None:
    """Return a field as a place, or None after a report for a field of a value type."""
    owner = prune(read.object.type)
    if not is_value(owner):
        return typed.FieldPlace(span, read.type, read.object, read.field)
    symbol = owner.symbol
    checker.error(
        E1248,
        f"the field `{read.field.name}` of the value type `{symbol.name}` cannot be assigned",
        span,
        "fields of a value do not change",
        _help(checker, read, owner),
        (Label(symbol.source, symbol.name_span, "declared `[Value]`"),),
    )
    return None


def _help(checker: BodyChecker, read: typed.FieldRead, owner: StructType) -> str:
    """Return the literal of the new value, if it is short and can be assigned."""
    symbol = owner.symbol
    object = read.object
    text = checker.text(object.span)
    if isinstance(object, typed.LocalRead) and object.local.name == "this":
        return f"return a new `{symbol.name}` from the method, or declare the type without `[Value]`"
    is_short = len(symbol.fields) <= MAX_SHOWN_FIELDS and len(text) <= MAX_SHOWN_PLACE and "\n" not in text
    if not is_short or not _is_assignable(object) or not _can_be_made(checker, owner):
        return f"assign a new `{symbol.name}`, or declare the type without `[Value]`"
    parts = [f"{name}: …" if field is read.field else f"{name}: {text}.{name}" for name, field in symbol.fields.items()]
    return f"assign a new value: `{text} = {symbol.name} {{ {', '.join(parts)} }};`"


def _can_be_made(checker: BodyChecker, owner: StructType) -> bool:
    """Return whether a literal of the type can be written here: its name and all its fields are visible."""
    module = checker.context.module
    if owner.symbol.module is module:
        return True
    meaning = strong_meaning(checker.world, checker.context, owner.symbol.name, types_only=True)
    is_named = meaning is not None and meaning.item is owner.symbol
    return is_named and all(field.is_pub for field in owner.symbol.fields.values())


def _is_assignable(object: typed.Expression) -> bool:
    """Return whether the expression that holds the value is a place to which a new value can be assigned."""
    if isinstance(object, typed.LocalRead):
        return object.local.is_mut or object.local.is_parameter
    if isinstance(object, typed.FieldRead):
        return not is_value(prune(object.object.type))
    return isinstance(object, typed.IndexRead)
