"""From an IR function to the source text of a Python function that does the same.

`translate` takes a function and returns text plus the sites and constants it refers to by number; the machine compiles
it. Blocks with one predecessor are nested into it, the others become cases of one dispatching loop. Registers are the
locals `r0`, `r1`, …; `s` is the number of the current call site and `b` that of the next block. Before the passes
every element access and division checks itself, and calls record their site. After the pass that makes one of these
explicit only `CheckIndex`, `CheckDivisor` or `StoreSite` does, as in generated code: an access that then fails is a bug
in the compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Flag, auto
from typing import Any, assert_never

from beskid.base.node import value
from beskid.base.tables import missing_row, unhandled
from beskid.ir.builder import INTEGER_WIDTH
from beskid.ir.effects import BEHAVIOURS, CALLING, Behaviour
from beskid.ir.graph import predecessors, reverse_postorder
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    Block,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ClearElement,
    ClosureConstant,
    Compare,
    ConcatStrings,
    Convert,
    ConvertOp,
    Count,
    FloatConstant,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadHeader,
    LoadTable,
    Location,
    Move,
    NullConstant,
    Operand,
    Poll,
    Register,
    Return,
    SliceString,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    StringConstant,
    Switch,
    TableAddress,
    Terminator,
    Unary,
    Unreachable,
    VariantConstant,
    type_of,
)
from beskid.ir.oracle.arithmetic import UNARY
from beskid.ir.oracle.operations import (
    BINARY_FORMS,
    COMPARE_FORMS,
    DIVISIONS,
    IDENTITY_SIGNS,
    UNARY_FORMS,
    Form,
)
from beskid.ir.oracle.values import HeapObject
from beskid.ir.runtime import RUNTIME_SIGNATURES
from beskid.ir.text import float_of_bits

_MAX_NESTING = 24
_MAX_TESTED_CASES = 6
_FLOATS = frozenset({IRType.F32, IRType.F64})
_CONVERTED = frozenset({*_FLOATS, IRType.I8})
"""The types of elements that a load converts, which fails by itself for an unused element."""


class Explicit(Flag):
    """What instructions of the IR do, because the pass that inserts them has run."""

    NOTHING = 0
    INDEX_CHECKS = auto()
    DIVISOR_CHECKS = auto()
    SITES = auto()
    EVERYTHING = INDEX_CHECKS | DIVISOR_CHECKS | SITES


@value
class TranslateOptions:
    """`counted`: count steps, for a limit. `stressed`: keep a shadow stack (`oracle/stress.py`) and collect at every
    safepoint; `p` is then the activation's first slot."""

    explicit: Explicit
    counted: bool
    stressed: bool


class Names:
    """What translated code refers to: functions by number, call sites and constants by number."""

    __slots__ = ("_constant_numbers", "_site_numbers", "constants", "functions", "sites")

    def __init__(self, functions: dict[str, int]) -> None:
        self.functions = functions
        self.sites: list[Location] = []
        self.constants: list[Any] = []
        self._site_numbers: dict[Location, int] = {}
        self._constant_numbers: dict[bytes | VariantConstant, int] = {}

    def site(self, location: Location) -> int:
        """Return the number of a call site."""
        if location not in self._site_numbers:
            self._site_numbers[location] = len(self.sites)
            self.sites.append(location)
        return self._site_numbers[location]

    def string(self, data: bytes) -> str:
        """Return the name of a static string; equal ones are one object."""
        if data not in self._constant_numbers:
            self._constant_numbers[data] = len(self.constants)
            self.constants.append(data)
        return f"K[{self._constant_numbers[data]}]"

    def variant(self, constant: VariantConstant) -> str:
        """Return the name of a static variant; equal ones are one object."""
        if constant not in self._constant_numbers:
            made = HeapObject(None)
            made[8] = constant.tag
            self._constant_numbers[constant] = len(self.constants)
            self.constants.append(made)
        return f"K[{self._constant_numbers[constant]}]"

    def keep(self, constant: Any) -> str:
        """Return the name of any other constant."""
        self.constants.append(constant)
        return f"K[{len(self.constants) - 1}]"


