"""Wheels for tests of packaging: built from a copy of the sources, without a network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

from tests import limits

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ("_runtime", "_corelib", "_page", "__pycache__")
SECONDS = 600
PIP = [sys.executable, "-m", "pip"]


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command without the variables that choose another Python, C compiler or behavior of beskid."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PYTHON", "CC", "BESKID"))}
    return limits.run(command, capture_output=True, text=True, timeout=SECONDS, env={**kept, **variables}, check=False)


def copy_sources(folder: Path) -> None:
    """Copy what a source archive includes, without the files that a build makes."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    included = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    for name in ("pyproject.toml", *included):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*GENERATED))
        else:
            shutil.copy(ROOT / name, folder / name)


def build_wheel(folder: Path, **variables: str) -> Path:
    """Build a wheel from a copy of the sources; the copy and the wheel are in `folder`."""
    copy_sources(folder / "sources")
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder / "wheels")]
    built = run([*PIP, *words, str(folder / "sources")], **variables)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = (folder / "wheels").iterdir()
    return wheel


def load_hook(path: Path) -> ModuleType:
    """Import a build hook by its path."""
    specification = importlib.util.spec_from_file_location("tested_build_hook", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
