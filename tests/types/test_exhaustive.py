"""Exhaustiveness and reachability against the definition: try every value of a small type on every pattern."""

from __future__ import annotations

from functools import partial
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from beskid.analysis import typed
from beskid.analysis.model.symbols import EnumSymbol, ModuleSymbol, VariantSymbol
from beskid.analysis.model.types import BOOL, CHAR, I32, U8, EnumType, Type
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


BYTES = _enum("Bytes", {"One": (U8,), "Two": (U8, BOOL), "Zero": ()})
LEAF = _enum("Leaf", {"A": (), "B": (BOOL,)})
PAIR = _enum("Pair", {"Two": (LEAF, BOOL), "One": (LEAF,), "Zero": ()})

Value = tuple[str, tuple[object, ...]] | int


def _values(type: Type) -> list[Value]:
    if type is BOOL:
        return [True, False]
    if type is U8:
        return list(range(256))
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
        return pattern.value is value or (not isinstance(value, bool) and pattern.value == value)
    if isinstance(pattern, typed.OrPattern):
        return any(_matches(each, value) for each in pattern.alternatives)
    if isinstance(pattern, typed.RangePattern):
        return isinstance(value, int) and pattern.low <= value <= pattern.high
    assert isinstance(value, tuple)
    name, fields = value
    return pattern.variant.name == name and all(
        _matches(part, field) for part, field in zip(pattern.fields, fields, strict=True)
    )


def _patterns(type: Type) -> st.SearchStrategy[typed.Pattern]:
    wildcard: st.SearchStrategy[typed.Pattern] = st.just(typed.WildcardPattern(NO_SPAN, type))
    if type is BOOL:
        return wildcard | st.booleans().map(lambda value: typed.LiteralPattern(NO_SPAN, BOOL, value))
    if type is U8:
        bytes_ = st.integers(0, 255)
        literals = bytes_.map(lambda value: typed.LiteralPattern(NO_SPAN, U8, value))
        ranges = st.tuples(bytes_, st.integers(0, 255)).map(
            lambda bounds: typed.RangePattern(NO_SPAN, U8, min(bounds), max(bounds))
        )
        return wildcard | literals | ranges
    assert isinstance(type, EnumType)
    choices = [wildcard]
    for variant in type.symbol.variants.values():
        fields = st.tuples(*[_patterns(field) for _, field in variant.fields])
        choices.append(fields.map(partial(typed.VariantPattern, NO_SPAN, type, variant)))
    simple = st.one_of(choices)
    several = st.lists(simple, min_size=2, max_size=3).map(lambda each: typed.OrPattern(NO_SPAN, type, tuple(each)))
    return simple | several


def _some_patterns(least: int) -> st.SearchStrategy[tuple[EnumType, list[typed.Pattern]]]:
    return st.sampled_from([PAIR, BYTES]).flatmap(
        lambda type: st.tuples(st.just(type), st.lists(_patterns(type), min_size=least, max_size=7))
    )


@given(_some_patterns(1))
@settings(max_examples=300, deadline=None)
def test_missing_cases_agree_with_trying_every_value(drawn: tuple[EnumType, list[typed.Pattern]]) -> None:
    type, patterns = drawn
    uncovered = [value for value in _values(type) if not any(_matches(p, value) for p in patterns)]
    assert bool(missing_cases(patterns, type)) == bool(uncovered)


@given(_some_patterns(1))
@settings(max_examples=300, deadline=None)
def test_usefulness_agrees_with_trying_every_value(drawn: tuple[EnumType, list[typed.Pattern]]) -> None:
    type, (*rows, pattern) = drawn
    reached = any(_matches(pattern, value) and not any(_matches(row, value) for row in rows) for value in _values(type))
    assert is_useful(rows, pattern) == reached
    coverage = ArmCoverage()
    for row in rows:
        coverage.add(row)
    assert coverage.reaches(pattern) == reached


def test_missing_intervals_are_written_as_ranges() -> None:
    def between(type: Type, *bounds: tuple[int, int]) -> list[typed.Pattern]:
        return [typed.RangePattern(NO_SPAN, type, low, high) for low, high in bounds]

    assert missing_cases(between(U8, (0, 9), (11, 99)), U8) == ["10", "100..=255"]
    assert missing_cases(between(U8, (0, 9), (10, 255)), U8) == []
    assert missing_cases(between(I32, (0, 9), (11, 99)), I32) == ["_", "10", "_"]
    assert missing_cases(between(CHAR, (0, 96), (123, 0xD7FF), (0xE000, 0x10FFFF)), CHAR) == ["'a'..='z'"]
    assert missing_cases(between(CHAR, (0, 0xD7FF), (0xE000, 0x10FFFF)), CHAR) == []


def test_numbers_need_a_catch_all() -> None:
    literals: list[typed.Pattern] = [typed.LiteralPattern(NO_SPAN, I32, value) for value in range(3)]
    assert missing_cases(literals, I32) == ["_"]
    assert missing_cases([*literals, typed.WildcardPattern(NO_SPAN, I32)], I32) == []


def test_missing_cases_are_written_as_patterns() -> None:
    two = PAIR.symbol.variants["Two"]
    wildcard = typed.WildcardPattern(NO_SPAN, LEAF)
    pattern = typed.VariantPattern(NO_SPAN, PAIR, two, (wildcard, typed.LiteralPattern(NO_SPAN, BOOL, True)))
    assert missing_cases([pattern], PAIR) == ["Pair::Two(_, false)", "Pair::One(_)", "Pair::Zero"]
