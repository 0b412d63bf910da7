"""The stored form of functions: bytes that hold everything of them except what only a debugger needs.

`write_functions` and `read_functions` are inverse to each other. Fields are written by their roles (`ir/forms.py`), so
an instruction needs nothing of its own here. The bytes are of Python's `marshal`: they are read by the same compiler
under the same Python that wrote them, and whoever keeps them must know that they are whole.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar, get_args

from beskid.base.node import field_names
from beskid.ir.forms import INSTRUCTIONS, TERMINATORS, InstructionForm, Role, derive
from beskid.ir.model import Block, Function, IRType, Location, Operand, Register, Signature

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]

_FORMS: list[InstructionForm] = [*INSTRUCTIONS.values(), *TERMINATORS.values()]
_TYPES: list[IRType] = list(IRType)
_CONSTANTS: list[type[Any]] = [kind for kind in get_args(Operand) if kind is not Register]
"""Every operand that is not a register; their fields are numbers, texts, bytes and types."""

_NUMBERS: dict[Any, int] = {
    **{form.kind: number for number, form in enumerate(_FORMS)},
    **{kind: number for number, kind in enumerate(_CONSTANTS)},
    **{type: number for number, type in enumerate(_TYPES)},
}


class _Table(Generic[T]):
    """Values by the order in which they were first written."""

    __slots__ = ("numbers",)

    def __init__(self, first: Iterable[T] = ()) -> None:
        self.numbers: dict[T, int] = {value: number for number, value in enumerate(first)}

    def number(self, value: T) -> int:
        return self.numbers.setdefault(value, len(self.numbers))


class _Shared:
    """What several functions have in common."""

    __slots__ = ("locations", "signatures")

    def __init__(self) -> None:
        self.locations: _Table[Location] = _Table()
        self.signatures: _Table[Signature] = _Table()

    def location(self, location: Location | None) -> int:
        """Return the number of a location; that of its caller is smaller. None is -1."""
        if location is None:
            return -1
        known = self.locations.numbers.get(location)
        if known is not None:
            return known
        self.location(location.caller)
        return self.locations.number(location)


class _Writer:
    """The numbers of one function's registers, constants and blocks."""

    __slots__ = ("blocks", "shared", "values")

    def __init__(self, function: Function, shared: _Shared) -> None:
        self.shared = shared
        self.values: _Table[Operand] = _Table(function.registers)
        self.blocks = {block: number for number, block in enumerate(function.blocks)}

    def location(self, location: Location | None) -> int:
        return self.shared.location(location)

    def signature(self, signature: Signature) -> int:
        return self.shared.signatures.number(signature)

    def operand(self, operand: Operand) -> int:
        return self.values.number(operand)

    def operands(self, operands: tuple[Operand, ...]) -> Row:
        return tuple([self.values.number(operand) for operand in operands])

    def optional(self, register: Register | None) -> int:
        return -1 if register is None else self.values.number(register)

    def block(self, block: Block) -> int:
        return self.blocks[block]

    def cases(self, cases: tuple[tuple[int, Block], ...]) -> Row:
        return tuple([(number, self.blocks[target]) for number, target in cases])


_WRITTEN: dict[Role, str] = {
    Role.LOCATION: "w.location({})",
    Role.SITE: "w.location({})",
    Role.READ: "w.operand({})",
    Role.READ_LIST: "w.operands({})",
    Role.WRITE: "w.operand({})",
    Role.OPTIONAL_WRITE: "w.optional({})",
    Role.WRITE_LIST: "w.operands({})",
    Role.TARGET: "w.block({})",
    Role.CASES: "w.cases({})",
    Role.LIVE: "{}",
    Role.INTEGER: "{}",
    Role.NAME: "{}",
    Role.FLAG: "{}",
    Role.HINT: "{}",
    Role.SIGNATURE: "w.signature({})",
    Role.WORD: "{}.value",
    Role.WORD_LIST: "tuple([word.value for word in {}])",
}
"""How a field is written, by its role."""

_READ: dict[Role, str] = {
    Role.LOCATION: "l[{}]",
    Role.SITE: "l[{}]",
    Role.READ: "v[{}]",
    Role.READ_LIST: "tuple([v[n] for n in {}])",
    Role.WRITE: "v[{}]",
    Role.OPTIONAL_WRITE: "v[{}]",
    Role.WRITE_LIST: "tuple([v[n] for n in {}])",
    Role.TARGET: "b[{}]",
    Role.CASES: "tuple([(n, b[t]) for n, t in {}])",
    Role.LIVE: "{}",
    Role.INTEGER: "{}",
    Role.NAME: "{}",
    Role.FLAG: "{}",
    Role.HINT: "{}",
    Role.SIGNATURE: "s[{}]",
    Role.WORD: "words[{words!r}][{}]",
    Role.WORD_LIST: "tuple([words[{words!r}][n] for n in {}])",
}
"""How a field is read; the tables of locations and values end with None, which is number -1."""

