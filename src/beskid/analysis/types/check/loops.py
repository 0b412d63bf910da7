"""`for`: ranges, arrays, strings and the iterator protocol (`language.md` §5.5, decision L12)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import common_numeric, integer, payload_types, symbol_substitution
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol, VariantSymbol
from beskid.analysis.model.types import (
    CHAR,
    ERROR,
    I64,
    NEVER,
    STRING,
    UNIT,
    ArrayType,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import is_of_library
from beskid.analysis.names.lookup import find_method, lookup_value
from beskid.analysis.types import flow
from beskid.analysis.types.check.blocks import check_block
from beskid.analysis.types.check.callees import call_on_receiver
from beskid.analysis.types.check.conversions import coerce
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.literals import default_type, is_untyped, strip_groups
from beskid.analysis.types.check.operators import untyped_as
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1204, E1206, E1215, E1216, E1217, E1218
from beskid.source.text import Span
from beskid.syntax import tree


def for_statement(checker: BodyChecker, statement: tree.ForStatement) -> typed.Statement | None:
    counter: LocalSymbol | None = None
    if statement.position is not None:
        counter = LocalSymbol("{position}", I64, True, statement.position.span)
        counter.is_assigned = True
    loop = _loop(checker, statement, counter)
    if loop is None or counter is None:
        return loop
    start = typed.Let(counter.span, counter, typed.IntegerValue(counter.span, I64, 0))
    block = typed.Block(statement.span, (start, loop))
    type = NEVER if flow.block_diverges(block) else UNIT
    return typed.Evaluate(statement.span, typed.BlockValue(statement.span, type, block, None))


def _loop(checker: BodyChecker, statement: tree.ForStatement, counter: LocalSymbol | None) -> typed.Statement | None:
    """Check the loop. `counter` holds the position of the next element."""
    mark = len(checker.open_variables)
    arguments = _range_arguments(checker, statement.iterable)
    if arguments is not None:
        bounds = _range_bounds(checker, arguments)
        for bound in bounds:
            finish(checker, mark, bound)
        type = bounds[0].type if bounds else ERROR
        local, body = _body(checker, statement, type, counter)
        if not bounds:
            return None
        step = bounds[2] if len(bounds) == 3 else None
        return typed.ForRange(statement.span, local, bounds[0], bounds[1], step, body)
    value = infer(checker, statement.iterable)
    finish(checker, mark, value)
    type = prune(value.type)
    if isinstance(type, ArrayType):
        local, body = _body(checker, statement, type.element, counter)
        return typed.ForArray(statement.span, local, value, body)
    if type is STRING:
        local, body = _body(checker, statement, CHAR, counter)
        return typed.ForString(statement.span, local, value, body)
    if type is ERROR or type is NEVER:
        _body(checker, statement, ERROR, counter)
        return typed.Evaluate(value.span, value) if type is NEVER else None
    return _for_iterator(checker, statement, value, counter)


def _body(
    checker: BodyChecker,
    statement: tree.ForStatement,
    type: Type,
    counter: LocalSymbol | None,
    is_map: bool = False,
) -> tuple[LocalSymbol, typed.Block]:
    """Check the body with the names of the loop. Return the local that takes each element."""
    local = LocalSymbol(statement.name.text, type, False, statement.name.span)
    names = [local]
    element = local
    opening: list[typed.Statement] = []
    if statement.position is not None and counter is not None:
        # What has an unknown type may be a map, whose first name is the key.
        of = ERROR if type is ERROR else I64
        first = LocalSymbol(statement.position.text, of, False, statement.position.span)
        names.insert(0, first)
        span = first.span
        if is_map and isinstance(type, StructType):
            element = LocalSymbol("{entry}", type, False, span)
            entry = typed.LocalRead(span, type, element)
            for name, field in zip(names, type.symbol.fields.values(), strict=True):
                name.type = checker.settle(substitute(field.type, symbol_substitution(type)))
                opening.append(typed.Let(span, name, typed.FieldRead(span, name.type, entry, field)))
        else:
            opening.append(typed.Let(span, first, typed.LocalRead(span, I64, counter)))
            one = typed.IntegerValue(span, I64, 1)
            step = typed.Assign(span, I64, typed.LocalPlace(span, I64, counter), "+", one)
            opening.append(typed.Evaluate(span, step))
    checker.scopes.append({})
    for name in names:
        checker.fixed_locals.add(name)
        checker.declare(name)
    checker.frame.loop_depth += 1
    body = check_block(checker, statement.body, False)
    checker.frame.loop_depth -= 1
    checker.scopes.pop()
    return element, typed.Block(body.span, (*opening, *body.statements)) if opening else body


def _is_map(type: Type) -> bool:
    """Return whether a loop with two names takes keys and values."""
    type = prune(type)
    return isinstance(type, StructType) and is_of_library(type.symbol, ("Collections", "Map"), "Map")


def _range_arguments(checker: BodyChecker, iterable: tree.Expression) -> list[tree.Expression] | None:
    inner = strip_groups(iterable)
    if not isinstance(inner, tree.CallExpression) or not isinstance(inner.callee, tree.NameExpression):
        return None
    if inner.callee.name.text != "range" or checker.has_local("range"):
        return None
    if lookup_value(checker.world, checker.context, inner.callee.name) is not None:
        return None
    if len(inner.arguments) not in (1, 2, 3):
        checker.error(
            E1204,
            f"`range` takes 1 to 3 arguments, got {len(inner.arguments)}",
            inner.span,
            f"{len(inner.arguments)} given",
            "`range(n)` counts from 0 to n - 1, `range(a, b)` from a to b - 1; a third argument is the step",
        )
        return []
    arguments = [argument.value for argument in inner.arguments]
    if len(arguments) == 1:
        arguments.insert(0, tree.IntegerLiteral(inner.id, inner.callee.span, 0, ""))
    return arguments


def _range_bounds(checker: BodyChecker, arguments: list[tree.Expression]) -> list[typed.Expression]:
    """Return start, end and step, if any, all of one integer type, or nothing after a report."""
    if not arguments:
        return []
    values = [None if is_untyped(checker, argument) else infer(checker, argument) for argument in arguments]
    common: PrimitiveType | None = None
    for argument, value in zip(arguments, values, strict=True):
        if value is None:
            continue
        type = prune(value.type)
        if type is ERROR:
            return []
        if type is NEVER:
            continue
        number = integer(type)
        if number is None:
            _report_bound(checker, type, argument.span)
            return []
        met = number if common is None else common_numeric(common, number)
        if met is None:
            _report_bound(checker, type, argument.span)
            return []
        common = met
    literals = [argument for argument, value in zip(arguments, values, strict=True) if value is None]
    for literal in literals:
        if not default_type(literal).is_integer:
            _report_bound(checker, default_type(literal), literal.span)
            return []
    if common is None:
        common = I64
    found = [
        untyped_as(checker, argument, common) if value is None else value
        for argument, value in zip(arguments, values, strict=True)
    ]
    for bound in found:
        if bound.type is NEVER:
            continue
        # A local that stands for a literal is an `i64` where its value does not fit.
        number = integer(bound.type)
        common = None if number is None or common is None else common_numeric(common, number)
        if common is None:
            if bound.type is not ERROR:
                _report_bound(checker, bound.type, bound.span)
            return []
    return [coerce(checker, bound, common, argument.span) for argument, bound in zip(arguments, found, strict=True)]


def _report_bound(checker: BodyChecker, type: Type, span: Span) -> None:
    checker.error(
        E1206,
        f"expected an integer, got `{show_type(type)}`",
        span,
        f"this is `{show_type(type)}`",
        "the bounds and the step of `range` are integers of one type",
    )


def _for_iterator(
    checker: BodyChecker, statement: tree.ForStatement, value: typed.Expression, counter: LocalSymbol | None
) -> typed.Statement | None:
    span = statement.iterable.span
    is_map = _is_map(value.type)
    next_method = _method(checker, value.type, "Next", span)
    if next_method is None:
        iterate = _method(checker, value.type, "Iterate", span)
        if iterate is not None and not _extra_parameters(iterate):
            mark = len(checker.open_variables)
            value = call_on_receiver(checker, iterate, value, span)
            finish(checker, mark, value)
            next_method = _method(checker, value.type, "Next", span)
    if next_method is None:
        checker.error(
            E1215,
            f"cannot iterate over `{show_type(value.type)}`",
            span,
            f"this is `{show_type(value.type)}`",
            "use `range(a, b)`, an array, a string, or a type with a `Next()` method that returns an `Option`",
        )
        _body(checker, statement, ERROR, counter)
        return None
    extra = _extra_parameters(next_method)
    if extra:
        checker.error(
            E1216,
            f"`Next` of `{show_type(value.type)}` must have no parameters: expected 0, got {extra}",
            span,
            "not an iterator",
            "write `Next()` without parameters",
        )
        _body(checker, statement, ERROR, counter)
        return None
    iterator = LocalSymbol("{iterator}", value.type, False, span)
    mark = len(checker.open_variables)
    call = call_on_receiver(checker, next_method, typed.LocalRead(span, value.type, iterator), span)
    finish(checker, mark, call)
    some = _some_variant(checker, call.type, value.type, span)
    if some is None:
        _body(checker, statement, ERROR, counter)
        return None
    assert isinstance(call.type, EnumType)
    local, body = _body(checker, statement, payload_types(call.type, some)[0], counter, is_map)
    return typed.ForIterator(statement.span, iterator, value, call, some, local, body)


def _method(checker: BodyChecker, receiver: Type, name: str, span: Span) -> FunctionSymbol | None:
    return find_method(checker.world, checker.context, receiver, tree.Name(-1, span, name))


def _extra_parameters(function: FunctionSymbol) -> int:
    own = 1 if function.receiver is None else 0
    return len(function.parameters) - own


def _some_variant(checker: BodyChecker, result: Type, iterator: Type, span: Span) -> VariantSymbol | None:
    is_option = isinstance(result, EnumType) and result.symbol.name == "Option"
    some = result.symbol.variants.get("Some") if isinstance(result, EnumType) and is_option else None
    if some is None or not isinstance(result, EnumType) or "None" not in result.symbol.variants:
        if result is not ERROR:
            checker.error(
                E1217,
                f"`Next` of `{show_type(iterator)}` must return an `Option`, got `{show_type(result)}`",
                span,
                "not an iterator",
                "return `Option<T>` with the variants `Some` and `None`",
            )
        return None
    if len(some.fields) != 1:
        checker.error(
            E1218,
            f"`Option::Some` must carry exactly one value, it carries {len(some.fields)}",
            span,
            "not an iterator",
            "declare `Some(T value)`",
        )
        return None
    return some
