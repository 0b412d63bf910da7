"""The form of an instruction: its line in the text form and the role of each of its fields, declared with the class.

`@instruction("load_field {object} + {offset}")` records an `InstructionForm`; the role of a field follows from its
annotation. What instructions read and write, copies, printing, reading and successors are derived from these records,
so a new instruction needs none of them by hand. This module must not know any single instruction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeVar

from beskid.base.node import field_annotations, value
from beskid.ir.operators import BinaryOp, CompareOp, ConvertOp, Passing, UnaryOp

T = TypeVar("T")


class Role(Enum):
    """What a field of an instruction is for."""

    LOCATION = "location"
    SITE = "site"
    """A location that may not be missing."""
    READ = "read"
    READ_LIST = "read list"
    WRITE = "write"
    OPTIONAL_WRITE = "optional write"
    WRITE_LIST = "write list"
    TARGET = "target"
    CASES = "cases"
    LIVE = "live"
    """The number of shadow slots passed to a callee; -1 until the roots pass sets it."""
    INTEGER = "integer"
    NAME = "name"
    FLAG = "flag"
    """Printed as the name of the field when it is set."""
    HINT = "hint"
    """Printed as the name of the field when True, with `un` before it when False."""
    SIGNATURE = "signature"
    WORD = "word"
    """A member of an enumeration, printed as its value."""
    WORD_LIST = "word list"
    """Printed as the name of the field and the values in brackets, unless it is empty."""


READING_ROLES = frozenset({Role.READ, Role.READ_LIST})
WRITING_ROLES = frozenset({Role.WRITE, Role.OPTIONAL_WRITE, Role.WRITE_LIST})
TARGET_ROLES = frozenset({Role.TARGET, Role.CASES})

_ROLES: dict[str, Role] = {
    "Location | None": Role.LOCATION,
    "Location": Role.SITE,
    "Operand": Role.READ,
    "tuple[Operand, ...]": Role.READ_LIST,
    "Register": Role.WRITE,
    "Register | None": Role.OPTIONAL_WRITE,
    "tuple[Register, ...]": Role.WRITE_LIST,
    "Block": Role.TARGET,
    "tuple[tuple[int, Block], ...]": Role.CASES,
    "int": Role.INTEGER,
    "str": Role.NAME,
    "bool": Role.FLAG,
    "bool | None": Role.HINT,
    "Signature": Role.SIGNATURE,
    "BinaryOp": Role.WORD,
    "CompareOp": Role.WORD,
    "UnaryOp": Role.WORD,
    "ConvertOp": Role.WORD,
    "tuple[Passing, ...]": Role.WORD_LIST,
}
"""The role of a field by its annotation; a field named `live` has the role `LIVE`."""

_WORDS: dict[str, type[Enum]] = {
    "BinaryOp": BinaryOp,
    "CompareOp": CompareOp,
    "UnaryOp": UnaryOp,
    "ConvertOp": ConvertOp,
    "tuple[Passing, ...]": Passing,
}

_PLACEHOLDER = re.compile(r"(\"?)\{(\w+)\}\1")


@value
class Field:
    """One field of an instruction; `words` is the enumeration of a `WORD` or `WORD_LIST`."""

    name: str
    role: Role
    words: type[Enum] | None


@value
class Part:
    """A piece of an instruction's line: literal text, or a field; `is_quoted` for a name that is always in quotes."""

    text: str
    field: Field | None
    is_quoted: bool


@value
class InstructionForm:
    """What is known of an instruction class. `parts` leave out the destinations, `live` and the location."""

    kind: type[Any]
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]

    def having(self, roles: frozenset[Role]) -> list[Field]:
        """Return the fields with one of the roles, in order."""
        return [field for field in self.fields if field.role in roles]

    def mnemonics(self) -> list[str]:
        """Return the words with which a line of this instruction may begin, after its destinations."""
        first = self.parts[0]
        if first.field is None:
            return [re.match(r"\w+", first.text).group()]  # type: ignore[union-attr]
        assert first.field.words is not None
        return [str(member.value) for member in first.field.words]


INSTRUCTIONS: dict[type[Any], InstructionForm] = {}
"""The form of every instruction that may be inside a block."""

TERMINATORS: dict[type[Any], InstructionForm] = {}
"""The form of every instruction that ends a block."""


def instruction(text: str) -> Callable[[type[T]], type[T]]:
    """Register the class as an instruction that is printed as `text`."""
    return _registering(INSTRUCTIONS, text)


def terminator(text: str) -> Callable[[type[T]], type[T]]:
    """Register the class as a terminator that is printed as `text`."""
    return _registering(TERMINATORS, text)


def _registering(table: dict[type[Any], InstructionForm], text: str) -> Callable[[type[T]], type[T]]:
    def register(cls: type[T]) -> type[T]:
        table[cls] = _form(cls, text)
        return cls

    return register


def _form(cls: type[Any], text: str) -> InstructionForm:
    fields = {name: _field(cls, name, annotation) for name, annotation in field_annotations(cls).items()}
    parts: list[Part] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(Part(text[end : match.start()], None, False))
        parts.append(Part("", fields[match.group(2)], match.group(1) != ""))
        end = match.end()
    if end < len(text):
        parts.append(Part(text[end:], None, False))
    return InstructionForm(cls, tuple(fields.values()), tuple(parts))


def _field(cls: type[Any], name: str, annotation: str) -> Field:
    role = Role.LIVE if name == "live" else _ROLES.get(annotation)
    if role is None:
        raise TypeError(f"{cls.__name__}.{name}: an instruction cannot have a field of type {annotation}")
    return Field(name, role, _WORDS.get(annotation))


def derive(
    forms: Iterable[InstructionForm],
    parameters: str,
    body: Callable[[InstructionForm], str],
    names: dict[str, Any],
) -> dict[type[Any], Callable[..., Any]]:
    """Return a function for each form: `body` returns its expression, in which `names` and the class's name may be
    used.

    All are compiled at once, which costs far less than compiling them one by one.
    """
    listed = list(forms)
    source = "".join([f"lambda {parameters}: {body(form)},\n" for form in listed])
    namespace = {form.kind.__name__: form.kind for form in listed} | names
    functions = eval(compile(f"({source})", "<instruction forms>", "eval"), namespace)
    return dict(zip([form.kind for form in listed], functions, strict=True))
