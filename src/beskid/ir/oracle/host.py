"""The environment of an interpreted program: the `Host` protocol, and a host in memory.

Descriptors, files, environment, clocks. File errors are `errno` values, 0 for success. The host in
memory is deterministic and used by tests; `real_host.py` implements the one that accesses the machine.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Ended:
    """How another program ended: its exit status or -1, the signal that ended it or 0, and what it wrote.

    The signal is -1 after the timeout. `error` says why the program could not start.
    """

    status: int = -1
    signal: int = 0
    output: bytes = b""
    errors: bytes = b""
    error: int = 0


class Host(Protocol):
    """What the runtime functions need from the operating system."""

    def read(self, descriptor: int, maximum: int) -> bytes:
        """Return one read of up to that many bytes; empty at the end or on an error."""
        ...

    def write(self, descriptor: int, data: bytes) -> int:
        """One write; the number of bytes, or a negated error number."""
        ...

    def is_terminal(self, descriptor: int) -> bool: ...

    def window_size(self, descriptor: int) -> int:
        """Columns * 65536 + rows of a terminal; 0 for none."""
        ...

    def set_key_mode(self, is_on: bool) -> None:
        """Put the terminal of descriptor 0, if it is one, into the key mode, or restore it."""
        ...

    def wait_for_input(self, milliseconds: int) -> bool:
        """Wait until descriptor 0 can be read, without limit if negative; whether it can."""
        ...

    def read_file(self, path: bytes) -> tuple[bytes, int]:
        """Return the content and the error number."""
        ...

    def write_file(self, path: bytes, data: bytes, append: bool) -> int:
        """Replace the content or add to it; the error number."""
        ...

    def exists(self, path: bytes) -> int:
        """0 when something is at the path, else the error number."""
        ...

    def is_directory(self, path: bytes) -> bool: ...

    def list_directory(self, path: bytes) -> tuple[list[bytes], int]:
        """Return the names in byte order and the error number."""
        ...

    def delete(self, path: bytes) -> int: ...

    def make_directory(self, path: bytes) -> int: ...

    def read_part(self, descriptor: int, maximum: int) -> tuple[bytes, int]:
        """Return one read of up to that many bytes, and the error number."""
        ...

    def open_file(self, path: bytes, mode: int) -> int:
        """Return the descriptor, or a negated error number. The mode is that of `io_open`."""
        ...

    def control(self, descriptor: int, operation: int, argument: int) -> int:
        """Do an operation of `io_control`; the position after a seek, 0, or a negated error number."""
        ...

    def status(self, path: bytes, follow: bool) -> tuple[list[int], int]:
        """Return the fields of `fs_status`, and the error number."""
        ...

    def change(self, operation: int, path: bytes, other: bytes, number: int) -> int:
        """Do an operation of `fs_change`; the error number."""
        ...

    def run(
        self,
        arguments: list[bytes],
        environment: list[bytes],
        folder: bytes,
        data: bytes,
        timeout: int,
        streams: int,
    ) -> Ended:
        """Run a program as `process_run` does."""
        ...

    def error_text(self, error: int) -> str: ...

    def get_variable(self, name: bytes) -> bytes | None: ...

    def set_variable(self, name: bytes, value: bytes) -> int: ...

    def working_directory(self) -> tuple[bytes, int]: ...

    def process_id(self) -> int: ...

    def realtime_nanos(self) -> int: ...

    def monotonic_nanos(self) -> int: ...

    def sleep_millis(self, duration: int) -> None: ...

    def random_bits(self) -> int:
        """64 random bits, as a signed number."""
        ...


@dataclass
class _OpenFile:
    path: bytes
    appends: bool
    position: int = 0

    def write(self, files: dict[bytes, bytes], data: bytes) -> int:
        content = files[self.path]
        start = len(content) if self.appends else self.position
        files[self.path] = content[:start].ljust(start, b"\0") + data + content[start + len(data) :]
        self.position = start + len(data)
        return len(data)


class MemoryHost:
    """A host in memory: fixed input, recorded output, files and variables in dictionaries, a counter as the clock."""

    def __init__(
        self,
        stdin: bytes = b"",
        files: dict[bytes, bytes] | None = None,
        variables: dict[bytes, bytes] | None = None,
    ) -> None:
        self.stdin = stdin
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.files: dict[bytes, bytes] = dict(files or {})
        self.directories: set[bytes] = {b".", b"/"}
        self.variables: dict[bytes, bytes] = dict(variables or {})
        self.now = 0
        self._open: dict[int, _OpenFile] = {}
        self._random = 0

    def read(self, descriptor: int, maximum: int) -> bytes:
        if descriptor != 0:
            return b""
        data, self.stdin = self.stdin[:maximum], self.stdin[maximum:]
        return data

    def write(self, descriptor: int, data: bytes) -> int:
        if descriptor in self._open:
            return self._open[descriptor].write(self.files, data)
        if descriptor not in (1, 2):
            return -errno.EBADF
        (self.stdout if descriptor == 1 else self.stderr).extend(data)
        return len(data)

    def is_terminal(self, descriptor: int) -> bool:
        return False

    def window_size(self, descriptor: int) -> int:
        return 0

    def set_key_mode(self, is_on: bool) -> None:
        pass

    def wait_for_input(self, milliseconds: int) -> bool:
        return True

    def read_file(self, path: bytes) -> tuple[bytes, int]:
        if path in self.directories:
            return b"", errno.EISDIR
        if path not in self.files:
            return b"", errno.ENOENT
        return self.files[path], 0

    def write_file(self, path: bytes, data: bytes, append: bool) -> int:
        if path in self.directories:
            return errno.EISDIR
        if not path or _parent(path) not in self.directories:
            return errno.ENOENT
        self.files[path] = self.files.get(path, b"") + data if append else data
        return 0

    def exists(self, path: bytes) -> int:
        return 0 if path in self.files or path in self.directories else errno.ENOENT

    def is_directory(self, path: bytes) -> bool:
        return path in self.directories

    def list_directory(self, path: bytes) -> tuple[list[bytes], int]:
        if path not in self.directories:
            return [], errno.ENOTDIR if path in self.files else errno.ENOENT
        names = [item for item in (*self.files, *self.directories) if item not in (b".", b"/")]
        return sorted([item.rsplit(b"/", 1)[-1] for item in names if _parent(item) == path]), 0

    def delete(self, path: bytes) -> int:
        if path in self.files:
            del self.files[path]
            return 0
        if path not in self.directories:
            return errno.ENOENT
        if self.list_directory(path)[0]:
            return errno.ENOTEMPTY
        self.directories.discard(path)
        return 0

    def make_directory(self, path: bytes) -> int:
        if self.exists(path) == 0:
            return errno.EEXIST
        if not path or _parent(path) not in self.directories:
            return errno.ENOENT
        self.directories.add(path)
        return 0

    def read_part(self, descriptor: int, maximum: int) -> tuple[bytes, int]:
        if descriptor == 0:
            return self.read(0, maximum), 0
        if descriptor not in self._open:
            return b"", errno.EBADF
        file = self._open[descriptor]
        data = self.files[file.path][file.position : file.position + maximum]
        file.position += len(data)
        return data, 0

    def open_file(self, path: bytes, mode: int) -> int:
        is_there = path in self.files
        if is_there and mode & 32:
            return -errno.EEXIST
        if not is_there and not mode & 4:
            return -errno.ENOENT
        error = self.write_file(path, b"", append=False) if not is_there or mode & 8 else 0
        if error:
            return -error
        descriptor = 3 + len(self._open)
        self._open[descriptor] = _OpenFile(path, bool(mode & 16))
        return descriptor

    def control(self, descriptor: int, operation: int, argument: int) -> int:
        file = self._open.get(descriptor)
        if file is None:
            return -errno.EBADF
        content = self.files[file.path]
        if operation in (2, 3, 4):
            position = argument + (0, file.position, len(content))[operation - 2]
            if position < 0:
                return -errno.EINVAL
            file.position = position
            return position
        if operation == 5:
            self.files[file.path] = content[:argument].ljust(argument, b"\0")
        return 0

    def status(self, path: bytes, follow: bool) -> tuple[list[int], int]:
        error = self.exists(path)
        size = len(self.files.get(path, b""))
        return ([], error) if error else ([int(self.is_directory(path)), size, 0o644, 0, 0], 0)

    def change(self, operation: int, path: bytes, other: bytes, number: int) -> int:
        if operation != 0:
            return errno.ENOSYS
        if path not in self.files:
            return errno.ENOENT
        self.files[other] = self.files.pop(path)
        return 0

    def run(
        self,
        arguments: list[bytes],
        environment: list[bytes],
        folder: bytes,
        data: bytes,
        timeout: int,
        streams: int,
    ) -> Ended:
        return Ended(error=errno.ENOSYS)

    def error_text(self, error: int) -> str:
        return f"error {error}"

    def get_variable(self, name: bytes) -> bytes | None:
        return self.variables.get(name)

    def set_variable(self, name: bytes, value: bytes) -> int:
        if not name or b"=" in name:
            return errno.EINVAL
        self.variables[name] = value
        return 0

    def working_directory(self) -> tuple[bytes, int]:
        return b"/", 0

    def process_id(self) -> int:
        return 1

    def realtime_nanos(self) -> int:
        return self.monotonic_nanos()

    def monotonic_nanos(self) -> int:
        self.now += 1
        return self.now

    def sleep_millis(self, duration: int) -> None:
        self.now += max(duration, 0) * 1_000_000

    def random_bits(self) -> int:
        self._random = (self._random * 6364136223846793005 + 1442695040888963407) & 0xFFFF_FFFF_FFFF_FFFF
        return self._random - (1 << 63)


def _parent(path: bytes) -> bytes:
    if b"/" not in path:
        return b"."
    return path.rsplit(b"/", 1)[0] or b"/"
