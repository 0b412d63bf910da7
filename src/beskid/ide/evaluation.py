"""What refactorings share: whether an expression can be moved, new names, and edits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

from beskid.analysis.model.symbols import (
    ConstSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    Type,
    TypeSymbol,
)
from beskid.base.node import field_names, is_node
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import children_of
from beskid.source.diagnostics import Diagnostic, Edit, has_errors
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.lexer import tokenize
from beskid.syntax.operators import BINARY, Family

EXPRESSIONS = (
    tree.IntegerLiteral, tree.FloatLiteral, tree.BoolLiteral, tree.CharLiteral, tree.StringLiteral,
    tree.NameExpression, tree.MemberExpression, tree.EnumPathExpression, tree.CallExpression, tree.IndexExpression,
    tree.TryExpression, tree.UnaryExpression, tree.BinaryExpression, tree.CastExpression, tree.LambdaExpression,
    tree.MatchExpression, tree.IfExpression, tree.StructLiteral, tree.ArrayLiteral, tree.GroupedExpression,
)  # fmt: skip
"""The expressions that have a value. The others leave the place where they are, assign, or are blocks."""

INDENT = "    "

_LITERALS = (tree.IntegerLiteral, tree.FloatLiteral, tree.BoolLiteral, tree.CharLiteral)
_TOTAL = (Family.ARITHMETIC, Family.BITWISE, Family.SHIFT, Family.LOGICAL)
"""Families of operators that call no method, and panic only where they divide."""


def is_constant(snapshot: Snapshot, source: SourceText, part: object) -> bool:
    """Return whether an expression has one value wherever its names are known, and no effect."""
    return _is_pure(snapshot, source, part, with_state=False)


def is_pure(snapshot: Snapshot, source: SourceText, part: object) -> bool:
    """Return whether an expression has no effect. It may read what other code changes."""
    return _is_pure(snapshot, source, part, with_state=True)


def _is_pure(snapshot: Snapshot, source: SourceText, part: object, with_state: bool) -> bool:
    if isinstance(part, _LITERALS):
        return True
    if isinstance(part, tree.StringLiteral):
        return all(isinstance(piece, str) for piece in part.pieces)
    if isinstance(part, tree.NameExpression | tree.MemberExpression):
        occurrence = snapshot.names_in(source).get(part.name.span)
        target = occurrence.target if occurrence is not None else None
        if isinstance(target, LocalSymbol):
            return with_state or not (target.is_mut or target.is_assigned)
        if isinstance(target, FieldSymbol):
            return with_state and (
                isinstance(part, tree.NameExpression) or _is_pure(snapshot, source, part.object, True)
            )
        if isinstance(target, FunctionSymbol) and isinstance(part, tree.MemberExpression):
            return _is_pure(snapshot, source, part.object, with_state)
        return isinstance(target, ConstSymbol | FunctionSymbol | ModuleSymbol | TypeSymbol)
    if isinstance(part, tree.BinaryExpression):
        row = BINARY[part.operator]
        if row.family not in _TOTAL or row.divides:
            return False
    if isinstance(part, tree.BinaryExpression | tree.UnaryExpression | tree.GroupedExpression):
        return all(_is_pure(snapshot, source, each, with_state) for each in children_of(part))
    return isinstance(part, tree.EnumPathExpression)


def can_move_before(snapshot: Snapshot, source: SourceText, path: list[object], moved: object) -> bool:
    """Return whether `moved` has the same effect at the end of a path and before its first node, a statement.

    The statement must evaluate that place exactly once, and nothing that it evaluates earlier may notice.
    """
    earlier: list[object] = []
    for parent, child in pairwise(path):
        if not _is_evaluated_once(parent, child):
            return False
        if isinstance(parent, tree.AssignExpression) and parent.operator == "=" and parent.value is child:
            if not isinstance(parent.target, tree.NameExpression):
                earlier.append(parent.target)
            continue
        start: Span = child.span  # type: ignore[attr-defined]
        earlier += [each for each in children_of(parent) if _is_value(each) and _end(each) <= start.start]
    if is_constant(snapshot, source, moved):
        return True
    if is_pure(snapshot, source, moved):
        return all(is_pure(snapshot, source, each) for each in _values(earlier))
    return all(is_constant(snapshot, source, each) for each in _values(earlier))


def _values(parts: list[object]) -> Iterator[object]:
    """Yield the expressions of arguments and initializers."""
    for part in parts:
        yield part.value if isinstance(part, tree.Argument | tree.FieldInitializer) else part


def _is_value(part: object) -> bool:
    return isinstance(part, (*EXPRESSIONS, tree.Argument, tree.FieldInitializer))


def _end(part: object) -> int:
    span: Span = part.span  # type: ignore[attr-defined]
    return span.end


def _is_evaluated_once(parent: object, child: object) -> bool:
    if isinstance(parent, tree.LambdaExpression | tree.MatchArm | tree.WhileStatement | tree.Block):
        return False
    if isinstance(parent, tree.IfExpression):
        return child is parent.condition
    if isinstance(parent, tree.ForStatement):
        return child is parent.iterable
    if isinstance(parent, tree.BinaryExpression):
        return child is parent.left or BINARY[parent.operator].family is not Family.LOGICAL
    return True


def is_place(parent: object, child: object) -> bool:
    """Return whether a part of an expression is not a value: what is called, assigned or passed by reference."""
    if isinstance(parent, tree.AssignExpression):
        return child is parent.target
    if isinstance(parent, tree.CallExpression):
        return child is parent.callee
    if isinstance(parent, tree.Argument):
        return parent.modifier != ""
    return isinstance(parent, tree.EnumPathExpression | tree.StructLiteral | tree.EnumPattern | tree.LiteralPattern)


def value_type(snapshot: Snapshot, source: SourceText, expression: object) -> Type | None:
    """Return the type that an expression has before it is converted to what its place expects."""
    while isinstance(expression, tree.GroupedExpression):
        expression = expression.inner
    span: Span = expression.span  # type: ignore[attr-defined]
    for function, body in snapshot.check.bodies.items():
        around = function.tree.span
        if function.source is source and around.start <= span.start and span.end <= around.end:
            found = [part for part in _typed_parts(body.body) if getattr(part, "span", None) == span]
            types = [type for type in [getattr(part, "type", None) for part in found] if isinstance(type, Type)]
            if types:
                return types[-1]
    return None


def _typed_parts(part: object) -> Iterator[object]:
    """Yield the nodes of a typed tree, each before those below it."""
    if isinstance(part, tuple) and not isinstance(part, Span):
        for each in part:
            yield from _typed_parts(each)
    elif is_node(type(part)):
        yield part
        for name in field_names(type(part)):
            yield from _typed_parts(getattr(part, name))


def parts_of(part: object) -> Iterator[object]:
    """Yield a node and all nodes below it."""
    yield part
    for each in children_of(part):
        yield from parts_of(each)


def unused_name(text: str, base: str) -> str:
    """Return a name that does not occur in a text."""
    names = set(re.findall(r"\w+", text))
    number, name = 1, base
    while name in names:
        number += 1
        name = f"{base}{number}"
    return name


def indent_at(text: str, offset: int) -> str:
    """Return the white space at the beginning of a line."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset]
    return line[: len(line) - len(line.lstrip())]


