"""Selection and reports: what is chosen, and JSON and XML that other tools can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from xml.etree import ElementTree

import pytest

from beskid.analysis.check import check_program
from beskid.analysis.program import Package, ProgramWorld
from beskid.analysis.testing import TestSettings as Settings
from beskid.driver.inputs.sources import core_library
from beskid.driver.testing.cases import Selection
from beskid.driver.testing.cases import TestCase as Case
from beskid.driver.testing.cases import test_cases as cases_of
from beskid.driver.testing.results import (
    Outcome,
    json_report,
    junit_report,
    result_lines,
    summary_line,
)
from beskid.driver.testing.results import TestResult as Result
from beskid.source.text import SourceText

FOUR = """
test plain { }
test skipped { skip { condition = true; reason = "later"; } }
test quick { meta { tags = "fast, unit,,"; group = "parser.core"; } }
test slow { meta { tags = "slow"; group = "integration"; } }
"""


def cases_in(**modules: str) -> list[Case]:
    files: dict[tuple[str, ...], Callable[[], SourceText]] = {}
    for name, text in modules.items():
        path = tuple(name.split("_"))
        files[path] = partial(SourceText, f"{'/'.join(path)}.bd", text)
    package = Package("app", files, False)
    checked = check_program(ProgramWorld((package, core_library([]))), None)
    assert checked.typed is not None, checked.diagnostics
    return cases_of(checked.typed, None)


def chosen(selection: Selection) -> list[str]:
    return [case.name for case in cases_in(Main=FOUR) if selection.takes(case)]


def test_tests_are_in_the_order_of_modules_and_positions() -> None:
    cases = cases_in(Zoo="test z { }", Main="mod inner { test b { } } test a { }", Main_Sub="test s { }")
    assert [case.qualified_name() for case in cases] == ["Main::inner::b", "Main::a", "Main::Sub::s", "Zoo::z"]
    assert (cases[0].file, cases[0].line) == ("Main.bd", 1)


def test_settings_are_read() -> None:
    plain, skipped, quick, _ = cases_in(Main=FOUR)
    assert plain.settings == Settings((), "", None)
    assert skipped.settings.skip_reason == "later"
    assert quick.settings == Settings(("fast", "unit"), "parser.core", None)


def test_the_last_section_of_a_kind_counts() -> None:
    (case,) = cases_in(Main='test t { meta { tags = "a"; } meta { group = "g"; } skip { condition = false; } }')
    assert case.settings == Settings((), "g", None)


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), ["plain", "skipped", "quick", "slow"]),
        (Selection(include_tags=("fast",), group="parser"), ["quick"]),
        (Selection(include_tags=("fast", "slow")), ["quick", "slow"]),
        (Selection(include_tags=("Fast",)), []),
        (Selection(exclude_tags=("slow",)), ["plain", "skipped", "quick"]),
        (Selection(include_tags=("unit",), exclude_tags=("fast",)), []),
        (Selection(group="i"), ["slow"]),
        (Selection(names=("Main::s",)), ["skipped", "slow"]),
        (Selection(names=("slow", "Main::plain"), exact=True), ["plain", "slow"]),
        (Selection(names=("Main",), exact=True), []),
    ],
)
def test_selection(selection: Selection, names: list[str]) -> None:
    assert chosen(selection) == names


def results() -> list[Result]:
    plain, skipped, quick, slow = cases_in(Main=FOUR)
    inner = Case(4, "deep", "Main::inner", "Main.bd", 9, slow.settings)
    return [
        Result(plain, Outcome.PASSED, seconds=0.25),
        Result(skipped, Outcome.SKIPPED, "later"),
        Result(quick, Outcome.FAILED, 'panic: <a> & "b"\nmore\x00', "out\x1b[0m ]]>\n", "err\ud800\n", 1.5),
        Result(slow, Outcome.FILTERED_OUT, "filtered by CLI options"),
        Result(inner, Outcome.PASSED, seconds=0.5),
    ]


def test_lines() -> None:
    plain, skipped, quick, slow, inner = results()
    assert result_lines(plain) == "PASS Main::plain"
    assert result_lines(skipped) == "SKIP Main::skipped: later"
    assert result_lines(slow) == "FILT Main::slow"
    assert result_lines(inner) == "PASS Main::inner::deep"
    assert result_lines(quick).splitlines()[:2] == ['FAIL Main::quick: panic: <a> & "b" …', "  Main.bd:4"]
    assert summary_line(results()) == "Result: passed=2, failed=1, skipped=1, filtered_out=1"


def test_json() -> None:
    report = json.loads(json_report(results()))
    assert report["summary"] == {"passed": 2, "failed": 1, "skipped": 1, "filtered_out": 1}
    plain, skipped, quick, slow, _ = report["tests"]
    assert plain == {
        "name": "plain",
        "qualified_name": "Main::plain",
        "outcome": "passed",
        "output": "ok",
        "seconds": 0.25,
    }
    assert skipped["reason"] == "later"
    assert (quick["outcome"], quick["stdout"]) == ("failed", "out\x1b[0m ]]>\n")
    assert (slow["outcome"], slow["reason"]) == ("filtered_out", "filtered by CLI options")


def test_junit() -> None:
    text = junit_report(results())
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "2.250",
    }
    assert [suite.get("name") for suite in root] == ["Main", "Main::inner"]
    for suite in root:
        assert suite.tag == "testsuite"
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
        for case in suite:
            assert case.tag == "testcase"
            assert case.get("classname") and case.get("name") and float(case.get("time", "x")) >= 0
            assert {child.tag for child in case} <= {"failure", "skipped", "system-out", "system-err"}
    (failure,) = root.findall(".//failure")
    assert failure.get("message") == 'panic: <a> & "b" …'
    assert failure.text == 'panic: <a> & "b"\nmore\ufffd'
    assert root.findtext(".//system-out") == "out\ufffd[0m ]]>\n"
    assert root.findtext(".//system-err") == "err\ufffd\n"


def test_an_empty_junit_report_is_xml() -> None:
    assert ElementTree.fromstring(junit_report([])).get("tests") == "0"
