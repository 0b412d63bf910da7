"""The interface of a module: everything of its text that the check or the lowering of another module can depend on.

That is every token except those in the bodies of functions and in tests. Comments, layout and lines do not belong to
it. An edit that keeps the digest of the interface therefore concerns no other module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from beskid.analysis.program import ParsedTexts
from beskid.base.digests import sha256_of
from beskid.base.node import node
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.parser import ParseResult, parse


@node
class Interface:
    """The interface of a module: its digest, `extends_types` and `blocks_of`."""

    digest: str
    extends: bool
    blocks: tuple[tuple[int, int], ...]


class Interfaces(ParsedTexts):
    """Parses the texts of a world, and remembers the interface of each by the name that messages give it.

    `is_ambiguous`: two texts have the same name.
    """

    __slots__ = ("by_name", "is_ambiguous")

    def __init__(self) -> None:
        super().__init__()
        self.by_name: dict[str, Interface] = {}
        self.is_ambiguous = False

    def parse(self, source: SourceText) -> ParseResult:
        result = parse(source)
        self.is_ambiguous = self.is_ambiguous or source.path in self.by_name
        items = result.program.items
        self.by_name[source.path] = Interface(interface_digest(result), extends_types(items), blocks_of(items))
        return result


def interface_digest(result: ParseResult) -> str:
    """Return the digest of the interface of a module, by its parsed text."""
    tokens = result.tokens
    texts: list[str] = []
    first = 0
    for body in sorted(_bodies(result.program.items), key=lambda span: span.start):
        end = bisect_left(tokens.starts, body.start)
        texts += [tokens.text(index) for index in range(first, end)]
        # A body that is left out leaves a mark, which occurs in no token.
        texts.append("\0")
        first = bisect_left(tokens.starts, body.end)
    texts += [tokens.text(index) for index in range(first, len(tokens.starts))]
    return sha256_of("\n".join(texts).encode("utf-8", "surrogateescape"))


def extends_types(items: tuple[tree.Item, ...]) -> bool:
    """Return whether a module adds methods to types that it does not declare beside them.

    Modules that import nothing from it see these methods too.
    """
    declared = {item.name.text for item in items if isinstance(item, tree.TypeItem | tree.EnumItem | tree.ContractItem)}
    for item in items:
        if isinstance(item, tree.InlineModule):
            if extends_types(item.items):
                return True
        elif isinstance(item, tree.ImplItem):
            names = item.receiver.segments
            if len(names) != 1 or names[0].name.text not in declared:
                return True
    return False


def blocks_of(items: tuple[tree.Item, ...]) -> tuple[tuple[int, int], ...]:
    """Return where the contents of the blocks of functions and tests start and end in the text, in order."""
    spans = [span for span in _blocks(items) if span.end - span.start > 2]
    return tuple([(span.start + 1, span.end - 1) for span in sorted(spans, key=lambda span: span.start)])


def without_bodies(text: str, blocks: Sequence[tuple[int, int]]) -> str:
    """Return a text in which blocks are empty and everything else is where it was. It parses in a third of the time."""
    parts: list[str] = []
    end = 0
    for start, stop in blocks:
        parts.append(text[end:start])
        parts.append("\n".join([" " * len(line) for line in text[start:stop].split("\n")]))
        end = stop
    return "".join([*parts, text[end:]])


def _blocks(items: tuple[tree.Item, ...]) -> Iterator[Span]:
    for item in items:
        if isinstance(item, tree.InlineModule):
            yield from _blocks(item.items)
        elif isinstance(item, tree.TestItem):
            yield item.body.span
        else:
            yield from [function.body.span for function in _functions(item) if function.body is not None]


def _bodies(items: tuple[tree.Item, ...]) -> Iterator[Span]:
    for item in items:
        if isinstance(item, tree.InlineModule):
            yield from _bodies(item.items)
        elif isinstance(item, tree.TestItem):
            yield item.span
        else:
            for function in _functions(item):
                body = function.body or function.expression_body
                if body is not None:
                    yield body.span


def _functions(item: tree.Item) -> tuple[tree.FunctionItem, ...]:
    if isinstance(item, tree.FunctionItem):
        return (item,)
    if isinstance(item, tree.TypeItem | tree.ContractItem | tree.ImplItem):
        return item.methods
    return ()
