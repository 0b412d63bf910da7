"""From the options of a command to a session. None stands for an input that cannot be compiled, after a report."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beskid.cli.command import input_path, project_path
from beskid.cli.linking import check_links, link_options
from beskid.cli.report import print_diagnostics
from beskid.driver.inputs.project import ResolvedInput, ResolveFailure, resolve_input
from beskid.driver.lints import LintRequests, read_levels
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.files.places import folder_for


def open_input(options: argparse.Namespace) -> ResolvedInput | None:
    """Return the input that the options name; None when its manifest has errors, which are then printed."""
    named = options.project or options.input or ""
    resolved = resolve_input(input_path(options), project_path(options), options.target, Path(folder_for(named)))
    if isinstance(resolved, ResolveFailure):
        print_diagnostics(read_levels(lint_requests(options)).apply(list(resolved.diagnostics)), options)
        return None
    return resolved


def open_session(options: argparse.Namespace, compile_options: CompileOptions) -> Session | None:
    resolved = open_input(options)
    return None if resolved is None else session_of(options, compile_options, resolved)


def session_of(options: argparse.Namespace, compile_options: CompileOptions, resolved: ResolvedInput) -> Session:
    check_links(options, resolved.links)
    return Session(resolved, compile_options, dict(os.environ), link_options(options), lint_requests(options))


def lint_requests(options: argparse.Namespace) -> LintRequests:
    """Return the levels that the options set; none for commands without these options."""
    requests: LintRequests = getattr(options, "lints", ())
    return requests
