"""Running a program in this process.

It takes object bytes, the program's name and arguments, and a runtime that passed the gate, and returns the exit status
that the built executable would have. The caller flushes its own output first: the program writes to descriptor 1.
"""

from __future__ import annotations

from beskid.abi.generated.numbers import ENTER_INTERRUPTIBLE, STATUS_BUSY, STATUS_GATE
from beskid.codegen.trace import ENTRY, VERSION_CHECK
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import RuntimeLibrary
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beskid.codegen.trace import Trace
    from beskid.engine.lljit import ObjectLoader

REFUSALS: dict[int, str] = {
    STATUS_BUSY: "another thread of this process runs a program",
    STATUS_GATE: "the runtime refuses it",
}
"""Statuses that the runtime returns when it did not run the program."""


def run_program(
    image: bytes,
    runtime: RuntimeLibrary,
    arguments: list[str],
    name: str = "program",
    extras: Mapping[str, int] | None = None,
    flags: int = ENTER_INTERRUPTIBLE,
    loader: ObjectLoader | None = None,
    trace: Trace | None = None,
    shown: str = "",
    begin: Callable[[], None] | None = None,
) -> int:
    """Load and run; the status, 101 after a panic whose form the runtime printed.

    `shown` is what messages call the program; `name` is what the program calls itself. `begin` is called once it is
    loaded.
    """
    module = BeskidJitModule(runtime, extras, loader, trace)
    program = module.load(image, shown or name)
    if begin is not None:
        begin()
    return enter(module, program, arguments, name, flags)


def enter(
    module: BeskidJitModule, program: int, arguments: list[str], name: str = "program", flags: int = ENTER_INTERRUPTIBLE
) -> int:
    """Run a loaded program; the version is checked again, because something was loaded since the first check."""
    runtime, trace = module.runtime, module.trace
    runtime.check()
    if trace is not None:
        trace.note(VERSION_CHECK, [runtime.path])
        trace.note(ENTRY, [name])
    given = [text.encode("utf-8", "surrogateescape") for text in [name, *arguments]]
    status = runtime.enter(program, given, flags)
    if status not in REFUSALS or runtime.last_status() != status:
        return status
    raise JitError(E4002, f"`{name}` cannot be entered: {REFUSALS[status]}", "run it in a process of its own")
