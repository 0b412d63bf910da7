"""The runtime as `beskid.embed.fallback` sees it, through ctypes: claims, entries, cells, and exceptions of statuses.

Does what `runtime/python/runtime.c` does for the extension. The rows of the runtime are those of the ABI.
"""

from __future__ import annotations

import atexit
import ctypes
from threading import local

from beskid.abi.generated.numbers import (
    SHADOW_GUARD_SIZE,
    SHADOW_REGION_SIZE,
    STATUS_BUSY,
    STATUS_EXITED,
    STATUS_FORKED,
    STATUS_PANIC,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ADDRESS = ctypes.c_void_p
_WORD = ctypes.c_int64
_TAKER = ctypes.CFUNCTYPE(_WORD, _WORD, _ADDRESS, ctypes.c_uint64)

ROOT_MARGIN = 65536
"""Programs need the last part of the slots for references to find that their region is full."""


_AT_ONCE = (0,)
_WAITING = (1,)
"""The arguments of `beskid_claim`."""


class _Claimed:
    """`with bridge.claimed:` has the runtime for the block. Python runs no handler between the claim and the block."""

    __slots__ = ("_bridge",)

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def __enter__(self) -> None:
        self._bridge.claim()

    def __exit__(self, *raised: object) -> None:
        self._bridge.let_go()


class Bridge:
    """The runtime of the process. `support` are the objects of the package that an extension uses."""

    def __init__(self, addresses: dict[str, int], support: dict[str, Any], inside: int) -> None:
        """`inside` is the address of the code of `engine.inside`."""
        self._addresses = addresses
        self._support = support
        self._inside = inside
        self._thread = local()
        self._pending: list[int] = []
        self._owners: dict[int, object] = {}
        self._token = 0
        self._kept: BaseException | None = None
        self.claimed = _Claimed(self)
        # What waits or runs code of the program releases the interpreter lock; the rest is too short for that.
        self._attach = ctypes.CFUNCTYPE(_WORD, _ADDRESS)(addresses["beskid_attach"])
        self._wait = ctypes.CFUNCTYPE(_WORD, _WORD)(addresses["beskid_claim"])
        self.enter = ctypes.CFUNCTYPE(_WORD, _ADDRESS, _ADDRESS)(addresses["beskid_call_words"])
        self._claim = self._short("beskid_claim", _WORD, _WORD)
        self._release = self._short("beskid_release", None)
        self._make = self._short("beskid_call_words", _WORD, _ADDRESS, _ADDRESS)
        self._root_top = self._short("beskid_root_top", _ADDRESS, _ADDRESS)
        self._root_handle = self._short("gc_root_handle", _WORD, _ADDRESS)
        self._unroot = self._short("gc_unroot_handle", None, _WORD)
        self._collect = self._short("gc_collect", _WORD)
        self._root_count = self._short("gc_external_root_count", _WORD)
        self._released = self._short("beskid_foreign_released", _WORD)
        self._message = self._short("beskid_last_panic", ctypes.c_char_p)
        self._form = self._short("beskid_last_panic_form", ctypes.c_char_p)
        set_output = self._short("beskid_set_output", None, _ADDRESS)
        self._taker = _TAKER(self._take)
        set_output(self._taker)
        # The code of the taker goes with the interpreter.
        atexit.register(set_output, None)

    def _short(self, name: str, result: Any, *parameters: Any) -> Any:
        return ctypes.PYFUNCTYPE(result, *parameters)(self._addresses[name])

    def attach(self, program: int) -> int:
        """Attach this thread and make the call sites of a program known. Returns a status."""
        return int(self._attach(program))

    def claim(self) -> None:
        """Take the runtime for this thread. Raises `ForkedError` where it was lost by a fork.

        What a handler of a signal raises meanwhile, such as `KeyboardInterrupt`, leaves no claim.
        """
        if not hasattr(self._thread, "is_attached"):
            self._check(self._attach(None))
            self._thread.is_attached = True
        statuses: list[int] = []
        try:
            # No handler runs between a claim and where its status is noted, as one could after a call.
            statuses.extend(map(self._claim, _AT_ONCE))
            if statuses[-1] == STATUS_BUSY:
                statuses.extend(map(self._wait, _WAITING))
            self._check(statuses[-1])
            while self._pending:
                self._unroot(self._pending.pop())
        except BaseException:
            if statuses[-1:] == [0]:
                self._release()
            raise

    def let_go(self) -> None:
        """End one claim. Objects whose memory was borrowed are released when the collector found the arrays dead."""
        try:
            while token := self._released():
                self._owners.pop(token, None)
        finally:
            self._release()

    def collect(self) -> int:
        with self.claimed:
            return int(self._collect())

    def root_count(self) -> int:
        with self.claimed:
            return int(self._root_count())

    def _check(self, status: int) -> None:
        if status:
            raise self.failure(status, 0, "")

    def failure(self, status: int, exit_status: int, root: str) -> BaseException:
        """Return what Python code has raised inside, also for status 0, or the panic or exit of a status."""
        # Without a panic, the last one was that of another call.
        form = (self._form() or b"").decode("utf-8", "replace") if status == STATUS_PANIC else ""
        kept, self._kept = self._kept, None
        if kept is not None:
            return kept.with_traceback(self._support["through"](root, kept.__traceback__, form))
        if status == STATUS_EXITED:
            return SystemExit(exit_status)
        if status == STATUS_FORKED:
            error: BaseException = self._support["forked_error"](
                "this process is the child of a fork during which another thread ran Beskid code\n"
                "  help: start processes by the method spawn, or before the first call"
            )
            return error
        message = (self._message() or b"panic").decode("utf-8", "replace")
        panic: BaseException = self._support["raise_panic"](root, message, form)
        return panic

    @property
    def has_kept(self) -> bool:
        """Whether Python code has raised an exception that no call has raised yet."""
        return self._kept is not None

    def _take(self, descriptor: int, data: int, length: int) -> int:
        """Print what a program prints. The runtime calls it on the stack of the host."""
        if self._kept is not None:
            # It ends the call, so nothing must be written first.
            return -1
        try:
            self._support["write"](descriptor, ctypes.string_at(data, length))
        except BaseException as error:
            self._kept = error
            return -1
        return length

    # References and cells; the runtime is claimed

    def mark(self) -> int:
        return int(self._root_top(None))

    def unroot_to(self, mark: int) -> None:
        self._root_top(mark)

    def root(self, reference: int) -> int:
        """Make a reference visible to the collector until `unroot_to`, and return it."""
        top = self.mark()
        room = SHADOW_REGION_SIZE - SHADOW_GUARD_SIZE - ROOT_MARGIN
        if top & (SHADOW_REGION_SIZE - 1) >= room:
            raise RecursionError("too many nested values in the arguments of a Beskid function")
        slot = ctypes.c_uint64.from_address(top)
        # A handler of a signal or a destructor that calls Beskid uses the slots above the top.
        slot.value = 0
        self._root_top(top + 8)
        slot.value = reference
        return reference

    def hold(self, reference: int) -> int:
        """Return a handle that keeps an object alive."""
        return int(self._root_handle(reference))

    def drop_later(self, handle: int) -> None:
        """Drop a handle now, or when the runtime is claimed next: a destructor never waits."""
        if hasattr(self._thread, "is_attached") and self._claim(0) == 0:
            self._unroot(handle)
            self._release()
        else:
            self._pending.append(handle)

    def make_text(self, text: bytes) -> int:
        """Return a string with the bytes, which are UTF-8. Raises `Panic` without memory, like the others."""
        return self._made("str_copy", ctypes.cast(ctypes.c_char_p(text), _ADDRESS).value or 0, len(text))

    def make_foreign(self, data: int, size: int, length: int, owner: object) -> int:
        """Return an array of elements of the size, in memory that the owner keeps in place."""
        self._token += 1
        self._owners[self._token] = owner
        try:
            return self._made("array_foreign", data, size, length, self._token)
        except BaseException:
            del self._owners[self._token]
            raise

    def _made(self, name: str, *arguments: int) -> int:
        words = (ctypes.c_uint64 * 5)(self._addresses[name], *arguments)
        status = self._make(self._inside, words)
        if status:
            raise self.failure(status, words[0], "")
        return self.root(words[0])
