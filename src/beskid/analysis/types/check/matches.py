"""`match`: arms and guards, the common type of the arms, exhaustiveness and unreachable arms (`language.md` §4.9)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, ERROR, NEVER, UNIT, EnumType, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.blocks import block_expression
from beskid.analysis.types.check.callees import has_own_type
from beskid.analysis.types.check.conversions import error_value, was_mismatch
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.dropped import warn_dropped
from beskid.analysis.types.check.joins import Part, join
from beskid.analysis.types.check.literals import is_untyped, strip_groups
from beskid.analysis.types.check.patterns import check_pattern, is_broken
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.tails import branch_value
from beskid.analysis.types.exhaustive import ArmCoverage, missing_cases
from beskid.source.codes import E1154, E1304, E1305, E1308, W1403
from beskid.source.text import Span
from beskid.syntax import tree


def match_expression(checker: BodyChecker, expression: tree.MatchExpression, expected: Type | None) -> typed.Expression:
    return _match(checker, expression, expected, False)


def match_statement(checker: BodyChecker, expression: tree.MatchExpression) -> typed.Expression:
    """Check a match whose value is discarded. Its arms may have different types."""
    return _match(checker, expression, None, True)


def _match(
    checker: BodyChecker, expression: tree.MatchExpression, expected: Type | None, is_dropped: bool
) -> typed.Expression:
    scrutinee = infer(checker, expression.scrutinee)
    settled = checker.settle(scrutinee.type)
    # No pattern is wrong for a value that never exists.
    type = ERROR if settled is NEVER else settled
    if not expression.arms:
        checker.error(
            E1154,
            "a match must have at least one arm",
            expression.span,
            "no arms",
            "write an arm: `match value { pattern => result, }`",
        )
        return error_value(expression.span)
    wanted = None if is_dropped or expected is None else prune(expected)
    if isinstance(wanted, InferenceVariable):
        wanted = None
    patterns: list[typed.Pattern] = []
    guards: list[typed.Expression | None] = []
    parts: list[Part] = []
    guided: list[tuple[int, dict[str, LocalSymbol]]] = []
    for index, arm in enumerate(expression.arms):
        checker.scopes.append({})
        patterns.append(check_pattern(checker, arm.pattern, type, {}))
        guards.append(None if arm.guard is None else _guard(checker, arm.guard))
        body = branch_value(arm.body)
        if is_dropped:
            parts.append(Part(body, _dropped(checker, arm.body)))
        else:
            parts.append(first_look(checker, body, wanted, f"arms at {expression.span.start}"))
            if parts[-1].value is None and not is_untyped(checker, body):
                guided.append((index, checker.scopes[-1]))
        _note_return(checker, body, parts[-1].value)
        checker.scopes.pop()
    infer_guided(checker, parts, guided, expected)
    _check_coverage(checker, expression, type, patterns, guards)
    result, bodies = _result(checker, parts, wanted, is_dropped)
    if result is ERROR:
        return error_value(expression.span)
    if settled is NEVER:
        return scrutinee
    arms = tuple(
        [
            typed.MatchArm(arm.span, pattern, guard, body)
            for arm, pattern, guard, body in zip(expression.arms, patterns, guards, bodies, strict=True)
        ]
    )
    return typed.Match(expression.span, checker.settle(result), scrutinee, arms)


def first_look(checker: BodyChecker, body: tree.Expression, wanted: Type | None, subject: str) -> Part:
    """Check the value of an arm or branch, unless it has to wait for the types of others."""
    if wanted is not None:
        errors = len(checker.diagnostics)
        value = check(checker, body, wanted)
        was_mismatch(checker, errors, body.span, subject)
        return Part(body, value)
    if is_untyped(checker, body) or not has_own_type(checker, body):
        return Part(body, None)
    return Part(body, infer(checker, body))


def _note_return(checker: BodyChecker, body: tree.Expression, value: typed.Expression | None) -> None:
    """Remember a `return` that is a whole arm, for W1408. Inside a block, the statement is remembered already."""
    if isinstance(strip_groups(body), tree.ReturnExpression) and isinstance(value, typed.BlockValue):
        leaving = value.block.statements[0]
        assert isinstance(leaving, typed.Return)
        checker.note_return(leaving)


def infer_guided(
    checker: BodyChecker, parts: list[Part], guided: list[tuple[int, dict[str, LocalSymbol]]], expected: Type | None
) -> None:
    """Check the arms that adapt to their context by the type of the first arm that has one of its own."""
    guide = expected
    known = [part.value.type for part in parts if part.value is not None and part.value.type is not NEVER]
    if known:
        guide = known[0]
    for index, scope in guided:
        checker.scopes.append(scope)
        value = infer(checker, parts[index].syntax, guide)
        checker.scopes.pop()
        parts[index] = Part(parts[index].syntax, value)
        guide = value.type if guide is None else guide


def _dropped(checker: BodyChecker, body: tree.Expression) -> typed.Expression:
    inner = strip_groups(body)
    if isinstance(inner, tree.MatchExpression):
        return match_statement(checker, inner)
    if isinstance(inner, tree.BlockExpression):
        return block_expression(checker, inner, None, True)
    if isinstance(inner, tree.IfExpression):
        statement = tree.ExpressionStatement(inner.id, inner.span, inner, True)
        block = tree.Block(inner.id, inner.span, (statement,))
        return block_expression(checker, tree.BlockExpression(inner.id, inner.span, block), None, True)
    value = infer(checker, body)
    warn_dropped(checker, value, body.span)
    return value


def _result(
    checker: BodyChecker, parts: list[Part], wanted: Type | None, is_dropped: bool
) -> tuple[Type, list[typed.Expression]]:
    if wanted is None and not is_dropped:
        return join(checker, parts, E1305, "arms")
    bodies = [part.value for part in parts if part.value is not None]
    if all(body.type is NEVER for body in bodies):
        return NEVER, bodies
    return UNIT if wanted is None else wanted, bodies


def _guard(checker: BodyChecker, guard: tree.Expression) -> typed.Expression:
    value = infer(checker, guard, BOOL)
    type = prune(value.type)
    if type in (BOOL, ERROR, NEVER):
        return value
    checker.error(
        E1308,
        f"a guard must be `bool`, got `{show_type(type)}`",
        guard.span,
        f"this is `{show_type(type)}`",
        "write a comparison: `when x > 0`",
    )
    return error_value(guard.span)


def _check_coverage(
    checker: BodyChecker,
    expression: tree.MatchExpression,
    type: Type,
    patterns: list[typed.Pattern],
    guards: list[typed.Expression | None],
) -> None:
    if type is ERROR or any(is_broken(pattern) for pattern in patterns):
        return
    coverage = ArmCoverage()
    covering: list[typed.Pattern] = []
    binding_help: str | None = None
    for arm, pattern, guard in zip(expression.arms, patterns, guards, strict=True):
        if not coverage.reaches(pattern):
            checker.warning(
                W1403,
                "unreachable match arm",
                arm.pattern.span,
                "earlier arms cover every value",
                binding_help or "remove it, or move it up",
            )
        elif guard is None and isinstance(pattern, typed.OrPattern):
            _warn_alternatives(checker, coverage, pattern)
        if guard is None:
            coverage.add(pattern)
            covering.append(pattern)
            binding_help = binding_help or _variant_help(type, pattern)
    missing = missing_cases(covering, type)
    if missing:
        _report_missing(checker, expression, type, missing)


def _warn_alternatives(checker: BodyChecker, coverage: ArmCoverage, pattern: typed.OrPattern) -> None:
    for alternative in pattern.alternatives:
        if not coverage.reaches(alternative):
            label = "earlier patterns cover every value"
            checker.warning(W1403, "unreachable alternative", alternative.span, label, "remove it")
        coverage.add(alternative)


def _variant_help(type: Type, pattern: typed.Pattern) -> str | None:
    """Return the help text for a pattern that was meant as a variant but binds every value."""
    if not isinstance(pattern, typed.BindingPattern) or not isinstance(type, EnumType):
        return None
    name = pattern.local.name
    if name not in type.symbol.variants:
        return None
    return f"`{name}` is a binding that matches every value; write `{type.symbol.name}::{name}` for the variant"


def _report_missing(checker: BodyChecker, expression: tree.MatchExpression, type: Type, missing: list[str]) -> None:
    head = Span(expression.span.start, expression.scrutinee.span.end)
    if isinstance(type, EnumType) and missing == ["_"]:
        missing = [f"{type.symbol.name}::{name}" for name in type.symbol.variants] or missing
    missing = list(dict.fromkeys(missing))
    names = ", ".join([f"`{case}`" for case in missing])
    subject = f"{'enum' if isinstance(type, EnumType) else 'type'} `{show_type(type)}`"
    checker.error(
        E1304,
        f"match does not cover all values of {subject}: missing {names}",
        head,
        f"{'one case is' if len(missing) == 1 else 'cases are'} not covered",
        "add " + ", ".join([f"`{case} => …`" for case in missing[:3]]) + (" or `_ => …`" if "_" not in missing else ""),
    )
