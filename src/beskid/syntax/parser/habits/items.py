"""Habits of other languages, and reserved constructs, in items and members."""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import NOT_A_TYPE
from beskid.syntax.parser.habits.expressions import NO_COMPOSITION, NO_FIBERS, NO_MACROS
from beskid.syntax.parser.habits.statements import FUNCTION_WORDS
from beskid.syntax.parser.statements import StatementParser
from beskid.syntax.tokens import END, IDENTIFIER, STRING

_MODIFIERS: Final = {
    "public": "use `pub` to make an item visible outside its module",
    "private": "remove it: items are private without `pub`",
    "protected": "remove it: items are private without `pub`",
    "internal": "remove it: items are private without `pub`",
    "export": "use `pub` to make an item visible outside its module",
    "static": "remove it; a function without a receiver is declared outside of types",
    "final": "remove it",
    "abstract": "use a `contract` to declare methods without bodies",
    "virtual": "remove it: calls through a contract are dispatched dynamically",
    "override": "remove it: a method implements a contract by its name",
    "inline": "remove it",
    "readonly": "remove it: locals without `mut` are immutable",
    "extern": 'declare foreign functions in a contract: `[Extern(Abi: "C")] contract Libc { … }`',
}
_TYPE_WORDS: Final = {
    "class": ("type", "`type Name { i64 field, … }`, its methods in the same braces or in `impl Name { … }`"),
    "struct": ("type", "`type Name { i64 field, … }`"),
    "record": ("type", "`type Name { i64 field, … }`"),
    "object": ("type", "`type Name { i64 field, … }`"),
    "data": ("type", "`type Name { i64 field, … }`"),
    "interface": ("contract", "`contract Name { i64 Method(i64 x); }`"),
    "trait": ("contract", "`contract Name { i64 Method(i64 x); }`"),
    "protocol": ("contract", "`contract Name { i64 Method(i64 x); }`"),
    "union": ("enum", "`enum Name { First(i64 value), Second, }`"),
}
OWN_RECEIVER: Final = "methods do not declare their receiver"
OWN_RECEIVER_HELP: Final = "remove it: the object is `this`"
_IMPORT_WORDS: Final = frozenset({"import", "using", "include", "from", "require", "open"})
_MODULE_WORDS: Final = frozenset({"namespace", "module", "package"})


