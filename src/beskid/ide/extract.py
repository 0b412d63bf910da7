"""Extracting what is selected: an expression to a variable or a function, statements to a function."""

from __future__ import annotations

from beskid.analysis.model.symbols import FieldSymbol, FunctionSymbol, LocalSymbol, ModuleSymbol, Type
from beskid.analysis.model.types import UNIT
from beskid.base.node import node
from beskid.ide import evaluation
from beskid.ide.actions import Action, Kind
from beskid.ide.describe import shown
from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import children_of, covers, nodes_around
from beskid.source.diagnostics import Edit
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

_LEAVING = (
    tree.ReturnExpression, tree.BreakExpression, tree.ContinueExpression, tree.TryExpression,
)  # fmt: skip
"""What would leave the new function in place of the old one."""

_STATEMENTS = (tree.LetStatement, tree.ExpressionStatement, tree.WhileStatement, tree.ForStatement)


@node
class _Parameters:
    """The locals that a part of a body uses from outside, and what it declares that is used after it."""

    taken: tuple[LocalSymbol, ...]
    returned: tuple[LocalSymbol, ...]


def extractions(snapshot: Snapshot, source: SourceText, span: Span) -> list[Action]:
    """Return what can be extracted of a selection. The program checks with each, and does the same."""
    module = snapshot.require(source)
    text = source.text[span.start : span.end]
    selected = Span(span.start + len(text) - len(text.lstrip()), span.start + len(text.rstrip()))
    if module is None or module.program is None or selected.start >= selected.end:
        return []
    path = _path_to(module.program, selected)
    found: list[Action] = []
    if path is not None and not evaluation.is_place(path[-2], path[-1]):
        found = [*_variable(snapshot, source, path), *_function_of_value(snapshot, source, path)]
    else:
        found = _function_of_statements(snapshot, source, module, selected)
    around = next((item for item in module.program.items if covers(item, selected)), None)
    if not found or around is None or not evaluation.is_typed(snapshot, source, around):
        return []
    return [each for each in found if evaluation.still_checks(snapshot, each.edits)]


def _path_to(program: tree.Program, span: Span) -> list[object] | None:
    """Return the nodes around an expression that has exactly this span, the program first and the expression last."""
    path: list[object] = [program]
    while True:
        part = path[-1]
        if len(path) > 1 and part.span == span and isinstance(part, evaluation.EXPRESSIONS):  # type: ignore[attr-defined]
            return path
        inner = [each for each in children_of(part) if covers(each, span)]
        if not inner:
            return None
        path.append(inner[0])


def _variable(snapshot: Snapshot, source: SourceText, path: list[object]) -> list[Action]:
    type = evaluation.value_type(snapshot, source, path[-1])
    index = next((n for n in range(len(path) - 1, 0, -1) if isinstance(path[n], _STATEMENTS)), None)
    if type is None or type is UNIT or not _is_closed(type):
        return []
    if index is None or not isinstance(path[index - 1], tree.Block):
        return []
    if not evaluation.can_move_before(snapshot, source, path[index:], path[-1]):
        return []
    statement: Span = path[index].span  # type: ignore[attr-defined]
    span: Span = path[-1].span  # type: ignore[attr-defined]
    name = evaluation.unused_name(source.text, "value")
    declared = f"{shown(type)} {name} = {source.text[span.start : span.end]};\n"
    declared += evaluation.indent_at(source.text, statement.start)
    if statement == span or (isinstance(path[index], tree.ExpressionStatement) and index == len(path) - 2):
        return []
    edits = (Edit(source, Span(statement.start, statement.start), declared), Edit(source, span, name))
    return [Action(Kind.EXTRACT, f"extract to a variable `{name}`", edits)]


def _function_of_value(snapshot: Snapshot, source: SourceText, path: list[object]) -> list[Action]:
    type = evaluation.value_type(snapshot, source, path[-1])
    item = path[1]
    parameters = _parameters(snapshot, source, [path[-1]], path)
    if type is None or type is UNIT or parameters is None or parameters.returned or isinstance(item, _OTHER_ITEMS):
        return []
    span: Span = path[-1].span  # type: ignore[attr-defined]
    body = f"{evaluation.INDENT}return {source.text[span.start : span.end]};\n"
    return _function(source, item, span, parameters, shown(type), body, "", "")


_OTHER_ITEMS = (tree.InlineModule, tree.ConstItem, tree.AttributeItem)


