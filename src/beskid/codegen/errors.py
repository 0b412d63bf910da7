"""The exceptions of the back ends. A warm start imports this module, so it imports only the codes.

`BackendError` is the root: code generation raises `CodegenError`, the engine `JitError` (`engine/errors.py`) and
linking `AotError` (`aot/errors.py`). The driver shows them as diagnostics.
"""

from __future__ import annotations

from beskid.source.codes import E1524, Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class BackendError(Exception):
    """A program cannot be compiled, linked, loaded or entered; `help` says what to do about it."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.help = help


class CodegenError(BackendError):
    """The program cannot become an object: a broken invariant, which is a bug of the compiler, or a bad request."""


class ExternDeclarationError(CodegenError):
    """A foreign function that cannot be declared."""

    InvalidSignature: ClassVar[type[InvalidSignature]]


class InvalidSignature(ExternDeclarationError):  # noqa: N818  (callers know the name as ExternDeclarationError.…)
    """A foreign signature with types that do not cross the boundary, or a name that is not a C identifier."""

    def __init__(self, symbol: str, reason: str) -> None:
        super().__init__(
            E1524,
            f"extern signature not allowed for `{symbol}`: {reason}",
            "use integers, floats, `bool`, opaque handles or views at the boundary",
        )
        self.symbol = symbol


ExternDeclarationError.InvalidSignature = InvalidSignature
