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
from tests.boundary.variants import ARCHIVE, LIBRARY, START, Edits, build_variant, level_before, variants_folder
from tests.cross.machines import RUN_TESTED, require, require_linking, run_executable

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL
from beskid.aot.build import build
from beskid.aot.errors import AotError
from beskid.aot.request import BuildRequest, OutputKind
from beskid.aot.runtime_archive import installed_folder
from beskid.codegen.fileformats import read_binary
from beskid.codegen.objectfile import note_fields
from beskid.codegen.target import EXECUTABLE, TARGETS, Target
from beskid.driver.abi_files import surface_of_file, verify_file
from beskid.driver.linking import link

MUSEUM = Path(__file__).resolve().parent / "museum"
LEVELS = sorted(int(path.name.removeprefix("level-").removesuffix(".tar.xz")) for path in MUSEUM.glob("*.tar.xz"))


@dataclass(frozen=True)
class Program:
    """A program of the museum: what it prints, and the first level that has files of it."""

    output: str
    since: int = 8


PROGRAMS = {
    "find": Program("found: true\n"),
    "plain": Program("the first is 3\n"),
    "hash": Program("Ada is 36\n", since=9),
}
OBJECTS = [(level, name) for level in LEVELS for name, program in PROGRAMS.items() if level >= program.since]

