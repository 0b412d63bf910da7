"""Debug information with variables in the object formats of all targets, and its shape."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.boundary.toolbox import TRIPLE
from tests.debug.test_every_line import PROGRAMS, divided, opened
from tests.limits import run

from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_llvm, emit_object
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.target import TARGETS
from beskid.driver.options import CompileOptions

PATH = next(path for path in PROGRAMS if path.stem == "closures")
MARKS = (b"counter\0", b"main.{lambda}\0", b".descriptor\0")

INLINED_CLOSURE = """\
unit main(string[] args) {
    let double = (i64 n) => {
        let result = n * 2;
        return result;
    };
    PrintLine("${double(args.Len())}");
}
"""


def artifact(optimize: int) -> CodegenArtifact:
    made = opened(PATH, CompileOptions(optimize=optimize, debug=True)).artifact()
    assert made is not None
    return made


@pytest.mark.parametrize("triple", TARGETS)
def test_each_target(triple: str) -> None:
    image = emit_object(artifact(0), EmitOptions(triple, opt_level=0, debug=DebugLevel.FULL))
    assert [mark in image for mark in MARKS] == [True] * len(MARKS)


def test_variables_are_in_memory_without_optimization_only() -> None:
    texts = [
        emit_llvm(artifact(level), EmitOptions(TRIPLE, opt_level=level, debug=DebugLevel.FULL)) for level in (0, 2)
    ]
    assert ["#dbg_declare" in text and "#dbg_value" not in text for text in texts] == [True, False]
    assert ['"frame-pointer"="all"' in text for text in texts] == [True, False]
    assert [text.count("!DILocalVariable") > 5 for text in texts] == [True, True]


def test_a_closure_whose_code_is_inlined(tmp_path: Path) -> None:
    """The closure is a variable, and its function is removed."""
    (tmp_path / "main.bd").write_text(INLINED_CLOSURE, encoding="utf-8")
    session = opened(tmp_path / "main.bd", CompileOptions(optimize=2, debug=True))
    for image in (session.object_bytes(uses_cache=False), divided(session)):
        assert image is not None
        assert b"main.{lambda}\0" in image


@pytest.mark.skipif(shutil.which("llvm-dwarfdump") is None, reason="llvm-dwarfdump is not installed")
@pytest.mark.parametrize("optimize", [0, 2])
def test_the_information_is_valid(optimize: int, tmp_path: Path) -> None:
    """Of a whole program, and of one whose functions are units."""
    session = opened(PATH, CompileOptions(optimize=optimize, debug=True))
    whole = emit_object(artifact(optimize), EmitOptions(TRIPLE, opt_level=optimize, debug=DebugLevel.FULL))
    for name, image in (("whole", whole), ("units", divided(session))):
        (tmp_path / name).write_bytes(image)
        done = run(["llvm-dwarfdump", "--verify", str(tmp_path / name)], capture_output=True, text=True)
        assert (done.returncode, done.stdout[-11:]) == (0, "No errors.\n"), done.stdout
