"""Decision trees for `match`: which part of the scrutinee to test, and what to do for each result.

Takes the patterns of the arms and returns a tree of `VariantSwitch`, `LiteralSwitch`, `Leaf` and `Fail` over
occurrences (the scrutinee and its parts). A part is tested at most once on any path. It must not emit code.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol, VariantSymbol
from beskid.analysis.model.types import EnumType, Type
from beskid.analysis.types.intervals import divide, domain_of, interval_of
from beskid.base.node import node
from beskid.lower.bodies.context import FunctionContext

LiteralKey: TypeAlias = int | float | bool | str


@node
class Occurrence:
    """A part of the scrutinee; `type` is concrete."""

    type: Type


@node
class Part:
    """A payload field that an arm tests or binds."""

    position: int
    occurrence: Occurrence


@node
class Leaf:
    """An arm whose pattern matches. `otherwise` is taken if the guard fails."""

    arm: int
    bindings: tuple[tuple[LocalSymbol, Occurrence], ...]
    otherwise: Tree | None


@node
class VariantCase:
    variant: VariantSymbol
    parts: tuple[Part, ...]
    tree: Tree


@node
class VariantSwitch:
    """`default` is None when the cases are all variants."""

    occurrence: Occurrence
    cases: tuple[VariantCase, ...]
    default: Tree | None


@node
class LiteralSwitch:
    """Cases in the order of the arms; `default` is None for a `bool` with both cases."""

    occurrence: Occurrence
    cases: tuple[tuple[LiteralKey, Tree], ...]
    default: Tree | None


@node
class Fail:
    """No arm matches; the checker has proved that this is unreachable."""


@node
class IntervalSwitch:
    """Integers and characters. Case `i` takes the values from `starts[i]` up to the next start; `trees[cases[i]]`
    follows.
    """

    occurrence: Occurrence
    starts: tuple[int, ...]
    cases: tuple[int, ...]
    trees: tuple[Tree, ...]


Tree: TypeAlias = Leaf | VariantSwitch | LiteralSwitch | IntervalSwitch | Fail
Test: TypeAlias = typed.LiteralPattern | typed.RangePattern | typed.OrPattern | typed.VariantPattern
Bindings: TypeAlias = tuple[tuple[LocalSymbol, Occurrence], ...]


@node
class _Row:
    """An arm with the patterns that remain to be tested."""

    arm: int
    tests: dict[Occurrence, Test]
    bindings: Bindings


class DecisionTrees:
    """Builds the tree of one match and counts the leaves of each arm."""

    __slots__ = ("_arms", "_context", "leaves")

    def __init__(self, context: FunctionContext, arms: tuple[typed.MatchArm, ...]) -> None:
        self._context = context
        self._arms = arms
        self.leaves = [0] * len(arms)

    def make(self, root: Occurrence) -> Tree:
        rows = [_with_pattern(_Row(position, {}, ()), root, arm.pattern) for position, arm in enumerate(self._arms)]
        return self._compile(rows)

    def _compile(self, rows: list[_Row]) -> Tree:
        if not rows:
            return Fail()
        first = rows[0]
        if not first.tests:
            self.leaves[first.arm] += 1
            otherwise = self._compile(rows[1:]) if self._arms[first.arm].guard is not None else None
            return Leaf(first.arm, first.bindings, otherwise)
        occurrence, test = next(iter(first.tests.items()))
        if any(isinstance(row.tests.get(occurrence), typed.OrPattern) for row in rows):
            return self._compile(_expanded(rows, occurrence))
        if isinstance(test, typed.VariantPattern):
            return self._switch_variants(rows, occurrence)
        if any(isinstance(row.tests.get(occurrence), typed.RangePattern) for row in rows):
            return self._switch_intervals(rows, occurrence)
        return self._switch_literals(rows, occurrence)

    def _switch_intervals(self, rows: list[_Row], occurrence: Occurrence) -> Tree:
        tests = [row.tests.get(occurrence) for row in rows]
        intervals = [None if test is None else interval_of(test) for test in tests]
        domain = domain_of(occurrence.type)
        starts: list[int] = []
        cases: list[int] = []
        trees: dict[tuple[int, ...], int] = {}
        made: list[Tree] = []
        for (start, _), matching in divide(intervals, ((domain[0][0], domain[-1][1]),)):
            case = trees.get(tuple(matching))
            if case is None:
                case = trees[tuple(matching)] = len(made)
                made.append(self._compile([_without(rows[index], occurrence) for index in matching]))
            if not cases or cases[-1] != case:
                starts.append(start)
                cases.append(case)
        return IntervalSwitch(occurrence, tuple(starts), tuple(cases), tuple(made))

    def _switch_variants(self, rows: list[_Row], occurrence: Occurrence) -> Tree:
        kind = occurrence.type
        if not isinstance(kind, EnumType):
            raise AssertionError("the type of a variant pattern is an enum")
        variants: dict[int, VariantSymbol] = {}
        for row in rows:
            test = row.tests.get(occurrence)
            if isinstance(test, typed.VariantPattern):
                variants.setdefault(test.variant.index, test.variant)
        cases = [self._variant_case(rows, occurrence, kind, variants[index]) for index in sorted(variants)]
        default = None
        if len(cases) < len(kind.symbol.variants):
            default = self._compile(_untested(rows, occurrence))
        return VariantSwitch(occurrence, tuple(cases), default)

    def _variant_case(
        self, rows: list[_Row], occurrence: Occurrence, kind: EnumType, variant: VariantSymbol
    ) -> VariantCase:
        types = self._context.layouts.enum(kind).variants[variant.index].types
        parts = [Part(position, Occurrence(type)) for position, type in enumerate(types)]
        used = [False] * len(parts)
        narrowed: list[_Row] = []
        for row in rows:
            test = row.tests.get(occurrence)
            if not isinstance(test, typed.VariantPattern):
                narrowed.append(row)
            elif test.variant.index == variant.index:
                row = _without(row, occurrence)
                for part, pattern in zip(parts, test.fields, strict=True):
                    used[part.position] |= not isinstance(pattern, typed.WildcardPattern)
                    row = _with_pattern(row, part.occurrence, pattern)
                narrowed.append(row)
        looked_at = tuple([part for part in parts if used[part.position]])
        return VariantCase(variant, looked_at, self._compile(narrowed))

    def _switch_literals(self, rows: list[_Row], occurrence: Occurrence) -> Tree:
        keys: dict[LiteralKey, None] = {}
        for row in rows:
            test = row.tests.get(occurrence)
            if isinstance(test, typed.LiteralPattern):
                keys.setdefault(test.value)
        cases = [(key, self._compile(_with_literal(rows, occurrence, key))) for key in keys]
        covers_bool = len(cases) == 2 and all(isinstance(key, bool) for key in keys)
        default = None if covers_bool else self._compile(_untested(rows, occurrence))
        return LiteralSwitch(occurrence, tuple(cases), default)


def _with_pattern(row: _Row, occurrence: Occurrence, pattern: typed.Pattern) -> _Row:
    """Return the row with one more pattern to test."""
    match pattern:
        case typed.WildcardPattern():
            return row
        case typed.BindingPattern():
            return _Row(row.arm, row.tests, (*row.bindings, (pattern.local, occurrence)))
        case _:
            return _Row(row.arm, {**row.tests, occurrence: pattern}, row.bindings)


def _expanded(rows: list[_Row], occurrence: Occurrence) -> list[_Row]:
    """Return the rows with a row for each alternative that tests the occurrence."""
    found: list[_Row] = []
    for row in rows:
        test = row.tests.get(occurrence)
        if isinstance(test, typed.OrPattern):
            rest = _without(row, occurrence)
            found.extend([_with_pattern(rest, occurrence, each) for each in test.alternatives])
        else:
            found.append(row)
    return found


def _without(row: _Row, occurrence: Occurrence) -> _Row:
    tests = {key: test for key, test in row.tests.items() if key is not occurrence}
    return _Row(row.arm, tests, row.bindings)


def _untested(rows: list[_Row], occurrence: Occurrence) -> list[_Row]:
    """Return the rows that do not test the occurrence."""
    return [row for row in rows if occurrence not in row.tests]


def _with_literal(rows: list[_Row], occurrence: Occurrence, key: LiteralKey) -> list[_Row]:
    """Return the rows that remain if the occurrence equals a literal."""
    left: list[_Row] = []
    for row in rows:
        test = row.tests.get(occurrence)
        if test is None:
            left.append(row)
        elif isinstance(test, typed.LiteralPattern) and test.value == key:
            left.append(_without(row, occurrence))
    return left
