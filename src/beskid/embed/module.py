"""A loaded program as a module of Python: its functions, classes and constants.

Takes the program that the engine loaded and its interface record. Functions are made when the module is; the front end
is never needed.
"""

from __future__ import annotations

from types import ModuleType

from beskid.embed.collections import Family
from beskid.embed.errors import GateError
from beskid.embed.names import instance_text
from beskid.embed.pickling import InstanceOwner, reduce_module
from beskid.embed.signatures import LazySignature, result_name
from beskid.embed.types import Addresses, Types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from beskid.driver.embedding import EmbedRequest


DECODING = {
    "strict": True, "object_hook": None, "object_pairs_hook": None, "parse_float": float, "parse_int": int,
    "parse_constant": None,
}  # fmt: skip
"""What the scanner of `json` asks of a decoder."""

PACES = "sqb"
"""How the extension enters a function: giving the interpreter lock up, keeping it, or without the runtime at all."""


class ModuleInfo:
    """What is known about a loaded program. `milliseconds` are those of each stage that ran."""

    __slots__ = ("cached", "fields", "image", "interface", "key", "links", "milliseconds", "request", "root")

    def __init__(
        self,
        interface: dict[str, Any],
        fields: dict[str, list[str]],
        key: str,
        root: str,
        cached: bool,
        milliseconds: dict[str, float],
        image: bytes,
        links: tuple[str, ...],
        request: EmbedRequest | None,
    ) -> None:
        """`image`, `links` and `request` are for pickles; an installed package has no request."""
        self.image = image
        self.links = links
        self.request = request
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


class Module(ModuleType):
    """The public items of a Beskid program, as attributes."""

    def __init__(self, name: str, info: ModuleInfo, doc: str) -> None:
        super().__init__(name, doc or None)
        self.__beskid__ = info

    @property
    def __beskid_owner__(self) -> Module:
        """What pickles of functions refer to."""
        return self

    @property
    def __all__(self) -> list[str]:
        return dir(self)

    def __reduce__(self) -> tuple[Any, ...]:
        info = self.__beskid__
        if info.request is None:
            from importlib import import_module

            return import_module, (self.__name__,)
        return reduce_module(self.__name__, info.key, info.image, info.links, info.request)

    def __repr__(self) -> str:
        return f"<Beskid module {self.__name__!r}>"

    def __dir__(self) -> list[str]:
        return [name for name in vars(self) if not name.startswith("__")]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the Beskid module {self.__name__!r} has no public item {name!r}")


class Generic:
    """A generic function: `kernel.Largest[i64]` is a function, compiled when it is first asked for."""

    def __init__(self, record: dict[str, Any], module: Module, instantiate: Callable[[str], Any]) -> None:
        self._module = module
        self.__name__ = record["name"]
        self.__doc__ = record["doc"] or None
        self._parameters = record["generic"]
        self._signature = LazySignature([(name, shown) for name, shown, _ in record["parameters"]])
        self._instantiate = instantiate
        self._instances: dict[str, Any] = {}

    @property
    def __signature__(self) -> Any:
        return self._signature.__get__(self, Generic)

    def __call__(self, *arguments: object, **named: object) -> object:
        listed = ", ".join(self._parameters)
        raise TypeError(
            f"{self.__name__} is generic in {listed}\n  help: select an instance: {self.__name__}[{listed}](...), with "
            "types such as int, 'i32' or a class of the module"
        )

    def __getitem__(self, types: object) -> Any:
        """Return the instance of these types. Raises `CompileError` for types that the function does not take."""
        count = len(types) if isinstance(types, tuple) else 1
        if count != len(self._parameters):
            raise TypeError(
                f"{self.__name__} has {len(self._parameters)} type parameters ({', '.join(self._parameters)}), but "
                f"{count} types were given"
            )
        return self.instance(instance_text(self.__name__, types))

    def instance(self, wanted: str) -> Any:
        """Return an instance by its text."""
        known = self._instances.get(wanted)
        if known is None:
            made, known = self._instantiate(wanted)
            made.owner = InstanceOwner(self, wanted)
            self._instances[wanted] = known
        return known

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._module, self.__name__)

    def __repr__(self) -> str:
        return f"<generic Beskid function {self.__name__}>"


