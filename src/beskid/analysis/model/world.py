"""The world: what name lookup and checking may ask about a program, and what they record in it.

`World` is a protocol; `analysis/program.py` implements it over packages that are loaded on demand. Code in `names` and
`types` depends on the protocol only, so that neither imports the program. `Context` is the place that a question is
asked from, `ModuleIndex` the list of a module's items.
"""

from __future__ import annotations

from typing import Final, Protocol

from beskid.analysis.model.occurrences import Occurrences
from beskid.analysis.model.symbols import (
    ConstSymbol,
    EnumSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    Symbol,
    Type,
    TypeParameterSymbol,
)
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText
from beskid.syntax import tree

CORE_LIBRARY: Final = "Std"
"""The package name of the core library."""


class Context:
    """The place a name is looked up from: its module and what the enclosing declaration brings into scope.

    `symbol` is the declaration whose signature or body is being checked (a declaration that mentions itself does not
    count as used); `receiver` is the type of `this` or None; `is_extension` is set inside `extend type`.
    `is_declaration` selects the code of an unknown type: E1005 in declarations, E1201 in bodies.
    """

    __slots__ = ("is_declaration", "is_extension", "module", "receiver", "source", "symbol", "type_parameters")

    def __init__(
        self,
        module: ModuleSymbol,
        type_parameters: tuple[TypeParameterSymbol, ...] = (),
        receiver: Type | None = None,
        symbol: Symbol | None = None,
        is_extension: bool = False,
        is_declaration: bool = False,
    ) -> None:
        self.module = module
        self.source: SourceText = module.source
        self.type_parameters: dict[str, TypeParameterSymbol] = {}
        for parameter in type_parameters:
            self.type_parameters.setdefault(parameter.name, parameter)
        self.receiver = receiver
        self.symbol = symbol
        self.is_extension = is_extension
        self.is_declaration = is_declaration

    @property
    def function(self) -> FunctionSymbol | None:
        """Return the enclosing function, method or test."""
        return self.symbol if isinstance(self.symbol, FunctionSymbol) else None


class ImplBlock:
    """An `impl` or `extend type` block whose receiver is not resolved yet."""

    __slots__ = ("item", "module")

    def __init__(self, module: ModuleSymbol, item: tree.ImplItem) -> None:
        self.module = module
        self.item = item


class ModuleIndex:
    """The items of a module, in text order, including those without a name of their own."""

    __slots__ = (
        "constants",
        "enums_by_variant",
        "functions",
        "impls",
        "modules",
        "ordered",
        "reexported_modules",
        "uses",
        "uses_by_name",
    )

    def __init__(self) -> None:
        self.ordered: list[Symbol] = []
        """All named items, including second declarations of a name."""
        self.functions: list[FunctionSymbol] = []
        """Free functions, tests and methods inside types; methods of `impl` blocks are added by `attach_impls`."""
        self.constants: list[ConstSymbol] = []
        self.enums_by_variant: dict[str, EnumSymbol] = {}
        """The first enum of the module that has a variant of the name."""
        self.impls: list[ImplBlock] = []
        self.uses: list[tree.UseItem] = []
        self.uses_by_name: dict[str, list[tree.UseItem]] = {}
        self.reexported_modules: list[tree.ModuleDeclaration] = []
        self.modules: list[ModuleSymbol] = []


def is_of_library(symbol: Symbol, path: tuple[str, ...], name: str) -> bool:
    """Return whether the symbol is the one of that name in a module of the core library."""
    module = symbol.module
    return symbol.name == name and module is not None and module.package == CORE_LIBRARY and module.path == path


class World(Protocol):
    """A program under analysis: modules by path, signatures on demand, and the diagnostics reported so far."""

    diagnostics: list[Diagnostic]
    occurrences: Occurrences | None
    """What names denote, if an editor asked for it."""
    used: set[Symbol]
    """Symbols that are mentioned outside their own declaration."""
    builtin_methods: dict[str, dict[str, FunctionSymbol]]
    """Methods of `impl` blocks on built-in types, by the name of the type."""
    extension_methods: set[FunctionSymbol]
    exported_functions: dict[str, FunctionSymbol]
    """Functions that C can call, by their C names."""
    foreign_functions: dict[str, FunctionSymbol]
    """The first extern function declared for each C symbol."""
    foreign_methods: list[FunctionSymbol]
    """All extern functions, in the order in which their contracts were resolved."""
    lost_methods: set[str]
    """Names of methods whose `impl` block names an unknown type; calls of them are not reported as missing."""
    resolving_uses: set[tree.UseItem]
    unread: list[tuple[FunctionSymbol, LocalSymbol]]
    """Locals, parameters and bindings that are never read, with the functions that declare them."""
    constant_depth: int
    embedding_depth: int
    """How many constants are being evaluated inside each other."""

    @property
    def user_package(self) -> str:
        """Return the package that is compiled."""

    # Modules

    def find(self, package: str, path: tuple[str, ...]) -> ModuleSymbol | None:
        """Return the module of a path: a file's, or an inline module in one. Reads files but does not parse them."""

    def reach(self, package: str, path: tuple[str, ...]) -> int:
        """Return an upper limit for the length of the prefixes of a path for which `find` returns a module."""

    def index(self, module: ModuleSymbol) -> ModuleIndex:
        """Return the index of a module, parsing the module on the first call."""

    def is_indexed(self, module: ModuleSymbol) -> bool: ...

    def visible_packages(self, package: str) -> list[str]:
        """Return the other packages that modules of `package` may name."""

    def file_paths(self, package: str) -> list[tuple[str, ...]]:
        """Return the paths of all file modules of a package."""

    def prelude_modules(self) -> tuple[ModuleSymbol, ...]:
        """Return the modules whose public items are visible everywhere. They are located but not parsed."""

    def loaded_modules(self) -> list[ModuleSymbol]:
        """Return every indexed module, including inline modules, in the order of loading."""

    def functions(self, module: ModuleSymbol) -> list[FunctionSymbol]:
        """Return the functions, methods and tests of a module and its inline modules, in text order."""

    # Signatures

    def ensure(self, symbol: Symbol) -> None:
        """Resolve the signature of a symbol, and those of all types it mentions, transitively."""

    def ensure_soon(self, symbol: Symbol) -> None:
        """Schedule the signature of a type to be resolved by the next `ensure` or `settle`."""

    def settle(self) -> None:
        """Resolve every scheduled signature."""

    def attach_impls(self) -> None:
        """Add the methods of all `impl` blocks indexed so far to their types."""

    def enter_library_externs(self) -> None:
        """Resolve the extern contracts of the core library, so that a program's own are compared with them."""

    def context(self, symbol: FunctionSymbol | ConstSymbol) -> Context:
        """Return the place from which the body of a function or the value of a constant is looked up."""

    # Records

    def report(self, diagnostic: Diagnostic) -> None: ...

    def mark_used(self, symbol: Symbol, context: Context) -> None:
        """Record a mention of a symbol, unless it is inside the symbol's own declaration."""

    def is_news(self, context: Context, name: str) -> bool:
        """Return whether an undefined name is met for the first time in a declaration, and record it."""
