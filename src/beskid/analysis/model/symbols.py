"""Symbols: the declarations that names refer to.

Symbols are created while modules are indexed, completed when their signatures are resolved, and only read after that.
They are compared by identity. A symbol records where it was declared (`source`, `name_span`) for messages and editors.

`Type` and `ContractType` are here because symbols hold them; the other kinds of types are in `model/types.py`, which
imports this module.
"""

from __future__ import annotations

from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.documentation import Documentation
from beskid.syntax.lint_comments import LintComment


class Type:
    """Base class of all types.

    `has_variables` tells whether an inference variable, solved or not, is in the type. Without one, resolving a type
    and looking for variables take no time, however deep the type is. `weight` is the number of types in it. A program
    of 30 lines can make a type of a billion.
    """

    __slots__ = ("has_variables", "weight")

    def __init__(self) -> None:
        self.has_variables = False
        self.weight = 1


def weight_of(types: tuple[Type, ...]) -> int:
    """Return the weight of a type that has these parts."""
    return 1 + sum([type.weight for type in types])


def mentions_variables(types: tuple[Type, ...]) -> bool:
    """Return whether an inference variable is in one of the types."""
    return any(type.has_variables for type in types)


class Symbol:
    """Anything that has a declared name."""

    __slots__ = ("is_pub", "module", "name", "name_span", "source")

    def __init__(
        self, name: str, module: ModuleSymbol | None, source: SourceText, name_span: Span, is_pub: bool
    ) -> None:
        self.name = name
        self.module = module
        self.source = source
        self.name_span = name_span
        self.is_pub = is_pub

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.qualified_name()}>"

    def qualified_name(self) -> str:
        """Return the module path and the name, joined by dots, without the package."""
        if self.module is None or not self.module.path:
            return self.name
        return f"{self.module.dotted()}.{self.name}"


class ModuleSymbol(Symbol):
    """A module: a file or an inline module.

    `members` are its own items by name, `package` is the name of the project. `program` and `documentation` are set
    when the file is parsed. `wholesale` lists the modules imported as a whole.
    """

    __slots__ = (
        "children",
        "documentation",
        "lint_comments",
        "members",
        "package",
        "parent",
        "path",
        "program",
        "reexports",
        "uses",
        "wholesale",
    )

    def __init__(
        self,
        package: str,
        path: tuple[str, ...],
        parent: ModuleSymbol | None,
        source: SourceText,
        program: tree.Program | None,
    ) -> None:
        super().__init__(path[-1] if path else "", None, source, Span(0, 0), True)
        self.package = package
        self.path = path
        self.parent = parent
        self.program = program
        self.documentation: Documentation | None = None
        self.lint_comments: tuple[LintComment, ...] = ()
        self.members: dict[str, Symbol] = {}
        self.children: dict[str, ModuleSymbol] = {}
        self.uses: dict[str, UseBinding] = {}
        self.wholesale: list[ModuleSymbol] = []
        self.reexports: dict[str, UseBinding] = {}

    def dotted(self) -> str:
        return ".".join(self.path)

    def qualified_name(self) -> str:
        return self.dotted()

    def release(self) -> None:
        """Forget the symbols that point back to this one. The module cannot be used afterwards."""
        self.parent = None
        self.members.clear()
        self.children.clear()
        self.uses.clear()
        self.wholesale.clear()
        self.reexports.clear()


class UseBinding:
    """A name bound by `use`. It denotes an item, a module, or both (`language.md` §6.3)."""

    __slots__ = ("is_pub", "is_used", "item", "module", "name", "tree")

    def __init__(
        self, name: str, item: Symbol | None, module: ModuleSymbol | None, is_pub: bool, use: tree.UseItem
    ) -> None:
        self.name = name
        self.item = item
        self.module = module
        self.is_pub = is_pub
        self.tree = use
        self.is_used = False


class TypeParameterSymbol(Symbol):
    """A type parameter with its resolved constraints.

    `promises_unknown` is set when a constraint could not be resolved, so that the methods of its values are unknown.
    """

    __slots__ = ("constraints", "index", "promises_unknown")

    def __init__(self, name: str, module: ModuleSymbol | None, source: SourceText, span: Span, index: int) -> None:
        super().__init__(name, module, source, span, False)
        self.index = index
        self.constraints: tuple[ContractType, ...] = ()
        self.promises_unknown = False


def _release(parameters: tuple[TypeParameterSymbol, ...]) -> None:
    for parameter in parameters:
        parameter.constraints = ()