def translate(function: Function, names: Names, options: TranslateOptions) -> str:
    """Return the source of a Python function named `f` and the function's number."""
    return _Translator(function, names, options).source()


def mask_of(type: IRType) -> int:
    """Return all bits of an integer type."""
    return (1 << INTEGER_WIDTH[type]) - 1


class _Translator:
    """The work on one function."""

    __slots__ = ("dispatched", "function", "lines", "names", "options", "site")

    def __init__(self, function: Function, names: Names, options: TranslateOptions) -> None:
        self.function = function
        self.names = names
        self.options = options
        self.lines: list[str] = []
        self.dispatched: dict[Block, int] = {}
        self.site = -1

    def source(self) -> str:
        function = self.function
        order = reverse_postorder(function)
        before = predecessors(order)
        entry = order[0]
        self.dispatched = {entry: 0}
        for block in order:
            if len(before[block]) > 1 or _many_cases(before[block]):
                self.dispatched.setdefault(block, len(self.dispatched))
        self._dispatch_deep(order, before)
        locals = [f"r{parameter.index}" for parameter in function.parameters]
        parameters = ", ".join(["p", *locals] if self.options.stressed else locals)
        number = self.names.functions[function.name]
        self.lines = [f"def f{number}({parameters}):", " s = -1", " try:"]
        blocks = list(self.dispatched)
        if len(blocks) == 1:
            self._block(entry, "  ")
        else:
            self.lines.append("  b = 0")
            self.lines.append("  while True:")
            self._cases(blocks, 0, len(blocks), "   ")
        self.lines += [" except Panic as panic:", "  panic.trace.append(s)", "  raise"]
        return "\n".join(self.lines)

    def _dispatch_deep(self, order: list[Block], before: dict[Block, list[Block]]) -> None:
        """Make blocks that would be nested too deep cases of the loop as well."""
        depth: dict[Block, int] = {}
        for block in order:
            if block in self.dispatched:
                depth[block] = 0
                continue
            depth[block] = depth.get(before[block][0], 0) + 1
            if depth[block] > _MAX_NESTING:
                depth[block] = 0
                self.dispatched[block] = len(self.dispatched)

    def _cases(self, blocks: list[Block], first: int, end: int, indent: str) -> None:
        if end - first == 1:
            self._block(blocks[first], indent)
            return
        middle = (first + end) // 2
        self.lines.append(f"{indent}if b < {middle}:")
        self._cases(blocks, first, middle, indent + " ")
        self.lines.append(f"{indent}else:")
        self._cases(blocks, middle, end, indent + " ")

    def _block(self, block: Block, indent: str) -> None:
        if block in self.dispatched:
            self.site = -1
        if self.options.counted:
            self.lines.append(f"{indent}steps[0] -= {len(block.instructions) + 1}")
            self.lines.append(f"{indent}if steps[0] < 0: raise StepLimitError")
        for instruction in block.instructions:
            kind = type(instruction)
            if kind in CALLING and Explicit.SITES not in self.options.explicit:
                self._record(instruction.location, indent)
            if self.options.stressed and _collects(instruction):
                self.lines.append(f"{indent}collect(p + {_passed(instruction)})")
            TRANSLATIONS[kind](self, instruction, indent)
        assert block.terminator is not None
        self._terminator(block.terminator, indent)

    def _record(self, location: Location | None, indent: str) -> None:
        site = self._site(location)
        if site != self.site:
            self.lines.append(f"{indent}s = {site}")
            self.site = site

    def _site(self, location: Location | None) -> int:
        return self.names.site(location if location is not None else self.function.location)

    # Terminators ------------------------------------------------------------------------------------------------

    def _terminator(self, terminator: Terminator, indent: str) -> None:
        match terminator:
            case Jump(target=target):
                self._go(target, indent)
            case Branch(then=then, otherwise=otherwise) if then is otherwise:
                self._go(then, indent)
            case Branch(condition=condition, then=then, otherwise=otherwise):
                known = self.site
                self.lines.append(f"{indent}if {self._value(condition)}:")
                self._go(then, indent + " ")
                self.site = known
                self.lines.append(f"{indent}else:")
                self._go(otherwise, indent + " ")
            case Switch():
                self._switch(terminator, indent)
            case Return(values=values):
                if len(values) == 1:
                    self.lines.append(f"{indent}return {self._value(values[0])}")
                else:
                    given = ", ".join([self._value(operand) for operand in values])
                    self.lines.append(f"{indent}return {f'({given})' if values else ''}".rstrip())
            case Unreachable():
                self.lines.append(f"{indent}undefined('reached unreachable code')")
            case _:
                assert_never(terminator)

    def _go(self, target: Block, indent: str) -> None:
        if target in self.dispatched:
            self.lines.append(f"{indent}b = {self.dispatched[target]}; continue")
        else:
            self._block(target, indent)

    def _switch(self, switch: Switch, indent: str) -> None:
        operand = self._value(switch.value)
        if len(switch.cases) > _MAX_TESTED_CASES:
            table = self.names.keep({number: self.dispatched[target] for number, target in switch.cases})
            self.lines.append(f"{indent}b = {table}.get({operand}, {self.dispatched[switch.default]}); continue")
            return
        known = self.site
        for number, target in switch.cases:
            self.lines.append(f"{indent}if {operand} == {number}:")
            self._go(target, indent + " ")
            self.site = known
        self._go(switch.default, indent)

    # Operands ---------------------------------------------------------------------------------------------------

    def _value(self, operand: Operand) -> str:
        match operand:
            case Register(index=index):
                return f"r{index}"
            case IntConstant(value=number):
                return str(number) if number >= 0 else f"({number})"
            case FloatConstant(type=type, bits=bits):
                return self.names.keep(float_of_bits(type, bits))
            case NullConstant():
                return "null"
            case StringConstant(data=data):
                return self.names.string(data)
            case ClosureConstant(function=name):
                return f"closures[{self.names.functions[name]}]"
            case VariantConstant():
                return self.names.variant(operand)
            case FunctionAddress(function=name):
                return f"addresses[{self.names.functions[name]}]"
            case TableAddress(table=table):
                return f"tables[{table!r}]"

    def _unsigned(self, operand: Operand) -> str:
        type = type_of(operand)
        if isinstance(operand, IntConstant):
            return str(operand.value & mask_of(type))
        return f"({self._value(operand)} & {mask_of(type)})"

    def _set(self, dest: Register, text: str, indent: str) -> None:
        self.lines.append(f"{indent}r{dest.index} = {text}")

    def _wrap(self, dest: Register, indent: str) -> None:
        """Wrap the register to the range of its type."""
        name = f"r{dest.index}"
        if dest.type is IRType.I1:
            self.lines.append(f"{indent}{name} &= 1")
            return
        half = 1 << (INTEGER_WIDTH[dest.type] - 1)
        mask = 2 * half - 1
        self.lines.append(
            f"{indent}if not {-half} <= {name} <= {half - 1}: {name} = (({name} + {half}) & {mask}) - {half}"
        )

    # Values -----------------------------------------------------------------------------------------------------

    def _move(self, operation: Move, indent: str) -> None:
        self._set(operation.dest, self._value(operation.source), indent)

    def _binary(self, operation: Binary, indent: str) -> None:
        dest = operation.dest
        form, sign = BINARY_FORMS[operation.op]
        left, right = self._value(operation.left), self._value(operation.right)
        match form:
            case Form.PLAIN:
                self._set(dest, self._rounded(f"{left} {sign} {right}", dest.type), indent)
            case Form.CALLED:
                self._set(dest, self._rounded(f"{sign}({left}, {right})", dest.type), indent)
            case Form.WRAPPED:
                self._set(dest, f"{left} {sign} {right}", indent)
                self._wrap(dest, indent)
            case Form.SIGNED_DIVISION | Form.UNSIGNED_DIVISION:
                self._division(operation, form is Form.SIGNED_DIVISION, sign, indent)
            case Form.LEFT_SHIFT | Form.SIGNED | Form.UNSIGNED:
                self._shift(operation, form, sign, indent)
            case Form.SAME:
                raise missing_row("oracle for binary operations", operation.op)
            case _:
                raise unhandled(form, "oracle for binary operations", operation.op)

    def _rounded(self, text: str, type: IRType) -> str:
        return f"to_f32({text})" if type is IRType.F32 else text

    def _shift(self, operation: Binary, form: Form, sign: str, indent: str) -> None:
        dest = operation.dest
        if dest.type is IRType.I1:
            self._set(dest, self._value(operation.left), indent)
            return
        left = self._unsigned(operation.left) if form is Form.UNSIGNED else self._value(operation.left)
        self._set(dest, f"{left} {sign} ({self._value(operation.right)} & {INTEGER_WIDTH[dest.type] - 1})", indent)
        if form is not Form.SIGNED:
            self._wrap(dest, indent)

    def _division(self, operation: Binary, signed: bool, sign: str, indent: str) -> None:
        dest, divisor = operation.dest, operation.right
        left, right = self._value(operation.left), self._value(divisor)
        if not isinstance(divisor, IntConstant) or divisor.value in (0, -1):
            if Explicit.DIVISOR_CHECKS in self.options.explicit:
                self.lines.append(f"{indent}if {right} == 0: undefined('unchecked division')")
            else:
                self._divisor_check(operation.location, operation.left, divisor, signed, indent)
        if not signed:
            self._set(dest, f"{self._unsigned(operation.left)} {sign} {self._unsigned(divisor)}", indent)
        elif isinstance(divisor, IntConstant) and divisor.value > 0:
            self._set(dest, f"{left} {sign} {right} if {left} >= 0 else -(-{left} {sign} {right})", indent)
        else:
            self._set(dest, f"{DIVISIONS[sign]}({left}, {right})", indent)
        self._wrap(dest, indent)

    def _divisor_check(
        self, location: Location | None, dividend: Operand, divisor: Operand, signed: bool, indent: str
    ) -> None:
        site = self._site(location)
        left, right = self._value(dividend), self._value(divisor)
        self.lines.append(f"{indent}if {right} == 0: s = {site}; rt_panic_division_by_zero()")
        if signed and type_of(divisor) is not IRType.I1:
            least = -(1 << (INTEGER_WIDTH[type_of(divisor)] - 1))
            self.lines.append(
                f"{indent}if {right} == -1 and {left} == {least}: s = {site}; rt_panic_integer_overflow()"
            )

    def _compare(self, operation: Compare, indent: str) -> None:
        form, sign = COMPARE_FORMS[operation.op]
        type = type_of(operation.left)
        left, right = self._value(operation.left), self._value(operation.right)
        match form:
            case Form.UNSIGNED:
                left, right = self._unsigned(operation.left), self._unsigned(operation.right)
            case Form.SIGNED:
                if type is IRType.I1:
                    left, right = f"-{left}", f"-{right}"
            case Form.SAME:
                if type in (IRType.REF, IRType.PTR):
                    sign = IDENTITY_SIGNS[sign]
            case Form.PLAIN:
                pass
            case _:
                raise missing_row("oracle for comparisons", operation.op)
        self._set(operation.dest, f"{left} {sign} {right}", indent)

    def _unary(self, operation: Unary, indent: str) -> None:
        text = UNARY_FORMS[operation.op].format(
            operand=self._value(operation.operand),
            source=type_of(operation.operand).value,
            dest=operation.dest.type.value,
        )
        if operation.op.value in UNARY:
            text = self._rounded(text, operation.dest.type)
        self._set(operation.dest, text, indent)

    def _convert(self, operation: Convert, indent: str) -> None:
        dest, source = operation.dest, type_of(operation.operand)
        operand = self._value(operation.operand)
        match operation.op:
            case ConvertOp.TRUNC:
                self._set(dest, operand, indent)
                self._wrap(dest, indent)
            case ConvertOp.ZEXT:
                self._set(dest, self._unsigned(operation.operand), indent)
            case ConvertOp.SEXT:
                self._set(dest, f"-{operand}" if source is IRType.I1 else operand, indent)
            case ConvertOp.FLOAT_TO_SIGNED:
                half = 1 << (INTEGER_WIDTH[dest.type] - 1)
                self._set(dest, f"saturate({operand}, {-half}, {half - 1})", indent)
            case ConvertOp.FLOAT_TO_UNSIGNED:
                self._set(dest, f"saturate({operand}, 0, {mask_of(dest.type)})", indent)
                self._wrap(dest, indent)
            case ConvertOp.SIGNED_TO_FLOAT:
                signed = f"-{operand}" if source is IRType.I1 else operand
                self._set(dest, f"{_from_integer(dest.type)}({signed})", indent)
            case ConvertOp.UNSIGNED_TO_FLOAT:
                self._set(dest, f"{_from_integer(dest.type)}({self._unsigned(operation.operand)})", indent)
            case ConvertOp.FLOAT_EXTEND:
                self._set(dest, operand, indent)
            case ConvertOp.FLOAT_TRUNCATE:
                self._set(dest, f"to_f32({operand})", indent)
            case ConvertOp.ADDRESS_TO_WORD | ConvertOp.WORD_TO_ADDRESS | ConvertOp.WORD_TO_OBJECT:
                self._set(dest, operand, indent)
            case ConvertOp.OBJECT_TO_WORD:
                self._set(dest, f"id({operand})", indent)
            case _:
                raise unhandled(operation.op, "oracle for conversions", operation.op)

    # Memory -----------------------------------------------------------------------------------------------------

    def _load_field(self, operation: LoadField, indent: str) -> None:
        zero = "0.0" if operation.dest.type in _FLOATS else "0"
        self._set(operation.dest, f"{self._value(operation.object)}.get({operation.offset}, {zero})", indent)

    def _store_field(self, operation: StoreField, indent: str) -> None:
        self.lines.append(
            f"{indent}{self._value(operation.object)}[{operation.offset}] = {self._value(operation.value)}"
        )

    def _length(self, operation: Length, indent: str) -> None:
        self._set(operation.dest, f"len({self._value(operation.array)})", indent)

    def _load_header(self, operation: LoadHeader, indent: str) -> None:
        array, empty = self._value(operation.array), self.names.string(b"")
        if operation.present:
            self.lines.append(f"{indent}len({array})")
        self._set(operation.dest, f"{empty} if {array} is null else {array}", indent)

    def _slice_string(self, operation: SliceString, indent: str) -> None:
        arguments = self._arguments((operation.text, operation.start, operation.count))
        # Like a check it stores its call site only if it panics.
        self.lines.append(f"{indent}k = s; s = {self._site(operation.location)}")
        self._set(operation.dest, f"rt_str_slice({arguments}); s = k", indent)

    def _in_range(self, operation: LoadElement | StoreElement | ClearElement, indent: str) -> None:
        """Check the access as this stage requires."""
        array, index = self._value(operation.array), self._value(operation.index)
        if operation.unchecked or Explicit.INDEX_CHECKS in self.options.explicit:
            self.lines.append(f"{indent}if not 0 <= {index} < len({array}): undefined('unchecked index')")
        else:
            self._index_check(operation.location, array, index, indent)

    def _access(self, operation: LoadElement | StoreElement, indent: str) -> str:
        """Check the access. Return the text of the element."""
        self._in_range(operation, indent)
        array, index = self._value(operation.array), self._value(operation.index)
        column = array if operation.offset == 0 else f"{array}.column({operation.offset})"
        return f"{column}[{index}]"

    def _index_check(self, location: Location | None, array: str, index: str, indent: str) -> None:
        self.lines.append(
            f"{indent}if not 0 <= {index} < len({array}): "
            f"s = {self._site(location)}; rt_panic_index({index}, len({array}))"
        )

    def _load_element(self, operation: LoadElement, indent: str) -> None:
        element = self._access(operation, indent)
        if operation.dest.type in _FLOATS:
            element = f"float({element})"
        elif operation.dest.type is IRType.I8:
            element = f"(({element} & 255) ^ 128) - 128"
        self._set(operation.dest, element, indent)
        if operation.dest.type not in _CONVERTED:
            self.lines.append(f"{indent}if r{operation.dest.index} is UNUSED: raise unused_element()")

    def _store_element(self, operation: StoreElement, indent: str) -> None:
        element = self._access(operation, indent)
        self.lines.append(f"{indent}{element} = {self._value(operation.value)}")

    def _clear_element(self, operation: ClearElement, indent: str) -> None:
        self._in_range(operation, indent)
        self.lines.append(f"{indent}{self._value(operation.array)}.clear_element({self._value(operation.index)})")

    def _check_index(self, operation: CheckIndex, indent: str) -> None:
        self._index_check(operation.location, self._value(operation.array), self._value(operation.index), indent)

    def _check_divisor(self, operation: CheckDivisor, indent: str) -> None:
        self._divisor_check(operation.location, operation.dividend, operation.divisor, operation.signed, indent)

    def _poll(self, _operation: Poll, _indent: str) -> None:
        """Nothing interrupts the oracle."""

    def _allocate_object(self, operation: AllocateObject, indent: str) -> None:
        self._set(operation.dest, self._tracked(f"HeapObject(descriptors[{operation.descriptor!r}])"), indent)

    def _allocate_array(self, operation: AllocateArray, indent: str) -> None:
        length = self._value(operation.length)
        initial = "UNUSED" if operation.unused else "0"
        made = f"allocate_array({length}, descriptors[{operation.descriptor!r}], {initial})"
        self._set(operation.dest, self._tracked(made), indent)

    def _tracked(self, text: str) -> str:
        return f"track({text})" if self.options.stressed else text

    def _concat_strings(self, operation: ConcatStrings, indent: str) -> None:
        parts = ", ".join(
            [
                self._value(part) if type_of(part) is IRType.REF else f"b'%d' % {self._value(part)}"
                for part in operation.parts
            ]
        )
        self._set(operation.dest, f"b''.join(({parts}))", indent)

    # Calls ------------------------------------------------------------------------------------------------------

    def _receive(self, dests: tuple[Register, ...], call: str, indent: str) -> None:
        given = ", ".join([f"r{dest.index}" for dest in dests])
        self.lines.append(f"{indent}{given} = {call}" if dests else f"{indent}{call}")

    def _arguments(self, operands: tuple[Operand, ...]) -> str:
        return ", ".join([self._value(operand) for operand in operands])

    def _passing(self, operation: Call | CallClosure | CallIndirect, operands: tuple[Operand, ...]) -> str:
        """Return the arguments of generated code, after the shadow stack pointer."""
        given = self._arguments(operands)
        if not self.options.stressed:
            return given
        stack = f"p + {_passed(operation)}"
        return f"{stack}, {given}" if given else stack

    def _call(self, operation: Call, indent: str) -> None:
        number = self.names.functions[operation.callee]
        self._receive(operation.dests, f"f{number}({self._passing(operation, operation.arguments)})", indent)

    def _call_closure(self, operation: CallClosure, indent: str) -> None:
        closure = self._value(operation.closure)
        given = self._passing(operation, (operation.closure, *operation.arguments))
        self._receive(operation.dests, f"{closure}[8].call({given})", indent)

    def _load_table(self, operation: LoadTable, indent: str) -> None:
        self._set(operation.dest, f"{self._value(operation.table)}[{operation.entry}]", indent)

    def _call_indirect(self, operation: CallIndirect, indent: str) -> None:
        given = self._passing(operation, operation.arguments)
        self._receive(operation.dests, f"{self._value(operation.code)}.call({given})", indent)

    def _call_runtime(self, operation: CallRuntime, indent: str) -> None:
        dests = () if operation.dest is None else (operation.dest,)
        self._receive(dests, f"rt_{operation.function}({self._arguments(operation.arguments)})", indent)

    def _call_extern(self, operation: CallExtern, indent: str) -> None:
        self.lines.append(f"{indent}unsupported({operation.symbol!r})")

    def _store_site(self, operation: StoreSite, indent: str) -> None:
        if Explicit.SITES in self.options.explicit:
            self.lines.append(f"{indent}s = {self.names.site(operation.location)}")
        if self.options.stressed:
            self.lines.append(f"{indent}store(p, 0)")

    def _store_root(self, operation: StoreRoot, indent: str) -> None:
        if self.options.stressed:
            self.lines.append(f"{indent}store(p + {operation.slot}, {self._value(operation.value)})")

    def _count(self, operation: Count, indent: str) -> None:
        """Write nothing: the counters of a program that is interpreted are not read."""


