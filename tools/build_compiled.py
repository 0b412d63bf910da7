"""Compile the hot layers of the compiler with mypyc, for the interpreter that runs this.

The sources are copied with their classes written out (`compiled_sources.py`), mypyc translates them to C, one file for
each module, and the C compiler makes one library of them with a small extension module for each module beside it. The
results are extension modules for one version of CPython on one platform; the same modules in Python stay the form that
development uses and the one for every other interpreter.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REQUIRES = ("mypy[mypyc]>=2.4,<3", "setuptools")
"""What a build needs besides a C compiler and the headers of Python."""

OPTIMIZED = ("-O1",)
FLAGS = ("-fPIC", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-DNDEBUG", "-w")
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
    # In a process of its own, which may change its folder, and which finds the other tools.
    command = [sys.executable, "-m", "tools.build_compiled", str(folder.resolve()), *modules]
    subprocess.run(command, check=True, cwd=root)
    return compile_extensions(folder, [compiler, *flags, *FLAGS])


def translate(folder: Path, modules: list[str]) -> None:
    """Write the sources below `folder`, translate modules to C there, and write what is to be made of which files."""
    from mypyc.build import mypycify
    from tools.compiled_sources import write_sources

    listed = write_sources(Path("src", "beskid"), folder / "sources" / "beskid")
    chosen = [f"beskid/{module}" for module in modules or listed]
    target = folder / "c"
    os.chdir(folder / "sources")
    extensions = mypycify(
        ["--config-file=", "--ignore-missing-imports", *chosen],
        multi_file=True,
        target_dir=str(target),
        group_name=GROUP,
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


if __name__ == "__main__":
    translate(Path(sys.argv[1]), sys.argv[2:])
