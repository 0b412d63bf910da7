"""Executables for the native command: it starts that of an unchanged program, without Python (decision R9).

The native command, which the wheel installs as `beskid`, verifies the record of a request as the warm path does. Beside
the record it needs a *launch*: which executable was linked from the object of the record, and how the files of the
compiler, of the core library and of the runtime looked then. It asks for one when it leaves a run to the compiler;
`start_making` starts this module as a program of its own, which makes both, after the user's program has run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

from beskid.driver.cache.key import PACKAGE_FOLDER, core_library_folder, digest
from beskid.driver.cache.store import LAUNCHES, Cache, Record, user_cache_folder
from beskid.driver.cache.warm import RunRequest, is_current
from beskid.files.reading import state_of_file_or_folder
from beskid.files.walking import files_below, names_in

FORMAT = "beskid-launch 1"
_OPEN_DESCRIPTORS = "/proc/self/fd"


def start_making(request: RunRequest, launcher: str) -> None:
    """Make the launch of a request in another process, which this one does not wait for.

    Nothing is started without a record, which a cache that cannot be used never has, nor where no launch can be stored.
    """
    cache = Cache(user_cache_folder(dict(os.environ)))
    if cache.load_record(request.key()) is None or not cache.can_store(LAUNCHES):
        return
    command = [sys.executable, "-P", "-m", "beskid.driver.launches", request.key(), launcher]
    actions: list[tuple[object, ...]] = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in (0, 1, 2)]
    # A pipe or a lock that this process was given must not stay open after it has ended.
    actions += [(os.POSIX_SPAWN_CLOSE, each) for each in _inherited_descriptors()]
    try:
        os.posix_spawn(sys.executable, command, os.environ, file_actions=actions, setsid=True)
    except OSError:
        # The next start is as slow as this one was.
        return


def _inherited_descriptors() -> list[int]:
    """The open descriptors beside the standard streams that a new process would get."""
    found: list[int] = []
    for descriptor in map(int, names_in(_OPEN_DESCRIPTORS)):
        try:
            if descriptor > 2 and os.get_inheritable(descriptor):
                found.append(descriptor)
        except OSError:
            # That of the listing itself, which is closed by now.
            continue
    return found


def make_launch(request: str, launcher: str, environment: dict[str, str]) -> None:
    """Link the executable of a request whose record holds, and store both; do nothing when it does not hold.

    The states of folders are taken after the link, because Python may write its bytecode meanwhile; a file that is
    added in that time is among the files, and the record is verified last.
    """
    cache = Cache(user_cache_folder(environment))
    record = cache.load_record(request)
    if record is None or record.links:
        return
    image = cache.load_object(record.key)
    if image is None:
        return
    files = states_of(installed_files())
    program = linked(image, environment)
    folders = states_of(installed_folders())
    if states_of(installed_files()) != files or not is_current(record):
        return
    if program is not None and not cache.store_program(record.key, program):
        return
    cache.store_launch(request, encode_launch(record, launcher, program, [*files, *folders]))


def encode_launch(record: Record, launcher: str, program: bytes | None, states: list[str]) -> bytes:
    """The lines that the native command compares; without a program it does not ask again until a state changes."""
    lines = [FORMAT, launcher, record.stamp, record.key, "" if program is None else digest(program), *states]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def linked(image: bytes, environment: dict[str, str]) -> bytes | None:
    """The executable of an object, stripped as it is read at every start; None where it cannot be linked."""
    from beskid.codegen.host import host_triple
    from beskid.driver.built import executable_of
    from beskid.driver.failure import DriverError
    from beskid.files.problems import FileError

    try:
        return executable_of(image, host_triple(), environment, strip=True)
    except (DriverError, FileError):
        return None


def installed_files() -> set[str]:
    """The files that decide what the compiler would do: its own, those of the core library and of the runtime."""
    return {f"{folder}/{'/'.join(parts)}" for folder, parts in _installed()} | {os.path.realpath(sys.executable)}


def installed_folders() -> set[str]:
    """The folders of those files, which change when one is added, and those of `sys.path`.

    The code generator is in one of the latter.
    """
    folders = {"/".join((folder, *parts[:count])) for folder, parts in _installed() for count in range(len(parts))}
    return folders | set(sys.path)


def _installed() -> Iterator[tuple[str, tuple[str, ...]]]:
    from beskid.codegen.host import host_triple
    from beskid.engine.runtime_library import installed_library

    runtime = installed_library(host_triple()).rpartition("/")[0]
    for folder, suffixes in ((PACKAGE_FOLDER, (".py",)), (core_library_folder(), (".bd",)), (runtime, ("",))):
        for parts in files_below(folder, suffixes):
            yield folder, parts


def states_of(paths: Iterable[str]) -> list[str]:
    """How the paths look now, a line each: five numbers and the path; the size of a folder is 0."""
    return [line for path in sorted(paths) if (line := _state_line(path))]


def _state_line(path: str) -> str:
    state = state_of_file_or_folder(path)
    return "" if state is None else " ".join([*map(str, state.fields()), path])


if __name__ == "__main__":
    make_launch(sys.argv[1], sys.argv[2], dict(os.environ))
