"""Comments that set the level of a warning: `// beskid: allow(W1407)` before a statement or an item."""

from __future__ import annotations

import re
from typing import Final

from beskid.base.node import node
from beskid.source.text import Span
from beskid.syntax.tokens import Comment, Tokens

MARK: Final = "beskid:"
_HEAD: Final = r"//\s*beskid:"
_ALLOW: Final = r"//\s*beskid:\s*allow\s*\((?P<names>[^()]*)\)"
_NAME: Final = r"[^\s,]+"


@node
class LintComment:
    """One comment; `names` are the codes in its parentheses with their locations.

    `next` is where the token after the comment starts. `is_well_formed` is false for a comment that is not
    `beskid: allow(…)`, and for one after code on its line.
    """

    span: Span
    names: tuple[tuple[str, Span], ...]
    next: int
    is_well_formed: bool


def lint_comments(tokens: Tokens) -> tuple[LintComment, ...]:
    """Return the comments of a text that begin with `beskid:`."""
    if MARK not in tokens.source.text:
        return ()
    return tuple([_read(tokens, each) for each in tokens.comments if re.match(_HEAD, each.text)])


def _read(tokens: Tokens, comment: Comment) -> LintComment:
    next = tokens.starts[comment.before]
    match = re.match(_ALLOW, comment.text)
    text = tokens.source.text
    is_alone = not text[text.rfind("\n", 0, comment.span.start) + 1 : comment.span.start].strip()
    if match is None or not is_alone:
        return LintComment(comment.span, (), next, False)
    first = comment.span.start + match.start("names")
    names = [(name[0], Span(first + name.start(), first + name.end())) for name in re.finditer(_NAME, match["names"])]
    return LintComment(comment.span, tuple(names), next, bool(names))
