"""Long and deep manifests: a diagnostic or a project, in time that grows with the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.complexity.calls import count_calls

from beskid.cli.main import main

HEAD = 'project { name = "app" version = "1" '
TARGET = 'target "app" { kind = App entry = "Main.bd" }\n'
MAX_GROWTH = 2.5

MANIFESTS: dict[str, Callable[[int], str]] = {
    "blocks in blocks": lambda n: HEAD + "x { " * n + "} " * n + "}\n" + TARGET,
    "lists in lists": lambda n: f"{HEAD}authors = {'[' * n}{']' * n} }}\n{TARGET}",
    "blocks that are not closed": lambda n: "project { " * n,
    "lists that are not closed": lambda n: f"{HEAD}authors = {'[' * n}",
    "entries of a list": lambda n: f"{HEAD}authors = [{', '.join([chr(34) + 'a' + chr(34)] * n)}] }}\n{TARGET}",
    "unknown keys": lambda n: HEAD + " ".join([f'key{i} = "a"' for i in range(n)]) + "}\n" + TARGET,
    "targets": lambda n: HEAD + "}\n" + "".join([TARGET.replace("app", f"app{i}") for i in range(n)]),
    "dependencies": lambda n: (
        HEAD + "}\n" + TARGET + "".join([f'dependency "D{i}" {{ source = path path = "d{i}" }}\n' for i in range(n)])
    ),
    "one long name": lambda n: f'project {{ name = "{"a" * n}" version = "1" }}\n{TARGET}',
    "names with dots": lambda n: f'project {{ name = "{"a." * n}a" version = "1" }}\n{TARGET}',
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "p"
    (folder / "Src").mkdir(parents=True)
    (folder / "Src" / "Main.bd").write_text("unit main() {}\n")
    return folder


def check(folder: Path, manifest: str) -> int:
    (folder / "Project.proj").write_text(manifest)
    return main(["check", str(folder)])


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_may_be_long_and_deep(kind: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in (1, 10_000):
        status = check(project, MANIFESTS[kind](n))
        message = capsys.readouterr().err
        assert status in (0, 1), message[:2000]
        assert status == 0 or "error[E" in message, message[:2000]


@pytest.mark.parametrize("kind", MANIFESTS)
def test_calls_grow_with_the_manifest(kind: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed, smaller, larger = (
        count_calls(lambda n=n: check(project, MANIFESTS[kind](n)))  # type: ignore[misc]
        for n in (1, 300, 600)
    )
    assert larger - fixed <= MAX_GROWTH * max(smaller - fixed, 1_000), (fixed, smaller, larger)
