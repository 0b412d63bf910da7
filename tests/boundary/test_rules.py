"""The boundary between compiler and runtime: one list of names, and no policy of the platform on this side."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import ROOT, TRIPLE, artifact, runtime_folder

from beskid.abi import BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.objectfile import archive_symbols, defined_symbols, undefined_symbols
from beskid.engine.runtime_library import load_runtime

FROZEN = 24
"""The names that version 2 began with, in their order."""

LOWERING = ("ir", "lower", "codegen")
FORBIDDEN_IMPORTS = {"os", "ctypes", "subprocess", "socket", "platform", "pathlib"}


def test_the_list_begins_with_the_frozen_names_and_every_name_has_a_row() -> None:
    assert RUNTIME_EXPORT_SYMBOLS[0] == "beskid_runtime_abi_version"
    assert RUNTIME_EXPORT_SYMBOLS[FROZEN - 1] == "test_bytes_len"
    assert [spec.symbol for spec in BUILTIN_SPECS] == list(RUNTIME_EXPORT_SYMBOLS)
    assert BESKID_RUNTIME_ABI_VERSION == 2


def test_both_forms_of_the_runtime_offer_exactly_the_list() -> None:
    library = (runtime_folder() / "libbeskid_runtime.so").read_bytes()
    archive = (runtime_folder() / "libbeskid_runtime.a").read_bytes()
    runtime = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    assert [symbol for symbol in RUNTIME_EXPORT_SYMBOLS if not runtime.address(symbol)] == []
    assert set(RUNTIME_EXPORT_SYMBOLS) <= defined_symbols(library)
    assert set(RUNTIME_EXPORT_SYMBOLS) <= archive_symbols(archive)


def test_the_start_up_object_uses_listed_names_only() -> None:
    start = (runtime_folder() / "beskid_start.o").read_bytes()
    assert set(undefined_symbols(start)) - {"beskid_program"} <= set(RUNTIME_EXPORT_SYMBOLS)


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_generated_text_declares_listed_names_only(name: str) -> None:
    text = emit_llvm(artifact(RUNNABLE[name].text), EmitOptions(TRIPLE))
    declared = re.findall(r"^declare [^@]*@([\w.]+)\(", text, re.MULTILINE)
    strangers = {symbol for symbol in declared if not symbol.startswith("llvm.")}
    assert strangers <= {*RUNTIME_EXPORT_SYMBOLS, *SUPPORT_SYMBOLS}


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_generated_text_holds_no_machine_instructions(name: str) -> None:
    text = emit_llvm(artifact(RUNNABLE[name].text), EmitOptions(TRIPLE))
    assert "module asm" not in text
    assert not re.search(r"call [^\n]*\basm\b", text)


def sources() -> list[Path]:
    return [path for layer in LOWERING for path in sorted((ROOT / "src" / "beskid" / layer).rglob("*.py"))]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_layer_up_to_code_generation_touches_the_system(path: Path) -> None:
    if path.name == "real_host.py":
        pytest.skip("the interpreter's real host is the one that may")
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.split(".")[0])
    assert not imported & FORBIDDEN_IMPORTS
