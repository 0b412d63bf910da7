"""Shapes of other languages, and shapes reserved for later, where a statement should be."""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import NOT_A_TYPE
from beskid.syntax.parser.expressions import ExpressionParser
from beskid.syntax.parser.habits.expressions import NO_COMPOSITION, OPERAND_STARTS
from beskid.syntax.tokens import IDENTIFIER

FUNCTION_WORDS: Final = frozenset({"func", "fn", "function", "def", "fun", "proc", "sub"})

# Word, what may follow it, message, help. Only words that no call or declaration of ours reads the same way.
_LEADING_WORDS: Final = {
    "throw": ((IDENTIFIER,), "there are no exceptions", "return a `Result`, or call `panic`"),
    "raise": ((IDENTIFIER,), "there are no exceptions", "return a `Result`, or call `panic`"),
    "try": (("{",), "there are no exceptions", "functions return a `Result`; `?` passes its error on"),
    "catch": (("{",), "there are no exceptions", "`match` on the `Result`"),
    "finally": (("{",), "there are no exceptions", "write the statements behind the call"),
    "do": (("{",), "there is no `do` loop", "`while true { …; if done { break; } }`"),
    "loop": (("{",), "an endless loop is written `while true`", "`while true { … }`"),
    "unsafe": (("{",), "there is no `unsafe`", "leave it out"),
    "delete": ((IDENTIFIER,), "nothing is freed by hand", "memory is collected; leave it out"),
    "del": ((IDENTIFIER,), "nothing is freed by hand", "memory is collected; leave it out"),
    "goto": ((IDENTIFIER,), "there is no `goto`", "use loops, `break` and functions"),
    "yield": ((IDENTIFIER,), "there are no generators", "a type with a method `Next()` can be looped over"),
    "defer": ((IDENTIFIER,), "there is no `defer`", "write the call where it should happen"),
    "assert": ((IDENTIFIER,), "there is no `assert` statement", "`Assert.True(condition, message);`"),
    "print": ((IDENTIFIER,), "arguments stand in parentheses", "`PrintLine(…);`"),
    "echo": ((IDENTIFIER,), "arguments stand in parentheses", "`PrintLine(…);`"),
    "import": ((IDENTIFIER,), "imports stand at the beginning of the file", "`use Core.String;`"),
    "elif": ((IDENTIFIER, "("), "this `elif` belongs to no `if`", "`if a { … } else if b { … }`"),
    "unless": ((IDENTIFIER,), "there is no `unless`", "`if !condition { … }`"),
    "until": ((IDENTIFIER,), "there is no `until`", "`while !condition { … }`"),
}
_HEADS: Final = {
    "switch": ("there is no `switch`", "`match value { pattern => expression, _ => … };`"),
    "foreach": ("there is no `foreach`", "`for x in values { … }`"),
}
_LOCAL_MODIFIERS: Final = frozenset({"const", "final", "static", "readonly", "var", "val", "auto", "local", "fixed"})
_ELSE_IF_WORDS: Final = frozenset({"elif", "elsif", "elseif"})


