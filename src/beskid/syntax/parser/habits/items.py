"""Shapes of other languages, and shapes reserved for later, among items and members."""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import NOT_A_TYPE
from beskid.syntax.parser.habits.expressions import NO_COMPOSITION, NO_FIBERS, NO_MACROS
from beskid.syntax.parser.habits.statements import FUNCTION_WORDS
from beskid.syntax.parser.statements import StatementParser
from beskid.syntax.tokens import IDENTIFIER, STRING

_MODIFIERS: Final = {
    "public": "`pub` makes an item visible outside its module",
    "private": "everything without `pub` is private",
    "protected": "everything without `pub` is private",
    "internal": "everything without `pub` is private",
    "export": "`pub` makes an item visible outside its module",
    "static": "a function outside `impl` belongs to no object",
    "final": "leave it out",
    "abstract": "a `contract` names methods without bodies",
    "virtual": "methods of a `contract` are dispatched on the object",
    "override": "leave it out: a method of the right name conforms",
    "inline": "leave it out",
    "readonly": "leave it out: locals without `mut` never change",
    "extern": 'foreign functions stand in a contract: `[Extern(Abi: "C")] contract Libc { … }`',
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
OWN_RECEIVER: Final = "a method has no parameter for its own object"
OWN_RECEIVER_HELP: Final = "leave it out: the object is `this`"
_IMPORT_WORDS: Final = frozenset({"import", "using", "include", "from", "require", "open"})
_MODULE_WORDS: Final = frozenset({"namespace", "module", "package"})


class ForeignItems(StatementParser):
    """Reports items and members that newcomers bring along."""

    def foreign_item_start(self) -> None:
        """At a token that starts no item."""
        kind = self.kinds[self.pos]
        if kind in ("let", "mut"):
            self.fail(
                "there are no variables outside functions",
                help="a constant is `const i64 NAME = 1;`; pass everything else as arguments",
            )
        if kind in ("if", "while", "for", "return", "match"):
            self.fail("statements stand inside functions", help="a program begins in `unit main() { … }`")

    def foreign_item(self) -> None:
        """At a name that starts an item and is no word of ours."""
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        self.foreign_modifier()
        self._reserved_item(word, following)
        if following == IDENTIFIER and self.kinds[pos + 2] != "(":
            known = _TYPE_WORDS.get(word)
            if known is not None:
                self.foreign(f"`{word}` is written `{known[0]}`", self.span_here(), known[1])
            if word in _MODULE_WORDS:
                self.foreign(f"`{word}` is written `mod`", self.span_here(), "`mod Name { … }`, or `mod a.b;`")
        if word in _IMPORT_WORDS and following in (IDENTIFIER, STRING):
            self.foreign(f"`{word}` is written `use`", self.span_here(), "`use Core.String;`")
        if word in ("fixed", "var", "val", "static") and following == IDENTIFIER and self.kinds[pos + 2] in ("=", ":"):
            self.foreign("there are no global variables", self.span_here(), "a constant is `const i64 NAME = 1;`")
        if following == "!" and self.kinds[pos + 2] == "(":
            self.reserved("calling a macro", self.span_over(pos, pos + 1), NO_MACROS)
        if following in ("(", ".") and not self._looks_like_function():
            self.foreign_function()
            self.fail("statements stand inside functions", help="a program begins in `unit main() { … }`")

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

    def foreign_modifier(self) -> None:
        """At `public` and the like before a declaration. The first is reported, all are skipped."""
        start = self.pos
        while self._is_foreign_modifier():
            if self.pos == start:
                word = self.word()
                self.report(f"there is no `{word}`", self.span_here(), help=_MODIFIERS[word], code=E1109)
            self.pos += 1

    def _is_foreign_modifier(self) -> bool:
        if self.word() not in _MODIFIERS:
            return False
        after = self.type_end(self.pos + 1)
        is_declared = after != NOT_A_TYPE and self.kinds[after] in (IDENTIFIER, "(", "=", ",", ";")
        single = after == self.pos + 2 and self.kinds[after] in ("(", "=", ",", ";", "}")
        return self.kinds[self.pos + 1] in ("type", "enum", "contract", "pub") or (is_declared and not single)

    def foreign_function(self) -> None:
        """At the result type of a function: `fn name(…)`."""
        pos = self.pos
        word = self.word()
        following = self.kinds[pos + 1]
        if word in FUNCTION_WORDS and following == IDENTIFIER and self.kinds[pos + 2] in ("(", "<"):
            name = self.token_text(pos + 1)
            self.foreign(
                f"functions are declared without `{word}`",
                self.span_here(),
                f"the result type comes first: `unit {name}() {{ … }}`",
            )
        if word in FUNCTION_WORDS and following == IDENTIFIER and self.kinds[pos + 2] in (".", "::"):
            self.foreign("a method stands in a block of its type", self.span_here(), "`impl T { … }`")
        if word and following == "(" and not self._looks_like_function():
            partner = self.partners[pos + 1]
            if partner != -1 and self.kinds[partner + 1] in ("{", "=>", "-", ":"):
                self.fail(
                    f"the function `{word}` has no result type",
                    self.span_here(),
                    "expected a type before the name",
                    f"a function that gives nothing is `unit {word}(…)`; objects are made with `Type {{ … }}`",
                )

    def foreign_result(self) -> None:
        """Behind the parameters of a function: `-> T`, `: T`."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == "-" and self.kinds[pos + 1] == ">":
            self.foreign("the result type comes first", self.span_over(pos, pos + 1), "`i64 name(i64 x) { … }`")
        if kind == ":":
            self.foreign("the result type comes first", self.span_here(), "`i64 name(i64 x) { … }`")
        if self.word() in ("throws", "where"):
            is_where = self.word() == "where"
            help = "constraints stand with the parameter: `<T : Comparable>`" if is_where else "return a `Result`"
            self.foreign(f"there is no `{self.word()}`", self.span_here(), help)

    def foreign_parameter(self) -> None:
        """At a parameter, field or payload: `name: T`, `&x`, `*p`, a lone `void`."""
        pos = self.pos
        kind = self.kinds[pos]
        if self.word() == "void" and self.kinds[pos + 1] == ")":
            self.foreign("a function without parameters has empty parentheses", self.span_here(), "`main()`")
        if kind == IDENTIFIER and self.kinds[pos + 1] == ":":
            after = self.type_end(pos + 2)
            name = self.token_text(pos)
            written = self.text[self.starts[pos + 2] : self.ends[after - 1]] if after != NOT_A_TYPE else "T"
            self.foreign("the type stands before the name", self.span_over(pos, pos + 1), f"`{written} {name}`")
        if kind in ("&", "*"):
            self.foreign(
                "there are no pointer types", self.span_here(), "objects are references; `ref T` aliases a place"
            )
        if kind == "." and self.kinds[pos + 1] == ".":
            self.foreign("there are no variadic parameters", self.span_here(), "take an array: `T[] values`")

    def foreign_receiver(self) -> None:
        """At a parameter: `self`, `&self` and `&mut self`."""
        last = self.pos
        while self.kinds[last] in ("&", "mut"):
            last += 1
        if self.token_text(last) == "self" and self.kinds[last + 1] in (",", ")"):
            self.foreign(OWN_RECEIVER, self.span_over(self.pos, last), OWN_RECEIVER_HELP)

    def foreign_typed_receiver(self, method: tree.FunctionItem) -> None:
        """Behind a method: `Point self` before its other parameters."""
        if method.parameters and method.parameters[0].name.text == "self":
            self.report(OWN_RECEIVER, method.parameters[0].span, help=OWN_RECEIVER_HELP, code=E1109)

    def foreign_member(self) -> None:
        """At a member of a type."""
        pos = self.pos
        word = self.word()
        if word == "inject" and self.kinds[pos + 1] == IDENTIFIER and self.kinds[pos + 2] in (IDENTIFIER, ".", "<"):
            self.reserved("composition (`inject`)", self.span_here(), NO_COMPOSITION)
        self.foreign_parameter()
        self.foreign_function()

    def foreign_type_header(self, name: tree.Name) -> None:
        """Behind the name of a type, where `{` should be."""
        kind = self.kinds[self.pos]
        if kind == "=":
            self.foreign("there are no type aliases", self.span_here(), "declare a `type` or an `enum`")
        if kind == "(":
            self.foreign(
                "the fields of a type stand in braces", self.span_here(), f"`type {name.text} {{ i64 x, i64 y, }}`"
            )
        if self.word() in _TYPE_WORDS:
            self.foreign(
                f"there is no `{self.word()}` behind the name", self.span_here(), f"`type {name.text} {{ i64 x, … }}`"
            )
        if self.word() in ("extends", "implements"):
            self.foreign(f"there is no `{self.word()}`", self.span_here(), f"`type {name.text} : Contract {{ … }}`")

    def foreign_impl(self) -> None:
        """Behind the receiver of an `impl` block: `impl A for B`."""
        if self.kinds[self.pos] == "for":
            self.foreign(
                "a type names its contracts where it is declared", self.span_here(), "`type T : Contract { … }`"
            )

    def foreign_use(self) -> None:
        """Behind `use`: a string."""
        if self.kinds[self.pos] == STRING:
            self.foreign("a module is named by its path", self.span_here(), "`use Core.String;`")

    def use_path(self) -> tree.Path:
        """The path of an import, without type arguments, `*` or `{…}`."""
        segments: list[tree.PathSegment] = []
        while True:
            name = self.name("a name of a module")
            segments.append(tree.PathSegment(self.new_id(), name.span, name, ()))
            kind = self.kinds[self.pos]
            if kind == "::":
                self.foreign("the steps of a path are joined by `.`", self.span_here(), "`use Core.String;`")
            if kind != ".":
                break
            self.pos += 1
            following = self.kinds[self.pos]
            if following == "*":
                self.foreign(
                    "there is no `*` import", self.span_here(), "`use Core.String;` makes its public items visible"
                )
            if following == "{":
                self.foreign("an import names one path", self.span_here(), "write a `use` for each")
        span = Span(segments[0].span.start, segments[-1].span.end)
        return tree.Path(self.new_id(), span, tuple(segments))
