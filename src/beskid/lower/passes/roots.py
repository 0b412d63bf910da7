"""The roots pass: it makes live references visible to the collector in slots of the shadow stack.

For every function with safepoints it finds the reference registers that must be visible during each one (live after it,
or its operands), assigns each a slot by coloring, the most often needed ones lowest, and inserts `StoreRoot` where the
slot does not hold the value already on every path. The slots passed at a safepoint are a dense prefix; holes in it are
set to null, because a stale reference would keep garbage alive or point to a freed cell. Slots above the prefix are
invalid after every safepoint: callees overwrite them, and an object that only they refer to may be freed.

Operands of direct calls that are dead afterwards are left to the callee, which roots its parameters itself, except for
slices in the frame: what their strings keep alive, only this activation knows. Slots
are numbered from 1; slot 0 is the call site. A call that cannot collect requires no reference, but passes the slots in
use so that its callee does not overwrite them.
"""

from __future__ import annotations

from collections.abc import Container
from operator import or_

from beskid.abi import FRAME_SLOTS_MAXIMUM
from beskid.ir.copy import WITH_LIVE
from beskid.ir.debug import Nested, Variable
from beskid.ir.effects import CALLING, COPYING, Effects, summarize
from beskid.ir.graph import predecessors, reverse_postorder, solve_liveness
from beskid.ir.model import (
    Block,
    Call,
    CallIndirect,
    Function,
    Instruction,
    IRType,
    Location,
    Module,
    NullConstant,
    Register,
    SliceString,
    StoreRoot,
    Terminator,
)
from beskid.ir.operands import READS, WRITES
from beskid.ir.slot_contents import SlotContents, bits, meet
from beskid.lower.passes.step import ExceededLimit, Pass
from beskid.lower.passes.timeline import Timeline

_NULL = NullConstant(IRType.REF)

_SAFEPOINT = 0
_KEEPING_CALL = 1
_QUIET_CALL = 2
_OTHER = 3


class _Event:
    """An instruction that is relevant here: the reference registers that it reads and assigns, as bit sets.

    `kind` is one of the four constants above; `required` the registers that must be visible, known after liveness.
    `kept` are those that a debugger may read while the instruction runs other code.
    """

    __slots__ = ("assigned", "copied", "instruction", "kept", "kind", "position", "read", "required")

    def __init__(
        self, position: int, instruction: Instruction | Terminator, kind: int, read: int, assigned: int, copied: int
    ) -> None:
        self.position = position
        self.instruction = instruction
        self.kind = kind
        self.read = read
        self.assigned = assigned
        self.copied = copied
        self.kept = 0
        self.required = 0


def place_roots(module: Module) -> list[ExceededLimit]:
    """Insert the root stores of every function and set `live` on every instruction that runs other code.

    Return the functions that keep more references alive at once than a frame may have slots; they are not changed.
    """
    effects = summarize(module)
    return [_too_many(function) for function in module.functions.values() if not _Roots(function, effects).run()]


def _too_many(function: Function) -> ExceededLimit:
    name = function.location.function
    message = f"`{name}` keeps more than {FRAME_SLOTS_MAXIMUM - 1} references alive at one call"
    return ExceededLimit(function.location, message)


def skip_roots(module: Module) -> None:
    """Pass no slots at all, for measurements: such a program only runs with collection disabled."""
    for function in module.functions.values():
        for block in function.blocks:
            block.instructions = [
                WITH_LIVE[type(step)](step, 0) if type(step) in CALLING else step for step in block.instructions
            ]


