"""Every object of the museum against every runtime: a pair is accepted with the right output, or refused by name.

The museum has files of every level from 8 on (`make museum` adds the current one). Some of the runtimes differ from the
current one by a level, a signature, a field, or a clause.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.toolbox import RUNNER, TRIPLE, runtime_folder
from tests.boundary.variants import ARCHIVE, LIBRARY, START, Edits, build_variant, variants_folder
from tests.cross.machines import HEAP, RUN_TESTED, require

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL
from beskid.aot.build import build
from beskid.aot.errors import AotError
from beskid.aot.request import BuildRequest, OutputKind
from beskid.codegen.fileformats import read_binary
from beskid.codegen.target import TARGETS, Target
from beskid.driver.abi_files import surface_of_file, verify_file
from beskid.driver.linking import link

MUSEUM = Path(__file__).resolve().parent / "museum"
LEVELS = sorted(int(path.name.removeprefix("level-").removesuffix(".tar.xz")) for path in MUSEUM.glob("*.tar.xz"))
OUTPUTS = {"find": "found: true\n", "plain": "the first is 3\n"}

OTHER_TARGETS = {target.name: target for target in TARGETS.values() if target.triple != TRIPLE}

NEXT = BESKID_RUNTIME_ABI_LEVEL + 1
FIND = '[{ name = "text", is = "string" }, { name = "needle", is = "string" }, { name = "from", is = "I64" }]'
FIND_SOURCE = "str_find(const BeskidStr *text, const BeskidStr *needle, int64_t from)"


def swapped(text: str) -> str:
    return text.replace("text", "@").replace("needle", "text").replace("@", "needle")


@dataclass(frozen=True)
class Variant:
    """A runtime with an edited contract, the programs that it refuses, and what the refusal names."""

    contract: Edits
    sources: Edits = ()
    refused: tuple[str, ...] = ()
    named: str = ""


VARIANTS = {
    "next level": Variant(
        (
            (f"\nlevel = {BESKID_RUNTIME_ABI_LEVEL}\n\n", f"\nlevel = {NEXT}\n\n"),
            ('date = "unreleased"', 'date = "2026-12-01"'),
            (
                "[size_classes]",
                f'[[history]]\nlevel = {NEXT}\ndate = "unreleased"\nadds = "More."\nwhy = "More."\n\n[size_classes]',
            ),
            (
                "[size_classes]",
                f'[[constant]]\nname = "MORE"\nvalue = 1\nsince = {NEXT}\nmeaning = "More."\n\n[size_classes]',
            ),
        )
    ),
    "swapped signature": Variant(
        (
            (FIND, swapped(FIND)),
        ),
        ((FIND_SOURCE, swapped(FIND_SOURCE)),),
        ("find",),
        "function str_find",
    ),
    "moved field": Variant(
        (
            (
                '{ name = "function", c = "const char *", offset = 0, size = 8',
                '{ name = "file", c = "const char *", offset = 0, size = 8',
            ),
            (
                '{ name = "file", c = "const char *", offset = 8, size = 8, meaning = "Path',
                '{ name = "function", c = "const char *", offset = 8, size = 8, meaning = "Path',
            ),
        ),
        (),
        ("find", "plain"),
        "field BeskidSite.f",
    ),
    "changed clause": Variant(
        (("syscall_write with a null handle returns -1.", "syscall_write with a null handle panics."),),
        (),
        ("find", "plain"),
        "semantics write-null-handle",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("museum")
    for level in LEVELS:
        with tarfile.open(MUSEUM / f"level-{level}.tar.xz") as archive:
            archive.extractall(folder / str(level), filter="data")
    return folder


@pytest.fixture(scope="module", params=[*LEVELS, "current", *VARIANTS])
def runtime(request: pytest.FixtureRequest, museum: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A runtime and its name."""
    name = str(request.param)
    if name == "current":
        return name, runtime_folder()
    if name not in VARIANTS:
        return name, museum / name / "runtime"
    variant = VARIANTS[name]
    folder = variants_folder(tmp_path_factory)
    return name, build_variant(folder, name.replace(" ", "-"), contract=variant.contract, sources=variant.sources)


