"""Method tables: the static data that a contract value points to (decision A5).

A table belongs to a type and a contract, both concrete. It contains the code of the methods of the contract, in the
order of the contract, embedded ones after its own, and then the tables of the same type for the embedded contracts, so
that a value can be converted to one of these without knowing its type. Methods with type parameters have no entry. A
request for a table adds it to the module and its functions to the worklist. It must not emit code.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import ContractSymbol, FunctionSymbol, StructSymbol
from beskid.analysis.model.types import (
    BOOL,
    I64,
    ContractType,
    EnumType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    is_value,
    show_type,
    substitute,
)
from beskid.analysis.names.conformance import MAX_EMBEDDED, METHOD_OF, embedded_in
from beskid.analysis.names.json import WRITE_JSON, writes
from beskid.ir.model import MethodTable
from beskid.lower.errors import endless_contract
from beskid.lower.mono import FunctionForm, Instances
from beskid.source.text import SourceText, Span


def method_table(instances: Instances, type: StructType, contract: ContractType, source: SourceText, span: Span) -> str:
    """Return the name of the table; `source` and `span` are the location that requests it."""
    name = instances.mangler.table(type, contract)
    tables = instances.module.tables
    instances.record(name)
    if name in tables:
        return name
    display = f"{show_type(type)} as {show_type(contract)}"
    # Registered before it is complete: contracts may embed each other.
    tables[name] = MethodTable(name, (), (), display)
    form = FunctionForm.BOXED if is_value(type) else FunctionForm.DIRECT
    functions: list[str] = []
    for method in dispatched_methods(contract.symbol):
        found = implementation(instances, type, method.name)
        if found is None:
            raise AssertionError(f"{type!r} has no {method.name}")
        functions.append(instances.function(found[0], found[1], source, span, form))
    embedded = embedded_contracts(contract)
    if len(embedded) >= MAX_EMBEDDED:
        instances.report(endless_contract(contract, source, span))
        return name
    links = [method_table(instances, type, narrower, source, span) for narrower in embedded]
    tables[name] = MethodTable(name, tuple(functions), tuple(links), display)
    return name


def dispatched_methods(contract: ContractSymbol) -> list[FunctionSymbol]:
    """Return the methods that have an entry in the contract's tables, in order."""
    return [method for method in contract.methods.values() if not method.type_parameters]


def method_index(contract: ContractType, name: str) -> int:
    """Return which entry of the contract's tables is the code of a method."""
    return [method.name for method in dispatched_methods(contract.symbol)].index(name)


def link_index(contract: ContractType, embedded: ContractType) -> int:
    """Return which entry of the contract's tables is the table of an embedded contract."""
    return len(dispatched_methods(contract.symbol)) + embedded_contracts(contract).index(embedded)


def embedded_contracts(contract: ContractType) -> list[ContractType]:
    """Return all contracts that a contract embeds, directly or further down, each once."""
    found: list[ContractType] = [contract]
    for current in found:
        found.extend([embedded for embedded in embedded_in(current) if embedded not in found])
        if len(found) > MAX_EMBEDDED:
            break
    return found[1:]


def implementation(instances: Instances, type: Type, name: str) -> tuple[FunctionSymbol, tuple[Type, ...]] | None:
    """Return the implementation of a contract method for a type: a method, or a function of its module that takes it
    first.

    It comes with the type arguments of the instance. None for built-in methods.
    """
    if not isinstance(type, StructType | EnumType):
        return None
    if isinstance(type, StructType) and instances.program.derive is not None:
        instances.program.derive(type.symbol)
    # What satisfies a contract without listing it may have a method of the name that does something else.
    is_promised = isinstance(type, StructType) and _promises(type.symbol, name)
    method = type.symbol.methods.get(name)
    if method is not None:
        # Requesting the body resolves the signature, which may not have happened yet.
        instances.program.body(method)
        return (method, type.arguments) if is_promised or _implements(method) else None
    if not isinstance(type, StructType) or type.symbol.module is None:
        return None
    function = type.symbol.module.members.get(name)
    if not isinstance(function, FunctionSymbol) or function.is_test:
        return None
    instances.program.body(function)
    receiver = function.parameters[0].type if function.parameters else None
    if not isinstance(receiver, StructType) or receiver.symbol is not type.symbol:
        return None
    if not is_promised and not (_takes_all(function, receiver) and _implements(function)):
        return None
    given = dict(zip(receiver.arguments, type.arguments, strict=True))
    return function, tuple([given[TypeParameterType(parameter)] for parameter in function.type_parameters])


def _promises(symbol: StructSymbol, name: str) -> bool:
    """Return whether a struct lists a contract that requires a method of the name, itself or by what it embeds."""
    return any(
        name in contract.symbol.methods
        for listed in symbol.conformances
        for contract in (listed, *embedded_contracts(listed))
    )


def _takes_all(function: FunctionSymbol, receiver: StructType) -> bool:
    """Return whether a function takes every instance of the type of its first parameter, and no others."""
    own = [TypeParameterType(parameter) for parameter in function.type_parameters]
    if len(own) != len(receiver.arguments) or set(own) != set(receiver.arguments):
        return False
    promised = dict(zip(receiver.arguments, receiver.symbol.type_parameters, strict=True))
    renamed: Substitution = {each.symbol: TypeParameterType(promised[each]) for each in own}
    return all(
        substitute(constraint, renamed) in promised[each].constraints
        for each in own
        for constraint in each.symbol.constraints
    )


def _implements(function: FunctionSymbol) -> bool:
    """Return whether a method, or a function that takes the value first, has the signature that the contract of data
    with a method of its name requires.
    """
    if function.name == WRITE_JSON:
        return writes(function)
    is_method = function.receiver is not None
    if (is_method and function.type_parameters) or any(parameter.modifier for parameter in function.parameters):
        return False
    taken = [parameter.type for parameter in function.parameters]
    whole = function.receiver if is_method else taken.pop(0)
    if function.name == METHOD_OF["Equatable"]:
        return taken == [whole] and function.result is BOOL
    return function.name != METHOD_OF["Hashable"] or (not taken and function.result is I64)
