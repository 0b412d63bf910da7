"""The host of this machine: the only impure module of the IR layer, imported by its users alone.

It implements `Host` with the descriptors, files, environment and clocks of the running process.
"""

from __future__ import annotations

import errno
import os
import select
import stat
import time


class RealHost:
    """Descriptors, files, environment and clocks of this process."""

    def read(self, descriptor: int, maximum: int) -> bytes:
        while True:
            try:
                return os.read(descriptor, maximum)
            except BlockingIOError:
                _wait(descriptor, select.POLLIN)
            except OSError:
                return b""

    def write(self, descriptor: int, data: bytes) -> int:
        while True:
            try:
                return os.write(descriptor, data)
            except BlockingIOError:
                _wait(descriptor, select.POLLOUT)
            except OSError as error:
                return -_number(error)

    def is_terminal(self, descriptor: int) -> bool:
        return os.isatty(descriptor)

    def window_size(self, descriptor: int) -> int:
        try:
            size = os.get_terminal_size(descriptor)
        except OSError:
            return 0
        return size.columns * 65536 + size.lines

    def read_file(self, path: bytes) -> tuple[bytes, int]:
        try:
            with open(path, "rb") as stream:  # noqa: PTH123 - paths are bytes
                return stream.read(), 0
        except (OSError, ValueError) as error:
            return b"", _number(error)

    def write_file(self, path: bytes, data: bytes, append: bool) -> int:
        try:
            with open(path, "ab" if append else "wb") as stream:  # noqa: PTH123 - paths are bytes
                stream.write(data)
        except (OSError, ValueError) as error:
            return _number(error)
        return 0

    def exists(self, path: bytes) -> int:
        try:
            os.stat(path)  # noqa: PTH116 - paths are bytes
        except (OSError, ValueError) as error:
            return _number(error)
        return 0

    def is_directory(self, path: bytes) -> bool:
        try:
            return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - paths are bytes
        except (OSError, ValueError):
            return False

    def list_directory(self, path: bytes) -> tuple[list[bytes], int]:
        try:
            return sorted(os.listdir(path)), 0  # noqa: PTH208 - paths are bytes
        except (OSError, ValueError) as error:
            return [], _number(error)

    def delete(self, path: bytes) -> int:
        try:
            if stat.S_ISDIR(os.lstat(path).st_mode):
                os.rmdir(path)  # noqa: PTH106 - paths are bytes
            else:
                os.unlink(path)  # noqa: PTH108 - paths are bytes
        except (OSError, ValueError) as error:
            return _number(error)
        return 0

    def make_directory(self, path: bytes) -> int:
        try:
            os.mkdir(path)  # noqa: PTH102 - paths are bytes
        except (OSError, ValueError) as error:
            return _number(error)
        return 0

    def error_text(self, error: int) -> str:
        return os.strerror(error)

    def get_variable(self, name: bytes) -> bytes | None:
        return os.environb.get(name)

    def set_variable(self, name: bytes, value: bytes) -> int:
        try:
            os.environb[name] = value
        except (OSError, ValueError) as error:
            return _number(error)
        return 0

    def working_directory(self) -> tuple[bytes, int]:
        try:
            return os.getcwdb(), 0  # noqa: PTH109 - paths are bytes
        except OSError as error:
            return b"", _number(error)

    def process_id(self) -> int:
        return os.getpid()

    def realtime_nanos(self) -> int:
        return time.time_ns()

    def monotonic_nanos(self) -> int:
        return time.monotonic_ns()

    def sleep_millis(self, duration: int) -> None:
        if duration > 0:
            time.sleep(duration / 1000)

    def random_bits(self) -> int:
        return int.from_bytes(os.urandom(8), "little", signed=True)


def _wait(descriptor: int, event: int) -> None:
    """Wait until a descriptor that does not block is ready."""
    ready = select.poll()
    ready.register(descriptor, event)
    ready.poll()


def _number(error: OSError | ValueError) -> int:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    return errno.EINVAL
