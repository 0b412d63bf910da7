"""Habits of other languages, and reserved constructs, in statements."""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import NOT_A_TYPE
from beskid.syntax.parser.expressions import ExpressionParser
from beskid.syntax.parser.habits.expressions import NO_COMPOSITION, OPERAND_STARTS
from beskid.syntax.tokens import END, IDENTIFIER

FUNCTION_WORDS: Final = frozenset({"func", "fn", "function", "def", "fun", "proc", "sub"})

# Word, tokens that may follow it, message, help. No call or declaration of Beskid starts with these tokens.
_LEADING_WORDS: Final = {
    "throw": ((IDENTIFIER,), "exceptions are not supported", "return a `Result`, or end with `Panic(message)`"),
    "raise": ((IDENTIFIER,), "exceptions are not supported", "return a `Result`, or end with `Panic(message)`"),
    "try": (("{",), "exceptions are not supported", "return a `Result`; `?` returns its error to the caller"),
    "catch": (("{",), "exceptions are not supported", "`match` on the `Result`"),
    "finally": (("{",), "exceptions are not supported", "write the statements after the call"),
    "do": (("{",), "`do` loops are not supported", "`while true { …; if done { break; } }`"),
    "loop": (("{",), "`loop` is not supported", "`while true { … }`"),
    "unsafe": (("{",), "`unsafe` is not supported", "remove it"),
    "delete": ((IDENTIFIER,), "manual memory management is not supported", "remove it: memory is garbage-collected"),
    "del": ((IDENTIFIER,), "manual memory management is not supported", "remove it: memory is garbage-collected"),
    "goto": ((IDENTIFIER,), "`goto` is not supported", "use loops, `break` and functions"),
    "yield": (
        (IDENTIFIER,),
        "generators are not supported",
        "a `for` loop iterates over any type with a `Next()` method",
    ),
    "defer": ((IDENTIFIER,), "`defer` is not supported", "write the call where it should run"),
    "assert": ((IDENTIFIER,), "`assert` is not a statement", "`Assert.True(condition, message);`"),
    "print": ((IDENTIFIER,), "arguments are written in parentheses", "`PrintLine(…);`"),
    "echo": ((IDENTIFIER,), "arguments are written in parentheses", "`PrintLine(…);`"),
    "import": ((IDENTIFIER,), "imports belong at the top of the file", "`use Core.String;`"),
    "elif": ((IDENTIFIER, "("), "`elif` without a matching `if`", "`if a { … } else if b { … }`"),
    "unless": ((IDENTIFIER,), "`unless` is not supported", "`if !condition { … }`"),
    "until": ((IDENTIFIER,), "`until` is not supported", "`while !condition { … }`"),
}
_HEADS: Final = {
    "switch": ("`switch` is not supported", "`match value { pattern => expression, _ => … };`"),
    "foreach": ("`foreach` is not supported", "`for x in values { … }`"),
}
_LOCAL_MODIFIERS: Final = frozenset({"const", "final", "static", "readonly", "var", "val", "auto", "local", "fixed"})
_ELSE_IF_WORDS: Final = frozenset({"elif", "elsif", "elseif"})


