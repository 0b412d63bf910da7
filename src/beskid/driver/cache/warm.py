"""The warm path of `run`: from the arguments of the command line to a cached object, without any front end.

Takes a request; returns the object's bytes when a record says that nothing changed since it was made, else None. The
record holds content digests, and the files are read again: they are small, and no time stamp proves that a file which
is mapped into memory was not written.
"""

from __future__ import annotations

from beskid.driver.cache.key import compiler_stamp, digest, folder_listing
from beskid.driver.cache.store import Cache, Record, user_cache_folder
from beskid.files.problems import FileError
from beskid.files.reading import is_there, read_file
from beskid.files.walking import names_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol
else:
    Protocol = object

SOURCE_SUFFIX = ".bd"

DEFAULT_ENGINE = "jit"


class RunRequest:
    """What decides which object `run` needs, apart from the contents of files.

    Paths are absolute, or empty; `folder` is the working folder when neither an input nor a project is named. The name
    of the request's record is derived from all fields.
    """

    __slots__ = (
        "allow_link_args",
        "engine",
        "entrypoint",
        "folder",
        "input",
        "links",
        "locked",
        "member",
        "optimize",
        "print_result",
        "project",
        "roots",
        "target",
    )

    def __init__(
        self,
        input: str = "",
        optimize: int = 2,
        print_result: bool = False,
        entrypoint: str = "",
        project: str = "",
        target: str = "",
        links: tuple[str, ...] = (),
        engine: str = DEFAULT_ENGINE,
        roots: bool = True,
        folder: str = "",
        allow_link_args: bool = False,
        member: str = "",
        locked: bool = False,
    ) -> None:
        self.input = input
        self.optimize = optimize
        self.print_result = print_result
        self.entrypoint = entrypoint
        self.project = project
        self.target = target
        self.links = links
        self.engine = engine
        self.roots = roots
        self.folder = folder
        self.allow_link_args = allow_link_args
        self.member = member
        self.locked = locked

    def parts(self) -> list[str]:
        """Every field as `name=value`; a boolean is 0 or 1, and the words of links follow their number."""
        parts: list[str] = []
        for name in self.__slots__:
            field = getattr(self, name)
            if isinstance(field, tuple):
                parts += [f"{name}={len(field)}", *field]
            else:
                parts.append(f"{name}={int(field) if isinstance(field, bool) else field}")
        return parts

    def key(self) -> str:
        """The name of this request's record, which `launcher/src/launch.c` also computes."""
        return digest("\0".join(["run", *self.parts()]).encode("utf-8", "surrogateescape"))


class FoundObject:
    """A cached object, and the record that names it."""

    __slots__ = ("image", "record")

    def __init__(self, image: bytes, record: Record) -> None:
        self.image = image
        self.record = record


class CachedRequest(Protocol):
    """What names a record: a `RunRequest`, or that of a host."""

    def key(self) -> str: ...


def find_object(request: CachedRequest, environment: dict[str, str]) -> FoundObject | None:
    """The cached object of an unchanged program."""
    cache = Cache(user_cache_folder(environment))
    record = cache.load_record(request.key())
    if record is None or not is_current(record):
        return None
    image = cache.load_object(record.key)
    return None if image is None else FoundObject(image, record)


def is_current(record: Record) -> bool:
    """Return whether all inputs of the record are unchanged."""
    return next(changes(record), None) is None


def changes(record: Record) -> Iterator[str]:
    """What has changed since the record was made, each as a phrase."""
    if not record.stamp or record.stamp != compiler_stamp():
        yield "the compiler or its core library"
    for path, content in record.files:
        if _content_of(path) != content:
            yield f"the content of {path}"
    for folder, listing in record.folders:
        if _listing_of(folder) != listing:
            yield f"the source files below {folder}"
    for path in record.absent:
        if _has_appeared(path):
            yield f"{path}, which did not exist"


def _has_appeared(path: str) -> bool:
    """Whether a file is there now; a name that begins with `*` stands for every file with that ending."""
    folder, _, name = path.rpartition("/")
    if name.startswith("*"):
        return any(each.endswith(name[1:]) and not each.startswith(".") for each in names_in(folder or "/"))
    return is_there(path)


def _content_of(path: str) -> str:
    try:
        return digest(read_file(path).data)
    except FileError:
        return ""


def _listing_of(folder: str) -> str:
    try:
        return folder_listing(folder, SOURCE_SUFFIX)
    except FileError:
        return ""
