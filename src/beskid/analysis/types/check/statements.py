"""Statements: declarations, returns, conditions, blocks (`language.md` §5).

Inference variables are solved at the end of the statement that created them.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import numeric
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, ERROR, NEVER, UNIT, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.blocks import check_block
from beskid.analysis.types.check.conversions import comparison_help, error_value, was_mismatch
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.matches import match_statement
from beskid.analysis.types.check.returns import waiting_return
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1207, E1208, E1401, E1402
from beskid.syntax import tree


def condition(checker: BodyChecker, expression: tree.Expression) -> typed.Expression:
    """Check a condition, which must be `bool` (E1208)."""
    mark = len(checker.open_variables)
    value = infer(checker, expression, BOOL)
    finish(checker, mark, value)
    type = prune(value.type)
    if type in (BOOL, ERROR, NEVER):
        return value
    inner = strip_groups(expression)
    if isinstance(inner, tree.AssignExpression) and inner.operator == "=":
        help = "compare with `==`"
    elif show_type(type) in ("string",):
        help = 'write a comparison: `text != ""`'
    else:
        help = comparison_help(checker, expression.span) if numeric(type) else "write a comparison"
    checker.error(
        E1208,
        f"a condition must be bool, got {show_type(type)}",
        expression.span,
        f"this is {show_type(type)}",
        help,
    )
    return error_value(expression.span)


def let_statement(checker: BodyChecker, statement: tree.LetStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    type: Type
    if statement.type is None:
        value = infer(checker, statement.value)
        finish(checker, mark, value)
        type = value.type
        if type is NEVER:
            type = UNIT
    else:
        type = checker.resolve_type(statement.type)
        errors = len(checker.diagnostics)
        value = check(checker, statement.value, type)
        finish(checker, mark, value)
        if was_mismatch(checker, errors, statement.value.span):
            # Either the type or the value is wrong, so the type of the local is unknown.
            type = ERROR
    local = LocalSymbol(statement.name.text, type, statement.is_mut, statement.name.span)
    checker.declare(local)
    return typed.Let(statement.span, local, value)


def return_statement(checker: BodyChecker, statement: tree.ReturnStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    wanted = checker.frame.result
    if statement.value is None:
        if prune(wanted) not in (UNIT, ERROR) and not _solve_unit(wanted):
            checker.error(
                E1207,
                f"missing return value of type `{show_type(prune(wanted))}`",
                statement.span,
                "no value",
                f"write `return value;` with a value of type {show_type(prune(wanted))}",
            )
        return typed.Return(statement.span, None)
    if isinstance(prune(wanted), InferenceVariable):
        return waiting_return(checker, statement.span, statement.value)
    errors = len(checker.diagnostics)
    value = check(checker, statement.value, wanted)
    finish(checker, mark, value)
    if checker.function is not None and not checker.frame.is_lambda:
        was_mismatch(checker, errors, statement.value.span, f"result at {checker.function.name_span.start}")
    return typed.Return(statement.span, value)


def _solve_unit(result: Type) -> bool:
    variable = prune(result)
    if isinstance(variable, InferenceVariable):
        variable.solution = UNIT
        return True
    return False


def break_statement(checker: BodyChecker, statement: tree.BreakStatement) -> typed.Statement | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1401, "`break` outside of a loop", statement.span, "not inside a loop", "use `return` instead")
        return None
    return typed.Break(statement.span)


def continue_statement(checker: BodyChecker, statement: tree.ContinueStatement) -> typed.Statement | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1402, "`continue` outside of a loop", statement.span, "not inside a loop", "remove it")
        return None
    return typed.Continue(statement.span)


def while_statement(checker: BodyChecker, statement: tree.WhileStatement) -> typed.Statement:
    test = condition(checker, statement.condition)
    checker.frame.loop_depth += 1
    body = check_block(checker, statement.body)
    checker.frame.loop_depth -= 1
    return typed.While(statement.span, test, body)


def if_statement(checker: BodyChecker, statement: tree.IfStatement) -> typed.Statement:
    # A long `else if` chain is processed as a list, without recursion.
    chain: list[tuple[tree.IfStatement, typed.Expression, typed.Block]] = []
    link: tree.Block | tree.IfStatement | None = statement
    while isinstance(link, tree.IfStatement):
        test = condition(checker, link.condition)
        chain.append((link, test, check_block(checker, link.then)))
        link = link.otherwise
    otherwise = None if link is None else check_block(checker, link)
    result: typed.If | None = None
    for part, test, then in reversed(chain):
        if result is not None:
            otherwise = typed.Block(result.span, (result,))
        result = typed.If(part.span, test, then, otherwise)
    assert result is not None
    return result


def expression_statement(checker: BodyChecker, statement: tree.ExpressionStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    inner = strip_groups(statement.expression)
    if isinstance(inner, tree.MatchExpression):
        value = match_statement(checker, inner)
    else:
        value = infer(checker, statement.expression)
    finish(checker, mark, value)
    return typed.Evaluate(statement.span, value)


def error_statement(checker: BodyChecker, statement: tree.ErrorStatement) -> None:
    """Return nothing for a statement that the parser has already reported."""
