"""From typed text to entries: whether a text is complete, and the declarations, statements or expression that it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from beskid.base.node import node, replace
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText, Span
from beskid.syntax.lexer import tokenize
from beskid.syntax.parser import parse
from beskid.syntax.tree import ExpressionStatement, FunctionItem, LetStatement, Program
from beskid.syntax.tree.items import ImplItem, ModuleDeclaration, UseItem

HEAD = "unit Entry() {\n"
TAIL = "\n}\n"

_BEFORE_ITEM = re.compile(r"(^|\n)[ \t]*(///[^\n]*|\[[A-Z]\w*(\([^\n]*\))?\])\s*\Z")
"""A documentation comment or an attribute is the beginning of a declaration."""

_OPENING = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@node
class Piece:
    """One declaration, statement or expression of an entry, and where it starts there. `name` is what it declares."""

    kind: str
    text: str
    name: str
    start: int


@node
class Entry:
    """What a text is. An incomplete one has neither pieces nor diagnostics."""

    source: SourceText
    pieces: tuple[Piece, ...]
    diagnostics: tuple[Diagnostic, ...]
    is_complete: bool


def read_entry(name: str, text: str) -> Entry:
    """Read the text of an entry. A semicolon at its end may be missing."""
    source = SourceText(name, text)
    if _is_open(source) or _BEFORE_ITEM.search(text):
        return Entry(source, (), (), False)
    items = parse(source)
    if not items.diagnostics:
        return Entry(source, _declarations(text, items.program), (), True)
    found = []
    for end in ("", ";"):
        wrapped = SourceText(name, f"{HEAD}{text.rstrip()}{end}{TAIL}")
        body = parse(wrapped)
        if not body.diagnostics:
            return Entry(source, _statements(wrapped.text, body.program), (), True)
        found.append([moved(each, wrapped, source, len(HEAD)) for each in body.diagnostics])
    last = len(text.rstrip())
    if any(each.span.start >= last for each in (*items.diagnostics, *found[0])):
        return Entry(source, (), tuple(found[0]), False)
    # The reading that went on for longer is what was meant.
    best = max((items.diagnostics, found[0]), key=lambda each: each[0].span.start)
    return Entry(source, (), tuple(best), True)


def entries_of(lines: Iterable[str]) -> Iterator[str]:
    """Yield the texts of entries, each as soon as its last line is there. The rest of the lines is one, too."""
    held = ""
    for line in lines:
        held += line
        if held.strip() and (held.lstrip().startswith(":") or read_entry("entry", held).is_complete):
            yield held
            held = ""
    if held.strip():
        yield held


def moved(each: Diagnostic, old: SourceText, new: SourceText, start: int) -> Diagnostic:
    """Return a diagnostic of a text as one of the part of it that begins at an offset. Fixes are left out."""

    def span_in(span: Span) -> Span:
        length = len(new.text)
        return Span(min(max(span.start - start, 0), length), min(max(span.end - start, 0), length))

    related = tuple(
        [
            replace(label, source=new, span=span_in(label.span))
            for label in each.related
            if label.source is old and start <= label.span.start <= start + len(new.text)
        ]
    )
    return replace(each, source=new, span=span_in(each.span), related=related, fixes=())


def _is_open(source: SourceText) -> bool:
    """Return whether a bracket is not closed."""
    depth = 0
    for kind in tokenize(source).kinds:
        depth += _OPENING.get(kind, 0)
    return depth > 0


def _declarations(text: str, program: Program) -> tuple[Piece, ...]:
    found = []
    end = 0
    for item in program.items:
        match item:
            case UseItem():
                name = (item.alias or item.path.segments[-1].name).text
            case ModuleDeclaration():
                name = f"mod {text[item.path.span.start : item.path.span.end]}"
            case ImplItem():
                word = "extend" if item.is_extend else "impl"
                name = f"{word} {''.join(text[item.receiver.span.start : item.receiver.span.end].split())}"
            case _:
                name = item.name.text
        found.append(Piece("item", text[end : item.span.end], name, end))
        end = item.span.end
    return tuple(found)


def _statements(text: str, program: Program) -> tuple[Piece, ...]:
    function = program.items[0]
    assert isinstance(function, FunctionItem)
    assert function.body is not None
    found = []
    for statement in function.body.statements:
        kind, name = "statement", ""
        if isinstance(statement, LetStatement):
            kind, name = "mut" if statement.is_mut else "let", statement.name.text
        elif isinstance(statement, ExpressionStatement) and not statement.ends:
            kind = "expression"
        span = statement.span
        found.append(Piece(kind, text[span.start : span.end], name, span.start - len(HEAD)))
    return tuple(found)
