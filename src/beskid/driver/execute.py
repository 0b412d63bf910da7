"""Runs object bytes in this process: finds the runtime, checks its version, and passes both to the engine.

The warm path of `run` uses this module, so only the engine is imported, and only when needed.
"""

from __future__ import annotations

import sys

from beskid.codegen.host import host_triple
from beskid.driver.failure import DriverError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from beskid.driver.foreign.policy import LinkOptions
    from beskid.engine.case_table import TestTable
    from beskid.engine.lljit import ObjectLoader

RUNTIME_VARIABLE = "BESKID_RUNTIME_LIBRARY"
GDB_VARIABLE = "BESKID_GDB"
PERF_VARIABLE = "BESKID_PERF"
PROGRAM_NAME = "program"


class _EngineErrors:
    """Raises an error of the engine, inside a `with` block, as one of the driver. The engine is imported late."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from beskid.engine.errors import JitError

        if isinstance(error, JitError):
            raise DriverError(error.message, error.help, error.code) from error


ENGINE_ERRORS = _EngineErrors()


def execute(
    image: bytes,
    arguments: list[str],
    environment: dict[str, str],
    options: LinkOptions | None = None,
    shown: str = PROGRAM_NAME,
    begin: Callable[[], None] | None = None,
    loader: ObjectLoader | None = None,
) -> int:
    """Run a program and return its exit status, 101 after a panic.

    Messages call the program `shown`. `begin` is called once the program is loaded, by the engine's own choice without
    `loader`; after an error before that, nothing of it has run.
    """
    from beskid.engine.runtime_library import load_runtime
    from beskid.engine.session import run_program

    sys.stdout.flush()
    sys.stderr.flush()
    with ENGINE_ERRORS:
        runtime = load_runtime(runtime_library_path(environment), shown)
        extras = foreign_addresses(image, options, environment)
        chosen = loader or debugged_loader(environment)
        return run_program(image, runtime, arguments, PROGRAM_NAME, extras, loader=chosen, shown=shown, begin=begin)


def load_tests(
    image: bytes, count: int, environment: dict[str, str], options: LinkOptions | None = None, counts: bool = False
) -> TestTable:
    """Load the tests of an object, made for coverage if it `counts`, to be called in child processes."""
    from beskid.engine.case_table import TestTable
    from beskid.engine.runtime_library import load_runtime

    with ENGINE_ERRORS:
        runtime = load_runtime(runtime_library_path(environment))
        extras = foreign_addresses(image, options, environment)
        return TestTable(image, runtime, count, PROGRAM_NAME, extras, debugged_loader(environment), counts)


def debugged_loader(environment: dict[str, str]) -> ObjectLoader | None:
    """The loader that tells gdb, perf or both of code, as `BESKID_GDB` and `BESKID_PERF` say.

    None for the engine's own choice.
    """
    for_gdb, for_perf = [environment.get(name) == "1" for name in (GDB_VARIABLE, PERF_VARIABLE)]
    if not for_gdb and not for_perf:
        return None
    from beskid.engine.lljit import create_loader

    loader = create_loader()
    if for_perf:
        from beskid.engine.perf_map import PerfLoader

        loader = PerfLoader(loader)
    if for_gdb:
        from beskid.engine.gdb import gdb_loader
        from beskid.engine.runtime_library import installed_library

        loader = gdb_loader(loader, installed_library(host_triple()))
    return loader


def foreign_addresses(image: bytes, options: LinkOptions | None, environment: dict[str, str]) -> dict[str, int]:
    """Return the address of every foreign function of the object; all libraries are opened now."""
    if b"extern=" not in image:
        return {}
    from beskid.codegen.extern_rows import rows_of
    from beskid.codegen.objectfile import note_fields
    from beskid.driver.foreign.policy import LinkOptions, make_plan, refuse_archives
    from beskid.engine.errors import JitError
    from beskid.engine.externs import PROCESS_LIBRARIES

    plan = make_plan(rows_of(note_fields(image)), options or LinkOptions(), environment)
    refuse_archives(plan)
    try:
        return PROCESS_LIBRARIES.resolve(plan.pairs(), plan.names)
    except JitError:
        # `build` finds the same by reading the files and has its own messages; the loader reports some further reasons.
        from beskid.driver.foreign.linking import check_libraries

        check_libraries(plan, environment)
        raise


def check_runtime(environment: dict[str, str]) -> str:
    """Return the path of the runtime after checking its version."""
    from beskid.engine.runtime_library import load_runtime

    path = runtime_library_path(environment)
    with ENGINE_ERRORS:
        load_runtime(path)
    return path


def runtime_library_path(environment: dict[str, str]) -> str:
    """Return the path in `BESKID_RUNTIME_LIBRARY`, otherwise the installed runtime of this machine."""
    from beskid.engine.runtime_library import installed_library

    return environment.get(RUNTIME_VARIABLE) or installed_library(host_triple())
