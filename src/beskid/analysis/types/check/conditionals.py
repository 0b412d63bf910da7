"""`if` as an expression: the common type of its branches (decision L25).

The result is a `Match` whose arms have the conditions as guards, so that lowering knows one form of choosing values.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, ERROR, NEVER, UNIT, InferenceVariable, Type
from beskid.analysis.model.unify import prune
from beskid.analysis.types import flow
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.joins import Part, join
from beskid.analysis.types.check.literals import is_untyped
from beskid.analysis.types.check.matches import first_look, infer_guided
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.statements import condition, if_statement
from beskid.analysis.types.check.tails import branch_value, branches_of, gives_value, has_else
from beskid.source.codes import E1206, E1305
from beskid.source.text import Span
from beskid.syntax import tree


def if_expression(checker: BodyChecker, expression: tree.IfExpression, expected: Type | None) -> typed.Expression:
    wanted = None if expected is None else prune(expected)
    if isinstance(wanted, InferenceVariable):
        wanted = None
    if wanted is UNIT or not gives_value(expression):
        statement = if_statement(checker, expression)
        own = NEVER if flow.diverges(statement) else UNIT
        return typed.BlockValue(expression.span, own, typed.Block(expression.span, (statement,)), None)
    if not has_else(expression):
        head = Span(expression.span.start, expression.condition.span.end)
        message = "an `if` without `else` has no value"
        checker.error(E1206, message, head, "no value if the condition is false", "add `else { … }`")
        return error_value(expression.span)
    conditions: list[typed.Expression] = []
    parts: list[Part] = []
    guided: list[tuple[int, dict[str, LocalSymbol]]] = []
    link: tree.IfExpression | tree.Block | None = expression
    for block in branches_of(expression):
        if isinstance(link, tree.IfExpression):
            conditions.append(condition(checker, link.condition))
            link = link.otherwise
        body = branch_value(block)
        parts.append(first_look(checker, body, wanted, f"branches at {expression.span.start}"))
        if parts[-1].value is None and not is_untyped(checker, body):
            guided.append((len(parts) - 1, {}))
    infer_guided(checker, parts, guided, expected)
    if wanted is None:
        type, bodies = join(checker, parts, E1305, "branches")
    else:
        type, bodies = wanted, [part.value for part in parts if part.value is not None]
    if type is ERROR or any(test.type is ERROR for test in conditions):
        return error_value(expression.span)
    if all(body.type is NEVER for body in bodies):
        type = NEVER
    return _choice(expression.span, checker.settle(type), conditions, bodies)


def _choice(
    span: Span, type: Type, conditions: list[typed.Expression], bodies: list[typed.Expression]
) -> typed.Expression:
    always = typed.BoolValue(span, BOOL, True)
    arms: list[typed.MatchArm] = []
    for index, body in enumerate(bodies):
        guard = conditions[index] if index < len(conditions) else None
        arms.append(typed.MatchArm(body.span, typed.WildcardPattern(body.span, BOOL), guard, body))
    return typed.Match(span, type, always, tuple(arms))
