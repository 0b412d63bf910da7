"""What can go wrong between an object and its first instruction.

Every error is a `JitError` with a code, a message and a remedy; the driver shows them as diagnostics. The nested
names (`JitError.MissingFunction`, `ExternDeclarationError.InvalidSignature`) are how callers catch one kind.
"""

from __future__ import annotations

from beskid.source.codes import E1524, E1526, E1528, E4003, E4011, E4012, E4014, Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class JitError(Exception):
    """The object cannot run here."""

    MissingFunction: ClassVar[type[MissingFunction]]
    RuntimeMissing: ClassVar[type[RuntimeMissing]]
    VersionMismatch: ClassVar[type[VersionMismatch]]
    ExternUnresolved: ClassVar[type[ExternUnresolved]]
    ExternAmbiguous: ClassVar[type[ExternAmbiguous]]
    OtherRuntime: ClassVar[type[OtherRuntime]]

    def __init__(self, code: Code, message: str, help: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.help = help


class MissingFunction(JitError):  # noqa: N818  (callers know the name as JitError.MissingFunction)
    """The object needs functions that no one offers; `names` lists all of them."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join([f"`{name}`" for name in names])
        super().__init__(
            E4003,
            f"missing function {listed}" if len(names) == 1 else f"missing functions {listed}",
            "a compiled program may use the runtime's listed functions and its declared externs only; rebuild it",
        )
        self.names = names


class RuntimeMissing(JitError):  # noqa: N818  (callers know the name as JitError.RuntimeMissing)
    """The runtime library cannot be opened."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            E4011,
            f"the runtime library `{path}` cannot be opened: {reason}",
            "reinstall beskid, or set BESKID_RUNTIME_LIBRARY to a libbeskid_runtime.so of this version",
        )
        self.path = path


class VersionMismatch(JitError):  # noqa: N818  (callers know the name as JitError.VersionMismatch)
    """Runtime and object keep different contracts."""

    def __init__(self, what: str, needed: int | str, offered: int | str, needing: str, offering: str) -> None:
        super().__init__(
            E4012,
            f"{what} mismatch: `{needing}` needs {needed}, `{offering}` offers {offered}",
            "compile the program again with the installed beskid, or install the runtime that belongs to it",
        )
        self.needed = needed
        self.offered = offered


class OtherRuntime(JitError):  # noqa: N818  (callers know the name as JitError.OtherRuntime)
    """A program or an object of one runtime was handed to another one."""

    def __init__(self, path: str, what: str = "program") -> None:
        how = "loaded against" if what == "program" else "made by"
        super().__init__(
            E4014,
            f"the {what} was not {how} the runtime `{path}`",
            "enter a program by the runtime that its session was made with",
        )
        self.path = path


class ExternUnresolved(JitError):  # noqa: N818  (callers know the name as JitError.ExternUnresolved)
    """Foreign functions that the permitted libraries do not define; `pairs` lists library, symbol and reason."""

    def __init__(self, pairs: list[tuple[str, str, str]]) -> None:
        listed = "; ".join([f"{library}:{symbol} ({reason})" for library, symbol, reason in pairs])
        super().__init__(
            E1526,
            f"unresolved extern {listed}",
            "check the library's name and version, and that it is permitted in the manifest's `link` block",
        )
        self.pairs = pairs


class ExternAmbiguous(JitError):  # noqa: N818  (as above)
    """A foreign symbol that two libraries of the program define."""

    def __init__(self, symbol: str, own: str, other: str) -> None:
        super().__init__(
            E1528,
            f"the symbol `{symbol}` is defined in two libraries: `{own}` and `{other}`",
            "a linked program would take either one: leave one library out, or give the symbol another name there",
        )
        self.symbol = symbol


class ExternDeclarationError(JitError):
    """A foreign function that cannot be declared."""

    InvalidSignature: ClassVar[type[InvalidSignature]]


class InvalidSignature(ExternDeclarationError):  # noqa: N818  (as above)
    """A foreign signature with types that do not cross the boundary, or a name that is not a C identifier."""

    def __init__(self, symbol: str, reason: str) -> None:
        super().__init__(
            E1524,
            f"extern signature not allowed for `{symbol}`: {reason}",
            "use integers, floats, `bool`, opaque handles or views at the boundary",
        )
        self.symbol = symbol


JitError.MissingFunction = MissingFunction
JitError.RuntimeMissing = RuntimeMissing
JitError.VersionMismatch = VersionMismatch
JitError.ExternUnresolved = ExternUnresolved
JitError.ExternAmbiguous = ExternAmbiguous
JitError.OtherRuntime = OtherRuntime
ExternDeclarationError.InvalidSignature = InvalidSignature
