"""Objects of a runtime's heap in the hands of a host: rooted as long as they are held, and bound to their runtime."""

from __future__ import annotations

from beskid.engine.errors import JitError
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.runtime_library import RuntimeLibrary


class HostObject:
    """A reference that keeps its object alive until `release`. Objects do not move, so the address stays."""

    __slots__ = ("_address", "_handle", "_runtime")

    def __init__(self, runtime: RuntimeLibrary, address: int) -> None:
        self._runtime = runtime
        self._address = address
        self._handle = int(runtime.function("gc_root_handle")(address))

    def address_for(self, runtime: RuntimeLibrary) -> int:
        """The address to pass to a function of this runtime; another runtime is refused, a released object too."""
        if runtime is not self._runtime:
            raise JitError.OtherRuntime(runtime.path, "object")
        if not self._handle:
            raise JitError(E4002, "the object was released", "keep it as long as it is passed on")
        return self._address

    def release(self) -> None:
        """Let the collector have the object when nothing else refers to it."""
        if self._handle:
            self._runtime.function("gc_unroot_handle")(self._handle)
            self._handle = 0
