"""The entry point: fast paths for `--version` and a warm `run`, the full command line, and the last exception handler.

Returns the exit status of decision R5. At the top it imports built-in modules only, because `beskid --version` and a
warm `beskid run` end before anything else is needed.
"""

from __future__ import annotations

import errno
import os
import sys

from beskid import __version__
from beskid.driver.failure import (
    STATUS_ENVIRONMENT,
    STATUS_FINE,
    STATUS_INTERNAL,
    STATUS_INTERRUPTED,
    STATUS_READER_GONE,
    STATUS_USAGE,
    DriverError,
)
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import read_file

MAX_RESPONSE_BYTES = 1 << 20
"""The largest file of arguments that is read; the system limits a command line to two megabytes."""

VERSION_WORDS = ("--version", "-V")

LAUNCHER_VARIABLE = "BESKID_LAUNCHER"
"""Set by the native command when it wants the executable of a program that has none yet; a program never sees it."""

LOCALE_VARIABLE = "LC_CTYPE"
_COERCED_LOCALES = ("C.UTF-8", "C.utf8", "UTF-8")
_GIVEN_VARIABLES = "/proc/self/environ"


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status; no exception escapes."""
    _restore_locale_variable()
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_standard_streams()
    try:
        status = _run(arguments)
    except DriverError as error:
        _print_failure(error)
        status = error.status
    except FileError as error:
        _print_failure(DriverError(f"{shown_name(error.path)}: {error.reason}", error.help))
        status = STATUS_ENVIRONMENT
    except KeyboardInterrupt:
        status = STATUS_INTERRUPTED
    except MemoryError:
        status = _report_exhaustion("out of memory", "compile less at once, or allow more memory")
    except RecursionError:
        status = _report_exhaustion("the program is nested too deeply to be compiled", "split what is nested")
    except Exception as error:
        status = _report_crash(error)
    return _close_streams(status)


def _restore_locale_variable() -> None:
    """Take back what the interpreter does to `LC_CTYPE` in the C locale (PEP 538): programs get what the user set."""
    if os.environ.get(LOCALE_VARIABLE) not in _COERCED_LOCALES:
        return
    try:
        given = read_file(_GIVEN_VARIABLES).data.split(b"\0")
    except FileError:
        return
    prefix = f"{LOCALE_VARIABLE}=".encode()
    text = next((each[len(prefix) :] for each in given if each.startswith(prefix)), None)
    if text is None:
        del os.environ[LOCALE_VARIABLE]
    else:
        os.environ[LOCALE_VARIABLE] = os.fsdecode(text)


def _close_streams(status: int) -> int:
    """Flush both streams; return the status, which output that is lost changes from success to failure (decision R5).

    A failed command keeps its status, whoever reads its messages.
    """
    failure: OSError | None = None
    try:
        sys.stdout.flush()
    except OSError as error:
        failure = error
    if "beskid.cli.streams" in sys.modules:
        from beskid.cli.streams import failure_of

        failure = failure_of(sys.stdout)
    if failure is not None and status == STATUS_FINE:
        if failure.errno == errno.EPIPE:
            status = STATUS_READER_GONE
        else:
            _print_failure(
                DriverError(f"cannot write to standard output: {(failure.strerror or str(failure)).lower()}")
            )
            status = STATUS_ENVIRONMENT
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except OSError:
            # Without this the interpreter would flush to it again at exit, and print a trace.
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    return status


def _report_exhaustion(message: str, help: str) -> int:
    """Report that the program needs more than this process has; the exception's trace holds memory until here."""
    if os.environ.get("BESKID_DEBUG"):
        raise
    _print_failure(DriverError(message, help))
    return STATUS_ENVIRONMENT


def _fill_standard_streams() -> None:
    """Open the null device for each closed standard descriptor; otherwise the next opened file would get its number.

    That of standard output cannot be written to: a result that is lost is an error.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDONLY if descriptor == 1 else os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
            os.set_inheritable(descriptor, True)
            stream = open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  (the process keeps it)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _run(arguments: list[str]) -> int:
    if len(arguments) == 1 and arguments[0] in VERSION_WORDS:
        from beskid.cli.streams import open_streams

        open_streams()
        print(f"beskid {__version__}")
        return STATUS_FINE
    if arguments and arguments[0] == "run":
        from beskid.cli.warm_run import prepare_launch, run_warm

        launcher = os.environ.pop(LAUNCHER_VARIABLE, "")
        status = run_warm(arguments[1:])
        is_warm = status is not None
        if status is None:
            status = _dispatch(arguments)
        if launcher and (is_warm or status == STATUS_FINE):
            prepare_launch(arguments[1:], launcher)
        return status
    return _dispatch(arguments)


def _dispatch(arguments: list[str]) -> int:
    from beskid.cli.commands import dispatch
    from beskid.cli.streams import open_streams

    open_streams()
    return dispatch(_with_response_files(arguments))


def _with_response_files(arguments: list[str]) -> list[str]:
    """Replace each `@path` before `--` with the lines of that file."""
    expanded: list[str] = []
    for position, argument in enumerate(arguments):
        if argument == "--":
            return [*expanded, *arguments[position:]]
        if not argument.startswith("@"):
            expanded.append(argument)
            continue
        try:
            expanded += read_file(argument[1:], MAX_RESPONSE_BYTES).data.decode("utf-8").splitlines()
        except UnicodeDecodeError as error:
            message = f"cannot read {shown_name(argument[1:])}: not valid UTF-8"
            raise DriverError(message, status=STATUS_USAGE) from error
        except FileError as error:
            message = f"cannot read {shown_name(argument[1:])}: {error.reason}"
            raise DriverError(message, error.help, status=STATUS_USAGE) from error
    return expanded


def _print_failure(error: DriverError) -> None:
    from beskid.cli.streams import open_streams

    open_streams()
    print(error.lines(), file=sys.stderr)


def _report_crash(error: Exception) -> int:
    """Report an unexpected exception, which is always a bug in the compiler."""
    if os.environ.get("BESKID_DEBUG"):
        raise error
    from beskid.cli.crash_report import write_report

    report = write_report(error)
    what = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    help = f"please report it and attach {report}" if report else ""
    _print_failure(DriverError(f"internal compiler error; this is a bug in beskid\n  {what}", help))
    return STATUS_INTERNAL
