"""Expressions, literals and the parts of calls, matches and struct literals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from beskid.base.node import node
from beskid.source.text import Span

if TYPE_CHECKING:
    from beskid.syntax.tree.items import Parameter
    from beskid.syntax.tree.names import Name, TypeSyntax
    from beskid.syntax.tree.patterns import Pattern
    from beskid.syntax.tree.statements import Block


@node
class IntegerLiteral:
    """`value` is never negative here; `suffix` is "" or a type name (`i64`, `u8`, `f64` …)."""

    id: int
    span: Span
    value: int
    suffix: str


@node
class FloatLiteral:
    id: int
    span: Span
    value: float
    suffix: str


@node
class BoolLiteral:
    id: int
    span: Span
    value: bool


@node
class CharLiteral:
    """`value` is the scalar value."""

    id: int
    span: Span
    value: int


@node
class FormattedPiece:
    """An interpolated expression with a format: `value:format`."""

    id: int
    span: Span
    value: Expression
    format: str
    format_span: Span


@node
class StringLiteral:
    """Decoded pieces: text or interpolated expression. A plain string has zero or one text piece."""

    id: int
    span: Span
    pieces: tuple[str | Expression | FormattedPiece, ...]


@node
class NameExpression:
    """A plain name, possibly with type arguments (`id<i64>` before a call, `List<i64>` before `::` or `.`)."""

    id: int
    span: Span
    name: Name
    type_arguments: tuple[TypeSyntax, ...]


@node
class MemberExpression:
    """`object.name`, possibly with type arguments. Dotted paths are nested members of a NameExpression."""

    id: int
    span: Span
    object: Expression
    name: Name
    type_arguments: tuple[TypeSyntax, ...]


@node
class EnumPathExpression:
    """`Prefix::Variant` without call; `prefix` is a NameExpression or MemberExpression naming the enum."""

    id: int
    span: Span
    prefix: NameExpression | MemberExpression
    variant: Name


@node
class Argument:
    """A call argument; `modifier` is "", "ref" or "out"."""

    id: int
    span: Span
    modifier: str
    value: Expression


@node
class CallExpression:
    """`callee(arguments)`; an enum constructor is a call whose callee is an EnumPathExpression."""

    id: int
    span: Span
    callee: Expression
    arguments: tuple[Argument, ...]


@node
class IndexExpression:
    """`object[index, …]`; there is at least one index."""

    id: int
    span: Span
    object: Expression
    indexes: tuple[Expression, ...]


@node
class TryExpression:
    id: int
    span: Span
    operand: Expression


@node
class UnaryExpression:
    """`operator` is `-`, `!` or `~`."""

    id: int
    span: Span
    operator: str
    operand: Expression


@node
class BinaryExpression:
    """`operator` as written, assignment excluded."""

    id: int
    span: Span
    operator: str
    operator_span: Span
    left: Expression
    right: Expression


@node
class AssignExpression:
    """`operator` is `=` or a compound such as `+=`."""

    id: int
    span: Span
    operator: str
    operator_span: Span
    target: Expression
    value: Expression


@node
class CastExpression:
    """`e as T`; `type` is one primitive name."""

    id: int
    span: Span
    operand: Expression
    type: TypeSyntax


@node
class LambdaExpression:
    id: int
    span: Span
    parameters: tuple[Parameter, ...]
    body: Expression


@node
class MatchArm:
    id: int
    span: Span
    pattern: Pattern
    guard: Expression | None
    body: Expression


@node
class MatchExpression:
    id: int
    span: Span
    scrutinee: Expression
    arms: tuple[MatchArm, ...]


@node
class IfExpression:
    """`otherwise` is a block, another `if` (`else if`) or None."""

    id: int
    span: Span
    condition: Expression
    then: Block
    otherwise: Block | IfExpression | None


@node
class ReturnExpression:
    id: int
    span: Span
    value: Expression | None


@node
class BreakExpression:
    id: int
    span: Span


@node
class ContinueExpression:
    id: int
    span: Span


@node
class FieldInitializer:
    """`name: value`, or `name` alone, which is short for `name: name`; then the value has the span of the name."""

    id: int
    span: Span
    name: Name
    value: Expression


@node
class StructLiteral:
    """`type` is a NameExpression or MemberExpression naming the struct type."""

    id: int
    span: Span
    type: NameExpression | MemberExpression
    fields: tuple[FieldInitializer, ...]


@node
class ArrayLiteral:
    id: int
    span: Span
    elements: tuple[Expression, ...]


@node
class BlockExpression:
    id: int
    span: Span
    block: Block


@node
class GroupedExpression:
    id: int
    span: Span
    inner: Expression


@node
class ErrorExpression:
    id: int
    span: Span


Expression: TypeAlias = (
    IntegerLiteral
    | FloatLiteral
    | BoolLiteral
    | CharLiteral
    | StringLiteral
    | NameExpression
    | MemberExpression
    | EnumPathExpression
    | CallExpression
    | IndexExpression
    | TryExpression
    | UnaryExpression
    | BinaryExpression
    | AssignExpression
    | CastExpression
    | LambdaExpression
    | MatchExpression
    | IfExpression
    | ReturnExpression
    | BreakExpression
    | ContinueExpression
    | StructLiteral
    | ArrayLiteral
    | BlockExpression
    | GroupedExpression
    | ErrorExpression
)
