"""The program: packages of modules, loaded on demand.

`ProgramWorld` implements `World`. It takes packages whose modules are functions that return their texts. A module is
parsed and indexed when it is first asked for; the signature of an item is resolved when the item is first looked up.
Nothing here reads files. The diagnostics of all packages are collected in `diagnostics`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from beskid.analysis.model.occurrences import Occurrences
from beskid.analysis.model.symbols import (
    ConstSymbol,
    ContractSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    Symbol,
    TypeSymbol,
)
from beskid.analysis.model.world import CORE_LIBRARY, Context, ImplBlock, ModuleIndex
from beskid.analysis.names.index import file_scope_declaration, index_program, path_texts
from beskid.analysis.names.modules import resolve_all_uses
from beskid.analysis.types.declarations import check_declarations
from beskid.analysis.types.signatures import complete_symbol, declare_impl
from beskid.base.node import node
from beskid.source.codes import E1009, E1109, E1110, PARSE
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.source.text import SourceText
from beskid.syntax import tree
from beskid.syntax.lint_comments import lint_comments
from beskid.syntax.parser import ParseResult, parse

PRELUDE_PATH = ("Prelude",)

_EXTERN_MARK = "[Extern("
"""Text that every file of the core library that declares extern functions contains. Other files need not be parsed."""

SYNTAX_CODES = frozenset((PARSE, E1109, E1110))
"""The errors of the parser after which a declaration is not known completely. After the others it is."""

_FILE_SCOPE = re.compile(r"^[ \t]*mod\s+[A-Za-z_][\w.\s]*;", re.MULTILINE)


@node
class Package:
    """A named set of modules, each a function that returns its text. The core library's package is named `Std`."""

    name: str
    modules: Mapping[tuple[str, ...], Callable[[], SourceText]]
    is_library: bool


class ParsedTexts:
    """The parse results of texts that several worlds share. Texts are compared by identity."""

    __slots__ = ("_results", "_scopes")

    def __init__(self) -> None:
        self._results: dict[SourceText, ParseResult] = {}
        self._scopes: dict[SourceText, bool] = {}

    def parse(self, source: SourceText) -> ParseResult:
        result = self._results.get(source)
        if result is None:
            result = self._results[source] = parse(source)
        return result

    def has_file_scope(self, source: SourceText) -> bool:
        """Return whether the text may declare its own module path."""
        found = self._scopes.get(source)
        if found is None:
            found = self._scopes[source] = _FILE_SCOPE.search(source.text) is not None
        return found

    def forget(self, source: SourceText) -> None:
        self._results.pop(source, None)
        self._scopes.pop(source, None)


MAX_COMPLETING = 64
"""How deep signatures are resolved inside each other. Extern contracts need the types that they mention at once."""


