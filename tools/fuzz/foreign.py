"""Mutated foreign files, linked into a program: archives, objects, shared libraries and linker scripts.

An input is a line that names the file and how the program gets it, then the bytes of the file. Each is given to
`build` in the way of a manifest's `link` block: it is refused by a `DriverError`, and nothing is written, or linked.
Half of the changes are those of any binary file, the others are numbers in the tables of sections, symbols and
relocations. Neither the library nor the program is entered: code may do anything.
"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tools.fuzz.mutate import mutate_bytes, mutate_words
from tools.fuzz.objects import mutate_tables
from tools.fuzz.target import Target

from beskid.aot.request import OutputKind
from beskid.codegen.host import host_triple
from beskid.driver.failure import DriverError
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.linking import link
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

PROGRAM = """
[Extern(Abi: "C", Library: "LIBRARY")]
contract Foreign { i32 SYMBOL(i32 a); }
unit main() { PrintLine("${Foreign.SYMBOL(4)}"); }
"""
C_SOURCE = """
#include <stdio.h>
#include <string.h>
static __thread int calls;
int shared = 3;
__attribute__((weak)) int weak(int x) { return x; }
static int once(void) { return ++calls; }
__attribute__((constructor)) static void begin(void) { once(); }
int twice(int x) { return x > 9000 ? puts("x") + (int)strlen("abc") : 2 * weak(x) + shared - shared + 0 * once(); }
"""
OTHER_SOURCE = "int shared_other[40] = {1};\nint half(int x) { return x / 2; }\n"
LONG_NAME = "a_name_that_is_longer_than_fifteen_bytes"
COMMANDS = (
    ("cc", "-c", "-g", "-ffunction-sections", "seed.c", "-o", "seed.o"),
    ("cc", "-c", "-fPIC", "-fcommon", "seed.c", "-o", "pic.o"),
    ("cc", "-c", "other.c", "-o", f"{LONG_NAME}.o"),
    ("cc", "-c", "-flto", "seed.c", "-o", "lto.o"),
    ("ar", "rcs", "plain.a", "seed.o"),
    ("ar", "rcs", "long.a", "pic.o", f"{LONG_NAME}.o"),
    ("ar", "rcS", "unlisted.a", "pic.o"),
    ("ar", "rcsT", "thin.a", "pic.o"),
    ("cc", "-shared", "pic.o", "-o", "nameless.so"),
    ("cc", "-shared", "pic.o", "-Wl,-soname,libfuzzed.so,--hash-style=sysv", "-o", "sysv.so"),
    ("cc", "-shared", "pic.o", "-Wl,-soname,libfuzzed.so,--hash-style=gnu,-z,now", "-s", "-o", "gnu.so"),
    (
        "cc", "-shared", "pic.o", f"{LONG_NAME}.o", "-Wl,-soname,libfuzzed.so,--version-script,names.map",
        "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib", "-lm", "-Wl,--no-as-needed", "-o", "versions.so",
    ),
)  # fmt: skip
SEEDS = {
    ".a": ("plain.a", "long.a", "unlisted.a", "thin.a"),
    ".o": ("seed.o", "pic.o", "lto.o"),
    ".so": ("nameless.so", "sysv.so", "gnu.so", "versions.so"),
}
SCRIPTS = (
    b"/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( libc.so.6 AS_NEEDED ( ld-linux-x86-64.so.2 ) )\n",
    b"INPUT(libm.so.6)\n",
)
WORDS = (
    b"GROUP", b"INPUT", b"(", b")", b"AS_NEEDED", b"libc.so.6", b"../x.so", b"/dev/zero", b"libfuzzed.so", b"/* ", b",",
    b"-lm", b"\0", b"\xff", b"INCLUDE", b"/proc/self/mem", b".so",
)  # fmt: skip
FORMS = {".a": ("path", "name"), ".so": ("path", "name"), ".o": ("argument",)}
"""How a program gets a file: by its path, by its name in a folder of libraries, as an argument of the linker."""
KINDS = (OutputKind.EXECUTABLE, OutputKind.SHARED)
ELF_MAGIC = b"\x7fELF"


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return the files of each suffix that a C compiler and `ar` make on this machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seed.c").write_text(C_SOURCE, encoding="utf-8")
        (folder / "other.c").write_text(OTHER_SOURCE, encoding="utf-8")
        (folder / "names.map").write_text("ONE { global: twice; shared; }; TWO { global: half; } ONE;\n", "utf-8")
        for command in COMMANDS:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
        return {suffix: tuple((folder / each).read_bytes() for each in files) for suffix, files in SEEDS.items()}


def mutate_member(image: bytes, chance: random.Random) -> bytes:
    """Change numbers in the tables of an ELF file, or of a member of an archive, whose size stays the same."""
    starts = [at for at in range(len(image) - 4) if image[at : at + 4] == ELF_MAGIC]
    if not starts:
        return mutate_bytes(image, chance)
    number = chance.randrange(len(starts))
    start, end = starts[number], [*starts, len(image)][number + 1]
    return image[:start] + mutate_tables(image[start:end], chance) + image[end:]


class Foreign(Target):
    suffix = ".bin"
    verdicts = ("refused", "linked")

    def prepare(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        self.images = {
            form: self._compiled(folder, *(("c", "abs") if form == "argument" else ("fuzzed", "twice")))
            for form in ("path", "name", "argument")
        }
        for suffix, forms in FORMS.items():
            for form in forms:
                assert self.run(f"{suffix} {form} exe\n".encode() + seeds()[suffix][0]) == "linked"

    def _compiled(self, folder: Path, library: str, symbol: str) -> bytes:
        source = folder / f"{library}.bd"
        source.write_text(PROGRAM.replace("LIBRARY", library).replace("SYMBOL", symbol), encoding="utf-8")
        resolved = resolve_input(source, None, None, folder)
        assert not isinstance(resolved, ResolveFailure)
        image = Session(resolved, CompileOptions(), self.environment).object_bytes()
        assert image is not None
        return image

    def make(self, chance: random.Random) -> bytes:
        suffix = chance.choice(tuple(SEEDS))
        head = f"{suffix} {chance.choice(FORMS[suffix])} {chance.choice(KINDS).value}\n".encode()
        if suffix == ".so" and chance.random() < 0.1:
            return head + mutate_words(chance.choice(SCRIPTS), chance, WORDS)
        # A file of another format under this name, at times.
        held = seeds()[suffix if chance.random() < 0.9 else chance.choice(tuple(SEEDS))]
        if chance.random() < 0.5:
            return head + mutate_member(chance.choice(held), chance)
        return head + mutate_bytes(chance.choice(held), chance, held)

    def run(self, data: bytes) -> str:
        head, _, content = data.partition(b"\n")
        try:
            suffix, form, kind = head.decode("ascii").split(" ")
            output_kind, image = OutputKind(kind), self.images[form]
        except (ValueError, KeyError):
            return "refused"
        folder = self.folder / "place"
        folder.mkdir(exist_ok=True)
        library = folder / f"libfuzzed{suffix}"
        output = folder / "output"
        library.write_bytes(content)
        links = {
            "path": LinkOptions((str(library),)),
            "name": LinkOptions(("fuzzed",), search_paths=(str(folder),)),
            "argument": LinkOptions(extra_arguments=(str(library),)),
        }[form]
        try:
            link(image, output_kind, output, host_triple(), self.environment, metadata=False, links=links)
        except DriverError:
            left = sorted(path.name for path in folder.iterdir() if path != library)
            assert not left, f"a refused build left {left}"
            return "refused"
        finally:
            assert library.read_bytes() == content, "the library was changed"
            library.unlink()
            output.unlink(missing_ok=True)
        return "linked"
