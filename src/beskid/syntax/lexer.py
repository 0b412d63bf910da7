"""The lexer: splits a text into tokens.

Takes a `SourceText`, returns a `Tokens` table with comments, documentation runs, matching brackets and the lexical
errors. Never raises, reads each character a bounded number of times, and knows no grammar: whether a number or an
escape
is valid is checked where its value is needed.
"""

from __future__ import annotations

import re

from beskid.source.codes import PARSE
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span
from beskid.syntax.operators import token_spellings
from beskid.syntax.tokens import (
    CHAR,
    CLOSERS,
    END,
    FORMAT,
    HOLE_CLOSE,
    HOLE_OPEN,
    IDENTIFIER,
    NUMBER,
    RESERVED_WORDS,
    STRING,
    STRING_END,
    STRING_START,
    STRING_TEXT,
    Comment,
    DocumentationRun,
    Tokens,
)


def _punctuation() -> str:
    """Return a pattern for the tokens of the operator table, longest first; spellings with equal ends share a set."""
    starts: dict[str, str] = {}
    for spelling in token_spellings():
        starts[spelling[1:]] = starts.get(spelling[1:], "") + re.escape(spelling[0])
    return "|".join([f"[{first}]{re.escape(rest)}" for rest, first in starts.items()])


_MASTER = re.compile(
    rf"""
    [ \t\r\n]*+
    (?:
      (?P<word>[A-Za-z_]\w*+)
    | (?P<bracket>[()\[\]{{}}])
    | (?P<comment>//[^\n]*+)
    | (?P<block>/\*)
    | (?P<punctuation>{_punctuation()})
    | (?P<number>0[xXoObB]\w*+ | \d[\d_]*+ (?: \. \d[\d_]*+ )? (?: [eE][+-]?\d[\d_]*+ )? \w*+)
    | (?P<string>"[^"\\$]*+")
    | (?P<quote>")
    | (?P<character>'(?:\\u\{{[^}}'\n]*+\}} | \\. | [^'\\\n])')
    | (?P<end>\Z)
    | (?P<other>.)
    )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
# Possessive groups are broken in Python 3.11 before 3.11.5 (possessive sets are not), so this group is greedy.
_STRING_RUN = re.compile(r'(?:[^"\\$]++|\\.|\$(?!\{))*', re.DOTALL)
_FORMAT = re.compile(r'(?:[^:{}\n][<>^])?[^{}\n"]*')
"""The text between `:` and `}`. A quotation mark that is not the fill ends it: the interpolation is not closed."""
_STRING_LINE = re.compile(r'(?:[^"\\$\n]++|\\[^\n]|\$(?!\{))*')
# Texts, because they are rare: `re` compiles them on first use, not whenever the compiler starts.
_BAD_CHARACTER = r"'(?:[^'\\\n]|\\.)*'"
_SPACE_LIKE = "[\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]+"
_NON_ASCII_WORD = re.compile(r"[^\x00-\x7f]\w*+|[\x00-\x1f\x7f]++", re.DOTALL)
_SURROGATE = r"[\ud800-\udfff]"
_KINDS = {word: word for word in RESERVED_WORDS}
_QUOTE_LIKE = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}  # typographic quotes that editors insert

MAX_DIAGNOSTICS = 100
"""The maximum number of lexical errors reported per file."""


def tokenize(source: SourceText) -> Tokens:
    """Return the tokens of a text, including its lexical errors."""
    return _Lexer(source).run()


class _Lexer:
    """The state of one pass over a text."""

    __slots__ = (
        "_comments",
        "_diagnostics",
        "_ends",
        "_holes",
        "_kinds",
        "_open",
        "_partners",
        "_source",
        "_starts",
        "_string_starts",
        "_text",
        "_unterminated",
    )

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._text = source.text
        self._kinds: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._partners: list[int] = []
        self._comments: list[Comment] = []
        self._diagnostics: list[Diagnostic] = []
        self._open: list[int] = []
        self._holes: list[int] = []
        self._string_starts: list[int] = []
        self._unterminated = False

    def run(self) -> Tokens:
        """Read the whole text."""
        text = self._text
        self._check_encoding()
        match = _MASTER.match
        kinds = self._kinds
        starts = self._starts
        ends = self._ends
        partners = self._partners
        known = _KINDS.get
        holes = self._holes
        position = 1 if text.startswith("\ufeff") else 0
        while True:
            found = match(text, position)
            assert found is not None
            group = found.lastgroup
            assert group is not None
            start, position = found.span(group)
            if group == "word":
                kinds.append(known(text[start:position], IDENTIFIER))
            elif group == "punctuation":
                kinds.append(text[start:position])
                if holes and kinds[-1] == ":" and kinds[self._open[-1]] == HOLE_OPEN:
                    position = self._format(start, position)
                    continue
            elif group == "bracket":
                position = self._bracket(start, position)
                continue
            elif group == "number":
                kinds.append(NUMBER)
            elif group == "string":
                if self._unterminated and "\n" in text[start:position]:
                    position = self._string(start)
                    continue
                kinds.append(STRING)
            elif group == "character":
                kinds.append(CHAR)
            elif group == "end":
                break
            else:
                position = self._rare(group, start, position)
                continue
            starts.append(start)
            ends.append(position)
            partners.append(-1)
        self._finish()
        # Of several runs before a token, only the last one documents it.
        runs = _documentation(text, self._comments)
        return Tokens(
            self._source,
            kinds,
            starts,
            ends,
            partners,
            self._comments,
            {run.before: run.text() for run in runs},
            self._diagnostics,
            self._unterminated,
            runs,
        )

    def _finish(self) -> None:
        if self._string_starts and not self._unterminated:
            start = self._string_starts[-1]
            self._report("unterminated string literal", start, start + 1, "the string starts here")
            self._unterminated = True
        end = len(self._text)
        self._add(END, end, end)

    def _add(self, kind: str, start: int, end: int) -> None:
        self._kinds.append(kind)
        self._starts.append(start)
        self._ends.append(end)
        self._partners.append(-1)

    def _report(self, message: str, start: int, end: int, label: str = "", help: str | None = None) -> None:
        if len(self._diagnostics) < MAX_DIAGNOSTICS:
            self._diagnostics.append(error(PARSE, message, self._source, Span(start, end), label, help))

    def _check_encoding(self) -> None:
        if self._text.isascii():
            return
        bad = re.search(_SURROGATE, self._text)
        if bad is not None:
            self._report("the text is not valid Unicode", bad.start(), bad.end(), "unpaired surrogate")

    # Brackets -------------------------------------------------------------------------------------------------

    def _bracket(self, start: int, end: int) -> int:
        kind = self._text[start:end]
        holes = self._holes
        if holes:
            if kind == "{":
                holes[-1] += 1
            elif kind == "}":
                if not holes[-1]:
                    holes.pop()
                    self._closer(HOLE_CLOSE, start, end)
                    return self._string_rest(end)
                holes[-1] -= 1
        if kind in CLOSERS:
            self._closer(kind, start, end)
        else:
            self._opener(kind, start, end)
        return end

    def _opener(self, kind: str, start: int, end: int) -> None:
        self._open.append(len(self._kinds))
        self._add(kind, start, end)

    def _closer(self, kind: str, start: int, end: int) -> None:
        # A `}` closes unclosed `(` and `[` too; a stray `)` never closes a `{`.
        opener = CLOSERS[kind]
        opened = self._open
        kinds = self._kinds
        index = len(kinds)
        self._add(kind, start, end)
        strong = kind == "}" or kind == HOLE_CLOSE
        while opened:
            candidate = kinds[opened[-1]]
            if candidate == opener:
                other = opened.pop()
                self._partners[other] = index
                self._partners[index] = other
                return
            if not strong and (candidate == "{" or candidate == HOLE_OPEN):
                return
            if kind == "}" and candidate == HOLE_OPEN:
                return
            opened.pop()

    # Strings --------------------------------------------------------------------------------------------------

    def _string(self, start: int) -> int:
        text = self._text
        stop = self._string_run(start + 1)
        if text.startswith('"', stop):
            self._add(STRING, start, stop + 1)
            return stop + 1
        if not text.startswith("${", stop):
            return self._unterminated_string(start, start)
        self._add(STRING_START, start, start + 1)
        self._string_starts.append(start)
        if stop > start + 1:
            self._add(STRING_TEXT, start + 1, stop)
        return self._hole(stop)

    def _string_rest(self, position: int) -> int:
        text = self._text
        stop = self._string_run(position)
        if not text.startswith(('"', "${"), stop):
            return self._unterminated_string(position, self._string_starts.pop())
        if stop > position:
            self._add(STRING_TEXT, position, stop)
        if text.startswith("${", stop):
            return self._hole(stop)
        self._string_starts.pop()
        self._add(STRING_END, stop, stop + 1)
        return stop + 1

    def _string_run(self, position: int) -> int:
        # After an unterminated string, strings end with their line: the rest of the file stays readable, and no text is
        # scanned to its end again and again.
        pattern = _STRING_LINE if self._unterminated else _STRING_RUN
        found = pattern.match(self._text, position)
        assert found is not None
        return found.end()

    def _hole(self, position: int) -> int:
        self._opener(HOLE_OPEN, position, position + 2)
        self._holes.append(0)
        return position + 2

    def _format(self, start: int, position: int) -> int:
        """Complete the token `:`, and add the format after it."""
        self._starts.append(start)
        self._ends.append(position)
        self._partners.append(-1)
        found = _FORMAT.match(self._text, position)
        assert found is not None
        if found.end() > position:
            self._add(FORMAT, position, found.end())
        return found.end()

    def _unterminated_string(self, position: int, start: int) -> int:
        if not self._unterminated:
            self._report(
                "unterminated string literal", start, start + 1, "the string starts here", 'add `"` where it ends'
            )
            self._unterminated = True
        end = self._text.find("\n", position)
        end = len(self._text) if end == -1 else end
        self._add(STRING if position == start else STRING_END, position, max(end, position))
        return end

    # Rare characters ----------------------------------------------------------------------------------------

    def _rare(self, group: str, start: int, end: int) -> int:
        text = self._text
        if group == "comment":
            if text.endswith("\r", start, end):
                end -= 1
            is_doc = text.startswith("///", start) and not text.startswith("////", start)
            self._comments.append(Comment(Span(start, end), text[start:end], is_doc, len(self._kinds)))
            return end
        if group == "quote":
            return self._string(start)
        if group == "block":
            return self._block_comment(start)
        return self._strange(start)

    def _block_comment(self, start: int) -> int:
        close = self._text.find("*/", start + 2)
        end = len(self._text) if close == -1 else close + 2
        if close == -1:
            self._report("unterminated block comment", start, start + 2, "the comment starts here")
            self._unterminated = True
        self._comments.append(Comment(Span(start, end), self._text[start:end], False, len(self._kinds)))
        return end

    def _strange(self, start: int) -> int:
        text = self._text
        character = text[start]
        if character == "'":
            return self._bad_character_literal(start)
        space = re.compile(_SPACE_LIKE).match(text, start)
        if space is not None:
            self._report("invisible character", start, space.end(),
                        f"U+{ord(character):04X}", "replace it with a space")  # fmt: skip
            return space.end()
        if character in _QUOTE_LIKE:
            self._report(f"`{character}` is not a quotation mark in Beskid", start, start + 1,
                        help=f"write `{_QUOTE_LIKE[character]}`")  # fmt: skip
            return start + 1
        word = _NON_ASCII_WORD.match(text, start)
        if word is None:
            return self._stray(start, character)
        return self._non_ascii_word(start, word.end(), character)

    def _non_ascii_word(self, start: int, end: int, character: str) -> int:
        if re.match(_SURROGATE, character):
            return end
        if ord(character) < 128:
            self._report("control character in the source", start, end, f"U+{ord(character):04X}", "remove it")
            return end
        if not character.isalpha():
            self._report("unexpected character", start, end, help="it is only allowed in strings and comments")
            return end
        kinds = self._kinds
        # A name such as `größe` arrives in two parts, which are joined so that only one error is reported.
        if kinds and kinds[-1] == IDENTIFIER and self._ends[-1] == start:
            self._ends[-1] = end
            start = self._starts[-1]
        else:
            self._add(IDENTIFIER, start, end)
        last = self._diagnostics[-1] if self._diagnostics else None
        if last is None or last.span.start != start:
            self._report("names may contain only ASCII letters, digits and `_`", start, end)
        return end

    def _stray(self, start: int, character: str) -> int:
        text = self._text
        end = start + 1
        while end < len(text) and text[end] == character:
            end += 1
        message, help = _STRAY.get(character, (f"unexpected `{character}`", None))
        if character == "$" and text.startswith('"', end):
            message, help = "string literals have no prefix", 'interpolation is always on: `"${x}"`'
        self._report(message, start, end, help=help)
        # The rest of a comment, directive or attribute of another language is not an error of its own.
        rest = _STRAY_REST.get(character)
        found = None if rest is None else rest.match(text, end)
        return end if found is None else found.end()

    def _bad_character_literal(self, start: int) -> int:
        found = re.compile(_BAD_CHARACTER).match(self._text, start)
        end = start + 1 if found is None else found.end()
        if found is None:
            self._report("unterminated character literal", start, end)
        elif end == start + 2:
            self._report("a character literal must contain exactly one character", start, end, "this one is empty")
        else:
            self._report("a character literal must contain exactly one character", start, end,
                        help='use `"` for a string')  # fmt: skip
        self._add(CHAR, start, end)
        return end


_STRAY = {
    "#": ("unexpected `#`", "comments start with `//`"),
    "@": ("unexpected `@`", "attributes are written `[Name]` before the item"),
    "$": ("`$` is only allowed in strings, as `${…}`", None),
    "\\": ("`\\` is only allowed in strings and character literals", None),
    "`": ("unexpected `` ` ``", 'strings are written with `"`'),
}


_STRAY_REST = {"#": re.compile(r"[^\n]*"), "@": re.compile(r"[A-Za-z_]\w*(?:\([^()\n]*\))?")}


def _documentation(text: str, comments: list[Comment]) -> list[DocumentationRun]:
    """Group `///` lines that follow each other without a gap."""
    runs: list[DocumentationRun] = []
    previous: Comment | None = None
    for comment in comments:
        if not comment.is_doc:
            previous = None
            continue
        joined = (
            previous is not None
            and previous.before == comment.before
            and text.count("\n", previous.span.end, comment.span.start) == 1
        )
        if not joined:
            runs.append(DocumentationRun([], comment.before))
        runs[-1].lines.append(comment)
        previous = comment
    return runs


__all__ = ["MAX_DIAGNOSTICS", "tokenize"]
