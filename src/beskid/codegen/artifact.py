"""The codegen artifact: everything a back end needs of one program, in an order that does not vary.

It takes an `ir.Module` after the passes and gives an immutable `CodegenArtifact`: functions, type descriptors, string
literals, the runtime functions and foreign functions that are called, exports and the entry. It names things and
holds no addresses, so JIT and AOT read the same one. It must not change the IR and must not know LLVM.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from beskid.base.node import value
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Call,
    CallClosure,
    CallExtern,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ConcatStrings,
    Descriptor,
    ExternImport,
    Function,
    Instruction,
    IRType,
    Module,
    Operand,
    Register,
    StoreElement,
    StoreField,
    StringConstant,
    Terminator,
    type_of,
)


@value
class CodegenArtifact:
    """One program for both back ends. `canonical_text` decides the identity of a cached object."""

    name: str
    functions: tuple[Function, ...]
    type_descriptors: tuple[Descriptor, ...]
    string_literals: tuple[bytes, ...]
    builtin_imports: tuple[str, ...]
    extern_imports: tuple[ExternImport, ...]
    exports: tuple[str, ...]
    entry: str | None
    tests: tuple[str, ...]
    canonical_text: str

    def canonical_hash(self) -> str:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.canonical_text.encode()).hexdigest()


def make_artifact(module: Module, tests: tuple[str, ...] = ()) -> CodegenArtifact:
    """Seal a module: functions in their order, everything else sorted or in order of first use."""
    literals: dict[bytes, None] = {}
    builtins: set[str] = set()
    externs: set[str] = set()
    for function in module.functions.values():
        if function.exported:
            builtins.update(("beskid_thunk_enter", "beskid_thunk_leave"))
        for block in function.blocks:
            for instruction in block.instructions:
                builtins.update(runtime_functions_of(instruction))
                if isinstance(instruction, CallExtern):
                    externs.add(instruction.symbol)
            for operand in operands_of_block(block.instructions, block.terminator):
                if isinstance(operand, StringConstant):
                    literals[operand.data] = None
    if externs:
        builtins.add("stdout_flush")
    return CodegenArtifact(
        name=module.name,
        functions=tuple(module.functions.values()),
        type_descriptors=tuple([module.descriptors[name] for name in sorted(module.descriptors)]),
        string_literals=tuple(literals),
        builtin_imports=tuple(sorted(builtins)),
        extern_imports=tuple([module.externs[symbol] for symbol in sorted(externs)]),
        exports=tuple(sorted([name for name, function in module.functions.items() if function.exported])),
        entry=module.entry,
        tests=tests,
        canonical_text=canonical_text(module),
    )


def canonical_text(module: Module) -> str:
    """A text that is equal exactly for equal programs, places in the source included."""
    lines = [f"module {module.name} entry {module.entry}"]
    lines += [repr(module.descriptors[name]) for name in sorted(module.descriptors)]
    lines += [repr(module.externs[symbol]) for symbol in sorted(module.externs)]
    for function in module.functions.values():
        lines.append(f"{function.name} {function.signature()} {function.exported} {function.location}")
        for block in function.blocks:
            lines.append(block.label)
            lines += [repr(instruction) for instruction in block.instructions]
            lines.append(repr(block.terminator))
    return "\n".join(lines)


def runtime_functions_of(instruction: Instruction) -> tuple[str, ...]:
    """The runtime functions that the machine code of an instruction may call."""
    match instruction:
        case CallRuntime(function=function):
            return (function,)
        case AllocateObject():
            return ("alloc",)
        case AllocateArray():
            return ("array_new_typed",)
        case ConcatStrings(parts=parts):
            return ("str_concat",) if len(parts) == 2 else ("str_concat_n",)
        case CheckIndex():
            return ("panic_index",)
        case CheckDivisor(signed=True):
            return ("panic_division_by_zero", "panic_integer_overflow")
        case CheckDivisor():
            return ("panic_division_by_zero",)
        case StoreField(initializing=False, value=stored) if type_of(stored) is IRType.REF:
            return ("gc_write_barrier",)
        case StoreElement(value=stored) if type_of(stored) is IRType.REF:
            return ("gc_write_barrier",)
        case _:
            return ()


def operands_of_block(instructions: list[Instruction], terminator: Terminator | None) -> Iterator[Operand]:
    """Every operand of a block that is not a register, in order."""
    for item in (*instructions, terminator):
        if item is None:
            continue
        for field in type(item).__slots__:
            held = getattr(item, field)
            for candidate in held if isinstance(held, tuple) else (held,):
                if isinstance(candidate, Operand) and not isinstance(candidate, Register):
                    yield candidate


SAFEPOINTS = (AllocateObject, AllocateArray, ConcatStrings, Call, CallClosure, CallExtern)
"""Instructions that may collect whatever they call; `CallRuntime` is one when its contract says so."""
