"""`beskid profile --heap`: the types that are live in real programs, and the lines that allocate."""

from __future__ import annotations

import ctypes
import errno
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.profile.killed import report_of_killed

from beskid.base.node import value
from beskid.engine.profiler import CENSUS_SIZE, heap_runtime

PROGRAM = """\
use Collections.Array;
use System.Process;
use System.Runtime;

type Left { i64 number, i64 other, string name }

type Right { i64 number, i64 other, string name }

enum Tree { Leaf, Node(Tree left, Tree right) }

Tree grow(i64 depth) {
    if depth == 0 { return Tree::Leaf; }
    return Tree::Node(grow(depth - 1), grow(depth - 1));
}

i64 sides(Left[] lefts, Right[] rights) {
    for i in range(lefts.Len()) {
        lefts[i] = Left { number: i, other: i, name: "left" };
        rights[i] = Right { number: i, other: i, name: "right" };
        rights[i] = Right { number: i, other: i, name: "right" };
    }
    return lefts[lefts.Len() - 1].number + rights[0].number;
}

i64 main() {
    let lefts = Array.Filled(1000, Left { number: 0, other: 0, name: "" });
    let rights = Array.Filled(1000, Right { number: 0, other: 0, name: "" });
    let numbers = Array.Filled(5000, 0.5);
    string mut text = "ab";
    for i in range(5) { text = text + text; }
    let halves = Array.Filled(1, text.Slice(0, 60));
    let tree = grow(10);
    let sum = sides(lefts, rights);
    let live = Runtime.Collect();
    for i in range(100) { let _ = sides(lefts, rights); }
    PrintLine("${live} ${sum} ${tree == Tree::Leaf} ${halves[0].Len()} ${numbers.Len()}");
    Process.Exit(3);
    return 0;
}
"""

LEFT, RIGHTS = 18, (19, 20)
"""Lines of the program."""


@value
class Run:
    """What `beskid profile --heap` printed, and the file for viewers."""

    status: int
    stdout: str
    stderr: str
    speedscope: Any

    def objects(self) -> dict[str, int]:
        """The count of each type."""
        table = self.stderr[self.stderr.index(" bytes live") :].split("\n\n")[1]
        return {row[4]: int(row[3].replace(",", "")) for row in map(_columns, table.splitlines()[1:])}

    def live(self) -> int:
        """The sum of the bytes of all types."""
        found = re.search(r"([0-9,]+) bytes live", self.stderr)
        assert found is not None
        return int(found[1].replace(",", ""))

    def allocated(self) -> dict[tuple[str, ...], int]:
        """The bytes of each stack."""
        frames = self.speedscope["shared"]["frames"]
        (sampled,) = self.speedscope["profiles"]
        assert sampled["unit"] == "bytes" and sampled["endValue"] == sum(sampled["weights"])
        found: dict[tuple[str, ...], int] = {}
        for numbers, weight in zip(sampled["samples"], sampled["weights"], strict=True):
            stack = tuple([frames[number]["name"] for number in numbers])
            found[stack] = found.get(stack, 0) + weight
        return found

    def share_of_line(self, line: int) -> float:
        """The per cent of all bytes that a line of the program allocated."""
        found = re.search(rf"([0-9.]+) %  program.bd:{line} ", self.stderr)
        return 0.0 if found is None else float(found[1])


def _columns(row: str) -> list[str]:
    """Number, unit, share, objects and type of a row of the census."""
    number, unit, share, _, objects, name = row.split(maxsplit=5)
    return [number, unit, share, objects, name]


def profile(folder: Path, text: str) -> Run:
    (folder / "program.bd").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "beskid", "profile", "--heap", "program.bd", "-q", "--speedscope", "out.json"]
    done = limits.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return Run(done.returncode, done.stdout, done.stderr, json.loads((folder / "out.json").read_text()))


def test_a_census_counts_what_the_collector_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESKID_GC_VERIFY", "1")
    # Collections end runs of cells early, and so would hide what depends on their length.
    monkeypatch.setenv("BESKID_GC_PERCENT", "off")
    done = profile(tmp_path, PROGRAM)
    live, _, rest = done.stdout.partition(" ")
    assert (done.status, rest) == (3, "999 false 60 5000\n")
    assert done.objects() == {
        "f64[]": 1, "Left[]": 1, "Right[]": 1, "Left": 1000, "Right": 1000, "Tree": 1023,
        "string": 1, "string slice": 1, "string[]": 1,
    }  # fmt: skip
    assert done.live() == int(live)
    # Three allocations of one size take turns, and the samples are the same in each run.
    for line in (LEFT, *RIGHTS):
        assert 27 < done.share_of_line(line) < 38, done.stderr
    stacks = done.allocated()
    cells = 100 * 1000 * 32 * 3
    assert 0.9 * cells < stacks["main", "sides"] < 1.1 * cells
    assert all(stack[0] == "main" for stack in stacks), stacks