class StatementHabits(ExpressionParser):
    """Reports habits in statements."""

    def habit_statement(self) -> None:
        """Called at a name before a name, `(`, `{` or `:`."""
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        if following == ":":
            self._habit_colon(word)
            return
        if self.kinds[pos + 2] == "=" and following == IDENTIFIER:
            return
        self._reserved_statement(word, following)
        if word in _LOCAL_MODIFIERS and following == IDENTIFIER:
            self._local_modifier(word)
        if following == IDENTIFIER and word in FUNCTION_WORDS and self.kinds[pos + 2] in ("(", "<"):
            self.habit(
                f"functions are declared without `{word}`, and not inside functions",
                self.span_here(),
                "a local function is a lambda: `let name = (i64 x) => x + 1;`",
            )
        if self._has_body_after_head(pos):
            self._habit_head(word)
        known = _LEADING_WORDS.get(word)
        if known is not None and following in known[0] and following != "(":
            self.habit(known[1], self.span_here(), known[2])
        if following == "(" and word == "elif" and self._has_body_after_head(pos):
            self.habit(_LEADING_WORDS["elif"][1], self.span_here(), _LEADING_WORDS["elif"][2])

    def _local_modifier(self, word: str) -> None:
        after = self.type_end(self.pos + 1)
        if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER and self.kinds[after + 1] in ("=", ";"):
            self.habit(
                f"`{word}` is not allowed on a local",
                self.span_here(),
                self._local_without(word, after),
            )

    def _local_without(self, word: str, name: int) -> str:
        """Return the declaration whose modifier is the current token and whose name is at `name`."""
        type = self.text[self.starts[self.pos + 1] : self.ends[name - 1]]
        local = self.token_text(name)
        return f"`{type} {local} = …;` is immutable, `{type} mut {local} = …;` is mutable"

    def _has_body_after_head(self, pos: int) -> bool:
        if self.kinds[pos + 1] == IDENTIFIER:
            return self.kinds[pos + 2] == "{"
        partner = self.partners[pos + 1]
        return self.kinds[pos + 1] == "(" and partner != -1 and self.kinds[partner + 1] == "{"

    def _habit_head(self, word: str) -> None:
        if word in _HEADS:
            self.habit(_HEADS[word][0], self.span_here(), _HEADS[word][1])
        if word == "with":
            self.reserved("composition (`with`)", self.span_here(), NO_COMPOSITION)

    def _reserved_statement(self, word: str, following: str) -> None:
        if word in ("await", "spawn", "async") and following == IDENTIFIER:
            self.habit_name()
        if word == "launch" and following == IDENTIFIER and self.kinds[self.pos + 2] == "(":
            self.reserved("composition (`launch`)", self.span_here(), NO_COMPOSITION)
        if word == "with" and following == IDENTIFIER and self.kinds[self.pos + 2] == "(":
            partner = self.partners[self.pos + 2]
            if partner != -1 and self.kinds[partner + 1] == "{":
                self.reserved("composition (`with`)", self.span_here(), NO_COMPOSITION)

    def _habit_colon(self, word: str) -> None:
        pos = self.pos
        if self.kinds[pos + 2] == "=":
            self.habit("`:=` is not supported", self.span_over(pos + 1, pos + 2), f"`let {word} = …;`")
        if self.kinds[pos + 2] == IDENTIFIER and self.kinds[pos + 3] in ("=", ";"):
            written = f"{self.token_text(pos + 2)} {word}"
            self.habit("the type comes before the name", self.span_over(pos, pos + 1), f"`{written} = …;`")
        if self.kinds[pos + 2] in ("for", "while"):
            self.habit(
                "loop labels are not supported", self.span_over(pos, pos + 1), "leave the outer loop with `return`"
            )

    def habit_else_if(self) -> bool:
        """Report another spelling of `else if` after a branch; the caller continues as if it were `else if`."""
        word = self.word()
        if word not in _ELSE_IF_WORDS or self.kinds[self.pos + 1] in ("=", ".", ";", "::"):
            return False
        self.report(
            f"use `else if` instead of `{word}`", self.span_here(), help="`else if condition { … }`", code=E1109
        )
        return True

    def habit_for(self) -> None:
        """Called at the `(` after `for`."""
        opener = self.pos
        close = self.partners[opener]
        semicolon = False
        index = opener + 1
        while close != -1 and index < close and not semicolon:
            semicolon = self.kinds[index] == ";"
            index += 1
        span = self.span_over(opener, close if close != -1 else opener)
        if semicolon:
            self.habit("C-style `for` loops are not supported", span, f"{self._counting(opener)}, or a `while` loop")
        help = "`for x in values { … }`"
        inside = [index for index in range(opener + 1, close) if self.kinds[index] != ","]
        if close != -1 and self.kinds[close + 1] == "in" and all(self.kinds[index] == IDENTIFIER for index in inside):
            names = ", ".join([self.token_text(index) for index in inside])
            values = self.text[self.starts[close + 2] : self.ends[self._head_end(close + 2)]]
            help = f"`for {names} in {values if len(values) <= 40 else 'values'} {{ … }}`"
        self.habit("`for` is written without parentheses", span, help)

    def habit_of(self) -> None:
        """Called at the name of `for x of values`."""
        pos = self.pos
        values = self.text[self.starts[pos + 2] : self.ends[self._head_end(pos + 2)]]
        help = f"`for {self.token_text(pos)} in {values if len(values) <= 40 else 'values'} {{ … }}`"
        self.habit("use `in` instead of `of`", self.tokens.span(pos + 1), help)

    def _counting(self, opener: int) -> str:
        """Return the loop for `(int i = a; i < b; …` after the opener, where the tokens have this form."""
        equals = opener + 3 if self.kinds[opener + 2] == IDENTIFIER else opener + 2
        name = self.token_text(equals - 1)
        if self.kinds[equals] == "=" and self.kinds[equals + 2] == ";" and self.kinds[equals + 6] == ";":
            low, high = self.token_text(equals + 1), self.token_text(equals + 5)
            if self.token_text(equals + 3) == name and self.kinds[equals + 4] == "<":
                return f"`for {name} in range({low}, {high}) {{ … }}`"
        return "`for i in range(0, 10) { … }`"

    def _head_end(self, pos: int) -> int:
        """Return the position of the last token before the `{` of a body."""
        while self.kinds[pos + 1] not in ("{", ";", "}", END):
            partner = self.partners[pos + 1]
            pos = partner if partner > pos else pos + 1
        return pos

    def habit_after_expression(self, expression: tree.Expression) -> None:
        """Called after an expression that neither `;` nor an operator follows."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == IDENTIFIER and self.kinds[pos + 1] == "[" and not self.starts_line(pos):
            self.habit(
                "array brackets belong to the type",
                self.tokens.span(pos + 1),
                f"`{self.text[expression.span.start : expression.span.end]}[] {self.token_text(pos)} = [1, 2, 3];`",
            )
        if kind == ":" and self.kinds[pos + 1] != "=":
            self.habit(
                "struct literals start with the name of the type",
                self.span_here(),
                "`Name { x: 1 }`; create a map with `Map.New<string, i64>()`",
            )
        if kind == ":" and self.kinds[pos + 1] == "=":
            self.habit("`:=` is not supported", self.span_over(pos, pos + 1), "`let x = …;` declares, `x = …;` assigns")
        if isinstance(expression, tree.IndexExpression) and kind == IDENTIFIER and not self.starts_line(pos):
            self.habit(
                "array types have no length",
                Span(expression.object.span.end, expression.span.end),
                "`i64[] values = [1, 2, 3];`",
            )
        if isinstance(expression, tree.NameExpression) and kind in OPERAND_STARTS and not self.starts_line(pos):
            name = expression.name.text
            if name in ("print", "echo", "puts", "println"):
                self.habit("arguments are written in parentheses", self.span_here(), "`PrintLine(…);`")
            if name in _HEADS:
                self.habit(_HEADS[name][0], expression.span, _HEADS[name][1])
            if name in _LEADING_WORDS:
                _, message, help = _LEADING_WORDS[name]
                self.habit(message, expression.span, help)
