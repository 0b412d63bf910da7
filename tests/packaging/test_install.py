"""The wheel: built from a copy of the sources, installed into a clean environment, working there without a compiler.

No network is used: the build tools and llvmlite come from the environment that runs the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("src", "runtime", "corelib", "tools", "docs/reference/diagnostics")
WITHOUT_ZIG = "import sys; sys.modules['ziglang'] = None; from beskid.__main__ import main; sys.exit(main())"
"""The command line as if the zig package, which may lie beside the test tools, were not installed."""
COPIED_FILES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md")


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: text for key, text in os.environ.items() if not key.startswith(("PYTHON", "CC"))}
    return limits.run(
        command, capture_output=True, text=True, timeout=300, env={**environment, **variables}, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A clean environment with the wheel in it; gives its folder of scripts."""
    folder = tmp_path_factory.mktemp("packaging")
    sources = folder / "sources"
    sources.mkdir()
    unwanted = shutil.ignore_patterns("_runtime", "_corelib", "__pycache__")
    for name in COPIED:
        shutil.copytree(ROOT / name, sources / name, ignore=unwanted)
    for name in COPIED_FILES:
        shutil.copy(ROOT / name, sources / name)
    wheels = folder / "wheels"
    pip = [sys.executable, "-m", "pip"]
    built = run([*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(sources)])
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = wheels.iterdir()
    assert not wheel.name.endswith("any.whl"), "a wheel with native code names its platform"
    made = run([sys.executable, "-m", "venv", "--without-pip", str(folder / "environment")])
    assert made.returncode == 0, made.stderr
    scripts = folder / "environment" / "bin"
    added = run([*pip, "--python", str(scripts / "python"), "install", "--quiet", "--no-deps", str(wheel)])
    assert added.returncode == 0, added.stderr
    library = next((folder / "environment" / "lib").glob("python*/site-packages"))
    (library / "code_generator.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    yield scripts


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    program = tmp_path / "hello.bd"
    program.write_text('unit main() { PrintLine("installed"); }\n', encoding="utf-8")
    return program


def test_it_is_the_installed_one(installed: Path) -> None:
    done = run([str(installed / "python"), "-c", "import beskid; print(beskid.__file__)"])
    assert done.stdout.startswith(str(installed.parent))


def test_run_needs_no_compiler(installed: Path, hello: Path, tmp_path: Path) -> None:
    done = run([str(installed / "beskid"), "run", str(hello)], PATH="", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert (done.stdout, done.stderr, done.returncode) == ("installed\n", "", 0)


def test_build_says_that_it_needs_one(installed: Path, hello: Path, tmp_path: Path) -> None:
    done = run(
        [str(installed / "python"), "-c", WITHOUT_ZIG, "build", str(hello), "-o", str(tmp_path / "out")],
        PATH="",
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert done.returncode == 3
    assert "E4020" in done.stderr
    assert not (tmp_path / "out").exists()


def test_build_works_with_one(installed: Path, hello: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    built = run(
        [str(installed / "beskid"), "build", str(hello), "-o", str(output)], XDG_CACHE_HOME=str(tmp_path / "cache")
    )
    assert built.returncode == 0, built.stderr
    assert run([str(output)]).stdout == "installed\n"


def test_explanations_are_inside(installed: Path) -> None:
    done = run([str(installed / "beskid"), "explain", "E1206"])
    assert done.stdout.startswith("# E1206: ")


def test_the_doctor_finds_no_problem(installed: Path, tmp_path: Path) -> None:
    done = run([str(installed / "beskid"), "doctor"], XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stdout
    assert str(installed.parent) in done.stdout