TRANSLATIONS: dict[type[Any], Callable[[_Translator, Any, str], None]] = {
    Move: _Translator._move,
    Binary: _Translator._binary,
    Compare: _Translator._compare,
    Unary: _Translator._unary,
    Convert: _Translator._convert,
    LoadField: _Translator._load_field,
    StoreField: _Translator._store_field,
    Length: _Translator._length,
    LoadHeader: _Translator._load_header,
    SliceString: _Translator._slice_string,
    LoadElement: _Translator._load_element,
    StoreElement: _Translator._store_element,
    ClearElement: _Translator._clear_element,
    CheckIndex: _Translator._check_index,
    CheckDivisor: _Translator._check_divisor,
    Poll: _Translator._poll,
    AllocateObject: _Translator._allocate_object,
    AllocateArray: _Translator._allocate_array,
    ConcatStrings: _Translator._concat_strings,
    Call: _Translator._call,
    CallClosure: _Translator._call_closure,
    LoadTable: _Translator._load_table,
    CallIndirect: _Translator._call_indirect,
    CallRuntime: _Translator._call_runtime,
    CallExtern: _Translator._call_extern,
    StoreSite: _Translator._store_site,
    StoreRoot: _Translator._store_root,
    Count: _Translator._count,
}
"""The translation of every instruction."""


