"""The outline of a text, symbols of a workspace, folding ranges and selection ranges, from the tree alone."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.base.node import field_names, is_node, node
from beskid.source.text import SourceText, Span
from beskid.syntax import tree


@node
class OutlineEntry:
    """A declaration: `kind` is a word such as `function`, `span` covers it with its body."""

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[OutlineEntry, ...]


def outline(program: tree.Program) -> tuple[OutlineEntry, ...]:
    """Return the declarations of a text in their order."""
    return _entries(program.items, program.source)


def _entries(items: tuple[tree.Item, ...], source: SourceText) -> tuple[OutlineEntry, ...]:
    return tuple([entry for entry in [_entry(item, source) for item in items] if entry is not None])


def _entry(item: tree.Item, source: SourceText) -> OutlineEntry | None:
    match item:
        case tree.FunctionItem():
            return _function(item, source, "function")
        case tree.TypeItem():
            fields = [
                OutlineEntry(field.name.text, "field", _text(source, _type_of(field)), field.span, field.name.span, ())
                for field in item.fields
            ]
            methods = [_function(method, source, "method") for method in item.methods]
            children = sorted([*fields, *methods], key=lambda each: each.span)
            return OutlineEntry(item.name.text, "type", "", item.span, item.name.span, tuple(children))
        case tree.EnumItem():
            variants = [
                OutlineEntry(variant.name.text, "variant", "", variant.span, variant.name.span, ())
                for variant in item.variants
            ]
            return OutlineEntry(item.name.text, "enum", "", item.span, item.name.span, tuple(variants))
        case tree.ContractItem():
            methods = [_function(method, source, "method") for method in item.methods]
            return OutlineEntry(item.name.text, "contract", "", item.span, item.name.span, tuple(methods))
        case tree.ImplItem():
            methods = [_function(method, source, "method") for method in item.methods]
            word = "extend type" if item.is_extend else "impl"
            name = f"{word} {_text(source, item.receiver.span)}"
            return OutlineEntry(name, "impl", "", item.span, item.receiver.span, tuple(methods))
        case tree.TestItem():
            return OutlineEntry(item.name.text, "test", "", item.span, item.name.span, ())
        case tree.AttributeItem():
            return OutlineEntry(item.name.text, "attribute", "", item.span, item.name.span, ())
        case tree.ConstItem():
            detail = _text(source, item.type.span)
            return OutlineEntry(item.name.text, "constant", detail, item.span, item.name.span, ())
        case tree.InlineModule():
            children_of = _entries(item.items, source)
            return OutlineEntry(item.name.text, "module", "", item.span, item.name.span, children_of)
        case tree.UseItem() | tree.ModuleDeclaration():
            return None


def _type_of(field: tree.Field | tree.EventField) -> Span:
    return field.type.span if isinstance(field, tree.Field) else Span(field.span.start, field.span.start)


def _function(item: tree.FunctionItem, source: SourceText, kind: str) -> OutlineEntry:
    last = item.parameters[-1].span.end if item.parameters else item.name.span.end
    end = source.text.find(")", last)
    detail = source.text[item.result.span.start : item.result.span.end] + " "
    detail += " ".join(source.text[item.name.span.end : end + 1].split())
    return OutlineEntry(item.name.text, kind, detail, item.span, item.name.span, ())


def _text(source: SourceText, span: Span) -> str:
    return source.text[span.start : span.end]


def flat(entries: tuple[OutlineEntry, ...], container: str = "") -> Iterator[tuple[OutlineEntry, str]]:
    """Yield every entry with the name of the declaration around it."""
    for entry in entries:
        yield entry, container
        yield from flat(entry.children, entry.name)


def children_of(part: object) -> Iterator[object]:
    """Yield the nodes directly below a node of the tree."""
    for name in field_names(type(part)):
        member = getattr(part, name)
        for each in member if isinstance(member, tuple) and not isinstance(member, Span) else (member,):
            if is_node(type(each)) and hasattr(each, "span"):
                yield each


def nodes_around(part: object, offset: int) -> list[object]:
    """Return the nodes that cover an offset, outermost first."""
    found: list[object] = []
    current: object | None = part
    while current is not None:
        found.append(current)
        current = next((each for each in children_of(current) if covers(each, Span(offset, offset))), None)
    return found


def covers(part: object, span: Span) -> bool:
    own: Span = part.span  # type: ignore[attr-defined]
    return own.start <= span.start and span.end <= own.end


def selection_ranges(program: tree.Program, offset: int) -> list[Span]:
    """Return the spans of the nodes around an offset, innermost first and each larger than the one before."""
    spans: list[Span] = []
    for part in reversed(nodes_around(program, offset)):
        span: Span = part.span  # type: ignore[attr-defined]
        if not spans or (span.start <= spans[-1].start and span.end >= spans[-1].end and span != spans[-1]):
            spans.append(span)
    return spans


def folds(program: tree.Program) -> list[Span]:
    """Return what can be folded: items, blocks and literals of several lines."""
    found: list[Span] = []
    waiting: list[object] = list(program.items)
    source = program.source
    while waiting:
        part = waiting.pop()
        waiting.extend(children_of(part))
        if isinstance(part, _FOLDED):
            span: Span = part.span
            if source.position(span.start)[0] < source.position(max(span.start, span.end - 1))[0]:
                found.append(span)
    return sorted(set(found))


_FOLDED = (
    tree.FunctionItem, tree.TypeItem, tree.EnumItem, tree.ContractItem, tree.ImplItem, tree.TestItem,
    tree.InlineModule, tree.Block, tree.MatchExpression, tree.StructLiteral, tree.ArrayLiteral,
)  # fmt: skip
