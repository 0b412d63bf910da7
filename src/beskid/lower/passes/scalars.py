"""Scalar replacement: an object that never leaves its function becomes registers, one for each field that is read.

Registers that may refer to the same object form a group. A group is replaced if every object in it is made here with
one descriptor, or as a variant of one enum, if it is only accessed (fields, comparison with null), and if a program
cannot distinguish copied fields from shared ones: all its registers are one object; or no field changes after the
literal that made the object; or a reference is never used after it was copied. One replacement can allow another (a
cell that only a replaced closure captured), so the pass repeats.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from beskid.base.node import node
from beskid.ir.model import (
    SIZE_OF,
    AllocateObject,
    Block,
    Compare,
    CompareOp,
    Descriptor,
    FloatConstant,
    Function,
    Instruction,
    IntConstant,
    IRType,
    LoadField,
    Location,
    Module,
    Move,
    NullConstant,
    Operand,
    Register,
    StoreField,
    Terminator,
    VariantConstant,
    type_of,
)
from beskid.ir.operands import READS, WRITES
from beskid.lower.layout import BOXED_TAG_OFFSET
from beskid.lower.passes.copies import propagate_copies
from beskid.lower.passes.step import Pass

MAX_ROUNDS = 6

TAG = (BOXED_TAG_OFFSET, IRType.I32)
"""Where the objects of an enum hold the number of their variant."""

Place: TypeAlias = tuple[int, IRType]
"""A field: its offset and type. The variants of an enum may have different types at one offset."""


def replace_objects(module: Module) -> None:
    """Replace the objects of every function that makes some."""
    for function in module.functions.values():
        if any(type(step) is AllocateObject for block in function.blocks for step in block.instructions):
            for _ in range(MAX_ROUNDS):
                propagate_copies(function, module)
                if not _Objects(function, module.descriptors).replace():
                    break


@node
class _Use:
    """An instruction of a group, and its position."""

    block: Block
    position: int
    operation: Instruction


class _Group:
    """Registers joined by copies, with their objects, accesses and copies. `is_free` if they have no other use."""

    __slots__ = ("accesses", "copies", "is_free", "makers", "places", "registers")

    def __init__(self) -> None:
        self.registers: list[Register] = []
        self.makers: list[_Use] = []
        self.accesses: list[_Use] = []
        self.copies: list[_Use] = []
        self.places: dict[Place, None] = {}
        self.is_free = True


class _Objects:
    """The work on one function."""

    __slots__ = ("above", "descriptors", "function", "times")

    def __init__(self, function: Function, descriptors: dict[str, Descriptor]) -> None:
        self.function = function
        self.descriptors = descriptors
        self.above: dict[Register, Register] = {}
        self.times: dict[Register, int] = {}

    def replace(self) -> bool:
        """Replace what can be replaced. Return whether anything was."""
        groups = [group for group in self._groups() if self._is_replaceable(group)]
        if not groups:
            return False
        fields: dict[Register, dict[Place, Register]] = {}
        for group in groups:
            read = {_place(use.operation) for use in group.accesses if isinstance(use.operation, LoadField)}
            places = [place for place in group.places if place in read]
            shared = {place: self.function.new_register(place[1]) for place in places}
            is_one = self._is_one_object(group)
            for register in group.registers:
                fields[register] = (
                    shared
                    if is_one
                    else {place: self.function.new_register(place[1], register.name) for place in places}
                )
        for block in self.function.blocks:
            if any(self._mentions(step, fields) for step in block.instructions):
                block.instructions = self._rewritten(block.instructions, fields)
        return True

    # Groups -------------------------------------------------------------------------------------------------------

    def _find(self, register: Register) -> Register:
        """Return the representative of the group, and make each register on the path point to it."""
        above = self.above
        root = register
        while (higher := above.get(root, root)) is not root:
            root = higher
        while register is not root:
            higher = above[register]
            above[register] = root
            register = higher
        return root

    def _groups(self) -> list[_Group]:
        """Return the groups that contain an object made here, with all uses."""
        made: dict[Register, None] = {}
        for block in self.function.blocks:
            for step in block.instructions:
                for register in WRITES[type(step)](step):
                    self.times[register] = self.times.get(register, 0) + 1
                if type(step) is AllocateObject:
                    made[step.dest] = None
                elif type(step) is Move and step.dest.type is IRType.REF and isinstance(step.source, Register):
                    self.above[self._find(step.dest)] = self._find(step.source)
        groups: dict[Register, _Group] = {}
        for register in made:
            groups.setdefault(self._find(register), _Group())
        for register in self.function.registers:
            group = groups.get(self._find(register)) if register.type is IRType.REF else None
            if group is not None:
                group.registers.append(register)
        for parameter in self.function.parameters:
            self._leave(parameter, groups)
        for block in self.function.blocks:
            for position, step in enumerate(block.instructions):
                self._note(_Use(block, position, step), groups)
            if block.terminator is not None:
                self._leave_all(block.terminator, groups)
        return list(groups.values())

    def _leave(self, operand: Operand, groups: dict[Register, _Group]) -> None:
        group = self._group(operand, groups)
        if group is not None:
            group.is_free = False

    def _leave_all(self, step: Instruction | Terminator, groups: dict[Register, _Group]) -> None:
        for operand in READS[type(step)](step):
            self._leave(operand, groups)
        for register in WRITES[type(step)](step):
            self._leave(register, groups)

    def _group(self, operand: Operand, groups: dict[Register, _Group]) -> _Group | None:
        if type(operand) is not Register or operand.type is not IRType.REF:
            return None
        return groups.get(self._find(operand))

    def _note(self, use: _Use, groups: dict[Register, _Group]) -> None:
        step = use.operation
        match step:
            case LoadField(dest=dest, object=object):
                self._access(use, object, _place(step), groups)
                self._leave(dest, groups)
            case StoreField(object=object, value=stored):
                self._access(use, object, _place(step), groups)
                self._leave(stored, groups)
            case AllocateObject(dest=dest):
                group = self._group(dest, groups)
                assert group is not None
                group.makers.append(use)
            case Move(dest=dest, source=source) if dest.type is IRType.REF:
                group = self._group(dest, groups)
                if group is not None and isinstance(source, VariantConstant):
                    group.makers.append(use)
                elif group is not None:
                    group.is_free = group.is_free and isinstance(source, Register)
                    group.copies.append(use)
            case Compare(op=CompareOp.EQ | CompareOp.NE, left=left, right=right):
                if isinstance(right, NullConstant):
                    group = self._group(left, groups)
                    if group is not None:
                        group.accesses.append(use)
                else:
                    self._leave(left, groups)
                    self._leave(right, groups)
            case _:
                # Any other instruction needs the object itself.
                self._leave_all(step, groups)

    def _access(self, use: _Use, object: Operand, place: Place, groups: dict[Register, _Group]) -> None:
        group = self._group(object, groups)
        if group is not None:
            group.accesses.append(use)
            group.places[place] = None

    # Conditions ---------------------------------------------------------------------------------------------------

    def _is_replaceable(self, group: _Group) -> bool:
        if not group.is_free:
            return False
        made = {_descriptor_name(use) for use in group.makers}
        families = {self.descriptors[name].family for name in made}
        if len(families) != 1 or (len(made) != 1 and "" in families):
            return False
        if "" in families and _overlap(group.places):
            return False
        return self._is_one_object(group) or _is_constant(group) or self._is_handed_on(group)

    def _is_one_object(self, group: _Group) -> bool:
        """Return one allocation, and every register assigned once: all of them refer to the object made last."""
        return len(group.makers) == 1 and all(self.times.get(register, 0) <= 1 for register in group.registers)

    def _is_handed_on(self, group: _Group) -> bool:
        """Return each copied register is assigned once, copied once, and not used after: no object has two names."""
        last: dict[Operand, _Use] = {}
        for use in group.copies:
            source: Register = use.operation.source  # type: ignore[union-attr, assignment]
            if source in last or self.times.get(source, 0) != 1:
                return False
            last[source] = use
        for use in (*group.accesses, *group.makers):
            for operand in (*READS[type(use.operation)](use.operation), *WRITES[type(use.operation)](use.operation)):
                copy = last.get(operand)
                if copy is not None and (copy.block is not use.block or copy.position < use.position):
                    return False
        return True

    # Rewriting ----------------------------------------------------------------------------------------------------

    def _mentions(self, step: Instruction, fields: dict[Register, dict[Place, Register]]) -> bool:
        kind = type(step)
        return any(operand in fields for operand in READS[kind](step)) or any(
            register in fields for register in WRITES[kind](step)
        )

    def _rewritten(
        self, instructions: list[Instruction], fields: dict[Register, dict[Place, Register]]
    ) -> list[Instruction]:
        result: list[Instruction] = []
        for position, step in enumerate(instructions):
            if not self._mentions(step, fields):
                result.append(step)
                continue
            match step:
                case AllocateObject(location=location, dest=dest):
                    filled = _filled(dest, instructions, position + 1)
                    result += [
                        Move(location, field, _zero(field.type))
                        for place, field in fields[dest].items()
                        if place not in filled
                    ]
                case LoadField(location=location, dest=dest, object=Register() as object):
                    result.append(Move(location, dest, fields[object][_place(step)]))
                case StoreField(location=location, object=Register() as object, value=stored):
                    if _place(step) in fields[object]:
                        result.append(Move(location, fields[object][_place(step)], stored))
                case Move(location=location, dest=dest, source=VariantConstant(tag=tag)):
                    result += [
                        Move(location, field, IntConstant(IRType.I32, tag) if place == TAG else _zero(field.type))
                        for place, field in fields[dest].items()
                    ]
                case Move(location=location, dest=dest, source=Register() as source):
                    result += _copied(location, fields[dest], fields[source])
                case Compare(location=location, dest=dest, op=op):
                    result.append(Move(location, dest, IntConstant(IRType.I1, int(op is CompareOp.NE))))
                case _:
                    raise AssertionError(f"{step!r} is not an access")
        return result


def _place(access: LoadField | StoreField) -> Place:
    return access.offset, access.dest.type if isinstance(access, LoadField) else type_of(access.value)


def _overlap(places: Iterable[Place]) -> bool:
    end = 0
    for offset, kind in sorted(places, key=_offset):
        if offset < end:
            return True
        end = offset + SIZE_OF[kind]
    return False


def _offset(place: Place) -> int:
    return place[0]


def _descriptor_name(use: _Use) -> str:
    made = use.operation
    if isinstance(made, Move) and isinstance(made.source, VariantConstant):
        return made.source.descriptor
    assert isinstance(made, AllocateObject)
    return made.descriptor


def _is_constant(group: _Group) -> bool:
    """Return every store belongs to the literal that makes the object, before any copy of the reference."""
    allocations = [use for use in group.makers if isinstance(use.operation, AllocateObject)]
    made = {use.operation.dest: use for use in allocations}  # type: ignore[union-attr]
    if len(made) != len(allocations):
        return False
    copied: dict[tuple[Operand, Block], int] = {}
    for use in group.copies:
        key = (use.operation.source, use.block)  # type: ignore[union-attr]
        copied[key] = min(copied.get(key, use.position), use.position)
    for use in group.accesses:
        store = use.operation
        if not isinstance(store, StoreField):
            continue
        maker = made.get(store.object)
        if not store.initializing or maker is None or maker.block is not use.block or use.position < maker.position:
            return False
        if copied.get((store.object, use.block), use.position) < use.position:
            return False
    return True


def _filled(object: Register, instructions: list[Instruction], start: int) -> set[Place]:
    """Return the fields that are stored before any other use of a new object."""
    filled: set[Place] = set()
    for step in instructions[start:]:
        if isinstance(step, StoreField) and step.object is object:
            filled.add(_place(step))
        elif object in READS[type(step)](step) or object in WRITES[type(step)](step):
            break
    return filled


def _copied(
    location: Location | None, dests: dict[Place, Register], sources: dict[Place, Register]
) -> list[Instruction]:
    return [Move(location, dest, sources[place]) for place, dest in dests.items() if dest is not sources[place]]


def _zero(kind: IRType) -> Operand:
    if kind in (IRType.REF, IRType.PTR):
        return NullConstant(kind)
    if kind in (IRType.F32, IRType.F64):
        return FloatConstant(kind, 0)
    return IntConstant(kind, 0)


SCALARS = Pass(
    "scalars", "Turns objects that never leave their function into registers.", replace_objects, only_optimizes=True
)
