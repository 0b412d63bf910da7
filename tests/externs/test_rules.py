"""The rules of foreign functions by their names: EXT, S1 and S3 rows of the conformance page."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest
from tests.externs.libraries import compile_library

from beskid.abi.generated.tables import (
    INTEROP_ENVELOPE_PAYLOAD_OFFSET,
    INTEROP_ENVELOPE_TAG_OFFSET,
    INTEROP_TAG_RELEASE_MEMORY,
    INTEROP_TAG_TEXT_AT,
)
from beskid.codegen.artifact import CodegenArtifact, make_artifact
from beskid.codegen.emit import EmitOptions, emit_assembly, emit_llvm, emit_object
from beskid.codegen.errors import ExternDeclarationError
from beskid.codegen.extern_rows import ExternRow
from beskid.codegen.externs import declare_validated_extern_imports
from beskid.codegen.host import host_triple
from beskid.codegen.target import TARGETS
from beskid.driver import execute
from beskid.driver.failure import DriverError
from beskid.driver.foreign.policy import LinkOptions, make_plan
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine import externs
from beskid.engine.errors import JitError
from beskid.engine.externs import ForeignLibraries
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import installed_library, load_runtime
from beskid.ir.model import ExternImport, IRType, Signature
from beskid.ir.read import read_module
from beskid.lower.pipeline import run_passes

ROOT = Path(__file__).resolve().parents[2]


def session_of(folder: Path, text: str) -> Session:
    (folder / "program.bd").write_text(text, encoding="utf-8")
    resolved = resolve_input(folder / "program.bd", None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    return Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})


def artifact_of(folder: Path, text: str) -> CodegenArtifact:
    artifact = session_of(folder, text).artifact()
    assert artifact is not None
    return artifact


CALLS = '[Extern(Abi: "C", Library: "libc.so.6")] contract C { i32 abs(i32 x); i32 getpid(); }\n'


def test_s1_rec_the_front_end_records_abi_and_library(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path, CALLS + "unit main() { C.abs(1); }")
    rows = [(row.symbol, row.library) for row in artifact.extern_imports]
    assert rows == [("abs", "libc.so.6"), ("getpid", "libc.so.6")]


def test_s3_pre_high_level_types_never_reach_lowering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("lowering was entered")

    monkeypatch.setattr("beskid.lower.program.lower_program", never)
    session = session_of(
        tmp_path, '[Extern(Abi: "C", Library: "c")] contract C { i32 puts(string s); }\nunit main() { C.puts("a"); }'
    )
    assert session.lowered() is None
    assert [diagnostic.code for diagnostic in session.diagnostics] == ["E1522"]


@pytest.mark.parametrize(
    ("symbol", "signature", "reason"),
    [
        ("alloc", Signature((), ()), "the name belongs to the runtime"),
        ("two words", Signature((), ()), "not a C identifier"),
        ("f", Signature((IRType.REF,), ()), "parameter type ref"),
        ("f", Signature((), (IRType.REF,)), "return type ref"),
        ("f", Signature((), (IRType.I64, IRType.I64)), "return type"),
    ],
)
def test_s1_decl_bad_rows_are_refused_when_never_called(symbol: str, signature: Signature, reason: str) -> None:
    with pytest.raises(ExternDeclarationError.InvalidSignature, match=reason):
        declare_validated_extern_imports([ExternImport(symbol, "c", signature)])
    if len(signature.results) < 2:
        text = read_module('module "m"\n')
        text.externs[symbol] = ExternImport(symbol, "c", signature)
        run_passes(text)
        with pytest.raises(ExternDeclarationError.InvalidSignature):
            make_artifact(text)


@pytest.mark.parametrize("machine", ["i8", "i32", "i64", "ptr", "double"])
def test_ext_002_machine_words_of_the_legacy_path(machine: str) -> None:
    make_plan([ExternRow("f", "/x/libq.so", f"({machine}){machine}")], LinkOptions(dlopen=True), {})


@pytest.mark.parametrize("machine", ["i1", "i16", "i128", "float", "<4 x i32>", "{ i32 }"])
def test_ext_002_other_types_are_refused_there(machine: str) -> None:
    for signature in (f"({machine})void", f"(i64,{machine})void", f"(){machine}"):
        with pytest.raises(DriverError) as caught:
            make_plan([ExternRow("f", "/x/libq.so", signature)], LinkOptions(dlopen=True), {})
        assert caught.value.code == "E1524"


def test_the_legacy_path_is_refused_on_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.uname_result(("Darwin", "host", "1", "1", "arm64"))
    monkeypatch.setattr(os, "uname", lambda: other)
    refusal = "not supported on aarch64-unknown-darwin-gnu, only on x86_64-unknown-linux"
    with pytest.raises(DriverError, match=refusal) as caught:
        make_plan([ExternRow("f", "q", "()i32")], LinkOptions(dlopen=True), {})
    assert "q:f" in caught.value.message
    assert "--link q" in caught.value.help


def test_ext_003_flags_and_the_words_of_the_loader() -> None:
    asked: list[tuple[str, int]] = []

    def opener(name: str, flags: int) -> ctypes.CDLL:
        asked.append((name, flags))
        return ctypes.CDLL(name, flags)

    libraries = ForeignLibraries(opener)
    libraries.resolve([("c", "abs")], {})
    assert asked == [("libc.so.6", os.RTLD_NOW | os.RTLD_LOCAL)]
    with pytest.raises(JitError.ExternUnresolved) as caught:
        libraries.resolve([("q", "f"), ("c", "no_such")], {"q": "/no/libq.so"})
    with pytest.raises(OSError, match=r"/no/libq\.so") as expected:
        ctypes.CDLL("/no/libq.so")
    assert [pair[:2] for pair in caught.value.pairs] == [("q", "f"), ("c", "no_such")]
    assert caught.value.pairs[0][2] == str(expected.value)
    assert caught.value.pairs[1][2] == "libc.so.6: undefined symbol: no_such"


def test_ext_004_two_programs_in_one_process_open_a_library_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = compile_library(tmp_path, "counted", "int f(int x) { return x; } int g(int x) { return x; }")
    opened: list[str] = []

    def opener(name: str, flags: int) -> ctypes.CDLL:
        opened.append(name)
        return ctypes.CDLL(name, flags)

    monkeypatch.setattr(externs, "PROCESS_LIBRARIES", ForeignLibraries(opener))
    found: list[dict[str, int]] = []
    for symbol in ("f", "g"):
        text = (
            f'[Extern(Abi: "C", Library: "{library}")] contract C {{ i32 {symbol}(i32 x); }}\n'
            f"unit main() {{ C.{symbol}(1); }}"
        )
        image = session_of(tmp_path, text).object_bytes()
        assert image is not None
        found.append(execute.foreign_addresses(image, LinkOptions(dlopen=True), {}))
        found.append(execute.foreign_addresses(image, LinkOptions(dlopen=True), {}))
    assert opened == [str(library)]
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert set(found[0]) == {"f"}
    assert set(found[2]) == {"g"}


class _Envelope(ctypes.Structure):
    _fields_ = (
        ("descriptor", ctypes.c_void_p),
        ("tag", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("payload", ctypes.c_void_p),
    )


class _Text(ctypes.Structure):
    _fields_ = (("bytes", ctypes.c_void_p), ("length", ctypes.c_uint64))


def test_ext_005_the_envelope_has_its_documented_layout() -> None:
    assert _Envelope.tag.offset == INTEROP_ENVELOPE_TAG_OFFSET == 8
    assert _Envelope.payload.offset == INTEROP_ENVELOPE_PAYLOAD_OFFSET == 16
    library = ctypes.CDLL(installed_library(host_triple()))
    library.interop_dispatch_usize.restype = ctypes.c_int64
    library.interop_dispatch_ptr.restype = ctypes.POINTER(_Text)
    hello = ctypes.create_string_buffer(b"hello")
    text = _Text(ctypes.addressof(hello), 5)
    envelope = _Envelope(None, 0, 0, ctypes.addressof(text))
    assert library.interop_dispatch_usize(ctypes.byref(envelope)) == 5
    # Of the tag four bytes count: what stands beside it may be anything.
    held = ctypes.create_string_buffer(b"from C")
    envelope = _Envelope(None, INTEROP_TAG_TEXT_AT, -1, ctypes.addressof(held))
    copy = library.interop_dispatch_ptr(ctypes.byref(envelope)).contents
    held.value = b"change"
    assert ctypes.string_at(copy.bytes, copy.length) == b"from C"
    library.strdup.restype = ctypes.c_void_p
    envelope = _Envelope(None, INTEROP_TAG_RELEASE_MEMORY, 0, library.strdup(b"made by C"))
    library.interop_dispatch_unit(ctypes.byref(envelope))


def test_ext_006_users_never_read_internal_names() -> None:
    # The page of the contract is for those who write runtimes; it lists the names of both sides.
    pages = {*ROOT.glob("docs/**/*.md"), ROOT / "README.md"} - {ROOT / "docs" / "reference" / "abi.md"}
    assert len(pages) > 20
    guilty = [page for page in pages if "__interop_" in page.read_text(encoding="utf-8")]
    assert guilty == []


def test_s1_new_a_plain_module_knows_runtime_functions_only(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path, CALLS + "unit main() { C.getpid(); }")
    module = BeskidJitModule(load_runtime(installed_library(host_triple())))
    with pytest.raises(JitError.MissingFunction, match="getpid"):
        module.load(emit_object(artifact, EmitOptions(host_triple())))


def test_s1_addr_extras_are_the_addresses(tmp_path: Path) -> None:
    image = emit_object(artifact_of(tmp_path, CALLS + "i32 main() { return C.abs(-7); }"), EmitOptions(host_triple()))
    called: list[int] = []

    def ours(value: int) -> int:
        called.append(value)
        return 9

    callback = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int32)(ours)
    from beskid.engine.session import run_program

    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address is not None
    runtime = load_runtime(installed_library(host_triple()))
    assert run_program(image, runtime, [], extras={"abs": address}) == 9
    assert called == [-7]


def test_s3_sysc_no_system_call_is_in_generated_code(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path, CALLS + "unit main() { C.getpid(); }")
    options = EmitOptions("x86_64-unknown-linux-gnu")
    # Before any assembly is written: LLVM ends the process when it meets some that it cannot read.
    assert " asm " not in emit_llvm(artifact, options)
    words = {line.split()[0] for line in emit_assembly(artifact, options).splitlines() if line.split()}
    assert not words & {"syscall", "sysenter", "int"}


def test_s3_kinds_narrow_values_say_how_they_fill_a_register(tmp_path: Path) -> None:
    artifact = artifact_of(
        tmp_path,
        '[Extern(Abi: "C", Library: "x")] contract C { i8 a(u8 x, i16 y, bool z, u32 w, f32 v); u16 b(); }\n'
        "unit main() { C.a(1, 2, true, 4, 1.0); C.b(); }",
    )
    text = emit_llvm(artifact, EmitOptions())
    assert "declare i8 @a(i8 zeroext, i16 signext, i8 zeroext, i32, float) nounwind" in text
    assert "declare i16 @b() nounwind" in text


@pytest.mark.parametrize("triple", TARGETS)
def test_s3_kinds_numbers_fill_a_register_as_the_target_wants(triple: str, tmp_path: Path) -> None:
    """RISC-V passes every 32-bit number sign-extended, an unsigned one too; the others extend up to 16 bits."""
    artifact = artifact_of(
        tmp_path,
        '[Extern(Abi: "C", Library: "x")]\n'
        "contract C { i8 a(u8 x, i16 y, bool z, u32 w, i32 v, f32 r, i64 l, u64 m); }\n"
        "[Export] pub u32 shown(i64 n) { return n as u32; }\n"
        "[Export] pub u16 small(i64 n) { return n as u16; }\n"
        "unit main() { C.a(1, 2, true, 4, 5, 1.0, 7, 8); }",
    )
    text = emit_llvm(artifact, EmitOptions(triple))
    wide = " signext" if triple.startswith("riscv64") else ""
    kinds = f"i8 zeroext, i16 signext, i8 zeroext, i32{wide}, i32{wide}, float, i64, i64"
    assert f"declare i8 @a({kinds}) nounwind" in text
    (call,) = [line for line in text.splitlines() if " @a(" in line and "call" in line]
    passed = call[call.index(" @a(") + 4 : call.index(")", call.index(" @a("))]
    assert [each.rpartition(" ")[0] for each in passed.split(", ")] == kinds.split(", ")
    assert f"define{wide} i32 @beskid.export.shown(" in text
    assert "define zeroext i16 @beskid.export.small(" in text


def test_s3_kinds_narrow_results_for_c_too(tmp_path: Path) -> None:
    artifact = artifact_of(
        tmp_path,
        '[Extern(Abi: "C", Library: "x")] contract C { i32 a(i8(i64) f); i32 b(u16(i64) f); i32 c(bool(i64) f); }\n'
        "[Export] pub i16 shown(i64 n) { return n as i16; }\n"
        "[Export] pub u8 small(i64 n) { return n as u8; }\n"
        "i8 first(i64 n) { return n as i8; }\n"
        "u16 second(i64 n) { return n as u16; }\n"
        "unit main() { C.a(first); C.b(second); C.c(n => n > 0); }",
    )
    text = emit_llvm(artifact, EmitOptions())
    for head in ("signext i16 @beskid.export.shown(i64", "zeroext i8 @beskid.export.small(i64"):
        assert f"define {head}" in text
    for head in (
        "signext i8 @_B3app5firstC(",
        "zeroext i16 @_B3app6secondC(",
        "zeroext i8 @_B3app4mainL0C(",
    ):
        assert f"define hidden {head}" in text
