"""`beskid fetch`: bring the dependencies into the cache; every other command then works without a network."""

from __future__ import annotations

import argparse

from beskid.cli.dependencies import add_modes, add_project, lock_line, resolve
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    add_modes(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.driver.dependencies.update import write_lock

    resolution = resolve(options)
    if resolution is None:
        return STATUS_DIAGNOSTICS
    write_lock(resolution)
    if not resolution.is_current:
        print(lock_line(resolution, was_current=False))
    for package in resolution.lock.packages:
        if package.source == "git":
            print(f"{package.name} {package.version} ({package.commit[:12]})")
    return STATUS_FINE
