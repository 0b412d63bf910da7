"""The targets: one table of every machine that beskid knows, with what code generation and linking need of it.

Takes names or triples and returns `Target` values. It must not query the machine that it runs on: `codegen.host` does.
No other module takes a triple apart or decides by its text; `docs/reference/targets.md` is made from this table.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.base.spelling import closest
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.formats.model import FileFormat

EXECUTABLE, SHARED, STATIC, OBJECT = "exe", "shared", "static", "object"
"""The kinds of outputs, as the command line spells them."""

_EVERY_KIND = frozenset((EXECUTABLE, SHARED, STATIC, OBJECT))
_NO_LIBRARIES = frozenset((EXECUTABLE, OBJECT))


@value
class OutputNames:
    """The file names of outputs; `{}` is the name of the program or library."""

    executable: str = "{}"
    shared: str = "lib{}.so"
    static: str = "lib{}.a"
    object: str = "{}.o"


@value
class Target:
    """A machine to generate code for.

    `tier` is a promise of the documentation: 1 is run-tested on every submission, 2 by the long checks, 3 is linked and
    its structure checked. `kinds` are the outputs that can be built. `cpu` is the oldest processor that the code runs
    on. How modules for it are written is in `beskid.codegen.conventions`.

    The fields after `libc` are for linkers: `zig` is the name that the zig package knows the target by, `emulation`
    that of its linker, `loader` the dynamic loader, empty in a static executable, and `sysroot` the start-up object and
    libraries of C in link order. `libraries` are the endings of the names of foreign libraries, in the order in which
    they are looked for; `origin` is what a linked file calls the folder that it is in. `names` are those of outputs.

    `long_bits` and `is_char_signed` say what C's types mean.
    """

    name: str
    triple: str
    tier: int
    kinds: frozenset[str]
    cpu: str
    features: str = ""
    abi: str = ""
    libc: str = ""
    zig: str = ""
    emulation: str = ""
    loader: str = ""
    sysroot: tuple[str, ...] = ()
    libraries: tuple[str, ...] = (".so", ".a")
    origin: str = "$ORIGIN"
    names: OutputNames = OutputNames()
    long_bits: int = 64
    is_char_signed: bool = True
    runner: str = ""
    """The command that the tests run executables with: an emulator and its options."""

    @property
    def format(self) -> FileFormat:
        return CONVENTIONS[self.triple].format

    @property
    def machine(self) -> str:
        """The processor, such as `x86_64`."""
        return self.triple.partition("-")[0]


_RISCV_FEATURES = "+m,+a,+f,+d,+c"
_RISCV_ABI = "lp64d"
_MUSL = "musl, static"
_MUSL_SYSROOT = ("crt1.o", "libc.a", "libzigc.a", "libcompiler_rt.a")
_ARCHIVES = (".a",)
_GLIBC = "glibc 2.28 or newer"
_GLIBC_SYSROOT = (
    "crt1.o", "libm.so.6", "libc.so.6", "libld.so.2", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libc_nonshared.a",
    "libcompiler_rt.a",
)  # fmt: skip
_WINDOWS_LIBC = "UCRT, Windows 10"
_UCRT_PARTS = (
    "conio", "convert", "environment", "filesystem", "heap", "locale", "math", "multibyte", "private", "process",
    "runtime", "stdio", "string", "time", "utility",
)  # fmt: skip
_WINDOWS_SYSROOT = (
    "crt2.obj", "libmingw32.lib", "zigc.lib", *[f"api-ms-win-crt-{part}-l1-1-0.lib" for part in _UCRT_PARTS],
    "kernel32.lib", "compiler_rt.lib",
)  # fmt: skip
_WINDOWS_NAMES = OutputNames("{}.exe", "{}.dll", "{}.lib")
_WINDOWS_LIBRARIES = (".dll.a", ".a", ".lib")
_MACOS_LIBC = "libSystem, macOS 11"
_MACOS_LIBRARIES = (".dylib", ".tbd", ".a")
_MACOS_ORIGIN = "@loader_path"

TARGETS: dict[str, Target] = {
    target.triple: target
    for target in (
        Target(
            "x86_64-linux-gnu", "x86_64-unknown-linux-gnu", 1, _EVERY_KIND, "x86-64", libc=_GLIBC,
            zig="x86_64-linux-gnu.2.28", emulation="elf_x86_64", loader="/lib64/ld-linux-x86-64.so.2",
            sysroot=_GLIBC_SYSROOT,
        ),
        Target(
            "x86_64-linux-musl", "x86_64-unknown-linux-musl", 1, _EVERY_KIND, "x86-64", libc=_MUSL,
            zig="x86_64-linux-musl", emulation="elf_x86_64", sysroot=_MUSL_SYSROOT, libraries=_ARCHIVES,
        ),
        Target(
            "aarch64-linux-musl", "aarch64-unknown-linux-musl", 1, _EVERY_KIND, "generic", libc=_MUSL,
            zig="aarch64-linux-musl", emulation="aarch64linux", sysroot=_MUSL_SYSROOT, libraries=_ARCHIVES,
            runner="qemu-aarch64-static", is_char_signed=False,
        ),
        Target(
            "riscv64-linux-musl", "riscv64-unknown-linux-musl", 1, _EVERY_KIND, "generic-rv64",
            _RISCV_FEATURES, _RISCV_ABI, _MUSL,
            zig="riscv64-linux-musl", emulation="elf64lriscv", sysroot=_MUSL_SYSROOT, libraries=_ARCHIVES,
            runner="qemu-riscv64-static", is_char_signed=False,
        ),
        Target(
            "aarch64-linux-gnu", "aarch64-unknown-linux-gnu", 2, _EVERY_KIND, "generic", libc=_GLIBC,
            zig="aarch64-linux-gnu.2.28", emulation="aarch64linux", loader="/lib/ld-linux-aarch64.so.1",
            sysroot=_GLIBC_SYSROOT, runner="qemu-aarch64-static -L /usr/aarch64-linux-gnu", is_char_signed=False,
        ),
        Target(
            "riscv64-linux-gnu", "riscv64-unknown-linux-gnu", 2, _EVERY_KIND, "generic-rv64",
            _RISCV_FEATURES, _RISCV_ABI, _GLIBC,
            zig="riscv64-linux-gnu.2.28", emulation="elf64lriscv", loader="/lib/ld-linux-riscv64-lp64d.so.1",
            sysroot=_GLIBC_SYSROOT, runner="qemu-riscv64-static -L /usr/riscv64-linux-gnu", is_char_signed=False,
        ),
        Target(
            "x86_64-windows-gnu", "x86_64-pc-windows-gnu", 2, _NO_LIBRARIES, "x86-64", libc=_WINDOWS_LIBC,
            zig="x86_64-windows-gnu", emulation="X64", sysroot=_WINDOWS_SYSROOT, names=_WINDOWS_NAMES,
            libraries=_WINDOWS_LIBRARIES, runner="wine", long_bits=32,
        ),
        Target(
            "aarch64-windows-gnu", "aarch64-pc-windows-gnu", 3, _NO_LIBRARIES, "generic",
            libc=_WINDOWS_LIBC, zig="aarch64-windows-gnu", emulation="ARM64", sysroot=_WINDOWS_SYSROOT,
            names=_WINDOWS_NAMES, libraries=_WINDOWS_LIBRARIES, long_bits=32,
        ),
        Target(
            "aarch64-macos", "aarch64-apple-macosx11.0.0", 3, _NO_LIBRARIES, "apple-m1", libc=_MACOS_LIBC,
            zig="aarch64-macos.11.0", libraries=_MACOS_LIBRARIES, origin=_MACOS_ORIGIN,
        ),
        Target(
            "x86_64-macos", "x86_64-apple-macosx11.0.0", 3, _NO_LIBRARIES, "x86-64", libc=_MACOS_LIBC,
            zig="x86_64-macos.11.0", libraries=_MACOS_LIBRARIES, origin=_MACOS_ORIGIN,
        ),
        Target(
            "wasm64-wasi", "wasm64-unknown-wasi", 2, _NO_LIBRARIES, "generic", libc="own, WASI preview 1",
            zig="wasm64-wasi", emulation="wasm64", libraries=_ARCHIVES, runner="wasmtime",
        ),
    )
}  # fmt: skip
"""The targets by their full triples."""

REFUSED: dict[str, tuple[str, str]] = {
    "wasm32-wasi": ("pointers have 64 bits in the runtime contract", "use `wasm64-wasi`"),
}
"""Targets that will not be supported: the reason, and what to do instead."""

_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "x86": "x86_64", "arm64": "aarch64", "arm": "aarch64"}
_SYSTEMS = {"darwin": "macos", "apple": "macos", "osx": "macos", "ios": "macos", "mingw": "windows", "win": "windows"}
_LIBRARIES = {"windows": "gnu", "linux": "musl"}
"""The environment of a target whose name leaves it out."""


def target_of(triple: str) -> Target | None:
    """Return the target with that full triple, if there is one."""
    return TARGETS.get(triple)


def find_target(text: str) -> Target | None:
    """Return the target with that name or full triple; None for anything else, also for a part of a name."""
    found = TARGETS.get(text)
    return found if found is not None else next((each for each in TARGETS.values() if each.name == text), None)


def nearest_name(text: str) -> str:
    """Return the name of the target that a text probably means, such as `aarch64-macos` for `arm64-apple-darwin`."""
    names = [target.name for target in TARGETS.values()]
    near = closest(text, names)
    if near is not None:
        return near
    first, *others = text.lower().replace("x86_64", "amd64").split("-")
    machine = _MACHINES.get(first, first)
    words = [_SYSTEMS.get(word.rstrip("0123456789."), word) for word in others]
    library = next((word for word in words if word in _LIBRARIES.values()), "")
    for word in words:
        for name in (f"{machine}-{word}-{library or _LIBRARIES.get(word, '')}", f"{machine}-{word}"):
            if name in names:
                return name
    if not words:
        return next((name for name in names if name.startswith(f"{machine}-")), "")
    return closest("-".join([machine, *words]), names) or ""


def refusal_of(text: str) -> tuple[str, str, str] | None:
    """Return the name of the refused target that a text means, the reason, and what to do; None for other texts."""
    for name, (reason, help) in REFUSED.items():
        if text.partition("-")[0] == name.partition("-")[0]:
            return name, reason, help
    return None
