"""The tests of an object, loaded into this process and callable by their number.

Takes object bytes and a runtime whose version was checked. A test that panics returns its message; a test that exits
ends this process, so the caller runs each test in its own child process.
"""

from __future__ import annotations

import ctypes

from beskid.abi.generated.numbers import ENTER_INTERRUPTIBLE, STATUS_PANIC
from beskid.abi.symbols import COUNTERS_SYMBOL, TESTS_SYMBOL
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import RuntimeLibrary
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from beskid.engine.lljit import ObjectLoader


class TestTable:
    """The loaded object and the addresses of its tests. `counts` says that the object was made for coverage."""

    __slots__ = ("_counters", "_entries", "_module")

    def __init__(
        self,
        image: bytes,
        runtime: RuntimeLibrary,
        count: int,
        name: str,
        extras: Mapping[str, int] | None = None,
        loader: ObjectLoader | None = None,
        counts: bool = False,
    ) -> None:
        self._module = BeskidJitModule(runtime, extras, loader)
        counters = (COUNTERS_SYMBOL,) if counts else ()
        self._module.load(image, name, (TESTS_SYMBOL, *counters))
        self._counters = self._module.symbol(COUNTERS_SYMBOL)
        self._entries: list[int] = list((ctypes.c_uint64 * count).from_address(self._module.symbol(TESTS_SYMBOL)))

    def count_at(self, address: int) -> None:
        """Let the tests count what runs in the memory at an address, if their object was made for coverage."""
        if self._counters:
            ctypes.c_uint64.from_address(self._counters).value = address

    def call(self, number: int) -> str | None:
        """Run one test; return the message of its panic, or None when it returned."""
        runtime = self._module.runtime
        runtime.check()
        runtime.call(self._module.program(), self._entries[number], ENTER_INTERRUPTIBLE)
        status = runtime.last_status()
        if status == 0:
            return None
        if status == STATUS_PANIC:
            return runtime.last_panic() or ""
        raise JitError(E4002, "the runtime rejects the tests", "reinstall beskid")
