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
        return _Plain(session, history)


def is_whole(session: Session, text: str) -> bool:
    """Return whether an entry is run when Enter is pressed at its end. An empty line ends an incomplete one."""
    return text.lstrip().startswith(":") or text.endswith("\n") or not text.strip() or session.read(text).is_complete


class _Plain:
    """One `input` for each line. The module `readline` adds editing and a history to it."""

    def __init__(self, session: Session, history: str) -> None:
        self._session = session
        self._history = ""
        try:
            import readline
        except ImportError:
            return
        readline.set_completer_delims(" \t\n`~!@#$%^&*()-=+[{]}\\|;'\",<>/?.:")
        readline.set_completer(self._complete)
        readline.parse_and_bind("tab: complete")
        if history:
            with contextlib.suppress(OSError):
                readline.read_history_file(history)
                readline.set_history_length(MAX_HISTORY)
                self._history = history

    def read(self) -> str:
        growing = GrowingEntry()
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

    def _complete(self, word: str, state: int) -> str | None:
        import readline

        line = readline.get_line_buffer()
        found = _labels(self._session, line, readline.get_endidx())
        return found[state] if state < len(found) else None


def _labels(session: Session, text: str, offset: int) -> list[str]:
    if text.startswith(":") and " " not in text:
        return [each.name for each in COMMANDS if each.name.startswith(text[1:])]
    found = session.completions(text, offset)
    word = text[found.span.start : offset]
    return [each.label for each in found.items if each.label.startswith(word)]


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
                text = document.text
                if text.startswith(":") and " " not in text:
                    for label in _labels(session, text, len(text)):
                        yield Completion(label, -len(text) + 1)
                    return
                found = session.completions(text, document.cursor_position)
                word = text[found.span.start : document.cursor_position]
                for each in found.items:
                    if each.label.startswith(word):
                        yield Completion(each.label, -len(word), display_meta=each.detail)

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
