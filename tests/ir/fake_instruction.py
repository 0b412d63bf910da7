"""Two instructions that only the table knows: what is derived handles them, what is written by hand refuses them.

Run as a program in a process of its own, because the tables are derived when their modules are imported. It prints a
line for each consumer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beskid.ir.forms import instruction, terminator
from beskid.ir.values import Location, Operand, Register


@instruction("twist {operand}, {amount}")
@dataclass(eq=False)
class Twist:
    location: Location | None
    dest: Register
    operand: Operand
    amount: int


@terminator("leap {chance}")
@dataclass(eq=False)
class Leap:
    location: Location | None
    chance: Operand


LEAPING = """module "leaping"
entry @start

function @start(%0 ref) -> (i64) at "Main" "main.bd" 1:1 {
entry:
  leap i64 7
}
"""
TEXT = """module "twisted"
entry @start

function @start(%0 ref) -> (i64) at "Main" "main.bd" 1:1 {
  registers %1 i64
entry:
  %1 = twist i64 3, 4 ! 2:3
  return %1
}
"""


def main() -> None:
    from beskid.codegen.artifact import CodegenArtifact, runtime_functions_of
    from beskid.codegen.llvm.metadata import DebugLevel
    from beskid.codegen.llvm.module import write_module
    from beskid.ir.copy import Copier
    from beskid.ir.effects import summarize
    from beskid.ir.model import Module
    from beskid.ir.operands import reads, writes
    from beskid.ir.oracle.host import MemoryHost
    from beskid.ir.oracle.machine import run_module
    from beskid.ir.read import read_module
    from beskid.ir.text import print_module
    from beskid.ir.verify import verify
    from beskid.lower.pipeline import run_passes

    module = read_module(TEXT)
    block = module.functions["start"].blocks[0]
    (twist,) = block.instructions
    block.instructions = [Copier().instruction(twist)]
    (copied,) = block.instructions
    print("copied", copied is not twist)
    print("printed", print_module(module) == TEXT)
    print("reads", reads(copied))
    print("writes", writes(copied))
    leaping = read_module(LEAPING)
    print("leap printed", print_module(leaping) == LEAPING)

    def write(program: Module) -> str:
        functions = tuple(program.functions.values())
        artifact = CodegenArtifact("fake", functions, (), (), (), (), (), (), "start", (), program)
        return write_module(artifact, "x86_64-unknown-linux-gnu", "test", DebugLevel.LINES, True)

    refusals: dict[str, Callable[[], object]] = {
        "verify": lambda: verify(module),
        "verify of a terminator": lambda: verify(leaping),
        "summarize": lambda: summarize(module),
        "run_passes": lambda: run_passes(module),
        "oracle": lambda: run_module(module, MemoryHost(), []),
        "oracle of a terminator": lambda: run_module(leaping, MemoryHost(), []),
        "runtime_functions_of": lambda: runtime_functions_of(copied),
        "write_module": lambda: write(module),
        "write_module of a terminator": lambda: write(leaping),
    }
    for name, consume in refusals.items():
        try:
            consume()
        except (KeyError, AssertionError) as error:
            print(f"{name} refuses:", str(error).partition("(")[0])
        else:
            print(f"{name} lets it pass")


if __name__ == "__main__":
    main()
