"""Equality of function values in interpreted programs.

It follows the `closure_eq` of the runtime. It must not call the functions.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from beskid.ir.oracle.values import HeapObject, Value


def closure_eq(left: Value, right: Value) -> int:
    """1 for one function value, and for bound methods with the same method and receiver."""
    if left is right:
        return 1
    if not isinstance(left, HeapObject) or not isinstance(right, HeapObject):
        return 0
    descriptor = left.descriptor
    if descriptor is None or descriptor is not right.descriptor or not descriptor.is_bound_method:
        return 0
    return int(all(_same_word(left.get(offset, 0), right.get(offset, 0)) for offset in left.keys() | right.keys()))


def _same_word(left: Value, right: Value) -> bool:
    """Numbers are the same when their bits are, everything else by identity."""
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    return left is right


CLOSURE_FUNCTIONS: dict[str, Callable[..., Any]] = {"closure_eq": closure_eq}
"""The runtime functions of this module by symbol."""
