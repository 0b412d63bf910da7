"""Literals and patterns."""

from __future__ import annotations

from typing import Final

from beskid.source.codes import E1109, E1303
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.literals import EscapeError, decode, read_number
from beskid.syntax.parser.types import TypeParser
from beskid.syntax.tokens import CHAR, HOLE_OPEN, IDENTIFIER, NUMBER, STRING, STRING_START

_BOUNDS: Final = frozenset({NUMBER, CHAR, "-"})


_VARIANTS: Final = {
    "Ok": "Result::Ok",
    "Error": "Result::Error",
    "Err": "Result::Error",
    "Some": "Option::Some",
    "Just": "Option::Some",
}
"""Variants of the core library, also by their names in other languages."""


class PatternParser(TypeParser):
    """Parses literals without interpolation, and patterns."""

    def number(self) -> tree.IntegerLiteral | tree.FloatLiteral:
        """Parse a number token."""
        pos = self.pos
        span = self.span_here()
        number = read_number(self.token_text(pos))
        if number.problem:
            self.report(number.problem, span, help=number.help)
        self.pos = pos + 1
        if isinstance(number.value, float):
            return tree.FloatLiteral(self.new_id(), span, number.value, number.suffix)
        return tree.IntegerLiteral(self.new_id(), span, number.value, number.suffix)

    def boolean(self) -> tree.BoolLiteral:
        """Parse `true` or `false`."""
        pos = self.pos
        self.pos = pos + 1
        return tree.BoolLiteral(self.new_id(), Span(self.starts[pos], self.ends[pos]), self.kinds[pos] == "true")

    def character(self) -> tree.CharLiteral:
        """Parse a character literal. The lexer has reported malformed ones."""
        pos = self.pos
        span = self.span_here()
        inside = self.token_text(pos)[1:-1]
        decoded, errors = decode(inside, span.start + 1)
        self.report_escapes(errors)
        self.pos = pos + 1
        return tree.CharLiteral(self.new_id(), span, ord(decoded) if len(decoded) == 1 else 0xFFFD)

    def plain_string(self) -> tree.StringLiteral:
        """Parse a string token without interpolation."""
        pos = self.pos
        span = self.span_here()
        text = self.token_text(pos)
        inside = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
        pieces: tuple[str | tree.Expression, ...] = (self.string_text(inside, span.start + 1),) if inside else ()
        self.pos = pos + 1
        return tree.StringLiteral(self.new_id(), span, pieces)

    def string_text(self, text: str, offset: int) -> str:
        """Decode a piece of a string."""
        decoded, errors = decode(text, offset)
        self.report_escapes(errors)
        return decoded

    def report_escapes(self, errors: list[EscapeError]) -> None:
        """Report invalid escapes in a literal."""
        for problem in errors:
            self._last_error = -1
            self.report(problem.message, Span(problem.start, problem.end), help=problem.help)

    # Patterns -------------------------------------------------------------------------------------------------

    def pattern(self) -> tree.Pattern:
        """Parse a pattern with its alternatives."""
        first = self._alternative()
        if self.kinds[self.pos] != "|":
            return first
        alternatives = [first]
        while self.take("|"):
            alternatives.append(self._alternative())
        self.check_chain(len(alternatives))
        return tree.OrPattern(self.new_id(), self.span_from(first.span.start), tuple(alternatives))

    def _alternative(self) -> tree.Pattern:
        kind = self.kinds[self.pos]
        if kind == IDENTIFIER:
            return self._named_pattern()
        if kind in _BOUNDS:
            return self._possible_range()
        literal: tree.BoolLiteral | tree.StringLiteral
        if kind == "true" or kind == "false":
            literal = self.boolean()
        elif kind == STRING:
            literal = self.plain_string()
        elif kind == STRING_START:
            hole = self.kinds.index(HOLE_OPEN, self.pos)
            self.fail(
                "a pattern cannot contain interpolation",
                self.tokens.span(hole),
                help="bind a name and compare in a guard: `s when s == …`",
            )
        elif kind == "." and self.kinds[self.pos + 1] == "." and self.kinds[self.pos + 2] in (")", ","):
            span = Span(self.starts[self.pos], self.ends[self.pos + 1])
            self.fail("`..` does not skip values in a pattern", span, "", "write `_` for each value", E1109)
        elif kind == ".":
            self.fail(
                "a range pattern has two bounds", help="write both bounds: `0..=9`, or use a guard: `n when n < 10`"
            )
        elif kind == "|":
            self.fail_expected("a pattern", "alternatives are separated by `|`, without one before the first")
        else:
            self.fail_expected("a pattern")
        return tree.LiteralPattern(self.new_id(), literal.span, False, literal)

    def _possible_range(self) -> tree.Pattern:
        low = self._bound()
        pos = self.pos
        kinds = self.kinds
        if kinds[pos] != "." or kinds[pos + 1] != ".":
            return low
        if kinds[pos + 2] != "=" or not (self.adjacent(pos + 1) and self.adjacent(pos + 2)):
            span = Span(self.starts[pos], self.ends[pos + 1])
            bounds = f"{self.token_text(pos - 1)}..={self.token_text(pos + 2)}"
            help = f"write `{bounds if kinds[pos + 2] in _BOUNDS else '1..=9'}`"
            self.fail("range patterns are inclusive", span, "expected `..=`", help, E1109)
        self.pos = pos + 3
        if kinds[self.pos] not in _BOUNDS:
            help = "write both bounds: `0..=9`, or use a guard: `n when n >= 0`"
            self.fail("a range pattern has two bounds", label="expected a number or a character", help=help)
        high = self._bound()
        return tree.RangePattern(self.new_id(), Span(low.span.start, high.span.end), low, high)

    def _bound(self) -> tree.LiteralPattern:
        start = self.starts[self.pos]
        if self.kinds[self.pos] == CHAR:
            character = self.character()
            return tree.LiteralPattern(self.new_id(), character.span, False, character)
        negative = self.take("-")
        if self.kinds[self.pos] != NUMBER:
            self.fail_expected("a number after `-`")
        literal = self.number()
        return tree.LiteralPattern(self.new_id(), self.span_from(start), negative, literal)

    def _named_pattern(self) -> tree.Pattern:
        following = self.kinds[self.pos + 1]
        if following != "::" and following != "." and following != "<":
            if following == "(":
                return self._bare_variant()
            name = self.name()
            if name.text == "_":
                return tree.WildcardPattern(name.id, name.span)
            return tree.BindingPattern(self.new_id(), name.span, name)
        start = self.starts[self.pos]
        prefix = self._enum_prefix()
        if self.take("::"):
            variant = self.name("a variant name")
        elif isinstance(prefix, tree.MemberExpression) and not prefix.type_arguments:
            # `Color.Red`: the last segment names the variant.
            variant = prefix.name
            owner = prefix.object
            assert isinstance(owner, (tree.NameExpression, tree.MemberExpression))
            prefix = owner
        else:
            self.fail_expected("`::` and a variant")
        fields = self._subpatterns() if self.kinds[self.pos] == "(" else None
        return tree.EnumPattern(self.new_id(), self.span_from(start), prefix, variant, fields)

    def _bare_variant(self) -> tree.Pattern:
        start = self.starts[self.pos]
        name = self.token_text(self.pos)
        known = _VARIANTS.get(name)
        self.report(
            f"`{name}(…)` is missing its enum",
            self.span_here(),
            f"expected `{known or f'Enum::{name}'}(…)`",
            f"write `{known}(…)`" if known else "write the enum before the variant, also in patterns",
            E1303,
        )
        self.pos += 1
        fields = self._subpatterns()
        return tree.ErrorPattern(self.new_id(), self.span_from(start), fields)

    def _enum_prefix(self) -> tree.NameExpression | tree.MemberExpression:
        name = self.name()
        arguments = self.type_arguments() if self.kinds[self.pos] == "<" else ()
        prefix: tree.NameExpression | tree.MemberExpression = tree.NameExpression(
            self.new_id(), self.span_from(name.span.start), name, arguments
        )
        length = 0
        while self.take("."):
            member = self.name()
            arguments = self.type_arguments() if self.kinds[self.pos] == "<" else ()
            span = self.span_from(prefix.span.start)
            prefix = tree.MemberExpression(self.new_id(), span, prefix, member, arguments)
            length += 1
            self.check_chain(length)
        return prefix

    def _subpatterns(self) -> tuple[tree.Pattern, ...]:
        self.pos += 1
        self.enter()
        patterns: list[tree.Pattern] = []
        while not self.take(")"):
            patterns.append(self.pattern())
            if self.kinds[self.pos] != ")":
                self.expect(",", "or `)`")
        self.depth -= 1
        return tuple(patterns)
