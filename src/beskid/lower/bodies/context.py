"""The state of lowering one function, and the values it works with.

A value is the tuple of its components, one operand for each register of its type's shape. A local that is never
assigned is a name for its value; one that is assigned has registers, and code that needs its value after a possible
assignment takes a snapshot first. It must not know any particular expression or statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import Substitution, Type, substitute
from beskid.base.node import node
from beskid.ir.builder import Builder, integer
from beskid.ir.model import Block, Count, FloatConstant, IRType, Location, NullConstant, Operand, Register
from beskid.lower.bodies.variables import AFTER_NAME, IN_WHOLE_FUNCTION, Recorder
from beskid.lower.layout import Layouts, Shape
from beskid.lower.mono import Instances
from beskid.source.text import SourceText, Span

Value: TypeAlias = tuple[Operand, ...]

NOTHING: Value = ()


@node
class ReturnTarget:
    """Where `return` goes in a body that is part of a larger function: the result's registers and the block after."""

    registers: Value
    block: Block


@node
class LoopTargets:
    """Where `break` and `continue` of the innermost loop go."""

    exit: Block
    next: Block


@node
class Handlers:
    """How each typed expression and statement is lowered, by its class."""

    expressions: Mapping[type, Callable[[FunctionContext, Any], Value]]
    statements: Mapping[type, Callable[[FunctionContext, Any], None]]


