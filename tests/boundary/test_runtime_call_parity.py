"""Boundary: each runtime call does the same through both back ends, nulls and edges included."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.runtime_calls import HOSTS_ONLY, IMPLIED, SCENES, Scene, called, program
from tests.boundary.toolbox import RUNNER, Outcome, compile_text, environment, link, runtime_folder

from beskid.abi import RUNTIME_EXPORT_SYMBOLS


def finish(command: list[str], folder: Path, scene: Scene) -> Outcome:
    """Run a command in a folder of its own, with the scene's input."""
    folder.mkdir()
    done = limits.run(
        command, input=scene.stdin, cwd=folder, env=environment(False), capture_output=True, timeout=120, check=False
    )
    return Outcome(done.stdout.decode(), done.stderr.decode(), done.returncode)


@pytest.mark.parametrize("name", SCENES)
def test_both_back_ends_do_the_same(name: str, tmp_path: Path) -> None:
    scene = SCENES[name]
    image = compile_text(program(scene))
    (tmp_path / "program.o").write_bytes(image)
    library = str(runtime_folder() / "libbeskid_runtime.so")
    jit = [sys.executable, "-c", RUNNER, library, str(tmp_path / "program.o")]
    expected = Outcome(scene.stdout, scene.expected_stderr(), scene.expected_status())
    assert finish(jit, tmp_path / "jit", scene) == expected
    assert finish([str(link(image, tmp_path))], tmp_path / "aot", scene) == expected


def test_every_function_of_the_contract_has_a_scene() -> None:
    texts = [program(scene) for scene in SCENES.values()]
    reached = set().union(*[called(scene) for scene in SCENES.values()])
    reached |= {symbol for symbol, word in IMPLIED.items() if any(f"= {word} " in text for text in texts)}
    assert set(RUNTIME_EXPORT_SYMBOLS) - reached == set(HOSTS_ONLY)
