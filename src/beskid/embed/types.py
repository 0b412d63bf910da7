"""Types of a program as Python sees them: from the interface of an object to the types of the extension, and classes.

Structs become classes whose fields are live, enums and value types immutable classes with `__match_args__`. A type is
made when it is first mentioned. The numbers of the kinds are those of `runtime/python/embed.h`.
"""

from __future__ import annotations

from beskid.embed.collections import PROXIES
from beskid.embed.signatures import NUMERIC, LazySignature, python_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KINDS = (
    "unit", "bool", "char", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "string",
    "numbers", "list", "struct", "enum", "option", "result", "function", "opaque",
)  # fmt: skip
NUMBER = {name: number for number, name in enumerate(KINDS)}

PARTS = {"i1": "1", "i8": "1", "i16": "2", "i32": "4", "i64": "8", "f32": "4", "f64": "8", "ref": "r", "ptr": "8"}
"""The letter of each component: its size, or `r` for a reference."""

PRIMITIVE_PARTS = {
    "unit": "", "never": "", "bool": "1", "char": "4", "i8": "1", "u8": "1", "i16": "2", "u16": "2", "i32": "4",
    "u32": "4", "i64": "8", "u64": "8", "f32": "4", "f64": "8", "string": "r",
}  # fmt: skip

FORMS = {"tag": 0, "nullable": 1, "words": 2, "boxed": 3, "value": 4}


class Addresses:
    """The addresses of the entries, the descriptors and the callbacks of a program, each by its number.

    `poll` is that of the word by which a call of the program is interrupted.
    """

    __slots__ = ("callbacks", "descriptors", "entries", "poll")

    def __init__(self, table: list[int], entries: int, descriptors: int, callbacks: int) -> None:
        self.entries = table[:entries]
        self.descriptors = table[entries : entries + descriptors]
        self.callbacks = table[entries + descriptors : entries + descriptors + callbacks]
        self.poll = table[entries + descriptors + callbacks]


