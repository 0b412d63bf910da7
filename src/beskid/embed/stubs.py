"""Stubs: what a type checker and an editor know about a module that `beskid.load` returns.

Takes the interface record of an object and returns the text of a `.pyi` file.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from beskid.embed.signatures import PYTHON_NAMES, python_name, result_name

HEAD = """\
from collections.abc import Callable as Callable
from collections.abc import MutableMapping as MutableMapping
from collections.abc import MutableSequence as MutableSequence
from typing import Any as Any
from typing import NoReturn as NoReturn

{imports}

_Numbers = Any
Opaque = Any
"""
"""`_Numbers` is what is accepted where a function takes an array: of NumPy, of Beskid, or of a protocol."""

COMPILER_IMPORTS = "from beskid import Array as Array\nfrom beskid.embed.module import Generic as _Generic"
"""Where stubs for programs that `beskid.load` loads take types from."""

INDENT = "    "


def stub_text(interface: dict[str, Any], imports: str = COMPILER_IMPORTS) -> str:
    """Return the stub of a module. `imports` are the lines that import `Array` and `_Generic`."""
    writer = _Stub(interface, imports)
    return writer.text()


class _Stub:
    """The lines of one stub."""

    def __init__(self, interface: dict[str, Any], imports: str) -> None:
        self._interface = interface
        self._imports = imports
        self._types: dict[str, Any] = interface["types"]

    def text(self) -> str:
        interface = self._interface
        lines = [f'"""{_quoted(interface["doc"])}"""', ""] if interface["doc"] else []
        lines.append(HEAD.format(imports=self._imports))
        for name, (kind, _) in interface["constants"].items():
            lines.append(f"{name}: {PYTHON_NAMES[kind]}")
        for record in self._types.values():
            if record["form"] == "struct" and not record["collection"]:
                lines += ["", *self._struct(record)]
            elif record["form"] == "value":
                lines += ["", *self._value(record)]
            elif record.get("kind") == "enum":
                lines += ["", *self._enum(record)]
        for record in interface["functions"]:
            if record["entry"] < 0:
                lines += ["", f"{record['name']}: _Generic"]
            else:
                lines += ["", *self._function(record, [])]
        for name in sorted({record["name"] for record in self._types.values() if record.get("collection")}):
            lines += ["", f"{name}: Any"]
        return "\n".join(lines) + "\n"

    def _function(self, record: dict[str, Any], given: list[str]) -> list[str]:
        taken = [f"{name}: {self._taken(shown)}" for name, shown, modifier in record["parameters"] if modifier != "out"]
        head = f"def {record['name']}({', '.join([*given, *taken])}) -> {result_name(self._types, record)}:"
        return _with_body(head, record["doc"], [])

    def _taken(self, name: str) -> str:
        """Return the type of a parameter. More is accepted where an array is wanted than is returned."""
        shown = python_name(self._types, name)
        if shown == "Array":
            return "_Numbers"
        record = self._types.get(name, {})
        return f"{shown} | tuple[Any, ...]" if record.get("form") == "array" else shown

    def _struct(self, record: dict[str, Any]) -> list[str]:
        fields = [(name, shown) for name, shown, _ in record["fields"]]
        body = [f"{name}: {python_name(self._types, shown)}" for name, shown in fields]
        taken = ", ".join(["self", *[f"{name}: {self._taken(shown)}" for name, shown in fields]])
        body.append(f"def __init__({taken}) -> None: ...")
        body.append("def release(self) -> None: ...")
        body += self._methods(record)
        return _with_body(f"class {record['name']}:", record["doc"], body)

    def _value(self, record: dict[str, Any]) -> list[str]:
        fields = [(name, shown) for name, shown, _ in record["variants"][0]["fields"]]
        matched = "".join([f'"{name}", ' for name, _ in fields])
        body = [f"__match_args__ = ({matched.rstrip()})"]
        body += [f"{name}: {python_name(self._types, shown)}" for name, shown in fields]
        taken = ", ".join(["self", *[f"{name}: {self._taken(shown)}" for name, shown in fields]])
        body.append(f"def __init__({taken}) -> None: ...")
        return _with_body(f"class {record['name']}:", record["doc"], [*body, *self._methods(record)])

    def _methods(self, record: dict[str, Any]) -> list[str]:
        own = [method for method in record.get("methods", ()) if method["entry"] >= 0]
        return [line for method in own for line in self._function(method, ["self"])]

    def _enum(self, record: dict[str, Any]) -> list[str]:
        name = record["name"]
        lines: list[str] = []
        body: list[str] = []
        for variant in record["variants"]:
            if iskeyword(variant["name"]):
                # Such as `None`, which only `getattr` reaches.
                continue
            fields = [(held or f"_{number}", shown) for number, (held, shown, _) in enumerate(variant["fields"])]
            if not fields:
                body.append(f"{variant['name']}: {name}")
                continue
            made = f"_{name}{variant['name']}"
            body.append(f"{variant['name']} = {made}")
            matched = "".join([f'"{held}", ' for held, _ in fields])
            inside = [f"__match_args__ = ({matched.rstrip()})"]
            inside += [f"{held}: {python_name(self._types, shown)}" for held, shown in fields]
            taken = ", ".join(["self", *[f"{held}: {self._taken(shown)}" for held, shown in fields]])
            inside.append(f"def __init__({taken}) -> None: ...")
            lines += ["", *_with_body(f"class {made}({name}):", "", inside)]
        body += self._methods(record)
        return [*_with_body(f"class {name}:", record["doc"], body), *lines]


def _with_body(head: str, doc: str, body: list[str]) -> list[str]:
    if not doc and not body:
        return [f"{head} ..."]
    documented = [f'"""{_quoted(doc)}"""'] if doc else []
    lines = [line for text in [*documented, *body] for line in text.split("\n")]
    return [head, *[f"{INDENT}{line}" if line else "" for line in lines]]


def _quoted(doc: str) -> str:
    return doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').rstrip("\\")
