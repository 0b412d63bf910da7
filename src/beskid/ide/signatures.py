"""Signature help: the function that a call around an offset calls, and the argument that is being written."""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol, VariantSymbol
from beskid.base.node import node
from beskid.ide.describe import declaration, documentation, parameters_of
from beskid.ide.repair import repaired
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText
from beskid.syntax.lexer import tokenize
from beskid.syntax.tokens import IDENTIFIER


@node
class SignatureHelp:
    """A signature on one line, its parameters as they are written in it, and the index of the current one."""

    label: str
    parameters: tuple[str, ...]
    active: int
    documentation: str


def signature_help(snapshot: Snapshot, source: SourceText, offset: int) -> SignatureHelp | None:
    """Return the signature of the innermost call whose parentheses are open at an offset."""
    tokens = tokenize(source)
    index = tokens.index_at(max(offset - 1, 0))
    while index >= 0 and tokens.starts[index] >= offset:
        index -= 1
    depth, commas = 0, 0
    while index > 0:
        kind = tokens.kinds[index]
        if kind in (")", "]", "}"):
            depth += 1
        elif kind in ("(", "[", "{"):
            if depth == 0:
                break
            depth -= 1
        elif kind == "," and depth == 0:
            commas += 1
        elif kind == ";" and depth == 0:
            return None
        index -= 1
    if index <= 0 or tokens.kinds[index] != "(" or tokens.kinds[index - 1] != IDENTIFIER:
        return None
    callee = tokens.starts[index - 1]
    found = _signature(snapshot, source, callee, commas)
    if found is None:
        with repaired(snapshot, source, offset) as other:
            if other is not None:
                found = _signature(*other, callee, commas)
    return found


def _signature(snapshot: Snapshot, source: SourceText, callee: int, commas: int) -> SignatureHelp | None:
    """Return the signature of the function whose name is at an offset."""
    found = snapshot.named_at(source, callee)
    if found is None:
        return None
    target = found.target
    if not isinstance(target, FunctionSymbol | VariantSymbol):
        return None
    if isinstance(target, FunctionSymbol):
        snapshot.world.ensure(target)
    parts = parameters_of(target, found.owner)
    active = min(commas, max(len(parts) - 1, 0))
    docs = documentation(target, found.owner)
    return SignatureHelp(declaration(target, found.owner), tuple(parts), active, docs)
