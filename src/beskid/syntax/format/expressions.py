"""Layout of expressions.

An expression that fits is printed on one line. Others break at the outermost brackets, chains or operators first; an
argument with braces or brackets of its own may stay on the line of its call (`values.Map((x) => {`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from beskid.syntax import tree
from beskid.syntax.format.document import (
    HARD_LINE,
    LINE,
    NOTHING,
    SOFT_LINE,
    SPACE,
    Document,
    choice,
    concat,
    fill,
    forced,
    group,
    hang,
    if_broken,
    indent,
    line,
    text,
)
from beskid.syntax.format.printer import flat_text
from beskid.syntax.format.stream import TokenStream
from beskid.syntax.operators import BINARY, HABITS, NEGATION
from beskid.syntax.tokens import HOLE_OPEN, STRING_END, STRING_START, Tokens

_JOINED: Final = frozenset({*BINARY, *HABITS})
"""Spellings that two adjacent operators must not form."""

_LINKS: Final = (
    tree.MemberExpression,
    tree.CallExpression,
    tree.IndexExpression,
    tree.TryExpression,
    tree.EnumPathExpression,
    tree.StructLiteral,
)
_ATOMS: Final = (
    tree.IntegerLiteral,
    tree.FloatLiteral,
    tree.BoolLiteral,
    tree.CharLiteral,
    tree.StringLiteral,
    tree.NameExpression,
)
_FILLED: Final = 4
"""Lists of at least this many numbers and nothing else are filled: as many per line as fit."""

_SHORT: Final = 4
"""A receiver of at most this many characters keeps its first call on its line."""


class ExpressionFormatter(TokenStream):
    """Lays out expressions and patterns."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens)
        self._handlers: dict[type, Callable[[Any, int], Document]] = {
            tree.IntegerLiteral: self._atom,
            tree.FloatLiteral: self._atom,
            tree.BoolLiteral: self._atom,
            tree.CharLiteral: self._atom,
            tree.StringLiteral: self._string,
            tree.NameExpression: self._atom,
            tree.MemberExpression: self._chain,
            tree.EnumPathExpression: self._chain,
            tree.CallExpression: self._chain,
            tree.IndexExpression: self._chain,
            tree.TryExpression: self._chain,
            tree.StructLiteral: self._chain,
            tree.UnaryExpression: self._unary,
            tree.BinaryExpression: self._binary,
            tree.AssignExpression: self._assignment,
            tree.CastExpression: self._cast,
            tree.LambdaExpression: self._lambda,
            tree.MatchExpression: self._match,
            tree.IfExpression: self.if_expression,
            tree.ReturnExpression: self._return,
            tree.BreakExpression: self._atom,
            tree.ContinueExpression: self._atom,
            tree.ArrayLiteral: self._array,
            tree.BlockExpression: self._block,
            tree.GroupedExpression: self._grouped,
        }

    def block(self, block: tree.Block, is_value: bool = False, follows: int = 0) -> Document:
        """Format a block of statements."""
        raise NotImplementedError

    def if_expression(self, expression: tree.IfExpression, levels: int) -> Document:
        """Format an `if` with all its branches."""
        raise NotImplementedError

    def parameter(self, parameter: tree.Parameter) -> Document:
        """Format a parameter of a function or lambda."""
        raise NotImplementedError

    def expression(self, expression: tree.Expression, levels: int = 1) -> Document:
        """Lay out an expression; its continuation lines are indented by `levels` steps."""
        lead = self.lead()
        return concat([lead, self._handlers[type(expression)](expression, levels)])

    def assigned(self, value: tree.Expression) -> Document:
        """Format the text after `=`. An expression without brackets may move to the next line."""
        return self._following(value, _is_unbreakable(value))

    def arrow_body(self, body: tree.Expression) -> Document:
        """Format the text after `=>`. An expression that does not end with brackets may move to the next line."""
        return self._following(body, not is_block_like(body, through_calls=True))

    def _following(self, value: tree.Expression, hangs: bool) -> Document:
        lead = self.lead()
        content = self.expression(value)
        if lead.hard:
            return indent(concat([HARD_LINE, lead, content]))
        return hang(concat([lead, content])) if hangs else concat([SPACE, lead, content])

    # Operands -------------------------------------------------------------------------------------------------

    def _atom(self, expression: tree.Expression, levels: int) -> Document:
        return self.inline(expression.span.end)

    def _string(self, literal: tree.StringLiteral, levels: int) -> Document:
        if self.kind != STRING_START:
            return self.take()
        first = self.position
        holes = [piece for piece in literal.pieces if not isinstance(piece, str)]
        pieces: list[str] = []
        while self.kind != STRING_END:
            pieces.append(self.tokens.text(self.position))
            opener = self.position
            self.position += 1
            if self.kinds[opener] == HOLE_OPEN:
                pieces.append(self._hole(opener, holes.pop(0)))
        pieces.append(self.tokens.text(self.position))
        last = self.position
        self.position = first
        return self.take_as(last, text("".join(pieces)))

    def _hole(self, opener: int, piece: tree.Expression | tree.FormattedPiece) -> str:
        # An expression that does not fit on one line stays as it was written, and so does a format.
        closer = self.tokens.partners[opener]
        verbatim = self.source[self.tokens.ends[opener] : self.tokens.starts[closer]]
        value, format = (piece.value, f":{piece.format}") if isinstance(piece, tree.FormattedPiece) else (piece, "")
        document = self.expression(value)
        self.position = closer
        if document.hard or self.has_comments(opener + 1, closer):
            return verbatim
        return flat_text(document) + format

    def _grouped(self, expression: tree.GroupedExpression, levels: int) -> Document:
        opening = self.take()
        lead = self.lead()
        inner = concat([lead, self.expression(expression.inner)])
        remaining = self.lead()
        if is_block_like(expression.inner) and lead is NOTHING and remaining is NOTHING:
            return concat([opening, inner, self.take()])
        parts = [SOFT_LINE, inner] if remaining is NOTHING else [SOFT_LINE, inner, LINE, remaining]
        return group(concat([opening, indent(concat(parts)), SOFT_LINE, self.take()]))

    def _array(self, literal: tree.ArrayLiteral, levels: int) -> Document:
        if _is_table(literal.elements) and not self._has_comments_inside(self.position):
            return self._filled(trailing=True)
        hint = bool(literal.elements) and self.breaks_after(self.position)
        return self.bracketed(literal.elements, self.expression, trailing=True, broken=hint)

    def _has_comments_inside(self, opener: int) -> bool:
        return self.has_comments(opener + 1, self.tokens.partners[opener])

    def _filled(self, trailing: bool) -> Document:
        # A list of numbers without comments.
        opener = self.position
        closer = self.tokens.partners[opener]
        hint = trailing and self.breaks_after(opener)
        parts: list[str] = []
        current = ""
        for index in range(opener + 1, closer):
            if self.kinds[index] == ",":
                parts.append(current + ",")
                current = ""
            else:
                current += self.tokens.text(index)
        if current:
            parts.append(current)
        else:
            parts[-1] = parts[-1].removesuffix(",")
        key = self.new_key()
        opening = self.take()
        self.position = closer
        content: list[Document] = [SOFT_LINE, fill(parts)]
        if trailing:
            content.append(if_broken(key, ","))
        return group(concat([opening, indent(concat(content)), SOFT_LINE, self.take()]), hint, key)

    def _block(self, expression: tree.BlockExpression, levels: int) -> Document:
        return self.block(expression.block, is_value=True)

    def _return(self, expression: tree.ReturnExpression, levels: int) -> Document:
        word = self.take()
        return word if expression.value is None else concat([word, SPACE, self.expression(expression.value, levels)])

    # Operators ------------------------------------------------------------------------------------------------

    def _unary(self, expression: tree.UnaryExpression, levels: int) -> Document:
        operator = self.take()
        joins = expression.operator + self.kind in _JOINED
        return concat([operator, SPACE if joins else NOTHING, self.expression(expression.operand, levels)])

    def _cast(self, expression: tree.CastExpression, levels: int) -> Document:
        operand = self.expression(expression.operand, levels)
        return concat([operand, SPACE, self.take(), SPACE, self.inline(expression.span.end)])

    def _binary(self, expression: tree.BinaryExpression, levels: int) -> Document:
        level = BINARY[expression.operator].level
        links: list[tree.BinaryExpression] = []
        first: tree.Expression = expression
        while isinstance(first, tree.BinaryExpression) and BINARY[first.operator].level == level:
            links.append(first)
            first = first.left
        left = self.expression(first, levels)
        parts: list[Document] = []
        for link in reversed(links):
            parts += [LINE, self.lead(), *self.take_to(link.operator_span.end), SPACE]
            parts.append(self.expression(link.right))
        return group(concat([left, indent(concat(parts), levels)]))

    def _assignment(self, expression: tree.AssignExpression, levels: int) -> Document:
        target = self.expression(expression.target, levels)
        operator = self.take_to(expression.operator_span.end)
        return concat([target, SPACE, *operator, self.assigned(expression.value)])

    # Chains of members, calls, indexes ------------------------------------------------------------------------

    def _chain(self, expression: tree.Expression, levels: int) -> Document:
        links: list[tree.Expression] = []
        base = expression
        while isinstance(base, _LINKS):
            links.append(base)
            base = _operand(base)
        links.reverse()
        steps: list[list[Document]] = [[self.expression(base, levels)]]
        has_call: list[bool] = [False]
        for link in links:
            if isinstance(link, tree.MemberExpression):
                lead = self.lead()
                steps.append([lead, self.inline(link.span.end)])
                has_call.append(False)
            else:
                steps[-1].append(self._link(link))
                has_call[-1] = has_call[-1] or isinstance(link, tree.CallExpression)
        return self._joined(base, links, [concat(step) for step in steps], has_call, levels)

    def _link(self, link: tree.Expression) -> Document:
        match link:
            case tree.CallExpression():
                return self.arguments(link)
            case tree.IndexExpression():
                return concat([self.lead(), self._index(link)])
            case tree.StructLiteral():
                return concat([SPACE, self._fields(link)])
            case _:
                return concat([self.lead(), self.inline(link.span.end)])

    def _index(self, link: tree.IndexExpression) -> Document:
        if len(link.indexes) > 1:
            return self.bracketed(link.indexes, self.expression)
        index = link.indexes[0]
        opening = self.take()
        lead = self.lead()
        content = self.expression(index)
        remaining = self.lead()
        if lead is NOTHING and remaining is NOTHING and _is_unbreakable(index):
            return concat([opening, content, self.take()])
        inner = [SOFT_LINE, lead, content]
        if remaining is not NOTHING:
            inner += [LINE, remaining]
        return group(concat([opening, indent(concat(inner)), SOFT_LINE, self.take()]))

    def _fields(self, literal: tree.StructLiteral) -> Document:
        broken = bool(literal.fields) and self.breaks_after(self.position)
        return self.bracketed(literal.fields, self._initializer, padded=True, trailing=True, broken=broken)

    def _initializer(self, field: tree.FieldInitializer) -> Document:
        name = self.take()
        if field.value.span == field.name.span:
            return name
        return concat([name, self.take(), self.assigned(field.value)])

    def _joined(
        self,
        base: tree.Expression,
        links: list[tree.Expression],
        steps: list[Document],
        has_call: list[bool],
        levels: int,
    ) -> Document:
        flat = concat(steps)
        starts = _line_starts(base, has_call)
        if len(starts) < 2:
            return flat
        pieces = [concat(steps[: starts[0]])]
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else len(steps)
            pieces.append(concat(steps[start:end]))
        rows: list[Document] = []
        for piece in pieces[1:]:
            rows += [HARD_LINE, piece]
        broken = group(concat([pieces[0], indent(concat(rows), levels)]))
        if any(piece.hard or piece.open_end for piece in pieces[:-1]):
            return broken
        last = links[-1].operand if isinstance(links[-1], tree.TryExpression) else links[-1]
        hugs = isinstance(last, tree.CallExpression) and _hugs(last)
        return choice(flat, forced(flat) if hugs else None, broken)

    def arguments(self, call: tree.CallExpression) -> Document:
        """Format the arguments of a call with their parentheses."""
        lead = self.lead()
        if _is_table([argument.value for argument in call.arguments]) and not self._has_comments_inside(self.position):
            return concat([lead, self._filled(trailing=False)])
        if _is_one_text(call) and not self._comments_between(call):
            opening = self.take()
            made = self.expression(call.arguments[0].value)
            comma = self.drop() if self.kind == "," else NOTHING
            return concat([lead, opening, hang(made, "", closes=True), comma, self.take()])
        if not _hugs(call) or self._comments_between(call):
            return concat([lead, self.bracketed(call.arguments, self._argument)])
        opening = self.take()
        parts: list[Document] = []
        rows: list[Document] = [SOFT_LINE]
        for position, argument in enumerate(call.arguments):
            if position:
                parts.append(SPACE)
                rows.append(line(blank=self.blank()))
            made = self._argument(argument)
            parts.append(made)
            rows.append(made)
            if position + 1 < len(call.arguments):
                comma = self.take()
                parts.append(comma)
                rows.append(comma)
            elif self.kind == ",":
                self.drop()
        closing = self.take()
        broken = group(concat([opening, indent(concat(rows)), SOFT_LINE, closing]), broken=True)
        flat = concat([opening, *parts, closing])
        if any(part.hard or part.open_end for part in parts[:-1]):
            return concat([lead, broken])
        last = forced(parts[-1])
        hugged = None if last is None else concat([opening, *parts[:-1], last, closing])
        return concat([lead, choice(flat, hugged, broken)])

    def _comments_between(self, call: tree.CallExpression) -> bool:
        # Comments between the arguments; those inside an argument do not count.
        closer = self.tokens.partners[self.position]
        if not self.has_comments(self.position, closer):
            return False
        index_at = self.tokens.index_at
        places = {closer}
        for argument in call.arguments:
            places.add(index_at(argument.span.start))
            places.add(index_at(argument.value.span.start))
            places.add(index_at(argument.span.end - 1) + 1)
        return any(self.has_comments(place, place) for place in places)

    def _argument(self, argument: tree.Argument) -> Document:
        if not argument.modifier:
            return self.expression(argument.value)
        return concat([self.take(), SPACE, self.expression(argument.value)])

    # Lambdas and matches --------------------------------------------------------------------------------------

    def _lambda(self, expression: tree.LambdaExpression, levels: int) -> Document:
        if self.kind == "(":
            parameters = self.bracketed(expression.parameters, self.parameter)
        else:
            parameters = self.take()
        return concat([parameters, SPACE, self.take(), self.arrow_body(expression.body)])

    def _match(self, expression: tree.MatchExpression, levels: int) -> Document:
        word = self.take()
        scrutinee = self.expression(expression.scrutinee, 2)
        broken = not self.on_one_line(self.position)
        arms = self.bracketed(expression.arms, self._arm, padded=True, trailing=True, broken=broken)
        return concat([word, SPACE, scrutinee, SPACE, arms])

    def _pattern(self, pattern: tree.Pattern) -> list[Document]:
        """Format a pattern; its alternatives may start lines of their own."""
        if not isinstance(pattern, tree.OrPattern):
            return [self.inline(pattern.span.end)]
        first, *others = pattern.alternatives
        parts: list[Document] = [self.inline(first.span.end)]
        for alternative in others:
            parts += [LINE, self.lead(), self.take(), SPACE, self.inline(alternative.span.end)]
        return parts

    def _arm(self, arm: tree.MatchArm) -> Document:
        parts = self._pattern(arm.pattern)
        if arm.guard is not None:
            parts += [SPACE, self.take(), SPACE, self.expression(arm.guard, 2)]
        # One group, so that a head that is too long breaks before its alternatives and not inside its guard.
        return concat([group(concat(parts)), SPACE, self.take(), self.arrow_body(arm.body)])


