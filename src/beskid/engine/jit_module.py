"""A JIT module: the symbols that an object may use, with their addresses, and the object linked against them.

Takes a runtime, addresses of foreign functions, and object bytes. Every undefined symbol of the object gets an explicit
address, or loading fails with all missing names; nothing is looked up in the host process by accident.
"""

from __future__ import annotations

import ctypes

from beskid.abi.generated.numbers import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    RUNTIME_EXPORT_SYMBOLS,
    SUPPORT_SYMBOLS,
)
from beskid.abi.libraries import SYSTEM_LIBRARIES
from beskid.abi.symbols import PROGRAM_SYMBOL
from beskid.codegen.extern_rows import rows_of, validated_rows
from beskid.codegen.host import host_triple
from beskid.codegen.object_check import check_object
from beskid.codegen.objectfile import ObjectFileError, fields_of, notes
from beskid.codegen.rows import TABLE_LEVEL, agree, explain, mismatches, needed_rows, with_rows
from beskid.codegen.trace import BIND, CONSTRUCT, DECLARE_BUILTINS, DECLARE_EXTERNS, FINALISE
from beskid.engine.errors import JitError
from beskid.engine.lljit import create_loader
from beskid.engine.runtime_library import RuntimeLibrary
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beskid.codegen.artifact import CodegenArtifact
    from beskid.codegen.emit import EmitOptions
    from beskid.codegen.extern_rows import ExternRow
    from beskid.codegen.rows import NeededRows
    from beskid.codegen.trace import Trace
    from beskid.engine.lljit import ObjectLoader
    from beskid.ir.model import ExternImport

_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)


