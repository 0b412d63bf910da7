"""Scalar replacement: an object that never leaves its function becomes registers, one for each field that is read.

Registers that may refer to the same object form a group. A group is replaced if every object in it is made here with
one descriptor, if it is only accessed (fields, comparison with null), and if a program cannot distinguish copied fields
from shared ones: all its registers are one object; or no field changes after the literal that made the object; or a
reference is never used after it was copied. One replacement can allow another (a cell that only a replaced closure
captured), so the pass repeats.
"""

from __future__ import annotations

from beskid.base.node import node
from beskid.ir.model import (
    SIZE_OF,
    AllocateObject,
    Block,
    Compare,
    CompareOp,
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
    type_of,
)
from beskid.ir.operands import READS, WRITES
from beskid.lower.passes.copies import propagate_copies
from beskid.lower.passes.step import Pass

MAX_ROUNDS = 6


def replace_objects(module: Module) -> None:
    """Replace the objects of every function that makes some."""
    for function in module.functions.values():
        if any(type(step) is AllocateObject for block in function.blocks for step in block.instructions):
            for _ in range(MAX_ROUNDS):
                propagate_copies(function, module)
                if not _Objects(function).replace():
                    break


@node
class _Use:
    """An instruction of a group, and its position."""

    block: Block
    position: int
    operation: Instruction


class _Group:
    """Registers joined by copies, with their objects, accesses and copies. `is_free` if they have no other use."""

    __slots__ = ("accesses", "copies", "is_free", "makers", "registers", "types")

    def __init__(self) -> None:
        self.registers: list[Register] = []
        self.makers: list[_Use] = []
        self.accesses: list[_Use] = []
        self.copies: list[_Use] = []
        self.types: dict[int, IRType] = {}
        self.is_free = True


class _Objects:
    """The work on one function."""

    __slots__ = ("above", "function", "times")

    def __init__(self, function: Function) -> None:
        self.function = function
        self.above: dict[Register, Register] = {}
        self.times: dict[Register, int] = {}

    def replace(self) -> bool:
        """Replace what can be replaced. Return whether anything was."""
        groups = [group for group in self._groups() if self._is_replaceable(group)]
        if not groups:
            return False
        fields: dict[Register, dict[int, Register]] = {}
        for group in groups:
            read = {use.operation.offset for use in group.accesses if isinstance(use.operation, LoadField)}
            types = {offset: kind for offset, kind in group.types.items() if offset in read}
            shared = {offset: self.function.new_register(kind) for offset, kind in types.items()}
            is_one = self._is_one_object(group)
            for register in group.registers:
                fields[register] = (
                    shared
                    if is_one
                    else {offset: self.function.new_register(kind, register.name) for offset, kind in types.items()}
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
            case LoadField(dest=dest, object=object, offset=offset):
                self._access(use, object, offset, dest.type, groups)
                self._leave(dest, groups)
            case StoreField(object=object, offset=offset, value=stored):
                self._access(use, object, offset, type_of(stored), groups)
                self._leave(stored, groups)
            case AllocateObject(dest=dest):
                group = self._group(dest, groups)
                assert group is not None
                group.makers.append(use)
            case Move(dest=dest, source=source) if dest.type is IRType.REF:
                group = self._group(dest, groups)
                if group is not None:
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

    def _access(self, use: _Use, object: Operand, offset: int, kind: IRType, groups: dict[Register, _Group]) -> None:
        group = self._group(object, groups)
        if group is None:
            return
        group.accesses.append(use)
        if group.types.setdefault(offset, kind) is not kind:
            group.is_free = False

    # Conditions ---------------------------------------------------------------------------------------------------

    def _is_replaceable(self, group: _Group) -> bool:
        if not group.is_free or len({_descriptor(use) for use in group.makers}) != 1:
            return False
        end = 0
        for offset in sorted(group.types):
            if offset < end:
                return False
            end = offset + SIZE_OF[group.types[offset]]
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

    def _mentions(self, step: Instruction, fields: dict[Register, dict[int, Register]]) -> bool:
        kind = type(step)
        return any(operand in fields for operand in READS[kind](step)) or any(
            register in fields for register in WRITES[kind](step)
        )

    def _rewritten(
        self, instructions: list[Instruction], fields: dict[Register, dict[int, Register]]
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
                        for offset, field in fields[dest].items()
                        if offset not in filled
                    ]
                case LoadField(location=location, dest=dest, object=Register() as object, offset=offset):
                    result.append(Move(location, dest, fields[object][offset]))
                case StoreField(location=location, object=Register() as object, offset=offset, value=stored):
                    if offset in fields[object]:
                        result.append(Move(location, fields[object][offset], stored))
                case Move(location=location, dest=dest, source=Register() as source):
                    result += _copied(location, fields[dest], fields[source])
                case Compare(location=location, dest=dest, op=op):
                    result.append(Move(location, dest, IntConstant(IRType.I1, int(op is CompareOp.NE))))
                case _:
                    raise AssertionError(f"{step!r} is not an access")
        return result


def _descriptor(use: _Use) -> str:
    assert isinstance(use.operation, AllocateObject)
    return use.operation.descriptor


def _is_constant(group: _Group) -> bool:
    """Return every store belongs to the literal that makes the object, before any copy of the reference."""
    made = {use.operation.dest: use for use in group.makers}  # type: ignore[union-attr]
    if len(made) != len(group.makers):
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


def _filled(object: Register, instructions: list[Instruction], start: int) -> set[int]:
    """Return the fields that are stored before any other use of a new object."""
    filled: set[int] = set()
    for step in instructions[start:]:
        if isinstance(step, StoreField) and step.object is object:
            filled.add(step.offset)
        elif object in READS[type(step)](step) or object in WRITES[type(step)](step):
            break
    return filled


def _copied(location: Location | None, dests: dict[int, Register], sources: dict[int, Register]) -> list[Instruction]:
    return [Move(location, dest, sources[offset]) for offset, dest in dests.items() if dest is not sources[offset]]


def _zero(kind: IRType) -> Operand:
    if kind in (IRType.REF, IRType.PTR):
        return NullConstant(kind)
    if kind in (IRType.F32, IRType.F64):
        return FloatConstant(kind, 0)
    return IntConstant(kind, 0)


SCALARS = Pass("scalars", "Turns objects that never leave their function into registers.", replace_objects)
