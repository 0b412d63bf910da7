"""The pass that inlines: small functions everywhere, larger ones where that lets an object become registers.

Callees come first. A call of a closure or through a method table whose target is known becomes a direct call. Every
inlined instruction keeps its own location and gets that of the call as `caller`, so traces do not change. A function
that may reach itself is never inlined. Growth is limited for each function and for the whole module.
"""

from __future__ import annotations

from beskid.base.graph import is_cycle, strong_components
from beskid.base.node import replace
from beskid.ir.copy import Copier
from beskid.ir.graph import reachable_blocks
from beskid.ir.model import (
    AllocateObject,
    Block,
    Call,
    CallClosure,
    CallIndirect,
    ClosureConstant,
    Function,
    FunctionAddress,
    Instruction,
    IRType,
    Jump,
    LoadTable,
    Location,
    Module,
    Move,
    Operand,
    Register,
    Return,
    StoreField,
    TableAddress,
    type_of,
)
from beskid.ir.operands import WRITES
from beskid.ir.references import named_functions
from beskid.lower.passes.blocks import Labels
from beskid.lower.passes.inline_gain import Summary, depth_of, leaving_registers, size_of, summarize_callee
from beskid.lower.passes.step import Pass

SMALL_SIZE = 8
"""A function of this size costs hardly more than a call."""

CALLER_SIZE = 250
"""No function grows beyond this; larger ones are compiled for size."""

MAX_INLINE_DEPTH = 8
"""A call that was inlined through so many is not inlined."""

MAX_LOCATIONS = 32
"""The most places of one instruction. Along a chain of functions that only call the next, each would otherwise get the
moves of all later ones, with as many places."""

GROWTH_PERCENT = 30
MIN_GROWTH_LIMIT = 300
"""How much a module may grow, in percent of its instructions; a minimum lets small programs benefit."""


