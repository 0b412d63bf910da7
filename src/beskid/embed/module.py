"""A loaded program as a module of Python: its functions, classes and constants.

Takes the program that the engine loaded and its interface record. Functions are made when the module is; the front end
is never needed.
"""

from __future__ import annotations

import json
from typing import Any

from beskid.embed.types import Types


class ModuleInfo:
    """What is known about a loaded program. `milliseconds` are those of each stage that ran."""

    __slots__ = ("cached", "digest", "fields", "interface", "key", "milliseconds", "root")

    def __init__(
        self,
        interface: dict[str, Any],
        fields: dict[str, list[str]],
        key: str,
        root: str,
        cached: bool,
        milliseconds: dict[str, float],
    ) -> None:
        self.interface = interface
        self.fields = fields
        self.key = key
        self.root = root
        self.cached = cached
        self.milliseconds = milliseconds

    @property
    def abi(self) -> int:
        return int(self.fields["abi"][0])

    @property
    def level(self) -> int:
        return int(self.fields["level"][0])

    @property
    def triple(self) -> str:
        return self.fields["target"][0]


class Module:
    """The public items of a Beskid program, as attributes."""

    def __init__(self, name: str, info: ModuleInfo, doc: str) -> None:
        self.__name__ = name
        self.__doc__ = doc or None
        self.__beskid__ = info

    def __repr__(self) -> str:
        return f"<Beskid module {self.__name__!r}>"

    def __dir__(self) -> list[str]:
        return [name for name in vars(self) if not name.startswith("__")]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the Beskid module {self.__name__!r} has no public item {name!r}")


class Generic:
    """A generic function, which has no code of its own."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.__name__ = record["name"]
        self.__doc__ = record["doc"] or None
        self._parameters = record["generic"]

    def _refuse(self) -> TypeError:
        listed = ", ".join(self._parameters)
        return TypeError(
            f"{self.__name__} is generic in {listed}, and generic functions cannot be called from Python yet\n"
            f"  help: add a public function that calls {self.__name__} with the types you need"
        )

    def __call__(self, *arguments: object, **named: object) -> object:
        raise self._refuse()

    def __getitem__(self, types: object) -> object:
        raise self._refuse()

    def __repr__(self) -> str:
        return f"<generic Beskid function {self.__name__}>"


def build_module(extension: Any, program: Any, name: str, info: ModuleInfo) -> Module:
    """Make the functions, classes and constants of a program."""
    interface = info.interface
    addresses = program.table(descriptors=_descriptor_count(interface))
    types = Types(extension, interface["types"], addresses, len(program.facts), name)
    module = Module(name, info, interface["doc"])
    maker = _Functions(extension, types, addresses, program.facts, info.root)
    for record in interface["functions"]:
        made = Generic(record) if record["entry"] < 0 else maker.make(record)[1]
        setattr(module, record["name"], made)
    for public, shown in interface["public"].items():
        types.named(shown)
        setattr(module, public, types.classes[shown])
    for shown, record in interface["types"].items():
        for method in record.get("methods", ()):
            if method["entry"] >= 0:
                types.named(shown)
                setattr(types.classes[shown], method["name"], maker.make(method)[0])
    for constant, (kind, held) in interface["constants"].items():
        setattr(module, constant, _constant(kind, held))
    return module


def read_interface(text: str) -> dict[str, Any]:
    """Read the interface record of an object."""
    found: dict[str, Any] = json.loads(text)
    return found


def _constant(kind: str, held: Any) -> object:
    match kind:
        case "f32" | "f64":
            return float.fromhex(held)
        case "char":
            return chr(held)
        case _:
            return held


def _descriptor_count(interface: dict[str, Any]) -> int:
    numbers = [-1]
    for record in interface["types"].values():
        numbers.append(record.get("descriptor", -1))
        numbers += [variant.get("descriptor", -1) for variant in record.get("variants", ())]
    return max(numbers) + 1


class _Functions:
    """Makes the functions of one program."""

    __slots__ = ("_addresses", "_extension", "_facts", "_root", "_types")

    def __init__(self, extension: Any, types: Types, addresses: list[int], facts: list[str], root: str) -> None:
        self._extension = extension
        self._types = types
        self._addresses = addresses
        self._facts = facts
        self._root = root

    def make(self, record: dict[str, Any]) -> tuple[Any, Any]:
        """Return the function that can become a method, and the one that is called faster."""
        entry = record["entry"]
        fact = self._facts[entry]
        given = [("this", record["receiver"], "")] if "receiver" in record else []
        parameters = []
        at = 1
        for name, shown, modifier in [*given, *record["parameters"]]:
            use = fact[at : at + 1] or "r"
            if modifier != "out":
                at += self._types.word_count(shown)
            parameters.append((name, self._types.named(shown), modifier, use))
        made: tuple[Any, Any] = self._extension.make_function(
            record["name"],
            self._text(record),
            self._addresses[entry],
            fact[0] == "q",
            parameters,
            self._types.named(record["result"]),
            self._root,
        )
        return made

    def _text(self, record: dict[str, Any]) -> str:
        """Return the signature for `inspect`, then that of Beskid, then the documentation."""
        taken = [(name, shown) for name, shown, modifier in record["parameters"] if modifier != "out"]
        plain = ", ".join([*(["$self"] if "receiver" in record else []), *[name for name, _ in taken]])
        shown = ", ".join([f"{name}: {kind}" for name, kind in taken])
        result = self._types.result_name(record["result"])
        head = f"{record['name']}({plain})\n--\n\n{record['name']}({shown}) -> {result}"
        return f"{head}\n\n{record['doc']}" if record["doc"] else head
