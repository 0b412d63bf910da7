"""The syntax tree of edition 2026 (`language.md` §2, the *yes* rows of §3, decisions §1).

Every node has an `id` (dense, per file, assigned by the parser) and a `span`. Trees describe the text alone: names are
not resolved, types are unknown, nothing is desugared. `Error*` nodes mark where the parser recovered; a tree that
contains one always has a diagnostic.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.base.node import node
from beskid.source.text import SourceText, Span

# Names and types ------------------------------------------------------------------------------------------------


@node
class Name:
    """An identifier as written."""

    id: int
    span: Span
    text: str


@node
class PathSegment:
    """One segment of a dotted path with its type arguments (`List<i64>`)."""

    id: int
    span: Span
    name: Name
    type_arguments: tuple[TypeSyntax, ...]


@node
class Path:
    """A dotted path of at least one segment. Primitive type names are paths of one segment."""

    id: int
    span: Span
    segments: tuple[PathSegment, ...]


@node
class PathType:
    id: int
    span: Span
    path: Path


@node
class ArrayType:
    id: int
    span: Span
    element: TypeSyntax


@node
class FunctionType:
    """`R(A, B)` or `(A, B) => R`."""

    id: int
    span: Span
    result: TypeSyntax
    parameters: tuple[TypeSyntax, ...]


@node
class RefType:
    """`ref T` in a type position (extern signatures)."""

    id: int
    span: Span
    target: TypeSyntax


@node
class ErrorType:
    id: int
    span: Span


TypeSyntax: TypeAlias = PathType | ArrayType | FunctionType | RefType | ErrorType

# Items ----------------------------------------------------------------------------------------------------------


@node
class AttributeArgument:
    """`Name: value`; `name` is None for a positional argument (`[Symbol("x")]`)."""

    id: int
    span: Span
    name: Name | None
    value: Expression


@node
class Attribute:
    id: int
    span: Span
    name: Name
    arguments: tuple[AttributeArgument, ...]


@node
class TypeParameter:
    """`T` or `T : Comparable + Hashable`; constraints are paths that may carry type arguments."""

    id: int
    span: Span
    name: Name
    constraints: tuple[Path, ...]


@node
class Parameter:
    """`modifier` is "", "ref" or "out"; `is_mut` for `mut T x`; `type` is None only in lambdas (`x => e`)."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    modifier: str
    is_mut: bool
    type: TypeSyntax | None
    name: Name
    doc: str | None


@node
class FunctionItem:
    """A function, a method (inside impl, type or extend) or a contract method signature (`body` is None).

    `=> expr` bodies are stored as `expression_body`. Exactly one of `body` and `expression_body` is set, except for
    contract
    method signatures, which have neither.
    """

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    result: TypeSyntax
    name: Name
    type_parameters: tuple[TypeParameter, ...]
    parameters: tuple[Parameter, ...]
    body: Block | None
    expression_body: Expression | None
    doc: str | None


@node
class Field:
    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    type: TypeSyntax
    name: Name
    doc: str | None


@node
class EventField:
    """`event{N} Name(params)`; `capacity` is None when not written."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    capacity: int | None
    capacity_span: Span
    name: Name
    parameters: tuple[Parameter, ...]
    doc: str | None


@node
class TypeItem:
    """`type Name<T> : Contract, … { fields, methods }`."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    name: Name
    type_parameters: tuple[TypeParameter, ...]
    conformances: tuple[Path, ...]
    fields: tuple[Field | EventField, ...]
    methods: tuple[FunctionItem, ...]
    doc: str | None


@node
class VariantField:
    """A payload field; `name` is None when unnamed."""

    id: int
    span: Span
    type: TypeSyntax
    name: Name | None
    doc: str | None


@node
class Variant:
    id: int
    span: Span
    name: Name
    fields: tuple[VariantField, ...]
    doc: str | None


@node
class EnumItem:
    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    name: Name
    type_parameters: tuple[TypeParameter, ...]
    variants: tuple[Variant, ...]
    doc: str | None


@node
class ContractEmbedding:
    id: int
    span: Span
    path: Path


@node
class ContractItem:
    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    name: Name
    type_parameters: tuple[TypeParameter, ...]
    methods: tuple[FunctionItem, ...]
    embeddings: tuple[ContractEmbedding, ...]
    doc: str | None


