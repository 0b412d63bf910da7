"""Inlining a local variable: its value takes the place of its name."""

from __future__ import annotations

from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.unify import prune
from beskid.ide import evaluation
from beskid.ide.actions import Action, Kind
from beskid.ide.describe import shown
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import covers, nodes_around
from beskid.source.diagnostics import Edit
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

_CLOSED = (
    tree.IntegerLiteral, tree.FloatLiteral, tree.BoolLiteral, tree.CharLiteral, tree.StringLiteral,
    tree.NameExpression, tree.MemberExpression, tree.EnumPathExpression, tree.CallExpression, tree.IndexExpression,
    tree.GroupedExpression, tree.ArrayLiteral,
)  # fmt: skip
"""The expressions that need no parentheses anywhere."""


def inlinings(snapshot: Snapshot, source: SourceText, offset: int) -> list[Action]:
    """Return the action that inlines the variable at an offset. The program checks with it, and does the same."""
    found = snapshot.named_at(source, offset)
    module = snapshot.module_of(source)
    if found is None or module is None or module.program is None or not isinstance(found.target, LocalSymbol):
        return []
    local = found.target
    path = nodes_around(module.program, local.span.start)
    statement = next((part for part in reversed(path) if isinstance(part, tree.LetStatement)), None)
    block = next((part for part in reversed(path) if isinstance(part, tree.Block)), None)
    if statement is None or block is None or statement.name.span != local.span or local.is_mut:
        return []
    if not evaluation.is_typed(snapshot, source, path[1]):
        return []
    names = snapshot.names_in(source)
    uses = [span for span in sorted(names) if names[span].target is local and span != local.span]
    if not uses or not _keeps_type(snapshot, source, statement, local):
        return []
    if not _is_movable(snapshot, source, module.program, block, statement, uses):
        return []
    value: Span = statement.value.span
    text = source.text[value.start : value.end]
    if not isinstance(statement.value, _CLOSED):
        text = f"({text})"
    shorts = snapshot.occurrences.shorthands.get(source, {})
    edits = [Edit(source, _line_of(source.text, statement.span), "")]
    edits += [Edit(source, use, f"{local.name}: {text}" if use in shorts else text) for use in uses]
    action = Action(Kind.INLINE, f"inline `{local.name}`", tuple(edits))
    return [action] if evaluation.still_checks(snapshot, action.edits) else []


def _keeps_type(snapshot: Snapshot, source: SourceText, statement: tree.LetStatement, local: LocalSymbol) -> bool:
    """Return whether the value has the type of the variable wherever it is."""
    if statement.type is None:
        return True
    type = evaluation.value_type(snapshot, source, statement.value)
    is_literal = any(
        isinstance(each, tree.IntegerLiteral | tree.FloatLiteral) for each in evaluation.parts_of(statement.value)
    )
    return type is not None and shown(type) == shown(prune(local.type)) and not is_literal


def _is_movable(
    snapshot: Snapshot,
    source: SourceText,
    program: tree.Program,
    block: tree.Block,
    statement: tree.LetStatement,
    uses: list[Span],
) -> bool:
    value = statement.value
    locals_of_value = _names_of_value(snapshot, source, value)
    locals = snapshot.occurrences.locals.get(source, {}).values()
    for each in locals_of_value:
        others = [one for one in locals if one.name == each.name and one is not each and _is_near(one, block)]
        if others:
            return False
    if evaluation.is_constant(snapshot, source, value):
        return True
    position = [each.span for each in block.statements].index(statement.span)
    if len(uses) > 1 or position + 1 >= len(block.statements):
        return False
    following = block.statements[position + 1]
    path = [part for part in nodes_around(program, uses[0].start) if covers(part, uses[0])]
    spans: list[Span] = [part.span for part in path]  # type: ignore[attr-defined]
    if following.span not in spans:
        return False
    inside = path[spans.index(following.span) :]
    while inside and not isinstance(inside[-1], tree.NameExpression | tree.FieldInitializer):
        inside.pop()
    return len(inside) > 1 and evaluation.can_move_before(snapshot, source, inside, value)


def _is_near(local: LocalSymbol, block: tree.Block) -> bool:
    return block.span.start <= local.span.start < block.span.end


def _names_of_value(snapshot: Snapshot, source: SourceText, value: object) -> list[LocalSymbol]:
    names = snapshot.names_in(source)
    span: Span = value.span  # type: ignore[attr-defined]
    inside = [names[each].target for each in names if span.start <= each.start and each.end <= span.end]
    return [target for target in inside if isinstance(target, LocalSymbol)]


def _line_of(text: str, span: Span) -> Span:
    """Return a statement with its line if nothing else is in it."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    if end == -1 or text[start : span.start].strip() or text[span.end : end].strip():
        return span
    return Span(start, end + 1)
