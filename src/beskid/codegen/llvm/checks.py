"""Checks that panic: one comparison on the fast path, everything else in a cold block.

The cold block stores the call site and the end of this activation's slots, then calls a panic function, which does not
return. So a check that passes costs only its comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.codegen.llvm.function import FunctionWriter
from beskid.codegen.llvm.operations import INTEGER_BITS, length_address
from beskid.codegen.llvm.types import VALUE_TYPE
from beskid.ir.model import CheckDivisor, CheckIndex, IntConstant, type_of


def panic_block(writer: FunctionWriter, symbol: str, arguments: str) -> str:
    """Add a cold block that panics at the current location. Return its label."""
    shown = writer.lines
    writer.lines = []
    writer.emit(f"store ptr {writer.pool.site(writer.location)}, ptr {writer.sp}{writer.metadata.shadow()}")
    writer.store_top(1)
    writer.emit(f"call void {writer.pool.call_runtime(symbol)}({arguments})")
    writer.emit("unreachable")
    lines, writer.lines = writer.lines, shown
    return writer.cold_block(lines)


def require(writer: FunctionWriter, condition: str, symbol: str, arguments: str) -> None:
    """Panic unless the condition holds."""
    resume = writer.label()
    panic = panic_block(writer, symbol, arguments)
    writer.emit(f"br i1 {condition}, label %{resume}, label %{panic}{writer.metadata.weights(2000, 1)}")
    writer.lines.append(f"{resume}:")


def write_check_index(writer: FunctionWriter, check: CheckIndex) -> None:
    array = writer.value(check.array)
    index = writer.value(check.index)
    length = writer.compute(f"load i64, ptr {length_address(writer, array)}{writer.metadata.length()}")
    # A negative index is a large unsigned number.
    inside = writer.compute(f"icmp ult i64 {index}, {length}")
    require(writer, inside, "panic_index", f"i64 {index}, i64 {length}")


def write_check_divisor(writer: FunctionWriter, check: CheckDivisor) -> None:
    kind = type_of(check.divisor)
    machine = VALUE_TYPE[kind]
    divisor = writer.value(check.divisor)
    constant = check.divisor.value if isinstance(check.divisor, IntConstant) else None
    if constant is None or constant == 0:
        nonzero = writer.compute(f"icmp ne {machine} {divisor}, 0")
        require(writer, nonzero, "panic_division_by_zero", "")
    if not check.signed or constant not in (None, -1):
        return
    least = -(1 << INTEGER_BITS[kind] - 1)
    not_least = writer.compute(f"icmp ne {machine} {writer.value(check.dividend)}, {least}")
    not_minus_one = writer.compute(f"icmp ne {machine} {divisor}, -1")
    fits = writer.compute(f"or i1 {not_least}, {not_minus_one}")
    require(writer, fits, "panic_integer_overflow", "")


WRITERS: dict[type, Callable[[FunctionWriter, Any], None]] = {
    CheckIndex: write_check_index,
    CheckDivisor: write_check_divisor,
}
"""The handlers of the checks."""
