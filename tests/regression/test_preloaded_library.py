"""A function of libc that a preloaded library replaces is the replacement, by `run` as in an executable.

By JIT it was libc's own, so `free` of another allocator's process got memory that libc's had not given.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests import limits

PROGRAM = """\
[Extern(Abi: "C", Library: "c")]
contract C {
    i64 labs(i64 value);
}

unit main() { PrintLine("${C.labs(-5)}"); }
"""


def test_run_and_build_agree(tmp_path: Path) -> None:
    source = tmp_path / "replaced.bd"
    source.write_text(PROGRAM, encoding="utf-8")
    replacement = tmp_path / "replacement.c"
    replacement.write_text("long labs(long value) { return 1000 + value; }\n", encoding="utf-8")
    library = tmp_path / "libreplacement.so"
    command = ["cc", "-shared", "-fPIC", "-fno-builtin", str(replacement), "-o", str(library)]
    limits.run(command, check=True)
    beskid = [sys.executable, "-m", "beskid"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    output = tmp_path / "replaced"
    limits.run([*beskid, "build", str(source), "-o", str(output)], check=True, env=environment)
    preloading = {**environment, "LD_PRELOAD": f"{library} {os.environ.get('LD_PRELOAD', '')}"}
    for program in ([*beskid, "run", str(source)], [str(output)]):
        done = limits.run(program, capture_output=True, text=True, env=preloading, check=False)
        assert (done.stdout, done.stderr, done.returncode) == ("995\n", "", 0)
        plain = limits.run(program, capture_output=True, text=True, env=environment, check=False)
        assert (plain.stdout, plain.returncode) == ("5\n", 0)
