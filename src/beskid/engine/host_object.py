"""Heap objects that a host keeps: rooted until they are released, and bound to their runtime."""

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
        """Return the address to pass to a function of this runtime; raise for another runtime or a released object."""
        if runtime is not self._runtime:
            raise JitError.OtherRuntime(runtime.path, "object")
        if not self._handle:
            raise JitError(E4002, "the object was released", "release it after its last use")
        return self._address

    def release(self) -> None:
        """Remove the root, so that the object can be collected."""
        if self._handle:
            self._runtime.function("gc_unroot_handle")(self._handle)
            self._handle = 0
