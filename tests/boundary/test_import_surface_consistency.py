"""Boundary: JIT and AOT take the same names from the runtime, for programs of the corpus, by their objects.

One program in `SHARE` is tried, and all of them with `BESKID_BOUNDARY=all`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.toolbox import ROOT, TRIPLE, runtime_folder
from tests.lang.case import find_cases

from beskid.abi import RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.aot.build import build
from beskid.aot.name_spaces import OWN_NAMES
from beskid.aot.request import BuildRequest, OutputKind
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.objectfile import note_fields, undefined_symbols
from beskid.codegen.trace import BIND, Trace
from beskid.driver.abi_files import verify_file
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.linking import foreign_words
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import load_runtime

SHARE = 12
CORPUS = {
    **{case.name: case.input for case in find_cases(ROOT / "tests" / "lang")},
    **{f"examples/{path.stem}": path for path in sorted((ROOT / "examples").glob("*.bd"))},
}

TRIED = list(CORPUS)[:: 1 if os.environ.get("BESKID_BOUNDARY") == "all" else SHARE]
LIBRARIES_OF_EVERY_PROGRAM = {"c", "m", "libc.so.6", "libm.so.6"}

LISTED = set(RUNTIME_EXPORT_SYMBOLS)
SYSTEM_INSTRUCTION = re.compile(r"\t(syscall|sysenter|int\s+\$0x80)\b")


def sealed(path: Path, folder: Path) -> CodegenArtifact:
    """The artifact of a program of the corpus."""
    resolved = resolve_input(path, None, None, Path.cwd())
    assert not isinstance(resolved, ResolveFailure)
    artifact = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).artifact()
    assert artifact is not None, f"{path} does not compile"
    return artifact


def bound_by_the_engine(image: bytes, extras: dict[str, int]) -> dict[str, bool]:
    """The names that the engine binds; whether each is bound to a function of the runtime."""
    runtime = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    bound = BeskidJitModule(runtime, extras).bind(image)
    return {name: name in LISTED and address == runtime.address(name) for name, address in bound.items()}


def bound_by_the_linker(image: bytes, executable: Path) -> dict[str, bool]:
    """The same of the names of an object in a linked file: defined in it as functions of the runtime, or by no name of
    C and to be found by the loader."""
    lines = limits.run(["nm", "-P", str(executable)], capture_output=True, text=True, check=True).stdout.splitlines()
    types = {line.split()[0].partition("@")[0]: line.split()[1] for line in lines}
    bound: dict[str, bool] = {}
    for name in undefined_symbols(image):
        own, foreign = types.get(OWN_NAMES.get(name, "")), types.get(name)
        assert (own is None) != (foreign is None), f"{name} is {own} and {foreign}"
        assert own in ("t", None) and foreign in ("U", "w", None), f"{name} is {own} and {foreign}"
        bound[name] = own is not None
    return bound


def bound_by_the_builder(image: bytes, output: Path) -> set[str]:
    trace = Trace()
    foreign = foreign_words(image, OutputKind.EXECUTABLE, output, TRIPLE, dict(os.environ), None)
    request = BuildRequest(
        image,
        OutputKind.EXECUTABLE,
        str(output),
        TRIPLE,
        externs=foreign.symbols,
        libraries=foreign.libraries,
        search_paths=foreign.search_paths,
        extra_arguments=foreign.extra_arguments,
        runtime_folder=str(runtime_folder()),
    )
    build(request, trace)
    (names,) = trace.names_of(BIND)
    return set(names)


@pytest.mark.parametrize("name", TRIED)
def test_both_back_ends_take_the_same_names(name: str, tmp_path: Path) -> None:
    artifact = sealed(CORPUS[name], tmp_path)
    externs = tuple(imported.symbol for imported in artifact.extern_imports)
    strange = {imported.library for imported in artifact.extern_imports} - LIBRARIES_OF_EVERY_PROGRAM
    if strange:
        pytest.skip(f"needs {', '.join(sorted(strange))}")
    image = emit_object(artifact, EmitOptions(TRIPLE))
    needed = set(undefined_symbols(image))
    by_engine = bound_by_the_engine(image, dict.fromkeys(externs, 1))
    assert set(by_engine) == needed
    executable = tmp_path / "program"
    assert bound_by_the_builder(image, executable) == needed
    assert bound_by_the_linker(image, executable) == by_engine

    stated = {line.partition("(")[0] for line in note_fields(image).get("import", [])}
    assert needed & LISTED <= stated <= LISTED
    assert stated <= {*artifact.builtin_imports, "beskid_thunk_enter", "beskid_thunk_leave"}
    assert needed <= LISTED | set(SUPPORT_SYMBOLS) | set(externs)

    (tmp_path / "program.o").write_bytes(image)
    for path in ("program.o", "program", "program.beskid.json"):
        verdict = verify_file(tmp_path / path)
        assert not verdict.problems, verdict
    code = limits.run(["objdump", "-d", str(tmp_path / "program.o")], capture_output=True, text=True, check=True)
    assert not SYSTEM_INSTRUCTION.search(code.stdout)


@pytest.mark.parametrize("level", [0, 2])
def test_the_levels_differ_only_in_what_they_could_leave_out(level: int, tmp_path: Path) -> None:
    artifact = sealed(CORPUS["examples/word_frequencies"], tmp_path)
    needed = set(undefined_symbols(emit_object(artifact, EmitOptions(TRIPLE, opt_level=level))))
    assert needed & LISTED <= set(artifact.builtin_imports)


def test_there_is_a_corpus() -> None:
    assert len(CORPUS) > 80 and len(TRIED) > 20
