"""The instructions: one class each, with the form from which `ir/forms.py` derives reading, printing and copying.

Typing (`typing.py`), effects (`effects.py`), the oracle (`oracle/translate.py`) and code generation
(`codegen/llvm/`) have a row for each class; a test checks that none is missing.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.base.node import node
from beskid.ir.forms import instruction, terminator
from beskid.ir.operators import BinaryOp, CompareOp, ConvertOp, Passing, UnaryOp
from beskid.ir.values import Location, Operand, Register, Signature


@instruction("move {source}")
@node
class Move:
    location: Location | None
    dest: Register
    source: Operand


@instruction("{op} {left}, {right}")
@node
class Binary:
    """SDIV, UDIV, SREM, UREM assume a valid divisor: the division pass puts a `CheckDivisor` before them."""

    location: Location | None
    dest: Register
    op: BinaryOp
    left: Operand
    right: Operand


@instruction("compare {op} {left}, {right}")
@node
class Compare:
    location: Location | None
    dest: Register
    op: CompareOp
    left: Operand
    right: Operand


@instruction("unary {op} {operand}")
@node
class Unary:
    location: Location | None
    dest: Register
    op: UnaryOp
    operand: Operand


@instruction("convert {op} {operand}")
@node
class Convert:
    location: Location | None
    dest: Register
    op: ConvertOp
    operand: Operand


@instruction("load_field {object} + {offset}")
@node
class LoadField:
    """The word at byte `offset` of an object (struct, boxed enum, closure); `object` is REF and not null."""

    location: Location | None
    dest: Register
    object: Operand
    offset: int


@instruction("store_field {object} + {offset}, {value} {initializing}")
@node
class StoreField:
    """`initializing`: the first store into a fresh object, before any safepoint."""

    location: Location | None
    object: Operand
    offset: int
    value: Operand
    initializing: bool


@instruction("length {array}")
@node
class Length:
    """Elements of an array or bytes of a string (the word at +8); never changes during the object's life."""

    location: Location | None
    dest: Register
    array: Operand


@instruction("load_header {array} {present}")
@node
class LoadHeader:
    """The array or string itself, or an empty string if it is null; made by the headers pass.

    A back end keeps the data address and the length beside the result, so accesses load neither. The result is assigned
    once. If `present`, `array` is an array or string; otherwise it may be null or another object, whose elements are
    not accessed.
    """

    location: Location | None
    dest: Register
    array: Operand
    present: bool


@instruction("slice_string {text}, {start}, {count}")
@node
class SliceString:
    """`count` bytes (I64) of a string from `start` on, in the frame of this activation; made by the slices pass.

    Panics as `str_slice` does. The result is assigned once, and only its length and bytes are read, here or in
    functions that it is lent to (`ir/lending.py`). It is outside the heap, so a slot that holds `text` stands for it.
    """

    location: Location | None
    dest: Register
    text: Operand
    start: Operand
    count: Operand


@instruction("load_element {array}[{index}] stride {stride} + {offset} {unchecked}")
@node
class LoadElement:
    """Component at byte `offset` of element `index` (I64), elements being `stride` bytes; also bytes of a string
    (I8, stride 1). Assumes a valid index: the bounds pass puts a `CheckIndex` before it, unless `unchecked`."""

    location: Location | None
    dest: Register
    array: Operand
    index: Operand
    stride: int
    offset: int
    unchecked: bool


@instruction("store_element {array}[{index}] stride {stride} + {offset}, {value} {unchecked}")
@node
class StoreElement:
    location: Location | None
    array: Operand
    index: Operand
    stride: int
    offset: int
    value: Operand
    unchecked: bool


@instruction('clear_element {array}[{index}] "{descriptor}" {unchecked}')
@node
class ClearElement:
    """Sets the references of an element (`descriptor`) to null, so that they keep nothing alive.

    The element may not be read before it is stored, which the oracle checks. Without references it needs no code.
    """

    location: Location | None
    array: Operand
    index: Operand
    descriptor: str
    unchecked: bool


@instruction("check_index {array}[{index}]")
@node
class CheckIndex:
    """Panics unless 0 <= index < length of the array or string."""

    location: Location | None
    array: Operand
    index: Operand


@instruction("check_divisor {dividend}, {divisor} {signed}")
@node
class CheckDivisor:
    """Panics on a zero divisor and, when `signed`, on MIN / -1."""

    location: Location | None
    dividend: Operand
    divisor: Operand
    signed: bool


@instruction("poll {recursive}")
@node
class Poll:
    """Lets a host that called the program look for signals; made by the polls pass, for hosts only.

    The host may end the program like a panic; otherwise the program sees no change. `recursive`: it is there because
    the function calls itself, so the copies of the function that are inlined into it need none.
    """

    location: Location | None
    recursive: bool


@instruction('allocate_object "{descriptor}"')
@node
class AllocateObject:
    """A zeroed object whose word 0 is the descriptor. A safepoint."""

    location: Location | None
    dest: Register
    descriptor: str
    live: int = -1


