"""The development tools are pinned: every one that pyproject.toml asks for has one version."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from tools.renew_constraints import requirements

from beskid import __version__

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "tools" / "constraints.txt"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = [line for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {canonical(name): version for name, _, version in (line.partition("==") for line in lines)}


def test_every_development_tool_is_pinned() -> None:
    """What `make constraints` installs, which includes what links for other machines and reads the outputs."""
    names = {canonical(re.split(r"[<>=!~\[; ]", requirement)[0]) for requirement in requirements()}
    assert {"pytest", "ziglang", "lief", "wasmtime"} <= names
    assert names - pins().keys() == set()
    assert all(re.fullmatch(r"[0-9][\w.]*", version) for version in pins().values())


def test_the_c_libraries_have_the_version_of_beskid() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert f"beskid-sysroots=={__version__}" in extra["cross"]
    assert f"beskid-runtime=={__version__}" in extra["runtime"]


def test_this_environment_has_the_pinned_versions() -> None:
    installed = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    different = {name: installed[name] for name, pin in pins().items() if installed.get(name, pin) != pin}
    assert different == {}
