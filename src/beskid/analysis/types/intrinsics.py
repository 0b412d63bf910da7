"""Intrinsics: `__` functions that the compiler expands inline instead of calling the runtime.

A row has the name, the type parameters and the signature as type text, which the checker parses. Lowering has one
expansion for each row; a test compares the two tables. Rows marked `library_only` may be used in the core library only,
because they can create values that other code must never see.
"""

from __future__ import annotations

from beskid.base.node import value


@value
class Intrinsic:
    name: str
    type_parameters: tuple[str, ...]
    parameters: tuple[str, ...]
    result: str
    meaning: str
    library_only: bool = False


def _math(name: str, count: int, meaning: str) -> Intrinsic:
    return Intrinsic(f"__math_{name}", (), ("f64",) * count, "f64", meaning)


INTRINSICS: tuple[Intrinsic, ...] = (
    Intrinsic("__str_len", (), ("string",), "i64", "number of bytes"),
    Intrinsic("__array_len", ("T",), ("T[]",), "i64", "number of elements"),
    Intrinsic("__array_filled", ("T",), ("i64", "T"), "T[]", "new array of that many copies; a negative count panics"),
    Intrinsic("__array_make", ("T",), ("i64",), "T[]", "new array; an element must be stored before it is read", True),
    Intrinsic(
        "__array_copy",
        ("T",),
        ("T[]", "i64", "T[]", "i64", "i64"),
        "unit",
        "copies elements (target, offset, source, offset, count); overlapping is fine; out of range panics",
    ),
    Intrinsic(
        "__array_clear",
        ("T",),
        ("T[]", "i64"),
        "unit",
        "removes an element, which must be stored before it is read again; out of range panics",
        True,
    ),
    Intrinsic("__array_slice", ("T",), ("T[]", "i64", "i64"), "T[]", "copy of part of an array (start, count)"),
    Intrinsic("__hash", ("T",), ("T",), "i64", "hash that agrees with `==` (decision L9)"),
    Intrinsic("__form", ("T",), ("T",), "string", "the printed form of any value (decision R1)"),
    Intrinsic("__is_primitive", ("T",), (), "bool", "whether the program cannot define how values compare", True),
    Intrinsic("__has_sort_key", ("T",), (), "bool", "whether the order of values is that of their sort keys", True),
    Intrinsic("__sort_key", ("T",), ("T",), "i64", "an integer that orders numbers, char and bool; NaN last", True),
    Intrinsic("__format_kind", ("T",), (), "i64", "0, or 1 for integers, 2 for floats, 3 for `string`", True),
    Intrinsic("__as_float", ("T",), ("T",), "f64", "the value of a float, 0.0 for anything else", True),
    Intrinsic("__word_of_handle", ("T",), ("T",), "i64", "the address in an opaque handle", True),
    Intrinsic("__handle_of_word", ("T",), ("i64",), "T", "the opaque handle with this address", True),
    Intrinsic("__object_of_word", ("T",), ("i64",), "T", "the object at this address, which must be valid", True),
    Intrinsic("__json_write", ("T", "W", "R"), ("T", "W"), "R", "writes a value as JSON, by its type", True),
    Intrinsic("__json_read", ("T", "D", "O"), ("D",), "O", "the `Option` of a value of `T` read as JSON", True),
    Intrinsic("__json_absent", ("T", "O"), (), "O", "the `Option` of `T` if its member is missing", True),
    Intrinsic("__interop", ("T", "R"), ("i32", "T"), "R", "result of the runtime for a tag and a payload", True),
    Intrinsic("__f64_bits", (), ("f64",), "i64", "the bits of a float"),
    Intrinsic("__f64_from_bits", (), ("i64",), "f64", "the float with these bits"),
    Intrinsic("__bit_count", (), ("i64",), "i64", "number of one bits"),
    Intrinsic("__leading_zeros", (), ("i64",), "i64", "zero bits above the highest one bit; 64 for zero"),
    Intrinsic("__trailing_zeros", (), ("i64",), "i64", "zero bits below the lowest one bit; 64 for zero"),
    _math("sqrt", 1, "square root"),
    _math("abs", 1, "absolute value"),
    _math("floor", 1, "largest integer not above"),
    _math("ceil", 1, "smallest integer not below"),
    _math("trunc", 1, "toward zero"),
    _math("round", 1, "nearest integer, halves away from zero"),
    _math("sin", 1, "sine"),
    _math("cos", 1, "cosine"),
    _math("tan", 1, "tangent"),
    _math("asin", 1, "arc sine"),
    _math("acos", 1, "arc cosine"),
    _math("atan", 1, "arc tangent"),
    _math("atan2", 2, "angle of the point (x = second, y = first)"),
    _math("exp", 1, "e to the power"),
    _math("log", 1, "natural logarithm"),
    _math("log2", 1, "logarithm to base 2"),
    _math("log10", 1, "logarithm to base 10"),
    _math("pow", 2, "first to the power of second"),
    _math("fmod", 2, "remainder with the sign of the first"),
)

INTRINSICS_BY_NAME: dict[str, Intrinsic] = {row.name: row for row in INTRINSICS}
