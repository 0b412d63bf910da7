"""Monomorphisation: the worklist of instances that a program reaches.

An instance is a function symbol with concrete type arguments, a lambda, or a generated helper of a type. A request for
one returns its mangled name and, the first time, adds it to the worklist, so the output is in order of discovery and
deterministic. It must not emit code; `program.py` builds the instances.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import NoReturn, TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    StructType,
    Substitution,
    Type,
)
from beskid.analysis.types.value_types import too_large
from beskid.base.node import node
from beskid.ir.model import Module
from beskid.lower.closures import ClosureLayouts
from beskid.lower.debug import DebugTypes
from beskid.lower.errors import LoweringStopped, endless_payload, endless_type_arguments
from beskid.lower.layout import MAX_TYPE_NESTING, MAX_TYPE_WEIGHT, Layouts
from beskid.lower.mangle import Mangler, segment
from beskid.source.diagnostics import Diagnostic, Label
from beskid.source.text import SourceText, Span


class HelperRole(Enum):
    """What a generated function of a type does."""

    EQUALS = "equals"
    HASH = "hash"
    FORM = "form"
    EVENT_ADD = "event_add"
    EVENT_REMOVE = "event_remove"


class FunctionForm(Enum):
    """How an instance of a function is called; the value is the suffix of its name.

    The code of a function value takes the closure first: `VALUE` ignores it, `BOUND` loads its first argument from it.
    `BOXED` is the code in a method table of a value type: it loads its first argument from the box.
    """

    DIRECT = ""
    VALUE = "V"
    BOUND = "B"
    BOXED = "X"


@node
class FunctionInstance:
    """`owner` is the name without the suffix of the form: all forms of a function share their lambdas."""

    name: str
    owner: str
    symbol: FunctionSymbol
    type_arguments: tuple[Type, ...]
    form: FunctionForm


@node
class BoundConstraintInstance:
    """The code of a constraint's method bound to a value of a type that has no method of its own for it."""

    name: str
    method: FunctionSymbol
    receiver: Type
    type: FunctionType


@node
class LambdaInstance:
    """A lambda, in the instance that contains it."""

    name: str
    display: str
    node: typed.Lambda
    source: SourceText
    mapping: Substitution


@node
class HelperInstance:
    name: str
    role: HelperRole
    type: Type


Instance: TypeAlias = FunctionInstance | BoundConstraintInstance | LambdaInstance | HelperInstance


class Discovery:
    """What lowering has built: the instances, and the names that each function requested while it was built.

    That may be more than the finished function refers to: what cannot be reached is removed from it.
    """

    __slots__ = ("instances", "requests")

    def __init__(self) -> None:
        self.instances: list[Instance] = []
        self.requests: dict[str, dict[str, None]] = {}


