"""Twice the program is at most 2.5 times the LLVM text and the calls of the passes, and LLVM is fast on literals."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from tests import limits
from tests.complexity.calls import count_calls
from tests.complexity.inputs import LARGE, Generator
from tests.complexity.nested import CHAINS

from beskid.codegen.emit import EmitOptions, emit_llvm, emit_object
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.lower.passes.inline import MAX_LOCATIONS
from beskid.lower.passes.roots import ROOTS, place_roots
from beskid.lower.pipeline import STAGES

SIZE = 120
PROGRAMS: dict[str, Generator] = {**LARGE, **CHAINS}
LARGER = {"functions_in_a_chain": 800, "generic_functions_in_a_chain": 800}
"""Shorter chains are inlined as a whole: the budget of the module has a minimum."""
MAX_GROWTH = 2.5
COMPILED = (
    "arms_of_ranges", "array_of_a_variable", "array_of_arrays", "array_of_calls", "array_of_numbers",
    "array_of_strings", "array_of_structs", "calls", "comparison_chain", "constants_forward", "enums_of_enums",
    "escapes", "fields_of_calls", "functions", "functions_in_a_chain", "functions_with_a_loop",
    "functions_with_many_calls", "generic_functions_in_a_chain", "holes", "lambdas", "locals_of_numbers",
    "locals_of_strings", "loops", "loops_that_stay", "string_arguments",
    "strings_that_stay_alive", "sum_chain", "variants",
)  # fmt: skip
BEFORE_ROOTS = STAGES[STAGES.index(ROOTS.name) - 1]
SECONDS_FOR_20000_LITERALS = 5.0

KINDS = {
    "i64": ("i64", [str(i * 1_000_003 - 7) if i % 3 else "0" for i in range(50)]),
    "i32": ("i32", [str(i - 25) for i in range(50)]),
    "u8": ("u8", [str(i * 5) for i in range(50)]),
    "f64": ("f64", [f"{i}.5" if i % 4 else "0.0" for i in range(50)]),
    "bool": ("bool", ["true" if i % 3 else "false" for i in range(50)]),
    "zeros": ("i64", ["0"] * 40),
    "strings": ("string", [f'"s{i % 20}"' if i % 7 else '""' for i in range(50)]),
    "mixed strings": ("string", [*['"s"'] * 20, '"${Twice(3)}"', *['"t"'] * 20]),
    "mixed": ("i64", [*map(str, range(20)), "Twice(3)", *map(str, range(20))]),
}


def session_of(folder: Path, text: str) -> Session:
    path = folder / "large.bd"
    path.write_text(text, encoding="utf-8")
    resolved = resolve_input(path, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    return Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder / "cache")})


@pytest.mark.parametrize("name", COMPILED)
def test_the_calls_and_the_llvm_text_grow_with_the_program(tmp_path: Path, name: str) -> None:
    """The calls are those of lowering and of the passes."""
    counts, lines = [], []
    size = LARGER.get(name, SIZE)
    for n in (0, size, 2 * size):
        session = session_of(tmp_path, PROGRAMS[name](n) if n else "unit main() {}\n")
        assert session.check(needs_entry=True).typed is not None
        counts.append(count_calls(session.artifact))
        artifact = session.artifact()
        assert artifact is not None, session.diagnostics
        lines.append(emit_llvm(artifact, EmitOptions(session.triple())).count("\n"))
    assert _grows_linearly(counts, 1250) and _grows_linearly(lines, 30), (counts, lines)


def test_the_calls_grow_with_the_variables_of_a_debugger(tmp_path: Path) -> None:
    counts = []
    for n in (0, 2 * SIZE, 4 * SIZE):
        locals = "".join([f"    let a{i} = own({i});\n" for i in range(n)])
        session = session_of(tmp_path, f"i64 own(i64 n) => n;\nunit main() {{\n{locals}}}\n")
        session.options = CompileOptions(optimize=0, debug=True)
        module = session.passed(stop_after=BEFORE_ROOTS)
        assert module is not None
        counts.append(count_calls(partial(place_roots, module)))
    assert _grows_linearly(counts, 1250), counts


def _grows_linearly(found: list[int], least: int) -> bool:
    """Return whether numbers for an empty program, a program and one twice as long grow no faster than the programs."""
    fixed, smaller, larger = found
    return larger - fixed <= MAX_GROWTH * max(smaller - fixed, least)


@pytest.mark.parametrize("name", LARGER)
def test_a_long_chain_of_functions_is_inlined_within_limits(tmp_path: Path, name: str) -> None:
    artifact = session_of(tmp_path, PROGRAMS[name](LARGER[name])).artifact()
    assert artifact is not None
    lengths = [
        sum(1 for _ in instruction.location.places())
        for function in artifact.functions
        for block in function.blocks
        for instruction in block.instructions
        if instruction.location is not None
    ]
    assert max(lengths) <= MAX_LOCATIONS
    assert len(lengths) < 40 * LARGER[name]


@pytest.mark.parametrize("name", ["array_of_numbers", "array_of_strings"])
def test_a_large_array_of_constants_compiles_quickly(tmp_path: Path, name: str) -> None:
    session = session_of(tmp_path, PROGRAMS[name](20_000))
    artifact = session.artifact()
    assert artifact is not None
    begin = time.process_time()
    assert len(emit_object(artifact, EmitOptions(session.triple()))) > 160_000
    assert time.process_time() - begin < SECONDS_FOR_20000_LITERALS


@pytest.mark.parametrize("engine", [("-O0",), ("-O2",), ("--engine", "aot"), ("--engine", "oracle")], ids=str)
def test_long_literals_hold_their_elements(tmp_path: Path, engine: tuple[str, ...]) -> None:
    functions, calls = ["i64 Twice(i64 x) => x * 2;\n"], []
    for number, (element, values) in enumerate(KINDS.values()):
        functions.append(
            f"{element}[] Make{number}() => [{', '.join(values)}];\n"
            f"unit Print{number}() {{\n"
            f"    let first = Make{number}();\n"
            f"    let again = Make{number}();\n"
            "    first[1] = first[2];\n"
            '    for each in again { PrintLine("${each}"); }\n'
            "}\n"
        )
        calls.append(f"Print{number}();")
    text = "".join(functions) + f"unit main() {{ {' '.join(calls)} }}\n"
    (tmp_path / "m.bd").write_text(text, encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "BESKID_GC_STRESS": "1"}
    command = [sys.executable, "-m", "beskid", "run", "-q", *engine, str(tmp_path / "m.bd")]
    done = limits.run(command, capture_output=True, text=True, env=environment)
    every = [value for _, values in KINDS.values() for value in values]
    expected = ["6" if "Twice(3)" in value else value.strip('"').removesuffix(".0") for value in every]
    assert (done.stderr, done.returncode) == ("", 0)
    assert [line.removesuffix(".0") for line in done.stdout.splitlines()] == expected
