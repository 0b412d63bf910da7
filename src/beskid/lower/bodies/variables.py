"""Records the variables of one function for a debugger.

A variable is visible from its declaration to the end of the construct around it. In code that is not optimized each
has registers of its own, so that a debugger can read it wherever it is visible.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import Type
from beskid.ir.builder import NULL, Builder
from beskid.ir.debug import Variable
from beskid.ir.model import IRType, Move, Operand, Register
from beskid.lower.debug import DebugTypes, component_places
from beskid.lower.layout import Shape
from beskid.source.text import SourceText

AFTER_NAME = -1
IN_WHOLE_FUNCTION = -2
"""Where a variable is visible that no offset in the source begins: after its name, or, if captured, everywhere."""


class Recorder:
    """`ends` are the ends of the constructs that are being lowered, the innermost last."""

    __slots__ = ("_builder", "_keeps", "_known", "_source", "_types", "ends")

    def __init__(self, types: DebugTypes, builder: Builder, source: SourceText, keeps: bool) -> None:
        """`keeps`: give variables registers of their own."""
        self._types = types
        self._builder = builder
        self._source = source
        self._keeps = keeps
        self._known: dict[LocalSymbol, Variable] = {}
        self.ends: list[int] = []

    def bind(
        self, local: LocalSymbol, kind: Type, shape: Shape, value: tuple[Operand, ...], start: int
    ) -> tuple[Operand, ...]:
        """Record a local with its components, visible from `start` on, an offset in the source or one of the constants
        above. Return the components to use."""
        if not _is_named(local):
            return value
        if self._keeps and not local.is_assigned:
            value = self._own(local, value)
        key, offsets = self._types.whole(kind)
        self._record(local, key, value, component_places(shape, offsets), start)
        return value

    def bind_cell(
        self, local: LocalSymbol, kind: Type, shape: Shape, offsets: tuple[int, ...], cell: Operand, start: int
    ) -> Operand:
        """Record a local that is in an object with its components at these offsets. Return the object to use."""
        if not _is_named(local):
            return cell
        if self._keeps:
            (cell,) = self._own(local, (cell,))
        key, base = self._types.placed(kind, offsets)
        own = tuple([offset - base for offset in offsets])
        self._record(local, key, (cell,), component_places(shape, own), start, base)
        return cell

    def clear(self) -> None:
        """Set the references of variables that are kept to null where the function begins.

        The collector reads them wherever they are visible, whatever path leads there.
        """
        function = self._builder.function
        if not self._keeps:
            return
        parts = dict.fromkeys([part for variable in function.variables for part in variable.parts])
        function.blocks[0].instructions[:0] = [
            Move(function.location, part, NULL)
            for part in parts
            if isinstance(part, Register) and part.type is IRType.REF and part not in function.parameters
        ]

    def _own(self, local: LocalSymbol, value: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """Return registers with the value that are those of the local alone."""
        known = self._known.get(local)
        if known is None and not local.is_binding and all(isinstance(part, Register) for part in value):
            return value
        if known is None:
            return tuple([self._builder.copy(part, local.name) for part in value])
        for register, part in zip(known.parts, value, strict=True):
            assert isinstance(register, Register)
            if register is not part:
                self._builder.move(register, part)
        return known.parts

    def _record(
        self,
        local: LocalSymbol,
        type: str,
        parts: tuple[Operand, ...],
        places: tuple[tuple[int, int], ...],
        start: int,
        cell_offset: int = -1,
    ) -> None:
        function = self._builder.function
        known = self._known.get(local)
        if known is not None:
            function.variables.remove(known)
        location = function.location
        if start == IN_WHOLE_FUNCTION:
            place, end = (location.line, location.column), self._source.position(len(self._source.text))
        else:
            place = self._source.position(local.span.end if start == AFTER_NAME else start)
            end = self._source.position(self.ends[-1]) if self.ends else place
        is_parameter = not self.ends and start != IN_WHOLE_FUNCTION
        variable = Variable(
            local.name, type, parts, places, location, is_parameter, place, end, cell_offset, self._keeps
        )
        self._known[local] = variable
        function.variables.append(variable)


def _is_named(local: LocalSymbol) -> bool:
    """Return whether the local is in the source: the compiler adds others, whose names are not identifiers."""
    return local.name.isidentifier() and local.name != "_"