_WORDS: dict[str, dict[object, Enum]] = {
    field.words.__name__: {member.value: member for member in field.words}
    for form in _FORMS
    for field in form.fields
    if field.words is not None
}


def _written(form: InstructionForm) -> str:
    parts = [_WRITTEN[field.role].format(f"o.{field.name}") for field in form.fields]
    return f"({_NUMBERS[form.kind]}, {', '.join(parts)})"


def _read(form: InstructionForm) -> str:
    parts = [
        _READ[field.role].format(f"t[{position}]", words=field.words.__name__ if field.words else "")
        for position, field in enumerate(form.fields, 1)
    ]
    return f"{form.kind.__name__}({', '.join(parts)})"


_WRITE = derive(_FORMS, "w, o", _written, {})
_READERS = list(derive(_FORMS, "t, v, b, l, s", _read, {"words": _WORDS}).values())


def write_functions(functions: Sequence[Function]) -> bytes:
    """Return the stored form of functions without variables for a debugger."""
    shared = _Shared()
    rows = [_row_of(function, shared) for function in functions]
    locations = [(*_plain(each), shared.location(each.caller)) for each in shared.locations.numbers]
    signatures = [signature_row(signature) for signature in shared.signatures.numbers]
    return marshal.dumps((locations, signatures, rows))


def _plain(location: Location) -> Row:
    return location.function, location.file, location.line, location.column


def signature_row(signature: Signature) -> Row:
    """Return the stored form of a signature."""
    parts = (signature.parameters, signature.results)
    return tuple([tuple([_NUMBERS[type] for type in types]) for types in parts])


def signature_of(row: Row) -> Signature:
    """Return the signature of a stored form."""
    parameters, results = row
    return Signature(_types(parameters), _types(results))


def _row_of(function: Function, shared: _Shared) -> Row:
    assert not function.variables
    writer = _Writer(function, shared)
    blocks = []
    for block in function.blocks:
        steps = [*block.instructions, block.terminator] if block.terminator is not None else block.instructions
        blocks.append((block.label, [_WRITE[type(step)](writer, step) for step in steps]))
    registers = [(_NUMBERS[register.type], register.name) for register in function.registers]
    constants = [_constant_row(value) for value in list(writer.values.numbers)[len(registers) :]]
    return (
        function.name,
        shared.location(function.location),
        tuple([_NUMBERS[type] for type in function.results]),
        [register.index for register in function.parameters],
        (function.exported, function.is_callback, function.unsigned_result, function.inline_never),
        function.slots,
        registers,
        constants,
        blocks,
    )


def _constant_row(constant: Operand) -> Row:
    kind = type(constant)
    fields = [getattr(constant, name) for name in field_names(kind)]
    return (_NUMBERS[kind], *[_NUMBERS[each] if isinstance(each, IRType) else each for each in fields])


_TYPED = frozenset([number for number, kind in enumerate(_CONSTANTS) if field_names(kind)[0] == "type"])
"""The constants whose first field is a type."""


def read_functions(image: bytes) -> list[Function]:
    """Return the functions that `write_functions` was given, as new objects."""
    location_rows, signature_rows, rows = marshal.loads(image)
    locations: list[Location | None] = []
    for function, file, line, column, caller in location_rows:
        locations.append(Location(function, file, line, column, locations[caller] if caller >= 0 else None))
    locations.append(None)
    signatures = [signature_of(row) for row in signature_rows]
    return [_function_of(row, locations, signatures) for row in rows]


def _types(numbers: Sequence[int]) -> tuple[IRType, ...]:
    return tuple([_TYPES[number] for number in numbers])


def _function_of(row: Row, locations: list[Location | None], signatures: list[Signature]) -> Function:
    name, location, results, parameters, flags, slots, registers, constants, blocks = row
    declared = locations[location]
    assert declared is not None
    function = Function(name, declared, _types(results), flags[0])
    _, function.is_callback, function.unsigned_result, function.inline_never = flags
    function.slots = slots
    function.registers = [Register(index, _TYPES[type], text) for index, (type, text) in enumerate(registers)]
    function.parameters = [function.registers[index] for index in parameters]
    values: list[Any] = [*function.registers, *[_constant_of(each) for each in constants], None]
    made = [Block(label) for label, _ in blocks]
    for block, (_, steps) in zip(made, blocks, strict=True):
        read = [_READERS[step[0]](step, values, made, locations, signatures) for step in steps]
        if read and type(read[-1]) in TERMINATORS:
            block.terminator = read.pop()
        block.instructions = read
    function.blocks = made
    return function


def _constant_of(row: Row) -> Operand:
    number, *fields = row
    if number in _TYPED:
        fields[0] = _TYPES[fields[0]]
    constant: Operand = _CONSTANTS[number](*fields)
    return constant
