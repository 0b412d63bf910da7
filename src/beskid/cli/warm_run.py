"""`run` without a front end: when the words are simple and nothing has changed, the cached object runs at once.

Returns None when anything is unusual; the full command then decides, so no message is ever printed here.
"""

from __future__ import annotations

import os

from beskid.driver.cache.warm import RunRequest, find_object

OPTIMIZE_LEVELS = {"-O0": 0, "-O2": 2}


class RunWords:
    """The words of a `run` command line: the request and the program's own arguments."""

    __slots__ = ("program_arguments", "request")

    def __init__(self, request: RunRequest, program_arguments: list[str]) -> None:
        self.request = request
        self.program_arguments = program_arguments


def read_words(arguments: list[str]) -> RunWords | None:
    """Understand a simple command line: options that decide the object, one file, `--` and the program's arguments."""
    request = RunRequest("")
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        if word == "--":
            break
        if word in OPTIMIZE_LEVELS:
            request.optimize = OPTIMIZE_LEVELS[word]
        elif word == "--print-result":
            request.print_result = True
        elif word == "--entrypoint" and position < len(arguments):
            request.entrypoint = arguments[position]
            position += 1
        elif word.startswith(("-", "@")) or request.input:
            return None
        else:
            request.input = os.path.abspath(word)
    else:
        position = len(arguments)
    return RunWords(request, arguments[position:])


def run_warm(arguments: list[str]) -> int | None:
    """Run the cached object of an unchanged program; None when there is none."""
    words = read_words(arguments)
    if words is None:
        return None
    found = find_object(words.request, dict(os.environ))
    if found is None:
        return None
    from beskid.driver.execute import execute

    options = None
    if found.links:
        from beskid.driver.foreign.policy import LinkOptions

        options = LinkOptions.from_words(found.links)
    return execute(found.image, words.program_arguments, dict(os.environ), options)
