"""From the options of a command to a session. None stands for an input that cannot be compiled, after a report."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from beskid.cli.command import input_path, project_path
from beskid.cli.linking import check_links, link_options
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics, print_warnings
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.inputs.places import Reading, find_workspace, has_app, load_member
from beskid.driver.inputs.project import ResolvedInput, ResolveFailure, ResolveOptions, resolve_input, split_input
from beskid.driver.lints import LintRequests, read_levels
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.places import folder_for
from beskid.source.diagnostics import Diagnostic

Result = TypeVar("Result")


def open_input(options: argparse.Namespace) -> ResolvedInput | None:
    """Return the input that the options name; None when its manifest has errors, which are then printed."""
    named = options.project or options.input or ""
    current = Path(folder_for(named))
    wanted = ResolveOptions(options.workspace_member, options.locked, user_cache_folder(dict(os.environ)))
    resolved = resolve_input(input_path(options), project_path(options), options.target, current, wanted)
    if isinstance(resolved, ResolveFailure):
        print_diagnostics(read_levels(lint_requests(options)).apply(list(resolved.diagnostics)), options)
        return None
    return resolved


def named_module(options: argparse.Namespace, session: Session) -> tuple[str, ...] | None:
    """Return the module of a file that was named, or None for all modules."""
    path = input_path(options)
    is_file = path is not None and path.suffix.lower() == ".bd"
    return session.resolved.entry_module if is_file else None


def members_to_use(options: argparse.Namespace, needs_app: bool = False) -> list[str]:
    """Return the members that a command works on one after the other, as values of `--workspace-member`.

    These are all members when the options name a workspace, and otherwise one that `open_input` chooses.
    """
    if options.workspace_member:
        return [options.workspace_member]
    current = Path(folder_for(options.project or options.input or ""))
    input, project = split_input(input_path(options), project_path(options), current)
    workspace = None if input is not None else find_workspace(project, current, Reading())
    if workspace is None:
        return [""]
    names = [member.name for member in workspace.manifest.members]
    if not needs_app:
        return names
    loaded = [load_member(workspace, member, Reading()) for member in workspace.manifest.members]
    # A member with a broken manifest is not left out: opening it reports the errors.
    return [name for name, place in zip(names, loaded, strict=True) if place is None or has_app(place)] or [""]


def distinct(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics without repetitions: a member that others depend on is checked with each of them."""
    found: dict[tuple[str, str, int, str], Diagnostic] = {}
    for each in diagnostics:
        found.setdefault((each.code, each.source.path, each.span.start, each.message), each)
    return list(found.values())


def open_session(options: argparse.Namespace, compile_options: CompileOptions) -> Session | None:
    resolved = open_input(options)
    return None if resolved is None else session_of(options, compile_options, resolved)


def session_of(options: argparse.Namespace, compile_options: CompileOptions, resolved: ResolvedInput) -> Session:
    check_links(options, resolved.links)
    return Session(resolved, compile_options, dict(os.environ), link_options(options), lint_requests(options))


def use_object(session: Session, options: argparse.Namespace, use: Callable[[bytes], Result]) -> Result | None:
    """Compile, with a progress line, and return what `use` makes of the object; None when the program has errors.

    An object of the cache with which `use` fails is compiled again.
    """
    with Progress(f"compiling {session.resolved.stem}", session.stage):
        image = session.object_bytes()
    made = None
    if image is not None:
        print_warnings(session.diagnostics, options)
        made = session.use_object(image, use)
    if made is None:
        print_diagnostics(session.diagnostics, options)
    return made


def lint_requests(options: argparse.Namespace) -> LintRequests:
    """Return the levels that the options set; none for commands without these options."""
    requests: LintRequests = getattr(options, "lints", ())
    return requests
