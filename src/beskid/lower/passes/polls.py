"""The pass that lets a host interrupt a program: a `Poll` in what can run for long, as rarely as a host can bear.

A poll costs most in an innermost loop without calls, which LLVM cannot vectorize with one. So none is in a loop that
ends after about as many iterations as an array has elements, nor in loops of a few iterations each. Another one that
counts to a bound is divided: its bound becomes that of a chunk, and a poll runs between two chunks. Every other loop
polls in each iteration, and a recursive function before it calls itself where it may return without a poll of a loop.

    chunk:  if i < bound: if bound - i > CHUNK: limit = i + CHUNK  else: limit = bound
    head:   if i < limit: body … i = i + 1, head
    rest:   if i < bound: poll, chunk  else: exit
"""

from __future__ import annotations

from beskid.base.graph import is_cycle, strong_components
from beskid.ir.effects import CALLING
from beskid.ir.graph import predecessors, reverse_postorder, solve_forward
from beskid.ir.loops import Loop, latches_of, loops_of
from beskid.ir.model import (
    Binary,
    BinaryOp,
    Block,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    ClosureConstant,
    Compare,
    CompareOp,
    Function,
    FunctionAddress,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    Module,
    Move,
    Operand,
    Poll,
    Register,
    Return,
    Unreachable,
    type_of,
)
from beskid.ir.operands import READS, WRITES
from beskid.lower.passes.blocks import Labels, location_of_end, redirect
from beskid.lower.passes.step import Pass

CHUNK = 1 << 20
"""The iterations between two polls of a loop that is divided; they take a millisecond or a few."""
BRIEF = 1 << 14
"""The most iterations of nested loops without polls, all told."""
MAX_COST_TO_DIVIDE = 16
"""The iterations of loops inside one from which a poll in each iteration costs less than to divide it."""

MAX_STEP = 100
"""The most that a loop may add to its counter to be divided."""

_UP = frozenset((CompareOp.SLT, CompareOp.SLE, CompareOp.ULT, CompareOp.ULE))
_DOWN = frozenset((CompareOp.SGT, CompareOp.SGE, CompareOp.UGT, CompareOp.UGE))
_STRICT = frozenset((CompareOp.SLT, CompareOp.ULT, CompareOp.SGT, CompareOp.UGT))
_UNSIGNED = frozenset((CompareOp.ULT, CompareOp.ULE, CompareOp.UGT, CompareOp.UGE))
_SCALING = (BinaryOp.IADD, BinaryOp.ISUB, BinaryOp.SDIV, BinaryOp.UDIV, BinaryOp.LSHR, BinaryOp.ASHR)
"""What a bound may be computed by from a length and a small constant without becoming much larger."""

_ANY_CODE = "*"
"""The name of all code whose address is taken, as a callee."""

_UNKNOWN_CODE = (CallClosure, CallIndirect, CallExtern)


def insert_polls(module: Module, chunk: int = CHUNK, divides_all: bool = False) -> None:
    """Insert the polls of every function. A loop that is divided runs about `chunk` iterations at once.

    With `divides_all` every loop that counts is divided, for tests.
    """
    callees = _callees(module)
    components = strong_components(callees)
    recursive = {name for members in components if is_cycle(members, callees) for name in members}
    costs = _Costs(module, chunk, divides_all)
    for members in components:
        costs.add(members, recursive)
    for name, function in module.functions.items():
        loops = costs.loops[name]
        if loops.loops:
            loops.insert()
        if name in recursive:
            _poll_before_calls(function, recursive, {block for loop in loops.loops for block in loop.blocks})


# Recursion --------------------------------------------------------------------------------------------------------


