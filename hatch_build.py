"""The build hook: puts the native runtime, the core library, the explanations of diagnostics and the page of
`beskid serve` into the package.

An editable install builds the runtime beside the sources and reads the rest from the checkout; a wheel carries all
of it and is tagged for its platform, so that `beskid run` needs no C compiler afterwards. The command of a wheel is the
native one, that of an editable install a script. With `BESKID_TARGETS=all` the wheel also carries the runtime archives
of the other targets, and with `BESKID_MACHINE=NAME` it is for another machine, whose name is that of a target of Linux
with glibc. Both need zig in the build environment. With `BESKID_COMPILED=1` the wheel is for the version of CPython
that builds it, and holds the front end as machine code beside its sources.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COPIES = {"_corelib": "corelib/src", "_diagnostics": "docs/reference/diagnostics"}
"""Folders of the package by the folders of the checkout that they are copies of."""

PAGE = "_page"
"""The folder of the page, which `beskid.serve.page` makes."""

COMPILED = "BESKID_COMPILED"
MANYLINUX = "manylinux_2_28_"
"""The platform of wheels for other machines: zig links their runtime with the stubs of this version of glibc."""


class RuntimeBuildHook(BuildHookInterface[Any]):
    """Builds the runtime before a wheel (or an editable one) is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        if os.environ.get(COMPILED) != "1":
            return []
        requires: tuple[str, ...] = compile_tool(Path(self.root)).REQUIRES
        return [*requires]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        package = root / "src" / "beskid"
        machine = os.environ.get("BESKID_MACHINE", "") if version != "editable" else ""
        compiled = os.environ.get(COMPILED) == "1"
        if compiled and machine:
            raise ValueError(f"{COMPILED} is for this machine, and BESKID_MACHINE={machine} for another")
        triple, platform = build_for_wheel(root, machine)
        runtime = build_tool(root)
        others = runtime.build_others(root, triple) if os.environ.get("BESKID_TARGETS") == "all" else []
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform.replace('-', '_').replace('.', '_')}"
        if version == "editable":
            build_data["shared_scripts"][str(root / "packaging" / "beskid")] = "beskid"
            return
        launcher = load(root / "tools" / "build_launcher.py", "beskid_build_launcher")
        with runtime.compiler_for(root, machine) as compiler:
            command = launcher.build(root, compiler, root / "build" / "launcher" / "beskid")
        build_data["shared_scripts"][str(command)] = "beskid"
        folder = "src/beskid/_runtime/lib"
        build_data["artifacts"] += [f"{folder}/{triple}/**", *[f"{folder}/{other}/*.[ao]" for other in others]]
        for name, folder in COPIES.items():
            shutil.rmtree(package / name, ignore_errors=True)
            shutil.copytree(root / folder, package / name)
            build_data["artifacts"] += [f"src/beskid/{name}/**"]
        make_page(root, package / PAGE)
        build_data["artifacts"] += [f"src/beskid/{PAGE}/**"]
        if compiled:
            extensions = compile_tool(root).build(root, root / "build" / "compiled", os.environ.get("CC", "cc"))
            build_data["force_include"] |= {str(path): place for path, place in extensions.items()}
            interpreter = f"cp{sys.version_info[0]}{sys.version_info[1]}"
            build_data["tag"] = build_data["tag"].replace("py3-none", f"{interpreter}-{interpreter}")

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copies: a checkout reads the originals."""
        if version == "editable":
            return
        for name in (*COPIES, PAGE):
            shutil.rmtree(Path(self.root) / "src" / "beskid" / name, ignore_errors=True)


def build_for_wheel(root: Path, machine: str) -> tuple[str, str]:
    """Build the runtime of a machine by its name, of this one without; return its triple and the platform of wheels."""
    runtime = build_tool(root)
    if machine:
        return runtime.build_machine(root, machine), MANYLINUX + machine.partition("-")[0]
    runtime.build(root, os.environ.get("CC", "cc"))
    return runtime.host_triple(), sysconfig.get_platform()


def make_page(root: Path, folder: Path) -> None:
    """Make the page with the compiler's own modules, which need nothing but Python and markdown-it-py for it."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "beskid.serve.page", str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(root / "src")})


def build_tool(root: Path) -> ModuleType:
    return load(root / "tools" / "build_runtime.py", "beskid_build_runtime")


def compile_tool(root: Path) -> ModuleType:
    return load(root / "tools" / "build_compiled.py", "beskid_build_compiled")


def load(path: Path, name: str) -> ModuleType:
    """Import one file by its path."""
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
