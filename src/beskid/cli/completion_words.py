"""What a shell can complete: the words of each command, derived from the parsers of the table of commands.

A value is completed by what its placeholder in the help stands for: `PATH` by files, `TARGET` by the names of targets.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from beskid.base.node import node
from beskid.cli.commands import COMMANDS

FILES = ("<files>",)
"""The values of an argument that names a file or a folder; the shell completes those itself."""

_FILE_PLACEHOLDERS = frozenset(("INPUT", "PATH", "DIR", "OUT", "FILE", "FOLDER", "HEADER", "OLD", "NEW"))
_FREE_PLACEHOLDERS = frozenset(
    ("NAME", "LIBRARY", "COMMAND", "TEXT", "TAG", "PREFIX", "N", "SECONDS", "URL", "REV", "MEMBER", "ARGUMENT")
)
"""Placeholders of values that only the user knows."""


@node
class Option:
    """An option: its spellings, its help, and the values after it; None where it takes none, empty where any."""

    names: tuple[str, ...]
    help: str
    values: tuple[str, ...] | None


@node
class Words:
    """What can follow the words `path`: actions with their help, options, and values of positional arguments."""

    path: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    values: tuple[str, ...]


def every_words() -> list[Words]:
    """Return the words of the program itself and of each command, alias and action; the program's are the first."""
    actions = [(name, command.summary) for command in COMMANDS for name in (command.name, *command.aliases)]
    own = (Option(("-h", "--help"), "show help", None), Option(("-V", "--version"), "print the version", None))
    whole = Words((), tuple(actions), own, ())
    found = [whole]
    for command in COMMANDS:
        parser = argparse.ArgumentParser(prog="beskid")
        command.load().add_arguments(parser)
        for name in (command.name, *command.aliases):
            found += _words_of((name,), parser)
    return found


def _words_of(path: tuple[str, ...], parser: argparse.ArgumentParser) -> list[Words]:
    options: list[Option] = []
    actions: list[tuple[str, str]] = []
    values: list[str] = []
    nested: list[Words] = []
    for argument in parser._actions:
        if isinstance(argument, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in argument._choices_actions}
            for name, parser_of_action in argument.choices.items():
                actions.append((name, helps.get(name, "")))
                nested += _words_of((*path, name), parser_of_action)
        elif argument.help == argparse.SUPPRESS:
            continue
        elif argument.option_strings:
            of_value = _values_of(argument) if argument.nargs != 0 else None
            options.append(Option(tuple(argument.option_strings), argument.help or "", of_value))
        else:
            values += [each for each in _values_of(argument) if each not in values]
    return [Words(path, tuple(actions), tuple(options), tuple(values)), *nested]


def _values_of(argument: argparse.Action) -> tuple[str, ...]:
    if argument.choices is not None:
        return tuple(str(choice) for choice in argument.choices)
    placeholder = str(argument.metavar)
    if placeholder in _FILE_PLACEHOLDERS:
        return FILES
    if placeholder in _FREE_PLACEHOLDERS:
        return ()
    return _LISTS[placeholder](bool(argument.option_strings))


def _targets(is_option: bool) -> tuple[str, ...]:
    from beskid.codegen.target import TARGETS

    return tuple(target.name for target in TARGETS.values())


def _passes(is_option: bool) -> tuple[str, ...]:
    from beskid.lower.pipeline import STAGES

    return STAGES


def _codes(is_option: bool) -> tuple[str, ...]:
    """Return the warnings for an option that sets a level, and all codes otherwise."""
    from beskid.source.codes import CODES
    from beskid.source.warnings import ALL_WARNINGS

    if not is_option:
        return tuple(sorted(CODES))
    return (ALL_WARNINGS, *sorted(code for code in CODES if CODES[code].is_warning))


_LISTS: dict[str, Callable[[bool], tuple[str, ...]]] = {"TARGET": _targets, "PASS": _passes, "CODE": _codes}
"""The values of the placeholders that stand for a name of a table."""
