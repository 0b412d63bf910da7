"""gdb shows the functions and lines of code that the JIT loaded, and the sections get their real addresses."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.programs import HELLO
from tests.boundary.toolbox import compile_text

from beskid.codegen.objectfile import sections, symbols
from beskid.driver.execute import debugged_loader
from beskid.engine.gdb import with_addresses
from beskid.engine.placing import anchors_of, follow_pointers

TIME_LIMIT = 100
PROGRAM = """\
i64 fib(i64 n) {
    if n < 2 { return n; }
    return fib(n - 1) + fib(n - 2);
}

unit main() {
    PrintLine("${fib(3)}");
}
"""
TEST = """\
test Doubles {
    i64 n = 21;
    PrintLine("${n + n}");
}
"""


def debug(arguments: list[str], folder: Path, *commands: str, **environment: str) -> str:
    """The output of gdb over a `beskid` command."""
    if shutil.which("gdb") is None:
        pytest.skip("gdb is not installed; `make test` installs it where it can")
    options = ["-q", "-nx", "-batch", "-ex", "set breakpoint pending on", "-ex", "set debuginfod enabled off"]
    for command in commands:
        options += ["-ex", command]
    done = limits.run(
        ["gdb", *options, "--args", sys.executable, "-m", "beskid", *arguments],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / ".cache"), "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    if "ptrace: Operation not permitted" in done.stderr:
        pytest.skip("this machine does not allow debugging")
    return done.stdout + done.stderr


@pytest.mark.parametrize("start", ["cold", "warm"])
def test_gdb_stops_in_a_function_and_shows_the_stack(start: str, tmp_path: Path) -> None:
    (tmp_path / "fib.bd").write_text(PROGRAM)
    if start == "warm":
        debug(["run", "-O0", "fib.bd"], tmp_path, "run")
    shown = debug(
        ["run", "-O0", "fib.bd"],
        tmp_path,
        "break fib.bd:2",
        "run",
        "continue",
        "backtrace 4",
        "list 2,2",
        BESKID_GDB="1",
    )
    assert re.search(r"Breakpoint \d+, _B3app3fib \(\) at \./fib\.bd:2", shown), shown
    frames = re.findall(r"^#\d .*", shown, re.MULTILINE)
    assert re.search(r"_B3app3fib \(\) at \./fib\.bd:2$", frames[0]), shown
    assert re.search(r"_B3app3fib \(\) at \./fib\.bd:3$", frames[1]), shown
    assert re.search(r" at \./fib\.bd:7$", frames[2]), shown
    assert "2\t    if n < 2 { return n; }" in shown


def test_without_the_variable_gdb_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "fib.bd").write_text(PROGRAM)
    shown = debug(["run", "-O0", "fib.bd"], tmp_path, "break fib.bd:2", "run", "backtrace 4")
    assert "Breakpoint 1, " not in shown
    assert "exited normally" in shown


def test_gdb_stops_in_a_test(tmp_path: Path) -> None:
    (tmp_path / "doubles.bd").write_text(TEST)
    shown = debug(
        ["test", "doubles.bd"],
        tmp_path,
        "set follow-fork-mode child",
        "break doubles.bd:3",
        "run",
        "backtrace 1",
        BESKID_GDB="1",
    )
    assert re.search(r"^#0 .* at \./doubles\.bd:3", shown, re.MULTILINE), shown


def test_the_registered_addresses_are_those_of_the_loaded_code() -> None:
    image = compile_text(HELLO.text)
    loader = debugged_loader({"BESKID_GDB": "1"})
    assert loader is not None
    needed = {symbol.name: 1 for symbol in symbols(image) if not symbol.defined}
    addresses = loader.load(image, needed, ["beskid_program"])
    anchors = anchors_of(image)
    code = next(number for number, row in enumerate(sections(image)) if row.name == ".text")
    name, _ = anchors[code]
    program = (ctypes.c_uint64 * 6).from_address(addresses["beskid_program"])
    assert name == "beskid_program_entry"
    assert program[4] == addresses[name]


def test_a_pointer_leads_to_a_section_without_a_symbol() -> None:
    image = compile_text(HELLO.text)
    loader = debugged_loader({"BESKID_GDB": "1"})
    assert loader is not None
    needed = {symbol.name: 1 for symbol in symbols(image) if not symbol.defined}
    anchors = anchors_of(image)
    addresses = loader.load(image, needed, [name for name, _ in anchors.values()])
    bases = {section: addresses[name] - offset for section, (name, offset) in anchors.items()}
    code = next(number for number, row in enumerate(sections(image)) if row.name == ".text")
    rest = {section: base for section, base in bases.items() if section != code}
    assert follow_pointers(image, rest)[code] == bases[code]


def test_only_sections_with_an_address_count_as_loaded() -> None:
    image = compile_text(HELLO.text)
    code = next(iter(anchors_of(image)))
    patched = with_addresses(image, {code: 0x1000})
    assert len(patched) == len(image)
    table = int.from_bytes(patched[0x28:0x30], "little")
    for number, row in enumerate(sections(image)):
        header = table + 64 * number
        flags = int.from_bytes(patched[header + 8 : header + 16], "little")
        address = int.from_bytes(patched[header + 16 : header + 24], "little")
        assert (flags & 2, address) == ((2, 0x1000) if number == code else (0, 0)), row.name


def test_no_variable_no_loader() -> None:
    assert debugged_loader({}) is None
    assert debugged_loader({"BESKID_GDB": "0"}) is None
