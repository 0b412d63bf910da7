"""Numbered metadata: alias classes, branch weights and line tables.

It numbers the nodes that functions request and finally returns the text of all nodes. Two accesses get different alias
classes only if they can never access the same word: array headers, elements by type, stride and offset, fields by type
and offset, shadow slots, and the context. Runtime functions need no
alias class, because every call may read and write all memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from beskid.abi.generated.numbers import SIZE_CLASSES
from beskid.codegen.debug_lines import FIRST_NUMBER
from beskid.ir.debug import Nested, Position, Variable
from beskid.ir.model import IRType, Location

LENGTH_BOUND = (1 << 63) - 1

GENERATED_FILE = "<program>"
"""The file of functions that no source has."""


Extent = tuple[Position, Position]
"""A part of a function in the source, from its start to before its end."""

VariableKey = tuple[str, str, Position, Position]
"""The name of a variable, the key of its type, and its extent."""

Instance = tuple[VariableKey, ...]
"""The variables of a function, which distinguish those of one name: instances of a generic function, and lambdas."""

_CallKey = tuple[str, str, Location | None]
"""The name of a function that is inlined, its file, and the location of the call."""


class DebugLevel(Enum):
    """How much debug information a module has; `FULL`: functions, variables and types beside lines."""

    NONE = ""
    LINES = "LineTablesOnly"
    FULL = "FullDebug"


class Metadata:
    """The metadata of one module.

    Where `numbers_lines`, line tables have numbers, `FIRST_NUMBER` and those that follow it, in place of lines, so that
    the text does not depend on where functions are in their files. `lines` has the line of each number.
    """

    __slots__ = (
        "_block_at",
        "_blocks",
        "_compile_unit",
        "_extent",
        "_file_of",
        "_files",
        "_inlined_scopes",
        "_instances",
        "_line_numbers",
        "_nodes",
        "_places",
        "_range",
        "_root",
        "_subroutine",
        "_tags",
        "_weights",
        "has_variables",
        "lines",
    )

    def __init__(self, producer: str, debug: DebugLevel, numbers_lines: bool = False) -> None:
        self.has_variables = debug is DebugLevel.FULL
        self.lines: list[int] = []
        self._line_numbers: dict[tuple[int, int], int] | None = {} if numbers_lines else None
        self._nodes: list[str] = []
        self._tags: dict[str, int] = {}
        self._weights: dict[tuple[int, int], int] = {}
        self._files: dict[str, int] = {}
        self._places: dict[tuple[int, int, int, int], int] = {}
        self._inlined_scopes: dict[tuple[str, str, Instance], int] = {}
        self._instances: dict[_CallKey, Instance] = {}
        self._file_of: dict[int, int] = {}
        self._blocks: dict[int, dict[Extent, int]] = {}
        self._block_at: dict[int, Nested] = {}
        self._root = self.add('!{!"beskid"}')
        self._range = -1
        self._extent = -1
        self._compile_unit = -1
        self._subroutine = -1
        if debug is not DebugLevel.NONE:
            first = self.file(GENERATED_FILE)
            self._compile_unit = self.add(
                f'distinct !DICompileUnit(language: DW_LANG_C99, file: !{first}, producer: "{producer}", '
                f"isOptimized: true, runtimeVersion: 0, emissionKind: {debug.value}, splitDebugInlining: false, "
                "nameTableKind: None)"
            )
            types = self.add("!{null}")
            self._subroutine = self.add(f"!DISubroutineType(types: !{types})")

    def add(self, node: str) -> int:
        """Add a node. Return its number."""
        self._nodes.append(node)
        return len(self._nodes) - 1

    def set(self, number: int, node: str) -> None:
        """Replace a node, for nodes that refer to themselves through others."""
        self._nodes[number] = node

    def file(self, name: str) -> int:
        """Return the node of a source file."""
        number = self._files.get(name)
        if number is None:
            number = self._files[name] = self.add(f'!DIFile(filename: "{quoted(name)}", directory: ".")')
        return number

    def _tag(self, name: str) -> str:
        number = self._tags.get(name)
        if number is None:
            kind = self.add(f'!{{!"{name}", !{self._root}, i64 0}}')
            number = self._tags[name] = self.add(f"!{{!{kind}, !{kind}, i64 0}}")
        return f", !tbaa !{number}"

    def shadow(self) -> str:
        """Return the attachment for a store to a shadow slot."""
        return self._tag("shadow")

    def context(self) -> str:
        """Return the attachment for an access to the mutator context."""
        return self._tag("context")

    def heap(self) -> str:
        """Return the attachment for a load of the heap's range from the context, which is set once."""
        return ", !invariant.load !{}"

    def card(self) -> str:
        """Return the attachment for a store to a card."""
        return self._tag("card")

    def descriptor(self) -> str:
        """Return the attachment for a store of an object's word 0."""
        return self._tag("descriptor")

    def header(self) -> str:
        """Return the attachment for a load of an array's or string's data address, which never changes.

        Not `!invariant.load`: LLVM sinks such a load past a call, where the array may already be freed.
        """
        return self._tag("header")

    def length(self) -> str:
        """Return the attachment for a load of a length, which never changes and is not negative."""
        if self._range < 0:
            self._range = self.add(f"!{{i64 0, i64 {LENGTH_BOUND}}}")
        return f"{self._tag('length')}, !range !{self._range}"

    def any_length(self) -> str:
        """Return the attachment for a load where a length would be, of an object that need not be an array."""
        return self._tag("length")

    def reference(self) -> str:
        """Return the attachment for a load of a reference: null, or a cell of at least the smallest size."""
        if self._extent < 0:
            self._extent = self.add(f"!{{i64 {SIZE_CLASSES[0]}}}")
        return f", !dereferenceable_or_null !{self._extent}"

    def field(self, type: IRType, offset: int) -> str:
        """Return the attachment for an access to a field."""
        return self._tag(f"field {type.value} {offset}")

    def element(self, type: IRType, stride: int, offset: int) -> str:
        """Return the attachment for an access to a component of an element."""
        return self._tag(f"element {type.value} {stride} {offset}")

    def table(self) -> str:
        """Return the attachment for a load from a method table, which is constant data."""
        return ", !invariant.load !{}"

    def weights(self, then: int, otherwise: int) -> str:
        """Return the attachment for a branch with a likely direction."""
        number = self._weights.get((then, otherwise))
        if number is None:
            node = f'!{{!"branch_weights", i32 {then}, i32 {otherwise}}}'
            number = self._weights[then, otherwise] = self.add(node)
        return f", !prof !{number}"

    def subprogram(self, symbol: str, location: Location) -> int:
        """Return the scope of a function's line table; -1 without debug information.

        A debugger knows a function that has a linkage name by that name alone, so none has one beside variables.
        """
        if self._compile_unit < 0:
            return -1
        file = self.file(location.file if location.function else GENERATED_FILE)
        line = self._line(len(self._nodes), location.line)
        name = location.function
        linkage = "" if self.has_variables else f'linkageName: "{quoted(symbol)}", '
        if self.has_variables:
            name = name or symbol
        number = self.add(
            f'distinct !DISubprogram(name: "{quoted(name)}", {linkage}'
            f"scope: !{file}, file: !{file}, line: {line}, type: !{self._subroutine}, "
            f"scopeLine: {line}, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, "
            f"unit: !{self._compile_unit})"
        )
        self._file_of[number] = file
        return number

    def wrapper(self, symbol: str) -> tuple[str, str]:
        """Return the attachments of a function that no source has, and of its instructions.

        Without them the lines of what is inlined into it would be lost.
        """
        if self._compile_unit < 0:
            return "", ""
        file = self.file(GENERATED_FILE)
        scope = self.add(
            f'distinct !DISubprogram(name: "{quoted(symbol)}", scope: !{file}, file: !{file}, '
            f"type: !{self._subroutine}, flags: DIFlagArtificial, "
            f"spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, unit: !{self._compile_unit})"
        )
        return f" !dbg !{scope}", f", !dbg !{self._place(scope, 0, 0)}"

    def _line(self, scope: int, line: int) -> int:
        """Return what stands for a line of a function: the line, or its number."""
        if self._line_numbers is None:
            return line
        # Lines of one function are equal if their numbers are: LLVM compares them.
        number = self._line_numbers.get((scope, line), -1)
        if number < 0:
            number = self._line_numbers[scope, line] = FIRST_NUMBER + len(self.lines)
            self.lines.append(line)
        return number

    def location(self, scope: int, line: int, column: int) -> str:
        """Return the attachment for the line of an instruction; empty without debug information."""
        return "" if scope < 0 else f", !dbg !{self._place(scope, line, column)}"

    def _place(self, scope: int, line: int, column: int, caller: int = -1) -> int:
        """Return the number of a location node; `caller` is the node of the call into which its scope was inlined."""
        key = (scope, line, column, caller)
        number = self._places.get(key, -1)
        if number < 0:
            blocks = self._block_at.get(scope)
            block = scope if blocks is None else blocks.at((line, column))
            number = self._places[key] = self.node_of_place(scope, block, key)
        return number

    def node_of_place(self, scope: int, block: int, place: tuple[int, int, int, int]) -> int:
        """Add a location in a block of a function. Return its number."""
        _, line, column, caller = place
        inlined = f", inlinedAt: !{caller}" if caller >= 0 else ""
        # Line tables hold columns of 16 bits.
        shown = self._line(scope, line) if line else 0
        return self.add(f"!DILocation(line: {shown}, column: {min(column, 65535)}, scope: !{block}{inlined})")

    def place(self, scope: int, location: Location) -> str:
        """Return the attachment for an instruction of a function with this scope; it may be inlined."""
        if scope < 0 or location.caller is None:
            return self.location(scope, location.line, location.column)
        return f", !dbg !{self._inlined(scope, location)}"

    def _inlined(self, scope: int, location: Location) -> int:
        """Return the number of a location node, after adding those of its callers."""
        if location.caller is None:
            return self._place(scope, location.line, location.column)
        at = self._inlined(scope, location.caller)
        return self._place(self._inlined_scope(location), location.line, location.column, at)

    def _inlined_scope(self, location: Location) -> int:
        """Return the scope of the function of an inlined location."""
        # A call deep in others takes long to hash.
        instance = self._instances.get(_call_key(location), ()) if self._instances else ()
        key = (location.function, location.file, instance)
        own = self._inlined_scopes.get(key, -1)
        if own < 0:
            own = self._inlined_scopes[key] = self.subprogram("", location)
        return own

    # Variables --------------------------------------------------------------------------------------------------

    def begin_variables(self, scope: int, variables: Sequence[Variable]) -> None:
        """Add the blocks of a function with this scope, and of those inlined into it, in which variables are visible.

        It must be called before the first location of the function is asked for.
        """
        self._instances = instances_of(variables)
        extents: dict[int, set[Extent]] = {}
        for variable in variables:
            if not variable.is_parameter:
                own = self._scope_of(scope, variable.location)
                extents.setdefault(own, set()).add((variable.start, variable.end))
        for own, held in extents.items():
            # Functions of one scope have the same variables.
            if own not in self._blocks:
                self._add_blocks(own, list(held))

    def _add_blocks(self, scope: int, extents: list[Extent]) -> None:
        blocks = self._blocks[scope] = {}

        def added(around: int, index: int) -> int:
            line, column = extents[index][0]
            number = blocks[extents[index]] = self.add(
                f"distinct !DILexicalBlock(scope: !{around}, file: !{self._file_of[scope]}, "
                f"line: {self._line(scope, line)}, column: {min(column, 65535)})"
            )
            return number

        ranges = [(start, end, index) for index, (start, end) in enumerate(extents)]
        self._block_at[scope] = Nested(ranges, scope, added)

    def _scope_of(self, scope: int, location: Location) -> int:
        """Return the scope of the function that a location is in, which may be inlined into that with `scope`."""
        return scope if location.caller is None else self._inlined_scope(location)

    def variable(self, scope: int, variable: Variable, type: int, argument: int) -> tuple[int, int]:
        """Add a variable of a function. Return the numbers of its node and of its location."""
        own = self._scope_of(scope, variable.location)
        caller = -1 if variable.location.caller is None else self._inlined(scope, variable.location.caller)
        block = own if variable.is_parameter else self._blocks[own][variable.start, variable.end]
        line = self._line(own, variable.start[0])
        number = f", arg: {argument}" if argument else ""
        node = self.add(
            f'!DILocalVariable(name: "{quoted(variable.name)}"{number}, scope: !{block}, '
            f"file: !{self._file_of[own]}, line: {line}, type: !{type})"
        )
        return node, self.node_of_place(own, block, (own, variable.start[0], variable.start[1], caller))

    def text(self) -> str:
        """Return the text of all nodes and of the module flags."""
        flags = [self.add('!{i32 8, !"PIC Level", i32 2}')]
        named = []
        if self._compile_unit >= 0:
            flags.append(self.add('!{i32 2, !"Debug Info Version", i32 3}'))
            flags.append(self.add('!{i32 7, !"Dwarf Version", i32 5}'))
            named.append(f"!llvm.dbg.cu = !{{!{self._compile_unit}}}")
        named.append("!llvm.module.flags = !{" + ", ".join([f"!{flag}" for flag in flags]) + "}")
        return "\n".join(named + [f"!{number} = {node}" for number, node in enumerate(self._nodes)]) + "\n"


def instances_of(variables: Iterable[Variable]) -> dict[_CallKey, Instance]:
    """Return the instance of each function that is inlined."""
    found: dict[_CallKey, dict[VariableKey, None]] = {}
    for variable in variables:
        if variable.location.caller is not None:
            found.setdefault(_call_key(variable.location), {})[variable_key(variable)] = None
    return {call: tuple(held) for call, held in found.items()}


def _call_key(location: Location) -> _CallKey:
    return location.function, location.file, location.caller


def variable_key(variable: Variable) -> VariableKey:
    return variable.name, variable.type, variable.start, variable.end


def quoted(text: str) -> str:
    """Escape text for a metadata string."""
    return text.replace("\\", "\\5C").replace('"', "\\22")
