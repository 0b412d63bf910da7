"""Floating point as text, by the rules of the runtime (decision R1), and rounded to single precision."""

from __future__ import annotations

import math
import struct

_MIN_PLAIN_POINT = -5
_MAX_PLAIN_POINT = 21
"""The digits before the point, from which and up to which a number has no exponent."""


def to_f32(number: float) -> float:
    """Rounded to single precision."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def float_text(number: float, bits: int) -> str:
    """Return the shortest digits that are read back as the same number of a float type with so many bits.

    There is an exponent from 1e21 and below 1e-6.
    """
    if number != number:
        return "NaN"
    sign = "-" if math.copysign(1.0, number) < 0 else ""
    if math.isinf(number):
        return f"{sign}inf"
    if number == 0.0:
        return f"{sign}0.0"
    mantissa, _, power = (repr(abs(number)) if bits == 64 else _shortest_f32(abs(number))).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(power or 0)
    digits = digits.rstrip("0")
    if not _MIN_PLAIN_POINT <= point <= _MAX_PLAIN_POINT:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[:point].ljust(point, '0')}.{digits[point:] or '0'}"


def _shortest_f32(number: float) -> str:
    """Return the shortest digits of a positive number of single precision, with an exponent."""
    for more in range(9):
        mantissa, _, power = f"{number:.{more}e}".partition("e")
        nearest = int(mantissa.replace(".", ""))
        # Above a power of two numbers lie wider: the next digits may be read back where the nearest are not.
        for digits in (nearest, nearest + 1):
            text = f"{digits}e{int(power) - more}"
            if to_f32(float(text)) == number:
                return text
    raise AssertionError("nine digits tell every f32 apart")
