"""The triple of the machine that this process runs on. No other module of the compiler queries it.

A warm start comes through here, so of the compiler nothing is imported: the table of targets would cost it time.
"""

from __future__ import annotations

import os

from beskid.files.reading import read_start

_MACHINES: dict[str, str] = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}
"""Names of machines that differ between operating systems."""

_PROCESSORS = "/proc/cpuinfo"
_PROCESSOR_BYTES = 8192
_PROCESSOR_LINES = ("model name", "flags", "Features", "isa", "CPU part", "CPU implementer")


def triple_of(machine: str, system: str = "linux", environment: str = "gnu") -> str:
    """Return the full triple for the names that an operating system uses for its machine and itself."""
    lowered = machine.lower()
    return f"{_MACHINES.get(lowered, lowered)}-unknown-{system.lower()}-{environment}"


def host_triple() -> str:
    names = os.uname()
    return triple_of(names.machine, names.sysname)


def host_processor() -> str:
    """Return what identifies the processor and its features to the system; empty where the system does not say."""
    return "\n".join(
        line
        for line in read_start(_PROCESSORS, _PROCESSOR_BYTES)
        .decode("ascii", "replace")
        .partition("\n\n")[0]
        .split("\n")
        if line.startswith(_PROCESSOR_LINES)
    )


def host_machine() -> str:
    """Return the first part of the host's triple, such as `x86_64`."""
    return host_triple().partition("-")[0]
