"""The map by which `perf` names code that has no file.

`PerfLoader` wraps a loader: after each load it adds the functions of the object, with their addresses, to the file that
perf looks for. Only runs that ask for it import this module.
"""

from __future__ import annotations

import os

from beskid.codegen.objectfile import functions_of
from beskid.codegen.readable_names import readable_name
from beskid.engine.errors import JitError
from beskid.engine.placing import load_with_places
from beskid.files.problems import FileError
from beskid.files.shared_folders import write_shared
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.lljit import ObjectLoader

FOLDER = "/tmp"
"""Where perf looks, and nowhere else."""


class PerfLoader:
    """An `ObjectLoader` that tells perf of what it loads."""

    __slots__ = ("_is_begun", "_loader")

    def __init__(self, loader: ObjectLoader) -> None:
        self._loader = loader
        self._is_begun = False

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports.

        Raises `JitError` when the map cannot be written.
        """
        addresses, places = load_with_places(self._loader, image, imports, exports)
        rows = [
            f"{places[symbol.section] + symbol.offset:x} {symbol.size:x} beskid:{readable_name(symbol.name)}\n"
            for symbol in functions_of(image)
            if symbol.section in places
        ]
        self._write("".join(rows))
        return addresses

    def _write(self, text: str) -> None:
        path = f"{FOLDER}/perf-{os.getpid()}.map"
        try:
            write_shared(path, text.encode(), is_first=not self._is_begun)
        except FileError as error:
            raise JitError(E4002, f"cannot write {path}: {error.reason}", error.help) from error
        self._is_begun = True
