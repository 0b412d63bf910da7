"""Time from source to executable, compared with other compilers: hello, and programs of 1,000 to 20,000 lines.

Cold is without anything that a compiler remembers of the program, warm the same again; the libraries of the other
languages are compiled already, ours is compiled with each program. `beskid build -O0` stands beside the quick builds
of the others.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.large_programs import SHAPES, large_program
from bench.measure import Contestant, interleave, run_once
from bench.peers import BESKID, PROGRAMS, ROOT

SIZES = (1_000, 10_000, 20_000)
SMALL_SIZES = (200,)


@dataclass(frozen=True)
class Builder:
    """One way to build an executable; `{source}` and `{output}` are replaced."""

    name: str
    language: str
    tool: str
    command: tuple[str, ...]


BUILDERS = (
    Builder("beskid build -O2", "beskid", BESKID[0], (*BESKID[1:], "build", "{source}", "-o", "{output}")),
    Builder("beskid build -O0", "beskid", BESKID[0], (*BESKID[1:], "build", "-O0", "{source}", "-o", "{output}")),
    Builder("go build", "go", "go", ("build", "-o", "{output}", "{source}")),
    Builder("gcc -O2", "c", "gcc", ("-O2", "{source}", "-o", "{output}")),
    Builder("gcc -O0", "c", "gcc", ("-O0", "{source}", "-o", "{output}")),
    Builder("rustc -O", "rust", "rustc", ("-O", "{source}", "-o", "{output}")),
    Builder("rustc", "rust", "rustc", ("{source}", "-o", "{output}")),
)

HELLO = {
    "beskid": ROOT / "examples" / "hello.bd",
    "go": PROGRAMS / "nothing.go",
    "c": PROGRAMS / "nothing.c",
    "rust": PROGRAMS / "nothing.rs",
}


@dataclass
class Build:
    """Return the contestants of one program, ours first; `what` names the program and the state of the cache."""

    what: str
    contestants: list[Contestant]


def measure_builds(folder: Path, rounds: int, small: bool) -> list[Build]:
    """Measure every program with every installed compiler; executables of one large program must print the same."""
    builds = [_hello(folder, rounds, cold=True), _hello(folder, rounds, cold=False)]
    for lines in SMALL_SIZES if small else SIZES:
        sources: dict[str, Path] = {}
        for language, shape in SHAPES.items():
            sources[language] = folder / f"large-{lines}{shape.suffix}"
            sources[language].write_text(large_program(language, lines), encoding="utf-8")
        build = _build(f"{lines:,} lines, cold", sources, folder, rounds, cold=True)
        _compare_outputs(build)
        builds.append(build)
    return builds


def _hello(folder: Path, rounds: int, cold: bool) -> Build:
    return _build("hello, cold" if cold else "hello, warm", HELLO, folder, rounds, cold)


def _build(what: str, sources: dict[str, Path], folder: Path, rounds: int, cold: bool) -> Build:
    contestants: list[Contestant] = []
    for builder in BUILDERS:
        tool = shutil.which(builder.tool)
        if tool is None:
            continue
        output = folder / f"built-{len(contestants)}"
        source = folder / f"source-{len(contestants)}{sources[builder.language].suffix}"
        shutil.copy(sources[builder.language], source)
        words = [word.format(source=source, output=output) for word in builder.command]
        cache = folder / "build-cache"
        environment = {"XDG_CACHE_HOME": str(cache)} if builder.language == "beskid" else {}
        contestant = Contestant(builder.name, [tool, *words], environment, [output])
        if cold and builder.language == "beskid":
            contestant.prepare = [output, cache]
        if cold and builder.language == "go":
            contestant.before = _changing(source)
        contestants.append(contestant)
    # Once before, so that every compiler and its library are in memory, and a warm cache is filled.
    interleave(contestants, 1)
    for contestant in contestants:
        contestant.seconds.clear()
    interleave(contestants, rounds)
    return Build(what, contestants)


def _changing(source: Path) -> Callable[[], None]:
    """Change a source, for a compiler that caches its library together with the program."""

    def change() -> None:
        with source.open("a", encoding="utf-8") as file:
            file.write("//\n")

    return change


def _compare_outputs(build: Build) -> None:
    printed: dict[str, bytes] = {}
    for contestant in build.contestants:
        output = str(contestant.command[contestant.command.index("-o") + 1])
        run = Contestant(output, [output])
        run_once(run, None)
        printed[contestant.name] = run.output
    if len(set(printed.values())) > 1:
        raise SystemExit(f"{build.what}: the executables differ: {printed}")
