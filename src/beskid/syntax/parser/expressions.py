"""Expressions: precedence climbing, postfix chains, primaries, lambdas and matches."""

from __future__ import annotations

from typing import Final, NoReturn

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.operators import (
    ASSIGNMENT,
    ASSIGNMENT_LEVEL,
    BINARY,
    CONVERSION,
    CONVERSION_LEVEL,
    PREFIX,
    angle_spellings,
    compounds,
)
from beskid.syntax.parser.core import NOT_A_TYPE, Abandon
from beskid.syntax.parser.habits.expressions import ExpressionHabits
from beskid.syntax.tokens import (
    CHAR,
    END,
    FORMAT,
    HOLE_CLOSE,
    HOLE_OPEN,
    IDENTIFIER,
    NUMBER,
    OPENERS,
    STRING,
    STRING_END,
    STRING_START,
    STRING_TEXT,
)

_ASSIGNMENTS: Final = frozenset({ASSIGNMENT, *compounds()})
_LEVELS: Final = {row.spelling: row.level for row in BINARY.values()}
_RIGHT_LEVELS: Final = {row.spelling: row.right_level for row in BINARY.values()}
_LOWEST_LEVEL: Final = ASSIGNMENT_LEVEL + 1
_ANGLES: Final = tuple(angle_spellings())
_ANGLE_ASSIGNMENTS: Final = frozenset(each for each in _ANGLES if each in _ASSIGNMENTS)
_PREFIXES: Final = frozenset(PREFIX)
_CONTROL_WORDS: Final = frozenset({"if", "return", "break", "continue"})
_STRANGE_AFTER_NAME: Final = frozenset({IDENTIFIER, "!", STRING, STRING_START})
_AFTER_TYPE_ARGUMENTS: Final = frozenset({"(", ".", "::", ")", "]", "}", ",", ";", HOLE_CLOSE})


