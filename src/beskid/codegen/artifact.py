"""The codegen artifact: everything a back end needs of one program, in a deterministic order.

It takes an `ir.Module` after the passes and returns a `CodegenArtifact`: functions, type descriptors, string
literals, the runtime functions and foreign functions that are called, exports and the entry. It contains
names but no addresses, so JIT and AOT use the same one. It must not change the IR and must not know LLVM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from beskid.base.digests import sha256_of
from beskid.base.node import value
from beskid.codegen.errors import CodegenError
from beskid.codegen.externs import declare_validated_extern_imports
from beskid.ir.effects import BEHAVIOURS, Behaviour
from beskid.ir.host_facts import facts_of
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    ConcatStrings,
    Count,
    Descriptor,
    ExternImport,
    Function,
    HostInterface,
    Instruction,
    IRType,
    MethodTable,
    Module,
    Operand,
    Poll,
    Register,
    SliceString,
    StoreElement,
    StoreField,
    StringConstant,
    Terminator,
    type_of,
)
from beskid.ir.operands import READS
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.source.codes import E2011


@value
class CodegenArtifact:
    """One program for both back ends.

    The functions are those of the module, not copies, so the module must not change once the artifact is made.
    Without `has_roots` the collector would find no references, so the entry disables it. `host_facts` has a word for
    each entry of `host` (`ir.host_facts`).
    """

    name: str
    functions: tuple[Function, ...]
    type_descriptors: tuple[Descriptor, ...]
    method_tables: tuple[MethodTable, ...]
    string_literals: tuple[bytes, ...]
    builtin_imports: tuple[str, ...]
    extern_imports: tuple[ExternImport, ...]
    exports: tuple[str, ...]
    entry: str | None
    tests: tuple[str, ...]
    module: Module
    has_roots: bool = True
    host: HostInterface | None = None
    host_facts: tuple[str, ...] = ()
    has_counters: bool = False

    @property
    def canonical_text(self) -> str:
        """The text of the module and the names of its tests, which decide the identity of a program in one unit."""
        return print_module(self.module) + "".join([f"test {name}\n" for name in self.tests])

    def canonical_hash(self) -> str:
        """SHA-256 of the canonical text."""
        return sha256_of(self.canonical_text.encode())


def require_valid(module: Module, has_roots: bool = True, functions: Iterable[str] | None = None) -> None:
    """Raise `CodegenError` when an invariant does not hold, in the functions named or in all."""
    problems = verify(module, after_roots=True, has_roots=has_roots, functions=functions)
    if problems:
        raise CodegenError(E2011, "invalid IR:\n  " + "\n  ".join(problems[:20]))


def make_artifact(
    module: Module, tests: tuple[str, ...] = (), has_roots: bool = True, verifies: bool = True
) -> CodegenArtifact:
    """Seal a module: functions in their order, everything else sorted or in order of first use.

    Raises `CodegenError` when an invariant does not hold: no back end sees an invalid module. Without `verifies` it is
    left to the build of units, which verifies the functions that it compiles.
    """
    if verifies:
        require_valid(module, has_roots)
    literals: dict[bytes, None] = {}
    builtins: set[str] = set()
    has_foreign_call = False
    has_counters = False
    for function in module.functions.values():
        if function.exported or function.is_callback:
            builtins.update(("beskid_thunk_enter", "beskid_thunk_leave"))
        for block in function.blocks:
            for instruction in block.instructions:
                builtins.update(runtime_functions_of(instruction))
                has_foreign_call = has_foreign_call or isinstance(instruction, CallExtern)
                has_counters = has_counters or isinstance(instruction, Count)
                collect_literals(instruction, literals)
            if block.terminator is not None:
                collect_literals(block.terminator, literals)
    if has_foreign_call:
        builtins.add("stdout_flush")
    if not has_roots:
        builtins.add("gc_disable")
    return CodegenArtifact(
        name=module.name,
        functions=tuple(module.functions.values()),
        type_descriptors=tuple([module.descriptors[name] for name in sorted(module.descriptors)]),
        method_tables=tuple([module.tables[name] for name in sorted(module.tables)]),
        string_literals=tuple(literals),
        builtin_imports=tuple(sorted(builtins)),
        extern_imports=declare_validated_extern_imports([module.externs[symbol] for symbol in sorted(module.externs)]),
        exports=tuple(sorted([name for name, function in module.functions.items() if function.exported])),
        entry=module.entry,
        tests=tests,
        module=module,
        has_roots=has_roots,
        host=module.host,
        host_facts=() if module.host is None else facts_of(module, module.host.entries),
        has_counters=has_counters,
    )


def collect_literals(operation: Instruction | Terminator, literals: dict[bytes, None]) -> None:
    """Add the static strings that an operation reads."""
    for operand in READS[type(operation)](operation):
        if isinstance(operand, StringConstant):
            literals[operand.data] = None


def runtime_functions_of(instruction: Instruction) -> tuple[str, ...]:
    """Return the runtime functions that the machine code of an instruction may call."""
    kind = type(instruction)
    if BEHAVIOURS[kind] is Behaviour.SIMPLE and kind not in RUNTIME_FUNCTIONS:
        return ()
    return RUNTIME_FUNCTIONS[kind](instruction)


def needs_barrier(stored: Operand) -> bool:
    """Return whether the collector must know of a stored value: a reference that may point into the heap."""
    return type_of(stored) is IRType.REF and isinstance(stored, Register)


def _of_field_store(store: StoreField) -> tuple[str, ...]:
    return () if store.initializing else _barrier(store.value)


def _barrier(stored: Operand) -> tuple[str, ...]:
    return ("gc_write_barrier",) if needs_barrier(stored) else ()


def _of_concatenation(concatenation: ConcatStrings) -> tuple[str, ...]:
    parts = concatenation.parts
    if any(type_of(part) is IRType.I64 for part in parts):
        return ("str_concat_numbers",)
    return ("str_concat",) if len(parts) == 2 else ("str_concat_n",)


def _of_divisor_check(check: CheckDivisor) -> tuple[str, ...]:
    return ("panic_division_by_zero", "panic_integer_overflow") if check.signed else ("panic_division_by_zero",)


RUNTIME_FUNCTIONS: dict[type[Any], Callable[[Any], tuple[str, ...]]] = {
    StoreField: _of_field_store,
    StoreElement: lambda store: _barrier(store.value),
    CheckIndex: lambda check: ("panic_index",),
    CheckDivisor: _of_divisor_check,
    Poll: lambda poll: ("beskid_call_host",),
    SliceString: lambda slice: ("str_slice",),
    AllocateObject: lambda allocation: ("alloc",),
    AllocateArray: lambda allocation: ("array_new_typed",),
    ConcatStrings: _of_concatenation,
    Call: lambda call: (),
    CallClosure: lambda call: (),
    CallIndirect: lambda call: (),
    CallRuntime: lambda call: (call.function,),
    CallExtern: lambda call: (),
}
"""The runtime functions of every instruction that is not simple, and of stores, which tell the collector."""
