"""Boundary: the runtime alone owns the platform. Nothing up to code generation knows it, no object works around it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import ROOT, TRIPLE, artifact

from beskid.abi import BUILTIN_SPECS, RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS, AbiParamKind, AbiReturnKind
from beskid.codegen.emit import EmitOptions, emit_assembly, emit_llvm

PURE = ("source", "syntax", "analysis", "ir", "lower", "codegen", "base", "abi")
FORBIDDEN_IMPORTS = {"os", "ctypes", "subprocess", "socket", "platform", "pathlib", "shutil", "signal"}
EXCEPTIONS = {
    # The interpreter's host for the real world, the generator of files of this repository, and the one place that asks
    # which machine this is. The compiler opens LLVM's library and forks itself.
    "ir/oracle/real_host.py",
    "abi/generate.py",
    "codegen/host.py",
    "codegen/llvm_library.py",
    "codegen/thin_compiler.py",
    "codegen/workers.py",
}
SYSTEM_INSTRUCTION = re.compile(r"^\s*(syscall|sysenter|sysexit|int\s+\$?0x80|svc|ecall|hvc)\b", re.MULTILINE)

BACKENDS = ("engine", "aot")

SYSTEM_FUNCTIONS = {
    "write", "read", "open", "close", "socket", "fork", "execve", "mmap", "malloc", "free", "printf", "puts", "fopen",
    "system", "exit", "abort", "kill", "signal", "pthread_create", "dlopen", "dlsym", "getenv",
}  # fmt: skip
"""Functions of libc by which a program would reach the operating system."""

CALLS_OF_THE_BACKENDS = {"os.write", "os.read", "os.fork", "os.kill", "os.open", "os.pipe", "os.system"}


def modules(*layers: str) -> list[Path]:
    return [path for layer in layers for path in sorted((ROOT / "src" / "beskid" / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The top names of what a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("layer", PURE)
def test_no_layer_up_to_code_generation_touches_the_system(layer: str) -> None:
    guilty = {
        path.relative_to(ROOT / "src" / "beskid").as_posix(): sorted(imported(path) & FORBIDDEN_IMPORTS)
        for path in modules(layer)
        if imported(path) & FORBIDDEN_IMPORTS
    }
    assert set(guilty) == {name for name in EXCEPTIONS if name.startswith(f"{layer}/")}, guilty
    table = (ROOT / "docs" / "internals" / "index.md").read_text(encoding="utf-8")
    assert not [name for name in guilty if f"`{name}`" not in table]


def test_the_back_ends_do_no_input_or_output_for_programs() -> None:
    guilty = []
    for path in modules(*BACKENDS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS_OF_THE_BACKENDS:
                guilty.append(f"{path.name}: {ast.unparse(node)}")
    assert not guilty


def test_no_support_function_reaches_the_operating_system() -> None:
    assert not set(SUPPORT_SYMBOLS) & SYSTEM_FUNCTIONS
    assert not set(SUPPORT_SYMBOLS) & set(RUNTIME_EXPORT_SYMBOLS)


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_generated_text_declares_listed_names_only(name: str) -> None:
    text = emit_llvm(artifact(RUNNABLE[name].text), EmitOptions(TRIPLE))
    declared = re.findall(r"^declare [^@]*@([\w.]+)\(", text, re.MULTILINE)
    strangers = {symbol for symbol in declared if not symbol.startswith("llvm.")}
    assert strangers <= {*RUNTIME_EXPORT_SYMBOLS, *SUPPORT_SYMBOLS}


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_generated_code_holds_no_system_instruction(name: str) -> None:
    made = artifact(RUNNABLE[name].text)
    text = emit_llvm(made, EmitOptions(TRIPLE))
    assert "module asm" not in text
    assert not re.search(r"call [^\n]*\basm\b", text)
    for triple in (TRIPLE, "aarch64-unknown-linux-gnu"):
        assert not SYSTEM_INSTRUCTION.search(emit_assembly(made, EmitOptions(triple)))


def test_the_pattern_finds_system_instructions() -> None:
    for line in ("\tsyscall", "  svc #0", "\tint $0x80", "\tecall"):
        assert SYSTEM_INSTRUCTION.search(f"f:\n{line}\n")


# One source of signatures -----------------------------------------------------------------------------------------

SIGNATURE_TEXT = re.compile(
    r"(?:declare\s[^@\n]*@|\b(?:void|int64_t|uint64_t|uint32_t|double)\s+\*?)"
    rf"(?:{'|'.join(sorted(RUNTIME_EXPORT_SYMBOLS, key=len, reverse=True))})\s*\("
)
CTYPES_WORDS = ("argtypes", "restype", "CFUNCTYPE")


def test_no_signature_of_a_builtin_is_written_outside_the_contract() -> None:
    guilty = []
    for path in (ROOT / "src" / "beskid").rglob("*.py"):
        if path.parent.name == "generated":
            continue
        for match in SIGNATURE_TEXT.finditer(path.read_text(encoding="utf-8")):
            guilty.append(f"{path.relative_to(ROOT)}: {match[0]}")
    assert not guilty


def test_the_engine_makes_foreign_calls_of_the_runtime_in_one_place() -> None:
    found = [
        path.name
        for path in modules("engine", "aot", "driver", "cli", "codegen")
        if any(word in path.read_text(encoding="utf-8") for word in CTYPES_WORDS)
    ]
    # The others bind LLVM's own functions, and those of the libraries that serve a debugger and the profiler.
    assert sorted(found) == ["gdb.py", "profiler.py", "runtime_library.py", "thin.py", "thin_compiler.py"]
    binding = (ROOT / "src" / "beskid" / "engine" / "thin.py").read_text(encoding="utf-8")
    assert not [symbol for symbol in RUNTIME_EXPORT_SYMBOLS if re.search(rf"\b{symbol}\b", binding)]


def test_the_runtime_includes_the_generated_header_and_declares_no_listed_function_itself() -> None:
    guilty = []
    pattern = re.compile(rf"^\s*extern\s[^;{{]*\b(?:{'|'.join(RUNTIME_EXPORT_SYMBOLS)})\s*\(", re.MULTILINE)
    for path in sorted((ROOT / "runtime" / "src").rglob("*.[ch]")):
        text = path.read_text(encoding="utf-8")
        guilty += [f"{path.name}: {match[0].strip()}" for match in pattern.finditer(text)]
    assert not guilty


PARAMETERS = {AbiParamKind.PTR: ("ptr", "p"), AbiParamKind.I64: ("i64", "q"), AbiParamKind.F64: ("double", "d")}
RESULTS = {
    AbiReturnKind.VOID: ("void", "v"),
    AbiReturnKind.PTR: ("ptr", "p"),
    AbiReturnKind.I64: ("i64", "q"),
    AbiReturnKind.I32: ("i32", "I"),
    AbiReturnKind.F64: ("double", "d"),
    AbiReturnKind.NEVER: ("void", "v"),
}
"""The type in LLVM and the letter of each kind of the contract."""


def test_every_listed_function_has_one_llvm_declaration_and_one_prototype() -> None:
    from beskid.abi.generated.declarations import LLVM_DECLARATIONS
    from beskid.abi.generated.prototypes import PROTOTYPES

    assert list(LLVM_DECLARATIONS) == list(PROTOTYPES) == list(RUNTIME_EXPORT_SYMBOLS)
    for spec in BUILTIN_SPECS:
        declared, (given, letters) = LLVM_DECLARATIONS[spec.symbol], PROTOTYPES[spec.symbol]
        word, letter = RESULTS[spec.returns]
        # A count is a `Ptr` of the contract that machine code passes as a number.
        forms = [("i64", "Q") if item.form.is_count else PARAMETERS[item.kind] for item in spec.parameters]
        assert f" {word} @{spec.symbol}({', '.join(word for word, _ in forms)}) nounwind" in declared
        assert letters == "".join(letter for _, letter in forms), spec.symbol
        # An address that is the start of a C string has a letter of its own.
        assert given in ((letter, "z") if letter == "p" else (letter,)), spec.symbol
