"""W1407: locals, parameters and bindings that are never read.

Each body adds its own to the world; they are reported when all bodies have been checked, because a function that is
used as a value somewhere has the parameters that a function type asks for.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol
from beskid.analysis.model.types import ContractType, EnumType, StructType
from beskid.analysis.model.world import World
from beskid.analysis.names.conformance import conformances_of, with_embedded
from beskid.source.codes import W1407
from beskid.source.diagnostics import Diagnostic, Edit, Fix, warning
from beskid.source.text import SourceText, Span


def report_unread(world: World, symbol: FunctionSymbol, watched: list[LocalSymbol]) -> None:
    """Add the locals of a body that are never read; a declaration that was checked twice counts once."""
    unread = {local.span: local for local in watched if not local.is_read and not local.name.startswith("_")}
    if not unread:
        return
    read = {local.span for local in watched if local.is_read}
    world.unread += [(symbol, local) for span, local in unread.items() if span not in read]


def unread_locals(world: World, unreachable: list[tuple[SourceText, Span]]) -> list[Diagnostic]:
    """Return the warnings for the package that is compiled, except in places that are reported as unreachable."""
    return [
        _warning(function.source, local)
        for function, local in world.unread
        if function.module is not None
        and function.module.package == world.user_package
        and not (local.is_parameter and _has_fixed_parameters(world, function))
        and not any(source is function.source and _is_inside(local.span, span) for source, span in unreachable)
    ]


def _is_inside(part: Span, whole: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _has_fixed_parameters(world: World, function: FunctionSymbol) -> bool:
    """Return whether something other than the function decides which parameters it has."""
    if function.is_pub or function.is_entry or function.is_value or function in world.exported_functions.values():
        return True
    owner = function.receiver
    if not isinstance(owner, StructType):
        return False
    required: list[ContractType] = [
        contract for declared in conformances_of(world, owner) for contract in with_embedded(world, declared)
    ]
    return any(function.name in contract.symbol.methods for contract in required)


def _warning(source: SourceText, local: LocalSymbol) -> Diagnostic:
    kind = "parameter" if local.is_parameter else "binding" if local.is_binding else "local"
    label = "assigned, but never read" if local.is_assigned else "never read"
    name = "_" if local.is_binding else f"_{local.name}"
    help = f"use it, or write `{name}`" if local.is_binding else f"use it, remove it, or name it `{name}`"
    fixes: tuple[Fix, ...] = ()
    if isinstance(local.type, EnumType) and local.is_binding and local.name in local.type.symbol.variants:
        variant = f"{local.type.symbol.name}::{local.name}"
        help = f"a bare name matches everything; to match the variant, write `{variant}`"
        fixes = (Fix(f"match `{variant}`", (Edit(source, local.span, variant),)),)
    elif not local.is_assigned:
        fixes = (Fix(f"name it `{name}`", (Edit(source, local.span, name),)),)
    return warning(W1407, f"unused {kind} `{local.name}`", source, local.span, label, help, fixes=fixes)
