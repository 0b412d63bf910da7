"""Check for the programs that the tests start, and install the Debian packages of the missing ones.

Runs before `make test`, outside the virtual environment. Only root on a Debian-like system can install; elsewhere, or
without a network, it names what is missing and goes on: tests that need an optional program are skipped, and the
others fail with its name. `--check` installs nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 300


@dataclass(frozen=True)
class Program:
    """A program that tests start, or the folder of its libraries."""

    name: str
    package: str
    purpose: str


PROGRAMS = (
    Program("gcc", "gcc", "sanitized builds of the runtime"),
    Program("cc", "gcc", "the runtime, linking"),
    Program("make", "make", "this file's caller"),
    Program("nm", "binutils", "symbols of objects and libraries"),
    Program("objdump", "binutils", "instructions of objects"),
    Program("objcopy", "binutils", "damaged executables"),
    Program("llvm-objcopy", "llvm", "stripped objects for other machines"),
    Program("llvm-dwarfdump", "llvm", "debug information of objects"),
    Program("gdb", "gdb", "stack traces of compiled code"),
    Program("lldb", "lldb", "values of programs in lldb"),
    Program("zsh", "zsh", "completion of the command line"),
    Program("fish", "fish", "completion of the command line"),
    Program("nvim", "neovim", "the language server in an editor"),
    Program("batcat", "bat", "the grammar of Sublime Text"),
    Program("chromium", "chromium", "the playground in a browser"),
    Program("node", "nodejs", "the playground"),
    Program("npm", "npm", "the playground"),
    Program("git", "git", "tools/fails_before.py"),
    Program("qemu-aarch64-static", "qemu-user-static", "programs for other machines"),
    Program("qemu-riscv64-static", "qemu-user-static", "programs for other machines"),
    Program("wine", "wine", "programs for Windows"),
    Program("/usr/share/zoneinfo", "tzdata", "time zones"),
    Program("/usr/share/unicode", "unicode-data", "Unicode's own tests of normalization and clusters"),
    Program("/usr/aarch64-linux-gnu", "libc6-arm64-cross", "programs for other machines"),
    Program("/usr/riscv64-linux-gnu", "libc6-riscv64-cross", "programs for other machines"),
)


def is_there(name: str) -> bool:
    return Path(name).is_dir() if name.startswith("/") else shutil.which(name) is not None


def missing() -> list[Program]:
    return [program for program in PROGRAMS if not is_there(program.name)]


def install(packages: list[str]) -> str:
    """Install packages; return what went wrong, or nothing."""
    if shutil.which("apt-get") is None:
        return "there is no apt-get"
    if os.getuid() != 0:
        return "only root can install packages"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"`{' '.join(command)}` did not finish within {SECONDS} s"
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            return f"`{' '.join(command)}` failed: {''.join(last)}"
    return ""


def main() -> None:
    found = missing()
    if not found:
        return
    packages = sorted({program.package for program in found})
    problem = "not tried" if "--check" in sys.argv[1:] else ""
    if not problem:
        print(f"installing {', '.join(packages)} …", file=sys.stderr, flush=True)
        problem = install(packages)
    for program in missing():
        print(f"missing: {program.name} ({program.purpose}); package {program.package}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    main()
