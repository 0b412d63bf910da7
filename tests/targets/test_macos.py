"""Executables for macOS cannot be run here, so their structure is checked with another reader of the format."""

from __future__ import annotations

import hashlib
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.cross.machines import check_that_a_linker_is_needed, load_lief, require_linking
from tests.lang.groups import reason_against
from tests.targets.corpus import EVERYTHING, SAMPLE, artifact_of, object_of

from beskid.aot.linker import find_zig
from beskid.aot.request import OutputKind
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.fileformats import read_binary
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import TARGETS, Target
from beskid.driver.abi_files import verify_file
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.linking import link

Parse = Callable[[Path], Any]

MACOS = [target for target in TARGETS.values() if target.format is FileFormat.MACHO]
ON_MACOS = pytest.mark.parametrize("target", MACOS, ids=[target.name for target in MACOS])
MAX_HELLO_BYTES = 120 << 10
HELLO = 'unit main() { PrintLine("hello"); }\n'
EXPORTS = """
[Export(Abi: "C")]
pub i64 write(i64 number) { return number; }
[Export(Abi: "C")]
pub i64 bk_panic(i64 number) { return number; }
[Export(Abi: "C")]
pub i64 twice(i64 number) { return number * 2; }
unit main() { PrintLine("${write(1) + bk_panic(2) + twice(3)}"); }
"""


def executable(target: Target, text: str, folder: Path, *exports: str, strip: bool = False) -> Path:
    require_linking(target)
    image = object_of(text, target.triple)
    link(image, OutputKind.EXECUTABLE, folder / "program", target.triple, dict(os.environ), exports, strip)
    return folder / "program"


@pytest.fixture
def parsed() -> Parse:
    """A function that returns a file as lief reads it."""
    lief = load_lief()
    # The parts of a file do not keep it alive.
    held: list[Any] = []

    def parse(path: Path) -> Any:
        held.append(lief.MachO.parse(str(path)))
        return held[-1].at(0)

    return parse


@pytest.mark.parametrize("strip", [False, True])
@ON_MACOS
def test_an_executable_has_the_parts_that_the_system_asks_for(
    target: Target, strip: bool, tmp_path: Path, parsed: Parse
) -> None:
    path = executable(target, EVERYTHING.read_text(encoding="utf-8"), tmp_path, strip=strip)
    file = parsed(path)
    assert file.header.file_type.name == "EXECUTE"
    assert file.header.cpu_type.name == {"x86_64": "X86_64", "aarch64": "ARM64"}[target.machine]
    assert {"PIE", "NOUNDEFS", "TWOLEVEL"} <= {flag.name for flag in file.header.flags_list}
    assert file.has_main_command and file.has_uuid
    assert list(file.build_version.minos)[:2] == [11, 0]
    assert [library.name for library in file.libraries] == ["/usr/lib/libSystem.B.dylib"]
    assert file.has_code_signature is (target.machine == "aarch64")
    sections = {section.name: bytes(section.content) for section in file.sections}
    assert b"BESKID-RUNTIME-ABI version=2 " in sections["__beskid_rt"]
    assert f"\ntarget={target.triple}\n".encode() in sections["__beskid"]
    assert sections["__beskid_sites"]
    local = {symbol.name for symbol in file.symbols if symbol.name.startswith(("_bk_", "_beskid", "__B"))}
    assert bool(local) is not strip
    assert {symbol.name for symbol in file.exported_symbols} <= {"__mh_execute_header", "___dso_handle"}


@ON_MACOS
def test_hello_is_small_and_the_same_bytes_under_any_name(target: Target, tmp_path: Path) -> None:
    """The command needs no home folder, no PATH and no network."""
    require_linking(target)
    cache = str(Path(user_cache_folder(dict(os.environ))).parent)
    (tmp_path / "hello.bd").write_text(HELLO)
    made = []
    for name in ("hello", "another name"):
        words = ["build", "--for", target.name, "--strip", "hello.bd", "-o", name]
        limits.run([sys.executable, "-m", "beskid", *words], cwd=tmp_path, env={"XDG_CACHE_HOME": cache}, check=True)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) <= MAX_HELLO_BYTES
    assert str(tmp_path).encode() not in made[0]


