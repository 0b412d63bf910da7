"""Lowering of a whole program: from the typed program to an IR module.

It starts at the entry (and the tests when asked) and builds what they reach, instance by instance, in order of
discovery. It takes a well-typed program; what it cannot lower raises `LoweringError` with a diagnostic.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

from beskid.analysis.typed import TypedProgram
from beskid.base.node import value
from beskid.ir.model import Function, Module
from beskid.lower.bodies.body import build_function, build_helper, declaration_of
from beskid.lower.bodies.callbacks import build_export
from beskid.lower.bodies.closure_bodies import build_bound_constraint, build_lambda
from beskid.lower.bodies.entry import ENTRY_NAME, build_entry
from beskid.lower.bodies.foreign import foreign_import
from beskid.lower.errors import LoweringError
from beskid.lower.layout import EndlessTypeError
from beskid.lower.mangle import Mangler
from beskid.lower.mono import (
    BoundConstraintInstance,
    FunctionInstance,
    HelperInstance,
    Instance,
    Instances,
    LambdaInstance,
)
from beskid.source.codes import E1204
from beskid.source.diagnostics import error
from beskid.source.text import SourceText, Span

__all__ = ["ENTRY_NAME", "LowerOptions", "LoweringError", "lower_program", "names_of_tests"]

RECURSION_LIMIT = 100_000
"""Frames of Python for the deepest expression; a long chain of operators is a tree as deep as it is long."""


@value
class LowerOptions:
    """`entry`: make the entry function; `tests`: build the tests too, each as an entry under its mangled name."""

    print_result: bool = False
    module_name: str = "program"
    entry: bool = True
    tests: bool = False


def lower_program(program: TypedProgram, options: LowerOptions) -> Module:
    """The IR module of a program: everything that its entry and the tests asked for reach."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        return _lower(program, options)
    finally:
        sys.setrecursionlimit(limit)


def names_of_tests(program: TypedProgram) -> tuple[str, ...]:
    """The names under which `lower_program` builds the tests, in their order."""
    mangler = Mangler()
    return tuple([mangler.function(test, ()) for test in program.tests])


def _lower(program: TypedProgram, options: LowerOptions) -> Module:
    module = Module(options.module_name)
    instances = Instances(program, module)
    if options.entry and program.entry is not None:
        main = program.entry
        with _refusing_endless_types(main.source, main.name_span):
            module.functions[ENTRY_NAME] = build_entry(instances, main, options.print_result)
        module.entry = ENTRY_NAME
    if options.tests:
        for test in program.tests:
            name = instances.mangler.function(test, ())
            with _refusing_endless_types(test.source, test.name_span):
                module.functions[name] = build_entry(instances, test, False, name)
    for exported_name, function in program.exports:
        module.functions[exported_name] = build_export(instances, exported_name, function)
    for function in program.externs:
        foreign_import(instances, function)
    while instances.pending:
        instance = instances.pending.popleft()
        with _refusing_endless_types(*_place_of(instance)):
            module.functions[instance.name] = _build(instances, instance)
    return module


def _build(instances: Instances, instance: Instance) -> Function:
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


@contextmanager
def _refusing_endless_types(source: SourceText, span: Span) -> Iterator[None]:
    """Turn an enum whose payload types never repeat into a diagnostic at the function that uses it."""
    try:
        yield
    except EndlessTypeError as endless:
        diagnostic = error(
            E1204,
            f"the payload types of `{endless}` grow without end",
            source,
            span,
            "used in this function",
            "give the recursive variant the enum's own type arguments, or put an array or a type between",
        )
        raise LoweringError(diagnostic) from endless
