"""Which texts of a random program are constant expressions, so that they must not overflow (E1237).

Arithmetic on constants whose result is not known here hides an operand in a call of `same`, which no compiler stage
before the optimizer sees through.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tests.property.kinds import INTEGERS, SIGNED, Primitive, width

_KINDS = "|".join(each.name for each in INTEGERS)
_CHARACTER = r"'(?:\\u\{[^}]*\}|\\.|[^'\\])'"
_FLOAT = r"\b[0-9][0-9.]*(?:e[+-]?[0-9]+)?_f(?:32|64)\b"
LITERAL = re.compile(rf"\(-(?:0x[0-9a-f]+|[0-9]+)(?:_(?:{_KINDS}))?\)|\b(?:0x[0-9a-f]+|[0-9]+)(?:_(?:{_KINDS}))?\b")
_FIXED = re.compile(rf"{_CHARACTER}|{_FLOAT}|\bas [a-z0-9]+")
_SUFFIXED = re.compile(rf"{_CHARACTER}|{_FLOAT}|\(-[0-9a-fx]+_(?:{_KINDS})\)|\b[0-9a-fx]+_(?:{_KINDS})\b")
_NAME = re.compile(r"[A-Za-z_]\w*|\"")


def limits(kind: Primitive) -> tuple[int, int]:
    """Return the smallest and the largest value of an integer type."""
    bits = width(kind)
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if kind in SIGNED else (0, 2**bits - 1)


def fits(value: int, kind: Primitive) -> bool:
    low, high = limits(kind)
    return low <= value <= high


def number(text: str) -> int | None:
    """Return the value of an integer literal."""
    if LITERAL.fullmatch(text) is None:
        return None
    digits = text.strip("()-").partition("_")[0]
    value = int(digits, 16 if digits.startswith("0x") else 10)
    return -value if text.startswith("(-") else value


def is_constant(text: str, names: Collection[str]) -> bool:
    """Return whether the text may be a constant expression: literals, constants, operators and conversions."""
    rest = LITERAL.sub(" ", _FIXED.sub(" ", text))
    return all(name in names for name in _NAME.findall(rest))


def exact(operator: str, left: int, right: int) -> int | None:
    """Return the exact result of an operator that can leave its type, None for a division by zero."""
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            quotient = None if right == 0 else abs(left) // abs(right)
            return quotient if quotient is None or (left < 0) == (right < 0) else -quotient


def wrapped(value: int, kind: Primitive) -> int:
    value &= 2 ** width(kind) - 1
    return value - 2 ** width(kind) if kind in SIGNED and value >> (width(kind) - 1) else value


def hidden(text: str) -> str:
    """Return the expression with every integer literal that has a suffix hidden, so that it is computed at run time."""
    return _SUFFIXED.sub(lambda each: each.group() if _FIXED.fullmatch(each.group()) else f"same({each.group()})", text)
