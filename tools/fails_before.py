"""Run the tests that are new or changed since a revision on that revision, and list those that pass there.

    python -m tools.fails_before [--timeout SECONDS] REV [PATH…]
    python -m tools.fails_before [--timeout SECONDS] --faults FILE

A test that already passed before the change proves nothing about the change. The tests of the working tree are copied
into a worktree of REV; a test that cannot be imported there fails there. With paths, only tests below them are run.
Exit status 1 when a test passes there.

A test is changed when its function is, when it is a case of a changed program (the case's name holds the file's stem),
or when it is a changed block of a Markdown suite (the case's name holds the file's stem and the block's first line).
A test that takes longer than `TIMEOUT` fails there: what it tests may hang before the change.

A file of faults has the revision that had them, and the tests of each. Of each test a case must fail there or be
impossible to import, unless the fault has a reason why its tests pass. Only a fault with a test that was imported and
failed is said to fail there: a test that misses a module or one of its names shows nothing of the fault.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.other_trees import interpreter_for

PLUGIN = """
import json, os

def pytest_collection_modifyitems(config, items):
    names = os.environ.get("FAILS_BEFORE_TESTS")
    if names:
        with open(names) as file:
            chosen = set(json.load(file))
        items[:] = [item for item in items if item.nodeid in chosen]
    elif not hasattr(config, "workerinput"):
        with open(os.environ["FAILS_BEFORE_OUT"], "w") as file:
            json.dump([item.nodeid for item in items], file)

def note(test, outcome):
    if os.environ.get("FAILS_BEFORE_TESTS"):
        with open(os.environ["FAILS_BEFORE_OUT"], "a") as file:
            file.write(json.dumps([test, outcome]) + "\\n")

def pytest_runtest_logstart(nodeid, location):
    note(nodeid, "started")

def pytest_runtest_makereport(item, call):
    if call.excinfo is None:
        if call.when == "call":
            note(item.nodeid, "passed")
    elif call.excinfo.typename != "Skipped":
        message = str(call.excinfo.value)
        is_import = call.excinfo.errisinstance(ImportError)
        is_import |= call.excinfo.errisinstance(AttributeError) and message.startswith("module ")
        note(item.nodeid, "unimportable" if is_import else "failed")

def pytest_runtest_logfinish(nodeid, location):
    note(nodeid, "finished")
