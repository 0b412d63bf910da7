"""The statistics of benchmarks, and what a saved run may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.driver.benching.program import add_measuring_tests, find_benchmarks, measuring_cases, nanos_of
from beskid.driver.benching.report import SavedFileError, Timing, read_run, saved_run, shown_time, timing_lines
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.driver.testing.cases import Selection


def test_the_spread_is_half_the_distance_between_the_quartiles() -> None:
    timing = Timing("a", (1.0, 2.0, 3.0, 4.0, 5.0))
    assert (timing.median, timing.spread) == (3.0, 1.0)
    assert Timing("a", (7.0,)).spread == 0.0
    # One sample that was disturbed changes neither by much.
    assert Timing("a", (1.0, 2.0, 3.0, 4.0, 500.0)).median == 3.0


def test_a_change_within_the_spreads_is_noise() -> None:
    before = {"a": Timing("a", (99.0, 100.0, 101.0)), "b": Timing("b", (99.0, 100.0, 101.0))}
    now = [Timing("a", (199.0, 200.0, 201.0)), Timing("b", (100.0, 100.9, 102.0)), Timing("c", (5.0,))]
    assert [line.split() for line in timing_lines(now, before).splitlines()[1:]] == [
        ["a", "200", "ns", "0.2%", "100", "ns", "+100.0%"],
        ["b", "101", "ns", "0.5%", "100", "ns", "+0.9%", "(noise)"],
        ["c", "5.00", "ns", "0.0%", "-", "new"],
    ]


@pytest.mark.parametrize(
    ("nanos", "shown"),
    [(0.25, "0.25 ns"), (12.34, "12.3 ns"), (1500.0, "1.50 us"), (2.5e6, "2.50 ms"), (3e9, "3.00 s")],
)
def test_times_have_three_digits(nanos: float, shown: str) -> None:
    assert shown_time(nanos) == shown


def test_a_saved_run_is_read_back() -> None:
    timings = [Timing("a", (1.5, 2.5)), Timing("m::b", (3.0,))]
    assert read_run(saved_run(timings).encode()) == {each.name: each for each in timings}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"generator": "x", "benchmarks": []}', b"\xff", b"[" * 100_000,
     b'{"generator": "beskid bench", "benchmarks": [{"name": "a", "samples_nanos": []}]}',
     b'{"generator": "beskid bench", "benchmarks": [{"name": "a", "samples_nanos": ["x"]}]}',
     *[b'{"generator": "beskid bench", "benchmarks": [{"name": "a", "samples_nanos": [2, %s]}]}' % sample
       for sample in (b"NaN", b"Infinity", b"-1", b"1" + b"0" * 400, b"[" * 100_000)]],
)  # fmt: skip
def test_any_other_file_is_refused(data: bytes) -> None:
    with pytest.raises(SavedFileError):
        read_run(data)


def test_the_numbers_are_at_the_end_of_the_output() -> None:
    assert nanos_of("1 2\n3 4 \n1000 8\n") == 125.0
    assert nanos_of("1000 8") is None


FILES = {
    "Project.proj": 'project { name = "P" version = "1.0.0" }\ntarget "p" { kind = App entry = "Main.bd" }\n',
    "Src/Main.bd": "use A.Under;\nunit main() { Under.Nothing(); }\n[Bench]\nunit first() { }\n",
    "Src/A.bd": "[Bench]\nunit second() { }\n"
    "mod inner { test bench_0 { } test bench_1 { } test bench_2 { } [Bench] unit third() { } }\n",
    "Src/A/Under.bd": "pub unit Nothing() { }\n[Bench]\nunit fourth() { }\n",
}


def session_of(folder: Path) -> Session:
    resolved = resolve_input(None, folder, None, folder)
    assert isinstance(resolved, ResolvedInput)
    return Session(resolved, CompileOptions(optimize=0, tests=True), {"XDG_CACHE_HOME": str(folder)})


def test_benchmarks_are_found_and_measured_in_their_modules(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    typed = session_of(tmp_path).check(needs_entry=False).typed
    assert typed is not None
    found = find_benchmarks(typed, None)
    assert [each.name for each in found] == ["A::second", "A::inner::third", "A::Under::fourth", "Main::first"]
    # A file module in a folder below is another file module.
    assert [each.name for each in find_benchmarks(typed, ("A",))] == ["A::second", "A::inner::third"]
    measuring = session_of(tmp_path)
    add_measuring_tests(measuring, found)
    program = measuring.check(needs_entry=False).typed
    assert program is not None
    chosen = {name: program.tests[case.number] for name, case in measuring_cases(program, found).items()}
    assert {name: symbol.module.path for name, symbol in chosen.items() if symbol.module is not None} == {
        each.name: each.symbol.module.path for each in found if each.symbol.module is not None
    }


def test_a_name_is_selected_with_and_without_its_modules() -> None:
    assert all(Selection(names, exact).takes_name("each", "M::each") for names, exact in (
        ((), True), (("each",), True), (("x", "M::each"), True), (("::ea",), False)))  # fmt: skip
    assert not any(Selection(("ea",), exact).takes_name("each", "M::other") for exact in (False, True))
