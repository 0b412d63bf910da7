"""The examples of documentation as tests.

Takes a session; compiles its program with one more module for each example, and tells what to run. An example that
does not compile fails alone: the others are compiled without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from beskid.analysis.testing import TestSettings
from beskid.apidoc.comments import Expectation
from beskid.apidoc.examples import ExampleProgram, example_programs
from beskid.base.node import node, replace
from beskid.driver.cache.key import digest
from beskid.driver.documentation import document, own_modules
from beskid.driver.inputs.sources import SourceFile
from beskid.driver.session import Session
from beskid.driver.testing.cases import Selection, TestCase, test_cases
from beskid.driver.testing.results import FILTERED_REASON, Outcome, Planned, TestResult
from beskid.source.diagnostics import Diagnostic, Severity
from beskid.source.render import human

MODULE_PREFIX = "Example"
"""Begins the names of the modules of examples. A package with a module of such a name keeps it."""

_PANIC = "panic: "


@node
class Examples:
    """The plan of all examples, and the program of those that are to be run, None without any."""

    planned: list[Planned]
    session: Session | None
    tests: int


def find_examples(session: Session) -> list[ExampleProgram]:
    """Return the examples of all public items of the package that is compiled."""
    modules = own_modules(session)
    return example_programs(document(session, modules, has_internal=True), modules)


def case_of(program: ExampleProgram, number: int) -> TestCase:
    return TestCase(number, program.name, "", program.file, program.line, TestSettings((), "", None))


def compile_examples(
    programs: list[ExampleProgram], selection: Selection, open_session: Callable[[], Session]
) -> Examples | list[Diagnostic]:
    """Check the selected examples until those that are left have no errors.

    Returns the errors that are in no example, if there are any.
    """
    cases = [case_of(program, position) for position, program in enumerate(programs)]
    decided = {at: refused for at, case in enumerate(cases) if (refused := _refused(programs[at], case, selection))}
    left = [at for at in range(len(programs)) if at not in decided]
    while left:
        session = open_session()
        names = _add_modules(session, [programs[at] for at in left])
        checked = session.check(needs_entry=False)
        found, others = _by_example(session.diagnostics, [(at, programs[at]) for at in left])
        if others:
            return others
        for at, diagnostics in found.items():
            decided[at] = _compiled(programs[at], cases[at], diagnostics)
        if found:
            left = [at for at in left if at not in found]
            continue
        assert checked.typed is not None
        numbers = {case.module: case.number for case in test_cases(checked.typed, None)}
        for at, name in zip(left, names, strict=True):
            cases[at] = case_of(programs[at], numbers[name])
            if programs[at].example.expectation in (Expectation.FAILS, Expectation.NOT_RUN):
                decided[at] = _compiled(programs[at], cases[at], [])
        return Examples(_plan(programs, cases, decided), session, len(checked.typed.tests))
    return Examples(_plan(programs, cases, decided), None, 0)


def _plan(programs: list[ExampleProgram], cases: list[TestCase], decided: Mapping[int, TestResult]) -> list[Planned]:
    return [
        Planned(case, decided.get(at), partial(judged, programs[at].example.expectation))
        for at, case in enumerate(cases)
    ]


def judged(expectation: Expectation, result: TestResult) -> TestResult:
    """Return the result of an example from that of its run."""
    if expectation is not Expectation.PANICS:
        return result
    if result.outcome is Outcome.PASSED:
        return replace(result, outcome=Outcome.FAILED, reason="it returned, although it is marked `panics`")
    if result.reason.startswith(_PANIC):
        return replace(result, outcome=Outcome.PASSED, reason="", stdout="", stderr="")
    return result


def _refused(program: ExampleProgram, case: TestCase, selection: Selection) -> TestResult | None:
    """Return the result of an example that is not selected, or whose words are wrong."""
    if not selection.takes(case):
        return TestResult(case, Outcome.FILTERED_OUT, FILTERED_REASON)
    return TestResult(case, Outcome.FAILED, program.example.problem) if program.example.problem else None


def _compiled(program: ExampleProgram, case: TestCase, errors: Sequence[Diagnostic]) -> TestResult:
    """Return the result of an example that is not run, or has errors."""
    example = program.example
    codes = sorted({str(each.code) for each in errors})
    if example.expectation is Expectation.FAILS:
        if codes == [example.code]:
            return TestResult(case, Outcome.PASSED)
        got = f"it has {', '.join(codes)}" if codes else "it compiles"
        reason = f"{got}, although it is marked `fails {example.code}`"
    elif not errors:
        return TestResult(case, Outcome.PASSED)
    else:
        reason = f"{errors[0].code}: {errors[0].message}"
    return TestResult(case, Outcome.FAILED, reason, stderr=human(list(errors)))


def _add_modules(session: Session, programs: Iterable[ExampleProgram]) -> list[str]:
    """Add a module for each example to the package that is compiled. Return their names."""
    snapshot = session.snapshot
    own = snapshot.trees[snapshot.package]
    files = dict(own.files)
    if () in files:
        # Examples of a program of one file import it by the name of the file.
        files[(session.resolved.stem,)] = files.pop(())
    names: list[str] = []
    for program in programs:
        name = next(name for name in _names(len(names)) if (name,) not in files)
        data = program.text.encode("utf-8", "surrogateescape")
        files[(name,)] = SourceFile(program.file, "", data, digest(data))
        names.append(name)
    session.snapshot = replace(snapshot, trees={**snapshot.trees, snapshot.package: replace(own, files=files)})
    return names


def _names(number: int) -> Iterator[str]:
    name = f"{MODULE_PREFIX}{number}"
    while True:
        yield name
        name += "_"


def _by_example(
    diagnostics: Iterable[Diagnostic], programs: Iterable[tuple[int, ExampleProgram]]
) -> tuple[Mapping[int, list[Diagnostic]], list[Diagnostic]]:
    """Return the errors by example, and those that are in none."""
    lines: dict[tuple[str, int], int] = {}
    for position, program in programs:
        lines |= {(program.file, line): position for line in range(program.line, program.last_line + 1)}
    found: dict[int, list[Diagnostic]] = {}
    others: list[Diagnostic] = []
    for each in diagnostics:
        if each.severity is not Severity.ERROR:
            continue
        at = lines.get((each.source.path, each.source.position(each.span.start)[0]))
        if at is None:
            others.append(each)
        else:
            found.setdefault(at, []).append(each)
    return found, others
