"""The check of foreign functions before they are declared.

It takes `ExternImport` rows, including those that are never called, and refuses names and machine signatures that
cannot be declared. A module declares each symbol once, so rows of one symbol must agree. It must not know source types.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from beskid.abi.symbols import MATHEMATICAL_ARGUMENTS
from beskid.codegen.errors import ExternDeclarationError
from beskid.codegen.extern_rows import MATHEMATICAL_REASON, difference, reserved_reason
from beskid.ir.model import ExternImport, IRType, Signature

_BOUNDARY_TYPES: Final = frozenset(IRType) - {IRType.REF}


def declare_validated_extern_imports(imports: Iterable[ExternImport]) -> tuple[ExternImport, ...]:
    """Return the rows, one for each symbol. Raises `ExternDeclarationError.InvalidSignature` for one that cannot be
    declared."""
    rows: dict[str, ExternImport] = {}
    for imported in imports:
        validate_extern(imported)
        first = rows.setdefault(imported.symbol, imported)
        is_same = (first.signature, first.unsigned) == (imported.signature, imported.unsigned)
        reason = difference(is_same, first.library, imported.library)
        if reason:
            raise ExternDeclarationError.InvalidSignature(imported.symbol, reason)
    return tuple(rows.values())


def validate_extern(imported: ExternImport) -> None:
    """Raise `ExternDeclarationError.InvalidSignature` for a row that cannot be declared."""
    reason = invalid_reason(imported)
    if reason:
        raise ExternDeclarationError.InvalidSignature(imported.symbol, reason)


def invalid_reason(imported: ExternImport) -> str:
    """Return why a row cannot be declared, or an empty string."""
    symbol = imported.symbol
    if reason := reserved_reason(symbol):
        return reason
    arguments = MATHEMATICAL_ARGUMENTS.get(symbol)
    if arguments and imported.signature != Signature((IRType.F64,) * arguments, (IRType.F64,)):
        return MATHEMATICAL_REASON
    for parameter in imported.signature.parameters:
        if parameter not in _BOUNDARY_TYPES:
            return f"parameter type {parameter.value} not allowed"
    results = imported.signature.results
    if len(results) > 1 or any(result not in _BOUNDARY_TYPES for result in results):
        return f"return type {', '.join([result.value for result in results])} not allowed"
    return ""
