"""The verifier: the invariants of IR, checked for every function of a module.

`verify` takes a module and returns a list of problems, empty if there are none. Code generation relies on every line:

1. Shape. The functions, descriptors, method tables and externs of a module are registered under their own names; tables
   name functions and tables of the module; the entry takes a reference and returns an `i64`. A function has a block;
   parameters are its first registers; registers are numbered in order; labels differ; every block ends in one
   terminator, is reachable, and is jumped to only by blocks of its function; nothing jumps to the first block.
2. Types. Operands and destinations have the types that their instruction requires; integer constants are in the range
   of their type; a `return` has the results of the function. No instruction makes an address out of a reference.
3. Calls. Callees exist (functions, closures' and addresses' functions, runtime functions, externs) and signatures
   match; a runtime function that never returns is followed by `unreachable`.
4. Definite assignment. Every register is assigned on every path before it is read.
5. Memory. Fields follow the descriptor word and are aligned. For an object or array whose descriptor is known
   (its register is assigned once, by the allocation or by a `load_header` of such a register), accesses are inside it,
   with references exactly at reference offsets, and the stride is the element's size. Reference offsets are sorted,
   aligned and inside.
   A register that a `load_header` or `slice_string` assigns is assigned nowhere else: whoever reads it uses the header
   that was loaded, or what is in the frame. A slice is only lent (`ir/lending.py`).
6. Before the roots pass there is no `store_root`, and no operation has `live` set. After it, at every safepoint: each
   slot of the passed prefix was stored in this activation on every path and not invalidated since (a callee writes
   above the prefix of an earlier safepoint, and an object that only such a slot refers to may be freed); every
   reference register that is live after the safepoint, or is an operand of it, is in a slot of the prefix (the callee
   roots operands of direct calls); slot 0 holds the call site of the instruction. `ir/roots_check.py` checks this
   group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from beskid.ir.effects import CALLING, summarize
from beskid.ir.forms import TERMINATORS
from beskid.ir.graph import predecessors, reachable_blocks, reverse_postorder, successors
from beskid.ir.lending import Lending
from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Block,
    CallRuntime,
    Descriptor,
    Function,
    Instruction,
    IRType,
    LoadHeader,
    Module,
    Operand,
    Register,
    Signature,
    SliceString,
    StoreRoot,
    Unreachable,
)
from beskid.ir.operands import READS, WRITES
from beskid.ir.roots_check import RootsCheck
from beskid.ir.runtime import RUNTIME_SIGNATURES
from beskid.ir.typing import OperationTypes

ENTRY_SIGNATURE = Signature((IRType.REF,), (IRType.I64,))


def verify(
    module: Module, after_roots: bool = False, has_roots: bool = True, functions: Iterable[str] | None = None
) -> list[str]:
    """Return the problems of a module; none when every invariant holds.

    Without `has_roots` the module was compiled to run without collection, and its slots are not checked. `functions`
    names the functions to check, by default all.
    """
    problems = _module_shape(module)
    effects = summarize(module) if after_roots and has_roots else None
    lending = Lending(module)
    for name in module.functions if functions is None else functions:
        function = module.functions[name]
        if function.name != name:
            problems.append(f"@{name}: is registered under another name than its own, @{function.name}")
        found = _function_shape(function)
        if not found:
            found = _function_meaning(module, function, after_roots, lending)
        if not found and effects is not None:
            found = RootsCheck(function, effects).run()
        problems.extend([f"@{name}: {problem}" for problem in found])
    return problems


def _module_shape(module: Module) -> list[str]:
    problems: list[str] = []
    for name, descriptor in module.descriptors.items():
        if descriptor.name != name:
            problems.append(f"descriptor {name}: is registered under another name than its own, {descriptor.name}")
        problems.extend([f"descriptor {name}: {problem}" for problem in _descriptor_shape(descriptor)])
    for name, table in module.tables.items():
        if table.name != name:
            problems.append(f"table {name}: is registered under another name than its own, {table.name}")
        problems.extend(
            [f"table {name}: there is no function @{f}" for f in table.functions if f not in module.functions]
        )
        problems.extend(
            [f"table {name}: there is no table {link}" for link in table.links if link not in module.tables]
        )
    for symbol, imported in module.externs.items():
        if imported.symbol != symbol:
            problems.append(f"extern {symbol}: is registered under another name than its own, {imported.symbol}")
        if len(imported.signature.results) > 1:
            problems.append(f"extern {symbol}: has more than one result")
    if module.entry is None:
        return problems
    entry = module.functions.get(module.entry)
    if entry is None:
        problems.append(f"the entry @{module.entry} does not exist")
    elif entry.signature() != ENTRY_SIGNATURE:
        problems.append(f"the entry @{module.entry} must be (ref) -> (i64)")
    return problems


def _descriptor_shape(descriptor: Descriptor) -> list[str]:
    problems: list[str] = []
    if descriptor.size < 0 or descriptor.align not in (1, 2, 4, 8, 16):
        problems.append(f"size {descriptor.size} or alignment {descriptor.align} is impossible")
    previous = -8
    for offset in descriptor.reference_offsets:
        if offset % 8 or offset < previous + 8 or offset + 8 > descriptor.size:
            problems.append(f"the reference offset {offset} is unaligned, out of order or outside")
        previous = offset
    return problems


def _function_shape(function: Function) -> list[str]:
    if not function.blocks:
        return ["has no block"]
    problems: list[str] = []
    if any(register.index != index for index, register in enumerate(function.registers)):
        problems.append("registers are not numbered in order")
    if function.parameters != function.registers[: len(function.parameters)]:
        problems.append("parameters are not the first registers")
    own = set(function.blocks)
    if len({block.label for block in function.blocks}) != len(function.blocks) or len(own) != len(function.blocks):
        problems.append("labels are not unique")
    for block in function.blocks:
        if block.terminator is None:
            problems.append(f"{block.label}: has no terminator")
            continue
        if type(block.terminator) not in TERMINATORS:
            problems.append(f"{block.label}: ends in an instruction that is not a terminator")
        problems.extend(
            [
                f"{block.label}: a terminator before the end of the block"
                for step in block.instructions
                if type(step) in TERMINATORS
            ]
        )
        for target in successors(block.terminator):
            if target not in own:
                problems.append(f"{block.label}: goes to {target.label}, which is not a block of this function")
            elif target is function.blocks[0]:
                problems.append(f"{block.label}: goes to the first block")
    if not problems and len(reachable_blocks(function)) != len(function.blocks):
        reachable = reachable_blocks(function)
        problems.extend([f"{block.label}: is unreachable" for block in function.blocks if block not in reachable])
    return problems


def _function_meaning(module: Module, function: Function, after_roots: bool, lending: Lending) -> list[str]:
    problems: list[str] = []
    types = OperationTypes(module, function, _known_descriptors(module, function))
    registers = function.registers
    for block in function.blocks:
        for position, step in enumerate([*block.instructions, block.terminator]):
            assert step is not None
            found = types.check(step)
            kind = type(step)
            for operand in READS[kind](step):
                if type(operand) is Register and not _owned(registers, operand):
                    found.append(f"{operand!r} belongs to another function")
            for register in WRITES[kind](step):
                if not _owned(registers, register):
                    found.append(f"{register!r} belongs to another function")
            if kind is StoreRoot and not after_roots:
                found.append("a root store before the roots pass")
            elif kind in CALLING:
                found.extend(_call_shape(block, position, step, after_roots))  # type: ignore[arg-type]
            if found:
                problems.extend([f"{block.label}, operation {position + 1}: {problem}" for problem in found])
    problems.extend(_changing_headers(function))
    problems.extend(_kept_slices(function, lending))
    if not problems:
        problems = _unassigned_reads(function)
    return problems


def _changing_headers(function: Function) -> list[str]:
    """Return the problems of registers with a header that are assigned more than once."""
    steps = [step for block in function.blocks for step in block.instructions]
    headers = {step.dest for step in steps if isinstance(step, LoadHeader | SliceString)}
    if not headers:
        return []
    assigned = Counter(function.parameters)
    for step in steps:
        assigned.update(headers.intersection(WRITES[type(step)](step)))
    return [
        f"{register!r} has a header and is assigned more than once" for register in headers if assigned[register] > 1
    ]


def _kept_slices(function: Function, lending: Lending) -> list[str]:
    """Return the problems of slices in the frame to which something else may keep a reference."""
    slices = [step.dest for block in function.blocks for step in block.instructions if isinstance(step, SliceString)]
    if not slices:
        return []
    lent = lending.lent(function, slices)
    return [f"the slice {register!r} may be kept beyond its frame" for register in slices if register not in lent]


def _owned(registers: list[Register], register: Register) -> bool:
    return register.index < len(registers) and registers[register.index] is register


def _call_shape(block: Block, position: int, instruction: Instruction, after_roots: bool) -> list[str]:
    problems: list[str] = []
    live: int = instruction.live  # type: ignore[union-attr]
    if after_roots != (live >= 0):
        problems.append("`live` is not set" if after_roots else "`live` is set before the roots pass")
    if isinstance(instruction, CallRuntime):
        signature = RUNTIME_SIGNATURES.get(instruction.function)
        last = position + 1 == len(block.instructions)
        if signature is not None and not signature.returns and not (last and isinstance(block.terminator, Unreachable)):
            problems.append(f"{instruction.function} never returns and must be followed by `unreachable`")
    return problems


def _known_descriptors(module: Module, function: Function) -> dict[Register, Descriptor]:
    """Return the descriptor of each register that is assigned once, by an allocation or with its header."""
    known: dict[Register, Descriptor] = {}
    headers: dict[Operand, list[Register]] = {}
    assigned: set[Register] = set(function.parameters)
    changing: set[Register] = set()
    for block in function.blocks:
        for step in block.instructions:
            for register in WRITES[type(step)](step):
                if register in assigned:
                    changing.add(register)
                elif isinstance(step, AllocateObject | AllocateArray) and step.descriptor in module.descriptors:
                    known[register] = module.descriptors[step.descriptor]
                assigned.add(register)
            if isinstance(step, LoadHeader):
                headers.setdefault(step.array, []).append(step.dest)
    for register in changing:
        known.pop(register, None)
    pending = list(known)
    while pending:
        array = pending.pop()
        for held in headers.get(array, ()):
            if held not in changing:
                known[held] = known[array]
                pending.append(held)
    return known


def _unassigned_reads(function: Function) -> list[str]:
    order = reverse_postorder(function)
    written = {block: _written(block) for block in order}
    leaving = dict.fromkeys(order, -1)
    before = predecessors(order)
    parameters = (1 << len(function.parameters)) - 1
    entering = {order[0]: parameters}
    changed = True
    while changed:
        changed = False
        for block in order:
            held = parameters if block is order[0] else -1
            for origin in before[block]:
                held &= leaving[origin]
            entering[block] = held
            if held | written[block] != leaving[block]:
                leaving[block] = held | written[block]
                changed = True
    problems: list[str] = []
    for block in order:
        held = entering[block]
        for position, step in enumerate([*block.instructions, block.terminator]):
            kind = type(step)
            for operand in READS[kind](step):
                if type(operand) is Register and not held >> operand.index & 1:
                    problems.append(
                        f"{block.label}, operation {position + 1}: {operand!r} is read before it is assigned on a path"
                    )
            for register in WRITES[kind](step):
                held |= 1 << register.index
    return problems


def _written(block: Block) -> int:
    written = 0
    for step in block.instructions:
        for register in WRITES[type(step)](step):
            written |= 1 << register.index
    return written
