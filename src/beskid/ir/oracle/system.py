"""The runtime functions that use a `Host`, and those with state of their own.

`System` has the state of one run (input buffer, last error, last parse, handles) and maps symbols to functions. It must
not know IR operations.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from typing import Any

from beskid.ir.oracle.host import Host
from beskid.ir.oracle.input import Input, valid_prefix
from beskid.ir.oracle.numerals import parse_f64, parse_i64
from beskid.ir.oracle.output import Output
from beskid.ir.oracle.streams import Streams, path_error
from beskid.ir.oracle.texts import lossy
from beskid.ir.oracle.values import REFERENCE_DESCRIPTOR, ExitRequest, HeapArray, byte_array, bytes_of

_MAX_DESCRIPTOR = (1 << 31) - 1


class System:
    """The state of one run, and its functions."""

    def __init__(self, host: Host, arguments: Sequence[bytes]) -> None:
        self.host = host
        self.output = Output(host)
        self.input = Input(host, self.output)
        self.arguments = [lossy(argument) for argument in arguments]
        self.last_error = 0
        self.parse_status = 0
        self.streams = Streams(host, self.output, self.input, self._outcome)
        self.handles: dict[int, Any] = {}

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Return every function of this run by symbol."""
        host = self.host
        return {
            "beskid_runtime_abi_version": lambda: 2,
            "syscall_write": self.syscall_write,
            "syscall_read": self.input.read_text,
            "syscall_read_bytes": lambda descriptor, most: byte_array(self.input.read_bytes(descriptor, most)),
            "syscall_write_bytes": lambda descriptor, array: self.syscall_write(descriptor, bytes_of(array)),
            "stdout_write": lambda text: self._printed(self.output.write(text)),
            "stdout_flush": lambda: self._printed(self.output.flush()),
            "stderr_write": lambda text: self._printed(self.output.write_error(text)),
            "stdin_read_line": self.input.read_line,
            "stdin_read_all": self.input.read_all,
            "tty_winsize": host.window_size,
            "tty_key": self.input.read_key,
            "gc_write_barrier": lambda parent, child: None,
            "gc_root_handle": self.gc_root_handle,
            "gc_unroot_handle": lambda handle: self.handles.pop(handle, None) and None,
            "gc_bytes_allocated": lambda: 0,
            "gc_object_count": lambda: 0,
            "gc_phase": lambda: 0,
            "gc_statistic": lambda which: 0 if 0 <= which <= 9 or 16 <= which <= 27 else -1,
            "gc_collect": lambda: 0,
            "gc_disable": lambda: None,
            "gc_collect_if_needed": lambda: 0,
            "gc_external_root_count": lambda: len(self.handles),
            "str_parse_i64": self.str_parse_i64,
            "str_parse_f64": self.str_parse_f64,
            "str_parse_status": lambda: self.parse_status,
            "fs_read_text": self.fs_read_text,
            "fs_read_bytes": lambda path: byte_array(self._read_file(path)),
            "fs_write_text": lambda path, text: self._write_file(path, text, False),
            "fs_write_bytes": lambda path, array: self._write_file(path, bytes_of(array), False),
            "fs_append_text": lambda path, text: self._write_file(path, text, True),
            "fs_exists": lambda path: int(self._at_path(path, host.exists) == 0),
            "fs_is_directory": self.fs_is_directory,
            "fs_list": self.fs_list,
            "fs_delete": lambda path: self._at_path(path, host.delete),
            "fs_mkdir": lambda path: self._at_path(path, host.make_directory),
            "os_last_error": lambda: self.last_error,
            "os_error_text": lambda error: host.error_text(error).encode() if error else b"no error",
            "os_random": host.random_bits,
            "env_get": lambda name: lossy(self._variable(name) or b""),
            "env_has": lambda name: int(self._variable(name) is not None),
            "env_set": self.env_set,
            "env_getcwd": self.env_getcwd,
            "process_args": lambda: HeapArray(list(self.arguments), REFERENCE_DESCRIPTOR),
            "process_exit": self.process_exit,
            "process_getpid": host.process_id,
            "clock_realtime_nanos": host.realtime_nanos,
            "clock_monotonic_nanos": host.monotonic_nanos,
            "sleep_millis": self.sleep_millis,
            **self.streams.functions(),
        }

    def _printed(self, written: int) -> int:
        if written < 0:
            self.last_error = self.output.error
        return written

    def _outcome(self, error: int) -> int:
        self.last_error = error
        return error

    def syscall_write(self, descriptor: int, text: Any) -> int:
        if not isinstance(text, bytes) or not 0 <= descriptor <= _MAX_DESCRIPTOR:
            return -1
        return self.output.write_unbuffered(descriptor, text)

    def gc_root_handle(self, object: Any) -> int:
        handle = 1
        while handle in self.handles:
            handle += 1
        self.handles[handle] = object
        return handle

    def str_parse_i64(self, text: bytes) -> int:
        number, self.parse_status = parse_i64(text)
        return number

    def str_parse_f64(self, text: bytes) -> float:
        number, self.parse_status = parse_f64(text)
        return number

    # Files ------------------------------------------------------------------------------------------------------

    def _at_path(self, path: bytes, action: Callable[[bytes], int]) -> int:
        return self._outcome(path_error(path) or action(path))

    def _read_file(self, path: bytes) -> bytes:
        refused = path_error(path)
        data, error = (b"", refused) if refused else self.host.read_file(path)
        self._outcome(error)
        return data

    def fs_read_text(self, path: bytes) -> bytes:
        data = self._read_file(path)
        if valid_prefix(data)[0] != len(data):
            self._outcome(errno.EILSEQ)
            return b""
        return data

    def _write_file(self, path: bytes, data: bytes, append: bool) -> int:
        return self._outcome(path_error(path) or self.host.write_file(path, data, append))

    def fs_is_directory(self, path: bytes) -> int:
        return int(self._at_path(path, self.host.exists) == 0 and self.host.is_directory(path))

    def fs_list(self, path: bytes) -> HeapArray:
        refused = path_error(path)
        names, error = ([], refused) if refused else self.host.list_directory(path)
        self._outcome(error)
        return HeapArray([lossy(name) for name in names], REFERENCE_DESCRIPTOR)

    # Environment and process ------------------------------------------------------------------------------------

    def _variable(self, name: bytes) -> bytes | None:
        if b"\0" in name:
            self._outcome(errno.EINVAL)
            return None
        return self.host.get_variable(name)

    def env_set(self, name: bytes, value: bytes) -> int:
        if b"\0" in name or b"\0" in value:
            return self._outcome(errno.EINVAL)
        return self._outcome(self.host.set_variable(name, value))

    def env_getcwd(self) -> bytes:
        path, error = self.host.working_directory()
        self._outcome(error)
        return lossy(path)

    def process_exit(self, status: int) -> None:
        raise ExitRequest(status & 0xFF)

    def sleep_millis(self, duration: int) -> None:
        self.output.flush()
        self.host.sleep_millis(duration)
