"""Diagnostics for programs: one JSON object a line, and a last one with the counts.

Offsets are bytes of the UTF-8 text, lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

import json
from typing import Any

from beskid.source.diagnostics import Diagnostic, Fix, Label, Severity
from beskid.source.render import arrange
from beskid.source.text import SourceText, Span


def json_lines(diagnostics: list[Diagnostic]) -> str:
    """All diagnostics and the summary object."""
    arranged = arrange(diagnostics)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in arranged)
    counts = {"summary": {"errors": errors, "warnings": len(arranged) - errors}}
    objects = [json_object(diagnostic) for diagnostic in arranged]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in [*objects, counts]).encode(
        "utf-8", "replace"
    ).decode("utf-8")


def json_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "file": diagnostic.source.path,
        "span": _span(diagnostic.source, diagnostic.span),
        "related": [_related(label) for label in diagnostic.related],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _span(source: SourceText, span: Span) -> dict[str, int]:
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    return {
        "start": byte_offset(source, span.start),
        "end": byte_offset(source, span.end),
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _related(label: Label) -> dict[str, Any]:
    return {"message": label.text, "file": label.source.path, "span": _span(label.source, label.span)}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {
            "file": edit.source.path,
            "start": byte_offset(edit.source, edit.span.start),
            "end": byte_offset(edit.source, edit.span.end),
            "text": edit.text,
        }
        for edit in fix.edits
    ]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def byte_offset(source: SourceText, offset: int) -> int:
    """The offset in UTF-8 bytes of an offset in characters."""
    text = source.text
    if text.isascii():
        return offset
    return len(text[:offset].encode("utf-8", "surrogatepass"))
