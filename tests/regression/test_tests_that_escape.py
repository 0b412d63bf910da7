"""A test that reports its own success has failed, and no process that a test started survives it.

The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.externs.libraries import BESKID, call, write_program

FORGING = (
    "seen=; for f in /proc/$PPID/fd/*; do if [ -p $f ]; then pipe=$(readlink $f | tr -dc 0-9); "
    "case $seen in *:$pipe:*) ;; *) seen=$seen:$pipe:; printf returned > $f ;; esac; fi; done"
)
"""Write what a test of an older version reported when it returned into each pipe of the process of the test."""

DAEMON = (
    "setsid sh -c 'echo $$ > new && mv new process && sleep 300' < /dev/null > /dev/null 2>&1 & "
    "while ! [ -e process ]; do sleep 0.01; done"
)
"""Start a process as `setsid` and shells do: its parent ends, and it is in a session of its own."""


def program(command: str, *then: str) -> str:
    """Return a program whose only test runs a command of the shell."""
    return "\n".join([
        '[Extern(Abi: "C", Library: "c")]', "contract C { i32 system(ref u8 command); }", "test escapes {",
        f'    C.system("{command.replace("$", chr(92) + "$")}");', *then, "}", "unit main() { }", "",
    ])  # fmt: skip


def test_a_test_that_reports_its_own_success_has_failed(tmp_path: Path) -> None:
    file = write_program(tmp_path, program(FORGING, "    System.Process.Exit(0);"))
    ran = call(tmp_path, [*BESKID, "test", file])
    assert "passed=0, failed=1" in ran.stdout, ran
    assert ran.status == 1


def test_a_process_in_a_session_of_its_own_ends_with_the_test(tmp_path: Path) -> None:
    file = write_program(tmp_path, program(DAEMON))
    ran = call(tmp_path, [*BESKID, "test", file])
    assert "passed=1, failed=0" in ran.stdout, ran
    process = int((tmp_path / "process").read_text(encoding="ascii"))
    assert is_gone(process)


def is_gone(process: int) -> bool:
    """Whether a process has ended, or ends soon; one that has not is ended."""
    for _ in range(6000):
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    return False
