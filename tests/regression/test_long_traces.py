"""A trace that is longer than the buffer for faults outside of generated code is printed whole."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits

NAME = "f" * 5000
PROGRAM = f"""i64 {NAME}(i64 n) {{
    return {NAME}(n + 1) + 1;
}}

unit main() {{
    PrintLine("${{{NAME}(0)}}");
}}
"""


def test_an_executable_prints_names_longer_than_the_buffer(tmp_path: Path) -> None:
    (tmp_path / "long.bd").write_text(PROGRAM, encoding="utf-8")
    limits.run([sys.executable, "-m", "beskid", "build", "long.bd"], cwd=tmp_path, check=True, capture_output=True)
    done = limits.run([tmp_path / "long"], capture_output=True, text=True)
    first, *trace = done.stderr.splitlines()
    assert (done.returncode, first) == (101, "panic: stack overflow")
    inside = f"  at long.bd:2:12 in {NAME}"
    assert trace[:16] == [inside] * 16
    assert trace[16].endswith("more frames")
    assert trace[17:] == [*[inside] * 15, "  at long.bd:6:18 in main"]
