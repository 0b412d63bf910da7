"""Changing a manifest and its lock file together: both are written, or neither."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from beskid.base.node import replace
from beskid.cli.command import project_path
from beskid.cli.dependencies import current_place, fetch_options, reporter
from beskid.cli.report import print_diagnostics
from beskid.driver.dependencies.update import (
    ManifestsError,
    Resolution,
    members_of,
    one_place,
    resolve_places,
    write_lock,
)
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.inputs.manifest import read_manifest
from beskid.driver.inputs.places import ProjectPlace, Reading, find_workspace
from beskid.files.reading import read_file
from beskid.files.writing import NewContent
from beskid.source.text import SourceText

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def change_manifest(options: argparse.Namespace, edit: Callable[[ProjectPlace], str]) -> Resolution | None:
    """Edit the manifest that the options name and update the lock file. None after errors, which are printed."""
    reading = Reading()
    try:
        resolution = _change(options, edit, reading)
    except ManifestsError as failure:
        print_diagnostics(failure.diagnostics, options)
        return None
    print_diagnostics(reading.diagnostics, options)
    return resolution


def _change(options: argparse.Namespace, edit: Callable[[ProjectPlace], str], reading: Reading) -> Resolution:
    current, project = current_place(options), project_path(options)
    if not options.workspace_member:
        workspace = find_workspace(project, current, Reading())
        if workspace is not None:
            names = ", ".join([member.name for member in workspace.manifest.members])
            raise DriverError(
                "this is the folder of a workspace, not of one of its members",
                f"name a member with --workspace-member: {names}",
                status=STATUS_USAGE,
            )
    place = one_place(project, options.workspace_member, current, Reading())
    text = edit(place)
    result = read_manifest(SourceText(place.manifest.text.path, text))
    if result.manifest is None:
        raise ManifestsError(result.diagnostics)
    changed = replace(place, manifest=result.manifest)
    places = [changed]
    if place.workspace is not None:
        places = [changed if each.member == place.member else each for each in members_of(place.workspace, reading)]
    resolution = resolve_places(places, fetch_options(options), dict(os.environ), reporter(options), reading)
    mark = BYTE_ORDER_MARK if read_file(str(place.path)).data.startswith(BYTE_ORDER_MARK) else b""
    write_lock(resolution, [NewContent(str(place.path), mark + text.encode("utf-8"))])
    return resolution
