"""The program that measures benchmarks: the sources of a package with one more test beside each benchmark.

Takes a checked session; returns the benchmarks, and adds a test for each of them to the sources of another session.
The test calls the function in a loop, twice as often each time, until the loop takes `MIN_SAMPLE_NANOS`; what ran
before is the warm-up. It then writes the nanoseconds and the number of calls. The function is called through an array
at an index that the compiler cannot know, so it is neither inlined nor called once for all rounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import UNIT
from beskid.analysis.typed import TypedProgram
from beskid.base.node import node, replace
from beskid.driver.cache.key import digest
from beskid.driver.session import Session
from beskid.driver.testing.cases import SEPARATOR, TestCase, file_module, test_cases

MIN_SAMPLE_NANOS = 20_000_000
TEST_PREFIX = "bench_"


@node
class Benchmark:
    """A marked function, and the name of the test that measures it.

    `member` is empty unless several members of a workspace are measured; `module` has its modules joined by `::`.
    """

    member: str
    module: str
    file: str
    line: int
    test: str
    symbol: FunctionSymbol

    @property
    def name(self) -> str:
        """The name with its member and its modules."""
        return SEPARATOR.join([each for each in (self.member, self.module, self.symbol.name) if each])


def find_benchmarks(program: TypedProgram, module: tuple[str, ...] | None, member: str = "") -> list[Benchmark]:
    """Return the benchmarks of all modules, or of one file module with its inline modules, in source order."""
    found: list[tuple[tuple[str, ...], int, Benchmark]] = []
    for number, symbol in enumerate(program.benchmarks()):
        assert symbol.module is not None
        line, _ = symbol.source.position(symbol.name_span.start)
        test = f"{TEST_PREFIX}{number}"
        while test in symbol.module.members:
            test += "_"
        path = file_module(symbol).path
        if module is None or path == module:
            modules = SEPARATOR.join(symbol.module.path)
            benchmark = Benchmark(member, modules, symbol.source.path, line, test, symbol)
            found.append((path, symbol.name_span.start, benchmark))
    return [benchmark for _, _, benchmark in sorted(found, key=lambda entry: entry[:2])]


def add_measuring_tests(session: Session, benchmarks: Sequence[Benchmark]) -> None:
    """Give a session that has not checked anything the sources with a test after each benchmark, on its last line."""
    snapshot = session.snapshot
    own = snapshot.trees[snapshot.package]
    files = dict(own.files)
    for path, file in own.files.items():
        ends = sorted([(each.symbol.tree.span.end, each) for each in benchmarks if each.file == file.display],
                      key=lambda end: -end[0])  # fmt: skip
        if not ends:
            continue
        text = ends[0][1].symbol.source.text
        for end, benchmark in ends:
            text = f"{text[:end]} {_test_of(benchmark)}{text[end:]}"
        data = text.encode("utf-8", "surrogateescape")
        files[path] = replace(file, data=data, digest=digest(data))
    session.snapshot = replace(snapshot, trees={**snapshot.trees, snapshot.package: replace(own, files=files)})


def measuring_cases(program: TypedProgram, benchmarks: Iterable[Benchmark]) -> dict[str, TestCase]:
    """Return the test of each benchmark by the name of the benchmark, which it then has."""
    cases = {(case.file, case.module, case.name): case for case in test_cases(program, None)}
    found: dict[str, TestCase] = {}
    for each in benchmarks:
        case = cases[each.file, each.module, each.test]
        found[each.name] = replace(case, name=each.name, module="", line=each.line)
    return found


def nanos_of(output: str) -> float | None:
    """Return the nanoseconds of one call from what the test of a benchmark wrote; None if the end was cut off."""
    found = re.search(r"\n(\d+) (\d+)\n\Z", output)
    return None if found is None else int(found[1]) / int(found[2])


def _test_of(benchmark: Benchmark) -> str:
    """Return the test in one line, so that the lines of the program stay. Its locals cannot hide the function."""
    name = benchmark.symbol.name
    call = f"{name}_chosen()"
    discard = call if benchmark.symbol.result is UNIT else f"let _ = {call}"
    return (
        f"test {benchmark.test} {{ let {name}_all = [{name}, {name}]; "
        f"let {name}_chosen = {name}_all[__clock_monotonic_nanos() & 1]; i64 mut {name}_calls = 1; "
        f"while true {{ i64 mut {name}_left = {name}_calls; let {name}_start = __clock_monotonic_nanos(); "
        f"while {name}_left > 0 {{ {discard}; {name}_left -= 1; }} "
        f"let {name}_nanos = __clock_monotonic_nanos() - {name}_start; "
        f"if {name}_nanos >= {MIN_SAMPLE_NANOS} {{ "
        f'let _ = __stdout_write("\\n${{{name}_nanos}} ${{{name}_calls}}\\n"); return; }} {name}_calls *= 2; }} }}'
    )
