"""Machine arithmetic where Python's differs: floats that never raise, saturation, single precision.

Functions from Python numbers to Python numbers, called by translated code. They must not know IR.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

from beskid.base.decimals import to_f32

NAN = float("nan")
INFINITY = float("inf")


def integer_to_f32(number: int) -> float:
    """Return an integer rounded once, to single precision, ties to even."""
    excess = abs(number).bit_length() - 24
    if excess <= 0:
        return float(number)
    scaled = round(Fraction(number, 1 << excess))
    return to_f32(float(scaled) * float(1 << excess))


def float_divide(left: float, right: float) -> float:
    """Return the quotient: an infinity or NaN for a zero divisor."""
    if right != 0.0:
        return left / right
    if left == 0.0 or left != left:
        return NAN
    return math.copysign(INFINITY, left) * math.copysign(1.0, right)


def saturate(number: float, low: int, high: int) -> int:
    """Truncate toward zero and clamp to the bounds; NaN becomes 0."""
    if number != number:
        return 0
    if number >= high:
        return high
    if number <= low:
        return low
    return int(number)


def divide(left: int, right: int) -> int:
    """Return the quotient, truncated toward zero."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(left: int, right: int) -> int:
    """Return the remainder, with the sign of the dividend."""
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    def rounded(number: float) -> float:
        if not math.isfinite(number):
            return number
        return math.copysign(float(function(number)), number)

    return rounded


def _half_away(number: float) -> int:
    whole = math.trunc(number)
    if abs(number - whole) >= 0.5:
        return whole + (1 if number > 0 else -1)
    return whole


def _total(function: Callable[[float], float], overflow: float = INFINITY) -> Callable[[float], float]:
    """Return the C function: NaN outside its domain, infinity where it overflows."""

    def total(number: float) -> float:
        try:
            return function(number)
        except OverflowError:
            return overflow
        except ValueError:
            return NAN

    return total


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def total(number: float) -> float:
        if number > 0.0:
            return function(number)
        return -INFINITY if number == 0.0 else NAN

    return total


def float_power(base: float, exponent: float) -> float:
    """C's `pow`."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        negative = base < 0 and exponent % 2 == 1
        return -INFINITY if negative else INFINITY
    except ValueError:
        if base == 0.0:
            negative = math.copysign(1.0, base) < 0 and exponent % 2 == 1
            return -INFINITY if negative else INFINITY
        return NAN


def float_remainder(left: float, right: float) -> float:
    """C's `fmod`."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return NAN


UNARY: dict[str, Callable[[float], float]] = {
    "sqrt": _total(math.sqrt),
    "abs": math.fabs,
    "floor": _whole(math.floor),
    "ceil": _whole(math.ceil),
    "trunc": _whole(math.trunc),
    "round": _whole(_half_away),
    "sin": _total(math.sin),
    "cos": _total(math.cos),
    "tan": _total(math.tan),
    "asin": _total(math.asin),
    "acos": _total(math.acos),
    "atan": math.atan,
    "exp": _total(math.exp),
    "log": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
}
"""The floating operations by the name of the IR operation."""


def bits_of_f64(number: float) -> int:
    """Return the image as a signed integer."""
    image: int = struct.unpack("<q", struct.pack("<d", number))[0]
    return image


def bits_of_f32(number: float) -> int:
    """Return the image as a signed integer."""
    image: int = struct.unpack("<i", struct.pack("<f", number))[0]
    return image


def f64_of_bits(image: int) -> float:
    """Return the float with this image."""
    number: float = struct.unpack("<d", struct.pack("<q", image))[0]
    return number


def f32_of_bits(image: int) -> float:
    """Return the float with this image."""
    number: float = struct.unpack("<f", struct.pack("<i", image))[0]
    return number


def leading_zeros(number: int) -> int:
    """Zero bits above the highest one bit of 64."""
    return 64 - (number & 0xFFFF_FFFF_FFFF_FFFF).bit_length()


def trailing_zeros(number: int) -> int:
    """Zero bits below the lowest one bit of 64."""
    return 64 if number == 0 else (number & -number).bit_length() - 1


def bit_count(number: int) -> int:
    """Return one bits of 64."""
    return (number & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