class ParameterSymbol:
    """A parameter of a function signature. `modifier` is an empty string, `ref` or `out`."""

    __slots__ = ("modifier", "name", "span", "type")

    def __init__(self, name: str, type: Type, modifier: str, span: Span) -> None:
        self.name = name
        self.type = type
        self.modifier = modifier
        self.span = span


class FunctionSymbol(Symbol):
    """A free function, a method, a contract method or a test body.

    For a method `receiver` is its receiver type (`List<T>`) and `owner_parameters` the receiver's type parameters;
    `parameters` never include `this`. A full instantiation lists `owner_parameters` first, then `type_parameters`.
    """

    __slots__ = (
        "contract",
        "extern",
        "is_derived",
        "is_entry",
        "is_test",
        "is_value",
        "owner_parameters",
        "parameters",
        "receiver",
        "result",
        "tree",
        "type_parameters",
    )

    def __init__(
        self,
        name: str,
        module: ModuleSymbol,
        source: SourceText,
        span: Span,
        is_pub: bool,
        item: tree.FunctionItem | tree.TestItem,
    ) -> None:
        super().__init__(name, module, source, span, is_pub)
        self.tree = item
        self.receiver: Type | None = None
        self.contract: ContractSymbol | None = None
        self.extern: ExternBinding | None = None
        self.owner_parameters: tuple[TypeParameterSymbol, ...] = ()
        self.type_parameters: tuple[TypeParameterSymbol, ...] = ()
        self.parameters: tuple[ParameterSymbol, ...] = ()
        self.result: Type = _UNRESOLVED
        self.is_test = False
        self.is_derived = False
        """Whether the compiler makes the body from the fields of the receiver (decision L23)."""
        self.is_entry = False
        """Whether the program can start here, so that nothing but the system gets the result."""
        self.is_value = False
        """Whether it is used as a value, so that a function type decides its parameters."""

    def all_type_parameters(self) -> tuple[TypeParameterSymbol, ...]:
        return self.owner_parameters + self.type_parameters

    def release(self) -> None:
        """Forget the constraints of the type parameters, which may mention them. It cannot be used afterwards."""
        _release(self.owner_parameters)
        _release(self.type_parameters)

    def display_name(self) -> str:
        """Return the name shown in stack traces: `Module.Type.Method`, without package and type arguments."""
        owner = self.receiver
        head = self.module.dotted() if self.module is not None else ""
        parts = [head] if head else []
        if owner is not None:
            symbol = getattr(owner, "symbol", None)
            parts.append(symbol.name if symbol is not None else repr(owner))
        parts.append(self.name)
        return ".".join(parts)


class ExternBinding:
    """The C symbol and the library of an extern function, as written."""

    __slots__ = ("library", "symbol")

    def __init__(self, symbol: str, library: str) -> None:
        self.symbol = symbol
        self.library = library


class FieldSymbol:
    """A value field of a struct; `index` is its position among the value fields."""

    __slots__ = ("index", "is_pub", "name", "span", "type")

    def __init__(self, name: str, type: Type, index: int, is_pub: bool, span: Span) -> None:
        self.name = name
        self.type = type
        self.index = index
        self.is_pub = is_pub
        self.span = span


class EventSymbol:
    """An event field of a struct."""

    __slots__ = ("capacity", "name", "parameters", "span")

    def __init__(self, name: str, parameters: tuple[ParameterSymbol, ...], capacity: int, span: Span) -> None:
        self.name = name
        self.parameters = parameters
        self.capacity = capacity
        self.span = span


class TypeSymbol(Symbol):
    """Base class of struct, enum and contract symbols; `promises_unknown` as in `TypeParameterSymbol`."""

    __slots__ = ("conformances", "methods", "promises_unknown", "type_parameters")

    def __init__(self, name: str, module: ModuleSymbol, source: SourceText, span: Span, is_pub: bool) -> None:
        super().__init__(name, module, source, span, is_pub)
        self.type_parameters: tuple[TypeParameterSymbol, ...] = ()
        self.methods: dict[str, FunctionSymbol] = {}
        self.conformances: tuple[ContractType, ...] = ()
        self.promises_unknown = False

    def release(self) -> None:
        """Forget the symbols and types that point back to this one. The type cannot be used afterwards."""
        _release(self.type_parameters)
        for method in self.methods.values():
            method.release()
        self.methods.clear()
        self.conformances = ()


class StructSymbol(TypeSymbol):
    """A struct; `has_derived` is set once its derived methods are among its methods, `is_value` by `[Value]`."""

    __slots__ = ("events", "fields", "has_derived", "is_value", "tree")

    def __init__(self, name: str, module: ModuleSymbol, source: SourceText, span: Span, item: tree.TypeItem) -> None:
        super().__init__(name, module, source, span, item.is_pub)
        self.tree = item
        self.fields: dict[str, FieldSymbol] = {}
        self.events: dict[str, EventSymbol] = {}
        self.has_derived = False
        self.is_value = False

    def release(self) -> None:
        super().release()
        self.fields.clear()
        self.events.clear()