def _passed(instruction: Any) -> int:
    """Return how many slots of an activation a callee leaves alone."""
    return 1 + max(int(instruction.live), 0)


def _collects(instruction: Instruction) -> bool:
    """Return whether the instruction itself, rather than a function it calls, may collect."""
    match BEHAVIOURS[type(instruction)]:
        case Behaviour.ALLOCATION:
            return True
        case Behaviour.RUNTIME_CALL:
            return RUNTIME_SIGNATURES[instruction.function].collects  # type: ignore[union-attr]
        case Behaviour.SIMPLE | Behaviour.CHECK | Behaviour.FUNCTION_CALL | Behaviour.UNKNOWN_CALL:
            return False
        case behaviour:
            assert_never(behaviour)


def _from_integer(type: IRType) -> str:
    return "integer_to_f32" if type is IRType.F32 else "float"


def _many_cases(origins: list[Block]) -> bool:
    """Return whether a block is a target of a switch through a table, or of several cases of one switch."""
    for origin in origins:
        switch: Instruction | Terminator | None = origin.terminator
        if isinstance(switch, Switch):
            targets = [target for _, target in switch.cases] + [switch.default]
            if len(switch.cases) > _MAX_TESTED_CASES or len(set(targets)) != len(targets):
                return True
    return False
