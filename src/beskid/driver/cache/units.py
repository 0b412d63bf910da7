"""The cached objects of units: each is stored under a digest of its LLVM text and of what turns text into an object.

What a unit was compiled from is its text alone, so no edit of a program or of the compiler can make an entry wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from beskid.driver.cache.key import PACKAGE_FOLDER, code_generator_stamp, digest
from beskid.driver.cache.store import Cache
from beskid.files.reading import read_file

GENERATOR_FILES = ("codegen/emit.py", "codegen/thin_compiler.py", "codegen/light_passes.py", "codegen/target.py")
"""The modules that decide what LLVM makes of a text."""


class CachedUnits:
    """The objects of units for one target and level in the user's cache.

    With `reads` entries are used, otherwise only written. Nothing is written unless `is_compiler_unchanged`.
    """

    __slots__ = ("_cache", "_is_compiler_unchanged", "_machine", "_prefix", "_reads")

    def __init__(
        self, cache: Cache, machine: tuple[str, ...], reads: bool, is_compiler_unchanged: Callable[[], bool]
    ) -> None:
        """`machine`: the options of the code generator."""
        self._cache = cache
        self._machine = machine
        self._reads = reads
        self._is_compiler_unchanged = is_compiler_unchanged
        self._prefix = ""

    def load(self, texts: Sequence[str]) -> list[bytes | None]:
        """Return the object of each module, None for those that are not known."""
        if not self._reads:
            return [None] * len(texts)
        return self._cache.load_units([self._key(text) for text in texts])

    def store(self, images: dict[str, bytes]) -> None:
        """Keep the objects of modules by their texts."""
        if images and self._is_compiler_unchanged():
            self._cache.store_units({self._key(text): image for text, image in images.items()})

    def _key(self, text: str) -> str:
        if not self._prefix:
            files = [digest(read_file(f"{PACKAGE_FOLDER}/{name}").data) for name in GENERATOR_FILES]
            self._prefix = "\0".join([code_generator_stamp(), *files, *self._machine, ""])
        return digest((self._prefix + text).encode("utf-8", "surrogateescape"))
