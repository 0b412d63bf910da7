"""A whole module as LLVM text.

It takes a `CodegenArtifact` and the name of the target and returns deterministic text. Functions are written first,
because data and declarations depend on what they use. It must not call LLVM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from beskid.abi.symbols import ENTRY_SYMBOL, PROGRAM_SYMBOL
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.conventions import conventions_of
from beskid.codegen.llvm import calls, checks, operations
from beskid.codegen.llvm.data import (
    Constants,
    Texts,
    host_callback_symbol,
    host_entry_symbol,
    note_lines,
    note_text,
    program_line,
    rows_content,
    site_lines,
    test_entry_symbol,
)
from beskid.codegen.llvm.declarations import declare_extern, declare_mathematical, declare_runtime, extension_of
from beskid.codegen.llvm.function import FunctionWriter
from beskid.codegen.llvm.host_entries import host_callback, host_entry
from beskid.codegen.llvm.metadata import DebugLevel, Metadata
from beskid.codegen.llvm.operations import write_constant_run
from beskid.codegen.llvm.pool import Names, Pool, has_thunk, thunk_name
from beskid.codegen.llvm.recursion import inline_levels
from beskid.codegen.llvm.types import MEMORY_TYPE, VALUE_TYPE, results_type
from beskid.codegen.trace import (
    DECLARE_BUILTINS,
    DECLARE_EXTERNS,
    DECLARE_FUNCTIONS,
    DEFINE,
    DESCRIPTORS,
    LITERALS,
    Trace,
)
from beskid.ir import model

HANDLERS: dict[type, Callable[[FunctionWriter, Any], None]] = {**operations.WRITERS, **checks.WRITERS, **calls.WRITERS}
"""The handler of every instruction."""


def write_module(
    artifact: CodegenArtifact,
    target: str,
    compiler: str,
    debug: DebugLevel,
    optimize: bool,
    trace: Trace | None = None,
) -> str:
    """Return the LLVM text of a program, its parts in the order that the boundary documents prescribe."""
    metadata = Metadata(compiler, debug)
    pool = Pool(Names(artifact), metadata, optimize, conventions_of(target), artifact.functions)
    functions: list[str] = []
    for function in artifact.functions:
        levels = inline_levels(function) if optimize else 0
        for level in range(levels + 1):
            functions.append(FunctionWriter(function, pool, level, levels).write(HANDLERS, write_constant_run))
    if pool.polls:
        functions.append(checks.call_for_poll(pool))
    functions += functions_for_callers(artifact, pool)
    texts = Texts()
    constants = Constants(artifact, pool, texts)
    data = constants.others
    if pool.sites:
        data += site_lines(pool.sites, texts, pool.conventions.sites_section)
    data.append(program_line(artifact, pool, texts))
    data += texts.lines()
    data += note_lines(note_text(artifact, pool, target, compiler), rows_content(pool), pool.conventions.note_section)
    mathematical = [declare_mathematical(symbol, count) for symbol, count in sorted(pool.mathematical.items())]
    builtins = sorted(pool.runtime)
    head = [f'source_filename = "{artifact.name}"' if artifact.name.isidentifier() else 'source_filename = "program"']
    parts: list[tuple[str, Iterable[str], list[str]]] = [
        (DECLARE_BUILTINS, builtins, [declare_runtime(symbol) for symbol in builtins]),
        # LLVM declares a function by defining it; only its name is known before.
        (DECLARE_FUNCTIONS, pool.symbols.values(), [*mathematical, *sorted(pool.intrinsics)]),
        (
            DECLARE_EXTERNS,
            [held.symbol for held in artifact.extern_imports],
            [
                declare_extern(imported, pool.conventions)
                for imported in artifact.extern_imports
                if imported.symbol not in pool.mathematical
            ],
        ),
        (
            LITERALS,
            [f"@.text.{number}" for number in pool.literals.values()],
            constants.literals,
        ),
        (DESCRIPTORS, [held.name for held in artifact.type_descriptors], constants.descriptors),
        (DEFINE, pool.symbols.values(), [*data, *functions]),
    ]
    lines = head
    for step, names, part in parts:
        if trace is not None:
            trace.note(step, names)
        lines += part
    return "\n".join(lines) + "\n" + metadata.text()


def functions_for_callers(artifact: CodegenArtifact, pool: Pool) -> list[str]:
    """Define the functions through which C, the runtime and a host call the program, and it calls a host."""
    functions = [export_thunk(function, pool) for function in artifact.functions if has_thunk(function)]
    if artifact.entry is not None:
        program = f"hidden i64 @{ENTRY_SYMBOL}"
        functions.append(entry_wrapper(pool.functions[artifact.entry], pool, program, artifact.has_roots))
    for number, test in enumerate(artifact.tests):
        functions.append(entry_wrapper(pool.functions[test], pool, f"internal i64 @{test_entry_symbol(number)}"))
    if artifact.host is not None:
        for number, entry in enumerate(artifact.host.entries):
            functions.append(host_entry(pool.functions[entry], pool, host_entry_symbol(number)))
        for number, signature in enumerate(artifact.host.callbacks):
            functions.append(host_callback(signature, pool, host_callback_symbol(number)))
    return functions


def entry_wrapper(entry: model.Function, pool: Pool, head: str, has_roots: bool = True) -> str:
    """Define a function that the runtime calls: `int64_t (void **stack, void *arguments)`."""
    if entry.signature() != model.Signature((model.IRType.REF,), (model.IRType.I64,)):
        raise ValueError(f"the entry {entry.name} must take the arguments and return a status")
    scope, place = pool.metadata.wrapper(head.partition("@")[2])
    return "\n".join(
        [
            f"define {head}(ptr %sp, ptr %arguments) nounwind{pool.attributes}{scope} {{",
            *([] if has_roots else [f"  call void {pool.call_runtime('gc_disable')}(){place}"]),
            f"  %status = call i64 {pool.body(entry.name)}(ptr %sp, ptr %arguments){place}",
            f"  ret i64 %status{place}",
            "}",
        ]
    )


def export_thunk(function: model.Function, pool: Pool) -> str:
    """Define the C function of an exported function or a callback, which enters the runtime and initializes it first.

    A boolean is a byte in C. A narrow result is extended where the calling convention requires it; the upper bits of
    narrow parameters are ignored. The thunk of a callback is only visible in this object.
    """
    linkage = "" if function.exported else "hidden "
    results = [extension_of(result, function.unsigned_result, pool.conventions) for result in function.results]
    extended = "".join(results).lstrip()
    enter = pool.call_runtime("beskid_thunk_enter")
    leave = pool.call_runtime("beskid_thunk_leave")
    booleans = [held.index for held in function.parameters if held.type is model.IRType.I1]
    parameters = ", ".join([f"{MEMORY_TYPE[held.type]} %p{held.index}" for held in function.parameters])
    arguments = "".join(
        [
            f", {VALUE_TYPE[held.type]} {'%b' if held.index in booleans else '%p'}{held.index}"
            for held in function.parameters
        ]
    )
    inner = results_type(function.results)
    outer = MEMORY_TYPE[function.results[0]] if len(function.results) == 1 else inner
    scope, place = pool.metadata.wrapper(function.name)
    call = f"call {inner} {pool.body(function.name)}(ptr %sp{arguments}){place}"
    lines = [
        f"define {linkage}{f'{extended} ' if extended else ''}{outer} {thunk_name(function)}({parameters}) "
        f"nounwind{pool.attributes}{scope} {{",
        *[f"  %b{index} = icmp ne i8 %p{index}, 0" for index in booleans],
        f"  %sp = call ptr {enter}(ptr @{PROGRAM_SYMBOL}){place}",
        f"  {call}" if inner == "void" else f"  %result = {call}",
        f"  call void {leave}(ptr %sp){place}",
    ]
    if inner == outer:
        lines.append("  ret void" if inner == "void" else f"  ret {inner} %result")
    else:
        lines += [f"  %byte = zext {inner} %result to {outer}", f"  ret {outer} %byte"]
    return "\n".join([*lines, "}"])
