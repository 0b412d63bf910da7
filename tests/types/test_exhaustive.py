"""Exhaustiveness and reachability against the definition: try every value of a small type on every pattern."""

from __future__ import annotations

from functools import partial
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from beskid.analysis import typed
from beskid.analysis.model.symbols import EnumSymbol, ModuleSymbol, VariantSymbol
from beskid.analysis.model.types import BOOL, I32, EnumType, Type
from beskid.analysis.types.exhaustive import ArmCoverage, is_useful, missing_cases
from beskid.source.text import NO_SPAN, SourceText
from beskid.syntax import tree

_SOURCE = SourceText("test.bd", "")
_MODULE = ModuleSymbol("Test", (), None, _SOURCE, None)


def _enum(name: str, variants: dict[str, tuple[Type, ...]]) -> EnumType:
    item = tree.EnumItem(0, NO_SPAN, (), True, tree.Name(0, NO_SPAN, name), (), (), None)
    symbol = EnumSymbol(name, _MODULE, _SOURCE, NO_SPAN, item)
    for index, (variant_name, types) in enumerate(variants.items()):
        variant = VariantSymbol(variant_name, index, NO_SPAN)
        variant.fields = tuple((f"_{i}", type) for i, type in enumerate(types))
        symbol.variants[variant_name] = variant
    return EnumType(symbol)


LEAF = _enum("Leaf", {"A": (), "B": (BOOL,)})
PAIR = _enum("Pair", {"Two": (LEAF, BOOL), "One": (LEAF,), "Zero": ()})

Value = tuple[str, tuple[object, ...]] | bool


def _values(type: Type) -> list[Value]:
    if type is BOOL:
        return [True, False]
    assert isinstance(type, EnumType)
    return [
        (variant.name, fields)
        for variant in type.symbol.variants.values()
        for fields in product(*[_values(field) for _, field in variant.fields])
    ]


def _matches(pattern: typed.Pattern, value: object) -> bool:
    if isinstance(pattern, typed.WildcardPattern | typed.BindingPattern):
        return True
    if isinstance(pattern, typed.LiteralPattern):
        return pattern.value is value
    assert isinstance(value, tuple)
    name, fields = value
    return pattern.variant.name == name and all(
        _matches(part, field) for part, field in zip(pattern.fields, fields, strict=True)
    )


def _patterns(type: Type) -> st.SearchStrategy[typed.Pattern]:
    wildcard: st.SearchStrategy[typed.Pattern] = st.just(typed.WildcardPattern(NO_SPAN, type))
    if type is BOOL:
        return wildcard | st.booleans().map(lambda value: typed.LiteralPattern(NO_SPAN, BOOL, value))
    assert isinstance(type, EnumType)
    choices = [wildcard]
    for variant in type.symbol.variants.values():
        fields = st.tuples(*[_patterns(field) for _, field in variant.fields])
        choices.append(fields.map(partial(typed.VariantPattern, NO_SPAN, type, variant)))
    return st.one_of(choices)


@given(st.lists(_patterns(PAIR), min_size=1, max_size=7))
@settings(max_examples=300, deadline=None)
def test_missing_cases_agree_with_trying_every_value(patterns: list[typed.Pattern]) -> None:
    uncovered = [value for value in _values(PAIR) if not any(_matches(p, value) for p in patterns)]
    assert bool(missing_cases(patterns, PAIR)) == bool(uncovered)


@given(st.lists(_patterns(PAIR), max_size=6), _patterns(PAIR))
@settings(max_examples=300, deadline=None)
def test_usefulness_agrees_with_trying_every_value(rows: list[typed.Pattern], pattern: typed.Pattern) -> None:
    reached = any(_matches(pattern, value) and not any(_matches(row, value) for row in rows) for value in _values(PAIR))
    assert is_useful(rows, pattern) == reached
    coverage = ArmCoverage()
    for row in rows:
        coverage.add(row)
    assert coverage.reaches(pattern) == reached


def test_numbers_need_a_catch_all() -> None:
    literals: list[typed.Pattern] = [typed.LiteralPattern(NO_SPAN, I32, value) for value in range(3)]
    assert missing_cases(literals, I32) == ["_"]
    assert missing_cases([*literals, typed.WildcardPattern(NO_SPAN, I32)], I32) == []


def test_missing_cases_are_written_as_patterns() -> None:
    two = PAIR.symbol.variants["Two"]
    wildcard = typed.WildcardPattern(NO_SPAN, LEAF)
    pattern = typed.VariantPattern(NO_SPAN, PAIR, two, (wildcard, typed.LiteralPattern(NO_SPAN, BOOL, True)))
    assert missing_cases([pattern], PAIR) == ["Pair::Two(_, false)", "Pair::One(_)", "Pair::Zero"]
