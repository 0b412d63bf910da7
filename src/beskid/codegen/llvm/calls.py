"""Calls and allocations.

A call of generated code passes the first slot after this activation's live prefix. A call of the runtime that may
collect or panic, and a foreign call, which may call back, first stores that address where the runtime looks for it.
An allocation bumps a cursor in the context; the call is the slow path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from beskid.abi import AbiReturnKind
from beskid.abi.generated.tables import (
    ALLOCATION_CURSOR_LIMIT_OFFSET,
    ALLOCATION_CURSOR_SIZE,
    CONTEXT_CURSORS_OFFSET,
    CONTEXT_STDOUT_PENDING_OFFSET,
    KIND_OBJECT,
    SIZE_CLASSES,
)
from beskid.codegen.llvm.declarations import RETURN_TYPE, SPECS, extension, foreign_result
from beskid.codegen.llvm.function import NUMBERS, FunctionWriter
from beskid.codegen.llvm.operations import field_address, length_address
from beskid.codegen.llvm.types import MEMORY_TYPE, results_type
from beskid.ir.boundary import MACHINE_WORDS, passing_of
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    ConcatStrings,
    IRType,
    LoadTable,
    Operand,
    Passing,
    Register,
    type_of,
)

CLOSURE_CODE_OFFSET = 8

CELL_VALUE_OFFSET = 8
"""The offset of the value in an object of one word: after the descriptor."""

MAX_INLINE_ALLOCATION = 256
"""Objects up to this size are allocated in place."""


def first_free_slot(live: int) -> int:
    """Return the index of the slot after the call site and the live references."""
    return 1 + max(live, 0)


def receive(writer: FunctionWriter, dests: tuple[Register, ...], results: tuple[IRType, ...], call: str) -> None:
    """Append a call and assign its results to registers."""
    if len(dests) == 1 and len(results) == 1:
        writer.assign(dests[0], call)
        return
    if not dests:
        if results:
            writer.compute(call)
        else:
            writer.emit(call)
        return
    kind = results_type(results)
    given = writer.compute(call)
    for index, dest in enumerate(dests):
        writer.assign(dest, f"extractvalue {kind} {given}, {index}")


def write_call(writer: FunctionWriter, operation: Call) -> None:
    callee = writer.pool.functions[operation.callee]
    arguments = [writer.typed(argument) for argument in operation.arguments]
    stack = writer.slot(first_free_slot(operation.live))
    given = ", ".join([f"ptr {stack}", *arguments])
    name = writer.callee(operation.callee)
    mark = " noinline" if (writer.function.name, operation.callee) in writer.pool.kept_calls else ""
    receive(writer, operation.dests, callee.results, f"call {results_type(callee.results)} {name}({given}){mark}")


def write_call_closure(writer: FunctionWriter, operation: CallClosure) -> None:
    closure = writer.value(operation.closure)
    arguments = [writer.typed(argument) for argument in operation.arguments]
    address = field_address(writer, closure, CLOSURE_CODE_OFFSET)
    # The alias class must be that of a field: the store that made the closure may be in this function.
    code = writer.compute(f"load ptr, ptr {address}{writer.metadata.field(IRType.PTR, CLOSURE_CODE_OFFSET)}")
    stack = writer.slot(first_free_slot(operation.live))
    given = ", ".join([f"ptr {stack}", f"ptr {closure}", *arguments])
    results = operation.signature.results
    receive(writer, operation.dests, results, f"call {results_type(results)} {code}({given})")


def write_load_table(writer: FunctionWriter, operation: LoadTable) -> None:
    table = writer.value(operation.table)
    address = writer.compute(f"getelementptr inbounds i8, ptr {table}, i64 {8 * operation.entry}")
    # Tables are constant data, so unlike a field of an object the word never changes.
    writer.assign(operation.dest, f"load ptr, ptr {address}{writer.metadata.table()}")


def write_call_indirect(writer: FunctionWriter, operation: CallIndirect) -> None:
    code = writer.value(operation.code)
    arguments = [writer.typed(argument) for argument in operation.arguments]
    stack = writer.slot(first_free_slot(operation.live))
    given = ", ".join([f"ptr {stack}", *arguments])
    results = operation.signature.results
    receive(writer, operation.dests, results, f"call {results_type(results)} {code}({given})")


def write_call_runtime(writer: FunctionWriter, operation: CallRuntime) -> None:
    spec = SPECS[operation.function]
    arguments = ", ".join([writer.typed(argument) for argument in operation.arguments])
    if spec.collects or spec.panics:
        writer.store_top(first_free_slot(operation.live))
    call = f"call {RETURN_TYPE[spec.returns]} {writer.pool.call_runtime(operation.function)}({arguments})"
    if spec.returns in (AbiReturnKind.VOID, AbiReturnKind.NEVER):
        writer.emit(call)
    elif operation.dest is None:
        writer.compute(call)
    else:
        writer.assign(operation.dest, call)


def write_call_extern(writer: FunctionWriter, operation: CallExtern) -> None:
    imported = writer.pool.use_extern(operation.symbol)
    flush_output(writer)
    words = foreign_words(writer, operation)
    held = writer.pool.conventions
    arguments = [f"{type}{extension(imported, index, held)} {word}" for index, (type, word) in enumerate(words)]
    writer.store_top(first_free_slot(operation.live))
    results = imported.signature.results
    # The call states its full type: another contract may declare an address where this one declares a word.
    # Not a builtin: a library may define a function with the name of one of libc's.
    kind = f"{foreign_result(imported)} ({', '.join([type for type, _ in words])})"
    call = f"call {kind} @{operation.symbol}({', '.join(arguments)}) nobuiltin"
    if not results:
        writer.emit(call)
    elif operation.dest is None:
        writer.compute(call)
    elif operation.dest.type is IRType.I1:
        byte = writer.compute(call)
        writer.assign(operation.dest, f"icmp ne i8 {byte}, 0")
    else:
        writer.assign(operation.dest, call)


def foreign_words(writer: FunctionWriter, operation: CallExtern) -> list[tuple[str, str]]:
    """Return type and value of every machine word that is passed to the C function."""
    words: list[tuple[str, str]] = []
    for argument, passing in zip(operation.arguments, passing_of(operation), strict=True):
        words += foreign_argument(writer, argument, passing)
    return words


def foreign_argument(writer: FunctionWriter, argument: Operand, passing: Passing) -> list[tuple[str, str]]:
    """Return the words of one argument. A boolean is passed as a byte, a reference according to its mode."""
    value = writer.value(argument)
    match passing:
        case Passing.VALUE if type_of(argument) is IRType.I1:
            return [("i8", writer.compute(f"zext i1 {value} to i8"))]
        case Passing.VALUE:
            return [(MEMORY_TYPE[type_of(argument)], value)]
        case Passing.CELL:
            return [("ptr", writer.compute(f"getelementptr inbounds i8, ptr {value}, i64 {CELL_VALUE_OFFSET}"))]
        case Passing.OBJECT:
            return [("ptr", value)]
        case Passing.DATA | Passing.BUFFER | Passing.ARRAY:
            words = [("ptr", writer.compute(f"load ptr, ptr {value}"))]
            for index in range(1, len(MACHINE_WORDS[passing])):
                address = writer.compute(f"getelementptr inbounds i8, ptr {value}, i64 {8 * index}")
                words.append(("i64", writer.compute(f"load i64, ptr {address}")))
            return words
        case _:
            assert_never(passing)


def flush_output(writer: FunctionWriter) -> None:
    """Flush the buffer of descriptor 1, so that foreign output comes after ours."""
    address = writer.context(CONTEXT_STDOUT_PENDING_OFFSET)
    pending = writer.compute(f"load i64, ptr {address}{writer.metadata.context()}")
    empty = writer.compute(f"icmp eq i64 {pending}, 0")
    resume = writer.label()
    dropped = writer.temporary()
    name = writer.pool.call_runtime("stdout_flush")
    flush = writer.cold_block([f"  {dropped} = call i64 {name}(){writer.debug}", f"  br label %{resume}{writer.debug}"])
    writer.emit(f"br i1 {empty}, label %{resume}, label %{flush}")
    writer.lines.append(f"{resume}:")


# Allocation -----------------------------------------------------------------------------------------------------


def write_allocate_object(writer: FunctionWriter, operation: AllocateObject) -> None:
    size = writer.pool.descriptors[operation.descriptor].size
    slots = first_free_slot(operation.live)
    descriptor = writer.descriptor(operation.descriptor)
    name = writer.pool.call_runtime("alloc")
    if size > MAX_INLINE_ALLOCATION or writer.is_compact:
        writer.store_top(slots)
        writer.assign(operation.dest, f"call ptr {name}(i64 {size}, ptr {descriptor})")
        return
    class_index = next(index for index, cell in enumerate(SIZE_CLASSES) if cell >= size)
    cursors = CONTEXT_CURSORS_OFFSET + (KIND_OBJECT * len(SIZE_CLASSES) + class_index) * ALLOCATION_CURSOR_SIZE
    attachment = writer.metadata.context()
    cursor_address = writer.context(cursors)
    limit_address = writer.compute(
        f"getelementptr inbounds i8, ptr {cursor_address}, i64 {ALLOCATION_CURSOR_LIMIT_OFFSET}"
    )
    cursor = writer.compute(f"load ptr, ptr {cursor_address}{attachment}")
    limit = writer.compute(f"load ptr, ptr {limit_address}{attachment}")
    empty = writer.compute(f"icmp eq ptr {cursor}, {limit}")
    fast, slow, join = writer.label(), writer.label(), writer.label()
    writer.emit(f"br i1 {empty}, label %{slow}, label %{fast}{writer.metadata.weights(1, 2000)}")
    writer.lines.append(f"{fast}:")
    following = writer.compute(f"getelementptr i8, ptr {cursor}, i64 {SIZE_CLASSES[class_index]}")
    writer.emit(f"store ptr {following}, ptr {cursor_address}{attachment}")
    writer.emit(f"store ptr {descriptor}, ptr {cursor}{writer.metadata.descriptor()}")
    writer.emit(f"br label %{join}")
    writer.lines.append(f"{slow}:")
    writer.store_top(slots)
    called = writer.compute(f"call ptr {name}(i64 {size}, ptr {descriptor})")
    writer.emit(f"br label %{join}")
    writer.lines.append(f"{join}:")
    writer.assign(operation.dest, f"phi ptr [ {cursor}, %{fast} ], [ {called}, %{slow} ]")


def write_allocate_array(writer: FunctionWriter, operation: AllocateArray) -> None:
    length = writer.value(operation.length)
    writer.store_top(first_free_slot(operation.live))
    name = writer.pool.call_runtime("array_new_typed")
    made = writer.compute(f"call ptr {name}(ptr {writer.descriptor(operation.descriptor)}, i64 {length})")
    if writer.is_compact:
        writer.set(operation.dest, made)
        return
    # Knowing the length here lets LLVM remove checks of smaller indexes.
    given = writer.compute(f"load i64, ptr {length_address(writer, made)}{writer.metadata.length()}")
    same = writer.compute(f"icmp eq i64 {given}, {length}")
    writer.pool.intrinsic("declare void @llvm.assume(i1)")
    writer.emit(f"call void @llvm.assume(i1 {same})")
    writer.set(operation.dest, made)


def write_concat_strings(writer: FunctionWriter, operation: ConcatStrings) -> None:
    parts = [writer.value(part) for part in operation.parts if type_of(part) is IRType.REF]
    base = first_free_slot(operation.live)
    if len(parts) != len(operation.parts):
        concat_with_numbers(writer, operation, base, parts)
        return
    if len(parts) == 2:
        writer.store_top(base)
        name = writer.pool.call_runtime("str_concat")
        writer.assign(operation.dest, f"call ptr {name}(ptr {parts[0]}, ptr {parts[1]})")
        return
    store_parts(writer, base, parts)
    name = writer.pool.call_runtime("str_concat_n")
    writer.assign(operation.dest, f"call ptr {name}(ptr {writer.slot(base)}, i64 {len(parts)})")


def store_parts(writer: FunctionWriter, base: int, parts: list[str]) -> None:
    """Store references in the slots after the live prefix, where the collector sees them."""
    for index, part in enumerate(parts):
        writer.emit(f"store ptr {part}, ptr {writer.slot(base + index)}{writer.metadata.shadow()}")
    writer.store_top(base + len(parts))


def concat_with_numbers(writer: FunctionWriter, operation: ConcatStrings, base: int, parts: list[str]) -> None:
    """Pass numbers to the runtime in a separate array, unformatted."""
    count = mask = 0
    for index, part in enumerate(operation.parts):
        if type_of(part) is IRType.I64:
            address = writer.compute(f"getelementptr inbounds i64, ptr {NUMBERS}, i64 {count}")
            writer.emit(f"store i64 {writer.value(part)}, ptr {address}")
            count += 1
            mask |= 1 << index
    store_parts(writer, base, parts)
    name = writer.pool.call_runtime("str_concat_numbers")
    given = f"ptr {writer.slot(base)}, ptr {NUMBERS}, i64 {len(operation.parts)}, i64 {mask}"
    writer.assign(operation.dest, f"call ptr {name}({given})")


WRITERS: dict[type, Callable[[FunctionWriter, Any], None]] = {
    AllocateObject: write_allocate_object,
    AllocateArray: write_allocate_array,
    ConcatStrings: write_concat_strings,
    Call: write_call,
    CallClosure: write_call_closure,
    LoadTable: write_load_table,
    CallIndirect: write_call_indirect,
    CallRuntime: write_call_runtime,
    CallExtern: write_call_extern,
}
"""The handlers of calls and allocations."""
