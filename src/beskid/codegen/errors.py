"""What stops code generation: a broken invariant, which is a bug of the compiler, or a target that it does not know."""

from __future__ import annotations

from typing import ClassVar

from beskid.source.codes import E1524, Code


class CodegenError(Exception):
    """The program cannot become an object."""

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.help = help


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
