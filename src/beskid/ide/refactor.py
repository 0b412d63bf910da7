"""Refactorings at an offset: what is missing in a match, a struct literal or a type, a test of a function, inlining.

What is selected can be extracted, see `beskid.ide.extract`.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import EnumSymbol, FunctionSymbol, StructSymbol, Type
from beskid.analysis.model.types import EnumType
from beskid.analysis.model.unify import prune
from beskid.ide import evaluation
from beskid.ide.actions import Action, Kind
from beskid.ide.extract import extractions
from beskid.ide.generate import default_of, generated
from beskid.ide.inline import inlinings
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import nodes_around
from beskid.source.text import SourceText, Span
from beskid.syntax import tree


def refactorings(snapshot: Snapshot, source: SourceText, span: Span) -> list[Action]:
    """Return the refactorings that apply to a selection, or at an offset for an empty one."""
    if span.start < span.end:
        return extractions(snapshot, source, span)
    offset = span.start
    return [
        *_missing_parts(snapshot, source, offset),
        *inlinings(snapshot, source, offset),
        *generated(snapshot, source, offset),
    ]


def _missing_parts(snapshot: Snapshot, source: SourceText, offset: int) -> list[Action]:
    module = snapshot.require(source)
    if module is None or module.program is None:
        return []
    found: list[Action] = []
    for part in reversed(nodes_around(module.program, offset)):
        if isinstance(part, tree.MatchExpression):
            found += _missing_arms(snapshot, source, part)
        elif isinstance(part, tree.StructLiteral):
            found += _missing_fields(snapshot, source, part)
        if found:
            break
    return found


def _missing_arms(snapshot: Snapshot, source: SourceText, match: tree.MatchExpression) -> list[Action]:
    symbol = _matched_enum(snapshot, source, match)
    if symbol is None:
        return []
    snapshot.world.ensure(symbol)
    patterns: list[tree.Pattern] = []
    for arm in match.arms:
        if arm.guard is None:
            patterns += arm.pattern.alternatives if isinstance(arm.pattern, tree.OrPattern) else [arm.pattern]
    if any(isinstance(pattern, tree.WildcardPattern | tree.BindingPattern) for pattern in patterns):
        return []
    written = {pattern.variant.text for pattern in patterns if isinstance(pattern, tree.EnumPattern)}
    missing = [variant for variant in symbol.variants.values() if variant.name not in written]
    if not missing:
        return []
    indent = evaluation.indent_at(source.text, match.span.start)
    arms = ""
    for variant in missing:
        payload = ", ".join([name for name, _ in variant.fields])
        pattern = f"{symbol.name}::{variant.name}" + (f"({payload})" if payload else "")
        arms += f'{indent}{evaluation.INDENT}{pattern} => Panic("{symbol.name}::{variant.name}"),\n'
    edits = evaluation.before_brace(source, match.span.end - 1, f"\n{arms}{indent}")
    return [Action(Kind.REWRITE, "add the missing arms", edits)]


def _matched_enum(snapshot: Snapshot, source: SourceText, match: tree.MatchExpression) -> EnumSymbol | None:
    for arm in match.arms:
        if isinstance(arm.pattern, tree.EnumPattern):
            found = snapshot.named_at(source, arm.pattern.prefix.name.span.start)
            if found is not None and isinstance(found.target, EnumSymbol):
                return found.target
    type = _type_of(snapshot, source, match.scrutinee)
    return type.symbol if isinstance(type, EnumType) else None


def _type_of(snapshot: Snapshot, source: SourceText, expression: tree.Expression) -> Type | None:
    """Return the type of a name, a member or a call of one, if it has a declared type."""
    callee = expression.callee if isinstance(expression, tree.CallExpression) else expression
    if not isinstance(callee, tree.NameExpression | tree.MemberExpression):
        return None
    found = snapshot.named_at(source, callee.name.span.start)
    if found is None:
        return None
    if isinstance(found.target, FunctionSymbol):
        return prune(found.target.result) if callee is not expression else None
    type: Type | None = getattr(found.target, "type", None)
    return None if type is None else prune(type)


def _missing_fields(snapshot: Snapshot, source: SourceText, literal: tree.StructLiteral) -> list[Action]:
    found = snapshot.named_at(source, literal.type.name.span.start)
    if found is None or not isinstance(found.target, StructSymbol):
        return []
    given = {initializer.name.text for initializer in literal.fields}
    missing = [field for field in found.target.fields.values() if field.name not in given]
    if not missing:
        return []
    fields = [f"{field.name}: {default_of(field.type, field.name)}" for field in missing]
    added = f" {', '.join(fields)} "
    if "\n" in source.text[literal.span.start : literal.span.end]:
        indent = evaluation.indent_at(source.text, literal.span.start)
        added = "\n" + "".join([f"{indent}{evaluation.INDENT}{field},\n" for field in fields]) + indent
    edits = evaluation.before_brace(source, literal.span.end - 1, added)
    return [Action(Kind.REWRITE, "add the missing fields", edits)]
