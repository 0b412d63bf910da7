"""`beskid vendor`: copy the dependencies into the folder `vendor` of the project or workspace."""

from __future__ import annotations

import argparse

from beskid.cli.dependencies import add_modes, add_project, lock_line, resolve
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    add_modes(parser)
    parser.add_argument("--force", action="store_true", help="replace a folder `vendor` even if beskid did not make it")


def execute(options: argparse.Namespace) -> int:
    from beskid.driver.dependencies.update import write_lock
    from beskid.driver.dependencies.vendoring import vendored_names, write_vendor

    resolution = resolve(options)
    if resolution is None:
        return STATUS_DIAGNOSTICS
    names = vendored_names(resolution)
    write_vendor(resolution, options.force)
    write_lock(resolution)
    if not resolution.is_current:
        print(lock_line(resolution, was_current=False))
    print(f"vendor: {', '.join(names)}" if names else "no dependency is outside of this folder")
    return STATUS_FINE
