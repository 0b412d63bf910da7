"""What can go wrong between an object and its first instruction.

Every error is a `JitError` with a code, a message and a help text; the driver shows them as diagnostics. Callers know
each kind by its nested name, such as `JitError.MissingFunction`.
"""

from __future__ import annotations

from beskid.codegen.errors import BackendError
from beskid.source.codes import E1526, E1528, E4003, E4010, E4011, E4012, E4013, E4014

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class JitError(BackendError):
    """The object cannot run here."""

    MissingFunction: ClassVar[type[MissingFunction]]
    RuntimeMissing: ClassVar[type[RuntimeMissing]]
    VersionMismatch: ClassVar[type[VersionMismatch]]
    RowMismatch: ClassVar[type[RowMismatch]]
    RowsMissing: ClassVar[type[RowsMissing]]
    ExternUnresolved: ClassVar[type[ExternUnresolved]]
    ExternAmbiguous: ClassVar[type[ExternAmbiguous]]
    RuntimeIncomplete: ClassVar[type[RuntimeIncomplete]]
    OtherRuntime: ClassVar[type[OtherRuntime]]


class MissingFunction(JitError):  # noqa: N818  (callers know the name as JitError.MissingFunction)
    """The object has undefined symbols; `names` lists all of them."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join([f"`{name}`" for name in names])
        super().__init__(
            E4003,
            f"missing function {listed}" if len(names) == 1 else f"missing functions {listed}",
            "a compiled program may use the runtime's listed functions and its declared externs only; rebuild it",
        )
        self.names = names


JitError.MissingFunction = MissingFunction


class RuntimeMissing(JitError):  # noqa: N818  (callers know the name as JitError.RuntimeMissing)
    """The runtime library cannot be opened."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            E4011,
            f"the runtime library `{path}` cannot be opened: {reason}",
            "reinstall beskid, or set BESKID_RUNTIME_LIBRARY to a libbeskid_runtime.so of this version",
        )
        self.path = path


JitError.RuntimeMissing = RuntimeMissing


class VersionMismatch(JitError):  # noqa: N818  (callers know the name as JitError.VersionMismatch)
    """Runtime and object were made for different contracts."""

    WRONG_RUNTIME = "use the runtime of this beskid: unset BESKID_RUNTIME_LIBRARY, or reinstall beskid"
    WRONG_OBJECT = "compile the program again with this beskid"
    NEWER_OBJECT = "use the beskid that compiled the program, with its runtime"

    def __init__(
        self, what: str, needed: int | str, offered: int | str, needing: str, offering: str, help: str
    ) -> None:
        super().__init__(E4012, f"{what} mismatch: `{needing}` needs {needed}, `{offering}` offers {offered}", help)
        self.needed = needed
        self.offered = offered


JitError.VersionMismatch = VersionMismatch


class RowMismatch(JitError):  # noqa: N818  (callers know the name as JitError.RowMismatch)
    """Object and runtime differ in a row of the contract: a signature, a layout, a number or a clause."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(E4012, message, help)


JitError.RowMismatch = RowMismatch


class RowsMissing(JitError):  # noqa: N818  (callers know the name as JitError.RowsMissing)
    """The level of the runtime requires a table of contract rows, and the runtime has none."""

    def __init__(self, path: str) -> None:
        super().__init__(
            E4013,
            f"the runtime `{path}` does not state the rows of its contract",
            "rebuild it from the sources of this beskid, or reinstall beskid",
        )


JitError.RowsMissing = RowsMissing


class RuntimeIncomplete(JitError):  # noqa: N818  (callers know the name as JitError.RuntimeIncomplete)
    """The runtime lacks functions of the level that it states."""

    def __init__(self, path: str, names: list[str]) -> None:
        super().__init__(
            E4010,
            f"the runtime `{path}` is missing required symbols: {', '.join(names)}",
            "rebuild it from the sources of this version, or reinstall beskid",
        )
        self.names = names


JitError.RuntimeIncomplete = RuntimeIncomplete


class OtherRuntime(JitError):  # noqa: N818  (callers know the name as JitError.OtherRuntime)
    """A program or an object of one runtime was passed to another one."""

    def __init__(self, path: str, what: str = "program") -> None:
        how = "loaded against" if what == "program" else "made by"
        super().__init__(
            E4014,
            f"the {what} was not {how} the runtime `{path}`",
            "enter a program by the runtime that its session was made with",
        )
        self.path = path


JitError.OtherRuntime = OtherRuntime


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

    @staticmethod
    def data_reason(name: str, symbol: str) -> str:
        """The reason for a symbol that is defined but cannot be called."""
        return f"{name}: {symbol} is data, not a function"


JitError.ExternUnresolved = ExternUnresolved


class ExternAmbiguous(JitError):  # noqa: N818  (as above)
    """A foreign symbol that two libraries of the program define."""

    def __init__(self, symbol: str, own: str, other: str) -> None:
        super().__init__(
            E1528,
            f"the symbol `{symbol}` is defined in two libraries: `{own}` and `{other}`",
            "a linked program would take either one: leave one library out, or give the symbol another name there",
        )
        self.symbol = symbol


JitError.ExternAmbiguous = ExternAmbiguous
