"""`beskid repl`: run entries one after the other, of a terminal or of a pipe."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time

from beskid import __version__
from beskid.base.spelling import counted
from beskid.cli.color import wants_color
from beskid.cli.command import path_argument
from beskid.cli.report import print_text
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, DriverError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from beskid.files.folders import PrivateFolder
    from beskid.repl.session import Session
    from beskid.source.diagnostics import Diagnostic

HISTORY = "history"
MAX_SESSIONS = 16
MAX_KEPT_BYTES = 64 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", type=path_argument, help="run the entries of FILE first")
    parser.add_argument("--no-history", action="store_true", help="neither read nor keep the history and the session")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="when to color diagnostics (default auto)"
    )


def execute(options: argparse.Namespace) -> int:
    """Run entries until the input ends. Without a terminal, exit with status 1 if one of them failed."""
    from beskid.repl.lines import is_terminal
    from beskid.repl.reading import entries_of
    from beskid.repl.session import Session

    # The garbage of a cell refers to itself, and a session may be long.
    gc.enable()
    loop = _Loop(Session(), options)
    if options.file is not None and not loop.run(f":load {options.file}"):
        return loop.exit_status
    if is_terminal():
        loop.talk()
        return loop.status
    for text in entries_of(sys.stdin, loop.session.attributes):
        if not loop.run(text):
            break
    return loop.exit_status


class _Loop:
    """Runs entries, and prints what they return. `status` is what an entry ended the session with."""

    def __init__(self, session: Session, options: argparse.Namespace) -> None:
        self.session = session
        self.status = STATUS_FINE
        self._has_failed = False
        self._color = wants_color(options.color)
        self._folder = None if options.no_history else _private_folder()
        self._is_kept = False
        self._saved = ""
        self._name = time.strftime(f"session-%Y%m%d-%H%M%S-{os.getpid()}.bd")
        self._open_files: list[str] = []

    @property
    def exit_status(self) -> int:
        return self.status or (STATUS_DIAGNOSTICS if self._has_failed else STATUS_FINE)

    def talk(self) -> None:
        """Run the entries of a terminal."""
        from beskid.repl.lines import open_lines

        print(f"beskid {__version__}  (:help)")
        self._begin_autosave()
        lines = open_lines(self.session, "" if self._folder is None else f"{self._folder.path}/{HISTORY}")
        while True:
            try:
                text = lines.read()
            except EOFError:
                return
            except KeyboardInterrupt:
                continue
            if not self.run(text):
                return

    def run(self, text: str) -> bool:
        """Run an entry or a command; return whether the session goes on."""
        from beskid.embed.errors import CompileError, GateError, Panic
        from beskid.repl.commands import Quit
        from beskid.repl.session import EntryError

        try:
            self._run(text)
        except Quit:
            return False
        except EntryError as error:
            self._fail(self._shown(error.diagnostics))
        except Panic as panic:
            self._fail(f"panic: {panic}   ({counted(len(panic.frames), 'frame')}, session goes on)")
        except KeyboardInterrupt:
            self._fail("interrupted")
        except DriverError as error:
            self._fail(error.lines())
        except (CompileError, GateError) as error:
            self._fail(str(error))
        except SystemExit as exit:
            self.status = exit.code if isinstance(exit.code, int) else 0
            return False
        finally:
            sys.stdout.flush()
        return True

    def _run(self, text: str) -> None:
        from beskid.repl.commands import run_command

        if not text.lstrip().startswith(":"):
            value = ""
            try:
                value = self.session.run(text)
            finally:
                self._autosave()
                if self.session.warnings:
                    print_text(self._shown(self.session.warnings))
                for name in self.session.lost:
                    print_text(f"note: `{name}` is forgotten, because its type was declared again")
            if value:
                print(value)
            return
        outcome = run_command(self.session, text, self._open_files)
        if outcome.shown:
            print(outcome.shown)
        self._open_files.append(outcome.file)
        try:
            for entry in outcome.entries:
                if not self.run(entry):
                    raise SystemExit(self.status)
        finally:
            self._open_files.pop()

    def _shown(self, diagnostics: Iterable[Diagnostic]) -> str:
        from beskid.source.render import human

        return human(list(diagnostics), self._color)

    def _fail(self, message: str) -> None:
        self._has_failed = True
        sys.stdout.flush()
        print_text(message)

    def _begin_autosave(self) -> None:
        """Keep the entries from now on, and those of the last sessions. Each has its own file: several may run."""
        if self._folder is not None:
            former = [name for _, name in self._folder.entries() if name.startswith("session-")]
            for name in former[: max(0, len(former) + 1 - MAX_SESSIONS)]:
                self._folder.remove(name)
            self._is_kept = True

    def _autosave(self) -> None:
        """Write the entries of the session, if there are others than before, so that a crash loses none."""
        saved = self.session.saved()
        if self._folder is not None and self._is_kept and saved != self._saved:
            from beskid.repl.commands import saved_bytes

            if self._folder.write(self._name, saved_bytes(self.session)):
                self._saved = saved


def _private_folder() -> PrivateFolder | None:
    """Return the folder for histories, below the user's cache; None when it cannot be used."""
    from beskid.driver.cache.store import user_cache_folder
    from beskid.files.folders import PrivateFolder

    cache = PrivateFolder.open(user_cache_folder(dict(os.environ)), create=True)
    folder = None if cache is None else cache.child("repl", create=True)
    if folder is None or (folder.read(HISTORY, MAX_KEPT_BYTES) is None and not folder.write(HISTORY, b"")):
        return None
    return folder
