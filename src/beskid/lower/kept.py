"""Functions that were lowered before, kept by source file, and the lowering of a program that takes them as they are.

A kept function is the IR before the first pass. Whoever keeps the functions of a file must know that neither the file
nor the interface of any module has changed (`analysis/interface.py`).
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.analysis.model.symbols import ContractSymbol, EnumSymbol, StructSymbol
from beskid.analysis.model.types import (
    PRIMITIVES,
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
)
from beskid.analysis.program import ProgramWorld
from beskid.analysis.typed import TypedProgram
from beskid.base.node import node
from beskid.ir.image import Row, read_functions, signature_of, signature_row, write_functions
from beskid.ir.model import Descriptor, ExternImport, Function, MethodTable, Module
from beskid.ir.references import References
from beskid.lower.arrange import arrange, enter_tables
from beskid.lower.bodies.callbacks import build_export
from beskid.lower.bodies.entry import build_entry
from beskid.lower.errors import LoweringStopped
from beskid.lower.mangle import Mangler
from beskid.lower.mono import (
    Discovery,
    FunctionForm,
    FunctionInstance,
    HelperInstance,
    HelperRole,
    Instance,
    Instances,
)
from beskid.lower.program import MAX_PYTHON_FRAMES, LowerOptions, build_instance


class NotKeptError(Exception):
    """A kept function needs one that is not kept, and that only lowering the whole program can find."""


class KeptFunctions:
    """Functions by name, what they refer to, and the data that they mention.

    `requests` has what they requested in addition, in code that was removed from them.
    """

    __slots__ = ("descriptors", "externs", "functions", "references", "requests", "tables")

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.references: dict[str, References] = {}
        self.requests: dict[str, tuple[str, ...]] = {}
        self.descriptors: dict[str, Descriptor] = {}
        self.tables: dict[str, MethodTable] = {}
        self.externs: dict[str, ExternImport] = {}

    def read(self, image: bytes) -> None:
        """Add the functions of a file, as `write_kept` wrote them."""
        references, requests, descriptors, tables, externs, functions = marshal.loads(image)
        for function, row in zip(read_functions(functions), references, strict=True):
            self.functions[function.name] = function
            self.references[function.name] = References(*row)
        self.requests.update(requests)
        for row in descriptors:
            self.descriptors[row[0]] = Descriptor(*row)
        for row in tables:
            self.tables[row[0]] = MethodTable(*row)
        for row in externs:
            self.externs[row[0]] = extern_of(row)


@node
class Outline:
    """What the modules of a program say together: the functions that it starts from, and what it imports from C.

    `requests` has a row of `request_rows` for each instance in it.
    """

    roots: tuple[str, ...]
    externs: tuple[ExternImport, ...]
    requests: Mapping[str, Row]


def extern_row(extern: ExternImport) -> tuple[object, ...]:
    """Return the stored form of a foreign function."""
    return (extern.symbol, extern.library, signature_row(extern.signature), extern.unsigned)


def extern_of(row: Sequence[object]) -> ExternImport:
    """Return the foreign function of a stored form."""
    symbol, library, signature, unsigned = row
    return ExternImport(str(symbol), str(library), signature_of(signature), unsigned)  # type: ignore[arg-type]


def outline_of(module: Module, program: TypedProgram, discovery: Discovery) -> Outline:
    """Return the outline of a program that was lowered as a whole."""
    declared = [each.extern.symbol for each in program.externs if each.extern is not None]
    externs = tuple([module.externs[symbol] for symbol in dict.fromkeys(declared)])
    return Outline(_roots_of(module), externs, request_rows(discovery.instances))


def _roots_of(module: Module) -> tuple[str, ...]:
    exported = [name for name, function in module.functions.items() if function.exported]
    return (*exported, module.entry) if module.entry is not None else tuple(exported)


def arrange_whole(module: Module, outline: Outline, references: Mapping[str, References]) -> None:
    """Bring a module into its canonical form."""
    arrange(module, references, outline.roots, [extern.symbol for extern in outline.externs])


def further_requests(
    module: Module, references: Mapping[str, References], discovery: Discovery
) -> dict[str, tuple[str, ...]]:
    """Return what functions requested that they do not refer to, of those that did.

    It is lowered with the program, and may be what cannot be.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, requests in discovery.requests.items():
        known = references.get(name)
        if known is None:
            continue
        tables = enter_tables(module, known.tables, {})
        covered = {name, *known.functions, *tables}
        covered.update([each for table in tables for each in module.tables[table].functions])
        further = tuple([each for each in requests if each not in covered])
        if further:
            found[name] = further
    return found


