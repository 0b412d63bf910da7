"""`beskid editor`: print the configuration of an editor, or check that the language server answers."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from beskid.base.node import value
from beskid.driver.failure import STATUS_ENVIRONMENT, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.files.reading import read_file
from beskid.source.codes import E1206

_FOLDER = Path(__file__).resolve().parent.parent / "_editors"

_WRONG = 'unit main() {\n    i64 n = "text";\n    PrintLine("${n}");\n}\n'
"""A program with one error, which a working server reports."""

_EXPECTED = E1206


@value
class Setup:
    """An editor: the file with its configuration, where that belongs, and a grammar that it reads from a file."""

    name: str
    file: str
    place: str
    grammar: str = ""
    grammar_place: str = ""


SETUPS: tuple[Setup, ...] = (
    Setup("nvim", "nvim.lua", "~/.config/nvim/init.lua (Neovim 0.8 or newer)"),
    Setup("helix", "helix.toml", "~/.config/helix/languages.toml"),
    Setup("emacs", "emacs.el", "~/.emacs.d/init.el (Emacs 29 or newer)"),
    Setup(
        "kate",
        "kate.json",
        "Settings > LSP Client > User Server Settings",
        "beskid.xml",
        "~/.local/share/org.kde.syntax-highlighting/syntax/beskid.xml",
    ),
    Setup(
        "sublime",
        "sublime.json",
        "Preferences > Package Settings > LSP > Settings",
        "beskid.sublime-syntax",
        "~/.config/sublime-text/Packages/User/Beskid.sublime-syntax",
    ),
    Setup("zed", "zed.json", "~/.config/zed/settings.json, with the extension in editors/zed"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = [each.name for each in SETUPS]
    parser.add_argument("name", metavar="NAME", choices=names, help=f"the editor: {', '.join(names)}")
    with_grammar = " or ".join(each.name for each in SETUPS if each.grammar)
    parser.add_argument("--grammar", action="store_true", help=f"print the grammar for colors instead ({with_grammar})")
    parser.add_argument("--check", action="store_true", help="check that the language server reports an error instead")


def execute(options: argparse.Namespace) -> int:
    setup = next(each for each in SETUPS if each.name == options.name)
    if options.check and options.grammar:
        message = "--grammar prints a grammar, and --check checks the server instead"
        raise DriverError(message, "leave out one of them", status=STATUS_USAGE)
    if options.check:
        return _check()
    if options.grammar and not setup.grammar:
        message = f"the configuration of {setup.name} has no grammar of its own"
        raise DriverError(message, "leave out --grammar", status=STATUS_USAGE)
    if options.grammar:
        _print(setup.grammar, setup.grammar_place)
    else:
        _print(setup.file, setup.place)
    return STATUS_FINE


def _print(file: str, place: str) -> None:
    """Print a file as it is, and on standard error where it belongs: not every format has comments."""
    print(f"this belongs in {place}", file=sys.stderr)
    print(read_file(str(_FOLDER / file)).data.decode("utf-8"), end="")


def _check() -> int:
    from beskid.cli.lsp import require_packages

    require_packages()
    from beskid.lsp.main import replay

    document = {"uri": "file:///check/main.bd", "languageId": "beskid", "version": 1, "text": _WRONG}
    messages: list[dict[str, object]] = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}},
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}},
        {"jsonrpc": "2.0", "id": 2, "method": "beskid/settled", "params": None},
        {"jsonrpc": "2.0", "id": 3, "method": "shutdown", "params": None},
    ]
    output = io.BytesIO()
    replay(messages, output)
    answers = [json.loads(line) for line in output.getvalue().splitlines()]
    notes = [each["params"] for each in answers if each.get("method") == "textDocument/publishDiagnostics"]
    codes = [diagnostic["code"] for note in notes for diagnostic in note["diagnostics"]]
    if codes[:1] != [_EXPECTED]:
        print(f"the language server does not work: expected the diagnostic {_EXPECTED}, got {codes or 'none'}")
        return STATUS_ENVIRONMENT
    print("the language server works: `beskid lsp` reports the error of a wrong program")
    return STATUS_FINE
