"""`tools/fails_before.py` on a small repository: it lists exactly the new tests that passed before."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests import limits

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "tools.fails_before"]
# The small repository needs no plugin but the one that ends its tests; the others take a second at each start.
PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pytest_timeout"}
VARIABLES = {**os.environ, **PLUGINS, "PYTHONPATH": str(ROOT)}
CASES = """
import pathlib
import pytest
from code_under_test import double

CASES = sorted(pathlib.Path(__file__).parent.glob("cases/*.txt"))

@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    number, result = map(int, path.read_text().split())
    assert double(number) == result
"""


def git(folder: Path, *words: str) -> None:
    names = {f"GIT_{who}_{what}": "test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    limits.run(["git", *words], cwd=folder, env={**os.environ, **names}, check=True, capture_output=True)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def call(repository: Path, *words: str) -> tuple[list[str], int]:
    """Return the lines that the tool prints, and its status."""
    done = limits.run([*COMMAND, *words], cwd=repository, env=VARIABLES, capture_output=True, text=True)
    # Shown by pytest beside a difference.
    print(done.stderr, file=sys.stderr)
    return done.stdout.splitlines(), done.returncode


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose working tree mends a fault of its only commit."""
    write(
        tmp_path,
        {
            "src/code_under_test.py": "def double(x):\n    return x + 2\n",
            "tests/test_unit.py": "from code_under_test import double\n\ndef test_old():\n    assert double(2) == 4\n\n"
            "def test_edited():\n    assert double(2)\n",
            "tests/test_cases.py": CASES,
            "tests/cases/two.txt": "2 4\n",
            "tests/cases/edited.txt": "2 4\n",
        },
    )
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    write(
        tmp_path,
        {
            "src/code_under_test.py": "def double(x):\n    return x * 2\n\ndef triple(x):\n    return x * 3\n",
            "tests/test_unit.py": "from code_under_test import double\n\ndef test_old():\n    assert double(2) == 4\n\n"
            "def test_edited():\n    assert double(3) == 6\n\ndef test_proves_nothing():\n    assert double(2) == 4\n",
            "tests/test_triple.py": "from code_under_test import triple\n\ndef test_triple():\n    assert triple(2)\n",
            "tests/cases/edited.txt": "5 10\n",
            "tests/cases/zero.txt": "0 0\n",
        },
    )
    return tmp_path


def test_it_lists_new_tests_that_passed_before(repository: Path) -> None:
    lines, status = call(repository, "HEAD")
    assert lines == [
        "5 tests are new or changed since HEAD; 4 fail there",
        "passes there: tests/test_unit.py::test_proves_nothing",
    ]
    assert status == 1
    left = limits.run(["git", "worktree", "list"], cwd=repository, capture_output=True, text=True).stdout
    assert len(left.splitlines()) == 1


def test_it_succeeds_if_every_new_test_failed_before(repository: Path) -> None:
    (repository / "tests" / "test_unit.py").unlink()
    lines, status = call(repository, "HEAD")
    assert lines == ["3 tests are new or changed since HEAD; 3 fail there"]
    assert status == 0


def test_it_runs_only_tests_below_the_paths_that_it_is_given(repository: Path) -> None:
    lines, _ = call(repository, "HEAD", "tests/test_triple.py", "tests/cases")
    assert lines == ["1 tests are new or changed since HEAD; 1 fail there"]


def test_a_test_that_hangs_on_the_old_state_fails_there(repository: Path) -> None:
    write(
        repository,
        {
            "tests/test_unit.py": "from code_under_test import double\n\ndef test_loop():\n"
            "    while double(3) != 6:\n        pass\n",
            "tests/test_cases.py": "",
            "tests/test_triple.py": "",
        },
    )
    lines, status = call(repository, "--timeout", "2", "HEAD")
    assert lines == ["1 tests are new or changed since HEAD; 1 fail there"]
    assert status == 0


