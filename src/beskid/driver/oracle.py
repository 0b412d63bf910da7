"""Running IR by the interpreter with the files, environment and streams of this process.

Takes a module and a host, and returns the exit status that the built program would have. Foreign calls are refused
before anything runs. What valid IR never does is a bug of the compiler and ends with the status of an internal error.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.driver.failure import STATUS_INTERNAL, DriverError
from beskid.driver.foreign_calls import refuse_foreign_calls
from beskid.ir.model import Module
from beskid.ir.oracle.host import Host
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.real_host import RealHost
from beskid.ir.oracle.translate import Explicit
from beskid.ir.oracle.values import FaultError, UnsupportedError
from beskid.lower.passes.bounds import BOUNDS
from beskid.lower.passes.division import DIVISION
from beskid.lower.passes.sites import SITES
from beskid.lower.pipeline import STAGES, has_root_stores, has_run

_INSERTED = ((BOUNDS, Explicit.INDEX_CHECKS), (DIVISION, Explicit.DIVISOR_CHECKS), (SITES, Explicit.SITES))

STRESS_VARIABLE = "BESKID_GC_STRESS"

_STANDARD_OUTPUT = 1
_STANDARD_ERROR = 2


class CapturingHost(RealHost):
    """This process, with its input given in advance and its two output streams captured."""

    def __init__(self, stdin: bytes) -> None:
        super().__init__()
        self.stdin = stdin
        self.stdout = bytearray()
        self.stderr = bytearray()

    def read(self, descriptor: int, maximum: int) -> bytes:
        if descriptor != 0:
            return super().read(descriptor, maximum)
        data, self.stdin = self.stdin[:maximum], self.stdin[maximum:]
        return data

    def write(self, descriptor: int, data: bytes) -> int:
        if descriptor not in (_STANDARD_OUTPUT, _STANDARD_ERROR):
            return super().write(descriptor, data)
        (self.stdout if descriptor == _STANDARD_OUTPUT else self.stderr).extend(data)
        return len(data)


def run_streaming(module: Module, stage: str, arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run IR of a stage on the streams of this process."""
    return interpret(module, stage, RealHost(), arguments, environment)


def _explicit_in(stage: str) -> Explicit:
    explicit = Explicit.NOTHING
    for step, inserted in _INSERTED:
        if has_run(step, stage):
            explicit |= inserted
    return explicit


def interpret(module: Module, stage: str, host: Host, arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run IR of a stage. With `BESKID_GC_STRESS=1` IR that has root stores is collected at every safepoint."""
    refuse_foreign_calls(module)
    is_stressed = has_root_stores(stage) and environment.get(STRESS_VARIABLE) == "1"
    try:
        return run_module(module, host, arguments, RunOptions(explicit=_explicit_in(stage), stressed=is_stressed))
    except UnsupportedError as error:
        raise DriverError(str(error), "run it with `--engine jit` or `--engine aot`") from error
    except FaultError as error:
        position = STAGES.index(stage)
        help = "this is a bug in beskid"
        if position:
            help += f"; `--after {STAGES[position - 1]}` runs the IR before this pass"
        raise DriverError(
            f"invalid operation in the IR after `{stage}`: {error}", help, None, STATUS_INTERNAL
        ) from error
