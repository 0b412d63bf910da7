"""One function of IR as LLVM text.

It takes an `ir.Function` and the module's pool and returns the text of its definition. A register that is assigned once
is an SSA value `%r<index>`; any other is a stack slot `%v<index>` that LLVM promotes. The handlers of instructions are
in `operations`, `checks` and `calls`; this module owns naming, blocks, terminators and the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from beskid.abi.generated.tables import SHADOW_GUARD_SIZE, SHADOW_REGION_SIZE, SIZE_CLASSES
from beskid.base.node import node
from beskid.codegen.llvm.constant_runs import parts_of
from beskid.codegen.llvm.debug_variables import ShownVariables, variable_registers
from beskid.codegen.llvm.long_blocks import LARGE_INSTRUCTIONS, PARTS_OF_LONG_BLOCKS, far_registers, long_blocks
from beskid.codegen.llvm.pool import Pool
from beskid.codegen.llvm.types import VALUE_TYPE, float_text, results_type
from beskid.ir.effects import BEHAVIOURS, Behaviour
from beskid.ir.model import (
    Block,
    Branch,
    ClosureConstant,
    ConcatStrings,
    FloatConstant,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    LoadField,
    Location,
    Move,
    NullConstant,
    Operand,
    Register,
    Return,
    SliceString,
    StoreElement,
    StringConstant,
    Switch,
    TableAddress,
    Terminator,
    Unreachable,
    VariantConstant,
    type_of,
)

LIGHT_ATTRIBUTE = '"beskid-light"'
"""Marks a function that is optimized by few passes (`light_passes`).

The variables that it loads are frozen, because code generation asks scalar evolution about loops, and its answers take
time that grows with the square of the loops through which a value is followed.
"""

REFERENCE_ATTRIBUTES = f"noundef dereferenceable_or_null({SIZE_CLASSES[0]})"
"""True for every reference: it is null, or a cell of at least the smallest size, static objects included."""


_CODE_CALLS = (Behaviour.FUNCTION_CALL, Behaviour.UNKNOWN_CALL)

SP = "%sp"
SP_COPY = "%sp.copy"

NUMBERS = "%numbers"
"""The stack words in which a concatenation passes its numbers."""


@node
class Header:
    """The names of an array's data address and length."""

    data: str
    length: str


