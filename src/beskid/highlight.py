"""A lexer for Pygments, which finds it through its entry point: documentation tools color ```beskid blocks with it.

The words come from the tables of the compiler, as those of the TextMate grammar do (`tools/grammars.py`).
"""

from __future__ import annotations

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from beskid.syntax.highlighting import (
    CHARACTER,
    COMMENT,
    CONSTANTS,
    CONTEXTUAL,
    CONTROL,
    DECLARATIONS,
    DOCUMENTATION,
    ESCAPE,
    FORMAT,
    IDENTIFIER,
    NUMBER,
    OPERATORS,
    PRIMITIVE_NAMES,
    TYPE_NAME,
)


class BeskidLexer(RegexLexer):  # type: ignore[misc]
    """Beskid, edition 2026."""

    name = "Beskid"
    aliases: ClassVar[list[str]] = ["beskid", "bd"]
    filenames: ClassVar[list[str]] = ["*.bd"]
    flags = re.MULTILINE

    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            (r"\s+", Whitespace),
            (DOCUMENTATION, String.Doc),
            (COMMENT, Comment.Single),
            (r"/\*[\s\S]*?\*/", Comment.Multiline),
            (r'"', String, "string"),
            (CHARACTER, String.Char),
            (NUMBER, Number),
            (words(DECLARATIONS, suffix=r"\b"), Keyword.Declaration),
            (words(CONTROL, suffix=r"\b"), Keyword),
            (words(CONSTANTS, suffix=r"\b"), Keyword.Constant),
            (words(PRIMITIVE_NAMES, suffix=r"\b"), Keyword.Type),
            *[(pattern, Keyword) for pattern in CONTEXTUAL],
            (TYPE_NAME, Name.Class),
            (IDENTIFIER, Name),
            (OPERATORS, Operator),
            (r"[\[\](){};,.:?@#]", Punctuation),
        ],
        "string": [
            (r'"', String, "#pop"),
            (ESCAPE, String.Escape),
            (r"\$\{", String.Interpol, "hole"),
            (r'[^"\\$]+|\$|\\', String),
        ],
        "hole": [
            (r"\}", String.Interpol, "#pop"),
            (FORMAT, String.Interpol),
            (r"\{", Punctuation, "braces"),
        ],
        "braces": [
            (r"\}", Punctuation, "#pop"),
            (r"\{", Punctuation, "#push"),
        ],
    }


for _state in ("hole", "braces"):
    BeskidLexer.tokens[_state] += BeskidLexer.tokens["root"]