"""
TIMEOUT = 120
"""Seconds for one test. The settings of an old revision may have no limit, and its worktree is what pytest reads."""

_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_BLOCK = re.compile(r"\[([^\]:]+):(\d+)")


@dataclass(frozen=True)
class Changed:
    """What differs below `tests/`: the files, and the changed lines of each in its present state."""

    files: list[str]
    lines: dict[str, set[int]]


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout


def changed_since(root: Path, revision: str) -> Changed:
    """Compare the working tree, untracked files included, with a revision."""
    names = git(root, "diff", "--name-only", "--diff-filter=d", revision, "--", "tests").split("\n")
    added = git(root, "ls-files", "--others", "--exclude-standard", "--", "tests").split("\n")
    lines: dict[str, set[int]] = {}
    for name in filter(None, names):
        hunks = _HUNK.finditer(git(root, "diff", "-U0", revision, "--", name))
        lines[name] = {int(hunk[1]) + step for hunk in hunks for step in range(int(hunk[2] or 1))}
    for name in filter(None, added):
        count = (root / name).read_bytes().count(b"\n") + 1
        lines[name] = set(range(1, count + 1))
    return Changed(sorted(lines), lines)


def functions(path: Path) -> dict[str, str]:
    """Return the functions of a test file by their qualified name, without positions and comments."""
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{node.name}::{each.name}" if isinstance(node, ast.ClassDef) else each.name] = ast.dump(each)
    return found


def is_changed(
    test: str, before: set[str], old: Path, new: Path, changed: Changed, cases: dict[str, list[int]]
) -> bool:
    """Whether a test is new or changed; `cases` has the first lines of all blocks by the stem of their suite."""
    path, _, name = test.partition("::")
    function = name.partition("[")[0]
    if function not in functions(old / path) or functions(old / path)[function] != functions(new / path).get(function):
        return True
    block = _BLOCK.search(name)
    if block is not None and block[1] in cases:
        stem, line = block[1], int(block[2])
        end = min((other for other in cases[stem] if other > line), default=sys.maxsize)
        files = [file for file in changed.files if Path(file).stem == stem and file.endswith(".md")]
        return any(line <= each < end for file in files for each in changed.lines[file])
    if test not in before:
        return True
    stems = {Path(file).stem for file in changed.files if not file.endswith((".py", ".md"))}
    return bool(set(re.split(r"[\[\]/.\s]", name)) & stems)


def _is_below(test: str, path: str) -> bool:
    return Path(test.partition("::")[0]).is_relative_to(path)


class Checkouts:
    """The present tree and one of the revision, with the plugin beside them."""

    def __init__(self, root: Path, folder: Path, revision: str, timeout: float) -> None:
        self.root = root
        self.folder = folder
        self.timeout = timeout
        self.old = folder / "old"
        (folder / "fails_before_plugin.py").write_text(PLUGIN, encoding="utf-8")
        git(root, "worktree", "add", "--detach", str(self.old), revision)
        builder = self.old / "tools" / "build_runtime.py"
        if builder.exists():
            subprocess.run([sys.executable, str(builder)], cwd=self.old, check=True)
        # Tests start commands with environments of their own, which must import the old sources too.
        self.pythons = {self.old: interpreter_for(self.old, folder / "environment")}

    def close(self) -> None:
        git(self.root, "worktree", "remove", "--force", str(self.old))

    def pytest(self, tree: Path, words: list[str], **variables: str) -> str:
        path = f"{tree / 'src'}:{tree}:{self.folder}"
        python = self.pythons.get(tree, sys.executable)
        command = [python, "-m", "pytest", "-q", "-p", "fails_before_plugin", "-p", "no:cacheprovider"]
        command += ["--timeout", str(self.timeout), "--timeout-method", "signal"]
        environment = {**os.environ, "PYTHONPATH": path, **variables}
        command += ["--continue-on-collection-errors", *words]
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def collect(self, tree: Path, paths: Sequence[str] = ("tests",)) -> list[str]:
        """List the tests of a tree."""
        out = self.folder / "collected.json"
        out.unlink(missing_ok=True)
        said = self.pytest(tree, ["--collect-only", *paths], FAILS_BEFORE_OUT=str(out))
        if not out.exists():
            raise SystemExit(f"cannot collect the tests of {tree}:\n{said}")
        found: list[str] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def take(self, files: list[str]) -> None:
        """Copy present files into the tree of the revision."""
        for file in files:
            target = self.old / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((self.root / file).read_bytes())

    def outcomes_before(self, tests: list[str]) -> dict[str, str]:
        """Run tests in the tree of the revision; return `passed`, `failed`, `unimportable` or `skipped` by test.

        A test of a file that cannot be imported there has no outcome.

        Each file has a run of its own: fixtures that cannot be imported there end a run, and so may a test. One that
        did, by a signal or an exit, fails there, and the tests after it run again without it.
        """
        outcomes: dict[str, str] = {}
        for _, group in itertools.groupby(sorted(tests), lambda test: test.partition("::")[0]):
            left = set(group)
            while left:
                found = self._run_before(left)
                outcomes |= found
                if not left & found.keys() or "died" not in found.values():
                    break
                left -= found.keys()
        return {test: "failed" if outcome == "died" else outcome for test, outcome in sorted(outcomes.items())}

    def _run_before(self, tests: set[str]) -> dict[str, str]:
        """Run tests of one file in one process; the last has died if the process ended within it."""
        chosen, out = self.folder / "chosen.json", self.folder / "outcomes.jsonl"
        chosen.write_text(json.dumps(sorted(tests)), encoding="utf-8")
        out.write_text("", encoding="utf-8")
        (file,) = {test.partition("::")[0] for test in tests}
        self.pytest(self.old, [file], FAILS_BEFORE_TESTS=str(chosen), FAILS_BEFORE_OUT=str(out))
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        noted: dict[str, set[str]] = {}
        for test, note in lines:
            noted.setdefault(test, set()).add(note)
        outcomes: dict[str, str] = {}
        for test, notes in noted.items():
            if "finished" not in notes:
                outcomes[test] = "died"
                continue
            known = [outcome for outcome in ("failed", "unimportable", "passed") if outcome in notes]
            outcomes[test] = known[0] if known else "skipped"
        return outcomes


def compare(root: Path, revision: str, paths: list[str], timeout: float) -> tuple[list[str], list[str]]:
    """Return the tests below some paths that are new or changed since a revision, and those of them that pass on it."""
    changed = changed_since(root, revision)
    with tempfile.TemporaryDirectory(prefix="fails-before-") as name:
        trees = Checkouts(root, Path(name), revision, timeout)
        try:
            before, now = set(trees.collect(trees.old)), trees.collect(root)
            if paths:
                now = [test for test in now if any(_is_below(test, path) for path in paths)]
            cases: dict[str, list[int]] = {}
            for test in now:
                block = _BLOCK.search(test)
                if block is not None:
                    cases.setdefault(block[1], []).append(int(block[2]))
            tests = [test for test in now if is_changed(test, before, trees.old, root, changed, cases)]
            trees.take(changed.files)
            outcomes = trees.outcomes_before(tests) if tests else {}
            return tests, [test for test, outcome in outcomes.items() if outcome == "passed"]
        finally:
            trees.close()


# Files of faults --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A fault, its tests, and why they pass where it was; a `*` in a test is any text of the name of its case."""

    what: str
    tests: tuple[str, ...]
    reason: str = ""


