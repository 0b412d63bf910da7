"""Token kinds and the token table of one source text.

The lexer fills a `Tokens` table of parallel lists, because lists of small integers and shared strings cost a fraction
of
one object per token. The kind of a keyword or punctuation token is its own text. White space and comments are not
tokens; `trivia` returns what is between two tokens, so that tokens and trivia together are the complete text. Nothing
here knows the grammar.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from beskid.base.node import node
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText, Span

IDENTIFIER: Final = "<identifier>"
NUMBER: Final = "<number>"
CHAR: Final = "<character>"
STRING: Final = "<string>"
STRING_START: Final = "<string start>"
STRING_TEXT: Final = "<string text>"
STRING_END: Final = "<string end>"
HOLE_OPEN: Final = "${"
HOLE_CLOSE: Final = "<hole end>"
FORMAT: Final = "<format>"
END: Final = "<end>"

RESERVED_WORDS: Final = frozenset(
    {
        "type", "enum", "contract", "impl", "match", "if", "else", "while", "for", "in", "return", "break",
        "continue", "let", "mut", "mod", "use", "pub", "true", "false",
    }
)  # fmt: skip
"""Words that can never be names. All other keywords are contextual."""

OPENERS: Final = {"(": ")", "[": "]", "{": "}", HOLE_OPEN: HOLE_CLOSE}
CLOSERS: Final = {")": "(", "]": "[", "}": "{", HOLE_CLOSE: HOLE_OPEN}


@node
class Comment:
    """A comment between two tokens; `before` is the index of the token that follows it."""

    span: Span
    text: str
    is_doc: bool
    before: int


@node
class DocumentationRun:
    """Consecutive lines of documentation; `before` as in `Comment`."""

    lines: list[Comment]
    before: int

    def text(self) -> str:
        """Return the lines without their markers and the space after each marker."""
        return "\n".join([line.text[documentation_start(line) :] for line in self.lines])


def documentation_start(line: Comment) -> int:
    """Return the offset in a documentation line at which its text begins."""
    return 4 if line.text.startswith("/// ") else 3


@node
class Tokens:
    """The tokens of a text, ended by one `END` token.

    `partners[i]` is the index of the matching bracket, or -1. `docs` maps the index of a token to the normalised
    text of the documentation run directly before it. `unterminated` is true when a string or comment never ends.
    `runs` lists all documentation runs in text order, including those that `docs` omits.
    """

    source: SourceText
    kinds: list[str]
    starts: list[int]
    ends: list[int]
    partners: list[int]
    comments: list[Comment]
    docs: dict[int, str]
    diagnostics: list[Diagnostic]
    unterminated: bool
    runs: list[DocumentationRun]

    def text(self, index: int) -> str:
        return self.source.text[self.starts[index] : self.ends[index]]

    def span(self, index: int) -> Span:
        """Return the span of a token in the text."""
        return Span(self.starts[index], self.ends[index])

    def index_at(self, offset: int) -> int:
        """Return the index of the first token that ends after a character offset."""
        return min(bisect_right(self.ends, offset), len(self.ends) - 1)

    def trivia(self, index: int) -> str:
        """Return the white space, comments and skipped characters directly before a token."""
        start = self.ends[index - 1] if index else 0
        return self.source.text[start : self.starts[index]]
