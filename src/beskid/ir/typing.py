"""The typing rules of operations, a method each, for the verifier.

`OperationTypes.check` takes one instruction of a function and returns the problems of its operands: types, constant
ranges, callees, signatures, field and element offsets. It must not look at other instructions; the verifier checks
control flow and assignment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from beskid.abi.generated.tables import INTEROP_TAGS
from beskid.base.tables import Table, unhandled
from beskid.ir.boundary import as_register_class, machine_words, passing_of
from beskid.ir.builder import INTEGER_WIDTH, unary_result
from beskid.ir.model import (
    MAX_NUMBERED_PARTS,
    SIZE_OF,
    AllocateArray,
    AllocateObject,
    Binary,
    BinaryOp,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ClearElement,
    ClosureConstant,
    Compare,
    CompareOp,
    ConcatStrings,
    Convert,
    ConvertOp,
    Count,
    Descriptor,
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
    LoadHeader,
    LoadTable,
    Module,
    Move,
    NullConstant,
    Operand,
    Passing,
    Poll,
    Register,
    Return,
    SliceString,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    StringConstant,
    Switch,
    TableAddress,
    Terminator,
    Unary,
    UnaryOp,
    Unreachable,
    VariantConstant,
    type_of,
)
from beskid.ir.operands import READS
from beskid.ir.runtime import RUNTIME_SIGNATURES

_FLOATS = frozenset({IRType.F32, IRType.F64})
_INTEGERS = frozenset(INTEGER_WIDTH)
_ADDRESSES = frozenset({IRType.REF, IRType.PTR})

BINARY_TYPES: Table[BinaryOp, frozenset[IRType]] = Table(
    "types of binary operations",
    {
        **dict.fromkeys((BinaryOp.IADD, BinaryOp.ISUB, BinaryOp.IMUL), _INTEGERS),
        **dict.fromkeys((BinaryOp.SDIV, BinaryOp.UDIV, BinaryOp.SREM, BinaryOp.UREM), _INTEGERS),
        **dict.fromkeys((BinaryOp.AND, BinaryOp.OR, BinaryOp.XOR), _INTEGERS),
        **dict.fromkeys((BinaryOp.SHL, BinaryOp.LSHR, BinaryOp.ASHR), _INTEGERS),
        **dict.fromkeys((BinaryOp.FADD, BinaryOp.FSUB, BinaryOp.FMUL, BinaryOp.FDIV), _FLOATS),
        **dict.fromkeys((BinaryOp.POW, BinaryOp.ATAN2, BinaryOp.FMOD), _FLOATS),
    },
)
COMPARE_TYPES: Table[CompareOp, frozenset[IRType]] = Table(
    "types of comparisons",
    {
        **dict.fromkeys((CompareOp.EQ, CompareOp.NE), _INTEGERS | _ADDRESSES),
        **dict.fromkeys((CompareOp.SLT, CompareOp.SLE, CompareOp.SGT, CompareOp.SGE), _INTEGERS),
        **dict.fromkeys((CompareOp.ULT, CompareOp.ULE, CompareOp.UGT, CompareOp.UGE), _INTEGERS),
        **dict.fromkeys((CompareOp.FEQ, CompareOp.FNE), _FLOATS),
        **dict.fromkeys((CompareOp.FLT, CompareOp.FLE, CompareOp.FGT, CompareOp.FGE), _FLOATS),
    },
)
_BIT_COUNTS = (UnaryOp.BIT_COUNT, UnaryOp.LEADING_ZEROS, UnaryOp.TRAILING_ZEROS)
_MATHEMATICAL = (
    *(UnaryOp.FNEG, UnaryOp.SQRT, UnaryOp.ABS, UnaryOp.FLOOR, UnaryOp.CEIL, UnaryOp.TRUNC, UnaryOp.ROUND),
    *(UnaryOp.SIN, UnaryOp.COS, UnaryOp.TAN, UnaryOp.ASIN, UnaryOp.ACOS, UnaryOp.ATAN),
    *(UnaryOp.EXP, UnaryOp.LOG, UnaryOp.LOG2, UnaryOp.LOG10),
)
UNARY_TYPES: Table[UnaryOp, frozenset[IRType]] = Table(
    "types of unary operations",
    {
        **dict.fromkeys(_MATHEMATICAL, _FLOATS),
        **dict.fromkeys(_BIT_COUNTS, frozenset({IRType.I64})),
        UnaryOp.BITS: _FLOATS,
        UnaryOp.FROM_BITS: frozenset({IRType.I32, IRType.I64}),
    },
)
"""The types of the operands of each operation; both operands of a binary one have the same."""

ENVELOPE_FUNCTIONS = frozenset(tag.function for tag in INTEROP_TAGS)
"""Runtime functions that take the address of an envelope."""


class OperationTypes:
    """The rules, applied to the operations of one function of a module."""

    __slots__ = ("descriptors", "function", "module", "problems")

    def __init__(self, module: Module, function: Function, descriptors: dict[Register, Descriptor]) -> None:
        self.module = module
        self.function = function
        self.descriptors = descriptors
        self.problems: list[str] = []

    def check(self, operation: Instruction | Terminator) -> list[str]:
        """Return the problems of one operation."""
        self.problems = []
        kind = type(operation)
        for operand in READS[kind](operation):
            if type(operand) is not Register:
                self._constant(operand)
        RULES[kind](self, operation)
        return self.problems

    # Helpers ----------------------------------------------------------------------------------------------------

    def _want(self, what: str, operand: Operand, type: IRType) -> None:
        if type_of(operand) is not type:
            self.problems.append(f"{what} is {type_of(operand).value} and must be {type.value}")

    def _want_one_of(self, what: str, type: IRType, allowed: frozenset[IRType]) -> None:
        if type not in allowed:
            names = ", ".join(sorted([candidate.value for candidate in allowed]))
            self.problems.append(f"{what} is {type.value} and must be one of {names}")

    def _constant(self, operand: Operand) -> None:
        match operand:
            case IntConstant(type=type, value=number):
                if type not in _INTEGERS:
                    self.problems.append(f"an integer constant has the type {type.value}")
                    return
                width = INTEGER_WIDTH[type]
                low, high = (0, 1) if width == 1 else (-(1 << (width - 1)), (1 << (width - 1)) - 1)
                if not low <= number <= high:
                    self.problems.append(f"the constant {number} does not fit {type.value}")
            case FloatConstant(type=type, bits=bits):
                if type not in _FLOATS or bits < 0 or bits >> (8 * SIZE_OF[type]):
                    self.problems.append(f"a float constant has the type {type.value} or too many bits")
            case NullConstant(type=type):
                if type not in _ADDRESSES:
                    self.problems.append(f"a null has the type {type.value}")
            case ClosureConstant(function=name):
                callee = self.module.functions.get(name)
                if callee is None:
                    self.problems.append(f"there is no function @{name}")
                elif not callee.parameters or callee.parameters[0].type is not IRType.REF:
                    self.problems.append(f"@{name} has no closure parameter")
            case VariantConstant(descriptor=name, tag=tag):
                self._descriptor(name)
                if tag < 0:
                    self.problems.append(f"the tag {tag} is negative")
            case FunctionAddress(function=name):
                if name not in self.module.functions:
                    self.problems.append(f"there is no function @{name}")
            case TableAddress(table=name):
                if name not in self.module.tables:
                    self.problems.append(f"there is no method table {name}")
            case Register() | StringConstant():
                pass
            case _:
                assert_never(operand)

    def _nothing(self, operation: Instruction | Terminator) -> None:
        return None

    # Values -----------------------------------------------------------------------------------------------------

    def _move(self, operation: Move) -> None:
        self._want("the source", operation.source, operation.dest.type)

    def _binary(self, operation: Binary) -> None:
        type = operation.dest.type
        self._want_one_of("the result", type, BINARY_TYPES[operation.op])
        self._want("the left operand", operation.left, type)
        self._want("the right operand", operation.right, type)

    def _compare(self, operation: Compare) -> None:
        type = type_of(operation.left)
        self._want("the result", operation.dest, IRType.I1)
        self._want("the right operand", operation.right, type)
        self._want_one_of("the left operand", type, COMPARE_TYPES[operation.op])

    def _unary(self, operation: Unary) -> None:
        type = type_of(operation.operand)
        self._want_one_of("the operand", type, UNARY_TYPES[operation.op])
        self._want("the result", operation.dest, unary_result(operation.op, type))

    def _convert(self, operation: Convert) -> None:
        source, dest = type_of(operation.operand), operation.dest.type
        match operation.op:
            case ConvertOp.TRUNC:
                fits = _width(source) > _width(dest) > 0
            case ConvertOp.ZEXT | ConvertOp.SEXT:
                fits = 0 < _width(source) < _width(dest)
            case ConvertOp.FLOAT_TO_SIGNED | ConvertOp.FLOAT_TO_UNSIGNED:
                fits = source in _FLOATS and _width(dest) > 1
            case ConvertOp.SIGNED_TO_FLOAT | ConvertOp.UNSIGNED_TO_FLOAT:
                fits = _width(source) > 0 and dest in _FLOATS
            case ConvertOp.FLOAT_EXTEND:
                fits = source is IRType.F32 and dest is IRType.F64
            case ConvertOp.FLOAT_TRUNCATE:
                fits = source is IRType.F64 and dest is IRType.F32
            case ConvertOp.ADDRESS_TO_WORD:
                fits = source is IRType.PTR and dest is IRType.I64
            case ConvertOp.WORD_TO_ADDRESS:
                fits = source is IRType.I64 and dest is IRType.PTR
            case ConvertOp.WORD_TO_OBJECT:
                fits = source is IRType.I64 and dest is IRType.REF
            case ConvertOp.OBJECT_TO_WORD:
                fits = source is IRType.REF and dest is IRType.I64
            case _:
                raise unhandled(operation.op, "types of conversions", operation.op)
        if not fits:
            self.problems.append(f"{operation.op.value} does not convert {source.value} to {dest.value}")

    # Memory -----------------------------------------------------------------------------------------------------

    def _field(self, object: Operand, offset: int, type: IRType) -> None:
        self._want("the object", object, IRType.REF)
        if offset < 8 or offset % SIZE_OF[type]:
            self.problems.append(f"a {type.value} cannot lie at the field offset {offset}")
        descriptor = self.descriptors.get(object) if isinstance(object, Register) else None
        if descriptor is not None:
            self._inside(descriptor, offset, type)

    def _inside(self, descriptor: Descriptor, offset: int, type: IRType) -> None:
        if offset + SIZE_OF[type] > descriptor.size:
            self.problems.append(f"the offset {offset} lies outside {descriptor.name}")
        elif (type is IRType.REF) != (offset & -8 in descriptor.reference_offsets):
            self.problems.append(f"{type.value} at offset {offset} disagrees with the references of {descriptor.name}")

    def _load_field(self, operation: LoadField) -> None:
        self._field(operation.object, operation.offset, operation.dest.type)

    def _store_field(self, operation: StoreField) -> None:
        self._field(operation.object, operation.offset, type_of(operation.value))

    def _length(self, operation: Length) -> None:
        self._want("the array", operation.array, IRType.REF)
        self._want("the result", operation.dest, IRType.I64)

    def _load_header(self, operation: LoadHeader) -> None:
        self._want("the array", operation.array, IRType.REF)
        self._want("the result", operation.dest, IRType.REF)

    def _slice_string(self, operation: SliceString) -> None:
        self._want("the text", operation.text, IRType.REF)
        self._want("the start", operation.start, IRType.I64)
        self._want("the count", operation.count, IRType.I64)
        self._want("the result", operation.dest, IRType.REF)

    def _element(self, array: Operand, index: Operand, stride: int, offset: int, type: IRType) -> None:
        self._want("the array", array, IRType.REF)
        self._want("the index", index, IRType.I64)
        size = SIZE_OF[type]
        if offset < 0 or offset % size or stride % size or offset + size > stride:
            self.problems.append(f"a {type.value} cannot lie at offset {offset} of an element of {stride} bytes")
        descriptor = self.descriptors.get(array) if isinstance(array, Register) else None
        if descriptor is None:
            return
        if stride != descriptor.size:
            self.problems.append(f"the stride {stride} is not the size of {descriptor.name}")
            return
        self._inside(descriptor, offset, type)

    def _load_element(self, operation: LoadElement) -> None:
        self._element(operation.array, operation.index, operation.stride, operation.offset, operation.dest.type)

    def _store_element(self, operation: StoreElement) -> None:
        type = type_of(operation.value)
        self._element(operation.array, operation.index, operation.stride, operation.offset, type)

    def _clear_element(self, operation: ClearElement) -> None:
        self._want("the array", operation.array, IRType.REF)
        self._want("the index", operation.index, IRType.I64)
        self._descriptor(operation.descriptor)
        known = self.descriptors.get(operation.array) if isinstance(operation.array, Register) else None
        if known is not None and known.name != operation.descriptor:
            self.problems.append(f"the array has elements of {known.name}, not {operation.descriptor}")

    def _check_index(self, operation: CheckIndex) -> None:
        self._want("the array", operation.array, IRType.REF)
        self._want("the index", operation.index, IRType.I64)

    def _check_divisor(self, operation: CheckDivisor) -> None:
        type = type_of(operation.divisor)
        self._want_one_of("the divisor", type, _INTEGERS)
        self._want("the dividend", operation.dividend, type)

    def _descriptor(self, name: str) -> None:
        if name not in self.module.descriptors:
            self.problems.append(f"there is no descriptor {name}")

    def _allocate_object(self, operation: AllocateObject) -> None:
        self._want("the result", operation.dest, IRType.REF)
        self._descriptor(operation.descriptor)
        descriptor = self.module.descriptors.get(operation.descriptor)
        if descriptor is not None and (descriptor.size < 8 or 0 in descriptor.reference_offsets):
            self.problems.append(f"{operation.descriptor} does not describe an object: word 0 is the descriptor's")

    def _allocate_array(self, operation: AllocateArray) -> None:
        self._want("the result", operation.dest, IRType.REF)
        self._want("the length", operation.length, IRType.I64)
        self._descriptor(operation.descriptor)

    def _concat_strings(self, operation: ConcatStrings) -> None:
        self._want("the result", operation.dest, IRType.REF)
        if len(operation.parts) < 2:
            self.problems.append("a concatenation has fewer than two parts")
        has_numbers = False
        for part in operation.parts:
            if type_of(part) is IRType.I64:
                has_numbers = True
            else:
                self._want("a part", part, IRType.REF)
        if has_numbers and len(operation.parts) > MAX_NUMBERED_PARTS:
            self.problems.append(f"a concatenation with numbers has more than {MAX_NUMBERED_PARTS} parts")

    # Calls and ends ---------------------------------------------------------------------------------------------

    def _fit(self, what: str, operands: Sequence[Operand], types: Sequence[IRType]) -> None:
        given = [type_of(operand) for operand in operands]
        if given != list(types):
            self.problems.append(f"{what} are {_names(given)} and must be {_names(types)}")

    def _call(self, operation: Call) -> None:
        callee = self.module.functions.get(operation.callee)
        if callee is None:
            self.problems.append(f"there is no function @{operation.callee}")
            return
        self._fit(f"the arguments of @{operation.callee}", operation.arguments, [p.type for p in callee.parameters])
        self._fit(f"the results of @{operation.callee}", operation.dests, callee.results)
        self._distinct(operation.dests)

    def _call_closure(self, operation: CallClosure) -> None:
        self._want("the closure", operation.closure, IRType.REF)
        self._fit("the arguments", (operation.closure, *operation.arguments), operation.signature.parameters)
        self._fit("the results", operation.dests, operation.signature.results)
        self._distinct(operation.dests)

    def _load_table(self, operation: LoadTable) -> None:
        self._want("the table", operation.table, IRType.PTR)
        self._want("the result", operation.dest, IRType.PTR)
        if operation.entry < 0:
            self.problems.append(f"a table has no entry {operation.entry}")
        if isinstance(operation.table, TableAddress):
            table = self.module.tables.get(operation.table.table)
            if table is not None and operation.entry >= len(table.functions) + len(table.links):
                self.problems.append(f"{table.name} has no entry {operation.entry}")

    def _call_indirect(self, operation: CallIndirect) -> None:
        self._want("the code", operation.code, IRType.PTR)
        self._fit("the arguments", operation.arguments, operation.signature.parameters)
        self._fit("the results", operation.dests, operation.signature.results)
        self._distinct(operation.dests)

    def _distinct(self, dests: tuple[Register, ...]) -> None:
        if len(set(dests)) != len(dests):
            self.problems.append("two results are assigned to one register")

    def _call_runtime(self, operation: CallRuntime) -> None:
        signature = RUNTIME_SIGNATURES.get(operation.function)
        if signature is None:
            self.problems.append(f"there is no runtime function {operation.function}")
            return
        parameters = signature.parameters
        if operation.function in ENVELOPE_FUNCTIONS and [type_of(o) for o in operation.arguments] == [IRType.REF]:
            # An envelope may also be an object; the call does not collect, so its address stays valid.
            parameters = (IRType.REF,)
        self._fit(f"the arguments of {operation.function}", operation.arguments, parameters)
        if operation.dest is None:
            return
        if signature.result is None:
            self.problems.append(f"{operation.function} returns no result")
        else:
            self._want("the result", operation.dest, signature.result)

    def _call_extern(self, operation: CallExtern) -> None:
        imported = self.module.externs.get(operation.symbol)
        if imported is None:
            self.problems.append(f"there is no extern {operation.symbol}")
            return
        self._fit_words(operation, imported.signature.parameters)
        if operation.dest is not None:
            self._fit(f"the result of {operation.symbol}", (operation.dest,), imported.signature.results)

    def _fit_words(self, operation: CallExtern, parameters: Sequence[IRType]) -> None:
        """The machine words of the arguments are those of the declaration; references are only passed with a mode."""
        if operation.passing and len(operation.passing) != len(operation.arguments):
            self.problems.append(f"the call of {operation.symbol} does not have a mode for each argument")
            return
        passing = passing_of(operation)
        for operand, mode in zip(operation.arguments, passing, strict=True):
            if (mode is Passing.VALUE) == (type_of(operand) is IRType.REF):
                self.problems.append(f"a {type_of(operand).value} cannot be passed to C as {mode.value}")
        given = machine_words(operation.arguments, passing)
        if as_register_class(given) != as_register_class(parameters):
            self.problems.append(
                f"the arguments of {operation.symbol} are {_names(given)} and must be {_names(parameters)}"
            )

    def _store_root(self, operation: StoreRoot) -> None:
        self._want("the value", operation.value, IRType.REF)

    def _branch(self, operation: Branch) -> None:
        self._want("the condition", operation.condition, IRType.I1)

    def _switch(self, operation: Switch) -> None:
        type = type_of(operation.value)
        self._want_one_of("the value", type, _INTEGERS)
        if len({number for number, _ in operation.cases}) != len(operation.cases):
            self.problems.append("duplicate case")
        if type in _INTEGERS:
            for number, _ in operation.cases:
                self._constant(IntConstant(type, number))

    def _return(self, operation: Return) -> None:
        self._fit("the returned values", operation.values, self.function.results)


RULES: dict[type[Any], Callable[[OperationTypes, Any], None]] = {
    Move: OperationTypes._move,
    Binary: OperationTypes._binary,
    Compare: OperationTypes._compare,
    Unary: OperationTypes._unary,
    Convert: OperationTypes._convert,
    LoadField: OperationTypes._load_field,
    StoreField: OperationTypes._store_field,
    Length: OperationTypes._length,
    LoadHeader: OperationTypes._load_header,
    SliceString: OperationTypes._slice_string,
    LoadElement: OperationTypes._load_element,
    StoreElement: OperationTypes._store_element,
    ClearElement: OperationTypes._clear_element,
    CheckIndex: OperationTypes._check_index,
    CheckDivisor: OperationTypes._check_divisor,
    Poll: OperationTypes._nothing,
    AllocateObject: OperationTypes._allocate_object,
    AllocateArray: OperationTypes._allocate_array,
    ConcatStrings: OperationTypes._concat_strings,
    Call: OperationTypes._call,
    CallClosure: OperationTypes._call_closure,
    LoadTable: OperationTypes._load_table,
    CallIndirect: OperationTypes._call_indirect,
    CallRuntime: OperationTypes._call_runtime,
    CallExtern: OperationTypes._call_extern,
    StoreSite: OperationTypes._nothing,
    Count: OperationTypes._nothing,
    StoreRoot: OperationTypes._store_root,
    Jump: OperationTypes._nothing,
    Branch: OperationTypes._branch,
    Switch: OperationTypes._switch,
    Return: OperationTypes._return,
    Unreachable: OperationTypes._nothing,
}
"""The typing rule of every instruction and terminator."""


def _width(type: IRType) -> int:
    return INTEGER_WIDTH.get(type, 0)


def _names(types: Sequence[IRType]) -> str:
    return "(" + ", ".join([type.value for type in types]) + ")"