def _function_of_statements(snapshot: Snapshot, source: SourceText, module: ModuleSymbol, span: Span) -> list[Action]:
    assert module.program is not None
    path = [part for part in nodes_around(module.program, span.start) if covers(part, span)]
    block = next((part for part in reversed(path) if isinstance(part, tree.Block)), None)
    if block is None or isinstance(path[1], _OTHER_ITEMS):
        return []
    chosen = [each for each in block.statements if span.start <= each.span.start and each.span.end <= span.end]
    if not chosen or Span(chosen[0].span.start, chosen[-1].span.end) != span:
        return []
    last = chosen[-1]
    if not isinstance(last, _STATEMENTS) or (isinstance(last, tree.ExpressionStatement) and not last.ends):
        # The value of a block belongs to the block.
        return []
    parameters = _parameters(snapshot, source, list(chosen), path)
    if parameters is None or len(parameters.returned) > 1:
        return []
    indent = evaluation.indent_at(source.text, span.start)
    lines = source.text[span.start : span.end].splitlines()
    body = "".join([f"{evaluation.INDENT}{line.removeprefix(indent)}".rstrip() + "\n" for line in lines])
    result, before = "unit", ""
    if parameters.returned:
        (local,) = parameters.returned
        result = shown(local.type)
        body += f"{evaluation.INDENT}return {local.name};\n"
        before = f"let {'mut ' if local.is_mut else ''}{local.name} = "
    return _function(source, path[1], span, parameters, result, body, before, ";")


def _function(
    source: SourceText,
    item: object,
    span: Span,
    parameters: _Parameters,
    result: str,
    body: str,
    before: str,
    after: str,
) -> list[Action]:
    name = evaluation.unused_name(source.text, "extracted")
    declared = ", ".join([f"{shown(each.type)} {each.name}" for each in parameters.taken])
    call = f"{name}({', '.join([each.name for each in parameters.taken])})"
    end = item.span.end  # type: ignore[attr-defined]
    edits = (
        Edit(source, span, f"{before}{call}{after}"),
        Edit(source, Span(end, end), f"\n\n{result} {name}({declared}) {{\n{body}}}"),
    )
    return [Action(Kind.EXTRACT, f"extract to a function `{name}`", edits)]


def _parameters(snapshot: Snapshot, source: SourceText, parts: list[object], path: list[object]) -> _Parameters | None:
    """Return what a new function takes and returns; None where the parts cannot be a function of their own."""
    span = Span(parts[0].span.start, parts[-1].span.end)  # type: ignore[attr-defined]
    inner = [each for part in parts for each in evaluation.parts_of(part)]
    if any(isinstance(each, _LEAVING) for each in inner):
        return None
    assigned = {
        each.target.name.span
        for each in inner
        if isinstance(each, tree.AssignExpression) and isinstance(each.target, tree.NameExpression)
    } | {
        each.value.name.span
        for each in inner
        if isinstance(each, tree.Argument) and each.modifier and isinstance(each.value, tree.NameExpression)
    }
    declared = snapshot.occurrences.locals.get(source, {})
    members = {each.name.span for each in inner if isinstance(each, tree.MemberExpression)}
    taken: dict[LocalSymbol, None] = {}
    returned: dict[LocalSymbol, None] = {}
    item: Span = path[1].span  # type: ignore[attr-defined]
    for place, occurrence in sorted(snapshot.names_in(source).items(), key=lambda each: each[0]):
        target = occurrence.target
        is_inside = span.start <= place.start and place.end <= span.end
        if isinstance(target, LocalSymbol):
            is_own = span.start <= target.span.start < span.end and target.span in declared
            if is_inside and not is_own:
                if target.name == "this" or place in assigned or (target.is_captured and target.is_assigned):
                    return None
                if not _is_closed(target.type):
                    return None
                taken[target] = None
            elif is_own and place.start >= span.end and place.end <= item.end:
                if not _is_closed(target.type) or target.is_captured:
                    return None
                returned[target] = None
        elif is_inside and place not in members:
            is_of_this = isinstance(target, FunctionSymbol) and target.receiver is not None
            if is_of_this or (isinstance(target, FieldSymbol) and not _is_initializer(inner, place)):
                return None
    return _Parameters(tuple(taken), tuple(returned))


def _is_initializer(parts: list[object], place: Span) -> bool:
    return any(isinstance(each, tree.FieldInitializer) and each.name.span == place for each in parts)


def _is_closed(type: Type) -> bool:
    """Return whether a type can be written outside of the function."""
    return "?" not in shown(type)
