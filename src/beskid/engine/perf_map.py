"""The map by which `perf` names code that has no file.

`PerfLoader` wraps a loader: after each load it adds the functions of the object, with their addresses, to the file that
perf looks for. Only runs that ask for it import this module.
"""

from __future__ import annotations

import os
import stat

from beskid.codegen.objectfile import functions_of
from beskid.codegen.readable_names import readable_name
from beskid.engine.errors import JitError
from beskid.engine.gdb import anchors_of, follow_pointers
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
        anchors = anchors_of(image)
        names = list(dict.fromkeys([*exports, *[name for name, _ in anchors.values()]]))
        addresses = self._loader.load(image, imports, names)
        bases = {section: addresses[name] - offset for section, (name, offset) in anchors.items()}
        found = follow_pointers(image, bases)
        rows = [
            f"{found[symbol.section] + symbol.offset:x} {symbol.size:x} beskid:{readable_name(symbol.name)}\n"
            for symbol in functions_of(image)
            if symbol.section in found
        ]
        self._write("".join(rows))
        return addresses

    def _write(self, text: str) -> None:
        path = f"{FOLDER}/perf-{os.getpid()}.map"
        # The folder is everybody's: what is there under the name may be a link to, or a file of, somebody else.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            descriptor = os.open(path, flags, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                held = os.fstat(descriptor)
                if not stat.S_ISREG(held.st_mode) or held.st_uid != os.geteuid():
                    raise FileExistsError(None, "it belongs to somebody else")
                if not self._is_begun:
                    os.ftruncate(descriptor, 0)
                file.write(text.encode())
        except OSError as error:
            raise JitError(E4002, f"cannot write {path}: {error.strerror}", "remove it") from error
        self._is_begun = True
