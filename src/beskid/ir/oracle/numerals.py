"""Numbers as text and text as numbers, by the rules of the runtime (decision R1).

Pure functions between numbers and bytes. Shortest digits that read back; exponents from 1e21 and below 1e-6.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from beskid.ir.oracle.arithmetic import to_f32

_DECIMAL = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_WHOLE = re.compile(rb"[+-]?\d+\Z")

WELL = 0
MALFORMED = 1
OUT_OF_RANGE = 2


def format_f64(number: float) -> bytes:
    """Return the shortest digits of an f64."""
    return _format(number, repr(float(number)))


def format_f32(number: float) -> bytes:
    """Return the shortest digits of an f32."""
    if not math.isfinite(number) or number == 0.0:
        return _format(number, repr(float(number)))
    for precision in range(1, 10):
        text = f"{number:.{precision - 1}e}"
        if to_f32(float(text)) == number:
            return _format(number, text)
    raise AssertionError("nine digits tell every f32 apart")


def _format(number: float, shortest: str) -> bytes:
    if number != number:
        return b"NaN"
    if math.isinf(number):
        return b"inf" if number > 0 else b"-inf"
    sign, digits, exponent = Decimal(shortest).as_tuple()
    text = "".join([str(digit) for digit in digits]).lstrip("0")
    assert isinstance(exponent, int)
    kept = text.rstrip("0")
    exponent += len(text) - len(kept)
    lead = "-" if sign else ""
    if not kept:
        return f"{lead}0.0".encode()
    point = len(kept) + exponent
    if not -6 < point <= 21:
        fraction = f".{kept[1:]}" if len(kept) > 1 else ""
        return f"{lead}{kept[0]}{fraction}e{point - 1}".encode()
    if point <= 0:
        return f"{lead}0.{'0' * -point}{kept}".encode()
    if point >= len(kept):
        return f"{lead}{kept}{'0' * (point - len(kept))}.0".encode()
    return f"{lead}{kept[:point]}.{kept[point:]}".encode()


def parse_i64(text: bytes) -> tuple[int, int]:
    """Return the number and the status."""
    if not _WHOLE.match(text):
        return 0, MALFORMED
    number = Decimal(text.decode("ascii"))
    if not -(1 << 63) <= number < 1 << 63:
        return 0, OUT_OF_RANGE
    return int(number), WELL


def parse_f64(text: bytes) -> tuple[float, int]:
    """Return the number and the status."""
    match text:
        case b"NaN":
            return math.nan, WELL
        case b"inf":
            return math.inf, WELL
        case b"-inf":
            return -math.inf, WELL
    if not _DECIMAL.match(text):
        return 0.0, MALFORMED
    number = float(text)
    return number, OUT_OF_RANGE if math.isinf(number) else WELL
