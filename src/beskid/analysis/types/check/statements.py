"""Statements: declarations, returns, conditions, blocks (`language.md` §5).

Inference variables are solved at the end of the statement that created them.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import numeric
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import BOOL, ERROR, NEVER, UNIT, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.blocks import block_expression, check_block
from beskid.analysis.types.check.bound_methods import is_uncalled
from beskid.analysis.types.check.callees import abandon, is_deferred
from beskid.analysis.types.check.conversions import comparison_help, error_value, was_mismatch
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.dropped import warn_dropped
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.literals import is_untyped, strip_groups
from beskid.analysis.types.check.matches import match_statement
from beskid.analysis.types.check.returns import waiting_return
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.tails import has_else
from beskid.source.codes import E1207, E1208, E1214, E1401, E1402, E2013, W1408
from beskid.source.text import Span
from beskid.syntax import tree

MAX_LOCAL_WEIGHT = 4_096
"""The most types in the type of a local. Each local of a few lines may have a type twice as large as the one before."""


def condition(checker: BodyChecker, expression: tree.Expression) -> typed.Expression:
    """Check a condition, which must be `bool` (E1208)."""
    mark = len(checker.open_variables)
    errors = len(checker.diagnostics)
    value = infer(checker, expression, BOOL)
    finish(checker, mark, value)
    inner = strip_groups(expression)
    is_assignment = isinstance(inner, tree.AssignExpression) and inner.operator == "="
    if is_assignment and any(each.code == E1214 for each in checker.diagnostics[errors:]):
        # A comparison was meant, so the target need not be mutable.
        checker.diagnostics[errors:] = [each for each in checker.diagnostics[errors:] if each.code != E1214]
    type = prune(value.type)
    if type in (BOOL, ERROR, NEVER) and not is_assignment:
        return value
    if is_assignment:
        help = "compare with `==`"
    elif is_uncalled(value, BOOL):
        help = f"call it: `{checker.text(expression.span)}()`"
    elif show_type(type) in ("string",):
        help = f'write a comparison: `{checker.text(expression.span)[:40]} != ""`'
    else:
        help = comparison_help(checker, expression.span) if numeric(type) else "write a comparison"
    checker.error(
        E1208,
        "a condition must be a comparison, got an assignment"
        if type is BOOL
        else f"a condition must be `bool`, got `{show_type(type)}`",
        expression.span,
        f"this is `{show_type(type)}`",
        help,
    )
    return error_value(expression.span)


def let_statement(checker: BodyChecker, statement: tree.LetStatement) -> typed.Statement:
    mark = len(checker.open_variables)
    outer = checker.frame.initializer_returns
    checker.frame.initializer_returns = []
    type: Type
    if statement.type is None:
        value = infer(checker, statement.value)
        finish(checker, mark, value)
        # A local of type `never` is never set, and no use of it is reached or worth a report.
        type = _type_of_local(checker, statement, value.type)
    else:
        type = checker.resolve_type(statement.type)
        errors = len(checker.diagnostics)
        value = check(checker, statement.value, type)
        finish(checker, mark, value)
        if was_mismatch(checker, errors, statement.value.span):
            # Either the type or the value is wrong, so the type of the local is unknown.
            type = ERROR
    local = LocalSymbol(statement.name.text, type, statement.is_mut, statement.name.span)
    if statement.type is None:
        if is_deferred(checker, statement.value):
            local.initializer = statement.value.span
        if not statement.is_mut and isinstance(value, typed.IntegerValue) and is_untyped(checker, statement.value):
            local.constant = value.value
            checker.has_constants = True
    checker.declare(local)
    for leaving in checker.frame.initializer_returns:
        _warn_leaving(checker, leaving, local)
    checker.frame.initializer_returns = outer
    checker.watched.append(local)
    if type is NEVER:
        return typed.Evaluate(statement.span, value)
    return typed.Let(statement.span, local, value)


def _type_of_local(checker: BodyChecker, statement: tree.LetStatement, type: Type) -> Type:
    """Return the type of a local without a written one: an error for a type that is too large (E2013)."""
    if type.weight <= MAX_LOCAL_WEIGHT:
        return type
    checker.error(
        E2013,
        f"the type of `{statement.name.text}` is too large",
        statement.name.span,
        f"more than {MAX_LOCAL_WEIGHT:,} types are inside each other",
        "declare types of your own, whose fields do not repeat their type arguments",
    )
    return ERROR


def _warn_leaving(checker: BodyChecker, leaving: typed.Return, local: LocalSymbol) -> None:
    """Warn of a `return` whose value may be meant for the local (W1408)."""
    assert leaving.value is not None
    type, wanted = prune(leaving.value.type), prune(local.type)
    if type is ERROR or (type != wanted and not (numeric(type) and numeric(wanted)) and wanted not in (UNIT, NEVER)):
        return
    span = leaving.value.span
    text = checker.text(span)
    written = text if len(text) <= 40 and "\n" not in text else "…"
    checker.warning(
        W1408,
        f"`return` in the initializer of `{local.name}` leaves the function",
        leaving.span,
        f"`{local.name}` gets no value here",
        f"the value of an arm or block is the expression at its end: `{written}`, without `return` and `;`",
    )


def return_statement(checker: BodyChecker, expression: tree.ReturnExpression, span: Span) -> typed.Return:
    wanted = checker.frame.result
    if expression.value is not None:
        return returned_value(checker, expression.value, span)
    if prune(wanted) not in (UNIT, ERROR) and not _solve_unit(wanted):
        checker.error(
            E1207,
            f"missing return value of type `{show_type(prune(wanted))}`",
            span,
            "no value",
            f"write `return value;` with a value of type `{show_type(prune(wanted))}`",
        )
    return typed.Return(span, None)


def returned_value(checker: BodyChecker, syntax: tree.Expression, span: Span) -> typed.Return:
    """Check a value that the function or lambda returns, by `return` or at its end."""
    mark = len(checker.open_variables)
    wanted = checker.frame.result
    if isinstance(prune(wanted), InferenceVariable):
        return waiting_return(checker, span, syntax)
    errors = len(checker.diagnostics)
    value = check(checker, syntax, wanted)
    finish(checker, mark, value)
    if checker.function is not None and not checker.frame.is_lambda:
        was_mismatch(checker, errors, syntax.span, f"result at {checker.function.name_span.start}")
    return typed.Return(span, value)


def tail_return(checker: BodyChecker, tail: tree.Expression) -> typed.Statement:
    """Return the value at the end of the body of a function or lambda."""
    return returned_value(checker, tail, tail.span)


def return_expression(
    checker: BodyChecker, expression: tree.ReturnExpression, expected: Type | None
) -> typed.Expression:
    return _leaving(return_statement(checker, expression, expression.span))


def break_expression(checker: BodyChecker, expression: tree.BreakExpression, expected: Type | None) -> typed.Expression:
    statement = break_statement(checker, expression.span)
    return error_value(expression.span) if statement is None else _leaving(statement)


def continue_expression(
    checker: BodyChecker, expression: tree.ContinueExpression, expected: Type | None
) -> typed.Expression:
    statement = continue_statement(checker, expression.span)
    return error_value(expression.span) if statement is None else _leaving(statement)


def _leaving(statement: typed.Return | typed.Break | typed.Continue) -> typed.Expression:
    return typed.BlockValue(statement.span, NEVER, typed.Block(statement.span, (statement,)), None)


def _solve_unit(result: Type) -> bool:
    variable = prune(result)
    if isinstance(variable, InferenceVariable):
        variable.solution = UNIT
        return True
    return False


def break_statement(checker: BodyChecker, span: Span) -> typed.Break | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1401, "`break` outside of a loop", span, "not inside a loop", "use `return` instead")
        return None
    return typed.Break(span)


def continue_statement(checker: BodyChecker, span: Span) -> typed.Continue | None:
    if checker.frame.loop_depth == 0:
        checker.error(E1402, "`continue` outside of a loop", span, "not inside a loop", "remove it")
        return None
    return typed.Continue(span)


def while_statement(checker: BodyChecker, statement: tree.WhileStatement) -> typed.Statement:
    test = condition(checker, statement.condition)
    checker.frame.loop_depth += 1
    body = check_block(checker, statement.body)
    checker.frame.loop_depth -= 1
    return typed.While(statement.span, test, body)


def if_statement(checker: BodyChecker, statement: tree.IfExpression, drops: bool = False) -> typed.Statement:
    """Check an `if` as a statement. With `drops`, values of any type may be at the ends of its branches."""
    # A long `else if` chain is processed as a list, without recursion.
    chain: list[tuple[tree.IfExpression, typed.Expression, typed.Block]] = []
    link: tree.Block | tree.IfExpression | None = statement
    while isinstance(link, tree.IfExpression):
        test = condition(checker, link.condition)
        chain.append((link, test, check_block(checker, link.then, drops=drops)))
        link = link.otherwise
    otherwise = None if link is None else check_block(checker, link, drops=drops)
    result: typed.If | None = None
    for part, test, then in reversed(chain):
        if result is not None:
            otherwise = typed.Block(result.span, (result,))
        result = typed.If(part.span, test, then, otherwise)
    assert result is not None
    return result


def expression_statement(checker: BodyChecker, statement: tree.ExpressionStatement) -> typed.Statement | None:
    mark = len(checker.open_variables)
    inner = strip_groups(statement.expression)
    match inner:
        case tree.IfExpression():
            return if_statement(checker, inner, has_else(inner))
        case tree.ReturnExpression():
            leaving = return_statement(checker, inner, statement.span)
            checker.note_return(leaving)
            return leaving
        case tree.BreakExpression():
            return break_statement(checker, statement.span) or _failed(statement.span)
        case tree.ContinueExpression():
            return continue_statement(checker, statement.span) or _failed(statement.span)
        case tree.MatchExpression():
            value = match_statement(checker, inner)
        case tree.BlockExpression():
            value = block_expression(checker, inner, None, True)
        case _:
            result = _result_at_end(checker)
            value = infer(checker, statement.expression, result)
            finish(checker, mark, value)
            if result is None or prune(value.type) != result:
                warn_dropped(checker, value, statement.expression.span)
            return typed.Evaluate(statement.span, value)
    finish(checker, mark, value)
    return typed.Evaluate(statement.span, value)


def _result_at_end(checker: BodyChecker) -> Type | None:
    """Return the result of the function at its last statement, whose value may be meant for it (E1207)."""
    statements, index = checker.blocks[-1]
    if checker.function is None or len(checker.frames) != 1 or index != len(statements) - 1:
        return None
    item = checker.function.tree
    is_end = isinstance(item, tree.FunctionItem) and item.body is not None and item.body.statements is statements
    return checker.frame.result if is_end and checker.frame.result is not UNIT else None


def _failed(span: Span) -> typed.Statement:
    return typed.Evaluate(span, error_value(span))


def error_statement(checker: BodyChecker, statement: tree.ErrorStatement) -> None:
    """Return nothing for a statement that the parser has already reported.

    For an editor, what its partial expression denotes is noted without a report.
    """
    if statement.partial is None or checker.world.occurrences is None:
        return
    own, others, marks = len(checker.diagnostics), len(checker.world.diagnostics), len(checker.open_variables)
    infer(checker, statement.partial)
    del checker.diagnostics[own:]
    del checker.world.diagnostics[others:]
    abandon([entry.variable for entry in checker.open_variables[marks:]])
    del checker.open_variables[marks:]