def _operand(link: tree.Expression) -> tree.Expression:
    match link:
        case tree.MemberExpression() | tree.IndexExpression():
            return link.object
        case tree.CallExpression():
            return link.callee
        case tree.TryExpression():
            return link.operand
        case tree.EnumPathExpression():
            return link.prefix
        case tree.StructLiteral():
            return link.type
    raise AssertionError("an element of a chain must have an operand")


def _is_unbreakable(expression: tree.Expression) -> bool:
    """Return whether an expression has neither operators nor brackets with something inside."""
    while isinstance(expression, _LINKS) and not isinstance(expression, (tree.IndexExpression, tree.StructLiteral)):
        if isinstance(expression, tree.CallExpression) and expression.arguments:
            return False
        expression = _operand(expression)
    return isinstance(expression, _ATOMS)


def _line_starts(base: tree.Expression, has_call: list[bool]) -> list[int]:
    """Return the elements of a chain that start a line when it breaks. Members stay with the call that follows them."""
    calls = [step for step, called in enumerate(has_call) if called]
    starts = [calls[place - 1] + 1 if place else call for place, call in enumerate(calls) if call]
    if starts and isinstance(base, tree.NameExpression) and starts[0] == calls[0]:
        name = base.name.text
        if name[0].isupper() or (starts[0] == 1 and len(name) <= _SHORT):
            del starts[0]
    return starts


