"""Module-level constants, evaluated at compile time with the semantics at run time (decision L7).

A constant is checked like a body, and then its typed expression is evaluated: numbers, `bool`, `char` and `string`.
An operation that would panic is E1231, a cycle is E1232, a result that does not fit its type E1237.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import ConstSymbol
from beskid.analysis.model.types import ERROR, UNIT, PrimitiveType, Type, show_type
from beskid.analysis.model.world import World
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import check
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.folding import constant_overflow
from beskid.analysis.types.check.state import BodyChecker, Frame, Rules
from beskid.analysis.types.evaluate import ConstantOverflowError, NotConstantError, Value, evaluate
from beskid.source.codes import E1231, E1232
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.source.text import Span

NEW, EVALUATING, KNOWN, FAILED = "new", "evaluating", "known", "failed"

MAX_CHAIN = 32
"""The maximum number of constants evaluated recursively.

In longer chains, the innermost constant is evaluated first, separately.
"""


class _NeededFirst(Exception):  # noqa: N818  (it signals control flow and stays in this module)
    """Raised when a chain of constants that refer to later ones is too long for the stack.

    This constant must be evaluated first.
    """

    def __init__(self, symbol: ConstSymbol) -> None:
        super().__init__(symbol.name)
        self.symbol = symbol


def constant_value(
    rules: Rules, world: World, diagnostics: list[Diagnostic], symbol: ConstSymbol, span: Span
) -> typed.Expression:
    """Return the constant as a literal at `span`, or an error value when it has no value."""
    if symbol.state == EVALUATING:
        _report_cycle(diagnostics, symbol)
    if symbol.state == NEW:
        check_constant(rules, world, diagnostics, symbol)
    if symbol.state != KNOWN or symbol.value is None:
        return error_value(span)
    return literal(symbol.value, symbol.type, span)


def _report_cycle(diagnostics: list[Diagnostic], symbol: ConstSymbol) -> None:
    symbol.state = FAILED
    diagnostics.append(
        error(
            E1232,
            f"constant `{symbol.name}` depends on itself",
            symbol.source,
            symbol.name_span,
            "part of a cycle",
            "break the cycle by writing one of the values as a literal",
        )
    )


def literal(value: Value, type: Type, span: Span) -> typed.Expression:
    if isinstance(value, bool):
        return typed.BoolValue(span, type, value)
    if isinstance(value, int):
        return typed.IntegerValue(span, type, value)
    if isinstance(value, float):
        return typed.FloatValue(span, type, value)
    return typed.StringValue(span, type, value)


def check_constant(rules: Rules, world: World, diagnostics: list[Diagnostic], symbol: ConstSymbol) -> None:
    """Check and evaluate a constant, and before it any number of constants that it needs."""
    if world.constant_depth >= MAX_CHAIN:
        raise _NeededFirst(symbol)
    if world.constant_depth:
        _check_once(rules, world, diagnostics, symbol)
        return
    pending = [symbol]
    while pending:
        reported = len(diagnostics)
        try:
            _check_once(rules, world, diagnostics, pending[-1])
            pending.pop()
        except _NeededFirst as needed:
            # The constant is checked again from the start when the needed one is known.
            del diagnostics[reported:]
            if needed.symbol in pending:
                _report_cycle(diagnostics, needed.symbol)
            else:
                pending.append(needed.symbol)


def _check_once(rules: Rules, world: World, diagnostics: list[Diagnostic], symbol: ConstSymbol) -> None:
    if symbol.state != NEW:
        return
    world.constant_depth += 1
    try:
        _evaluate(rules, world, diagnostics, symbol)
    except _NeededFirst:
        if symbol.state == EVALUATING:
            symbol.state = NEW
        raise
    finally:
        world.constant_depth -= 1


def _evaluate(rules: Rules, world: World, diagnostics: list[Diagnostic], symbol: ConstSymbol) -> None:
    symbol.state = EVALUATING
    type = symbol.type
    if type is ERROR:
        symbol.state = FAILED
        return
    is_allowed = isinstance(type, PrimitiveType) and type is not UNIT
    if not is_allowed:
        symbol.state = FAILED
        diagnostics.append(
            error(
                E1231,
                f"a constant cannot have type `{show_type(type)}`",
                symbol.source,
                symbol.tree.type.span,
                "not a constant type",
                "a constant is a number, `bool`, `char` or `string`; use a function for other values",
            )
        )
        return
    checker = BodyChecker(rules, world, world.context(symbol), None, diagnostics)
    checker.frames.append(Frame(type, 0, False))
    checker.scopes.append({})
    value = check(checker, symbol.tree.value, type)
    finish(checker, 0, value)
    if value.type is ERROR or symbol.state == FAILED:
        symbol.state = FAILED
        return
    try:
        symbol.value = evaluate(value)
    except ConstantOverflowError as overflow:
        symbol.state = FAILED
        diagnostics.append(constant_overflow(overflow.result, overflow.type, symbol.source, overflow.span))
        return
    except NotConstantError as failure:
        symbol.state = FAILED
        diagnostics.append(
            error(
                E1231,
                f"the value of constant `{symbol.name}` is not a constant: {failure.reason}",
                symbol.source,
                failure.span,
                "not a constant",
                "use literals, other constants and operators, or write a function",
                (Label(symbol.source, symbol.name_span, "in this constant"),),
            )
        )
        return
    symbol.state = KNOWN
