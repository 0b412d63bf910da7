"""The typed program: the output of the checker and the input of lowering.

Names are symbols, every expression has its type, and implicit steps are explicit: conversions, receivers,
interpolation, uniform calls, inferred type arguments. Types may mention type parameters of the function that owns the
body; lowering substitutes them. No inference variable and no error type occurs here. Invariants: operands of `Binary`
have equal types (except shift counts); `Assign.value` has the type of its place; call arguments have the (substituted)
parameter types; conditions are `bool`; a `Match` is exhaustive.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from beskid.analysis.model.symbols import (
    EventSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    StructSymbol,
    VariantSymbol,
)
from beskid.analysis.model.types import EnumType, FunctionType, StructType, Type
from beskid.base.node import node
from beskid.source.text import Span

# Expressions ----------------------------------------------------------------------------------------------------


@node
class IntegerValue:
    """An integer (or `char` scalar) constant in the range of `type`."""

    span: Span
    type: Type
    value: int


@node
class FloatValue:
    span: Span
    type: Type
    value: float


@node
class BoolValue:
    span: Span
    type: Type
    value: bool


@node
class StringValue:
    span: Span
    type: Type
    value: str


@node
class UnitValue:
    span: Span
    type: Type


@node
class Interpolation:
    """The concatenation of parts, all of type `string`."""

    span: Span
    type: Type
    parts: tuple[Expression, ...]


@node
class Stringify:
    """The printed form of a number, `bool` or `char` (after substitution) as a string."""

    span: Span
    type: Type
    operand: Expression


@node
class LocalRead:
    span: Span
    type: Type
    local: LocalSymbol


@node
class FunctionReference:
    """A named function as a value."""

    span: Span
    type: Type
    function: FunctionSymbol
    type_arguments: tuple[Type, ...]


@node
class Lambda:
    """`captures` lists the outer locals that the lambda uses; `body` is a block whose `return` leaves the lambda.

    A captured local that is assigned anywhere (`is_captured` and `is_assigned`) is shared; others are copied.
    """

    span: Span
    type: FunctionType
    parameters: tuple[LocalSymbol, ...]
    captures: tuple[LocalSymbol, ...]
    body: Block


@node
class BoundMethod:
    """A method as a value together with its receiver, of type `receiver_type`; `function` as in `Call`.

    For a method of a constraint (`function.contract` is set), `ConstraintCall` describes which function it is.
    """

    span: Span
    type: Type
    receiver_type: Type
    receiver: Expression
    function: FunctionSymbol
    type_arguments: tuple[Type, ...]


@node
class FieldRead:
    span: Span
    type: Type
    object: Expression
    field: FieldSymbol


@node
class IndexRead:
    """An element of an array, or a byte of a string (then `type` is `u8`). `index` has any integer type."""

    span: Span
    type: Type
    object: Expression
    index: Expression


@node
class Call:
    """A direct call. For methods `arguments[0]` is the receiver.

    `type_arguments` follow `function.all_type_parameters()`.
    """

    span: Span
    type: Type
    function: FunctionSymbol
    type_arguments: tuple[Type, ...]
    arguments: tuple[Expression, ...]


@node
class ConstraintCall:
    """A method of a constraint, called on a value whose type is a type parameter or has the method built in.

    `arguments[0]` is the receiver. After substitution, the method is the one of that name on the receiver's type;
    numbers,
    `bool`, `char`, `string` and enums have `Equals`, `Hash` and (except enums) `Compare` built in.
    """

    span: Span
    type: Type
    method: FunctionSymbol
    receiver_type: Type
    arguments: tuple[Expression, ...]


@node
class ContractValue:
    """The conversion of a value to a contract that its type declares or, if it is a contract, embeds.

    `operand` has a struct type, a contract type, or a type parameter that is one of these after substitution.
    """

    span: Span
    type: Type
    operand: Expression


@node
class ContractCall:
    """A call on a value of a contract type, dispatched on the object; `arguments[0]` is the receiver.

    The types of `method` mention the type parameters of the contract's symbol; `contract` has their arguments.
    """

    span: Span
    type: Type
    method: FunctionSymbol
    contract: Type
    arguments: tuple[Expression, ...]


@node
class ReferenceArgument:
    """`ref PLACE` or `out PLACE` as an argument of any call with a known function.

    The place is evaluated in the order of the arguments. Its value is copied in (for `ref`), and copied back after the
    call.
    """

    span: Span
    type: Type
    modifier: str
    place: StoredPlace


class ForeignForm(Enum):
    """How the value of a `ForeignArgument` is passed.

    `TEXT`: a copy of a string that ends in a zero byte. `DATA`: the address of an array's elements; `BUFFER` adds the
    length, `ARRAY` the capacity. `VIEW`: the fields of a view. `OBJECT`: the object itself, kept alive during the call.
    `CALLBACK`: the address of a C function that calls a function or a lambda without captures.
    """

    TEXT = "text"
    DATA = "data"
    BUFFER = "buffer"
    ARRAY = "array"
    VIEW = "view"
    OBJECT = "object"
    CALLBACK = "callback"


@node
class ForeignArgument:
    """An argument of an extern call that is not passed as a plain machine word; `type` is that of the operand."""

    span: Span
    type: Type
    form: ForeignForm
    operand: Expression


@node
class ExternCall:
    """A call of an extern contract's method.

    Arguments are plain machine words, `ForeignArgument` or `ReferenceArgument`.
    """

    span: Span
    type: Type
    function: FunctionSymbol
    arguments: tuple[Expression, ...]


@node
class EventChange:
    """`object.Event += handler` or `-=`. Removing a handler that is not subscribed has no effect."""

    span: Span
    type: Type
    object: Expression
    event: EventSymbol
    operator: str
    handler: Expression


@node
class EventRaise:
    """Calls the subscribed handlers in order, after evaluating the arguments."""

    span: Span
    type: Type
    object: Expression
    event: EventSymbol
    arguments: tuple[Expression, ...]


@node
class BuiltinCall:
    """A call of a runtime function by its source name (`__str_len`)."""

    span: Span
    type: Type
    name: str
    arguments: tuple[Expression, ...]


@node
class IntrinsicCall:
    """A call that the compiler expands inline (`analysis/types/intrinsics.py` has the table)."""

    span: Span
    type: Type
    name: str
    type_arguments: tuple[Type, ...]
    arguments: tuple[Expression, ...]


@node
class ValueCall:
    """A call of a function value."""

    span: Span
    type: Type
    callee: Expression
    arguments: tuple[Expression, ...]


@node
class EnumNew:
    span: Span
    type: EnumType
    variant: VariantSymbol
    arguments: tuple[Expression, ...]


@node
class StructNew:
    """The field values are in source order."""

    span: Span
    type: StructType
    fields: tuple[tuple[FieldSymbol, Expression], ...]


@node
class ArrayNew:
    """An array literal; `type` is the array type."""

    span: Span
    type: Type
    elements: tuple[Expression, ...]


@node
class Unary:
    """`-` on numbers (wraps), `!` on `bool`, `~` on integers."""

    span: Span
    type: Type
    operator: str
    operand: Expression


@node
class Binary:
    """Arithmetic, comparison or equality. Both operands have the type `left.type`.

    `+` on strings concatenates. `==`/`!=` follow decision L9 after substitution; `===`/`!==` compare identity (contents
    for
    strings, structure for enums). The count of a shift may have another integer type.
    """

    span: Span
    type: Type
    operator: str
    left: Expression
    right: Expression


@node
class Logical:
    """`&&` or `||`, short-circuit."""

    span: Span
    type: Type
    operator: str
    left: Expression
    right: Expression


@node
class Convert:
    """A numeric or `char` conversion from `operand.type` to `type`, with the meaning of `as` in decision L2.

    Integer to integer wraps; float to integer truncates and saturates; an integer that is not a Unicode scalar value
    panics
    when converted to `char`.
    """

    span: Span
    type: Type
    operand: Expression


@node
class Assign:
    """Stores `value` (when `operator` is empty) or `place operator value`. The result is the stored value."""

    span: Span
    type: Type
    place: Place
    operator: str
    value: Expression


@node
class Try:
    """`e?` on a Result or an Option.

    With `propagates`, the enclosing function or lambda returns `return_type` with the error payload. Otherwise, in the
    entry function or a test, a failure panics with `error: ` and the payload.
    """

    span: Span
    type: Type
    operand: Expression
    ok: VariantSymbol
    error: VariantSymbol
    propagates: bool
    return_type: Type


@node
class Match:
    """Arms are tried in order; patterns bind locals. `type` is `unit` when the values are discarded."""

    span: Span
    type: Type
    scrutinee: Expression
    arms: tuple[MatchArm, ...]


@node
class MatchArm:
    span: Span
    pattern: Pattern
    guard: Expression | None
    body: Expression


@node
class BlockValue:
    """A block as an expression, with the value at its end; None for `unit`, and when it ends in `never`."""

    span: Span
    type: Type
    block: Block
    value: Expression | None


Expression: TypeAlias = (
    IntegerValue
    | FloatValue
    | BoolValue
    | StringValue
    | UnitValue
    | Interpolation
    | Stringify
    | LocalRead
    | FunctionReference
    | Lambda
    | BoundMethod
    | FieldRead
    | IndexRead
    | Call
    | ConstraintCall
    | ContractValue
    | ContractCall
    | ReferenceArgument
    | ForeignArgument
    | ExternCall
    | EventChange
    | EventRaise
    | BuiltinCall
    | IntrinsicCall
    | ValueCall
    | EnumNew
    | StructNew
    | ArrayNew
    | Unary
    | Binary
    | Logical
    | Convert
    | Assign
    | Try
    | Match
    | BlockValue
)

# Places ---------------------------------------------------------------------------------------------------------


@node
class LocalPlace:
    span: Span
    type: Type
    local: LocalSymbol


@node
class FieldPlace:
    span: Span
    type: Type
    object: Expression
    field: FieldSymbol


@node
class IndexPlace:
    span: Span
    type: Type
    object: Expression
    index: Expression


@node
class ItemPlace:
    """`object[index, …]` of a struct with the methods `At` and `Set`, which `read` and `write` call (decision L28).

    `parts` holds the object and the indexes with the hidden locals that name their values; they are evaluated once, in
    order. `read` is None in a plain assignment. `write` takes the value from the hidden local `value`.
    """

    span: Span
    type: Type
    parts: tuple[Let, ...]
    read: Expression | None
    value: LocalSymbol
    write: Expression


StoredPlace: TypeAlias = LocalPlace | FieldPlace | IndexPlace
Place: TypeAlias = StoredPlace | ItemPlace

# Patterns -------------------------------------------------------------------------------------------------------


@node
class WildcardPattern:
    span: Span
    type: Type


@node
class BindingPattern:
    span: Span
    type: Type
    local: LocalSymbol


@node
class LiteralPattern:
    """`value` is an int (also for `char`), float, bool or str of `type`."""

    span: Span
    type: Type
    value: int | float | bool | str


@node
class RangePattern:
    """The integers or character scalars from `low` to `high`, both included."""

    span: Span
    type: Type
    low: int
    high: int


@node
class OrPattern:
    """Alternatives, which bind the same locals. None of them is an `OrPattern`."""

    span: Span
    type: Type
    alternatives: tuple[Pattern, ...]


@node
class VariantPattern:
    span: Span
    type: EnumType
    variant: VariantSymbol
    fields: tuple[Pattern, ...]


Pattern: TypeAlias = WildcardPattern | BindingPattern | LiteralPattern | RangePattern | OrPattern | VariantPattern

# Statements -----------------------------------------------------------------------------------------------------


@node
class Block:
    span: Span
    statements: tuple[Statement, ...]


@node
class Let:
    span: Span
    local: LocalSymbol
    value: Expression


@node
class Return:
    """`value` is None for `unit`; a `unit` or `never` expression may be returned too."""

    span: Span
    value: Expression | None


@node
class Break:
    span: Span


@node
class Continue:
    span: Span


@node
class While:
    span: Span
    condition: Expression
    body: Block


@node
class ForRange:
    """A half-open range. Bounds and step are evaluated once, in order, and have the type of `local`."""

    span: Span
    local: LocalSymbol
    start: Expression
    end: Expression
    step: Expression | None
    body: Block


@node
class ForArray:
    """Iterates over an array. The length is read once, the element in each iteration."""

    span: Span
    local: LocalSymbol
    array: Expression
    body: Block


@node
class ForString:
    """Iterates over the characters of a string."""

    span: Span
    local: LocalSymbol
    string: Expression
    body: Block


@node
class ForIterator:
    """`iterator` is a hidden local holding the iterator; `next` calls its `Next` and has an `Option` type."""

    span: Span
    iterator: LocalSymbol
    value: Expression
    next: Expression
    some: VariantSymbol
    local: LocalSymbol
    body: Block


@node
class If:
    span: Span
    condition: Expression
    then: Block
    otherwise: Block | None


@node
class Evaluate:
    """An expression statement, whose value is discarded."""

    span: Span
    expression: Expression


Statement: TypeAlias = (
    Let | Return | Break | Continue | While | ForRange | ForArray | ForString | ForIterator | If | Evaluate
)

# Bodies and program ---------------------------------------------------------------------------------------------


@node
class TypedFunction:
    """A checked body. For methods `parameters[0]` is `this`."""

    symbol: FunctionSymbol
    parameters: tuple[LocalSymbol, ...]
    body: Block


@node
class TypedProgram:
    """A checked program: the entry function, and a way to get the typed body of any function that it reaches.

    `body` returns the typed body of a function symbol, and checks library bodies on the first call. An error in a
    library
    body is a bug in beskid and raises.
    """

    entry: FunctionSymbol | None
    tests: tuple[FunctionSymbol, ...]
    body: Callable[[FunctionSymbol], TypedFunction]
    externs: tuple[FunctionSymbol, ...] = ()
    """The extern functions that the program itself declares, called or not."""
    exports: tuple[tuple[str, FunctionSymbol], ...] = ()
    """The functions that the program exports, with their C names."""
    home: ModuleSymbol | None = None
    """The module whose public items a host sees."""
    instances: tuple[tuple[FunctionSymbol, tuple[Type, ...]], ...] = ()
    """The instances of its generic functions that the host calls."""
    functions: Callable[[], tuple[FunctionSymbol, ...]] = tuple
    """Returns the functions and tests of the package that is compiled which have a body in its sources."""
    benchmarks: Callable[[], tuple[FunctionSymbol, ...]] = tuple
    """Returns those of the functions that `beskid bench` measures."""
    derive: Callable[[StructSymbol], None] | None = None
    """Adds the derived methods of a struct to its methods, which checking does only where it looks a method up."""
    json: Callable[[str, Type], tuple[FunctionSymbol, tuple[Type, ...]]] | None = None
    """Returns the function, with its type arguments, that `__json_write` or `__json_read` calls for a type."""
