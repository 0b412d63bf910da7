"""The text form of IR: printing. `ir/read.py` reads it back; printing, reading and printing again changes nothing.

    module "shop"
    entry @main
    inlined [@area]
    host [@area] descriptors ["Point"] callbacks [] interface "{}"
    descriptor "Point" size 24 align 8 references [8] display "Point"
    table "Point Shape" functions [@area, @name] tables ["Point Named"] display "Point as Shape"
    extern "cos" library "m" (f64) -> (f64)

    function @main(%0 ref "args") -> (i64) slots 2 at "main" "shop.bd" 1:1 {
      registers %1 ref "p", %2 i64, %3 i1
    entry:
      store_site ! 2:5
      %1 = allocate_object "Point" live 0 ! 2:5
      store_field %1 + 8, %0 initializing
      %2 = load_element %0[i64 0] stride 8 + 0 unchecked
      %3 = compare slt %2, i64 10
      branch %3, body, done likely
    ...

An operation is `registers = name operands`, then ` live N` once the roots pass has set it, then its location after
`!`: `LINE:COLUMN` in the function and file of the declaration, else `"FUNCTION" "FILE" LINE:COLUMN`; of inlined code
the place of the call follows after `<`. Constants are written
with their type: `i64 5`, `f64 1.5`, `f64 bits 0x7ff8000000000000` (NaN and infinities), `null ref`,
`string "text"`, `closure @f`, `address @f`, `table "t"`. Bytes that are not printable ASCII are `\\xNN`; names that
are not plain words are quoted.
This module takes IR and returns text; it must not decide whether the IR is valid.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from typing import Any

from beskid.ir.forms import INSTRUCTIONS, TERMINATORS, WRITING_ROLES, Field, InstructionForm, Part, Role, derive
from beskid.ir.model import (
    Block,
    ClosureConstant,
    FloatConstant,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Location,
    Module,
    NullConstant,
    Operand,
    Register,
    Signature,
    StringConstant,
    TableAddress,
    Terminator,
    VariantConstant,
)

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_REGISTERS_A_LINE = 10


def print_module(module: Module) -> str:
    """Return the text of a module."""
    lines = [f"module {quote(module.name)}"]
    if module.entry is not None:
        lines.append(f"entry @{name(module.entry)}")
    if module.inlined:
        lines.append(f"inlined [{', '.join([f'@{name(function)}' for function in sorted(module.inlined)])}]")
    if module.host is not None:
        entries = ", ".join([f"@{name(function)}" for function in module.host.entries])
        described = ", ".join([quote(descriptor) for descriptor in module.host.descriptors])
        called = ", ".join([_signature(signature) for signature in module.host.callbacks])
        lines.append(
            f"host [{entries}] descriptors [{described}] callbacks [{called}] interface {quote(module.host.text)}"
        )
    for descriptor in module.descriptors.values():
        offsets = ", ".join([str(offset) for offset in descriptor.reference_offsets])
        lines.append(
            f"descriptor {quote(descriptor.name)} size {descriptor.size} align {descriptor.align} "
            f"references [{offsets}] display {quote(descriptor.display)}"
            f"{' bound_method' if descriptor.is_bound_method else ''}"
            f"{f' family {quote(descriptor.family)}' if descriptor.family else ''}"
        )
    for table in module.tables.values():
        functions = ", ".join([f"@{name(function)}" for function in table.functions])
        links = ", ".join([quote(link) for link in table.links])
        lines.append(
            f"table {quote(table.name)} functions [{functions}] tables [{links}] display {quote(table.display)}"
        )
    for imported in module.externs.values():
        unsigned = f" unsigned [{', '.join([str(index) for index in imported.unsigned])}]" if imported.unsigned else ""
        lines.append(
            f"extern {quote(imported.symbol)} library {quote(imported.library)} {_signature(imported.signature)}"
            f"{unsigned}"
        )
    for function in module.functions.values():
        lines.append("")
        lines.extend(_function_lines(function))
    return "\n".join(lines) + "\n"


def print_function(function: Function) -> str:
    """Return the text of one function."""
    return "\n".join(_function_lines(function)) + "\n"


def _function_lines(function: Function) -> list[str]:
    where = function.location
    parameters = ", ".join([_declaration(register) for register in function.parameters])
    header = f"function @{name(function.name)}({parameters}) -> {_types(function.results)}"
    if function.exported:
        header += " exported"
    if function.is_callback:
        header += " callback"
    if function.unsigned_result:
        header += " unsigned"
    if function.inline_never:
        header += " inline_never"
    if function.slots:
        header += f" slots {function.slots}"
    lines = [f"{header} at {quote(where.function)} {quote(where.file)} {where.line}:{where.column} {{"]
    others = function.registers[len(function.parameters) :]
    for first in range(0, len(others), _REGISTERS_A_LINE):
        declared = [_declaration(register) for register in others[first : first + _REGISTERS_A_LINE]]
        lines.append("  registers " + ", ".join(declared))
    for block in function.blocks:
        lines.append(f"{name(block.label)}:")
        for instruction in block.instructions:
            lines.append("  " + print_operation(instruction, where))
        if block.terminator is not None:
            lines.append("  " + print_operation(block.terminator, where))
    lines.append("}")
    return lines


def print_operation(operation: Instruction | Terminator, where: Location) -> str:
    """Return the line of an instruction; `where` is the declaration of its function."""
    text = _LINES[type(operation)](operation)
    location = operation.location
    if location is None:
        return text
    places = " < ".join([_place(place, where) for place in location.places()])
    return f"{text} ! {places}"


def _place(location: Location, where: Location) -> str:
    place = f"{location.line}:{location.column}"
    if location.function == where.function and location.file == where.file:
        return place
    return f"{quote(location.function)} {quote(location.file)} {place}"


def _declaration(register: Register) -> str:
    text = f"%{register.index} {register.type.value}"
    return f"{text} {quote(register.name)}" if register.name else text


def _types(types: tuple[IRType, ...]) -> str:
    return "(" + ", ".join([type.value for type in types]) + ")"


def _signature(signature: Signature) -> str:
    return f"{_types(signature.parameters)} -> {_types(signature.results)}"


def name(text: str) -> str:
    """Format a symbol or label, quoted unless it is a plain word."""
    return text if _PLAIN.match(text) else quote(text)


def quote(text: str) -> str:
    """Quote a text."""
    return quote_bytes(text.encode("utf-8", "surrogatepass"))


def quote_bytes(data: bytes) -> str:
    """Quote bytes, escaping all but printable ASCII."""
    pieces = [chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data]
    return '"' + "".join(pieces) + '"'


def print_operand(operand: Operand) -> str:
    """Return a register or a constant with its type."""
    match operand:
        case Register(index=index):
            return f"%{index}"
        case IntConstant(type=type, value=number):
            return f"{type.value} {number}"
        case FloatConstant(type=type, bits=bits):
            return f"{type.value} {_float(type, bits)}"
        case NullConstant(type=type):
            return f"null {type.value}"
        case StringConstant(data=data):
            return f"string {quote_bytes(data)}"
        case ClosureConstant(function=function):
            return f"closure @{name(function)}"
        case VariantConstant(descriptor=descriptor, tag=tag):
            return f"variant {quote(descriptor)} {tag}"
        case FunctionAddress(function=function):
            return f"address @{name(function)}"
        case TableAddress(table=table):
            return f"table {quote(table)}"


def float_of_bits(type: IRType, bits: int) -> float:
    """Return the float with these bits."""
    number: float
    if type is IRType.F64:
        (number,) = struct.unpack("<d", bits.to_bytes(8, "little"))
    else:
        (number,) = struct.unpack("<f", bits.to_bytes(4, "little"))
    return number


def _float(type: IRType, bits: int) -> str:
    number = float_of_bits(type, bits)
    return repr(number) if math.isfinite(number) else f"bits 0x{bits:x}"


def _list(operands: tuple[Operand, ...]) -> str:
    return ", ".join([print_operand(operand) for operand in operands])


def _label(block: Block) -> str:
    return name(block.label)


def _cases(cases: tuple[tuple[int, Block], ...]) -> str:
    return "".join([f"{number}: {_label(target)}, " for number, target in cases])


def _words(values: tuple[Any, ...]) -> str:
    return ", ".join([value.value for value in values])


# Lines of instructions ------------------------------------------------------------------------------------------

_ALWAYS_PRINTED: dict[Role, str] = {
    Role.READ: "print_operand({0})",
    Role.TARGET: "_label({0})",
    Role.CASES: "_cases({0})",
    Role.INTEGER: "{0}",
    Role.NAME: "name({0})",
    Role.SIGNATURE: "_signature({0})",
    Role.WORD: "{0}.value",
}
"""The expression for a field of a role, `{0}` being its value."""

_SOMETIMES_PRINTED: dict[Role, str] = {
    Role.FLAG: "' {1}' if {0} else ''",
    Role.HINT: "'' if {0} is None else ' {1}' if {0} else ' un{1}'",
    Role.WORD_LIST: "' {1} [' + _words({0}) + ']' if {0} else ''",
    Role.READ_LIST: "' ' + _list({0}) if {0} else ''",
}
"""As above, the space before it included; `{1}` is the name of the field. A list of operands only ends a line so."""


def _line_of(form: InstructionForm) -> str:
    """Return the expression of an instruction's line, without its location."""
    pieces = _destinations(form)
    parts = form.parts
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        if part.field is not None:
            pieces.append(f"{{{_expression(part, part.field, following)}}}")
        elif following is not None and _brings_space(parts, index + 1):
            pieces.append(part.text.removesuffix(" "))
        else:
            pieces.append(part.text)
    if form.having(frozenset({Role.LIVE})):
        pieces.append("{f' live {o.live}' if o.live >= 0 else ''}")
    return f'f"""{"".join(pieces)}"""'


