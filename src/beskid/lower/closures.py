"""Layouts of closures and of shared variables (decision L11).

Takes the shapes of captures and returns offsets and descriptors, which are added to the module on first use. Equal
shapes share a descriptor. A closure has the address of its code after the descriptor word, then its captures; a cell
has the value of a variable that several functions read and assign. It must not emit code.
"""

from __future__ import annotations

from beskid.base.node import node
from beskid.ir.model import Descriptor, IRType, Module
from beskid.lower.layout import OBJECT_FIELDS_OFFSET, Shape, place
from beskid.lower.mangle import segment

CLOSURE_CODE_OFFSET = 8
CAPTURES_OFFSET = 16


@node
class CellLayout:
    """The offsets of the components of each value, in the order of the shapes."""

    offsets: tuple[tuple[int, ...], ...]
    descriptor: str


class ClosureLayouts:
    """The layouts of closures and cells of one module."""

    __slots__ = ("_known", "_module")

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: set[str] = set()

    def closure(self, captures: tuple[Shape, ...]) -> CellLayout:
        """Return the layout of a lambda with captures of these shapes."""
        return self._layout("_Bc", captures, CAPTURES_OFFSET, "<function>", False)

    def bound_method(self, receiver: Shape) -> CellLayout:
        """Return the layout of a method bound to a receiver."""
        return self._layout("_Bb", (receiver,), CAPTURES_OFFSET, "<function>", True)

    def cell(self, shape: Shape) -> CellLayout:
        """Return the layout of a variable that closures share."""
        return self._layout("_Bv", (shape,), OBJECT_FIELDS_OFFSET, "<variable>", False)

    def _layout(
        self, prefix: str, shapes: tuple[Shape, ...], start: int, display: str, is_bound_method: bool
    ) -> CellLayout:
        # Captures with the same components in a row have the same layout, so the name need not separate them.
        name = prefix + "".join([segment(component.value) for shape in shapes for component in shape])
        offsets: list[tuple[int, ...]] = []
        references: list[int] = []
        end = start
        for shape in shapes:
            placed, end = place(shape, end)
            offsets.append(placed)
            references += [offset for component, offset in zip(shape, placed, strict=True) if component is IRType.REF]
        layout = CellLayout(tuple(offsets), name)
        if name not in self._known:
            self._known.add(name)
            size = (end + 7) // 8 * 8
            self._module.descriptors[name] = Descriptor(
                name, max(size, 16), 8, tuple(references), display, is_bound_method
            )
        return layout
