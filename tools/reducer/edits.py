"""Edits that make a program smaller, derived from its syntax tree.

Each maker takes a parsed text and yields edits, the ones that remove most first. An edit need not lead to a program
that compiles, nor even to one that parses: whoever applies it finds out. Nothing here runs or checks anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias, get_args

from beskid.base.node import field_names, is_node, value
from beskid.source.diagnostics import has_errors
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.parser import parse

EXPRESSIONS: tuple[type, ...] = get_args(tree.Expression)
SIMPLEST = ("0", "1", '""', "false", "true", "0.0", "[]")
"""Replacements for any expression. Whether one has the right type shows when the result is compiled."""

MAX_REMOVALS_OF_ONE_LIST = 400


@value
class Edit:
    """Replacements of ranges that do not overlap, in any order."""

    changes: tuple[tuple[Span, str], ...]

    def apply(self, text: str) -> str:
        for span, replacement in sorted(self.changes, reverse=True):
            text = text[: span.start] + replacement + text[span.end :]
        return text

    def gain(self) -> int:
        """How many characters shorter the text becomes."""
        return sum(span.end - span.start - len(replacement) for span, replacement in self.changes)


class Parsed:
    """A text with its tree; without a tree when the parser itself fails."""

    __slots__ = ("is_valid", "nodes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes: list[Any] = []
        self.is_valid = False
        with suppress(Exception):
            parsed = parse(SourceText("reduced.bd", text))
            self.nodes = list(_walk(parsed.program))
            self.is_valid = not has_errors(parsed.diagnostics)

    def of(self, span: Span) -> str:
        return self.text[span.start : span.end]


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _walk(child)


def _children(node: Any) -> Iterator[Any]:
    for name in field_names(type(node)):
        yield from _nodes_in(getattr(node, name))


def _nodes_in(held: Any) -> Iterator[Any]:
    if isinstance(held, tuple) and not isinstance(held, Span):
        for each in held:
            yield from _nodes_in(each)
    elif is_node(type(held)) and not isinstance(held, SourceText):
        yield held


def removals(parsed: Parsed) -> Iterator[Edit]:
    """Drop runs of items, statements, fields, arguments and whatever else comes in lists, long runs first."""
    found: list[Edit] = []
    for node in parsed.nodes:
        for name in field_names(type(node)):
            held = getattr(node, name)
            if isinstance(held, tuple) and not isinstance(held, Span):
                elements: list[Span] = [each.span for each in _nodes_in(held)]
                if elements:
                    found += list(_runs(parsed, elements))[:MAX_REMOVALS_OF_ONE_LIST]
    yield from _largest_first(found)


def _runs(parsed: Parsed, elements: list[Span]) -> Iterator[Edit]:
    count = len(elements)
    size = count
    while size:
        for first in range(0, count, size):
            last = min(first + size, count) - 1
            yield _remove(parsed, elements, first, last)
        size //= 2


def _remove(parsed: Parsed, elements: list[Span], first: int, last: int) -> Edit:
    """Remove elements with the separators that belong to them."""
    start, end = elements[first].start, elements[last].end
    if last + 1 < len(elements):
        end = elements[last + 1].start
    elif first:
        start = elements[first - 1].end
    else:
        rest = parsed.text[end:].lstrip()
        if rest[:1] in (",", ";"):
            end = len(parsed.text) - len(rest) + 1
    return Edit(((Span(start, end), ""),))


def flattenings(parsed: Parsed) -> Iterator[Edit]:
    """Replace a statement that contains blocks by the statements of one of them."""
    found: list[Edit] = []
    for node in parsed.nodes:
        match node:
            case tree.IfExpression(then=then, otherwise=otherwise):
                parts: tuple[Any, ...] = (then, otherwise) if otherwise is not None else (then,)
            case tree.WhileStatement(body=body) | tree.ForStatement(body=body):
                parts = (body,)
            case tree.LambdaExpression(body=tree.BlockExpression(block=block)):
                parts = (block,)
            case _:
                continue
        for part in parts:
            inner = part.statements if isinstance(part, tree.Block) else (part,)
            text = parsed.text[inner[0].span.start : inner[-1].span.end] if inner else ""
            found.append(Edit(((node.span, text),)))
    yield from _largest_first(found)


def operands(parsed: Parsed) -> Iterator[Edit]:
    """Replace an expression by one inside it."""
    found: list[Edit] = []
    for node in parsed.nodes:
        if _is_expression(node):
            found += [Edit(((node.span, parsed.of(part.span)),)) for part in _inner_expressions(node)]
    yield from _largest_first(found)


def _is_expression(node: Any) -> bool:
    return type(node) in EXPRESSIONS


def _inner_expressions(node: Any) -> Iterator[Any]:
    for child in _children(node):
        if _is_expression(child):
            yield child
        else:
            yield from _inner_expressions(child)


def literals(parsed: Parsed) -> Iterator[Edit]:
    """Replace an expression by a literal, and a number by a smaller one."""
    found: list[Edit] = []
    for node in parsed.nodes:
        if not _is_expression(node):
            continue
        text = parsed.of(node.span)
        choices = [literal for literal in SIMPLEST if text not in SIMPLEST or SIMPLEST.index(text) > 1]
        if isinstance(node, tree.IntegerLiteral):
            choices = [str(number) + node.suffix for number in (0, 1, node.value // 2) if number < node.value]
        found += [Edit(((node.span, literal),)) for literal in choices if literal != text]
    yield from _largest_first(found)


def inlinings(parsed: Parsed) -> Iterator[Edit]:
    """Drop a variable and put its value where it is used, and a function body of one `return` into its short form."""
    for node in parsed.nodes:
        if isinstance(node, tree.Block):
            for position, statement in enumerate(node.statements):
                if isinstance(statement, tree.LetStatement):
                    rest = node.statements[position + 1 :]
                    uses = _uses(statement.name.text, rest)
                    end = rest[0].span.start if rest else statement.span.end
                    drop = (Span(statement.span.start, end), "")
                    held = parsed.of(statement.value.span)
                    yield Edit((drop, *[(use, held) for use in uses]))
                    yield Edit((drop, *[(use, f"({held})") for use in uses]))
        elif isinstance(node, tree.FunctionItem) and node.body is not None and len(node.body.statements) == 1:
            only = node.body.statements[0]
            given = only.expression if isinstance(only, tree.ExpressionStatement) else None
            if isinstance(given, tree.ReturnExpression) and given.value is not None:
                yield Edit(((node.body.span, f"=> {parsed.of(given.value.span)};"),))


def _uses(name: str, nodes: tuple[Any, ...]) -> list[Span]:
    return [
        each.span
        for node in nodes
        for each in _walk(node)
        if isinstance(each, tree.NameExpression) and each.name.text == name
    ]


def parameters(parsed: Parsed) -> Iterator[Edit]:
    """Drop a parameter with the arguments of all calls, and a field with its initializers."""
    calls = [node for node in parsed.nodes if isinstance(node, tree.CallExpression)]
    structs = [node for node in parsed.nodes if isinstance(node, tree.StructLiteral)]
    for node in parsed.nodes:
        if isinstance(node, tree.FunctionItem):
            for index in range(len(node.parameters)):
                changes = _without(parsed, node.parameters, index)
                for call in calls:
                    if _last_name(call.callee) == node.name.text and len(call.arguments) == len(node.parameters):
                        changes += _without(parsed, call.arguments, index)
                yield Edit(tuple(changes))
        elif isinstance(node, tree.TypeItem):
            for index, field in enumerate(node.fields):
                changes = _without(parsed, node.fields, index)
                for literal in structs:
                    names = [each.name.text for each in literal.fields]
                    if _last_name(literal.type) == node.name.text and field.name.text in names:
                        changes += _without(parsed, literal.fields, names.index(field.name.text))
                yield Edit(tuple(changes))


def _without(parsed: Parsed, elements: tuple[Any, ...], index: int) -> list[tuple[Span, str]]:
    return list(_remove(parsed, [each.span for each in elements], index, index).changes)


def _last_name(callee: Any) -> str:
    match callee:
        case tree.NameExpression(name=name) | tree.MemberExpression(name=name):
            return str(name.text)
        case _:
            return ""


def lines(parsed: Parsed) -> Iterator[Edit]:
    """Drop runs of lines, long runs first; the only edits of a text that the parser cannot read at all."""
    starts = [*SourceText("reduced.bd", parsed.text).line_starts(), len(parsed.text)]
    size = len(starts) - 1
    while size:
        for first in range(0, len(starts) - 1, size):
            yield Edit(((Span(starts[first], starts[min(first + size, len(starts) - 1)]), ""),))
        size //= 2


def _largest_first(edits: list[Edit]) -> list[Edit]:
    return sorted(edits, key=Edit.gain, reverse=True)


Maker: TypeAlias = Callable[[Parsed], Iterator[Edit]]

MAKERS: tuple[Maker, ...] = (removals, flattenings, operands, literals, inlinings, parameters, lines)
"""Coarse edits first."""
