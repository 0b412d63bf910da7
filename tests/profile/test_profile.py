"""`beskid profile`: samples of real programs, which lead from the place that was interrupted to the entry."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.profile.killed import report_of_killed

from beskid.base.node import value

PROGRAM = """\
use System.Runtime;

enum Tree { Leaf, Node(Tree left, Tree right) }

Tree grow(i64 depth) {
    if depth == 0 { return Tree::Leaf; }
    return Tree::Node(grow(depth - 1), grow(depth - 1));
}

i64 spin(i64 count, i64 seed) {
    i64 mut state = seed;
    for i in range(0, count) { state = (state * state + i) % 1000003; }
    return state;
}

i64 larger(i64 seed) => spin(3000000, seed) + spin(3000000, seed + 1) + spin(3000000, seed + 2);

i64 smaller(i64 seed) => spin(3000000, seed) + deep(3, seed);

i64 deep(i64 depth, i64 seed) {
    if depth > 0 { return deep(depth - 1, seed) + 1; }
    return seed;
}

string numbers(i64 count) {
    string mut all = "";
    for i in range(0, count) { all = all + "${i}"; }
    return all;
}

i64 main() {
    i64 mut total = 0;
    for round in range(0, 3) { total += larger(round) - smaller(round); }
    for round in range(0, 12) { let _ = grow(16); }
    PrintLine("${total} ${numbers(9000).Len()}");
    return 3;
}
"""

OUTSIDE = "(outside of the program)"
EXPECTED = "531846 34890\n"

Stacks = dict[tuple[str, ...], int]


@value
class Run:
    """What `beskid profile` printed, the stacks of the folded form with their microseconds, and the JSON."""

    status: int
    stdout: str
    stderr: str
    stacks: Stacks
    speedscope: Any

    def time_of(self, *names: str) -> int:
        """The microseconds with calls of all these functions on the stack."""
        return sum(time for stack, time in self.stacks.items() if all(name in stack for name in names))


def profile(folder: Path, text: str, *options: str, arguments: tuple[str, ...] = ()) -> Run:
    (folder / "program.bd").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "beskid", "profile", "program.bd", "-q", "--folded", "out.folded"]
    command += ["--speedscope", "out.json", "--force", *options, "--", *arguments]
    done = limits.run(command, cwd=folder, capture_output=True, text=True, check=False)
    stacks: Stacks = {}
    for line in (folder / "out.folded").read_text().splitlines():
        names, _, time = line.rpartition(" ")
        stacks[tuple(names.split(";"))] = int(time)
    return Run(done.returncode, done.stdout, done.stderr, stacks, json.loads((folder / "out.json").read_text()))


@pytest.fixture(scope="module", params=["-O2", "-O0"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    yield profile(tmp_path_factory.mktemp("profile"), PROGRAM, str(request.param))


def test_the_program_behaves_as_it_does_without_samples(seen: Run) -> None:
    assert (seen.status, seen.stdout) == (3, EXPECTED)


def test_time_is_where_the_work_is(seen: Run) -> None:
    total = sum(seen.stacks.values())
    larger, smaller = seen.time_of("larger"), seen.time_of("smaller")
    assert larger + smaller > total / 4
    # Three times the work, on a machine that others use.
    assert 2 * smaller < larger < 4.5 * smaller
    assert seen.time_of("larger", "smaller") == 0


def test_every_stack_of_the_program_begins_at_the_entry(seen: Run) -> None:
    for stack in seen.stacks:
        assert stack[0] in ("main", OUTSIDE), stack
        assert stack[:2] != ("main", "spin")


def test_functions_of_the_runtime_are_below_the_functions_that_call_them(seen: Run) -> None:
    own = {name for stack in seen.stacks for name in stack if name.endswith("(runtime)")}
    assert own
    for stack in seen.stacks:
        assert stack[0] == OUTSIDE or not any(name.endswith(")") for name in stack[:-1]), stack
    assert seen.time_of("grow") > 0


def test_the_report_names_functions_and_lines(seen: Run) -> None:
    head, functions, lines = seen.stderr.split("\n\n")
    assert head.endswith(" samples")
    rows = {row.split()[-2]: row for row in functions.splitlines()[1:] if row.endswith("program.bd")}
    assert {"larger", "smaller", "spin"} & set(rows)
    assert any("program.bd:12  for i in range(0, count) { state" in row for row in lines.splitlines())


def test_the_file_for_viewers_has_the_same_times(seen: Run) -> None:
    content = seen.speedscope
    (sampled,) = content["profiles"]
    frames = content["shared"]["frames"]
    assert sampled["type"] == "sampled" and sampled["unit"] == "nanoseconds"
    assert sampled["endValue"] == sum(sampled["weights"])
    assert abs(sampled["endValue"] // 1000 - sum(seen.stacks.values())) <= len(seen.stacks)
    told: Stacks = {}
    for numbers, weight in zip(sampled["samples"], sampled["weights"], strict=True):
        stack = tuple(frames[number]["name"] for number in numbers)
        told[stack] = told.get(stack, 0) + weight
    assert told.keys() == seen.stacks.keys()


def test_a_program_that_panics_keeps_its_samples(tmp_path: Path) -> None:
    text = """
