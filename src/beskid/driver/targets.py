"""The target of a command: finds it by name and refuses what cannot be built for it, before anything is compiled.

`states_of_targets` tells for each target what is installed.
"""

from __future__ import annotations

from pathlib import Path

from beskid.base.node import value
from beskid.codegen.host import host_triple
from beskid.codegen.target import EXECUTABLE, TARGETS, Target, find_target, nearest_name, refusal_of
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.source.codes import E4022, E4023, E4024

NATIVE = "env"
"""The command that runs a program as it is."""

LIST_HELP = "`beskid doctor --targets` lists the targets"
KIND_NAMES = {"exe": "an executable", "shared": "a shared library", "static": "a static library", "object": "an object"}
"""The kinds of outputs in messages."""


def triple_named(text: str) -> str:
    """Return the full triple of the target that a user names; empty for none, which means this machine."""
    return target_named(text).triple if text else ""


def target_named(text: str) -> Target:
    """Return the target with a name or a full triple. Raises `DriverError` for other texts, with the nearest name."""
    found = find_target(text)
    if found is not None:
        return found
    refusal = refusal_of(text)
    if refusal is not None:
        name, reason, help = refusal
        raise DriverError(f"the target `{name}` is not supported: {reason}", help, E4022, STATUS_USAGE)
    near = nearest_name(text)
    help = f"did you mean `{near}`? {LIST_HELP}" if near else LIST_HELP
    raise DriverError(f"unknown target `{text}`", help, E4022, STATUS_USAGE)


def require_kind(triple: str, kind: str) -> None:
    """Raise `DriverError` unless outputs of that kind can be built for a target; an empty triple is this machine."""
    target = target_named(triple or host_triple())
    if kind in target.kinds:
        return
    help = "build an object with `--kind object` and link it yourself" if "object" in target.kinds else LIST_HELP
    raise DriverError(f"{KIND_NAMES[kind]} for `{target.name}` cannot be built yet", help, E4023, STATUS_USAGE)


def require_host(text: str) -> None:
    """Raise `DriverError` unless a text names this machine, or nothing."""
    if text and target_named(text).triple != host_triple():
        message = f"programs for `{target_named(text).name}` do not run on this machine"
        raise DriverError(message, "build it with `beskid build` and run it there", E4024, STATUS_USAGE)


# What is installed ----------------------------------------------------------------------------------------------


@value
class TargetState:
    """A target and what this installation has for it. `c_library` is also true when zig can make the library.

    `runner` is the installed command that runs its programs here, such as an emulator; `env` runs them as they are.
    """

    target: Target
    runtime: bool
    linker: bool
    c_library: bool
    runner: str

    @property
    def is_ready(self) -> bool:
        """Whether executables can be built now."""
        return EXECUTABLE in self.target.kinds and self.runtime and self.linker and self.c_library

    def summary(self) -> str:
        """Return what is missing, or what can be built."""
        if EXECUTABLE not in self.target.kinds:
            return "objects only" if self.target.kinds else "not available yet"
        parts = (("runtime", self.runtime), ("linker", self.linker), ("C library", self.c_library))
        missing = [name for name, is_there in parts if not is_there]
        if missing:
            return f"missing: {', '.join(missing)}"
        return f"{self.target.libc} (runs here{_with(self.runner)})" if self.runner else self.target.libc

    def fields(self) -> dict[str, object]:
        return {
            "name": self.target.name,
            "triple": self.target.triple,
            "tier": self.target.tier,
            "kinds": sorted(self.target.kinds),
            "runtime": self.runtime,
            "linker": self.linker,
            "c_library": self.c_library,
            "runner": self.runner,
            "ready": self.is_ready,
        }


def runner_of(target: Target) -> str:
    """Return the installed command that runs programs of a target on this machine; empty without one."""
    if target.runner:
        from shutil import which

        return target.runner if which(target.runner.split()[0]) is not None else ""
    own = TARGETS[host_triple()]
    return NATIVE if (target.machine, target.format) == (own.machine, own.format) else ""


def _with(runner: str) -> str:
    return "" if runner == NATIVE else f" with {runner.split()[0]}"


def states_of_targets(environment: dict[str, str]) -> list[TargetState]:
    """Return the state of every target, in the order of the table."""
    from beskid.aot.linker import find_driver, find_zig
    from beskid.aot.linking import find_own_linker
    from beskid.aot.runtime_archive import has_runtime, installed_folder
    from beskid.aot.sysroot import find_sysroot
    from beskid.driver.cache.store import SYSROOTS, user_cache_folder
    from beskid.driver.linking import RUNTIME_FOLDER_VARIABLE, compiler_for

    cache = f"{user_cache_folder(environment)}/{SYSROOTS}"
    has_zig = bool(find_zig())
    states = []
    for target in TARGETS.values():
        compiler = compiler_for(target.triple, environment)
        is_host = target.triple == host_triple()
        has_driver = bool(compiler) or (is_host and find_driver("") is not None)
        folder = environment.get(RUNTIME_FOLDER_VARIABLE, "") if is_host else ""
        has_sysroot = has_zig or find_sysroot(target, cache) is not None
        states.append(
            TargetState(
                target,
                has_runtime(Path(folder) if folder else installed_folder(target.triple)),
                has_driver or find_own_linker(target) is not None,
                has_driver or has_sysroot or (is_host and has_zig),
                runner_of(target),
            )
        )
    return states