class ItemHabits(StatementParser):
    """Reports habits in items and members."""

    def habit_item_start(self) -> None:
        """Called at a token that cannot start an item."""
        kind = self.kinds[self.pos]
        if kind in ("let", "mut"):
            self.fail(
                "global variables are not supported",
                help="declare a constant, `const i64 NAME = 1;`, or pass the value as an argument",
            )
        if kind in ("if", "while", "for", "return", "match"):
            self.fail("statements are only allowed inside functions", help="a program starts in `unit main() { … }`")

    def habit_item(self) -> None:
        """Called at a name that starts an item and is not a word of Beskid."""
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        self.habit_modifier()
        self._reserved_item(word, following)
        if following == IDENTIFIER and self.kinds[pos + 2] != "(":
            known = _TYPE_WORDS.get(word)
            if known is not None:
                self.habit(f"use `{known[0]}` instead of `{word}`", self.span_here(), known[1])
            if word in _MODULE_WORDS:
                help = "remove it: a file is a module named after its path; `mod Name { … }` nests one"
                self.habit(f"use `mod` instead of `{word}`", self.span_here(), help)
        if word in _IMPORT_WORDS and following in (IDENTIFIER, STRING):
            end = pos + 1
            while self.kinds[end] == IDENTIFIER and self.kinds[end + 1] == ".":
                end += 2
            path = self.text[self.starts[pos + 1] : self.ends[end]] if self.kinds[end] == IDENTIFIER else "Core.String"
            help = f"`use {path};`" if "." in path else f"`use {path};` of a module, as in `use Core.String;`"
            self.habit(f"imports are written with `use`, not `{word}`", self.span_here(), help)
        if word in ("fixed", "var", "val", "static") and following == IDENTIFIER and self.kinds[pos + 2] in ("=", ":"):
            self.habit(
                "global variables are not supported", self.span_here(), "declare a constant: `const i64 NAME = 1;`"
            )
        if following == "!" and self.kinds[pos + 2] == "(":
            self.reserved("calling a macro", self.span_over(pos, pos + 1), NO_MACROS)
        if following in ("(", ".") and not self._looks_like_function():
            self.habit_function()
            self.fail("statements are only allowed inside functions", help="a program starts in `unit main() { … }`")

    def _looks_like_function(self) -> bool:
        after = self.type_end(self.pos)
        return after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER

    def _reserved_item(self, word: str, following: str) -> None:
        pos = self.pos
        third = self.kinds[pos + 2]
        if word in ("host", "registry", "scope") and (
            (following == IDENTIFIER and third in ("(", "{", ":")) or (word == "registry" and following == "{")
        ):
            self.reserved(f"composition (`{word}`)", self.span_here(), NO_COMPOSITION)
        if word == "macro" and following == IDENTIFIER and third in ("(", "{"):
            self.reserved("a macro", self.span_here(), NO_MACROS)
        if word == "meta" and following == IDENTIFIER and third == "{":
            self.reserved("module metadata (`meta`)", self.span_here(), "write an attribute")
        if word == "async" and following in (IDENTIFIER, "("):
            after = self.type_end(pos + 1)
            if after != NOT_A_TYPE and self.kinds[after] in (IDENTIFIER, "("):
                self.reserved("`async`", self.span_here(), NO_FIBERS)

    def habit_modifier(self) -> None:
        """Report the first of the modifiers such as `public` before a declaration and skip all of them."""
        start = self.pos
        while self._is_habit_modifier():
            if self.pos == start:
                word = self.word()
                self.report(f"`{word}` is not a modifier", self.span_here(), help=_MODIFIERS[word], code=E1109)
            self.pos += 1

    def _is_habit_modifier(self) -> bool:
        if self.word() not in _MODIFIERS:
            return False
        after = self.type_end(self.pos + 1)
        is_declared = after != NOT_A_TYPE and self.kinds[after] in (IDENTIFIER, "(", "=", ",", ";")
        single = after == self.pos + 2 and self.kinds[after] in ("(", "=", ",", ";", "}")
        return self.kinds[self.pos + 1] in ("type", "enum", "contract", "pub") or (is_declared and not single)

    def habit_function(self, owner: str = "") -> None:
        """Called at the result type of a function: `fn name(…)`; `owner` is the type that it is declared in."""
        pos = self.pos
        word = self.word()
        following = self.kinds[pos + 1]
        if word in FUNCTION_WORDS and following == IDENTIFIER and self.kinds[pos + 2] in ("(", "<"):
            name = self.token_text(pos + 1)
            self.habit(
                f"functions are declared without `{word}`",
                self.span_here(),
                f"the result type comes first: `{self._signature(name, pos + 2)} {{ … }}`",
            )
        if word in FUNCTION_WORDS and following == IDENTIFIER and self.kinds[pos + 2] in (".", "::"):
            self.habit("methods are declared in an `impl` block", self.span_here(), "`impl T { … }`")
        if word and following == "(" and not self._looks_like_function():
            partner = self.partners[pos + 1]
            if partner != -1 and self.kinds[partner + 1] in ("{", "=>", "-", ":"):
                if word == owner:
                    help = f"remove it; objects are created with `{word} {{ … }}`"
                    self.habit("constructors are not supported", self.span_here(), help)
                self.fail(
                    f"the function `{word}` has no result type",
                    self.span_here(),
                    "expected a type before the name",
                    f"write `unit {word}(…)` if it returns nothing",
                )

    def _signature(self, name: str, pos: int) -> str:
        """Return `fn name(x: T) -> R` as it is written here; the tokens after the name start at `pos`."""
        opener = pos
        while self.kinds[opener] not in ("(", "{", ";", END):
            opener += 1
        close = self.partners[opener]
        if self.kinds[opener] != "(" or close == -1:
            return f"unit {name}()"
        generics = self.text[self.starts[pos] : self.ends[opener - 1]] if opener > pos else ""
        after = close + 1
        result = "unit"
        marks = 2 if self.kinds[after] == "-" and self.kinds[after + 1] == ">" else int(self.kinds[after] == ":")
        end = self.type_end(after + marks) if marks else NOT_A_TYPE
        if end != NOT_A_TYPE:
            result = self.text[self.starts[after + marks] : self.ends[end - 1]]
        return f"{result} {name}{generics}({', '.join(self._parameters(opener, close))})"

    def _parameters(self, opener: int, close: int) -> list[str]:
        """Return the parameters between two parentheses, those of the form `name: T` as `T name`."""
        found: list[str] = []
        start = pos = opener + 1
        while pos <= close:
            if pos > start and (pos == close or self.kinds[pos] == ","):
                end = self.type_end(start + 2)
                if self.kinds[start + 1] == ":" and end == pos:
                    found.append(f"{self.text[self.starts[start + 2] : self.ends[end - 1]]} {self.token_text(start)}")
                else:
                    found.append(self.text[self.starts[start] : self.ends[pos - 1]])
                start = pos + 1
            pos = self.type_end(pos) if pos == start + 2 and self.type_end(pos) != NOT_A_TYPE else pos + 1
        return found

    def habit_result(self) -> None:
        """Called after the parameters of a function: `-> T`, `: T`."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == "-" and self.kinds[pos + 1] == ">":
            self.habit("the result type comes before the name", self.span_over(pos, pos + 1), "`i64 name(i64 x) { … }`")
        if kind == ":":
            self.habit("the result type comes before the name", self.span_here(), "`i64 name(i64 x) { … }`")
        if self.word() in ("throws", "where"):
            is_where = self.word() == "where"
            help = (
                "write the constraint with the type parameter: `<T : Comparable>`" if is_where else "return a `Result`"
            )
            self.habit(f"`{self.word()}` is not supported", self.span_here(), help)

    def habit_parameter(self) -> None:
        """Called at a parameter, field or payload: `name: T`, `&x`, `*p`, a single `void`."""
        pos = self.pos
        kind = self.kinds[pos]
        if self.word() == "void" and self.kinds[pos + 1] == ")":
            self.habit("a function without parameters is declared with `()`", self.span_here(), "`main()`")
        if kind == IDENTIFIER and self.kinds[pos + 1] == ":":
            after = self.type_end(pos + 2)
            name = self.token_text(pos)
            written = self.text[self.starts[pos + 2] : self.ends[after - 1]] if after != NOT_A_TYPE else "T"
            self.habit("the type comes before the name", self.span_over(pos, pos + 1), f"`{written} {name}`")
        if kind in ("&", "*"):
            self.habit(
                "pointer types are not supported",
                self.span_here(),
                "objects are references; use `ref T` for a reference to a variable",
            )
        if kind == "." and self.kinds[pos + 1] == ".":
            self.habit("variadic parameters are not supported", self.span_here(), "take an array: `T[] values`")

    def habit_receiver(self) -> None:
        """Called at a parameter: `self`, `&self` and `&mut self`."""
        last = self.pos
        while self.kinds[last] in ("&", "mut"):
            last += 1
        if self.token_text(last) == "self" and self.kinds[last + 1] in (",", ")"):
            self.habit(OWN_RECEIVER, self.span_over(self.pos, last), OWN_RECEIVER_HELP)

    def habit_typed_receiver(self, method: tree.FunctionItem) -> None:
        """Called after a method: `Point self` as its first parameter."""
        if method.parameters and method.parameters[0].name.text == "self":
            self.report(OWN_RECEIVER, method.parameters[0].span, help=OWN_RECEIVER_HELP, code=E1109)

    def habit_member(self, owner: str) -> None:
        """Called at a member of the type `owner`."""
        pos = self.pos
        word = self.word()
        if word == "inject" and self.kinds[pos + 1] == IDENTIFIER and self.kinds[pos + 2] in (IDENTIFIER, ".", "<"):
            self.reserved("composition (`inject`)", self.span_here(), NO_COMPOSITION)
        self.habit_parameter()
        self.habit_function(owner)

    def habit_type_header(self, name: tree.Name) -> None:
        """Called after the name of a type, where `{` is expected."""
        kind = self.kinds[self.pos]
        if kind == "=":
            self.habit("type aliases are not supported", self.span_here(), "declare a `type` or an `enum`")
        if kind == "(":
            self.habit(
                "the fields of a type are declared in braces",
                self.span_here(),
                f"`type {name.text} {{ i64 x, i64 y, }}`",
            )
        if self.word() in _TYPE_WORDS:
            self.habit(
                f"`{self.word()}` is not written after the name", self.span_here(), f"`type {name.text} {{ i64 x, … }}`"
            )
        if self.word() in ("extends", "implements"):
            help = (
                f"types do not inherit: write `type {name.text} {{ … }}` with a field for the other type, "
                f"or `type {name.text} : Contract {{ … }}`"
            )
            self.habit(f"`{self.word()}` is not supported", self.span_here(), help)

    def habit_impl(self) -> None:
        """Called after the receiver of an `impl` block: `impl A for B`."""
        if self.kinds[self.pos] == "for":
            self.habit("contracts are listed in the type declaration", self.span_here(), "`type T : Contract { … }`")

    def habit_use(self) -> None:
        """Called after `use`: a string."""
        if self.kinds[self.pos] == STRING:
            self.habit("an import takes a module path, not a string", self.span_here(), "`use Core.String;`")

    def use_path(self) -> tree.Path:
        """Parse the path of an import, without type arguments, `*` or `{…}`."""
        segments: list[tree.PathSegment] = []
        while True:
            name = self.name("a module name")
            segments.append(tree.PathSegment(self.new_id(), name.span, name, ()))
            kind = self.kinds[self.pos]
            if kind == "::":
                self.habit("path segments are separated by `.`", self.span_here(), "`use Core.String;`")
            if kind != ".":
                break
            self.pos += 1
            following = self.kinds[self.pos]
            if following == "*":
                self.habit(
                    "`*` imports are not supported", self.span_here(), "`use Core.String;` imports its public items"
                )
            if following == "{":
                self.habit("grouped imports are not supported", self.span_here(), "write one `use` for each path")
        span = Span(segments[0].span.start, segments[-1].span.end)
        return tree.Path(self.new_id(), span, tuple(segments))
