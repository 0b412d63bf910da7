"""Time from source to executable, compared with other compilers: hello, and programs of 1,000 to 20,000 lines.

Cold is without anything that a compiler remembers of the program, warm the same again; the libraries of the other
languages are compiled already, ours is compiled with each program. Programs of 10,000 lines are also built after a
change of one line and after a comment line is added at the top. `beskid build -O0` is listed beside the quick builds of
the others. A project of many files (`mixed_programs.py`) is built by ours alone.
"""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.large_programs import SHAPES, large_program
from bench.measure import Contestant, interleave, run_once
from bench.mixed_programs import write_mixed_project
from bench.peers import BESKID, PROGRAMS, ROOT, compiled_beskid

SIZES = (1_000, 10_000, 20_000)
SMALL_SIZES = (200,)
EDITED_SIZE = 10_000
COLD, WARM, EDITED, COMMENTED = "cold", "warm", "one line changed", "comment added"
STATES = (COLD, EDITED, COMMENTED, WARM)
_NUMBER = re.compile(r"(?<!\w)1\d{3}(?!\d)")
"""A constant of the programs that is changed, in all languages the same one."""


@dataclass(frozen=True)
class Builder:
    """One way to build an executable; `{source}` and `{output}` are replaced."""

    name: str
    language: str
    tool: str
    command: tuple[str, ...]


def _own_builders(command: tuple[str, ...], ending: str = "") -> list[Builder]:
    return [
        Builder(f"beskid build {level}{ending}", "beskid", command[0], (*command[1:], *words))
        for level, words in (
            ("-O2", ("build", "{source}", "-o", "{output}")),
            ("-O0", ("build", "-O0", "{source}", "-o", "{output}")),
        )
    ]


BUILDERS = (
    *_own_builders(BESKID),
    *(_own_builders(compiled_beskid(), ", compiled") if compiled_beskid() else ()),
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


def measure_builds(folder: Path, rounds: int, small: bool, launcher: Path | None = None) -> list[Build]:
    """Measure every program with every installed compiler; executables of one large program must print the same."""
    builds = [_build(f"hello, {state}", HELLO, folder, rounds, state, launcher) for state in (COLD, WARM)]
    edited = SMALL_SIZES[0] if small else EDITED_SIZE
    for lines in SMALL_SIZES if small else SIZES:
        sources: dict[str, Path] = {}
        for language, shape in SHAPES.items():
            sources[language] = folder / f"large-{lines}{shape.suffix}"
            sources[language].write_text(large_program(language, lines), encoding="utf-8")
        for state in STATES if lines == edited else (COLD,):
            build = _build(f"{lines:,} lines, {state}", sources, folder, rounds, state, launcher)
            _compare_outputs(build)
            builds.append(build)
    project = write_mixed_project(folder / "mixed", edited)
    source = next(iter(sorted((project / "Src").glob("Part1*.bd"))))
    for state in STATES:
        builds.append(_build_project(f"{edited:,} lines in files, {state}", project, source, rounds, state, launcher))
    return builds


def _build(what: str, sources: dict[str, Path], folder: Path, rounds: int, state: str, launcher: Path | None) -> Build:
    contestants: list[Contestant] = []
    for builder in BUILDERS:
        tool = shutil.which(builder.tool)
        if tool is None:
            continue
        output = folder / f"built-{len(contestants)}"
        source = folder / f"source-{len(contestants)}{sources[builder.language].suffix}"
        shutil.copy(sources[builder.language], source)
        words = [tool, *[word.format(source=source, output=output) for word in builder.command]]
        contestants.append(_contestant(builder, words, output, source, folder / "build-cache", state))
    return _measured(what, contestants, rounds, launcher)


def _build_project(what: str, project: Path, source: Path, rounds: int, state: str, launcher: Path | None) -> Build:
    contestants: list[Contestant] = []
    for builder in BUILDERS:
        if builder.language != "beskid":
            continue
        output = project / f"built{len(contestants)}"
        words = [word.format(source=project, output=output) for word in builder.command]
        command = [shutil.which(builder.tool) or builder.tool, *words]
        contestants.append(_contestant(builder, command, output, source, project / "build-cache", state))
    return _measured(what, contestants, rounds, launcher)


def _contestant(
    builder: Builder, command: list[str], output: Path, source: Path, cache: Path, state: str
) -> Contestant:
    environment = {"XDG_CACHE_HOME": str(cache)} if builder.language == "beskid" else {}
    contestant = Contestant(builder.name, command, environment, [output])
    if state == COLD and builder.language == "beskid":
        contestant.prepare = [output, cache]
    # Go caches its library together with the program, so its cold builds are of a changed source.
    if state == COMMENTED or (state == COLD and builder.language == "go"):
        contestant.before = _commenting(source)
    if state == EDITED:
        contestant.before = _editing(source)
    return contestant


def _measured(what: str, contestants: list[Contestant], rounds: int, launcher: Path | None) -> Build:
    # Once before, so that every compiler and its library are in memory, and a warm cache is filled.
    interleave(contestants, 1, launcher)
    for contestant in contestants:
        contestant.seconds.clear()
        contestant.user_seconds.clear()
    interleave(contestants, rounds, launcher)
    return Build(what, contestants)


def _commenting(source: Path) -> Callable[[], None]:
    """Add a comment line at the top of a source."""

    def change() -> None:
        source.write_text("//\n" + source.read_text(encoding="utf-8"), encoding="utf-8")

    return change


_UNSEEN = itertools.count(1_001)
"""Values for constants. Builds with other options or of the compiled wheel have parts of their work in common."""


def _editing(source: Path) -> Callable[[], None]:
    """Change a constant in the middle of a source, each time to a value that no build has seen."""

    def change() -> None:
        text = source.read_text(encoding="utf-8")
        places = list(_NUMBER.finditer(text))
        place = places[len(places) // 2]
        source.write_text(f"{text[: place.start()]}{next(_UNSEEN)}{text[place.end() :]}", encoding="utf-8")

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
