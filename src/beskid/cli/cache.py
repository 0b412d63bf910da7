"""`beskid cache`: where the cache is, what it holds, and why the next run of a program will compile it again."""

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
        "list",
        help="list what the cache holds",
        description="List what the cache holds: compiled programs, records of runs, C libraries of other targets.",
        allow_abbrev=False,
    )
    actions.add_parser(
        "path", help="print the folder of the cache", description="Print the folder of the cache.", allow_abbrev=False
    )


def execute(options: argparse.Namespace) -> int:
    folder = user_cache_folder(dict(os.environ))
    match options.action:
        case "path":
            lines = [folder]
        case "list":
            lines = held_in(folder)
        case _:
            lines = explain(options, Cache(folder))
    for line in lines:
        print(line)
    return STATUS_FINE


def held_in(folder: str) -> list[str]:
    """Return a line for each kind of content."""
    from beskid.driver.cache.contents import contents

    rows = [(f"{held.bytes / 1e6:.1f} MB", f"{held.files} files", held.what) for held in contents(folder)]
    return [f"{size:>9}  {count:>11}  {what}" for size, count, what in rows]


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
