"""Machine types and constants as LLVM text.

It takes IR types and constants and returns LLVM assembly for them. It must not know functions or modules.
"""

from __future__ import annotations

import struct

from beskid.ir.model import FloatConstant, IRType

VALUE_TYPE: dict[IRType, str] = {
    IRType.I1: "i1",
    IRType.I8: "i8",
    IRType.I16: "i16",
    IRType.I32: "i32",
    IRType.I64: "i64",
    IRType.F32: "float",
    IRType.F64: "double",
    IRType.REF: "ptr",
    IRType.PTR: "ptr",
}
"""The type of a value in a register."""

MEMORY_TYPE: dict[IRType, str] = VALUE_TYPE | {IRType.I1: "i8"}
"""The type of a value in memory and at the C boundary; where a boolean is one byte."""

_SYMBOL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-")


def global_name(symbol: str) -> str:
    """Format a symbol as `@name`, quoted if LLVM's grammar requires it."""
    if symbol and not symbol[0].isdigit() and _SYMBOL_CHARACTERS.issuperset(symbol):
        return f"@{symbol}"
    return f'@"{escape(symbol.encode())}"'


def escape(data: bytes) -> str:
    """Escape bytes for an LLVM string."""
    return "".join([chr(byte) if 32 <= byte < 127 and byte not in (34, 92) else f"\\{byte:02X}" for byte in data])


def symbol_of(name: str) -> bytes:
    """Return the symbol that `global_name` formatted."""
    if not name.startswith('@"'):
        return name[1:].encode()
    first, *parts = name[2:-1].encode().split(b"\\")
    return first + b"".join([bytes((int(part[:2], 16),)) + part[2:] for part in parts])


def results_type(results: tuple[IRType, ...]) -> str:
    """Return the result type for a list of results: void, the type itself, or a structure."""
    if not results:
        return "void"
    if len(results) == 1:
        return VALUE_TYPE[results[0]]
    return "{ " + ", ".join([VALUE_TYPE[result] for result in results]) + " }"


def float_text(constant: FloatConstant) -> str:
    """Format the exact value of a float; LLVM expects an f32 as the f64 of the same value."""
    if constant.type is IRType.F64:
        return f"0x{constant.bits:016X}"
    sign, exponent, fraction = constant.bits >> 31, constant.bits >> 23 & 0xFF, constant.bits & 0x7FFFFF
    if exponent == 0xFF:
        return f"0x{sign << 63 | 0x7FF << 52 | fraction << 29:016X}"
    (number,) = struct.unpack("<f", struct.pack("<I", constant.bits))
    (image,) = struct.unpack("<Q", struct.pack("<d", number))
    return f"0x{image:016X}"
