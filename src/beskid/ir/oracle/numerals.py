"""Numbers as text and text as numbers, by the rules of the runtime (decision R1).

Pure functions between numbers and bytes.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from beskid.base.decimals import float_text

_DECIMAL = re.compile(rb"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_WHOLE = re.compile(rb"[+-]?\d+\Z")

WELL = 0
MALFORMED = 1
OUT_OF_RANGE = 2


def format_f64(number: float) -> bytes:
    """Return the shortest digits of an f64."""
    return float_text(number, 64).encode()


def format_f32(number: float) -> bytes:
    """Return the shortest digits of an f32."""
    return float_text(number, 32).encode()


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
