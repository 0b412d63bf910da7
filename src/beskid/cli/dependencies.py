"""What the commands about dependencies share: their options, and from manifests to a resolution."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from beskid.cli.command import add_member, add_messages, path_argument, project_path
from beskid.cli.report import print_diagnostics
from beskid.driver.dependencies.providers import FetchOptions
from beskid.driver.dependencies.update import (
    ManifestsError,
    Resolution,
    one_place,
    places_to_lock,
    resolve_places,
)
from beskid.driver.failure import STATUS_DIAGNOSTICS, DriverError
from beskid.driver.inputs.places import ProjectPlace, Reading, shown_path
from beskid.files.places import current_folder, folder_for
from beskid.files.problems import shown_text
from beskid.source.diagnostics import Severity


def add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--project", metavar="PATH", type=path_argument, help="a project or workspace folder, or its manifest"
    )
    add_member(parser)
    add_messages(parser)


def add_modes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offline", action="store_true", help="use only what was fetched before")
    parser.add_argument(
        "--locked", "--frozen", action="store_true", help="refuse a lock file that is missing or out of date"
    )


def fetch_options(options: argparse.Namespace) -> FetchOptions:
    return FetchOptions(options.offline, getattr(options, "locked", False), getattr(options, "update", False))


def current_place(options: argparse.Namespace) -> Path:
    return Path(folder_for(options.project or ""))


def current_project(member: str) -> ProjectPlace:
    """The project here, or the member of the workspace here. Errors in manifests are one `DriverError`."""
    reading = Reading()
    try:
        return one_place(None, member, Path(current_folder()), reading)
    except ManifestsError as failure:
        first = next(each for each in failure.diagnostics if each.severity is Severity.ERROR)
        message = f"{first.source.path}: {first.message}"
        raise DriverError(message, first.help or "", first.code, STATUS_DIAGNOSTICS) from failure


def resolve(options: argparse.Namespace) -> Resolution | None:
    """Resolve what the options name; None after errors, which are printed."""
    reading = Reading()
    try:
        places = places_to_lock(project_path(options), options.workspace_member, current_place(options), reading)
        resolution = resolve_places(places, fetch_options(options), dict(os.environ), reporter(options), reading)
    except ManifestsError as failure:
        print_diagnostics(failure.diagnostics, options)
        return None
    print_diagnostics(reading.diagnostics, options)
    return resolution


def reporter(options: argparse.Namespace) -> Callable[[str], None]:
    """Return what prints a line of progress, because fetching may take long, or nothing with `--quiet`."""

    def report(line: str) -> None:
        if not options.quiet:
            print(shown_text(line), file=sys.stderr, flush=True)

    return report


def lock_line(resolution: Resolution, was_current: bool) -> str:
    """`Project.lock: 2 dependencies`, and whether it changed."""
    count = len(resolution.lock.packages)
    counted = "1 dependency" if count == 1 else f"{count} dependencies"
    return f"{shown_path(resolution.state.path)}: {counted}, {'unchanged' if was_current else 'written'}"