def loaded(image: Path, runtime: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run an object in the engine of this compiler with a runtime."""
    words = [sys.executable, "-c", RUNNER, str(runtime / LIBRARY), str(image)]
    return limits.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("program", OUTPUTS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_object_with_every_runtime(
    level: int, program: str, runtime: tuple[str, Path], museum: Path, tmp_path: Path
) -> None:
    name, folder = runtime
    image = museum / str(level) / f"{program}.o"
    done = loaded(image, folder, tmp_path)
    request = BuildRequest(
        image.read_bytes(), OutputKind.EXECUTABLE, str(tmp_path / "made"), TRIPLE, runtime_folder=str(folder)
    )
    # An object of level 8 states no rows; its level says which it relies on.
    if name in VARIANTS and program in VARIANTS[name].refused:
        named = VARIANTS[name].named
        assert done.stdout == ""
        assert named in done.stderr and "E4012" in done.stderr
        with pytest.raises(AotError) as caught:
            build(request)
        assert caught.value.code == "E4012"
        assert named in caught.value.message and str(folder / ARCHIVE) in caught.value.message
        return
    assert (done.stdout, done.returncode) == (OUTPUTS[program], 0), done.stderr
    build(request)
    made = limits.run([str(tmp_path / "made")], capture_output=True, text=True, check=False)
    assert (made.stdout, made.returncode) == (OUTPUTS[program], 0)


@pytest.mark.parametrize("level", LEVELS)
def test_every_linked_file_still_works(level: int, museum: Path, tmp_path: Path) -> None:
    folder = museum / str(level)
    for program, output in OUTPUTS.items():
        done = limits.run([str(folder / program)], capture_output=True, text=True, check=False)
        assert (done.stdout, done.returncode) == (output, 0)
        for file in (folder / program, folder / f"{program}.o"):
            assert not verify_file(file).problems
    assert ctypes.CDLL(str(folder / "library.so")).twice(ctypes.c_int64(21)) == 42
    caller = tmp_path / "caller.c"
    caller.write_text("long twice(long);\nint main(void) { return (int)twice(21); }\n", encoding="utf-8")
    words = ["cc", str(caller), str(folder / "library.a"), "-lm", "-o", str(tmp_path / "caller")]
    limits.run(words, check=True)
    assert limits.run([str(tmp_path / "caller")], check=False).returncode == 42
    for name in (LIBRARY, ARCHIVE):
        assert not verify_file(folder / "runtime" / name).problems
    assert (folder / "runtime" / START).exists()


@pytest.mark.parametrize("level", LEVELS)
def test_every_object_of_every_target_is_accepted(level: int, museum: Path) -> None:
    """Levels before the table of targets have objects of this machine alone."""
    folder = museum / str(level) / "objects"
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    assert names == (set(OTHER_TARGETS) if level > 8 else set())
    for name in names:
        for program in (*OUTPUTS, "library"):
            verdict = verify_file(folder / name / f"{program}.o")
            assert (verdict.kind, verdict.problems) == ("object", [])
            assert verdict.facts["target"] == OTHER_TARGETS[name].triple
        # What it relies on is what the object of this machine relies on.
        for program in OUTPUTS:
            ours = surface_of_file(museum / str(level) / f"{program}.o")
            assert surface_of_file(folder / name / f"{program}.o") == ours
        assert "twice" in read_binary((folder / name / "library.o").read_bytes()).defined


@pytest.mark.parametrize("target", RUN_TESTED, ids=[target.name for target in RUN_TESTED])
@pytest.mark.parametrize("level", [level for level in LEVELS if level > 8])
def test_every_object_of_another_machine_runs(level: int, target: Target, museum: Path, tmp_path: Path) -> None:
    require(target)
    for program, output in OUTPUTS.items():
        image = (museum / str(level) / "objects" / target.name / f"{program}.o").read_bytes()
        link(image, OutputKind.EXECUTABLE, tmp_path / program, target.triple, dict(os.environ), metadata=False)
        words = [*target.runner.split(), str(tmp_path / program)]
        done = limits.run(words, capture_output=True, text=True, env={**os.environ, **HEAP}, check=False)
        assert (done.stdout, done.returncode) == (output, 0), done.stderr


def test_the_museum_has_the_current_level() -> None:
    assert list(range(8, BESKID_RUNTIME_ABI_LEVEL + 1)) == LEVELS, "run `make museum`"
    assert all((MUSEUM / f"level-{level}.tar.xz").stat().st_size < 400_000 for level in LEVELS)