i64 spin(i64 count) {
    i64 mut state = 1;
    for i in range(0, count) { state = (state * state + i) % 1000003; }
    return state;
}
unit main(string[] arguments) {
    PrintLine("${[1, 2][spin(20000000) % 2 + arguments.Len() + 2]}");
}
"""
    done = profile(tmp_path, text)
    assert done.status == 101
    assert "panic: index out of range" in done.stderr
    assert done.time_of("spin") > 0


def test_a_program_that_is_killed_keeps_its_samples(tmp_path: Path) -> None:
    text = (
        'use System.Time;\nunit main() {\n    i64 mut n = 1;\n    PrintLine("begun");\n'
        "    Time.Sleep(Time.FromMilliseconds(1));\n"
        '    while n > 0 { n = (n * 5 + 1) % 1000 + 1; }\n    PrintLine("${n}");\n}\n'
    )
    shown = report_of_killed(tmp_path, text)
    assert "s of processor time" in shown


def test_waiting_takes_no_time(tmp_path: Path) -> None:
    text = 'use System.Time;\nunit main() { Time.Sleep(Time.FromMilliseconds(300)); PrintLine("woken"); }\n'
    done = profile(tmp_path, text)
    assert (done.status, done.stdout) == (0, "woken\n")
    assert sum(done.stacks.values()) < 100_000


def test_waits_of_c_are_not_cut_short(tmp_path: Path) -> None:
    """A signal would end them before their time. One that comes when the time is over changes what `poll` returns."""
    text = """
use System.Time;
[Extern(Abi: "C", Library: "libc.so.6")]
contract C { i32 usleep(u32 duration); i32 poll(i64 none, u64 count, i32 milliseconds); }
unit main() {
    let start = Time.MonotonicNow();
    C.usleep(200000);
    let slept = Time.MonotonicNow();
    C.poll(0, 0, 200);
    let waited = Time.SubtractInstants(Time.MonotonicNow(), slept);
    PrintLine("${Time.SubtractInstants(slept, start).ToMilliseconds() >= 199} ${waited.ToMilliseconds() >= 199}");
}
"""
    assert profile(tmp_path, text).stdout == "true true\n"


def test_functions_that_c_calls_are_below_those_that_called_c(tmp_path: Path) -> None:
    text = """
use Collections.Array;
use Core.Interop;

[Extern(Abi: "C", Library: "libc.so.6")]
contract C { unit qsort(ref i32 values, u64 count, u64 size, i32(i64, i64) compare); }

i32 compare(i64 left, i64 right) => Interop.I32At(left) - Interop.I32At(right);

unit sort() {
    let count = 100000;
    i32[] values = Array.Filled(count, 0);
    u32 mut state = 1;
    for i in range(count) { state = state * 1664525 + 1013904223; values[i] = (state >> 8) as i32; }
    C.qsort(values, count as u64, 4, compare);
}

unit main() { sort(); }
"""
    done = profile(tmp_path, text)
    assert done.time_of("main", "sort", "compare") > 0
    assert not any("<" in name or "_B" in name for stack in done.stacks for name in stack)


def test_one_file_is_not_written_twice(tmp_path: Path) -> None:
    (tmp_path / "program.bd").write_text("unit main() { }\n")
    command = [sys.executable, "-m", "beskid", "profile", "program.bd", "--folded", "x", "--speedscope", "./x"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "name the same file" in done.stderr


def test_deep_recursion_is_cut_at_the_outer_end(tmp_path: Path) -> None:
    text = """
i64 spin(i64 count) {
    i64 mut state = 1;
    for i in range(0, count) { state = (state * state + i) % 1000003; }
    return state;
}
i64 deep(i64 depth) {
    if depth == 0 { return spin(20000000); }
    return deep(depth - 1) + spin(depth % 2);
}
unit main() { PrintLine("${deep(100000) > 0}"); }
"""
    done = profile(tmp_path, text, "-O0")
    assert done.stdout == "true\n"
    deepest = max(done.stacks, key=lambda stack: done.stacks[stack])
    assert deepest[-1] == "spin" and set(deepest[:-1]) == {"deep"} and len(deepest) > 150


def test_collections_at_every_allocation_do_not_disturb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESKID_GC_STRESS", "1")
    text = PROGRAM.replace("3000000", "1000").replace("grow(16)", "grow(6)").replace("9000", "900")
    done = profile(tmp_path, text, "--frequency", "10000")
    assert done.status == 3 and done.stdout.endswith(" 2590\n")
    assert done.time_of("main") > 0


def test_the_arguments_go_to_the_program(tmp_path: Path) -> None:
    text = 'unit main(string[] arguments) { PrintLine("${arguments}"); }\n'
    assert profile(tmp_path, text, arguments=("a", "--b")).stdout == '["a", "--b"]\n'


def test_without_the_package_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "program.bd").write_text("unit main() { }\n")
    hidden = "import sys; sys.modules['elftools'] = None; from beskid.__main__ import main; main()"
    command = [sys.executable, "-c", hidden, "profile", "program.bd"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "error: the profiler needs the package pyelftools\n  = help: pip install 'beskid[profile]'\n"
