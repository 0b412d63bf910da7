"""The LLVM text of a program that is compiled in units: one module for each unit, and one for the data of all.

A unit names functions and data of other modules by symbols that are hidden and that depend on what they name only, so
that its text is the same wherever it is compiled. Constants whose contents LLVM may use are copied into each unit that
names them, as `available_externally`. Numbers of call sites count from the first site of the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from beskid.abi.generated.tables import SITE_SIZE
from beskid.abi.symbols import POLL_SYMBOL, PROGRAM_SYMBOL
from beskid.base.digests import sha256_of
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.conventions import Conventions, conventions_of
from beskid.codegen.llvm.checks import call_for_poll
from beskid.codegen.llvm.data import (
    CLOSURE_DESCRIPTOR,
    DESCRIPTOR_TYPE,
    Constants,
    Texts,
    closure_lines,
    literal_lines,
    program_words,
    site_words,
    variant_lines,
)
from beskid.codegen.llvm.declarations import declare_extern, declare_mathematical, declare_runtime
from beskid.codegen.llvm.function import FunctionWriter
from beskid.codegen.llvm.metadata import DebugLevel, Metadata
from beskid.codegen.llvm.module import HANDLERS, functions_for_callers
from beskid.codegen.llvm.operations import write_constant_run
from beskid.codegen.llvm.pool import Names, Pool, descriptor_name, table_name, thunk_name
from beskid.codegen.llvm.recursion import inline_levels
from beskid.codegen.llvm.tables import table_line
from beskid.codegen.llvm.types import VALUE_TYPE, global_name, results_type
from beskid.codegen.record_object import RecordObject
from beskid.codegen.units import Unit
from beskid.ir.model import Function

SITES_SYMBOL = "beskid_sites."
_COPIED = "available_externally hidden"


class UnitPool(Pool):
    """A pool whose names are those of the whole program, and which records the functions and data that are named."""

    __slots__ = ("called", "named_descriptors", "named_tables", "named_thunks", "unit_name", "written")

    def __init__(
        self,
        names: Names,
        metadata: Metadata,
        optimize: bool,
        conventions: Conventions,
        unit_name: str,
        written: tuple[Function, ...] = (),
    ) -> None:
        super().__init__(names, metadata, optimize, conventions, written)
        self.linkage = "hidden"
        self.unit_name = unit_name
        self.written = written
        self.called: dict[str, None] = {}
        self.named_descriptors: dict[str, None] = {}
        self.named_tables: dict[str, None] = {}
        self.named_thunks: dict[str, None] = {}

    def literal(self, data: bytes) -> str:
        """Return the static string with these bytes, which is named by them."""
        label = self.literals.get(data)
        if label is None:
            label = self.literals[data] = sha256_of(data)[:32]
        return f"@.text.{label}"

    def variant(self, descriptor: str, tag: int) -> str:
        """Return the static object of a variant without payload."""
        self.named_descriptors[descriptor] = None
        return self.variants.setdefault((descriptor, tag), global_name(f".variant.{descriptor}.{tag}"))

    def body(self, function: str) -> str:
        """Return the symbol of a function's code."""
        self.called[function] = None
        return self.symbols[function]

    def closure(self, function: str) -> str:
        """Return the static closure object of a function."""
        self.called[function] = None
        return super().closure(function)

    def address(self, function: str) -> str:
        """Return the address for indirect calls of a function; for a callback, that of its thunk."""
        if self.functions[function].is_callback:
            self.named_thunks[function] = None
        return super().address(function)

    def descriptor(self, descriptor: str) -> str:
        """Return the address of a type descriptor."""
        self.named_descriptors[descriptor] = None
        return descriptor_name(descriptor)

    def table(self, table: str) -> str:
        """Return the address of a method table."""
        self.named_tables[table] = None
        return table_name(table)

    def sites_address(self) -> str:
        """Return the address of the records of this unit's call sites."""
        return sites_name(self.unit_name)


