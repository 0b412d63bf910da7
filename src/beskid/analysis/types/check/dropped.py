"""Values that nothing takes: a `Result` that is dropped hides a failure (W1410)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import EnumType
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import is_of_library
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import W1410
from beskid.source.text import Span


def warn_dropped(checker: BodyChecker, value: typed.Expression, span: Span) -> None:
    """Warn of a `Result` at `span`: the expression of a statement or an arm, or of a lambda without result."""
    type = prune(value.type)
    if not isinstance(type, EnumType) or not is_of_library(type.symbol, ("Core", "Results"), "Result"):
        return
    text = checker.text(span)
    written = text if len(text) <= 40 and "\n" not in text else "…"
    checker.warning(
        W1410,
        "unused `Result`",
        span,
        "a failure goes unnoticed",
        f"return the failure with `?`, handle it with `match`, or drop it: `let _ = {written};`",
    )
