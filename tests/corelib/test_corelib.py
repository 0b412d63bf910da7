"""Runs the tests of the core library, its examples, and the example programs; they cover every public function."""

from __future__ import annotations

import os
import re
import sys
from ctypes.util import find_library
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from tests import limits

ROOT = Path(__file__).resolve().parents[2]
TESTS = Path(__file__).resolve().parent
LIBRARY = ROOT / "corelib" / "src"
LIBRARY_TESTS = ROOT / "corelib" / "tests"
PROGRAM_FOLDERS = sorted(
    path for path in (ROOT / "examples").iterdir() if path.suffix == ".bd" or (path / "Project.proj").exists()
)
TIME_LIMIT = 240
RUNS = [("-O2", "1"), *([("-O2", ""), ("-O0", "1")] if "BESKID_EXAMPLES" in os.environ else [])]
"""The levels, and whether each allocation collects. The long checks have all of them."""

RESULT = re.compile(r"^Result: passed=(\d+), failed=0, skipped=0, filtered_out=0$", re.MULTILINE)
PUBLIC_FUNCTION = re.compile(r"^pub [\w<>\[\], ]+? (\w+)(?:<[^(\n]*>)?\(", re.MULTILINE)
EXAMPLE_BLOCK = re.compile(r"^/// ```beskid[^\n]*\n(.*?)^/// ```$", re.MULTILINE | re.DOTALL)
"""An example of a public item, which `beskid test --doc` runs."""

NOT_TESTED_HERE = frozenset(
    (
        # They end the test that calls them.
        "Exit",
        "Fail",
        "Panic",
        # The language's own programs compare what they print.
        "Flush",
        "Print",
        "PrintError",
        "PrintErrorLine",
        "PrintLine",
        "StderrFd",
        "StdinFd",
        "Write",
        "WriteLine",
        "WriteLineEmpty",
        # Only a foreign function hands out userdata.
        "ObjectOf",
    )
)


def run_tests(folder: Path, *words: str, **variables: str) -> int:
    """Run the tests, require that all pass, and return their number."""
    done = limits.run(
        [sys.executable, "-m", "beskid", "test", *words],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    result = RESULT.search(done.stdout)
    assert result is not None, done.stdout
    return int(result[1])


@pytest.mark.parametrize(("level", "stress"), RUNS)
def test_the_core_library(tmp_path: Path, level: str, stress: str) -> None:
    assert run_tests(tmp_path, "corelib/tests", level, BESKID_GC_STRESS=stress) > 80


def test_the_examples_of_the_core_library_while_collecting_all_the_time(tmp_path: Path) -> None:
    assert run_tests(tmp_path, "--doc", "corelib", BESKID_GC_STRESS="1") > 900


def test_everything_public_is_documented_and_every_function_has_an_example() -> None:
    words = [sys.executable, "-m", "beskid", "doc", "--check", "--examples", "corelib"]
    done = limits.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_module_has_a_reference() -> None:
    """The page of references has one row for each module, and the tests that it names exist."""
    text = (ROOT / "docs" / "internals" / "library-references.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \| .* \| `([^`]+)` \|$", text, re.MULTILINE)
    patterns = [pattern for modules, _ in rows for pattern in re.findall(r"`([^`]+)`", modules)]
    modules = {".".join(path.relative_to(LIBRARY).with_suffix("").parts) for path in LIBRARY.rglob("*.bd")}
    matching = {module: [each for each in patterns if fnmatchcase(module, each)] for module in modules}
    assert {module: found for module, found in matching.items() if len(found) != 1} == {}
    assert [each for each in patterns if not any(fnmatchcase(module, each) for module in modules)] == []
    assert [test for _, test in rows if not (ROOT / test).exists() and not (TESTS / test).exists()] == []


def foreign_libraries(example: Path) -> list[str]:
    """Return the libraries that the manifest of an example permits."""
    manifest = example / "Project.proj"
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    return re.findall(r'"(\w+)"', "".join(re.findall(r"libraries = \[(.*?)\]", text)))


@pytest.mark.parametrize("example", PROGRAM_FOLDERS, ids=[path.stem for path in PROGRAM_FOLDERS])
def test_example(tmp_path: Path, example: Path) -> None:
    for library in foreign_libraries(example):
        if find_library(library) is None:
            pytest.skip(f"there is no library {library} here")
    assert run_tests(tmp_path, str(example.relative_to(ROOT))) > 0


def test_every_public_function_is_called() -> None:
    functions = {
        name: path.relative_to(LIBRARY).as_posix()
        for path in sorted(LIBRARY.rglob("*.bd"))
        for name in PUBLIC_FUNCTION.findall(path.read_text(encoding="utf-8"))
    }
    assert len(functions) > 150
    tests = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY_TESTS.rglob("*.bd"))]
    sources = [path.read_text(encoding="utf-8") for path in sorted(LIBRARY.rglob("*.bd"))]
    examples = [block for source in sources for block in EXAMPLE_BLOCK.findall(source)]
    called = set(re.findall(r"(\w+)(?:<[^()\n]*>)?\(", "\n".join(tests + examples)))
    missing = {name: file for name, file in functions.items() if name not in called and name not in NOT_TESTED_HERE}
    assert not missing
