"""Linked files of every target are judged rightly, and are what another reader of their format says they are."""

from __future__ import annotations

import pytest
from tests.cross.machines import load_lief
from tests.targets.linked import EXPORT, LINKABLE, linked

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL
from beskid.abi.symbols import private_export
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.fileformats import inspect
from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind
from beskid.driver.abi_verify import verify_image

TRIPLES = [target.triple for target in LINKABLE]
WITH_LIBRARIES = [triple for triple in TRIPLES if CONVENTIONS[triple].format is not FileFormat.WASM]
OTHER_MACHINES = {
    FileFormat.ELF: (18, 40),
    FileFormat.MACHO: (4, 18),
    FileFormat.PE: (0x3C, 0x14C),
}
"""Where each format states its machine, and the number of a machine that is not a target's; an image of Windows
states the place of its header there."""


def read(image: bytes) -> BinaryFile:
    found = inspect(image)
    assert isinstance(found, BinaryFile), found
    return found


@pytest.mark.parametrize("triple", TRIPLES)
def test_an_executable_is_judged(triple: str) -> None:
    verdict = verify_image("program", linked(triple))
    assert (verdict.kind, verdict.problems) == ("executable", [])
    assert verdict.facts["target"] == triple
    assert verdict.facts["runtime level"] == BESKID_RUNTIME_ABI_LEVEL


def test_a_static_executable_at_any_address_is_an_executable() -> None:
    """It names no loader and has the ELF type of a shared library."""
    image = linked("x86_64-unknown-linux-musl", is_static_pie=True)
    assert image[16] == 3
    verdict = verify_image("program", image)
    assert (verdict.kind, verdict.problems) == ("executable", [])


@pytest.mark.parametrize("triple", WITH_LIBRARIES)
def test_a_shared_library_is_judged(triple: str) -> None:
    verdict = verify_image("library", linked(triple, is_library=True))
    assert (verdict.kind, verdict.problems) == ("shared library", [])


@pytest.mark.parametrize("triple", TRIPLES)
def test_another_runtime_inside_is_named(triple: str) -> None:
    statement = f"version=2 level={BESKID_RUNTIME_ABI_LEVEL} draft=".encode()
    image = linked(triple)
    assert statement in image
    older = verify_image("program", image.replace(statement, statement.replace(b"level=9", b"level=1")))
    assert any("but the runtime inside it has 1" in problem for problem in older.problems)
    without = verify_image("program", image.replace(b"BESKID-RUNTIME-ABI", b"ANOTHER-RUNTIME-AB"))
    assert "contains no runtime that states its ABI version" in without.problems


@pytest.mark.parametrize("triple", WITH_LIBRARIES)
def test_code_for_another_machine_is_named(triple: str) -> None:
    image = bytearray(linked(triple))
    format = read(bytes(image)).format
    place, number = OTHER_MACHINES[format]
    if format is FileFormat.PE:
        place = int.from_bytes(image[place : place + 4], "little") + 4
    image[place : place + 2] = number.to_bytes(2, "little")
    problems = verify_image("program", bytes(image)).problems
    assert any(f"states the target {triple}, but its code is for " in problem for problem in problems)


def test_a_module_with_a_smaller_memory_is_named() -> None:
    triple = "wasm64-unknown-wasi"
    image = bytearray(linked(triple))
    # The memory section has one memory; its flags say that addresses have 64 bits.
    place = image.index(b"\x05", 8)
    while image[place + 2 : place + 4] != b"\x01\x04":
        place = image.index(b"\x05", place + 1)
    image[place + 3] = 0
    problems = verify_image("program", bytes(image)).problems
    assert f"states the target {triple}, but its code is for wasm32" in problems


@pytest.mark.parametrize("triple", TRIPLES)
def test_a_linked_file_that_ends_early_is_an_error(triple: str) -> None:
    image = linked(triple)
    for size in range(0, len(image), max(1, len(image) // 100)):
        assert verify_image("program", image[:size]).problems


# Another reader ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_library", [False, True])
@pytest.mark.parametrize("triple", [triple for triple in WITH_LIBRARIES if "macosx" in triple])
def test_macos_files_are_what_lief_reads(triple: str, is_library: bool) -> None:
    image = linked(triple, is_library)
    ours, theirs = read(image), load_lief().MachO.parse(list(image)).at(0)
    kinds = {FileKind.EXECUTABLE: "EXECUTE", FileKind.SHARED: "DYLIB"}
    assert theirs.header.file_type.name == kinds[ours.kind]
    assert theirs.header.cpu_type.name == {"x86_64": "X86_64", "aarch64": "ARM64"}[ours.machine]
    assert [section.name for section in theirs.sections] == list(ours.sections)
    assert {"__beskid", "__beskid_rt", "__beskid_sites"} <= set(ours.sections)
    assert {symbol.name.removeprefix("_") for symbol in theirs.exported_symbols} == ours.defined
    assert list(theirs.build_version.minos)[:2] == [11, 0]
    assert theirs.has_main_command is not is_library
    assert theirs.has_code_signature is (ours.machine == "aarch64")
    if is_library:
        assert private_export(EXPORT) in ours.defined


@pytest.mark.parametrize("is_library", [False, True])
@pytest.mark.parametrize("triple", [triple for triple in WITH_LIBRARIES if "windows" in triple])
def test_windows_files_are_what_lief_reads(triple: str, is_library: bool) -> None:
    image = linked(triple, is_library)
    ours, theirs = read(image), load_lief().PE.parse(list(image))
    assert theirs.header.machine.name == {"x86_64": "AMD64", "aarch64": "ARM64"}[ours.machine]
    assert [section.name for section in theirs.sections] == list(ours.sections)
    assert {".beskid", ".bskdrt", ".bskdsit"} <= set(ours.sections)
    exported = {entry.name for entry in theirs.get_export().entries} if theirs.has_exports else set()
    assert exported == ours.defined == ({EXPORT} if is_library else set())
    imported = {entry.name for library in theirs.imports for entry in library.entries}
    assert imported == ours.undefined