def inline_calls(module: Module) -> None:
    """Inline the calls of every function, callees first."""
    edges = {
        name: [named for named in dict.fromkeys(named_functions(function, module)) if named in module.functions]
        for name, function in module.functions.items()
    }
    total = sum([_size(function) for function in module.functions.values()])
    budget = _Budget(max(MIN_GROWTH_LIMIT, total * GROWTH_PERCENT // 100))
    summaries: dict[str, Summary] = {}
    for members in strong_components(edges):
        is_recursive = is_cycle(members, edges)
        for name in members:
            function = module.functions[name]
            if edges[name]:
                _Inliner(module, function, summaries, budget).run()
            summaries[name] = summarize_callee(function, summaries, is_recursive)


class _Budget:
    """The count of instructions by which the module may still grow."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


def _size(function: Function) -> int:
    size = 0
    for block in function.blocks:
        for instruction in block.instructions:
            size += size_of(instruction)
        if block.terminator is not None:
            size += size_of(block.terminator)
    return size


class _Inliner:
    """The work on one caller. `definitions` has the instruction that assigns each register assigned once."""

    __slots__ = (
        "budget",
        "codes",
        "definitions",
        "function",
        "is_cut",
        "labels",
        "leaving",
        "module",
        "size",
        "summaries",
    )

    def __init__(self, module: Module, function: Function, summaries: dict[str, Summary], budget: _Budget) -> None:
        self.module = module
        self.function = function
        self.summaries = summaries
        self.budget = budget
        self.size = 0
        self.is_cut = False
        self.definitions: dict[Register, Instruction | None] = {}
        self.codes: dict[Operand, str] = {}
        self.leaving: tuple[int, set[Operand]] | None = None

    def run(self) -> None:
        function = self.function
        if not self._has_candidates():
            return
        self.size = _size(function)
        self.labels = Labels(function)
        self.definitions = dict.fromkeys(function.parameters)
        for block in function.blocks:
            for instruction in block.instructions:
                self._define(instruction)
        number = 0
        while number < len(function.blocks):
            block = function.blocks[number]
            position = 0
            while position < len(block.instructions):
                instruction = block.instructions[position]
                kind = type(instruction)
                if kind is CallClosure or kind is CallIndirect:
                    instruction = self._direct(instruction)  # type: ignore[arg-type]
                    block.instructions[position] = instruction
                if isinstance(instruction, Call) and self._wants(instruction):
                    self._inline(number, position, instruction)
                else:
                    position += 1
            number += 1
        if self.is_cut:
            reachable = reachable_blocks(function)
            function.blocks = [block for block in function.blocks if block in reachable]

    def _has_candidates(self) -> bool:
        """Return whether any call could be inlined, so that other functions cost nothing more."""
        for block in self.function.blocks:
            for instruction in block.instructions:
                kind = type(instruction)
                if kind is CallClosure or kind is CallIndirect:
                    return True
                if kind is Call:
                    summary = self.summaries.get(instruction.callee)  # type: ignore[union-attr]
                    if summary is not None and summary.is_gainful():
                        return True
        return False

    def _define(self, instruction: Instruction) -> None:
        """Record what an instruction assigns, and the code that it stores in a closure."""
        for register in WRITES[type(instruction)](instruction):
            self.definitions[register] = None if register in self.definitions else instruction
        if isinstance(instruction, StoreField) and isinstance(instruction.value, FunctionAddress):
            self.codes[instruction.object] = instruction.value.function

    # Known values -------------------------------------------------------------------------------------------------

    def _origin(self, operand: Operand) -> Operand:
        """Return what a register that is assigned once is a copy of."""
        while isinstance(operand, Register):
            definition = self.definitions.get(operand)
            if not isinstance(definition, Move):
                break
            operand = definition.source
        return operand

    def _code_of(self, closure: Operand) -> str | None:
        """Return the function of a function value if it is known."""
        origin = self._origin(closure)
        if isinstance(origin, ClosureConstant):
            return origin.function
        if isinstance(origin, Register) and isinstance(self.definitions.get(origin), AllocateObject):
            return self.codes.get(origin)
        return None

    def _direct(self, call: CallClosure | CallIndirect) -> Instruction:
        """Return a direct call of the target if it is known, else the call itself."""
        if isinstance(call, CallClosure):
            target = self._code_of(call.closure)
            arguments = (call.closure, *call.arguments)
        else:
            target = None
            arguments = call.arguments
            origin = self._origin(call.code)
            definition = self.definitions.get(origin) if isinstance(origin, Register) else None
            if isinstance(definition, LoadTable):
                table = self._origin(definition.table)
                if isinstance(table, TableAddress):
                    target = self.module.tables[table.table].functions[definition.entry]
        if target is None or self.module.functions[target].signature() != call.signature:
            return call
        made = Call(call.location, call.dests, target, arguments)
        for register in call.dests:
            if self.definitions.get(register) is call:
                self.definitions[register] = made
        return made

    def _is_made(self, operand: Operand) -> bool:
        """Return whether a reference is an object made in this function, or by a callee for it."""
        origin = self._origin(operand)
        definition = self.definitions.get(origin) if isinstance(origin, Register) else None
        if isinstance(definition, AllocateObject):
            return True
        if not isinstance(definition, Call):
            return False
        summary = self.summaries.get(definition.callee)
        return summary is not None and summary.makes[definition.dests.index(origin)]

    def _stays(self, operand: Operand) -> bool:
        known = len(self.function.registers)
        if self.leaving is None or self.leaving[0] != known:
            self.leaving = (known, leaving_registers(self.function, self.summaries, self._code_of))
        return operand not in self.leaving[1]

    # Decision -----------------------------------------------------------------------------------------------------

    def _wants(self, call: Call) -> bool:
        summary = self.summaries.get(call.callee)
        if summary is None or not summary.may_inline:
            return False
        depth = depth_of(call)
        if depth >= MAX_INLINE_DEPTH or depth + summary.depth + 2 > MAX_LOCATIONS:
            return False
        if self.size + summary.size > CALLER_SIZE or summary.size > self.budget.left:
            return False
        return summary.size <= SMALL_SIZE or (summary.is_gainful() and self._gains(call, summary))

    def _gains(self, call: Call, summary: Summary) -> bool:
        for index, argument in enumerate(call.arguments):
            if summary.calls[index]:
                origin = self._origin(argument)
                if isinstance(origin, TableAddress) or self._code_of(origin) is not None:
                    return True
            is_lent = type_of(argument) is IRType.REF and not summary.keeps[index]
            if is_lent and self._is_made(argument) and self._stays(argument):
                return True
        return any(makes and self._stays(dest) for makes, dest in zip(summary.makes, call.dests, strict=False))

    # Inlining -----------------------------------------------------------------------------------------------------

    def _inline(self, number: int, position: int, call: Call) -> None:
        """Replace a call by a copy of the callee; the code after the call continues where the copy returns."""
        function = self.function
        callee = self.module.functions[call.callee]
        summary = self.summaries[call.callee]
        self.module.inlined.add(call.callee)
        self.size += summary.size
        self.budget.left -= max(summary.size - 1, 0)
        for register in call.dests:
            if self.definitions.get(register) is call:
                del self.definitions[register]
        block = function.blocks[number]
        behind = block.instructions[position + 1 :]
        end = block.terminator
        del block.instructions[position:]
        splice = _Splice(function, callee, call)
        self._pass_arguments(block, splice, callee, call)
        copies = [block]
        for original in callee.blocks[1:]:
            copies.append(self.labels.new_block("inlined"))
            splice.blocks[original] = copies[-1]
        returning: list[tuple[Block, tuple[Operand, ...]]] = []
        for original, copy in zip(callee.blocks, copies, strict=True):
            for instruction in original.instructions:
                copied = splice.instruction(instruction)
                copy.instructions.append(copied)
                self._define(copied)
            assert original.terminator is not None
            if isinstance(original.terminator, Return):
                returning.append((copy, splice.operands(original.terminator.values)))
            else:
                copy.terminator = splice.terminator(original.terminator)
        for variable in tuple(callee.variables):
            parts, location = splice.operands(variable.parts), splice.location(variable.location)
            function.variables.append(replace(variable, parts=parts, location=location))
        for copy, values in returning:
            self._give_results(copy, call, values)
        if len(returning) == 1:
            returning[0][0].instructions.extend(behind)
            returning[0][0].terminator = end
        elif returning:
            rest = self.labels.new_block("inlined")
            rest.instructions = behind
            rest.terminator = end
            for copy, _ in returning:
                copy.terminator = Jump(call.location, rest)
            copies.append(rest)
        else:
            self.is_cut = True
        function.blocks[number + 1 : number + 1] = copies[1:]

    def _pass_arguments(self, block: Block, splice: _Splice, callee: Function, call: Call) -> None:
        """Replace parameters by arguments, which do not change while the callee runs. Copy those that are assigned."""
        assigned = {
            register
            for original in callee.blocks
            for instruction in original.instructions
            for register in WRITES[type(instruction)](instruction)
        }
        for parameter, argument in zip(callee.parameters, call.arguments, strict=True):
            if parameter in assigned:
                own = self.function.new_register(parameter.type, parameter.name)
                self.definitions[own] = None
                block.instructions.append(Move(call.location, own, argument))
                splice.registers[parameter] = own
            else:
                splice.registers[parameter] = argument

    def _give_results(self, copy: Block, call: Call, values: tuple[Operand, ...]) -> None:
        """Assign the results of the call, through new registers where a destination is still to be read."""
        if any(dest in values for dest in call.dests):
            kept: list[Operand] = []
            for value in values:
                own = self.function.new_register(type_of(value))
                self._append(copy, Move(call.location, own, value))
                kept.append(own)
            values = tuple(kept)
        for dest, value in zip(call.dests, values, strict=True):
            self._append(copy, Move(call.location, dest, value))

    def _append(self, block: Block, instruction: Instruction) -> None:
        block.instructions.append(instruction)
        self._define(instruction)


class _Splice(Copier):
    """Copies parts of the callee to the caller, with new registers and blocks, and locations with that of the call."""

    __slots__ = ("_callee", "_caller", "_function", "_locations", "blocks", "registers")

    def __init__(self, function: Function, callee: Function, call: Call) -> None:
        self._function = function
        self._callee = callee
        self._caller = call.location if call.location is not None else function.location
        self._locations: dict[Location | None, Location] = {}
        self.registers: dict[Register, Operand] = {}
        self.blocks: dict[Block, Block] = {}

    def operand(self, operand: Operand) -> Operand:
        if type(operand) is not Register:
            return operand
        known = self.registers.get(operand)
        return self.dest(operand) if known is None else known

    def dest(self, register: Register) -> Register:
        known = self.registers.get(register)
        if known is None:
            known = self.registers[register] = self._function.new_register(register.type, register.name)
        assert isinstance(known, Register)
        return known

    def block(self, block: Block) -> Block:
        return self.blocks[block]

    def location(self, location: Location | None) -> Location:
        known = self._locations.get(location)
        if known is None:
            own = location if location is not None else self._callee.location
            known = self._locations[location] = _called_from(own, self._caller)
        return known


def _called_from(location: Location, caller: Location) -> Location:
    """Return the location with `caller` after the calls that were inlined before."""
    behind = caller if location.caller is None else _called_from(location.caller, caller)
    return Location(location.function, location.file, location.line, location.column, behind)


INLINE = Pass(
    "inline",
    "Inlines small functions, and larger ones where a closure is known or an object need not be made.",
    inline_calls,
    only_optimizes=True,
)
