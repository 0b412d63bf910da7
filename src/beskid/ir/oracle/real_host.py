"""The host of this machine: the only impure module of the IR layer, imported by its users alone.

It implements `Host` with the descriptors, files, environment and clocks of the running process.
"""

from __future__ import annotations

import atexit
import errno
import fcntl
import os
import select
import signal
import stat
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from typing import Any

from beskid.ir.oracle.host import Ended


def _lock(kind: int) -> Callable[[int, int], object]:
    return lambda descriptor, waits: fcntl.flock(
        descriptor, kind if waits or kind == fcntl.LOCK_UN else kind | fcntl.LOCK_NB
    )


_CONTROLS: dict[int, Callable[[int, int], object]] = {
    0: lambda descriptor, _: os.close(descriptor),
    1: lambda descriptor, _: None,
    2: lambda descriptor, offset: os.lseek(descriptor, offset, os.SEEK_SET),
    3: lambda descriptor, offset: os.lseek(descriptor, offset, os.SEEK_CUR),
    4: lambda descriptor, offset: os.lseek(descriptor, offset, os.SEEK_END),
    5: os.ftruncate,
    6: lambda descriptor, _: os.fsync(descriptor),
    7: _lock(fcntl.LOCK_EX),
    8: _lock(fcntl.LOCK_SH),
    9: _lock(fcntl.LOCK_UN),
}
"""The operations of `io_control`, by number."""

_CHANGES: dict[int, Callable[[bytes, bytes, int], object]] = {
    0: lambda path, other, _: os.rename(path, other),  # noqa: PTH104 - paths are bytes
    1: lambda path, _, number: os.chmod(path, number & 0o7777),  # noqa: PTH101 - paths are bytes
    2: lambda path, _, number: os.utime(path, ns=(os.stat(path).st_atime_ns, number)),  # noqa: PTH116 - paths are bytes
    3: lambda path, other, _: os.symlink(other, path),  # noqa: PTH211 - paths are bytes
}
"""The operations of `fs_change`, by number."""


_KEY_MODE_INPUT = termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP
_KEY_MODE_LOCAL = termios.ICANON | termios.ECHO | termios.IEXTEN
"""What the key mode of a terminal turns off."""


_DEADLY = (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM)
"""The signals by which users and systems end programs. Python makes an exception of `SIGINT`."""


_MAX_SECONDS = 2_000_000
"""The longest wait: `poll` takes 31 bits of milliseconds."""


class _KeyMode:
    """The key mode of the terminal of descriptor 0.

    A signal that ends the process restores the terminal, and a stop does so until the process continues.
    """

    def __init__(self) -> None:
        self._former: list[Any] | None = None
        self._keys: list[Any] = []
        # The process continued in the background: the terminal belongs to another job, and has its mode.
        self._is_suspended = False
        self._is_waiting = False
        self._handlers: dict[int, Callable[[int, object], None]] = {}

    def begin(self) -> None:
        if self._former is not None:
            self._leave_suspension()
            return
        if not os.isatty(0):
            return
        _wait_for_foreground()
        try:
            self._former = termios.tcgetattr(0)
        except termios.error:
            return
        self._keys = [*self._former]
        self._keys[0] &= ~_KEY_MODE_INPUT
        self._keys[3] &= ~_KEY_MODE_LOCAL
        atexit.register(self.end)
        # Only the main thread may have handlers.
        if threading.current_thread() is threading.main_thread():
            self._handle_signals()
        _set_mode(self._keys)

    def end(self) -> None:
        if self._former is None:
            return
        atexit.unregister(self.end)
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == handler:
                signal.signal(number, signal.SIG_DFL)
        self._handlers = {}
        self._restore()
        self._former = None
        self._is_suspended = False

    def wait(self, seconds: float | None) -> bool:
        """Wait until descriptor 0 can be read, without limit if None; return whether it can."""
        self._is_waiting = True
        try:
            self._leave_suspension()
            # After a signal it does not look again when the time is over.
            return any(select.select([0], [], [], limit)[0] for limit in (seconds, 0))
        finally:
            self._is_waiting = False

    def _leave_suspension(self) -> None:
        """Set the key mode again. In the background this stops the process, until it is in the foreground."""
        if self._is_suspended:
            self._is_suspended = False
            _set_mode(self._keys)

    def _restore(self) -> None:
        if self._former is not None and not self._is_suspended:
            _set_mode(self._former)

    def _handle_signals(self) -> None:
        handlers: dict[int, Callable[[int, object], None]] = dict.fromkeys(_DEADLY, self._die)
        # A stop is handled by the two together.
        if signal.getsignal(signal.SIGTSTP) == signal.getsignal(signal.SIGCONT) == signal.SIG_DFL:
            handlers |= {signal.SIGTSTP: self._stop, signal.SIGCONT: self._continue}
        self._handlers = {
            number: handler for number, handler in handlers.items() if signal.getsignal(number) == signal.SIG_DFL
        }
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _die(self, number: int, frame: object) -> None:
        self._restore()
        _take_default(number)

    def _stop(self, number: int, frame: object) -> None:
        self._restore()
        self._is_suspended = self._former is not None
        _take_default(number)
        if number in self._handlers:
            signal.signal(number, self._stop)

    def _continue(self, number: int, frame: object) -> None:
        if self._former is not None:
            self._is_suspended = True
            # What waits for a key goes on waiting after this, and needs the terminal.
            if self._is_waiting or _is_in_foreground():
                self._leave_suspension()