class EnumValue:
    """A value of an enum: an instance of the class of its variant, compared by its fields."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in self.__match_args__
        )

    def __hash__(self) -> int:
        return hash((type(self), *[getattr(self, name) for name in self.__match_args__]))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__match_args__])
        return f"{type(self).__qualname__}({fields})" if fields else type(self).__qualname__


class Types:
    """The types of one program, by the name that Beskid prints."""

    __slots__ = ("_adopted", "_extension", "_known", "_module", "_root", "_table", "classes", "described")

    def __init__(self, extension: Any, described: dict[str, Any], table: Addresses, module: str, root: str) -> None:
        """`root` is the folder of the files in traces."""
        self._extension = extension
        self.described = described
        self._table = table
        self._module = module
        self._root = root
        self._known: dict[str, Any] = {}
        self._adopted: frozenset[str] = frozenset()
        self.classes: dict[str, Any] = {}

    def named(self, name: str) -> Any:
        """Return the type of the extension."""
        known = self._known.get(name)
        if known is not None:
            return known
        if name in PRIMITIVE_PARTS:
            kind = "unit" if name == "never" else name
            made = self._known[name] = self._extension.Type(NUMBER[kind], name, PRIMITIVE_PARTS[name])
            return made
        record = self.described[name]
        parts = "".join([PARTS[word] for word in record["words"]])
        made = self._extension.Type(NUMBER[self._kind(record)], name, parts)
        # Before its parts, because a type may contain itself.
        self._known[name] = made
        match record["form"]:
            case "array":
                element = self.named(record["element"])
                descriptor = self._descriptor(record["descriptor"])
                self._extension.define_array(made, element, record["stride"], record["offsets"], descriptor)
            case "struct":
                self._struct(made, name, record)
            case "function":
                self._function(made, name, record)
            case "opaque":
                pass
            case _:
                self._enum(made, name, record)
        return made

    def adopt(self, other: Types) -> None:
        """Use the types that another object of the same sources has made. Raises `ValueError` if the sources differ."""
        for name, made in other._known.items():
            if name in PRIMITIVE_PARTS:
                self._known[name] = made
            elif name in self.described:
                if _shape_of(self.described[name]) != _shape_of(other.described[name]):
                    raise ValueError(name)
                self._known[name] = made
            elif name in other.described:
                # Objects of this type may meet a later program.
                self._known[name] = made
                self.described[name] = other.described[name]
        for name, made in other.classes.items():
            if name in self.described:
                self.classes[name] = made
        self._adopted = frozenset(other._known)

    def forget(self, words: set[str]) -> None:
        """Forget the types whose names contain one of the words."""
        for name in [each for each in self._known if words.intersection(_names_in(each))]:
            del self._known[name]
            self.classes.pop(name, None)

    def is_adopted(self, name: str) -> bool:
        return name in self._adopted

    def word_count(self, name: str) -> int:
        """Return how many words a value of a type takes in a call."""
        return len(PRIMITIVE_PARTS[name] if name in PRIMITIVE_PARTS else self.described[name]["words"])

    def _descriptor(self, number: int) -> int:
        return self._table.descriptors[number]

    def _function(self, made: Any, name: str, record: dict[str, Any]) -> None:
        parameters = [self.named(shown) for shown in record["parameters"]]
        result = self.named(record["result"])
        given = [(f"_{number}", type, "", "k") for number, type in enumerate(parameters)]
        invoker, _ = self._extension.make_function(
            name,
            "",
            self._table.entries[record["entry"]],
            0,
            [("_function", made, "", "k"), *given],
            result,
            self._root,
        )
        descriptor = self._descriptor(record["descriptor"])
        code = self._table.callbacks[record["callback"]]
        self._extension.define_function(made, descriptor, code, invoker, tuple(parameters), result)

    def _kind(self, record: dict[str, Any]) -> str:
        match record["form"]:
            case "array":
                return "numbers" if record["element"] in NUMERIC else "list"
            case "struct" | "function" | "opaque":
                form: str = record["form"]
                return form
            case _:
                kind: str = record["kind"]
                return kind

    def _struct(self, made: Any, name: str, record: dict[str, Any]) -> None:
        space = {
            "__slots__": (),
            "__doc__": record["doc"] or None,
            "__module__": self._module,
            "__beskid_type__": made,
        }
        if record["collection"]:
            # The fields are those of the implementation.
            mark = "_field_"
            made_class: Any = type(name, (PROXIES[record["name"]], self._extension.Object), space)
        else:
            mark = ""
            space["__match_args__"] = tuple([field for field, _, _ in record["fields"]])
            space["__repr__"] = _object_text
            fields_shown = [(field, python_name(self.described, held)) for field, held, _ in record["fields"]]
            space["__signature__"] = LazySignature(fields_shown)
            made_class = type(record["name"], (self._extension.Object,), space)
        self.classes[name] = made_class
        fields = [
            (f"{mark}{field}", f"{record['name']}.{field}", self.named(held), places)
            for field, held, places in record["fields"]
        ]
        self._extension.define_struct(made, made_class, self._descriptor(record["descriptor"]), fields)

    def _enum(self, made: Any, name: str, record: dict[str, Any]) -> None:
        variants = record["variants"]
        base = type(
            record["name"],
            (EnumValue,),
            {"__slots__": (), "__doc__": record["doc"] or None, "__module__": self._module, "__beskid_type__": made},
        )
        if record["form"] == "value":
            base = self._immutable(base, tuple([field for field, _, _ in variants[0]["fields"]]))
        self.classes[name] = base
        is_plain = record["kind"] == "option" and self._is_plain_option(variants)
        rows = []
        for variant in variants:
            names = tuple([field or f"_{number}" for number, (field, _, _) in enumerate(variant["fields"])])
            made_class: Any = None
            if record["form"] == "value":
                made_class = base if names else _only_instance(base)
            elif not is_plain:
                made_class = self._variant(base, variant["name"], names)
            fields = [
                (names[number], f"{record['name']}.{variant['name']}", self.named(held), places)
                for number, (_, held, places) in enumerate(variant["fields"])
            ]
            descriptor = self._descriptor(variant["descriptor"]) if "descriptor" in variant else 0
            rows.append((variant["name"], made_class, descriptor, fields))
        self._extension.define_enum(made, FORMS[record["form"]], rows)

    def is_plain_option(self, name: str) -> bool:
        return self._is_plain_option(self.described[name]["variants"])

    def _is_plain_option(self, variants: list[dict[str, Any]]) -> bool:
        """Whether None can stand for the empty variant, because no payload is None."""
        payloads = [held for variant in variants for _, held, _ in variant["fields"]]
        return all(held != "unit" and self.described.get(held, {}).get("kind") != "option" for held in payloads)

    def _variant(self, base: type, name: str, names: tuple[str, ...]) -> object:
        if not names:
            alone = type(name, (base,), {"__slots__": (), "__module__": self._module})
            alone.__qualname__ = f"{base.__name__}.{name}"
            value: object = alone()
            setattr(base, name, value)
            return value
        made = self._immutable(base, names, name)
        made.__qualname__ = f"{base.__name__}.{name}"
        setattr(base, name, made)
        return made

    def _immutable(self, base: type, names: tuple[str, ...], name: str = "") -> Any:
        """Return a subclass whose instances have these fields and do not change."""
        space: dict[str, object] = {
            "__slots__": names,
            "__doc__": None if name else base.__doc__,
            "__match_args__": names,
            "__module__": self._module,
        }
        if not names:
            return type(name or base.__name__, (base,), space)
        lines = [f"def __init__(self, {', '.join(names)}):", *[f"    set_{each}(self, {each})" for each in names]]
        made = type(name or base.__name__, (base,), space)
        setters = {f"set_{each}": getattr(made, each).__set__ for each in names}
        exec("\n".join(lines), setters, space)
        made.__init__ = space["__init__"]  # type: ignore[misc]
        made.__setattr__ = _refuse_change  # type: ignore[method-assign, assignment]
        return made


def _only_instance(made: type) -> object:
    """Return the instance of a class without fields, which calls of the class return from now on."""
    alone: object = made()
    made.__new__ = lambda _class: alone  # type: ignore[method-assign, assignment]
    return alone


_NUMBERS = frozenset(("descriptor", "entry", "callback", "place", "methods", "collection", "doc"))


def _names_in(shown: str) -> list[str]:
    """Return the words of a type as Beskid shows it."""
    return "".join([letter if letter.isalnum() or letter == "_" else " " for letter in shown]).split()


def _shape_of(record: Any) -> Any:
    """Return a record without what depends on the object that it is in."""
    if isinstance(record, dict):
        return {key: _shape_of(value) for key, value in record.items() if key not in _NUMBERS}
    return [_shape_of(each) for each in record] if isinstance(record, list) else record


def _object_text(value: Any) -> str:
    fields = ", ".join([f"{name}={getattr(value, name)!r}" for name in value.__match_args__])
    return f"{type(value).__name__}({fields})"


def _refuse_change(value: object, name: str, new: object) -> None:
    raise AttributeError(f"cannot assign to `{name}`: values of enums and value types do not change")
