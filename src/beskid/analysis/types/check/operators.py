"""Operators: operand types, mixed numbers, and `as` (`language.md` §4.4, decisions L2–L5, L9).

Chains such as `a + b + c` are processed along their left spine, so that long ones need no recursion.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import (
    common_numeric,
    fits,
    integer,
    is_ordered,
    is_scalar_value,
    numeric,
    wrap,
)
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    ERROR,
    F64,
    I32,
    I64,
    NEVER,
    STRING,
    U8,
    UNIT,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    TypeParameterType,
    is_value,
    show_type,
)
from beskid.analysis.model.unify import prune, unify
from beskid.analysis.names.conformance import is_number_parameter
from beskid.analysis.names.lookup import constraint_method, method_names
from beskid.analysis.types.check.contract_values import contract_value, converts
from beskid.analysis.types.check.conversions import (
    byte_help,
    convert,
    error_value,
    number_help,
    parse_help,
    without_operation,
)
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.folding import folded, folded_prefix
from beskid.analysis.types.check.forms import as_form
from beskid.analysis.types.check.identity import warn_identity
from beskid.analysis.types.check.literals import (
    adapted_type,
    default_type,
    has_float,
    is_untyped,
    local_constant,
    signed_integer,
    strip_groups,
)
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.tails import branch_values
from beskid.analysis.types.check.widening import warn_late_widening
from beskid.base.node import replace
from beskid.base.tables import missing_row, unhandled
from beskid.source.codes import E1206, E1209, E1210, E1230
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.operators import BINARY, NEGATION, PREFIX, BinaryOperator, Family, Operands, PrefixOperator

_NUMBER_FAMILIES = frozenset((Family.ARITHMETIC, Family.ORDER, Family.EQUALITY))
"""The operators of a type parameter with the constraint `Number`."""


def accepts(row: BinaryOperator | PrefixOperator, type: Type) -> bool:
    """Return whether the operator takes a value of the type."""
    if is_number_parameter(type):
        return isinstance(row, BinaryOperator) and row.family in _NUMBER_FAMILIES
    operands = row.operands
    match operands:
        case Operands.NUMBERS:
            return numeric(type) is not None
        case Operands.SIGNED_NUMBERS:
            number = numeric(type)
            return number is not None and (number.is_float or number.is_signed)
        case Operands.INTEGERS:
            return integer(type) is not None
        case Operands.BOOL:
            return type is BOOL
        case Operands.ORDERED:
            return is_ordered(type)
        case Operands.OBJECTS:
            return type is STRING or not (isinstance(type, PrimitiveType) or is_value(type))
        case Operands.VALUES:
            return type is not UNIT
        case _:
            raise unhandled(operands, "operand types", row.spelling)


class _Operand:
    """The left operand so far: typed, or still an untyped literal expression."""

    __slots__ = ("syntax", "value")

    def __init__(self, syntax: tree.Expression, value: typed.Expression | None) -> None:
        self.syntax = syntax
        self.value = value


def binary(checker: BodyChecker, expression: tree.BinaryExpression, expected: Type | None) -> typed.Expression:
    spine: list[tuple[tree.BinaryExpression, Type | None]] = []
    hint = expected
    part: tree.Expression = expression
    while isinstance(part, tree.BinaryExpression):
        spine.append((part, hint))
        family = BINARY[part.operator].family
        if not family.keeps_type and family is not Family.SHIFT:
            hint = None
        part = part.left
    left = _Operand(part, None if is_untyped(checker, part) else _operand(checker, part, hint))
    for node, hint in reversed(spine):
        left = _combine(checker, node, left, hint)
    return _typed(checker, left, expected)


def _typed(checker: BodyChecker, operand: _Operand, hint: Type | None) -> typed.Expression:
    if operand.value is not None:
        return operand.value
    return untyped_as(checker, operand.syntax, _untyped_type(operand.syntax, hint))


def _untyped_type(syntax: tree.Expression, hint: Type | None) -> PrimitiveType:
    wanted = numeric(prune(hint)) if hint is not None else None
    return default_type(syntax) if wanted is None else adapted_type(syntax, wanted)


def untyped_as(checker: BodyChecker, syntax: tree.Expression, type: PrimitiveType) -> typed.Expression:
    """Check an untyped literal expression with `type` as the type of every literal."""
    syntax = strip_groups(syntax)
    spine: list[tree.BinaryExpression] = []
    while isinstance(syntax, tree.BinaryExpression):
        spine.append(syntax)
        syntax = strip_groups(syntax.left)
    value = infer(checker, syntax, type)
    for node in reversed(spine):
        right = untyped_as(checker, node.right, type)
        value = _arithmetic(checker, node, value, right)
    return value


def _combine(checker: BodyChecker, node: tree.BinaryExpression, left: _Operand, hint: Type | None) -> _Operand:
    family = BINARY[node.operator].family
    match family:
        case Family.LOGICAL:
            return _Operand(node, _logical(checker, node, _typed(checker, left, None)))
        case Family.SHIFT:
            return _Operand(node, _shift(checker, node, left, hint))
        case Family.ARITHMETIC | Family.BITWISE | Family.ORDER | Family.EQUALITY | Family.IDENTITY:
            return _symmetric(checker, node, left, hint, family.keeps_type)
        case _:
            raise unhandled(family, "checking of operators", node.operator)


def _symmetric(
    checker: BodyChecker, node: tree.BinaryExpression, left: _Operand, hint: Type | None, keeps_type: bool
) -> _Operand:
    """Check an operator whose operands have one type. With `keeps_type`, the result has that type, too."""
    right_untyped = is_untyped(checker, node.right)
    if left.value is None and right_untyped:
        if keeps_type:
            return _Operand(node, None)
        type = F64 if has_float(left.syntax) or has_float(node.right) else I64
        first = untyped_as(checker, left.syntax, type)
        return _Operand(node, _apply(checker, node, first, untyped_as(checker, node.right, type)))
    if left.value is None:
        second = _operand(checker, node.right, hint if keeps_type else None)
        wanted = numeric(prune(second.type))
        first = untyped_as(checker, left.syntax, _untyped_type(left.syntax, wanted))
        return _Operand(node, _apply(checker, node, first, second))
    left_type = prune(left.value.type)
    if right_untyped:
        second = untyped_as(checker, node.right, _untyped_type(node.right, left_type))
    else:
        second = _operand(checker, node.right, _right_hint(left_type, keeps_type, hint))
    first = _beside_byte(checker, left, second)
    return _Operand(node, _apply(checker, node, first, second))


def _beside_byte(checker: BodyChecker, left: _Operand, right: typed.Expression) -> typed.Expression:
    """Return the left operand; a character literal left of a `u8` adapts to it, as one on the right does."""
    assert left.value is not None
    literal = strip_groups(left.syntax)
    if not isinstance(literal, tree.CharLiteral) or prune(right.type) is not U8:
        return left.value
    return infer(checker, literal, U8)


def _operand(checker: BodyChecker, syntax: tree.Expression, hint: Type | None) -> typed.Expression:
    """Check an operand. The type of the other operand applies to literals, not to the typed branches of a `match`."""
    if hint is not None and (numeric(prune(hint)) or prune(hint) is CHAR) and _has_typed_branch(checker, syntax):
        hint = None
    return infer(checker, syntax, hint)


def _has_typed_branch(checker: BodyChecker, syntax: tree.Expression) -> bool:
    """Return whether a `match`, an `if` or a block ends in anything but literals."""
    for value in branch_values(strip_groups(syntax)):
        inner = strip_groups(value)
        if branch_values(inner):
            is_typed = _has_typed_branch(checker, inner)
        else:
            is_typed = not is_untyped(checker, inner) and not isinstance(inner, tree.CharLiteral)
        if is_typed:
            return True
    return False


def _right_hint(left_type: Type, keeps_type: bool, hint: Type | None) -> Type | None:
    if left_type in (ERROR, NEVER):
        return hint if keeps_type else ERROR
    return left_type


def _apply(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression
) -> typed.Expression:
    if prune(left.type) is ERROR or prune(right.type) is ERROR:
        return error_value(node.span)
    if left.type is NEVER:
        return left
    if right.type is NEVER:
        return _both(node, left, right)
    if BINARY[node.operator].family.keeps_type:
        return _arithmetic(checker, node, left, right)
    return _comparison(checker, node, left, right)


def _both(node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression) -> typed.Expression:
    """Return the evaluation of two operands of which the second never completes."""
    sequence = (typed.Evaluate(left.span, left), typed.Evaluate(right.span, right))
    return typed.BlockValue(node.span, NEVER, typed.Block(node.span, sequence), None)


def _undefined(checker: BodyChecker, node: tree.BinaryExpression, type: Type, help: str) -> typed.Expression:
    checker.error(
        E1209,
        f"`{node.operator}` is not defined for `{show_type(type)}`",
        node.span,
        f"the operand is `{show_type(type)}`",
        help,
    )
    return error_value(node.span)


def _quotes_help(checker: BodyChecker, string: typed.Expression, char: typed.Expression) -> str:
    """Return the help for a string beside a `char`: the literal with other quotes, if one side is a literal."""
    written = checker.text(char.span)
    if isinstance(char, typed.IntegerValue) and written.startswith("'"):
        inner = written[1:-1].replace("\\'", "'").replace('"', '\\"')
        return f'write a string literal in double quotes: `"{inner}"`'
    if isinstance(string, typed.StringValue) and len(string.value) == 1 and string.value not in "'\\":
        return f"write a character literal in single quotes: `'{string.value}'`"
    return "a char is written `'x'`, a string `\"x\"`"


def unwrap_help(type: Type) -> str | None:
    """Return how to get the value inside an `Option` or a `Result`, and None for other types."""
    if not isinstance(type, EnumType) or type.symbol.name not in ("Option", "Result"):
        return None
    fallback = "UnwrapOr" if type.symbol.name == "Option" else "ValueOr"
    return f"unwrap the value first: with `?`, `{fallback}(…)` or `match`"


def _converted(checker: BodyChecker, left: typed.Expression, right: typed.Expression) -> str:
    """Return the conversion to suggest: of the integer beside a float, to keep a fraction, else of the right side."""
    left_type, right_type = prune(left.type), prune(right.type)
    number = numeric(left_type)
    other = numeric(right_type)
    if number is not None and number.is_integer and other is not None and other.is_float:
        return as_form(checker, left.span, right_type)
    return as_form(checker, right.span, left_type)


def _joined(checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression) -> str:
    """Return the help for a string beside a value of another type: for `+`, both in one interpolated string."""
    if not BINARY[node.operator].joins_strings:
        other = right if prune(left.type) is STRING else left
        return f'use interpolation: `"${{{checker.text(other.span)[:40]}}}"`'
    parts = [_piece(checker.text(side.span), isinstance(side, typed.StringValue)) for side in (left, right)]
    return f'use interpolation: `"{parts[0]}{parts[1]}"`'


def _piece(text: str, is_literal: bool) -> str:
    """Return the text of an operand as a piece of an interpolated string."""
    if is_literal and text[:1] == '"' == text[-1:] and len(text) <= 40:
        return text[1:-1]
    return f"${{{text}}}" if len(text) <= 40 and "\n" not in text else "${…}"


def _differ(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression
) -> typed.Expression:
    left_type, right_type = prune(left.type), prune(right.type)
    if is_number_parameter(left_type) and numeric(right_type):
        help = number_help(checker, left_type, right.span)
    elif is_number_parameter(right_type) and numeric(left_type):
        help = number_help(checker, right_type, left.span)
    elif numeric(left_type) and numeric(right_type):
        help = f"there is no common type; convert one side: `{_converted(checker, left, right)}`"
    elif U8 in (left_type, right_type) and (STRING in (left_type, right_type) or CHAR in (left_type, right_type)):
        help = byte_help(checker, (right if left_type is U8 else left).span)
    elif left_type in (STRING, CHAR) and right_type in (STRING, CHAR):
        help = _quotes_help(checker, left if left_type is STRING else right, right if left_type is STRING else left)
    elif (left_type is STRING or right_type is STRING) and BINARY[node.operator].family is not Family.ORDER:
        help = _joined(checker, node, left, right)
    else:
        help = "both sides must have the same type"
    checker.error(
        E1206,
        f"expected `{show_type(left_type)}`, got `{show_type(right_type)}`",
        right.span,
        f"`{node.operator}` has `{show_type(left_type)}` on its left and `{show_type(right_type)}` on its right",
        help,
    )
    return error_value(node.span)


def _meet(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression
) -> tuple[typed.Expression, typed.Expression] | None:
    """Convert both operands to their smallest common number type, or return None after a report."""
    first, second = numeric(prune(left.type)), numeric(prune(right.type))
    if first is None or second is None:
        return None
    common = common_numeric(first, second)
    if common is None:
        _differ(checker, node, left, right)
        return None
    warn_late_widening(checker, left, common)
    warn_late_widening(checker, right, common)
    return convert(left, common), convert(right, common)


def _arithmetic(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression
) -> typed.Expression:
    row = BINARY[node.operator]
    left_type, right_type = prune(left.type), prune(right.type)
    if left_type is ERROR or right_type is ERROR:
        return error_value(node.span)
    if row.joins_strings and (left_type is STRING or right_type is STRING):
        if left_type is not right_type:
            return _differ(checker, node, left, right)
        return typed.Binary(node.span, STRING, node.operator, left, right)
    for type in (left_type, right_type):
        if not accepts(row, type):
            return _undefined(checker, node, type, _arithmetic_help(row, type))
    if is_number_parameter(left_type) or is_number_parameter(right_type):
        if left_type != right_type:
            return _differ(checker, node, left, right)
        return typed.Binary(node.span, left_type, node.operator, left, right)
    operands = _meet(checker, node, left, right)
    if operands is None:
        return error_value(node.span)
    first, second = operands
    if isinstance(first, typed.IntegerValue) and isinstance(second, typed.IntegerValue):
        return folded(checker, node, first, second)
    return typed.Binary(node.span, first.type, node.operator, first, second)


def _arithmetic_help(row: BinaryOperator, type: Type) -> str:
    if numeric(type) is not None:
        return f"`{row.spelling}` takes integers; convert with `as i64`"
    if type is BOOL:
        return (
            "use `&&`, `||`, `!` or `!=` on `bool`"
            if row.family is Family.BITWISE
            else "`bool` does not support arithmetic"
        )
    if type is CHAR:
        return "convert to an integer first: `c as i32`"
    if type is STRING:
        return "strings support only `+`"
    if isinstance(type, TypeParameterType):
        return parameter_help(row, type)
    unwrapping = unwrap_help(type)
    if unwrapping is not None:
        return unwrapping
    if isinstance(type, StructType):
        return "types have no operators of their own; write a method and call it"
    return "arithmetic takes numbers; `+` also concatenates strings"


def parameter_help(row: BinaryOperator, type: TypeParameterType) -> str:
    """Return what to write where a type parameter does not have an operator."""
    if row.family not in _NUMBER_FAMILIES:
        return "type parameters have no bit operators; take a function value: `T(T, T) combine`"
    return f"add the constraint `<{show_type(type)} : Number>`, or one with a method for this"


def _comparison(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression, right: typed.Expression
) -> typed.Expression:
    operator = node.operator
    row = BINARY[operator]
    left_type, right_type = prune(left.type), prune(right.type)
    if row.family is Family.ORDER and (left_type is STRING) != (right_type is STRING):
        return _differ(checker, node, left, right)
    for type in (left_type, right_type):
        if not accepts(row, type):
            return _undefined(checker, node, type, _comparison_help(checker, node, type))
    if numeric(left_type) and numeric(right_type):
        operands = _meet(checker, node, left, right)
        if operands is None:
            return error_value(node.span)
        return typed.Binary(node.span, BOOL, operator, *operands)
    if left_type != right_type and converts(checker, left_type, right_type):
        left = contract_value(checker, left, right_type)
    elif left_type != right_type and converts(checker, right_type, left_type):
        right = contract_value(checker, right, left_type)
    elif not unify(left_type, right_type):
        return _differ(checker, node, left, right)
    if row.family is Family.EQUALITY and not (_is_empty_variant(left) or _is_empty_variant(right)):
        warn_identity(checker, left_type, operator, node.span)
    return typed.Binary(node.span, BOOL, operator, left, right)


def _is_empty_variant(value: typed.Expression) -> bool:
    """Return whether the value is a variant without payload: comparing with it compares no contents."""
    return isinstance(value, typed.EnumNew) and not value.arguments


def _comparison_help(checker: BodyChecker, node: tree.BinaryExpression, type: Type) -> str:
    row = BINARY[node.operator]
    match row.family:
        case Family.IDENTITY:
            return f"values have no identity: use `{row.spelling[:-1]}`"
        case Family.ORDER:
            return _order_help(checker, node, type)
        case Family.EQUALITY:
            return "`unit` has one value only"
        case Family.ARITHMETIC | Family.BITWISE | Family.SHIFT | Family.LOGICAL:
            raise missing_row("comparisons", row.spelling)
        case _:
            raise unhandled(row.family, "checking of operators", row.spelling)


def _order_help(checker: BodyChecker, node: tree.BinaryExpression, type: Type) -> str:
    if type is BOOL:
        return "comparisons do not chain: write `a < b && b < c`"
    left, right = (checker.text(side.span) for side in (node.left, node.right))
    is_short = isinstance(node.left, tree.NameExpression) and len(left) + len(right) <= 40
    call = f"`{left if is_short else 'a'}.Compare({right if is_short else 'b'}) {node.operator} 0`"
    compares = isinstance(type, TypeParameterType) and constraint_method(checker.world, type, "Compare") is not None
    if compares or "Compare" in method_names(checker.world, checker.context, type):
        return f"use {call}"
    if isinstance(type, TypeParameterType):
        return f"write `<{show_type(type)} : Comparable>` and use {call}"
    return "ordering is defined for numbers and char"


def _shift(checker: BodyChecker, node: tree.BinaryExpression, left: _Operand, hint: Type | None) -> typed.Expression:
    right = infer(checker, node.right)
    right_type = prune(right.type)
    value = left.value
    if value is None:
        wanted = integer(prune(hint)) if hint is not None else None
        if wanted is None and not is_untyped(checker, node.right):
            wanted = integer(right_type)
        value = untyped_as(checker, left.syntax, wanted or default_type(left.syntax))
    left_type = prune(value.type)
    if ERROR in (left_type, right_type):
        return error_value(node.span)
    if left_type is NEVER:
        return value
    if right_type is NEVER:
        return _both(node, value, right)
    for type in (left_type, right_type):
        if not accepts(BINARY[node.operator], type):
            return _undefined(checker, node, type, "shifts take integers")
    if isinstance(value, typed.IntegerValue) and isinstance(right, typed.IntegerValue):
        return folded(checker, node, value, right)
    return typed.Binary(node.span, left_type, node.operator, value, right)


def _logical(checker: BodyChecker, node: tree.BinaryExpression, left: typed.Expression) -> typed.Expression:
    right = infer(checker, node.right, BOOL)
    for operand in (left, right):
        type = prune(operand.type)
        if type not in (BOOL, ERROR, NEVER):
            help = "compare with 0: `x != 0`" if numeric(type) else "write a comparison"
            return _undefined(checker, node, type, f"`{node.operator}` takes bool; {help}")
    if prune(left.type) is ERROR or prune(right.type) is ERROR:
        return error_value(node.span)
    return typed.Logical(node.span, BOOL, node.operator, left, right)


def unary(checker: BodyChecker, expression: tree.UnaryExpression, expected: Type | None) -> typed.Expression:
    operator = expression.operator
    inner = strip_groups(expression.operand)
    if operator == NEGATION and isinstance(inner, tree.IntegerLiteral):
        return signed_integer(checker, inner, -1, expected, expression.span)
    if operator == NEGATION and isinstance(inner, tree.NameExpression):
        local = checker.constant_local(inner.name.text)
        if local is not None and local.constant is not None and fits(-local.constant, I64):
            local.is_read = True
            return local_constant(-local.constant, expected, expression.span)
    row = PREFIX[operator]
    operand = _operand(checker, expression.operand, BOOL if row.operands is Operands.BOOL else expected)
    type = prune(operand.type)
    if type is ERROR or type is NEVER:
        return operand
    if accepts(row, type):
        if isinstance(operand, typed.IntegerValue):
            return folded_prefix(checker, expression, row, operand)
        return typed.Unary(expression.span, type, operator, operand)
    checker.error(
        E1210,
        f"unary `{operator}` is not defined for `{show_type(type)}`",
        expression.span,
        f"the operand is `{show_type(type)}`",
        _prefix_help(row, type),
    )
    return error_value(expression.span)


def _prefix_help(row: PrefixOperator, type: Type) -> str:
    operands = row.operands
    if row.spelling == NEGATION and isinstance(type, TypeParameterType):
        return f"subtract from zero: `{show_type(type)}.Zero() - x`, with the constraint `{show_type(type)} : Number`"
    takes = f"`{row.spelling}` takes {operands.value}"
    match operands:
        case Operands.BOOL:
            return "compare with 0: `x == 0`" if numeric(type) else takes
        case Operands.INTEGERS:
            return "use `!` on bool" if type is BOOL else takes
        case Operands.SIGNED_NUMBERS:
            return "unsigned numbers cannot be negated: convert first, `-(x as i64)`" if numeric(type) else takes
        case Operands.NUMBERS | Operands.ORDERED | Operands.OBJECTS | Operands.VALUES:
            return takes
        case _:
            raise unhandled(operands, "checking of operators", row.spelling)


def cast(checker: BodyChecker, expression: tree.CastExpression, expected: Type | None) -> typed.Expression:
    target = checker.resolve_type(expression.type)
    operand = strip_groups(expression.operand)
    sign = 1
    if isinstance(operand, tree.UnaryExpression) and operand.operator == NEGATION:
        inner = strip_groups(operand.operand)
        if isinstance(inner, tree.IntegerLiteral):
            operand, sign = inner, -1
    if isinstance(operand, tree.IntegerLiteral) and not operand.suffix and isinstance(target, PrimitiveType):
        constant = _cast_literal(sign * operand.value, target, expression.span)
        if constant is not None:
            return constant
    value = infer(checker, expression.operand)
    source = prune(value.type)
    if source in (ERROR, NEVER) or target is ERROR:
        return without_operation(value, expression.span)
    if not _is_castable(source, target):
        checker.error(
            E1230,
            f"`{show_type(source)}` cannot be converted to `{show_type(target)}`",
            expression.span,
            f"`as` on `{show_type(source)}`",
            _cast_help(checker, expression.operand.span, source, target),
        )
        return error_value(expression.span)
    if source is target:
        return value
    if isinstance(value, typed.IntegerValue) and integer(target) is not None:
        return replace(convert(value, target), span=expression.span)
    return typed.Convert(expression.span, target, value)


def _cast_literal(value: int, target: PrimitiveType, span: Span) -> typed.Expression | None:
    if target.is_float:
        return typed.FloatValue(span, target, float(value))
    if target.is_integer:
        return typed.IntegerValue(span, target, value if fits(value, target) else wrap(value, target))
    if target is CHAR and is_scalar_value(value):
        return typed.IntegerValue(span, CHAR, value)
    return None


def _is_castable(source: Type, target: Type) -> bool:
    if numeric(source) and numeric(target):
        return True
    if source is CHAR:
        return target is CHAR or integer(target) is not None
    return target is CHAR and integer(source) is not None


def _cast_help(checker: BodyChecker, operand: Span, source: Type, target: Type) -> str:
    if target is STRING:
        return 'use interpolation: `"${value}"`'
    if source is BOOL:
        return "use `match` on the bool"
    if target is BOOL:
        return "compare: `x != 0`"
    if source is STRING and numeric(target):
        return parse_help(checker, operand, target)
    if CHAR in (source, target):
        return f"char converts only from and to integers: use `as {I32.name}` first"
    return "`as` converts between numbers, and between char and integers"