@ON_MACOS
def test_the_signature_is_that_of_the_bytes(target: Target, tmp_path: Path, parsed: Parse) -> None:
    """The kernel refuses a page whose digest is another one than the signature states."""
    path = executable(target, HELLO, tmp_path)
    file = parsed(path)
    if target.machine != "aarch64":
        assert not file.has_code_signature
        return
    image = path.read_bytes()
    start = file.code_signature.data_offset
    magic, _, count = struct.unpack_from(">III", image, start)
    assert magic == 0xFADE0CC0
    slots = [struct.unpack_from(">II", image, start + 12 + 8 * index) for index in range(count)]
    directory = start + next(at for kind, at in slots if kind == 0)
    magic, _, _, flags, hashes, name, _, pages, limit = struct.unpack_from(">IIIIIIIII", image, directory)
    size, kind, _, page = struct.unpack_from("BBBB", image, directory + 36)
    assert (magic, flags & 2, size, kind, limit) == (0xFADE0C02, 2, 32, 2, start)
    assert image[directory + name :].startswith(b"output\0")
    for index in range(pages):
        held = image[index << page : min((index + 1) << page, limit)]
        at = directory + hashes + size * index
        assert image[at : at + size] == hashlib.sha256(held).digest()
    assert pages << page >= limit


@ON_MACOS
def test_names_of_a_program_do_not_meet_those_of_the_runtime(target: Target, tmp_path: Path, parsed: Parse) -> None:
    path = executable(target, EXPORTS, tmp_path, "write", "bk_panic", "twice")
    names = {symbol.name for symbol in parsed(path).symbols}
    assert {"_write", "_beskid.bk_panic"} <= names
    assert not read_binary(path.read_bytes()).defined & {"write", "bk_panic", "twice", "alloc", "beskid_main"}


DYNAMIC = ["-dynamiclib", "-Wl,-install_name,@rpath/libpears.dylib", "-o", "libpears.dylib"]
FOREIGN = """
[Extern(Abi: "C", Library: "apples")]
contract Apples { i64 apples(i64 count); }
[Extern(Abi: "C", Library: "pears")]
contract Pears { i64 pears(i64 count); }
[Extern(Abi: "C", Library: "m")]
contract M { f64 cbrt(f64 number); }
unit main() { PrintLine("${Apples.apples(1)} ${Pears.pears(2)} ${M.cbrt(27.0)}"); }
"""


@ON_MACOS
def test_foreign_libraries_are_archives_and_dylibs(target: Target, tmp_path: Path, parsed: Parse) -> None:
    require_linking(target)
    compiler = [find_zig(), "cc", "-target", target.zig, "-O2"]
    caches = {"ZIG_GLOBAL_CACHE_DIR": f"{user_cache_folder(dict(os.environ))}/tools", "ZIG_LOCAL_CACHE_DIR": "zig"}
    for name, words in (("apples", ["-c", "-o", "apples.o"]), ("pears", DYNAMIC)):
        (tmp_path / f"{name}.c").write_text(f"long {name}(long count) {{ return count + 1; }}\n")
        command = [*compiler, f"{name}.c", *words]
        limits.run(command, cwd=tmp_path, env={**os.environ, **caches}, check=True)
    # An archive of the form that the linker of macOS reads.
    limits.run([find_zig(), "ar", "--format=darwin", "rcs", "libapples.a", "apples.o"], cwd=tmp_path, check=True)
    (tmp_path / "program.bd").write_text(FOREIGN)
    words = ["build", "--for", target.name, "--link", "apples", "--link", "pears", "-L", ".", "program.bd", "-o", "out"]
    built = limits.run(
        [sys.executable, "-m", "beskid", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    file = parsed(tmp_path / "out")
    assert [library.name for library in file.libraries] == ["/usr/lib/libSystem.B.dylib", "@rpath/libpears.dylib"]
    assert [command.path for command in file.rpaths] == ["@loader_path"]
    assert {"_pears", "_cbrt"} <= {symbol.name for symbol in file.imported_symbols}
    assert "_apples" not in {symbol.name for symbol in file.imported_symbols}
    assert verify_file(tmp_path / "out").problems == []
    # The name of a file of Linux.
    words = ["build", "--for", target.name, "--link", "apples", "--link", "libpears.so.1", "program.bd", "-o", "other"]
    refused = limits.run(
        [sys.executable, "-m", "beskid", *words, "-L", "."], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert f"error[E1532]: `libpears.so.1` is not a library of `{target.name}`" in refused.stderr
    assert not (tmp_path / "other").exists()


@ON_MACOS
def test_without_zig_nothing_is_written(target: Target, tmp_path: Path) -> None:
    check_that_a_linker_is_needed(target, tmp_path)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        pytest.param(target, name, id=f"{target.name}-{name}")
        for target in MACOS
        for name, case in SAMPLE.items()
        if not reason_against(case.restrictions, target)
    ],
)
def test_a_sample_of_the_corpus_is_linked_and_judged(target: Target, name: str, tmp_path: Path) -> None:
    require_linking(target)
    image = emit_object(artifact_of(name), EmitOptions(target.triple))
    link(image, OutputKind.EXECUTABLE, tmp_path / "program", target.triple, dict(os.environ))
    for path in (tmp_path / "program", tmp_path / "program.beskid.json"):
        assert verify_file(path).problems == []
