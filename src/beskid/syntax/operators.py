"""The operators of the language, one row each.

Lexer, parser, formatter, checker, constant evaluation and folding use these rows and contain no spelling of their own.
Lowering has one row for each spelling in `lower/bodies/`, which names operations of the IR; the oracle and code
generation have one row for each of those. Calls, member access, indexing and `?` are not rows: they are postfix forms
with nodes of their own. `range` is a function. Operators that Beskid does not have, such as `..`, `**` and `++`, are
listed in `HABITS`.
"""

from __future__ import annotations

import math
import operator as python
import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Final, NamedTuple

from beskid.base.tables import Table

Number = int | float


class Family(Enum):
    """The rule that checks a binary operator."""

    ARITHMETIC = "arithmetic"
    """Both operands are converted to their common type, which is the type of the result."""
    BITWISE = "bitwise"
    """As `ARITHMETIC`, on integers."""
    SHIFT = "shift"
    """The result has the type of the left operand; the count keeps its own type and is taken modulo the width."""
    ORDER = "order"
    EQUALITY = "equality"
    IDENTITY = "identity"
    LOGICAL = "logical"
    """The right operand is evaluated only if the left one does not determine the result."""

    @property
    def keeps_type(self) -> bool:
        """Return whether the result has the operands' common type, so that literal operands adapt together."""
        return self is Family.ARITHMETIC or self is Family.BITWISE


class Operands(Enum):
    """The types that an operator takes."""

    NUMBERS = "numbers"
    SIGNED_NUMBERS = "signed numbers"
    INTEGERS = "integers"
    BOOL = "bool"
    ORDERED = "numbers and char"
    OBJECTS = "objects and strings"
    VALUES = "values"
    """Every type except `unit`."""


class Associativity(Enum):
    LEFT = "left"
    RIGHT = "right"


class BinaryOperator(NamedTuple):
    spelling: str
    level: int
    """A higher level binds tighter."""
    family: Family
    operands: Operands
    meaning: Callable[[Any, Any], Any]
    """The exact result for constant operands, before it is wrapped or rounded to a type."""
    compound: str = ""
    """The spelling of the compound assignment, if there is one."""
    joins_strings: bool = False
    changes_events: bool = False
    """Whether the compound assignment adds or removes a handler when its target is an event."""
    divides: bool = False
    """Whether a zero divisor and `MIN op -1` panic on integers."""
    leaves_type: bool = False
    """Whether the exact result on integers may not fit their type: an error for constants, otherwise wrapped."""
    stops_at: bool | None = None
    """Of a logical operator: the value of the left operand that determines the result."""
    associativity: Associativity = Associativity.LEFT

    @property
    def right_level(self) -> int:
        """Return the lowest level of an operator that the right operand may contain without parentheses."""
        return self.level if self.associativity is Associativity.RIGHT else self.level + 1


class PrefixOperator(NamedTuple):
    spelling: str
    operands: Operands
    meaning: Callable[[Any], Any]
    """The exact result for a constant operand, before it is wrapped to a type."""
    leaves_type: bool = False
    """As in `BinaryOperator`."""


ASSIGNMENT_LEVEL: Final = 1
CONVERSION_LEVEL: Final = 12
PREFIX_LEVEL: Final = 13
POSTFIX_LEVEL: Final = 14

ASSIGNMENT: Final = "="
CONVERSION: Final = "as"
"""The right operand is the name of a type, so the operator has a node of its own (`CastExpression`) and no row."""
NEGATION: Final = "-"
"""Before an integer literal, it is part of the literal, so that the smallest integer can be written."""

PUNCTUATION: Final = ("=", "=>", "::", ".", ",", ";", ":", "?")
"""Punctuation tokens that are neither operators nor brackets."""