def _destinations(form: InstructionForm) -> list[str]:
    pieces: list[str] = []
    for field in form.having(WRITING_ROLES):
        value = f"o.{field.name}"
        match field.role:
            case Role.WRITE:
                pieces.append(f"%{{{value}.index}} = ")
            case Role.OPTIONAL_WRITE:
                pieces.append(f"{{'' if {value} is None else f'%{{{value}.index}} = '}}")
            case Role.WRITE_LIST:
                pieces.append(f"{{_list({value}) + ' = ' if {value} else ''}}")
            case role:
                raise AssertionError(f"{role} is not a destination")
    return pieces


def _brings_space(parts: tuple[Part, ...], index: int) -> bool:
    """Return whether the part is a field that is printed with the space before it, or not at all."""
    field = parts[index].field
    if field is None or field.role not in _SOMETIMES_PRINTED:
        return False
    return field.role is not Role.READ_LIST or index + 1 == len(parts)


def _expression(part: Part, field: Field, following: Part | None) -> str:
    value = f"o.{field.name}"
    if part.is_quoted:
        return f"quote({value})"
    if field.role is Role.READ_LIST and following is not None:
        return f"_list({value})"
    text = _ALWAYS_PRINTED.get(field.role) or _SOMETIMES_PRINTED[field.role]
    return text.format(value, field.name)


_LINES: dict[type[Any], Callable[[Any], str]] = derive(
    [*INSTRUCTIONS.values(), *TERMINATORS.values()],
    "o",
    _line_of,
    {
        "_cases": _cases,
        "_label": _label,
        "_list": _list,
        "_signature": _signature,
        "_words": _words,
        "name": name,
        "print_operand": print_operand,
        "quote": quote,
    },
)
"""The line of each instruction, without its location."""
