"""The runtime functions on open files, the status of paths, and other programs.

`Streams` maps symbols to functions over a `Host`. Writes are not buffered here: the host sees them at once, and
a program cannot tell. Errors are `errno` values, stored where `os_last_error` finds them.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from beskid.ir.oracle.host import Host
from beskid.ir.oracle.input import Input
from beskid.ir.oracle.output import Output
from beskid.ir.oracle.values import REFERENCE_DESCRIPTOR, HeapArray, Panic, byte_array, bytes_of

_MAX_DESCRIPTOR = (1 << 31) - 1
_MAX_PATH = 4096
_MODES = 127
_CLOSE = 0
_LAST_OPERATION = 9
_SEEKS = (2, 3, 4)


class Streams:
    """The open files of one run."""

    def __init__(self, host: Host, output: Output, input: Input, set_error: Callable[[int], int]) -> None:
        self._host = host
        self._output = output
        self._input = input
        self._set_error = set_error

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return every function by symbol."""
        return {
            "io_open": self.io_open,
            "io_read": self.io_read,
            "io_write": self.io_write,
            "io_control": self.io_control,
            "fs_status": self.fs_status,
            "fs_change": self.fs_change,
            "process_run": self.process_run,
        }

    def _failed(self, error: int) -> int:
        self._set_error(error)
        return -1

    def io_open(self, path: bytes, mode: int) -> int:
        error = path_error(path)
        if error:
            return self._failed(error)
        descriptor = self._host.open_file(path, mode & _MODES)
        if descriptor < 0:
            return self._failed(-descriptor)
        self._set_error(0)
        return descriptor

    def io_read(self, descriptor: int, array: HeapArray, start: int, count: int) -> int:
        _check_range(array, start, count)
        if not 0 <= descriptor <= _MAX_DESCRIPTOR:
            return self._failed(errno.EBADF)
        if descriptor == 0:
            self._output.flush()
        data, error = self._input.read_part(descriptor, count)
        if error:
            return self._failed(error)
        self._set_error(0)
        array[start : start + len(data)] = byte_array(data)
        return len(data)

    def io_write(self, descriptor: int, array: HeapArray, start: int, count: int) -> int:
        _check_range(array, start, count)
        data = bytes_of(array)[start : start + count]
        if descriptor == 1:
            written = self._output.write(data)
        else:
            written = -1 if not 0 <= descriptor <= _MAX_DESCRIPTOR else self._output.write_unbuffered(descriptor, data)
        if written != count:
            return self._failed(self._output.error or errno.EBADF)
        self._set_error(0)
        return written

    def io_control(self, descriptor: int, operation: int, argument: int) -> int:
        if not 0 <= descriptor <= _MAX_DESCRIPTOR:
            return self._failed(errno.EBADF)
        if descriptor == 1 and operation != _CLOSE and self._output.flush() != 0:
            return self._failed(errno.EIO)
        if not _CLOSE <= operation <= _LAST_OPERATION:
            return self._failed(errno.EINVAL)
        result = self._host.control(descriptor, operation, argument)
        if result < 0:
            return self._failed(-result)
        self._set_error(0)
        return result if operation in _SEEKS else 0

    def fs_status(self, path: bytes, fields: HeapArray, follow: int) -> int:
        error = path_error(path)
        values, error = ([], error) if error else self._host.status(path, follow != 0)
        for index, value in enumerate((values or [0] * 5)[: len(fields)]):
            fields[index] = value
        return self._set_error(error)

    def fs_change(self, operation: int, path: bytes, other: bytes, number: int) -> int:
        error = path_error(path) or path_error(other)
        return self._set_error(error or self._host.change(operation, path, other, number))

    def process_run(
        self, arguments: HeapArray, environment: HeapArray, folder: bytes, data: HeapArray, numbers: HeapArray
    ) -> HeapArray:
        self._output.flush()
        self._host.set_key_mode(False)
        texts = [*arguments, *environment, folder]
        if not arguments or len(numbers) < 2 or any(b"\0" in text for text in texts):
            self._set_error(errno.EINVAL)
            return HeapArray([], REFERENCE_DESCRIPTOR)
        ended = self._host.run(list(arguments), list(environment), folder, bytes_of(data), numbers[0], numbers[1])
        self._set_error(ended.error)
        if ended.error:
            return HeapArray([], REFERENCE_DESCRIPTOR)
        numbers[0], numbers[1] = ended.status, ended.signal
        return HeapArray([byte_array(ended.output), byte_array(ended.errors)], REFERENCE_DESCRIPTOR)


def path_error(path: bytes) -> int:
    """Return why a path cannot be passed to the system, or 0."""
    if len(path) >= _MAX_PATH:
        return errno.ENAMETOOLONG
    return errno.EINVAL if b"\0" in path else 0


def _check_range(array: HeapArray, start: int, count: int) -> None:
    is_start = 0 <= start <= len(array)
    if not is_start or not 0 <= count <= len(array) - start:
        shown = start + count if is_start else start
        raise Panic(f"index out of range: the length is {len(array)} but the index is {shown}".encode())
