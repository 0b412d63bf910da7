"""Lowering of a program of which most functions are kept: only what has changed is lowered."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.analysis.program import ProgramWorld
from beskid.analysis.typed import TypedProgram
from beskid.ir.model import Function, Module
from beskid.lower.bodies.callbacks import build_export
from beskid.lower.bodies.entry import build_entry
from beskid.lower.errors import LoweringStopped
from beskid.lower.kept import KeptFunctions, Outline
from beskid.lower.mono import Discovery, Instances
from beskid.lower.program import MAX_PYTHON_FRAMES, LowerOptions, build_instance
from beskid.lower.requests import NotKeptError, Requests, request_rows


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
        self.requests = Requests(instances, outline.requests, world)

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
