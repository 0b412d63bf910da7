"""Which registers each slot of a frame certainly equals, at one point of a function.

`SlotContents` stores the relation in both directions, so that the cost of an update depends on what changes and not on
the size of the frame: a function may keep thousands of references alive. Registers and slots are numbers; sets of
them are the bits of integers. It must not know instructions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def bits(mask: int) -> Iterator[int]:
    """Return the numbers of the set bits in ascending order."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class SlotContents:
    """The relation: `registers[slot]` is the set that a slot equals, `slots[register]` the set that hold a register.

    `filled` is the set of slots that were stored, `holding` of those that equal some register, `held` of the registers
    that some slot equals. Empty sets are left out.
    """

    __slots__ = ("filled", "held", "holding", "registers", "slots")

    def __init__(self) -> None:
        self.registers: dict[int, int] = {}
        self.slots: dict[int, int] = {}
        self.filled = 0
        self.holding = 0
        self.held = 0

    def copy(self) -> SlotContents:
        made = SlotContents()
        made.registers = dict(self.registers)
        made.slots = dict(self.slots)
        made.filled = self.filled
        made.holding = self.holding
        made.held = self.held
        return made

    def same(self, other: SlotContents) -> bool:
        return self.filled == other.filled and self.slots == other.slots

    def store(self, slot: int, registers: int) -> None:
        """Record that the slot now holds these equal registers, or a value that is in no register."""
        self._forget(slot)
        self.filled |= 1 << slot
        if registers:
            self.holding |= 1 << slot
            self.held |= registers
            self.registers[slot] = registers
            for register in bits(registers):
                self.slots[register] = self.slots.get(register, 0) | 1 << slot

    def equals_of(self, register: int) -> int:
        """Return the register and those that are known to be equal to it."""
        found = 1 << register
        for slot in bits(self.slots.get(register, 0)):
            found |= self.registers[slot]
        return found

    def assign(self, register: int, source: int | None) -> None:
        """Record that the register has a new value: that of the source, or one that no slot holds."""
        after = self.slots.get(source, 0) if source is not None else 0
        before = self.slots.pop(register, 0)
        for slot in bits(before & ~after):
            self._discard(slot, 1 << register)
        for slot in bits(after & ~before):
            self.registers[slot] |= 1 << register
        self.held &= ~(1 << register)
        if after:
            self.slots[register] = after
            self.held |= 1 << register

    def lose_above(self, last: int) -> None:
        """Forget the slots above this one."""
        for slot in bits(self.filled >> (last + 1) << (last + 1)):
            self._forget(slot)

    def above(self, last: int) -> int:
        """Return the registers that slots above this one hold."""
        found = 0
        for slot in bits(self.filled >> (last + 1) << (last + 1)):
            found |= self.registers.get(slot, 0)
        return found

    def _forget(self, slot: int) -> None:
        bit = 1 << slot
        self.filled &= ~bit
        self.holding &= ~bit
        for register in bits(self.registers.pop(slot, 0)):
            held = self.slots[register] & ~bit
            if held:
                self.slots[register] = held
            else:
                del self.slots[register]
                self.held &= ~(1 << register)

    def _discard(self, slot: int, register: int) -> None:
        known = self.registers[slot] & ~register
        if known:
            self.registers[slot] = known
        else:
            del self.registers[slot]
            self.holding &= ~(1 << slot)


def meet(states: Iterable[SlotContents]) -> SlotContents:
    """Return what is known on every path."""
    first, *others = states
    result = first.copy()
    for other in others:
        result.filled &= other.filled
        result.slots = {
            register: common
            for register, held in result.slots.items()
            if (common := held & other.slots.get(register, 0))
        }
    if others:
        result.registers = {}
        result.holding = result.held = 0
        for register, held in result.slots.items():
            result.holding |= held
            result.held |= 1 << register
            for slot in bits(held):
                result.registers[slot] = result.registers.get(slot, 0) | 1 << register
    return result
