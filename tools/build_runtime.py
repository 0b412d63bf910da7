"""Build the native runtime of this machine into `src/beskid/_runtime/lib/<triple>/`; a current one is kept."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def host_triple() -> str:
    """Return the triple under which the runtime of this machine is kept.

    Packaging calls this before the compiler can be imported; a test compares it with `beskid.codegen.host`.
    """
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    return f"{machine}-unknown-linux-gnu"


def build(root: Path, compiler: str) -> list[Path]:
    """Build the runtime of a checkout; returns the files made or kept."""
    builder = load_builder(root / "runtime" / "build.py")
    target = root / "src" / "beskid" / "_runtime" / "lib" / host_triple()
    target.mkdir(parents=True, exist_ok=True)
    made: list[Path] = builder.build_runtime(root / "runtime", target, compiler)
    return made


def load_builder(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("beskid_runtime_build", path)
    if specification is None or specification.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look their module up by name while it is being executed.
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    build(ROOT, os.environ.get("CC", "cc"))
