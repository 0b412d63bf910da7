"""Values of contract types: conversion to a contract and calls on such a value (`language.md` §4.12).

A struct converts to the contracts it declares, a contract to those it embeds. Calls are dispatched on the object, so a
method with type parameters, which has no code until it is instantiated, cannot be called on such a value.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    ContractType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    show_type,
)
from beskid.analysis.model.unify import could_unify, is_open, prune, resolve, unify
from beskid.analysis.names.conformance import has_values, values_of
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1609
from beskid.source.diagnostics import Label
from beskid.source.text import Span


def converts(checker: BodyChecker, actual: Type, wanted: Type) -> bool:
    """Return whether a value of the first type converts implicitly to the second, a contract."""
    if not isinstance(wanted, ContractType):
        return False
    actual = prune(actual)
    if is_open(wanted) or is_open(actual):
        _solve(checker, actual, wanted)
    settled = resolve(wanted)
    return isinstance(settled, ContractType) and has_values(checker.world, resolve(actual), settled)


def expect(checker: BodyChecker, type: Type, expected: Type | None) -> None:
    """Solve the open variables in the type of a value from the expected type, before the value is checked."""
    wanted = prune(expected) if expected is not None else None
    if wanted is None or not is_open(type):
        return
    if could_unify(type, wanted):
        unify(type, wanted)
    elif isinstance(type, StructType) and isinstance(wanted, ContractType):
        fitting = [each for each in values_of(checker.world, type) if each.symbol is wanted.symbol]
        if len(fitting) == 1 and could_unify(fitting[0], wanted):
            unify(fitting[0], wanted)


def _solve(checker: BodyChecker, actual: Type, wanted: ContractType) -> None:
    """Solve the open variables from the contract of the same name that the type conforms to."""
    types = actual.symbol.constraints if isinstance(actual, TypeParameterType) else (actual,)
    for type in types:
        for candidate in values_of(checker.world, type) if isinstance(type, StructType | ContractType) else ():
            if candidate.symbol is wanted.symbol and could_unify(candidate, wanted):
                unify(candidate, wanted)
                return


def contract_value(checker: BodyChecker, value: typed.Expression, contract: Type) -> typed.Expression:
    """Convert a value to the contract."""
    return typed.ContractValue(value.span, checker.settle(contract), value)


def contract_substitution(contract: ContractType) -> Substitution:
    """Map the type parameters of a contract to its arguments."""
    return dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))


def may_dispatch(checker: BodyChecker, method: FunctionSymbol, contract: ContractType, span: Span) -> bool:
    """Return whether a method can be called on a value of the contract. Reports E1606."""
    if not method.type_parameters:
        return True
    checker.error(
        E1609,
        f"`{method.name}` of `{show_type(contract)}` has type parameters and cannot be called on a contract value",
        span,
        "cannot be dispatched at run time",
        f"use a type parameter: `<T : {contract.symbol.name}>`",
        (Label(method.source, method.name_span, "declared here"),),
    )
    return False
