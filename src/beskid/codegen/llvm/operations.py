"""One handler for each instruction, which appends its LLVM text to a `FunctionWriter`.

Checks are in `checks`, calls and allocations in `calls`; `module.HANDLERS` joins the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from beskid.abi.generated.tables import (
    ARRAY_LEN_OFFSET,
    ARRAY_PTR_OFFSET,
    CARD_SHIFT,
    CONTEXT_CARDS_OFFSET,
    CONTEXT_HEAP_BASE_OFFSET,
    CONTEXT_HEAP_SIZE_OFFSET,
    CONTEXT_RESERVED_OFFSET,
)
from beskid.abi.symbols import COUNTERS_SYMBOL
from beskid.base.tables import Table, unhandled
from beskid.codegen.artifact import needs_barrier
from beskid.codegen.llvm.function import FunctionWriter, Header
from beskid.codegen.llvm.metadata import LENGTH_BOUND
from beskid.codegen.llvm.types import MEMORY_TYPE, VALUE_TYPE, float_text
from beskid.ir.model import (
    Binary,
    BinaryOp,
    ClearElement,
    Compare,
    CompareOp,
    Convert,
    ConvertOp,
    Count,
    FloatConstant,
    IntConstant,
    IRType,
    Length,
    LoadElement,
    LoadField,
    LoadHeader,
    Move,
    NullConstant,
    Operand,
    Register,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    StringConstant,
    Unary,
    UnaryOp,
    type_of,
)

INTEGER_BITS: dict[IRType, int] = {IRType.I1: 1, IRType.I8: 8, IRType.I16: 16, IRType.I32: 32, IRType.I64: 64}


class Form(Enum):
    """How a binary operation is written."""

    PLAIN = "an instruction of LLVM"
    SHIFT = "an instruction whose count is reduced modulo the width"
    LIBM = "a call of a function of libm"


BINARY: Table[BinaryOp, tuple[Form, str]] = Table(
    "code generation of binary operations",
    {
        BinaryOp.IADD: (Form.PLAIN, "add"),
        BinaryOp.ISUB: (Form.PLAIN, "sub"),
        BinaryOp.IMUL: (Form.PLAIN, "mul"),
        BinaryOp.SDIV: (Form.PLAIN, "sdiv"),
        BinaryOp.UDIV: (Form.PLAIN, "udiv"),
        BinaryOp.SREM: (Form.PLAIN, "srem"),
        BinaryOp.UREM: (Form.PLAIN, "urem"),
        BinaryOp.AND: (Form.PLAIN, "and"),
        BinaryOp.OR: (Form.PLAIN, "or"),
        BinaryOp.XOR: (Form.PLAIN, "xor"),
        BinaryOp.SHL: (Form.SHIFT, "shl"),
        BinaryOp.LSHR: (Form.SHIFT, "lshr"),
        BinaryOp.ASHR: (Form.SHIFT, "ashr"),
        BinaryOp.FADD: (Form.PLAIN, "fadd"),
        BinaryOp.FSUB: (Form.PLAIN, "fsub"),
        BinaryOp.FMUL: (Form.PLAIN, "fmul"),
        BinaryOp.FDIV: (Form.PLAIN, "fdiv"),
        BinaryOp.FMOD: (Form.PLAIN, "frem"),
        BinaryOp.POW: (Form.LIBM, "pow"),
        BinaryOp.ATAN2: (Form.LIBM, "atan2"),
    },
)

COMPARISONS: Table[CompareOp, str] = Table(
    "code generation of comparisons",
    {
        CompareOp.EQ: "icmp eq",
        CompareOp.NE: "icmp ne",
        CompareOp.SLT: "icmp slt",
        CompareOp.SLE: "icmp sle",
        CompareOp.SGT: "icmp sgt",
        CompareOp.SGE: "icmp sge",
        CompareOp.ULT: "icmp ult",
        CompareOp.ULE: "icmp ule",
        CompareOp.UGT: "icmp ugt",
        CompareOp.UGE: "icmp uge",
        CompareOp.FEQ: "fcmp oeq",
        CompareOp.FNE: "fcmp une",
        CompareOp.FLT: "fcmp olt",
        CompareOp.FLE: "fcmp ole",
        CompareOp.FGT: "fcmp ogt",
        CompareOp.FGE: "fcmp oge",
    },
)

FLOAT_INTRINSICS: Table[UnaryOp, str] = Table(
    "code generation of unary operations",
    {
        UnaryOp.SQRT: "sqrt",
        UnaryOp.ABS: "fabs",
        UnaryOp.FLOOR: "floor",
        UnaryOp.CEIL: "ceil",
        UnaryOp.TRUNC: "trunc",
        UnaryOp.ROUND: "round",
    },
)

MATHEMATICAL_UNARY: dict[UnaryOp, str] = {
    UnaryOp.SIN: "sin",
    UnaryOp.COS: "cos",
    UnaryOp.TAN: "tan",
    UnaryOp.ASIN: "asin",
    UnaryOp.ACOS: "acos",
    UnaryOp.ATAN: "atan",
    UnaryOp.EXP: "exp",
    UnaryOp.LOG: "log",
    UnaryOp.LOG2: "log2",
    UnaryOp.LOG10: "log10",
}

CONVERSIONS: dict[ConvertOp, str] = {
    ConvertOp.TRUNC: "trunc",
    ConvertOp.ZEXT: "zext",
    ConvertOp.SEXT: "sext",
    ConvertOp.SIGNED_TO_FLOAT: "sitofp",
    ConvertOp.UNSIGNED_TO_FLOAT: "uitofp",
    ConvertOp.FLOAT_EXTEND: "fpext",
    ConvertOp.FLOAT_TRUNCATE: "fptrunc",
    ConvertOp.ADDRESS_TO_WORD: "ptrtoint",
    ConvertOp.WORD_TO_ADDRESS: "inttoptr",
    ConvertOp.WORD_TO_OBJECT: "inttoptr",
    ConvertOp.OBJECT_TO_WORD: "ptrtoint",
}

SATURATING: Table[ConvertOp, str] = Table(
    "code generation of conversions",
    {ConvertOp.FLOAT_TO_SIGNED: "fptosi", ConvertOp.FLOAT_TO_UNSIGNED: "fptoui"},
)

FLOAT_SUFFIX: dict[IRType, str] = {IRType.F32: "f32", IRType.F64: "f64"}

MARKING_EFFECTS = "nounwind willreturn memory(read, inaccessiblemem: readwrite)"
"""The effects of `gc_write_barrier`, which neither collects nor panics."""

_MEMCPY = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1 immarg)"


def write_move(writer: FunctionWriter, move: Move) -> None:
    writer.set(move.dest, writer.value(move.source))


def write_binary(writer: FunctionWriter, binary: Binary) -> None:
    form, name = BINARY[binary.op]
    kind = VALUE_TYPE[type_of(binary.left)]
    match form:
        case Form.PLAIN:
            text = f"{name} {kind} {writer.value(binary.left)}, {writer.value(binary.right)}"
            writer.assign(binary.dest, text)
        case Form.SHIFT:
            left = writer.value(binary.left)
            writer.assign(binary.dest, f"{name} {kind} {left}, {shift_count(writer, binary.right)}")
        case Form.LIBM:
            call_mathematical(writer, binary.dest, name, (binary.left, binary.right))
        case _:
            raise unhandled(form, "code generation of binary operations", binary.op)


def shift_count(writer: FunctionWriter, count: Operand) -> str:
    """Return the count modulo the width; LLVM leaves larger counts undefined."""
    width = INTEGER_BITS[type_of(count)]
    if isinstance(count, IntConstant):
        return str(count.value % width)
    return writer.compute(f"and {VALUE_TYPE[type_of(count)]} {writer.value(count)}, {width - 1}")


def call_mathematical(writer: FunctionWriter, dest: Register, symbol: str, arguments: tuple[Operand, ...]) -> None:
    """Call the f64 function of libm. An f32 is extended, computed and rounded, with the same result on every target."""
    name = writer.pool.call_mathematical(symbol, len(arguments))
    if dest.type is IRType.F64:
        given = ", ".join([writer.typed(argument) for argument in arguments])
        writer.assign(dest, f"call double {name}({given})")
        return
    extended = [f"double {writer.compute(f'fpext {writer.typed(argument)} to double')}" for argument in arguments]
    result = writer.compute(f"call double {name}({', '.join(extended)})")
    writer.assign(dest, f"fptrunc double {result} to float")


def write_compare(writer: FunctionWriter, compare: Compare) -> None:
    left = writer.typed(compare.left)
    writer.assign(compare.dest, f"{COMPARISONS[compare.op]} {left}, {writer.value(compare.right)}")


def write_unary(writer: FunctionWriter, unary: Unary) -> None:
    source = type_of(unary.operand)
    kind = VALUE_TYPE[source]
    if unary.op in MATHEMATICAL_UNARY:
        call_mathematical(writer, unary.dest, MATHEMATICAL_UNARY[unary.op], (unary.operand,))
        return
    operand = writer.typed(unary.operand)
    match unary.op:
        case UnaryOp.FNEG:
            writer.assign(unary.dest, f"fneg {operand}")
        case UnaryOp.BITS | UnaryOp.FROM_BITS:
            writer.assign(unary.dest, f"bitcast {operand} to {VALUE_TYPE[unary.dest.type]}")
        case UnaryOp.BIT_COUNT:
            call_intrinsic(writer, unary.dest, f"llvm.ctpop.{kind}", kind, [operand])
        case UnaryOp.LEADING_ZEROS:
            call_intrinsic(writer, unary.dest, f"llvm.ctlz.{kind}", kind, [operand, "i1 false"])
        case UnaryOp.TRAILING_ZEROS:
            call_intrinsic(writer, unary.dest, f"llvm.cttz.{kind}", kind, [operand, "i1 false"])
        case _:
            name = f"llvm.{FLOAT_INTRINSICS[unary.op]}.{FLOAT_SUFFIX[source]}"
            call_intrinsic(writer, unary.dest, name, kind, [operand])


def call_intrinsic(writer: FunctionWriter, dest: Register, name: str, result: str, arguments: list[str]) -> None:
    """Call an LLVM intrinsic and declare it."""
    parameters = ", ".join([argument.split(" ", 1)[0] for argument in arguments])
    writer.pool.intrinsic(f"declare {result} @{name}({parameters})")
    writer.assign(dest, f"call {result} @{name}({', '.join(arguments)})")


def write_convert(writer: FunctionWriter, convert: Convert) -> None:
    source, target = type_of(convert.operand), convert.dest.type
    if source is target:
        writer.set(convert.dest, writer.value(convert.operand))
        return
    kind = VALUE_TYPE[target]
    operand = writer.typed(convert.operand)
    plain = CONVERSIONS.get(convert.op)
    if plain is not None:
        writer.assign(convert.dest, f"{plain} {operand} to {kind}")
        return
    intrinsic = f"llvm.{SATURATING[convert.op]}.sat.{kind}.{FLOAT_SUFFIX[source]}"
    call_intrinsic(writer, convert.dest, intrinsic, kind, [operand])


# Memory ---------------------------------------------------------------------------------------------------------


def load(writer: FunctionWriter, dest: Register, address: str, attachment: str) -> None:
    """Load a value; a boolean is a byte in memory."""
    if dest.type is IRType.I1:
        byte = writer.compute(f"load i8, ptr {address}{attachment}")
        writer.assign(dest, f"icmp ne i8 {byte}, 0")
        return
    if dest.type is IRType.REF:
        attachment += writer.metadata.reference()
    writer.assign(dest, f"load {MEMORY_TYPE[dest.type]}, ptr {address}{attachment}")


def store(writer: FunctionWriter, value: Operand, address: str, attachment: str) -> None:
    """Store a value; a boolean is a byte in memory."""
    kind = type_of(value)
    text = writer.value(value)
    if kind is IRType.I1:
        text = writer.compute(f"zext i1 {text} to i8")
    writer.emit(f"store {MEMORY_TYPE[kind]} {text}, ptr {address}{attachment}")


def write_barrier(writer: FunctionWriter, value: Operand, address: str) -> None:
    """Tell the collector of a stored reference, unless it can never point into the heap.

    While it marks, the reference is passed to it. The call reads memory, at most, and writes to the runtime's own, so
    that what is in registers stays there.
    """
    if not needs_barrier(value):
        return
    if writer.is_in_long_block:
        # Thousands of branches would take long to compile, and cards are looked at as well.
        mark_card(writer, address)
        return
    flag = writer.context(CONTEXT_RESERVED_OFFSET)
    marking = writer.compute(f"load i64, ptr {flag}{writer.metadata.context()}")
    is_marking = writer.compute(f"icmp ne i64 {marking}, 0")
    marked, carded, join = writer.label(), writer.label(), writer.label()
    writer.emit(f"br i1 {is_marking}, label %{marked}, label %{carded}{writer.metadata.weights(1, 2000)}")
    writer.lines.append(f"{marked}:")
    name = writer.pool.call_runtime("gc_write_barrier")
    writer.emit(f"call void {name}(ptr null, ptr {writer.value(value)}) {MARKING_EFFECTS}")
    writer.emit(f"br label %{join}")
    writer.lines.append(f"{carded}:")
    mark_card(writer, address)
    writer.emit(f"br label %{join}")
    writer.lines.append(f"{join}:")


def mark_card(writer: FunctionWriter, address: str) -> None:
    """Mark the card of an address. Addresses outside the heap, such as those in a frame, share one after the others."""
    # Otherwise LLVM would load these three once, and keep them in registers from one end of a long block to the other.
    attachment = "" if writer.is_in_long_block else writer.metadata.heap()
    place = writer.compute(f"ptrtoaddr ptr {address} to i64")
    base = writer.compute(f"load i64, ptr {writer.context(CONTEXT_HEAP_BASE_OFFSET)}{attachment}")
    size = writer.compute(f"load i64, ptr {writer.context(CONTEXT_HEAP_SIZE_OFFSET)}{attachment}")
    cards = writer.compute(f"load ptr, ptr {writer.context(CONTEXT_CARDS_OFFSET)}{attachment}")
    offset = writer.compute(f"sub i64 {place}, {base}")
    inside = writer.compute(f"icmp ult i64 {offset}, {size}")
    bounded = writer.compute(f"select i1 {inside}, i64 {offset}, i64 {size}")
    index = writer.compute(f"lshr i64 {bounded}, {CARD_SHIFT}")
    card = writer.compute(f"getelementptr inbounds i8, ptr {cards}, i64 {index}")
    writer.emit(f"store i8 1, ptr {card}{writer.metadata.card()}")


def field_address(writer: FunctionWriter, object: str, offset: int) -> str:
    return writer.compute(f"getelementptr inbounds i8, ptr {object}, i64 {offset}")


def write_load_field(writer: FunctionWriter, operation: LoadField) -> None:
    address = field_address(writer, writer.value(operation.object), operation.offset)
    load(writer, operation.dest, address, writer.metadata.field(operation.dest.type, operation.offset))


def write_store_field(writer: FunctionWriter, operation: StoreField) -> None:
    object = writer.value(operation.object)
    kind = type_of(operation.value)
    address = field_address(writer, object, operation.offset)
    if not operation.initializing:
        write_barrier(writer, operation.value, address)
    store(writer, operation.value, address, writer.metadata.field(kind, operation.offset))


def write_length(writer: FunctionWriter, operation: Length) -> None:
    header = writer.header(operation.array)
    if header is not None:
        writer.set(operation.dest, header.length)
        return
    load_length(writer, operation.dest, writer.value(operation.array))


def write_load_header(writer: FunctionWriter, operation: LoadHeader) -> None:
    """Load the header where the register is assigned, which all of its uses follow."""
    array = writer.value(operation.array)
    writer.copy_root(operation.dest, operation.array)
    known = writer.header(operation.array)
    if known is not None:
        writer.set(operation.dest, array)
        writer.keep_header(operation.dest, known)
        return
    if not operation.present:
        is_null = writer.compute(f"icmp eq ptr {array}, null")
        array = writer.compute(f"select i1 {is_null}, ptr {writer.pool.literal(b'')}, ptr {array}")
    writer.set(operation.dest, array)
    data = writer.compute(f"load ptr, ptr {header_address(writer, array)}{writer.metadata.header()}")
    address = length_address(writer, array)
    if operation.present:
        length = writer.compute(f"load i64, ptr {address}{writer.metadata.length()}")
    else:
        # The word of an object that is not an array may be any number.
        word = writer.compute(f"load i64, ptr {address}{writer.metadata.any_length()}")
        length = writer.compute(f"and i64 {word}, {LENGTH_BOUND}")
    writer.keep_header(operation.dest, Header(data, length))


def load_header(writer: FunctionWriter, array: Operand, value: str) -> Header:
    """Return the header of an array or string whose text is `value`."""
    known = writer.header(array)
    if known is not None:
        return known
    data = writer.compute(f"load ptr, ptr {header_address(writer, value)}{writer.metadata.header()}")
    length = writer.compute(f"load i64, ptr {length_address(writer, value)}{writer.metadata.length()}")
    return Header(data, length)


def length_address(writer: FunctionWriter, array: str) -> str:
    return writer.compute(f"getelementptr inbounds i8, ptr {array}, i64 {ARRAY_LEN_OFFSET}")


def load_length(writer: FunctionWriter, dest: Register, array: str) -> None:
    """Return the address of the length, which arrays and strings have at +8."""
    writer.assign(dest, f"load i64, ptr {length_address(writer, array)}{writer.metadata.length()}")


def header_address(writer: FunctionWriter, array: str) -> str:
    """Return the address of the data address."""
    if not ARRAY_PTR_OFFSET:
        return array
    return writer.compute(f"getelementptr inbounds i8, ptr {array}, i64 {ARRAY_PTR_OFFSET}")


def element_address(writer: FunctionWriter, array: Operand, index: Operand, stride: int, offset: int) -> str:
    """Return the address of a component. The data address never changes during the life of the array."""
    header = writer.header(array)
    if header is not None:
        data = header.data
    else:
        address = header_address(writer, writer.value(array))
        data = writer.compute(f"load ptr, ptr {address}{writer.metadata.header()}")
    element = writer.compute(f"getelementptr inbounds [{stride} x i8], ptr {data}, i64 {writer.value(index)}")
    return field_address(writer, element, offset) if offset else element


def write_load_element(writer: FunctionWriter, operation: LoadElement) -> None:
    address = element_address(writer, operation.array, operation.index, operation.stride, operation.offset)
    attachment = writer.metadata.element(operation.dest.type, operation.stride, operation.offset)
    load(writer, operation.dest, address, attachment)


def write_store_element(writer: FunctionWriter, operation: StoreElement) -> None:
    kind = type_of(operation.value)
    address = element_address(writer, operation.array, operation.index, operation.stride, operation.offset)
    write_barrier(writer, operation.value, address)
    attachment = writer.metadata.element(kind, operation.stride, operation.offset)
    store(writer, operation.value, address, attachment)


def write_clear_element(writer: FunctionWriter, operation: ClearElement) -> None:
    """Null needs no card: it keeps nothing alive."""
    descriptor = writer.pool.descriptors[operation.descriptor]
    for offset in descriptor.reference_offsets:
        address = element_address(writer, operation.array, operation.index, descriptor.size, offset)
        attachment = writer.metadata.element(IRType.REF, descriptor.size, offset)
        store(writer, NullConstant(IRType.REF), address, attachment)


def write_constant_run(writer: FunctionWriter, run: Sequence[StoreElement]) -> None:
    """Write the stores of a constant run (`constant_runs`) as one copy of static data."""
    first = run[0]
    kind = MEMORY_TYPE[type_of(first.value)]
    texts = []
    for held in run:
        match held.value:
            case FloatConstant():
                texts.append(f"{kind} {float_text(held.value)}")
            case IntConstant(value=number):
                texts.append(f"{kind} {number}")
            case StringConstant():
                texts.append(f"{kind} {writer.value(held.value)}")
            case _:
                raise AssertionError(f"{held.value!r} is not static data")
    address = element_address(writer, first.array, first.index, first.stride, 0)
    data = writer.pool.data(f"[{len(run)} x {kind}] [{', '.join(texts)}]")
    writer.pool.intrinsic(_MEMCPY)
    alignment = f"align {first.stride}"
    writer.emit(
        f"call void @llvm.memcpy.p0.p0.i64(ptr {alignment} {address}, ptr {alignment} {data}, "
        f"i64 {len(run) * first.stride}, i1 false)"
    )


# Shadow slots ---------------------------------------------------------------------------------------------------


def write_store_site(writer: FunctionWriter, operation: StoreSite) -> None:
    writer.emit(f"store ptr {writer.pool.site(operation.location)}, ptr {writer.sp}{writer.metadata.shadow()}")


def write_store_root(writer: FunctionWriter, operation: StoreRoot) -> None:
    value = writer.root(operation.value)
    writer.emit(f"store ptr {value}, ptr {writer.slot(operation.slot)}{writer.metadata.shadow()}")


# Coverage -------------------------------------------------------------------------------------------------------


def write_count(writer: FunctionWriter, operation: Count) -> None:
    counters = writer.compute(f"load ptr, ptr @{COUNTERS_SYMBOL}")
    counter = writer.compute(f"getelementptr inbounds i64, ptr {counters}, i64 {operation.counter}")
    count = writer.compute(f"load i64, ptr {counter}")
    writer.emit(f"store i64 {writer.compute(f'add i64 {count}, 1')}, ptr {counter}")


WRITERS: dict[type, Callable[[FunctionWriter, Any], None]] = {
    Move: write_move,
    Binary: write_binary,
    Compare: write_compare,
    Unary: write_unary,
    Convert: write_convert,
    LoadField: write_load_field,
    StoreField: write_store_field,
    Length: write_length,
    LoadHeader: write_load_header,
    LoadElement: write_load_element,
    StoreElement: write_store_element,
    ClearElement: write_clear_element,
    StoreSite: write_store_site,
    StoreRoot: write_store_root,
    Count: write_count,
}
"""The handlers of the instructions that compute and access memory."""
