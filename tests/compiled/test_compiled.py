"""The compiled form of the front end: which modules it has, and that its sources mean what the ordinary ones do.

These tests compile three modules. `make check-all ONLY=compiled` compiles all of them, installs the wheel and runs the
tests of the front end on it, these included.
"""

from __future__ import annotations

import ast
import os
import resource
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.complexity.nested import CHAINS, NESTED
from tools import build_compiled
from tools.compiled_sources import EXCEPT, compiled_modules, write_out, write_sources

from beskid.cli.doctor import form_of_front_end

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "beskid"
IS_COMPILED = os.environ.get("BESKID_TEST_FORM") == "compiled"
FEW = ("source/text.py", "syntax/tokens.py", "syntax/lexer.py")
STACK = 1 << 20
"""Bytes of stack that suffice for every program that the parser accepts; systems give eight times as much."""

DEEP = 250
LONG = 990
"""Just below the limits of nesting and of chains."""

SHOWN = """
from beskid.base.node import field_names, is_node, replace
from beskid.ir.instructions import Move
from beskid.ir.values import IntConstant, IRType
from beskid.source.text import Span
from beskid.syntax.tree.names import Name
first, second, other = (IntConstant(IRType.I64, number) for number in (1, 1, 2))
print(first == second, hash(first) == hash(second), first == other, first == 1, {first: 1}[second])
print(first, replace(first, value=2) == other, is_node(IntConstant), is_node(Span), field_names(Move), is_node(Move))
name = Name(1, Span(0, 1), "x")
print(name, name == Name(1, Span(0, 1), "x"), is_node(Name))
"""


def run_with(packages: Path | None, words: list[str]) -> str:
    """Run Python with other packages before its own, and return what it prints."""
    environment = {**os.environ, **({} if packages is None else {"PYTHONPATH": str(packages)})}
    done = limits.run([sys.executable, *words], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_the_form_is_the_one_that_is_tested() -> None:
    assert form_of_front_end().startswith("compiled") == IS_COMPILED


def test_what_is_left_out_exists() -> None:
    for each in EXCEPT:
        path = PACKAGE / each.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), each


def test_every_node_class_is_written_out() -> None:
    for module in compiled_modules(PACKAGE):
        written = ast.parse(write_out(PACKAGE, module))
        names = {
            getattr(each, "id", "")
            for c in ast.walk(written)
            if isinstance(c, ast.ClassDef)
            for each in c.decorator_list
        }
        assert not names & {"node", "value"}, module
        assert not [each for each in written.body if isinstance(each, ast.ImportFrom) and each.names[0].name == "*"]


@pytest.mark.skipif(IS_COMPILED, reason="compares the sources of the compiled form with the others, both as Python")
def test_written_out_sources_mean_the_same(tmp_path: Path) -> None:
    write_sources(PACKAGE, tmp_path / "beskid")
    (tmp_path / "beskid" / "_corelib").symlink_to(ROOT / "corelib" / "src")
    where = ["-c", "import beskid; print(beskid.__file__)"]
    assert run_with(tmp_path, where).startswith(str(tmp_path))
    assert run_with(tmp_path, ["-c", SHOWN]) == run_with(None, ["-c", SHOWN])
    program = ["-m", "beskid", "ir", str(ROOT / "examples" / "word_frequencies.bd")]
    assert run_with(tmp_path, program) == run_with(None, program)


@pytest.mark.skipif(IS_COMPILED, reason="the whole package is compiled already")
def test_compiled_modules_work(tmp_path: Path) -> None:
    build = build_compiled.build(ROOT, tmp_path / "build", modules=FEW, flags=("-O0",))
    for path, place in build.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        path.rename(tmp_path / place)
    for path in (tmp_path / "build" / "sources" / "beskid").rglob("*.py"):
        target = tmp_path / path.relative_to(tmp_path / "build" / "sources")
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    example = ROOT / "examples" / "word_frequencies.bd"
    code = (
        "from beskid.syntax import lexer\n"
        "from beskid.source.text import SourceText\n"
        f"tokens = lexer.tokenize(SourceText('a', open({str(example)!r}).read()))\n"
        "print(lexer.__file__.endswith('.py'), len(tokens.kinds), tokens.starts, tokens.kinds)\n"
    )
    ordinary = run_with(None, ["-c", code])
    assert ordinary.startswith("True ")
    assert run_with(tmp_path, ["-c", code]) == ordinary.replace("True", "False", 1)


@pytest.mark.skipif(not IS_COMPILED, reason="Python checks the depth of its own calls")
def test_deep_programs_fit_on_a_small_stack(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, resource.getrlimit(resource.RLIMIT_STACK)[1]))

    for table, depth in ((NESTED, DEEP), (CHAINS, LONG)):
        for name, generator in table.items():
            program = tmp_path / f"{name}.bd"
            program.write_text(generator(depth), encoding="utf-8")
            words = [sys.executable, "-m", "beskid", "ir", str(program)]
            done = limits.run(words, capture_output=True, text=True, check=False, preexec_fn=limit)
            assert done.returncode in (0, 1), (name, done.returncode, done.stderr)
