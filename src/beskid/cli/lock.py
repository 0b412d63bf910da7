"""`beskid lock`: write the lock file, which names the exact files of every dependency."""

from __future__ import annotations

import argparse

from beskid.cli.dependencies import add_modes, add_project, lock_line, resolve
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    add_modes(parser)
    parser.add_argument("--update", action="store_true", help="look up every tag and branch again")


def execute(options: argparse.Namespace) -> int:
    from beskid.driver.dependencies.update import write_lock

    resolution = resolve(options)
    if resolution is None:
        return STATUS_DIAGNOSTICS
    write_lock(resolution)
    print(lock_line(resolution, resolution.is_current))
    return STATUS_FINE
