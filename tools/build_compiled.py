"""Compile the hot layers of the compiler with mypyc, for the interpreter that runs this.

The sources are copied with their classes written out (`compiled_sources.py`), mypyc translates them to C, one file for
each module, and the C compiler makes one library of them with a small extension module for each module beside it. The
results are extension modules for one version of CPython on one platform; the same modules in Python stay the form that
development uses and the one for every other interpreter.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

REQUIRES = ("mypy[mypyc]>=2.4,<3", "setuptools")
"""What a build needs besides a C compiler and the headers of Python."""

OPTIMIZED = ("-O1",)
FLAGS = ("-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-DNDEBUG", "-w")
NOT_SOURCES = ("_runtime", "_corelib", "_diagnostics", "_page", "__pycache__")
EXTENSIONS = "extensions.json"
GROUP = "beskid_compiled"
"""The name that the library has, with `__mypyc` after it."""


def build(
    root: Path, folder: Path, compiler: str = "cc", modules: Sequence[str] = (), flags: Sequence[str] = OPTIMIZED
) -> dict[Path, str]:
    """Compile into `folder`; return the extension modules with their places relative to the folder of packages.

    `modules` are paths below that of `beskid`, by default all that are to be compiled. Raises
    `subprocess.CalledProcessError` if mypyc refuses a module or the C compiler fails.
    """
    shutil.rmtree(folder, ignore_errors=True)
    listed = write_sources(root, folder / "sources")
    chosen = [f"beskid/{module}" for module in modules] or listed
    command = [sys.executable, str(Path(__file__).resolve()), str(folder / "c"), *chosen]
    subprocess.run(command, check=True, cwd=folder / "sources")
    return compile_extensions(folder, [compiler, *flags, *FLAGS])


def write_sources(root: Path, stage: Path) -> list[str]:
    """Copy the package with the classes of the compiled modules written out; return the paths of these, relative."""
    sources = load(root / "tools" / "compiled_sources.py", "beskid_compiled_sources")
    package = root / "src" / "beskid"
    shutil.copytree(package, stage / "beskid", ignore=shutil.ignore_patterns(*NOT_SOURCES))
    modules = sources.compiled_modules(package)
    for module in modules:
        (stage / "beskid" / module).write_text(sources.write_out(package, module), encoding="utf-8")
    return [f"beskid/{module.as_posix()}" for module in modules]


def translate(target: Path, modules: list[str]) -> None:
    """Translate modules to C in `target`, and write there what is to be made of which files."""
    from mypyc.build import mypycify

    extensions = mypycify(
        ["--ignore-missing-imports", *modules], multi_file=True, target_dir=str(target), group_name=GROUP
    )
    rows = [[each.name, each.sources, each.include_dirs] for each in extensions]
    (target / EXTENSIONS).write_text(json.dumps(rows), encoding="utf-8")


def compile_extensions(folder: Path, compiler: list[str]) -> dict[Path, str]:
    """Compile what `translate` has written, on all processors; `compiler` is the command with its options."""
    rows = json.loads((folder / "c" / EXTENSIONS).read_text(encoding="utf-8"))
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    headers = sysconfig.get_path("include")
    made: dict[Path, str] = {}
    objects: dict[str, tuple[Path, list[str]]] = {}
    for name, sources, folders in rows:
        place = f"{name.replace('.', '/')}{suffix}"
        made[folder / "built" / place] = place
        for source in sources:
            output = Path(source).with_suffix(".o")
            includes = [f"-I{each}" for each in (headers, *folders)]
            words = [*compiler, "-c", source, "-o", str(output), *includes]
            objects[source] = output, words
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        # The longest first, so that no processor waits for one at the end.
        waiting = sorted(objects, key=lambda source: Path(source).stat().st_size, reverse=True)
        list(workers.map(lambda source: subprocess.run(objects[source][1], check=True), waiting))
        for output in made:
            output.parent.mkdir(parents=True, exist_ok=True)
        links = [
            [compiler[0], "-shared", "-s", *[str(objects[source][0]) for source in sources], "-o", str(output)]
            for output, (_, sources, _) in zip(made, rows, strict=True)
        ]
        list(workers.map(lambda words: subprocess.run(words, check=True), links))
    return made


def load(path: Path, name: str) -> ModuleType:
    """Import one file by its path."""
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


if __name__ == "__main__":
    translate(Path(sys.argv[1]), sys.argv[2:])
