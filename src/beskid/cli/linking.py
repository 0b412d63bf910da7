"""The options by which a command line permits foreign libraries."""

from __future__ import annotations

import argparse
from pathlib import Path

from beskid.driver.foreign.policy import LinkOptions


def add_linking(parser: argparse.ArgumentParser) -> None:
    """Which foreign libraries the program may use."""
    parser.add_argument(
        "--link", action="append", default=[], metavar="LIBRARY", help="permit a foreign library: a name or a path"
    )
    parser.add_argument(
        "-L", dest="search_paths", action="append", default=[], metavar="DIR", help="look for libraries in this folder"
    )
    parser.add_argument(
        "--extern-dlopen",
        action="store_true",
        help="allow dlopen of libraries not listed in the manifest (Linux x86_64; also BESKID_EXTERN_DLOPEN=1)",
    )


def link_options(options: argparse.Namespace) -> LinkOptions:
    """What the words permit; paths are absolute. Commands without these options permit nothing."""
    here = Path.cwd()
    return LinkOptions(
        tuple([str(here / name) if "/" in name else name for name in getattr(options, "link", [])]),
        tuple([str(here / path) for path in getattr(options, "search_paths", [])]),
        (),
        getattr(options, "extern_dlopen", False),
    )
