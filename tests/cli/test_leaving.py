"""The end of the process: nothing that was printed is lost, and what was registered for the end runs."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits

START = """
import atexit, os, sys
atexit.register(lambda: os.write(2, b"at the end\\n"))
from beskid.__main__ import main
sys.exit(main())
"""


def test_everything_is_printed_before_the_process_ends(tmp_path: Path) -> None:
    source = tmp_path / "many.bd"
    source.write_text("i64 main() {\n" + "".join(f"    missing{n}();\n" for n in range(5000)) + "    return 0;\n}\n")
    command = [sys.executable, "-c", START, "check", "--message-format=short", str(source)]
    result = limits.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert sum("missing" in line for line in result.stdout.splitlines() + result.stderr.splitlines()) == 5000
    assert result.stderr.endswith("at the end\n")


def test_exit_handlers_run_after_a_program(tmp_path: Path) -> None:
    source = tmp_path / "seven.bd"
    source.write_text("i64 main() { return 7; }\n")
    result = limits.run([sys.executable, "-c", START, "run", str(source)], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (7, "at the end\n")


def test_exit_handlers_of_c_libraries_run(tmp_path: Path) -> None:
    library = tmp_path / "libleaving.so"
    code = """
        #include <stdio.h>
        __attribute__((destructor)) static void leave(void) { fputs("left\\n", stderr); }
        int three(void) { printf("buffered"); return 3; }
    """
    compiler = limits.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=code, text=True)
    assert compiler.returncode == 0
    source = tmp_path / "leaving.bd"
    source.write_text(
        '[Extern(Abi: "C", Library: "leaving")]\ncontract L { i32 three(); }\ni32 main() { return L.three(); }\n'
    )
    command = [sys.executable, "-m", "beskid", "run", "--link", "leaving", f"-L{tmp_path}", str(source)]
    for _ in range(2):
        result = limits.run(command, capture_output=True, text=True)
        assert (result.returncode, result.stdout, result.stderr) == (3, "buffered", "left\n")


def test_lines_to_streams_without_a_buffer_are_written_at_once() -> None:
    code = "import os, sys; from beskid.cli.streams import open_streams; open_streams()"
    code += "\nsys.stderr.write('shown\\n'); os._exit(0)"
    done = limits.run([sys.executable, "-u", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "shown\n"
