"""Habits of other languages, and reserved constructs, in expressions.

A method looks at tokens that no construct of Beskid has at this position. It reports E1109 with the Beskid equivalent,
or E1110, and abandons the statement; otherwise it does nothing.
"""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109, E1110
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.operators import HABITS, compounds
from beskid.syntax.parser.core import NO_NULLABLE_TYPES
from beskid.syntax.parser.patterns import PatternParser
from beskid.syntax.tokens import CHAR, END, HOLE_CLOSE, HOLE_OPEN, IDENTIFIER, NUMBER, STRING, STRING_START

_RESERVED_PREFIXES: Final = {
    "spawn": "starting fibers with `spawn`",
    "await": "`await`",
    "async": "`async`",
}
_PRIMITIVES: Final = frozenset(
    {"bool", "char", "string", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"}
)
_CONTAINERS: Final = {
    "List": ("List", "T"), "ArrayList": ("List", "T"), "Vec": ("List", "T"), "Vector": ("List", "T"),
    "Map": ("Map", "K, V"), "HashMap": ("Map", "K, V"), "Dictionary": ("Map", "K, V"), "TreeMap": ("Map", "K, V"),
    "Set": ("Set", "T"), "HashSet": ("Set", "T"), "Queue": ("Queue", "T"), "Stack": ("Stack", "T"),
}  # fmt: skip
"""Containers of this and other languages: the module here, and its type parameters."""

NO_FIBERS: Final = "call the function directly; programs are single-threaded"
NO_MACROS: Final = "write a function and call it without `!`"
NO_COMPOSITION: Final = "pass dependencies as fields and arguments"
OPERAND_STARTS: Final = frozenset({IDENTIFIER, NUMBER, STRING, STRING_START, CHAR, "true", "false"})


_BEFORE_OPERAND: Final = frozenset({"=", "(", ",", ";", "{", "}", "[", "return", "=>", HOLE_OPEN, *compounds()})
_BOUNDS: Final = frozenset({IDENTIFIER, NUMBER})


class ExpressionHabits(PatternParser):
    """Reports habits in expressions."""

    def habit(self, message: str, span: Span, help: str, label: str = "") -> None:
        """Report E1109 and abandon the construct."""
        self.fail(message, span, label, help, E1109)

    def habit_spelling(self, spelling: str, pos: int) -> None:
        """Report an operator that Beskid does not have, whose first token is at `pos`."""
        habit = HABITS[spelling]
        last = pos + (0 if spelling.isalpha() else len(spelling) - 1)
        self.habit(habit.message, self.span_over(pos, last), habit.help)

    def reserved(self, what: str, span: Span, help: str) -> None:
        """Report E1110 and abandon the construct."""
        self.fail(f"{what} is reserved for a later edition", span, "not available yet", help, E1110)

    def span_over(self, first: int, last: int) -> Span:
        """Return the span from one token to another."""
        return Span(self.starts[first], self.ends[last])

    def habit_name(self) -> None:
        """Called at a name before a name, a string or `!`."""
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        if following == "!":
            if self.kinds[pos + 2] == "(" and self.adjacent(pos + 1) and self.adjacent(pos + 2):
                if word in ("println", "print", "eprintln"):
                    span = self.span_over(pos, pos + 1)
                    text = self._inside(pos + 2) or "text"
                    name = "Print" if word == "print" else "PrintLine"
                    help = f"`{name}({text if len(text) <= 40 else 'text'})`; values are shown with `${{value}}`"
                    self.habit("calls are written without `!`", span, help)
                self.reserved("calling a macro", self.span_over(pos, pos + 1), NO_MACROS)
            if self.kinds[pos + 2] == "[" and self.adjacent(pos + 1):
                self.habit("array literals are written with brackets only", self.span_over(pos, pos + 1), "`[1, 2, 3]`")
            return
        if following in (STRING, STRING_START):
            if word == "code":
                self.reserved("a `code` literal", self.span_here(), "put the text in a string")
            if len(word) <= 2 and self.adjacent(pos + 1):
                self.habit("string literals have no prefix", self.span_here(), 'interpolation is always on: `"${x}"`')
            return
        if self.token_text(pos + 1) in ("as", "when"):
            return
        if word == "lambda":
            self.habit("lambdas are written with `=>`", self.span_here(), "`x => expression`")
        if word in _RESERVED_PREFIXES:
            self.reserved(_RESERVED_PREFIXES[word], self.span_here(), NO_FIBERS)
        if word == "new":
            self.habit("`new` is not supported", self.span_here(), self._creation(pos + 1))
        if word == "not":
            self.habit_spelling("not", pos)

    def _creation(self, pos: int) -> str:
        """Return how the value is made that `new` and the tokens from `pos` on stand for."""
        name = self.token_text(pos)
        after = self.kinds[pos + 1]
        if after == "[":
            count = self._inside(pos + 1) or "count"
            return f"`Array.Filled({count}, value)` makes an array, after `use Collections.Array;`"
        known = _CONTAINERS.get(name)
        if known is not None:
            arguments = self._inside(pos + 1) if after == "<" else ""
            module = known[0]
            return f"`{module}.New<{arguments or known[1]}>()` makes a `{module}`, after `use Collections.{module};`"
        if name in _PRIMITIVES:
            return f"write the value: `{name} x = …;`"
        return f"`{name} {{ field: value }}` creates a `{name}`"

    def _inside(self, opener: int) -> str:
        """Return the text between a bracket and its partner; angle brackets have no partner but their own end."""
        closer = self.partners[opener]
        if self.kinds[opener] == "<":
            closer = next((i for i in range(opener, min(opener + 12, len(self.kinds))) if self.kinds[i] == ">"), -1)
        return self.text[self.ends[opener] : self.starts[closer]] if closer > opener else ""

    def habit_operator(self, left: tree.Expression) -> None:
        """Called at a name after an operand."""
        word = self.token_text(self.pos)
        known = HABITS.get(word)
        if known is not None and self.kinds[self.pos + 1] in OPERAND_STARTS | {"(", "!"}:
            self.habit(known.message, self.span_here(), known.help)

    def habit_increment(self, left: tree.Expression) -> None:
        """Called at the first of two equal signs after an operand: `x++` and `x--`."""
        pos = self.pos
        sign = self.kinds[pos]
        if not self.adjacent(pos + 1) or self.kinds[pos + 2] in OPERAND_STARTS | {"(", "-", "!", "~", "["}:
            return
        place = self.text[left.span.start : left.span.end]
        written = f"{place} {sign}= 1" if len(place) <= 40 else f"x {sign}= 1"
        self.habit(HABITS[sign + sign].message, self.span_over(pos, pos + 1), f"`{written};`")

    def habit_range(self) -> None:
        """Called at the second dot of `a..b`."""
        if self._is_index():
            self._habit_slice(self.span_over(self.pos - 1, self.pos), self._slice(self.pos - 2, self.pos + 1))
        first, last = self.pos - 2, self.pos + 1
        if first and self.kinds[first - 1] == "in" and self.kinds[last + 1] == "{" and self.kinds[first] in _BOUNDS:
            span = self.span_over(self.pos - 1, self.pos)
            name, low, high = self.token_text(first - 2), self.token_text(first), self.token_text(last)
            help = f"`for {name} in range({low}, {high}) {{ … }}`"
            self.habit(HABITS[".."].message, span, help)
        self.habit_spelling("..", self.pos - 1)

    def _is_index(self) -> bool:
        """Return whether the innermost open bracket is that of an index."""
        index = self.pos
        while index > 0:
            index -= 1
            partner = self.partners[index]
            if self.kinds[index] in ("[", "(", "{") and (partner == -1 or partner > self.pos):
                before = self.kinds[index - 1] if index else ""
                return self.kinds[index] == "[" and before in (IDENTIFIER, ")", "]", STRING)
        return False

    def _slice(self, first: int, last: int) -> str:
        """Return the call for `name[a..b]`, whose bounds are the tokens at `first` and `last`, where they are short."""
        kinds = self.kinds
        if kinds[first] not in _BOUNDS or kinds[first - 1] != "[" or kinds[first - 2] != IDENTIFIER:
            return ""
        name, low = self.token_text(first - 2), self.token_text(first)
        if kinds[last] == "]":
            return f"`{name}.SliceFrom({low})`"
        is_short = kinds[last] in _BOUNDS and kinds[last + 1] == "]"
        return f"`{name}.Slice({low}, {self.token_text(last)})`" if is_short else ""

    def _habit_slice(self, span: Span, written: str = "") -> None:
        help = written or "`value.Slice(start, end)`, or `text.SliceFrom(start)`"
        self.habit("slices are not written with brackets", span, help)

    def habit_index(self) -> None:
        """Called after an index, where `]` is expected."""
        if self.kinds[self.pos] == ":":
            self._habit_slice(self.span_here())

    def habit_element(self) -> None:
        """Called after an element of an array literal, where `,` or `]` is expected."""
        if self.kinds[self.pos] == ";" and not self.starts_line(self.pos + 1):
            help = "`Array.Filled(count, value)`, after `use Collections.Array;`"
            self.habit("array literals list their elements", self.span_here(), help)

    def habit_arm(self) -> None:
        """Called after the pattern of an arm, where `=>` is expected."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == "-" and self.kinds[pos + 1] == ">":
            self.habit("match arms are written with `=>`", self.span_over(pos, pos + 1), "`pattern => expression,`")
        if kind == ":":
            self.habit("match arms are written with `=>`", self.span_here(), "`pattern => expression,`")
        if kind == ",":
            self.habit("patterns are joined by `|`", self.span_here(), "`1 | 2 => …`")

    def habit_lambda(self) -> None:
        """Called at the `(` of `(T x) -> e`."""
        close = self.partners[self.pos]
        if close != -1 and self.kinds[close + 1] == "-" and self.kinds[close + 2] == ">" and self.adjacent(close + 2):
            span = self.span_over(close + 1, close + 2)
            self.habit("lambdas are written with `=>`", span, "`(i64 x) => x + 1`")

    def habit_conditional(self) -> None:
        """Called after a `?`, where an operand is the middle of `c ? a : b` or a name declared with a type `T?`."""
        kind = self.kinds[self.pos]
        if self.starts_line(self.pos):
            return
        if kind in OPERAND_STARTS | {"("} and self.kinds[self.pos - 2] == "?" and self.adjacent(self.pos - 1):
            self.habit_spelling("??", self.pos - 2)
        if kind == IDENTIFIER and self.kinds[self.pos + 1] in ("=", ";") and self.adjacent(self.pos - 1):
            help = self.nullable_help(self.pos - 1)
            self.habit(NO_NULLABLE_TYPES, self.tokens.span(self.pos - 1), help)
        if self.word() in ("as", "when", "and", "or") or not self._is_conditional(kind):
            return
        self.habit(
            "the conditional operator `?:` is not supported",
            self.tokens.span(self.pos - 1),
            f"`{self._conditional()}`; a `?` after a `Result` returns its error",
        )

    def _conditional(self) -> str:
        """Return the `if` for `c ? a : b` around the current token, with the operands if they are short."""
        first = self.pos - 1
        while first and self.kinds[first - 1] not in _BEFORE_OPERAND:
            partner = self.partners[first - 1]
            first = partner if 0 <= partner < first - 1 else first - 1
        colon = self._until(self.pos, (":", ";", "}", ")", "]", ",", END, HOLE_CLOSE))
        end = self._until(colon + 1, (";", "}", ")", "]", ",", END, HOLE_CLOSE)) if self.kinds[colon] == ":" else colon
        parts = [(first, self.pos - 1), (self.pos, colon), (colon + 1, end)]
        if any(last <= start for start, last in parts):
            return "if condition { a } else { b }"
        texts = [self.text[self.starts[start] : self.ends[last - 1]] for start, last in parts]
        if any("\n" in text or len(text) > 40 for text in texts):
            return "if condition { a } else { b }"
        return f"if {texts[0]} {{ {texts[1]} }} else {{ {texts[2]} }}"

    def _until(self, index: int, kinds: tuple[str, ...]) -> int:
        """Return the first token of one of these kinds outside of brackets."""
        while self.kinds[index] not in kinds:
            partner = self.partners[index]
            index = partner + 1 if partner > index else index + 1
        return index

    def _is_conditional(self, kind: str) -> bool:
        """Return whether the tokens after a `?` are the middle of a conditional operator."""
        if kind in OPERAND_STARTS:
            return True
        if kind not in ("-", "(", "[", "!", "~"):
            return False
        return self.kinds[self._until(self.pos, (":", ";", "}", ")", "]", ",", END, HOLE_CLOSE))] == ":"

    def habit_cast(self, inner: tree.Expression) -> None:
        """Called after the `)` of a parenthesised expression: `(i64) x`."""
        if not isinstance(inner, tree.NameExpression) or self.kinds[self.pos] not in OPERAND_STARTS:
            return
        if inner.name.text in _PRIMITIVES:
            name = inner.name.text
            self.habit(
                "conversions are written with `as`",
                Span(inner.span.start - 1, inner.span.end + 1),
                f"`{self.token_text(self.pos)} as {name}`",
            )

    def habit_primary(self) -> None:
        """Called at a token that cannot start an expression."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == "+" and self.kinds[pos + 1] == "+" and self.adjacent(pos + 1):
            self.habit_spelling("++", pos)
        if kind == "+":
            self.fail("unary `+` is not supported", help="remove it")
        if kind == ">" and pos and self.kinds[pos - 1] == "-" and self.adjacent(pos):
            if self.adjacent(pos - 1) and self.kinds[pos + 1] == IDENTIFIER and self.adjacent(pos + 1):
                member = f"`.{self.token_text(pos + 1)}`"
                self.habit("members are accessed with `.`", self.span_over(pos - 1, pos), member)
            self.habit_spelling("->", pos - 1)
        if kind == "&" or kind == "&&":
            self.habit(
                "the address-of operator is not supported",
                self.span_here(),
                "structs and arrays are already references; pass `ref x` to a `ref` parameter",
            )
        if kind == "*" and pos and self.kinds[pos - 1] == "*" and self.adjacent(pos):
            self.habit_spelling("**", pos - 1)
        if kind == "*":
            self.habit("the dereference operator is not supported", self.span_here(), "members are accessed with `.`")
        if kind == "." and self.kinds[pos + 1] == ".":
            if self._is_index():
                self._habit_slice(self.span_over(pos, pos + 1))
            self.habit_spelling("..", pos)
        if kind == ":" and pos and self.kinds[pos - 1] == "[" and self._is_index():
            self._habit_slice(self.span_here())
        if kind == "]" and pos and self.kinds[pos - 1] == "." and self._is_index():
            self._habit_slice(self.span_over(pos - 2, pos - 1))
        if kind == "||" or kind == "|":
            self.habit("lambdas are written with `=>`", self.span_here(), "`x => expression` or `() => expression`")
        if kind == "let" and pos and self.kinds[pos - 1] in ("if", "while"):
            self.habit(
                f"`{self.kinds[pos - 1]} let` is not supported",
                self.span_here(),
                "`match value { Option::Some(x) => …, _ => … };`",
            )

    def habit_case(self) -> None:
        """Called at `case` or `default`, where a pattern is expected."""
        word = self.word()
        if word == "default":
            if self.kinds[self.pos + 1] != ":":
                return
            self.habit("`default` is not used in match arms", self.span_here(), "`_ => …,` matches every other value")
        if self.kinds[self.pos + 1] in OPERAND_STARTS | {"-"}:
            self.habit("`case` is not used in match arms", self.span_here(), "`pattern => expression,`")
