"""Items, which are the parts of a file and of a module, and the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from beskid.base.node import node
from beskid.source.text import SourceText, Span

if TYPE_CHECKING:
    from beskid.syntax.tree.expressions import Expression
    from beskid.syntax.tree.names import Name, Path, TypeSyntax
    from beskid.syntax.tree.statements import Block


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
