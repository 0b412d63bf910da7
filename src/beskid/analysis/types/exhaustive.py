"""Exhaustiveness and reachability of `match` arms, after Maranget's usefulness algorithm.

Takes typed patterns; gives the shapes no arm covers, as a user would write them, and whether an arm can be reached
at all. Guards are the caller's business: a guarded arm is never handed in as covering.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import payload_types
from beskid.analysis.model.symbols import VariantSymbol
from beskid.analysis.model.types import BOOL, EnumType, Type

Row = tuple[typed.Pattern, ...]

MISSING_LIMIT = 6


def missing_cases(patterns: list[typed.Pattern], type: Type) -> list[str]:
    """The uncovered shapes, at most `MISSING_LIMIT` of them; empty when the patterns cover every value."""
    rows: list[Row] = [(pattern,) for pattern in patterns]
    return [witness[0] for witness in _missing(rows, (type,), MISSING_LIMIT)]


def is_useful(covering: list[typed.Pattern], pattern: typed.Pattern) -> bool:
    """Whether some value matches `pattern` and none of the patterns before it."""
    return _useful([(row,) for row in covering], (pattern,))


class ArmCoverage:
    """Decides arm by arm whether it can be reached, in linear time for arms that are single literals."""

    __slots__ = ("_has_catch_all", "_literals", "_rows")

    def __init__(self) -> None:
        self._literals: set[tuple[str, object]] = set()
        self._rows: list[typed.Pattern] = []
        self._has_catch_all = False

    def reaches(self, pattern: typed.Pattern) -> bool:
        if self._has_catch_all:
            return False
        if isinstance(pattern, typed.LiteralPattern):
            if _literal_key(pattern) in self._literals:
                return False
            return pattern.type is not BOOL or is_useful(self._rows, pattern)
        return is_useful(self._rows, pattern)

    def add(self, pattern: typed.Pattern) -> None:
        if _is_catch_all(pattern):
            self._has_catch_all = True
        if isinstance(pattern, typed.LiteralPattern):
            self._literals.add(_literal_key(pattern))
            if pattern.type is not BOOL:
                return
        self._rows.append(pattern)


def _literal_key(pattern: typed.LiteralPattern) -> tuple[str, object]:
    # `True == 1` in Python, so the kind of value is part of the key.
    return type(pattern.value).__name__, pattern.value


def _is_catch_all(pattern: typed.Pattern) -> bool:
    return isinstance(pattern, typed.WildcardPattern | typed.BindingPattern)


def _wildcards(types: tuple[Type, ...], like: typed.Pattern) -> Row:
    return tuple([typed.WildcardPattern(like.span, type) for type in types])


def _default_rows(rows: list[Row]) -> list[Row]:
    return [row[1:] for row in rows if _is_catch_all(row[0])]


def _variant_rows(rows: list[Row], variant: VariantSymbol, payload: tuple[Type, ...]) -> list[Row]:
    specialised: list[Row] = []
    for row in rows:
        head = row[0]
        if _is_catch_all(head):
            specialised.append(_wildcards(payload, head) + row[1:])
        elif isinstance(head, typed.VariantPattern) and head.variant is variant:
            specialised.append(head.fields + row[1:])
    return specialised


def _literal_rows(rows: list[Row], literal: typed.LiteralPattern) -> list[Row]:
    key = _literal_key(literal)
    return [
        row[1:]
        for row in rows
        if _is_catch_all(row[0]) or (isinstance(row[0], typed.LiteralPattern) and _literal_key(row[0]) == key)
    ]


def _bool_rows(rows: list[Row], value: bool) -> list[Row]:
    return [
        row[1:]
        for row in rows
        if _is_catch_all(row[0]) or (isinstance(row[0], typed.LiteralPattern) and row[0].value is value)
    ]


def _missing(rows: list[Row], types: tuple[Type, ...], limit: int) -> list[tuple[str, ...]]:
    if not types:
        return [] if rows else [()]
    if not rows:
        return [("_",) * len(types)]
    first, rest = types[0], types[1:]
    if isinstance(first, EnumType) and any(isinstance(row[0], typed.VariantPattern) for row in rows):
        return _missing_variants(rows, first, rest, limit)
    if first is BOOL and any(isinstance(row[0], typed.LiteralPattern) for row in rows):
        found: list[tuple[str, ...]] = []
        for value, text in ((True, "true"), (False, "false")):
            for tail in _missing(_bool_rows(rows, value), rest, limit - len(found)):
                found.append((text, *tail))
        return found[:limit]
    # Without a finite set of constructors only the catch-all rows cover the values nobody named.
    return [("_", *tail) for tail in _missing(_default_rows(rows), rest, limit)]


def _missing_variants(rows: list[Row], enum: EnumType, rest: tuple[Type, ...], limit: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    named = {row[0].variant.name for row in rows if isinstance(row[0], typed.VariantPattern)}
    for variant in enum.symbol.variants.values():
        if len(found) >= limit:
            break
        if variant.name not in named:
            tails = _missing(_default_rows(rows), rest, limit - len(found))
            head = show_variant(enum, variant, ("_",) * len(variant.fields))
            found.extend([(head, *tail) for tail in tails])
            continue
        payload = payload_types(enum, variant)
        for witness in _missing(_variant_rows(rows, variant, payload), payload + rest, limit - len(found)):
            count = len(payload)
            found.append((show_variant(enum, variant, witness[:count]), *witness[count:]))
    return found[:limit]


def show_variant(enum: EnumType, variant: VariantSymbol, fields: tuple[str, ...]) -> str:
    """A variant with its payload as a pattern a user can write."""
    name = f"{enum.symbol.name}::{variant.name}"
    return f"{name}({', '.join(fields)})" if fields else name


def _useful(rows: list[Row], vector: Row) -> bool:
    if not vector:
        return not rows
    head = vector[0]
    if isinstance(head, typed.VariantPattern):
        payload = payload_types(head.type, head.variant)
        return _useful(_variant_rows(rows, head.variant, payload), head.fields + vector[1:])
    if isinstance(head, typed.LiteralPattern):
        return _useful(_literal_rows(rows, head), vector[1:])
    type = head.type
    if isinstance(type, EnumType):
        named = {row[0].variant.name for row in rows if isinstance(row[0], typed.VariantPattern)}
        if len(named) == len(type.symbol.variants):
            for variant in type.symbol.variants.values():
                payload = payload_types(type, variant)
                expanded = _wildcards(payload, head) + vector[1:]
                if _useful(_variant_rows(rows, variant, payload), expanded):
                    return True
            return False
    if type is BOOL:
        values = {row[0].value for row in rows if isinstance(row[0], typed.LiteralPattern)}
        if len(values) == 2:
            return any(_useful(_bool_rows(rows, value), vector[1:]) for value in (True, False))
    return _useful(_default_rows(rows), vector[1:])
