"""Programs for a host, where the compiler may be missing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from beskid.driver.embedding import EmbedRequest, find_or_compile
from beskid.driver.failure import DriverError

REQUEST = EmbedRequest(text="pub i64 F() => 1;", name="f.bd")


class Missing:
    """A finder without which a module cannot be imported: another one that it imports does not exist."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, fullname: str, path: object = None, target: ModuleType | None = None) -> None:
        if fullname == "beskid.driver.options":
            raise ModuleNotFoundError(f"No module named {self.name!r}", name=self.name)


def lack(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "beskid.driver.options", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(name), *sys.meta_path])


def test_without_its_own_modules_the_compiler_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lack("beskid.driver.options", monkeypatch)
    with pytest.raises(DriverError, match="the compiler is not installed"):
        find_or_compile(REQUEST, {"XDG_CACHE_HOME": str(tmp_path)})


def test_another_missing_module_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lack("llvmlite", monkeypatch)
    with pytest.raises(ModuleNotFoundError, match="No module named 'llvmlite'"):
        find_or_compile(REQUEST, {"XDG_CACHE_HOME": str(tmp_path)})
