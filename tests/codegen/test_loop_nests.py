"""Chains of functions with loops are not inlined into one nest of loops, and other functions are left alone."""

from __future__ import annotations

from pathlib import Path

from tests.complexity.nested import CHAINS

from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.llvm.loop_nests import MAX_LOOP_DEPTH, kept_out_of_line
from beskid.codegen.llvm.shapes import shape_of
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session


def compiled(folder: Path, text: str) -> CodegenArtifact:
    path = folder / "m.bd"
    path.write_text(text, encoding="utf-8")
    resolved = resolve_input(path, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    artifact = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder / "cache")}).artifact()
    assert artifact is not None
    return artifact


def kept(artifact: CodegenArtifact) -> set[str]:
    return kept_out_of_line({function.name: shape_of(function) for function in artifact.functions})


def test_a_chain_of_loops_is_cut(tmp_path: Path) -> None:
    for levels, cuts in ((MAX_LOOP_DEPTH, 0), (MAX_LOOP_DEPTH + 1, 1), (5 * MAX_LOOP_DEPTH, 4)):
        artifact = compiled(tmp_path, CHAINS["functions_with_loops"](levels))
        names = kept(artifact)
        assert len(names) == cuts, levels
        lines = emit_llvm(artifact, EmitOptions()).splitlines()
        defined = [line for line in lines if line.startswith("define") and " noinline" in line]
        assert all(any(name in line for line in defined) for name in names)


def test_a_recursive_function_is_left_alone(tmp_path: Path) -> None:
    text = """
i64 Down(i64 n) {
    i64 mut t = 0;
    for i in range(0, n) { for j in range(0, n) { t = t + Down(i) + Other(j); } }
    return t;
}
i64 Other(i64 n) {
    i64 mut t = 0;
    for i in range(0, n) { t = t + Down(i); }
    return t;
}
unit main() { PrintLine("${Down(3)}"); }
"""
    assert kept(compiled(tmp_path, text)) == set()


def test_loops_after_each_other_are_left_alone(tmp_path: Path) -> None:
    rows = "".join(
        [
            f"i64 step{i}(i64 n) {{ i64 mut t = 0; for j in range(0, n) {{ t = t + j; }} return t; }}\n"
            for i in range(30)
        ]
    )
    calls = " + ".join([f"step{i}(n)" for i in range(30)])
    text = rows + f'i64 all(i64 n) => {calls};\nunit main() {{ PrintLine("${{all(3)}}"); }}\n'
    assert kept(compiled(tmp_path, text)) == set()
