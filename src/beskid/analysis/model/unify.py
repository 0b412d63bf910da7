"""Inference variables: resolving them, unifying types, and collecting unsolved ones.

Unification solves variables in place and reports nothing, because only the caller knows the locations.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import TypeParameterSymbol
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    InferenceVariable,
    PrimitiveType,
    StructType,
    Substitution,
    Type,
    TypeParameterType,
)


def prune(type: Type) -> Type:
    """Follow solved variables at the outermost level of a type."""
    while isinstance(type, InferenceVariable):
        solution = type.solution
        if solution is None:
            return type
        type = solution
    return type


def chain(type: Type) -> list[InferenceVariable]:
    """Return the variables that are followed from a type to its solution."""
    found: list[InferenceVariable] = []
    step: Type | None = type
    while isinstance(step, InferenceVariable):
        found.append(step)
        step = step.solution
    return found


def resolve(type: Type) -> Type:
    """Replace every solved variable in a type. Returns `type` itself when nothing changes."""
    if not type.has_variables:
        return type
    if isinstance(type, InferenceVariable):
        return type if type.solution is None else _resolved_solution(type, type.solution)
    if isinstance(type, ArrayType):
        element = resolve(type.element)
        return type if element is type.element else ArrayType(element)
    if isinstance(type, FunctionType):
        parameters = _resolve_all(type.parameters)
        result = resolve(type.result)
        if parameters is type.parameters and result is type.result:
            return type
        return FunctionType(parameters, result)
    if isinstance(type, EnumType):
        arguments = _resolve_all(type.arguments)
        return type if arguments is type.arguments else EnumType(type.symbol, arguments)
    if isinstance(type, StructType):
        arguments = _resolve_all(type.arguments)
        return type if arguments is type.arguments else StructType(type.symbol, arguments)
    if isinstance(type, ContractType):
        arguments = _resolve_all(type.arguments)
        return type if arguments is type.arguments else ContractType(type.symbol, arguments)
    return type


def _resolved_solution(variable: InferenceVariable, solution: Type) -> Type:
    """Resolve the solution of a variable, and keep it where it is complete: a type may have the variable many times."""
    resolved = resolve(solution)
    if not (resolved.has_variables or isinstance(solution, InferenceVariable)):
        variable.solution = resolved
    return resolved


def _resolve_all(types: tuple[Type, ...]) -> tuple[Type, ...]:
    resolved = tuple([resolve(type) for type in types])
    for before, after in zip(types, resolved, strict=True):
        if before is not after:
            return resolved
    return types


def parts_of(type: Type) -> tuple[Type, ...]:
    """Return the direct component types of a (pruned) type."""
    if isinstance(type, ArrayType):
        return (type.element,)
    if isinstance(type, FunctionType):
        return (*type.parameters, type.result)
    if isinstance(type, StructType | EnumType | ContractType):
        return type.arguments
    return ()


def is_open(type: Type) -> bool:
    """Return whether the type contains an unsolved variable."""
    type = prune(type)
    if not type.has_variables:
        return False
    if isinstance(type, InferenceVariable):
        return True
    return any(is_open(part) for part in parts_of(type))


def mentions_error(type: Type) -> bool:
    """Return whether the type contains the error type."""
    type = prune(type)
    return type is ERROR or any(mentions_error(part) for part in parts_of(type))


def open_variables(type: Type) -> list[InferenceVariable]:
    """Return the unsolved variables of a type, in order of appearance."""
    type = prune(type)
    if not type.has_variables:
        return []
    if isinstance(type, InferenceVariable):
        return [type]
    found: list[InferenceVariable] = []
    for part in parts_of(type):
        found.extend(open_variables(part))
    return found


def _occurs(variable: InferenceVariable, type: Type) -> bool:
    type = prune(type)
    if not type.has_variables:
        return False
    return type is variable or any(_occurs(variable, part) for part in parts_of(type))


def unify(left: Type, right: Type) -> bool:
    """Make both types equal by solving variables.

    Return False when that is impossible. Error types unify with every type.
    """
    left = prune(left)
    right = prune(right)
    if left is right:
        return True
    if isinstance(left, InferenceVariable):
        return _solve(left, right)
    if isinstance(right, InferenceVariable):
        return _solve(right, left)
    if left is ERROR or right is ERROR:
        return True
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        return unify(left.element, right.element)
    if isinstance(left, FunctionType) and isinstance(right, FunctionType):
        return _unify_all(left.parameters, right.parameters) and unify(left.result, right.result)
    if isinstance(left, EnumType) and isinstance(right, EnumType):
        return left.symbol is right.symbol and _unify_all(left.arguments, right.arguments)
    if isinstance(left, StructType) and isinstance(right, StructType):
        return left.symbol is right.symbol and _unify_all(left.arguments, right.arguments)
    if isinstance(left, ContractType) and isinstance(right, ContractType):
        return left.symbol is right.symbol and _unify_all(left.arguments, right.arguments)
    return left == right


def _unify_all(left: tuple[Type, ...], right: tuple[Type, ...]) -> bool:
    return len(left) == len(right) and all(unify(a, b) for a, b in zip(left, right, strict=True))


def _solve(variable: InferenceVariable, type: Type) -> bool:
    if type is NEVER:
        return True
    type = resolve(type)
    if _occurs(variable, type):
        return False
    variable.solution = type
    return True


def could_unify(left: Type, right: Type) -> bool:
    """Return whether the two types agree as far as they are known, without solving variables."""
    left = prune(left)
    right = prune(right)
    if left is right or isinstance(left, InferenceVariable) or isinstance(right, InferenceVariable):
        return True
    if left is ERROR or right is ERROR:
        return True
    if isinstance(left, PrimitiveType | TypeParameterType) or isinstance(right, PrimitiveType | TypeParameterType):
        return left == right
    left_parts, right_parts = parts_of(left), parts_of(right)
    if type(left) is not type(right) or len(left_parts) != len(right_parts):
        return False
    left_symbol = left.symbol if isinstance(left, StructType | EnumType | ContractType) else None
    right_symbol = right.symbol if isinstance(right, StructType | EnumType | ContractType) else None
    if left_symbol is not right_symbol:
        return False
    return all(could_unify(a, b) for a, b in zip(left_parts, right_parts, strict=True))


def fresh_substitution(
    parameters: tuple[TypeParameterSymbol, ...],
) -> tuple[Substitution, tuple[InferenceVariable, ...]]:
    """Create an inference variable for each type parameter."""
    variables = tuple([InferenceVariable(parameter.name) for parameter in parameters])
    return dict(zip(parameters, variables, strict=True)), variables
