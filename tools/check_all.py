"""The long checks of `make check-all`, within a budget of minutes and with fresh seeds.

First the checks of fixed length, in this order: lint, the wheel in a fresh environment, the compiled wheel in another
with the tests of the front end, all tests with warnings as errors, the corpus and the calls from Python under the
sanitizers, the corpus in Pyodide, coverage, the clauses and the museum of the contract, every injected fault, programs
compiled in units and with debug information, sessions of entries, the time of large programs, every broken text and
rename in an editor.
Then random programs, edits, heaps and fuzzed inputs take the time that is left, in rounds with a seed each. What the
budget does not reach is reported as not run.
Logs and the summary are in `build/check-all/`; the summary names the seeds, and `--seed` repeats them. `--only` picks
checks, and `--tests` runs them on a part of the tests; the summary says so.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "check-all"
PYTEST_OPTIONS = ["-m", "pytest", "--dist", "worksteal"]
RANDOM_TESTS = (
    "tests/property/test_random_programs.py",
    "tests/property/test_random_edits.py",
    "tests/boundary/test_random_programs.py",
    "tests/runtime/test_random_heaps.py",
    "tests/lower/test_random_closures.py",
    "tests/lower/test_properties.py",
    "tests/ir/test_properties.py",
    "tests/format/test_laws.py",
    "tests/syntax/test_properties.py",
)
ROUND_COUNTS = {
    "BESKID_EXAMPLES": "400",
    "BESKID_EDITS": "2000",
    "BESKID_TEST_SEEDS": "40",
    "BESKID_TEST_HEAPS": "200",
    "BESKID_TEST_FACTOR": "3",
}
"""How much each round of random tests tries; the factor is for tests whose number of examples is in their file."""

FUZZ_COUNTS = {
    "sources": 4000,
    "manifests": 4000,
    "workspaces": 2000,
    "locks": 2000,
    "binaries": 4000,
    "entries": 2000,
    "units": 2000,
    "objects": 4000,
    "foreign": 1000,
}
"""How many mutated inputs of each kind a round tries."""

NOT_COVERED = (
    "tests/property", "tests/architecture", "tests/packaging", "tests/tools", "tests/cli", "tests/faults", "tests/fuzz",
)  # fmt: skip
"""Left out under coverage: timed tests, and tests of other processes, which coverage does not see."""

COMPILED_NEEDS = ("pytest", "pytest-lsp", "pytest-timeout", "pytest-xdist", "hypothesis", "numpy")
COMPILED_TESTS = (
    "tests/compiled", "tests/lang", "tests/errors", "tests/syntax", "tests/names", "tests/types", "tests/format",
    "tests/lower", "tests/ir", "tests/codegen", "tests/lsp", "tests/complexity/test_depth.py",
)  # fmt: skip
"""What the compiled front end must pass."""

NOT_COMPILED = (
    "tests/codegen/test_golden.py::test_the_text_is_unchanged",
    "tests/types/test_checker.py::test_definite_assignment_knows_every_node_that_steers_control",
    "tests/ir/test_instructions.py::"
    "test_an_instruction_that_only_the_table_knows_is_refused_by_everything_written_by_hand",
)
"""Tests of these that read the annotations of a class, add a class in Python, or replace a function."""

HELLO = 'unit main() { PrintLine("installed"); }\n'


@dataclass
class Budget:
    """The minutes that are left, and what was done with the others; `tests` replaces those of a check if not empty."""

    end: float
    workers: int
    tests: list[str]
    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def left(self) -> float:
        return self.end - time.monotonic()

    def pytest(
        self, name: str, options: Sequence[str], tests: Sequence[str], python: str = sys.executable, **variables: str
    ) -> bool:
        """Run tests, or the part of them that was asked for, with an interpreter."""
        name = f"{name}, {' '.join(self.tests)}" if self.tests else name
        command = [python, *PYTEST_OPTIONS, "-n", str(self.workers), *options, *(self.tests or tests)]
        return self.run(name, command, **variables)

    def run(self, name: str, command: Sequence[str], **variables: str) -> bool:
        """Run a check with its output in a log; return whether it passed."""
        if self.left() <= 0:
            self.rows.append((name, "not run", 0.0))
            return False
        begin = time.monotonic()
        log = FOLDER / f"{re.sub('[^a-z0-9]+', '-', name)[:80]}.log"
        print(f"{name} …", flush=True)
        with log.open("ab") as file:
            file.write(f"$ {' '.join(command)}\n".encode())
            file.flush()
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                verdict = "passed" if process.wait(self.left()) == 0 else "FAILED"
            except subprocess.TimeoutExpired:
                verdict = "not finished"
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        if verdict == "not finished":
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.rows.append((name, verdict, time.monotonic() - begin))
        print(f"  {verdict} after {self.rows[-1][2]:.0f} s ({log.relative_to(ROOT)})", flush=True)
        return verdict == "passed"


def lint(budget: Budget) -> None:
    budget.run("lint", ["make", "lint"])


def wheel(budget: Budget) -> None:
    """Build the wheel, install it with its dependencies into a fresh environment, run and build a program there."""
    folder = FOLDER / "wheel"
    environment = folder / "environment"
    program = folder / "hello.bd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    program.write_text(HELLO, encoding="utf-8")
    if not budget.run("wheel", [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder)]):
        return
    (built,) = folder.glob("*.whl")
    beskid = f"{environment}/bin/beskid"
    script = (
        f"{sys.executable} -m venv {environment} && {environment}/bin/pip install --quiet {built}"
        f" && {beskid} --version && {beskid} doctor"
        f' && test "$({beskid} run {program})" = installed'
        f' && {beskid} build {program} -o {folder}/hello && test "$({folder}/hello)" = installed'
        f" && {beskid} explain E1206 > {folder}/explained && test -s {folder}/explained"
    )
    budget.run("wheel in a fresh environment", ["/bin/sh", "-c", f"cd / && {script}"], XDG_CACHE_HOME=str(folder))


def compiled(budget: Budget) -> None:
    """Build the wheel with a compiled front end, and run the tests of the front end on it in a fresh environment."""
    folder = FOLDER / "compiled"
    environment = folder / "environment"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder)]
    if not budget.run("compiled wheel", build, BESKID_COMPILED="1"):
        return
    (built,) = folder.glob("*.whl")
    packages = f"{built}[bind,doc,lsp,profile,repl] {' '.join(COMPILED_NEEDS)}"
    script = (
        f"{sys.executable} -m venv {environment}"
        f" && {environment}/bin/pip install --quiet --constraint {ROOT}/tools/constraints.txt {packages}"
        f" && {environment}/bin/beskid doctor | grep 'front end .*compiled'"
    )
    home = {"XDG_CACHE_HOME": str(folder / "cache")}
    if not budget.run("compiled wheel in a fresh environment", ["/bin/sh", "-c", f"cd / && {script}"], **home):
        return
    # The sources of the checkout are left out, so that the installed package is what is tested.
    options = ["-o", "pythonpath=.", *[f"--deselect={test}" for test in NOT_COMPILED]]
    python = f"{environment}/bin/python"
    name = "tests of the compiled front end"
    budget.pytest(name, options, COMPILED_TESTS, python, **home, BESKID_TEST_FORM="compiled")


def warnings(budget: Budget) -> None:
    budget.pytest("tests with warnings as errors", ["-W", "error"], [])


def sanitizers(budget: Budget) -> None:
    """Run the corpus, programs in which every allocation fails in turn, and calls from Python."""
    corpus = ["tests/lang", "tests/examples", "tests/corelib", "tests/faults/test_programs.py"]
    budget.pytest("corpus under the sanitizers", [], corpus, BESKID_TEST_RUNTIME="asan", BESKID_FAULTS="all")
    embedding = ["tests/embed/test_sanitized.py"]
    budget.pytest("calls from Python under the sanitizers", [], embedding, BESKID_EMBED_TESTS="all")


def other_python(budget: Budget) -> None:
    """Check and interpret every program in Pyodide, whose Python is newer."""
    budget.pytest("programs in Pyodide", [], ["tests/pyodide"], BESKID_PYODIDE="all")


def coverage(budget: Budget) -> None:
    ignored = [f"--ignore={name}" for name in NOT_COVERED]
    data = str(FOLDER / "coverage.data")
    if budget.pytest("coverage", ["--cov=src/beskid", "--cov-report=", *ignored], ["tests"], COVERAGE_FILE=data):
        report = [sys.executable, "-m", "coverage", "report", "--data-file", data, "--sort", "cover", "--skip-covered"]
        with (FOLDER / "coverage.txt").open("wb") as file:
            subprocess.run(report, cwd=ROOT, stdout=file, check=True)


def contract(budget: Budget) -> None:
    """Break every row of the conformance page, and try all objects of the museum and of the corpus with runtimes."""
    budget.run("rows broken in turn", [sys.executable, "-m", "tools.clauses"])
    budget.pytest("rules of the collector broken in turn", [], ["tests/runtime/test_collector_breaks.py"],
                  BESKID_BREAKS="all")  # fmt: skip
    budget.pytest("museum", [], ["tests/abi/test_museum.py"])
    names = ["tests/boundary/test_import_surface_consistency.py"]
    budget.pytest("names of the corpus", [], names, BESKID_BOUNDARY="all")


def faults(budget: Budget) -> None:
    """Let every system call of every command fail, and kill commands at random moments."""
    budget.pytest("injected faults", [], ["tests/faults"], BESKID_FAULTS="all")


def units(budget: Budget) -> None:
    """Compile every language program with one function in a unit, and make many edits one after another."""
    budget.pytest("units", [], ["tests/lang/test_units.py", "tests/codegen/test_units.py"], BESKID_UNITS="all")


def debugging(budget: Budget) -> None:
    """Compile every language program with `-O2 -g`, and verify its debug information."""
    tests = ["tests/lang/test_debug_information.py"]
    budget.pytest("debug information", [], tests, BESKID_DEBUG_PROGRAMS="all")


def sessions(budget: Budget) -> None:
    """Enter every language program line by line, and a thousand entries in one session."""
    budget.pytest("sessions", [], ["tests/repl"], BESKID_REPL_PROGRAMS="all", BESKID_REPL_ENTRIES="500")


def editor(budget: Budget) -> None:
    """Ask about every broken text of the corpus, rename every declaration, and make 10,000 edits in one session."""
    tests = ["tests/lsp/test_properties.py", "tests/lsp/test_renamed_examples.py", "tests/lsp/test_long_sessions.py"]
    budget.pytest("language server", [], tests, BESKID_EDITOR="all")


def library(budget: Budget) -> None:
    """Compare the core library with its references on 50,000 JSON documents, 20,000 patterns, and as much else."""
    budget.pytest("core library", [], ["tests/corelib"], BESKID_EXAMPLES="2000")


def complexity(budget: Budget) -> None:
    """Require that the processor time of large programs is within its budgets."""
    budget.run("time of large programs", [sys.executable, "bench/complexity.py", "--rounds", "1"])


def random_rounds(budget: Budget, chance: random.Random) -> None:
    """Repeat the random tests with new seeds until the time is up; at least one round is asked for."""
    first = True
    while first or budget.left() > 60:
        first = False
        seed = str(chance.randrange(1 << 31))
        options = [f"--hypothesis-seed={seed}"]
        budget.pytest(f"random tests, seed {seed}", options, RANDOM_TESTS, BESKID_RANDOM=seed, **ROUND_COUNTS)
        if budget.tests:
            continue
        for kind, count in FUZZ_COUNTS.items():
            jobs = ["--count", str(count), "--seed", seed, "--jobs", str(budget.workers)]
            budget.run(f"fuzzed {kind}, seed {seed}", [sys.executable, "-m", "tools.fuzz", kind, *jobs])


CHECKS: dict[str, Callable[[Budget], None]] = {
    "lint": lint,
    "wheel": wheel,
    "compiled": compiled,
    "warnings": warnings,
    "sanitizers": sanitizers,
    "pyodide": other_python,
    "coverage": coverage,
    "contract": contract,
    "faults": faults,
    "units": units,
    "debugging": debugging,
    "sessions": sessions,
    "library": library,
    "complexity": complexity,
    "editor": editor,
}
RANDOM = "random"


def covered(report: str) -> str:
    """Return the percentage in the line of totals; lines about skipped files follow it."""
    return next(line.split()[-1] for line in report.splitlines() if line.startswith("TOTAL"))


def summary(budget: Budget, seed: int, minutes: float) -> str:
    lines = [
        f"Seed {seed}, budget {minutes:g} minutes, Python {sys.version.split()[0]}, {budget.workers} workers.",
        "",
        "| check | verdict | seconds |",
        "|---|---|---:|",
        *(f"| {name} | {verdict} | {seconds:.0f} |" for name, verdict, seconds in budget.rows),
    ]
    report = FOLDER / "coverage.txt"
    if report.exists():
        lines += ["", f"Coverage of src/beskid: {covered(report.read_text(encoding='utf-8'))} of the lines."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="check_all.py", description=__doc__)
    parser.add_argument("--budget", type=float, default=90, help="minutes (default 90)")
    parser.add_argument("--seed", type=int, default=None, help="repeat the seeds of another run (default: a fresh one)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--only", default="", help=f"comma-separated checks of {', '.join([*CHECKS, RANDOM])}")
    parser.add_argument("--tests", default="", help="comma-separated tests in place of those of each check")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else [*CHECKS, RANDOM]
    unknown = sorted(set(chosen) - {*CHECKS, RANDOM})
    if unknown:
        parser.error(f"unknown check {', '.join(unknown)}")
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 31)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    tests = options.tests.split(",") if options.tests else []
    budget = Budget(time.monotonic() + 60 * options.budget, options.workers, tests)
    for name, check in CHECKS.items():
        if name in chosen:
            check(budget)
    if RANDOM in chosen:
        random_rounds(budget, random.Random(seed))
    text = summary(budget, seed, options.budget)
    (FOLDER / "summary.md").write_text(text, encoding="utf-8")
    print(text)
    if any(verdict == "FAILED" for _, verdict, _ in budget.rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
