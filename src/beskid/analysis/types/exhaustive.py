"""Exhaustiveness and reachability of `match` arms, by Maranget's usefulness algorithm.

Takes typed patterns; returns the cases that no arm covers, as source text, and whether an arm can be reached. The
caller
leaves out guarded arms, which cover nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.relations import payload_types
from beskid.analysis.model.symbols import VariantSymbol
from beskid.analysis.model.types import BOOL, EnumType, Type
from beskid.analysis.types.intervals import Interval, Intervals, divide, domain_of, interval_of, show_interval

Row = tuple[typed.Pattern, ...]

MAX_MISSING = 6
_SMALLEST_DOMAIN = 256
"""No integer type has fewer values, so fewer literals never cover one."""


def missing_cases(patterns: list[typed.Pattern], type: Type) -> list[str]:
    """Return at most `MAX_MISSING` uncovered cases, or none when the patterns cover every value."""
    rows: list[Row] = [(pattern,) for pattern in patterns]
    return [witness[0] for witness in _missing(rows, (type,), MAX_MISSING)]


def is_useful(covering: list[typed.Pattern], pattern: typed.Pattern) -> bool:
    """Return whether a value matches `pattern` and none of the patterns before it."""
    return _useful([(row,) for row in covering], (pattern,))


class ArmCoverage:
    """Decides for one arm after the other whether it can be reached.

    Arms are grouped by the variant that they name, and below a variant with one field by the pattern of that field, so
    that
    a match over many variants, or over many literals in one variant, takes time linear in its arms.
    """

    __slots__ = ("_covered", "_has_catch_all", "_literals", "_of_variant", "_rows")

    def __init__(self) -> None:
        self._covered = Intervals()
        self._literals: set[tuple[str, object]] = set()
        self._rows: list[typed.Pattern] = []
        self._of_variant: dict[VariantSymbol, ArmCoverage] = {}
        self._has_catch_all = False

    def reaches(self, pattern: typed.Pattern) -> bool:
        if self._has_catch_all:
            return False
        if isinstance(pattern, typed.OrPattern):
            return any(self.reaches(each) for each in pattern.alternatives)
        interval = interval_of(pattern)
        if interval is not None:
            return not self._covered.contains(*interval)
        if isinstance(pattern, typed.LiteralPattern):
            if _literal_key(pattern) in self._literals:
                return False
            return pattern.type is not BOOL or is_useful(self._rows, pattern)
        if isinstance(pattern, typed.VariantPattern):
            below = self._of_variant.get(pattern.variant)
            if below is None:
                return True
            if len(pattern.fields) < 2:
                return bool(pattern.fields) and below.reaches(pattern.fields[0])
            return is_useful(below._rows, pattern)
        domain = domain_of(pattern.type)
        if domain and all(self._covered.contains(*part) for part in domain):
            return False
        return is_useful(self._rows, pattern)

    def add(self, pattern: typed.Pattern) -> None:
        if isinstance(pattern, typed.OrPattern):
            for each in pattern.alternatives:
                self.add(each)
            return
        interval = interval_of(pattern)
        if interval is not None:
            self._covered.add(*interval)
            return
        if _is_catch_all(pattern):
            self._has_catch_all = True
        if isinstance(pattern, typed.LiteralPattern):
            self._literals.add(_literal_key(pattern))
            if pattern.type is not BOOL:
                return
        self._rows.append(pattern)
        if isinstance(pattern, typed.VariantPattern):
            below = self._of_variant.setdefault(pattern.variant, ArmCoverage())
            if len(pattern.fields) == 1:
                below.add(pattern.fields[0])
            else:
                below._rows.append(pattern)


def _literal_key(pattern: typed.LiteralPattern) -> tuple[str, object]:
    # `True == 1` in Python, so the kind of value is part of the key.
    return type(pattern.value).__name__, pattern.value


def _is_catch_all(pattern: typed.Pattern) -> bool:
    return isinstance(pattern, typed.WildcardPattern | typed.BindingPattern)


def _wildcards(types: tuple[Type, ...], like: typed.Pattern) -> Row:
    return tuple([typed.WildcardPattern(like.span, type) for type in types])


def _default_rows(rows: list[Row]) -> list[Row]:
    return [row[1:] for row in rows if _is_catch_all(row[0])]


def _by_variant(rows: list[Row], enum: EnumType) -> dict[VariantSymbol, list[Row]]:
    """Return for each variant that a row names the rows that match it, with its fields in place of its pattern."""
    found: dict[VariantSymbol, list[Row]] = {
        row[0].variant: [] for row in rows if isinstance(row[0], typed.VariantPattern)
    }
    payloads = {variant: payload_types(enum, variant) for variant in found}
    for row in rows:
        head = row[0]
        if isinstance(head, typed.VariantPattern):
            found[head.variant].append(head.fields + row[1:])
        elif _is_catch_all(head):
            for variant, payload in payloads.items():
                found[variant].append(_wildcards(payload, head) + row[1:])
    return found


def _rows_of_variant(rows: list[Row], pattern: typed.VariantPattern) -> list[Row]:
    """Return the rows that match the variant of a pattern, with its fields in place of the pattern."""
    found: list[Row] = []
    for row in rows:
        head = row[0]
        if isinstance(head, typed.VariantPattern):
            if head.variant is pattern.variant:
                found.append(head.fields + row[1:])
        elif _is_catch_all(head):
            found.append(_wildcards(payload_types(pattern.type, pattern.variant), head) + row[1:])
    return found


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


def _expanded(rows: list[Row]) -> list[Row]:
    """Return the rows with a row for each alternative of the first pattern."""
    if not any(isinstance(row[0], typed.OrPattern) for row in rows):
        return rows
    found: list[Row] = []
    for row in rows:
        head = row[0]
        if isinstance(head, typed.OrPattern):
            found.extend([(each, *row[1:]) for each in head.alternatives])
        else:
            found.append(row)
    return found


def _pieces(rows: list[Row], parts: Sequence[Interval]) -> list[tuple[Interval, list[Row]]]:
    """Divide intervals at the bounds of the rows; return each piece with the rows that match it, less their heads."""
    divided = divide([interval_of(row[0]) for row in rows], parts)
    return [(piece, [rows[index][1:] for index in matching]) for piece, matching in divided]


def _is_divided(rows: list[Row]) -> bool:
    """Return whether the values of an integer or character column must be divided, not only listed."""
    return any(isinstance(row[0], typed.RangePattern) for row in rows) or len(rows) >= _SMALLEST_DOMAIN


def _missing(rows: list[Row], types: tuple[Type, ...], limit: int) -> list[tuple[str, ...]]:
    if not types:
        return [] if rows else [()]
    if not rows:
        return [("_",) * len(types)]
    first, rest = types[0], types[1:]
    rows = _expanded(rows)
    domain = domain_of(first)
    if domain and _is_divided(rows):
        return _missing_intervals(rows, first, rest, limit)
    if isinstance(first, EnumType) and any(isinstance(row[0], typed.VariantPattern) for row in rows):
        return _missing_variants(rows, first, rest, limit)
    if first is BOOL and any(isinstance(row[0], typed.LiteralPattern) for row in rows):
        found: list[tuple[str, ...]] = []
        for value, text in ((True, "true"), (False, "false")):
            for tail in _missing(_bool_rows(rows, value), rest, limit - len(found)):
                found.append((text, *tail))
        return found[:limit]
    # Without a finite set of constructors, only the catch-all rows cover the values that no row names.
    return [("_", *tail) for tail in _missing(_default_rows(rows), rest, limit)]


def _missing_intervals(rows: list[Row], type: Type, rest: tuple[Type, ...], limit: int) -> list[tuple[str, ...]]:
    uncovered: list[tuple[Interval, tuple[str, ...]]] = []
    for (low, high), matching in _pieces(rows, domain_of(type)):
        for tail in _missing(matching, rest, limit):
            if uncovered and uncovered[-1][0][1] + 1 == low and uncovered[-1][1] == tail:
                uncovered[-1] = ((uncovered[-1][0][0], high), tail)
            else:
                uncovered.append(((low, high), tail))
        if len(uncovered) >= limit:
            break
    return [(show_interval(type, *interval), *tail) for interval, tail in uncovered[:limit]]


def _missing_variants(rows: list[Row], enum: EnumType, rest: tuple[Type, ...], limit: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    named = _by_variant(rows, enum)
    for variant in enum.symbol.variants.values():
        if len(found) >= limit:
            break
        if variant not in named:
            tails = _missing(_default_rows(rows), rest, limit - len(found))
            head = show_variant(enum, variant, ("_",) * len(variant.fields))
            found.extend([(head, *tail) for tail in tails])
            continue
        payload = payload_types(enum, variant)
        for witness in _missing(named[variant], payload + rest, limit - len(found)):
            count = len(payload)
            found.append((show_variant(enum, variant, witness[:count]), *witness[count:]))
    return found[:limit]


def show_variant(enum: EnumType, variant: VariantSymbol, fields: tuple[str, ...]) -> str:
    """Return a variant with its payload as a pattern in source form."""
    name = f"{enum.symbol.name}::{variant.name}"
    return f"{name}({', '.join(fields)})" if fields else name


def _useful(rows: list[Row], vector: Row) -> bool:
    if not vector:
        return not rows
    head = vector[0]
    if isinstance(head, typed.OrPattern):
        return any(_useful(rows, (each, *vector[1:])) for each in head.alternatives)
    rows = _expanded(rows)
    domain = domain_of(head.type)
    if domain and (_is_divided(rows) or isinstance(head, typed.RangePattern)):
        interval = interval_of(head)
        parts = domain if interval is None else (interval,)
        return any(_useful(matching, vector[1:]) for _, matching in _pieces(rows, parts))
    if isinstance(head, typed.VariantPattern):
        return _useful(_rows_of_variant(rows, head), head.fields + vector[1:])
    if isinstance(head, typed.LiteralPattern):
        return _useful(_literal_rows(rows, head), vector[1:])
    type = head.type
    if isinstance(type, EnumType):
        named = _by_variant(rows, type)
        if len(named) == len(type.symbol.variants):
            return any(
                _useful(named[variant], _wildcards(payload_types(type, variant), head) + vector[1:])
                for variant in type.symbol.variants.values()
            )
    if type is BOOL:
        values = {row[0].value for row in rows if isinstance(row[0], typed.LiteralPattern)}
        if len(values) == 2:
            return any(_useful(_bool_rows(rows, value), vector[1:]) for value in (True, False))
    return _useful(_default_rows(rows), vector[1:])
