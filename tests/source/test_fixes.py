"""Applying fixes to texts: which are applied, which are deferred, and that the rest of a text is unchanged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beskid.source.codes import E1101, E1214
from beskid.source.diagnostics import Diagnostic, Edit, Fix, error
from beskid.source.fixes import FixResult, apply_safe_fixes
from beskid.source.text import SourceText, Span

SOURCE = SourceText("a.bd", "abcdef")


def fault(start: int, end: int, text: str, source: SourceText = SOURCE, safe: bool = True) -> Diagnostic:
    span = Span(start, end)
    return error(E1101, "wrong", source, span, fixes=(Fix("change", (Edit(source, span, text),), safe),))


def apply(*diagnostics: Diagnostic) -> FixResult:
    return apply_safe_fixes(list(diagnostics), ["a.bd"])


def test_edits_are_applied_at_their_spans() -> None:
    result = apply(fault(4, 6, ""), fault(0, 1, "XY"), fault(2, 2, "-"))
    assert result.texts == {SOURCE: "XYb-cd"}
    assert [each.diagnostic.span.start for each in result.applied] == [0, 2, 4]


def test_unsafe_fixes_are_left_to_the_user() -> None:
    result = apply(fault(0, 1, "X", safe=False))
    assert result.texts == {} and result.applied == []


def test_the_first_safe_fix_is_applied() -> None:
    span = Span(0, 1)
    fixes = tuple(
        Fix(text, (Edit(SOURCE, span, text),), safe) for text, safe in (("1", False), ("2", True), ("3", True))
    )
    assert apply(error(E1101, "wrong", SOURCE, span, fixes=fixes)).texts == {SOURCE: "2bcdef"}


def test_overlapping_fixes_are_deferred() -> None:
    result = apply(fault(0, 3, "X"), fault(2, 4, "Y"))
    assert result.texts == {SOURCE: "Xdef"}
    assert len(result.applied) == 1


def test_the_same_edit_is_applied_once() -> None:
    edit = Edit(SOURCE, Span(0, 0), "mut ")
    both = [error(E1214, "wrong", SOURCE, Span(n, n + 1), fixes=(Fix("mut", (edit,), True),)) for n in (2, 4)]
    result = apply(*both)
    assert result.texts == {SOURCE: "mut abcdef"}
    assert len(result.applied) == 2


def test_a_fix_is_applied_completely_or_not_at_all() -> None:
    edits = (Edit(SOURCE, Span(0, 1), "X"), Edit(SOURCE, Span(3, 4), "Y"))
    second = error(E1101, "wrong", SOURCE, Span(5, 6), fixes=(Fix("two", edits, True),))
    assert apply(fault(3, 5, "Z"), second).texts == {SOURCE: "abcZf"}


def test_other_files_are_not_changed() -> None:
    library = SourceText("corelib/src/Math.bd", "abcdef")
    edits = (Edit(SOURCE, Span(0, 1), "X"), Edit(library, Span(0, 1), "X"))
    mixed = error(E1101, "wrong", SOURCE, Span(0, 1), fixes=(Fix("both", edits, True),))
    assert apply(fault(0, 1, "X", library), mixed).texts == {}


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.text("xyz", max_size=3)), max_size=8))
def test_text_outside_of_edits_is_unchanged(edits: list[tuple[int, int, str]]) -> None:
    spans = [(start, min(6, start + length), text) for start, length, text in edits]
    result = apply(*[fault(start, end, text) for start, end, text in spans])
    text = result.texts.get(SOURCE, SOURCE.text)
    touched = {index for start, end, _ in spans for index in range(start, end)}
    kept = [character for index, character in enumerate(SOURCE.text) if index not in touched]
    assert [character for character in text if character in kept] == kept
