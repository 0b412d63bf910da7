"""Draws random docstrings and diagnostics for a review of their wording: `python tools/sample_prose.py SEED [COUNT]`.

Reads the Python sources below `src/beskid`. A diagnostic is a call that reports one, with all strings in its arguments:
message, label and help. The same seed and sources produce the same sample.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "src" / "beskid"
DEFAULT_COUNT = 60
REPORTERS = frozenset(
    {
        "error",
        "warning",
        "report",
        "fail",
        "refuse",
        "unsupported",
        "mistake",
        "lint",
        "DriverError",
        "AotError",
        "JitError",
        "CodegenError",
    }
)


def docstrings(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a module with their locations, including those of constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield f"{_location(path, node)}\n    {_indented(node.value.value)}"


def diagnostics(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield the calls that report a diagnostic, with their strings."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _name(node.func) not in REPORTERS:
            continue
        arguments = [*node.args, *[keyword.value for keyword in node.keywords]]
        texts = [text for argument in arguments for text in _texts(argument)]
        if any(" " in text for text in texts):
            yield f"{_location(path, node)}\n" + "\n".join(f"    {text}" for text in texts)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            yield ast.unparse(node)
        case ast.IfExp():
            yield from _texts(node.body)
            yield from _texts(node.orelse)
        case _:
            return


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _location(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(SOURCES.parent).as_posix()}:{node.lineno}"


def _indented(text: str) -> str:
    return "\n    ".join(line.strip() for line in text.strip().splitlines())


def main() -> int:
    """Print the sample and return the exit status."""
    parser = argparse.ArgumentParser(description="Draw random docstrings and diagnostics for a review.")
    parser.add_argument("seed", type=int, help="the seed of the random choice")
    parser.add_argument("count", type=int, nargs="?", default=DEFAULT_COUNT, help="how many of each (default 60)")
    options = parser.parse_args()
    trees = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SOURCES.rglob("*.py"))]
    choice = random.Random(options.seed)
    for title, collect in (("Docstrings", docstrings), ("Diagnostics", diagnostics)):
        found = [each for path, tree in trees for each in collect(path, tree)]
        print(f"# {title}: {min(options.count, len(found))} of {len(found)}\n")
        print("\n\n".join(choice.sample(found, min(options.count, len(found)))), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
