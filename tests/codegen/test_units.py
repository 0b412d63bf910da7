"""Programs compiled in units: their bytes do not depend on how they are made, and an edit compiles few units again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from bench.mixed_programs import write_mixed_project
from tests import limits
from tests.boundary.toolbox import TRIPLE

from beskid.aot.request import OutputKind
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.llvm import metadata
from beskid.codegen.merge import merge
from beskid.codegen.objectfile import ObjectFileError, defined_symbols, undefined_symbols
from beskid.codegen.unit_store import UnitBuild
from beskid.codegen.units import divide
from beskid.codegen.workers import compile_in_parallel
from beskid.driver.cache.store import UNITS
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.linking import link
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

LINES = 800
END_SECONDS = 120.0


def opened(project: Path, level: int = 0, jobs: int = 1) -> Session:
    """A session of a project, with a cache of its own beside it."""
    resolved = resolve_input(project, None, None, project)
    assert not isinstance(resolved, ResolveFailure)
    variables = {"XDG_CACHE_HOME": str(project.parent / "cache"), "BESKID_JOBS": str(jobs)}
    return Session(resolved, CompileOptions(optimize=level), variables)


def built(project: Path, level: int = 0, jobs: int = 1) -> tuple[bytes, UnitBuild]:
    session = opened(project, level, jobs)
    image = session.object_bytes()
    assert image is not None
    assert session.build is not None, "the whole object was in the cache"
    return image, session.build


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_mixed_project(tmp_path / "mixed", LINES)


def artifact_of(project: Path, level: int = 0) -> CodegenArtifact:
    made = opened(project, level).artifact()
    assert made is not None
    return made


def forget_objects(project: Path) -> None:
    """Remove the objects of whole programs from the cache, which keeps those of units."""
    shutil.rmtree(project.parent / "cache" / "beskid" / "objects")


def forget(project: Path) -> None:
    shutil.rmtree(project.parent / "cache")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# The same bytes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 2])
def test_the_bytes_do_not_depend_on_how_they_are_made(project: Path, level: int) -> None:
    first, build = built(project, level)
    assert build.compiled == build.total > 10
    forget_objects(project)
    warm, again = built(project, level)
    assert (warm == first, again.compiled) == (True, 0)
    for jobs in (2, 16):
        forget(project)
        assert built(project, level, jobs)[0] == first


EDITS = (
    ("return balance / unit;", "return balance / (unit + 1);"),
    ("told], 0, step)", "told, 9], 0, step)"),
    ("/// Why a balance changed.\n", "/// Why a balance changed.\n\n// And how.\n"),
    ("lacks ${-next}", "lacks ${-next}!"),
    ("if next < 0 {", 'if next < 0 {\n            PrintLine("negative");'),
    ("quotient = a / b", "quotient = a / b + 1"),
    ("pub Pair<B, A> Swap() =>", "// Both.\n    pub Pair<B, A> Swap() =>"),
)


def test_edits_one_after_another_make_what_a_clean_build_makes(project: Path) -> None:
    chance = random.Random(2026)
    files = sorted((project / "Src").glob("Part*.bd"))
    built(project)
    for _ in range(100 if os.environ.get("BESKID_UNITS") == "all" else 5):
        path = chance.choice(files)
        old, new = chance.choice(EDITS)
        if chance.random() < 0.5:
            old, new = new, old
        if old not in path.read_text(encoding="utf-8"):
            continue
        edit(path, old, new)
        forget_objects(project)
        incremental, build = built(project)
        assert build.compiled < build.total
        kept = project.parent / "kept"
        (project.parent / "cache").rename(kept)
        assert built(project)[0] == incremental
        forget(project)
        kept.rename(project.parent / "cache")


# How many units -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 2])
def test_an_edit_within_a_function_compiles_one_unit_again(project: Path, level: int) -> None:
    built(project, level)
    edit(project / "Src" / "Part2.bd", "spread(7, 100_i32", "spread(7, 101_i32")
    assert built(project, level)[1].compiled == 1


def test_an_edit_that_adds_a_text_compiles_the_data_again(project: Path) -> None:
    built(project)
    edit(project / "Src" / "Part2.bd", "lacks ${-next}", "lacks ${-next}!")
    assert built(project)[1].compiled == 1 + 1


def test_an_edit_of_a_small_function_compiles_the_units_again_that_have_copies(project: Path) -> None:
    small = project / "Src" / "Part1.bd"
    small.write_text(
        small.read_text(encoding="utf-8") + "\npub i64 Scaled(i64 x) => x * 3 + x / 7;\n", encoding="utf-8"
    )
    for part in (2, 3):
        edit(project / "Src" / f"Part{part}.bd", "return total ", "return Part1.Scaled(total) ")
    built(project, 2)
    edit(small, "x * 3 + x / 7", "x * 5 + x / 7")
    assert 2 <= built(project, 2)[1].compiled <= 3


def test_lines_that_move_compile_nothing_again(project: Path) -> None:
    level = 2
    first, _ = built(project, level)
    path = project / "Src" / "Part2.bd"
    path.write_text("// A comment.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    moved, build = built(project, level)
    assert (build.compiled, moved == first) == (0, False)
    # So do lines that move within a function.
    edit(path, "if next < 0 {", "// Before the check.\n\n        if next < 0 {")
    moved, build = built(project, level)
    assert build.compiled == 0
    forget(project)
    assert built(project, level)[0] == moved


# Lines ----------------------------------------------------------------------------------------------------------


def line_tables(image: bytes, folder: Path) -> list[str]:
    """The rows of the line tables of an object, and the lines of calls that were inlined."""
    path = folder / "shown.o"
    path.write_bytes(image)
    shown: list[str] = []
    for what in ("decodedline", "info"):
        command = ["readelf", f"--debug-dump={what}", str(path)]
        text = limits.run(command, capture_output=True, text=True, check=True).stdout
        if what == "decodedline":
            shown += text.splitlines()
        else:
            shown += [str(int(line.split()[-1], 0)) for line in text.splitlines() if "DW_AT_call_line" in line]
    return shown


@pytest.mark.parametrize("level, triple", [(2, TRIPLE), (0, "riscv64-unknown-linux-musl")])
def test_line_tables_are_those_of_units_with_lines(
    project: Path, level: int, triple: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = artifact_of(project, level)
    options = EmitOptions(triple, opt_level=level)
    numbered = line_tables(emit_object(artifact, options), project)
    monkeypatch.setattr(metadata.Metadata, "_line", lambda self, scope, line: line)
    assert numbered == line_tables(emit_object(artifact, options), project)
    assert sum("Part1.bd" in row for row in numbered) > 100


# Entries of the cache -------------------------------------------------------------------------------------------


def test_damaged_entries_are_compiled_again(project: Path) -> None:
    first, build = built(project)
    entries = sorted((project.parent / "cache" / "beskid" / UNITS).iterdir())
    assert len(entries) == build.total
    for number, path in enumerate(entries[:4]):
        whole = path.read_bytes()
        damaged = (b"", whole[:-1], whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], entries[-1].read_bytes())[number]
        path.write_bytes(damaged)
    forget_objects(project)
    image, again = built(project)
    assert image == first
    assert again.compiled == 4


def test_an_entry_that_is_whole_and_no_object_of_its_text_is_not_used(project: Path) -> None:
    first, _ = built(project)
    session = opened(project)
    entries = sorted((project.parent / "cache" / "beskid" / UNITS).iterdir())
    cache = session.cache
    (stranger,) = cache.load_units([entries[1].name])
    assert stranger is not None
    cache.store_units({entries[0].name: stranger, entries[2].name: b"not an object"})
    forget_objects(project)
    image, build = built(project)
    assert image == first
    assert build.compiled > 1


# What they do ---------------------------------------------------------------------------------------------------

PANICS = """\
i64 divided(i64 a, i64 b) {
    return a / b;
}

