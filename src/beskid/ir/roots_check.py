"""The check of the shadow stack after the roots pass: what a collection or a trace would find at each safepoint.

`RootsCheck` follows every path through one function and tracks, for each slot, whether it was stored in this
activation and not invalidated since, and which registers it certainly equals. It returns the problems it finds. It uses
only the final IR and shares no decision with the pass.
"""

from __future__ import annotations

from beskid.ir.effects import CALLING, COPYING, Effects
from beskid.ir.graph import predecessors, reverse_postorder, solve_liveness
from beskid.ir.model import (
    Block,
    Call,
    CallIndirect,
    CheckDivisor,
    CheckIndex,
    ClearElement,
    Function,
    Instruction,
    IRType,
    Location,
    Poll,
    Register,
    SliceString,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    Terminator,
)
from beskid.ir.operands import READS, WRITES
from beskid.ir.slot_contents import SlotContents, bits, meet

State = tuple[SlotContents, "Location | None"]
"""What the slots hold, and the call site in slot 0."""

_WITHOUT_RESULT = frozenset({StoreField, StoreElement, ClearElement, CheckIndex, CheckDivisor, Poll})


class RootsCheck:
    """The check of one function."""

    __slots__ = ("effects", "function", "order", "problems", "sliced")

    def __init__(self, function: Function, effects: Effects) -> None:
        self.function = function
        self.effects = effects
        self.order = reverse_postorder(function)
        self.problems: list[str] = []
        self.sliced = self._slices()

    def run(self) -> list[str]:
        """Return the problems of the function."""
        if not self._uses_slots():
            return []
        wanted = self._wanted()
        before = predecessors(self.order)
        first = self.order[0]
        leaving: dict[Block, State] = {}
        entering: dict[Block, State] = {first: (SlotContents(), None)}
        changed = True
        while changed:
            changed = False
            for block in self.order:
                if block is not first:
                    entering[block] = _meet([leaving[origin] for origin in before[block] if origin in leaving])
                after = self._follow(block, entering[block], None)
                if block not in leaving or not _same(leaving[block], after):
                    leaving[block] = after
                    changed = True
        for block in self.order:
            self._follow(block, entering[block], wanted[block])
        return self.problems

    def _uses_slots(self) -> bool:
        for block in self.order:
            for instruction in block.instructions:
                if type(instruction) in CALLING or type(instruction) is StoreRoot:
                    return True
        return False

    def _follow(self, block: Block, state: State, wanted: list[int] | None) -> State:
        """Return the state after the block; with `wanted`, problems are reported."""
        slots, site = state[0].copy(), state[1]
        for position, instruction in enumerate(block.instructions):
            if isinstance(instruction, StoreSite):
                site = instruction.location
            elif isinstance(instruction, StoreRoot):
                self._store(slots, instruction, f"{block.label}, operation {position + 1}", wanted is not None)
            else:
                kind = type(instruction)
                if kind in CALLING:
                    if wanted is not None:
                        where = f"{block.label}, operation {position + 1}"
                        self._at_call(where, instruction, slots, site, wanted[position])
                    if self.effects.is_safepoint(instruction) or self.effects.overwrites_slots(instruction):
                        live: int = instruction.live  # type: ignore[union-attr]
                        slots.lose_above(live)
                if kind not in _WITHOUT_RESULT:
                    _assign(slots, instruction)
        return slots, site

    def _store(self, slots: SlotContents, instruction: StoreRoot, where: str, report: bool) -> None:
        if not 1 <= instruction.slot < self.function.slots:
            if report:
                size = self.function.slots
                self.problems.append(f"{where}: slot {instruction.slot} lies outside the frame of {size}")
            return
        value = instruction.value
        slots.store(instruction.slot, slots.equals_of(value.index) if isinstance(value, Register) else 0)

    def _at_call(
        self, where: str, instruction: Instruction, slots: SlotContents, site: Location | None, wanted: int
    ) -> None:
        live: int = instruction.live  # type: ignore[union-attr]
        size = self.function.slots
        if live >= max(size, 1):
            if live or size:
                self.problems.append(f"{where}: passes {live} slots of a frame of {size}")
            live = max(size - 1, 0)
        if self.effects.needs_site(instruction):
            own = instruction.location if instruction.location is not None else self.function.location
            if site != own:
                self.problems.append(f"{where}: slot 0 does not hold its call site on every path")
            if not size:
                self.problems.append(f"{where}: the frame has no slot for the call site")
        passed = (1 << (live + 1)) - 2
        for slot in bits(passed & ~slots.filled):
            self.problems.append(f"{where}: slot {slot} of the passed prefix may hold a stale word")
        if self.effects.is_safepoint(instruction, is_watched=_references(instruction)[0] & self.sliced != 0):
            # Only registers in no slot, or in slots above the prefix, can be missing.
            doubtful = wanted & (~slots.held | slots.above(live))
            for index in bits(doubtful):
                if not slots.slots.get(index, 0) & passed:
                    self.problems.append(f"{where}: the live reference %{index} is in no passed slot")

    def _slices(self) -> int:
        """Return the registers that hold slices in the frame, whose strings only this activation keeps alive."""
        sliced = 0
        for block in self.order:
            for made in block.instructions:
                read, written = _references(made) if type(made) in COPYING else (0, 0)
                if isinstance(made, SliceString) or read & sliced:
                    sliced |= written
        return sliced

    def _wanted(self) -> dict[Block, list[int]]:
        """Return the reference registers that must be visible at each operation of each block."""
        upward: dict[Block, int] = {}
        killed: dict[Block, int] = {}
        references = {block: [_references(step) for step in _steps(block)] for block in self.order}
        for block in self.order:
            live = assigned = 0
            for read, written in reversed(references[block]):
                live = (live & ~written) | read
                assigned |= written
            upward[block] = live
            killed[block] = assigned
        at_end = solve_liveness(self.order, upward, killed)
        wanted: dict[Block, list[int]] = {}
        for block in self.order:
            live = at_end[block]
            required: list[int] = []
            for step, (read, written) in zip(reversed(_steps(block)), reversed(references[block]), strict=True):
                across = live & ~written
                live = across | read
                required.append(across | (read & self.sliced) if type(step) in (Call, CallIndirect) else live)
            wanted[block] = required[::-1]
        return wanted