class _Roots:
    """The work on one function.

    `shown` are the registers that are known to be in their own slots. `last` is the set of registers last required and
    their slots: from one instruction to the next little changes. `sliced` are the slices in the frame, and copies of
    them.
    """

    __slots__ = (
        "_is_watched",
        "_kept",
        "_kept_everywhere",
        "effects",
        "events",
        "function",
        "last",
        "order",
        "shown",
        "sliced",
        "slots",
    )

    def __init__(self, function: Function, effects: Effects) -> None:
        self.function = function
        self.effects = effects
        kept = [held for held in function.variables if held.is_kept]
        self._is_watched = bool(kept)
        self._kept_everywhere = 0
        for held in kept:
            if held.is_parameter:
                self._kept_everywhere |= _references_of(held)
        shown = [(held.start, held.end, _references_of(held)) for held in kept if not held.is_parameter]
        self._kept = Nested(shown, self._kept_everywhere, or_)
        self.order: list[Block] = []
        self.events: dict[Block, list[_Event]] = {}
        self.slots: dict[int, int] = {}
        self.shown = 0
        self.sliced = 0
        self.last = (0, 0)

    def run(self) -> bool:
        """Insert the root stores. Return False if a frame has too few slots for them."""
        if not self._collect_events():
            return True
        self.order = reverse_postorder(self.function)
        self._require(self._live_at_end())
        required = max((event.required.bit_count() for events in self.events.values() for event in events), default=0)
        if required >= FRAME_SLOTS_MAXIMUM:
            return False
        self.slots = self._color()
        count = max(self.slots.values(), default=0)
        if count >= FRAME_SLOTS_MAXIMUM:
            return False
        if count or self.function.slots:
            self.function.slots = count + 1
        entering = self._contents_at_entry(count)
        for block in self.order:
            self._rewrite(block, entering[block].copy() if block in entering else SlotContents())
        return True

    def _collect_events(self) -> bool:
        """Collect the events of each block. Return False if the function runs no other code."""
        function = self.function
        effects = self.effects
        references = 0
        for register in function.registers:
            if register.type is IRType.REF:
                references |= 1 << register.index
        calls = False
        for block in function.blocks:
            events: list[_Event] = []
            steps: list[Instruction | Terminator] = [*block.instructions]
            if block.terminator is not None:
                steps.append(block.terminator)
            for position, step in enumerate(steps):
                kind = type(step)
                read = 0
                for operand in READS[kind](step):
                    if type(operand) is Register and operand.type is IRType.REF:
                        read |= 1 << operand.index
                assigned = 0
                for register in WRITES[kind](step):
                    if register.type is IRType.REF:
                        assigned |= 1 << register.index
                if kind in CALLING:
                    calls = True
                    # What keeps a slice alive is needed until a callee panics, which may read it after a collection.
                    is_watched = self._is_watched or read & self.sliced != 0
                    event = _Event(position, step, _call_kind(step, effects, is_watched), read, assigned, 0)  # type: ignore[arg-type]
                    event.kept = self._kept_at(step.location)
                    events.append(event)
                elif read or assigned:
                    copied = read if kind in COPYING else 0
                    if kind is SliceString or copied & self.sliced:
                        self.sliced |= assigned
                    events.append(_Event(position, step, _OTHER, read, assigned, copied))
            self.events[block] = events
        return calls

    def _kept_at(self, location: Location | None) -> int:
        """Return the reference registers of the variables that a debugger shows at a location."""
        return self._kept_everywhere if location is None else self._kept.at((location.line, location.column))

    def _live_at_end(self) -> dict[Block, int]:
        """Return the reference registers live at the end of each block."""
        upward: dict[Block, int] = {}
        killed: dict[Block, int] = {}
        for block in self.order:
            live = assigned = 0
            for event in reversed(self.events[block]):
                live = (live & ~event.assigned) | event.read | event.kept
                assigned |= event.assigned
            upward[block] = live
            killed[block] = assigned
        return solve_liveness(self.order, upward, killed)

    def _require(self, at_end: dict[Block, int]) -> None:
        for block in self.order:
            live = at_end[block]
            for event in reversed(self.events[block]):
                across = live & ~event.assigned
                live = across | event.read | event.kept
                if event.kind == _SAFEPOINT:
                    is_direct = type(event.instruction) in (Call, CallIndirect)
                    event.required = across | event.kept | (event.read & self.sliced) if is_direct else live

    def _color(self) -> dict[int, int]:
        """Assign a slot from 1 to every register that a safepoint requires."""
        intervals, count = self._required_intervals()
        weight = {index: sum([end - start for start, end in held]) for index, held in intervals.items()}
        partners = self._copies(intervals)
        timeline = Timeline(count)
        slots: dict[int, int] = {}
        for index in sorted(weight, key=lambda index: (-weight[index], index)):
            used = 1
            for start, end in intervals[index]:
                used |= timeline.used(start, end)
            preferred = [slots[partner] for partner in partners.get(index, ()) if partner in slots]
            lowest_free = (~used & (used + 1)).bit_length() - 1
            slot = next((slot for slot in preferred if not used >> slot & 1), lowest_free)
            slots[index] = slot
            for start, end in intervals[index]:
                timeline.add(1 << slot, start, end)
        return slots

    def _required_intervals(self) -> tuple[dict[int, list[tuple[int, int]]], int]:
        """Return the intervals of safepoints that require each register, and the number of safepoints.

        From one safepoint to the next few registers change, so only these are processed.
        """
        intervals: dict[int, list[tuple[int, int]]] = {}
        since: dict[int, int] = {}
        previous = 0
        required = [event.required for block in self.order for event in self.events[block] if event.required]
        for count, now in enumerate([*required, 0]):
            for index in bits(previous & ~now):
                intervals.setdefault(index, []).append((since[index], count))
            for index in bits(now & ~previous):
                since[index] = count
            previous = now
        return intervals, len(required)

    def _copies(self, wanted: Container[int]) -> dict[int, list[int]]:
        """Return registers that are joined by a move and benefit from sharing a slot."""
        partners: dict[int, list[int]] = {}
        for block in self.order:
            for event in self.events[block]:
                if event.copied and event.assigned:
                    source = event.copied.bit_length() - 1
                    dest = event.assigned.bit_length() - 1
                    if source in wanted and dest in wanted:
                        partners.setdefault(source, []).append(dest)
                        partners.setdefault(dest, []).append(source)
        return partners

    def _contents_at_entry(self, count: int) -> dict[Block, SlotContents]:
        """Return what each slot contains at the start of each block on every path; null counts as a register."""
        entry = self.function.blocks[0]
        entering = {entry: SlotContents()}
        if count == 0 or len(self.order) == 1:
            return entering
        before = predecessors(self.order)
        leaving: dict[Block, SlotContents] = {}
        changed = True
        while changed:
            changed = False
            for block in self.order:
                if block is not entry:
                    merged = meet(leaving[origin] for origin in before[block] if origin in leaving)
                    if block in entering and entering[block].same(merged):
                        continue
                    entering[block] = merged
                elif block in leaving:
                    continue
                contents = entering[block].copy()
                self.shown = 0
                for event in self.events[block]:
                    self._step(event, contents)
                if block not in leaving or not leaving[block].same(contents):
                    leaving[block] = contents
                    changed = True
        return entering

    def _step(self, event: _Event, contents: SlotContents) -> tuple[int, list[tuple[int, int]]]:
        """Apply one event to the slots. Return the prefix to pass, and the stores to insert as (slot, index or -1)."""
        live = 0
        stores: list[tuple[int, int]] = []
        if event.kind == _SAFEPOINT:
            live, stores = self._make_visible(event.required, contents)
        elif event.kind == _KEEPING_CALL:
            live = _trailing_ones(contents.holding >> 1)
        if event.kind <= _KEEPING_CALL and contents.filled >> (live + 1):
            self.shown &= ~contents.above(live)
            contents.lose_above(live)
        if event.assigned:
            source = event.copied.bit_length() - 1 if event.copied else None
            for index in bits(event.assigned):
                contents.assign(index, source)
            self.shown &= ~event.assigned
        return live, stores

    def _make_visible(self, required: int, contents: SlotContents) -> tuple[int, list[tuple[int, int]]]:
        owned = self._slots_of(required)
        live = max(owned.bit_length() - 1, 0)
        wanted: list[tuple[int, int]] = []
        for index in bits(required & ~self.shown):
            if not contents.slots.get(index, 0) >> self.slots[index] & 1:
                wanted.append((self.slots[index], index))
        null = len(self.function.registers)
        holes = (1 << (live + 1)) - 2 & ~owned & ~contents.slots.get(null, 0)
        stores = sorted([*wanted, *((slot, -1) for slot in bits(holes))])
        for slot, index in stores:
            self.shown &= ~contents.registers.get(slot, 0)
            contents.store(slot, 1 << (index if index >= 0 else null))
        self.shown |= required
        return live, stores

    def _slots_of(self, required: int) -> int:
        """Return the slots of a set of registers, computed from what changed since the last set."""
        previous, owned = self.last
        for index in bits(previous & ~required):
            owned &= ~(1 << self.slots[index])
        for index in bits(required & ~previous):
            owned |= 1 << self.slots[index]
        self.last = (required, owned)
        return owned

    def _rewrite(self, block: Block, contents: SlotContents) -> None:
        self.shown = 0
        result: list[Instruction] = []
        done = 0
        instructions = block.instructions
        registers = self.function.registers
        for event in self.events[block]:
            live, stores = self._step(event, contents)
            if event.kind == _OTHER:
                continue
            result.extend(instructions[done : event.position])
            instruction = instructions[event.position]
            for slot, index in stores:
                result.append(StoreRoot(instruction.location, slot, registers[index] if index >= 0 else _NULL))
            result.append(WITH_LIVE[type(instruction)](instruction, live))
            done = event.position + 1
        if done:
            result.extend(instructions[done:])
            block.instructions = result


def _references_of(variable: Variable) -> int:
    references = 0
    for part in variable.parts:
        if isinstance(part, Register) and part.type is IRType.REF:
            references |= 1 << part.index
    return references


def _call_kind(instruction: Instruction, effects: Effects, is_watched: bool) -> int:
    if effects.is_safepoint(instruction, is_watched):
        return _SAFEPOINT
    return _KEEPING_CALL if effects.overwrites_slots(instruction) else _QUIET_CALL


def _trailing_ones(mask: int) -> int:
    return (mask ^ (mask + 1)).bit_length() - 1


ROOTS = Pass(
    "roots",
    "Stores live references in shadow slots before each safepoint and sets how many slots it passes.",
    place_roots,
)
