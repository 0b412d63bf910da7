"""What LLVM must be told for each target beyond its machine: sections, extensions, stack probes, helper functions.

One row a target. Everything that code generation writes differently for a target is a field here, so no other module
looks into a triple. Sources: the ABI documents of the machines (RISC-V psABI, lp64d: 32-bit numbers travel
sign-extended, unsigned ones too), and the code that LLVM was seen to emit.
"""

from __future__ import annotations

from beskid.abi.generated.numbers import SUPPORT_SYMBOLS
from beskid.base.node import replace, value
from beskid.codegen.formats.model import FileFormat


@value
class Conventions:
    """How modules for a target are written.

    `note_section` and `sites_section` are LLVM's names of sections, empty for metadata and plain data.
    `probes_stack`: large frames touch each of their pages in order, so an overflow meets the guard page. Where it is
    false, LLVM calls a function of the target's compiler library for it, or the machine checks by itself.
    `stack_margin` is 0 where guard pages end both stacks. Elsewhere functions that call others check both, and so many
    bytes of the machine's own stack must be left.
    `sign_extended_bits` is the width up to which numbers travel extended to a whole register.
    `keeping` is the calling convention by which a callee saves every register, where LLVM has one.
    `support` are functions that LLVM or the core library calls on this target beside those of every target.
    """

    format: FileFormat
    note_section: str
    sites_section: str
    probes_stack: bool = True
    stack_margin: int = 0
    relocation: str = "pic"
    sign_extended_bits: int = 16
    keeping: str = ""
    support: tuple[str, ...] = ()


_KEEPING = "preserve_allcc"
_ELF = Conventions(FileFormat.ELF, ".note.beskid", "beskid_sites", keeping=_KEEPING)
_RISCV = replace(_ELF, sign_extended_bits=32, keeping="")
_MACHO = Conventions(
    FileFormat.MACHO, "__DATA,__beskid,regular,no_dead_strip", "__DATA,__beskid_sites", keeping=_KEEPING
)
# Images keep eight characters of a section name. LLVM takes the value `inline-asm` for the name of a function here.
_COFF = Conventions(FileFormat.COFF, ".beskid", ".bskdsit", probes_stack=False)
# The core library calls these; the runtime for Windows has them.
_POSIX_NAMES = ("__errno_location", "bcopy")
# Position-independent code would need a base address that only a dynamic linker defines.
_WASM = Conventions(FileFormat.WASM, "", "", probes_stack=False, stack_margin=256 << 10, relocation="static")

CONVENTIONS: dict[str, Conventions] = {
    "x86_64-unknown-linux-gnu": _ELF,
    "x86_64-unknown-linux-musl": _ELF,
    "aarch64-unknown-linux-gnu": _ELF,
    "aarch64-unknown-linux-musl": _ELF,
    "riscv64-unknown-linux-gnu": _RISCV,
    "riscv64-unknown-linux-musl": _RISCV,
    "x86_64-pc-windows-gnu": replace(_COFF, support=("___chkstk_ms", *_POSIX_NAMES)),
    "aarch64-pc-windows-gnu": replace(_COFF, support=("__chkstk", *_POSIX_NAMES)),
    "x86_64-apple-macosx11.0.0": replace(_MACHO, support=("__bzero", "memset_pattern16")),
    "aarch64-apple-macosx11.0.0": replace(_MACHO, support=("bzero", "memset_pattern16")),
    "wasm64-unknown-wasi": replace(_WASM, support=("__indirect_function_table", "__multi3", "__stack_pointer")),
}
"""The rows by full triples."""


def conventions_of(triple: str) -> Conventions:
    """Return the row of a target. Raises `KeyError` for a triple that is not that of a target."""
    return CONVENTIONS[triple]


def support_symbols(triple: str) -> frozenset[str]:
    """Return the functions that compiled code may call on a target though no program declares them."""
    held = CONVENTIONS.get(triple)
    return frozenset((*SUPPORT_SYMBOLS, *(held.support if held is not None else ())))
