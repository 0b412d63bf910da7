"""An object that no compiler of ours wrote is refused before LLVM links it.

The linker of LLVM ends the process by an assertion or a signal for damaged objects; a weak name was bound from the host
process, or was a jump to address 0; rows of the note were not compared with the symbols.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.programs import EXTERN, HELLO, RUNNABLE
from tests.boundary.toolbox import TRIPLE, artifact, compile_text, runtime_folder

from beskid.abi.symbols import ENTRY_SYMBOL, PROGRAM_SYMBOL
from beskid.aot.build import build
from beskid.aot.errors import AotError
from beskid.aot.request import BuildRequest, OutputKind
from beskid.codegen.elf import MACHINE_NAMES
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.object_check import check_object
from beskid.codegen.objectfile import ObjectFileError, Section, note_fields, sections
from beskid.driver.abi_verify import verify_image
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import load_runtime

PROGBITS, SYMTAB, RELA = 1, 2, 4


def place_of(image: bytes, wanted: Callable[[Section], bool]) -> tuple[int, Section]:
    """The place of a section's row, and the row."""
    (table,) = struct.unpack_from("<Q", image, 0x28)
    return next((table + 64 * index, row) for index, row in enumerate(sections(image)) if wanted(row))


def with_number(image: bytes, at: int, form: str, change: Callable[[int], int]) -> bytes:
    data = bytearray(image)
    (old,) = struct.unpack_from(form, data, at)
    struct.pack_into(form, data, at, change(old))
    return bytes(data)


def symbol_at(image: bytes, name: str) -> int:
    """The place of a symbol's row."""
    _, table = place_of(image, lambda row: row.kind == SYMTAB)
    strings = sections(image)[table.link]
    for at in range(table.offset, table.offset + table.size, 24):
        (position,) = struct.unpack_from("<I", image, at)
        start = strings.offset + position
        if image[start : image.index(0, start)] == name.encode():
            return at
    raise AssertionError(name)


def row(image: bytes, name: str, field: int, form: str, change: Callable[[int], int]) -> bytes:
    at, _ = place_of(image, lambda held: held.name == name)
    return with_number(image, at + field, form, change)


def weak(image: bytes, name: str) -> bytes:
    return with_number(image, symbol_at(image, name) + 4, "<B", lambda info: 2 << 4 | info & 15)


