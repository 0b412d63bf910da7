"""The `meta` and `skip` sections of a test.

`read_settings` takes a test item and returns its settings; `check_sections` returns the errors of its sections (E1151).
Only literals are read; nothing is evaluated.
"""

from __future__ import annotations

from typing import Final

from beskid.analysis.spelling import did_you_mean
from beskid.base.node import value
from beskid.source.codes import E1151
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText
from beskid.syntax import tree

DEFAULT_SKIP_REASON: Final = "skip.condition is true"

_STRING: Final = "string"
_BOOL: Final = "bool"

KEYS: Final[dict[str, dict[str, str]]] = {
    "meta": {"tags": _STRING, "group": _STRING},
    "skip": {"condition": _BOOL, "reason": _STRING},
}
"""The keys of each section and the kind of literal that each takes."""

_FORMS: Final = {_STRING: "a string literal without interpolation", _BOOL: "`true` or `false`"}


@value
class TestSettings:
    """`skip_reason` is None for a test that runs. `group` is empty for a test without one."""

    tags: tuple[str, ...]
    group: str
    skip_reason: str | None


def read_settings(item: tree.TestItem) -> TestSettings:
    """Return the settings of a test. The last section of a kind counts, and malformed entries are ignored."""
    sections = {section.kind: _values(section) for section in item.sections}
    meta = sections.get("meta", {})
    skip = sections.get("skip", {})
    tags = tuple([tag.strip() for tag in _text(meta, "tags").split(",") if tag.strip()])
    skip_reason = (_text(skip, "reason") or DEFAULT_SKIP_REASON) if skip.get("condition") is True else None
    return TestSettings(tags, _text(meta, "group"), skip_reason)


def check_sections(item: tree.TestItem, source: SourceText) -> list[Diagnostic]:
    """Return an error for each unknown key and for each value that is not a literal of the expected kind."""
    found: list[Diagnostic] = []
    for section in item.sections:
        keys = KEYS[section.kind]
        for entry in section.entries:
            key = entry.name.text
            kind = keys.get(key)
            if kind is None:
                message = f"unknown key `{key}` in a `{section.kind}` section"
                known = " and ".join([f"`{name}`" for name in keys])
                help = did_you_mean(key, list(keys), f"the keys are {known}")
                found.append(error(E1151, message, source, entry.name.span, "unknown key", help))
            elif _literal(entry.value, kind) is None:
                message = f"`{section.kind}.{key}` must be {_FORMS[kind]}"
                help = "tests are selected before the program runs, so the value must be a literal"
                found.append(error(E1151, message, source, entry.value.span, "not a literal of this kind", help))
    return found


def _values(section: tree.TestSection) -> dict[str, str | bool]:
    values: dict[str, str | bool] = {}
    for entry in section.entries:
        literal = _literal(entry.value, KEYS[section.kind].get(entry.name.text, ""))
        if literal is not None:
            values[entry.name.text] = literal
    return values


def _text(values: dict[str, str | bool], key: str) -> str:
    held = values.get(key, "")
    return held if isinstance(held, str) else ""


def _literal(expression: tree.Expression, kind: str) -> str | bool | None:
    if kind == _BOOL and isinstance(expression, tree.BoolLiteral):
        return expression.value
    if kind != _STRING or not isinstance(expression, tree.StringLiteral):
        return None
    pieces = [piece for piece in expression.pieces if isinstance(piece, str)]
    return "".join(pieces) if len(pieces) == len(expression.pieces) else None