def read_faults(path: Path) -> tuple[str, list[Fault]]:
    """Return the revision that had the faults, and the faults."""
    held = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = [Fault(row["what"], tuple(row["tests"]), row.get("reason", "")) for row in held["fault"]]
    return held["revision"], faults


def cases_of(test: str, tests: Iterable[str]) -> list[str]:
    """Return the cases of a test, or those that its pattern matches."""
    if "[" not in test:
        return [each for each in tests if each.partition("[")[0] == test]
    pattern = re.compile(re.escape(test).replace(r"\*", ".*"))
    return [each for each in tests if pattern.fullmatch(each)]


def judge_faults(root: Path, path: Path, timeout: float) -> tuple[list[str], bool]:
    """Return what is said of each fault, and whether all are shown by a test that fails on the revision."""
    revision, faults = read_faults(path)
    shown = [fault for fault in faults if not fault.reason]
    with tempfile.TemporaryDirectory(prefix="fails-before-") as name:
        trees = Checkouts(root, Path(name), revision, timeout)
        try:
            files = sorted({test.partition("::")[0] for fault in shown for test in fault.tests})
            now = trees.collect(root, files)
            trees.take(changed_since(root, revision).files)
            chosen = sorted({case for fault in shown for test in fault.tests for case in cases_of(test, now)})
            outcomes = trees.outcomes_before(chosen)
        finally:
            trees.close()
    said = [f"passes there: {fault.what}: {fault.reason}" for fault in faults if fault.reason]
    is_sound = True
    for fault in shown:
        cases = {test: [outcomes.get(case, "") for case in cases_of(test, now)] for test in fault.tests}
        unproven = [test for test, found in cases.items() if set(found) <= {"passed", "skipped"}]
        failing = [test for test, found in cases.items() if "failed" in found]
        is_sound = is_sound and not unproven
        if unproven:
            said.append(f"NOT SHOWN: {fault.what}: {', '.join(unproven)}")
        elif failing:
            missing = f" ({len(failing)} of {len(cases)} tests, the others by import)"
            said.append(f"fails there: {fault.what}{missing if len(failing) < len(cases) else ''}")
        else:
            said.append(f"cannot be imported there: {fault.what}")
    return said, is_sound


def main() -> None:
    parser = argparse.ArgumentParser(prog="fails_before.py", description="List the new tests that pass on a revision.")
    parser.add_argument("revision", metavar="REV", nargs="?", help="the state before the change")
    parser.add_argument("paths", metavar="PATH", nargs="*", help="run only the tests below these paths")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help=f"seconds for one test (default {TIMEOUT})")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="run the tests of the faults that the file lists")
    options = parser.parse_args()
    root = Path(git(Path.cwd(), "rev-parse", "--show-toplevel").strip())
    if options.faults is not None:
        said, is_sound = judge_faults(root, options.faults, options.timeout)
        print(*said, sep="\n")
        raise SystemExit(0 if is_sound else 1)
    if options.revision is None:
        parser.error("pass a revision, or a file with --faults")
    tests, passing = compare(root, options.revision, options.paths, options.timeout)
    print(f"{len(tests)} tests are new or changed since {options.revision}; {len(tests) - len(passing)} fail there")
    for test in passing:
        print(f"passes there: {test}")
    if passing:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
