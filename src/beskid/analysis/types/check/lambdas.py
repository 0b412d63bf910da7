"""Lambdas: parameter types from the context, result from the body, captures (`language.md` §4.10)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import (
    ERROR,
    UNIT,
    FunctionType,
    InferenceVariable,
    Type,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types import flow
from beskid.analysis.types.check.blocks import check_block
from beskid.analysis.types.check.conversions import coerce, error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.dropped import warn_dropped
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.literals import is_untyped
from beskid.analysis.types.check.references import report_call_only
from beskid.analysis.types.check.returns import settle_returns
from beskid.analysis.types.check.state import BodyChecker, Frame, WaitingReturn
from beskid.analysis.types.check.statements import tail_return
from beskid.analysis.types.check.tries import settle_tries
from beskid.base.spelling import counted
from beskid.source.codes import E1202, E1204, E1206, E1207
from beskid.source.text import Span
from beskid.syntax import tree


def lambda_expression(
    checker: BodyChecker, expression: tree.LambdaExpression, expected: Type | None
) -> typed.Expression:
    wanted = prune(expected) if expected is not None else None
    context = wanted if isinstance(wanted, FunctionType) else None
    if context is not None and len(context.parameters) != len(expression.parameters):
        count = len(context.parameters)
        checker.error(
            E1204,
            f"expected a lambda with {counted(count, 'parameter')}, got {len(expression.parameters)}",
            expression.span,
            f"expected `{show_type(context)}`",
            f"write {counted(count, 'parameter')}",
        )
        return error_value(expression.span)
    if _is_out_of_place(checker, expression, wanted):
        return error_value(expression.span)
    parameters = _parameters(checker, expression, context, wanted is ERROR)
    if parameters is None:
        return error_value(expression.span)
    result: Type = InferenceVariable("result") if context is None else context.result
    if wanted is ERROR:
        result = ERROR
    frame = Frame(result, len(checker.scopes), True)
    checker.frames.append(frame)
    checker.scopes.append({})
    for local in parameters:
        # Unused parameters of a lambda are not reported.
        if local.name != "_":
            checker.declare(local)
    body = _body(checker, expression.body, result)
    settle_tries(checker, frame)
    checker.scopes.pop()
    checker.frames.pop()
    if body is None:
        return error_value(expression.span)
    type = checker.settle(FunctionType(tuple([local.type for local in parameters]), result))
    assert isinstance(type, FunctionType)
    return typed.Lambda(expression.span, type, tuple(parameters), tuple(frame.captures), body)


def _is_out_of_place(checker: BodyChecker, expression: tree.LambdaExpression, wanted: Type | None) -> bool:
    """Report a lambda with unknown parameter types where no function is expected. Return whether it is one."""
    if wanted is None or isinstance(wanted, FunctionType | InferenceVariable) or wanted is ERROR:
        return False
    if all(parameter.type is not None for parameter in expression.parameters):
        return False
    checker.mismatch = (len(checker.diagnostics), expression.span)
    checker.error(
        E1206,
        f"expected `{show_type(wanted)}`, got a lambda",
        expression.span,
        "this is a lambda",
        f"use a value of type `{show_type(wanted)}`",
    )
    return True


def _parameters(
    checker: BodyChecker, expression: tree.LambdaExpression, context: FunctionType | None, is_excused: bool
) -> list[LocalSymbol] | None:
    """Return the parameters. Where the expected type was reported, they need no types of their own."""
    locals: list[LocalSymbol] = []
    for index, parameter in enumerate(expression.parameters):
        if parameter.modifier:
            report_call_only(checker, parameter.modifier, parameter.span)
            return None
        type: Type
        if parameter.type is not None:
            type = checker.resolve_type(parameter.type)
        else:
            type = ERROR if context is None else checker.settle(context.parameters[index])
            if (context is None and not is_excused) or isinstance(type, InferenceVariable):
                name = parameter.name.text
                checker.error(
                    E1202,
                    f"the type of parameter `{name}` cannot be inferred",
                    parameter.span,
                    "unknown type",
                    f"write it: `(T {name}) => …`",
                )
                return None
        locals.append(LocalSymbol(parameter.name.text, type, parameter.is_mut, parameter.name.span, True))
    return locals


def _body(checker: BodyChecker, body: tree.Expression, result: Type) -> typed.Block | None:
    if isinstance(body, tree.BlockExpression):
        return _block_body(checker, body, result)
    if prune(result) is UNIT:
        mark = len(checker.open_variables)
        value = infer(checker, body)
        finish(checker, mark, value)
        warn_dropped(checker, value, body.span)
        return None if value.type is ERROR else typed.Block(body.span, (typed.Evaluate(body.span, value),))
    if isinstance(prune(result), InferenceVariable):
        return _open_body(checker, body, result)
    value = check(checker, body, result)
    return None if value.type is ERROR else typed.Block(body.span, (typed.Return(body.span, value),))


def _open_body(checker: BodyChecker, body: tree.Expression, result: Type) -> typed.Block | None:
    """Check the body of a lambda whose result is its type, joined with those of any `return` inside it."""
    value = infer(checker, body, result)
    waiting = checker.frame.waiting_returns
    if waiting:
        node = typed.Return(body.span, value)
        waiting.append(WaitingReturn(node, body, None if is_untyped(checker, body) else value, tuple(checker.scopes)))
        return typed.Block(body.span, (node,)) if settle_returns(checker, checker.frame) else None
    value = coerce(checker, value, result, body.span)
    unsolved = prune(result)
    if isinstance(unsolved, InferenceVariable):
        # A body that never returns fits any result type.
        unsolved.solution = ERROR if value.type is ERROR else UNIT
    return None if value.type is ERROR else typed.Block(body.span, (typed.Return(body.span, value),))


def _block_body(checker: BodyChecker, body: tree.BlockExpression, result: Type) -> typed.Block | None:
    errors = len(checker.diagnostics)
    block = check_block(checker, body.block, tail=None if prune(result) is UNIT else tail_return)
    if not settle_returns(checker, checker.frame):
        return None
    open_result = prune(result)
    if isinstance(open_result, InferenceVariable):
        open_result.solution = UNIT
    elif open_result not in (UNIT, ERROR) and not flow.block_diverges(block):
        if len(checker.diagnostics) == errors:
            checker.error(
                E1207,
                f"the lambda must return `{show_type(open_result)}` on every path",
                Span(body.span.end - 1, body.span.end),
                "this end is reachable",
                "add a `return` with a value",
            )
        return None
    return block
