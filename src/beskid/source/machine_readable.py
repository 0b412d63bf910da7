"""Machine-readable diagnostics: JSON lines, SARIF, and GitHub annotations.

Offsets are in bytes of the UTF-8 text; lines and columns are 1-based, columns in characters.
"""

from __future__ import annotations

import json
from typing import Any

from beskid.source.codes import Code
from beskid.source.diagnostics import Diagnostic, Fix, Label, Severity
from beskid.source.render import arrange
from beskid.source.text import SourceText, Span


def json_lines(diagnostics: list[Diagnostic]) -> str:
    """Return one JSON object per diagnostic and a last one with the counts."""
    arranged = arrange(diagnostics)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in arranged)
    counts = {"summary": {"errors": errors, "warnings": len(arranged) - errors}}
    objects = [json_object(diagnostic) for diagnostic in arranged]
    return "".join(_json(each) + "\n" for each in [*objects, counts])


def _json(data: dict[str, Any]) -> str:
    # Texts may contain unpaired surrogates, which cannot be encoded.
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def json_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as plain data."""
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
    """Convert an offset in characters to an offset in UTF-8 bytes."""
    text = source.text
    if text.isascii():
        return offset
    return len(text[:offset].encode("utf-8", "surrogatepass"))


def github(diagnostics: list[Diagnostic]) -> str:
    """Return one workflow command per line; GitHub shows them next to the changed lines."""
    return "".join(_github_line(diagnostic) + "\n" for diagnostic in arrange(diagnostics))


def _github_line(diagnostic: Diagnostic) -> str:
    source = diagnostic.source
    line, column = source.position(diagnostic.span.start)
    end_line, end_column = source.position(diagnostic.span.end)
    place = f"file={_property(source.path)},line={line},col={column},endLine={end_line},endColumn={end_column}"
    text = diagnostic.message if diagnostic.help is None else f"{diagnostic.message}\nhelp: {diagnostic.help}"
    message = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{diagnostic.severity.value} {place},title={_property(diagnostic.code)}::{message}"


def _property(text: str) -> str:
    escapes = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"))
    for character, escape in escapes:
        text = text.replace(character, escape)
    return text


def sarif(diagnostics: list[Diagnostic], version: str) -> str:
    """Return a SARIF 2.1.0 log with one run of this version of the compiler."""
    arranged = arrange(diagnostics)
    rules = [_sarif_rule(code) for code in sorted({diagnostic.code for diagnostic in arranged})]
    driver = {"name": "beskid", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(diagnostic) for diagnostic in arranged],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _json({"$schema": schema, "version": "2.1.0", "runs": [run]}) + "\n"


def _sarif_rule(code: Code) -> dict[str, Any]:
    return {
        "id": code,
        "shortDescription": {"text": code.meaning},
        "help": {"text": f"`beskid explain {code}` prints docs/reference/diagnostics/{code.page}"},
        "defaultConfiguration": {"level": "warning" if code.is_warning else "error"},
        "properties": {"since": code.since},
    }


def _sarif_result(diagnostic: Diagnostic) -> dict[str, Any]:
    text = diagnostic.message if diagnostic.help is None else f"{diagnostic.message}\n{diagnostic.help}"
    return {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity.value,
        "message": {"text": text},
        "locations": [_sarif_place(diagnostic.source, diagnostic.span)],
        "relatedLocations": [
            {**_sarif_place(label.source, label.span), "message": {"text": label.text}} for label in diagnostic.related
        ],
    }


def _sarif_place(source: SourceText, span: Span) -> dict[str, Any]:
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"physicalLocation": {"artifactLocation": {"uri": source.path}, "region": region}}