def _divide(left: Number, right: Number) -> Number:
    """Return the quotient: truncated toward zero for integers, infinite or NaN for a floating-point zero divisor."""
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    if right == 0.0:
        if left == 0.0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _remainder(left: int, right: int) -> int:
    """Return the remainder of integers, with the sign of the dividend."""
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _is_same(left: object, right: object) -> bool:
    return left == right


def _is_other(left: object, right: object) -> bool:
    return left != right


def _and(left: bool, right: bool) -> bool:
    return left and right


def _or(left: bool, right: bool) -> bool:
    return left or right


_F, _O = Family, Operands

_BINARY_ROWS: Final = (
    BinaryOperator("||", 2, _F.LOGICAL, _O.BOOL, _or, stops_at=True),
    BinaryOperator("&&", 3, _F.LOGICAL, _O.BOOL, _and, stops_at=False),
    BinaryOperator("==", 4, _F.EQUALITY, _O.VALUES, _is_same),
    BinaryOperator("!=", 4, _F.EQUALITY, _O.VALUES, _is_other),
    BinaryOperator("===", 4, _F.IDENTITY, _O.OBJECTS, _is_same),
    BinaryOperator("!==", 4, _F.IDENTITY, _O.OBJECTS, _is_other),
    BinaryOperator("<", 5, _F.ORDER, _O.ORDERED, python.lt),
    BinaryOperator("<=", 5, _F.ORDER, _O.ORDERED, python.le),
    BinaryOperator(">", 5, _F.ORDER, _O.ORDERED, python.gt),
    BinaryOperator(">=", 5, _F.ORDER, _O.ORDERED, python.ge),
    BinaryOperator("|", 6, _F.BITWISE, _O.INTEGERS, python.or_, "|="),
    BinaryOperator("^", 7, _F.BITWISE, _O.INTEGERS, python.xor, "^="),
    BinaryOperator("&", 8, _F.BITWISE, _O.INTEGERS, python.and_, "&="),
    BinaryOperator("<<", 9, _F.SHIFT, _O.INTEGERS, python.lshift, "<<="),
    BinaryOperator(">>", 9, _F.SHIFT, _O.INTEGERS, python.rshift, ">>="),
    BinaryOperator(
        "+", 10, _F.ARITHMETIC, _O.NUMBERS, python.add, "+=", joins_strings=True, changes_events=True, leaves_type=True
    ),
    BinaryOperator("-", 10, _F.ARITHMETIC, _O.NUMBERS, python.sub, "-=", changes_events=True, leaves_type=True),
    BinaryOperator("*", 11, _F.ARITHMETIC, _O.NUMBERS, python.mul, "*=", leaves_type=True),
    BinaryOperator("/", 11, _F.ARITHMETIC, _O.NUMBERS, _divide, "/=", divides=True, leaves_type=True),
    BinaryOperator("%", 11, _F.ARITHMETIC, _O.INTEGERS, _remainder, "%=", divides=True),
)

_PREFIX_ROWS: Final = (
    PrefixOperator("-", _O.SIGNED_NUMBERS, python.neg, leaves_type=True),
    PrefixOperator("!", _O.BOOL, python.not_),
    PrefixOperator("~", _O.INTEGERS, python.invert),
)


class Habit(NamedTuple):
    """The error for a spelling of other languages."""

    message: str
    help: str


_HABIT_ROWS: Final = {
    "**": Habit(
        "the power operator `**` is not supported",
        "`Math.Pow(x, y)` of floats, after `use Math;`; integers are multiplied",
    ),
    "..": Habit("the range operator `..` is not supported", "`for i in range(0, 10) { … }`"),
    "->": Habit("`->` is not an operator", "a lambda is written `x => expression`"),
    "++": Habit("`++` is not supported", "`x += 1;`"),
    "--": Habit("`--` is not supported", "`x -= 1;`"),
    "??": Habit(
        "`??` is not supported", "`value.UnwrapOr(other)` of an `Option`, `value.ValueOr(other)` of a `Result`"
    ),
    "and": Habit("use `&&` instead of `and`", "`a && b`"),
    "or": Habit("use `||` instead of `or`", "`a || b`"),
    "not": Habit("use `!` instead of `not`", "`!condition`"),
    "mod": Habit("use `%` instead of `mod`", "`a % b`"),
    "div": Habit("use `/` instead of `div`", "`/` on integers returns an integer"),
    "is": Habit("`is` is not supported", "use `match` with the variants of the enum"),
    "instanceof": Habit("`instanceof` is not supported", "use `match` with the variants of the enum"),
    "if": Habit("conditional expressions with `if` are not supported", "`match condition { true => a, false => b, }`"),
}

