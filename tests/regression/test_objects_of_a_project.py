"""Objects are in the user's cache only: one that came with a project would run in place of its sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from beskid.cli.main import main

MANIFEST = 'project { name = "app" version = "1" }\ntarget "app" { kind = App entry = "Main.bd" }\n'


def project(folder: Path, text: str) -> Path:
    (folder / "Src").mkdir(parents=True)
    (folder / "Src" / "Main.bd").write_text(f'unit main() {{ PrintLine("{text}"); }}\n')
    (folder / "Project.proj").write_text(MANIFEST)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_object_of_a_project_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    good = project(tmp_path / "good", "good")
    evil = project(tmp_path / "evil", "evil")
    before = files(good)
    for folder in (good, evil):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache of {folder.name}"))
        assert main(["run", str(folder)]) == 0
    assert capfd.readouterr().out == "good\nevil\n"
    assert files(good) == before
    for place in ("obj/beskid", "obj/beskid/cache", ".cache"):
        shutil.copytree(tmp_path / "cache of evil" / "beskid", good / place, dirs_exist_ok=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "an empty cache"))
    assert main(["run", str(good)]) == 0
    assert capfd.readouterr().out == "good\n"