def _steps(block: Block) -> list[Instruction | Terminator]:
    steps: list[Instruction | Terminator] = [*block.instructions]
    if block.terminator is not None:
        steps.append(block.terminator)
    return steps


def _references(step: Instruction | Terminator) -> tuple[int, int]:
    """Return the reference registers an operation reads and assigns.

    Root stores read for the collector, not the program.
    """
    kind = type(step)
    read = written = 0
    if kind is not StoreRoot:
        for operand in READS[kind](step):
            if type(operand) is Register and operand.type is IRType.REF:
                read |= 1 << operand.index
    for register in WRITES[kind](step):
        if register.type is IRType.REF:
            written |= 1 << register.index
    return read, written


def _assign(slots: SlotContents, instruction: Instruction) -> None:
    """Update what slots equal after a register changes; a move makes two registers equal."""
    for register in WRITES[type(instruction)](instruction):
        if register.type is IRType.REF:
            source = None
            if type(instruction) in COPYING:
                copied = READS[type(instruction)](instruction)[0]
                source = copied.index if isinstance(copied, Register) else None
            slots.assign(register.index, source)


def _same(one: State, other: State) -> bool:
    return one[1] == other[1] and one[0].same(other[0])


def _meet(states: list[State]) -> State:
    site = states[0][1]
    for _, other_site in states[1:]:
        if other_site != site:
            site = None
    return meet(slots for slots, _ in states), site