def _callees(module: Module) -> dict[str, list[str]]:
    """Return what each function may call. A call of unknown code may call whatever is used as a value."""
    callees: dict[str, list[str]] = {name: [] for name in module.functions}
    values: dict[str, None] = {name: None for table in module.tables.values() for name in table.functions}
    for name, function in module.functions.items():
        for block in function.blocks:
            for step in [*block.instructions, *([] if block.terminator is None else [block.terminator])]:
                if isinstance(step, Call) and step.callee in module.functions:
                    callees[name].append(step.callee)
                elif isinstance(step, _UNKNOWN_CODE):
                    callees[name].append(_ANY_CODE)
                for operand in READS[type(step)](step):
                    if isinstance(operand, ClosureConstant | FunctionAddress):
                        values[operand.function] = None
    callees[_ANY_CODE] = [name for name in values if name in module.functions]
    return callees


def _poll_before_calls(function: Function, recursive: set[str], looping: set[Block]) -> None:
    """Poll once on each path before a recursive call; those in loops have the polls of the loops that they reach.

    At the beginning of the function it would cost the calls that return at once as much as the others.
    """
    order = reverse_postorder(function)
    returning = _returning_without_polls(order)
    places = {
        block: place
        for block in order
        if (block not in looping or block in returning)
        and (place := _first_recursive_call(block, recursive)) is not None
    }
    has_polled = solve_forward(order, dict.fromkeys(order, 0) | dict.fromkeys(places, 1), dict.fromkeys(order, 0))
    for block, place in places.items():
        if not has_polled[block] & 1:
            block.instructions.insert(place, Poll(block.instructions[place].location, recursive=True))


def _returning_without_polls(order: list[Block]) -> set[Block]:
    """Return the blocks from which a path without a poll leads to the end of the function."""
    before = predecessors(order)
    found: set[Block] = set()
    pending = [block for block in order if isinstance(block.terminator, Return)]
    while pending:
        block = pending.pop()
        if block not in found and not any(isinstance(step, Poll) for step in block.instructions):
            found.add(block)
            pending += before[block]
    return found


def _first_recursive_call(block: Block, recursive: set[str]) -> int | None:
    for place, step in enumerate(block.instructions):
        if isinstance(step, Call) and step.callee in recursive:
            return place
        if isinstance(step, _UNKNOWN_CODE) and _ANY_CODE in recursive:
            return place
    return None


# Loops ------------------------------------------------------------------------------------------------------------


def _loops_of(function: Function) -> list[Loop]:
    order = reverse_postorder(function)
    latches = latches_of(order)
    return loops_of(latches, predecessors(order)) if latches else []


class _Costs:
    """How many iterations of nested loops the functions of a module run at most, where that is known to be few.

    `loops` are those of each function; `_known` has the number, at least 1, of each function that does not take long.
    """

    __slots__ = ("_known", "_module", "chunk", "divides_all", "loops")

    def __init__(self, module: Module, chunk: int, divides_all: bool) -> None:
        self.chunk = chunk
        self.divides_all = divides_all
        self.loops: dict[str, _Loops] = {}
        self._module = module
        self._known: dict[str, int] = {}

    def add(self, members: list[str], recursive: set[str]) -> None:
        """Find the costs of functions that call each other; those of what they call are known."""
        for name in members:
            if name == _ANY_CODE:
                continue
            loops = self.loops[name] = _Loops(self._module.functions[name], self)
            cost = None if name in recursive else loops.cost(None)
            if cost is not None:
                self._known[name] = cost

    def of_block(self, block: Block) -> int | None:
        """Return the most that a callee of a block costs, at least 1."""
        most = 1
        for step in block.instructions:
            if type(step) not in CALLING:
                continue
            cost = self._known.get(step.callee) if isinstance(step, Call) else None
            if cost is None:
                return None
            most = max(most, cost)
        return most


class _Counting:
    """How a loop counts: its comparison of a counter with a bound, at its beginning, and by how much the counter grows.

    `trips` is the most iterations where start and bound are constants.
    """

    __slots__ = ("comparison", "step", "trips")

    def __init__(self, comparison: Compare, step: int, trips: int | None) -> None:
        self.comparison = comparison
        self.step = step
        self.trips = trips


