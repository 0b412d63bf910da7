"""Projects that several others depend on were read again for each path that leads to them: 2^N times for N layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.driver.dependencies import graph
from beskid.driver.inputs.manifest import ManifestResult, read_manifest
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.source.text import SourceText

LAYERS = 16
PROJECT = 'project {{ name = "{name}" version = "1" }}\ntarget "t" {{ kind = Lib entry = "Main.bd" }}\n'
DEPENDENCY = 'dependency "{name}" {{ source = path path = "../{name}" }}\n'


def test_each_project_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for layer in range(LAYERS):
        for side in "AB":
            name = f"{side}{layer}"
            (tmp_path / name / "Src").mkdir(parents=True)
            (tmp_path / name / "Src" / "Main.bd").write_text("")
            deeper = [f"{each}{layer + 1}" for each in "AB"] if layer + 1 < LAYERS else []
            text = PROJECT.format(name=name) + "".join([DEPENDENCY.format(name=each) for each in deeper])
            (tmp_path / name / "Project.proj").write_text(text)
    reads: list[str] = []

    def counted(source: SourceText) -> ManifestResult:
        reads.append(source.path)
        return read_manifest(source)

    monkeypatch.setattr(graph, "read_manifest", counted)
    resolved = resolve_input(tmp_path / "A0", None, None, tmp_path)
    assert isinstance(resolved, ResolvedInput)
    assert len(resolved.dependencies) == 2 * (LAYERS - 1)
    assert len(reads) == len(set(reads)) == 2 * (LAYERS - 1)