@node
class ImplItem:
    """`impl T { … }` or `extend type T { … }`. `receiver` may carry names of the type's parameters (`Box<T>`)."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_extend: bool
    receiver: Path
    methods: tuple[FunctionItem, ...]


@node
class SectionEntry:
    id: int
    span: Span
    name: Name
    value: Expression


@node
class TestSection:
    """A `meta { … }` or `skip { … }` section of a test."""

    id: int
    span: Span
    kind: str
    entries: tuple[SectionEntry, ...]


@node
class TestItem:
    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    name: Name
    sections: tuple[TestSection, ...]
    body: Block
    doc: str | None


@node
class AttributeParameter:
    id: int
    span: Span
    name: Name
    type: TypeSyntax
    default: Expression | None


@node
class AttributeItem:
    """`attribute Name(Targets) { parameters }`."""

    id: int
    span: Span
    is_pub: bool
    name: Name
    targets: tuple[Name, ...]
    parameters: tuple[AttributeParameter, ...]
    doc: str | None


@node
class ConstItem:
    """`[pub] const T Name = e;` (decision L7)."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    type: TypeSyntax
    name: Name
    value: Expression
    doc: str | None


@node
class UseItem:
    id: int
    span: Span
    is_pub: bool
    path: Path
    alias: Name | None


@node
class ModuleDeclaration:
    """`mod a.b;` (file-scoped) or `pub mod a.b;` (re-export)."""

    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    path: Path


@node
class InlineModule:
    id: int
    span: Span
    attributes: tuple[Attribute, ...]
    is_pub: bool
    name: Name
    items: tuple[Item, ...]
    doc: str | None


Item: TypeAlias = (
    FunctionItem
    | TypeItem
    | EnumItem
    | ContractItem
    | ImplItem
    | TestItem
    | AttributeItem
    | ConstItem
    | UseItem
    | ModuleDeclaration
    | InlineModule
)


@node
class Program:
    """One source file. `node_count` is one more than the largest node id."""

    id: int
    span: Span
    source: SourceText
    items: tuple[Item, ...]
    node_count: int


# Statements -----------------------------------------------------------------------------------------------------


@node
class Block:
    id: int
    span: Span
    statements: tuple[Statement, ...]


@node
class LetStatement:
    """`T [mut] x = e;`, `mut T x = e;`, `let [mut] x = e;`, `let T x = e;`; `type` is None when inferred."""

    id: int
    span: Span
    is_mut: bool
    type: TypeSyntax | None
    name: Name
    value: Expression


@node
class WhileStatement:
    id: int
    span: Span
    condition: Expression
    body: Block


@node
class ForStatement:
    """`position` is the first name of `for i, x in e`, and None in `for x in e`."""

    id: int
    span: Span
    position: Name | None
    name: Name
    iterable: Expression
    body: Block


@node
class ExpressionStatement:
    """`ends` tells whether a `;` follows. Without one, the last statement of a block may be the value of the block."""

    id: int
    span: Span
    expression: Expression
    ends: bool


@node
class ErrorStatement:
    id: int
    span: Span


Statement: TypeAlias = LetStatement | WhileStatement | ForStatement | ExpressionStatement | ErrorStatement

# Expressions ----------------------------------------------------------------------------------------------------


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

# Patterns -------------------------------------------------------------------------------------------------------


@node
class WildcardPattern:
    id: int
    span: Span


@node
class BindingPattern:
    id: int
    span: Span
    name: Name


@node
class LiteralPattern:
    """`literal` is an integer, float, bool, char or plain string literal; `negative` for a leading `-`."""

    id: int
    span: Span
    negative: bool
    literal: IntegerLiteral | FloatLiteral | BoolLiteral | CharLiteral | StringLiteral


@node
class RangePattern:
    """`low..=high`, both included; the bounds are numbers or characters."""

    id: int
    span: Span
    low: LiteralPattern
    high: LiteralPattern


@node
class OrPattern:
    """`a | b`; there are at least two alternatives, none of which is an `OrPattern`."""

    id: int
    span: Span
    alternatives: tuple[Pattern, ...]


@node
class EnumPattern:
    """`Prefix::Variant(subpatterns)`; `fields` is None when no parentheses were written."""

    id: int
    span: Span
    prefix: NameExpression | MemberExpression
    variant: Name
    fields: tuple[Pattern, ...] | None


@node
class ErrorPattern:
    id: int
    span: Span


Pattern: TypeAlias = (
    WildcardPattern | BindingPattern | LiteralPattern | RangePattern | OrPattern | EnumPattern | ErrorPattern
)