class Builder:
    """Makes the module of a program, and instances of its generic functions, which are programs of their own."""

    __slots__ = ("_extension", "_find", "_info", "_name", "_types")

    def __init__(
        self, extension: Any, name: str, info: ModuleInfo, find: Callable[[str], tuple[Any, ModuleInfo]]
    ) -> None:
        """`find` returns the program with an instance, and what is known about it."""
        self._extension = extension
        self._name = name
        self._info = info
        self._find = find
        self._types: Types | None = None

    def module(self, program: Any, former: Types | None = None) -> Module:
        """Make the functions, classes and constants of the program.

        Types that are those of a `former` program keep their classes, unless one of the same name has changed.
        """
        interface = self._info.interface
        types, maker = self._open(program, self._info)
        if former is not None:
            try:
                types.adopt(former)
            except ValueError:
                types, maker = self._open(program, self._info)
        self._types = types
        module = Module(self._name, self._info, interface["doc"])
        for record in interface["functions"]:
            if record["entry"] < 0:
                setattr(module, record["name"], Generic(record, module, self._instance))
                continue
            made, fast = maker.make(record)
            made.owner = module
            setattr(module, record["name"], fast)
        for public, shown in interface["public"].items():
            types.named(shown)
            setattr(module, public, types.classes[shown])
        self._complete(types, maker, module)
        for constant, (kind, held) in interface["constants"].items():
            setattr(module, constant, _constant(kind, held))
        return module

    def _open(self, program: Any, info: ModuleInfo) -> tuple[Types, _Functions]:
        entries, descriptors, callbacks = len(program.facts), *_counts(info.interface)
        table = Addresses(program.table(entries + descriptors + callbacks + 1), entries, descriptors, callbacks)
        self._extension.watch(table.poll)
        types = Types(self._extension, info.interface["types"], table, self._name, info.root)
        return types, _Functions(self._extension, types, table.entries, program.facts, info.root)

    def types(self) -> Types:
        """Return the types of the module, after it was made."""
        assert self._types is not None
        return self._types

    def _complete(self, types: Types, maker: _Functions, module: Module) -> None:
        """Add the methods of types; those of types that an earlier object has are there already."""
        for shown, record in types.described.items():
            if types.is_adopted(shown):
                continue
            for method in record.get("methods", ()):
                if method["entry"] >= 0:
                    types.named(shown)
                    setattr(types.classes[shown], method["name"], maker.make(method)[0])
            collection = record.get("collection")
            if collection:
                self._collection(types, maker, module, shown)

    def _collection(self, types: Types, maker: _Functions, module: Module, shown: str) -> None:
        record = types.described[shown]
        types.named(shown)
        made = types.classes[shown]
        for name, function in record["collection"].items():
            setattr(made, f"_{name}", maker.make(function)[0])
        if "Get" in record["collection"]:
            made._is_nested = not types.is_plain_option(record["collection"]["Get"]["result"])
        family = vars(module).get(record["name"])
        if family is None:
            family = Family(record["name"])
            setattr(module, record["name"], family)
        if isinstance(family, Family):
            family.add(shown, made)

    def _instance(self, wanted: str) -> tuple[Any, Any]:
        program, info = self._find(wanted)
        types, maker = self._open(program, info)
        assert self._types is not None
        try:
            types.adopt(self._types)
        except ValueError as error:
            raise GateError(f"the source of {self._name} has changed since it was loaded; load it again") from error
        self._complete(types, maker, Module(self._name, info, ""))
        (record,) = info.interface["instances"]
        return maker.make(record)


def read_interface(text: str) -> dict[str, Any]:
    """Read the interface record of an object."""
    found: dict[str, Any]
    try:
        # The module `json` imports `re`, which takes longer than reading the record.
        from _json import make_scanner

        decoder: Any = type("Decoder", (), DECODING)
        found, _ = make_scanner(decoder)(text, 0)
    except (ImportError, AttributeError):
        import json

        found = json.loads(text)
    return found


def _constant(kind: str, held: Any) -> object:
    match kind:
        case "f32" | "f64":
            return float.fromhex(held)
        case "char":
            return chr(held)
        case _:
            return held


def _counts(interface: dict[str, Any]) -> tuple[int, int]:
    """Return how many descriptors and how many callbacks an interface mentions."""
    descriptors, callbacks = [-1], [-1]
    for record in interface["types"].values():
        descriptors.append(record.get("descriptor", -1))
        descriptors += [variant.get("descriptor", -1) for variant in record.get("variants", ())]
        callbacks.append(record.get("callback", -1))
    return max(descriptors) + 1, max(callbacks) + 1


class _Functions:
    """Makes the functions of one program."""

    __slots__ = ("_entries", "_extension", "_facts", "_root", "_types")

    def __init__(self, extension: Any, types: Types, entries: list[int], facts: list[str], root: str) -> None:
        self._extension = extension
        self._types = types
        self._entries = entries
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
            self._entries[entry],
            PACES.index(fact[0]),
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
        result = result_name(self._types.described, record)
        head = f"{record['name']}({plain})\n--\n\n{record['name']}({shown}) -> {result}"
        return f"{head}\n\n{record['doc']}" if record["doc"] else head
