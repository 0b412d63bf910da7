"""Which types satisfy which contracts (`language.md` §4.12, decision L8).

A type satisfies a contract by declaration, through embedding, through the constraints of a type parameter, or as a
built-in type: numbers, `char`, `bool` and `string` are equatable, comparable and hashable, and numbers satisfy `Number`
(decision L29), which implies the three; arrays are equatable and
hashable if their elements are, enums if all their payloads are (decision L23), value types if all their fields are
(decision L32). Reports nothing.
"""

from __future__ import annotations

from beskid.analysis.model.relations import all_payload_types, field_types
from beskid.analysis.model.symbols import ContractSymbol, EnumSymbol, FunctionSymbol, StructSymbol, TypeParameterSymbol
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    STRING,
    UNIT,
    ArrayType,
    ContractType,
    EnumType,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
    is_value,
    substitute,
)
from beskid.analysis.model.world import CORE_LIBRARY, World, is_of_library
from beskid.analysis.names.json import (
    JSON,
    WRITE_JSON,
    container,
    is_decoded,
    is_json_contract,
    is_json_value,
    own_reader,
    takes_decoder,
    writes,
)
from beskid.base.node import node

CONTRACTS_MODULE = ("Core", "Contracts")
DATA_CONTRACTS = ("Equatable", "Hashable")
"""Those that enums and arrays satisfy."""
MAX_EMBEDDED = 256
"""The maximum depth to which generic contracts that embed each other with ever larger arguments are followed."""

NUMBER = "Number"
"""The contract that the number types satisfy, as a constraint only."""
_SCALAR_CONTRACTS = ("Equatable", "Hashable", "Comparable")
METHOD_OF = {"Equatable": "Equals", "Hashable": "Hash", "Comparable": "Compare"}
DERIVED = METHOD_OF | {JSON: WRITE_JSON}
"""The methods that a struct gets by listing a contract."""
_METHODS = {method: contract for contract, method in METHOD_OF.items()}


@node
class ConstraintMethod:
    """A method that comes from a constraint of a type parameter, with the contract and its arguments.

    The types of the method mention the type parameters of `contract.symbol`, which `contract.arguments` replace.
    """

    method: FunctionSymbol
    contract: ContractType


def is_builtin_contract(symbol: ContractSymbol) -> bool:
    """Return whether the contract is one of those of the core library that built-in types satisfy."""
    name = symbol.name
    return (name in _SCALAR_CONTRACTS or name == NUMBER) and is_of_library(symbol, CONTRACTS_MODULE, name)


def is_number_contract(symbol: ContractSymbol) -> bool:
    """Return whether the contract is `Core.Contracts.Number`, which only constrains type parameters."""
    return is_of_library(symbol, CONTRACTS_MODULE, NUMBER)


def is_number_parameter(type: Type) -> bool:
    """Return whether the type is a type parameter with the constraint `Number`, so that it has the operators."""
    return isinstance(type, TypeParameterType) and any(
        is_number_contract(constraint.symbol) for constraint in type.symbol.constraints
    )


def conforms(world: World, type: Type, contract: ContractType) -> bool:
    """Return whether values of the type have the methods of the contract."""
    if type is ERROR or type is NEVER or promises_unknown(world, type):
        return True
    if is_json_contract(contract.symbol):
        return json_obstacle(world, type, contract) is None
    if isinstance(type, TypeParameterType):
        if is_number_parameter(type) and _has_built_in(type, contract, _SCALAR_CONTRACTS):
            return True
        return any(includes(world, constraint, contract) for constraint in type.symbol.constraints)
    if isinstance(type, ContractType):
        # A value of the contract does not say which type to read.
        return includes(world, type, contract) and not embeds_json(world, contract)
    if isinstance(type, StructType):
        if _declares(world, type, contract):
            return True
        is_data = is_value(type) and _has_built_in(type, contract, DATA_CONTRACTS)
        return is_data and _parts_conform(world, type, contract.symbol)
    if isinstance(type, PrimitiveType):
        if is_number_contract(contract.symbol):
            return type.is_numeric
        return type is not UNIT and _has_built_in(type, contract, _SCALAR_CONTRACTS)
    if not isinstance(type, EnumType | ArrayType) or not _has_built_in(type, contract, DATA_CONTRACTS):
        return False
    return _parts_conform(world, type, contract.symbol)


def json_obstacle(world: World, type: Type, contract: ContractType) -> Type | None:
    """Return the type itself or the first part of it that is not read and written as JSON, and None if all are.

    A struct must list the contract; numbers, `bool`, `char`, `string`, enums, arrays and some containers conform if
    their parts do. A contract value does not: its type does not say what to read.
    """
    found: list[Type] = [type]
    seen = {type}
    wholes: list[int] = [0]
    growing = 0
    for index, part in enumerate(found):
        if part is ERROR or part is NEVER or promises_unknown(world, part) or is_json_value(part):
            continue
        if container(part) is not None:
            assert isinstance(part, StructType | EnumType)
            if len(part.arguments) == 2 and part.arguments[0] != STRING:
                return part
            inner: tuple[Type, ...] = part.arguments[-1:]
        elif isinstance(part, ArrayType):
            inner = (part.element,)
        elif isinstance(part, EnumType):
            if part.arguments:
                first = _instance_around(found, wholes, index)
                growing += first is not None
                if first is not None and growing > MAX_EMBEDDED:
                    return first
            inner = _enum_parts(world, part)
        elif _is_json_part(world, part, contract):
            continue
        else:
            return part
        added = [each for each in dict.fromkeys(inner) if each not in seen]
        seen.update(added)
        found.extend(added)
        wholes.extend([index] * len(added))
    return None


