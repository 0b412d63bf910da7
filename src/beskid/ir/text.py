"""The text form of IR: printing. `ir/read.py` reads it back; printing, reading and printing again changes nothing.

    module "shop"
    entry @main
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
the place of the call follows after `<`. Constants are
written with their type: `i64 5`, `f64 1.5`, `f64 bits 0x7ff8000000000000` (NaN and infinities), `null ref`,
`string "text"`, `closure @f`, `address @f`, `table "t"`. Bytes that are no printable ASCII are `\\xNN`; names that are
no plain words are quoted.
This module takes IR and gives text; it must not decide whether the IR is valid, and prints any that is well formed.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from typing import Any

from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    Block,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ClosureConstant,
    Compare,
    ConcatStrings,
    Convert,
    FloatConstant,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadTable,
    Location,
    Module,
    Move,
    NullConstant,
    Operand,
    Register,
    Return,
    Signature,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    StringConstant,
    Switch,
    TableAddress,
    Terminator,
    Unary,
    Unreachable,
)
from beskid.ir.operands import WRITES

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_REGISTERS_A_LINE = 10


def print_module(module: Module) -> str:
    """The text of a module."""
    lines = [f"module {quote(module.name)}"]
    if module.entry is not None:
        lines.append(f"entry @{name(module.entry)}")
    for descriptor in module.descriptors.values():
        offsets = ", ".join([str(offset) for offset in descriptor.reference_offsets])
        lines.append(
            f"descriptor {quote(descriptor.name)} size {descriptor.size} align {descriptor.align} "
            f"references [{offsets}] display {quote(descriptor.display)}"
            f"{' bound_method' if descriptor.is_bound_method else ''}"
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
    """The text of one function."""
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
    """The line of one operation; `where` is the declaration of its function."""
    kind = type(operation)
    text = _FORMS[kind](operation)
    dests = WRITES[kind](operation)
    if dests:
        text = ", ".join([repr(dest) for dest in dests]) + " = " + text
    live: int = getattr(operation, "live", -1)
    if live >= 0:
        text += f" live {live}"
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
    """A symbol or label: itself when it is a plain word, else quoted."""
    return text if _PLAIN.match(text) else quote(text)


def quote(text: str) -> str:
    """A text in quotes."""
    return quote_bytes(text.encode("utf-8", "surrogatepass"))


def quote_bytes(data: bytes) -> str:
    """Bytes in quotes, all but printable ASCII escaped."""
    pieces = [chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in data]
    return '"' + "".join(pieces) + '"'


def print_operand(operand: Operand) -> str:
    """A register or a constant with its type."""
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
        case FunctionAddress(function=function):
            return f"address @{name(function)}"
        case TableAddress(table=table):
            return f"table {quote(table)}"


def float_of_bits(type: IRType, bits: int) -> float:
    """The float that an image stands for."""
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


def _element(operation: LoadElement | StoreElement) -> str:
    array, index = print_operand(operation.array), print_operand(operation.index)
    return f"{array}[{index}] stride {operation.stride} + {operation.offset}"


def _branch(operation: Branch) -> str:
    hint = "" if operation.likely is None else " likely" if operation.likely else " unlikely"
    return f"branch {print_operand(operation.condition)}, {_label(operation.then)}, {_label(operation.otherwise)}{hint}"


def _switch(operation: Switch) -> str:
    cases = "".join([f"{number}: {_label(target)}, " for number, target in operation.cases])
    return f"switch {print_operand(operation.value)}, {cases}default: {_label(operation.default)}"


def _passing(operation: CallExtern) -> str:
    modes = ", ".join([mode.value for mode in operation.passing])
    return f" passing [{modes}]" if modes else ""


def _label(block: Block) -> str:
    return name(block.label)


def _words(head: str, *operands: Operand) -> str:
    return f"{head} {_list(operands)}" if operands else head


_FORMS: dict[type[Any], Callable[[Any], str]] = {
    Move: lambda o: _words("move", o.source),
    Binary: lambda o: _words(o.op.value, o.left, o.right),
    Compare: lambda o: _words(f"compare {o.op.value}", o.left, o.right),
    Unary: lambda o: _words(f"unary {o.op.value}", o.operand),
    Convert: lambda o: _words(f"convert {o.op.value}", o.operand),
    LoadField: lambda o: f"load_field {print_operand(o.object)} + {o.offset}",
    StoreField: lambda o: (
        f"store_field {print_operand(o.object)} + {o.offset}, {print_operand(o.value)}"
        + (" initializing" if o.initializing else "")
    ),
    Length: lambda o: _words("length", o.array),
    LoadElement: lambda o: f"load_element {_element(o)}" + (" unchecked" if o.unchecked else ""),
    StoreElement: lambda o: (
        f"store_element {_element(o)}, {print_operand(o.value)}" + (" unchecked" if o.unchecked else "")
    ),
    CheckIndex: lambda o: f"check_index {print_operand(o.array)}[{print_operand(o.index)}]",
    CheckDivisor: lambda o: _words("check_divisor", o.dividend, o.divisor) + (" signed" if o.signed else ""),
    AllocateObject: lambda o: f"allocate_object {quote(o.descriptor)}",
    AllocateArray: lambda o: f"allocate_array {quote(o.descriptor)}, {print_operand(o.length)}",
    ConcatStrings: lambda o: _words("concat", *o.parts),
    Call: lambda o: f"call @{name(o.callee)}({_list(o.arguments)})",
    CallClosure: lambda o: f"call_closure {print_operand(o.closure)}({_list(o.arguments)}) : {_signature(o.signature)}",
    LoadTable: lambda o: f"load_table {print_operand(o.table)} + {o.entry}",
    CallIndirect: lambda o: f"call_indirect {print_operand(o.code)}({_list(o.arguments)}) : {_signature(o.signature)}",
    CallRuntime: lambda o: f"call_runtime {name(o.function)}({_list(o.arguments)})",
    CallExtern: lambda o: f"call_extern {quote(o.symbol)}({_list(o.arguments)})" + _passing(o),
    StoreSite: lambda o: "store_site",
    StoreRoot: lambda o: f"store_root {o.slot}, {print_operand(o.value)}",
    Jump: lambda o: f"jump {_label(o.target)}",
    Branch: _branch,
    Switch: _switch,
    Return: lambda o: _words("return", *o.values),
    Unreachable: lambda o: "unreachable",
}