class ExpressionParser(ExpressionHabits):
    """Parses expressions. `no_struct` is set in heads, `no_lambda` in guards; brackets reset both."""

    no_struct = False
    no_lambda = False

    def block(self) -> tree.Block:
        """Parse a block of statements."""
        raise NotImplementedError

    def control_expression(self, kind: str) -> tree.Expression:
        """Parse `if`, `return`, `break` or `continue`."""
        raise NotImplementedError

    def parameter(self) -> tree.Parameter:
        """Parse a parameter with a type."""
        raise NotImplementedError

    # Levels ---------------------------------------------------------------------------------------------------

    def expression(self) -> tree.Expression:
        """Parse a lambda, or an operator expression with an optional assignment."""
        self.enter()
        kind = self.kinds[self.pos]
        result: tree.Expression
        if (kind == IDENTIFIER or kind == "(") and not self.no_lambda and self._at_lambda(kind):
            result = self._lambda()
        else:
            result = self.binary(_LOWEST_LEVEL)
            kind = self.kinds[self.pos]
            if kind in _ASSIGNMENTS or (kind == ">" and self._closing_angle() in _ANGLE_ASSIGNMENTS):
                result = self._assignment(result)
        self.depth -= 1
        return result

    def at_continuation(self) -> bool:
        """Return whether the current token continues an operand and cannot start a statement."""
        kind = self.kinds[self.pos]
        if kind == "-":
            return not self.starts_line(self.pos)
        if kind == IDENTIFIER:
            return self.token_text(self.pos) == CONVERSION and self.kinds[self.pos + 1] == IDENTIFIER
        return kind in _LEVELS or kind in _ASSIGNMENTS or kind == "." or kind == "?"

    def head(self) -> tree.Expression:
        """Parse an expression before a block, where `Name {` is not a struct literal."""
        before = self.no_struct
        self.no_struct = True
        result = self.expression()
        self.no_struct = before
        return result

    def inner_expression(self) -> tree.Expression:
        """Parse an expression inside brackets, where the restrictions of heads and guards do not apply."""
        struct, arrow = self.no_struct, self.no_lambda
        self.no_struct = self.no_lambda = False
        result = self.expression()
        self.no_struct, self.no_lambda = struct, arrow
        return result

    def _no_unit_value(self) -> NoReturn:
        """Report `()`, whose second token is the current one."""
        first = self.pos - 3
        help = "a function with the result type `unit` returns no value"
        if first > 1 and self.kinds[first + 1] == "(" and self.kinds[first - 1] == "::":
            help = f"leave it out: `{self.text[self.starts[first - 2] : self.ends[first]]}()`"
        self.fail("`()` is not a value", help=help)

    def _assignment(self, target: tree.Expression) -> tree.Expression:
        pos = self.pos
        kind = self.kinds[pos]
        if kind == ">":
            kind = self._closing_angle()
            self.pos = pos + len(kind)
        else:
            self.pos = pos + 1
        span = Span(self.starts[pos], self.ends[self.pos - 1])
        value = self.expression()
        return tree.AssignExpression(self.new_id(), Span(target.span.start, value.span.end), kind, span, target, value)

    def _closing_angle(self) -> str:
        # `>` is one token, so that type arguments close one by one; operators are adjacent tokens of one character.
        pos = self.pos
        start = self.starts[pos]
        for spelling in _ANGLES:
            length = len(spelling)
            if self.text.startswith(spelling, start) and self.ends[pos + length - 1] == start + length:
                return spelling
        return ">"

    def binary(self, least: int) -> tree.Expression:
        """Parse operators of at least this level."""
        left = self.unary()
        kinds = self.kinds
        length = 0
        while True:
            pos = self.pos
            operator = kinds[pos]
            level = _LEVELS.get(operator)
            if level is None:
                if operator != IDENTIFIER:
                    return left
                if self.token_text(pos) == CONVERSION:
                    if least > CONVERSION_LEVEL:
                        return left
                    left = self._cast(left)
                    length += 1
                    self.check_chain(length)
                    continue
                self.habit_operator(left)
                return left
            width = 1
            if operator == ">":
                operator = self._closing_angle()
                if operator in _ANGLE_ASSIGNMENTS:
                    return left
                level = _LEVELS[operator]
                width = len(operator)
            if level < least:
                return left
            if (operator == "+" or operator == "-") and kinds[pos + 1] == operator:
                self.habit_increment(left)
            length += 1
            self.check_chain(length)
            self.pos = pos + width
            span = Span(self.starts[pos], self.ends[pos + width - 1])
            following = _RIGHT_LEVELS[operator]
            if following == level:
                # A right-associative chain nests.
                self.enter()
                right = self.binary(following)
                self.depth -= 1
            else:
                right = self.binary(following)
            left = tree.BinaryExpression(
                self.new_id(), Span(left.span.start, right.span.end), operator, span, left, right
            )

    def _cast(self, operand: tree.Expression) -> tree.Expression:
        self.pos += 1
        name = self.name("a primitive type after `as`")
        segment = tree.PathSegment(self.new_id(), name.span, name, ())
        path = tree.Path(self.new_id(), name.span, (segment,))
        target = tree.PathType(self.new_id(), name.span, path)
        return tree.CastExpression(self.new_id(), Span(operand.span.start, name.span.end), operand, target)

    def unary(self) -> tree.Expression:
        """Parse prefix operators, then a postfix chain."""
        kind = self.kinds[self.pos]
        if kind not in _PREFIXES:
            return self.postfix()
        start = self.starts[self.pos]
        self.pos += 1
        self.enter()
        operand = self.unary()
        self.depth -= 1
        return tree.UnaryExpression(self.new_id(), Span(start, operand.span.end), kind, operand)

    # Postfix chains -------------------------------------------------------------------------------------------

    def postfix(self) -> tree.Expression:
        """Parse a primary with calls, members, indexes and `?`."""
        kinds = self.kinds
        path: tree.NameExpression | tree.MemberExpression | None = None
        if kinds[self.pos] == IDENTIFIER:
            path = self._name_expression()
            left: tree.Expression = path
        else:
            left = self.primary()
        start = left.span.start
        length = 0
        while True:
            kind = kinds[self.pos]
            if kind == "(":
                arguments = self._arguments()
                left = tree.CallExpression(self.new_id(), self.span_from(start), left, arguments)
            elif kind == ".":
                self.pos += 1
                if kinds[self.pos] == ".":
                    self.habit_range()
                if kinds[self.pos] != IDENTIFIER:
                    missing = self.missing_name()
                    self.partial = tree.MemberExpression(self.new_id(), self.span_from(start), left, missing, ())
                name = self.name("a name after `.`")
                type_arguments = self._call_type_arguments()
                member = tree.MemberExpression(self.new_id(), self.span_from(start), left, name, type_arguments)
                left = self.partial = member
                length += 1
                self.check_chain(length)
                if path is not None:
                    path = member
                continue
            elif kind == "[":
                self.pos += 1
                indexes = [self.inner_expression()]
                while self.take(","):
                    indexes.append(self.inner_expression())
                self.habit_index()
                self.expect("]", "after the index")
                left = tree.IndexExpression(self.new_id(), self.span_from(start), left, tuple(indexes))
            elif kind == "?":
                self.pos += 1
                left = tree.TryExpression(self.new_id(), self.span_from(start), left)
                self.habit_conditional()
            elif kind == "::" and path is not None:
                self.pos += 1
                if self.kinds[self.pos] == "<":
                    self.habit("type arguments follow the name", self.span_here(), "`name<i64>(value)`")
                if kinds[self.pos] != IDENTIFIER:
                    missing = self.missing_name()
                    self.partial = tree.EnumPathExpression(self.new_id(), self.span_from(start), path, missing)
                variant = self.name("a variant name after `::`")
                left = tree.EnumPathExpression(self.new_id(), self.span_from(start), path, variant)
            elif kind == "{" and path is not None and self._opens_struct():
                left = self._struct_literal(path)
            else:
                return left
            path = None
            length += 1
            self.check_chain(length)

    def _name_expression(self) -> tree.NameExpression:
        pos = self.pos
        start = self.starts[pos]
        end = self.ends[pos]
        following = self.kinds[pos + 1]
        if following in _STRANGE_AFTER_NAME or (following in ("true", "false") and not self.starts_line(pos + 1)):
            self.habit_name()
        self.pos = pos + 1
        span = Span(start, end)
        name = tree.Name(self.new_id(), span, self.text[start:end])
        if following != "<":
            return tree.NameExpression(self.new_id(), span, name, ())
        type_arguments = self._call_type_arguments()
        return tree.NameExpression(self.new_id(), self.span_from(start), name, type_arguments)

    def _call_type_arguments(self) -> tuple[tree.TypeSyntax, ...]:
        if self.kinds[self.pos] != "<":
            return ()
        after = self.type_arguments_end(self.pos)
        if after == NOT_A_TYPE:
            return ()
        following = self.kinds[after]
        if following in _AFTER_TYPE_ARGUMENTS or (following == "{" and self._opens_struct(after)):
            return self.type_arguments()
        return ()

    def _opens_struct(self, index: int | None = None) -> bool:
        if not self.no_struct:
            return True
        index = self.pos if index is None else index
        if self.kinds[index + 1] != IDENTIFIER:
            return False
        if self._is_short_literal(index):
            name = self.token_text(index - 1)
            self.fail(
                "a struct literal before a block needs parentheses",
                self.span_here(),
                "read as the start of the block",
                f"write `({name} {{ … }})`",
            )
        return self.kinds[index + 2] == ":"

    def _is_short_literal(self, index: int) -> bool:
        """Return whether the braces in a head, with a name after the first, cannot be the block that follows it."""
        if self.kinds[index + 2] == ",":
            return True
        if self.kinds[index + 2] != "}" or self.kinds[index + 3] == "-":
            return False
        is_type = self.kinds[index - 1] == IDENTIFIER and self.token_text(index - 1)[:1].isupper()
        if self.kinds[index + 3] == "{":
            return is_type
        before, self.pos = self.pos, index + 3
        continues = self.at_continuation()
        self.pos = before
        return continues

    def _arguments(self) -> tuple[tree.Argument, ...]:
        opener = self.pos
        kinds = self.kinds
        self.pos = opener + 1
        if kinds[self.pos] == ")":
            self.pos += 1
            return ()
        struct, arrow = self.no_struct, self.no_lambda
        self.no_struct = self.no_lambda = False
        arguments: list[tree.Argument] = []
        while True:
            start = self.starts[self.pos]
            modifier = ""
            if kinds[self.pos] == IDENTIFIER and kinds[self.pos + 1] == IDENTIFIER:
                word = self.token_text(self.pos)
                if (word == "ref" or word == "out") and self.token_text(self.pos + 1) != "as":
                    modifier = word
                    self.pos += 1
            value = self.expression()
            arguments.append(tree.Argument(self.new_id(), Span(start, value.span.end), modifier, value))
            kind = kinds[self.pos]
            if kind == ",":
                self.pos += 1
                if kinds[self.pos] != ")":
                    continue
                kind = ")"
            if kind != ")":
                self._unclosed_arguments(opener)
            self.pos += 1
            self.no_struct, self.no_lambda = struct, arrow
            return tuple(arguments)

    def _unclosed_arguments(self, opener: int) -> None:
        if self.kinds[self.pos] == ":":
            self.fail(
                "named arguments are not supported",
                help="pass the arguments in the order of the parameters",
                code=E1109,
            )
        if self.kinds[self.pos] in (";", "}", END) and self.partners[opener] == -1:
            self.expect_soft(")", "unclosed argument list")
            raise Abandon
        self.fail_expected("`,` or `)`")

    def _struct_literal(self, path: tree.NameExpression | tree.MemberExpression) -> tree.Expression:
        self.pos += 1
        self.enter()
        fields: list[tree.FieldInitializer] = []
        while not self.take("}"):
            name = self.name("a field name")
            if self.kinds[self.pos] == "=":
                self.fail(
                    "fields of a struct literal are set with `:`", label="expected `:`",
                    help=f"`{path.name.text} {{ {name.text}: … }}`", code=E1109,
                )  # fmt: skip
            value: tree.Expression
            if self.kinds[self.pos] in (",", "}"):
                value = tree.NameExpression(self.new_id(), name.span, name, ())
            else:
                self.expect(":", "after the name of the field")
                value = self.inner_expression()
            span = Span(name.span.start, value.span.end)
            fields.append(tree.FieldInitializer(self.new_id(), span, name, value))
            if self.kinds[self.pos] != "}":
                self.expect(",", "or `}` after the field")
        self.depth -= 1
        return tree.StructLiteral(self.new_id(), self.span_from(path.span.start), path, tuple(fields))

    # Primaries ------------------------------------------------------------------------------------------------

    def primary(self) -> tree.Expression:
        """Parse an operand that does not start with a name."""
        kind = self.kinds[self.pos]
        if kind == NUMBER:
            return self.number()
        if kind == STRING:
            return self.plain_string()
        if kind == "(":
            return self._grouped()
        if kind == "true" or kind == "false":
            return self.boolean()
        if kind == CHAR:
            return self.character()
        if kind == STRING_START:
            return self._interpolated_string()
        if kind == "[":
            return self._array_literal()
        if kind == "{":
            return self.block_expression()
        if kind == "match":
            return self._match()
        if kind in _CONTROL_WORDS:
            return self.control_expression(kind)
        self.habit_primary()
        return self.fail_expected("an expression")

    def block_expression(self) -> tree.BlockExpression:
        """Parse a block as a value."""
        start = self.starts[self.pos]
        block = self.block()
        return tree.BlockExpression(self.new_id(), self.span_from(start), block)

    def _body(self) -> tree.Expression:
        # A block directly after `=>` is the whole body: no operator continues it.
        return self.block_expression() if self.kinds[self.pos] == "{" else self.expression()

    def _grouped(self) -> tree.Expression:
        start = self.starts[self.pos]
        self.habit_lambda()
        self.pos += 1
        if self.kinds[self.pos] == ")":
            self._no_unit_value()
        inner = self.inner_expression()
        if self.kinds[self.pos] == ",":
            self.fail("tuples are not supported", help="declare a `type` with named fields", code=E1109)
        self.expect(")", "to close the parenthesis")
        self.habit_cast(inner)
        return tree.GroupedExpression(self.new_id(), self.span_from(start), inner)

    def _array_literal(self) -> tree.Expression:
        start = self.starts[self.pos]
        self.pos += 1
        elements: list[tree.Expression] = []
        while not self.take("]"):
            elements.append(self.inner_expression())
            if self.kinds[self.pos] != "]":
                self.habit_element()
                self.expect(",", "or `]` after the element")
        return tree.ArrayLiteral(self.new_id(), self.span_from(start), tuple(elements))

    def _interpolated_string(self) -> tree.Expression:
        start = self.starts[self.pos]
        self.pos += 1
        pieces: list[str | tree.Expression | tree.FormattedPiece] = []
        while True:
            kind = self.kinds[self.pos]
            if kind == STRING_TEXT:
                pieces.append(self.string_text(self.token_text(self.pos), self.starts[self.pos]))
                self.pos += 1
            elif kind == HOLE_OPEN:
                pieces.append(self._hole())
            elif kind == STRING_END:
                self.pos += 1
                return tree.StringLiteral(self.new_id(), self.span_from(start), tuple(pieces))
            else:
                # Only a text that ends inside the string gets here, and the lexer has reported that.
                raise Abandon

    def _hole(self) -> tree.Expression | tree.FormattedPiece:
        opener = self.pos
        close = self.partners[opener]
        depth = self.depth
        restrictions = self.no_struct, self.no_lambda
        self.pos += 1
        if self.kinds[self.pos] == HOLE_CLOSE:
            self.report("empty interpolation", Span(self.starts[opener], self.ends[self.pos]),
                        help="a literal `${` is written `\\${`")  # fmt: skip
            self.pos += 1
            return tree.ErrorExpression(self.new_id(), Span(self.starts[opener], self.ends[close]))
        try:
            value = self.inner_expression()
            piece = self._formatted(value) if self.kinds[self.pos] == ":" else value
            if self.kinds[self.pos] != HOLE_CLOSE:
                self.fail_expected("`}` to close the interpolation")
            self.pos += 1
        except Abandon:
            if close == -1:
                raise
            self.pos = close + 1
            self.depth = depth
            self.no_struct, self.no_lambda = restrictions
            return tree.ErrorExpression(self.new_id(), Span(self.starts[opener], self.ends[close]))
        return piece

    def _formatted(self, value: tree.Expression) -> tree.FormattedPiece:
        colon = self.span_here()
        self.pos += 1
        span, text = colon, ""
        if self.kinds[self.pos] == FORMAT:
            span, text = self.span_here(), self.token_text(self.pos)
            self.pos += 1
        if self.kinds[self.pos] == "{":
            help = "`Core.Text.Format` takes a format that is made at run time"
            self.fail("a format contains no values", self.span_here(), help=help)
        return tree.FormattedPiece(self.new_id(), self.span_from(value.span.start), value, text, span)

    # Lambdas and matches --------------------------------------------------------------------------------------

    def _at_lambda(self, kind: str) -> bool:
        if kind == IDENTIFIER:
            return self.kinds[self.pos + 1] == "=>"
        partner = self.partners[self.pos]
        return partner != -1 and self.kinds[partner + 1] == "=>"

    def _lambda(self) -> tree.Expression:
        start = self.starts[self.pos]
        parameters: list[tree.Parameter] = []
        if self.kinds[self.pos] == IDENTIFIER:
            parameters.append(self._untyped_parameter())
        else:
            self.pos += 1
            while not self.take(")"):
                untyped = self.kinds[self.pos] == IDENTIFIER and self.kinds[self.pos + 1] in (",", ")")
                parameters.append(self._untyped_parameter() if untyped else self.parameter())
                if self.kinds[self.pos] != ")":
                    self.expect(",", "or `)` after the parameter")
        self.pos += 1
        body = self._body()
        span = Span(start, body.span.end)
        return tree.LambdaExpression(self.new_id(), span, tuple(parameters), body)

    def _untyped_parameter(self) -> tree.Parameter:
        name = self.name("a parameter name")
        return tree.Parameter(self.new_id(), name.span, (), "", False, None, name, None)

    def _match(self) -> tree.Expression:
        start = self.starts[self.pos]
        self.pos += 1
        struct, arrow = self.no_struct, self.no_lambda
        self.no_lambda = False
        scrutinee = self.head()
        opener = self.pos
        self.expect("{", "before the arms of the match")
        self.no_struct = False
        arms: list[tree.MatchArm] = []
        while not self.take("}"):
            if self.kinds[self.pos] == END:
                self.unclosed(opener)
            arm = self._recovering_arm()
            if arm is not None:
                arms.append(arm)
        self.no_struct, self.no_lambda = struct, arrow
        return tree.MatchExpression(self.new_id(), self.span_from(start), scrutinee, tuple(arms))

    def unclosed(self, opener: int) -> None:
        """Report an unclosed bracket and abandon the construct."""
        kind = self.kinds[opener]
        if self.diagnostics and self.diagnostics[-1].span.start > self.starts[opener]:
            # The error inside the brackets is more specific.
            raise Abandon
        self.fail(
            f"unclosed `{kind}`",
            self.tokens.span(self.unclosed_brace(opener) if kind == "{" else opener),
            "opened here",
            help=f"write `{OPENERS[kind]}`; the file ends before it is closed",
        )  # fmt: skip

    def _recovering_arm(self) -> tree.MatchArm | None:
        begin = self.pos
        depth = self.depth
        try:
            arm = self._arm()
        except Abandon:
            self.depth = depth
            self.no_struct = self.no_lambda = False
            self.skip_member(begin)
            if self.pos == begin:
                self.pos += 1
            return None
        if self.kinds[self.pos] == "}" or self.take(","):
            return arm
        if self.kinds[self.pos] == ";":
            self.report("match arms are separated by `,`", self.span_here(), "expected `,`")
            self.pos += 1
            return arm
        self.expect_soft(",", "expected `,` between match arms")
        if not self.starts_line(self.pos):
            self.skip_member(self.pos)
        return arm

    def _arm(self) -> tree.MatchArm:
        start = self.starts[self.pos]
        if self.word() in ("case", "default") and self.kinds[self.pos + 1] != "=>":
            self.habit_case()
        pattern = self.pattern()
        guard: tree.Expression | None = None
        if self.word() == "when":
            self.pos += 1
            if self.kinds[self.pos] == "=>":
                self.fail_expected("a condition after `when`")
            self.no_lambda = True
            guard = self.expression()
            self.no_lambda = False
        elif self.kinds[self.pos] == "if":
            self.fail(
                "match guards are written with `when`", label="expected `when`", help="`n when n > 0 => …`", code=E1109
            )
        self.habit_arm()
        self.expect("=>", "after the pattern")
        body = self._body()
        return tree.MatchArm(self.new_id(), Span(start, body.span.end), pattern, guard, body)
