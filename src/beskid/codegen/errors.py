"""What stops code generation: a broken invariant, which is a bug of the compiler, or a target that it does not know."""

from __future__ import annotations


class CodegenError(Exception):
    """The program cannot become an object."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.help = help
