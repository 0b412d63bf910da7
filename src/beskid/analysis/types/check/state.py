"""The state of checking one body: scopes, frames, open inference variables and diagnostics.

A `BodyChecker` exists for one function, test or constant. The rules of the language are functions in the other modules
of this package, called through `Rules`; this module contains only what they share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol, TypeParameterSymbol
from beskid.analysis.model.types import EnumType, InferenceVariable, StructType, Substitution, Type
from beskid.analysis.model.unify import fresh_substitution, is_open, parts_of, resolve
from beskid.analysis.model.world import CORE_LIBRARY, World
from beskid.analysis.names.lookup import Context, resolve_type
from beskid.analysis.types.constraints import applied_type_errors
from beskid.base.node import node
from beskid.source.codes import E1102, W1103, Code
from beskid.source.diagnostics import Diagnostic, Fix, Label, error, warning
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

Scopes = tuple[dict[str, LocalSymbol], ...]

ExpressionRule = Callable[["BodyChecker", tree.Expression, Type | None], typed.Expression]
StatementRule = Callable[["BodyChecker", tree.Statement], typed.Statement | None]
PlaceRule = Callable[["BodyChecker", tree.Expression, Code], typed.Place | None]


@node
class Rules:
    """The rules for each class of the syntax tree. `table.py` holds the one instance.

    Rules refer to each other recursively; they do so through this table, so that their modules import each other in
    one direction only.
    """

    expressions: Mapping[type, ExpressionRule]
    statements: Mapping[type, StatementRule]
    place: PlaceRule


class WaitingReturn:
    """A `return` in the tree and its value, which is None for an untyped literal.

    Names in such a literal are looked up in `scopes`.
    """

    __slots__ = ("node", "scopes", "syntax", "value")

    def __init__(
        self, node: typed.Return, syntax: tree.Expression, value: typed.Expression | None, scopes: Scopes
    ) -> None:
        self.node = node
        self.syntax = syntax
        self.value = value
        self.scopes = scopes


class Frame:
    """One callable body: the function itself, or a lambda inside it.

    `result` is an open variable while a lambda's result is still to be found from its `return` statements.
    """

    __slots__ = (
        "captures",
        "first_scope",
        "initializer_returns",
        "is_lambda",
        "loop_depth",
        "result",
        "waiting_returns",
        "waiting_tries",
        "waiting_variables",
    )

    def __init__(self, result: Type, first_scope: int, is_lambda: bool) -> None:
        self.result = result
        self.first_scope = first_scope
        self.is_lambda = is_lambda
        self.loop_depth = 0
        self.initializer_returns: list[typed.Return] = []
        """The `return` statements with a value inside the initializer that is being checked."""
        self.captures: dict[LocalSymbol, None] = {}
        self.waiting_returns: list[WaitingReturn] = []
        self.waiting_tries: list[typed.Try] = []
        self.waiting_variables: list[OpenVariable] = []
        """Variables that were open when the result was not known yet."""


class OpenVariable:
    """An inference variable with its location, and the text for the error if it is not solved.

    It is a type argument for a type parameter of `owner`, or, without one, the element type of an empty array literal.
    """

    __slots__ = ("mapping", "owner", "parameter", "span", "variable")

    def __init__(
        self,
        variable: InferenceVariable,
        parameter: TypeParameterSymbol | None,
        mapping: Substitution,
        owner: str,
        span: Span,
    ) -> None:
        self.variable = variable
        self.parameter = parameter
        self.mapping = mapping
        self.owner = owner
        self.span = span


class BodyChecker:
    __slots__ = (
        "blocks",
        "context",
        "diagnostics",
        "fixed_locals",
        "frames",
        "function",
        "has_constants",
        "has_open_nodes",
        "let_positions",
        "mismatch",
        "open_variables",
        "retries",
        "rules",
        "scopes",
        "source",
        "watched",
        "world",
    )

    def __init__(
        self,
        rules: Rules,
        world: World,
        context: Context,
        function: FunctionSymbol | None,
        diagnostics: list[Diagnostic],
    ) -> None:
        self.rules = rules
        self.world = world
        self.context = context
        self.source: SourceText = context.source
        self.function = function
        self.diagnostics = diagnostics
        self.scopes: list[dict[str, LocalSymbol]] = []
        self.frames: list[Frame] = []
        self.blocks: list[tuple[tuple[tree.Statement, ...], int]] = []
        self.let_positions: dict[int, dict[str, list[int]]] = {}
        """Where each name is declared, by block (by identity of its statements).

        Created for the first error in the block.
        """
        self.open_variables: list[OpenVariable] = []
        self.has_open_nodes = False
        self.has_constants = False
        """Whether a local of the body stands for an integer literal."""
        self.mismatch: tuple[int, Span] | None = None
        """The index in `diagnostics` of the last mismatch, and the span of its value."""
        self.retries = 0
        """The number of enclosing lambdas that are being checked again."""
        self.fixed_locals: set[LocalSymbol] = set()
        """Loop variables and pattern bindings, which cannot be declared with `mut`."""
        self.watched: list[LocalSymbol] = []
        """Locals, parameters and bindings that should be read. A retried lambda declares its locals again."""

    def note_return(self, leaving: typed.Return) -> None:
        """Remember a `return` with a value inside an initializer, for W1408."""
        if leaving.value is not None:
            self.frame.initializer_returns.append(leaving)

    # Messages

    def error(
        self,
        code: Code,
        message: str,
        span: Span,
        label: str = "",
        help: str | None = None,
        related: tuple[Label, ...] = (),
        fixes: tuple[Fix, ...] = (),
        subject: str = "",
    ) -> None:
        self.diagnostics.append(error(code, message, self.source, span, label, help, related, fixes, subject))

    def warning(
        self,
        code: Code,
        message: str,
        span: Span,
        label: str = "",
        help: str | None = None,
        related: tuple[Label, ...] = (),
    ) -> None:
        self.diagnostics.append(warning(code, message, self.source, span, label, help, related))

    def text(self, span: Span) -> str:
        """Return the source text at a span, for help texts that repeat it."""
        return self.source.text[span.start : span.end]

    # Locals

    @property
    def is_core_library(self) -> bool:
        """Return whether the body belongs to the core library, which may use every builtin."""
        return self.context.module.package == CORE_LIBRARY

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def find_local(self, name: str) -> LocalSymbol | None:
        """Return the innermost local of that name. Records a capture where a lambda uses an outer local."""
        scopes = self.scopes
        for index in range(len(scopes) - 1, -1, -1):
            local = scopes[index].get(name)
            if local is None:
                continue
            for frame in reversed(self.frames):
                if index >= frame.first_scope:
                    break
                frame.captures[local] = None
                local.is_captured = True
            return local
        return None

    def constant_local(self, name: str) -> LocalSymbol | None:
        """Return the innermost local of that name if it stands for an integer literal. No lambda captures it."""
        if not self.has_constants:
            return None
        for scope in reversed(self.scopes):
            local = scope.get(name)
            if local is not None:
                return None if local.constant is None else local
        return None

    def has_local(self, name: str) -> bool:
        return any(name in scope for scope in self.scopes)

    def local_names(self) -> list[str]:
        """Return every name that needs no module: locals, and members of `this`."""
        names = [local for scope in self.scopes for local in scope]
        receiver = self.context.receiver
        if isinstance(receiver, StructType | EnumType):
            names.extend(receiver.symbol.methods)
        if isinstance(receiver, StructType):
            names.extend(receiver.symbol.fields)
        return names

    def declare(self, local: LocalSymbol, avoid_shadowing: bool = True) -> None:
        """Declare a local in the innermost scope. Reports a duplicate (E1102) and shadowing (W1103)."""
        name = local.name
        scope = self.scopes[-1]
        first = scope.get(name)
        if name == "this":
            self.error(
                E1102, "`this` cannot be used as a name", local.span, "names the receiver", "choose another name"
            )
        elif first is not None:
            self.error(
                E1102,
                f"`{name}` is declared twice in one scope",
                local.span,
                "second declaration",
                "choose another name, or assign to the first one",
                (Label(self.source, first.span, "first declared here"),),
            )
        elif avoid_shadowing and name != "_":
            self._warn_shadowing(local)
        scope[name] = local
        if self.world.occurrences is not None:
            self.world.occurrences.note_local(self.source, local)

    def _warn_shadowing(self, local: LocalSymbol) -> None:
        name = local.name
        for scope in reversed(self.scopes[:-1]):
            outer = scope.get(name)
            if outer is not None:
                place = Label(self.source, outer.span, "shadowed local")
                break
        else:
            item = self.context.module.members.get(name)
            if item is None or (isinstance(item, FunctionSymbol) and item.is_test):
                # Nothing can name a test.
                return
            place = Label(item.source, item.name_span, "shadowed item")
        self.warning(
            W1103,
            f"`{name}` shadows {'a local' if place.text == 'shadowed local' else 'an item'} of the same name",
            local.span,
            "hides the outer one",
            "choose another name",
            (place,),
        )

    # Types

    def resolve_type(self, syntax: tree.TypeSyntax) -> Type:
        """Resolve a written type inside the body."""
        type = resolve_type(self.world, self.context, syntax)
        self.check_constraints(type, syntax.span)
        return type

    def check_constraints(self, type: Type, span: Span) -> None:
        """Report written type arguments that do not satisfy a constraint (E1233)."""
        if parts_of(type):
            self.diagnostics.extend(applied_type_errors(self.world, type, self.source, span))

    # Inference

    def fresh(
        self, parameters: tuple[TypeParameterSymbol, ...], owner: str, span: Span
    ) -> tuple[Substitution, tuple[InferenceVariable, ...]]:
        """Create variables for type parameters. Each must be solved when the enclosing statement ends."""
        mapping, variables = fresh_substitution(parameters)
        for parameter, variable in zip(parameters, variables, strict=True):
            self.open_variables.append(OpenVariable(variable, parameter, mapping, owner, span))
        return mapping, variables

    def fresh_element(self, span: Span) -> InferenceVariable:
        """Create a variable for the element type of an empty array literal, to be solved when the enclosing statement
        ends.
        """
        variable = InferenceVariable("element")
        self.open_variables.append(OpenVariable(variable, None, {}, "[]", span))
        return variable

    def settle(self, type: Type) -> Type:
        """Replace solved variables in the type. Records that typed nodes with open types exist."""
        settled = resolve(type)
        if not self.has_open_nodes and is_open(settled):
            self.has_open_nodes = True
        return settled
