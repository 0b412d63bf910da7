"""The steps from artifact to entry happen in the order that the documents prescribe, in both back ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.boundary.programs import CLOSURES, EXTERN, HELLO, RETURN_42, TREES
from tests.boundary.toolbox import TRIPLE, artifact, compile_text, runtime_folder

import beskid
from beskid.abi import RUNTIME_EXPORT_SYMBOLS
from beskid.aot.build import build
from beskid.aot.request import BuildRequest, OutputKind
from beskid.codegen.emit import EmitOptions, emit_llvm, emit_object
from beskid.codegen.objectfile import undefined_symbols
from beskid.codegen.trace import (
    BIND,
    CONSTRUCT,
    DECLARE_BUILTINS,
    DECLARE_EXTERNS,
    DECLARE_FUNCTIONS,
    DEFINE,
    DESCRIPTORS,
    ENTRY,
    FINALISE,
    LINK,
    LITERALS,
    RECORD,
    VERSION_CHECK,
    Trace,
)
from beskid.engine.errors import JitError
from beskid.engine.externs import resolve_externs
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import RuntimeLibrary, load_runtime
from beskid.engine.session import enter, run_program

OPTIONS = EmitOptions(TRIPLE)

EMISSION = [DECLARE_BUILTINS, DECLARE_FUNCTIONS, DECLARE_EXTERNS, LITERALS, DESCRIPTORS, DEFINE]
"""Declare user functions and validated externs, emit string literals and descriptors, then define."""


@pytest.fixture
def runtime() -> RuntimeLibrary:
    return load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))


def test_the_engine_follows_the_prescribed_order(runtime: RuntimeLibrary) -> None:
    trace = Trace()
    module = BeskidJitModule(runtime, trace=trace)
    program = module.compile(artifact(RETURN_42.text), OPTIONS)
    assert enter(module, program, []) == 42
    assert trace.order() == [
        CONSTRUCT,
        DECLARE_BUILTINS,
        DECLARE_EXTERNS,
        *EMISSION,
        BIND,
        FINALISE,
        VERSION_CHECK,
        ENTRY,
    ]


def test_builtins_are_declared_once_and_each_is_the_runtimes_own(runtime: RuntimeLibrary) -> None:
    trace = Trace()
    module = BeskidJitModule(runtime, trace=trace)
    module.load(compile_text(RETURN_42.text))
    module.load(compile_text(TREES.text))
    assert trace.names_of(DECLARE_BUILTINS) == [RUNTIME_EXPORT_SYMBOLS]
    bound = module.bind(compile_text(TREES.text))
    assert bound == {symbol: runtime.address(symbol) for symbol in bound}
    assert bound


def test_externs_are_validated_before_anything_is_loaded(runtime: RuntimeLibrary) -> None:
    made = artifact(EXTERN.text)
    trace = Trace()
    addresses = resolve_externs(made.extern_imports, {})
    module = BeskidJitModule(runtime, trace=trace)
    module.declare_validated_extern_imports(made.extern_imports, addresses)
    program = module.load(emit_object(made, OPTIONS))
    assert enter(module, program, []) == EXTERN.status
    steps = [CONSTRUCT, DECLARE_BUILTINS, DECLARE_EXTERNS, BIND, FINALISE, VERSION_CHECK, ENTRY]
    assert trace.order() == steps
    assert trace.names_of(DECLARE_EXTERNS) == [("abs", "cbrt", "write")]


def test_a_start_from_an_object_takes_the_steps_of_an_artifact(runtime: RuntimeLibrary) -> None:
    """Cold and warm runs, tests and hosts have an object; its note names the foreign functions that are validated."""
    made = artifact(EXTERN.text)
    addresses = resolve_externs(made.extern_imports, {})
    from_object, from_artifact = Trace(), Trace()
    assert run_program(emit_object(made, OPTIONS), runtime, [], extras=addresses, trace=from_object) == EXTERN.status
    module = BeskidJitModule(runtime, addresses, trace=from_artifact)
    assert enter(module, module.compile(made, OPTIONS), []) == EXTERN.status
    steps = [CONSTRUCT, DECLARE_BUILTINS, DECLARE_EXTERNS, BIND, FINALISE, VERSION_CHECK, ENTRY]
    assert from_object.order() == steps
    assert from_artifact.order() == [*steps[:3], *EMISSION, *steps[3:]]
    assert from_object.names_of(DECLARE_EXTERNS) == [("abs", "cbrt", "write")]


def test_only_the_module_of_the_engine_loads_objects() -> None:
    source = Path(beskid.__file__).parent
    callers = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"loader\.load\(|LLVMPY_LLJIT_Link\(", path.read_text(encoding="utf-8"))
    ]
    # `placing.py` passes on what the module loads, and the code of `inside.py` is of no program.
    assert sorted(callers) == ["engine/inside.py", "engine/jit_module.py", "engine/placing.py", "engine/thin.py"]


@pytest.mark.parametrize("row", [b"extern=abs@c(i32)i33", b"extern=a-s@c(i32)i32", b"extern=abs@ (i32)i32"])
def test_the_engine_validates_the_externs_of_an_object(row: bytes, runtime: RuntimeLibrary) -> None:
    image = compile_text(EXTERN.text).replace(b"extern=abs@c(i32)i32", row)
    trace = Trace()
    with pytest.raises(JitError, match=r"cannot be loaded|not allowed"):
        run_program(image, runtime, [], extras={"abs": 1, "write": 1}, trace=trace)
    assert trace.order() == [CONSTRUCT, DECLARE_BUILTINS]


def test_the_extras_table_is_optional_and_never_replaces_a_builtin(runtime: RuntimeLibrary) -> None:
    wild = {"alloc": 1, "stdout_write": 1, "panic": 1}
    trace = Trace()
    module = BeskidJitModule(runtime, wild, trace=trace)
    module.declare_builtin_imports()
    assert trace.names_of(CONSTRUCT) == [("alloc", "stdout_write", "panic")]
    assert module.bind(compile_text(HELLO.text))["stdout_write"] == runtime.address("stdout_write")
    assert run_program(compile_text(RETURN_42.text), runtime, [], extras=wild) == 42


def test_nothing_is_finalised_when_a_name_is_missing(runtime: RuntimeLibrary) -> None:
    trace = Trace()
    with pytest.raises(JitError.MissingFunction) as caught:
        BeskidJitModule(runtime, trace=trace).load(compile_text(EXTERN.text))
    assert caught.value.names == ["abs", "write"]
    assert trace.order() == [CONSTRUCT, DECLARE_BUILTINS, DECLARE_EXTERNS]


def test_nothing_is_entered_when_the_version_differs(runtime: RuntimeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = Trace()
    module = BeskidJitModule(runtime, trace=trace)
    program = module.load(compile_text(RETURN_42.text))
    monkeypatch.setattr("beskid.engine.runtime_library.BESKID_RUNTIME_ABI_VERSION", 3)
    with pytest.raises(JitError.VersionMismatch):
        enter(module, program, [])
    assert trace.order()[-1] == FINALISE


@pytest.mark.parametrize("kind", [OutputKind.EXECUTABLE, OutputKind.STATIC, OutputKind.SHARED])
def test_the_builder_follows_the_prescribed_order(kind: OutputKind, tmp_path: Path) -> None:
    trace = Trace()
    image = emit_object(artifact(TREES.text), OPTIONS, trace)
    request = BuildRequest(image, kind, str(tmp_path / "out"), TRIPLE, runtime_folder=str(runtime_folder()))
    build(request, trace)
    assert trace.order() == [*EMISSION, VERSION_CHECK, BIND, LINK, RECORD]
    assert trace.names_of(BIND) == [tuple(undefined_symbols(image))]


@pytest.mark.parametrize("text", [TREES.text, CLOSURES.text, EXTERN.text])
def test_the_trace_lists_the_contents_of_the_module(text: str) -> None:
    made = artifact(text)
    trace = Trace()
    lines = emit_llvm(made, OPTIONS, trace).splitlines()
    assert trace.order() == EMISSION
    declared = [line for line in lines if line.startswith("declare")]
    defined = [line for line in lines if line.startswith("define")]
    for name in trace.names_of(DECLARE_BUILTINS)[0]:
        assert sum(f"@{name}(" in line for line in declared) == 1
    for name in trace.names_of(DEFINE)[0]:
        assert any(f"{name}(" in line for line in defined)
    for name in trace.names_of(LITERALS)[0]:
        assert sum(line.startswith(f"{name} = ") for line in lines) == 1
    last_descriptor = max([index for index, line in enumerate(lines) if "@__beskid_type_desc_" in line[:22]], default=0)
    last_literal = max([index for index, line in enumerate(lines) if line.startswith("@.text.")], default=0)
    assert last_literal <= last_descriptor or not last_descriptor
    assert max(last_literal, last_descriptor) < lines.index(defined[0])
