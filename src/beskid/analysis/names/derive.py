"""Methods that a struct gets because it lists `Equatable`, `Hashable`, `Comparable` or `Json` and has none.

A derived method compares, hashes, orders or writes the fields in their order (decision L23). It is added to the methods
of the struct when these are first asked for, once the `impl` blocks are attached. Its body is made by
`types/check/derived.py` and `types/check/json.py`.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import FieldSymbol, FunctionSymbol, ParameterSymbol, StructSymbol
from beskid.analysis.model.types import I64, ContractType, StructType, Substitution, Type, TypeParameterType, substitute
from beskid.analysis.model.world import World
from beskid.analysis.names.conformance import DATA_CONTRACTS, DERIVED, conforms, is_data_contract


def add_derived(world: World, symbol: StructSymbol) -> None:
    """Add the derived methods of a struct to its methods."""
    if symbol.has_derived or symbol.module is None:
        return
    symbol.has_derived = True
    itself = StructType(symbol, tuple([TypeParameterType(parameter) for parameter in symbol.type_parameters]))
    for contract in symbol.conformances:
        if not is_data_contract(contract.symbol) or any(argument != itself for argument in contract.arguments):
            continue
        name = DERIVED[contract.symbol.name]
        if name in symbol.methods or name in world.lost_methods or _has_function(world, symbol, name):
            continue
        symbol.methods[name] = _derived(world, symbol, itself, contract, name)


def _has_function(world: World, symbol: StructSymbol, name: str) -> bool:
    """Return whether a function of the module takes the struct first and so is the method."""
    assert symbol.module is not None
    function = symbol.module.members.get(name)
    if not isinstance(function, FunctionSymbol) or function.is_test:
        return False
    world.ensure(function)
    first = function.parameters[0].type if function.parameters else None
    return isinstance(first, StructType) and first.symbol is symbol


def _derived(
    world: World, symbol: StructSymbol, itself: StructType, contract: ContractType, name: str
) -> FunctionSymbol:
    world.ensure(contract.symbol)
    wanted = contract.symbol.methods[name]
    mapping = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    assert symbol.module is not None
    made = FunctionSymbol(name, symbol.module, symbol.source, symbol.name_span, True, wanted.tree)
    made.is_derived = True
    made.receiver = itself
    made.owner_parameters = symbol.type_parameters
    made.parameters = tuple(
        [ParameterSymbol(p.name, substitute(p.type, mapping), p.modifier, symbol.name_span) for p in wanted.parameters]
    )
    made.result = wanted.result
    return made


def underivable_field(world: World, symbol: StructSymbol, contract: ContractType) -> FieldSymbol | None:
    """Return the first field whose type does not satisfy the contract, so that the method cannot be derived.

    Every type parameter has `==` and a hash once it is known.
    """
    known: Substitution = {}
    if contract.symbol.name in DATA_CONTRACTS:
        known.update(dict.fromkeys(symbol.type_parameters, I64))
    for field in symbol.fields.values():
        type = substitute(field.type, known)
        if not conforms(world, type, applied_to(contract, type)):
            return field
    return None


def applied_to(contract: ContractType, type: Type) -> ContractType:
    """Return the contract of the same name for another type."""
    return ContractType(contract.symbol, (type,) if contract.arguments else ())
