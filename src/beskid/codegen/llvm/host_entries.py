"""The functions through which a host calls a module: `int64_t (void **sp, uint64_t *words)`.

Takes a function of the module; the wrapper loads its arguments from words 0, 1, …, calls it and stores its results from
word 0 on. A component takes one word; one that is narrower takes the low bytes of it, and the others are not read. So
every function has one signature for the host, and one call in its extension.
"""

from __future__ import annotations

from beskid.codegen.llvm.pool import Pool
from beskid.codegen.llvm.types import MEMORY_TYPE, VALUE_TYPE, results_type
from beskid.ir.model import Function, IRType


def host_entry(function: Function, pool: Pool, symbol: str) -> str:
    """Define the wrapper of a function under a symbol of this object."""
    lines = [f"define internal i64 @{symbol}(ptr %sp, ptr %words) nounwind{pool.probes} {{"]
    arguments = ["ptr %sp"]
    for number, parameter in enumerate(function.parameters):
        lines.append(f"  %w{number} = getelementptr i64, ptr %words, i64 {number}")
        lines += _load(number, parameter.type)
        arguments.append(f"{VALUE_TYPE[parameter.type]} %a{number}")
    call = f"call {results_type(function.results)} {pool.symbols[function.name]}({', '.join(arguments)})"
    lines.append(f"  %r = {call}" if function.results else f"  {call}")
    for number, result in enumerate(function.results):
        lines += _store(number, result, is_alone=len(function.results) == 1, whole=results_type(function.results))
    return "\n".join([*lines, "  ret i64 0", "}"])


def _load(number: int, type: IRType) -> list[str]:
    if type is not IRType.I1:
        return [f"  %a{number} = load {MEMORY_TYPE[type]}, ptr %w{number}, align 8"]
    return [f"  %m{number} = load i8, ptr %w{number}, align 8", f"  %a{number} = icmp ne i8 %m{number}, 0"]


def _store(number: int, type: IRType, is_alone: bool, whole: str) -> list[str]:
    value = "%r" if is_alone else f"%r{number}"
    lines = [] if is_alone else [f"  {value} = extractvalue {whole} %r, {number}"]
    if type is IRType.I1:
        lines.append(f"  %z{number} = zext i1 {value} to i8")
        value = f"%z{number}"
    lines.append(f"  %o{number} = getelementptr i64, ptr %words, i64 {number}")
    lines.append(f"  store {MEMORY_TYPE[type]} {value}, ptr %o{number}, align 8")
    return lines
