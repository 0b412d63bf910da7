"""Runtimes built from edited sources, for tests that also run on earlier states of the compiler."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def built_runtime(folder: Path, changes: dict[str, str]) -> Path:
    """Build a copy of the runtime after changes of its sources, header and contract, wherever their texts are."""
    source = folder / "source"
    shutil.copytree(ROOT / "runtime", source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    missing = set(changes)
    for path in [*source.rglob("*.c"), source / "abi.toml"]:
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            missing -= {old} if old in text else set()
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    assert not missing, missing
    from beskid.abi.generate import generated_files

    for name, made in generated_files((source / "abi.toml").read_text(encoding="utf-8")).items():
        if name.startswith("runtime/"):
            (source / name.removeprefix("runtime/")).write_text(made, encoding="utf-8")
    specification = importlib.util.spec_from_file_location("build_other", ROOT / "runtime" / "build.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.build_runtime(source, folder / "other", "cc", ["-O0"], tools=False)
    return folder / "other"


def swapped(text: str) -> str:
    return text.replace("text", "@").replace("needle", "text").replace("@", "needle")


FIND_PARAMETERS = '{ name = "text", is = "string" }, { name = "needle", is = "string" }, { name = "from", is = "I64" }'
FIND_SOURCE = "str_find(const BeskidStr *text, const BeskidStr *needle, int64_t from)"
SWAPS = {text: swapped(text) for text in (FIND_PARAMETERS, FIND_SOURCE)}
"""`str_find` with its first two parameters swapped, in the contract and in the C source."""


def variables_of(runtime: Path) -> dict[str, str]:
    """The environment of a command that takes another runtime."""
    return {"BESKID_RUNTIME_LIBRARY": f"{runtime}/libbeskid_runtime.so", "BESKID_RUNTIME_FOLDER": str(runtime)}