class VariantSymbol:
    """An enum variant; `fields` are its (name, type) pairs in order."""

    __slots__ = ("fields", "index", "name", "span")

    def __init__(self, name: str, index: int, span: Span) -> None:
        self.name = name
        self.index = index
        self.span = span
        self.fields: tuple[tuple[str, Type], ...] = ()


class EnumSymbol(TypeSymbol):
    __slots__ = ("tree", "variants")

    def __init__(self, name: str, module: ModuleSymbol, source: SourceText, span: Span, item: tree.EnumItem) -> None:
        super().__init__(name, module, source, span, item.is_pub)
        self.tree = item
        self.variants: dict[str, VariantSymbol] = {}

    def release(self) -> None:
        super().release()
        self.variants.clear()


class ContractSymbol(TypeSymbol):
    """A contract. `methods` lists its own methods, then embedded ones; `is_extern` is set by `[Extern(…)]`."""

    __slots__ = ("is_extern", "tree")

    def __init__(
        self, name: str, module: ModuleSymbol, source: SourceText, span: Span, item: tree.ContractItem
    ) -> None:
        super().__init__(name, module, source, span, item.is_pub)
        self.tree = item
        self.is_extern = False


def show_applied(name: str, arguments: tuple[Type, ...]) -> str:
    """Return a declared type with its arguments, as in source text: `Map<string, i64>`."""
    return f"{name}<{', '.join([show_part(argument) for argument in arguments])}>" if arguments else name


MAX_SHOWN_WEIGHT = 1_000


def show_part(type: Type) -> str:
    """Return a type inside another one as in source text, or an ellipsis for a long one."""
    return repr(type) if type.weight <= MAX_SHOWN_WEIGHT else "…"


class ContractType(Type):
    """A contract applied to its arguments."""

    __slots__ = ("_hash", "arguments", "symbol")

    def __init__(self, symbol: ContractSymbol, arguments: tuple[Type, ...] = ()) -> None:
        self.has_variables = mentions_variables(arguments)
        self.weight = weight_of(arguments)
        self.symbol = symbol
        self.arguments = arguments
        self._hash = hash((id(symbol), arguments))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, ContractType) and self.symbol is other.symbol and self.arguments == other.arguments
        )

    def __repr__(self) -> str:
        return show_applied(self.symbol.name, self.arguments)


class ConstSymbol(Symbol):
    """A module-level constant. `value` is computed on first use; a `char` is an int."""

    __slots__ = ("state", "tree", "type", "value")

    def __init__(self, name: str, module: ModuleSymbol, source: SourceText, span: Span, item: tree.ConstItem) -> None:
        super().__init__(name, module, source, span, item.is_pub)
        self.tree = item
        self.type: Type = _UNRESOLVED
        self.value: int | float | bool | str | None = None
        self.state = "new"


class AttributeSymbol(Symbol):
    """A declared attribute; `parameter_types` are in declaration order."""

    __slots__ = ("parameter_types", "tree")

    def __init__(
        self, name: str, module: ModuleSymbol, source: SourceText, span: Span, item: tree.AttributeItem
    ) -> None:
        super().__init__(name, module, source, span, item.is_pub)
        self.tree = item
        self.parameter_types: tuple[Type, ...] = ()


class LocalSymbol:
    """A local variable of one body: a `let`, parameter, pattern binding, loop variable or `this`.

    `constant` is the value of an immutable local that stands for an integer literal (decision L21). `initializer` is
    the span of the initial value of a local without a declared type.
    """

    __slots__ = (
        "constant",
        "initializer",
        "is_assigned",
        "is_binding",
        "is_captured",
        "is_mut",
        "is_parameter",
        "is_read",
        "name",
        "span",
        "type",
    )

    def __init__(self, name: str, type: Type, is_mut: bool, span: Span, is_parameter: bool = False) -> None:
        self.name = name
        self.type = type
        self.is_mut = is_mut
        self.span = span
        self.is_parameter = is_parameter
        self.is_assigned = False
        self.is_binding = False
        """Whether a pattern declares it."""
        self.is_captured = False
        self.is_read = False
        self.constant: int | None = None
        self.initializer: Span | None = None

    def __repr__(self) -> str:
        return f"<local {self.name}: {self.type!r}>"


class _Unresolved(Type):
    __slots__ = ()

    def __repr__(self) -> str:
        return "<unresolved>"


_UNRESOLVED = _Unresolved()