class FunctionWriter:
    """Writes one function; the handlers in `operations` call its helpers."""

    __slots__ = (
        "_block_names",
        "_cold",
        "_counter",
        "_definition_location",
        "_far",
        "_headers",
        "_is_light",
        "_levels",
        "_long_blocks",
        "_placed",
        "_roots",
        "_scope",
        "_shown",
        "_symbol",
        "_variables",
        "debug",
        "function",
        "is_compact",
        "is_in_long_block",
        "level",
        "lines",
        "location",
        "metadata",
        "pool",
        "sp",
    )

    def __init__(self, function: Function, pool: Pool, level: int = 0, levels: int = 0) -> None:
        """`level` is 0 for the function itself and counts the copies that are inlined into it, of `levels` in all."""
        self.function = function
        self._is_light = function.name in pool.many_loops
        self.level = level
        self._levels = levels
        self._symbol = level_name(pool.symbols[function.name], level)
        self.pool = pool
        self.metadata = pool.metadata
        self.lines: list[str] = []
        self.location = function.location
        self.debug = ""
        self._placed: Location | None = None
        """The location that `debug` has; None when it has that of the definition."""
        self._cold: list[str] = []
        self._counter = 0
        self._headers: dict[int, Header] = {}
        self._roots: dict[int, str] = {}
        large = sum([len(block.instructions) for block in function.blocks]) > LARGE_INSTRUCTIONS
        self.is_compact = large or not pool.optimize
        self.is_in_long_block = False
        self.sp = SP
        self._long_blocks = long_blocks(function)
        self._block_names: dict[Block, str] = {block: f"b{index}" for index, block in enumerate(function.blocks)}
        variables = pool.names.variables(function)
        self._far = far_registers(function, self._long_blocks) - variables
        if pool.keeps_variables:
            self._far |= variable_registers(function)
        self._variables = variables | self._far
        self._scope = self.metadata.subprogram(self._symbol.strip('@"'), function.location)
        self._shown: ShownVariables | None = None
        if self.metadata.has_variables:
            self._shown = ShownVariables(function, self._scope, self.metadata, pool.debug_types, self._variables)
        self._definition_location = self.metadata.location(self._scope, function.location.line, 0)

    def write(
        self,
        handlers: Mapping[type, Callable[[FunctionWriter, Any], None]],
        write_run: Callable[[FunctionWriter, list[StoreElement]], None],
    ) -> str:
        """Return the definition. The handler of its class writes an instruction, `write_run` a constant run."""
        function = self.function
        self._open()
        is_beginning = self.pool.keeps_variables
        for block in function.blocks:
            self.lines.append(f"{self._block_names[block]}:")
            self.is_in_long_block = block in self._long_blocks
            self.sp = SP
            for number, part in enumerate(parts_of(block.instructions), 1):
                if self.is_in_long_block and number % PARTS_OF_LONG_BLOCKS == 0:
                    self.sp = self.compute(f"load volatile ptr, ptr {SP_COPY}")
                if isinstance(part, list):
                    is_beginning = False
                    self._place(part[0].location)
                    write_run(self, part)
                else:
                    self._place(part.location)
                    is_beginning = is_beginning and self._place_first(part)
                    handlers[type(part)](self, part)
            if block.terminator is None:
                raise ValueError(f"block {block.label} of {function.name} has no terminator")
            self.sp = SP
            self._place(block.terminator.location)
            self._terminate(block.terminator)
        self.lines += self._cold
        self.lines.append("}")
        return "\n".join(self.lines)

    def _open(self) -> None:
        function = self.function
        parameters = [f"ptr nonnull noundef align 8 {SP}"]
        for parameter in function.parameters:
            name = f"%a{parameter.index}" if parameter.index in self._variables else f"%r{parameter.index}"
            attributes = REFERENCE_ATTRIBUTES if parameter.type is IRType.REF else "noundef"
            parameters.append(f"{VALUE_TYPE[parameter.type]} {attributes} {name}")
        is_kept = function.inline_never or function.name in self.pool.kept_out_of_line
        inlining = " noinline" if is_kept or self._is_light or self.is_compact else ""
        if self._is_light:
            inlining += f" {LIGHT_ATTRIBUTE}"
        linkage = "internal" if self.level else self.pool.linkage
        if self.level:
            inlining = " alwaysinline"
        scope = f" !dbg !{self._scope}" if self._scope >= 0 else ""
        given = f"{REFERENCE_ATTRIBUTES} " if function.results == (IRType.REF,) else ""
        self.lines.append(
            f"define {linkage} {given}{results_type(function.results)} {self._symbol}"
            f"({', '.join(parameters)}) nounwind{inlining}{self.pool.attributes}{scope} {{"
        )
        self.lines.append("start:")
        for register in function.registers:
            if register.index in self._variables:
                self.lines.append(f"  %v{register.index} = alloca {VALUE_TYPE[register.type]}")
        numbers = max_numbers(function)
        if numbers:
            self.lines.append(f"  {NUMBERS} = alloca [{numbers} x i64]")
        for block in function.blocks:
            for step in block.instructions:
                if type(step) is SliceString:
                    self.lines.append(f"  {slice_name(step)} = alloca [2 x i64], align 8")
        if self._long_blocks:
            self.lines += [f"  {SP_COPY} = alloca ptr", f"  store volatile ptr {SP}, ptr {SP_COPY}"]
        for parameter in function.parameters:
            if parameter.index in self._variables:
                kind = VALUE_TYPE[parameter.type]
                access = self._access(parameter)
                self.lines.append(f"  store {access}{kind} %a{parameter.index}, ptr %v{parameter.index}")
        if self._shown is not None:
            self.lines += self._shown.at_entry(self.value)
        if self.pool.conventions.stack_margin and calls_code(function):
            self._check_stacks()
        self.lines.append(f"  br label %{self._block_names[function.blocks[0]]}{self._definition_location}")

    def _check_stacks(self) -> None:
        """Panic unless both stacks have room: where nothing guards them, an overflow would overwrite other memory.

        Slots of this activation may lie beyond the limit: what follows it is larger than the slots of any function.
        """
        self._place(None)
        address = self.compute(f"ptrtoint ptr {SP} to i64")
        offset = self.compute(f"and i64 {address}, {SHADOW_REGION_SIZE - 1}")
        has_slots = self.compute(f"icmp ult i64 {offset}, {SHADOW_REGION_SIZE - SHADOW_GUARD_SIZE}")
        self.pool.intrinsic("declare ptr @llvm.stacksave.p0()")
        own = self.compute("call ptr @llvm.stacksave.p0()")
        left = self.compute(f"ptrtoint ptr {own} to i64")
        # The stack ends at address 0, and the frame of this function may reach beyond it.
        has_stack = self.compute(f"icmp sge i64 {left}, {self.pool.conventions.stack_margin}")
        has_room = self.compute(f"and i1 {has_slots}, {has_stack}")
        shown, self.lines = self.lines, []
        self.store_top(0)
        self.emit(f"call void {self.pool.call_runtime('panic_stack_overflow')}()")
        self.emit("unreachable")
        lines, self.lines = self.lines, shown
        resume, overflow = self.label(), self.cold_block(lines)
        self.emit(f"br i1 {has_room}, label %{resume}, label %{overflow}{self.metadata.weights(2000, 1)}")
        self.lines.append(f"{resume}:")

    def _place_first(self, instruction: Instruction) -> bool:
        """Take its line from an instruction with which a function begins that keeps its variables.

        Loads of what a closure captures, and moves, have the location of the function. A debugger stops after them.
        Return whether the next instruction may be one of them.
        """
        if type(instruction) not in (LoadField, Move) or instruction.location is not self.function.location:
            return False
        self.debug = ""
        self._placed = None
        return True

    def _place(self, location: Location | None) -> None:
        if location is None:
            self.location = self.function.location
            self.debug = self._definition_location
            self._placed = None
            return
        if location is self._placed:
            return
        self._placed = location
        self.location = location
        self.debug = self.metadata.place(self._scope, location)

    # Values -----------------------------------------------------------------------------------------------------

    def temporary(self) -> str:
        """Return an unused local name."""
        self._counter += 1
        return f"%t{self._counter}"

    def label(self) -> str:
        """Return an unused label."""
        self._counter += 1
        return f"l{self._counter}"

    def emit(self, line: str) -> None:
        """Append an instruction at the current location."""
        self.lines.append(f"  {line}{self.debug}")

    def compute(self, expression: str) -> str:
        """Append an instruction that has a result. Return the name of the result."""
        name = self.temporary()
        self.lines.append(f"  {name} = {expression}{self.debug}")
        return name

    def assign(self, dest: Register, expression: str) -> None:
        """Append an instruction and assign its result to the register."""
        index = dest.index
        if index not in self._variables:
            self.lines.append(f"  %r{index} = {expression}{self.debug}")
            self._show(index)
            return
        self.set(dest, self.compute(expression))

    def set(self, dest: Register, value: str) -> None:
        """Assign a value to the register."""
        kind = VALUE_TYPE[dest.type]
        if dest.index in self._variables:
            self.lines.append(f"  store {self._access(dest)}{kind} {value}, ptr %v{dest.index}{self.debug}")
        else:
            self.lines.append(f"  %r{dest.index} = bitcast {kind} {value} to {kind}{self.debug}")
            self._show(dest.index)

    def _show(self, index: int) -> None:
        """Tell a debugger of a register that was assigned."""
        if self._shown is not None:
            self.lines += self._shown.values.get(index, ())

    def value(self, operand: Operand) -> str:
        """Return the text of an operand, after loading it if it is a variable."""
        match operand:
            case Register(index=index):
                if index not in self._variables:
                    return f"%r{index}"
                kind = VALUE_TYPE[operand.type]
                loaded = self.compute(f"load {self._access(operand)}{kind}, ptr %v{index}")
                return self.compute(f"freeze {kind} {loaded}") if self._is_light else loaded
            case IntConstant(value=number):
                return ("true" if number & 1 else "false") if operand.type is IRType.I1 else str(number)
            case FloatConstant():
                return float_text(operand)
            case NullConstant():
                return "null"
            case StringConstant(data=data):
                return self.pool.literal(data)
            case ClosureConstant(function=function):
                return self.pool.closure(function)
            case VariantConstant(descriptor=descriptor, tag=tag):
                return self.pool.variant(descriptor, tag)
            case FunctionAddress(function=function):
                return self.pool.address(function)
            case TableAddress(table=table):
                return self.pool.table(table)

    def keep_header(self, array: Register, header: Header) -> None:
        """Record the header of a register, unless the register is a variable."""
        if array.index not in self._variables:
            self._headers[array.index] = header

    def header(self, array: Operand) -> Header | None:
        """Return the header that was loaded for a register."""
        return self._headers.get(array.index) if isinstance(array, Register) else None

    def keep_root(self, register: Register, root: str) -> None:
        """Record what a slot holds in place of a register whose object is in the frame."""
        self._roots[register.index] = root

    def copy_root(self, register: Register, source: Operand) -> None:
        """Record that the same keeps a copy alive."""
        if isinstance(source, Register) and source.index in self._roots:
            self._roots[register.index] = self._roots[source.index]

    def root(self, operand: Operand) -> str:
        """Return the text of what a slot holds to keep an operand alive."""
        held = self._roots.get(operand.index) if isinstance(operand, Register) else None
        return self.value(operand) if held is None else held

    def _access(self, register: Register) -> str:
        """Return what keeps a register in memory, for the text of its loads and stores; empty where LLVM decides."""
        return "volatile " if register.index in self._far else ""

    def typed(self, operand: Operand) -> str:
        """Return the text of an operand, preceded by its type."""
        return f"{VALUE_TYPE[type_of(operand)]} {self.value(operand)}"

    def callee(self, name: str) -> str:
        """Return the symbol to call for a function; a recursive function calls its next copy."""
        symbol = self.pool.body(name)
        if not self._levels or name != self.function.name:
            return symbol
        return level_name(symbol, (self.level + 1) % (self._levels + 1))

    def descriptor(self, name: str) -> str:
        """Return the address of a type descriptor."""
        return self.pool.descriptor(name)

    # Frame ------------------------------------------------------------------------------------------------------

    def slot(self, index: int) -> str:
        """Return the address of a shadow slot of this activation."""
        return self.compute(f"getelementptr inbounds i8, ptr {self.sp}, i64 {8 * index}") if index else self.sp

    def context(self, offset: int = 0) -> str:
        """Return the address of a word of the mutator context.

        Must not use `llvm.ptrmask`: alias analysis takes its result for the masked pointer and deletes root stores.
        """
        address = self.compute(f"ptrtoint ptr {self.sp} to i64")
        base = self.compute(f"and i64 {address}, {-SHADOW_REGION_SIZE}")
        context = self.compute(f"inttoptr i64 {base} to ptr")
        return self.compute(f"getelementptr inbounds i8, ptr {context}, i64 {offset}") if offset else context

    def store_top(self, slots: int) -> None:
        """Store the end of this activation's live slots in the context."""
        top = self.slot(slots)
        self.emit(f"store ptr {top}, ptr {self.context()}{self.metadata.context()}")

    def cold_block(self, lines: list[str]) -> str:
        """Add a block at the end of the function. Return its label."""
        label = self.label()
        self._cold.append(f"{label}:")
        self._cold += lines
        return label

    # Terminators ------------------------------------------------------------------------------------------------

    def _terminate(self, terminator: Terminator) -> None:
        match terminator:
            case Jump(target=target):
                self.emit(f"br label %{self._block_names[target]}")
            case Branch(condition=condition, then=then, otherwise=otherwise, likely=likely):
                hint = ""
                if likely is not None:
                    hint = self.metadata.weights(2000, 1) if likely else self.metadata.weights(1, 2000)
                self.emit(
                    f"br i1 {self.value(condition)}, label %{self._block_names[then]}, "
                    f"label %{self._block_names[otherwise]}{hint}"
                )
            case Switch(value=value, cases=cases, default=default):
                kind = VALUE_TYPE[type_of(value)]
                arms = " ".join([f"{kind} {number}, label %{self._block_names[block]}" for number, block in cases])
                self.emit(f"switch {kind} {self.value(value)}, label %{self._block_names[default]} [ {arms} ]")
            case Return(values=values):
                self._return(values)
            case Unreachable():
                self.emit("unreachable")
            case _:
                assert_never(terminator)

    def _return(self, values: tuple[Operand, ...]) -> None:
        if not values:
            self.emit("ret void")
            return
        if len(values) == 1:
            self.emit(f"ret {self.typed(values[0])}")
            return
        kind = results_type(self.function.results)
        built = "poison"
        for index, value in enumerate(values):
            built = self.compute(f"insertvalue {kind} {built}, {self.typed(value)}, {index}")
        self.emit(f"ret {kind} {built}")


def calls_code(function: Function) -> bool:
    """Return whether a function calls compiled or foreign code, which may call it again."""
    return any(BEHAVIOURS[type(each)] in _CODE_CALLS for block in function.blocks for each in block.instructions)


def level_name(symbol: str, level: int) -> str:
    """Return the name of a copy of a function that is inlined into it."""
    if not level:
        return symbol
    return f'{symbol[:-1]}$level{level}"' if symbol.endswith('"') else f"{symbol}$level{level}"


def slice_name(step: SliceString) -> str:
    """Return the name of the address of a slice in the frame."""
    return f"%slice{step.dest.index}"


def max_numbers(function: Function) -> int:
    """Return the largest count of numbers in one concatenation of the function."""
    return max(
        [
            sum([type_of(part) is IRType.I64 for part in instruction.parts])
            for block in function.blocks
            for instruction in block.instructions
            if isinstance(instruction, ConcatStrings)
        ],
        default=0,
    )
