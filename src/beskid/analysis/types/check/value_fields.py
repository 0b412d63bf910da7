"""E1248: the fields of a value type cannot be assigned; a new value takes the place of the old one (decision L32)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import StructType
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1248
from beskid.source.diagnostics import Label
from beskid.source.text import Span

MAX_SHOWN_FIELDS = 4
MAX_SHOWN_PLACE = 30


def field_place(checker: BodyChecker, read: typed.FieldRead, span: Span) -> typed.FieldPlace | None:
    """Return a field as a place, or None after a report for a field of a value type."""
    owner = prune(read.object.type)
    if not isinstance(owner, StructType) or not owner.symbol.is_value:
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
    """Return the literal of the new value, if it is short."""
    symbol = owner.symbol
    object = read.object
    text = checker.text(object.span)
    if isinstance(object, typed.LocalRead) and object.local.name == "this":
        return f"return a new `{symbol.name}` from the method, or declare the type without `[Value]`"
    if len(symbol.fields) > MAX_SHOWN_FIELDS or len(text) > MAX_SHOWN_PLACE or "\n" in text:
        return f"assign a new `{symbol.name}`, or declare the type without `[Value]`"
    parts = [name if field is read.field else f"{name}: {text}.{name}" for name, field in symbol.fields.items()]
    shown = ", ".join([f"{part}: …" if part == read.field.name else part for part in parts])
    return f"assign a new value: `{text} = {symbol.name} {{ {shown} }};`"
