"""`beskid cache`: where the cache is, and why the next run of a program will compile it again."""

from __future__ import annotations

import argparse
import os

from beskid.cli import run
from beskid.driver.cache.store import Cache, user_cache_folder
from beskid.driver.cache.warm import changes
from beskid.driver.failure import STATUS_FINE
from beskid.files.problems import shown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    why = actions.add_parser(
        "why",
        help="say what changed since the last run of a program",
        description="Say what changed since the last run of a program with the same options.",
        allow_abbrev=False,
    )
    run.add_request_arguments(why)
    actions.add_parser(
        "path", help="print the folder of the cache", description="Print the folder of the cache.", allow_abbrev=False
    )


def execute(options: argparse.Namespace) -> int:
    folder = user_cache_folder(dict(os.environ))
    if options.action == "path":
        print(folder)
    else:
        for line in explain(options, Cache(folder)):
            print(line)
    return STATUS_FINE


def explain(options: argparse.Namespace, cache: Cache) -> list[str]:
    """What the next `run` with these options will find."""
    if not cache.is_usable():
        return [f"not used: {shown_name(cache.folder)} is not a folder that only this user can write to"]
    request = run.request_of(options)
    record = cache.load_record(request.key())
    if record is None:
        return ["compiles: no run of this input with these options is remembered"]
    changed = list(changes(record))
    if changed:
        return [f"compiles: changed since the last run: {shown_name(change)}" for change in changed]
    if cache.load_object(record.key) is None:
        return ["compiles: the object is no longer in the cache"]
    return ["cached: nothing changed since the last run"]
