"""How Python names the types of Beskid, for `kernel.Largest[i64]`.

Takes a type of Python, of NumPy, or a class of a loaded module, or the text of a type, and returns that text.
"""

from __future__ import annotations

i8, i16, i32, i64 = "i8", "i16", "i32", "i64"
u8, u16, u32, u64 = "u8", "u16", "u32", "u64"
f32, f64 = "f32", "f64"
char, string = "char", "string"

_PYTHON = {int: "i64", float: "f64", bool: "bool", str: "string"}
_NUMPY = {
    "bool": "bool", "bool_": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8",
    "uint16": "u16", "uint32": "u32", "uint64": "u64", "float32": "f32", "float64": "f64",
}  # fmt: skip


def type_text(given: object) -> str:
    """Return the text of a type. Raises `TypeError` for what names none."""
    if isinstance(given, str):
        return given
    if isinstance(given, type):
        known = _PYTHON.get(given)
        if known is not None:
            return known
        held = getattr(given, "__beskid_type__", None)
        if held is not None:
            return str(held.name)
        if given.__module__ == "numpy" and given.__name__ in _NUMPY:
            return _NUMPY[given.__name__]
    raise TypeError(
        f"{given!r} does not name a Beskid type\n"
        "  help: pass its text, such as 'i64', or int, float, bool, str, a type of NumPy, or a class of the module"
    )


def instance_text(name: str, given: object) -> str:
    """Return the text of an instance: the name with the types in angle brackets."""
    types = given if isinstance(given, tuple) else (given,)
    return f"{name}<{', '.join([type_text(each) for each in types])}>"