class ForeignStatements(ExpressionParser):
    """Reports statements that newcomers bring along."""

    def foreign_statement(self) -> None:
        """At a name that a name, `(`, `{` or `:` follows."""
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        if following == ":":
            self._foreign_colon(word)
            return
        if self.kinds[pos + 2] == "=" and following == IDENTIFIER:
            return
        self._reserved_statement(word, following)
        if word in _LOCAL_MODIFIERS and following == IDENTIFIER:
            self._local_modifier(word)
        if following == IDENTIFIER and word in FUNCTION_WORDS and self.kinds[pos + 2] in ("(", "<"):
            self.foreign(
                f"functions are declared without `{word}`, and not inside functions",
                self.span_here(),
                "a local function is a lambda: `let name = (i64 x) => x + 1;`",
            )
        if self._has_body_after_head(pos):
            self._foreign_head(word)
        known = _LEADING_WORDS.get(word)
        if known is not None and following in known[0] and following != "(":
            self.foreign(known[1], self.span_here(), known[2])
        if following == "(" and word == "elif" and self._has_body_after_head(pos):
            self.foreign(_LEADING_WORDS["elif"][1], self.span_here(), _LEADING_WORDS["elif"][2])

    def _local_modifier(self, word: str) -> None:
        after = self.type_end(self.pos + 1)
        if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER and self.kinds[after + 1] in ("=", ";"):
            self.foreign(
                f"a local has no `{word}`", self.span_here(), "`T x = …;` never changes, `T mut x = …;` may change"
            )

    def _has_body_after_head(self, pos: int) -> bool:
        if self.kinds[pos + 1] == IDENTIFIER:
            return self.kinds[pos + 2] == "{"
        partner = self.partners[pos + 1]
        return self.kinds[pos + 1] == "(" and partner != -1 and self.kinds[partner + 1] == "{"

    def _foreign_head(self, word: str) -> None:
        if word in _HEADS:
            self.foreign(_HEADS[word][0], self.span_here(), _HEADS[word][1])
        if word == "with":
            self.reserved("composition (`with`)", self.span_here(), NO_COMPOSITION)

    def _reserved_statement(self, word: str, following: str) -> None:
        if word in ("await", "spawn", "async") and following == IDENTIFIER:
            self.foreign_name()
        if word == "launch" and following == IDENTIFIER and self.kinds[self.pos + 2] == "(":
            self.reserved("composition (`launch`)", self.span_here(), NO_COMPOSITION)
        if word == "with" and following == IDENTIFIER and self.kinds[self.pos + 2] == "(":
            partner = self.partners[self.pos + 2]
            if partner != -1 and self.kinds[partner + 1] == "{":
                self.reserved("composition (`with`)", self.span_here(), NO_COMPOSITION)

    def _foreign_colon(self, word: str) -> None:
        pos = self.pos
        if self.kinds[pos + 2] == "=":
            self.foreign("there is no `:=`", self.span_over(pos + 1, pos + 2), f"`let {word} = …;`")
        if self.kinds[pos + 2] == IDENTIFIER and self.kinds[pos + 3] in ("=", ";"):
            written = f"{self.token_text(pos + 2)} {word}"
            self.foreign("the type stands before the name", self.span_over(pos, pos + 1), f"`{written} = …;`")
        if self.kinds[pos + 2] in ("for", "while"):
            self.foreign("loops have no labels", self.span_over(pos, pos + 1), "leave the outer loop with `return`")

    def foreign_else_if(self) -> bool:
        """Behind a branch: other spellings of `else if`. Reported, then read as ours."""
        word = self.word()
        if word not in _ELSE_IF_WORDS or self.kinds[self.pos + 1] in ("=", ".", ";", "::"):
            return False
        self.report(f"`{word}` is written `else if`", self.span_here(), help="`else if condition { … }`", code=E1109)
        return True

    def foreign_for(self) -> None:
        """At the `(` behind `for`."""
        opener = self.pos
        close = self.partners[opener]
        semicolon = False
        index = opener + 1
        while close != -1 and index < close and not semicolon:
            semicolon = self.kinds[index] == ";"
            index += 1
        span = self.span_over(opener, close if close != -1 else opener)
        if semicolon:
            self.foreign("there is no counting `for`", span, "`for i in range(0, 10) { … }`, or a `while` loop")
        self.foreign("the head of a `for` has no parentheses", span, "`for x in values { … }`")

    def foreign_after_expression(self, expression: tree.Expression) -> None:
        """Behind an expression that neither `;` nor an operator follows."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == IDENTIFIER and self.kinds[pos + 1] == "[" and not self.starts_line(pos):
            self.foreign(
                "the brackets of an array belong to its type",
                self.tokens.span(pos + 1),
                f"`{self.text[expression.span.start : expression.span.end]}[] {self.token_text(pos)} = [1, 2, 3];`",
            )
        if kind == ":" and self.kinds[pos + 1] != "=":
            self.foreign(
                "literals of types have the type's name in front",
                self.span_here(),
                "`Name { x: 1 }`; a map is made with `Map.New<string, i64>()`",
            )
        if kind == ":" and self.kinds[pos + 1] == "=":
            self.foreign("there is no `:=`", self.span_over(pos, pos + 1), "`let x = …;` declares, `x = …;` assigns")
        if isinstance(expression, tree.IndexExpression) and kind == IDENTIFIER and not self.starts_line(pos):
            self.foreign(
                "the type of an array carries no length",
                Span(expression.object.span.end, expression.span.end),
                "`i64[] values = [1, 2, 3];`",
            )
        if isinstance(expression, tree.NameExpression) and kind in OPERAND_STARTS and not self.starts_line(pos):
            name = expression.name.text
            if name in ("print", "echo", "puts", "println"):
                self.foreign("arguments stand in parentheses", self.span_here(), "`PrintLine(…);`")
            if name in _HEADS:
                self.foreign(_HEADS[name][0], expression.span, _HEADS[name][1])
            if name in _LEADING_WORDS:
                _, message, help = _LEADING_WORDS[name]
                self.foreign(message, expression.span, help)
