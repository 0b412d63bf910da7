"""The commands of a session: words that begin with a colon. Each returns what it prints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from beskid.base.node import node
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_assembly
from beskid.codegen.host import host_triple
from beskid.driver.benching.report import shown_time
from beskid.driver.failure import DriverError
from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import lone_input
from beskid.driver.open_projects import NO_FILE
from beskid.driver.options import CompileOptions
from beskid.driver.outputs import SESSION_START, check_outputs, write_output
from beskid.driver.session import Session as Compilation
from beskid.files.outputs import FORCE_HELP
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import read_file
from beskid.ir.model import Module
from beskid.ir.text import print_function
from beskid.repl.reading import entries_of, note_attributes, read_entry
from beskid.repl.session import ENTRY, Session

MAX_LOADED_BYTES = 16 << 20


@node
class Command:
    """A row of the table of commands."""

    name: str
    argument: str
    summary: str


COMMANDS = (
    Command("type", "EXPRESSION", "show the type of an expression, which is not computed"),
    Command("time", "EXPRESSION", "compute a value again and again as optimized code, show the mean time"),
    Command("doc", "NAME", "show the declaration of a name and its documentation"),
    Command("load", "FILE", "run the entries of a file, or add its declarations"),
    Command("use", "MODULE", "import a module, as `use MODULE;` does"),
    Command("ir", "EXPRESSION", "show the intermediate representation of an expression"),
    Command("asm", "EXPRESSION", "show the machine code of an expression"),
    Command("save", "FILE", "write the entries without errors to a file, which :load reads"),
    Command("reset", "", "forget all declarations and variables"),
    Command("help", "", "list the commands"),
    Command("quit", "", "end the session"),
)


class Quit(Exception):  # noqa: N818  (nothing failed)
    """The session ends."""


@node
class Outcome:
    """What a command prints, the entries that are to be run after it, and the file that they are from."""

    shown: str
    entries: tuple[str, ...] = ()
    file: str = ""


def run_command(session: Session, line: str, open_files: Sequence[str] = ()) -> Outcome:
    """Run a command. `open_files` are the files whose entries are being run. Raises `DriverError` and `Quit`."""
    word, _, rest = line.strip().removeprefix(":").partition(" ")
    command = next((each for each in COMMANDS if each.name == word), None)
    if command is None:
        raise DriverError(f"no such command: `:{word}`", "`:help` lists the commands")
    argument = rest.strip()
    if bool(argument) != bool(command.argument):
        raise DriverError(f"expected `:{word}{command.argument and ' ' + command.argument}`")
    match word:
        case "type":
            return Outcome(session.type_of(argument))
        case "time":
            value, seconds, runs = session.time(argument)
            return Outcome(f"{value}   ({shown_time(seconds * 1e9)}, {runs:,} {'run' if runs == 1 else 'runs'})")
        case "doc":
            return Outcome(_documentation(session, argument))
        case "load":
            return _loaded(session, argument, open_files)
        case "use":
            return Outcome("", (f"use {argument.removesuffix(';')};",))
        case "ir" | "asm":
            return Outcome(_code(session, argument, word))
        case "save":
            _save(_expanded(argument), session)
            return Outcome("")
        case "reset":
            session.reset()
            return Outcome("")
        case "help":
            width = max(len(f":{each.name} {each.argument}") for each in COMMANDS)
            rows = [f"{f':{each.name} {each.argument}':{width}}  {each.summary}" for each in COMMANDS]
            return Outcome("\n".join(rows))
    raise Quit


def saved_bytes(session: Session) -> bytes:
    """Return the content of the file of a session."""
    return SESSION_START + session.saved().encode()


def _save(path: str, session: Session) -> None:
    try:
        check_outputs([path], (), is_forced=False, code=None)
    except DriverError as error:
        # Commands have no `--force`.
        help = "name another file, or remove this one first" if error.help == FORCE_HELP else error.help
        raise DriverError(error.message, help) from error
    write_output(path, saved_bytes(session), None)


def _documentation(session: Session, name: str) -> str:
    code, text = session.described(name)
    if not code:
        raise DriverError(f"no declaration of `{name}` was found")
    return f"{code}\n\n{text.strip()}" if text.strip() else code


def _expanded(path: str) -> str:
    """Return a path in which `~` is the home folder. Raises `DriverError` for a user that does not exist."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError as error:
        raise DriverError(f"the home folder of {shown_name(path)} is not known") from error


def _loaded(session: Session, path: str, open_files: Sequence[str]) -> Outcome:
    file = os.path.realpath(_expanded(path))
    if file in open_files:
        raise DriverError(f"{shown_name(path)} loads itself", "remove the `:load` from the file")
    try:
        data = read_file(_expanded(path), MAX_LOADED_BYTES).data
        # An empty line, so that the others keep their numbers.
        text = (b"\n" + data.removeprefix(SESSION_START) if data.startswith(SESSION_START) else data).decode()
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(path)}: {error.reason}") from error
    except UnicodeDecodeError as error:
        raise DriverError(f"{shown_name(path)} is not UTF-8") from error
    return Outcome("", tuple(_with_neighbors(text, session.attributes)), file)


def _with_neighbors(text: str, attributes: Iterable[str]) -> Iterator[str]:
    """Yield the entries of a file. Declarations may refer to later ones, so neighbors are one entry.

    One that declares a name again begins another entry. `attributes` are the names of those that were declared before.
    """
    if read_entry("", text).declares_only:
        yield text
        return
    before = ""
    names: set[str] = set()
    known = set(attributes)
    for part in entries_of(text.splitlines(keepends=True), known):
        entry = read_entry("", part, known)
        added = {each.name for each in entry.declarations}
        note_attributes(known, entry.declarations)
        runs_nothing = entry.is_complete and not entry.pieces and not entry.diagnostics
        if before and not (runs_nothing and names.isdisjoint(added)):
            yield before
            before = ""
            names = set()
        if runs_nothing:
            before += part
            names |= added
        else:
            yield part
    if before:
        yield before


def _code(session: Session, text: str, form: str) -> str:
    options = CompileOptions(2, library=True, host=True)
    compilation = Compilation(lone_input(NO_FILE, None, session.program_of(text), Reading()), options, {})
    module = compilation.passed()
    if module is None:
        raise DriverError("the expression cannot be compiled by itself")
    if form == "asm":
        return emit_assembly(make_artifact(module), EmitOptions(host_triple(), "", 2)).rstrip("\n")
    return _functions(module)


def _functions(module: Module) -> str:
    """Return the function of the expression."""
    own = [function for name, function in module.functions.items() if f"{len(ENTRY)}{ENTRY}" in name]
    return "\n".join(print_function(function) for function in own or module.functions.values()).rstrip("\n")