class UnitText:
    """The module of one unit, and what it needs of the other modules."""

    __slots__ = ("functions", "head", "pool", "tail", "unit")

    def __init__(self, unit: Unit, pool: UnitPool, functions: list[str], head: list[str], tail: str) -> None:
        self.unit = unit
        self.pool = pool
        self.functions = functions
        self.head = head
        self.tail = tail

    def text(self, exposed: set[str]) -> str:
        """Return the text; functions that only this unit names are local to it."""
        written = [
            text if function.name in exposed else text.replace("define hidden ", "define internal ", 1)
            for function, text in zip(self.unit.functions, self.functions, strict=False)
        ]
        return "\n".join([*self.head, *written, *self.functions[len(written) :]]) + "\n" + self.tail


def sites_name(unit: str) -> str:
    """Return the symbol of the first call-site record of a unit."""
    return global_name(f"{SITES_SYMBOL}{unit}")


def write_unit(
    unit: Unit, artifact: CodegenArtifact, names: Names, target: str, compiler: str, debug: DebugLevel, optimize: bool
) -> UnitText:
    """Write the functions of a unit, and declare what they name."""
    metadata = Metadata(compiler, debug, numbers_lines=True)
    written = (*unit.functions, *unit.imports)
    pool = UnitPool(names, metadata, optimize, conventions_of(target), unit.name, written)
    own: list[str] = []
    others: list[str] = []
    for function in unit.functions:
        levels = inline_levels(function) if optimize else 0
        own.append(_function_text(function, pool, 0, levels))
        others += [_function_text(function, pool, level, levels) for level in range(1, levels + 1)]
    for function in unit.imports:
        others.append(_function_text(function, pool, 0, 0).replace("define hidden ", f"define {_COPIED} ", 1))
    if pool.polls:
        others.append(call_for_poll(pool))
    head = ['source_filename = "unit"', *_declarations(artifact, pool), *_copies(artifact, pool)]
    defined = {function.name for function in written}
    head += [_declare(artifact_function, pool) for artifact_function in _undefined(pool, defined)]
    return UnitText(unit, pool, [*own, *others], head, metadata.text())


def _function_text(function: Function, pool: UnitPool, level: int, levels: int) -> str:
    return FunctionWriter(function, pool, level, levels).write(HANDLERS, write_constant_run)


def _declarations(artifact: CodegenArtifact, pool: UnitPool) -> list[str]:
    """Declare the functions of the runtime, of C, and of LLVM."""
    lines = [declare_runtime(symbol) for symbol in sorted(pool.runtime)]
    lines += [declare_mathematical(symbol, count) for symbol, count in sorted(pool.mathematical.items())]
    lines += sorted(pool.intrinsics)
    lines += [
        declare_extern(imported, pool.conventions)
        for imported in artifact.extern_imports
        if imported.symbol in pool.used_externs and imported.symbol not in pool.mathematical
    ]
    return lines


def _undefined(pool: UnitPool, defined: set[str]) -> list[Function]:
    return [pool.functions[name] for name in pool.called if name not in defined]


def _declare(function: Function, pool: UnitPool) -> str:
    parameters = ", ".join(["ptr", *[VALUE_TYPE[parameter.type] for parameter in function.parameters]])
    return f"declare hidden {results_type(function.results)} {pool.symbols[function.name]}({parameters}) nounwind"


def _copies(artifact: CodegenArtifact, pool: UnitPool) -> list[str]:
    """Define copies of the constants that the unit names, and declare the rest of its data."""
    lines = _relinked(literal_lines(pool), _COPIED) + pool.data_lines()
    lines += _relinked(closure_lines(pool, Texts())[1:], _COPIED)
    if pool.closures:
        lines.append(f"{CLOSURE_DESCRIPTOR} = external hidden constant {DESCRIPTOR_TYPE}")
    lines += _relinked(variant_lines(pool), _COPIED)
    lines += _relinked(_tables(artifact, pool), _COPIED)
    lines += [
        f"{descriptor_name(name)} = external hidden constant {DESCRIPTOR_TYPE}" for name in pool.named_descriptors
    ]
    lines += [f"declare hidden void {thunk_name(pool.functions[name])}()" for name in pool.named_thunks]
    if pool.polls:
        lines.append(f"@{POLL_SYMBOL} = external hidden global i32")
    if pool.sites:
        lines.append(f"{pool.sites_address()} = external hidden constant [{len(pool.sites) * SITE_SIZE} x i8]")
    return lines


