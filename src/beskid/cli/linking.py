"""The options that permit foreign libraries."""

from __future__ import annotations

import argparse

from beskid.cli.command import path_argument
from beskid.driver.foreign.policy import LINK_ARGUMENTS_OPTION, LinkOptions, check_link_arguments
from beskid.files.places import absolute_path


def add_linking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--link", action="append", default=[], metavar="LIBRARY", help="permit a foreign library: a name or a path"
    )
    parser.add_argument(
        "-L",
        dest="search_paths",
        action="append",
        default=[],
        metavar="DIR",
        type=path_argument,
        help="add a folder to search for libraries",
    )
    parser.add_argument(
        "--extern-dlopen",
        action="store_true",
        help="allow dlopen of libraries that are not permitted (x86-64 Linux; also BESKID_EXTERN_DLOPEN=1)",
    )

    parser.add_argument(
        LINK_ARGUMENTS_OPTION,
        dest="allow_link_args",
        action="store_true",
        help="allow every linker argument, and paths of libraries, in the manifest's `link` block",
    )


def check_links(options: argparse.Namespace, of_project: LinkOptions | None) -> None:
    """Raise `DriverError` for linker arguments of the manifest that the options do not allow.

    Commands that do not link have neither the option nor the check.
    """
    if of_project is not None and not getattr(options, "allow_link_args", True):
        check_link_arguments(of_project)


def link_options(options: argparse.Namespace) -> LinkOptions:
    """Return what the options permit, with absolute paths; nothing for commands without these options."""
    return LinkOptions(
        tuple([absolute_path(name) if "/" in name else name for name in getattr(options, "link", [])]),
        tuple([absolute_path(path) for path in getattr(options, "search_paths", [])]),
        (),
        getattr(options, "extern_dlopen", False),
    )
