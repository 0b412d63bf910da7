"""The diagnostics that only lowering can make, because they show once types are concrete.

Lowering reports them to `Instances.report` and continues with a value of the right shape, or raises `LoweringStopped`
where there is none. The module is then invalid, and `lower_program` does not return it.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import ContractType, EnumType, StructType, Type, show_type
from beskid.source.codes import E1239, E1530, E2001, E2013
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span

MAX_SHOWN_TYPE = 80
"""The largest number of characters of an endless type in a message."""


class LoweringStopped(Exception):  # noqa: N818
    """Lowering cannot continue after an error that it reported."""


def unsupported(what: str, source: SourceText, span: Span) -> Diagnostic:
    """Return a construct that the language has and this compiler cannot lower yet."""
    return error(E2001, f"{what} is not supported yet", source, span, "used here")


def hash_missing(kind: StructType) -> Diagnostic:
    """Return a hash of a type with its own `Equals` and no `Hash`, as a map key is (decision L9)."""
    symbol = kind.symbol
    return error(
        E1239,
        f"`{symbol.name}` is hashed, as keys of maps and sets are, but has `Equals` and no `Hash`",
        symbol.source,
        symbol.name_span,
        "equal values could get different hashes",
        "declare `Hashable` and add `pub i64 Hash()` that returns the same number for equal values",
    )


def not_a_handle(kind: Type, source: SourceText, span: Span) -> Diagnostic:
    return error(
        E1530,
        f"`{show_type(kind)}` is not an opaque handle",
        source,
        span,
        "only handles are allowed here",
        "declare the type `[Opaque]`",
    )


def not_an_object(kind: Type, source: SourceText, span: Span) -> Diagnostic:
    return error(
        E1530,
        f"`{show_type(kind)}` is not an object",
        source,
        span,
        "`Userdata` holds a struct, an array, a string or a function",
        "use the type of the value that was passed as `Userdata`",
    )


def endless_type_arguments(symbol: FunctionSymbol, argument: Type, source: SourceText, span: Span) -> Diagnostic:
    return error(
        E2013,
        f"the type arguments of `{symbol.name}` grow without end",
        source,
        span,
        f"this call needs ever larger instances, the last for `{show_type(argument)[:MAX_SHOWN_TYPE]}…`",
        "call the function with its own type parameters, or give the recursion a fixed type",
    )


def endless_contract(contract: ContractType, source: SourceText, span: Span) -> Diagnostic:
    return error(
        E2013,
        f"the contracts that `{show_type(contract)}` embeds grow without end",
        source,
        span,
        "a value of the contract is made here",
        "embed the contract with its own type parameters",
    )


def endless_payload(type: EnumType, source: SourceText, span: Span) -> Diagnostic:
    return error(
        E2013,
        f"the payload types of `{show_type(type)[:MAX_SHOWN_TYPE]}` grow without end",
        source,
        span,
        "used in this function",
        "give the recursive variant the enum's own type arguments, or put an array or a type between",
    )
