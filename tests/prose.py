"""Extracts English text from the sources: docstrings, comments and string literals, and the prose of Markdown pages.

Takes a file and returns passages with their line numbers. Code is left out: identifiers, fenced blocks and text in
backticks are not prose.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_CODE = re.compile(r"`[^`\n]*`")
_FENCE = re.compile(r"^( *)```.*?^\1```[^\n]*$", re.MULTILINE | re.DOTALL)
_C_PIECE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
_COMMENT_MARK = re.compile(r"^\s*(///?|/\*+|\*/?|#+)\s?|\*/$", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """A stretch of English: a docstring, a run of comment lines, a string literal, or a Markdown line."""

    path: str
    line: int
    kind: str
    text: str


def passages(path: Path) -> Iterator[Passage]:
    """Yield the passages of one file, in the order of the file."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    match path.suffix:
        case ".py":
            yield from _python(name, text)
        case ".c" | ".h" | ".bd":
            yield from _braces(name, text)
        case ".md":
            yield from _markdown(name, text)
        case ".toml":
            yield from _toml(name, text)
        case suffix:
            raise ValueError(f"no reader for {suffix} files")


def _python(name: str, text: str) -> Iterator[Passage]:
    found = [*_python_strings(name, ast.parse(text)), *_python_comments(name, text)]
    yield from sorted(found, key=lambda each: each.line)


def _python_strings(name: str, tree: ast.Module) -> Iterator[Passage]:
    docstrings: set[int] = set()
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            parts |= {id(value) for value in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [str(v.value) if isinstance(v, ast.Constant) else "`…`" for v in node.values]
            yield Passage(name, node.lineno, "string", _without_code("".join(pieces)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            kind = "docstring" if id(node) in docstrings else "string"
            yield Passage(name, node.lineno, kind, _without_code(node.value))


def _python_comments(name: str, text: str) -> Iterator[Passage]:
    run: list[str] = []
    first = last = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if run and line != last + 1:
            yield Passage(name, first, "comment", _without_code("\n".join(run)))
            run = []
        first = first if run else line
        last = line
        run.append(token.string.lstrip("#").strip())
    if run:
        yield Passage(name, first, "comment", _without_code("\n".join(run)))


def _braces(name: str, text: str) -> Iterator[Passage]:
    """The comments and strings of a language with `//`, `/* */` and double quotes."""
    run: list[str] = []
    first = last = 0
    for match in _C_PIECE.finditer(text):
        piece, line = match[0], text.count("\n", 0, match.start()) + 1
        if piece.startswith("'"):
            continue
        if piece.startswith('"'):
            yield Passage(name, line, "string", _without_code(piece[1:-1]))
            continue
        if run and line != last + 1:
            yield Passage(name, first, "comment", _without_code("\n".join(run)))
            run = []
        first = first if run else line
        last = line + piece.count("\n")
        run.append(_COMMENT_MARK.sub("", piece))
    if run:
        yield Passage(name, first, "comment", _without_code("\n".join(run)))


def _markdown(name: str, text: str) -> Iterator[Passage]:
    prose = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    line = 1
    for paragraph in re.split(r"(\n\s*\n)", prose):
        if paragraph.strip():
            yield Passage(name, line, "prose", _without_code(paragraph))
        line += paragraph.count("\n")


def _toml(name: str, text: str) -> Iterator[Passage]:
    for number, line in enumerate(text.splitlines(), 1):
        yield Passage(name, number, "text", _without_code(line))


def _without_code(text: str) -> str:
    return _CODE.sub("`…`", text)
