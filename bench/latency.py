"""Latencies that users notice: starting, running, checking and building small programs, and one larger input."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from bench.inputs import input_file
from bench.large_programs import large_program
from bench.measure import Contestant, interleave, plain_environment
from bench.mixed_programs import write_mixed_project
from bench.peers import BESKID, ROOT, compiled_beskid
from tools import build_launcher

from beskid.driver.cache.warm import RunRequest
from beskid.driver.launches import make_launch

HELLO = ROOT / "examples" / "hello.bd"
WORDS = ROOT / "examples" / "word_frequencies.bd"
TEXT_BYTES = 10_000_000
CHECK_LINES = 5_000
MIXED_GOALS = {1_000: 800, 5_000: 2_000, 10_000: 3_500, 20_000: 500}
"""Limits in milliseconds of a check without a cache, by number of lines."""


class Row:
    """One row of the table: what was measured, its time or size, and the goal."""

    def __init__(self, name: str, value: float, unit: str, goal: float) -> None:
        self.name = name
        self.value = value
        self.unit = unit
        self.goal = goal


def measure_latencies(folder: Path, rounds: int) -> list[Row]:
    """Measure all latencies, interleaved."""
    warm = folder / "warm"
    source = folder / "large.bd"
    source.write_text(large_program("beskid", CHECK_LINES), encoding="utf-8")
    output = folder / "hello"
    native = native_command(folder)
    contestants = {
        "python": Contestant("a bare start of Python", [sys.executable, "-c", "pass"]),
        "version": Contestant("beskid --version", [*BESKID, "--version"]),
        "cold": _cold(folder, "run hello, cold", "run", str(HELLO)),
        "warm": Contestant("run hello, warm", [*BESKID, "run", str(HELLO)], {"XDG_CACHE_HOME": str(warm)}),
        "native version": Contestant("beskid --version, native", [native, "--version"]),
        "native": Contestant(
            "run hello, native", [native, "run", str(HELLO)], {"XDG_CACHE_HOME": str(folder / "native")}
        ),
        "check": _cold(folder, f"check {CHECK_LINES:,} lines", "check", str(source)),
        "build": Contestant(
            "build hello, cold",
            [*BESKID, "build", str(HELLO), "-o", str(output), "--strip", "--no-emit-metadata"],
            {"XDG_CACHE_HOME": str(folder / "build")},
            [folder / "build", output],
        ),
        "hello": Contestant("the executable hello", [str(output)]),
    }
    for lines in MIXED_GOALS:
        project = write_mixed_project(folder / f"mixed{lines}", lines)
        contestants[f"mixed {lines}"] = _cold(folder, f"check {lines:,} mixed lines", "check", str(project))
        contestants[f"again {lines}"] = Contestant(
            f"check {lines:,} mixed lines again",
            [*BESKID, "check", str(project)],
            {"XDG_CACHE_HOME": str(folder / "again")},
        )
    compiled = compiled_beskid()
    if compiled:
        project = folder / f"mixed{max(MIXED_GOALS)}"
        for name, words in (("cold", ("run", str(HELLO))), ("check", ("check", str(project)))):
            contestants[f"compiled {name}"] = _cold(folder, f"{name}, compiled", *words, command=compiled)
    everyone = list(contestants.values())
    interleave(everyone, 1)
    for contestant in everyone:
        contestant.seconds.clear()
    interleave(everyone, rounds)
    milliseconds = {name: contestant.median() * 1000 for name, contestant in contestants.items()}
    return [
        Row("`beskid --version`", milliseconds["version"], "ms", 40),
        Row("the same by the native command", milliseconds["native version"], "ms", 3),
        Row("`beskid run hello.bd`, warm", milliseconds["warm"], "ms", 80),
        Row("the same by the native command", milliseconds["native"], "ms", 5),
        Row("warm, a bare start of Python being 1", contestants["warm"].ratio_to(contestants["python"]), "×", 4),
        Row("the same by the native command", contestants["native"].ratio_to(contestants["python"]), "×", 4),
        Row("`beskid run hello.bd`, cold", milliseconds["cold"], "ms", 100),
        Row(f"`beskid check`, {CHECK_LINES:,} lines, cold", milliseconds["check"], "ms", 2000),
        *(
            Row(f"`beskid check`, {lines:,} lines in modules, cold", milliseconds[f"mixed {lines}"], "ms", goal)
            for lines, goal in MIXED_GOALS.items()
        ),
        Row(
            "the same, by the time of 10,000 lines", milliseconds["mixed 20000"] / milliseconds["mixed 10000"], "×", 2.1
        ),
        Row("the same, nothing changed", milliseconds["again 20000"], "ms", 500),
        *_compiled_rows(milliseconds),
        Row("`beskid build hello.bd`, cold", milliseconds["build"], "ms", 500),
        Row("the executable `hello`", milliseconds["hello"], "ms", 10),
        Row("the executable `hello`, stripped", output.stat().st_size / 1024, "KiB", 60),
        Row("word frequencies of 10 MB", measure_words(folder, rounds), "ms", 1000),
    ]


def _compiled_rows(milliseconds: dict[str, float]) -> list[Row]:
    """Return the rows of the wheel whose front end is compiled, if it was measured."""
    if "compiled cold" not in milliseconds:
        return []
    lines = max(MIXED_GOALS)
    return [
        Row("`beskid run hello.bd`, cold, of the compiled wheel", milliseconds["compiled cold"], "ms", 100),
        Row(
            f"`beskid check`, {lines:,} lines in modules, cold, of the compiled wheel",
            milliseconds["compiled check"], "ms", MIXED_GOALS[lines],
        ),
    ]  # fmt: skip


def _cold(folder: Path, name: str, *words: str, command: tuple[str, ...] = BESKID) -> Contestant:
    """Return a command that remembers nothing."""
    cache = folder / "forgotten"
    return Contestant(name, [*command, *words], {"XDG_CACHE_HOME": str(cache)}, [cache])


def native_command(folder: Path) -> str:
    """Build the native command as a wheel installs it, and make the executable of hello that it starts."""
    command = build_launcher.build(ROOT, "cc", folder / "bin" / "beskid")
    script = command.with_name("beskid-python")
    script.write_text(f'#!/bin/sh\nexec {shlex.join(BESKID)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    environment = {**plain_environment(), "XDG_CACHE_HOME": str(folder / "native")}
    subprocess.run([*BESKID, "run", str(HELLO)], env=environment, check=True, capture_output=True)
    make_launch(RunRequest(input=str(HELLO)).key(), str(command), environment)
    return str(command)


def measure_words(folder: Path, rounds: int) -> float:
    """Return the milliseconds that the executable takes to count the words of a large text."""
    text = input_file(folder, "text", TEXT_BYTES)
    executable = folder / "words"
    subprocess.run(
        [*BESKID, "build", str(WORDS), "-o", str(executable), "--no-emit-metadata"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    contestant = Contestant("word frequencies", [str(executable), str(text)])
    interleave([contestant], rounds)
    return contestant.median() * 1000
