"""One program of the page: a process that waits for its text, compiles it, confines itself and runs it.

Started as `python -m beskid.serve.child PARENT REPORT`. It reads one line from standard input, a `Task` in JSON. A
program that is not run is reported to the descriptor REPORT, as is the moment before a program begins; then that
descriptor is closed. Standard output and standard error are the program's, and so is the exit status.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import NoReturn

from beskid.base.node import value
from beskid.driver.execute import execute
from beskid.driver.failure import DriverError
from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import lone_input
from beskid.driver.open_projects import NO_FILE
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.problems import FileError
from beskid.serve import sandbox
from beskid.source.render import human

BEGAN = "began"
"""The report of a program that is about to run; any other report is the reason why one is not."""

TEMPORARY_FOLDER = "TMPDIR"
STATUS_NOT_RUN = 1
COMPILE_BYTES = 2 << 30
"""The memory for compiling a program."""


@value
class Task:
    """A program with its arguments; its folder, and the path of its standard input; whether it is confined."""

    text: str
    arguments: list[str]
    folder: str
    input: str
    seconds: int
    memory: int
    confined: bool


def main(words: list[str]) -> NoReturn:
    parent, report = int(words[0]), int(words[1])
    _import_the_compiler()
    if not sandbox.die_with(parent):
        os._exit(STATUS_NOT_RUN)
    line = sys.stdin.buffer.readline()
    if not line:
        os._exit(STATUS_NOT_RUN)
    sandbox.limit_memory(COMPILE_BYTES)
    try:
        status = _run(Task(**json.loads(line)), report)
    except (DriverError, FileError, sandbox.SandboxError) as failure:
        _refuse(report, f"{failure}\n")
    except MemoryError:
        _refuse(report, "the program needs too much memory to be compiled\n")
    except RecursionError:
        _refuse(report, "the program is nested too deeply to be compiled\n")
    # The streams of C have output; the objects of the compiler need not be freed.
    ctypes.CDLL(None).exit(status)
    os._exit(status)


def _run(task: Task, report: int) -> int:
    environment = dict(os.environ)
    session = Session(lone_input(NO_FILE, None, task.text, Reading()), CompileOptions(), environment)
    image = session.object_bytes()
    if image is None:
        _refuse(report, human(session.diagnostics))

    def begin() -> None:
        """Confine this process once the program is loaded with its libraries."""
        data = os.open(task.input, os.O_RDONLY)
        os.dup2(data, 0)
        os.close(data)
        os.chdir(task.folder)
        os.environ[TEMPORARY_FOLDER] = task.folder
        sandbox.limit(sandbox.Limits(task.seconds, task.memory))
        if task.confined:
            sandbox.enter(task.folder)
        os.write(report, BEGAN.encode())
        os.close(report)

    status = session.use_object(image, lambda data: execute(data, task.arguments, environment, begin=begin))
    return STATUS_NOT_RUN if status is None else status


def _refuse(report: int, message: str) -> NoReturn:
    """Report why the program is not run, and end this process."""
    data = message.encode("utf-8", "replace")
    while data:
        data = data[os.write(report, data) :]
    os._exit(STATUS_NOT_RUN)


def _import_the_compiler() -> None:
    """Import what compiling needs before there is a program."""
    import beskid.codegen.emit
    import beskid.driver.cache.units
    import beskid.engine.session
    import beskid.lower.pipeline
    import beskid.lower.program  # noqa: F401


if __name__ == "__main__":
    main(sys.argv[1:])
