"""The command line of mutation testing: picks mutants by a seed, tries them until the time is up, lists survivors."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

from tools.mutants import c_source, identity, python_source
from tools.mutants.coverage_map import ROOMS, VARIABLE, CoverageMap
from tools.mutants.model import Mutant, Result, Verdict
from tools.mutants.trial import Trial

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
REPORT = ROOT / "build" / "mutants"

FOLDERS = {
    "lower": "src/beskid/lower",
    "analysis": "src/beskid/analysis",
    "codegen": "src/beskid/codegen",
    "ir": "src/beskid/ir",
    "syntax": "src/beskid/syntax",
    "runtime": "runtime/src",
}
TESTS = {
    "lower": ("tests/lower", "tests/ir"),
    "analysis": ("tests/names", "tests/types", "tests/errors"),
    "codegen": ("tests/codegen", "tests/aot"),
    "ir": ("tests/ir", "tests/lower"),
    "syntax": ("tests/syntax", "tests/format", "tests/errors"),
    "runtime": ("tests/runtime", "tests/boundary/test_parity.py"),
}
"""The tests of a room. Whole programs (tests/lang) kill more, but are too slow to be asked for each mutant."""

SKIPPED_FOLDERS = ("generated",)
MAX_TESTS = 400
MAX_SECONDS = 15.0
"""How many tests try one mutant, and how long they take when they pass."""


def rooms_of(names: str) -> list[str]:
    rooms = names.split(",")
    unknown = sorted(set(rooms) - FOLDERS.keys())
    if unknown:
        raise SystemExit(f"unknown room {', '.join(unknown)}; known are {', '.join(FOLDERS)}")
    return rooms


def files(tree: Path, room: str) -> list[str]:
    """List the sources of a room, relative to the tree."""
    folder = tree / FOLDERS[room]
    ending = "*.c" if room == "runtime" else "*.py"
    found = [path.relative_to(tree) for path in sorted(folder.rglob(ending))]
    return [path.as_posix() for path in found if not set(path.parts) & set(SKIPPED_FOLDERS)]


def find(path: str, source: bytes) -> list[Mutant]:
    return c_source.find(path, source) if path.endswith(".c") else python_source.find(path, source)


def copy_tree(target: Path) -> None:
    """Copy the files that git tracks or would add, and the built runtime."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in names.decode().rstrip("\0").split("\0"):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    shutil.copytree(ROOT / "src" / "beskid" / "_runtime", target / "src" / "beskid" / "_runtime")


def known_equivalents() -> dict[tuple[str, str, str, str], str]:
    """Return the reasons by path, scope, statement, and statement as it becomes."""
    with EQUIVALENT.open("rb") as file:
        rows = tomllib.load(file).get("mutant", [])
    return {(row["path"], row["scope"], row["statement"], row["becomes"]): row["reason"] for row in rows}


class Campaign:
    """One run over some rooms."""

    def __init__(self, tree: Path, rooms: list[str], tests: list[str]) -> None:
        self.tree = tree
        self.rooms = rooms
        self.tests = tests
        self.trial = Trial(tree)
        self.equivalents = known_equivalents()
        self.map = self.record()

    def record(self) -> CoverageMap | None:
        """Learn which tests execute which line of the Python rooms."""
        rooms = [room for room in self.rooms if room != "runtime"]
        if not rooms:
            return None
        target = self.tree / "build" / "coverage.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        tests = self.tests or list(dict.fromkeys(test for room in rooms for test in TESTS[room]))
        folders = ":".join(str(self.tree / FOLDERS[room]) for room in rooms)
        arguments = ["-p", "tools.mutants.coverage_map", "-p", "no:xdist", *tests]
        status = self.trial.run(arguments, 3600, **{VARIABLE: str(target), ROOMS: folders})
        if status != 0:
            print(f"warning: the tests fail without a mutant (status {status}); only passing ones are used", flush=True)
        return CoverageMap(target)

    def attempt(self, mutant: Mutant) -> Result:
        """Apply a mutant, run its tests, and put the source back."""
        begin = time.monotonic()
        path = self.tree / mutant.path
        source = path.read_bytes()
        key = (mutant.path, mutant.scope, mutant.before(source), mutant.after(source))
        reason = self.equivalents.get(key)
        if reason is not None:
            return Result(mutant, Verdict.EQUIVALENT, reason, 0.0)
        path.write_bytes(mutant.apply(source))
        try:
            verdict, detail = self.c_verdict(mutant) if mutant.path.endswith(".c") else self.python_verdict(mutant)
        finally:
            path.write_bytes(source)
        return Result(mutant, verdict, detail, time.monotonic() - begin)

    def python_verdict(self, mutant: Mutant) -> tuple[Verdict, str]:
        assert self.map is not None
        try:
            compile((self.tree / mutant.path).read_bytes(), mutant.path, "exec")
        except SyntaxError as error:
            return Verdict.INVALID, str(error)
        for stale in (self.tree / mutant.path).parent.glob(f"__pycache__/{Path(mutant.path).stem}.*"):
            stale.unlink()
        tests = self.map.tests(mutant.path, mutant.line, mutant.last_line)
        most = MAX_TESTS
        if not tests and self.map.is_executed_at_import(mutant.path, mutant.line, mutant.last_line):
            tests, most = self.map.quickest(), len(self.map.seconds)
        if not tests:
            return Verdict.UNREACHED, ""
        chosen: list[str] = []
        seconds = 0.0
        for test in tests:
            if chosen and (len(chosen) == most or seconds + self.map.seconds[test] > MAX_SECONDS):
                break
            chosen.append(test)
            seconds += self.map.seconds[test]
        passed = self.trial.passes(chosen, 20 + 4 * seconds)
        detail = f"{len(chosen)} of {len(tests)} tests"
        return (Verdict.SURVIVED if passed else Verdict.KILLED), detail

    def c_verdict(self, mutant: Mutant) -> tuple[Verdict, str]:
        build = subprocess.run(
            [sys.executable, "tools/build_runtime.py"], cwd=self.tree, capture_output=True, text=True, check=False
        )
        if build.returncode != 0:
            return Verdict.INVALID, build.stderr.strip().splitlines()[-1] if build.stderr.strip() else ""
        passed = self.trial.passes(self.tests or list(TESTS["runtime"]), 600)
        return (Verdict.SURVIVED if passed else Verdict.KILLED), "the tests of the runtime"


