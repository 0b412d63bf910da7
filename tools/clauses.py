"""Break each row of the conformance page that `breaks.py` has an edit for, and show that the row's test fails.

    python -m tools.clauses [--write] [ROW…]

The edits are made one at a time in a copy of the working tree. A test must pass there before its row is broken. The
output is the table of `docs/reference/conformance.md`; `--write` puts it there. Exit status 1 when a test does not pass
before, or passes although its row is broken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.breaks import CLAUSES, DOCUMENTS, ROOT, RULES, STORES, Break, all_breaks
from tools.other_trees import copy_tree, interpreter_for

SECONDS = 600
PAGE = "docs/reference/conformance.md"
HEAD = "| Row | Broken by | Test that fails |\n| --- | --- | --- |\n"
PARTS = {"documents": DOCUMENTS, "clauses": CLAUSES, "rules": RULES, "stores": STORES}
"""The tables of the page: each is between two comments with the name of its part."""


class Copy:
    """A copy of the working tree, with an interpreter that imports from it."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        copy_tree(ROOT, self.tree)
        self.python = interpreter_for(self.tree, folder / "environment")
        self.environment = {
            key: held for key, held in os.environ.items() if key not in ("PYTHONPATH", "PYTEST_ADDOPTS")
        }
        self.environment["XDG_CACHE_HOME"] = str(folder / "cache")

    def build(self) -> None:
        """Build the runtime, which is quick if it is current."""
        words = [self.python, "tools/build_runtime.py"]
        subprocess.run(words, cwd=self.tree, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def failures(self, tests: Iterable[str], only: str = "", first: bool = False) -> list[str]:
        """Run tests, up to the first that fails if asked for, and return what is said of those that fail.

        Raises `SystemExit` when they cannot be run.
        """
        words = [self.python, "-m", "pytest", "-p", "no:cacheprovider", "--timeout", str(SECONDS), "--tb", "short"]
        words += [*(["-k", only] if only else []), *(["-x"] if first else []), *tests]
        done = subprocess.run(words, cwd=self.tree, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return []
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
        if done.returncode == 1 and failed:
            return failed
        raise SystemExit(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")

    @contextmanager
    def broken(self, held: Break) -> Iterator[None]:
        """Edit the copy for a while. Raises `SystemExit` unless the text is there once."""
        path = self.tree / held.file
        text = path.read_text(encoding="utf-8")
        if text.count(held.old) != 1:
            raise SystemExit(f"{held.file} has {text.count(held.old)} times: {held.old}")
        path.write_text(text.replace(held.old, held.new), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(text, encoding="utf-8")

    def is_caught(self, held: Break) -> bool:
        with self.broken(held):
            if held.is_in_runtime():
                self.build()
            return bool(self.failures([held.test], held.only, first=True))


def failing_before(copy: Copy, breaks: list[Break]) -> list[str]:
    """Return what is said of the tests that fail while nothing is broken."""
    copy.build()
    chosen = {held.only: sorted({each.test for each in breaks if each.only == held.only}) for held in breaks}
    return [failed for only, tests in chosen.items() for failed in copy.failures(tests, only)]


def table(rows: dict[str, Break]) -> str:
    """Return the table of rows whose tests failed."""
    return HEAD + "".join(f"| {name} | {held.shown()} | {held.shown_test()} |\n" for name, held in rows.items())


def with_tables(page: str, caught: dict[str, Break]) -> str:
    """Return the page with the tables of the rows that were caught. Raises `SystemExit` for a page without a part."""
    for part, rows in PARTS.items():
        begin, end = f"<!-- {part}: `python -m tools.clauses --write` -->\n", f"<!-- end of {part} -->\n"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise SystemExit(f"{PAGE} has no part `{part}`")
        head, _, rest = page.partition(begin)
        tail = rest.partition(end)[2]
        page = head + begin + table({name: caught[name] for name in rows if name in caught}) + end + tail
    return page


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="clauses.py", description="Break each row and show that its test fails.")
    parser.add_argument("--write", action="store_true", help=f"write the tables of {PAGE}, if all rows are caught")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="the rows to break (default: all)")
    options = parser.parse_args(arguments)
    breaks = all_breaks()
    if unknown := [name for name in options.rows if name not in breaks]:
        parser.error(f"no break of {', '.join(unknown)}")
    chosen = {name: held for name, held in breaks.items() if not options.rows or name in options.rows}
    survived: list[str] = []
    with tempfile.TemporaryDirectory(prefix="clauses-") as name:
        copy = Copy(Path(name))
        if failing := failing_before(copy, list(chosen.values())):
            print("these tests fail before anything is broken:", *failing, sep="\n  ")
            return 1
        print(HEAD, end="", flush=True)
        # A break of the runtime needs a build, and another one when it is undone.
        for row, held in sorted(chosen.items(), key=lambda item: item[1].is_in_runtime()):
            is_caught = copy.is_caught(held)
            survived += [] if is_caught else [row]
            seen = held.shown_test() if is_caught else f"**none**: {held.shown_test()} passes"
            print(f"| {row} | {held.shown()} | {seen} |", flush=True)
    if options.write and not survived and not options.rows:
        page = ROOT / PAGE
        page.write_text(with_tables(page.read_text(encoding="utf-8"), chosen), encoding="utf-8")
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
