"""What formatting must never change, as functions that fail.

`check_laws` formats a text and compares: the result parses, to the same tree; tokens and comments are the same and in
the same order, up to the commas and the place of `mut` that the style sets; formatting again changes nothing.
"""

from __future__ import annotations

from typing import Any

from tests.syntax.walk import walk

from beskid.base.node import field_names, is_node
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.format import WIDTH, format_source
from beskid.syntax.parser import ParseResult, parse
from beskid.syntax.tokens import CLOSERS, STRING, STRING_END, STRING_START

_IGNORED = frozenset({"id", "span", "operator_span", "capacity_span", "source", "node_count"})


def check_laws(text: str, width: int = WIDTH) -> str:
    """Fail unless formatting this text keeps every law; return the formatted text."""
    before = parse(SourceText("law.bd", text))
    assert not before.diagnostics, before.diagnostics[0]
    formatted = format_source(SourceText("law.bd", text), width).text
    assert formatted is not None
    after = parse(SourceText("law.bd", formatted))
    assert not after.diagnostics, f"{after.diagnostics[0]}\n{formatted}"
    assert words(after) == words(before), formatted
    assert dump(after.program) == dump(before.program), formatted
    again = format_source(SourceText("law.bd", formatted), width).text
    assert again == formatted, f"--- once\n{formatted}\n--- twice\n{again}"
    assert not any(line.endswith((" ", "\t")) for line in _code_lines(after)), formatted
    return formatted


def dump(node: Any) -> Any:
    """Return a tree without spans and ids."""
    if isinstance(node, Span):
        return None
    if isinstance(node, tuple):
        return [dump(each) for each in node]
    if is_node(type(node)):
        parts = [(name, dump(getattr(node, name))) for name in field_names(type(node)) if name not in _IGNORED]
        return (type(node).__name__, parts)
    return node


def words(parsed: ParseResult) -> list[str]:
    """Return tokens and comments in order, without the tokens that the style prescribes."""
    tokens = parsed.tokens
    skipped = _set_by_style(parsed)
    comments: dict[int, list[str]] = {}
    for comment in tokens.comments:
        comments.setdefault(comment.before, []).append(comment.text)
    found: list[str] = []
    for index in range(len(tokens.kinds)):
        found += comments.get(index, [])
        if index not in skipped:
            found.append(tokens.text(index))
    return found


def _set_by_style(parsed: ParseResult) -> set[int]:
    tokens = parsed.tokens
    kinds = tokens.kinds
    skipped = {
        index
        for index, kind in enumerate(kinds)
        if kind == "," and (kinds[index + 1] in CLOSERS or kinds[index + 1] in (">", "{") or kinds[index - 1] in "};")
    }
    for node, _ in walk(parsed.program):
        if isinstance(node, tree.ContractEmbedding):
            behind = tokens.index_at(node.span.end)
            if kinds[behind] == ";":
                skipped.add(behind)
        if isinstance(node, tree.LetStatement) and node.type is not None:
            first = tokens.index_at(node.span.start)
            last = tokens.index_at(node.name.span.start)
            skipped |= {index for index in range(first, last) if kinds[index] == "mut"}
    return skipped


def _code_lines(parsed: ParseResult) -> list[str]:
    # Lines outside of strings and comments, which may end with spaces.
    tokens = parsed.tokens
    text = tokens.source.text
    spans = [comment.span for comment in tokens.comments]
    opened: list[int] = []
    for index, kind in enumerate(tokens.kinds):
        if kind == STRING:
            spans.append(tokens.span(index))
        elif kind == STRING_START:
            opened.append(tokens.starts[index])
        elif kind == STRING_END:
            spans.append(Span(opened.pop(), tokens.ends[index]))
    for start, end in spans:
        hidden = "".join("\n" if character == "\n" else "x" for character in text[start:end])
        text = text[:start] + hidden + text[end:]
    return text.split("\n")
