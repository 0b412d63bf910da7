"""The builder: how lowering and tests write IR.

It has one function, the current block and the location of new instructions. Each instruction has a method that appends
it and returns its destination, a new register unless `dest` is passed. Terminators end the current block; whatever is
written after one, before the next `position`, goes into a new block that is unreachable and that `seal` removes. It
must not optimize, check or insert anything.
"""

from __future__ import annotations

import struct

from beskid.base.tables import unhandled
from beskid.ir.graph import reachable_blocks
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    BinaryOp,
    Block,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckIndex,
    ClearElement,
    Compare,
    CompareOp,
    ConcatStrings,
    Convert,
    ConvertOp,
    ExternImport,
    FloatConstant,
    Function,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadTable,
    Location,
    Move,
    NullConstant,
    Operand,
    Passing,
    Register,
    Return,
    Signature,
    StoreElement,
    StoreField,
    Switch,
    Terminator,
    Unary,
    UnaryOp,
    Unreachable,
    type_of,
)
from beskid.ir.runtime import RUNTIME_SIGNATURES

INTEGER_WIDTH: dict[IRType, int] = {
    IRType.I1: 1,
    IRType.I8: 8,
    IRType.I16: 16,
    IRType.I32: 32,
    IRType.I64: 64,
}
"""Bits of the integer types."""


def wrap(type: IRType, number: int) -> int:
    """Wrap a number to an integer type, read as signed; an `I1` is 0 or 1."""
    if type is IRType.I1:
        return number & 1
    width = INTEGER_WIDTH[type]
    number &= (1 << width) - 1
    return number - (1 << width) if number >> (width - 1) else number


def integer(type: IRType, number: int) -> IntConstant:
    """Return an integer constant, wrapped to the width of its type."""
    return IntConstant(type, wrap(type, number))


def boolean(flag: bool) -> IntConstant:
    """Return an `I1` constant."""
    return IntConstant(IRType.I1, int(flag))


def float64(number: float) -> FloatConstant:
    """Return an `F64` constant."""
    return FloatConstant(IRType.F64, int.from_bytes(struct.pack("<d", number), "little"))


def float32(number: float) -> FloatConstant:
    """Return an `F32` constant, rounded to nearest; numbers beyond the range become infinite."""
    try:
        image = struct.pack("<f", number)
    except OverflowError:
        image = struct.pack("<f", float("inf") if number > 0 else float("-inf"))
    return FloatConstant(IRType.F32, int.from_bytes(image, "little"))


NULL = NullConstant(IRType.REF)


