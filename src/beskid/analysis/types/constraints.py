"""Constraints of type arguments (decision L8): whether type arguments satisfy those of the declaration.

Takes written types in signatures, declarations and bodies; returns E1233 diagnostics.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import EnumSymbol, FunctionSymbol, ModuleSymbol, StructSymbol, TypeSymbol
from beskid.analysis.model.types import (
    ERROR,
    ContractType,
    EnumType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import is_open, parts_of, resolve
from beskid.analysis.model.world import World
from beskid.analysis.names.conformance import conforms, embeds_json, is_number_contract
from beskid.analysis.names.json import is_json_contract
from beskid.source.codes import E1233
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span
from beskid.syntax import tree


def unmet_constraint(
    world: World, argument: Type, constraints: tuple[ContractType, ...], mapping: Substitution
) -> ContractType | None:
    """Return the first constraint that a type argument does not satisfy, with its type arguments applied."""
    # Looking for open types takes time that grows with the type, and most parameters have no constraint.
    if not constraints or argument is ERROR or is_open(argument):
        return None
    for constraint in constraints:
        wanted = resolve(substitute(constraint, mapping))
        if isinstance(wanted, ContractType) and not conforms(world, argument, wanted):
            return wanted
    return None


def constraint_error(
    world: World, argument: Type, wanted: ContractType, owner: str, parameter: str, source: SourceText, span: Span
) -> Diagnostic:
    """Return the error for a type argument that does not satisfy a constraint."""
    if isinstance(argument, TypeParameterType):
        help = f"add the constraint: `<{show_type(argument)} : {wanted.symbol.name}>`"
    elif is_json_contract(wanted.symbol):
        from beskid.analysis.types.json_declarations import obstacle_help

        help = obstacle_help(world, argument, wanted)
    elif is_number_contract(wanted.symbol):
        help = "only integer and float types are numbers; pass a function for other types: `T(T, T) add`"
    elif isinstance(argument, ContractType) and embeds_json(world, wanted):
        help = (
            f"use a type that conforms to `{show_type(wanted)}`: a value of a contract does not say which type to read"
        )
    elif isinstance(argument, StructType):
        help = f"declare the conformance: `type {argument.symbol.name} : {wanted.symbol.name} {{ … }}`"
    else:
        help = f"use a type that conforms to `{show_type(wanted)}`"
    return error(
        E1233,
        f"`{show_type(argument)}` does not satisfy `{show_type(wanted)}`, which `{owner}` requires of `{parameter}`",
        source,
        span,
        f"`{parameter}` is `{show_type(argument)}`",
        help,
    )


def applied_type_errors(world: World, type: Type, source: SourceText, span: Span) -> list[Diagnostic]:
    """Return the first unsatisfied constraint of a written type, including its component types."""
    if isinstance(type, StructType | EnumType) and type.arguments:
        parameters = type.symbol.type_parameters
        mapping: Substitution = dict(zip(parameters, type.arguments, strict=True))
        for parameter, argument in zip(parameters, type.arguments, strict=True):
            wanted = unmet_constraint(world, argument, parameter.constraints, mapping)
            if wanted is not None:
                return [constraint_error(world, argument, wanted, type.symbol.name, parameter.name, source, span)]
    for part in parts_of(type):
        found = applied_type_errors(world, part, source, span)
        if found:
            return found
    return []


def declaration_errors(world: World, module: ModuleSymbol) -> list[Diagnostic]:
    """Return unsatisfied constraints in the declarations of a module: fields, payloads, parameters, results."""
    found: list[Diagnostic] = []
    for symbol in module.members.values():
        if isinstance(symbol, TypeSymbol):
            found.extend(_type_errors(world, symbol))
    for function in world.functions(module):
        found.extend(_signature_errors(world, function))
    for child in module.children.values():
        if child.source is module.source:
            found.extend(_inline_errors(world, child))
    return found


def _inline_errors(world: World, module: ModuleSymbol) -> list[Diagnostic]:
    """Check the types of inline modules. Their functions are among those of the file."""
    found: list[Diagnostic] = []
    for symbol in module.members.values():
        if isinstance(symbol, TypeSymbol):
            found.extend(_type_errors(world, symbol))
    for child in module.children.values():
        if child.source is module.source:
            found.extend(_inline_errors(world, child))
    return found


def _type_errors(world: World, symbol: TypeSymbol) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    if isinstance(symbol, StructSymbol):
        for field in symbol.fields.values():
            found.extend(applied_type_errors(world, field.type, symbol.source, field.span))
    elif isinstance(symbol, EnumSymbol):
        for variant in symbol.variants.values():
            for _, type in variant.fields:
                found.extend(applied_type_errors(world, type, symbol.source, variant.span))
    return found


def _signature_errors(world: World, function: FunctionSymbol) -> list[Diagnostic]:
    item = function.tree
    if not isinstance(item, tree.FunctionItem):
        return []
    found = applied_type_errors(world, function.result, function.source, item.result.span)
    for parameter in function.parameters:
        found.extend(applied_type_errors(world, parameter.type, function.source, parameter.span))
    return found
