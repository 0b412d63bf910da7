"""The JIT that loads objects: the thin binding if the pinned llvmlite is installed, otherwise llvmlite's package."""

from __future__ import annotations

from beskid.codegen.llvm_library import ThinUnavailableError
from beskid.engine.thin import ThinJit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol
else:
    Protocol = object


class ObjectLoader(Protocol):
    """What the engine needs of a JIT."""

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""


class PackageJit:
    """LLJIT through llvmlite's public package."""

    __slots__ = ("_binding", "_count", "_instance", "_trackers")

    def __init__(self) -> None:
        from llvmlite import binding

        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        self._binding: Any = binding
        self._instance = binding.create_lljit_compiler(use_jit_link=True, suppress_errors=True)
        self._trackers: list[Any] = []
        self._count = 0

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""
        self._count += 1
        builder = self._binding.JITLibraryBuilder().add_object_img(image)
        for name, address in imports.items():
            builder.import_symbol(name, address)
        for name in exports:
            builder.export_symbol(name)
        tracker = builder.link(self._instance, f"program.{self._count}")
        # LLVM frees the code when its tracker is dropped.
        self._trackers.append(tracker)
        return {name: int(tracker[name]) for name in exports}


def create_loader() -> ObjectLoader:
    """Return the fastest JIT that works here."""
    try:
        return ThinJit()
    except ThinUnavailableError:
        return PackageJit()
