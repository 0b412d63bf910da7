"""`beskid completion`: print the script with which a shell completes the command line."""

from __future__ import annotations

import argparse

from beskid.driver.failure import STATUS_FINE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from beskid.cli.completion_scripts import SHELLS

    parser.add_argument("shell", choices=tuple(SHELLS), help="the shell: bash, zsh or fish")


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.completion_scripts import SHELLS
    from beskid.cli.completion_words import every_words

    print(SHELLS[options.shell](every_words()), end="")
    return STATUS_FINE
