"""The parser: `parse` takes a source text and returns its tree and syntax errors.

It never raises and reads no files. Where a construct has an error, the tree contains an `Error*` node or omits the
item.
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
from beskid.syntax.parser.core import Abandon, TooDeep, Unclosed
from beskid.syntax.parser.items import ItemParser
from beskid.syntax.parser.suppress_cascades import suppress_cascades
from beskid.syntax.tokens import END, Tokens

_FRAMES = 20_000
"""An upper limit for the Python frames needed to parse 256 levels of nesting and chains of 1,000 elements."""


@node
class ParseResult:
    """The tree of a text, its syntax errors in text order, and its documentation.

    `tokens` is for tools that need comments and layout. From `misread` on, if it is not None, the tree is not what the
    text means: after a missing quote, for example, strings are read as code.
    """

    program: tree.Program
    tokens: Tokens
    diagnostics: list[Diagnostic]
    documentation: Documentation
    misread: int | None = None


def parse(source: SourceText) -> ParseResult:
    """Parse a text, and assign its documentation comments."""
    tokens = tokenize(source)
    parser = ItemParser(tokens)
    limit = sys.getrecursionlimit()
    # Trees have no cycles and nearly every object created here survives: collecting would cost a third of the time.
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
        # After a missing quote, strings are read as code and code as strings.
        lexical = [diagnostic for diagnostic in lexical if diagnostic.span.start < parser.lost_quote]
    diagnostics = lexical + parser.diagnostics
    diagnostics.sort(key=by_place)
    shown = suppress_cascades(tokens, diagnostics)
    is_misread = len(shown) < len(diagnostics) or parser.lost_quote != -1
    misread = shown[-1].span.start if is_misread and shown else None
    return ParseResult(program, tokens, shown, documentation_of(tokens, parser.documented), misread)


def parse_type(source: SourceText) -> tuple[tree.TypeSyntax | None, list[Diagnostic]]:
    """Parse a text that is one type. The type is None when there are diagnostics."""
    tokens = tokenize(source)
    parser = ItemParser(tokens)
    try:
        found = parser.type()
        if parser.kinds[parser.pos] != END:
            parser.fail_expected("the end of the type")
    except (Abandon, Unclosed, TooDeep):
        return None, [*tokens.diagnostics, *parser.diagnostics]
    return (None if tokens.diagnostics else found), tokens.diagnostics
