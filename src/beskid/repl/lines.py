"""Where entries come from: `prompt_toolkit` where it is installed, else `readline`, else plain lines."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from beskid.repl.commands import COMMANDS
from beskid.repl.reading import GrowingEntry
from beskid.repl.session import Session

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.lexers import Lexer

PROMPT = "> "
CONTINUED = ". "
MAX_HISTORY = 10_000


class Lines(Protocol):
    """Reads entries."""

    def read(self) -> str:
        """Return the next entry. Raises `EOFError` at the end, and `KeyboardInterrupt`."""
        ...


def open_lines(session: Session, history: str) -> Lines:
    """Return the best reader of a terminal that is installed. `history` is a file, empty for none."""
    try:
        return _Toolkit(session, history)
    except ImportError:
        return ReadlineLines(session, history)


def is_whole(session: Session, text: str) -> bool:
    """Return whether an entry is run when Enter is pressed at its end. An empty line ends an incomplete one."""
    return text.lstrip().startswith(":") or text.endswith("\n") or not text.strip() or session.read(text).is_complete


class ReadlineLines:
    """One `input` for each line. The module `readline` adds editing and a history to it."""

    def __init__(self, session: Session, history: str) -> None:
        self._session = session
        self._history = ""
        self._found: list[str] = []
        try:
            import readline
        except ImportError:
            return
        readline.set_completer_delims(" \t\n`~!@#$%^&*()-=+[{]}\\|;'\",<>/?.:")
        readline.set_completer(self.complete)
        readline.parse_and_bind("tab: complete")
        if history:
            with contextlib.suppress(OSError):
                readline.read_history_file(history)
                readline.set_history_length(MAX_HISTORY)
                self._history = history

    def read(self) -> str:
        growing = GrowingEntry(self._session.attributes)
        line = self._line(PROMPT)
        while line.strip() and not growing.add(f"{line}\n"):
            line = self._line(CONTINUED)
        return growing.text

    def _line(self, prompt: str) -> str:
        line = input(prompt)
        if self._history and line:
            import readline

            # After each line: a crash loses none.
            with contextlib.suppress(OSError):
                readline.append_history_file(1, self._history)
        return line

    def complete(self, word: str, state: int) -> str | None:
        """Return a candidate; `readline` asks for each of them by its number, and then for one too many."""
        import readline

        if state == 0:
            _, found = candidates(self._session, readline.get_line_buffer(), readline.get_endidx())
            self._found = [label for label, _ in found]
        return self._found[state] if state < len(self._found) else None


def candidates(session: Session, text: str, offset: int) -> tuple[int, list[tuple[str, str]]]:
    """Return where the word before an offset begins, and what can be written in its place, each with its meaning."""
    before = text[:offset]
    if before.startswith(":") and " " not in before:
        return 1, [(each.name, each.summary) for each in COMMANDS if each.name.startswith(before[1:])]
    found = session.completions(text, offset)
    word = text[found.span.start : offset]
    return found.span.start, [(each.label, each.detail) for each in found.items if each.label.startswith(word)]


class _Toolkit:
    """Editing of several lines with colors and completion."""

    def __init__(self, session: Session, history: str) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.history import FileHistory, InMemoryHistory
        from prompt_toolkit.key_binding import KeyBindings

        class History(FileHistory):
            """A history that goes on without its file when that cannot be used."""

            def load_history_strings(self) -> Iterable[str]:
                try:
                    yield from super().load_history_strings()
                except OSError:
                    return

            def store_string(self, string: str) -> None:
                with contextlib.suppress(OSError):
                    super().store_string(string)

        class Names(Completer):
            def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
                offset = document.cursor_position
                start, found = candidates(session, document.text, offset)
                for label, meaning in found:
                    yield Completion(label, start - offset, display_meta=meaning)

        keys = KeyBindings()

        def add_line(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        def accept(event: KeyPressEvent) -> None:
            event.current_buffer.validate_and_handle()

        keys.add("enter", filter=~Condition(self._is_whole))(add_line)
        keys.add("enter", filter=Condition(self._is_whole))(accept)
        self._session = session
        self._prompt: PromptSession[str] = PromptSession(
            message=PROMPT,
            multiline=True,
            prompt_continuation=CONTINUED,
            history=History(history) if history else InMemoryHistory(),
            completer=Names(),
            complete_while_typing=False,
            key_bindings=keys,
            lexer=_lexer(),
        )

    def _is_whole(self) -> bool:
        buffer = self._prompt.default_buffer
        is_at_end = not buffer.document.text_after_cursor.strip()
        return is_at_end and is_whole(self._session, buffer.text)

    def read(self) -> str:
        return self._prompt.prompt()


def _lexer() -> Lexer | None:
    """Return the colors of the language, where Pygments is installed."""
    try:
        from prompt_toolkit.lexers import PygmentsLexer

        from beskid.highlight import BeskidLexer
    except ImportError:
        return None
    return PygmentsLexer(BeskidLexer)


def is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
