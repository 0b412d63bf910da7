"""The options of `beskid build` that show how long its stages took."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from beskid.cli.command import add_time_passes, path_argument

if TYPE_CHECKING:
    from beskid.driver.session import Session


def add_times(parser: argparse.ArgumentParser) -> None:
    add_time_passes(parser)
    parser.add_argument(
        "--timings", action="store_true", help="print the time of each stage, and what the cache had, to standard error"
    )
    parser.add_argument("--timings-json", metavar="FILE", type=path_argument, help="write the same as JSON to a file")


def report_times(session: Session, options: argparse.Namespace) -> None:
    """Print and write what the options ask for; it was checked that the file may be written."""
    if options.time_passes:
        print(session.times.table(), file=sys.stderr)
    if not options.timings and not options.timings_json:
        return
    from beskid.driver.outputs import write_output
    from beskid.driver.timings_report import json_report, text_report

    if options.timings:
        print(text_report(session), file=sys.stderr)
    if options.timings_json:
        write_output(options.timings_json, json_report(session).encode("utf-8"))
