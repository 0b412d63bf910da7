"""Build the native runtime into `src/beskid/_runtime/lib/<triple>/`: that of this machine, or of other targets.

A runtime that belongs to the same sources, compiler and flags is kept. Other targets need the package ziglang.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def host_triple() -> str:
    """Return the triple under which the runtime of this machine is kept.

    Packaging calls this before the compiler can be imported; a test compares it with `beskid.codegen.host`.
    """
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    return f"{machine}-unknown-linux-gnu"


def folder_of(root: Path, triple: str) -> Path:
    """Return the folder of the runtime for a triple, made if it is missing."""
    folder = root / "src" / "beskid" / "_runtime" / "lib" / triple
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def build(root: Path, compiler: str) -> list[Path]:
    """Build the runtime of this machine in a checkout; returns the files made or kept."""
    builder = load_builder(root / "runtime" / "build.py")
    made: list[Path] = builder.build_runtime(root / "runtime", folder_of(root, host_triple()), compiler)
    return made


def build_for(root: Path, names: Sequence[str], shared: bool = False) -> list[Path]:
    """Build the archives of other targets with zig, and the shared runtimes too if `shared`; returns the files."""
    builder = load_builder(root / "runtime" / "build.py")
    made: list[Path] = []
    for target in linked_targets(root):
        if target.name in names and target.triple != host_triple():
            with compiler_for(root, target.name) as compiler:
                folder = folder_of(root, target.triple)
                made += builder.build_runtime(root / "runtime", folder, compiler, shared=shared)
    return made


@contextmanager
def compiler_for(root: Path, name: str = "") -> Iterator[str]:
    """Give the command of a C compiler for a target by its name, which keeps nothing; for this machine without one."""
    if not name:
        yield os.environ.get("CC", "cc")
        return
    (target,) = [each for each in linked_targets(root) if each.name == name]
    with tempfile.TemporaryDirectory(prefix="beskid-zig-") as cache:
        os.environ.update(ZIG_GLOBAL_CACHE_DIR=cache, ZIG_LOCAL_CACHE_DIR=cache)
        yield f"{find_zig()} cc -target {target.zig}"


def build_machine(root: Path, name: str) -> str:
    """Build all that beskid needs to run on another machine, a target of Linux with glibc; returns its triple."""
    machines: dict[str, str] = {target.name: target.triple for target in linked_targets(root) if target.loader}
    if name not in machines or not find_zig():
        sys.exit(f"no wheel for {name}: choose from {', '.join(machines)}, with zig installed")
    if machines[name] == host_triple():
        build(root, os.environ.get("CC", "cc"))
    build_for(root, [name], shared=True)
    return machines[name]


def build_others(root: Path, machine: str = "") -> list[str]:
    """Build the archives of every target but a machine, by default this one; returns their triples.

    Exits when zig is not installed.
    """
    if not find_zig():
        sys.exit("building for other targets needs zig: pip install ziglang")
    others = [target for target in linked_targets(root) if target.triple != (machine or host_triple())]
    build_for(root, [target.name for target in others])
    return [target.triple for target in others]


def linked_targets(root: Path) -> list[Any]:
    """Return the targets for which executables can be linked."""
    sys.path.insert(0, str(root / "src"))
    from beskid.codegen.target import EXECUTABLE, TARGETS

    return [target for target in TARGETS.values() if EXECUTABLE in target.kinds]


def find_zig() -> str:
    """Return the path of zig; empty when its package is not installed."""
    found = importlib.util.find_spec("ziglang")
    folders = list(found.submodule_search_locations or ()) if found is not None else []
    return next((str(Path(folder) / "zig") for folder in folders), "")


def load_builder(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("beskid_runtime_build", path)
    if specification is None or specification.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look their module up by name while it is being executed.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Build the runtime of this machine, or those of other targets.")
    parser.add_argument("--target", action="append", default=[], metavar="NAME", help="a target; may be repeated")
    parser.add_argument("--all", action="store_true", help="this machine and every other target")
    parser.add_argument("--available", action="store_true", help="as --all, but without zig this machine alone")
    options = parser.parse_args(arguments)
    known = {target.name: target.triple for target in linked_targets(ROOT)}
    unknown = sorted(set(options.target) - set(known))
    if unknown:
        sys.exit(f"no runtime can be built for {', '.join(unknown)}; choose from {', '.join(known)}")
    wanted = list(known) if options.all or (options.available and find_zig()) else options.target
    others = [name for name in wanted if known[name] != host_triple()]
    if len(others) < len(wanted) or not wanted:
        build(ROOT, os.environ.get("CC", "cc"))
    if others and not find_zig():
        sys.exit('building for other targets needs zig: pip install "beskid[cross]"')
    build_for(ROOT, others)


if __name__ == "__main__":
    main(sys.argv[1:])
