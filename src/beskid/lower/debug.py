"""The layouts of types as a debugger reads them, derived from those of lowering.

Takes concrete types and adds records to the module, one for each type and each way in which its components are spread:
the payload of an enum in registers has its references before its scalars.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis.model.types import (
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
    is_value,
    show_type,
)
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.analysis.types.boundary import is_opaque
from beskid.ir.debug import LAYOUT_MARK, DebugType, Member, TypeKind, Variant
from beskid.ir.model import SIZE_OF, Module
from beskid.lower.layout import EnumForm, EnumLayout, Layouts, Shape, place

Offsets = tuple[int, ...]

_KINDS = {"bool": TypeKind.BOOL, "char": TypeKind.CHAR, "string": TypeKind.STRING}


class DebugTypes:
    """The records of one module."""

    __slots__ = ("_layouts", "_types")

    def __init__(self, module: Module, layouts: Layouts) -> None:
        self._types = module.debug_types
        self._layouts = layouts

    def whole(self, type: Type) -> tuple[str, Offsets]:
        """Return the key of a type, and the offsets of the components of a value outside of others."""
        offsets, _ = place(self._layouts.shape(type), 0)
        return self.placed(type, offsets)[0], offsets

    def placed(self, type: Type, offsets: Offsets) -> tuple[str, int]:
        """Return the key of a type whose components have these offsets, and the least of them."""
        base = min(offsets, default=0)
        own = tuple([offset - base for offset in offsets])
        shape = self._layouts.shape(type)
        key = self._layouts.mangler.type_text(type)
        if own != place(shape, 0)[0]:
            key += f"{LAYOUT_MARK}{','.join(map(str, own))}"
        if key not in self._types:
            # The layout of a type may contain the type itself.
            self._types[key] = DebugType(TypeKind.UNIT, show_type(type), 0)
            self._types[key] = self._record(type, shape, own)
        return key, base

    def _record(self, type: Type, shape: Shape, offsets: Offsets) -> DebugType:
        name = show_type(type)
        size = _size_of(shape, offsets)
        match type:
            case PrimitiveType():
                return DebugType(_primitive_kind(type), name, size)
            case ArrayType():
                layout = self._layouts.element(type.element)
                return DebugType(TypeKind.ARRAY, name, size, element=self.placed(type.element, layout.offsets)[0])
            case FunctionType():
                return DebugType(TypeKind.FUNCTION, name, size)
            case ContractType():
                return DebugType(TypeKind.CONTRACT, name, size, _unnamed(offsets))
            case EnumType():
                return self._enum(self._layouts.enum(type), name, offsets, size)
            case StructType() if is_value(type):
                return DebugType(TypeKind.VALUE, name, size, self._value_members(type, offsets))
            case StructType() if is_opaque(type.symbol):
                return DebugType(TypeKind.HANDLE, name, size)
            case StructType():
                module = type.symbol.module
                is_core = module is not None and module.package == CORE_LIBRARY
                return DebugType(TypeKind.OBJECT, name, size, self._fields(type), is_core=is_core)
            case _:
                raise AssertionError(f"no record of {type!r}")

    def _value_members(self, type: StructType, offsets: Offsets) -> tuple[Member, ...]:
        layout = self._layouts.value(type)
        parts = [offsets[start : start + len(shape)] for start, shape in zip(layout.starts, layout.shapes, strict=True)]
        return self._members(list(type.symbol.fields), layout.types, parts)

    def _fields(self, type: StructType) -> tuple[Member, ...]:
        layout = self._layouts.struct(type)
        return self._members(list(type.symbol.fields), layout.types, layout.offsets)

    def _members(self, names: Sequence[str], types: Sequence[Type], offsets: Sequence[Offsets]) -> tuple[Member, ...]:
        return tuple(
            [Member(name, *self.placed(type, own)) for name, type, own in zip(names, types, offsets, strict=True)]
        )

    def _enum(self, layout: EnumLayout, name: str, offsets: Offsets, size: int) -> DebugType:
        match layout.form:
            case EnumForm.TAG:
                empty = tuple([Variant(variant.symbol.name, ()) for variant in layout.variants])
                return DebugType(TypeKind.TAG, name, size, variants=empty)
            case EnumForm.NULLABLE:
                held = [tuple([offsets if own else () for own in variant.shapes]) for variant in layout.variants]
                variants = self._variants(layout, held)
                return DebugType(TypeKind.NULLABLE, name, size, variants=variants)
            case EnumForm.WORDS:
                spread = [
                    tuple([tuple([offsets[register] for register in registers]) for registers in variant.offsets])
                    for variant in layout.variants
                ]
                return DebugType(TypeKind.WORDS, name, size, _unnamed(offsets[:1]), self._variants(layout, spread))
            case EnumForm.BOXED:
                held = [variant.offsets for variant in layout.variants]
                return DebugType(TypeKind.BOXED, name, size, variants=self._variants(layout, held))

    def _variants(self, layout: EnumLayout, offsets: Sequence[tuple[Offsets, ...]]) -> tuple[Variant, ...]:
        return tuple(
            [
                Variant(
                    variant.symbol.name,
                    self._members([str(number) for number in range(len(variant.types))], variant.types, own),
                )
                for variant, own in zip(layout.variants, offsets, strict=True)
            ]
        )


def _unnamed(offsets: Offsets) -> tuple[Member, ...]:
    return tuple([Member("", "", offset) for offset in offsets])


def _size_of(shape: Shape, offsets: Offsets) -> int:
    ends = [offset + SIZE_OF[component] for component, offset in zip(shape, offsets, strict=True)]
    align = max([SIZE_OF[component] for component in shape], default=1)
    return (max(ends, default=0) + align - 1) // align * align


def _primitive_kind(type: PrimitiveType) -> TypeKind:
    if type.is_integer:
        return TypeKind.SIGNED if type.is_signed else TypeKind.UNSIGNED
    return _KINDS.get(type.name, TypeKind.UNIT if type.name in ("unit", "never") else TypeKind.FLOAT)


def component_places(shape: Shape, offsets: Offsets) -> tuple[tuple[int, int], ...]:
    """Return the offset and the size of each component."""
    return tuple([(offset, SIZE_OF[component]) for component, offset in zip(shape, offsets, strict=True)])
