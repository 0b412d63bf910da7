"""The tables of rules, one row for each class of expression and of statement. A test checks that they are complete."""

from __future__ import annotations

from typing import Final, cast

from beskid.analysis import typed
from beskid.analysis.model.types import Type
from beskid.analysis.types.check.aggregates import array_literal, struct_literal
from beskid.analysis.types.check.assignment import assign_expression, place_of
from beskid.analysis.types.check.blocks import block_expression
from beskid.analysis.types.check.calls import call_expression
from beskid.analysis.types.check.conditionals import if_expression
from beskid.analysis.types.check.constructors import enum_path
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.items import index_expression
from beskid.analysis.types.check.lambdas import lambda_expression
from beskid.analysis.types.check.literals import (
    bool_literal,
    char_literal,
    float_literal,
    integer_literal,
    string_literal,
)
from beskid.analysis.types.check.loops import for_statement
from beskid.analysis.types.check.matches import match_expression
from beskid.analysis.types.check.names import member_expression, name_expression
from beskid.analysis.types.check.operators import binary, unary
from beskid.analysis.types.check.operators import cast as cast_expression
from beskid.analysis.types.check.state import BodyChecker, ExpressionRule, Rules, StatementRule
from beskid.analysis.types.check.statements import (
    break_expression,
    continue_expression,
    error_statement,
    expression_statement,
    let_statement,
    return_expression,
    while_statement,
)
from beskid.analysis.types.check.tries import try_expression
from beskid.syntax import tree


def _grouped(checker: BodyChecker, expression: tree.GroupedExpression, expected: Type | None) -> typed.Expression:
    return infer(checker, expression.inner, expected)


def _error(checker: BodyChecker, expression: tree.ErrorExpression, expected: Type | None) -> typed.Expression:
    return error_value(expression.span)


EXPRESSIONS: Final[dict[type, object]] = {
    tree.IntegerLiteral: integer_literal,
    tree.FloatLiteral: float_literal,
    tree.BoolLiteral: bool_literal,
    tree.CharLiteral: char_literal,
    tree.StringLiteral: string_literal,
    tree.NameExpression: name_expression,
    tree.MemberExpression: member_expression,
    tree.EnumPathExpression: enum_path,
    tree.CallExpression: call_expression,
    tree.IndexExpression: index_expression,
    tree.TryExpression: try_expression,
    tree.UnaryExpression: unary,
    tree.BinaryExpression: binary,
    tree.AssignExpression: assign_expression,
    tree.CastExpression: cast_expression,
    tree.LambdaExpression: lambda_expression,
    tree.MatchExpression: match_expression,
    tree.StructLiteral: struct_literal,
    tree.ArrayLiteral: array_literal,
    tree.IfExpression: if_expression,
    tree.ReturnExpression: return_expression,
    tree.BreakExpression: break_expression,
    tree.ContinueExpression: continue_expression,
    tree.BlockExpression: block_expression,
    tree.GroupedExpression: _grouped,
    tree.ErrorExpression: _error,
}
"""The rule of every class of `tree.Expression`."""

STATEMENTS: Final[dict[type, object]] = {
    tree.LetStatement: let_statement,
    tree.WhileStatement: while_statement,
    tree.ForStatement: for_statement,
    tree.ExpressionStatement: expression_statement,
    tree.ErrorStatement: error_statement,
}
"""The rule of every class of `tree.Statement`."""

# Each rule takes the class of its row, which the type of a dictionary cannot express.
RULES: Final = Rules(
    cast("dict[type, ExpressionRule]", EXPRESSIONS),
    cast("dict[type, StatementRule]", STATEMENTS),
    place_of,
)
