"""A process that has loaded the compiler and forks for each command, so that a command costs no start of Python.

It reads one JSON object per line from standard input and starts `copies` children at once, as another `user` if one is
named. It answers with the process numbers of the children on one line, and with their wait statuses on the next. The
preloaded shim is in the children as in any process.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import resource
import sys
import traceback
from typing import Any

NOT_IMPORTED = ("beskid.__main__", "beskid.abi.generate")
MAX_PROCESSOR_SECONDS = 40
IMPORTED_LATER = ("encodings.utf_8_sig", "encodings.ascii", "encodings.latin_1", "difflib", "tempfile", "traceback")
"""Modules that a command imports while it runs; another user may not read where Python is installed."""


def import_everything() -> None:
    import beskid

    for module in pkgutil.walk_packages(beskid.__path__, "beskid."):
        if module.name not in NOT_IMPORTED:
            importlib.import_module(module.name)
    for name in IMPORTED_LATER:
        importlib.import_module(name)
    from llvmlite import binding

    binding.get_process_triple()
    gc.collect()
    gc.freeze()


def run_command(request: dict[str, Any], copy: int) -> int:
    """Become the command: its streams, folder and environment, then its exit status."""
    for descriptor, name in ((0, os.devnull), (1, f"{request['stdout']}.{copy}"), (2, f"{request['stderr']}.{copy}")):
        opened = os.open(name, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_APPEND)
        os.dup2(opened, descriptor)
        os.close(opened)
    resource.setrlimit(resource.RLIMIT_AS, (request["address_space"], request["address_space"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_PROCESSOR_SECONDS, MAX_PROCESSOR_SECONDS))
    if request["user"]:
        os.setgroups([])
        os.setgid(request["user"])
        os.setuid(request["user"])
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    from beskid.cli.main import main

    return main(request["arguments"])


def child(request: dict[str, Any], copy: int) -> None:
    status = 1
    try:
        status = run_command(request, copy)
    except SystemExit as leave:
        status = leave.code if isinstance(leave.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                status = status or 120
        os._exit(status)


def serve() -> None:
    import_everything()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        processes = []
        for copy in range(request["copies"]):
            process = os.fork()
            if process == 0:
                os.setpgid(0, 0)
                child(request, copy)
            processes.append(process)
        print(*processes, flush=True)
        print(*[os.waitpid(process, 0)[1] for process in processes], flush=True)


if __name__ == "__main__":
    serve()
