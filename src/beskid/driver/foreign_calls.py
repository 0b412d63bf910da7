"""Programs that the interpreter cannot run, because they call foreign functions."""

from __future__ import annotations

from beskid.driver.failure import DriverError
from beskid.ir.model import CallExtern, Module


def refuse_foreign_calls(module: Module) -> None:
    """Raise `DriverError` when the module calls a foreign function."""
    for function in module.functions.values():
        for block in function.blocks:
            for step in block.instructions:
                if isinstance(step, CallExtern):
                    place = step.location or function.location
                    raise DriverError(
                        f"the oracle cannot call the foreign function `{step.symbol}`"
                        f" ({place.file}:{place.line}:{place.column})",
                        "run it with `--engine jit` or `--engine aot`",
                    )
