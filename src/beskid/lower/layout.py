"""Layouts (decisions L10, A5): the registers of a concrete source type, and the offsets of its words in memory.

Takes concrete types and returns component lists (machine types), field offsets of structs, the form of
enums and descriptors. Descriptors are added to the module on first use. It must not emit code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NoReturn

from beskid.analysis.model.relations import field_types
from beskid.analysis.model.symbols import EnumSymbol, EventSymbol, FieldSymbol, TypeParameterSymbol, VariantSymbol
from beskid.analysis.model.types import (
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    is_value,
    show_type,
    substitute,
)
from beskid.analysis.types.boundary import is_opaque
from beskid.analysis.types.value_types import MAX_VALUE_WORDS
from beskid.base.graph import is_cycle, strong_components
from beskid.base.node import node
from beskid.ir.model import SIZE_OF, Descriptor, IRType, Module
from beskid.lower.mangle import Mangler

Shape = tuple[IRType, ...]

OBJECT_FIELDS_OFFSET = 8
BOXED_TAG_OFFSET = 8
BOXED_PAYLOAD_OFFSET = 16

MAX_ENUM_WORDS = 4
"""The most words of an enum in registers, its tag included (decision L10). Arrays and fields hold as many."""

MAX_TYPE_NESTING = 64
MAX_ENUMS_INSIDE = 8_192
MAX_TYPE_WEIGHT = 1_024
"""The most types inside one that is an argument of a generic function or of an enum."""

_PRIMITIVE_SHAPES: dict[str, Shape] = {
    "unit": (),
    "never": (),
    "bool": (IRType.I1,),
    "char": (IRType.I32,),
    "string": (IRType.REF,),
    "i8": (IRType.I8,),
    "u8": (IRType.I8,),
    "i16": (IRType.I16,),
    "u16": (IRType.I16,),
    "i32": (IRType.I32,),
    "u32": (IRType.I32,),
    "i64": (IRType.I64,),
    "u64": (IRType.I64,),
    "f32": (IRType.F32,),
    "f64": (IRType.F64,),
}

_ONE_EACH = dict.fromkeys(IRType, 1)
"""The number of registers of each component."""

_REFERENCE: Shape = (IRType.REF,)
_HANDLE: Shape = (IRType.I64,)

_CONTRACT_VALUE: Shape = (IRType.REF, IRType.PTR)
"""The object and the method table of its type for the contract."""


class EnumForm(Enum):
    """The four forms of decision L10."""

    TAG = "tag"
    NULLABLE = "nullable"
    WORDS = "words"
    BOXED = "boxed"


@node
class VariantLayout:
    """One variant: payload types and their shapes.

    In a boxed enum, `offsets` are those of all components, and there is a descriptor. In an enum of words, they are the
    indices of the registers.
    """

    symbol: VariantSymbol
    types: tuple[Type, ...]
    shapes: tuple[Shape, ...]
    offsets: tuple[tuple[int, ...], ...]
    descriptor: Descriptor | None = None


@node
class EnumLayout:
    """`components` are the registers of a value."""

    type: EnumType
    form: EnumForm
    components: Shape
    variants: tuple[VariantLayout, ...]


@node
class StructLayout:
    """Offsets of the components of every field, in declaration order, and of the word of every event."""

    type: StructType
    types: tuple[Type, ...]
    shapes: tuple[Shape, ...]
    offsets: tuple[tuple[int, ...], ...]
    events: dict[str, int]
    descriptor: str


@node
class ValueLayout:
    """A value type: the registers of a value, and the first of each field. Fields are in declaration order."""

    types: tuple[Type, ...]
    shapes: tuple[Shape, ...]
    starts: tuple[int, ...]
    components: Shape


@node
class ElementLayout:
    """Array elements: component offsets in a stride."""

    shape: Shape
    offsets: tuple[int, ...]
    stride: int
    descriptor: str


def place(shape: Shape, start: int) -> tuple[tuple[int, ...], int]:
    """Return offsets for components from `start` on with natural alignment, and the end.

    References are eight bytes aligned to eight, so no word holds a reference and a scalar.
    """
    offsets: list[int] = []
    end = start
    for component in shape:
        size = SIZE_OF[component]
        offset = (end + size - 1) // size * size
        offsets.append(offset)
        end = offset + size
    return tuple(offsets), end


def _round_up(number: int, align: int) -> int:
    return (number + align - 1) // align * align


def mapping_of(parameters: tuple[TypeParameterSymbol, ...], arguments: tuple[Type, ...]) -> Substitution:
    """Return the substitution that applies a generic declaration to arguments."""
    return dict(zip(parameters, arguments, strict=True)) if parameters else {}


class Layouts:
    """All layouts of one module.

    An enum whose payload types grow without end is passed to `report_endless`, and a value type with too many words to
    `refuse_large`, which raises an exception: layouts made of it would double with every type around it.
    """

    __slots__ = (
        "_elements",
        "_endless",
        "_enums",
        "_module",
        "_payloads",
        "_recursive",
        "_refuse_large",
        "_report_endless",
        "_structs",
        "_values",
        "mangler",
    )

    def __init__(
        self,
        module: Module,
        mangler: Mangler,
        report_endless: Callable[[EnumType], None],
        refuse_large: Callable[[StructType, int], NoReturn],
    ) -> None:
        self._module = module
        self._report_endless = report_endless
        self._refuse_large = refuse_large
        self._values: dict[StructType, ValueLayout] = {}
        self._endless: set[EnumSymbol] = set()
        self._payloads: dict[EnumType, list[tuple[VariantSymbol, tuple[Type, ...]]]] = {}
        self._recursive: dict[EnumType, bool] = {}
        self.mangler = mangler
        self._enums: dict[EnumType, EnumLayout] = {}
        self._structs: dict[StructType, StructLayout] = {}
        self._elements: dict[Type, ElementLayout] = {}

    def shape(self, type: Type) -> Shape:
        """Return the registers of a value of a concrete type."""
        if isinstance(type, PrimitiveType):
            return _PRIMITIVE_SHAPES[type.name]
        if isinstance(type, EnumType):
            return self.enum(type).components
        if is_value(type):
            return self.value(type).components
        if isinstance(type, StructType):
            return _HANDLE if is_opaque(type.symbol) else _REFERENCE
        if isinstance(type, ArrayType | FunctionType):
            return _REFERENCE
        if isinstance(type, ContractType):
            return _CONTRACT_VALUE
        raise AssertionError(f"no registers for {type!r}")

    def value(self, type: StructType) -> ValueLayout:
        """Return the layout of a value type in registers. In memory its components are placed like those of enums."""
        layout = self._values.get(type)
        if layout is None:
            types = field_types(type)
            shapes = tuple([self.shape(field) for field in types])
            starts: list[int] = []
            components: Shape = ()
            for shape in shapes:
                starts.append(len(components))
                components += shape
            if len(components) > MAX_VALUE_WORDS:
                self._refuse_large(type, len(components))
            layout = self._values[type] = ValueLayout(types, shapes, tuple(starts), components)
        return layout

    # Structs and elements -----------------------------------------------------------------------------------------

    def struct(self, type: StructType) -> StructLayout:
        layout = self._structs.get(type)
        if layout is None:
            layout = self._make_struct(type)
            self._structs[type] = layout
        return layout

    def _make_struct(self, type: StructType) -> StructLayout:
        types = field_types(type)
        shapes = tuple([self.shape(field) for field in types])
        offsets: list[tuple[int, ...]] = []
        events: dict[str, int] = {}
        end = OBJECT_FIELDS_OFFSET
        members: list[FieldSymbol | EventSymbol] = [*type.symbol.fields.values(), *type.symbol.events.values()]
        for member in sorted(members, key=lambda member: member.span.start):
            placed, end = place(shapes[member.index] if isinstance(member, FieldSymbol) else _REFERENCE, end)
            if isinstance(member, FieldSymbol):
                offsets.append(placed)
            else:
                events[member.name] = placed[0]
        name = self.mangler.descriptor(type)
        described = tuple([(offset,) for offset in events.values()])
        self._describe(
            name,
            _round_up(end, 8),
            8,
            shapes + (_REFERENCE,) * len(events),
            tuple(offsets) + described,
            show_type(type),
        )
        return StructLayout(type, types, shapes, tuple(offsets), events, name)

    def element(self, type: Type) -> ElementLayout:
        layout = self._elements.get(type)
        if layout is None:
            shape = self.shape(type)
            offsets, end = place(shape, 0)
            align = max([SIZE_OF[component] for component in shape], default=1)
            # Elements without registers have a size of one byte, because the runtime does not accept zero.
            stride = max(1, _round_up(end, align))
            name = self.mangler.element_descriptor(type)
            self._describe(name, stride, align, (shape,), (offsets,), show_type(type))
            layout = ElementLayout(shape, offsets, stride, name)
            self._elements[type] = layout
        return layout

    def _describe(
        self,
        name: str,
        size: int,
        align: int,
        shapes: tuple[Shape, ...],
        offsets: tuple[tuple[int, ...], ...],
        display: str,
    ) -> None:
        references = {
            offset
            for shape, placed in zip(shapes, offsets, strict=True)
            for component, offset in zip(shape, placed, strict=True)
            if component is IRType.REF
        }
        self._module.descriptors[name] = Descriptor(name, size, align, tuple(sorted(references)), display)

    # Enums --------------------------------------------------------------------------------------------------------

    def enum(self, type: EnumType) -> EnumLayout:
        layout = self._enums.get(type)
        if layout is None:
            layout = self._endless_enum(type) if type.symbol in self._endless else self._make_enum(type)
            self._enums[type] = layout
        return layout

    def payload_types(self, type: EnumType) -> list[tuple[VariantSymbol, tuple[Type, ...]]]:
        """Return the variants of an enum with their concrete payload types."""
        # Remembered, because two types that grow without end are equal only after thousands of comparisons.
        payloads = self._payloads.get(type)
        if payloads is None:
            mapping = mapping_of(type.symbol.type_parameters, type.arguments)
            payloads = self._payloads[type] = [
                (variant, tuple([substitute(field, mapping) for _, field in variant.fields]))
                for variant in type.symbol.variants.values()
            ]
        return payloads

    def _is_recursive(self, type: EnumType) -> bool:
        """Return whether a value of the enum contains one of the same type without an object or array in between."""
        if type not in self._recursive and not self._find_cycles(type):
            return self._search_cycle(type)
        return self._recursive[type]

    def _find_cycles(self, type: EnumType) -> bool:
        """Find out which of the enums inside an enum are recursive. Return False if there is no end of them."""
        known = self._recursive
        inside: dict[EnumType, list[EnumType]] = {}
        pending = [type]
        while pending:
            current = pending.pop()
            if current in inside:
                continue
            if current.symbol in self._endless or self._is_too_large(current, len(inside)):
                return False
            payloads = [payload for _, types in self.payload_types(current) for payload in enums_inside(types)]
            inside[current] = [held for held in payloads if held not in known]
            pending += inside[current]
        for members in strong_components(inside):
            known.update(dict.fromkeys(members, is_cycle(members, inside)))
        return True

    def _is_too_large(self, type: EnumType, count: int) -> bool:
        return type.weight > MAX_TYPE_WEIGHT or count > MAX_ENUMS_INSIDE

    def _search_cycle(self, type: EnumType) -> bool:
        """Search a cycle through one enum, and report the enum if there is no end of others inside it."""
        seen: set[EnumType] = set()
        pending = [type]
        while pending:
            current = pending.pop()
            if current.symbol in self._endless:
                self._endless.add(type.symbol)
                return True
            if self._is_too_large(current, len(seen)):
                self._report_endless(type)
                self._endless.update([type.symbol, *[held.symbol for held in seen]])
                return True
            for _, types in self.payload_types(current):
                for payload in enums_inside(types):
                    if payload == type:
                        return True
                    if payload not in seen:
                        seen.add(payload)
                        pending.append(payload)
        return False

    def _make_enum(self, type: EnumType) -> EnumLayout:
        payloads = self.payload_types(type)
        is_recursive = self._is_recursive(type)
        if type.symbol in self._endless:
            return self._endless_enum(type)
        if is_recursive and not self._wraps_boxed(payloads):
            # The layout is registered first, because the payloads need the registers of the enum.
            self._enums[type] = EnumLayout(type, EnumForm.BOXED, _REFERENCE, ())
            return self._boxed(type, payloads)
        shapes = [[self.shape(payload) for payload in types] for _, types in payloads]
        words = [[component for shape in variant for component in shape] for variant in shapes]
        if not any(words):
            return self._in_registers(type, EnumForm.TAG, (IRType.I32,), payloads)
        if self._is_nullable(payloads, words):
            return self._in_registers(type, EnumForm.NULLABLE, _REFERENCE, payloads)
        references = max([variant.count(IRType.REF) for variant in words])
        scalars = max([len(variant) - variant.count(IRType.REF) for variant in words])
        components = (IRType.I32,) + _REFERENCE * references + (IRType.I64,) * scalars
        if len(components) <= MAX_ENUM_WORDS:
            return self._in_registers(type, EnumForm.WORDS, components, payloads)
        return self._boxed(type, payloads)

    def _endless_enum(self, type: EnumType) -> EnumLayout:
        """Return a layout with which lowering can continue after the error."""
        self._enums[type] = EnumLayout(type, EnumForm.BOXED, _REFERENCE, ())
        return self._boxed(type, self.payload_types(type))

    def _payload_shape(self, payload: Type) -> Shape:
        if isinstance(payload, EnumType) and payload.symbol in self._endless and payload not in self._enums:
            # Its layout would be that of an endless enum, whatever its payloads are.
            return _REFERENCE
        return self.shape(payload)

    def _wraps_boxed(self, payloads: list[tuple[VariantSymbol, tuple[Type, ...]]]) -> bool:
        """Return whether a recursive enum only wraps another one on its cycle, as `Option<E>` inside `E` does.

        Boxing the wrapped enum alone breaks the cycle; the wrapper is then a nullable reference.
        """
        wrapped = _wrapped_enum(payloads)
        return wrapped is not None and _wrapped_enum(self.payload_types(wrapped)) is None

    def _is_nullable(self, payloads: list[tuple[VariantSymbol, tuple[Type, ...]]], words: list[list[IRType]]) -> bool:
        if len(words) != 2 or sorted([len(variant) for variant in words]) != [0, 1]:
            return False
        full = 0 if words[0] else 1
        if words[full] != [IRType.REF]:
            return False
        return not any(self.enum(payload).form is EnumForm.NULLABLE for payload in enums_inside(payloads[full][1]))

    def _in_registers(
        self,
        type: EnumType,
        form: EnumForm,
        components: Shape,
        payloads: list[tuple[VariantSymbol, tuple[Type, ...]]],
    ) -> EnumLayout:
        variants: list[VariantLayout] = []
        for symbol, types in payloads:
            shapes = tuple([self.shape(payload) for payload in types])
            registers: tuple[tuple[int, ...], ...] = ()
            if form is EnumForm.WORDS:
                # The tag is in the first register, followed by the references.
                registers, _ = _placed(shapes, 1, 1 + components.count(IRType.REF), _ONE_EACH)
            variants.append(VariantLayout(symbol, types, shapes, registers))
        return EnumLayout(type, form, components, tuple(variants))

    def _boxed(self, type: EnumType, payloads: list[tuple[VariantSymbol, tuple[Type, ...]]]) -> EnumLayout:
        family = self.mangler.descriptor(type)
        display = show_type(type)
        variants: list[VariantLayout] = []
        for symbol, types in payloads:
            shapes = tuple([self._payload_shape(payload) for payload in types])
            references = sum([shape.count(IRType.REF) for shape in shapes])
            scalars_offset = BOXED_PAYLOAD_OFFSET + 8 * references
            offsets, end = _placed(shapes, BOXED_PAYLOAD_OFFSET, scalars_offset, SIZE_OF)
            descriptor = Descriptor(
                f"{family}.{symbol.index}",
                _round_up(end, 8),
                8,
                tuple(range(BOXED_PAYLOAD_OFFSET, scalars_offset, 8)),
                display,
                family=family,
            )
            variants.append(VariantLayout(symbol, types, shapes, offsets, descriptor))
        return EnumLayout(type, EnumForm.BOXED, _REFERENCE, tuple(variants))

    def describe_variant(self, variant: VariantLayout) -> str:
        """Add the descriptor of a boxed enum's variant to the module, and return its name."""
        assert variant.descriptor is not None
        self._module.descriptors.setdefault(variant.descriptor.name, variant.descriptor)
        return variant.descriptor.name