class ProgramWorld:
    """All knowledge about a program. The first package is the user's.

    For the checker: `module`, `load_all`, `complete`, `functions`, `constants`, `context`, `report`. The other methods
    serve name lookup.
    """

    __slots__ = (
        "_by_file",
        "_by_path",
        "_completed",
        "_completing",
        "_declared",
        "_deepest",
        "_files_of",
        "_has_library_externs",
        "_indexes",
        "_parses",
        "_pending_impls",
        "_pending_types",
        "_prelude",
        "builtin_methods",
        "constant_depth",
        "diagnostics",
        "embedding_depth",
        "exported_functions",
        "extension_methods",
        "foreign_functions",
        "foreign_methods",
        "lost_methods",
        "misread",
        "occurrences",
        "packages",
        "resolving_uses",
        "syntax_errors",
        "unknown",
        "unread",
        "used",
    )

    def __init__(self, packages: Sequence[Package], parses: ParsedTexts | None = None) -> None:
        """`parses` keeps the trees of texts for the next world, which an editor makes after each change."""
        self.packages = tuple(packages)
        self._parses = parses
        self.diagnostics: list[Diagnostic] = []
        self.occurrences: Occurrences | None = None
        self.syntax_errors: list[Diagnostic] = []
        """What the parser reported; it is in `diagnostics` too."""
        self.misread: dict[SourceText, int] = {}
        """The offset in a text from which on its tree is not what the text means."""
        self.used: set[Symbol] = set()
        """Symbols that are mentioned outside their own declaration."""
        self.builtin_methods: dict[str, dict[str, FunctionSymbol]] = {}
        """Methods of `impl` blocks on built-in types, by the name of the type."""
        self.constant_depth = 0
        """How many constants are being evaluated inside each other."""
        self.embedding_depth = 0
        """How many contracts are being completed because one embeds the next."""
        self.unread: list[tuple[FunctionSymbol, LocalSymbol]] = []
        self.extension_methods: set[FunctionSymbol] = set()
        self.exported_functions: dict[str, FunctionSymbol] = {}
        """Functions that C can call, by their C names."""
        self.foreign_functions: dict[str, FunctionSymbol] = {}
        """The first extern function declared for each C symbol."""
        self.foreign_methods: list[FunctionSymbol] = []
        """All extern functions, in the order in which their contracts were completed."""
        self.lost_methods: set[str] = set()
        """Names of methods whose `impl` block names an unknown type. Calls of them are not reported as missing."""
        self.resolving_uses: set[tree.UseItem] = set()
        self.unknown: set[tuple[Symbol | None, str]] = set()
        """Undefined names that were reported, with the declaration that mentions them, so that each is reported once.
        """
        self._by_file: dict[tuple[str, tuple[str, ...]], ModuleSymbol] = {}
        self._by_path: dict[tuple[str, tuple[str, ...]], ModuleSymbol] = {}
        self._files_of: dict[str, Mapping[tuple[str, ...], Callable[[], SourceText]]] = {
            package.name: package.modules for package in packages
        }
        self._deepest = {name: max([len(path) for path in files], default=0) for name, files in self._files_of.items()}
        """The maximum number of names in the path of a file module, by package."""
        self._has_library_externs = False
        self._indexes: dict[ModuleSymbol, ModuleIndex] = {}
        self._pending_impls: list[ImplBlock] = []
        self._pending_types: list[Symbol] = []
        self._completing = 0
        """How many symbols are being completed inside each other."""
        self._completed: set[Symbol] = set()
        self._declared: set[ModuleSymbol] = set()
        self._prelude: tuple[ModuleSymbol, ...] | None = None
        for package in self.packages:
            self._find_file_scopes(package)

    # For the checker --------------------------------------------------------------------------------------------

    def module(self, package: str, path: tuple[str, ...]) -> ModuleSymbol | None:
        """Return the indexed module of a path, or None when there is none."""
        found = self._file_module(package, path) or self.find(package, path)
        if found is not None:
            self.index(found)
        return found

    def load_all(self, package: str) -> list[ModuleSymbol]:
        """Load and index all file modules of a package. Return them in the order of their paths."""
        modules: list[ModuleSymbol] = []
        for path in sorted(self._files_of.get(package, ())):
            module = self.module(package, path)
            if module is not None:
                modules.append(module)
        return modules

    def loaded_modules(self) -> list[ModuleSymbol]:
        """Return every indexed module, including inline modules, in the order of loading."""
        return list(self._indexes)

    def complete(self, module: ModuleSymbol) -> None:
        """Resolve and check every declaration of a module and of its inline modules."""
        index = self.index(module)
        if module in self._declared:
            return
        self._declared.add(module)
        resolve_all_uses(self, module)
        self.attach_impls()
        for symbol in index.ordered:
            if not isinstance(symbol, ModuleSymbol):
                self.ensure(symbol)
        for function in index.functions:
            self.ensure(function)
        check_declarations(self, module)
        for child in index.modules:
            self.complete(child)

    def functions(self, module: ModuleSymbol) -> list[FunctionSymbol]:
        """Return the functions, methods and tests of a module and its inline modules, in text order."""
        self.attach_impls()
        index = self.index(module)
        functions = list(index.functions)
        for child in index.modules:
            functions.extend(self.functions(child))
        return sorted(functions, key=lambda function: function.name_span)

    def constants(self, module: ModuleSymbol) -> list[ConstSymbol]:
        """Return the constants of a module and its inline modules, in text order."""
        index = self.index(module)
        constants = list(index.constants)
        for child in index.modules:
            constants.extend(self.constants(child))
        return sorted(constants, key=lambda constant: constant.name_span)

    def context(self, symbol: FunctionSymbol | ConstSymbol) -> Context:
        """Return the context in which the body of a function or the value of a constant is resolved."""
        self.ensure(symbol)
        assert symbol.module is not None
        if isinstance(symbol, ConstSymbol):
            return Context(symbol.module, symbol=symbol)
        return Context(
            symbol.module,
            symbol.type_parameters + symbol.owner_parameters,
            symbol.receiver,
            symbol,
            symbol in self.extension_methods,
        )

    def report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def prelude_modules(self) -> tuple[ModuleSymbol, ...]:
        """Return the modules whose public items are visible everywhere. They are located but not parsed."""
        if self._prelude is None:
            self._prelude = ()
            hub = self.module(CORE_LIBRARY, PRELUDE_PATH)
            if hub is not None:
                found: list[ModuleSymbol] = []
                for declaration in self.index(hub).reexported_modules:
                    module = self.find(CORE_LIBRARY, path_texts(declaration.path))
                    if module is not None:
                        found.append(module)
                self._prelude = tuple(found)
        return self._prelude

    # For name lookup --------------------------------------------------------------------------------------------

    @property
    def user_package(self) -> str:
        return self.packages[0].name

    def visible_packages(self, package: str) -> list[str]:
        """Return the other packages that modules of `package` may name."""
        return [
            other.name
            for position, other in enumerate(self.packages)
            if other.name != package and (position > 0 or other.is_library)
        ]

    def file_paths(self, package: str) -> list[tuple[str, ...]]:
        """Return the paths of all file modules of a package."""
        paths = list(self._files_of.get(package, ()))
        return paths + [path for name, path in self._by_path if name == package and path not in paths]

    def find(self, package: str, path: tuple[str, ...]) -> ModuleSymbol | None:
        """Return the module of a path: a file's, or an inline module in one. Files are read but not parsed."""
        found, length = self._nearest(package, path)
        return found if length == len(path) else None

    def reach(self, package: str, path: tuple[str, ...]) -> int:
        """Return an upper limit for the length of the prefixes of a path that denote a module.

        `find` fails for every longer prefix. A path in code may have any number of names; a module path has at most as
        many as
        there are modules.
        """
        return self._nearest(package, path)[1]

    def _nearest(self, package: str, path: tuple[str, ...]) -> tuple[ModuleSymbol | None, int]:
        """Return the module of the longest prefix of a path that denotes one, and the length of that prefix."""
        for length in range(min(len(path), self._deepest.get(package, 0)), -1, -1):
            found = self._registered(package, path[:length])
            if found is None:
                continue
            while length < len(path) and (child := self._inline_child(found, path[length])) is not None:
                found = child
                length += 1
            return found, length
        return None, 0

    def _registered(self, package: str, path: tuple[str, ...]) -> ModuleSymbol | None:
        """Return the module of the file at a path, or of a file that declares this path."""
        found = self._by_path.get((package, path))
        if found is not None:
            return found
        found = self._file_module(package, path)
        return found if found is not None and found.path == path else None

    def _inline_child(self, module: ModuleSymbol, name: str) -> ModuleSymbol | None:
        if name not in module.source.text:
            return None
        self.index(module)
        return module.children.get(name)

    def index(self, module: ModuleSymbol) -> ModuleIndex:
        """Return the index of a module, parsing the module on the first call."""
        index = self._indexes.get(module)
        if index is None:
            self._parse(module)
            index = self._indexes[module]
        return index

    def is_indexed(self, module: ModuleSymbol) -> bool:
        return module in self._indexes

    def ensure(self, symbol: Symbol) -> None:
        """Resolve the signature of a symbol, and those of all types it mentions, transitively.

        Beyond a few levels inside each other, an outer call resolves the types: a chain of them may be long.
        """
        self._complete(symbol)
        pending = self._pending_types
        while pending and self._completing < MAX_COMPLETING:
            self._complete(pending.pop())

    def _complete(self, symbol: Symbol) -> None:
        if symbol in self._completed:
            return
        self._completed.add(symbol)
        self._completing += 1
        try:
            complete_symbol(self, symbol)
        finally:
            self._completing -= 1

    def ensure_soon(self, symbol: Symbol) -> None:
        """Schedule the signature of a type to be resolved before the outermost lookup returns."""
        if symbol not in self._completed:
            self._pending_types.append(symbol)

    def is_news(self, context: Context, name: str) -> bool:
        """Return whether an undefined name occurs for the first time in a declaration, and record it."""
        key = (context.symbol, name)
        if context.symbol is not None and key in self.unknown:
            return False
        self.unknown.add(key)
        return True

    def enter_library_externs(self) -> None:
        """Resolve the extern contracts of the core library, so that those of a program are compared with them."""
        if self._has_library_externs:
            return
        self._has_library_externs = True
        for path in self._files_of.get(CORE_LIBRARY, ()):
            module = self._file_module(CORE_LIBRARY, path)
            if module is None or _EXTERN_MARK not in module.source.text:
                continue
            for symbol in self.index(module).ordered:
                if isinstance(symbol, ContractSymbol) and symbol.is_extern:
                    self.ensure(symbol)

    def settle(self) -> None:
        """Resolve every scheduled signature."""
        if self._pending_types:
            self.ensure(self._pending_types[-1])

    def attach_impls(self) -> None:
        """Add the methods of all `impl` blocks indexed so far to their types."""
        while self._pending_impls:
            block = self._pending_impls.pop(0)
            declare_impl(self, block)

    def release(self) -> None:
        """Break the cycles among the symbols, so that they are freed without the garbage collector.

        Nothing may be asked of the world or of its symbols afterwards.
        """
        for module, index in self._indexes.items():
            for symbol in index.ordered:
                if isinstance(symbol, TypeSymbol):
                    symbol.release()
            for function in index.functions:
                function.release()
            module.release()
        self._indexes.clear()
        self.builtin_methods.clear()

    def mark_used(self, symbol: Symbol, context: Context) -> None:
        """Record a use of a symbol, unless it is inside the symbol's own declaration."""
        if symbol is not context.symbol:
            self.used.add(symbol)

    # Loading ----------------------------------------------------------------------------------------------------

    def _file_module(self, package: str, path: tuple[str, ...]) -> ModuleSymbol | None:
        key = (package, path)
        module = self._by_file.get(key)
        if module is not None:
            return module
        load = self._files_of.get(package, {}).get(path)
        if load is None:
            return None
        module = ModuleSymbol(package, path, None, load(), None)
        self._by_file[key] = module
        self._by_path.setdefault(key, module)
        return module

    def _find_file_scopes(self, package: Package) -> None:
        """Register files that declare another module path than that of their location."""
        if package.name == CORE_LIBRARY:
            return
        for path in package.modules:
            module = self._file_module(package.name, path)
            if module is not None and self._has_file_scope(module.source):
                self._parse(module)

    def _has_file_scope(self, source: SourceText) -> bool:
        if self._parses is not None:
            return self._parses.has_file_scope(source)
        return _FILE_SCOPE.search(source.text) is not None

    def _parse(self, module: ModuleSymbol) -> None:
        result = self._parses.parse(module.source) if self._parses is not None else parse(module.source)
        self.diagnostics.extend(result.diagnostics)
        self.syntax_errors.extend([each for each in result.diagnostics if each.code in SYNTAX_CODES])
        if result.misread is not None:
            self.misread[module.source] = result.misread
        module.program = result.program
        module.documentation = result.documentation
        module.lint_comments = lint_comments(result.tokens)
        scope = file_scope_declaration(result.program)
        if scope is not None:
            self._move(module, scope)
        indexes = index_program(result.program, module, self.report)
        self._indexes.update(indexes)
        for index in indexes.values():
            self._pending_impls.extend(index.impls)

    def _move(self, module: ModuleSymbol, scope: tree.ModuleDeclaration) -> None:
        path = path_texts(scope.path)
        if path == module.path:
            return
        other = self._by_path.get((module.package, path)) or self._file_module(module.package, path)
        if other is not None and other is not module and other.path == path:
            self.report(
                error(
                    E1009,
                    f"two files declare the module `{'.'.join(path)}`",
                    module.source,
                    scope.path.span,
                    "module path already used",
                    "change the module path of one of the files",
                    (Label(other.source, other.name_span, "the other file"),),
                )
            )
            return
        if self._by_path.get((module.package, module.path)) is module:
            del self._by_path[(module.package, module.path)]
        module.path = path
        module.name = path[-1]
        module.name_span = scope.path.span
        self._by_path[(module.package, path)] = module
        self._deepest[module.package] = max(self._deepest[module.package], len(path))
