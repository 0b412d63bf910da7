"""A path that the system does not let a command look at is a diagnostic in every command, not a crash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from beskid.cli.main import main

COMMANDS: dict[str, list[str]] = {
    "fmt": ["fmt", "closed/m.bd"],
    "fmt of a manifest": ["fmt", "closed/Project.proj"],
    "check": ["check", "closed/m.bd"],
    "run": ["run", "closed/m.bd"],
    "build": ["build", "closed/m.bd", "-o", "m"],
    "output": ["build", "m.bd", "-o", "closed/m"],
    "bind": ["bind", "closed/h.h", "--library", "h"],
    "output of bind": ["bind", "h.h", "--library", "h", "-o", "closed/h.bd"],
    "metadata": ["abi", "verify", "closed/m.beskid.json"],
    "contract": ["abi", "check", "--tree", "closed"],
}


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that cannot be searched; the superuser may search any, so the system call is replaced."""
    (tmp_path / "m.bd").write_text("unit main() { }\n", encoding="utf-8")
    (tmp_path / "h.h").write_text("int twice(int value);\n", encoding="utf-8")
    (tmp_path / "closed").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("stat", "lstat", "open"):
        original = getattr(os, name)

        def refuse(path: Any, *arguments: Any, original: Any = original, **named: Any) -> Any:
            if not isinstance(path, int) and "closed/" in os.fsdecode(path):
                raise PermissionError(13, "Permission denied", path)
            return original(path, *arguments, **named)

        monkeypatch.setattr(os, name, refuse)
    yield tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_says_so(name: str, closed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(COMMANDS[name])
    errors = capsys.readouterr().err
    assert status in (1, 2, 3), errors
    assert "permission denied" in errors.lower()
    assert "internal compiler error" not in errors
