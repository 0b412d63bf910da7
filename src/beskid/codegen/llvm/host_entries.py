"""The functions through which a host calls a module: `int64_t (void **sp, uint64_t *words)`.

Takes a function of the module; the wrapper loads its arguments from words 0, 1, …, calls it and stores its results from
word 0 on. A component takes one word; one that is narrower takes the low bytes of it, and the others are not read. So
every function has one signature for the host, and one call in its extension.

The code of the function values that the host makes is the opposite: it stores its arguments as words, calls the host
through the runtime, and loads the results.
"""

from __future__ import annotations

from beskid.codegen.llvm.pool import Pool
from beskid.codegen.llvm.types import MEMORY_TYPE, VALUE_TYPE, results_type
from beskid.ir.model import Function, IRType, Signature

CALL_HOST = "beskid_call_host"


def host_entry(function: Function, pool: Pool, symbol: str) -> str:
    """Define the wrapper of a function under a symbol of this object."""
    scope, place = pool.metadata.wrapper(symbol)
    lines = [f"define internal i64 @{symbol}(ptr %sp, ptr %words) nounwind{pool.attributes}{scope} {{"]
    arguments = ["ptr %sp"]
    for number, parameter in enumerate(function.parameters):
        lines.append(f"  %w{number} = getelementptr i64, ptr %words, i64 {number}")
        lines += _load(number, parameter.type)
        arguments.append(f"{VALUE_TYPE[parameter.type]} %a{number}")
    call = f"call {results_type(function.results)} {pool.body(function.name)}({', '.join(arguments)}){place}"
    lines.append(f"  %r = {call}" if function.results else f"  {call}")
    for number, result in enumerate(function.results):
        lines += _store(number, result, is_alone=len(function.results) == 1, whole=results_type(function.results))
    return "\n".join([*lines, "  ret i64 0", "}"])


def host_callback(signature: Signature, pool: Pool, symbol: str) -> str:
    """Define the code of function values of the host with these parameters and results, without the closure.

    References among the arguments, and the closure, go into the slots of the activation, which has no call site: the
    caller's stands for it in traces.
    """
    results = results_type(signature.results)
    parameters = "".join([f", {VALUE_TYPE[type]} %a{number}" for number, type in enumerate(signature.parameters)])
    room = max(len(signature.parameters), len(signature.results), 1)
    lines = [
        f"define internal {results} @{symbol}(ptr %sp, ptr %closure{parameters}) nounwind{pool.attributes} {{",
        f"  %words = alloca [{room} x i64], align 8",
        "  store ptr %closure, ptr %sp, align 8",
    ]
    slots = 1
    for number, type in enumerate(signature.parameters):
        lines += _put(f"%a{number}", f"p{number}", number, type)
        if type is IRType.REF:
            lines.append(f"  %s{slots} = getelementptr ptr, ptr %sp, i64 {slots}")
            lines.append(f"  store ptr %a{number}, ptr %s{slots}, align 8")
            slots += 1
    lines.append(f"  %top = getelementptr ptr, ptr %sp, i64 {slots}")
    lines.append(f"  call void {pool.call_runtime(CALL_HOST)}(ptr %top, ptr %closure, ptr %words)")
    values = []
    for number, type in enumerate(signature.results):
        lines += [f"  %v{number} = getelementptr i64, ptr %words, i64 {number}"]
        lines += _take(f"%r{number}", f"%v{number}", number, type)
        values.append((VALUE_TYPE[type], f"%r{number}"))
    match values:
        case []:
            lines.append("  ret void")
        case [(type_text, value)]:
            lines.append(f"  ret {type_text} {value}")
        case _:
            whole = "poison"
            for number, (type_text, value) in enumerate(values):
                lines.append(f"  %w{number} = insertvalue {results} {whole}, {type_text} {value}, {number}")
                whole = f"%w{number}"
            lines.append(f"  ret {results} {whole}")
    return "\n".join([*lines, "}"])


def _load(number: int, type: IRType) -> list[str]:
    return _take(f"%a{number}", f"%w{number}", number, type)


def _take(value: str, address: str, number: int, type: IRType) -> list[str]:
    """Load a component from its word."""
    if type is not IRType.I1:
        return [f"  {value} = load {MEMORY_TYPE[type]}, ptr {address}, align 8"]
    return [f"  %m{number} = load i8, ptr {address}, align 8", f"  {value} = icmp ne i8 %m{number}, 0"]


def _store(number: int, type: IRType, is_alone: bool, whole: str) -> list[str]:
    value = "%r" if is_alone else f"%r{number}"
    lines = [] if is_alone else [f"  {value} = extractvalue {whole} %r, {number}"]
    return [*lines, *_put(value, f"o{number}", number, type)]


def _put(value: str, name: str, number: int, type: IRType) -> list[str]:
    """Store a component into its word; `name` is the register of the address."""
    lines = []
    if type is IRType.I1:
        lines.append(f"  %z{number} = zext i1 {value} to i8")
        value = f"%z{number}"
    lines.append(f"  %{name} = getelementptr i64, ptr %words, i64 {number}")
    lines.append(f"  store {MEMORY_TYPE[type]} {value}, ptr %{name}, align 8")
    return lines
