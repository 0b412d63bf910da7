"""`beskid watch`: run another command again each time a source or a manifest changes."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

from beskid.cli.command import add_input, input_path, project_path
from beskid.driver.failure import STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.inputs.manifest_names import SUFFIXES
from beskid.driver.inputs.places import Reading, find_place
from beskid.driver.inputs.project import split_input
from beskid.driver.inputs.sources import SOURCE_SUFFIX
from beskid.files.places import absolute_path, current_folder
from beskid.files.problems import FileError
from beskid.files.reading import is_folder, state_of
from beskid.files.walking import files_below

WATCHED = ("check", "run", "test")
POLL_SECONDS = 0.2
SETTLE_SECONDS = 0.1
"""How long nothing may change before the command runs: an editor writes several files at once."""

States = dict[tuple[str, ...], tuple[int, ...]]
"""How each file looks, by the parts of its path."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", metavar="COMMAND", choices=WATCHED, help="what to run: check, run or test")
    add_input(parser)
    parser.add_argument("--once", action="store_true", help="stop after the first change")


def execute(options: argparse.Namespace) -> int:
    watched = _watched(options)
    command = [sys.executable, "-m", "beskid", options.action, *_arguments(options)]
    before = _states(watched)
    _run(options.action, command)
    while True:
        before = _wait_for_change(watched, before)
        _run(options.action, command)
        if options.once:
            return STATUS_FINE


def _arguments(options: argparse.Namespace) -> list[str]:
    """Return the arguments of the command that runs."""
    given = [options.input] if options.input is not None else []
    for name in ("project", "target", "workspace_member"):
        value = getattr(options, name)
        if value:
            given += [f"--{name.replace('_', '-')}", value]
    return [*given, "--locked"] if options.locked else given


def _watched(options: argparse.Namespace) -> str:
    """Return the folder of the project or workspace, whose files are watched, or a file that belongs to none."""
    current = Path(current_folder())
    input, project = split_input(input_path(options), project_path(options), current)
    place = find_place(input, project, options.workspace_member, current, Reading())
    if place is not None:
        return str(place.base)
    if input is None:
        raise DriverError("there is nothing to watch here", "name a source file or a project", status=STATUS_USAGE)
    return absolute_path(str(input))


def _states(watched: str) -> States:
    """Return how the file looks, or every source and manifest below the folder."""
    try:
        if not is_folder(watched):
            return {(): _state(watched)}
        names = files_below(watched, (SOURCE_SUFFIX, *SUFFIXES))
    except FileError:
        # A folder went away while it was read; the next look sees the rest.
        return {}
    return {parts: _state("/".join((watched, *parts))) for parts in names}


def _state(path: str) -> tuple[int, ...]:
    state = state_of(path)
    return () if state is None else state.fields()


def _wait_for_change(watched: str, before: States) -> States:
    """Return how the files look after a change, when they have been still for a moment."""
    while (now := _states(watched)) == before:
        time.sleep(POLL_SECONDS)
    while True:
        time.sleep(SETTLE_SECONDS)
        later = _states(watched)
        if later == now:
            return now
        now = later


def _run(action: str, command: list[str]) -> None:
    print(f"watching: beskid {shlex.join([action, *command[4:]])}", file=sys.stderr, flush=True)
    status = subprocess.run(command, check=False).returncode
    print(f"watching: status {status}; waiting for a change", file=sys.stderr, flush=True)
