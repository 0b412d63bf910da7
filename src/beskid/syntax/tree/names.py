"""Names, paths and types as written."""

from __future__ import annotations

from typing import TypeAlias

from beskid.base.node import node
from beskid.source.text import Span


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
