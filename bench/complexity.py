"""Measure the processor time of large programs at n and 2n, for each construct, and compare it with the budgets.

    python bench/complexity.py [--rounds N] [--write] [names…]

The programs are those of `tests/complexity`, which counts calls; here the time of LLVM is measured as well. Each time
is the minimum of the rounds, less that of an empty program. Exit status 1 if a program of twice the size takes more
than 2.5 times as long, or longer than its budget. `--write` puts the table into `bench/README.md`.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.readme import write_table  # noqa: E402
from tests.complexity.inputs import LARGE, Generator  # noqa: E402
from tests.complexity.nested import CHAINS  # noqa: E402

from beskid.driver.inputs.project import ResolveFailure, resolve_input  # noqa: E402
from beskid.driver.options import CompileOptions  # noqa: E402
from beskid.driver.session import Session, check_text  # noqa: E402
from beskid.source.render import human  # noqa: E402

BEGIN = "<!-- complexity: written by python bench/complexity.py --write -->"
END = "<!-- end of complexity -->"
EMPTY = "unit main() {}\n"
SIZE = 500
SIZES = {
    "array_of_numbers": 10_000, "array_of_strings": 10_000, "locals_of_strings": 1_500, "locals_of_numbers": 1_500,
    "field_path": 100, "method_chain": 100, "untyped_lambdas_in_a_chain": 60, "parameters": 100, "members": 400,
    "sum_chain": 400, "text_chain": 400, "condition_chain": 400, "comparison_chain": 400, "else_if_chain": 400,
    "captures": 400, "sums": 400, "texts": 400, "conjunctions": 400, "bars": 400, "conversions": 400, "else_ifs": 400,
    "values_of_else_ifs": 400, "method_calls": 100, "fields": 400, "calls_of_results": 200, "array_types": 200,
    "indices_of_elements": 200, "alternatives": 400, "lambdas_in_a_chain": 200, "functions_with_loops": 200,
    "printed_types": 200, "equal_structs": 100, "equal_enums": 100, "generic_instances": 200,
    "unresolved": 400, "unresolved_path": 400, "functions_with_a_loop": 200, "functions_with_many_calls": 100,
    "array_of_a_variable": 5_000, "string_arguments": 1_000, "captured_strings": 750,
}  # fmt: skip
"""Where `SIZE` is not what is measured: literals of the budget below, and what the language limits."""

MAX_REPEATS = 2
MAX_GROWTH = 2.5
NOISE_SECONDS = 0.05
"""Differences that are smaller than this are not growth."""

CHECK_SECONDS = 1.0
OBJECT_SECONDS = 4.0
"""Budgets of the larger program; 20,000 literals have one second for both."""

BUDGETS = {"array_of_numbers": 1.0, "array_of_strings": 1.0}


@dataclass
class Row:
    """The seconds of `check`, and of an object at -O2 (0 for programs with errors), of n and of 2n."""

    name: str
    size: int
    check: tuple[float, float]
    object: tuple[float, float]

    def problems(self) -> list[str]:
        budget = BUDGETS.get(self.name, OBJECT_SECONDS)
        found = []
        for what, (small, large), most in (
            ("check", self.check, CHECK_SECONDS),
            ("object", self.object, budget),
        ):
            if large > MAX_GROWTH * small + NOISE_SECONDS:
                found.append(f"{self.name}: {what} of twice the program takes {large / small:.1f} times as long")
            if large > most:
                found.append(f"{self.name}: {what} takes {large:.2f} s, the budget is {most:g} s")
        return found

    def line(self) -> str:
        cells = [self.name.replace("_", " "), f"{2 * self.size:,}"]
        for small, large in (self.check, self.object):
            if large:
                cells += [f"{small * 1000:.0f} ms", f"{large * 1000:.0f} ms"]
            else:
                cells += ["–", "–"]
        return f"| {' | '.join(cells)} |"


def seconds(action: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    action()
    return time.process_time() - begin


def time_of_check(text: str) -> float:
    def check() -> None:
        diagnostics = check_text("large.bd", text)
        human(diagnostics) if diagnostics else None

    return seconds(check)


def time_of_object(text: str, folder: Path) -> float:
    """Return the seconds from a source to an object, without any cache; 0 for a program with errors."""
    path = folder / "large.bd"
    path.write_text(text, encoding="utf-8")
    resolved = resolve_input(path, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        # In this process alone: the time of others would not be counted.
        session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": cache, "BESKID_JOBS": "1"})
        images: list[bytes | None] = []
        taken = seconds(lambda: images.append(session.object_bytes()))
    return 0.0 if images == [None] else taken


def measure(name: str, generator: Generator, rounds: int, folder: Path) -> Row:
    size = SIZES.get(name, SIZE)
    small, large = generator(size), generator(2 * size)
    texts = (EMPTY, small, large)
    checks = [min(time_of_check(text) for _ in range(rounds)) for text in texts]
    objects = [min(time_of_object(text, folder) for _ in range(rounds)) for text in texts]
    first, second = (max(each - checks[0], 0.001) for each in checks[1:])
    pair = (0.0, 0.0)
    if objects[2]:
        pair = (max(objects[1] - objects[0], 0.001), max(objects[2] - objects[0], 0.001))
    return Row(name, size, (first, second), pair)


def measured_again(name: str, generator: Generator, rounds: int, folder: Path) -> Row:
    """Return a row; one with problems is measured again, because other programs may have disturbed it."""
    row = measure(name, generator, rounds, folder)
    for _ in range(MAX_REPEATS):
        if not row.problems():
            break
        row = measure(name, generator, rounds, folder)
    return row


def table(rows: list[Row], rounds: int) -> list[str]:
    lines = [
        f"{len(rows)} constructs; minimum of {rounds} rounds; the number is that of the larger program.",
        "",
        "| construct | 2n | check, n | check, 2n | object -O2, n | object -O2, 2n |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    return [*lines, *[row.line() for row in rows]]


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="measure the processor time of large programs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    known: dict[str, Generator] = {**LARGE, **CHAINS}
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these constructs")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; known are {', '.join(known)}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        time_of_object(EMPTY, Path(folder))
        for name, generator in known.items():
            if not options.names or name in options.names:
                rows.append(measured_again(name, generator, options.rounds, Path(folder)))
                print(rows[-1].line(), file=sys.stderr, flush=True)
    lines = table(rows, options.rounds)
    print("\n".join(lines))
    problems = [problem for row in rows for problem in row.problems()]
    print("\n".join(problems), file=sys.stderr)
    if options.write:
        write_table(BEGIN, END, lines)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
