"""Runtimes that are not the one this compiler was built with: other versions, missing and additional functions."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from tests.boundary.toolbox import ROOT, TRIPLE, runtime_folder

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL, BESKID_RUNTIME_ABI_VERSION
from beskid.abi.contract import parse_contract
from beskid.abi.generate import generated_files
from beskid.codegen.elf import MACHINE_NAMES
from beskid.codegen.formats.archive import archive_members

ARCHIVE = "libbeskid_runtime.a"
LIBRARY = "libbeskid_runtime.so"
START = "beskid_start.o"

MISSING = "str_lower"
EXTRA = "str_reverse"


def variants_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of one run share; building there twice is harmless."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "runtimes"


Edits = tuple[tuple[str, str], ...]


def build_variant(
    folder: Path, name: str, header: Edits = (), extra: str = "", contract: Edits = (), sources: Edits = ()
) -> Path:
    """A runtime built after an edit of its header, of its contract and C sources, or with one more source file.

    A source edit is made in every file that has the text.
    """
    source = folder / f"{name}-source-{os.getpid()}"
    shutil.copytree(ROOT / "runtime", source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    if contract:
        write_contract(source, contract)
    for old, new in sources:
        edit_sources(source / "src", old, new)
    path = source / "include" / "beskid_abi.h"
    text = path.read_text(encoding="utf-8")
    for old, new in header:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    if extra:
        (source / "src" / "extra.c").write_text(extra, encoding="utf-8")
        exports = source / "exports.map"
        exports.write_text(exports.read_text().replace("    local:", f"        {EXTRA};\n    local:"))
    specification = importlib.util.spec_from_file_location("build_variant", ROOT / "runtime" / "build.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.build_runtime(source, folder / name, "cc", ["-O0"], tools=False)
    shutil.rmtree(source)
    return folder / name


def write_contract(source: Path, edits: Edits) -> None:
    """Edit the contract of a copy of the runtime and write what is generated from it there."""
    text = (source / "abi.toml").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for path, made in generated_files(text).items():
        if path.startswith("runtime/"):
            (source / path.removeprefix("runtime/")).write_text(made, encoding="utf-8")


def edit_sources(folder: Path, old: str, new: str) -> None:
    files = [path for path in folder.rglob("*.c") if old in path.read_text(encoding="utf-8")]
    assert files, old
    for path in files:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def other_version(folder: Path, version: int) -> Path:
    """A runtime that keeps everything else and answers with another version."""
    number, line = "BESKID_RUNTIME_ABI_VERSION UINT32_C({})", '"version={} level='
    edits = tuple((text.format(BESKID_RUNTIME_ABI_VERSION), text.format(version)) for text in (number, line))
    return build_variant(folder, f"version-{version}", edits)


def level_before(folder: Path) -> Path:
    """A runtime of the level before this one: with every check of this one, without its functions."""
    text = (ROOT / "runtime" / "abi.toml").read_text(encoding="utf-8")
    level = BESKID_RUNTIME_ABI_LEVEL
    # The functions that the runtime has for the check itself stay; a program calls the other ones.
    (name, *_) = [held.symbol for held in parse_contract(text).functions if held.since == level]
    edits: list[tuple[str, str]] = []
    for block in text.split("\n\n"):
        if f'name = "{name}"\n' in block:
            edits.append((block, "# A function of the next level."))
        elif block.startswith("[[history]]") and f"level = {level}\n" in block:
            edits.append((block, "# The next level."))
        elif f"since = {level}" in block.splitlines():
            edits.append((block, block.replace(f"since = {level}", f"since = {level - 1}")))
    edits.append((f"\nlevel = {level}\n\n", f"\nlevel = {level - 1}\n\n"))
    sources = ((f"{name}(", "bk_of_the_next_level("),)
    return build_variant(folder, "level-before", contract=tuple(edits), sources=sources)


def lacking_a_symbol(folder: Path) -> Path:
    """A runtime whose sources call one function by another name."""
    guard = "#define BESKID_ABI_H\n"
    return build_variant(folder, "lacking", ((guard, f"{guard}#define {MISSING} bk_gone\n"),))


def with_an_extra_symbol(folder: Path) -> Path:
    return build_variant(
        folder, "extra", extra=f'#include "common.h"\nBESKID_EXPORT int64_t {EXTRA}(void);\n'
        f"int64_t {EXTRA}(void)\n{{\n    return 1;\n}}\n",
    )  # fmt: skip


def copied(folder: Path) -> Path:
    """The runtime of this compiler at another place, to be damaged."""
    folder.mkdir()
    for name in (ARCHIVE, LIBRARY, START):
        shutil.copy(runtime_folder() / name, folder / name)
    return folder


def for_another_machine(folder: Path) -> Path:
    """A copy whose files say that they hold code for another machine."""
    made = copied(folder)
    names = {name: number for number, name in MACHINE_NAMES.items()}
    number = names["aarch64" if TRIPLE.startswith("x86_64") else "x86_64"]
    library = bytearray((made / LIBRARY).read_bytes())
    library[18:20] = number.to_bytes(2, "little")
    (made / LIBRARY).write_bytes(bytes(library))
    archive = (made / ARCHIVE).read_bytes()
    for _, member in archive_members(archive):
        changed = member[:18] + number.to_bytes(2, "little") + member[20:]
        archive = archive.replace(member, changed, 1)
    (made / ARCHIVE).write_bytes(archive)
    return made