def write_kept(
    module: Module,
    names: Sequence[str],
    references: Mapping[str, References],
    requests: Mapping[str, tuple[str, ...]],
) -> bytes:
    """Return what to keep of the functions `names`, all of one file. `requests` are their `further_requests`.

    A function with an instruction of another file is left out: an edit there would change it.
    """
    functions = [function for function in map(module.functions.__getitem__, names) if _is_of_one_file(function)]
    found = [references[function.name] for function in functions]
    further = {function.name: requests[function.name] for function in functions if function.name in requests}
    requested = [name for each in further.values() for name in each if name in module.tables]
    tables = enter_tables(module, [*[name for each in found for name in each.tables], *requested], {})
    descriptors = [module.descriptors[name] for name in _all(each.descriptors for each in found)]
    return marshal.dumps(
        (
            [(each.functions, each.tables, each.descriptors, each.externs) for each in found],
            further,
            [
                (d.name, d.size, d.align, d.reference_offsets, d.display, d.is_bound_method, d.family)
                for d in descriptors
            ],
            [(t.name, t.functions, t.links, t.display) for t in map(module.tables.__getitem__, sorted(tables))],
            [extern_row(module.externs[name]) for name in _all(each.externs for each in found)],
            write_functions(functions),
        )
    )


def _all(names: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({name for each in names for name in each})


def _is_of_one_file(function: Function) -> bool:
    file = function.location.file
    for block in function.blocks:
        for step in (*block.instructions, block.terminator):
            if step is not None and step.location is not None and step.location.file != file:
                return False
    return True


def lower_changed(
    program: TypedProgram, options: LowerOptions, outline: Outline, kept: KeptFunctions, world: ProgramWorld
) -> tuple[Module, Outline, Discovery] | None:
    """Lower a program of which what has changed is not kept; return its outline and what was built now too.

    The module has everything that was discovered; `arrange` brings it into the canonical form.
    Return None when something cannot be lowered, which the lowering of the whole program reports. Raise `NotKeptError`
    when that is needed for another reason.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, MAX_PYTHON_FRAMES))
    try:
        instances = Instances(program, Module(options.module_name), keeps_variables=options.keeps_variables)
        lowering = _Lowering(instances, options, outline, kept, world)
        with suppress(LoweringStopped):
            lowering.run()
    finally:
        sys.setrecursionlimit(limit)
    if instances.diagnostics:
        return None
    module = instances.module
    requests = {**outline.requests, **request_rows(instances.discovery.instances)}
    present = {name: row for name, row in requests.items() if name in module.functions}
    return module, Outline(outline.roots, outline.externs, present), instances.discovery


class _Lowering:
    """The work of `lower_changed`."""

    __slots__ = ("instances", "kept", "module", "options", "outline", "requests")

    def __init__(
        self,
        instances: Instances,
        options: LowerOptions,
        outline: Outline,
        kept: KeptFunctions,
        world: ProgramWorld,
    ) -> None:
        self.instances = instances
        self.module = instances.module
        self.options = options
        self.outline = outline
        self.kept = kept
        self.requests = _Requests(instances, outline.requests, world)

    def run(self) -> None:
        module, instances = self.module, self.instances
        for extern in self.outline.externs:
            module.externs[extern.symbol] = extern
        module.entry = ENTRY_SYMBOL if ENTRY_SYMBOL in self.outline.roots else None
        for name in self.outline.roots:
            if not self._take(name):
                module.functions[name] = self._build_root(name)
        while instances.pending and not instances.diagnostics:
            instance = instances.pending.popleft()
            if instance.name not in module.functions and not self._take(instance.name):
                module.functions[instance.name] = build_instance(instances, instance)

    def _build_root(self, name: str) -> Function:
        instances, program = self.instances, self.instances.program
        instances.begin(name)
        if name == ENTRY_SYMBOL and program.entry is not None:
            instances.place = (program.entry.source, program.entry.name_span)
            return build_entry(instances, program.entry, self.options.print_result)
        for exported, function in program.exports:
            if exported == name:
                return build_export(instances, exported, function)
        raise NotKeptError

    def _take(self, name: str) -> bool:
        """Add a kept function with the kept functions that it needs, and request the others; False if not kept."""
        kept, module = self.kept, self.module
        if name not in kept.functions:
            return False
        pending = [name]
        while pending:
            name = pending.pop()
            if name in module.functions:
                continue
            function = kept.functions.get(name)
            if function is None:
                self.instances.pending.append(self.requests.instance(name))
                continue
            module.functions[name] = function
            found = kept.references[name]
            for descriptor in found.descriptors:
                module.descriptors.setdefault(descriptor, kept.descriptors[descriptor])
            for symbol in found.externs:
                module.externs.setdefault(symbol, kept.externs[symbol])
            pending += found.functions
            requests = kept.requests.get(name, ())
            pending += [each for each in requests if each not in kept.tables]
            pending += self._tables([*found.tables, *[each for each in requests if each in kept.tables]])
        return True

    def _tables(self, names: Iterable[str]) -> list[str]:
        functions: list[str] = []
        pending = list(names)
        while pending:
            table = self.kept.tables[pending.pop()]
            if self.module.tables.get(table.name) != table:
                self.module.tables[table.name] = table
                pending += table.links
            functions += table.functions
        return functions


class _Requests:
    """Makes instances of changed modules again from the rows of `request_row`."""

    __slots__ = ("_functions", "_instances", "_rows", "_world")

    def __init__(self, instances: Instances, rows: Mapping[str, Row], world: ProgramWorld) -> None:
        self._instances = instances
        self._rows = rows
        self._world = world
        self._functions = {instances.mangler.function(symbol, ()): symbol for symbol in instances.program.functions()}

    def instance(self, name: str) -> Instance:
        """Return the instance of a name. Raises `NotKeptError` if it is not known, or not one of a changed module."""
        row = self._rows.get(name)
        if row is None:
            raise NotKeptError
        kind, *fields = row
        if kind == _HELPER:
            role, type = fields
            return HelperInstance(name, HelperRole(role), self._type(type))
        base, form, arguments = fields
        symbol = self._functions.get(base)
        if symbol is None:
            raise NotKeptError
        types = tuple([self._type(each) for each in arguments])
        owner = self._instances.mangler.function(symbol, types)
        return FunctionInstance(name, owner, symbol, types, FunctionForm(form))

    def _type(self, row: Row) -> Type:
        kind, *fields = row
        if kind == _PRIMITIVE:
            known = PRIMITIVES.get(fields[0])
            if known is None:
                raise NotKeptError
            return known
        if kind == _ARRAY:
            return ArrayType(self._type(fields[0]))
        if kind == _FUNCTION:
            parameters, result = fields
            return FunctionType(tuple([self._type(each) for each in parameters]), self._type(result))
        package, path, name, arguments = fields
        module = self._world.module(package, path)
        symbol = None if module is None else module.members.get(name)
        types = tuple([self._type(each) for each in arguments])
        if isinstance(symbol, StructSymbol):
            return StructType(symbol, types)
        if isinstance(symbol, EnumSymbol):
            return EnumType(symbol, types)
        if isinstance(symbol, ContractSymbol):
            return ContractType(symbol, types)
        raise NotKeptError


_HELPER, _INSTANCE = "helper", "function"
_PRIMITIVE, _ARRAY, _FUNCTION, _DECLARED = "primitive", "array", "function", "declared"


def request_rows(instances: Iterable[Instance]) -> dict[str, Row]:
    """Return how to make each instance again that a kept function of another file may name."""
    mangler = Mangler()
    rows: dict[str, Row] = {}
    for instance in instances:
        if isinstance(instance, HelperInstance):
            rows[instance.name] = (_HELPER, instance.role.value, _type_row(instance.type))
        elif isinstance(instance, FunctionInstance):
            base = mangler.function(instance.symbol, ())
            types = tuple([_type_row(type) for type in instance.type_arguments])
            rows[instance.name] = (_INSTANCE, base, instance.form.value, types)
    return rows


def _type_row(type: Type) -> Row:
    if isinstance(type, ArrayType):
        return (_ARRAY, _type_row(type.element))
    if isinstance(type, FunctionType):
        return (_FUNCTION, tuple([_type_row(each) for each in type.parameters]), _type_row(type.result))
    if isinstance(type, StructType | EnumType | ContractType):
        module = type.symbol.module
        assert module is not None
        arguments = tuple([_type_row(each) for each in type.arguments])
        return (_DECLARED, module.package, module.path, type.symbol.name, arguments)
    assert isinstance(type, PrimitiveType)
    return (_PRIMITIVE, type.name)
