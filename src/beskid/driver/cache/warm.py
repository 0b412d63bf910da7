"""The warm path of `run`: from the words of the command line to a cached object, without any front end.

Takes a request; returns the object's bytes when a record says that nothing changed since it was made, else None. Only
`cache` and `digest` are imported here; a test keeps it so.
"""

from __future__ import annotations

import os

from beskid.driver.cache.key import compiler_stamp, digest
from beskid.driver.cache.store import Cache, Record, folder_listing, is_unchanged, user_cache_folder

SOURCE_SUFFIX = ".bd"

DEFAULT_ENGINE = "jit"


class RunRequest:
    """What decides which object `run` needs, apart from the contents of files. Paths are absolute, or empty."""

    __slots__ = ("engine", "entrypoint", "input", "links", "optimize", "print_result", "project", "target")

    def __init__(
        self,
        input: str,
        optimize: int = 2,
        print_result: bool = False,
        entrypoint: str = "",
        project: str = "",
        target: str = "",
        links: tuple[str, ...] = (),
        engine: str = DEFAULT_ENGINE,
    ) -> None:
        self.input = input
        self.optimize = optimize
        self.print_result = print_result
        self.entrypoint = entrypoint
        self.project = project
        self.target = target
        self.links = links
        self.engine = engine

    def key(self) -> str:
        """The name of this request's record."""
        words = (
            "run",
            self.engine,
            self.input,
            str(self.optimize),
            str(self.print_result),
            self.entrypoint,
            self.project,
            self.target,
            *self.links,
            os.getcwd() if not self.input and not self.project else "",
        )
        return digest("\0".join(words).encode("utf-8", "surrogateescape"))


class FoundObject:
    """A cached object, and what its program may link."""

    __slots__ = ("image", "links")

    def __init__(self, image: bytes, links: list[str]) -> None:
        self.image = image
        self.links = links


def find_object(request: RunRequest, environment: dict[str, str]) -> FoundObject | None:
    """The cached object of an unchanged program."""
    record = Cache(user_cache_folder(environment)).load_record(request.key())
    if record is None or not is_current(record):
        return None
    image = Cache(record.store).load_object(record.key)
    return None if image is None else FoundObject(image, record.links)


def is_current(record: Record) -> bool:
    """Whether nothing that went into the record has changed."""
    return (
        record.stamp == compiler_stamp()
        and all(is_unchanged(state) for state in record.files)
        and all(folder_listing(folder, SOURCE_SUFFIX) == listing for folder, listing in record.folders)
        and not any(os.path.exists(path) for path in record.absent)
    )
