"""From typed text to entries: whether a text is complete, and the declarations, statements or expression that it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from beskid.analysis.names.attributes import BUILT_IN
from beskid.base.node import node, replace
from beskid.embed.declarations import Declaration, declarations_in
from beskid.source.codes import PARSE
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span
from beskid.syntax.lexer import tokenize
from beskid.syntax.operators import token_spellings
from beskid.syntax.parser import parse
from beskid.syntax.parser.core import UNMATCHED_HELP, UNMATCHED_LABEL
from beskid.syntax.tokens import CLOSERS, OPENERS
from beskid.syntax.tree import ExpressionStatement, FunctionItem, LetStatement, Program
from beskid.syntax.tree.items import Item

HEAD = "unit Entry() {\n"
TAIL = "\n}\n"

_BEFORE_ITEM = re.compile(r"[ \t]*(///.*|\[(\w+)(\(.*\))?\])\s*")
"""A line with a documentation comment or an attribute, which a declaration follows. A name in brackets that is none of
an attribute is an array."""

_GOES_ON = frozenset([*token_spellings(), *OPENERS]) - {";", "?", ">"}
"""Tokens that no entry ends with: a text that does needs no parser to be incomplete. `>` may end type arguments."""

_MAY_END = re.compile(r'["/)\]}]')
"""What a line has that ends a comment, a string or a bracket."""


@node
class Piece:
    """One statement or expression of an entry, and where it starts there. `name` is what it declares."""

    kind: str
    text: str
    name: str
    start: int


@node
class Entry:
    """What a text is. An incomplete one has no pieces; when no more of it comes, `read_whole` says what is wrong."""

    source: SourceText
    declarations: tuple[Declaration, ...]
    pieces: tuple[Piece, ...]
    """What follows the declarations."""
    diagnostics: tuple[Diagnostic, ...]
    is_complete: bool

    @property
    def declares_only(self) -> bool:
        """Return whether the text is complete, and has declarations and nothing else."""
        return bool(self.declarations and self.is_complete and not self.pieces and not self.diagnostics)


def read_entry(name: str, text: str, attributes: Collection[str] = BUILT_IN) -> Entry:
    """Read the text of an entry. A semicolon at its end may be missing. `attributes` are the names of all of them."""
    source = SourceText(name, text)
    tokens = tokenize(source)
    if tokens.unterminated or _depth(tokens.kinds) > 0 or _is_before_item(text, attributes):
        return Entry(source, (), (), (), False)
    return _parsed(source)


def read_whole(name: str, text: str, attributes: Collection[str] = BUILT_IN) -> Entry:
    """Read the text of an entry of which nothing more comes. One without pieces has diagnostics, or only comments."""
    source = SourceText(name, text)
    entry = _parsed(source)
    if not entry.diagnostics and not entry.declarations and not entry.pieces and _is_before_item(text, attributes):
        end = len(text.rstrip())
        return replace(entry, diagnostics=(error(PARSE, "expected a declaration", source, Span(end, end)),))
    return entry


def _parsed(source: SourceText) -> Entry:
    name, text = source.path, source.text
    whole = parse(source)
    items: Sequence[Item] = whole.program.items
    if whole.diagnostics:
        # What comes after the declarations is not one.
        first = min(each.span.start for each in whole.diagnostics)
        items = [item for item in items if item.span.end <= first]
    declarations = tuple(declarations_in(text, items))
    if not whole.diagnostics:
        return Entry(source, declarations, (), (), True)
    rest = _without(text, items[-1].span.end if items else 0)
    found = []
    for end in ("", ";"):
        wrapped = SourceText(name, f"{HEAD}{rest.rstrip()}{end}{TAIL}")
        body = parse(wrapped)
        # A bracket that closes the function around the text is none of the text.
        if not body.diagnostics and len(body.program.items) > 1:
            return Entry(source, (), (), (_unmatched(source),), True)
        if not body.diagnostics:
            return Entry(source, declarations, _statements(wrapped.text, body.program), (), True)
        found.append([moved(each, wrapped, source, len(HEAD)) for each in body.diagnostics])
    last = len(text.rstrip())
    if any(each.span.start >= last for each in (*whole.diagnostics, *found[0])):
        return Entry(source, (), (), tuple(found[0]), False)
    # The reading that went on for longer is what was meant.
    best = max((whole.diagnostics, found[0]), key=lambda each: each[0].span.start)
    return Entry(source, (), (), tuple(best), True)


def _without(text: str, end: int) -> str:
    """Return a text with spaces in place of what is before an offset, so that places stay the same."""
    return re.sub(r"[^\n]", " ", text[:end]) + text[end:]


def entries_of(lines: Iterable[str], attributes: Collection[str] = BUILT_IN) -> Iterator[str]:
    """Yield the texts of entries, each as soon as its last line is there. The rest of the lines is one, too."""
    growing = GrowingEntry(attributes)
    for line in lines:
        if growing.add(line):
            yield growing.text
            growing = GrowingEntry(attributes)
    if growing.text.strip():
        yield growing.text


class GrowingEntry:
    """An entry whose lines come one by one. The text is parsed only where no bracket is open, so many lines are read
    in linear time."""

    def __init__(self, attributes: Collection[str] = BUILT_IN) -> None:
        self._attributes = attributes
        self._lines: list[str] = []
        self._depth = 0
        self._rest: list[str] = []
        """The lines since the last one that ends outside of strings and comments; `_depth` is that before them."""
        self._is_unterminated = False
        self._is_command: bool | None = None
        """None before the first line that is not blank."""

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def add(self, line: str) -> bool:
        """Add a line with its end; return whether the entry is complete."""
        self._lines.append(line)
        if self._is_command is None and line.strip():
            self._is_command = line.lstrip().startswith(":")
        if self._is_command is not False:
            return self._is_command is True
        self._rest.append(line)
        if self._is_unterminated and not _MAY_END.search(line):
            return False
        tokens = tokenize(SourceText("entry", "".join(self._rest)))
        depth = self._depth + _depth(tokens.kinds)
        self._is_unterminated = tokens.unterminated
        if not tokens.unterminated:
            self._depth = depth
            self._rest = []
        if (
            depth > 0
            or (len(tokens.kinds) > 1 and tokens.kinds[-2] in _GOES_ON)
            or _is_before_item(line, self._attributes)
        ):
            return False
        return read_entry("entry", self.text, self._attributes).is_complete


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


def _steps(kinds: Iterable[str]) -> Iterator[int]:
    """Yield by how much each token changes the number of open brackets."""
    return ((kind in OPENERS) - (kind in CLOSERS) for kind in kinds)


def _depth(kinds: Iterable[str]) -> int:
    """Return how many more brackets are opened than closed."""
    return sum(_steps(kinds))


def note_attributes(attributes: set[str], declarations: Iterable[Declaration]) -> None:
    """Add the names of declared attributes, and remove those that are declared as something else."""
    for each in declarations:
        if each.is_attribute:
            attributes.add(each.name)
        elif each.name not in BUILT_IN:
            attributes.discard(each.name)


def _is_before_item(text: str, attributes: Collection[str]) -> bool:
    """Return whether the last line is one that a declaration follows."""
    found = _BEFORE_ITEM.fullmatch(text.rstrip().rpartition("\n")[2])
    return found is not None and (found[2] is None or found[2] in attributes)


def _unmatched(source: SourceText) -> Diagnostic:
    """Return the error for the first bracket that closes none of the text."""
    tokens = tokenize(source)
    index = next(index for index, depth in enumerate(accumulate(_steps(tokens.kinds))) if depth < 0)
    return error(
        PARSE, f"unmatched `{tokens.kinds[index]}`", source, tokens.span(index), UNMATCHED_LABEL, UNMATCHED_HELP
    )


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
