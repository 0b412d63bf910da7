"""The entry point: fast paths for `--version` and a warm `run`, the full command line, and the last exception handler.

Returns the exit status of decision R5. At the top it imports built-in modules only, because `beskid --version` and a
warm `beskid run` end before anything else is needed.
"""

from __future__ import annotations

import gc
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

VERSION_WORDS = ("--version", "-V")


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status; no exception escapes."""
    # A command makes one tree of objects that live until it ends, so a collection finds nothing to free: `check` and
    # `ir` take 5 to 7 per cent less time without them, for half a megabyte more memory (2 per cent).
    gc.disable()
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_standard_streams()
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except DriverError as error:
        _print_failure(error)
        return error.status
    except FileError as error:
        _print_failure(DriverError(f"{shown_name(error.path)}: {error.reason}", error.help))
        return STATUS_ENVIRONMENT
    except KeyboardInterrupt:
        return STATUS_INTERRUPTED
    except BrokenPipeError:
        _abandon_output()
        return STATUS_READER_GONE
    except OSError as error:
        import errno

        # Errors of files are `FileError`, so this is what `print` raises.
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO):
            return _report_crash(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _print_failure(DriverError(f"cannot write to standard output: {(error.strerror or str(error)).lower()}"))
        return STATUS_ENVIRONMENT
    except Exception as error:
        return _report_crash(error)


def _abandon_output() -> None:
    """Discard what the interpreter would flush at exit to streams that failed."""
    discarded = os.open(os.devnull, os.O_WRONLY)
    os.dup2(discarded, 1)
    os.dup2(discarded, 2)


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


def _run(arguments: list[str]) -> int:
    if len(arguments) == 1 and arguments[0] in VERSION_WORDS:
        print(f"beskid {__version__}")
        return STATUS_FINE
    if arguments and arguments[0] == "run":
        from beskid.cli.warm_run import run_warm

        status = run_warm(arguments[1:])
        if status is not None:
            return status
    from beskid.cli.commands import dispatch

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
            with open(argument[1:], encoding="utf-8") as file:
                expanded += file.read().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "not valid UTF-8"
            raise DriverError(f"cannot read {argument[1:]}: {reason.lower()}", status=STATUS_USAGE) from error
    return expanded


def _print_failure(error: DriverError) -> None:
    code = f"[{error.code}]" if error.code else ""
    print(f"error{code}: {error.message}", file=sys.stderr)
    if error.help:
        print(f"  = help: {error.help}", file=sys.stderr)


def _report_crash(error: Exception) -> int:
    """Report an unexpected exception, which is always a bug in the compiler."""
    if os.environ.get("BESKID_DEBUG"):
        raise error
    from beskid.cli.crash_report import write_report

    report = write_report(error)
    print("error: internal compiler error; this is a bug in beskid", file=sys.stderr)
    print(f"  {type(error).__name__}: {str(error).partition(chr(10))[0]}", file=sys.stderr)
    if report:
        print(f"  = help: please report it and attach {report}", file=sys.stderr)
    return STATUS_INTERNAL
