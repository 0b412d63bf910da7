"""`e[i]`: elements of arrays, bytes of strings, and items of structs with `At` and `Set` (decision L28)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import integer
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import (
    ERROR,
    I64,
    NEVER,
    STRING,
    U8,
    ArrayType,
    ContractType,
    StructType,
    Type,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.names.lookup import find_method
from beskid.analysis.types.check.callees import call_on_receiver, parameters_for
from beskid.analysis.types.check.conversions import coerce, error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.literals import is_untyped
from beskid.analysis.types.check.operators import untyped_as
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1204, E1206, E1209
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree

READ, WRITE = "At", "Set"


def index_expression(checker: BodyChecker, expression: tree.IndexExpression, expected: Type | None) -> typed.Expression:
    object = infer(checker, expression.object)
    type = prune(object.type)
    if type is NEVER:
        for each in expression.indexes:
            infer(checker, each)
        return object
    if not has_items(type):
        found = element_of(checker, expression, object)
        if found is None:
            return error_value(expression.span)
        index, element = found
        return typed.IndexRead(expression.span, element, object, index)
    method = _method(checker, expression, type, READ, len(expression.indexes))
    if method is None:
        return error_value(expression.span)
    return call_on_receiver(checker, method, object, expression.span, expression.indexes)


def has_items(type: Type) -> bool:
    """Return whether `[]` on a value of the type calls methods."""
    return isinstance(type, StructType | ContractType)


def element_of(
    checker: BodyChecker, expression: tree.IndexExpression, object: typed.Expression
) -> tuple[typed.Expression, Type] | None:
    """Return the index and the element type of an array or string, or None after a report."""
    first = expression.indexes[0]
    index = untyped_as(checker, first, I64) if is_untyped(checker, first) else infer(checker, first, I64)
    type = prune(object.type)
    index_type = prune(index.type)
    if type in (ERROR, NEVER) or index_type is ERROR:
        return None
    if isinstance(type, ArrayType):
        element: Type = checker.settle(type.element)
    elif type is STRING:
        element = U8
    else:
        _report_no_items(checker, expression, type, READ)
        return None
    if len(expression.indexes) > 1:
        count = len(expression.indexes)
        span = Span(expression.indexes[1].span.start, expression.indexes[-1].span.end)
        help = "index the elements one after the other: `grid[y][x]`"
        checker.error(E1204, f"`[]` of `{show_type(type)}` takes 1 index, got {count}", span, f"{count} given", help)
        return None
    if integer(index_type) is None and index_type is not NEVER:
        checker.error(
            E1206,
            f"expected an integer, got `{show_type(index_type)}`",
            first.span,
            f"this is `{show_type(index_type)}`",
            "an index is an integer",
        )
        return None
    return index, element


def item_place(
    checker: BodyChecker, target: tree.IndexExpression, object: typed.Expression, reads: bool
) -> typed.ItemPlace | None:
    """Return the place `object[index, …]` of a struct, or None after a report. `reads`: the old value is needed."""
    type = prune(object.type)
    count = len(target.indexes)
    put = _method(checker, target, type, WRITE, count + 1)
    get = _method(checker, target, type, READ, count) if reads and put is not None else None
    if put is None or (reads and get is None):
        return None
    object, wanted, _, _ = parameters_for(checker, put, object, target.object.span)
    parts = [_part(checker, "{object}", object)]
    for number, index in enumerate(target.indexes):
        parts.append(_part(checker, f"{{index {number}}}", check(checker, index, wanted[number])))
    if any(part.value.type is ERROR for part in parts):
        return None
    receiver, *indexes = [typed.LocalRead(part.span, part.local.type, part.local) for part in parts]
    value = LocalSymbol("{value}", checker.settle(wanted[-1]), False, target.span)
    read: typed.Expression | None = None
    if get is not None:
        read = call_on_receiver(checker, get, receiver, target.span, indexes)
        read = coerce(checker, read, value.type, target.span)
        if read.type is ERROR:
            return None
    given = typed.LocalRead(target.span, value.type, value)
    write = call_on_receiver(checker, put, receiver, target.span, [*indexes, given])
    if write.type is ERROR:
        return None
    return typed.ItemPlace(target.span, value.type, tuple(parts), read, value, write)


def _part(checker: BodyChecker, name: str, value: typed.Expression) -> typed.Let:
    local = LocalSymbol(name, checker.settle(value.type), False, value.span)
    return typed.Let(value.span, local, value)


def _written_index(checker: BodyChecker, expression: tree.IndexExpression, method: FunctionSymbol, count: int) -> str:
    """Return the access with as many indexes as the method takes, named as its parameters."""
    written = checker.text(expression.object.span)
    names = [parameter.name for parameter in method.parameters]
    first = len(names) - count - (1 if method.name == WRITE else 0)
    return f"{written if len(written) <= 40 else '…'}[{', '.join(names[first : first + count])}]"


def _own_parameters(method: FunctionSymbol) -> int:
    return len(method.parameters) - (1 if method.receiver is None else 0)


def _method(
    checker: BodyChecker, expression: tree.IndexExpression, type: Type, name: str, count: int
) -> FunctionSymbol | None:
    method = find_method(checker.world, checker.context, type, tree.Name(-1, expression.span, name))
    if method is None:
        _report_no_items(checker, expression, type, name)
        skip_indexes(checker, expression)
        return None
    own = _own_parameters(method)
    if own == count:
        return method
    indexes = own - (1 if name == WRITE else 0)
    given = len(expression.indexes)
    checker.error(
        E1204,
        f"`[]` of `{show_type(type)}` takes {indexes} index{'' if indexes == 1 else 'es'}, got {given}",
        expression.span,
        f"{given} given",
        f"it calls `{name}`: write `{_written_index(checker, expression, method, indexes)}`",
        (Label(method.source, method.name_span, "declared here"),),
    )
    skip_indexes(checker, expression)
    return None


def skip_indexes(checker: BodyChecker, expression: tree.IndexExpression) -> None:
    """Check the indexes of an expression with another error, for the errors inside them."""
    for index in expression.indexes:
        if not is_untyped(checker, index):
            infer(checker, index)


def _report_no_items(checker: BodyChecker, expression: tree.IndexExpression, type: Type, name: str) -> None:
    what = "assignment to `[]`" if name == WRITE else "`[]`"
    if isinstance(type, StructType):
        parameters = "i64 index" if name == READ else "i64 index, T value"
        result = "T" if name == READ else "unit"
        help = (
            f"arrays, strings, `List` and `Map` have it; to add it, declare the method `{result} {name}({parameters})`"
        )
    else:
        help = "arrays, strings, `List` and `Map` have it"
    shown = show_type(type)
    checker.error(E1209, f"{what} is not defined for `{shown}`", expression.span, f"this is `{shown}`", help)
