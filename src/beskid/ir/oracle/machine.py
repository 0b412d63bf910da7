"""The machine: runs a module on a host and returns the exit status.

`run_module` behaves as the built program would (decisions R1, R2, T5): a panic is printed to descriptor 2 and ends the
program with status 101; endless recursion is the panic `stack overflow`. Functions are translated to Python on their
first call. Foreign calls raise `UnsupportedError`; too many steps raise `StepLimitError`; behavior that valid IR rules
out raises `FaultError`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

from beskid.base.node import value
from beskid.ir.model import Descriptor, Location, Module
from beskid.ir.oracle import arithmetic
from beskid.ir.oracle.closures import CLOSURE_FUNCTIONS
from beskid.ir.oracle.dispatch import DISPATCH_FUNCTIONS
from beskid.ir.oracle.host import Host
from beskid.ir.oracle.stress import ShadowStack
from beskid.ir.oracle.system import System
from beskid.ir.oracle.texts import TEXT_FUNCTIONS, lossy, new_array
from beskid.ir.oracle.translate import Explicit, Names, TranslateOptions, translate
from beskid.ir.oracle.values import (
    REFERENCE_DESCRIPTOR,
    UNUSED,
    Address,
    ExitRequest,
    FaultError,
    HeapArray,
    HeapObject,
    Panic,
    StepLimitError,
    UnsupportedError,
    unused_element,
)
from beskid.ir.runtime import RUNTIME_SIGNATURES

PANIC_STATUS = 101
_MAX_TRACE_LINES = 32
_TRACE_LINES_AT_EACH_END = 16


@value
class RunOptions:
    """`explicit`: what the module does itself. `stressed`: collect at every safepoint, of a module with root stores.

    `step_limit` counts operations, roughly.
    """

    explicit: Explicit = Explicit.NOTHING
    stressed: bool = False
    step_limit: int | None = None
    depth_limit: int = 50_000


def run_module(module: Module, host: Host, arguments: Sequence[str] = (), options: RunOptions | None = None) -> int:
    """Run the entry of the module. Return the exit status, 0 to 255."""
    chosen = options if options is not None else RunOptions()
    if module.entry is None:
        raise FaultError("the module has no entry")
    machine = Machine(module, host, arguments, chosen)
    texts = [lossy(argument.encode("utf-8", "surrogateescape")) for argument in arguments]
    try:
        status: int = machine.call(module.entry, [HeapArray(list(texts), REFERENCE_DESCRIPTOR)])
    except Panic as panic:
        form = panic_form(panic.message, [machine.names.sites[site] for site in panic.trace if site >= 0])
        machine.output.flush_quietly()
        host.write(2, form)
        return PANIC_STATUS
    except ExitRequest as request:
        status = request.status
    finally:
        machine.output.flush_quietly()
    return machine.output.finish(status & 0xFF)


def panic_form(message: bytes, trace: list[Location]) -> bytes:
    """Return the printed form of a panic (decision R2)."""
    lines = [
        f"  at {site.file}:{site.line}:{site.column} in {site.function}\n"
        for innermost in trace
        for site in innermost.places()
        if site.function
    ]
    if len(lines) > _MAX_TRACE_LINES:
        left_out = len(lines) - 2 * _TRACE_LINES_AT_EACH_END
        lines = [
            *lines[:_TRACE_LINES_AT_EACH_END],
            f"  … {left_out} more frames\n",
            *lines[-_TRACE_LINES_AT_EACH_END:],
        ]
    return b"panic: " + message + b"\n" + "".join(lines).encode("utf-8", "replace")


class Machine:
    """One run: the translated functions and the state of the runtime."""

    __slots__ = ("_globals", "_options", "_shadow", "module", "names", "output")

    def __init__(self, module: Module, host: Host, arguments: Sequence[str], options: RunOptions) -> None:
        self.module = module
        self.names = Names({name: number for number, name in enumerate(module.functions)})
        self._options = options
        self._shadow = ShadowStack()
        encoded = [argument.encode("utf-8", "surrogateescape") for argument in arguments]
        system = System(host, encoded)
        self.output = system.output
        self._globals = self._make_globals(system)

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function of the module; recursion that is too deep is a panic."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(_depth() + self._options.depth_limit)
        try:
            if self._options.stressed:
                arguments = [0, *[self._shadow.track(argument) for argument in arguments]]
            return self._globals[f"f{self.names.functions[name]}"](*arguments)
        except RecursionError:
            raise Panic(b"stack overflow") from None
        except (MemoryError, OverflowError):
            raise Panic(b"out of memory") from None
        finally:
            sys.setrecursionlimit(limit)

    def _make_globals(self, system: System) -> dict[str, Any]:
        addresses: list[Address] = []
        closures: list[HeapObject] = []
        tables: dict[str, list[Any]] = {name: [] for name in self.module.tables}
        space: dict[str, Any] = {
            "addresses": addresses,
            "closures": closures,
            "tables": tables,
            "K": self.names.constants,
            "descriptors": self.module.descriptors,
            "steps": [self._options.step_limit or 0],
            "HeapObject": HeapObject,
            "Panic": Panic,
            "StepLimitError": StepLimitError,
            "allocate_array": _allocate_array,
            "collect": self._shadow.collect,
            "store": self._shadow.store,
            "track": self._shadow.track,
            "atan2": math.atan2,
            "undefined": _undefined,
            "null": 0,
            "unsupported": _unsupported,
            "UNUSED": UNUSED,
            "unused_element": unused_element,
        }
        for helper in _HELPERS:
            space[helper] = getattr(arithmetic, helper)
        for operation, function in arithmetic.UNARY.items():
            space[f"math_{operation}"] = function
        for symbol in RUNTIME_SIGNATURES:
            space[f"rt_{symbol}"] = _missing(symbol)
        for functions in (TEXT_FUNCTIONS, CLOSURE_FUNCTIONS, DISPATCH_FUNCTIONS, system.functions()):
            for symbol, function in functions.items():
                space[f"rt_{symbol}"] = function
        for number, name in enumerate(self.module.functions):
            stub = self._stub(number, name)
            space[f"f{number}"] = stub
            addresses.append(Address(name, stub))
            closures.append(HeapObject(None))
            closures[number][8] = addresses[number]
        for table in self.module.tables.values():
            tables[table.name].extend([addresses[self.names.functions[function]] for function in table.functions])
            tables[table.name].extend([tables[link] for link in table.links])
        return space

    def _stub(self, number: int, name: str) -> Callable[..., Any]:
        """Translates the function on the first call and is replaced by the translation."""

        def first_call(*arguments: Any) -> Any:
            if self._globals[f"f{number}"] is first_call:
                self._define(number, name)
            return self._globals[f"f{number}"](*arguments)

        return first_call

    def _define(self, number: int, name: str) -> None:
        options = TranslateOptions(self._options.explicit, self._options.step_limit is not None, self._options.stressed)
        source = translate(self.module.functions[name], self.names, options)
        exec(compile(source, f"<ir {name}>", "exec"), self._globals)
        self._globals["addresses"][number].call = self._globals[f"f{number}"]


_HELPERS = (
    "bit_count",
    "bits_of_f32",
    "bits_of_f64",
    "divide",
    "f32_of_bits",
    "f64_of_bits",
    "float_divide",
    "float_power",
    "float_remainder",
    "integer_to_f32",
    "leading_zeros",
    "remainder",
    "saturate",
    "to_f32",
    "trailing_zeros",
)


def _depth() -> int:
    depth = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        depth += 1
    return depth


def _allocate_array(length: int, descriptor: Descriptor, initial: Any) -> HeapArray:
    if length < 0:
        raise Panic(b"array length is negative")
    return new_array(length, descriptor, b"out of memory", initial)


def _undefined(message: str) -> None:
    raise FaultError(message)


def _unsupported(symbol: str) -> None:
    raise UnsupportedError(f"the interpreter cannot call the foreign function {symbol}")


def _missing(symbol: str) -> Callable[..., Any]:
    def refuse(*arguments: Any) -> None:
        raise UnsupportedError(f"the interpreter does not have the runtime function {symbol}")

    return refuse
