"""The results of tests, and their reports: text, JSON and JUnit XML.

Takes results and returns texts; nothing is printed or written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from xml.etree import ElementTree

from beskid.base.node import node
from beskid.driver.testing.cases import TestCase

FILTERED_REASON = "filtered by CLI options"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Outcome(Enum):
    """The value is the name in JSON."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    FILTERED_OUT = "filtered_out"


WORDS = {
    Outcome.PASSED: "PASS",
    Outcome.FAILED: "FAIL",
    Outcome.SKIPPED: "SKIP",
    Outcome.FILTERED_OUT: "FILT",
}


@node
class TestResult:
    """The result of one test. `reason` is empty if it passed; `stdout` and `stderr` are empty unless captured."""

    case: TestCase
    outcome: Outcome
    reason: str = ""
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0


@node
class Planned:
    """A test before the tests run. `result` is that of a test which does not run; `judge` makes it of a run."""

    case: TestCase
    result: TestResult | None
    judge: Callable[[TestResult], TestResult] | None = None


def count(results: Iterable[TestResult], outcome: Outcome) -> int:
    """How many tests ended so."""
    return sum(1 for result in results if result.outcome is outcome)


def result_lines(result: TestResult) -> str:
    """The line of a test, and what it wrote when it failed."""
    name = result.case.qualified_name()
    shows_reason = result.outcome in (Outcome.FAILED, Outcome.SKIPPED)
    lines = [f"{WORDS[result.outcome]} {name}: {_one_line(result.reason)}" if shows_reason
             else f"{WORDS[result.outcome]} {name}"]  # fmt: skip
    if result.outcome is Outcome.FAILED:
        lines.append(f"  {result.case.file}:{result.case.line}")
        for title, text in (("stdout", result.stdout), ("stderr", result.stderr)):
            if text:
                lines.append(f"  {title}:")
                lines += [f"    {line}" for line in text.splitlines()]
    return "\n".join(lines)


def summary_line(results: Sequence[TestResult]) -> str:
    """The last line of a run."""
    counts = [f"{label}={count(results, outcome)}" for label, outcome in (
        ("passed", Outcome.PASSED), ("failed", Outcome.FAILED),
        ("skipped", Outcome.SKIPPED), ("filtered_out", Outcome.FILTERED_OUT),
    )]  # fmt: skip
    return f"Result: {', '.join(counts)}"


def json_report(results: Sequence[TestResult], coverage: Sequence[dict[str, object]] | None = None) -> str:
    """All results as one JSON object, keys in order, with the coverage of each file if it was measured."""
    summary = {outcome.value: count(results, outcome) for outcome in Outcome}
    report: dict[str, object] = {"summary": summary, "tests": [_json_result(result) for result in results]}
    return _json(report if coverage is None else report | {"coverage": list(coverage)})


def json_list(cases: Sequence[TestCase]) -> str:
    """The tests of a list with what is known before they run."""
    tests: list[dict[str, object]] = []
    for case in cases:
        entry: dict[str, object] = {
            "name": case.name,
            "qualified_name": case.qualified_name(),
            "file": case.file,
            "line": case.line,
            "tags": list(case.settings.tags),
            "group": case.settings.group,
        }
        if case.settings.skip_reason is not None:
            entry["skip_reason"] = case.settings.skip_reason
        tests.append(entry)
    return _json({"tests": tests})


def junit_report(results: Sequence[TestResult]) -> str:
    """Return all results as JUnit XML, with one suite per module."""
    suites: dict[str, list[TestResult]] = {}
    for result in results:
        if result.outcome is not Outcome.FILTERED_OUT:
            suites.setdefault(result.case.module, []).append(result)
    ran = [result for suite in suites.values() for result in suite]
    root = ElementTree.Element("testsuites", {"name": "beskid test", **_xml_counts(ran)})
    for module, members in suites.items():
        name = module or members[0].case.file
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **_xml_counts(members)})
        for result in members:
            _add_xml_case(suite, name, result)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _one_line(text: str) -> str:
    head, _, rest = text.partition("\n")
    return f"{head} …" if rest else head


def _json(data: object) -> str:
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _json_result(result: TestResult) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": result.case.name,
        "qualified_name": result.case.qualified_name(),
        "outcome": result.outcome.value,
    }
    if result.outcome is Outcome.PASSED:
        # What the reference tool shows: the value of the body, which is always `unit`.
        entry["output"] = "ok"
    else:
        entry["reason"] = result.reason
    if result.outcome in (Outcome.PASSED, Outcome.FAILED):
        entry["seconds"] = round(result.seconds, 3)
    if result.outcome is Outcome.FAILED:
        entry.update({"file": result.case.file, "line": result.case.line})
        entry.update({"stdout": result.stdout, "stderr": result.stderr})
    return entry


def _xml_counts(results: Sequence[TestResult]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(count(results, Outcome.FAILED)),
        "errors": "0",
        "skipped": str(count(results, Outcome.SKIPPED)),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _add_xml_case(suite: ElementTree.Element, module: str, result: TestResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": module,
            "name": result.case.name,
            "file": result.case.file,
            "line": str(result.case.line),
            "time": f"{result.seconds:.3f}",
        },
    )
    if result.outcome is Outcome.SKIPPED:
        ElementTree.SubElement(case, "skipped", {"message": _xml_text(result.reason)})
    if result.outcome is not Outcome.FAILED:
        return
    failure = ElementTree.SubElement(
        case, "failure", {"message": _xml_text(_one_line(result.reason)), "type": "failure"}
    )
    failure.text = _xml_text(result.reason)
    for tag, text in (("system-out", result.stdout), ("system-err", result.stderr)):
        if text:
            ElementTree.SubElement(case, tag).text = _xml_text(text)


def _xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
