"""Break each clause of the runtime contract, one at a time, and show that its test fails.

    python tools/clauses.py [CLAUSE…]

A clause is a row `[[semantics]]` of `runtime/abi.toml`, which names its test. The table below has an edit of the
sources that breaks each. The tests run in a worktree of HEAD; exit status 1 when a test passes although its clause is
broken. The output is the table of `docs/reference/conformance.md`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 600

BREAKS: dict[str, tuple[str, str, str]] = {
    "write-null-handle": ("panic/output.c", "text->ptr == NULL ? -1 :", "text->ptr == NULL ? 0 :"),
    "panic-prints-its-message": ("panic/panic.c", '"panic: "', '"fault: "'),
    "array-new-is-untraced": (
        "values/arrays.c",
        "return make(BESKID_KIND_RAW, element_size << 1 | 1",
        "static const uint64_t first[] = {0};\n"
        "    static const BeskidTypeDescriptor reference = {8, 8, 1, 0, first, NULL, 0};\n"
        "    return make(BESKID_KIND_ARRAY, (uint64_t)(uintptr_t)&reference",
    ),
    "handles-start-at-one": ("heap/roots.c", "return (int64_t)handle;", "return (int64_t)handle - 1;"),
    "barrier-before-store": (
        "heap/marking.c",
        "    if (child == NULL) {\n        return;",
        '    if (child == NULL) {\n        bk_panic("null");',
    ),
    "visible-up-to-top": ("heap/marking.c", "slot < bk_context->top; slot++", "slot + 1 < bk_context->top; slot++"),
    "split-characters-wait": ("system/input.c", "(!incomplete || count <= 0)", "(!incomplete || count <= 4096)"),
    "size-overflow-panics": (
        "values/arrays.c",
        "__builtin_mul_overflow(size, length, &bytes)",
        "(bytes = size * length) == 1",
    ),
    "event-capacity": ("values/events.c", 'bk_panic("event capacity exceeded");', "return -1;"),
    "gate-before-code": (
        "entry/entry.c",
        "program->level > BESKID_RUNTIME_ABI_LEVEL",
        "program->level > BESKID_RUNTIME_ABI_LEVEL + 1",
    ),
    "string-hash": ("values/text.c", "hash ^= hash >> 32;", "hash ^= hash >> 31;"),
}
"""The file below `runtime/src`, a text in it, and what replaces the text."""

ROWS: dict[str, tuple[str, str, str, str]] = {
    "S0-GATE": (
        "entry/entry.c",
        "program->abi_version != BESKID_RUNTIME_ABI_VERSION",
        "program->abi_version == 0",
        "tests/boundary/test_faults.py::test_a_program_linked_with_another_version_stops_at_its_start",
    ),
    "S2-VER": (
        "entry/version.c",
        "return BESKID_RUNTIME_ABI_VERSION;",
        "return BESKID_RUNTIME_ABI_VERSION + 1;",
        "tests/boundary/test_allowlist_and_version.py::test_both_forms_of_the_runtime_answer_with_the_version",
    ),
    "str_concat of an empty side": (
        "values/strings.c",
        "    if (left->len == 0) {\n        return right;\n    }\n",
        "",
        "tests/runtime/test_programs.py::test_text",
    ),
}
"""Rows of the foundation documents and rules of single functions: file, text, what replaces it, the test that fails."""

UNBROKEN = {
    "objects-do-not-move": "no code of the runtime moves an object, so there is nothing to edit",
}


def clauses() -> dict[str, str]:
    """Return the test of each clause, and of each of the other rows."""
    rows = tomllib.loads((ROOT / "runtime" / "abi.toml").read_text(encoding="utf-8"))["semantics"]
    return {row["name"]: row["test"] for row in rows} | {name: row[3] for name, row in ROWS.items()}


def edit_of(clause: str) -> tuple[str, str, str]:
    """Return the file, the text and its replacement."""
    return BREAKS[clause] if clause in BREAKS else ROWS[clause][:3]


def passes(tree: Path, test: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}"}
    subprocess.run([sys.executable, "tools/build_runtime.py"], cwd=tree, env=environment, check=True)
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--timeout", str(SECONDS), test]
    done = subprocess.run(words, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{test} cannot be run:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def is_caught(tree: Path, clause: str, test: str) -> bool:
    """Break a clause in a worktree, run its test, and restore the source."""
    name, old, new = edit_of(clause)
    path = tree / "runtime" / "src" / name
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"{clause}: {name} has {text.count(old)} times: {old}")
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        return not passes(tree, test)
    finally:
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="clauses.py", description="Break each clause and show that its test fails.")
    parser.add_argument("clauses", nargs="*", metavar="CLAUSE", help="the clauses to break (default: all)")
    chosen = parser.parse_args(arguments).clauses
    survived = False
    with tempfile.TemporaryDirectory(prefix="clauses-") as name:
        tree = Path(name) / "tree"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(tree)], cwd=ROOT, check=True)
        try:
            print("| Clause | Broken by | Test that fails |\n| --- | --- | --- |")
            for clause, test in clauses().items():
                if chosen and clause not in chosen:
                    continue
                if clause in UNBROKEN:
                    print(f"| {clause} | {UNBROKEN[clause]} | `{test}` |", flush=True)
                    continue
                caught = is_caught(tree, clause, test)
                survived = survived or not caught
                file, old, new = edit_of(clause)
                shown = " ".join((new or f"without {old}").split()).replace("|", "\\|")
                result = f"`{test}`" if caught else f"**none**: `{test}` passes"
                print(f"| {clause} | `{shown}` in `{file}` | {result} |", flush=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
