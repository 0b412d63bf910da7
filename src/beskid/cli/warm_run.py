"""`run` without a front end: a simple command line whose inputs are unchanged runs its cached object immediately.

Anything unusual is left to the full command, so no message is printed here.
"""

from __future__ import annotations

import os
import sys

from beskid.driver.cache.store import Cache, Record, user_cache_folder
from beskid.driver.cache.warm import RunRequest, find_object
from beskid.driver.failure import DriverError
from beskid.files.places import absolute_path, current_folder
from beskid.files.problems import FileError

QUIET_OPTIONS = ("-q", "--quiet")
OPTIMIZE_LEVELS = {"-O0": 0, "-O2": 2}


class RunArguments:
    """A parsed `run` command line: the request, the program's own arguments, and whether warnings are hidden."""

    __slots__ = ("is_quiet", "program_arguments", "request")

    def __init__(self, request: RunRequest, program_arguments: list[str], is_quiet: bool) -> None:
        self.request = request
        self.program_arguments = program_arguments
        self.is_quiet = is_quiet


def read_arguments(arguments: list[str]) -> RunArguments | None:
    """Parse options that decide the object, one file, and `--` with the program's arguments; None for anything else.

    `cli/run.py` parses the same options for a cold run; both must make equal requests.
    """
    request = RunRequest()
    has_level = False
    is_quiet = False
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        if argument == "--":
            break
        if argument in OPTIMIZE_LEVELS and not has_level:
            request.optimize = OPTIMIZE_LEVELS[argument]
            has_level = True
        elif argument in QUIET_OPTIONS:
            is_quiet = True
        elif argument == "--print-result":
            request.print_result = True
        elif argument == "--entrypoint" and position < len(arguments):
            request.entrypoint = arguments[position]
            position += 1
        elif argument.startswith(("-", "@")) or request.input:
            return None
        else:
            request.input = argument
    else:
        position = len(arguments)
    try:
        request.input = absolute_path(request.input)
        request.folder = "" if request.input else current_folder()
    except FileError:
        return None
    return RunArguments(request, arguments[position:], is_quiet)


def _print_warnings(record: Record) -> None:
    """Print the warnings of the program, as the full command would."""
    from beskid.cli.color import wants_color
    from beskid.cli.streams import open_streams

    open_streams()
    text = record.colored_warnings if wants_color("auto") else record.warnings
    sys.stderr.buffer.write(text.encode("utf-8", "replace"))
    sys.stderr.buffer.flush()


def prepare_launch(arguments: list[str], launcher: str) -> None:
    """Have the executable made that the native command starts next time in place of this process."""
    from beskid.driver.launches import start_making

    parsed = read_arguments(arguments)
    if parsed is not None:
        start_making(parsed.request, launcher)


def run_warm(arguments: list[str]) -> int | None:
    """Run the cached object of an unchanged program; None when there is none."""
    parsed = read_arguments(arguments)
    if parsed is None:
        return None
    environment = dict(os.environ)
    found = find_object(parsed.request, environment)
    if found is None:
        return None
    from beskid.driver.execute import execute

    options = None
    if found.record.links:
        from beskid.driver.foreign.policy import LinkOptions

        options = LinkOptions.from_words(found.record.links)
    record = found.record
    # Once the object is loaded: if it cannot be, the full command prints the warnings.
    begin = (lambda: _print_warnings(record)) if record.warnings and not parsed.is_quiet else None
    try:
        return execute(found.image, parsed.program_arguments, environment, options, begin=begin)
    except DriverError:
        # The program has not begun to run. The full command compiles it again and reports what is still wrong.
        Cache(user_cache_folder(environment)).remove_object(record.key)
        return None
