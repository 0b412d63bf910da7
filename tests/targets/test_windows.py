"""The structure of executables for Windows, read with another reader of the format: those for AArch64 are not run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.cross.machines import load_lief, require_linking
from tests.targets.corpus import EVERYTHING, object_of

from beskid.aot.request import OutputKind
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import TARGETS, Target
from beskid.driver.linking import link

WINDOWS = [target for target in TARGETS.values() if target.format is FileFormat.COFF]
MACHINES = {"x86_64": "AMD64", "aarch64": "ARM64"}


@pytest.mark.parametrize("target", WINDOWS, ids=[target.name for target in WINDOWS])
def test_an_executable_has_the_parts_that_the_system_asks_for(target: Target, tmp_path: Path) -> None:
    require_linking(target)
    lief = load_lief()
    image = object_of(EVERYTHING.read_text(encoding="utf-8"), target.triple)
    path = tmp_path / "program.exe"
    link(image, OutputKind.EXECUTABLE, path, target.triple, dict(os.environ))
    file = lief.PE.parse(str(path))
    assert file.header.machine.name == MACHINES[target.machine]
    assert file.optional_header.subsystem.name == "WINDOWS_CUI"
    assert {"DYNAMIC_BASE", "NX_COMPAT", "HIGH_ENTROPY_VA"} <= {
        flag.name for flag in file.optional_header.dll_characteristics_lists
    }
    assert file.optional_header.addressof_entrypoint
    libraries = {entry.name.lower() for entry in file.imports}
    assert {name for name in libraries if not name.startswith("api-ms-win-crt-")} == {"kernel32.dll"}
    sections = {section.name: bytes(section.content) for section in file.sections}
    assert b"BESKID-RUNTIME-ABI version=2 " in sections[".bskdrt"]
    assert f"\ntarget={target.triple}\n".encode() in sections[".beskid"]
    assert sections[".bskdsit"]
    assert not file.has_exports
    assert {section.name for section in file.sections} >= {".text", ".rdata", ".data", ".pdata"}
