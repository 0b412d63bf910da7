"""Lowering of a whole program: from the typed program to an IR module.

It starts at the entry (and the tests if requested) and builds what they reach, instance by instance, in order of
discovery. It takes a well-typed program; what it cannot lower becomes a diagnostic.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import assert_never

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.analysis.typed import TypedProgram
from beskid.base.node import value
from beskid.ir.model import Function, Module
from beskid.lower.bodies.body import build_function, build_helper, declaration_of
from beskid.lower.bodies.callbacks import build_export
from beskid.lower.bodies.closure_bodies import build_bound_constraint, build_lambda
from beskid.lower.bodies.entry import build_entry
from beskid.lower.bodies.foreign import foreign_import
from beskid.lower.errors import LoweringStopped
from beskid.lower.interface import build_interface
from beskid.lower.mangle import Mangler
from beskid.lower.mono import (
    BoundConstraintInstance,
    Discovery,
    FunctionInstance,
    HelperInstance,
    Instance,
    Instances,
    LambdaInstance,
)
from beskid.lower.points import Points
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText, Span

MAX_PYTHON_FRAMES = 100_000
"""Python frames for the deepest expression; the tree of a chain of operators is as deep as the chain is long."""


@value
class LowerOptions:
    """`entry`: make the entry function; `tests`: build the tests too, each as an entry under its mangled name.

    `host`: build the public functions of the home module, and describe them for a host. `points` are counted.
    `variables`: record the variables of functions for a debugger; with `keeps_variables` each stays readable wherever
    it is visible.
    """

    print_result: bool = False
    module_name: str = "program"
    entry: bool = True
    tests: bool = False
    host: bool = False
    points: Points | None = None
    variables: bool = False
    keeps_variables: bool = False


def lower_program(
    program: TypedProgram, options: LowerOptions, diagnostics: list[Diagnostic], discovery: Discovery | None = None
) -> Module | None:
    """Return the IR of everything that the entry and the requested tests of a program reach.

    If the program cannot be lowered, return None and add the reasons to `diagnostics`. What is built is
    added to `discovery`.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, MAX_PYTHON_FRAMES))
    try:
        instances = _lower(program, options, discovery)
    finally:
        sys.setrecursionlimit(limit)
    diagnostics += instances.diagnostics
    return None if instances.diagnostics else instances.module


def names_of_tests(program: TypedProgram) -> tuple[str, ...]:
    """Return the names under which `lower_program` builds the tests, in their order."""
    mangler = Mangler()
    return tuple([mangler.function(test, ()) for test in program.tests])


def _lower(program: TypedProgram, options: LowerOptions, discovery: Discovery | None) -> Instances:
    """Build what the program reaches, up to the first instance that cannot be built."""
    counters = None if options.points is None else options.points.counters
    instances = Instances(
        program, Module(options.module_name), counters, options.variables, options.keeps_variables, discovery
    )
    with suppress(LoweringStopped):
        _build_all(instances, program, options)
    return instances


def _build_all(instances: Instances, program: TypedProgram, options: LowerOptions) -> None:
    module = instances.module
    if options.entry and program.entry is not None:
        main = program.entry
        instances.place = (main.source, main.name_span)
        instances.begin(ENTRY_SYMBOL)
        module.functions[ENTRY_SYMBOL] = build_entry(instances, main, options.print_result)
        module.entry = ENTRY_SYMBOL
    if options.tests:
        for test in program.tests:
            name = instances.mangler.function(test, ())
            instances.place = (test.source, test.name_span)
            module.functions[name] = build_entry(instances, test, False, name)
    if options.host and program.home is not None:
        module.host = build_interface(instances, program.home, program.instances)
    for exported_name, function in program.exports:
        instances.begin(exported_name)
        module.functions[exported_name] = build_export(instances, exported_name, function)
    for function in program.externs:
        foreign_import(instances, function)
    while instances.pending and not instances.diagnostics:
        instance = instances.pending.popleft()
        module.functions[instance.name] = build_instance(instances, instance)


def build_instance(instances: Instances, instance: Instance) -> Function:
    """Return the function of an instance; what it needs becomes pending."""
    instances.place = _place_of(instance)
    instances.discovery.instances.append(instance)
    instances.begin(instance.name)
    match instance:
        case FunctionInstance():
            return build_function(instances, instance)
        case BoundConstraintInstance():
            return build_bound_constraint(instances, instance)
        case LambdaInstance():
            return build_lambda(instances, instance)
        case HelperInstance():
            return build_helper(instances, instance)
        case _:
            assert_never(instance)


def _place_of(instance: Instance) -> tuple[SourceText, Span]:
    match instance:
        case FunctionInstance():
            return instance.symbol.source, instance.symbol.name_span
        case BoundConstraintInstance():
            return instance.method.source, instance.method.name_span
        case LambdaInstance():
            return instance.source, instance.node.span
        case HelperInstance():
            source, span, _ = declaration_of(instance.type)
            return source, span
        case _:
            assert_never(instance)
