"""What is checked of declarations once everything is resolved: conformances and attributes.

Takes a module whose signatures are complete. Reports E1601 and E1602 for contracts that a type does not fulfil, and
what `attributes.py` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beskid.analysis.names.attributes import check_attributes
from beskid.analysis.names.index import as_arguments
from beskid.analysis.names.methods import takes
from beskid.analysis.names.symbols import FunctionSymbol, ModuleSymbol, StructSymbol
from beskid.analysis.names.typenames import type_of_symbol
from beskid.analysis.types.check.suggest import member_subject
from beskid.analysis.types.foreign_attributes import check_foreign_attributes
from beskid.analysis.types.model import ContractType, Substitution, Type, TypeParameterType, show_type, substitute
from beskid.analysis.types.signatures import same_signature, show_signature
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span

if TYPE_CHECKING:
    from beskid.analysis.program import World


def check_declarations(world: World, module: ModuleSymbol) -> None:
    """Check the items of one module (not of its inline modules)."""
    for symbol in world.index(module).ordered:
        if isinstance(symbol, StructSymbol):
            _check_conformances(world, symbol)
    check_attributes(world, module)
    check_foreign_attributes(world, module)


def _check_conformances(world: World, symbol: StructSymbol) -> None:
    if not symbol.conformances:
        return
    itself = type_of_symbol(symbol, as_arguments(symbol))
    spans = _conformance_spans(symbol)
    for contract in symbol.conformances:
        if contract.symbol.is_extern:
            continue
        world.ensure(contract.symbol)
        span = spans.get(contract.symbol.name, symbol.name_span)
        for method in contract.symbol.methods.values():
            _check_method(world, symbol, itself, contract, method, span)


def _conformance_spans(symbol: StructSymbol) -> dict[str, Span]:
    return {path.segments[-1].name.text: path.span for path in symbol.tree.conformances}


def _check_method(
    world: World, symbol: StructSymbol, itself: Type, contract: ContractType, wanted: FunctionSymbol, span: Span
) -> None:
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    skip = 0
    given = symbol.methods.get(wanted.name)
    if given is None:
        given = _free_function(world, symbol, itself, wanted.name)
        skip = 1
    expected = show_signature(wanted, mapping)
    required = Label(wanted.source, wanted.name_span, "required here")
    if given is None and wanted.name in world.lost_methods:
        return
    if given is None:
        world.report(
            error(
                "E1601",
                f"`{symbol.name}` lacks the method `{wanted.name}` of the contract `{contract.symbol.name}`",
                symbol.source,
                span,
                f"requires `{expected}`",
                f"add `pub {show_type(substitute(wanted.result, mapping))} {wanted.name}"
                f"({_parameter_list(wanted, mapping)}) {{ … }}` to `{symbol.name}`",
                (required,),
                subject=member_subject(symbol, wanted.name),
            )
        )
        return
    world.ensure(given)
    owner = given.owner_parameters if skip == 0 else given.type_parameters
    full = dict(mapping)
    for theirs, ours in zip(owner, symbol.type_parameters, strict=False):
        full[theirs] = TypeParameterType(ours)
    if skip == 1 and given.type_parameters:
        matches = _matches_free(wanted, given, full)
    else:
        matches = same_signature(wanted, given, full, skip)
    if matches:
        return
    world.report(
        error(
            "E1602",
            f"the method `{wanted.name}` of `{symbol.name}` differs from the contract `{contract.symbol.name}`",
            symbol.source,
            span,
            f"expected `{expected}`, got `{show_signature(given, full, skip)}`",
            "give it the parameters and the result of the contract",
            (required, Label(given.source, given.name_span, "differs here")),
        )
    )


def _parameter_list(wanted: FunctionSymbol, mapping: Substitution) -> str:
    return ", ".join([f"{show_type(substitute(p.type, mapping))} {p.name}" for p in wanted.parameters])


def _matches_free(wanted: FunctionSymbol, given: FunctionSymbol, mapping: Substitution) -> bool:
    parameters = given.parameters[1:]
    if wanted.type_parameters or len(wanted.parameters) != len(parameters):
        return False
    if any(a.modifier != b.modifier for a, b in zip(wanted.parameters, parameters, strict=True)):
        return False
    pairs = [(wanted.result, given.result)]
    pairs.extend((a.type, b.type) for a, b in zip(wanted.parameters, parameters, strict=True))
    return all(substitute(a, mapping) == substitute(b, mapping) for a, b in pairs)


def _free_function(world: World, symbol: StructSymbol, itself: Type, name: str) -> FunctionSymbol | None:
    """A function of the type's module that takes it first stands for a method (§3 row 49)."""
    assert symbol.module is not None
    item = symbol.module.members.get(name)
    if not isinstance(item, FunctionSymbol) or not takes(world, item, itself):
        return None
    if isinstance(item.parameters[0].type, ContractType):
        return None
    world.used.add(item)
    return item