def enums_inside(types: tuple[Type, ...]) -> list[EnumType]:
    """Return the enums among the types and in the fields of the value types among them, each once."""
    found: list[EnumType] = []
    seen: set[Type] = set()
    pending = list(reversed(types))
    while pending:
        type = pending.pop()
        if type in seen:
            continue
        seen.add(type)
        if isinstance(type, EnumType):
            found.append(type)
        elif is_value(type):
            pending.extend(reversed(field_types(type)))
    return found


def _wrapped_enum(payloads: list[tuple[VariantSymbol, tuple[Type, ...]]]) -> EnumType | None:
    """Return the only payload of an enum with one empty variant and one of a single enum."""
    if len(payloads) != 2:
        return None
    types = payloads[0][1] + payloads[1][1]
    return types[0] if len(types) == 1 and isinstance(types[0], EnumType) else None


def _placed(
    shapes: tuple[Shape, ...], first_reference: int, first_scalar: int, sizes: Mapping[IRType, int]
) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Return where each component of one variant is held, references before scalars, and the end (decision L10)."""
    next_reference = first_reference
    next_scalar = first_scalar
    places: list[tuple[int, ...]] = []
    for shape in shapes:
        placed: list[int] = []
        for component in shape:
            size = sizes[component]
            if component is IRType.REF:
                placed.append(next_reference)
                next_reference += size
                continue
            next_scalar = _round_up(next_scalar, size)
            placed.append(next_scalar)
            next_scalar += size
        places.append(tuple(placed))
    return tuple(places), next_scalar
