"""How signatures show the types of a program in Python: in documentation, for `inspect`, and in stubs.

Takes the descriptions of types in an interface record; needs no loaded program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


NUMERIC = frozenset(("bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"))
"""The elements of arrays that share their memory."""

PYTHON_NAMES = {
    "unit": "None", "never": "NoReturn", "bool": "bool", "char": "str", "string": "str", "f32": "float", "f64": "float",
    **dict.fromkeys(("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"), "int"),
}  # fmt: skip
"""The type of Python that a value becomes."""


def python_name(described: dict[str, Any], name: str) -> str:
    """Return how a signature for Python calls a type."""
    if name in PYTHON_NAMES:
        return PYTHON_NAMES[name]
    record = described[name]
    match record["form"]:
        case "array":
            is_shared = record["element"] in NUMERIC
            return "Array" if is_shared else f"list[{python_name(described, record['element'])}]"
        case "function":
            taken = ", ".join([python_name(described, each) for each in record["parameters"]])
            return f"Callable[[{taken}], {python_name(described, record['result'])}]"
        case "opaque":
            return "Opaque"
        case _:
            return _named(described, record)


def _named(described: dict[str, Any], record: dict[str, Any]) -> str:
    if record.get("kind") == "option":
        payloads = [held for variant in record["variants"] for _, held, _ in variant["fields"]]
        return f"{python_name(described, payloads[0])} | None"
    collection = record.get("collection")
    if not collection:
        shown: str = record["name"]
        return shown
    if record["name"] == "List":
        element = _parameter(collection["Push"], 1)
        return f"MutableSequence[{python_name(described, element)}]"
    key, value = _parameter(collection["Set"], 1), _parameter(collection["Set"], 2)
    return f"MutableMapping[{python_name(described, key)}, {python_name(described, value)}]"


def _parameter(record: dict[str, Any], number: int) -> str:
    shown: str = record["parameters"][number][1]
    return shown


def result_name(described: dict[str, Any], record: dict[str, Any]) -> str:
    """Return what a call of a function returns in Python."""
    more = [shown for _, shown, modifier in record["parameters"] if modifier]
    own = _plain_result(described, record["result"])
    if not more:
        return own
    parts = [*([own] if record["result"] != "unit" else []), *[_plain_result(described, each) for each in more]]
    return f"tuple[{', '.join(parts)}]"


def _plain_result(described: dict[str, Any], name: str) -> str:
    record = described.get(name, {})
    if record.get("kind") != "result":
        return python_name(described, name)
    for variant in record["variants"]:
        if variant["name"] != "Error":
            return python_name(described, variant["fields"][0][1]) if variant["fields"] else "None"
    return "None"


class LazySignature:
    """The `__signature__` of a class or function whose parameters are given; `inspect` is imported when it asks."""

    __slots__ = ("_parameters",)

    def __init__(self, parameters: list[tuple[str, str]]) -> None:
        """`parameters` are names with the types that they are shown with."""
        self._parameters = parameters

    def __get__(self, instance: object, owner: type) -> Any:
        from inspect import Parameter, Signature

        kind = Parameter.POSITIONAL_OR_KEYWORD
        return Signature([Parameter(name, kind, annotation=shown) for name, shown in self._parameters])
