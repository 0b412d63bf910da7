"""Statements: declarations, returns, conditions, blocks (`language.md` §5).

Each statement ends the life of the inference variables made in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from beskid.analysis import typed
from beskid.analysis.model.relations import numeric
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, ERROR, NEVER, UNIT, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.types import flow
from beskid.analysis.types.check.conversions import comparison_help, error_value, was_mismatch
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.loops import for_statement
from beskid.analysis.types.check.matches import match_statement
from beskid.analysis.types.check.returns import waiting_return
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1207, E1208, E1401, E1402, W1403
from beskid.syntax import tree


def check_block(checker: BodyChecker, block: tree.Block, opens_scope: bool = True) -> typed.Block:
    """The typed block; with `opens_scope` False its locals go into the scope the caller opened."""
    if opens_scope:
        checker.scopes.append({})
    statements: list[typed.Statement] = []
    has_left = False
    has_warned = False
    for index, statement in enumerate(block.statements):
        if has_left and not has_warned:
            has_warned = True
            checker.warning(
                W1403,
                "this code is never reached",
                statement.span,
                "the statement before it does not go on",
                "remove it or move it up",
            )
        checker.blocks.append((block.statements, index))
        checked = check_statement(checker, statement)
        checker.blocks.pop()
        if checked is None:
            continue
        statements.append(checked)
        has_left = has_left or flow.leaves_directly(checked)
    if opens_scope:
        checker.scopes.pop()
    return typed.Block(block.span, tuple(statements))


def check_statement(checker: BodyChecker, statement: tree.Statement) -> typed.Statement | None:
    """The typed statement; None where the parser recovered."""
    handler = _HANDLERS.get(type(statement))
    return None if handler is None else handler(checker, statement)


def condition(checker: BodyChecker, expression: tree.Expression) -> typed.Expression:
    """A condition, which must be `bool` (E1208)."""
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


def _let(checker: BodyChecker, statement: tree.LetStatement) -> typed.Statement:
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
            # Either the type or the value is the mistake: what the local holds, nobody can say.
            type = ERROR
    local = LocalSymbol(statement.name.text, type, statement.is_mut, statement.name.span)
    checker.declare(local)
    return typed.Let(statement.span, local, value)


def _return(checker: BodyChecker, statement: tree.ReturnStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    wanted = checker.frame.result
    if statement.value is None:
        if prune(wanted) not in (UNIT, ERROR) and not _solve_unit(wanted):
            checker.error(
                E1207,
                f"expected a value of type {show_type(prune(wanted))}, got a return without one",
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


def _break(checker: BodyChecker, statement: tree.BreakStatement) -> typed.Statement | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1401, "`break` outside a loop", statement.span, "no loop to leave", "use `return` instead")
        return None
    return typed.Break(statement.span)


def _continue(checker: BodyChecker, statement: tree.ContinueStatement) -> typed.Statement | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1402, "`continue` outside a loop", statement.span, "no loop to go on with", "remove it")
        return None
    return typed.Continue(statement.span)


def _while(checker: BodyChecker, statement: tree.WhileStatement) -> typed.Statement:
    test = condition(checker, statement.condition)
    checker.frame.loop_depth += 1
    body = check_block(checker, statement.body)
    checker.frame.loop_depth -= 1
    return typed.While(statement.span, test, body)


def _for(checker: BodyChecker, statement: tree.ForStatement) -> typed.Statement | None:
    return for_statement(checker, statement, check_block)


def _if(checker: BodyChecker, statement: tree.IfStatement) -> typed.Statement:
    # A long `else if` chain is a list in disguise: walked, not recursed into.
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


def _expression(checker: BodyChecker, statement: tree.ExpressionStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    inner = strip_groups(statement.expression)
    if isinstance(inner, tree.MatchExpression):
        value = match_statement(checker, inner)
    else:
        value = infer(checker, statement.expression)
    finish(checker, mark, value)
    return typed.Evaluate(statement.span, value)


_Handler = Callable[[BodyChecker, tree.Statement], typed.Statement | None]

_ROWS: tuple[tuple[type, object], ...] = (
    (tree.LetStatement, _let),
    (tree.ReturnStatement, _return),
    (tree.BreakStatement, _break),
    (tree.ContinueStatement, _continue),
    (tree.WhileStatement, _while),
    (tree.ForStatement, _for),
    (tree.IfStatement, _if),
    (tree.ExpressionStatement, _expression),
)

# Each handler takes its own kind of node; the table is what pairs them up.
_HANDLERS: dict[type, _Handler] = {kind: cast("_Handler", handler) for kind, handler in _ROWS}