def test_commands_that_a_test_starts_import_the_old_state(repository: Path) -> None:
    write(
        repository,
        {
            "tests/test_unit.py": "import subprocess, sys\n\ndef test_command():\n"
            "    words = [sys.executable, '-c', 'import code_under_test; print(code_under_test.double(3))']\n"
            "    done = subprocess.run(words, env={}, cwd='/', capture_output=True, text=True)\n"
            "    assert (done.stdout, done.stderr) == ('5\\n', '')\n",
            "tests/test_cases.py": "",
            "tests/test_triple.py": "",
        },
    )
    lines, _ = call(repository, "HEAD")
    assert lines[-1] == "passes there: tests/test_unit.py::test_command"


FAULTS = """
revision = "HEAD"
[[fault]]
what = "it adds"
tests = ["tests/test_unit.py::test_edited", "tests/test_cases.py::test_case[ed*]"]
[[fault]]
what = "nothing"
tests = ["tests/test_unit.py::test_edited", "tests/test_unit.py::test_proves_nothing", "tests/test_unit.py::test_gone"]
[[fault]]
what = "it lacks a function"
tests = ["tests/test_triple.py::test_triple"]
[[fault]]
what = "the test was wrong"
tests = ["tests/test_unit.py::test_proves_nothing"]
reason = "it cannot fail there"
"""


def test_a_fault_is_shown_by_tests_that_fail_where_it_was(repository: Path) -> None:
    write(repository, {"faults.toml": FAULTS})
    lines, status = call(repository, "--faults", "faults.toml")
    assert lines == [
        "passes there: the test was wrong: it cannot fail there",
        "fails there: it adds",
        "NOT SHOWN: nothing: tests/test_unit.py::test_proves_nothing, tests/test_unit.py::test_gone",
        "cannot be imported there: it lacks a function",
    ]
    assert status == 1


ENDING = """
import os, signal
import pytest
from code_under_test import double

def test_a_killer():
    if double(3) != 6:
        os.kill(os.getpid(), signal.SIGKILL)

def test_an_exit():
    if double(3) != 6:
        os._exit(0)

def test_later():
    assert double(3) == 6

def test_late_import():
    import code_under_test
    assert code_under_test.triple(1) == 3

@pytest.mark.skipif(double(3) == 5, reason="not there")
def test_skipped():
    pass

@pytest.fixture
def leaving():
    yield
    assert double(3) == 6

def test_that_leaves(leaving):
    pass

def test_sound():
    assert double(2) == 4
"""
ENDING_FAULTS = """
revision = "HEAD"
[[fault]]
what = "a signal ends the run"
tests = ["tests/test_ending.py::test_a_killer"]
[[fault]]
what = "an exit ends the run"
tests = ["tests/test_ending.py::test_an_exit", "tests/kept/test_kept.py::test_kept"]
[[fault]]
what = "after the end"
tests = ["tests/test_ending.py::test_later", "tests/test_ending.py::test_that_leaves"]
[[fault]]
what = "no fixtures there"
tests = ["tests/kept/test_kept.py::test_kept", "tests/test_ending.py::test_late_import"]
[[fault]]
what = "skipped there"
tests = ["tests/test_ending.py::test_skipped"]
[[fault]]
what = "no fault"
tests = ["tests/test_ending.py::test_sound"]
"""


def test_one_test_or_file_that_ends_a_run_leaves_the_others_their_outcomes(repository: Path) -> None:
    write(
        repository,
        {
            "faults.toml": ENDING_FAULTS,
            "tests/test_ending.py": ENDING,
            "tests/kept/conftest.py": "from code_under_test import triple\n",
            "tests/kept/test_kept.py": "def test_kept():\n    pass\n",
        },
    )
    lines, status = call(repository, "--faults", "faults.toml")
    assert lines == [
        "fails there: a signal ends the run",
        "fails there: an exit ends the run (1 of 2 tests, the others by import)",
        "fails there: after the end",
        "cannot be imported there: no fixtures there",
        "NOT SHOWN: skipped there: tests/test_ending.py::test_skipped",
        "NOT SHOWN: no fault: tests/test_ending.py::test_sound",
    ]
    assert status == 1