def test_a_census_under_stress_and_before_a_panic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESKID_GC_STRESS", "1")
    text = PROGRAM.replace("grow(10)", "grow(5)").replace("1000,", "50,").replace("range(100)", "range(3)")
    done = profile(tmp_path, text.replace("Process.Exit(3)", "Panic(halves[0])").replace("use System.Process;", ""))
    assert done.status == 101 and "panic: abab" in done.stderr
    # A collection in slices also finds what was dropped while it went on.
    assert done.live() >= int(done.stdout.split()[0])
    counts = done.objects()
    assert counts["Tree"] == 31 and 50 <= counts["Left"] < 60 and 50 <= counts["Right"] < 60


def test_a_child_of_the_program_writes_nothing(tmp_path: Path) -> None:
    text = """
use Collections.Array;
use System.Runtime;

[Extern(Abi: "C", Library: "libc.so.6")]
contract C { i32 fork(); i32 waitpid(i32 child, out i32 status, i32 options); unit _exit(i32 status); }

type Mine { i64 number, string name }

type Own { i64 number, string name }

Mine[] parent() {
    let all = Array.Filled(100, Mine { number: 0, name: "" });
    for i in range(100) { all[i] = Mine { number: i, name: "" }; }
    return all;
}

Own[] child() {
    let all = Array.Filled(100000, Own { number: 0, name: "" });
    for i in range(100000) { all[i] = Own { number: i, name: "" }; }
    let _ = Runtime.Collect();
    return all;
}

unit main() {
    let all = parent();
    let _ = Runtime.Collect();
    let number = C.fork();
    if number == 0 {
        let len = child().Len() as i32;
        C._exit(len - 99958);
    }
    i32 mut status = 0;
    let waited = C.waitpid(number, out status, 0);
    PrintLine("${waited == number} ${status} ${all.Len()}");
}
"""
    done = profile(tmp_path, text)
    assert (done.status, done.stdout) == (0, f"true {42 << 8} 100\n")
    assert done.objects() == {"Mine": 100, "Mine[]": 1}
    assert not [stack for stack in done.allocated() if "child" in stack]


def test_a_program_that_is_killed_keeps_its_profile(tmp_path: Path) -> None:
    text = (
        'use System.Time;\nunit main() {\n    string mut text = "a";\n    for i in range(16) { text = text + text; }\n'
        '    PrintLine("begun");\n    Time.Sleep(Time.FromMilliseconds(1));\n    i64 mut n = 1;\n'
        '    while n > 0 { n = (text + "${n % 7}").Len(); }\n    PrintLine("${n}");\n}\n'
    )
    shown = report_of_killed(tmp_path, text, "--heap")
    assert "endless.bd:4  for i in range(16)" in shown


def test_a_census_of_another_layout_is_refused() -> None:
    library = ctypes.CDLL(heap_runtime())
    library.beskid_profile_start_heap.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    memory = ctypes.create_string_buffer(CENSUS_SIZE)
    for size in (CENSUS_SIZE - 8, CENSUS_SIZE + 8):
        assert library.beskid_profile_start_heap(memory, size) == errno.EINVAL
    assert not any(memory.raw)


def test_lines_of_folders_and_of_the_core_library_have_their_text(tmp_path: Path) -> None:
    (tmp_path / "Project.proj").write_text(
        'project { name = "app" version = "1" }\ntarget "app" { kind = App entry = "Main.bd" }\n'
    )
    for name in ("One", "Two"):
        source = tmp_path / "Src" / name / "Same.bd"
        source.parent.mkdir(parents=True)
        source.write_text(f"pub string {name}(string text) => text + text; // of {name}\n")
    (tmp_path / "Src" / "Main.bd").write_text(
        "use Collections.Array;\nuse One.Same.One;\nuse Two.Same.Two;\n"
        'unit main() {\n    let text = "a".Repeat(Array.Filled(500000, 7).Len());\n'
        '    PrintLine("${One(text).Len() + Two(text).Len()}");\n}\n'
    )
    command = [sys.executable, "-m", "beskid", "profile", "--heap", "-O0", "-q"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    for place in ("Src/One/Same.bd:1  .* // of One", "Src/Two/Same.bd:1  .* // of Two"):
        assert re.search(f" {place}\n", done.stderr), done.stderr
    assert re.search(r" corelib/src/Collections/Array.bd:\d+  +return ", done.stderr), done.stderr