def _instance_around(found: list[Type], wholes: list[int], index: int) -> EnumType | None:
    """Return the outermost instance of the same enum that the type at an index is a part of."""
    part, around = found[index], None
    while index:
        index = wholes[index]
        whole = found[index]
        if isinstance(whole, EnumType) and isinstance(part, EnumType) and whole.symbol is part.symbol:
            around = whole
    return around


def _enum_parts(world: World, type: EnumType) -> tuple[Type, ...]:
    """Return the types that must be JSON for an enum to be: its payloads, unless functions of the program write and
    read it, and the type arguments of which a function that reads it requires it.
    """
    world.ensure(type.symbol)
    world.attach_impls()
    writer, reader = type.symbol.methods.get(WRITE_JSON), own_reader(type.symbol)
    if writer is not None:
        world.ensure(writer)
    if reader is None or not reads(world, reader, type.symbol):
        return all_payload_types(type)
    required = tuple(
        [
            argument
            for parameter, argument in zip(reader.type_parameters, type.arguments, strict=True)
            if any(is_json_contract(constraint.symbol) for constraint in parameter.constraints)
        ]
    )
    by_hand = writer is not None and writes(writer)
    return required if by_hand else (*all_payload_types(type), *required)


def reads(world: World, function: FunctionSymbol, symbol: StructSymbol | EnumSymbol) -> bool:
    """Return whether a function takes a decoder and returns a `Result` of the type and `JsonDecodeError`.

    It must take every instance of the type. Only for an enum may it require that type arguments are JSON.
    """
    world.ensure(function)
    result = function.result
    if not takes_decoder(function) or not is_decoded(result):
        return False
    assert isinstance(result, EnumType)
    value = result.arguments[0]
    own = tuple([TypeParameterType(parameter) for parameter in function.type_parameters])
    if not isinstance(value, StructType | EnumType) or value.symbol is not symbol or value.arguments != own:
        return False
    mapping: Substitution = {
        theirs: TypeParameterType(ours)
        for theirs, ours in zip(function.type_parameters, symbol.type_parameters, strict=True)
    }
    for parameter in function.type_parameters:
        missing = unpromised(world, parameter, mapping, but_json=isinstance(symbol, EnumSymbol))
        if missing is not None:
            return False
    return True


def embeds_json(world: World, contract: ContractType) -> bool:
    """Return whether a contract is `Core.Json.Json` or embeds it."""
    return any(is_json_contract(each.symbol) for each in with_embedded(world, contract))


def unpromised(
    world: World, parameter: TypeParameterSymbol, mapping: Substitution, but_json: bool = False
) -> ContractType | None:
    """Return the first constraint of a type parameter that the type it is mapped to does not satisfy.

    With `but_json`, a constraint of `Core.Json.Json` does not count.
    """
    type = mapping.get(parameter)
    if type is None:
        return None
    for constraint in parameter.constraints:
        if but_json and is_json_contract(constraint.symbol):
            continue
        if not conforms(world, type, _applied(constraint, mapping)):
            return constraint
    return None


def _is_json_part(world: World, type: Type, contract: ContractType) -> bool:
    if isinstance(type, PrimitiveType):
        return type is not UNIT
    if isinstance(type, TypeParameterType):
        return any(includes(world, constraint, contract) for constraint in type.symbol.constraints)
    return isinstance(type, StructType) and _declares(world, type, contract)


def _declares(world: World, type: StructType | ContractType, contract: ContractType) -> bool:
    return any(includes(world, declared, contract) for declared in conformances_of(world, type))


def _parts_conform(world: World, whole: StructType | EnumType | ArrayType, contract: ContractSymbol) -> bool:
    """Return whether the elements, payloads or fields of a type satisfy a built-in contract, directly or further
    down.
    """
    found: list[Type] = [whole]
    for type in found:
        if len(found) > MAX_EMBEDDED:
            return False
        if isinstance(type, ArrayType):
            parts: tuple[Type, ...] = (type.element,)
        elif isinstance(type, EnumType):
            world.ensure(type.symbol)
            parts = all_payload_types(type)
        else:
            wanted = ContractType(contract, (type,) if contract.type_parameters else ())
            if isinstance(type, StructType) and _is_compared_by_fields(world, type, wanted):
                found.extend([part for part in field_types(type) if part not in found])
                continue
            if type is not UNIT and not conforms(world, type, wanted):
                return False
            continue
        found.extend([part for part in parts if part not in found])
    return True


