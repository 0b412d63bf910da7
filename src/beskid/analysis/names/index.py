"""Indexing: creates the symbols of a file from its tree, without looking up names.

Takes a program and its module symbol; fills `members` and `children` and returns one `ModuleIndex` for the module and
for each inline module. Reports what the text alone shows: duplicate names, reserved names, misplaced module
declarations. Types are resolved later, in `analysis/types/signatures.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from beskid.analysis.model.symbols import (
    AttributeSymbol,
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    FunctionSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
    VariantSymbol,
)
from beskid.analysis.model.types import PRIMITIVES, ContractType, StructType, Type, TypeParameterType
from beskid.analysis.model.world import ImplBlock, ModuleIndex
from beskid.source.codes import E1001, E1002, E1003, E1006, E1102, E1110, E1505, E1506, E1507, Code
from beskid.source.diagnostics import Diagnostic, Label, error
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

RESERVED_PREFIX = "__"


def file_scope_declaration(program: tree.Program) -> tree.ModuleDeclaration | None:
    """Return the declaration that sets the module path of a file, or None."""
    for item in program.items:
        if isinstance(item, tree.ModuleDeclaration) and not item.is_pub and not item.attributes:
            return item
    return None


def path_texts(path: tree.Path) -> tuple[str, ...]:
    return tuple([segment.name.text for segment in path.segments])


def bound_name(use: tree.UseItem) -> tree.Name:
    """Return the name that a `use` declaration binds."""
    return use.alias if use.alias is not None else use.path.segments[-1].name


def index_program(
    program: tree.Program, module: ModuleSymbol, report: Callable[[Diagnostic], None]
) -> dict[ModuleSymbol, ModuleIndex]:
    """Fill the module and its inline modules, and return their indexes."""
    indexer = _Indexer(program.source, report)
    scope = file_scope_declaration(program)
    if scope is not None:
        _check_file_scope(program, scope, report)
    indexer.module(module, program.items)
    return indexer.indexes


def _check_file_scope(
    program: tree.Program, scope: tree.ModuleDeclaration, report: Callable[[Diagnostic], None]
) -> None:
    source = program.source
    first = Label(source, scope.path.span, "the file is this module")
    if program.items[0] is not scope:
        report(
            error(
                E1505,
                "the module declaration must be the first item of the file",
                source,
                scope.path.span,
                "declared after other items",
                f"move `mod {'.'.join(path_texts(scope.path))};` to the top of the file",
            )
        )
    for item in program.items:
        if item is scope:
            continue
        if isinstance(item, tree.ModuleDeclaration) and not item.is_pub and not item.attributes:
            report(
                error(
                    E1506,
                    "the file declares its module more than once",
                    source,
                    item.path.span,
                    "second module declaration",
                    "remove one of them; use `pub mod a.b;` to re-export a module",
                    (first,),
                )
            )
        elif isinstance(item, tree.InlineModule):
            report(
                error(
                    E1507,
                    f"inline module `{item.name.text}` in a file with a module declaration",
                    source,
                    item.name.span,
                    "inline module",
                    "move its items to another file, or remove the module declaration",
                    (first,),
                )
            )


def make_type_parameters(
    parameters: Iterable[tree.TypeParameter], module: ModuleSymbol, report: Callable[[Diagnostic], None]
) -> tuple[TypeParameterSymbol, ...]:
    """Create the symbols of type parameters. Their constraints are resolved later."""
    symbols: list[TypeParameterSymbol] = []
    seen: dict[str, Span] = {}
    for index, parameter in enumerate(parameters):
        name = parameter.name
        symbols.append(TypeParameterSymbol(name.text, module, module.source, name.span, index))
        first = seen.setdefault(name.text, name.span)
        if first is not name.span:
            report(declared_twice(E1102, "type parameter", name, module.source, first, module.source))
        elif name.text in PRIMITIVES:
            report(_built_in_name(name, module.source, E1102))
    return tuple(symbols)


def declared_twice(
    code: Code, what: str, name: tree.Name, source: SourceText, first: Span, first_source: SourceText
) -> Diagnostic:
    """Return the error for a name that is declared twice in one scope."""
    return error(
        code,
        f"duplicate {what} `{name.text}`",
        source,
        name.span,
        "declared again here",
        "rename one of them, or remove it",
        (Label(first_source, first, "first declared here"),),
    )


def _built_in_name(name: tree.Name, source: SourceText, code: Code) -> Diagnostic:
    return error(
        code,
        f"`{name.text}` is the name of a built-in type",
        source,
        name.span,
        "cannot be redeclared",
        "choose another name",
    )


def as_arguments(symbol: TypeSymbol) -> tuple[Type, ...]:
    """Return the type parameters as type arguments: those of `this` inside the declaration."""
    return tuple([TypeParameterType(parameter) for parameter in symbol.type_parameters])


def is_type_like(symbol: Symbol) -> bool:
    return isinstance(symbol, TypeSymbol)


_KINDS: dict[type, str] = {
    FunctionSymbol: "function",
    StructSymbol: "type",
    EnumSymbol: "enum",
    ContractSymbol: "contract",
    ConstSymbol: "constant",
    AttributeSymbol: "attribute",
    ModuleSymbol: "module",
    TypeParameterSymbol: "type parameter",
}


def kind_of(symbol: Symbol) -> str:
    """Return the kind of a symbol as shown in messages."""
    if isinstance(symbol, FunctionSymbol):
        if symbol.is_test:
            return "test"
        return "function" if symbol.receiver is None else "method"
    return _KINDS[type(symbol)]


class _Indexer:
    __slots__ = ("indexes", "report", "source")

    def __init__(self, source: SourceText, report: Callable[[Diagnostic], None]) -> None:
        self.source = source
        self.report = report
        self.indexes: dict[ModuleSymbol, ModuleIndex] = {}

    def module(self, module: ModuleSymbol, items: tuple[tree.Item, ...]) -> None:
        index = ModuleIndex()
        self.indexes[module] = index
        for item in items:
            INDEXERS[type(item)](self, module, index, item)

    def add(self, module: ModuleSymbol, index: ModuleIndex, symbol: Symbol, name: tree.Name) -> None:
        index.ordered.append(symbol)
        text = symbol.name
        if text.startswith(RESERVED_PREFIX):
            self.report(
                error(
                    E1110,
                    f"the name `{text}` is reserved",
                    self.source,
                    name.span,
                    "begins with `__`",
                    f"names that begin with `__` are reserved for the runtime; use `{text.lstrip('_') or 'name'}`",
                )
            )
        elif text in PRIMITIVES:
            self.report(_built_in_name(name, self.source, E1001 if is_type_like(symbol) else E1102))
            return
        first = module.members.get(text) or module.children.get(text)
        if first is not None:
            self.report(_clash(symbol, first, name, self.source))
            return
        if isinstance(symbol, ModuleSymbol):
            module.children[text] = symbol
        else:
            module.members[text] = symbol

    def function(self, module: ModuleSymbol, index: ModuleIndex, item: tree.FunctionItem) -> None:
        symbol = FunctionSymbol(item.name.text, module, self.source, item.name.span, item.is_pub, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, self.report)
        index.functions.append(symbol)
        self.add(module, index, symbol, item.name)

    def test(self, module: ModuleSymbol, index: ModuleIndex, item: tree.TestItem) -> None:
        symbol = FunctionSymbol(item.name.text, module, self.source, item.name.span, False, item)
        symbol.is_test = True
        index.functions.append(symbol)
        self.add(module, index, symbol, item.name)

    def struct(self, module: ModuleSymbol, index: ModuleIndex, item: tree.TypeItem) -> None:
        symbol = StructSymbol(item.name.text, module, self.source, item.name.span, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, self.report)
        for method in item.methods:
            made = self.method(module, symbol, method)
            made.receiver = StructType(symbol, as_arguments(symbol))
            index.functions.append(made)
            add_method(symbol.methods, made, self.report)
        self.add(module, index, symbol, item.name)

    def method(self, module: ModuleSymbol, owner: TypeSymbol, item: tree.FunctionItem) -> FunctionSymbol:
        symbol = FunctionSymbol(item.name.text, module, self.source, item.name.span, item.is_pub, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, self.report)
        symbol.owner_parameters = owner.type_parameters
        return symbol

    def enum(self, module: ModuleSymbol, index: ModuleIndex, item: tree.EnumItem) -> None:
        symbol = EnumSymbol(item.name.text, module, self.source, item.name.span, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, self.report)
        for variant in item.variants:
            text = variant.name.text
            first = symbol.variants.get(text)
            if first is not None:
                self.report(declared_twice(E1002, "variant", variant.name, self.source, first.span, self.source))
                continue
            symbol.variants[text] = VariantSymbol(text, len(symbol.variants), variant.name.span)
        self.add(module, index, symbol, item.name)
        if module.members.get(symbol.name) is symbol:
            for text in symbol.variants:
                index.enums_by_variant.setdefault(text, symbol)

    def contract(self, module: ModuleSymbol, index: ModuleIndex, item: tree.ContractItem) -> None:
        symbol = ContractSymbol(item.name.text, module, self.source, item.name.span, item)
        symbol.type_parameters = make_type_parameters(item.type_parameters, module, self.report)
        symbol.is_extern = any(attribute.name.text == "Extern" for attribute in item.attributes)
        for method in item.methods:
            made = self.method(module, symbol, method)
            made.contract = symbol
            made.is_pub = True
            made.receiver = ContractType(symbol, as_arguments(symbol))
            first = symbol.methods.get(made.name)
            if first is not None:
                self.report(declared_twice(E1003, "method", method.name, self.source, first.name_span, self.source))
                continue
            symbol.methods[made.name] = made
        self.add(module, index, symbol, item.name)

    def constant(self, module: ModuleSymbol, index: ModuleIndex, item: tree.ConstItem) -> None:
        symbol = ConstSymbol(item.name.text, module, self.source, item.name.span, item)
        index.constants.append(symbol)
        self.add(module, index, symbol, item.name)

    def attribute(self, module: ModuleSymbol, index: ModuleIndex, item: tree.AttributeItem) -> None:
        self.add(module, index, AttributeSymbol(item.name.text, module, self.source, item.name.span, item), item.name)

    def impl(self, module: ModuleSymbol, index: ModuleIndex, item: tree.ImplItem) -> None:
        index.impls.append(ImplBlock(module, item))

    def use(self, module: ModuleSymbol, index: ModuleIndex, item: tree.UseItem) -> None:
        index.uses.append(item)
        index.uses_by_name.setdefault(bound_name(item).text, []).append(item)

    def declaration(self, module: ModuleSymbol, index: ModuleIndex, item: tree.ModuleDeclaration) -> None:
        if item.is_pub:
            index.reexported_modules.append(item)

    def inline(self, module: ModuleSymbol, index: ModuleIndex, item: tree.InlineModule) -> None:
        path = (*module.path, item.name.text)
        child = ModuleSymbol(module.package, path, module, self.source, None)
        child.module = module
        child.name_span = item.name.span
        child.is_pub = item.is_pub
        self.add(module, index, child, item.name)
        target = module.children.get(item.name.text)
        if target is child:
            index.modules.append(child)
        self.module(child, item.items)


def add_method(
    methods: dict[str, FunctionSymbol], method: FunctionSymbol, report: Callable[[Diagnostic], None]
) -> None:
    """Add a method to its type. A second method of the same name is reported and not added."""
    first = methods.get(method.name)
    if first is None:
        methods[method.name] = method
        return
    item = method.tree
    report(declared_twice(E1102, "method", item.name, method.source, first.name_span, first.source))


def _clash(symbol: Symbol, first: Symbol, name: tree.Name, source: SourceText) -> Diagnostic:
    kind, first_kind = kind_of(symbol), kind_of(first)
    if is_type_like(symbol) and is_type_like(first):
        code = E1001
    elif is_type_like(symbol) or is_type_like(first) or isinstance(symbol, ConstSymbol | AttributeSymbol):
        code = E1102
    else:
        code = E1006
    if kind == first_kind:
        return declared_twice(code, kind, name, source, first.name_span, first.source)
    line, column = first.source.position(first.name_span.start)
    return error(
        code,
        f"the {kind} `{name.text}` conflicts with a {first_kind} of this module",
        source,
        name.span,
        "declared again here",
        f"rename one of them; the {first_kind} is at line {line}, column {column}",
        (Label(first.source, first.name_span, "first declared here"),),
    )


INDEXERS: Final[dict[type, Callable[..., None]]] = {
    tree.FunctionItem: _Indexer.function,
    tree.TestItem: _Indexer.test,
    tree.TypeItem: _Indexer.struct,
    tree.EnumItem: _Indexer.enum,
    tree.ContractItem: _Indexer.contract,
    tree.ConstItem: _Indexer.constant,
    tree.AttributeItem: _Indexer.attribute,
    tree.ImplItem: _Indexer.impl,
    tree.UseItem: _Indexer.use,
    tree.ModuleDeclaration: _Indexer.declaration,
    tree.InlineModule: _Indexer.inline,
}
"""The indexing function for each class of `tree.Item`."""
