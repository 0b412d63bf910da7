"""The stages of the pass pipeline by the names that a user passes, and the IR of one stage.

Takes names from the command line; an unknown or impossible one raises `DriverError`. Also turns a broken invariant,
which is a bug of the compiler, into the message that the command line prints.
"""

from __future__ import annotations

from pathlib import Path

from beskid.base.spelling import closest
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_INTERNAL, STATUS_USAGE, DriverError
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import read_file
from beskid.ir.model import Module
from beskid.ir.read import ReadError, read_module
from beskid.lower.pipeline import STAGES, InvalidIRError
from beskid.source.codes import E2011

MAX_PROBLEMS_SHOWN = 20


def stage_named(name: str) -> str:
    """The stage of that name; raises `DriverError` with a suggestion and the list when there is none."""
    if name in STAGES:
        return name
    near = closest(name, STAGES)
    suggestion = f"did you mean `{near}`? " if near else ""
    raise DriverError(f"unknown pass `{name}`", f"{suggestion}passes: {', '.join(STAGES)}", status=STATUS_USAGE)


def stages_between(start: str, stop: str) -> tuple[str, str]:
    """Two stages in order; empty names stand for the first and the last stage."""
    first, last = stage_named(start or STAGES[0]), stage_named(stop or STAGES[-1])
    if STAGES.index(first) > STAGES.index(last):
        raise DriverError(f"`{last}` runs before `{first}`", f"passes: {', '.join(STAGES)}", status=STATUS_USAGE)
    return first, last


def read_ir(path: Path) -> Module:
    """The module in a file of IR text; raises `DriverError` when the file cannot be read or parsed."""
    try:
        return read_module(read_file(str(path)).data.decode("utf-8"))
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(str(path))}: {error.reason}", error.help) from error
    except UnicodeDecodeError as error:
        raise DriverError(f"{shown_name(str(path))} is not valid UTF-8", status=STATUS_DIAGNOSTICS) from error
    except ReadError as error:
        raise DriverError(f"{shown_name(str(path))}: {error}", status=STATUS_DIAGNOSTICS) from error


def invalid_ir(error: InvalidIRError) -> DriverError:
    """The message for IR that a pass broke, with the status of an internal error."""
    help = "this is a bug in beskid"
    position = STAGES.index(error.after)
    if position:
        help += f"; `beskid ir --after {STAGES[position - 1]}` prints the last valid IR"
    message = "\n".join([f"invalid IR after `{error.after}`", *_problem_lines(error)])
    return DriverError(message, help, E2011, STATUS_INTERNAL)


def invalid_file(name: str, error: InvalidIRError) -> DriverError:
    """The message for a file whose IR is invalid before any pass ran."""
    help = f"`--start-after` must name the pass that the file was printed after; this is `{error.after}`"
    return DriverError("\n".join([f"{name}: invalid IR", *_problem_lines(error)]), help, E2011, STATUS_DIAGNOSTICS)


def _problem_lines(error: InvalidIRError) -> list[str]:
    shown = error.problems[:MAX_PROBLEMS_SHOWN]
    hidden = len(error.problems) - len(shown)
    return [f"  {problem}" for problem in shown] + ([f"  … {hidden} more problems"] if hidden else [])
