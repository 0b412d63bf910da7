"""What a documentation comment says: prose, the texts of its directives, and its examples.

Takes a run of `///` lines. The text of a directive that begins a line goes on to the next empty line or directive.
`@ref` stays in the texts; `links.py` replaces it. Examples are the fenced blocks of the language `beskid`.
"""

from __future__ import annotations

import re
from enum import Enum

from beskid.analysis.directives import ARG, PAR, RETURNS, VARIANT, directives_of
from beskid.base.node import node
from beskid.source.text import SourceText
from beskid.syntax.fences import fenced_lines, fences
from beskid.syntax.tokens import DocumentationRun, documentation_start

_BLOCK_DIRECTIVES = frozenset((ARG, PAR, RETURNS, VARIANT))
LANGUAGE = "beskid"


class Expectation(Enum):
    """What an example is expected to do; the value is the word after `beskid` at its start."""

    RETURNS = ""
    PANICS = "panics"
    NOT_RUN = "norun"
    FAILS = "fails"


@node
class Example:
    """An example of a comment. `first` is the number of the line of the fence, from 0 in the run.

    `code` is the diagnostic code that `fails CODE` names. `problem` says what is wrong with the words after `beskid`,
    empty if nothing is.
    """

    first: int
    lines: tuple[str, ...]
    expectation: Expectation
    code: str
    problem: str


@node
class Comment:
    """A comment in parts. `arguments`, `type_parameters` and `variants` have the texts by name."""

    prose: str
    arguments: dict[str, str]
    type_parameters: dict[str, str]
    variants: dict[str, str]
    returns: str
    examples: tuple[Example, ...]

    def summary(self) -> str:
        """Return the first paragraph on one line."""
        return " ".join(self.prose.partition("\n\n")[0].split())


EMPTY = Comment("", {}, {}, {}, "", ())


def read_comment(run: DocumentationRun | None) -> Comment:
    """Return the parts of a comment, all empty without one."""
    if run is None:
        return EMPTY
    texts = [line.text[documentation_start(line) :] for line in run.lines]
    heads = {each.span.start: each for each in directives_of(run) if each.name in _BLOCK_DIRECTIVES}
    prose: list[str] = []
    parts: dict[str, dict[str, list[str]]] = {name: {} for name in _BLOCK_DIRECTIVES}
    target = prose
    code = fenced_lines(texts)
    for number, (line, text) in enumerate(zip(run.lines, texts, strict=True)):
        start = line.span.start + documentation_start(line) + len(text) - len(text.lstrip(" \t-*"))
        head = None if number in code else heads.get(start)
        if head is not None:
            target = parts[head.name].setdefault(head.argument if head.name != RETURNS else "", [])
            target.append(text[head.span.end - line.span.start - documentation_start(line) :].strip())
            continue
        if not text.strip() and number not in code:
            target = prose
        target.append(text)
    texts_of = {name: {key: " ".join(lines).strip() for key, lines in found.items()} for name, found in parts.items()}
    return Comment(
        re.sub(r"\n{3,}", "\n\n", "\n".join(prose).strip("\n")), texts_of[ARG], texts_of[PAR], texts_of[VARIANT],
        texts_of[RETURNS].get("", ""), tuple(_examples(texts)),
    )  # fmt: skip


def _examples(texts: list[str]) -> list[Example]:
    found: list[Example] = []
    for fence in fences(texts):
        words = fence.words.replace(",", " ").split()
        if fence.is_closed and words and words[0] == LANGUAGE:
            found.append(_example(fence.first, tuple(texts[fence.first + 1 : fence.last]), words[1:]))
    return found


def _example(first: int, lines: tuple[str, ...], words: list[str]) -> Example:
    word = words[0] if words else ""
    known = {each.value: each for each in Expectation}
    wanted = known.get(word, Expectation.RETURNS)
    code = words[1] if wanted is Expectation.FAILS and len(words) > 1 else ""
    problem = ""
    if word not in known:
        problem = f"`{word}` is not one of {', '.join([f'`{each}`' for each in known if each])}"
    elif wanted is Expectation.FAILS and not code:
        problem = "`fails` needs a diagnostic code, such as `fails E1206`"
    elif len(words) > (2 if code else 1):
        problem = f"nothing may follow `{words[1 if code else 0]}`"
    return Example(first, lines, wanted, code, problem)


def line_of(run: DocumentationRun, number: int, source: SourceText) -> int:
    """Return the line of the file, from 1, of a line of a comment, from 0."""
    return source.position(run.lines[number].span.start)[0]