ONLY_LINKED = tuple(
    target
    for target in TARGETS.values()
    if EXECUTABLE in target.kinds and target not in RUN_TESTED and target.triple != TRIPLE
)
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
        (*PROGRAMS,),
        "field BeskidSite.f",
    ),
    "changed clause": Variant(
        (("syscall_write with a null handle returns -1.", "syscall_write with a null handle panics."),),
        (),
        (*PROGRAMS,),
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


@dataclass(frozen=True)
class Runtime:
    """A runtime, its level, and how it differs from a real one."""

    folder: Path
    level: int
    variant: Variant | None = None


@pytest.fixture(scope="module", params=[*LEVELS, "current", "level before", *VARIANTS])
def runtime(request: pytest.FixtureRequest, museum: Path, tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    name, shared = str(request.param), variants_folder(tmp_path_factory)
    if name == "current":
        return Runtime(runtime_folder(), BESKID_RUNTIME_ABI_LEVEL)
    if name == "level before":
        return Runtime(level_before(shared), BESKID_RUNTIME_ABI_LEVEL - 1)
    if name not in VARIANTS:
        return Runtime(museum / name / "runtime", int(name))
    variant = VARIANTS[name]
    folder = build_variant(shared, name.replace(" ", "-"), contract=variant.contract, sources=variant.sources)
    return Runtime(folder, NEXT if name == "next level" else BESKID_RUNTIME_ABI_LEVEL, variant)


def loaded(image: Path, runtime: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run an object in the engine of this compiler with a runtime."""
    words = [sys.executable, "-c", RUNNER, str(runtime / LIBRARY), str(image)]
    return limits.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(("level", "program"), OBJECTS)
def test_every_object_with_every_runtime(
    level: int, program: str, runtime: Runtime, museum: Path, tmp_path: Path
) -> None:
    image = museum / str(level) / f"{program}.o"
    done = loaded(image, runtime.folder, tmp_path)
    request = BuildRequest(
        image.read_bytes(), OutputKind.EXECUTABLE, str(tmp_path / "made"), TRIPLE, runtime_folder=str(runtime.folder)
    )
    named = refusal(image.read_bytes(), program, runtime)
    if not named:
        assert (done.stdout, done.returncode) == (PROGRAMS[program].output, 0), done.stderr
        build(request)
        made = limits.run([str(tmp_path / "made")], capture_output=True, text=True, check=False)
        assert (made.stdout, made.returncode) == (PROGRAMS[program].output, 0)
        return
    assert done.stdout == ""
    for word in (*named, "E4012", "`program`", f"`{runtime.folder / LIBRARY}`"):
        assert word in done.stderr, (word, done.stderr)
    with pytest.raises(AotError) as caught:
        build(request)
    assert caught.value.code == "E4012"
    assert caught.value.help
    for word in (*named, "`made`", f"`{runtime.folder / ARCHIVE}`"):
        assert word in caught.value.message, (word, caught.value.message)
    assert not (tmp_path / "made").exists()


def refusal(image: bytes, program: str, runtime: Runtime) -> tuple[str, ...]:
    """What the refusal of a pair names, nothing for one that works: the numbers of both, or the row that differs.

    An object of level 8 states no rows; its level says which it relies on.
    """
    needed = int(note_fields(image)["level"][0])
    if needed > runtime.level:
        return ("ABI level", f"needs {needed}", f"offers {runtime.level}")
    if runtime.variant is None or program not in runtime.variant.refused:
        return ()
    return (f"`{runtime.variant.named}", f"level {needed}", f"level {runtime.level}")


@pytest.mark.parametrize("level", LEVELS)
def test_every_linked_file_still_works(level: int, museum: Path, tmp_path: Path) -> None:
    folder = museum / str(level)
    for program in [name for each, name in OBJECTS if each == level]:
        done = limits.run([str(folder / program)], capture_output=True, text=True, check=False)
        assert (done.stdout, done.returncode) == (PROGRAMS[program].output, 0)
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
        programs = [name for each, name in OBJECTS if each == level]
        for program in (*programs, "library"):
            verdict = verify_file(folder / name / f"{program}.o")
            assert (verdict.kind, verdict.problems) == ("object", [])
            assert verdict.facts["target"] == OTHER_TARGETS[name].triple
        # What it relies on is what the object of this machine relies on.
        for program in programs:
            ours = surface_of_file(museum / str(level) / f"{program}.o")
            theirs = surface_of_file(folder / name / f"{program}.o")
            # Without guard pages, functions of WebAssembly compare the stack themselves.
            more = {"function panic_stack_overflow"} if name.startswith("wasm") else set()
            assert {clause: fact for clause, fact in theirs.facts.items() if clause not in more} == ours.facts
            assert (theirs.version, theirs.level) == (ours.version, ours.level)
        assert "twice" in read_binary((folder / name / "library.o").read_bytes()).defined


@pytest.mark.parametrize("target", RUN_TESTED, ids=[target.name for target in RUN_TESTED])
@pytest.mark.parametrize("level", [level for level in LEVELS if level > 8])
def test_every_object_of_another_machine_runs(level: int, target: Target, museum: Path, tmp_path: Path) -> None:
    require(target)
    for program in [name for each, name in OBJECTS if each == level]:
        image = (museum / str(level) / "objects" / target.name / f"{program}.o").read_bytes()
        link(image, OutputKind.EXECUTABLE, tmp_path / program, target.triple, dict(os.environ), metadata=False)
        done = run_executable(target, tmp_path / program)
        assert (done.stdout, done.status) == (PROGRAMS[program].output, 0), done.stderr


@pytest.mark.parametrize("target", ONLY_LINKED, ids=[target.name for target in ONLY_LINKED])
@pytest.mark.parametrize("level", [level for level in LEVELS if level > 8])
def test_every_object_of_a_machine_without_emulator_is_linked(
    level: int, target: Target, museum: Path, tmp_path: Path
) -> None:
    require_linking(target)
    for program in [name for each, name in OBJECTS if each == level]:
        image = (museum / str(level) / "objects" / target.name / f"{program}.o").read_bytes()
        link(image, OutputKind.EXECUTABLE, tmp_path / program, target.triple, dict(os.environ))
        for path in (tmp_path / program, tmp_path / f"{program}.beskid.json"):
            verdict = verify_file(path)
            assert verdict.problems == []
            assert verdict.facts["target"] == target.triple
        # What the file states is the contract of the runtime inside it.
        assert surface_of_file(tmp_path / program) == surface_of_file(installed_folder(target.triple) / ARCHIVE)


def test_the_museum_has_the_current_level() -> None:
    assert list(range(8, BESKID_RUNTIME_ABI_LEVEL + 1)) == LEVELS, "run `make museum`"
    assert all((MUSEUM / f"level-{level}.tar.xz").stat().st_size < 400_000 for level in LEVELS)
