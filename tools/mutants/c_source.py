"""Finds the mutants of a C file, by tokens: comments, texts, directives and static assertions are left alone."""

from __future__ import annotations

import re

from tools.mutants.model import Mutant

OPERATORS = {
    "==": "!=",
    "!=": "==",
    "<=": "<",
    ">=": ">",
    "<": "<=",
    ">": ">=",
    "&&": "||",
    "||": "&&",
    "+": "-",
    "-": "+",
    "<<": ">>",
    ">>": "<<",
    "&": "|",
    "|": "&",
    "+=": "-=",
    "-=": "+=",
}
"""Operators that stand between spaces, which tells the binary ones from the others in formatted code."""

_SKIPPED = re.compile(
    rb'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*|_Static_assert[^;]*;',
    re.DOTALL | re.MULTILINE,
)
_OPERATOR = re.compile(rb"(?<= )(==|!=|<=|>=|<<|>>|&&|\|\||\+=|-=|[<>+&|-])(?= )")
_NUMBER = re.compile(rb"(?<![\w.])(0|[1-9][0-9]*)(?![\w.])")
_CALL = re.compile(rb"^[ \t]+(?!return\b)[a-z]\w*\([^;{}]*\);[ \t]*$", re.MULTILINE)
_STORE = re.compile(rb"^[ \t]+[\w>.\[\]*-]+ [+|&-]?= [^;{}]*;[ \t]*$", re.MULTILINE)
_FUNCTION = re.compile(rb"^[a-z][^;=\n]*?\b(\w+)\(", re.MULTILINE)
_JUMP = re.compile(rb"\b(?:break|continue)(?=;)")


def find(path: str, source: bytes) -> list[Mutant]:
    """List the mutants of a file in the order of its text."""
    code = _SKIPPED.sub(lambda match: re.sub(rb"[^\n]", b"\0", match[0]), source)
    functions = [(match.start(), match[1].decode()) for match in _FUNCTION.finditer(code)]
    found: list[Mutant] = []

    def add(start: int, end: int, replacement: str, kind: str) -> None:
        line = source.count(b"\n", 0, start) + 1
        last_line = source.count(b"\n", 0, end) + 1
        scope = next((name for position, name in reversed(functions) if position < start), "")
        text = (source.rfind(b"\n", 0, start) + 1, source.find(b"\n", end))
        found.append(Mutant(path, line, last_line, start, end, replacement, kind, scope, text))

    for match in _OPERATOR.finditer(code):
        add(*match.span(), OPERATORS[match[0].decode()], "operator")
    for match in _NUMBER.finditer(code):
        add(*match.span(), str(int(match[0]) + 1), "constant")
    for pattern in (_CALL, _STORE):
        for match in pattern.finditer(code):
            text = match[0]
            add(match.start() + len(text) - len(text.lstrip()), match.end(), ";", "statement removed")
    for match in _JUMP.finditer(code):
        add(*match.span(), "continue" if match[0] == b"break" else "break", "break, continue")
    return sorted(found, key=lambda each: (each.start, each.end, each.replacement))
