"""C structs as value types: those whose fields are numbers and `bool`, in a layout that the C compiler confirms.

Takes structs as pycparser reads them; returns their fields by the types of Beskid, or the reason why there is no value
type. Everything else about a struct, such as attributes and pragmas, is judged by its effect: each layout is compiled
as an assertion after the header.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, Protocol

from beskid.analysis.types.value_types import MAX_VALUE_WORDS
from beskid.base.node import node
from beskid.base.spelling import counted
from beskid.driver.foreign.preprocessor import Preprocessor

SIZES: Final = {
    "bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4, "u32": 4, "i64": 8, "u64": 8, "f32": 4, "f64": 8,
}  # fmt: skip
"""Bytes of the types that a field may have. Each is aligned to its size on every target with a C library."""

_PROBE: Final = "beskid-layout"
"""The name of the source with the assertions, in the compiler's messages."""

UNCONFIRMED: Final = "its layout in C is another one"


class CannotCrossError(Exception):
    """A declaration that no extern contract can hold."""


@node
class Field:
    """A field with its name in C and in Beskid, and its type in Beskid: a number, `bool`, or the value type inside."""

    name: str
    word: str
    type: str
    inside: ValueStruct | None = None


@node
class ValueStruct:
    """A struct that is a value type: its names in Beskid and for the C compiler."""

    name: str
    c_name: str
    fields: tuple[Field, ...]

    def scalars(self) -> list[tuple[str, str]]:
        """Return the paths and types of the numbers inside, in the order of memory."""
        found: list[tuple[str, str]] = []
        for field in self.fields:
            if field.inside is None:
                found.append((field.name, field.type))
            else:
                found += [(f"{field.name}.{path}", type) for path, type in field.inside.scalars()]
        return found

    def assertion(self) -> str:
        """Return the C source of what must be true of the layout, which is that of an array's elements in Beskid."""
        end, align = 0, 1
        claims: list[str] = []
        for path, type in self.scalars():
            size = SIZES[type]
            offset = (end + size - 1) // size * size
            claims.append(f"__builtin_offsetof({self.c_name}, {path}) == {offset}")
            claims.append(f"sizeof((({self.c_name} *)0)->{path}) == {size}")
            end, align = offset + size, max(align, size)
        claims.append(f"sizeof({self.c_name}) == {(end + align - 1) // align * align}")
        claims.append(f"_Alignof({self.c_name}) <= {align}")
        return f'_Static_assert({" && ".join(claims)}, "layout");'

    def declaration(self) -> list[str]:
        """Return the lines of the type in Beskid."""
        fields = [f"    {field.type} {field.word}," for field in self.fields]
        return [f"/// `{self.c_name}`", "[Value]", f"pub type {self.name} {{", *fields, "}"]


class Types(Protocol):
    """What is known of the types of a header."""

    typedefs: dict[str, Any]

    def resolve(self, type: Any) -> Any:
        """Return the type that remains after typedef names. Raises `CannotCrossError` for one of a compiler."""

    def scalar(self, type: Any) -> str | None:
        """Return the number or `bool` that a type is."""