class _Loops:
    """The loops of one function. `origins` are the blocks that jump to each block, before any change."""

    __slots__ = (
        "after", "before", "chunk", "costs", "counting", "definitions", "function", "labels", "loops", "loops_at",
        "origins",
    )  # fmt: skip

    def __init__(self, function: Function, costs: _Costs) -> None:
        self.function = function
        self.costs = costs
        self.chunk = costs.chunk
        self.loops = _loops_of(function)
        self.before: dict[Block, list[Block]] = {}
        self.after: dict[Block, list[Block]] = {}
        self.origins: dict[Block, list[Block]] = {}
        self.definitions: dict[Register, list[Instruction]] = {}
        self.loops_at: dict[Block, list[Loop]] = {}
        self.counting: dict[Block, _Counting | None] = {}
        if not self.loops:
            return
        self.labels = Labels(function)
        self.origins = predecessors(function.blocks)
        for block in function.blocks:
            for step in block.instructions:
                for register in WRITES[type(step)](step):
                    self.definitions.setdefault(register, []).append(step)
        for loop in self.loops:
            for block in loop.blocks:
                self.loops_at.setdefault(block, []).append(loop)
        self.counting = {loop.head: self._counting_of(loop) for loop in self.loops}

    def cost(self, outer: Loop | None) -> int | None:
        """Return the most iterations of the loops inside a loop, or of the function, for each of the loop itself.

        At least 1; None where that may be many, or where code is called that may take long.
        """
        most = 1
        for block in self.function.blocks if outer is None else outer.blocks:
            if isinstance(block.terminator, Unreachable):
                # It panics.
                continue
            cost = self.costs.of_block(block)
            if cost is None:
                return None
            for loop in self.loops_at.get(block, ()):
                if loop is not outer and (outer is None or loop.head in outer.blocks):
                    counting = self.counting[loop.head]
                    if counting is None or counting.trips is None:
                        return None
                    cost *= max(counting.trips, 1)
            most = max(most, cost)
        return most if most <= BRIEF else None

    def insert(self) -> None:
        """Insert the polls of all loops."""
        divided: list[tuple[Loop, _Counting, int]] = []
        for loop in self.loops:
            counting = self.counting[loop.head]
            cost = None if counting is None else self.cost(loop)
            if counting is not None and self.costs.divides_all:
                divided.append((loop, counting, self.chunk))
            elif counting is None or cost is None:
                self._poll_each_time(loop)
            elif counting.trips is not None and counting.trips * cost <= BRIEF:
                continue
            elif cost > MAX_COST_TO_DIVIDE:
                self._poll_each_time(loop)
            elif cost > 1 or not self._is_short(counting):
                divided.append((loop, counting, max(self.chunk // cost, 1)))
        for loop, counting, chunk in divided:
            self._divide(loop, counting, chunk)
        blocks: list[Block] = []
        for block in self.function.blocks:
            blocks += [*self.before.get(block, ()), block, *self.after.get(block, ())]
        self.function.blocks = blocks

    def _poll_each_time(self, loop: Loop) -> None:
        """Poll before the jumps back, since LLVM rotates only loops whose first block leaves them."""
        last = loop.latches[-1]
        if len(loop.latches) == 1 and isinstance(last.terminator, Jump):
            last.instructions.append(Poll(last.terminator.location, recursive=False))
            return
        polling = self.labels.new_block("poll")
        location = location_of_end(last)
        polling.instructions.append(Poll(location, recursive=False))
        polling.terminator = Jump(location, loop.head)
        redirect(loop.latches, loop.head, polling)
        self.after.setdefault(last, []).append(polling)

    # Loops that count -----------------------------------------------------------------------------------------------

    def _counting_of(self, loop: Loop) -> _Counting | None:
        """Return how the loop counts; None when it may not end by counting."""
        head = loop.head
        branch = head.terminator
        # The head runs once more for each chunk, so it must only compare.
        if not isinstance(branch, Branch) or len(head.instructions) != 1:
            return None
        comparison = head.instructions[0]
        if (
            not isinstance(comparison, Compare)
            or comparison.dest is not branch.condition
            or comparison.op not in _UP | _DOWN
            or not isinstance(comparison.left, Register)
            or branch.then not in loop.blocks
            or branch.otherwise in loop.blocks
            or len(loop.latches) != 1
        ):
            return None
        if not loop.is_entered_at_head(self.origins, self.function.blocks[0]):
            return None
        inside = {step for block in loop.blocks for step in block.instructions}
        bound = comparison.right
        if isinstance(bound, Register) and not inside.isdisjoint(self.definitions.get(bound, ())):
            return None
        step = self._step_of(comparison.left, loop, inside)
        if step is None or (step > 0) != (comparison.op in _UP) or not _ends(comparison, step):
            return None
        return _Counting(comparison, step, self._trips(comparison, inside))

    def _step_of(self, counter: Register, loop: Loop, inside: set[Instruction]) -> int | None:
        """Return by how much each iteration changes the counter: by a constant, in the block that jumps back."""
        changes = [step for step in self.definitions.get(counter, ()) if step in inside]
        if len(changes) != 1 or not any(step is changes[0] for step in loop.latches[0].instructions):
            return None
        change = changes[0]
        if isinstance(change, Move) and isinstance(change.source, Register):
            sources = self.definitions.get(change.source, ())
            if len(sources) != 1 or sources[0] not in inside:
                return None
            change = sources[0]
        match change:
            case Binary(op=BinaryOp.IADD, left=left, right=IntConstant(value=number)):
                step = number
            case Binary(op=BinaryOp.ISUB, left=left, right=IntConstant(value=number)):
                step = -number
            case _:
                return None
        return step if left is counter and 0 < abs(step) <= MAX_STEP else None

    def _trips(self, comparison: Compare, inside: set[Instruction]) -> int | None:
        bound = comparison.right
        starts = [step for step in self.definitions.get(comparison.left, ()) if step not in inside]  # type: ignore[arg-type]
        if len(starts) != 1 or not isinstance(bound, IntConstant) or comparison.left in self.function.parameters:
            return None
        start = starts[0]
        if not isinstance(start, Move) or not isinstance(start.source, IntConstant):
            return None
        if comparison.op in _UNSIGNED and min(bound.value, start.source.value) < 0:
            return None
        distance = bound.value - start.source.value
        return max(distance if comparison.op in _UP else -distance, 0) + 1

    def _is_short(self, counting: _Counting) -> bool:
        """Return whether the counter runs over about as many values as an array has elements, or a few."""
        comparison = counting.comparison
        low, high = comparison.left, comparison.right
        if type_of(low) in (IRType.I8, IRType.I16):
            return True
        if comparison.op in _UNSIGNED:
            return False
        if counting.step < 0:
            low, high = high, low
        return self._is_not_far_above(high, set()) and self._is_not_far_below(low, set())

    def _is_not_far_above(self, value: Operand, known: set[Register]) -> bool:
        """Return whether a value is at most about that of a length. The registers of `known` are, if this one is."""
        if isinstance(value, IntConstant):
            return value.value <= self.chunk
        if not isinstance(value, Register) or value in self.function.parameters:
            return False
        if value in known:
            return True
        known.add(value)
        return all(self._defines_not_far_above(step, known) for step in self.definitions.get(value, ()))

    def _defines_not_far_above(self, step: Instruction, known: set[Register]) -> bool:
        match step:
            case Length():
                return True
            case Move(source=source):
                return self._is_not_far_above(source, known)
            case Binary(op=BinaryOp.ISUB, left=left, right=IntConstant(value=number)) if number >= 0:
                return self._is_not_far_above(left, known)
            case Binary(op=op, left=Register() as left, right=IntConstant(value=number)) if op in _SCALING:
                # Nothing that changes: it could grow in a loop.
                sources = self.definitions.get(left, ())
                is_length = (
                    len(sources) == 1 and isinstance(sources[0], Length) and left not in self.function.parameters
                )
                return is_length and 0 < number <= self.chunk
            case _:
                return False

    def _is_not_far_below(self, value: Operand, known: set[Register]) -> bool:
        """Return whether a value is known to be at least about 0. The registers of `known` are, if this one is."""
        if isinstance(value, IntConstant):
            return value.value >= -self.chunk
        if not isinstance(value, Register) or value in self.function.parameters:
            return False
        if value in known:
            return True
        known.add(value)
        return all(self._defines_not_far_below(step, known) for step in self.definitions.get(value, ()))

    def _defines_not_far_below(self, step: Instruction, known: set[Register]) -> bool:
        match step:
            case Length():
                return True
            case Move(source=source):
                return self._is_not_far_below(source, known)
            case Binary(op=BinaryOp.IADD, left=left, right=IntConstant(value=number)):
                return number >= 0 and self._is_not_far_below(left, known)
            case _:
                return False

    def _divide(self, loop: Loop, counting: _Counting, chunk: int) -> None:
        """Make the loop count to the end of a chunk, and poll before the next one."""
        function, head = self.function, loop.head
        comparison, branch = counting.comparison, head.terminator
        assert isinstance(branch, Branch)
        counter, bound, kind, order = comparison.left, comparison.right, type_of(comparison.left), comparison.op
        is_up = order in _UP
        many = IntConstant(kind, chunk)
        location = location_of_end(loop.latches[0])
        limit, left = function.new_register(kind), function.new_register(kind)
        begins, exceeds, goes_on, again = [function.new_register(IRType.I1) for _ in range(4)]
        start, size, far, near, rest, polling = [
            self.labels.new_block(name) for name in ("chunk", "chunk.size", "chunk.far", "chunk.near", "rest", "poll")
        ]
        redirect([origin for origin in self.origins[head] if origin not in loop.blocks], head, start)
        start.instructions.append(Compare(location, begins, order, counter, bound))
        start.terminator = Branch(location, begins, size, near)
        first, last = (bound, counter) if is_up else (counter, bound)
        size.instructions.append(Binary(location, left, BinaryOp.ISUB, first, last))
        size.instructions.append(Compare(location, exceeds, CompareOp.UGT, left, many))
        size.terminator = Branch(location, exceeds, far, near, likely=False)
        far.instructions.append(Binary(location, limit, BinaryOp.IADD if is_up else BinaryOp.ISUB, counter, many))
        far.terminator = Jump(location, head)
        near.instructions.append(Move(location, limit, bound))
        near.terminator = Jump(location, head)
        # The former comparison stays for others that read its result.
        head.instructions.append(Compare(comparison.location, goes_on, order, counter, limit))
        head.terminator = Branch(branch.location, goes_on, branch.then, rest, branch.likely)
        rest.instructions.append(Compare(location, again, order, counter, bound))
        rest.terminator = Branch(location, again, polling, branch.otherwise, likely=False)
        polling.instructions.append(Poll(location, recursive=False))
        polling.terminator = Jump(location, size)
        self.before[head] = [start, size, far, near]
        self.after.setdefault(loop.latches[0], []).extend([rest, polling])
        # What follows may be the first block of another loop that is divided.
        self.origins.setdefault(branch.otherwise, []).append(rest)


def _ends(comparison: Compare, step: int) -> bool:
    """Return whether the counter cannot step over the bound and over the end of its type, so that the loop goes on."""
    if abs(step) == 1 and comparison.op in _STRICT:
        return True
    bound = comparison.right
    if not isinstance(bound, IntConstant) or bound.type not in (IRType.I32, IRType.I64):
        return False
    return abs(bound.value) < 1 << 30 and (comparison.op not in _UNSIGNED or bound.value >= MAX_STEP)


POLLS = Pass("polls", "For hosts: lets them interrupt loops and recursive functions.", insert_polls)
