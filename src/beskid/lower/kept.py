"""Functions that were lowered before, by source file: what is kept of them, and its stored form.

A kept function is the IR before the first pass. Whoever keeps the functions of a file must know that neither the file
nor the interface of any module has changed (`analysis/interface.py`).
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence

from beskid.analysis.typed import TypedProgram
from beskid.base.node import node
from beskid.ir.image import Row, read_functions, signature_of, signature_row, write_functions
from beskid.ir.model import Descriptor, ExternImport, Function, MethodTable, Module
from beskid.ir.references import References
from beskid.lower.arrange import enter_tables
from beskid.lower.mono import Discovery
from beskid.lower.requests import request_rows


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

    def extern_symbols(self) -> list[str]:
        return [extern.symbol for extern in self.externs]


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