def _tables(artifact: CodegenArtifact, pool: UnitPool) -> list[str]:
    """Define the tables that are named, and those that these name."""
    pending = list(pool.named_tables)
    lines: list[str] = []
    while pending:
        table = artifact.module.tables[pending.pop(0)]
        lines.append(table_line(table, pool))
        for link in table.links:
            if link not in pool.named_tables:
                pool.named_tables[link] = None
                pending.append(link)
    return lines


def _relinked(lines: Iterable[str], linkage: str) -> list[str]:
    """Change the linkage of definitions of constants that are local."""
    return [_with_linkage(line, linkage) for line in lines]


def _with_linkage(line: str, linkage: str) -> str:
    name, _, rest = line.partition(" = ")
    word, _, rest = rest.partition(" ")
    if word not in ("private", "internal"):
        raise ValueError(f"{name} is not local")
    return f"{name} = {linkage} {rest}"


class DataText:
    """The module of all data. `exposed` are the functions that units need not define for themselves alone.

    The records of the program are not in it: nearly every edit changes them.
    """

    __slots__ = ("exposed", "pool", "text")

    def __init__(self, text: str, pool: UnitPool, exposed: set[str]) -> None:
        self.text = text
        self.pool = pool
        self.exposed = exposed


def write_data(
    artifact: CodegenArtifact, names: Names, units: Sequence[UnitText], target: str, compiler: str, optimize: bool
) -> DataText:
    """Define what units only declare or copy, and the functions that the runtime, C and a host call."""
    pool = UnitPool(names, Metadata(compiler, DebugLevel.NONE), optimize, conventions_of(target), "")
    exposed: set[str] = set()
    for text in units:
        _collect(text, pool, exposed)
    functions = functions_for_callers(artifact, pool)
    texts = Texts()
    constants = Constants(artifact, pool, texts, lambda line: _with_linkage(line, "hidden"))
    lines = ['source_filename = "data"', *[declare_runtime(symbol) for symbol in sorted(pool.runtime)]]
    lines += sorted(pool.intrinsics)
    lines += [_declare(function, pool) for function in _undefined(pool, set())]
    lines.append(f"@{PROGRAM_SYMBOL} = external hidden constant i8")
    lines += [*constants.descriptors, *constants.literals, *constants.others, *texts.lines(), *functions]
    return DataText("\n".join(lines) + "\n" + pool.metadata.text(), pool, exposed | set(pool.called))


def records_of(artifact: CodegenArtifact, data: DataText, units: Sequence[UnitText], target: str) -> RecordObject:
    """Return the records of a program. Those of the call sites of all units are one array."""
    texts = Texts()
    sites = [
        (unit.pool.sites_address(), [site_words(site, texts) for site in unit.pool.sites])
        for unit in units
        if unit.pool.sites
    ]
    program = program_words(artifact, data.pool, texts)
    records = RecordObject(target, texts.items())
    records.add_sites(sites)
    records.add_constant(f"@{PROGRAM_SYMBOL}", program)
    return records


def _collect(text: UnitText, pool: UnitPool, exposed: set[str]) -> None:
    """Add what a unit names to the data that all units name."""
    named = text.pool
    pool.literals.update(named.literals)
    pool.closures.update(named.closures)
    pool.variants.update(named.variants)
    pool.runtime |= named.runtime
    pool.used_externs |= named.used_externs
    if named.sites:
        if not pool.sites:
            pool.unit_name = named.unit_name
        pool.sites += named.sites
    own = {function.name for function in text.unit.functions}
    exposed.update([name for name in named.called if name not in own])
