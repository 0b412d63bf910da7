"""Functions with so many loops that LLVM's passes over loops would take minutes: only a few fast passes optimize them.

The time of LLVM's loop passes grows with the square of the loops of a function, or the cube: 250 loops took 2.4 s,
500 took 14 s, and 1,000 took 122 s. Without those passes 1,000 loops take 0.7 s. Combining instructions is left out
too, because it removes the `freeze` that keeps code generation linear. The functions are marked by an attribute. They
are `optnone` while the pipeline runs over the module, and no longer when code is generated.
"""

from __future__ import annotations

import re
from typing import Any

from beskid.codegen.llvm.function import LIGHT_ATTRIBUTE

_OPTNONE = re.compile(r"^(attributes #\d+ = \{.*?) optnone\b", re.MULTILINE)


def run_pipeline(binding: Any, module: Any, builder: Any) -> Any:
    """Run the passes of `-O2` over a module. Return the module, which is another one after light functions."""
    light = [function for function in module.functions if _is_light(function)]
    for function in light:
        _run_light_passes(binding, function, builder)
        function.add_function_attribute("optnone")
    builder.getModulePassManager().run(module, builder)
    return binding.parse_assembly(_OPTNONE.sub(r"\1", str(module))) if light else module


def _is_light(function: Any) -> bool:
    if function.is_declaration:
        return False
    return any(LIGHT_ATTRIBUTE.encode() in attribute for attribute in function.attributes)


def _run_light_passes(binding: Any, function: Any, builder: Any) -> None:
    manager = binding.create_new_function_pass_manager()
    manager.add_sroa_pass()
    manager.add_simplify_cfg_pass()
    manager.add_dead_code_elimination_pass()
    manager.run(function, builder)
