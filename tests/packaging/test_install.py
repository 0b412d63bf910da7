"""The wheel: built from a copy of the sources, installed into a clean environment, working there without a compiler.

No network is used: the build tools and llvmlite come from the environment that runs the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits
from tests.cross.machines import WITHOUT_ZIG
from tests.packaging.walk import Step, blessed, walk
from tests.packaging.wheels import PIP, ROOT, build_wheel, copy_sources, run
from tests.serve.visitor import visit
from tools.terminal import draw

from beskid.aot.sysroot import zig_version
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.templates import TEMPLATES, Template

README = (ROOT / "README.md").read_text(encoding="utf-8")
TERMINAL = ROOT / "docs" / "terminal.svg"
INSTALL = "```console\n$ pip install .\n```"
"""What the fixture `installed` does, with the wheel that this command makes."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of scripts of a clean environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("packaging")
    wheel = build_wheel(folder)
    assert not wheel.name.endswith("any.whl"), "a wheel with native code names its platform"
    made = run([sys.executable, "-m", "venv", "--without-pip", str(folder / "environment")])
    assert made.returncode == 0, made.stderr
    scripts = folder / "environment" / "bin"
    added = run([*PIP, "--python", str(scripts / "python"), "install", "--quiet", "--no-deps", str(wheel)])
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


def test_the_second_start_is_native(installed: Path, hello: Path, tmp_path: Path) -> None:
    """The interpreter of the installation is taken away, so only an executable can print the greeting."""
    words = [str(installed / "beskid"), "run", str(hello)]
    settings = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    launches = tmp_path / "cache" / "beskid" / "launches"
    end = time.monotonic() + 60
    # The first seconds after the installation count for nothing: its files could change without a new time stamp.
    while not (launches.is_dir() and any(len(path.name) == 40 for path in launches.iterdir())):
        assert time.monotonic() < end, "no launch was made"
        assert run(words, **settings).stdout == "installed\n"
        time.sleep(0.2)
    compiler = installed / "beskid-python"
    compiler.rename(installed / "hidden")
    try:
        done = run(words, **settings)
    finally:
        (installed / "hidden").rename(compiler)
    assert (done.stdout, done.stderr, done.returncode) == ("installed\n", "", 0)


def test_the_page_to_serve_is_inside(installed: Path, tmp_path: Path) -> None:
    with visit(tmp_path, command=(str(installed / "beskid"),)) as visitor:
        for name in ("", "page.js", "compiler.js", "codemirror.js", "programs.json"):
            assert visitor.request("GET", visitor.path + name)[0] == 200, name
        assert visitor.run('unit main() { PrintLine("served"); }\n').output == b"served\n"


def test_explanations_are_inside(installed: Path) -> None:
    done = run([str(installed / "beskid"), "explain", "E1206"])
    assert done.stdout.startswith("# E1206: ")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_templates_are_inside(installed: Path, tmp_path: Path, template: Template) -> None:
    """The projects are made and tested with nothing on the path, in a folder whose name needs quoting."""
    folder = tmp_path / "můj shop"
    settings = {"PATH": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    made = run([str(installed / "beskid"), "new", str(folder), "--template", template.name], **settings)
    assert made.returncode == 0, made.stderr
    for words in (["check", "--deny", "warnings"], ["test"]):
        done = run([str(installed / "beskid"), *words, "--project", str(folder)], **settings)
        assert done.returncode == 0, done.stderr
    done = run([str(installed / "beskid"), "fmt", "--check", str(folder)], **settings)
    assert done.returncode == 0, done.stderr


def test_the_readme(installed: Path, tmp_path: Path, bless: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Install, first program, test, executable, C, Python: the commands of the README in a clean environment."""
    assert README.count(INSTALL) == 1
    steps = check_walk(ROOT / "README.md", installed, tmp_path, bless, capsys)
    picture = draw((step.command, step.printed) for step in steps)
    if bless:
        TERMINAL.write_text(picture, encoding="utf-8")
    assert TERMINAL.read_text(encoding="utf-8") == picture
    assert re.findall(r"\*\*(\d)\. (\w+)", README) == [
        ("1", "Install"), ("2", "Write"), ("3", "Test"), ("4", "Build"), ("5", "Call"), ("6", "Call"),
    ]  # fmt: skip


def test_the_first_five_minutes(
    installed: Path, tmp_path: Path, bless: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page of the guide, walked through with the installed command."""
    check_walk(ROOT / "docs" / "guide" / "first-five-minutes.md", installed, tmp_path, bless, capsys)


def check_walk(
    page: Path, installed: Path, folder: Path, bless: bool, capsys: pytest.CaptureFixture[str]
) -> list[Step]:
    """Walk through a page and return its steps; print how long each takes."""
    path = f"{installed}:{os.environ['PATH']}"
    text = page.read_text(encoding="utf-8").replace(INSTALL, "")
    steps = list(walk(text, folder, {"PATH": path}))
    with capsys.disabled():
        total = sum(step.seconds for step in steps)
        print(f"\n{page.name} took {total:.1f} s: ", end="")
        print(", ".join([f"{step.command} {step.seconds:.2f}" for step in steps]))
    if bless:
        page.write_text(blessed(page.read_text(encoding="utf-8"), steps), encoding="utf-8")
        return steps
    assert len(steps) >= 6
    assert [(step.command, step.printed) for step in steps] == [(step.command, step.expected) for step in steps]
    return steps


def test_the_doctor_finds_no_problem(installed: Path, tmp_path: Path) -> None:
    done = run([str(installed / "beskid"), "doctor"], XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.returncode == 0, done.stdout
    assert str(installed.parent) in done.stdout


@pytest.mark.skipif("BESKID_CROSS" not in os.environ, reason="builds the runtimes of all targets")
def test_the_wheels_build_for_another_machine_from_nothing(hello: Path, tmp_path: Path) -> None:
    """Both wheels in a clean environment: no home folder, no PATH, no cache, and no network is asked for."""
    copy_sources(tmp_path / "sources")
    shutil.copytree(ROOT / "packaging", tmp_path / "sources" / "packaging", dirs_exist_ok=True)
    kept = Path(user_cache_folder(dict(os.environ)), "sysroots", zig_version())
    libraries = tmp_path / "sources" / "packaging" / "sysroots"
    shutil.copytree(kept, libraries / "beskid_sysroots", dirs_exist_ok=True)
    for folder in (tmp_path / "sources", libraries):
        wheel = [*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path / "wheels")]
        built = run([*wheel, str(folder)], BESKID_TARGETS="all")
        assert built.returncode == 0, built.stderr
    assert run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "environment")]).returncode == 0
    python = tmp_path / "environment" / "bin" / "python"
    wheels = [str(path) for path in (tmp_path / "wheels").iterdir()]
    added = run([*PIP, "--python", str(python), "install", "--quiet", "--no-deps", *wheels])
    assert added.returncode == 0, added.stderr
    library = next((tmp_path / "environment" / "lib").glob("python*/site-packages"))
    (library / "code_generator.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    output = tmp_path / "out"
    words = ["build", "--for", "aarch64-linux-musl", str(hello), "-o", str(output)]
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = limits.run(
        [str(python), "-m", "beskid", *words], capture_output=True, text=True, env=cache, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert output.read_bytes()[:4] == b"\x7fELF"
