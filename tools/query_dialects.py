"""The tree-sitter queries with the capture names of Helix and Zed, made of those in `editors/tree-sitter/queries`."""

from __future__ import annotations

import re
from pathlib import Path

from tools.line_grammars import NOTICE

HELIX = {
    "boolean": "constant.builtin.boolean",
    "number": "constant.numeric.integer",
    "number.float": "constant.numeric.float",
    "character": "constant.character",
    "string.escape": "constant.character.escape",
    "comment.documentation": "comment.block.documentation",
    "keyword.modifier": "keyword.storage.modifier",
    "keyword.import": "keyword.control.import",
    "keyword.conditional": "keyword.control.conditional",
    "keyword.repeat": "keyword.control.repeat",
    "keyword.return": "keyword.control.return",
    "function.call": "function",
    "function.method.call": "function.method",
    "property": "variable.other.member",
    "module": "namespace",
    "local.definition.parameter": "local.definition.variable.parameter",
    "local.definition.var": "local.definition.variable",
    "indent.begin": "indent",
    "indent.branch": "outdent",
    "indent.end": "",
    "indent.ignore": "",
}
ZED = {
    "number.float": "number",
    "character": "string",
    "comment.documentation": "comment.doc",
    "function.call": "function",
    "function.method.call": "function.method",
    "module": "namespace",
    **{f"{part}.{side}": "" for part in ("entry", "parameter", "test") for side in ("inner", "outer")},
}
"""What a capture is called elsewhere, where that differs; those without a name are not known there."""

QUERIES = {
    "helix": (HELIX, ("highlights", "locals", "injections", "indents", "textobjects", "tags")),
    "zed": (ZED, ("highlights", "injections", "outline", "textobjects")),
}
"""The names and the queries of each editor."""

_CAPTURE = re.compile(r" ?@([a-z][a-z._]*)")
_PATTERN = re.compile(r"(?:^;[^\n]*\n)+|^(?:\(|\[|\").*?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)


def _renamed(names: dict[str, str], name: str) -> str:
    new = names.get(name, re.sub(r"\.outer$", ".around", re.sub(r"\.inner$", ".inside", name)))
    return f"@{new}" if new else ""


def translated(text: str, names: dict[str, str]) -> str:
    """Return a query with other capture names, without the patterns that have none of those that the editor knows."""
    patterns: list[str] = []
    for pattern in _PATTERN.findall(text):

        def rename(found: re.Match[str]) -> str:
            new = _renamed(names, found[1])
            return found[0].replace(f"@{found[1]}", new) if new else ""

        changed = pattern if pattern.startswith(";") else _CAPTURE.sub(rename, pattern)
        if changed.startswith(";") or "@" in changed:
            patterns.append(changed.rstrip())
    return f"; {NOTICE}\n\n" + "\n\n".join(patterns) + "\n"


def queries(source: Path, editor: str) -> dict[str, str]:
    """Return the queries of an editor by file name."""
    names, which = QUERIES[editor]
    return {f"{name}.scm": translated((source / f"{name}.scm").read_text(encoding="utf-8"), names) for name in which}
