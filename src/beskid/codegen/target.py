"""Targets: triples, and the settings of LLVM for each.

Takes triples and returns `Target` values. It must not query the machine that it runs on: `codegen.host` does.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.codegen.elf import EM_AARCH64, EM_RISCV, EM_X86_64


@value
class Target:
    """A machine to generate code for. `cpu` is the oldest processor that the code runs on."""

    triple: str
    cpu: str
    features: str = ""
    abi: str = ""


TARGETS: dict[str, Target] = {
    target.triple: target
    for target in (
        Target("x86_64-unknown-linux-gnu", "x86-64"),
        Target("x86_64-unknown-linux-musl", "x86-64"),
        Target("aarch64-unknown-linux-gnu", "generic"),
        Target("aarch64-unknown-linux-musl", "generic"),
        Target("riscv64-unknown-linux-gnu", "generic-rv64", "+m,+a,+f,+d,+c", "lp64d"),
        Target("riscv64-unknown-linux-musl", "generic-rv64", "+m,+a,+f,+d,+c", "lp64d"),
    )
}
"""The targets by their full triples."""

MACHINE_NUMBERS: dict[int, str] = {EM_X86_64: "x86_64", EM_AARCH64: "aarch64", EM_RISCV: "riscv64"}
"""The machines of the targets by their numbers in ELF files."""


def target_of(triple: str) -> Target | None:
    """Return the target with that full triple, if there is one."""
    return TARGETS.get(triple)
