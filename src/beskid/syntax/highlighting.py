"""The kinds of tokens that editors color: the words of the lexer, and patterns that all highlighters share."""

from __future__ import annotations

import re
from typing import Final

from beskid.syntax.operators import token_spellings
from beskid.syntax.tokens import RESERVED_WORDS

CONSTANTS: Final = ("true", "false")
DECLARATIONS: Final = ("type", "enum", "contract", "impl", "let", "mut", "mod", "use", "pub")
CONTROL: Final = tuple(sorted(RESERVED_WORDS - {*CONSTANTS, *DECLARATIONS}))
"""All other reserved words."""

PRIMITIVE_NAMES: Final = (
    "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "bool", "char", "string", "unit",
)  # fmt: skip

CONTEXTUAL: Final = (
    r"\btest(?=\s+[A-Za-z_]\w*\s*\{)",
    r"\bconst(?=\s+[A-Za-z_])",
    r"\bextend(?=\s+type\b)",
    r"\bevent(?=\s*(?:\{\s*\d+\s*\}\s*)?\s[A-Za-z_])",
    r"\battribute(?=\s+[A-Za-z_])",
    r"\bwhen\b",
    r"\bas(?=\s+[a-z]\w*\b)",
    r"\b(?:ref|out)(?=\s+[A-Za-z_])",
    r"\bthis\b",
)
"""Words that are keywords only where they are."""

IDENTIFIER: Final = r"[A-Za-z_]\w*"
FUNCTION_NAME: Final = rf"\b{IDENTIFIER}(?=\s*\()"
TYPE_NAME: Final = r"\b[A-Z]\w*\b"
NUMBER: Final = (
    r"\b(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?)"
    r"(?:_?[iuf][0-9]{1,2})?\b"
)
CHARACTER: Final = r"'(?:\\(?:u\{[0-9A-Fa-f]+\}|.)|[^'\\\n])'"
ESCAPE: Final = r"\\(?:u\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|.)"
DOCUMENTATION: Final = r"///(?!/)[^\n]*"
COMMENT: Final = r"//[^\n]*"
"""A line that is not documentation: it has two slashes, or more than three."""

FORMAT: Final = r'(?<!:):(?!:)[^{}"\n]*(?=\})'
"""The format of a value at the end of a hole in a string, with its colon."""


_PUNCTUATION = frozenset("()[]{},;.:")


def _operators() -> str:
    marks = {each for each in token_spellings() if not each[0].isalpha() and each not in _PUNCTUATION}
    return "|".join([re.escape(each) for each in sorted(marks, key=lambda each: (-len(each), each))])


OPERATORS: Final = _operators()


def any_of(words: tuple[str, ...]) -> str:
    """Return a pattern of whole words."""
    return rf"\b(?:{'|'.join(words)})\b"
