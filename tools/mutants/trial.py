"""Runs tests against the copy of the tree, as it is at that moment.

A server process has imported pytest and its plugins once and forks for each run, which saves most of the start. What
is mutated is imported in the fork only. A run that takes too long is killed, with everything that it started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

SERVER = """
import os, sys
sys.path[:0] = ["src", "."]
import pytest, hypothesis, llvmlite.binding, _pytest.assertion.rewrite, xdist, pytest_timeout
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        status = 70
        try:
            status = int(pytest.main(line.rstrip("\\n").split("\\t")))
        finally:
            os._exit(status)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
PYTEST = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")


class Trial:
    """The server of one copy of the tree."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{tree / 'src'}:{tree}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(tree / "build" / "cache"),
        }
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=tree,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def passes(self, tests: list[str], seconds: float) -> bool:
        """Whether the tests pass in time. Nodes whose names hold a tab or a line end cannot be asked for."""
        assert self.server.stdin is not None and self.server.stdout is not None
        words = [test for test in tests if not set(test) & set("\t\n")]
        self.server.stdin.write("\t".join([*PYTEST, *words]) + "\n")
        child = int(self.server.stdout.readline())
        # The watchdog is a process of its own: this one waits for the answer.
        watchdog = subprocess.Popen(["/bin/sh", "-c", f"sleep {seconds}; kill -9 -{child}"], start_new_session=True)
        try:
            status = int(self.server.stdout.readline())
        finally:
            os.killpg(watchdog.pid, signal.SIGKILL)
            watchdog.wait()
        return status == 0

    def close(self) -> None:
        if self.server.stdin is not None:
            self.server.stdin.close()
        self.server.wait()

    def run(self, arguments: list[str], seconds: float, **variables: str) -> int:
        """Run pytest once in a process of its own; return its exit status."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        environment = {**self.environment, **variables}
        done = subprocess.run(
            command, cwd=self.tree, env=environment, timeout=seconds, check=False, stdout=subprocess.DEVNULL
        )
        return done.returncode
