"""From the options of a command to a session: resolved input, or the exit status after a report."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beskid.cli.command import input_path, project_path
from beskid.cli.linking import link_options
from beskid.cli.report import print_diagnostics
from beskid.driver.inputs.project import ResolvedInput, ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session


def open_input(options: argparse.Namespace) -> ResolvedInput | None:
    """What the words mean; None when the manifest has errors, which are then printed."""
    resolved = resolve_input(input_path(options), project_path(options), options.target, Path.cwd())
    if isinstance(resolved, ResolveFailure):
        print_diagnostics(resolved.diagnostics, options)
        return None
    return resolved


def open_session(options: argparse.Namespace, compile_options: CompileOptions) -> Session | None:
    """The session that the words ask for; None after a report."""
    resolved = open_input(options)
    return None if resolved is None else session_of(options, compile_options, resolved)


def session_of(options: argparse.Namespace, compile_options: CompileOptions, resolved: ResolvedInput) -> Session:
    """The session of an input."""
    return Session(resolved, compile_options, dict(os.environ), link_options(options))
