"""Subjects of diagnostics: text that is equal for diagnostics with one cause, which are then reported once."""

from __future__ import annotations

from beskid.analysis.model.symbols import TypeSymbol
from beskid.analysis.model.types import ArrayType, ContractType, EnumType, PrimitiveType, StructType, Type, show_type


def member_subject(owner: TypeSymbol | Type, name: str) -> str:
    """Return the subject of a missing member of a type; empty for types that exist in one body only."""
    match owner:
        case TypeSymbol():
            shown = owner.qualified_name()
        case StructType() | EnumType() | ContractType():
            shown = owner.symbol.qualified_name()
        case PrimitiveType() | ArrayType():
            shown = show_type(owner)
        case _:
            return ""
    return f"member {shown}.{name}"