FLAGS, ADDRESS, SIZE, LINK, INFO, ALIGNMENT = 8, 16, 32, 40, 44, 48
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "alignment": (lambda o: row(o, ".text", ALIGNMENT, "<Q", lambda _: 3), "`.text` is aligned to 3 bytes"),
    "no alignment": (lambda o: row(o, ".text", ALIGNMENT, "<Q", lambda _: 0), "`.text` is aligned to 0 bytes"),
    "address": (lambda o: row(o, ".text", ADDRESS, "<Q", lambda _: 8), "`.text` has an address"),
    "size": (lambda o: row(o, ".text", SIZE, "<Q", lambda _: 1 << 40), "`.text` is outside of the file"),
    "writable code": (lambda o: row(o, ".text", FLAGS, "<Q", lambda old: old | 1), "`.text` is code and data"),
    "thread data": (lambda o: row(o, ".rodata", FLAGS, "<Q", lambda old: old | 0x400), "has the flags"),
    "init array": (lambda o: row(o, ".rodata", 4, "<I", lambda _: 14), "has the type 14"),
    "other table": (lambda o: row(o, ".rela.text", LINK, "<I", lambda _: 1), "belong to nothing"),
    "other target": (lambda o: row(o, ".rela.text", INFO, "<I", lambda _: 1), "belong to `.strtab`"),
    "a weak function": (lambda o: weak(o, "stdout_write"), "`stdout_write` is weak"),
    "a weak program": (lambda o: weak(o, PROGRAM_SYMBOL), f"`{PROGRAM_SYMBOL}` is weak"),
    "a symbol outside": (
        lambda o: with_number(o, symbol_at(o, ENTRY_SYMBOL) + 8, "<Q", lambda _: 1 << 20), "is outside of its section"
    ),
    "an absolute symbol": (
        lambda o: with_number(o, symbol_at(o, ENTRY_SYMBOL) + 6, "<H", lambda _: 0xFFF1), "is absolute"
    ),
    "a symbol twice": (
        lambda o: with_number(
            o, symbol_at(o, ENTRY_SYMBOL), "<I", lambda _: struct.unpack_from("<I", o, symbol_at(o, PROGRAM_SYMBOL))[0]
        ),
        "defined twice",
    ),
        "a relocation outside": (
        lambda o: with_number(o, place_of(o, lambda r: r.name == ".rela.text")[1].offset, "<Q", lambda _: 1 << 30),
        "are outside of their section",
    ),
    "a relocation of another kind": (
        lambda o: with_number(o, place_of(o, lambda r: r.name == ".rela.text")[1].offset + 8, "<I", lambda _: 18),
        "have the type 18",
    ),
    "a silent call": (
        lambda o: o.replace(b"import=stdout_write(", b"import=stdout_wrote("), "without rows for stdout_write"
    ),
    "two levels": (lambda o: o.replace(b"draft=0x", b"level=0x"), "without one line"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_refused_by_every_reader(name: str, tmp_path: Path) -> None:
    damage, reason = DAMAGES[name]
    whole = compile_text(HELLO.text)
    image = damage(whole)
    assert image != whole
    with pytest.raises(ObjectFileError, match=None) as caught:
        check_object(image, note_fields(image))
    assert reason in str(caught.value)
    with pytest.raises(JitError):
        BeskidJitModule(load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))).load(image)
    with pytest.raises(AotError):
        build(
            BuildRequest(
                image, OutputKind.EXECUTABLE, str(tmp_path / "x"), TRIPLE, runtime_folder=str(runtime_folder())
            )
        )
    assert verify_image("x", image).problems
    assert not list(tmp_path.iterdir())


EXTERN_ROWS = (
    ("extern=abs@c(i32)i33", "return type i33"),
    ("extern=abs@c(i3x)i32", "parameter type i3x"),
    ("extern=abs@c(i3\n)i32", "is malformed"),
    ("extern=abs@ (i32)i32", "has no library"),
    ("extern=a\nb@c(i32)i32", "is malformed"),
    ("extern=a-s@c(i32)i32", "not a C identifier"),
)


@pytest.mark.parametrize(("row_text", "reason"), EXTERN_ROWS)
def test_rows_of_foreign_functions_are_read_strictly(row_text: str, reason: str) -> None:
    whole = compile_text(EXTERN.text)
    image = whole.replace(b"extern=abs@c(i32)i32", row_text.encode())
    assert len(image) == len(whole)
    with pytest.raises(ObjectFileError) as caught:
        check_object(image, note_fields(image))
    assert reason in str(caught.value)


@pytest.mark.parametrize("triple", sorted({f"{machine}-unknown-linux-gnu" for machine in MACHINE_NAMES.values()}))
@pytest.mark.parametrize("level", [0, 2])
def test_objects_of_every_target_are_accepted(triple: str, level: int) -> None:
    for program in RUNNABLE.values():
        image = emit_object(artifact(program.text), EmitOptions(triple, opt_level=level))
        check_object(image, note_fields(image))


def test_a_program_has_a_record(tmp_path: Path) -> None:
    image = compile_text(HELLO.text).replace(b"beskid_program\0", b"beskid_progrum\0")
    with pytest.raises(ObjectFileError, match="without program record"):
        check_object(image, note_fields(image))


def test_objects_of_a_c_compiler_are_refused(tmp_path: Path) -> None:
    """Such as one with a constructor, which would run while it is loaded."""
    source = tmp_path / "c.c"
    source.write_text("__attribute__((constructor)) static void run(void) { __builtin_trap(); }\n")
    limits.run(["cc", "-c", "-O1", str(source), "-o", str(tmp_path / "c.o")], check=True)
    with pytest.raises(ObjectFileError):
        check_object((tmp_path / "c.o").read_bytes(), {})
