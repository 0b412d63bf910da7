"""The cursor over the tokens, which all parts of the parser share.

Holds the position, allocates node ids, reports errors without cascades, looks ahead over types without building nodes,
and skips to a token where parsing can continue. Knows no construct of the language except types.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from beskid.source.codes import E1109, PARSE, Code
from beskid.source.diagnostics import Diagnostic, Edit, Fix, error
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.lexer import MAX_DIAGNOSTICS
from beskid.syntax.tokens import (
    CLOSERS,
    END,
    HOLE_CLOSE,
    IDENTIFIER,
    NUMBER,
    RESERVED_WORDS,
    STRING,
    STRING_END,
    STRING_START,
    Tokens,
)

MAX_DEPTH: Final = 256
"""The maximum nesting depth, which keeps later passes from overflowing the stack."""

MAX_CHAIN: Final = 1000
"""The maximum number of operands in an operator chain, elements of `a.b.c` and branches of `else if`."""

NOT_A_TYPE: Final = -1

UNMATCHED_LABEL: Final = "nothing to close"
UNMATCHED_HELP: Final = "remove it"

NO_NULLABLE_TYPES: Final = "nullable types are not supported"

_STATEMENT_WORDS: Final = frozenset({"let", "mut", "return", "if", "while", "for", "break", "continue", "match"})
ITEM_WORDS: Final = frozenset({"pub", "type", "enum", "contract", "impl", "mod", "use"})
ONLY_ITEM_WORDS: Final = ITEM_WORDS - {"pub"}
_ENDS_STATEMENT: Final = _STATEMENT_WORDS | ITEM_WORDS | {"}", END}
_ARTICLES: Final = {IDENTIFIER: "a name", END: "the end of the file", STRING_START: "a string", STRING: "a string"}


_DIVISOR: Final = re.compile(r"//\s*(\w+)\s*[;)]")
"""A comment that looks like the rest of `a // b;`."""


class Abandon(Exception):  # noqa: N818 - not an error: control flow back to the list that recovers
    """Raised after an error was reported, and caught by the nearest list of statements, members or items."""


class Unclosed(Exception):  # noqa: N818
    """Raised when an item starts inside an unclosed block, and caught by the list that the item belongs to."""


class TooDeep(Exception):  # noqa: N818
    """Raised when nesting exceeds `MAX_DEPTH`, and caught by the outermost item."""


class ParserCore:
    """Cursor, error reports, look-ahead and recovery."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source
        self.text = tokens.source.text
        # Three more `END` tokens let every look-ahead of a few tokens skip the bounds check.
        last = tokens.starts[-1]
        self.kinds = [*tokens.kinds, END, END, END]
        self.starts = [*tokens.starts, last, last, last]
        self.ends = [*tokens.ends, last, last, last]
        self.partners = [*tokens.partners, -1, -1, -1]
        self.end = len(tokens.kinds) - 1
        self.pos = 0
        self.depth = 0
        self.next_id = 0
        self.diagnostics: list[Diagnostic] = []
        self.openers: list[int] = []
        self.documented: set[int] = set()
        self.lost_quote = -1
        self.partial: tree.Expression | None = None
        """The last member expression of the statement; in `a.` and `E::` the missing name is empty."""
        self._last_error = -1
        self._type_ends: dict[int, int] = {}

    # Nodes ----------------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        """Return the id of the next node."""
        node_id = self.next_id
        self.next_id = node_id + 1
        return node_id

    def span_here(self) -> Span:
        """Return the span of the current token."""
        return Span(self.starts[self.pos], self.ends[self.pos])

    def span_from(self, start: int) -> Span:
        """Return the span from a character offset to the end of the last token taken."""
        return Span(start, max(start, self.ends[self.pos - 1]) if self.pos else start)

    def token_text(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]]

    def word(self) -> str:
        """Return the text of the current token if it is a name, and an empty string otherwise."""
        return self.token_text(self.pos) if self.kinds[self.pos] == IDENTIFIER else ""

    def name(self, what: str = "a name") -> tree.Name:
        """Take a name, or report that one is missing."""
        pos = self.pos
        if self.kinds[pos] != IDENTIFIER:
            if self.kinds[pos] == "?" and pos and self.adjacent(pos):
                self.fail(NO_NULLABLE_TYPES, help=self.nullable_help(pos), code=E1109)
            self.fail_expected(what)
        start = self.starts[pos]
        end = self.ends[pos]
        self.pos = pos + 1
        return tree.Name(self.new_id(), Span(start, end), self.text[start:end])

    def missing_name(self) -> tree.Name:
        """Return an empty name after the last token taken, for a partial expression."""
        end = self.ends[self.pos - 1]
        return tree.Name(self.new_id(), Span(end, end), "")

    def nullable_help(self, mark: int) -> str:
        """Return what to write instead of a type whose last token is before the `?` at `mark`."""
        before = self.token_text(mark - 1) if mark else ""
        return f"use `Option<{before if before.isidentifier() else 'T'}>`"

    def doc(self, *indexes: int) -> str | None:
        """Return the documentation before the first of these tokens that has any."""
        for index in indexes:
            text = self.tokens.docs.get(index)
            if text is not None:
                self.documented.add(index)
                return text
        return None

    # Tokens ---------------------------------------------------------------------------------------------------

    def take(self, kind: str) -> bool:
        """Take the current token if it is of this kind."""
        if self.kinds[self.pos] != kind:
            return False
        self.pos += 1
        return True

    def expect(self, kind: str, context: str = "", help: str | None = None) -> None:
        """Take a token of this kind, or abandon the construct."""
        if self.kinds[self.pos] == kind:
            self.pos += 1
            return
        self.fail_expected(f"`{kind}`{' ' + context if context else ''}", help)

    def expect_soft(self, kind: str, message: str, help: str | None = None) -> None:
        """Take a token, or report that it is missing after the last token and continue as if it were there."""
        if self.kinds[self.pos] == kind:
            self.pos += 1
            return
        place = self.ends[self.pos - 1] if self.pos else 0
        span = Span(place, place)
        # Where the bracket was meant to close is a guess.
        fix = Fix(f"insert `{kind}`", (Edit(self.source, span, kind),), safe=kind != ")")
        self.report(message, span, f"expected `{kind}`", help, fix=fix)

    def expect_semicolon(self, what: str) -> None:
        """Take the `;` after `what`; if another token follows on the same line, report that token instead."""
        pos = self.pos
        if self.kinds[pos] == ";":
            self.pos = pos + 1
            return
        if self.kinds[pos] == "{" and pos and self.kinds[pos - 1] == ")":
            word = self.token_text(self.partners[pos - 1] - 1)
            if word in ("fn", "func", "function", "fun"):
                self.fail("lambdas are written with `=>`", help="`x => expression` or `x => { … }`", code=E1109)
        if self.kinds[pos] in (")", "]") and self.partners[pos] == -1:
            self.fail(f"unmatched `{self.kinds[pos]}`", label=UNMATCHED_LABEL, help=UNMATCHED_HELP)
        if pos and self.kinds[pos] == "," and self.kinds[pos + 1] == IDENTIFIER and what == "the expression":
            help = "write one assignment for each; to swap two, keep one in a local: `let old = a; a = b; b = old;`"
            self.fail("an assignment has one place", help=help, code=E1109)
        if pos and self.kinds[pos] == "mod" and not self.starts_line(pos):
            self.fail("use `%` instead of `mod`", help="`a % b`", code=E1109)
        if pos and self.kinds[pos] == "if" and not self.starts_line(pos):
            self.fail("the condition comes first", help="`if condition { a } else { b }`", code=E1109)
        if pos and self.kinds[pos] != "}" and self.kinds[pos] != END and not self.starts_line(pos):
            self.fail_expected(f"`;` after {what}")
        comment = self.text[self.ends[pos - 1] : self.starts[pos]].partition("\n")[0].strip() if pos else ""
        if comment and self.kinds[pos - 1] in (IDENTIFIER, NUMBER) and _DIVISOR.match(comment):
            self._report_division(comment)
            return
        self.expect_soft(";", f"expected `;` after {what}")

    def _report_division(self, comment: str) -> None:
        """Report `a // b`, where a number or a name is followed by a comment that starts with an operand."""
        last = self.pos - 1
        start = self.text.index("//", self.ends[last])
        divisor = _DIVISOR.match(comment)
        written = f"{self.token_text(last)} / {'b' if divisor is None else divisor[1]}"
        span = Span(start, start + 2)
        fix = Fix("divide with `/`", (Edit(self.source, span, "/"),), safe=False)
        help = f"integers are divided with `/`: `{written}`; without a division, write `;` before the comment"
        self.report("`//` starts a comment", span, "the expression ends here without `;`", help, E1109, fix=fix)

    def adjacent(self, index: int) -> bool:
        """Return whether no white space separates a token from the previous one."""
        return self.ends[index - 1] == self.starts[index]

    def column(self, index: int) -> int:
        """Return the 0-based column of a token."""
        start = self.starts[index]
        return start - (self.text.rfind("\n", 0, start) + 1)

    def unclosed_brace(self, opener: int) -> int:
        """Return the `{` that was not closed, where `opener` is the one that has no partner.

        A `}` that starts a line to the left of the line with its `{` was meant for an outer one.
        """
        for index in range(opener + 1, self.pos):
            closer = self.partners[index]
            if self.kinds[index] != "{" or not index < closer or not self.starts_line(closer):
                continue
            first = index
            while first and not self.starts_line(first):
                first -= 1
            if self.column(closer) < self.column(first):
                return index
        return opener

    def starts_line(self, index: int) -> bool:
        """Return whether a token is the first of its line."""
        return index == 0 or "\n" in self.text[self.ends[index - 1] : self.starts[index]]

    def found(self) -> str:
        """Describe the current token for messages."""
        kind = self.kinds[self.pos]
        if kind == IDENTIFIER:
            return f"`{self.token_text(self.pos)}`"
        if kind in _ARTICLES:
            return _ARTICLES[kind]
        text = self.token_text(self.pos)
        return f"`{text}`" if len(text) <= 20 and "\n" not in text else "this"

    # Errors ~---------------------------------------------------------------------------------------------------

    def report(
        self,
        message: str,
        span: Span,
        label: str = "",
        help: str | None = None,
        code: Code = PARSE,
        fix: Fix | None = None,
    ) -> None:
        """Report an error, unless it follows from an earlier one: at the same token or after a missing quote."""
        if self._last_error == self.pos or self.lost_quote != -1 or len(self.diagnostics) >= MAX_DIAGNOSTICS:
            return
        self._last_error = self.pos
        if self._explained_by_lexer():
            return
        fixes = () if fix is None else (fix,)
        self.diagnostics.append(error(code, message, self.source, span, label, help, fixes=fixes))

    def _explained_by_lexer(self) -> bool:
        # A missing quote or a character that was skipped here explains why the grammar does not match.
        pos = self.pos
        tokens = self.tokens
        if tokens.unterminated and (self.kinds[pos] == END or (pos and self._is_open_string(pos - 1))):
            return True
        gap = Span(self.ends[pos - 1] if pos else 0, self.starts[pos])
        return any(gap.start <= problem.span.start < gap.end for problem in tokens.diagnostics)

    def _is_open_string(self, index: int) -> bool:
        if self.kinds[index] not in (STRING, STRING_END):
            return False
        text = self.token_text(index)
        return not text.endswith('"') or (self.kinds[index] == STRING and len(text) == 1)

    def fail(
        self, message: str, span: Span | None = None, label: str = "", help: str | None = None, code: Code = PARSE
    ) -> NoReturn:
        """Report an error and abandon the construct."""
        self.report(message, self.span_here() if span is None else span, label, help, code)
        raise Abandon

    def fail_expected(self, what: str, help: str | None = None) -> NoReturn:
        """Report that another token was expected and abandon the construct."""
        kind = self.kinds[self.pos]
        self._lost_quote()
        is_inside = bool(self.openers) and kind in _ENDS_STATEMENT
        if (is_inside or what.startswith("`{`")) and self.pos and self.starts_line(self.pos):
            # The previous line is unfinished; the next token is not the error.
            place = self.ends[self.pos - 1]
            self.fail(f"expected {what}", Span(place, place), f"expected {what}", help)
        if help is None and kind in RESERVED_WORDS and "name" in what:
            help = f"`{kind}` is a reserved word"
            if kind == "mut" and what == "a field name":
                help = "remove it: fields can be assigned"
        self.fail(f"expected {what}, found {self.found()}", label=f"expected {what}", help=help)

    def _lost_quote(self) -> None:
        # A string over several lines that a word follows directly: its closing quote is missing, and everything after
        # it is misread. Only the first such string is reported.
        pos = self.pos
        if self.lost_quote != -1 or not pos or self.kinds[pos] not in (IDENTIFIER, NUMBER) or not self.adjacent(pos):
            return
        first = pos - 1
        if self.kinds[first] == STRING_END:
            depth = 1
            while depth and first:
                first -= 1
                depth += (self.kinds[first] == STRING_END) - (self.kinds[first] == STRING_START)
        elif self.kinds[first] != STRING:
            return
        start = self.starts[first]
        line_end = self.text.find("\n", start)
        if line_end == -1 or line_end >= self.ends[pos - 1]:
            return
        self.report(
            "this string ends on a later line, directly before a word",
            Span(start, line_end),
            'the closing `"` may be missing',
            'strings may span several lines; add the `"` where this one should end',
        )
        self.lost_quote = start
        raise Abandon

    def enter(self) -> None:
        """Enter a nesting level."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.report(
                f"nesting is deeper than {MAX_DEPTH} levels",
                self.span_here(),
                help="move parts of it to local variables or functions",
            )
            raise TooDeep

    def check_chain(self, length: int) -> None:
        """Report a chain that is too long for the passes that walk the tree recursively."""
        if length > MAX_CHAIN:
            self.report(f"chain of more than {MAX_CHAIN} links", self.span_here(), help="split it with local variables")
            raise TooDeep

    # Look-ahead over types ------------------------------------------------------------------------------------

    def type_end(self, index: int, level: int = 0) -> int:
        """Return the index after the type that starts at `index`, or `NOT_A_TYPE`. Builds no nodes."""
        known = self._type_ends.get(index)
        if known is None:
            known = self._find_type_end(index, level)
            self._type_ends[index] = known
        return known

    def _find_type_end(self, index: int, level: int) -> int:
        kinds = self.kinds
        if level > MAX_DEPTH:
            return NOT_A_TYPE
        if kinds[index] == "(":
            index = self._type_list_end(index + 1, ")", level)
            if index == NOT_A_TYPE or kinds[index] != "=>":
                return NOT_A_TYPE
            return self.type_end(index + 1, level + 1)
        if kinds[index] != IDENTIFIER:
            return NOT_A_TYPE
        if kinds[index + 1] == IDENTIFIER and self.token_text(index) == "ref":
            after = self.type_end(index + 1, level + 1)
            if after != NOT_A_TYPE and kinds[after] != "=":
                return after
        while True:
            index += 1
            if kinds[index] == "<":
                index = self.type_arguments_end(index, level)
                if index == NOT_A_TYPE:
                    return NOT_A_TYPE
            if kinds[index] != "." or kinds[index + 1] != IDENTIFIER:
                break
            index += 1
        while True:
            kind = kinds[index]
            if kind == "[" and kinds[index + 1] == "]":
                index += 2
            elif kind == "(":
                index = self._type_list_end(index + 1, ")", level)
                if index == NOT_A_TYPE:
                    return NOT_A_TYPE
            else:
                return index

    def type_arguments_end(self, index: int, level: int = 0) -> int:
        """Return the index after `<A, B>` that starts at `index`, or `NOT_A_TYPE`."""
        kinds = self.kinds
        known = self._type_ends.get(index)
        if known is not None:
            return known
        here = index
        result = NOT_A_TYPE
        while True:
            index = self.type_end(index + 1, level + 1)
            if index == NOT_A_TYPE or kinds[index] != ",":
                break
        if index != NOT_A_TYPE and kinds[index] == ">":
            result = index + 1
        self._type_ends[here] = result
        return result

    def _type_list_end(self, index: int, close: str, level: int) -> int:
        kinds = self.kinds
        while kinds[index] != close:
            index = self.type_end(index, level + 1)
            if index == NOT_A_TYPE:
                return NOT_A_TYPE
            if kinds[index] == ",":
                index += 1
            elif kinds[index] != close:
                return NOT_A_TYPE
        return index + 1

    # Recovery -------------------------------------------------------------------------------------------------

    def skip_one(self) -> None:
        """Skip a token, or brackets with their content."""
        partner = self.partners[self.pos]
        if partner > self.pos:
            self.pos = partner + 1
        elif self.pos < self.end:
            self.pos += 1

    def skip_statement(self, start: int) -> None:
        """Skip the rest of a statement that began at token `start`."""
        kinds = self.kinds
        self._leave_brackets(start)
        while self.pos < self.end:
            kind = kinds[self.pos]
            if kind == ";":
                self.pos += 1
                return
            if kind == "}" or kind == HOLE_CLOSE:
                return
            if self.pos > start and self.starts_line(self.pos):
                if kind in _STATEMENT_WORDS or (kind in ITEM_WORDS and kind != "type"):
                    return
                if kinds[self.pos - 1] == "}" and self.ends[self.pos - 1] > self.starts[start]:
                    return
            self.skip_one()

    def _leave_brackets(self, start: int) -> None:
        # An error inside brackets that opened after `start` ends after the outermost of them.
        index = start
        while index < self.pos:
            partner = self.partners[index]
            if partner >= self.pos:
                self.pos = partner + 1
                return
            index = partner + 1 if partner > index else index + 1

    def skip_member(self, start: int) -> None:
        """Skip the rest of a member, variant or arm: past the next `,`, `;` or `{ … }`, or up to a `}`."""
        self._leave_brackets(start)
        if self.pos > start and self.kinds[self.pos - 1] == "}":
            self.take(",")
            return
        while self.pos < self.end:
            kind = self.kinds[self.pos]
            if kind == "}":
                return
            closes = kind == "," or kind == ";" or kind == "{"
            self.skip_one()
            if closes:
                if kind == "{":
                    self.take(",")
                return

    def skip_item(self, start: int) -> None:
        """Skip the rest of an item that began at token `start`, up to the next item."""
        while self.pos < self.end:
            kind = self.kinds[self.pos]
            if self.pos > start and kind not in CLOSERS:
                first = self.starts_line(self.pos)
                if first and kind in ITEM_WORDS:
                    return
                if first and self.column(self.pos) == self.column(start) and self._starts_item(kind):
                    return
                if self.kinds[self.pos - 1] in (";", "}") and self._starts_item(kind):
                    return
            if kind == "}" and self.partners[self.pos] != -1 and self.partners[self.pos] < start:
                return
            self.skip_one()

    def _starts_item(self, kind: str) -> bool:
        if kind in ITEM_WORDS or kind == "[":
            return True
        if kind != IDENTIFIER and kind != "(":
            return False
        after = self.type_end(self.pos)
        if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER:
            return self.kinds[after + 1] in ("(", "<", "{")
        partner = self.partners[self.pos + 1]
        return self.kinds[self.pos + 1] == "(" and partner != -1 and self.kinds[partner + 1] == "{"
