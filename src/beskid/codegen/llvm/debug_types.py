"""Types in debug information, made of the records of lowering.

A reference is a typedef of a pointer to a structure. What a debugger prints of a type follows from names that no source
can spell, and that begin with a dot (see `_debug/gdb.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from zlib import crc32

from beskid.codegen.debug_lines import FIRST_NUMBER
from beskid.codegen.llvm.metadata import GENERATED_FILE, Metadata, quoted
from beskid.ir.debug import LAYOUT_MARK, DebugType, Member, TypeKind, Variant

_BASE_ENCODING: dict[TypeKind, str] = {
    TypeKind.SIGNED: "DW_ATE_signed",
    TypeKind.UNSIGNED: "DW_ATE_unsigned",
    TypeKind.FLOAT: "DW_ATE_float",
    TypeKind.BOOL: "DW_ATE_boolean",
    TypeKind.CHAR: "DW_ATE_UTF",
}
_WORD = 8
_DESCRIPTOR = ".descriptor"


class DebugTypes:
    """The types of one module; a node is made when it is first asked for."""

    __slots__ = ("_ends", "_metadata", "_numbers", "_others", "_records")

    def __init__(self, metadata: Metadata, records: Mapping[str, DebugType]) -> None:
        self._metadata = metadata
        self._records = records
        self._numbers: dict[str, int] = {}
        self._others: dict[str, int] = {}
        self._ends: dict[int, int] = {}

    def number(self, key: str) -> int:
        """Return the node of the type with this key."""
        number = self._numbers.get(key, -1)
        if number < 0:
            # Types contain themselves through references.
            number = self._numbers[key] = self._metadata.add("")
            self._metadata.set(number, self._node(self._records[key], key))
        return number

    def size(self, key: str) -> int:
        return self._records[key].size

    def _node(self, record: DebugType, key: str) -> str:
        structure = partial(self._structure, record.name, record.size, declared=self._declared(key))
        if record.kind in _BASE_ENCODING:
            return _base(record.name, record.size, _BASE_ENCODING[record.kind])
        match record.kind:
            case TypeKind.STRING:
                return self._array(record.name, ".text", self._byte())
            case TypeKind.ARRAY:
                return self._array(record.name, ".array", self.number(record.element))
            case TypeKind.OBJECT:
                members = [self._word(_DESCRIPTOR, 0), *self._members(record.members)]
                return self._reference(record.name, members + ([self._mark(".core")] if record.is_core else []))
            case TypeKind.BOXED:
                members = [self._word(_DESCRIPTOR, 0), self._tag(_WORD), *self._variants(record.variants)]
                return self._reference(record.name, members)
            case TypeKind.FUNCTION:
                return self._reference(record.name, [self._word(_DESCRIPTOR, 0), self._word(".code", _WORD)])
            case TypeKind.VALUE:
                members = [self._mark(".value"), *self._members(record.members)]
                return structure(members)
            case TypeKind.HANDLE:
                return structure([self._mark(".handle")])
            case TypeKind.UNIT:
                return structure([self._mark(".unit")])
            case TypeKind.CONTRACT:
                words = zip((".object", ".table"), record.members, strict=True)
                return structure([self._word(name, at.offset) for name, at in words])
            case TypeKind.WORDS:
                members = [self._tag(record.members[0].offset), *self._variants(record.variants)]
                return structure(members)
            case TypeKind.NULLABLE:
                members = [self._word(".null", 0), *self._variants(record.variants)]
                return structure(members)
            case TypeKind.TAG:
                return self._enumeration(record)
            case _:
                raise AssertionError(f"no node of {record.kind}")

    def _enumeration(self, record: DebugType) -> str:
        numbers = [
            self._metadata.add(f'!DIEnumerator(name: "{quoted(variant.name)}", value: {number})')
            for number, variant in enumerate(record.variants)
        ]
        return (
            f'!DICompositeType(tag: DW_TAG_enumeration_type, name: "{quoted(record.name)}", size: {8 * record.size}, '
            f"baseType: !{self._i32()}, elements: !{self._list(numbers)})"
        )

    def _array(self, name: str, mark: str, element: int) -> str:
        data = self._member("data", 0, self._pointer(element))
        length = self._member("length", _WORD, self._other("i64", 8, "DW_ATE_signed"))
        return self._reference(name, [self._mark(mark), data, length])

    def _reference(self, name: str, members: list[int]) -> str:
        target = self._metadata.add(self._structure(name, self._end(members), members))
        return f'!DIDerivedType(tag: DW_TAG_typedef, name: "{quoted(name)}", baseType: !{self._pointer(target)})'

    def _structure(self, name: str, size: int, members: list[int], declared: str = "") -> str:
        shown = f'name: "{quoted(name)}", ' if name else ""
        return (
            f"!DICompositeType(tag: DW_TAG_structure_type, {shown}{declared}size: {8 * size}, "
            f"elements: !{self._list(members)})"
        )

    def _declared(self, key: str) -> str:
        """Return a declaration for a layout that a type has only within others.

        lldb takes structures of one name, size and declaration for the same type.
        """
        if LAYOUT_MARK not in key:
            return ""
        # A number of `Metadata` would be replaced by a line.
        return f"file: !{self._metadata.file(GENERATED_FILE)}, line: {1 + crc32(key.encode()) % (FIRST_NUMBER - 1)}, "

    def _list(self, numbers: list[int]) -> int:
        return self._metadata.add("!{" + ", ".join([f"!{number}" for number in numbers]) + "}")

    def _members(self, members: tuple[Member, ...]) -> list[int]:
        return [self._member(held.name, held.offset, self.number(held.type), self.size(held.type)) for held in members]

    def _variants(self, variants: tuple[Variant, ...]) -> list[int]:
        """Return a member for each variant: a structure with its payload, at the beginning of the value."""
        return [
            self._member(held.name, 0, self._payload(payload), self._end(payload))
            for held, payload in [(held, self._members(held.members)) for held in variants]
        ]

    def _payload(self, members: list[int]) -> int:
        return self._metadata.add(self._structure("", self._end(members), members))

    def _end(self, members: list[int]) -> int:
        """Return where the last of the members ends."""
        return max([self._ends[number] for number in members], default=0)

    def _member(self, name: str, offset: int, type: int, size: int = _WORD) -> int:
        number = self._metadata.add(
            f'!DIDerivedType(tag: DW_TAG_member, name: "{quoted(name)}", baseType: !{type}, size: {8 * size}, '
            f"offset: {8 * offset})"
        )
        self._ends[number] = offset + size
        return number

    def _word(self, name: str, offset: int) -> int:
        return self._member(name, offset, self._pointer(self._byte()))

    def _mark(self, name: str) -> int:
        """Return a member that is only a name. It takes no space: lldb would compute wrong offsets in expressions."""
        number = self._others.get("", -1)
        if number < 0:
            number = self._others[""] = self._metadata.add(self._structure("", 0, []))
        return self._member(name, 0, number, 0)

    def _tag(self, offset: int) -> int:
        return self._member(".tag", offset, self._i32(), 4)

    def _i32(self) -> int:
        return self._other("i32", 4, "DW_ATE_signed")

    def _byte(self) -> int:
        return self._other("u8", 1, "DW_ATE_unsigned")

    def _other(self, name: str, size: int, encoding: str) -> int:
        number = self._others.get(name, -1)
        if number < 0:
            number = self._others[name] = self._metadata.add(_base(name, size, encoding))
        return number

    def _pointer(self, target: int) -> int:
        return self._metadata.add(f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: !{target}, size: {8 * _WORD})")


def _base(name: str, size: int, encoding: str) -> str:
    return f'!DIBasicType(name: "{quoted(name)}", size: {8 * size}, encoding: {encoding})'