def is_typed(snapshot: Snapshot, source: SourceText, item: object) -> bool:
    """Return whether a declaration has no errors, so that the types of all its expressions are known."""
    span: Span = item.span  # type: ignore[attr-defined]
    return not any(
        each.source is source and span.start <= each.span.end and each.span.start <= span.end
        for each in _errors(snapshot)
    )


def still_checks(snapshot: Snapshot, edits: tuple[Edit, ...]) -> bool:
    """Return whether the program has no more errors with the edits than without them."""
    with closing(snapshot.with_edits(edits)) as changed:
        return len(_errors(snapshot)) >= len(_errors(changed))


def _errors(snapshot: Snapshot) -> list[Diagnostic]:
    """Return all errors, with those that are not reported because they follow from others."""
    snapshot.finish()
    return [each for each in [*snapshot.world.diagnostics, *snapshot.check.diagnostics] if has_errors([each])]


def before_brace(
    source: SourceText, close: int, added: str, complete: tuple[str, ...] = ("{", ",")
) -> tuple[Edit, ...]:
    """Return the edits that add a text before the closing brace at an offset.

    A comma is added first unless the last token before the brace is one of `complete`. Comments stay after the comma.
    """
    tokens = tokenize(source)
    last = tokens.index_at(close) - 1
    end, start = tokens.ends[last], len(source.text[:close].rstrip())
    if tokens.text(last) in complete:
        return (Edit(source, Span(start, close), added),)
    if start == end:
        return (Edit(source, Span(start, close), f",{added}"),)
    return Edit(source, Span(end, end), ","), Edit(source, Span(start, close), added)
