"""The completion scripts, asked by the shells that they are for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest
from tests import limits
from tests.terminals import open_terminal

from beskid.cli.commands import COMMANDS
from beskid.cli.completion_scripts import SHELLS
from beskid.cli.completion_words import every_words
from beskid.codegen.target import TARGETS

SECONDS = 120
END = "<end of the list>"
Complete = Callable[[Path, str], set[str]]


def complete_in_bash(folder: Path, line: str) -> set[str]:
    words = line.split(" ")
    script = f"""
        source ./script
        compopt() {{ echo FILES; }}
        COMP_WORDS=({" ".join(f"'{word}'" for word in words)}) COMP_CWORD={len(words) - 1}
        _beskid
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return set(run(folder, ["bash", "--norc", "-c", script]).split())


def complete_in_fish(folder: Path, line: str) -> set[str]:
    printed = run(folder, ["fish", "--no-config", "-c", f"source ./script; complete -C '{line}'"])
    return {row.partition("\t")[0] for row in printed.splitlines()}


def complete_in_zsh(folder: Path, line: str) -> set[str]:
    """Type the line and a tab into a terminal; the completion lists what it would offer."""
    (folder / ".zshrc").write_text(
        "PS1='ready> '; autoload -U compinit; compinit -u -D; source ./script\n"
        "unsetopt BEEP; LISTMAX=100000; zstyle ':completion:*' list-separator '  '\n"
        "zle -C offered list-choices offered; zle -N show; bindkey '^X' show\n"
        "offered() { compstate[list]=list; _main_complete; compstate[insert]= }\n"
        f"show() {{ zle offered; zle -R; print -n '{END}' }}\n",
        encoding="utf-8",
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb"}
    environment |= {"COLUMNS": "200", "LINES": "4000"}
    with open_terminal() as terminal, limits.start(["zsh", "-i"], cwd=folder, env=environment, **terminal.streams):
        terminal.wait_for("ready> ")
        terminal.type(f"{line}\x18")
        listed = terminal.wait_for(END)
    return set(listed.replace("\r", " ").split())


def run(folder: Path, command: list[str]) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = limits.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout


ASKED: dict[str, Complete] = {"bash": complete_in_bash, "zsh": complete_in_zsh, "fish": complete_in_fish}


@pytest.fixture(
    params=[pytest.param(shell, marks=pytest.mark.skipif(not which(shell), reason=f"no {shell}")) for shell in SHELLS]
)
def complete(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], set[str]]:
    shell: str = request.param
    (tmp_path / "script").write_text(SHELLS[shell](every_words()), encoding="utf-8")
    (tmp_path / "shop.bd").touch()
    return lambda line: ASKED[shell](tmp_path, line)


def test_commands_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert {command.name for command in COMMANDS} <= complete("beskid ")


def test_a_begun_command_is_completed(complete: Callable[[str], set[str]]) -> None:
    offered = complete("beskid ver")
    assert "version" in offered and "build" not in offered


def test_options_of_a_command_are_offered(complete: Callable[[str], set[str]]) -> None:
    offered = complete("beskid build shop.bd --")
    assert {"--kind", "--strip", "--for"} <= offered
    assert "--jobs" not in offered


def test_the_values_of_an_option_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert {"exe", "shared", "static", "object"} <= complete("beskid build --kind ")


def test_words_before_files_are_offered_with_the_files(complete: Callable[[str], set[str]]) -> None:
    assert {"check", "run", "test"} <= complete("beskid watch ")
    assert {"shop.bd", "FILES"} & complete("beskid watch check ")


def test_the_names_of_targets_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert {target.name for target in TARGETS.values()} <= complete("beskid build shop.bd --for ")


def test_the_words_of_an_action_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert {"why", "path"} <= complete("beskid cache ")
    assert "--engine" in complete("beskid cache why --")


def test_codes_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert {"E1206", "E1212"} <= complete("beskid explain E12")


def test_files_are_offered(complete: Callable[[str], set[str]]) -> None:
    assert complete("beskid run sho") & {"shop.bd", "FILES"}


def test_every_option_of_every_command_has_words() -> None:
    """A placeholder that no table names would be an exception here."""
    paths = {words.path for words in every_words()}
    assert {(name,) for command in COMMANDS for name in (command.name, *command.aliases)} <= paths
