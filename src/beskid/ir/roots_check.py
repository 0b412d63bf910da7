"""The check of the shadow stack after the roots pass: what a collection or a trace would find at each safepoint.

`RootsCheck` follows every path through one function and tracks, for each slot, whether it was stored in this
activation and is not lost since, and which registers it certainly equals. It gives the problems it finds. It works
from the final IR alone and shares no decision with the pass.
"""

from __future__ import annotations

from beskid.ir.effects import CALLING, Effects
from beskid.ir.graph import predecessors, reverse_postorder, solve_liveness
from beskid.ir.model import (
    Block,
    Call,
    CallIndirect,
    CheckDivisor,
    CheckIndex,
    Function,
    Instruction,
    IRType,
    Location,
    Move,
    Register,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    Terminator,
)
from beskid.ir.operands import READS, WRITES

_STORED = 1
"""Bit 0 of a slot's knowledge: stored and not lost. Bit 1 + n: certainly equals register n."""


_WITHOUT_RESULT = frozenset({StoreField, StoreElement, CheckIndex, CheckDivisor})


class RootsCheck:
    """The check of one function."""

    __slots__ = ("effects", "function", "order", "problems")

    def __init__(self, function: Function, effects: Effects) -> None:
        self.function = function
        self.effects = effects
        self.order = reverse_postorder(function)
        self.problems: list[str] = []

    def run(self) -> list[str]:
        """The problems of the function."""
        if not self._uses_slots():
            return []
        wanted = self._wanted()
        before = predecessors(self.order)
        first = self.order[0]
        empty: tuple[list[int], Location | None] = ([0] * self.function.slots, None)
        leaving: dict[Block, tuple[list[int], Location | None]] = {}
        entering = {first: empty}
        changed = True
        while changed:
            changed = False
            for block in self.order:
                if block is not first:
                    entering[block] = _meet([leaving[origin] for origin in before[block] if origin in leaving])
                after = self._follow(block, entering[block], None)
                if leaving.get(block) != after:
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

    def _follow(
        self, block: Block, state: tuple[list[int], Location | None], wanted: list[int] | None
    ) -> tuple[list[int], Location | None]:
        """The state after the block; with `wanted`, problems are reported."""
        slots, site = list(state[0]), state[1]
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
                        slots[live + 1 :] = [0] * max(0, len(slots) - live - 1)
                if kind not in _WITHOUT_RESULT:
                    _assign(slots, instruction)
        return slots, site

    def _store(self, slots: list[int], instruction: StoreRoot, where: str, report: bool) -> None:
        if not 1 <= instruction.slot < len(slots):
            if report:
                self.problems.append(f"{where}: slot {instruction.slot} lies outside the frame of {len(slots)}")
            return
        known = _STORED
        if isinstance(instruction.value, Register):
            known |= 2 << instruction.value.index
            for other in slots:
                if other >> (instruction.value.index + 1) & 1:
                    known |= other
        slots[instruction.slot] = known

    def _at_call(
        self, where: str, instruction: Instruction, slots: list[int], site: Location | None, wanted: int
    ) -> None:
        live: int = instruction.live  # type: ignore[union-attr]
        if live >= max(len(slots), 1):
            if live or len(slots):
                self.problems.append(f"{where}: passes {live} slots of a frame of {len(slots)}")
            live = max(len(slots) - 1, 0)
        if self.effects.needs_site(instruction):
            own = instruction.location if instruction.location is not None else self.function.location
            if site != own:
                self.problems.append(f"{where}: slot 0 does not hold its call site on every path")
            if not slots:
                self.problems.append(f"{where}: the frame has no slot for the call site")
        visible = 0
        for slot in range(1, live + 1):
            if not slots[slot] & _STORED:
                self.problems.append(f"{where}: slot {slot} of the passed prefix may hold a stale word")
            visible |= slots[slot]
        if self.effects.is_safepoint(instruction):
            for index in range(len(self.function.registers)):
                if wanted >> index & 1 and not visible >> (index + 1) & 1:
                    self.problems.append(f"{where}: the live reference %{index} is in no passed slot")

    def _wanted(self) -> dict[Block, list[int]]:
        """The reference registers that must be visible at each operation of each block."""
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
                required.append(across if type(step) in (Call, CallIndirect) else live)
            wanted[block] = required[::-1]
        return wanted


def _steps(block: Block) -> list[Instruction | Terminator]:
    steps: list[Instruction | Terminator] = [*block.instructions]
    if block.terminator is not None:
        steps.append(block.terminator)
    return steps


def _references(step: Instruction | Terminator) -> tuple[int, int]:
    """The reference registers an operation reads and assigns. Root stores read for the collector, not the program."""
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


def _assign(slots: list[int], instruction: Instruction) -> None:
    """Forget what a slot equals when a register changes; a move makes two registers equal."""
    written = 0
    for register in WRITES[type(instruction)](instruction):
        if register.type is IRType.REF:
            written |= 2 << register.index
    if not written:
        return
    source = 0
    if isinstance(instruction, Move) and isinstance(instruction.source, Register):
        source = 2 << instruction.source.index
    for slot, known in enumerate(slots):
        slots[slot] = (known & ~written) | (written if known & source else 0)


def _meet(states: list[tuple[list[int], Location | None]]) -> tuple[list[int], Location | None]:
    slots = list(states[0][0])
    site = states[0][1]
    for other, other_site in states[1:]:
        slots = [mine & yours for mine, yours in zip(slots, other, strict=True)]
        if other_site != site:
            site = None
    return slots, site
