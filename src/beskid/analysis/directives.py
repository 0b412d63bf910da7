"""Directives in documentation: `@ref(path)`, `@arg(name) text`, `@returns text`, `@par(T) text`, `@variant(Name) text`.

Takes a documentation comment and returns its directives with their locations in the file, including malformed and
unknown ones. Code in backticks or in fenced blocks is not searched. The names are checked in `documentation.py`.
"""

from __future__ import annotations

import re
from typing import Final

from beskid.base.node import node
from beskid.source.text import Span
from beskid.syntax.fences import fenced_lines
from beskid.syntax.tokens import DocumentationRun, documentation_start

REF: Final = "ref"
ARG: Final = "arg"
RETURNS: Final = "returns"
PAR: Final = "par"
VARIANT: Final = "variant"
TIER: Final = "tier"

DIRECTIVES: Final = (ARG, PAR, REF, RETURNS, TIER, VARIANT)
"""The known directives. `@tier` is accepted and not checked."""

_NAMED: Final = frozenset((ARG, PAR, REF, VARIANT))
# Texts, because few programs have directives: `re` compiles them on first use, not whenever the compiler starts.
_DIRECTIVE: Final = r"(?<![\w@.])@(?P<name>[A-Za-z_]\w*)(?:(?P<open>\()(?P<body>[^()]*)(?P<close>\))?)?"
_NAME: Final = r"[A-Za-z_]\w*\Z"
_PATH: Final = r"[A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*\Z"
_INLINE_CODE: Final = r"(`+)(?!`).*?(?<!`)\1(?!`)"


@node
class Directive:
    """`@name(argument)`.

    Without an argument, `argument` is empty and its location is that of the directive. `is_well_formed` is false for a
    known directive that lacks its name or path.
    """

    name: str
    span: Span
    argument: str
    argument_span: Span
    is_well_formed: bool


def directives_of(run: DocumentationRun) -> list[Directive]:
    """Return the directives of a documentation comment, in text order."""
    found: list[Directive] = []
    texts = [line.text[documentation_start(line) :] for line in run.lines]
    code = fenced_lines(texts)
    for number, (line, text) in enumerate(zip(run.lines, texts, strict=True)):
        if number not in code and "@" in text:
            _read_line(text, line.span.start + documentation_start(line), found)
    return found


def _read_line(text: str, offset: int, found: list[Directive]) -> None:
    prose = re.sub(_INLINE_CODE, lambda code: " " * len(code[0]), text)
    for match in re.finditer(_DIRECTIVE, prose):
        name = match["name"]
        is_first = not prose[: match.start()].strip(" \t-*")
        # In the middle of a sentence, `@word` is a directive only with parentheses.
        if not is_first and name != REF and match["open"] is None:
            continue
        argument = (match["body"] or "").strip()
        span = Span(offset + match.start(), offset + match.end())
        place = span
        if argument:
            begin = offset + match.start("body") + match["body"].index(argument)
            place = Span(begin, begin + len(argument))
        found.append(Directive(name, span, argument, place, _is_well_formed(name, argument, match["close"])))


def _is_well_formed(name: str, argument: str, close: str | None) -> bool:
    if name not in _NAMED:
        return True
    shape = _PATH if name == REF else _NAME
    return close is not None and re.match(shape, argument) is not None
