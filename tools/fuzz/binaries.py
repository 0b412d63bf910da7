"""Mutated objects, archives, executables, shared libraries and metadata: every reader of a binary format is called."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from tests.abi.test_note_formats import TRIPLES as NOTE_TRIPLES
from tests.abi.test_note_formats import as_windows_image, emit
from tools.fuzz.mutate import mutate_bytes
from tools.fuzz.target import Target

from beskid.aot.metadata import METADATA_SUFFIX
from beskid.aot.request import OutputKind
from beskid.codegen.answers import answer_of
from beskid.codegen.fileformats import Damage, any_note_fields, archive_symbols, format_of, inspect
from beskid.codegen.formats.archive import archive_members
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import (
    ObjectFileError,
    defined_symbols,
    machine_of,
    note_fields,
    sections,
    symbols,
    undefined_symbols,
)
from beskid.codegen.shared_library import read_shared_library
from beskid.driver.abi_verify import verify_image, verify_metadata
from beskid.driver.foreign.search import LibrarySearch
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.linking import link
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.problems import FileError

PROGRAM = 'pub i64 twice(i64 x) => 2 * x;\nunit main() { PrintLine("hello"); }\n'
TRIPLES = ("", "aarch64-unknown-linux-gnu")
C_SOURCE = '#include <stdio.h>\nint shared = 3;\nint twice(int x) { return puts("x") + 2 * x; }\n'


@cache
def seeds() -> tuple[bytes, ...]:
    """One file of each format that the compiler or a C compiler writes on this machine."""
    with tempfile.TemporaryDirectory() as name:
        return tuple(_make_seeds(Path(name)))


def _make_seeds(folder: Path) -> Iterable[bytes]:
    source = folder / "seed.bd"
    source.write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    for triple in TRIPLES:
        resolved = resolve_input(source, None, None, folder)
        assert not isinstance(resolved, ResolveFailure)
        session = Session(resolved, CompileOptions(triple=triple), environment)
        image = session.object_bytes()
        assert image is not None
        yield image
        if triple:
            continue
        for kind, output in ((OutputKind.EXECUTABLE, "seed"), (OutputKind.SHARED, "seed.so")):
            link(image, kind, folder / output, host_triple(), environment, strip=True)
            yield (folder / output).read_bytes()
            yield (folder / (output + METADATA_SUFFIX)).read_bytes()
    for triple in NOTE_TRIPLES:
        yield emit(triple)
    yield as_windows_image(b"abi=2\n")
    (folder / "seed.c").write_text(C_SOURCE, encoding="utf-8")
    for command in (
        ["cc", "-c", "seed.c", "-o", "c.o"],
        ["cc", "-shared", "-fPIC", "-Wl,-soname,libc-seed.so", "seed.c", "-o", "c.so"],
        ["ar", "rcs", "c.a", "c.o"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    for output in ("c.o", "c.so", "c.a"):
        yield (folder / output).read_bytes()


def _list_symbols(image: bytes) -> list[str]:
    return [symbol.name for symbol in symbols(image)]


def _read_archive(image: bytes) -> list[set[str]]:
    return [defined_symbols(member) for _, member in archive_members(image)]


def _answer(image: bytes) -> int | None:
    return answer_of(image, "main")


READERS: tuple[Callable[[bytes], object], ...] = (
    sections, _list_symbols, machine_of, undefined_symbols, defined_symbols, note_fields,
    _read_archive, archive_symbols, read_shared_library, any_note_fields, inspect, _answer,
)  # fmt: skip
"""Each of them may raise `ObjectFileError`, and nothing else."""


class Binaries(Target):
    suffix = ".bin"
    verdicts = ("refused", "read by a reader", "verified")

    def prepare(self, folder: Path) -> None:
        self.folder = folder
        for seed in seeds():
            self.run(seed)

    def make(self, chance: random.Random) -> bytes:
        return mutate_bytes(chance.choice(seeds()), chance, seeds())

    def run(self, data: bytes) -> str:
        format_of(data)
        read = 0
        for reader in READERS:
            with contextlib.suppress(ObjectFileError):
                # Two of them return that they do not read a file.
                read += not isinstance(reader(data), Damage | None)
        problems = verify_image("fuzzed", data).problems
        verify_metadata("fuzzed", data.decode("utf-8", "replace"), seeds()[0])
        path = self.folder / "libfuzzed.so.1"
        path.write_bytes(data)
        with contextlib.suppress(FileError):
            LibrarySearch({"LD_LIBRARY_PATH": str(self.folder)}, str(path)).symbol_type("libfuzzed.so.1", "twice")
        if not problems:
            return "verified"
        return "read by a reader" if read else "refused"