class Structs:
    """The structs of one header that pointers of its functions refer to."""

    __slots__ = ("_definitions", "_forms", "_names", "_taken", "_typedefs", "_types", "reasons", "values")

    def __init__(self, types: Types) -> None:
        self._types = types
        self._definitions: dict[str, Any] = {}
        self._forms: dict[str, str] = {}
        self._typedefs: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        self.reasons: dict[str, str] = {}
        """Why a struct or union that is defined is not a value type, by its key."""
        self.values: dict[str, ValueStruct] = {}

    def value_of(self, struct: Any) -> ValueStruct | None:
        return self.values.get(key_of(struct))

    def reason_of(self, struct: Any) -> str:
        """Return why a struct that is defined is not a value type."""
        return self.reasons.get(key_of(struct), "")

    def define(self, tree: Any, form: str) -> None:
        """Note the structs and unions that a declaration defines, and the attribute that changes a type in it."""
        if type(tree).__name__ in ("Struct", "Union") and tree.decls is not None:
            self._definitions[key_of(tree)] = tree
            if form:
                self._forms[key_of(tree)] = form
        for _, child in tree.children():
            self.define(child, form)

    def name_typedef(self, name: str, type: Any) -> None:
        """Note the name of a struct, which is that of its first typedef."""
        if type.__class__.__name__ == "TypeDecl" and type.type.__class__.__name__ == "Struct":
            self._typedefs.setdefault(key_of(type.type), name)

    def consider(self, struct: Any, refusal: str = "") -> None:
        """Make a value type of a struct, or note why not. Of a struct that is only declared, nothing is noted.

        `refusal` is why it cannot be one whatever its fields are, such as that C allocates it.
        """
        key = key_of(struct)
        if key in self.reasons or key not in self._definitions:
            return
        try:
            self._make(struct)
        except CannotCrossError as failure:
            self.reasons[key] = str(failure)
        if refusal:
            self._drop({key}, refusal)

    def _make(self, struct: Any) -> ValueStruct:
        key = key_of(struct)
        if key in self.values:
            return self.values[key]
        definition = self._definitions.get(key)
        if definition is None:
            raise CannotCrossError(f"{_shown(struct)} is not defined")
        if type(definition).__name__ == "Union":
            raise CannotCrossError("it is a union")
        form = self._forms.get(key, "")
        if form and form != "packed":
            raise CannotCrossError(f"the attribute `{form}` changes the form of a type in it")
        fields = tuple([self._field(declared) for declared in definition.decls])
        if not fields:
            raise CannotCrossError("it has no fields")
        made = ValueStruct(self._name(key), self._c_name(key), _distinct(fields))
        words = len(made.scalars())
        if words > MAX_VALUE_WORDS:
            raise CannotCrossError(f"it has {counted(words, 'number')}, and a value type at most {MAX_VALUE_WORDS}")
        self.values[key] = made
        return made

    def _field(self, declared: Any) -> Field:
        name = str(getattr(declared, "name", None) or "")
        if type(declared).__name__ != "Decl" or (not name and declared.bitsize is None):
            raise CannotCrossError("it has a field without a name")
        shown = f"the field `{name}`" if name else "a field"
        if name and not (name.isascii() and name.isidentifier()):
            raise CannotCrossError(f"the name of {shown} is not ASCII")
        if declared.bitsize is not None:
            raise CannotCrossError(f"{shown} is a bit-field")
        if self._is_atomic(declared.type):
            raise CannotCrossError(f"{shown} is atomic")
        resolved = self._types.resolve(declared.type)
        kind = type(resolved).__name__
        if kind == "ArrayDecl":
            is_flexible = resolved.dim is None or getattr(resolved.dim, "value", "") == "0"
            raise CannotCrossError(f"{shown} is {'a flexible array' if is_flexible else 'an array'}")
        if kind == "PtrDecl":
            raise CannotCrossError(f"{shown} is a pointer")
        if kind == "Union":
            raise CannotCrossError(f"{shown} is a union")
        if kind == "Struct":
            raise CannotCrossError(f"{shown} is a struct")
        found = self._types.scalar(declared.type)
        if found is None or found not in SIZES:
            raise CannotCrossError(f"{shown} has the type `{' '.join(getattr(resolved, 'names', [kind]))}`")
        return Field(name, word(name), found)

    def _is_atomic(self, type: Any) -> bool:
        while True:
            if "_Atomic" in (getattr(type, "quals", None) or ()):
                return True
            kind = type.__class__.__name__
            if kind == "TypeDecl":
                type = type.type
            elif kind == "IdentifierType" and len(type.names) == 1 and type.names[0] in self._types.typedefs:
                type = self._types.typedefs[type.names[0]]
            else:
                return False

    def _c_name(self, key: str) -> str:
        return self._typedefs.get(key) or f"struct {key}"

    def _name(self, key: str) -> str:
        name = pascal(self._typedefs.get(key) or key)
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def confirm(self, header: Path, preprocessor: Preprocessor, include: list[str]) -> None:
        """Refuse the value types whose layout the C compiler does not confirm."""
        while self.values:
            keys = list(self.values)
            lines = [self.values[key].assertion() for key in keys]
            source = f'#line 1 "{_PROBE}"\n' + "".join([f"{line}\n" for line in lines])
            failure = preprocessor.check(header, source, include)
            if failure is None:
                return
            places = re.findall(rf"{_PROBE}:(\d+)", failure)
            wrong = {keys[int(place) - 1] for place in places if 0 < int(place) <= len(keys)} or set(keys)
            self._drop(wrong, UNCONFIRMED)

    def _drop(self, keys: set[str], reason: str) -> None:
        for key in keys & set(self.values):
            del self.values[key]
            self.reasons[key] = reason


def key_of(struct: Any) -> str:
    """Return what identifies a struct: its tag, or a number for one without."""
    return struct.name or f"<{id(struct)}>"


def pascal(name: str) -> str:
    """Return the name of a type for a name of C, such as `ShopItem` for `shop_item`."""
    return "".join([part[:1].upper() + part[1:] for part in name.split("_") if part])


_WORDS: Final = (
    "break const continue contract else enum event false for if impl in let match mod mut out pub ref return test this",
    "true type use when while extend attribute as string bool char unit i8 i16 i32 i64 u8 u16 u32 u64 f32 f64",
)

KEYWORDS: Final = frozenset([word for line in _WORDS for word in line.split()])


def word(name: str) -> str:
    """A C name as a Beskid one."""
    return f"{name}_" if name in KEYWORDS else name


def _distinct(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the fields with a name of Beskid each."""
    taken: set[str] = set()
    found: list[Field] = []
    for field in fields:
        written = field.word
        while written in taken or (written != field.name and written in {other.name for other in fields}):
            written += "_"
        taken.add(written)
        found.append(Field(field.name, written, field.type, field.inside))
    return tuple(found)


def _shown(struct: Any) -> str:
    return f"`{type(struct).__name__.lower()} {struct.name or '…'}`"
