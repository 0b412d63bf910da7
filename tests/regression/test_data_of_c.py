"""A foreign function whose symbol is data is refused: calling it would run bytes that are not code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.externs.libraries import build, compile_library, run, write_program

SOURCE = """
    int counter = 7;
    static __thread int of_thread_value;
    __thread int of_thread;
    const char table[] = "not code";
    long ours(long n) { return n + counter + of_thread + of_thread_value + table[0]; }
"""


def program(library: str, symbol: str) -> str:
    return (
        f'[Extern(Abi: "C", Library: "{library}")]\ncontract D {{ i64 {symbol}(i64 n); }}\n'
        f'unit main() {{ PrintLine("${{D.{symbol}(1)}}"); }}\n'
    )


@pytest.mark.parametrize("symbol", ["environ", "errno", "stdout", "counter", "of_thread", "table"])
def test_an_extern_of_data_is_refused(symbol: str, tmp_path: Path) -> None:
    own = compile_library(tmp_path, "data", SOURCE)
    library = "c" if symbol in ("environ", "errno", "stdout") else "data"
    file = write_program(tmp_path, program(library, symbol))
    words = ["--link", "data", "-L", str(tmp_path)]
    named = "libc.so.6" if library == "c" else str(own)
    expected = f"error[E1526]: unresolved extern {library}:{symbol} ({named}: {symbol} is data, not a function)\n"
    for refused in (run(tmp_path, file, *words), build(tmp_path, file, *words)):
        assert (refused.stdout, refused.status) == ("", 3)
        assert refused.stderr.startswith(expected)
