"""Blocks and statements, with recovery from one statement to the next."""

from __future__ import annotations

from typing import Final

from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import ITEM_WORDS, NOT_A_TYPE, Abandon
from beskid.syntax.parser.habits.statements import StatementHabits
from beskid.syntax.tokens import END, HOLE_CLOSE, IDENTIFIER

_AFTER_TYPE_NAME: Final = frozenset({IDENTIFIER, "mut", ".", "<", "[", "("})
_NOTHING_AFTER: Final = frozenset({";", "}", ")", "]", ",", END, HOLE_CLOSE})
_BLOCK_LIKE: Final = {"{": "a block", "match": "a `match`", "if": "an `if`"}


class StatementParser(StatementHabits):
    """Parses blocks and statements."""

    def block(self) -> tree.Block:
        """Parse `{ statements }`."""
        opener = self.pos
        start = self.starts[opener]
        self.expect("{")
        self.enter()
        struct, arrow = self.no_struct, self.no_lambda
        self.no_struct = self.no_lambda = False
        statements: list[tree.Statement] = []
        kinds = self.kinds
        self.openers.append(opener)
        try:
            while kinds[self.pos] != "}":
                if kinds[self.pos] == END or kinds[self.pos] == HOLE_CLOSE:
                    self.unclosed(opener)
                statements.append(self.recovering_statement())
        finally:
            self.openers.pop()
        self.pos += 1
        self.no_struct, self.no_lambda = struct, arrow
        self.depth -= 1
        return tree.Block(self.new_id(), self.span_from(start), tuple(statements))

    def misplaced_item(self) -> None:
        """Handle an item inside a block: either the block is unclosed, or the item is nested."""
        raise NotImplementedError

    def recovering_statement(self) -> tree.Statement:
        begin = self.pos
        depth = self.depth
        outer = self.exchange_partial(None)
        try:
            return self.statement()
        except Abandon:
            self.depth = depth
            self.no_struct = self.no_lambda = False
            self.skip_statement(begin)
            if self.pos == begin:
                self.skip_one()
            return tree.ErrorStatement(self.new_id(), self.span_from(self.starts[begin]), self.partial)
        finally:
            self.exchange_partial(outer)

    def exchange_partial(self, partial: tree.Expression | None) -> tree.Expression | None:
        """Set the part of an expression that is kept when it is abandoned, and return the one of before.

        An assignment would let mypy believe that nothing is kept until the next one, and compiled code checks that.
        """
        before, self.partial = self.partial, partial
        return before

    def statement(self) -> tree.Statement:
        pos = self.pos
        kind = self.kinds[pos]
        if kind == IDENTIFIER:
            following = self.kinds[pos + 1]
            if following in _AFTER_TYPE_NAME:
                if following == IDENTIFIER or following == "{" or following == "(":
                    self.habit_statement()
                after = self.type_end(pos)
                if after != NOT_A_TYPE and (self.kinds[after] == IDENTIFIER or self.kinds[after] == "mut"):
                    declaration = self._declaration(after)
                    if declaration is not None:
                        return declaration
            elif following == ":" or following == "{":
                self.habit_statement()
            return self._expression_statement()
        if kind == "let" or kind == "mut":
            return self._let()
        if kind == "while":
            return self._while()
        if kind == "for":
            return self._for()
        return self._rare_statement(kind)

    def _rare_statement(self, kind: str) -> tree.Statement:
        pos = self.pos
        if kind == "(":
            after = self.type_end(pos)
            if after != NOT_A_TYPE and self.kinds[after] in (IDENTIFIER, "mut"):
                declaration = self._declaration(after)
                if declaration is not None:
                    return declaration
        if kind == ";":
            self.report("empty statements are not allowed", self.tokens.span(pos), help="remove it")
            self.pos += 1
            return tree.ErrorStatement(self.new_id(), self.tokens.span(pos))
        if kind in ITEM_WORDS:
            self.misplaced_item()
            return tree.ErrorStatement(self.new_id(), self.span_from(self.starts[pos]))
        if kind == "else":
            self.fail("`else` without a matching `if`")
        return self._expression_statement()

    # Declarations ---------------------------------------------------------------------------------------------

    def _declaration(self, after: int) -> tree.Statement | None:
        # `after` is the index after a type: a declaration continues with an optional `mut`, a name and `=`.
        kinds = self.kinds
        name = after + 1 if kinds[after] == "mut" else after
        if kinds[name] != IDENTIFIER:
            if name == after:
                return None
            self.pos = name
            self.fail_expected("a local name after `mut`")
        following = kinds[name + 1]
        if following == "=":
            return self._typed_local(self.starts[self.pos], name == after + 1)
        if self.token_text(name) == "as" and name == after:
            return None
        if following == ";":
            self._without_value(name)
        if following == ",":
            self._several_locals(name + 1, self.text[self.starts[self.pos] : self.ends[name - 1]])
        if following == "(" and name == after:
            partner = self.partners[name + 1]
            if partner != -1 and kinds[partner + 1] in ("{", "=>"):
                start = self.starts[self.pos]
                self.misplaced_item()
                return tree.ErrorStatement(self.new_id(), self.span_from(start))
        if name != after:
            self.pos = name + 1
            self.fail_expected("`=` and a value")
        return None

    def _end_of_declaration(self, introduction: str) -> None:
        if self.kinds[self.pos] == ",":
            self._several_locals(self.pos, introduction)
        self.expect_semicolon("the declaration")

    def _several_locals(self, comma: int, introduction: str) -> None:
        self.habit(
            "each local needs its own declaration",
            self.tokens.span(comma),
            f"`{introduction} x = …; {introduction} y = …;`",
            "expected `;`",
        )

    def _without_value(self, name: int) -> None:
        text = self.token_text(name)
        type_text = self.text[self.starts[self.pos] : self.ends[name - 1]]
        self.fail(
            f"the local `{text}` is not initialized",
            self.tokens.span(name),
            "expected `= value` after it",
            f"initialize it: `{type_text} {text} = …;`",
        )

    def _typed_local(self, start: int, is_mut: bool) -> tree.Statement:
        annotation = self.type()
        if self.take("mut"):
            is_mut = True
        name = self.name("a local name")
        self.expect("=", "and a value after the name")
        value = self.expression()
        self._end_of_declaration(self.text[annotation.span.start : annotation.span.end])
        return tree.LetStatement(self.new_id(), self.span_from(start), is_mut, annotation, name, value)

    def _let(self) -> tree.Statement:
        start = self.starts[self.pos]
        has_let = self.take("let")
        is_mut = self.take("mut")
        kinds = self.kinds
        pos = self.pos
        if kinds[pos] == IDENTIFIER and kinds[pos + 1] == ":":
            self._typed_like_elsewhere(pos, is_mut)
        if kinds[pos] == "(" and has_let and self.type_end(pos) == NOT_A_TYPE:
            self.habit("destructuring is not supported", self.span_here(), "read the fields one by one, or use `match`")
        if kinds[pos] == IDENTIFIER and kinds[pos + 1] == "=":
            name = self.name()
            self.pos += 1
            value = self.expression()
            self._end_of_declaration("let")
            return tree.LetStatement(self.new_id(), self.span_from(start), is_mut, None, name, value)
        if kinds[pos] == IDENTIFIER and kinds[pos + 1] == ";":
            self._let_without_value(pos)
        if kinds[pos] == IDENTIFIER and kinds[pos + 1] == "," and has_let:
            self._several_locals(pos + 1, "let")
        after = self.type_end(pos)
        if after == NOT_A_TYPE:
            self.fail_expected("a local name" if has_let else "a type and a name")
        if kinds[after] == IDENTIFIER and kinds[after + 1] == ";":
            self._without_value(after)
        return self._typed_local(start, is_mut)

    def _let_without_value(self, pos: int) -> None:
        name = self.token_text(pos)
        self.fail(
            f"the local `{name}` is not initialized",
            self.tokens.span(pos),
            "expected `= value` after it",
            f"initialize it: `let {name} = …;`",
        )

    def _typed_like_elsewhere(self, pos: int, is_mut: bool) -> None:
        name = self.token_text(pos)
        if self.kinds[pos + 2] == "=":
            self.habit("`:=` is not supported", self.span_over(pos + 1, pos + 2), f"`let {name} = …;`")
        after = self.type_end(pos + 2)
        written = self.text[self.starts[pos + 2] : self.ends[after - 1]] if after != NOT_A_TYPE else "T"
        mut = "mut " if is_mut else ""
        self.habit(
            "the type comes before the name",
            self.span_over(pos, pos + 1),
            f"`{written} {mut}{name} = …;`, or `let {mut}{name} = …;` without a type",
        )

    # Control flow ---------------------------------------------------------------------------------------------

    def _while(self) -> tree.Statement:
        start = self.starts[self.pos]
        self.pos += 1
        self._require_head("while")
        condition = self.head()
        body = self._body_of("while")
        return tree.WhileStatement(self.new_id(), self.span_from(start), condition, body)

    def _for(self) -> tree.Statement:
        start = self.starts[self.pos]
        self.pos += 1
        if self.kinds[self.pos] == "(":
            self.habit_for()
        position: tree.Name | None = None
        name = self._loop_name()
        if self.take(","):
            position, name = name, self._loop_name()
        if self.kinds[self.pos] == ",":
            help = "`for i, x in values { … }` has the position and the element"
            self.habit("a loop has at most two variables", self.span_here(), help)
        self.expect("in", "after the name of the loop", "`for x in values { … }`")
        self._require_head("for … in")
        iterable = self.head()
        body = self._body_of("for")
        return tree.ForStatement(self.new_id(), self.span_from(start), position, name, iterable, body)

    def _loop_name(self) -> tree.Name:
        if self.kinds[self.pos + 1] == IDENTIFIER and self.token_text(self.pos + 1) == "of":
            self.habit_of()
        if self.kinds[self.pos] in ("let", "mut") or self.kinds[self.pos + 1] == IDENTIFIER:
            self.habit(
                "a loop variable has no type and no modifier",
                self.span_here(),
                "`for x in values { … }`: the type is inferred",
            )
        name = self.name("a loop variable name")
        if self.kinds[self.pos] == "=" or (self.kinds[self.pos] == ":" and self.kinds[self.pos + 1] == "="):
            self.habit("counting loops iterate over a range", self.span_here(), "`for i in range(0, 10) { … }`")
        return name

    def _require_head(self, word: str) -> None:
        if self.kinds[self.pos] == "{":
            self.fail_expected(f"an expression after `{word}`")

    def _body_of(self, word: str) -> tree.Block:
        kind = self.kinds[self.pos]
        if kind == "{":
            return self.block()
        if kind == ":" or self.word() == "then":
            self.habit(f"the body of `{word}` must be in braces", self.span_here(), f"`{word} … {{ … }}`")
        if kind == "=":
            self.fail(
                "expected a condition, found an assignment" if word != "for" else "expected `{`",
                help="use `==` to compare" if word != "for" else None,
            )
        if kind == "in":
            self.habit("the operator `in` is not supported", self.span_here(), "`values.Contains(x)`")
        return self.fail_expected(f"`{{` before the body of `{word}`", "a body must be in braces")

    def control_expression(self, kind: str) -> tree.Expression:
        """Parse `if`, `return`, `break` or `continue`."""
        if kind == "if":
            return self._if()
        if kind == "return":
            return self._return()
        start = self.starts[self.pos]
        self.pos += 1
        if self.kinds[self.pos] == IDENTIFIER and not self.starts_line(self.pos):
            help = "move the inner loop to a function and use `return`"
            self.habit(f"`{kind}` takes no label", self.span_here(), help)
        node = tree.BreakExpression if kind == "break" else tree.ContinueExpression
        return node(self.new_id(), self.span_from(start))

    def _return(self) -> tree.Expression:
        start = self.starts[self.pos]
        self.pos += 1
        kind = self.kinds[self.pos]
        has_value = kind not in _NOTHING_AFTER and not (kind == "{" and self.no_struct)
        value = self.expression() if has_value else None
        return tree.ReturnExpression(self.new_id(), self.span_from(start), value)

    def _if(self) -> tree.Expression:
        branches: list[tuple[int, tree.Expression, tree.Block]] = []
        last: tree.Block | None = None
        while True:
            start = self.starts[self.pos]
            self.pos += 1
            self._require_head("if")
            condition = self.head()
            branches.append((start, condition, self._body_of("if")))
            self.check_chain(len(branches))
            if self.kinds[self.pos] == IDENTIFIER and self.habit_else_if():
                continue
            if not self.take("else"):
                break
            if self.kinds[self.pos] != "if":
                last = self._body_of("else")
                break
        end = self.ends[self.pos - 1]
        otherwise: tree.Block | tree.IfExpression | None = last
        while True:
            start, condition, then = branches.pop()
            node = tree.IfExpression(self.new_id(), Span(start, end), condition, then, otherwise)
            if not branches:
                return node
            otherwise = node

    # Expressions as statements --------------------------------------------------------------------------------

    def _expression_statement(self) -> tree.Statement:
        start = self.starts[self.pos]
        first = self.kinds[self.pos]
        if first == "-" and self.kinds[self.pos + 1] == "-" and self.adjacent(self.pos + 1):
            self.habit_spelling("--", self.pos)
        if first in _BLOCK_LIKE:
            # It ends at its `}`: no operator continues it.
            expression = self.primary()
        else:
            expression = self.expression()
        ends = self.kinds[self.pos] == ";"
        if ends:
            self.pos += 1
        elif first in _BLOCK_LIKE:
            self._require_statement_start(first)
        else:
            self.habit_after_expression(expression)
            if self.kinds[self.pos] != "}":
                self.expect_semicolon(_described(expression))
        return tree.ExpressionStatement(self.new_id(), self.span_from(start), expression, ends)

    def _require_statement_start(self, first: str) -> None:
        if not self.at_continuation():
            return
        self.fail(
            f"{_BLOCK_LIKE[first]} at the start of a statement ends at its `}}`",
            label="the operand on its left is missing",
            help="put the whole expression in parentheses, or store its value in a local",
        )


def _described(expression: tree.Expression) -> str:
    match expression:
        case tree.ReturnExpression():
            return "`return`" if expression.value is None else "the returned value"
        case tree.BreakExpression():
            return "`break`"
        case tree.ContinueExpression():
            return "`continue`"
        case _:
            return "the expression"
