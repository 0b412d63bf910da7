"""Texts to syntax trees.

`parse` takes a source text and gives a tree and the syntax faults in it. It never raises and reads no files. Where a
construct is faulty the tree holds an `Error*` node or leaves the item out, and there is a diagnostic.
"""

from __future__ import annotations

import gc
import sys

from beskid.base.node import node
from beskid.source.diagnostics import Diagnostic, by_place
from beskid.source.text import SourceText
from beskid.syntax import tree
from beskid.syntax.documentation import Documentation, documentation_of
from beskid.syntax.lexer import tokenize
from beskid.syntax.parser.items import ItemParser
from beskid.syntax.parser.suppress_cascades import suppress_cascades
from beskid.syntax.tokens import Tokens

_FRAMES = 20_000
"""More Python frames than 256 levels of nesting and 1,000 links of a chain take in the parser."""


@node
class ParseResult:
    """What a text says: its tree, its faults in text order, its documentation with places.

    The tokens are there for tools that need comments and layout.
    """

    program: tree.Program
    tokens: Tokens
    diagnostics: list[Diagnostic]
    documentation: Documentation


def parse(source: SourceText) -> ParseResult:
    """Parse a text."""
    tokens = tokenize(source)
    parser = ItemParser(tokens)
    limit = sys.getrecursionlimit()
    # Trees have no cycles and nearly every object made here lives on: collecting meanwhile costs a third of the time.
    collects = gc.isenabled()
    sys.setrecursionlimit(max(limit, _FRAMES))
    gc.disable()
    try:
        program = parser.program()
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()
    lexical = tokens.diagnostics
    if parser.lost_quote != -1:
        # Behind a lost quote texts are read as code and code as texts.
        lexical = [diagnostic for diagnostic in lexical if diagnostic.span.start < parser.lost_quote]
    diagnostics = lexical + parser.diagnostics
    diagnostics.sort(key=by_place)
    diagnostics = suppress_cascades(tokens, diagnostics)
    return ParseResult(program, tokens, diagnostics, documentation_of(tokens, parser.documented))