class Builder:
    """Writes one function. Every new instruction gets the current `location`."""

    __slots__ = ("_counter", "_labels", "_placed", "block", "function", "location")

    def __init__(self, function: Function, location: Location | None = None) -> None:
        self.function = function
        self.location: Location | None = location if location is not None else function.location
        self._labels: set[str] = {block.label for block in function.blocks}
        self._placed: set[Block] = set(function.blocks)
        self._counter = 0
        if function.blocks:
            self.block = function.blocks[-1]
        else:
            self.block = self.add_block("entry")

    # Registers and blocks ---------------------------------------------------------------------------------------

    def parameter(self, type: IRType, name: str = "") -> Register:
        """Add a parameter to the function."""
        register = self.function.new_register(type, name)
        self.function.parameters.append(register)
        return register

    def register(self, type: IRType, name: str = "") -> Register:
        """Return a new register that the caller will assign, such as a source variable."""
        return self.function.new_register(type, name)

    def new_block(self, hint: str = "block") -> Block:
        """Return a block with a new label. `position` adds it to the function."""
        label = hint
        while label in self._labels:
            self._counter += 1
            label = f"{hint}.{self._counter}"
        self._labels.add(label)
        return Block(label)

    def add_block(self, hint: str = "block") -> Block:
        """Add a new block and make it the current one."""
        block = self.new_block(hint)
        self.position(block)
        return block

    def position(self, block: Block) -> None:
        """Make this block the current one, appending it to the function if it is new.

        The previous block is not ended: end it first, or use `fall_into`.
        """
        if block not in self._placed:
            self._placed.add(block)
            self.function.blocks.append(block)
        self.block = block

    def fall_into(self, block: Block) -> None:
        """Jump to the block if the current one is open, then make it the current one."""
        if self.is_open():
            self.jump(block)
        self.position(block)

    def is_open(self) -> bool:
        """Return whether the current block has no terminator yet."""
        return self.block.terminator is None

    def emit(self, instruction: Instruction) -> None:
        """Append an instruction."""
        if self.block.terminator is not None:
            self.add_block("dead")
        self.block.instructions.append(instruction)

    def end(self, terminator: Terminator) -> None:
        """End the current block; a block that already ended keeps its terminator."""
        if self.block.terminator is None:
            self.block.terminator = terminator

    def seal(self) -> Function:
        """Finish the function: end open blocks in `Unreachable` and remove unreachable blocks."""
        for block in self.function.blocks:
            if block.terminator is None:
                block.terminator = Unreachable(self.location)
        reachable = reachable_blocks(self.function)
        self.function.blocks = [block for block in self.function.blocks if block in reachable]
        return self.function

    # Values -----------------------------------------------------------------------------------------------------

    def _dest(self, type: IRType, dest: Register | None, name: str = "") -> Register:
        return dest if dest is not None else self.function.new_register(type, name)

    def move(self, dest: Register, source: Operand) -> Register:
        self.emit(Move(self.location, dest, source))
        return dest

    def copy(self, source: Operand, name: str = "") -> Register:
        """Copy the operand to a new register."""
        return self.move(self.function.new_register(type_of(source), name), source)

    def binary(self, op: BinaryOp, left: Operand, right: Operand, dest: Register | None = None) -> Register:
        dest = self._dest(type_of(left), dest)
        self.emit(Binary(self.location, dest, op, left, right))
        return dest

    def compare(self, op: CompareOp, left: Operand, right: Operand, dest: Register | None = None) -> Register:
        dest = self._dest(IRType.I1, dest)
        self.emit(Compare(self.location, dest, op, left, right))
        return dest

    def unary(self, op: UnaryOp, operand: Operand, dest: Register | None = None) -> Register:
        dest = self._dest(unary_result(op, type_of(operand)), dest)
        self.emit(Unary(self.location, dest, op, operand))
        return dest

    def convert(self, op: ConvertOp, operand: Operand, type: IRType, dest: Register | None = None) -> Register:
        dest = self._dest(type, dest)
        self.emit(Convert(self.location, dest, op, operand))
        return dest

    def logical_not(self, operand: Operand, dest: Register | None = None) -> Register:
        """Negate a boolean."""
        return self.binary(BinaryOp.XOR, operand, boolean(True), dest)

    # Memory -----------------------------------------------------------------------------------------------------

    def load_field(self, object: Operand, offset: int, type: IRType, dest: Register | None = None) -> Register:
        dest = self._dest(type, dest)
        self.emit(LoadField(self.location, dest, object, offset))
        return dest

    def store_field(self, object: Operand, offset: int, value: Operand, initializing: bool = False) -> None:
        self.emit(StoreField(self.location, object, offset, value, initializing))

    def length(self, array: Operand, dest: Register | None = None) -> Register:
        dest = self._dest(IRType.I64, dest)
        self.emit(Length(self.location, dest, array))
        return dest

    def load_element(
        self,
        array: Operand,
        index: Operand,
        type: IRType,
        stride: int,
        offset: int = 0,
        unchecked: bool = False,
        dest: Register | None = None,
    ) -> Register:
        dest = self._dest(type, dest)
        self.emit(LoadElement(self.location, dest, array, index, stride, offset, unchecked))
        return dest

    def store_element(
        self,
        array: Operand,
        index: Operand,
        value: Operand,
        stride: int,
        offset: int = 0,
        unchecked: bool = False,
    ) -> None:
        self.emit(StoreElement(self.location, array, index, stride, offset, value, unchecked))

    def clear_element(self, array: Operand, index: Operand, descriptor: str) -> None:
        self.emit(ClearElement(self.location, array, index, descriptor, False))

    def check_index(self, array: Operand, index: Operand) -> None:
        self.emit(CheckIndex(self.location, array, index))

    def allocate_object(self, descriptor: str, dest: Register | None = None) -> Register:
        dest = self._dest(IRType.REF, dest)
        self.emit(AllocateObject(self.location, dest, descriptor))
        return dest

    def allocate_array(
        self, descriptor: str, length: Operand, dest: Register | None = None, *, unused: bool = False
    ) -> Register:
        dest = self._dest(IRType.REF, dest)
        self.emit(AllocateArray(self.location, dest, descriptor, length, unused))
        return dest

    def concat(self, parts: tuple[Operand, ...], dest: Register | None = None) -> Register:
        dest = self._dest(IRType.REF, dest)
        self.emit(ConcatStrings(self.location, dest, parts))
        return dest

    # Calls ------------------------------------------------------------------------------------------------------

    def call(
        self,
        callee: str,
        arguments: tuple[Operand, ...],
        results: tuple[IRType, ...],
        dests: tuple[Register, ...] | None = None,
    ) -> tuple[Register, ...]:
        if dests is None:
            dests = tuple([self.function.new_register(type) for type in results])
        self.emit(Call(self.location, dests, callee, arguments))
        return dests

    def call_closure(
        self,
        closure: Operand,
        arguments: tuple[Operand, ...],
        signature: Signature,
        dests: tuple[Register, ...] | None = None,
    ) -> tuple[Register, ...]:
        """`signature` is that of the code: its first parameter is the closure, which `arguments` leaves out."""
        if dests is None:
            dests = tuple([self.function.new_register(type) for type in signature.results])
        self.emit(CallClosure(self.location, dests, closure, arguments, signature))
        return dests

    def load_table(self, table: Operand, index: int, dest: Register | None = None) -> Register:
        """Load the address at an index of a method table."""
        dest = self._dest(IRType.PTR, dest)
        self.emit(LoadTable(self.location, dest, table, index))
        return dest

    def call_indirect(
        self, code: Operand, arguments: tuple[Operand, ...], signature: Signature
    ) -> tuple[Register, ...]:
        """Call the function at a code address."""
        dests = tuple([self.function.new_register(type) for type in signature.results])
        self.emit(CallIndirect(self.location, dests, code, arguments, signature))
        return dests

    def call_runtime(
        self, function: str, arguments: tuple[Operand, ...], dest: Register | None = None
    ) -> Register | None:
        """Return the register of the result, if there is one. A function that never returns ends the block."""
        signature = RUNTIME_SIGNATURES[function]
        if signature.result is not None and dest is None:
            dest = self.function.new_register(signature.result)
        self.emit(CallRuntime(self.location, dest, function, arguments))
        if not signature.returns:
            self.unreachable()
        return dest

    def call_runtime_value(
        self, function: str, arguments: tuple[Operand, ...], dest: Register | None = None
    ) -> Register:
        """Call a runtime function that returns a result."""
        result = self.call_runtime(function, arguments, dest)
        if result is None:
            raise ValueError(f"{function} returns no result")
        return result

    def call_extern(
        self,
        imported: ExternImport,
        arguments: tuple[Operand, ...],
        dest: Register | None = None,
        passing: tuple[Passing, ...] = (),
    ) -> Register | None:
        results = imported.signature.results
        if results and dest is None:
            dest = self.function.new_register(results[0])
        self.emit(CallExtern(self.location, dest, imported.symbol, arguments, passing=passing))
        return dest

    # Terminators ------------------------------------------------------------------------------------------------

    def jump(self, target: Block) -> None:
        self.end(Jump(self.location, target))

    def branch(self, condition: Operand, then: Block, otherwise: Block, likely: bool | None = None) -> None:
        self.end(Branch(self.location, condition, then, otherwise, likely))

    def switch(self, value: Operand, cases: tuple[tuple[int, Block], ...], default: Block) -> None:
        self.end(Switch(self.location, value, cases, default))

    def ret(self, values: tuple[Operand, ...] = ()) -> None:
        self.end(Return(self.location, values))

    def unreachable(self) -> None:
        self.end(Unreachable(self.location))


def unary_result(op: UnaryOp, operand: IRType) -> IRType:
    """Return the result type of a unary operation: the operand's, except for the two casts."""
    match op:
        case UnaryOp.BITS:
            return IRType.I64 if operand is IRType.F64 else IRType.I32
        case UnaryOp.FROM_BITS:
            return IRType.F64 if operand is IRType.I64 else IRType.F32
        case UnaryOp.BIT_COUNT | UnaryOp.LEADING_ZEROS | UnaryOp.TRAILING_ZEROS | UnaryOp.FNEG | UnaryOp.ABS:
            return operand
        case UnaryOp.FLOOR | UnaryOp.CEIL | UnaryOp.TRUNC | UnaryOp.ROUND | UnaryOp.SQRT:
            return operand
        case UnaryOp.SIN | UnaryOp.COS | UnaryOp.TAN | UnaryOp.ASIN | UnaryOp.ACOS | UnaryOp.ATAN:
            return operand
        case UnaryOp.EXP | UnaryOp.LOG | UnaryOp.LOG2 | UnaryOp.LOG10:
            return operand
        case _:
            raise unhandled(op, "types of unary operations", op)
