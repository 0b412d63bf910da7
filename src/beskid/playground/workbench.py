"""One text in a page: its diagnostics, names, completions, format, IR, and what it prints.

Offsets are those of JavaScript, in UTF-16 code units. Answers are JSON values. One thread owns a `Workbench`, and the
part of the compiler that it needs uses no other process and no foreign code.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from beskid.analysis.names.import_fixes import import_fix
from beskid.driver.explanations import read_page
from beskid.driver.failure import DriverError
from beskid.driver.foreign_calls import refuse_foreign_calls
from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import lone_input
from beskid.driver.open_projects import NO_FILE, OpenProjects
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ide import completion, navigation
from beskid.ide.snapshot import Snapshot
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.values import UnsupportedError
from beskid.ir.text import print_module
from beskid.lower.pipeline import LOWERING
from beskid.playground.host import MAX_OUTPUT, PageHost, Show, TooMuchOutputError
from beskid.source.diagnostics import Diagnostic, Fix
from beskid.source.render import human
from beskid.source.text import SourceText, Span, utf16_units
from beskid.syntax.format import format_source

Answer: TypeAlias = dict[str, Any]

DEPTH_LIMIT = 1_500
"""The calls of a program inside each other before its stack overflows; WebAssembly's own stack holds a few more."""

_PATH = f"/{NO_FILE}"


class Workbench:
    __slots__ = ("_projects", "_show", "_snapshot")

    def __init__(self, show: Show) -> None:
        self._show = show
        self._projects = OpenProjects()
        self._snapshot: Snapshot | None = None

    def check(self, text: str) -> list[Answer]:
        """Return the diagnostics of a text, as `beskid check` reports them."""
        snapshot = self._snapshot_of(text)
        return [_diagnostic(each, snapshot) for each in snapshot.finish()]

    def hover(self, text: str, offset: int) -> Answer | None:
        """Return the declaration of the name at an offset, and its documentation in Markdown."""
        snapshot, source = self._source_of(text)
        found = navigation.hover(snapshot, source, _from_page(text, offset))
        if found is None:
            return None
        return {**_span(source, found.span), "code": found.code, "documentation": found.documentation}

    def complete(self, text: str, offset: int) -> Answer:
        """Return what can be written at an offset, the best first."""
        snapshot, source = self._source_of(text)
        found = completion.complete(snapshot, source, _from_page(text, offset))
        module = snapshot.require(source)
        items = [
            {
                "label": item.label,
                "kind": item.kind,
                "detail": item.detail,
                "edits": _edits(import_fix(module, item.insert_use)[0]) if module and item.insert_use else [],
            }
            for item in found.items
        ]
        return {**_span(source, found.span), "isComplete": not found.is_incomplete, "items": items}

    def format(self, text: str) -> Answer:
        """Return a text in the standard format, None when it has syntax errors."""
        return {"text": format_source(SourceText(NO_FILE, text)).text}

    def intermediate(self, text: str) -> Answer:
        """Return the IR after all passes, or the errors that prevent it."""
        session = _session(text)
        module = session.passed()
        return {"text": human(session.diagnostics) if module is None else print_module(module)}

    def explain(self, code: str) -> Answer:
        """Return the page of a diagnostic code in Markdown."""
        return {"text": read_page(code).text}

    def run(self, text: str, stdin: str, arguments: list[str], files: dict[str, str]) -> Answer:
        """Interpret a text with files in memory, by name; its output is shown while it runs.

        `status` is that of the process that the executable would be, None when the program did not run to its end;
        then `message` says why.
        """
        session = _session(text)
        module = session.passed(LOWERING)
        if module is None:
            return {"status": None, "message": human(session.diagnostics)}
        host = PageHost(_bytes(stdin), {_bytes(name): _bytes(content) for name, content in files.items()}, self._show)
        try:
            refuse_foreign_calls(module)
            status = run_module(module, host, arguments, RunOptions(depth_limit=DEPTH_LIMIT))
        except (DriverError, UnsupportedError) as failure:
            return {"status": None, "message": f"{failure}; this page cannot run it, an installed beskid can"}
        except TooMuchOutputError:
            return {"status": None, "message": f"the program was ended: it wrote more than {MAX_OUTPUT >> 20} MiB"}
        return {"status": status, "message": ""}

    def _source_of(self, text: str) -> tuple[Snapshot, SourceText]:
        snapshot = self._snapshot_of(text)
        source = snapshot.project.source_of(_PATH)
        assert source is not None
        return snapshot, source

    def _snapshot_of(self, text: str) -> Snapshot:
        projects = self._projects
        if self._snapshot is None or projects.texts.get(_PATH) != text:
            if self._snapshot is not None:
                self._snapshot.close()
            self._snapshot = Snapshot(projects.set_text(_PATH, text))
        return self._snapshot


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _session(text: str) -> Session:
    return Session(lone_input(NO_FILE, None, text, Reading()), CompileOptions(), {})


def _diagnostic(each: Diagnostic, snapshot: Snapshot) -> Answer:
    is_own = snapshot.path_of(each.source) == _PATH
    place = _span(each.source, each.span) if is_own else {"from": 0, "to": 0}
    fixes = [
        {"title": fix.title, "edits": _edits(fix)}
        for fix in each.fixes
        if all(edit.source is each.source for edit in fix.edits)
    ]
    return {
        **place,
        "severity": each.severity.value,
        "code": str(each.code),
        "message": each.message,
        "label": each.label,
        "help": each.help,
        "fixes": fixes if is_own else [],
    }


def _edits(fix: Fix) -> list[Answer]:
    return [{**_span(edit.source, edit.span), "text": edit.text} for edit in fix.edits]


def _span(source: SourceText, span: Span) -> dict[str, int]:
    return {"from": _to_page(source.text, span.start), "to": _to_page(source.text, span.end)}


def _to_page(text: str, offset: int) -> int:
    return utf16_units(text[:offset])


def _from_page(text: str, offset: int) -> int:
    if text.isascii():
        return offset
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * offset]
    return len(units.decode("utf-16-le", "replace"))


OPERATIONS = ("check", "hover", "complete", "format", "intermediate", "explain", "run")
"""The methods that a page may call."""


def answer(bench: Workbench, request: str) -> str:
    """Answer `{"operation": …, "arguments": […]}` in JSON."""
    wanted = json.loads(request)
    if wanted["operation"] not in OPERATIONS:
        raise ValueError(f"unknown operation {wanted['operation']!r}")
    return json.dumps(getattr(bench, wanted["operation"])(*wanted["arguments"]))
