"""The failure that lowering can meet in a well-typed program, carried as a diagnostic.

Three things only show once types are concrete: type arguments that grow without end (E1204), a hash of values whose
type decides equality but has none (E1233), and constructs that have no lowering yet (E2001). The driver shows
the diagnostic; nothing else raises `LoweringError`.
"""

from __future__ import annotations

from beskid.analysis.model.types import StructType
from beskid.source.codes import E1233, E2001
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span


class LoweringError(Exception):
    """A program that cannot be lowered; `diagnostic` says why and where."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def unsupported(what: str, source: SourceText, span: Span, help: str | None = None) -> LoweringError:
    """The error for a construct that the language has and this compiler cannot yet lower."""
    return LoweringError(error(E2001, f"{what} is not supported yet", source, span, "used here", help))


def hash_missing(kind: StructType) -> LoweringError:
    """The error for hashing a type with its own `Equals` and no `Hash`, as a map key is (decision L9)."""
    symbol = kind.symbol
    return LoweringError(
        error(
            E1233,
            f"`{symbol.name}` is hashed, as the keys of maps and sets are, but has `Equals` and no `Hash`",
            symbol.source,
            symbol.name_span,
            "equal values could get different hashes",
            "declare `Hashable` and give it `pub i64 Hash()`, equal for equal values",
        )
    )
