"""Numbered metadata: alias classes, branch weights and line tables.

It numbers the nodes that functions request and finally returns the text of all nodes. Two accesses get different alias
classes only if they can never access the same word: array headers, elements by type, stride and offset, fields by type
and offset, shadow slots, and the context. Runtime functions need no
alias class, because every call may read and write all memory.
"""

from __future__ import annotations

from beskid.abi.generated.numbers import SIZE_CLASSES
from beskid.codegen.debug_lines import FIRST_NUMBER
from beskid.ir.model import IRType, Location

LENGTH_BOUND = (1 << 63) - 1


class Metadata:
    """The metadata of one module.

    Where `numbers_lines`, line tables have numbers, `FIRST_NUMBER` and those that follow it, in place of lines, so that
    the text does not depend on where functions are in their files. `lines` has the line of each number.
    """

    __slots__ = (
        "_compile_unit",
        "_extent",
        "_files",
        "_inlined_scopes",
        "_line_numbers",
        "_nodes",
        "_places",
        "_range",
        "_root",
        "_subroutine",
        "_tags",
        "_weights",
        "lines",
    )

    def __init__(self, producer: str, debug_info: bool, numbers_lines: bool = False) -> None:
        self.lines: list[int] = []
        self._line_numbers: dict[tuple[int, int], int] | None = {} if numbers_lines else None
        self._nodes: list[str] = []
        self._tags: dict[str, int] = {}
        self._weights: dict[tuple[int, int], int] = {}
        self._files: dict[str, int] = {}
        self._places: dict[tuple[int, int, int, int], int] = {}
        self._inlined_scopes: dict[tuple[str, str], int] = {}
        self._root = self._add('!{!"beskid"}')
        self._range = -1
        self._extent = -1
        self._compile_unit = -1
        self._subroutine = -1
        if debug_info:
            first = self._file("<program>")
            self._compile_unit = self._add(
                f'distinct !DICompileUnit(language: DW_LANG_C99, file: !{first}, producer: "{producer}", '
                "isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly, splitDebugInlining: false, "
                "nameTableKind: None)"
            )
            types = self._add("!{null}")
            self._subroutine = self._add(f"!DISubroutineType(types: !{types})")

    def _add(self, node: str) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _file(self, name: str) -> int:
        number = self._files.get(name)
        if number is None:
            number = self._files[name] = self._add(f'!DIFile(filename: "{quoted(name)}", directory: ".")')
        return number

    def _tag(self, name: str) -> str:
        number = self._tags.get(name)
        if number is None:
            kind = self._add(f'!{{!"{name}", !{self._root}, i64 0}}')
            number = self._tags[name] = self._add(f"!{{!{kind}, !{kind}, i64 0}}")
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
            self._range = self._add(f"!{{i64 0, i64 {LENGTH_BOUND}}}")
        return f"{self._tag('length')}, !range !{self._range}"

    def any_length(self) -> str:
        """Return the attachment for a load where a length would be, of an object that need not be an array."""
        return self._tag("length")

    def reference(self) -> str:
        """Return the attachment for a load of a reference: null, or a cell of at least the smallest size."""
        if self._extent < 0:
            self._extent = self._add(f"!{{i64 {SIZE_CLASSES[0]}}}")
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
            number = self._weights[then, otherwise] = self._add(node)
        return f", !prof !{number}"

    def subprogram(self, symbol: str, location: Location) -> int:
        """Return the scope of a function's line table; -1 without debug information."""
        if self._compile_unit < 0:
            return -1
        file = self._file(location.file)
        line = self._line(len(self._nodes), location.line)
        return self._add(
            f'distinct !DISubprogram(name: "{quoted(location.function)}", linkageName: "{quoted(symbol)}", '
            f"scope: !{file}, file: !{file}, line: {line}, type: !{self._subroutine}, "
            f"scopeLine: {line}, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition, "
            f"unit: !{self._compile_unit})"
        )

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
            inlined = f", inlinedAt: !{caller}" if caller >= 0 else ""
            # Line tables hold columns of 16 bits.
            shown = self._line(scope, line)
            text = f"!DILocation(line: {shown}, column: {min(column, 65535)}, scope: !{scope}{inlined})"
            number = self._places[key] = self._add(text)
        return number

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
        name = (location.function, location.file)
        own = self._inlined_scopes.get(name, -1)
        if own < 0:
            own = self._inlined_scopes[name] = self.subprogram("", location)
        return self._place(own, location.line, location.column, at)

    def text(self) -> str:
        """Return the text of all nodes and of the module flags."""
        flags = [self._add('!{i32 8, !"PIC Level", i32 2}')]
        named = []
        if self._compile_unit >= 0:
            flags.append(self._add('!{i32 2, !"Debug Info Version", i32 3}'))
            flags.append(self._add('!{i32 7, !"Dwarf Version", i32 5}'))
            named.append(f"!llvm.dbg.cu = !{{!{self._compile_unit}}}")
        named.append("!llvm.module.flags = !{" + ", ".join([f"!{flag}" for flag in flags]) + "}")
        return "\n".join(named + [f"!{number} = {node}" for number, node in enumerate(self._nodes)]) + "\n"


def quoted(text: str) -> str:
    """Escape text for a metadata string."""
    return text.replace("\\", "\\5C").replace('"', "\\22")