def survivors_of(report: Path, described: list[identity.Row], mutants: list[Mutant]) -> list[Mutant]:
    """Find the survivors of an earlier report among the mutants of the present sources; print those that are gone."""
    lived = (Verdict.SURVIVED.value, Verdict.UNREACHED.value)
    wanted = [row for row in json.loads(report.read_text(encoding="utf-8")) if row["verdict"] in lived]
    found: list[Mutant] = []
    for row, place in zip(wanted, identity.match(wanted, described), strict=True):
        if place is None:
            print(f"no longer there: {row['path']}, {row['scope']}: {row['after']}", flush=True)
        else:
            found.append(mutants[place])
    return found


def report(results: list[Result], tree: Path, heading: str) -> str:
    """Write the survivors with their differences."""
    counts = Counter(result.verdict for result in results)
    lines = [heading, ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict), ""]
    for result in results:
        if result.verdict in (Verdict.SURVIVED, Verdict.UNREACHED):
            mutant = result.mutant
            lines.append(f"{mutant.path}:{mutant.line}: {mutant.kind} ({result.verdict.value}; {result.detail})")
            lines.append(mutant.difference((tree / mutant.path).read_bytes()))
            lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--budget", type=float, default=30, help="minutes, without the map of coverage (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="choose the order of the mutants (default 1)")
    parser.add_argument("--rooms", default="lower,analysis,codegen,ir,runtime", help="comma-separated rooms")
    parser.add_argument("--only", default="", help="only files whose path contains this text")
    parser.add_argument("--survivors", type=int, default=0, help="stop after this many survivors (default: no limit)")
    parser.add_argument("--again", default="", help="try the survivors of a report.json once more")
    parser.add_argument("--tests", default="", help="comma-separated test files in place of those of the rooms")
    parser.add_argument("--output", default=str(REPORT), help="folder of the report (default build/mutants)")
    options = parser.parse_args()
    rooms = rooms_of(options.rooms)
    os.nice(10)
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        tree = Path(name)
        copy_tree(tree)
        paths = [path for room in rooms for path in files(tree, room) if options.only in path]
        sources = {path: (tree / path).read_bytes() for path in paths}
        mutants = [mutant for path in paths for mutant in find(path, sources[path])]
        described = identity.describe(mutants, sources)
        rows_of = dict(zip(mutants, described, strict=True))
        if options.again:
            mutants = survivors_of(Path(options.again), described, mutants)
        random.Random(options.seed).shuffle(mutants)
        print(f"{len(mutants)} mutants in {len(paths)} files; recording which tests reach them …", flush=True)
        campaign = Campaign(tree, rooms, [test for test in options.tests.split(",") if test])
        results = work(campaign, mutants, time.monotonic() + 60 * options.budget, options.survivors)
        campaign.trial.close()
        heading = f"seed {options.seed}, rooms {options.rooms}: {len(results)} of {len(mutants)} mutants tried"
        text = report(results, tree, heading)
        rows = [{**rows_of[result.mutant], "verdict": result.verdict.value} for result in results]
    output = Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    (output / "report.txt").write_text(text, encoding="utf-8")
    (output / "report.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(text)


def work(campaign: Campaign, mutants: list[Mutant], end: float, most_survivors: int) -> list[Result]:
    """Try mutants until the time is up or enough have survived."""
    results: list[Result] = []
    survivors = 0
    for mutant in mutants:
        if time.monotonic() >= end or (most_survivors and survivors >= most_survivors):
            break
        result = campaign.attempt(mutant)
        results.append(result)
        if result.verdict in (Verdict.SURVIVED, Verdict.UNREACHED):
            survivors += 1
            print(f"{mutant.path}:{mutant.line}: {mutant.kind}: {result.verdict.value}", flush=True)
            print(mutant.difference((campaign.tree / mutant.path).read_bytes()), flush=True)
    return results


if __name__ == "__main__":
    main()
