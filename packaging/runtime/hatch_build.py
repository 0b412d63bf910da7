"""The build hook of `beskid-runtime`: takes the runtime and the modules that load packages from the checkout.

The modules keep their name `beskid`, in a folder that is used where the compiler is not installed.
`BESKID_MACHINE=NAME` builds the wheel for another machine, as it does for the wheel of `beskid`.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = (
    "__init__.py",
    "abi/__init__.py",
    "abi/generated/__init__.py",
    "abi/generated/numbers.py",
    "abi/generated/prototypes.py",
    "abi/generated/rows.py",
    "abi/libraries.py",
    "abi/symbols.py",
    "codegen/__init__.py",
    "codegen/elf.py",
    "codegen/errors.py",
    "codegen/extern_rows.py",
    "codegen/host.py",
    "codegen/llvm_library.py",
    "codegen/object_check.py",
    "codegen/objectfile.py",
    "codegen/rows.py",
    "codegen/trace.py",
    "driver/__init__.py",
    "driver/cache/__init__.py",
    "driver/cache/key.py",
    "driver/cache/store.py",
    "driver/cache/warm.py",
    "driver/embedding.py",
    "driver/execute.py",
    "driver/failure.py",
    "embed/__init__.py",
    "embed/collections.py",
    "embed/errors.py",
    "embed/module.py",
    "embed/names.py",
    "embed/packages.py",
    "embed/pickling.py",
    "embed/signatures.py",
    "embed/types.py",
    "engine/__init__.py",
    "engine/errors.py",
    "engine/extension.py",
    "engine/host_program.py",
    "engine/jit_module.py",
    "engine/lljit.py",
    "engine/runtime_library.py",
    "engine/thin.py",
    "files/__init__.py",
    "files/folders.py",
    "files/problems.py",
    "files/reading.py",
    "files/temporaries.py",
    "files/walking.py",
    "files/writing.py",
    "source/__init__.py",
    "source/codes.py",
)
"""The files of the package `beskid` that loading a package imports."""

NATIVE = ("libbeskid_runtime.so", "_embed.abi3.so")


class RuntimeWheelHook(BuildHookInterface[Any]):
    """Adds the files of the checkout to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root).resolve().parents[1]
        hook = load(root / "hatch_build.py", "beskid_hatch_build")
        machine = os.environ.get("BESKID_MACHINE", "")
        triple, platform = hook.build_for_wheel(root, machine)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform.replace('-', '_').replace('.', '_')}"
        sources = root / "src" / "beskid"
        native = [f"_runtime/lib/{triple}/{name}" for name in NATIVE]
        for name in [*MODULES, *native]:
            build_data["force_include"][str(sources / name)] = f"beskid_runtime/_python/beskid/{name}"


def load(path: Path, name: str) -> ModuleType:
    """Import one file by its path."""
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
