"""Requests of instances in a stored form, from which a later build makes them again.

A kept function names the instances that it needs. Those of a module that has changed are lowered again, and then their
functions and type arguments must be found among the new symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
from beskid.ir.image import Row
from beskid.lower.mangle import Mangler
from beskid.lower.mono import FunctionForm, FunctionInstance, HelperInstance, HelperRole, Instance, Instances

_HELPER, _INSTANCE = "helper", "function"
_PRIMITIVE, _ARRAY, _FUNCTION, _DECLARED = "primitive", "array", "function", "declared"


class NotKeptError(Exception):
    """A kept function needs one that is not kept, and that only lowering the whole program can find."""


class Requests:
    """Makes instances of changed modules again from the rows of `request_rows`."""

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
