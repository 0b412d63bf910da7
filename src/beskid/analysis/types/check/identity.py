"""W1406: values that are compared by identity where their contents were probably meant (decision L23).

A struct that does not conform to `Equatable` is equal to itself only: at `==`, as a key of a map or a set, in searches,
and inside arrays, enum payloads and containers. `Assert.Equal` refuses such values.
"""

from __future__ import annotations

from beskid.analysis.model.relations import all_payload_types, field_types
from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.model.types import ArrayType, EnumType, PrimitiveType, StructType, Type, is_value, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import CORE_LIBRARY, World, is_of_library
from beskid.analysis.names.conformance import conformances_of, is_builtin_contract
from beskid.analysis.types.boundary import is_opaque
from beskid.analysis.types.check.state import BodyChecker, OpenVariable
from beskid.source.codes import E1233, W1406
from beskid.source.text import Span

_CONTAINERS = frozenset(("List", "Map", "Queue", "Set", "Stack"))
_SEARCHES = frozenset(("Contains", "Distinct", "IndexOf", "SequenceEquals"))
_KEYED: dict[tuple[str, ...], str] = {("Collections", "Map"): "TKey", ("Collections", "Set"): "T"}
"""Modules whose type hashes and compares the values of a type parameter."""
_MAKERS = frozenset(("FromArray", "New"))
_ASSERTIONS = frozenset(("Equal", "NotEqual"))
_ASSERT = ("Testing", "Assert")
OWNERS = _SEARCHES | _MAKERS | _ASSERTIONS
"""Names of functions of the core library that compare values of a type parameter."""

MAX_PARTS = 256


def identity_type(world: World, type: Type) -> StructType | None:
    """Return the first struct that a comparison of two values of the type compares by identity."""
    found: list[Type] = [prune(type)]
    for part in found:
        if isinstance(part, PrimitiveType):
            continue
        if isinstance(part, StructType) and not _is_container(part):
            if is_opaque(part.symbol) or _is_equatable(world, part):
                continue
            if not is_value(part):
                return part
        for inner in _parts(world, part):
            inner = prune(inner)
            if inner not in found and len(found) < MAX_PARTS:
                found.append(inner)
    return None


def _is_container(type: StructType) -> bool:
    name = type.symbol.name
    return name in _CONTAINERS and is_of_library(type.symbol, ("Collections", name), name)


def _is_equatable(world: World, type: StructType) -> bool:
    if type.symbol.promises_unknown:
        return True
    return any(
        is_builtin_contract(declared.symbol) and declared.symbol.name == "Equatable"
        for declared in conformances_of(world, type)
    )


def _parts(world: World, type: Type) -> tuple[Type, ...]:
    if isinstance(type, ArrayType):
        return (type.element,)
    if isinstance(type, StructType):
        return field_types(type) if is_value(type) else type.arguments
    if isinstance(type, EnumType):
        world.ensure(type.symbol)
        return all_payload_types(type)
    return ()


def warn_identity(checker: BodyChecker, type: Type, operator: str, span: Span) -> None:
    """Warn about `==` or `!=` on values that contain a struct without equality."""
    if isinstance(type, PrimitiveType):
        return
    compared = identity_type(checker.world, type)
    if compared is None:
        return
    _warn(checker, compared, type, f"`{operator}` compares", f"or write `{operator}=`", span)


def _warn(checker: BodyChecker, compared: StructType, type: Type, what: str, otherwise: str, span: Span) -> None:
    name = show_type(compared)
    inside = "" if compared == prune(type) else f" inside `{show_type(type)}`"
    help = f"{_declaration(checker, compared)} to compare the fields"
    checker.warning(
        W1406,
        f"{what} `{name}`{inside} by identity",
        span,
        f"`{compared.symbol.name}` is not `Equatable`",
        f"{help}, {otherwise}" if otherwise else help,
    )


def _declaration(checker: BodyChecker, type: StructType) -> str:
    symbol = type.symbol
    module: ModuleSymbol | None = symbol.module
    if module is not None and module.package == checker.world.user_package:
        parameters = ", ".join([parameter.name for parameter in symbol.type_parameters])
        return f"declare `type {symbol.name}{f'<{parameters}>' if parameters else ''} : Equatable, Hashable`"
    return f"wrap `{symbol.name}` in a type that is `Equatable, Hashable`"


def check_compared(checker: BodyChecker, entry: OpenVariable) -> None:
    """Warn about a type argument of a core library function that compares or hashes its values."""
    parameter = entry.parameter
    module = None if parameter is None else parameter.module
    if parameter is None or module is None or module.package != CORE_LIBRARY or checker.is_core_library:
        return
    is_assertion = module.path == _ASSERT and entry.owner in _ASSERTIONS
    is_keyed = entry.owner in _MAKERS and _KEYED.get(module.path) == parameter.name
    if not is_assertion and not is_keyed and not (entry.owner in _SEARCHES and module.path[0] == "Collections"):
        return
    type = prune(entry.variable)
    compared = identity_type(checker.world, type)
    if compared is None:
        return
    if is_keyed:
        _warn(checker, compared, type, f"a {module.path[-1].lower()} compares its keys of type", "", entry.span)
    elif not is_assertion:
        _warn(checker, compared, type, f"`{entry.owner}` compares", "", entry.span)
    else:
        inside = "" if compared == type else f" inside `{show_type(type)}`"
        checker.error(
            E1233,
            f"`Assert.{entry.owner}` cannot compare `{show_type(compared)}`{inside}, which is not `Equatable`",
            entry.span,
            "would compare identities",
            f"{_declaration(checker, compared)} to compare the fields, or write `Assert.True(a === b, …)`",
        )