@instruction('allocate_array "{descriptor}", {length} {unused}')
@node
class AllocateArray:
    """A zeroed array of `length` (I64, panics when negative) elements of that descriptor. A safepoint.

    `unused`: the elements may not be read before they are stored, which the oracle checks.
    """

    location: Location | None
    dest: Register
    descriptor: str
    length: Operand
    unused: bool = False
    live: int = -1


MAX_NUMBERED_PARTS = 32
"""The largest count of parts in a concatenation with numbers: the runtime takes one bit for each."""


@instruction("concat {parts}")
@node
class ConcatStrings:
    """One new string from two or more parts. A safepoint. An I64 among them is formatted as a signed decimal number;
    with one there are at most `MAX_NUMBERED_PARTS` parts."""

    location: Location | None
    dest: Register
    parts: tuple[Operand, ...]
    live: int = -1


@instruction("call @{callee}({arguments})")
@node
class Call:
    """A direct call of a function of this module. A safepoint. `live` is set by the roots pass."""

    location: Location | None
    dests: tuple[Register, ...]
    callee: str
    arguments: tuple[Operand, ...]
    live: int = -1


@instruction("call_closure {closure}({arguments}) : {signature}")
@node
class CallClosure:
    """A call through a closure object (REF), which is passed as the first argument. A safepoint.

    `signature` is that of the code, the closure parameter included; `arguments` leave the closure out.
    """

    location: Location | None
    dests: tuple[Register, ...]
    closure: Operand
    arguments: tuple[Operand, ...]
    signature: Signature
    live: int = -1


@instruction("load_table {table} + {entry}")
@node
class LoadTable:
    """The address at `entry` of a method table (PTR): the code of a function or, after those, another table."""

    location: Location | None
    dest: Register
    table: Operand
    entry: int


@instruction("call_indirect {code}({arguments}) : {signature}")
@node
class CallIndirect:
    """A call of the function at a code address (PTR) loaded from a method table. A safepoint."""

    location: Location | None
    dests: tuple[Register, ...]
    code: Operand
    arguments: tuple[Operand, ...]
    signature: Signature
    live: int = -1


@instruction("call_runtime {function}({arguments})")
@node
class CallRuntime:
    """A call of a listed runtime function. A safepoint when the contract says that it may collect.

    `dest` is None for functions without a result and for unused results. A function that never returns ends its
    block with `Unreachable`.
    """

    location: Location | None
    dest: Register | None
    function: str
    arguments: tuple[Operand, ...]
    live: int = -1


@instruction('call_extern "{symbol}"({arguments}) {passing}')
@node
class CallExtern:
    """A call of a validated foreign function (C convention). A safepoint, during which its operands stay alive.

    `passing` has a mode for each argument; it is empty if all are passed unchanged.
    """

    location: Location | None
    dest: Register | None
    symbol: str
    arguments: tuple[Operand, ...]
    live: int = -1
    passing: tuple[Passing, ...] = ()


@instruction("store_site")
@node
class StoreSite:
    """Stores the call-site record of `location` in slot 0 of this activation. Made by the sites pass."""

    location: Location


@instruction("store_root {slot}, {value}")
@node
class StoreRoot:
    """Stores a reference (or null) in shadow slot `slot` (1-based; slot 0 is the call site). Made by the roots pass."""

    location: Location | None
    slot: int
    value: Operand


@instruction("count {counter}")
@node
class Count:
    """Adds 1 to a counter of the coverage of tests: word `counter` of the memory that `beskid_counters` points to."""

    location: Location | None
    counter: int


Instruction: TypeAlias = (
    Move
    | Binary
    | Compare
    | Unary
    | Convert
    | LoadField
    | StoreField
    | Length
    | LoadHeader
    | SliceString
    | LoadElement
    | StoreElement
    | ClearElement
    | CheckIndex
    | CheckDivisor
    | Poll
    | AllocateObject
    | AllocateArray
    | ConcatStrings
    | Call
    | CallClosure
    | LoadTable
    | CallIndirect
    | CallRuntime
    | CallExtern
    | StoreSite
    | StoreRoot
    | Count
)


@terminator("jump {target}")
@node
class Jump:
    location: Location | None
    target: Block


@terminator("branch {condition}, {then}, {otherwise} {likely}")
@node
class Branch:
    """`likely` is True if `then` is likely, False if `otherwise` is, and None without a hint."""

    location: Location | None
    condition: Operand
    then: Block
    otherwise: Block
    likely: bool | None = None


@terminator("switch {value}, {cases}default: {default}")
@node
class Switch:
    location: Location | None
    value: Operand
    cases: tuple[tuple[int, Block], ...]
    default: Block


@terminator("return {values}")
@node
class Return:
    location: Location | None
    values: tuple[Operand, ...]


@terminator("unreachable")
@node
class Unreachable:
    location: Location | None


Terminator: TypeAlias = Jump | Branch | Switch | Return | Unreachable


class Block:
    """A basic block; `label` is unique in its function."""

    __slots__ = ("instructions", "label", "terminator")

    def __init__(self, label: str) -> None:
        self.label = label
        self.instructions: list[Instruction] = []
        self.terminator: Terminator | None = None

    def __repr__(self) -> str:
        return f"<block {self.label}>"