class BeskidJitModule:
    """Collects addresses, then loads objects, always by the same steps: the functions of the runtime are declared, then
    the foreign functions of the object after their validation, then every symbol is bound, then the object is linked.

    `extras` are the addresses of foreign functions that were already resolved; only those that an object declares are
    used. The name of a runtime function always means that function.
    """

    __slots__ = ("_builtins", "_declared", "_externs", "_extras", "_loader", "_symbols", "runtime", "trace")

    def __init__(
        self,
        runtime: RuntimeLibrary,
        extras: Mapping[str, int] | None = None,
        loader: ObjectLoader | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.runtime = runtime
        self.trace = trace
        self._builtins: dict[str, int] = {}
        self._externs: dict[str, int] = {}
        self._extras: dict[str, int] = dict(extras or {})
        self._declared: set[str] | None = None
        self._loader = loader
        self._symbols: dict[str, int] = {}
        self._note(CONSTRUCT, self._extras)

    def declare_builtin_imports(self) -> None:
        """Bind every listed function of the runtime, once; a missing one is reported when an object needs it."""
        if self._builtins:
            return
        for symbol in RUNTIME_EXPORT_SYMBOLS:
            address = self.runtime.address(symbol)
            if address:
                self._builtins[symbol] = address
        self._note(DECLARE_BUILTINS, self._builtins)

    def declare_validated_extern_imports(
        self, imports: Iterable[ExternImport], addresses: Mapping[str, int] | None = None
    ) -> None:
        """Bind the foreign functions of an artifact after checking their names and signatures.

        Their addresses are `addresses` or else those that the module was made with.
        """
        from beskid.codegen.externs import declare_validated_extern_imports

        self.declare_builtin_imports()
        self._bind_externs([row.symbol for row in declare_validated_extern_imports(imports)], addresses)

    def declare_object_externs(self, rows: Iterable[ExternRow]) -> None:
        """Bind the foreign functions that the note of an object lists, after the same checks."""
        symbols = validated_rows(rows)
        if self._declared is None or not self._declared.issuperset(symbols):
            self._bind_externs(symbols, None)

    def _bind_externs(self, symbols: Iterable[str], addresses: Mapping[str, int] | None) -> None:
        given = {**self._extras, **(addresses or {})}
        declared = [symbol for symbol in symbols if symbol in given]
        for symbol in declared:
            self._externs[symbol] = given[symbol]
        self._declared = {*(self._declared or ()), *declared}
        self._note(DECLARE_EXTERNS, declared)

    def compile(self, artifact: CodegenArtifact, options: EmitOptions, name: str = "program") -> int:
        """Compile the artifact to an object and load it; return the address of its program record."""
        from beskid.codegen.emit import emit_object

        self.declare_validated_extern_imports(artifact.extern_imports)
        return self.load(emit_object(artifact, options, self.trace), name)

    def load(self, image: bytes, name: str = "program", symbols: tuple[str, ...] = ()) -> int:
        """Load an object and return the address of its program record. `symbol` then knows `symbols` too."""
        imports = self.bind(image, name)
        if self._loader is None:
            self._loader = create_loader()
        try:
            self._symbols = self._loader.load(image, imports, [PROGRAM_SYMBOL, *symbols])
        except RuntimeError as error:
            raise JitError(E4002, f"`{name}` cannot be loaded: {error}", "compile it again") from error
        self.runtime.adopt(self.program())
        self._note(FINALISE)
        return self.program()

    def bind(self, image: bytes, name: str = "program") -> dict[str, int]:
        """Check an object and its note, declare its foreign functions, and return the address of each undefined symbol.

        Raises one `JitError.MissingFunction` that lists all symbols without an address.
        """
        self.declare_builtin_imports()
        try:
            records = notes(image)
            fields = fields_of(records)
            check_note(fields, self.runtime, name)
            check_rows(with_rows(needed_rows(records, fields)), self.runtime, name)
            needed = check_object(image, fields)
            self.declare_object_externs(rows_of(fields))
        except ObjectFileError as error:
            message = f"`{name}` is not an object that can be loaded: {error}"
            raise JitError(E4002, message, "compile it again") from error
        imports: dict[str, int] = {}
        missing: list[str] = []
        for symbol in needed:
            address = self._address(symbol)
            if address:
                imports[symbol] = address
            else:
                missing.append(symbol)
        if missing:
            raise JitError.MissingFunction(missing)
        self._note(BIND, imports)
        return imports

    def _address(self, symbol: str) -> int:
        if symbol in _LISTED:
            return self._builtins.get(symbol, 0)
        return self._externs.get(symbol) or support_address(symbol)

    def symbol(self, name: str) -> int:
        """Return the address of a symbol that was passed to `load`; 0 before."""
        return self._symbols.get(name, 0)

    def program(self) -> int:
        """Return the address of the program record; 0 before `load`."""
        return self.symbol(PROGRAM_SYMBOL)

    def _note(self, step: str, names: Iterable[str] = ()) -> None:
        if self.trace is not None:
            self.trace.note(step, names)


def check_note(fields: Mapping[str, list[str]], runtime: RuntimeLibrary, name: str) -> None:
    """Raise `JitError` unless the object was compiled for this contract, this runtime and this machine."""
    expected = (
        ("ABI version", "abi", str(BESKID_RUNTIME_ABI_VERSION)),
        ("draft layout", "draft", f"{BESKID_DRAFT_HASH:#018x}"),
    )
    for what, key, offered in expected:
        needed = fields.get(key, ["none"])[0]
        if needed != offered:
            help = JitError.VersionMismatch.WRONG_OBJECT
            raise JitError.VersionMismatch(what, needed, offered, name, runtime.path, help)
    level = fields.get("level", ["0"])[0]
    if not level.isdigit() or int(level) > runtime.level():
        is_ours = level.isdigit() and int(level) <= BESKID_RUNTIME_ABI_LEVEL
        help = JitError.VersionMismatch.WRONG_RUNTIME if is_ours else JitError.VersionMismatch.NEWER_OBJECT
        raise JitError.VersionMismatch("ABI level", level, runtime.level(), name, runtime.path, help)
    target = fields.get("target", [""])[0]
    if target != host_triple():
        message = f"`{name}` was compiled for {target or 'an unknown target'}, but this machine is {host_triple()}"
        raise JitError(E4002, message, "compile it for this machine")


def check_rows(needed: NeededRows, runtime: RuntimeLibrary, name: str) -> None:
    """Raise `JitError` unless the runtime has every row of the contract that the object relies on.

    A runtime of a level before the table is final, so its level says the same.
    """
    offered = runtime.row_hashes()
    if agree(needed, offered):
        return
    if not offered:
        if runtime.level() >= TABLE_LEVEL:
            raise JitError.RowsMissing(runtime.path)
        return
    found = mismatches(needed, runtime.rows())
    if found:
        numbers = f"ABI version {BESKID_RUNTIME_ABI_VERSION}, level"
        needing = f"`{name}` ({numbers} {needed.level})"
        raise JitError.RowMismatch(*explain(found, needing, f"`{runtime.path}` ({numbers} {runtime.level()})"))


def support_address(symbol: str) -> int:
    """Return the address of a support function of the C library; 0 for a name that is not in the support list."""
    if symbol not in SUPPORT_SYMBOLS:
        return 0
    for name in SYSTEM_LIBRARIES.values():
        try:
            library = ctypes.CDLL(name)
            return ctypes.cast(library[symbol], ctypes.c_void_p).value or 0
        except (OSError, AttributeError):
            continue
    return 0
