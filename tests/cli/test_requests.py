"""A cold and a warm `run` make the same request of the same arguments, or the warm path leaves it to the cold one."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beskid.cli import run
from beskid.cli.commands import COMMANDS, make_parser
from beskid.cli.warm_run import read_arguments
from beskid.driver.cache.warm import RunRequest

OPTIONS = (
    ["-O0"], ["-O2"], ["--print-result"], ["--entrypoint", "other"], ["--engine", "aot"], ["--engine", "jit"],
    ["--project", "p"], ["--target", "t"], ["--link", "z"], ["-L", "d"], ["--extern-dlopen"], ["--no-roots"], ["-q"],
    ["--message-format", "json"], ["--deny", "warnings"],
)  # fmt: skip


def cold(arguments: list[str]) -> RunRequest | None:
    """The request of the full command line; None for one that it refuses."""
    command = next(command for command in COMMANDS if command.name == "run")
    try:
        options: argparse.Namespace = make_parser(command).parse_args(["run", *arguments])
    except SystemExit:
        return None
    return run.request_of(options)


@given(st.lists(st.sampled_from(OPTIONS), max_size=4, unique_by=tuple), st.sampled_from([[], ["a.bd"], ["/x/../b.bd"]]))
def test_both_readers_agree(options: list[list[str]], inputs: list[str]) -> None:
    arguments = [*[word for option in options for word in option], *inputs]
    warm = read_arguments(arguments)
    if warm is None:
        return
    full = cold(arguments)
    assert full is not None
    assert warm.request.parts() == full.parts()


@pytest.mark.parametrize(
    "arguments",
    [["a.bd"], ["-O0", "a.bd"], ["--print-result", "--entrypoint", "f", "a.bd"], []],
    ids=lambda arguments: " ".join(arguments),
)
def test_common_command_lines_are_read_by_the_warm_path(arguments: list[str]) -> None:
    warm = read_arguments([*arguments, "--", "-O0", "b.bd"])
    assert warm is not None
    assert warm.program_arguments == ["-O0", "b.bd"]
