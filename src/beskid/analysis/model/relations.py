"""Relations between types: numeric ranges, widening, common types, and the operators that a type supports.

Pure functions on types, without name lookup or locations (`language.md` §4.3, §4.4, decisions L3, L9, L10).
"""

from __future__ import annotations

from beskid.analysis.model.symbols import EnumSymbol, VariantSymbol
from beskid.analysis.model.types import (
    CHAR,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    EnumType,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    substitute,
)

_BY_SIZE = (I8, U8, I16, U16, I32, U32, I64, U64, F32, F64)

_FLOAT_PRECISION = {32: 24, 64: 53}

LARGEST_SCALAR = 0x10FFFF


def integer_range(type: PrimitiveType) -> tuple[int, int]:
    """Return the smallest and the largest value of an integer type."""
    if type.is_signed:
        return -(1 << (type.bits - 1)), (1 << (type.bits - 1)) - 1
    return 0, (1 << type.bits) - 1


def fits(value: int, type: PrimitiveType) -> bool:
    """Return whether an integer type can represent the value."""
    low, high = integer_range(type)
    return low <= value <= high


def wrap(value: int, type: PrimitiveType) -> int:
    """Return the value modulo the width of an integer type, in its range."""
    value &= (1 << type.bits) - 1
    if type.is_signed and value >> (type.bits - 1):
        value -= 1 << type.bits
    return value


def is_scalar_value(value: int) -> bool:
    """Return whether an integer is a Unicode scalar value, and therefore a valid `char`."""
    return 0 <= value < 0xD800 or 0xE000 <= value <= LARGEST_SCALAR


def is_ascii(character: int) -> bool:
    """Return whether UTF-8 encodes the character as one byte, so that its literal can be a `u8` (decision L24)."""
    return character < 0x80


def widens(source: PrimitiveType, target: PrimitiveType) -> bool:
    """Return whether every value of `source` is exactly a value of `target`, both numeric types."""
    if source is target:
        return True
    if source.is_integer and target.is_integer:
        if source.is_signed == target.is_signed:
            return source.bits <= target.bits
        return target.is_signed and source.bits < target.bits
    if source.is_integer and target.is_float:
        return source.bits - (1 if source.is_signed else 0) <= _FLOAT_PRECISION[target.bits]
    return source.is_float and target.is_float and source.bits <= target.bits


def common_numeric(left: PrimitiveType, right: PrimitiveType) -> PrimitiveType | None:
    """Return the smallest numeric type that represents both exactly, or None."""
    if left is right:
        return left
    for candidate in _BY_SIZE:
        if widens(left, candidate) and widens(right, candidate):
            return candidate
    return None


def numeric(type: Type) -> PrimitiveType | None:
    """Return the type if it is a number type, and None otherwise."""
    return type if isinstance(type, PrimitiveType) and type.is_numeric else None


def integer(type: Type) -> PrimitiveType | None:
    """Return the type if it is an integer type, and None otherwise."""
    return type if isinstance(type, PrimitiveType) and type.is_integer else None


def is_ordered(type: Type) -> bool:
    """Return whether `<`, `<=`, `>` and `>=` are defined: for numbers and `char`."""
    return isinstance(type, PrimitiveType) and (type.is_numeric or type is CHAR)


def symbol_substitution(type: StructType | EnumType) -> Substitution:
    """Map the type parameters of the declaration to the arguments of the type."""
    return dict(zip(type.symbol.type_parameters, type.arguments, strict=True))


def payload_types(type: EnumType, variant: VariantSymbol) -> tuple[Type, ...]:
    """Return the payload types of a variant with the enum's type arguments applied."""
    if not type.arguments:
        return tuple([field for _, field in variant.fields])
    mapping = symbol_substitution(type)
    return tuple([substitute(field, mapping) for _, field in variant.fields])


def all_payload_types(type: EnumType) -> tuple[Type, ...]:
    """Return the payload types of all variants of an enum."""
    return tuple([part for variant in type.symbol.variants.values() for part in payload_types(type, variant)])


def field_types(type: StructType) -> tuple[Type, ...]:
    """Return the types of the fields of a struct with its type arguments applied."""
    fields = tuple([field.type for field in type.symbol.fields.values()])
    if not type.arguments:
        return fields
    mapping = symbol_substitution(type)
    return tuple([substitute(field, mapping) for field in fields])


def option_variants(symbol: EnumSymbol) -> tuple[VariantSymbol, VariantSymbol] | None:
    """The `Some` and the `None` variant of an enum that is an `Option` by name and shape, else None."""
    some, none = symbol.variants.get("Some"), symbol.variants.get("None")
    if symbol.name != "Option" or some is None or none is None or len(symbol.variants) != 2:
        return None
    return (some, none) if len(some.fields) == 1 and not none.fields else None


def result_variants(symbol: EnumSymbol) -> tuple[VariantSymbol, VariantSymbol | None] | None:
    """Return the `Ok` and the failing variant of an enum that is a `Result` by name and shape, and None for other
    enums.
    """
    ok = symbol.variants.get("Ok")
    if symbol.name != "Result" or ok is None or len(ok.fields) != 1:
        return None
    failing = symbol.variants.get("Error")
    if failing is None:
        others = [v for v in symbol.variants.values() if v is not ok and len(v.fields) == 1]
        failing = others[0] if len(others) == 1 else None
    return ok, failing