def _is_compared_by_fields(world: World, type: StructType, contract: ContractType) -> bool:
    """Return whether a built-in contract is satisfied by the fields of a value type, not by methods of its own."""
    world.ensure(type.symbol)
    return is_value(type) and not _declares(world, type, contract)


def promises_unknown(world: World, type: Type) -> bool:
    """Return whether a contract of the type could not be resolved, so that the type may have any method."""
    if isinstance(type, TypeParameterType):
        declared = list(type.symbol.constraints)
    elif isinstance(type, StructType | ContractType):
        declared = conformances_of(world, type)
    else:
        return False
    if type.symbol.promises_unknown:
        return True
    return any(part.symbol.promises_unknown for contract in declared for part in with_embedded(world, contract))


def values_of(world: World, type: StructType | ContractType) -> list[ContractType]:
    """Return the contracts that values of a type convert to, including the type itself if it is a contract."""
    declared = [type] if isinstance(type, ContractType) else conformances_of(world, type)
    return [contract for own in declared for contract in with_embedded(world, own)]


def has_values(world: World, type: Type, contract: ContractType) -> bool:
    """Return whether values of the type convert to the contract.

    Built-in types satisfy contracts as constraints only, without objects. A type parameter with such a constraint
    therefore
    does not convert: its argument may be a number.
    """
    if isinstance(type, TypeParameterType) and not promises_unknown(world, type):
        return any(
            not is_data_contract(constraint.symbol) and includes(world, constraint, contract)
            for constraint in type.symbol.constraints
        )
    if isinstance(type, ContractType) and not promises_unknown(world, type):
        return includes(world, type, contract)
    if isinstance(type, StructType) and not promises_unknown(world, type):
        # A value type that is compared by its fields has no methods to dispatch.
        return _declares(world, type, contract)
    return isinstance(type, StructType | ContractType | TypeParameterType) and conforms(world, type, contract)


def is_data_contract(symbol: ContractSymbol) -> bool:
    """Return whether types without objects satisfy the contract, and structs that list it get its methods."""
    return is_json_contract(symbol) or is_builtin_contract(symbol)


def _has_built_in(type: Type, contract: ContractType, names: tuple[str, ...]) -> bool:
    if not is_builtin_contract(contract.symbol) or contract.symbol.name not in names:
        return False
    return all(argument == type for argument in contract.arguments)


def conformances_of(world: World, type: StructType | ContractType) -> list[ContractType]:
    """Return the contracts that a struct declares or a contract embeds, with its type arguments applied."""
    world.ensure(type.symbol)
    mapping: Substitution = dict(zip(type.symbol.type_parameters, type.arguments, strict=True))
    return [_applied(declared, mapping) for declared in type.symbol.conformances]


def includes(world: World, whole: ContractType, part: ContractType) -> bool:
    """Return whether the first contract is the second or embeds it, directly or indirectly."""
    return any(candidate == part for candidate in with_embedded(world, whole))


def with_embedded(world: World, contract: ContractType) -> list[ContractType]:
    """Return a contract and all contracts that it embeds, without duplicates."""
    found: list[ContractType] = [contract]
    for current in found:
        world.ensure(current.symbol)
        found.extend([embedded for embedded in embedded_in(current) if embedded not in found])
        if len(found) > MAX_EMBEDDED:
            break
    return found


def embedded_in(contract: ContractType) -> list[ContractType]:
    """Return the contracts that a contract embeds directly, with its type arguments applied."""
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    return [_applied(embedded, mapping) for embedded in contract.symbol.conformances]


def _applied(contract: ContractType, mapping: Substitution) -> ContractType:
    applied = substitute(contract, mapping)
    assert isinstance(applied, ContractType)
    return applied


def constraint_method(world: World, parameter: TypeParameterType, name: str) -> ConstraintMethod | None:
    """Return the method of that name from the constraints of a type parameter."""
    for contract in parameter.symbol.constraints:
        world.ensure(contract.symbol)
        method = contract.symbol.methods.get(name)
        if method is not None:
            return ConstraintMethod(method, contract)
    return None


def built_in_method(world: World, type: Type, name: str) -> ConstraintMethod | None:
    """Return `Equals`, `Hash` or `Compare` of a number, `char`, `bool`, `string`, array, enum or `T : Number`."""
    wanted = _METHODS.get(name)
    offered = DATA_CONTRACTS if isinstance(type, EnumType | ArrayType) else _SCALAR_CONTRACTS
    if wanted is None or wanted not in offered or type in (UNIT, ERROR, NEVER):
        return None
    if not isinstance(type, PrimitiveType | EnumType | ArrayType) and not is_number_parameter(type):
        return None
    module = world.find(CORE_LIBRARY, CONTRACTS_MODULE)
    if module is None:
        return None
    world.index(module)
    contract = module.members.get(wanted)
    if not isinstance(contract, ContractSymbol):
        return None
    world.ensure(contract)
    arguments = (type,) if contract.type_parameters else ()
    return ConstraintMethod(contract.methods[name], ContractType(contract, arguments))
