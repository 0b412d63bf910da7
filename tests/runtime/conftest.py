"""What the runtime's tests share: programs built plain and with sanitizers, and the shared library."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime.build import RUNTIME, SANITIZERS, build_program, load_script


@pytest.fixture(scope="session")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


@pytest.fixture(scope="session", params=["plain", "sanitized"])
def variant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    if request.param == "plain":
        folder: Path = request.getfixturevalue("plain_folder")
        return folder, ()
    return tmp_path_factory.mktemp("sanitized"), SANITIZERS


@pytest.fixture(scope="session")
def heap_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_heap", *variant)


@pytest.fixture(scope="session")
def random_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_random", *variant)


@pytest.fixture(scope="session")
def graph_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_graph", *variant)


@pytest.fixture(scope="session")
def scale_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_scale", *variant)


@pytest.fixture(scope="session")
def text_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_text", *variant)


@pytest.fixture(scope="session")
def panics_program(variant: tuple[Path, tuple[str, ...]]) -> Path:
    return build_program("test_panics", *variant)


@pytest.fixture(scope="session")
def plain_panics(plain_folder: Path) -> Path:
    return build_program("test_panics", plain_folder)


@pytest.fixture(scope="session")
def library_folder(plain_folder: Path) -> Path:
    """A folder with the shared library, the archive and the start-up object."""
    folder = plain_folder / "library"
    load_script("build").build_runtime(RUNTIME, folder, tools=False)
    return folder
