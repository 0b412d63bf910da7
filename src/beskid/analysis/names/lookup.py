"""Looking names up: the one place that the body checker asks.

Everything takes the `World` and a `Context` and gives symbols whose signatures are resolved; faults go to
`world.report` exactly once and the answer is then None (or `ERROR` for types). Whatever is found is marked as used.

Locals, parameters and implicit members of `this` come before all of this and are the caller's (§6.1 rules 1 and 2);
builtins (`__name`) come after it (`analysis/types/builtins.py`).

Plain names
    lookup_value(world, context, name) -> Meaning | None
        Rules 4 to 7. Silent when nothing is found; E1104 for an ambiguous name.
    report_unknown_value(world, context, name, locals=()) -> None
        E1101 with a suggestion; `locals` are further names in scope.
    is_explained_by_import(world, context, name_text) -> bool
        Whether an import that was reported binds the name or was meant to: nothing more is said about it.
    find_item_quietly(world, context, name_text) -> Symbol | None
        Rule 4 without marking or reporting (for W1103).

Types
    resolve_type(world, context, syntax) -> Type
        E1005/E1201, E1203, E1204, E1107, E1108; a contract gives a `ContractType`.
    resolve_type_expression(world, context, expression) -> TypeReference | None
        The type a NameExpression or MemberExpression names (struct literals, static calls); reports.
    type_of_symbol(symbol, arguments) -> Type

Paths and members
    resolve_member_path(world, context, expression) -> MemberPath | None
        A dotted expression whose head is no local (§6.5); E1101/E1107/E1108.
    find_enum(world, context, prefix, expected) -> EnumReference | None
        The enum of `E::V` (§4.6); E1301.
    find_method(world, context, receiver, name) -> FunctionSymbol | None
        A method, or (then `receiver` of the symbol is None) a free function whose first parameter takes the value.
        Silent when there is none; E1107/E1511 at `name` for a private one, which is given nevertheless. A `name`
        that is a mere text asks without reporting: a private one then counts as absent.
    method_names(world, context, receiver) -> list[str]
        For suggestions.
    find_static(world, context, symbol, name) -> FunctionSymbol | None
        `Type.Function(…)`: a function of the module that declares the type. Silent when there is none.

Contracts
    conforms(world, type, contract) -> bool
        By declaration, through embedding, through the constraints of a type parameter, or built in (L8).
    promises_unknown(world, type) -> bool
        Whether a contract among those of the type was reported, so that the type may have any method.
    constraint_method(world, parameter, name) -> ConstraintMethod | None
        The method `name` that the constraints of a type parameter offer, with the contract that brings it.
    built_in_method(world, type, name) -> ConstraintMethod | None
        `Equals`, `Hash` or `Compare` of a type that has it built in.
"""

from __future__ import annotations

from beskid.analysis.model.world import Context
from beskid.analysis.names.conformance import (
    ConstraintMethod,
    built_in_method,
    conforms,
    constraint_method,
    promises_unknown,
)
from beskid.analysis.names.enums import find_enum
from beskid.analysis.names.meanings import EnumReference, Meaning, MemberPath, TypeReference
from beskid.analysis.names.methods import find_method, find_static, method_names
from beskid.analysis.names.paths import resolve_member_path
from beskid.analysis.names.scope import find_item_quietly, is_explained_by_import, lookup_value
from beskid.analysis.names.suggest import report_unknown_value
from beskid.analysis.names.typenames import resolve_type, resolve_type_expression, type_of_symbol

__all__ = [
    "ConstraintMethod",
    "Context",
    "EnumReference",
    "Meaning",
    "MemberPath",
    "TypeReference",
    "built_in_method",
    "conforms",
    "constraint_method",
    "find_enum",
    "find_item_quietly",
    "find_method",
    "find_static",
    "is_explained_by_import",
    "lookup_value",
    "method_names",
    "promises_unknown",
    "report_unknown_value",
    "resolve_member_path",
    "resolve_type",
    "resolve_type_expression",
    "type_of_symbol",
]
