"""The variables that are in scope at the lines of a program, found in its text without the compiler.

Programs have one statement in a line, and blocks that begin at the end of a line. `watched` puts a `PrintLine` before
each statement, in the same line, that prints these variables; the interpreter then says what they hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MARK = "@@"
_NAME = r"([A-Za-z_]\w*)"
_FUNCTION = re.compile(rf"^\s*(?:pub )?\S.* {_NAME}(?:<\w+>)?\((.*)\) \{{$")
_LAMBDA = re.compile(r"\(([^()]*)\) => \{$")
_ARM = re.compile(r"^\s*\w+::\w+(?:\((.*)\))? => \{$")
_FOR = re.compile(rf"^\s*for (?:{_NAME}, )?{_NAME} in ")
_DECLARATION = re.compile(rf"^\s*(?:let|[\w<>\[\], ]+)(?: mut)? {_NAME} = ")
_WORD = re.compile(r"\w+")


@dataclass
class _Scope:
    names: list[str] = field(default_factory=list)
    used: set[str] | None = None
    """The words of a lambda: it sees only those variables around it that it names."""
    declares: str = ""
    """What is declared by the statement that ends with the block."""


def watched(text: str) -> tuple[str, dict[int, list[str]]]:
    """Return the program that prints its variables, and their names at each line with a statement."""
    lines = text.splitlines()
    scopes: list[_Scope] = []
    visible: dict[int, list[str]] = {}
    shown: list[str] = []
    for number, line in enumerate(lines, 1):
        code = line.strip()
        if code.startswith("}") and scopes:
            ended = scopes.pop()
            if ended.declares:
                scopes[-1].names.append(ended.declares)
        if code.endswith(";") and not code.startswith("}") and scopes:
            names = visible[number] = _visible(scopes)
            forms = " | ".join([f"{name}=${{[{name}]}}" for name in names])
            shown.append(f'PrintLine("{MARK}{number} {forms}"); {line}')
        else:
            shown.append(line)
        declared = _DECLARATION.match(line)
        if code.endswith("{"):
            scopes.append(_opened(line, number, lines, scopes))
            scopes[-1].declares = declared[1] if declared else ""
        elif declared and code.endswith(";"):
            scopes[-1].names.append(declared[1])
    return "\n".join(shown) + "\n", visible


def _visible(scopes: list[_Scope]) -> list[str]:
    names: list[str] = []
    used: set[str] | None = None
    for scope in reversed(scopes):
        names += [name for name in scope.names if name not in names and (used is None or name in used)]
        used = scope.used if used is None else used
    return sorted(set(names))


def _opened(line: str, number: int, lines: list[str], scopes: list[_Scope]) -> _Scope:
    for pattern in (_ARM, _LAMBDA):
        found = pattern.search(line)
        if found:
            return _Scope(_parameters(found[1] or ""), _body(number, lines) if pattern is _LAMBDA else None)
    loop = _FOR.match(line)
    if loop:
        return _Scope([name for name in loop.groups() if name])
    function = _FUNCTION.match(line)
    if function and len(scopes) < 2 and not line.strip().startswith(("if", "while", "match", "return")):
        return _Scope([*_parameters(function[2]), *(["this"] if scopes else [])])
    return _Scope()


def _parameters(text: str) -> list[str]:
    """Return the names of parameters; one that is `out` has no value before it is assigned."""
    parts = re.sub(r"<[^>]*>|\([^()]*\)", "", text).split(",")
    return [part.split()[-1] for part in parts if part.strip() and not part.strip().startswith("out ")]


def _body(number: int, lines: list[str]) -> set[str]:
    """Return the words of a block that begins at the end of a line."""
    indent = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    words: set[str] = set()
    for line in lines[number:]:
        if len(line) - len(line.lstrip()) <= indent:
            return words
        words.update(_WORD.findall(line))
    return words
