"""The form of manifests and lock files: text in, blocks of `key = value` fields out.

A block may be on one line, a field may hold a list, and comments begin with `#` or `//`. What the blocks mean is
decided by the modules that check them. Reads no files.
"""

from __future__ import annotations

import re

from beskid.base.node import node
from beskid.source.text import Span

DIRECTIVE_MARK = "@"
PROJECT_KIND = "project"


@node
class Value:
    """A field's value: texts of a string, a word or a list."""

    items: tuple[str, ...]
    is_list: bool
    span: Span


@node
class Block:
    """One block as written. `span` is its head, `whole` reaches to the closing brace.

    The last of several equal keys is in `fields`; `repeated` has the places of those that are written again.
    """

    kind: str
    label: str
    span: Span
    whole: Span
    fields: dict[str, tuple[Span, Value]]
    repeated: list[tuple[str, Span]]
    children: list[Block]


class BlockSyntaxError(Exception):
    """The text does not have the form; `message` and `help` are those of a diagnostic at `span`."""

    def __init__(self, span: Span, message: str, help: str = "") -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.help = help


_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|\#[^\n]*|//[^\n]*)"""
    r"""|(?P<string>"[^"\n]*")"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_.-]*)"""
    r"""|(?P<mark>[{}\[\],=@])"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)


class _Reader:
    """A cursor over the tokens of one text."""

    __slots__ = ("end", "position", "tokens")

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, Span]] = []
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or "other"
            if kind != "skip":
                self.tokens.append((kind, match.group(), Span(match.start(), match.end())))
        self.position = 0
        self.end = Span(len(text), len(text))

    def peek(self) -> tuple[str, str, Span]:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return ("end", "", self.end)

    def take(self) -> tuple[str, str, Span]:
        token = self.peek()
        self.position += 1
        return token

    def is_mark(self, mark: str) -> bool:
        kind, text, _ = self.peek()
        return kind == "mark" and text == mark

    def expect(self, mark: str, what: str) -> Span:
        span = self.peek()[2]
        if not self.is_mark(mark):
            raise BlockSyntaxError(span, f"expected `{mark}` {what}")
        self.position += 1
        return span


def read_blocks(text: str, kinds: tuple[str, ...], example: str = "project") -> list[Block]:
    """Return the blocks of a text, each of one of `kinds`. Raises `BlockSyntaxError`."""
    reader = _Reader(text)
    blocks: list[Block] = []
    while reader.peek()[0] != "end":
        blocks.append(_read_block(reader, kinds, (), example))
    return blocks


def read_named_root(text: str, kinds: tuple[str, ...]) -> list[Block]:
    """Return the blocks of a text in which one block has a name of its own and contains blocks of `kinds`.

    Such blocks may also follow it. A block `project` is read like that one, so that its mistake can be reported.
    Directives such as `@schemaless` before the blocks are accepted.
    """
    reader = _Reader(text)
    while reader.is_mark(DIRECTIVE_MARK):
        reader.take()
        if reader.peek()[0] != "word":
            raise BlockSyntaxError(reader.peek()[2], "expected the name of a directive after `@`")
        reader.take()
    blocks: list[Block] = []
    while reader.peek()[0] != "end":
        is_known = reader.peek()[1] in kinds and reader.peek()[1] != PROJECT_KIND
        blocks.append(_read_block(reader, kinds if is_known else (), () if is_known else kinds, "Shop"))
    return blocks


def _read_block(reader: _Reader, kinds: tuple[str, ...], inner: tuple[str, ...], example: str) -> Block:
    """Read one block, whose kind is one of `kinds` unless that is empty. Blocks of the kinds `inner` may be inside."""
    token, name, span = reader.take()
    start = span.start
    if token != "word":
        raise BlockSyntaxError(span, f"expected a block such as `{example} {{ … }}`")
    if kinds and name not in kinds:
        raise BlockSyntaxError(span, f"unknown block `{name}`", "a manifest has " + choices(kinds))
    label = ""
    if reader.peek()[0] == "string":
        _, text, label_span = reader.take()
        label = text[1:-1]
        span = span.to(label_span)
    reader.expect("{", f"after `{name}`")
    fields: dict[str, tuple[Span, Value]] = {}
    repeated: list[tuple[str, Span]] = []
    children: list[Block] = []
    while not reader.is_mark("}"):
        key_kind, key, key_span = reader.peek()
        if key_kind != "word":
            raise BlockSyntaxError(key_span, f"expected a field or the closing brace of `{name}`")
        reader.position += 1
        if inner and not reader.is_mark("="):
            reader.position -= 1
            children.append(_read_block(reader, inner, (), example))
            continue
        reader.expect("=", f"after `{key}`")
        if key in fields:
            repeated.append((key, key_span))
        fields[key] = (key_span, _read_value(reader, key))
        if reader.is_mark(","):
            reader.take()
    end = reader.take()[2].end
    return Block(name, label, span, Span(start, end), fields, repeated, children)


def _read_value(reader: _Reader, key: str) -> Value:
    kind, text, span = reader.take()
    if kind == "string":
        return Value((text[1:-1],), False, span)
    if kind == "word":
        return Value((text,), False, span)
    if (kind, text) != ("mark", "["):
        raise BlockSyntaxError(span, f"expected a value for `{key}`", 'write it between quotes: "…"')
    items: list[str] = []
    while True:
        kind, text, item_span = reader.take()
        if (kind, text) == ("mark", "]"):
            return Value(tuple(items), True, span.to(item_span))
        if kind not in ("string", "word"):
            raise BlockSyntaxError(item_span, f"expected an entry of `{key}` or `]`")
        items.append(text[1:-1] if kind == "string" else text)
        if reader.is_mark(","):
            reader.take()


def choices(words: tuple[str, ...]) -> str:
    """Return ``a`, `b` or `c``."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