class FunctionContext:
    """One function being built: `owner` is its mangled name as lambdas extend it, `display` its name in traces.

    `references` are its `ref` and `out` parameters, whose final values it returns after its result.
    """

    __slots__ = (
        "_cells",
        "_locals",
        "_locations",
        "_variables",
        "builder",
        "display",
        "handlers",
        "instances",
        "layouts",
        "loops",
        "mapping",
        "owner",
        "recorder",
        "references",
        "result",
        "return_target",
        "source",
    )

    def __init__(
        self,
        handlers: Handlers,
        instances: Instances,
        builder: Builder,
        source: SourceText,
        display: str,
        owner: str,
        mapping: Substitution,
        result: Type,
    ) -> None:
        self.handlers = handlers
        self.instances = instances
        self.layouts: Layouts = instances.layouts
        self.builder = builder
        self.source = source
        self.display = display
        self.owner = owner
        self.mapping = mapping
        self.result = result
        self.return_target: ReturnTarget | None = None
        self.references: tuple[LocalSymbol, ...] = ()
        self.loops: list[LoopTargets] = []
        self._locals: dict[LocalSymbol, Value] = {}
        self._cells: dict[LocalSymbol, Operand] = {}
        self._variables: set[Register] = set()
        self._locations: dict[int, Location] = {}
        types = instances.debug_types
        self.recorder = None if types is None else Recorder(types, builder, source, instances.keeps_variables)

    # Types and places ---------------------------------------------------------------------------------------------

    def concrete(self, type: Type) -> Type:
        """Return the type without type parameters."""
        return substitute(type, self.mapping) if self.mapping else type

    def shape(self, type: Type) -> Shape:
        """Return the registers of a value of the type."""
        return self.layouts.shape(self.concrete(type))

    def at(self, span: Span) -> None:
        """Set the location of the instructions that follow."""
        location = self._locations.get(span.start)
        if location is None:
            line, column = self.source.position(span.start)
            location = Location(self.display, self.source.path, line, column)
            self._locations[span.start] = location
        self.builder.location = location

    def count(self, span: Span) -> None:
        """Count that control reaches the code at the span, if that is a point of the coverage that was asked for."""
        counters = self.instances.counters
        if not counters or not self.builder.is_open():
            return
        counter = counters.get((self.source.path, span.start))
        if counter is not None:
            self.builder.emit(Count(self.builder.location, counter))

    def leave(self, value: Value) -> None:
        """Return from the source function with a value."""
        target = self.return_target
        if target is None:
            self.builder.ret(value + tuple([operand for local in self.references for operand in self.read(local)]))
            return
        self.store(target.registers, value)
        self.builder.jump(target.block)

    # Locals -------------------------------------------------------------------------------------------------------

    def bind(self, local: LocalSymbol, value: Value, start: int = AFTER_NAME) -> None:
        """Bring a local into scope with its first value; one that closures share gets a fresh cell each time.

        `start` is where a debugger begins to show it, by default the end of its name.
        """
        if is_shared(local):
            self._bind_cell(local, value, start)
            return
        if not local.is_assigned:
            self._locals[local] = self._recorded(local, self.snapshot(value), start)
            return
        known = self._locals.get(local)
        if known is None:
            known = self.variable(self.shape(local.type), local.name)
            self._locals[local] = self._recorded(local, known, start)
        self.store(known, value)

    @contextmanager
    def visible_until(self, span: Span) -> Iterator[None]:
        """Lower a construct that is not a statement; a debugger shows its variables until it ends."""
        if self.recorder is not None:
            self.recorder.ends.append(span.end)
        yield
        if self.recorder is not None:
            self.recorder.ends.pop()

    def _recorded(self, local: LocalSymbol, value: Value, start: int) -> Value:
        """Return a value after recording that it is that of a local."""
        if self.recorder is None:
            return value
        kind = self.concrete(local.type)
        return self.recorder.bind(local, kind, self.layouts.shape(kind), value, start)

    def _recorded_cell(self, local: LocalSymbol, cell: Operand, start: int) -> Operand:
        if self.recorder is None:
            return cell
        kind = self.concrete(local.type)
        shape = self.layouts.shape(kind)
        offsets = self.instances.closures.cell(shape).offsets[0]
        return self.recorder.bind_cell(local, kind, shape, offsets, cell, start)

    def _bind_cell(self, local: LocalSymbol, value: Value, start: int) -> None:
        value = self.snapshot(value)
        self.at(local.span)
        layout = self.instances.closures.cell(self.shape(local.type))
        cell = self.builder.allocate_object(layout.descriptor)
        for operand, offset in zip(value, layout.offsets[0], strict=True):
            self.builder.store_field(cell, offset, operand, initializing=True)
        self._cells[local] = self._recorded_cell(local, cell, start)

    def captured_shape(self, local: LocalSymbol) -> Shape:
        """Return the shape of what a closure captures of a local: its value, or the shared cell."""
        return (IRType.REF,) if is_shared(local) else self.shape(local.type)

    def captured(self, local: LocalSymbol) -> Value:
        """Return what a closure that is created here captures of a local."""
        return (self._cells[local],) if is_shared(local) else self._locals[local]

    def adopt(self, local: LocalSymbol, value: Value) -> None:
        """Bring a captured local of an outer function into scope."""
        if is_shared(local):
            self._cells[local] = self._recorded_cell(local, value[0], IN_WHOLE_FUNCTION)
        else:
            self._locals[local] = self._recorded(local, value, IN_WHOLE_FUNCTION)

    def variable(self, shape: Shape, name: str = "") -> Value:
        """Return registers that will be assigned more than once."""
        registers = tuple([self.builder.register(component, name) for component in shape])
        self._variables.update(registers)
        return registers

    def temporary(self, shape: Shape, name: str = "") -> Value:
        """Return registers that several paths assign before they are read, and that are not assigned afterwards."""
        return tuple([self.builder.register(component, name) for component in shape])

    def store(self, registers: Value, value: Value) -> None:
        """Assign a value to registers made by `variable` or `temporary`."""
        if any(value[index] in registers[:index] for index in range(1, len(value))):
            # The components are assigned in order, and one of them was read from a component before it.
            value = self.snapshot(value)
        for register, operand in zip(registers, value, strict=True):
            if not isinstance(register, Register):
                raise AssertionError("only registers can be assigned")
            if register is not operand:
                self.builder.move(register, operand)

    def read(self, local: LocalSymbol) -> Value:
        """Return the value of a local; for an assigned one that is not shared its registers themselves."""
        if not is_shared(local):
            return self._locals[local]
        shape = self.shape(local.type)
        offsets = self.instances.closures.cell(shape).offsets[0]
        cell = self._cells[local]
        return tuple(
            [self.builder.load_field(cell, offset, component) for component, offset in zip(shape, offsets, strict=True)]
        )

    def assign(self, local: LocalSymbol, value: Value) -> None:
        """Assign a local."""
        if not local.is_assigned:
            raise AssertionError(f"{local.name} is assigned but not marked so")
        if not is_shared(local):
            self.store(self._locals[local], value)
            return
        offsets = self.instances.closures.cell(self.shape(local.type)).offsets[0]
        for operand, offset in zip(value, offsets, strict=True):
            self.builder.store_field(self._cells[local], offset, operand)

    def is_volatile(self, value: Value) -> bool:
        """Return whether later assignments can change the value."""
        return any(operand in self._variables for operand in value if isinstance(operand, Register))

    def snapshot(self, value: Value) -> Value:
        """Return the current value, unaffected by later assignments."""
        if not self.is_volatile(value):
            return value
        return tuple(
            [
                self.builder.copy(operand) if isinstance(operand, Register) and operand in self._variables else operand
                for operand in value
            ]
        )


def is_shared(local: LocalSymbol) -> bool:
    """Return whether the local is in a cell, because closures use it and it is assigned."""
    return local.is_assigned and local.is_captured


def zero(component: IRType) -> Operand:
    """Zero, null or +0.0."""
    match component:
        case IRType.REF | IRType.PTR:
            return NullConstant(component)
        case IRType.F32 | IRType.F64:
            return FloatConstant(component, 0)
        case _:
            return integer(component, 0)


def zero_value(shape: Shape) -> Value:
    """Return a value for unreachable code and for unused words."""
    return tuple([zero(component) for component in shape])