i64 nested(i64 depth) {
    if depth == 0 { return divided(1, depth); }
    return nested(depth - 1) + 1;
}

unit main() {
    PrintLine("${nested(3)}");
}
"""


@pytest.mark.parametrize("level", [0, 2])
def test_traces_are_right_after_lines_have_moved(tmp_path: Path, level: int) -> None:
    path = tmp_path / "program.bd"
    path.write_text(PANICS, encoding="utf-8")
    traces = []
    for shift in (0, 5):
        path.write_text("// A comment.\n" * shift + PANICS, encoding="utf-8")
        session = opened(path, level)
        artifact = session.artifact()
        assert artifact is not None
        build = UnitBuild(min_size=0, max_size=1)
        image = emit_object(artifact, EmitOptions(TRIPLE, opt_level=level), build=build)
        output = tmp_path / f"program{shift}"
        link(image, OutputKind.EXECUTABLE, output, TRIPLE, dict(os.environ), metadata=False)
        done = limits.run([str(output)], capture_output=True, text=True, check=False)
        assert done.returncode == 101
        traces.append(done.stderr)
        assert f"at program.bd:{2 + shift}:" in done.stderr
        assert f"at program.bd:{6 + shift}:" in done.stderr
        assert f"at program.bd:{11 + shift}:" in done.stderr
    assert traces[0].count("\n") == traces[1].count("\n")


def test_names_are_local_as_those_of_one_module(project: Path) -> None:
    artifact = artifact_of(project)
    whole = emit_object(artifact, EmitOptions(TRIPLE, opt_level=0), build=UnitBuild(min_size=1 << 40))
    units = emit_object(artifact, EmitOptions(TRIPLE, opt_level=0))
    assert defined_symbols(units) == defined_symbols(whole)
    assert set(undefined_symbols(units)) == set(undefined_symbols(whole))


# Its parts ------------------------------------------------------------------------------------------------------


def test_every_function_is_in_one_unit(project: Path) -> None:
    artifact = artifact_of(project)
    for size in (1, 600):
        units = divide(artifact, True, size)
        names = [function.name for unit in units for function in unit.functions]
        assert sorted(names) == sorted(function.name for function in artifact.functions)
        assert not any(set(unit.imports) & set(unit.functions) for unit in units)


def test_a_worker_takes_the_largest_module_that_is_left(tmp_path: Path) -> None:
    here = os.getpid()

    def compile_text(text: str) -> bytes:
        assert os.getpid() != here
        # The first worker is held by the largest module until the others are done.
        end = time.monotonic() + END_SECONDS
        while text == "aaaa" and len(list(tmp_path.iterdir())) < 4:
            assert time.monotonic() < end, "the other worker does not take the other modules"
            time.sleep(0.001)
        (tmp_path / text).touch()
        return f"{text} {os.getpid()}".encode()

    made = compile_in_parallel(["b", "aaaa", "ccc", "dd", "ee"], compile_text, 2)
    assert [image.split()[0] for image in made] == [b"b", b"aaaa", b"ccc", b"dd", b"ee"]
    others = {image.split()[1] for image in (made[0], *made[2:])}
    assert len(others) == 1 and made[1].split()[1] not in others


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_worker_does_not_compile_is_compiled_here(jobs: int) -> None:
    here = os.getpid()

    def compile_text(text: str) -> bytes:
        if os.getpid() != here and text == "bad":
            os._exit(9)
        return text.encode()

    assert compile_in_parallel(["a", "bad", "c", "d"], compile_text, jobs) == [b"a", b"bad", b"c", b"d"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_module_is_raised_here(jobs: int) -> None:
    def compile_text(text: str) -> bytes:
        raise RuntimeError(text)

    with pytest.raises(RuntimeError, match="a"):
        compile_in_parallel(["a", "b", "c"], compile_text, jobs)


def test_each_module_is_compiled_once() -> None:
    texts = [str(number) for number in range(1000)]
    for _ in range(30):
        done: list[int] = []
        assert compile_in_parallel(texts, str.encode, 2, done.append) == [text.encode() for text in texts]
        assert sum(done) == len(texts)


def test_workers_that_have_ended_are_not_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    workers: list[int] = []
    fork = os.fork

    def note(count: int) -> None:
        end = time.monotonic() + END_SECONDS
        while any(os.path.exists(f"/proc/{worker}") for worker in workers):  # noqa: PTH110
            assert time.monotonic() < end, "a worker does not end"
            time.sleep(0.001)
        raise KeyboardInterrupt

    def noted_fork() -> int:
        child = fork()
        if os.getpid() == here:
            workers.append(child)
        return child

    monkeypatch.setattr(os, "fork", noted_fork)
    action = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt):
            compile_in_parallel(["a", "b", "c"], str.encode, 2, note)
    finally:
        signal.signal(signal.SIGCHLD, action)
    assert len(workers) == 2


@pytest.mark.parametrize("image", [b"", b"\x7fELF\x02\x01", b"not an object" * 20])
def test_bytes_that_are_not_an_object_are_not_merged(image: bytes) -> None:
    with pytest.raises(ObjectFileError):
        merge([image], ())