BINARY: Final = Table("binary operators", {row.spelling: row for row in _BINARY_ROWS})
PREFIX: Final = Table("prefix operators", {row.spelling: row for row in _PREFIX_ROWS})
HABITS: Final = Table("operators of other languages", _HABIT_ROWS)


# Derived tables ----------------------------------------------------------------------------------------------


def compounds() -> Table[str, BinaryOperator]:
    """Return the row of each compound assignment by its spelling."""
    return Table("compound assignments", {row.compound: row for row in BINARY.values() if row.compound})


def stops_at(spelling: str) -> bool:
    """Return the value of the left operand of a logical operator that determines its result."""
    decisive = BINARY[spelling].stops_at
    if decisive is None:
        raise OperatorError(spelling, "a logical operator needs `stops_at`")
    return decisive


def token_spellings() -> list[str]:
    """Return every spelling that is one token, longest first.

    Longer spellings that start with `>` are omitted: `>` is a separate token, so that nested type arguments can close
    one
    by one.
    """
    spellings = {*BINARY, *compounds(), *PREFIX, *PUNCTUATION}
    return sorted((each for each in spellings if each == ">" or each[0] != ">"), key=lambda each: (-len(each), each))


def angle_spellings() -> list[str]:
    """Return the operators and assignments that start with `>`, which the parser joins from tokens; longest first."""
    return sorted((each for each in {*BINARY, *compounds()} if each[0] == ">"), key=lambda each: (-len(each), each))


class OperatorError(Exception):
    """Raised for a row that the compiler cannot implement."""

    def __init__(self, spelling: str, reason: str) -> None:
        super().__init__(f"operator `{spelling}`: {reason}")


_SPELLING: Final = re.compile(r"[-+*/%&|^!~<=?.:]+|>+=?")


def check_rows() -> None:
    """Check that lexer and parser support every row. Raises `OperatorError` otherwise."""
    levels: dict[int, Associativity] = {}
    for row in BINARY.values():
        _check_spelling(row.spelling)
        if not ASSIGNMENT_LEVEL < row.level < CONVERSION_LEVEL:
            raise OperatorError(row.spelling, f"level {row.level} is not between assignment and conversion")
        if levels.setdefault(row.level, row.associativity) is not row.associativity:
            raise OperatorError(row.spelling, f"level {row.level} already has another associativity")
        if row.compound not in ("", row.spelling + "="):
            raise OperatorError(row.spelling, f"its compound assignment cannot be `{row.compound}`")
        if row.family is Family.LOGICAL:
            stops_at(row.spelling)
    for prefix in PREFIX.values():
        _check_spelling(prefix.spelling)
    _check_unique((*BINARY, *compounds(), *PUNCTUATION))
    _check_unique((*PREFIX, *PUNCTUATION))
    _check_unique((*{*BINARY, *PREFIX}, *HABITS))


def _check_spelling(spelling: str) -> None:
    if _SPELLING.fullmatch(spelling) is None or "//" in spelling or "/*" in spelling:
        raise OperatorError(spelling, "the lexer cannot read this spelling")


def _check_unique(spellings: Iterable[str]) -> None:
    seen: set[str] = set()
    for spelling in spellings:
        if spelling in seen:
            raise OperatorError(spelling, "this spelling has another meaning already")
        seen.add(spelling)


check_rows()
