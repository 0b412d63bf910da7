"""Checks that panic: one comparison on the fast path, everything else in a cold block.

The cold block stores the call site and the end of this activation's slots, then calls a panic function, which does not
return. So a check that passes costs only its comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.abi.generated.tables import SHADOW_REGION_SIZE
from beskid.codegen.llvm.function import FunctionWriter, Header, slice_name
from beskid.codegen.llvm.host_entries import CALL_HOST
from beskid.codegen.llvm.operations import INTEGER_BITS, header_address, length_address, load_header
from beskid.codegen.llvm.pool import Pool
from beskid.codegen.llvm.types import VALUE_TYPE
from beskid.ir.model import CheckDivisor, CheckIndex, IntConstant, IRType, Poll, SliceString, type_of

LAST_CONTINUATION = -65
"""The greatest byte, as a signed number, that is not the first of a character in UTF-8."""

CALL_FOR_POLL = "beskid_call_for_poll"


def panic_block(writer: FunctionWriter, symbol: str, arguments: str) -> str:
    """Add a cold block that panics at the current location. Return its label."""
    shown = writer.lines
    writer.lines = []
    writer.emit(f"store ptr {writer.pool.site(writer.location)}, ptr {writer.sp}{writer.metadata.shadow()}")
    writer.store_top(1)
    writer.emit(f"call void {writer.pool.call_runtime(symbol)}({arguments})")
    writer.emit("unreachable")
    lines, writer.lines = writer.lines, shown
    return writer.cold_block(lines)


def require(writer: FunctionWriter, condition: str, symbol: str, arguments: str) -> None:
    """Panic unless the condition holds."""
    resume = writer.label()
    panic = panic_block(writer, symbol, arguments)
    writer.emit(f"br i1 {condition}, label %{resume}, label %{panic}{writer.metadata.weights(2000, 1)}")
    writer.lines.append(f"{resume}:")


def write_check_index(writer: FunctionWriter, check: CheckIndex) -> None:
    header = writer.header(check.array)
    if header is not None:
        length = header.length
    else:
        address = length_address(writer, writer.value(check.array))
        length = writer.compute(f"load i64, ptr {address}{writer.metadata.length()}")
    index = writer.value(check.index)
    # A negative index is a large unsigned number.
    inside = writer.compute(f"icmp ult i64 {index}, {length}")
    require(writer, inside, "panic_index", f"i64 {index}, i64 {length}")


def write_check_divisor(writer: FunctionWriter, check: CheckDivisor) -> None:
    kind = type_of(check.divisor)
    machine = VALUE_TYPE[kind]
    divisor = writer.value(check.divisor)
    constant = check.divisor.value if isinstance(check.divisor, IntConstant) else None
    if constant is None or constant == 0:
        nonzero = writer.compute(f"icmp ne {machine} {divisor}, 0")
        require(writer, nonzero, "panic_division_by_zero", "")
    if not check.signed or constant not in (None, -1):
        return
    least = -(1 << INTEGER_BITS[kind] - 1)
    not_least = writer.compute(f"icmp ne {machine} {writer.value(check.dividend)}, {least}")
    not_minus_one = writer.compute(f"icmp ne {machine} {divisor}, -1")
    fits = writer.compute(f"or i1 {not_least}, {not_minus_one}")
    require(writer, fits, "panic_integer_overflow", "")


def write_slice_string(writer: FunctionWriter, operation: SliceString) -> None:
    """Make a header in the frame. Otherwise `str_slice` panics, which makes the same checks."""
    text = writer.value(operation.text)
    start, count = writer.value(operation.start), writer.value(operation.count)
    header = load_header(writer, operation.text, text)
    left = writer.compute(f"sub i64 {header.length}, {start}")
    begins_inside = writer.compute(f"icmp ule i64 {start}, {header.length}")
    ends_inside = writer.compute(f"icmp ule i64 {count}, {left}")
    inside = writer.compute(f"and i1 {begins_inside}, {ends_inside}")
    shown, writer.lines = writer.lines, []
    writer.emit(f"store ptr {writer.pool.site(writer.location)}, ptr {writer.sp}{writer.metadata.shadow()}")
    writer.store_top(1)
    writer.compute(f"call ptr {writer.pool.call_runtime('str_slice')}(ptr {text}, i64 {start}, i64 {count})")
    writer.emit("unreachable")
    lines, writer.lines = writer.lines, shown
    panic = writer.cold_block(lines)
    weights = writer.metadata.weights(2000, 1)
    within, made = writer.label(), writer.label()
    writer.emit(f"br i1 {inside}, label %{within}, label %{panic}{weights}")
    writer.lines.append(f"{within}:")
    data = writer.compute(f"getelementptr inbounds i8, ptr {header.data}, i64 {start}")
    end = writer.compute(f"add i64 {start}, {count}")
    is_whole = begins_character(writer, header, end)
    if operation.start != IntConstant(IRType.I64, 0):
        begins_whole = begins_character(writer, header, start)
        is_whole = writer.compute(f"and i1 {begins_whole}, {is_whole}")
    writer.emit(f"br i1 {is_whole}, label %{made}, label %{panic}{weights}")
    writer.lines.append(f"{made}:")
    name = slice_name(operation)
    writer.emit(f"store ptr {data}, ptr {header_address(writer, name)}{writer.metadata.header()}")
    writer.emit(f"store i64 {count}, ptr {length_address(writer, name)}{writer.metadata.any_length()}")
    writer.keep_root(operation.dest, writer.root(operation.text))
    writer.keep_header(operation.dest, Header(data, count))
    writer.set(operation.dest, name)


def begins_character(writer: FunctionWriter, header: Header, offset: str) -> str:
    """Compute whether a byte of a string is the first of a character; its end is, where nothing may be read."""
    address = writer.compute(f"getelementptr inbounds i8, ptr {header.data}, i64 {offset}")
    is_end = writer.compute(f"icmp eq i64 {offset}, {header.length}")
    zero = writer.pool.data("[1 x i8] zeroinitializer")
    readable = writer.compute(f"select i1 {is_end}, ptr {zero}, ptr {address}")
    byte = writer.compute(f"load i8, ptr {readable}")
    return writer.compute(f"icmp sgt i8 {byte}, {LAST_CONTINUATION}")


def write_poll(writer: FunctionWriter, poll: Poll) -> None:
    """Call the host when it has set its word.

    The copies of a recursive function that are inlined into it need no poll of their own.
    """
    if poll.recursive and writer.level:
        return
    # Where the word is read must not change: a loop would read it once.
    word = writer.compute(f"load atomic volatile i32, ptr {writer.pool.poll_word()} monotonic, align 4")
    is_quiet = writer.compute(f"icmp eq i32 {word}, 0")
    resume = writer.label()
    shown, writer.lines = writer.lines, []
    keeping = writer.pool.conventions.keeping
    site = writer.pool.site(writer.location)
    writer.emit(f"call {keeping} void @{CALL_FOR_POLL}(ptr {writer.sp}, ptr {site})")
    writer.emit(f"br label %{resume}")
    lines, writer.lines = writer.lines, shown
    waiting = writer.cold_block(lines)
    writer.emit(f"br i1 {is_quiet}, label %{resume}, label %{waiting}{writer.metadata.weights(2000, 1)}")
    writer.lines.append(f"{resume}:")


def call_for_poll(pool: Pool) -> str:
    """Define the function that polls of a module call.

    It keeps all registers, so that a loop has as many as without a poll. It changes nothing in memory that the program
    could see: what the host runs cannot enter the program, and the call site in slot 0 and the end of the slots in the
    context are restored. So LLVM may keep in registers across a poll what it has loaded.
    """
    return f"""define internal {pool.conventions.keeping} void @{CALL_FOR_POLL}(ptr %sp, ptr %site) \
noinline cold nounwind memory(read, inaccessiblemem: readwrite){pool.attributes} {{
  %address = ptrtoint ptr %sp to i64
  %base = and i64 %address, {-SHADOW_REGION_SIZE}
  %context = inttoptr i64 %base to ptr
  %former_top = load ptr, ptr %context
  %former_site = load ptr, ptr %sp
  store ptr %site, ptr %sp
  %top = getelementptr ptr, ptr %sp, i64 1
  call void {pool.call_runtime(CALL_HOST)}(ptr %top, ptr null, ptr null)
  store ptr %former_site, ptr %sp
  store ptr %former_top, ptr %context
  ret void
}}"""


WRITERS: dict[type, Callable[[FunctionWriter, Any], None]] = {
    CheckIndex: write_check_index,
    CheckDivisor: write_check_divisor,
    SliceString: write_slice_string,
    Poll: write_poll,
}
"""The handlers of the checks and of polls."""