def _take_default(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _set_mode(mode: list[Any]) -> None:
    _uninterrupted(lambda: termios.tcsetattr(0, termios.TCSANOW, mode))


def _is_in_foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _wait_for_foreground() -> None:
    """Stop in the background, where the terminal has the mode in which a shell edits its line."""
    if not _is_in_foreground():
        _uninterrupted(lambda: termios.tcdrain(0))


def _uninterrupted(operation: Callable[[], object]) -> None:
    """Repeat what signals interrupt. The terminal may be gone; the runtime ignores that, too."""
    while True:
        try:
            operation()
            return
        except termios.error as error:
            if error.args[0] != errno.EINTR:
                return


class RealHost:
    """Descriptors, files, environment and clocks of this process."""

    def __init__(self) -> None:
        self._key_mode = _KeyMode()

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
        return size.columns * 65536 + size.lines or 1

    def set_key_mode(self, is_on: bool) -> None:
        if is_on:
            self._key_mode.begin()
        else:
            self._key_mode.end()

    def wait_for_input(self, milliseconds: int) -> bool:
        return self._key_mode.wait(_seconds(milliseconds))

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

    def read_part(self, descriptor: int, maximum: int) -> tuple[bytes, int]:
        while True:
            try:
                return os.read(descriptor, maximum), 0
            except BlockingIOError:
                _wait(descriptor, select.POLLIN)
            except OSError as error:
                return b"", _number(error)

    def open_file(self, path: bytes, mode: int) -> int:
        reading, writing = bool(mode & 1), bool(mode & 2)
        flags = os.O_RDONLY if not writing else os.O_RDWR if reading else os.O_WRONLY
        for bit, flag in ((4, os.O_CREAT), (8, os.O_TRUNC), (16, os.O_APPEND), (32, os.O_EXCL)):
            flags |= flag if mode & bit else 0
        try:
            return os.open(path, flags, 0o600 if mode & 64 else 0o666)
        except (OSError, ValueError) as error:
            return -_number(error)

    def control(self, descriptor: int, operation: int, argument: int) -> int:
        try:
            result = _CONTROLS[operation](descriptor, argument)
            return result if isinstance(result, int) else 0
        except (OSError, ValueError) as error:
            return -_number(error)

    def status(self, path: bytes, follow: bool) -> tuple[list[int], int]:
        try:
            about = os.stat(path, follow_symlinks=follow)  # noqa: PTH116 - paths are bytes
        except (OSError, ValueError) as error:
            return [], _number(error)
        mode = about.st_mode
        kind = 0 if stat.S_ISREG(mode) else 1 if stat.S_ISDIR(mode) else 3 if stat.S_ISLNK(mode) else 2
        return [kind, about.st_size, stat.S_IMODE(mode), about.st_mtime_ns, about.st_atime_ns], 0

    def change(self, operation: int, path: bytes, other: bytes, number: int) -> int:
        if operation not in _CHANGES:
            return errno.EINVAL
        try:
            _CHANGES[operation](path, other, number)
        except (OSError, ValueError) as error:
            return _number(error)
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
        pipe = subprocess.PIPE
        inherits = environment[:1] == [b""]
        variables = dict(os.environb) if inherits else {}
        variables.update((item.split(b"=", 1)[0], item.split(b"=", 1)[1]) for item in environment[inherits:])
        try:
            process = subprocess.Popen(
                arguments,
                stdin=None if streams & 1 else pipe,
                stdout=None if streams & 2 else pipe,
                stderr=subprocess.STDOUT if streams & 8 else None if streams & 4 else pipe,
                cwd=folder or None,
                env=variables,
            )
        except (OSError, ValueError) as error:
            return Ended(error=_number(error))
        with process:
            try:
                output, errors = process.communicate(data, _seconds(timeout))
            except subprocess.TimeoutExpired as late:
                process.kill()
                return Ended(-1, -1, late.output or b"", late.stderr or b"")
        status = process.returncode
        return Ended(max(status, -1) if status >= 0 else -1, max(-status, 0), output or b"", errors or b"")

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
            time.sleep(min(duration / 1000, _MAX_SECONDS))

    def random_bits(self) -> int:
        return int.from_bytes(os.urandom(8), "little", signed=True)


def _seconds(milliseconds: int) -> float | None:
    """A time limit for functions of Python; None, for no limit, if it is negative."""
    return None if milliseconds < 0 else min(milliseconds / 1000, _MAX_SECONDS)


def _wait(descriptor: int, event: int) -> None:
    """Wait until a descriptor that does not block is ready."""
    ready = select.poll()
    ready.register(descriptor, event)
    ready.poll()


def _number(error: OSError | ValueError) -> int:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    return errno.EINVAL
