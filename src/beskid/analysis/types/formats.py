"""Formats of interpolated values: `[[fill](<|>|^)][+][0][width][,][.digits][x|X|b|o|e]` (decision L27).

`find_fault` says where and why a format is not one, or does not fit a type. Formats are applied by `Core.Text.Format`,
which reads them again at run time; a test compares what the two accept.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from beskid.analysis.model.types import STRING, PrimitiveType, Type
from beskid.base.node import value

MAX_NUMBER: Final = 9999
"""The largest width and number of digits."""

SYNTAX: Final = "a format is `[[fill]alignment][+][0][width][,][.digits][x|X|b|o|e]`"

_FORMAT: Final = re.compile(
    r"(?:[^:{}]?(?P<alignment>[<>^]))?(?P<sign>\+)?(?P<zero>0)?(?P<width>[0-9]+)?"
    r"(?P<groups>,)?(?P<digits>\.[0-9]+)?(?P<base>[xXbo])?(?P<exponent>e)?",
    re.DOTALL,
)


_CONVERSIONS: Final = frozenset({"f", "F", "d", "i", "s", "g"})
"""Letters that name the type of the value in formats of other languages."""


class Kind(Enum):
    """What a format distinguishes. Everything else is formatted by its printed form."""

    OTHER = 0
    INTEGER = 1
    FLOAT = 2
    TEXT = 3


@value
class Part:
    """A part of a format that only some kinds take; `meant_for` names them, `help` says what to write otherwise."""

    kinds: frozenset[Kind]
    meant_for: str
    help: dict[Kind, str]


_NUMBERS: Final = frozenset({Kind.INTEGER, Kind.FLOAT})
_TO_FLOAT: Final = "convert the value with `as f64`"
_TO_INTEGER: Final = "convert the value with `as i64`"

PARTS: Final[dict[str, Part]] = {
    "sign": Part(_NUMBERS, "numbers", {}),
    "zero": Part(_NUMBERS, "numbers", dict.fromkeys((Kind.TEXT, Kind.OTHER), "`0<` fills with zeros: `${x:0<8}`")),
    "groups": Part(_NUMBERS, "numbers", {}),
    "digits": Part(
        frozenset({Kind.FLOAT, Kind.TEXT}),
        "floating-point numbers and strings",
        {Kind.INTEGER: _TO_FLOAT, Kind.OTHER: 'make a string of the value first: `${"${x}":.3}`'},
    ),
    "base": Part(frozenset({Kind.INTEGER}), "integers", {Kind.FLOAT: _TO_INTEGER}),
    "exponent": Part(frozenset({Kind.FLOAT}), "floating-point numbers", {Kind.INTEGER: _TO_FLOAT}),
}


@value
class Fault:
    """What is wrong with a format; `start` and `end` are offsets in it."""

    start: int
    end: int
    message: str
    label: str
    help: str | None


def kind_of(type: Type) -> Kind:
    """Return how values of the type are formatted; of a type parameter only the printed form is known."""
    if type is STRING:
        return Kind.TEXT
    if isinstance(type, PrimitiveType) and type.is_numeric:
        return Kind.FLOAT if type.is_float else Kind.INTEGER
    return Kind.OTHER


def find_fault(format: str, kind: Kind, shown_type: str) -> Fault | None:
    """Return the first fault of a format for a type."""
    found = _FORMAT.match(format)
    assert found is not None
    stop = found.end()
    if stop < len(format):
        if format[stop:] in _CONVERSIONS:
            help = f"remove it: `:{format[:stop]}`; the type of the value is known" if stop else "remove it"
            return Fault(stop, len(format), f"`{format[stop:]}` is not part of a format", "not expected here", help)
        return Fault(stop, len(format), f"`{format[stop:]}` is not part of a format", "not expected here", SYNTAX)
    for name in ("width", "digits"):
        number = (found[name] or "").lstrip(".0")
        if len(number) > len(str(MAX_NUMBER)):
            return Fault(*found.span(name), f"`{found[name]}` is too large", "", f"at most {MAX_NUMBER} is possible")
    for name, part in PARTS.items():
        if found[name] is not None and kind not in part.kinds:
            message = f"the format `{found[name]}` does not fit `{shown_type}`"
            return Fault(*found.span(name), message, f"this is for {part.meant_for}", part.help.get(kind))
    if found["groups"] is not None and found["base"] is not None:
        message = f"`,` does not go with `{found['base']}`"
        return Fault(*found.span("groups"), message, "groups are for decimal numbers", "remove one of the two")
    return None