def _is_table(elements: list[tree.Expression] | tuple[tree.Expression, ...]) -> bool:
    return len(elements) >= _FILLED and all(_is_number(element) for element in elements)


def _is_number(expression: tree.Expression) -> bool:
    if isinstance(expression, tree.UnaryExpression):
        return expression.operator == NEGATION and isinstance(
            expression.operand, (tree.IntegerLiteral, tree.FloatLiteral)
        )
    return isinstance(expression, (tree.IntegerLiteral, tree.FloatLiteral))


def is_block_like(expression: tree.Expression, through_calls: bool = False) -> bool:
    """Return whether an expression ends with braces or brackets that may remain open at the end of a line."""
    match expression:
        case tree.BlockExpression() | tree.MatchExpression() | tree.IfExpression():
            return True
        case tree.ReturnExpression(value=value):
            return value is not None and is_block_like(value, through_calls)
        case tree.StructLiteral():
            return bool(expression.fields)
        case tree.ArrayLiteral():
            return bool(expression.elements)
        case tree.LambdaExpression():
            return is_block_like(expression.body, through_calls)
        case tree.CallExpression():
            return through_calls and _hugs(expression)
    return False


def _is_one_text(call: tree.CallExpression) -> bool:
    return len(call.arguments) == 1 and isinstance(call.arguments[0].value, tree.StringLiteral)


def _hugs(call: tree.CallExpression) -> bool:
    """Return whether the last argument may stay on the line of the call when it breaks."""
    if not call.arguments or call.arguments[-1].modifier:
        return False
    if any(is_block_like(argument.value) for argument in call.arguments[:-1]):
        return False
    return is_block_like(call.arguments[-1].value, through_calls=len(call.arguments) == 1)


__all__ = ["ExpressionFormatter", "is_block_like"]
