"""Errors in the environment: missing files, read-only folders, no linker.

They have no location in a source text. The command line prints the message and exits with the status of the error.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.source.codes import Code

STATUS_FINE = 0
STATUS_DIAGNOSTICS = 1
STATUS_USAGE = 2
STATUS_ENVIRONMENT = 3
STATUS_INTERNAL = 70
STATUS_INTERRUPTED = 130


class DriverError(Exception):
    """A message for the user, what to do about it, an optional code, and the exit status of the command."""

    def __init__(
        self, message: str, help: str = "", code: Code | None = None, status: int = STATUS_ENVIRONMENT
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code
        self.status = status

    @classmethod
    def of_os_error(cls, action: str, path: str, error: OSError, code: Code | None = None) -> DriverError:
        """`cannot read PATH: no such file or directory`."""
        reason = (error.strerror or str(error)).lower()
        return cls(f"{action} {path}: {reason}", "", code)
