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
