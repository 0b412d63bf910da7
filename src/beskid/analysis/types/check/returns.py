"""`return` in lambdas without an expected result: the values are joined to a common type (`language.md` §4.10).

The `return` statements are converted at the end of the lambda, when the type is known.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import ERROR, Type
from beskid.analysis.model.unify import is_open, prune, unify
from beskid.analysis.types.check.callees import abandon
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.joins import Part, join
from beskid.analysis.types.check.literals import is_untyped
from beskid.analysis.types.check.state import BodyChecker, Frame, WaitingReturn
from beskid.source.codes import E1206, E1207
from beskid.source.text import Span
from beskid.syntax import tree


def waiting_return(checker: BodyChecker, span: Span, value: tree.Expression) -> typed.Return:
    """Record a `return` with a value whose type is still unknown, and return its node."""
    frame = checker.frame
    if is_untyped(checker, value):
        node = typed.Return(span, error_value(value.span))
        frame.waiting_returns.append(WaitingReturn(node, value, None, tuple(checker.scopes)))
        return node
    opened = checker.open_variables
    mark = len(opened)
    given = infer(checker, value, _type_so_far(frame))
    if is_open(given.type):
        # Another `return` may determine the open variables of this one.
        frame.waiting_variables.extend(opened[mark:])
        del opened[mark:]
    else:
        finish(checker, mark, given)
    node = typed.Return(span, given)
    frame.waiting_returns.append(WaitingReturn(node, value, given, ()))
    return node


def _type_so_far(frame: Frame) -> Type | None:
    """Return the type of an earlier `return`, as a hint for literals and constructors."""
    for waiting in frame.waiting_returns:
        if waiting.value is not None:
            return prune(waiting.value.type)
    return None


def settle_returns(checker: BodyChecker, frame: Frame) -> bool:
    """Determine the result of a lambda at its end. Return False after a report."""
    waiting = frame.waiting_returns
    if not waiting:
        return True
    parts = [Part(entry.syntax, entry.value, entry.scopes) for entry in waiting]
    type, values = join(checker, parts, E1206, "returned values")
    if type is ERROR:
        abandon([entry.variable for entry in frame.waiting_variables])
        unify(frame.result, ERROR)
        return False
    if frame.waiting_variables:
        checker.open_variables.extend(frame.waiting_variables)
        checker.has_open_nodes = True
    for entry, value in zip(waiting, values, strict=True):
        _settle(entry.node, "value", value)
    if unify(frame.result, type):
        return True
    checker.error(
        E1207,
        "inconsistent `return` statements",
        waiting[0].node.span,
        "this one returns a value",
        "return a value on every path or on none",
    )
    return False


def _settle(node: typed.Return, field: str, value: typed.Expression) -> None:
    """Put the converted value into a node that was created before its type was known."""
    setattr(node, field, value)