class Instances:
    """The instances requested so far, those not built yet, and the diagnostics of those that cannot be built.

    `place` is the declaration of the instance being built. `counters` are those of `points.Points`. `debug_types` are
    the records of a debugger; with `keeps_variables` variables have registers of their own.
    """

    __slots__ = (
        "_depths",
        "_known",
        "_lambda_counts",
        "_lambdas",
        "_requests",
        "closures",
        "counters",
        "debug_types",
        "diagnostics",
        "discovery",
        "keeps_variables",
        "layouts",
        "mangler",
        "module",
        "pending",
        "place",
        "program",
    )

    def __init__(
        self,
        program: typed.TypedProgram,
        module: Module,
        counters: Mapping[tuple[str, int], int] | None = None,
        has_variables: bool = False,
        keeps_variables: bool = False,
        discovery: Discovery | None = None,
    ) -> None:
        self.program = program
        self.discovery = Discovery() if discovery is None else discovery
        self._requests: dict[str, None] = {}
        self.counters = counters
        self.module = module
        self.mangler = Mangler()
        self.diagnostics: list[Diagnostic] = []
        self.place = (SourceText("<generated>", ""), Span(0, 0))
        self.layouts = Layouts(
            module,
            self.mangler,
            lambda type: self.report(endless_payload(type, self.place[0], self.place[1])),
            self._refuse_large,
        )
        self.closures = ClosureLayouts(module)
        self.debug_types = DebugTypes(module, self.layouts) if has_variables else None
        self.keeps_variables = keeps_variables
        self.pending: deque[Instance] = deque()
        self._known: dict[str, object] = {}
        self._lambdas: dict[tuple[int, str], str] = {}
        self._lambda_counts: dict[str, int] = {}
        self._depths: dict[Type, int] = {}

    def begin(self, name: str) -> None:
        """Record the requests that follow as those of the function `name`."""
        self._requests = self.discovery.requests.setdefault(name, {})

    def record(self, name: str) -> None:
        """Record a request of a function or method table."""
        self._requests[name] = None

    def function(
        self,
        symbol: FunctionSymbol,
        type_arguments: tuple[Type, ...],
        source: SourceText,
        span: Span,
        form: FunctionForm = FunctionForm.DIRECT,
    ) -> str:
        """Return the name of a function's instance; `source` and `span` are the location that requests it."""
        owner = self.mangler.function(symbol, type_arguments)
        name = owner + form.value
        endless = next((argument for argument in type_arguments if self._is_endless(argument)), None)
        if endless is not None:
            self.report(endless_type_arguments(symbol, endless, source, span))
            return name
        if self._is_new(name, symbol):
            self.pending.append(FunctionInstance(name, owner, symbol, type_arguments, form))
        return name

    def bound_constraint(self, method: FunctionSymbol, receiver: Type, type: FunctionType) -> str:
        """Return the name of the code of a built-in constraint method bound to a value of the type."""
        name = f"{self.mangler.helper('bound', receiver)}{segment(method.name)}"
        if self._is_new(name, receiver):
            self.pending.append(BoundConstraintInstance(name, method, receiver, type))
        return name

    def anonymous(self, node: typed.Lambda, owner: str, display: str, source: SourceText, mapping: Substitution) -> str:
        """Return the name of a lambda's function.

        `owner` is the mangled name of the instance that contains it, without the suffix of its form: all forms of a
        function share their lambdas, so that the same lambda is the same value.
        """
        key = (id(node), owner)
        name = self._lambdas.get(key)
        if name is None:
            count = self._lambda_counts.get(owner, 0)
            self._lambda_counts[owner] = count + 1
            name = f"{owner}L{count}"
            self._lambdas[key] = name
            self._is_new(name, node)
            self.pending.append(LambdaInstance(name, f"{display}.{{lambda}}", node, source, mapping))
        self.record(name)
        return name

    def helper(self, role: HelperRole, type: Type) -> str:
        """Return the name of a generated function of a type."""
        name = self.mangler.helper(role.value, type)
        if self._is_new(name, type):
            self.pending.append(HelperInstance(name, role, type))
        return name

    def _is_new(self, name: str, key: object) -> bool:
        self.record(name)
        known = self._known.get(name)
        if known is None:
            self._known[name] = key
            return True
        if known is not key and known != key:
            raise AssertionError(f"two functions have the symbol {name}")
        return False

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic, unless the same message is already reported at the same place."""
        known = [(held.message, held.span, held.source) for held in self.diagnostics]
        if (diagnostic.message, diagnostic.span, diagnostic.source) not in known:
            self.diagnostics.append(diagnostic)

    def _refuse_large(self, type: StructType, words: int) -> NoReturn:
        source, span = self.place
        is_declaration = (source, span) == (type.symbol.source, type.symbol.name_span)
        self.report(too_large(type, words, () if is_declaration else (Label(source, span, "used in this function"),)))
        raise LoweringStopped

    def _is_endless(self, argument: Type) -> bool:
        return self._depth(argument) > MAX_TYPE_NESTING or argument.weight > MAX_TYPE_WEIGHT

    def _depth(self, type: Type) -> int:
        depth = self._depths.get(type)
        if depth is None:
            depth = 1 + max([self._depth(part) for part in _parts(type)], default=0)
            self._depths[type] = depth
        return depth


def _parts(type: Type) -> tuple[Type, ...]:
    if isinstance(type, ArrayType):
        return (type.element,)
    if isinstance(type, FunctionType):
        return (type.result, *type.parameters)
    if isinstance(type, StructType | EnumType | ContractType):
        return type.arguments
    return ()
