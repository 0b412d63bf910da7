"""Errors in the environment: missing files, read-only folders, no linker.

They have no location in a source text. The command line prints the message and exits with the status of the error.
"""

from __future__ import annotations

from beskid.files.problems import shown_name, shown_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.source.codes import Code

STATUS_FINE = 0
STATUS_DIAGNOSTICS = 1
STATUS_USAGE = 2
STATUS_ENVIRONMENT = 3
STATUS_INTERNAL = 70
STATUS_INTERRUPTED = 130
STATUS_READER_GONE = 141

_SIGNAL_STATUS_BASE = 128


def status_of(code: int) -> int:
    """Return the status of a process as a shell has it, from Python's: minus the number of the signal that ended it."""
    return code if code >= 0 else _SIGNAL_STATUS_BASE - code


class DriverError(Exception):
    """A message for the user, what to do about it, an optional code, and the exit status of the command.

    Lines of the message are its own; a line end inside a file name must be escaped by `shown_name` before.
    """

    def __init__(
        self, message: str, help: str = "", code: Code | None = None, status: int = STATUS_ENVIRONMENT
    ) -> None:
        super().__init__(message)
        self.message = shown_text(message)
        self.help = shown_text(help)
        self.code = code
        self.status = status

    def lines(self) -> str:
        """Return what the command line prints: the message with its code, and the help."""
        code = f"[{self.code}]" if self.code else ""
        help = f"\n  = help: {self.help}" if self.help else ""
        return f"error{code}: {self.message}{help}"

    @classmethod
    def of_os_error(cls, action: str, path: str, error: OSError, code: Code | None = None) -> DriverError:
        """`cannot read PATH: no such file or directory`."""
        reason = (error.strerror or str(error)).lower()
        return cls(f"{action} {shown_name(path)}: {reason}", "", code)
