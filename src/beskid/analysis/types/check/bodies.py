"""Function bodies: parameters, statements, and the checks at the end (`language.md` §5.4, W1404)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import ERROR, UNIT, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import World
from beskid.analysis.testing import check_sections
from beskid.analysis.types import flow
from beskid.analysis.types.check.blocks import check_block
from beskid.analysis.types.check.derived import derived_body
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.references import check_parameters
from beskid.analysis.types.check.state import BodyChecker, Frame
from beskid.analysis.types.check.statements import tail_return
from beskid.analysis.types.check.table import RULES
from beskid.analysis.types.unread import report_unread
from beskid.source.codes import E1207, W1404
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import Span
from beskid.syntax import tree


def check_body(world: World, symbol: FunctionSymbol, diagnostics: list[Diagnostic]) -> typed.TypedFunction | None:
    """Check the body of a function, method or test. Return None for a signature without a body."""
    if symbol.is_derived:
        return derived_body(world, symbol)
    item = symbol.tree
    checker = BodyChecker(RULES, world, world.context(symbol), symbol, diagnostics)
    if isinstance(item, tree.TestItem):
        return _check_test(checker, symbol, item)
    if item.body is None and item.expression_body is None:
        return None
    result = symbol.result
    marks = len(diagnostics), len(world.diagnostics)
    checker.frames.append(Frame(result, 0, False))
    checker.scopes.append({})
    locals = _parameters(checker, symbol, item)
    if item.body is not None:
        block = check_block(checker, item.body, tail=None if result is UNIT else tail_return)
        _check_end(checker, symbol, block, result)
    else:
        assert item.expression_body is not None
        block = _expression_body(checker, item.expression_body, result)
    is_sound = not (has_errors(diagnostics[marks[0] :]) or has_errors(world.diagnostics[marks[1] :]))
    # In a method of an unknown type, any name may be one of its fields.
    check_parameters(checker, symbol, locals, block, is_sound and symbol.receiver is not ERROR)
    if flow.always_recurses(symbol, block):
        checker.warning(
            W1404,
            f"unconditional recursion in `{symbol.name}`",
            symbol.name_span,
            "every path calls the function again",
            "add a path that returns without the call",
        )
    report_unread(world, symbol, checker.watched)
    return typed.TypedFunction(symbol, locals, block)


def _check_test(checker: BodyChecker, symbol: FunctionSymbol, item: tree.TestItem) -> typed.TypedFunction:
    checker.diagnostics.extend(check_sections(item, symbol.source))
    checker.frames.append(Frame(UNIT, 0, False))
    checker.scopes.append({})
    block = check_block(checker, item.body, False)
    report_unread(checker.world, symbol, checker.watched)
    return typed.TypedFunction(symbol, (), block)


def _parameters(checker: BodyChecker, symbol: FunctionSymbol, item: tree.FunctionItem) -> tuple[LocalSymbol, ...]:
    locals: list[LocalSymbol] = []
    if symbol.receiver is not None:
        this = LocalSymbol("this", symbol.receiver, False, symbol.name_span)
        checker.scopes[-1]["this"] = this
        locals.append(this)
    for parameter, written in zip(symbol.parameters, item.parameters, strict=True):
        local = LocalSymbol(parameter.name, parameter.type, written.is_mut, parameter.span, True)
        # The caller assigns it, or uses the assigned value.
        local.is_assigned = bool(parameter.modifier)
        checker.declare(local, False)
        if not parameter.modifier:
            checker.watched.append(local)
        locals.append(local)
    return tuple(locals)


def _check_end(checker: BodyChecker, symbol: FunctionSymbol, block: typed.Block, result: Type) -> None:
    if result is UNIT or result is ERROR or flow.block_diverges(block) or _has_broken_end(block):
        return
    closing = Span(block.span.end - 1, block.span.end)
    line = checker.source.position(closing.start)[0]
    help = f"add a `return` before the closing brace on line {line}"
    last = block.statements[-1] if block.statements else None
    if isinstance(last, typed.Evaluate) and prune(last.expression.type) == result:
        help = f"remove the `;` after the last expression on line {checker.source.position(last.span.end)[0]}"
    checker.error(
        E1207,
        f"`{symbol.name}` must return `{show_type(result)}` on every path",
        symbol.name_span,
        "a path ends without returning a value",
        help,
    )


def _has_broken_end(block: typed.Block) -> bool:
    """Return whether the last statement was already reported, so that it is unknown whether it returns."""
    last = block.statements[-1] if block.statements else None
    return isinstance(last, typed.Evaluate) and last.expression.type is ERROR


def _expression_body(checker: BodyChecker, body: tree.Expression, result: Type) -> typed.Block:
    if result is UNIT:
        value = infer(checker, body)
        finish(checker, 0, value)
        return typed.Block(body.span, (typed.Evaluate(body.span, value),))
    value = check(checker, body, result)
    finish(checker, 0, value)
    return typed.Block(body.span, (typed.Return(body.span, value),))
