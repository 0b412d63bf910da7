"""The foreign functions of a compiled object, as its note lists them, and the names that none may have.

It takes the fields of a note and returns rows; a row that cannot be declared raises `ExternDeclarationError`. A warm
start comes through here, so it imports neither the IR nor code generation.
"""

from __future__ import annotations

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.libraries import canonical_library
from beskid.abi.symbols import MATHEMATICAL_ARGUMENTS, is_own
from beskid.codegen.errors import ExternDeclarationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORDS = frozenset(("i8", "i16", "i32", "i64", "float", "double", "ptr"))
_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)


class ExternRow:
    """A foreign function that an object calls, with its machine signature as the note writes it."""

    __slots__ = ("library", "signature", "symbol")

    def __init__(self, symbol: str, library: str, signature: str) -> None:
        self.symbol = symbol
        self.library = library
        self.signature = signature


def rows_of(note: Mapping[str, list[str]]) -> list[ExternRow]:
    """Return the foreign functions of a note, `symbol@library(parameters)result` each."""
    rows: list[ExternRow] = []
    for text in note.get("extern", []):
        symbol, _, rest = text.partition("@")
        library, mark, signature = rest.rpartition("(")
        rows.append(ExternRow(symbol, library, mark + signature))
    return rows


def validated_rows(rows: Iterable[ExternRow]) -> dict[str, ExternRow]:
    """Return the rows by their symbols.

    Raises `ExternDeclarationError.InvalidSignature` for one that cannot be declared, and for two of one symbol that
    differ.
    """
    known: dict[str, ExternRow] = {}
    for row in rows:
        reason = reserved_reason(row.symbol) or _signature_reason(row)
        if reason:
            raise ExternDeclarationError.InvalidSignature(row.symbol, reason)
        first = known.setdefault(row.symbol, row)
        reason = difference(first.signature == row.signature, first.library, row.library)
        if reason:
            raise ExternDeclarationError.InvalidSignature(row.symbol, reason)
    return known


def difference(is_same_signature: bool, library: str, other: str) -> str:
    """Return how two rows of one symbol differ, or an empty string."""
    if not is_same_signature:
        return "another row has another signature"
    return "" if canonical_library(library) == canonical_library(other) else "another row has another library"


def reserved_reason(symbol: str) -> str:
    """Return why no foreign function can have this symbol, or an empty string."""
    if not (symbol.isascii() and symbol.isidentifier()):
        return "the name is not a C identifier"
    return "the name belongs to the runtime" if symbol in _LISTED or is_own(symbol) else ""


def _signature_reason(row: ExternRow) -> str:
    opening, (given, closing, result) = row.signature[:1], row.signature[1:].partition(")")
    if opening != "(" or not closing:
        return f"the signature `{row.signature}` is malformed"
    foreign = [word for word in (given.split(",") if given else ()) if word not in _WORDS]
    if foreign:
        return f"parameter type {foreign[0]} not allowed"
    if result != "void" and result not in _WORDS:
        return f"return type {result} not allowed"
    if not row.library.strip():
        return "it has no library"
    arguments = MATHEMATICAL_ARGUMENTS.get(row.symbol)
    expected = f"({','.join(['double'] * (arguments or 0))})double"
    return MATHEMATICAL_REASON if arguments and row.signature != expected else ""


MATHEMATICAL_REASON = "compiled code calls this function of the C library with another signature"
