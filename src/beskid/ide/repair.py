"""A program in which the text around an offset can be parsed, for questions about code that is being written.

A body without its `}` is not in the tree. Neither is an interpolation or the head of a loop that ends in a dot. Here
the text before the offset gets a name and its missing brackets, and the following declarations are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

from beskid.ide.snapshot import Snapshot
from beskid.ide.symbols import nodes_around
from beskid.source.diagnostics import Edit
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.lexer import tokenize
from beskid.syntax.tokens import CLOSERS, HOLE_OPEN, OPENERS, Tokens

_NAME = "a"
_DECLARATION = re.compile(r"^(?=[A-Za-z\[/])", re.MULTILINE)
"""The start of the next declaration: of a line that is not indented."""


def is_unclosed(snapshot: Snapshot, source: SourceText, offset: int) -> bool:
    """Return whether an offset is in a body that is not in the tree because its `}` is missing."""
    module = snapshot.module_of(source)
    if module is None or module.program is None:
        return False
    if any(isinstance(part, tree.Block) for part in nodes_around(module.program, offset)):
        return False
    tokens = tokenize(source)
    known = zip(tokens.starts, tokens.kinds, tokens.partners, strict=True)
    return any(kind == "{" and partner == -1 and start < offset for start, kind, partner in known)


@contextmanager
def repaired(snapshot: Snapshot, source: SourceText, offset: int) -> Iterator[tuple[Snapshot, SourceText] | None]:
    """Return the program with a text that can be parsed up to an offset, where a name is expected.

    Offsets before it stay. Returns None where the text ends inside a string.
    """
    head = source.text[:offset]
    tokens = tokenize(SourceText(source.path, head))
    path = snapshot.path_of(source)
    if tokens.unterminated and HOLE_OPEN not in tokens.kinds:
        yield None
        return
    following = _DECLARATION.search(source.text, offset)
    tail = "" if following is None else "\n" + source.text[following.start() :]
    edit = Edit(source, Span(offset, len(source.text)), f"{_NAME}{_closers(tokens)}{tail}")
    with closing(snapshot.with_edits([edit])) as other:
        modules = [each for each in other.world.loaded_modules() if other.path_of(each.source) == path]
        changed = next((each.source for each in modules if each.parent is None), None)
        if changed is not None:
            other.require(changed)
        yield None if changed is None else (other, changed)


def _closers(tokens: Tokens) -> str:
    """Return the brackets and quotes that close what is open at the end of a text."""
    stack: list[int] = []
    for index, kind in enumerate(tokens.kinds):
        if kind in OPENERS:
            stack.append(index)
        elif kind in CLOSERS and tokens.partners[index] != -1:
            while stack and stack.pop() != tokens.partners[index]:
                pass
    kinds = [tokens.kinds[index] for index in reversed(stack)]
    return "".join(['}"' if kind == HOLE_OPEN else OPENERS[kind] for kind in kinds])
