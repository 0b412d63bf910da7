"""What the functions of one module share: literals, call sites, static closures, and the names in use.

It returns constant expressions and records what they name, in order of first use, so that data and declarations can be
written after the functions. It must not write functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from beskid.abi.generated.tables import SITE_SIZE
from beskid.abi.symbols import POLL_SYMBOL, private_export
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.conventions import Conventions
from beskid.codegen.llvm.debug_types import DebugTypes
from beskid.codegen.llvm.large_callers import MAX_LOOPS, kept_calls
from beskid.codegen.llvm.loop_nests import kept_out_of_line
from beskid.codegen.llvm.metadata import Metadata
from beskid.codegen.llvm.shapes import Shape, shape_of
from beskid.codegen.llvm.types import global_name
from beskid.ir.debug import DebugType
from beskid.ir.model import Descriptor, ExternImport, Function, Location
from beskid.ir.operands import WRITES

MANGLED_PREFIX = "_B"


class Names:
    """What the functions of a program may name, by its name in the IR, and the symbols of functions."""

    __slots__ = ("_shapes", "_variables", "debug_types", "descriptors", "externs", "functions", "symbols")

    def __init__(self, artifact: CodegenArtifact) -> None:
        self.functions: dict[str, Function] = {function.name: function for function in artifact.functions}
        self.descriptors: dict[str, Descriptor] = {held.name: held for held in artifact.type_descriptors}
        self.externs: dict[str, ExternImport] = {held.symbol: held for held in artifact.extern_imports}
        self.symbols: dict[str, str] = {function.name: body_name(function) for function in artifact.functions}
        self.debug_types: dict[str, DebugType] = artifact.module.debug_types
        self._shapes: dict[str, Shape] = {}
        self._variables: dict[str, frozenset[int]] = {}

    def shape(self, function: Function) -> Shape:
        """Return the shape of a function; several modules may have it."""
        found = self._shapes.get(function.name)
        if found is None:
            found = self._shapes[function.name] = shape_of(function)
        return found

    def variables(self, function: Function) -> frozenset[int]:
        """Return the indexes of the registers that need a stack slot: those that are assigned more than once."""
        found = self._variables.get(function.name)
        if found is None:
            found = self._variables[function.name] = assigned_more_than_once(function)
        return found


class Pool:
    """Shared state while the functions of a module are written."""

    __slots__ = (
        "_data",
        "_site_numbers",
        "closures",
        "conventions",
        "debug_types",
        "descriptors",
        "externs",
        "functions",
        "intrinsics",
        "kept_calls",
        "kept_out_of_line",
        "linkage",
        "literals",
        "many_loops",
        "mathematical",
        "metadata",
        "names",
        "optimize",
        "polls",
        "runtime",
        "sites",
        "symbols",
        "used_externs",
        "variants",
    )

    def __init__(
        self,
        names: Names,
        metadata: Metadata,
        optimize: bool,
        conventions: Conventions,
        written: Iterable[Function],
    ) -> None:
        """`optimize` is False for `-O0`, where less text means less time. `written`: the functions of this module."""
        self.linkage = "internal"
        self.names = names
        self.conventions = conventions
        self.optimize = optimize
        self.metadata = metadata
        shapes = {function.name: names.shape(function) for function in written} if optimize else {}
        self.kept_out_of_line = kept_out_of_line(shapes)
        self.kept_calls = kept_calls(shapes, self.kept_out_of_line)
        self.many_loops = {name for name, shape in shapes.items() if shape.loops > MAX_LOOPS}
        self.functions = names.functions
        self.descriptors = names.descriptors
        self.externs = names.externs
        self.symbols = names.symbols
        self.used_externs: set[str] = set()
        self.literals: dict[bytes, str] = {}
        self._data: dict[str, int] = {}
        self.closures: dict[str, None] = {}
        self.variants: dict[tuple[str, int], str] = {}
        self.sites: list[Location] = []
        self._site_numbers: dict[Location, int] = {}
        self.runtime: set[str] = set()
        self.intrinsics: set[str] = set()
        self.mathematical: dict[str, int] = {}
        self.polls = False
        self.debug_types = DebugTypes(metadata, names.debug_types)

    @property
    def attributes(self) -> str:
        """The attributes of all functions, each after a space.

        They touch each page of a large frame. In code for a debugger they have a frame pointer: gdb skips the beginning
        of a function, where its parameters are not stored yet, only if it finds one there.
        """
        probes = ' "probe-stack"="inline-asm"' if self.conventions.probes_stack else ""
        return probes + (' "frame-pointer"="all"' if self.keeps_variables else "")

    @property
    def keeps_variables(self) -> bool:
        """Whether each variable is in memory wherever it is visible."""
        return self.metadata.has_variables and not self.optimize

    def literal(self, data: bytes) -> str:
        """Return the static string with these bytes."""
        return f"@.text.{self.literals.setdefault(data, str(len(self.literals)))}"

    def data(self, constant: str) -> str:
        """Return the address of static data, given as a type and a value of LLVM."""
        return f"@.data.{self._data.setdefault(constant, len(self._data))}"

    def data_lines(self) -> list[str]:
        """Return the definitions of all static data."""
        return [
            f"@.data.{number} = private unnamed_addr constant {constant}, align 16"
            for constant, number in self._data.items()
        ]

    def closure(self, function: str) -> str:
        """Return the static closure object of a function."""
        self.closures[function] = None
        return closure_name(function)

    def variant(self, descriptor: str, tag: int) -> str:
        """Return the static object of a variant without payload."""
        return self.variants.setdefault((descriptor, tag), f"@.variant.{len(self.variants)}")

    def site(self, location: Location) -> str:
        """Return the address of the call-site record of a location; the records of its callers follow it."""
        index = self._site_numbers.get(location, -1)
        if index < 0:
            index = self._site_numbers[location] = len(self.sites)
            self.sites.extend(location.places())
        first = self.sites_address()
        return f"getelementptr (i8, ptr {first}, i64 {index * SITE_SIZE})" if index else first

    def sites_address(self) -> str:
        """Return the address of the first record of a call site."""
        return "@.sites"

    def poll_word(self) -> str:
        """Return the address of the word that polls read, and record that it is named."""
        self.polls = True
        return f"@{POLL_SYMBOL}"

    def call_runtime(self, symbol: str) -> str:
        """Return the name of a runtime function and declare it."""
        self.runtime.add(symbol)
        return f"@{symbol}"

    def body(self, function: str) -> str:
        """Return the symbol of a function's code."""
        return self.symbols[function]

    def address(self, function: str) -> str:
        """Return the address for indirect calls of a function; for a callback, that of its thunk."""
        held = self.functions[function]
        return thunk_name(held) if held.is_callback else self.body(function)

    def descriptor(self, descriptor: str) -> str:
        """Return the address of a type descriptor."""
        return descriptor_name(descriptor)

    def table(self, table: str) -> str:
        """Return the address of a method table."""
        return table_name(table)

    def use_extern(self, symbol: str) -> ExternImport:
        """Return a foreign function and record that it is called."""
        self.used_externs.add(symbol)
        return self.externs[symbol]

    def intrinsic(self, declaration: str) -> None:
        """Declare an LLVM intrinsic."""
        self.intrinsics.add(declaration)

    def call_mathematical(self, symbol: str, arguments: int) -> str:
        """Return the name of a libm function and declare it."""
        self.mathematical[symbol] = arguments
        return f"@{symbol}"


