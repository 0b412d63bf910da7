"""W1405: a sum, difference or product of integers that is computed in a narrower type and then widened implicitly.

`i64 area = width * height;` with `i32` operands overflows before the conversion. Operands whose range is known not to
overflow, such as converted bytes, are not reported, nor is an explicit conversion of the result.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import LARGEST_SCALAR, fits, integer_range
from beskid.analysis.model.types import CHAR, PrimitiveType
from beskid.analysis.types.check.forms import as_form, bracketed
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import W1405
from beskid.syntax.operators import BINARY

Range = tuple[int, int]

_RESULTS = {"+": "sum", "-": "difference", "*": "product"}


def warn_late_widening(checker: BodyChecker, value: typed.Expression, target: PrimitiveType) -> None:
    """Warn about an operation on narrow integers whose result is converted to the wider `target`."""
    if not isinstance(value, typed.Binary) or value.operator not in _RESULTS:
        return
    type = value.type
    if not isinstance(type, PrimitiveType) or not type.is_integer or type is target:
        return
    low, high = _combined(value)
    if fits(low, type) and fits(high, type):
        return
    operator = value.operator
    if isinstance(value.left, typed.IntegerValue):
        form = f"{_beside(checker, value.left, target)} {operator} {as_form(checker, value.right.span, target)}"
    else:
        form = f"{as_form(checker, value.left.span, target)} {operator} {_beside(checker, value.right, target)}"
    checker.warning(
        W1405,
        f"the {_RESULTS[operator]} is computed in `{type.name}` and widened to `{target.name}` afterwards",
        value.span,
        f"can overflow `{type.name}`",
        f"widen an operand first: `{form}`",
    )


def _beside(checker: BodyChecker, value: typed.Expression, target: PrimitiveType) -> str:
    """Return the source of the other operand. A character literal adapts only to `u8`."""
    text = bracketed(checker, value.span)
    return as_form(checker, value.span, target) if text.startswith("'") else text


def _combined(value: typed.Binary) -> Range:
    """Return the range of the exact result of `+`, `-` or `*`."""
    meaning = BINARY[value.operator].meaning
    ends = [meaning(left, right) for left in _range(value.left) for right in _range(value.right)]
    return min(ends), max(ends)


def _range(value: typed.Expression) -> Range:
    """Return bounds of an integer, from constants, conversions and masks."""
    if isinstance(value, typed.IntegerValue):
        return value.value, value.value
    type = value.type
    if not isinstance(type, PrimitiveType) or not type.is_integer:
        return (0, LARGEST_SCALAR) if type is CHAR else _WIDEST
    whole = integer_range(type)
    found = whole
    if isinstance(value, typed.Convert):
        found = _range(value.operand)
    elif isinstance(value, typed.Binary) and value.operator in _RESULTS:
        found = _combined(value)
    elif isinstance(value, typed.Binary) and isinstance(value.right, typed.IntegerValue) and value.right.value > 0:
        found = _limited(value.operator, _range(value.left), value.right.value, whole)
    return found if whole[0] <= found[0] and found[1] <= whole[1] else whole


def _limited(operator: str, left: Range, right: int, whole: Range) -> Range:
    """Return the range of an operator with a positive constant on its right."""
    match operator:
        case "&":
            return 0, right
        case "%":
            return (0 if left[0] >= 0 else 1 - right), (0 if left[1] <= 0 else right - 1)
        case "/":
            return -(-left[0] // right) if left[0] < 0 else left[0] // right, max(left[1], 0) // right
        case ">>":
            return left[0] >> right, left[1] >> right
        case _:
            return whole


_WIDEST = (-(1 << 63), (1 << 64) - 1)