def has_thunk(function: Function) -> bool:
    """Return whether C calls the function, through a thunk with the same name."""
    return function.exported or function.is_callback


def thunk_name(function: Function) -> str:
    """Return the LLVM name of the function that C calls.

    An exported function may have the name of a C function that compiled code or the JIT calls, so it has another symbol
    in the object. The linker step restores the C name where it is needed.
    """
    return global_name(private_export(function.name) if function.exported else function.name)


def body_name(function: Function) -> str:
    """Return the LLVM name of a function's body.

    Only mangled names are used unchanged: the plain name of an exported function belongs to its thunk, and any other
    plain name could be that of a runtime or foreign function.
    """
    mangled = function.name.startswith(MANGLED_PREFIX) and not has_thunk(function)
    return global_name(function.name if mangled else f"{function.name}$body")


def closure_name(function: str) -> str:
    """Return the LLVM name of a function's static closure object."""
    return global_name(f".closure.{function}")


def table_name(table: str) -> str:
    """Return the LLVM name of a method table."""
    return global_name(f".table.{table}")


def descriptor_name(descriptor: str) -> str:
    """Return the LLVM name of a type descriptor."""
    return global_name(f"__beskid_type_desc_{descriptor}")


def assigned_more_than_once(function: Function) -> frozenset[int]:
    assigned = {parameter.index for parameter in function.parameters}
    several: set[int] = set()
    for block in function.blocks:
        for instruction in block.instructions:
            for register in WRITES[type(instruction)](instruction):
                if register.index in assigned:
                    several.add(register.index)
                assigned.add(register.index)
    return frozenset(several)
