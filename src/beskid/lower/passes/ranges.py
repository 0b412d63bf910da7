"""The pass that checks the indices of a loop once, before it, where they are all known then.

It copies innermost loops. What is before the loop tests that every index of every iteration will be inside its array;
if so, the loop runs without these checks, and otherwise its copy runs with all of them and panics where it should. An
index may be the counter of the loop, values that do not change, bytes, `x & constant` and `x % n`, and sums of these.

All sums wrap, as they do in the loop. An index that grows from `first` by at most `span` is inside if `first < length`
and `span < length - first`, both unsigned, whatever wraps.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.ir.copy import Copier
from beskid.ir.effects import BEHAVIOURS, Behaviour
from beskid.ir.graph import predecessors, reverse_postorder
from beskid.ir.loops import Loop, innermost_loops, latches_of, loops_of
from beskid.ir.model import (
    Binary,
    BinaryOp,
    Block,
    Branch,
    CheckIndex,
    Compare,
    CompareOp,
    Convert,
    ConvertOp,
    Function,
    Instruction,
    IntConstant,
    IRType,
    Jump,
    Length,
    LoadHeader,
    Location,
    Module,
    Move,
    Operand,
    Register,
    type_of,
)
from beskid.ir.operands import READS, WRITES
from beskid.lower.passes.blocks import Labels, location_of_end, redirect
from beskid.lower.passes.step import Pass

MAX_LOOP_SIZE = 60
"""The most instructions of a loop that is copied."""

MAX_FUNCTION_SIZE = 600
"""No function grows beyond this."""

MIN_DISTANCE = 15
"""Where the counter gets less far, the copy with the checks runs: tests would cost more than the checks of so few
iterations. A loop that gets no farther according to its constants is not copied: LLVM unrolls it together with the loop
around it."""

MAX_TESTS = 12
"""The most comparisons before a loop."""

GROWTH_PERCENT = 3
MIN_GROWTH_LIMIT = 200
"""How much a module may grow, in percent of its instructions; a minimum lets small programs benefit."""

MAX_DEPTH = 8
"""How far the computation of an index is followed."""

FAR = 1 << 61
"""What a bound and a step may be at most, so that a counter that passes the bound does not wrap."""

_PLAIN = frozenset((BinaryOp.IADD, BinaryOp.ISUB, BinaryOp.IMUL, BinaryOp.AND, BinaryOp.OR, BinaryOp.XOR))
"""What may be computed before the loop, because it never fails."""

_SMALL = {IRType.I1: 1, IRType.I8: 255, IRType.I16: 65535}
"""The largest number of small types."""

_ZERO = IntConstant(IRType.I64, 0)
_ONE = IntConstant(IRType.I64, 1)
_NOT_NEGATIVE = IntConstant(IRType.I64, -1 << 63)
"""As an unsigned number it is above all that are not negative."""


@value
class _Form:
    """What is known of a number in each iteration: it is a value known before the loop, plus the counter's distance
    from its lowest value if it `counts`, plus 0 to `spread`, and plus less than `modulus` if there is one.

    That holds if none of `dividends` is ever negative.
    """

    counts: bool = False
    spread: int = 0
    modulus: Operand | None = None
    dividends: tuple[Operand, ...] = ()

    def is_plain(self) -> bool:
        """Return whether the number is known before the loop."""
        return not self.counts and not self.spread and self.modulus is None


_KNOWN = _Form()
_COUNTER = _Form(counts=True)


def check_ranges(module: Module, min_distance: int = MIN_DISTANCE) -> None:
    """Check the indices of loops before them, in every function, if the counter gets at least that far."""
    size = 0
    checking: list[Function] = []
    for function in module.functions.values():
        has_checks = False
        for block in function.blocks:
            size += len(block.instructions)
            has_checks = has_checks or any(type(step) is CheckIndex for step in block.instructions)
        if has_checks:
            checking.append(function)
    left = max(MIN_GROWTH_LIMIT, size * GROWTH_PERCENT // 100)
    for function in checking:
        order = reverse_postorder(function)
        latches = latches_of(order)
        if latches:
            left = _Ranges(function, order, latches, left).run(min_distance)


class _Ranges:
    """The work on one function."""

    __slots__ = ("before", "definitions", "first", "function", "labels", "left", "loops", "size")

    def __init__(self, function: Function, order: list[Block], latches: dict[Block, list[Block]], left: int) -> None:
        self.function = function
        self.left = left
        self.first = order[0]
        self.before = predecessors(order)
        loops = loops_of(latches, self.before)
        innermost = innermost_loops(loops)
        self.loops = [
            loop
            for loop in loops
            if all(innermost[block] is loop for block in loop.blocks)
            and any(type(step) is CheckIndex for block in loop.blocks for step in block.instructions)
        ]
        self.size = sum([len(block.instructions) for block in function.blocks])
        self.definitions: dict[Register, Instruction | None] = {}

    def run(self, min_distance: int) -> int:
        """Return how much the module may still grow."""
        if not self.loops:
            return self.left
        self.definitions = dict.fromkeys(self.function.parameters)
        for block in self.function.blocks:
            for step in block.instructions:
                for register in WRITES[type(step)](step):
                    self.definitions[register] = None if register in self.definitions else step
        self.labels = Labels(self.function)
        for loop in self.loops:
            size = sum([len(block.instructions) for block in loop.blocks])
            if size > min(MAX_LOOP_SIZE, self.left) or self.size + size > MAX_FUNCTION_SIZE:
                continue
            if not loop.is_entered_at_head(self.before, self.first) or not _is_simple(loop):
                continue
            known = len(self.function.registers)
            tests = _Tests(self.function, loop, self.definitions, min_distance)
            covered = tests.cover()
            if not tests.gains or tests.count > MAX_TESTS:
                del self.function.registers[known:]
            else:
                added = self._divide(loop, tests, covered)
                self.size += added
                self.left -= added
        return self.left

    def _divide(self, loop: Loop, tests: _Tests, covered: set[Instruction]) -> int:
        """Put the tests before a loop, take the checks out of it, and add a copy with them. Return the growth."""
        function, head = self.function, loop.head
        blocks = [block for block in function.blocks if block in loop.blocks]
        copier = _LoopCopier(function, loop)
        copies = []
        for block in blocks:
            copier.blocks[block] = self.labels.new_block(f"{block.label}.checked")
        for block in blocks:
            copy = copier.blocks[block]
            copy.instructions = [copier.instruction(step) for step in block.instructions]
            assert block.terminator is not None
            copy.terminator = copier.terminator(block.terminator)
            copies.append(copy)
        origins = [origin for origin in self.before[head] if origin not in loop.blocks]
        place = origins[0]
        location = location_of_end(place)
        if len(origins) > 1 or not isinstance(place.terminator, Jump):
            place = self.labels.new_block(f"{head.label}.ranges")
            redirect(origins, head, place)
            function.blocks.insert(function.blocks.index(head), place)
        checked = copier.blocks[head]
        if tests.is_short is not None:
            place.instructions += tests.steps[: tests.counting]
            testing = self.labels.new_block(f"{head.label}.ranges")
            place.terminator = Branch(location, tests.is_short, checked, testing, likely=False)
            function.blocks.insert(function.blocks.index(head), testing)
            place = testing
        place.instructions += tests.steps[tests.counting :]
        place.terminator = Branch(location, tests.result, head, checked, likely=True)
        for block in blocks:
            block.instructions = [step for step in block.instructions if step not in covered]
        function.blocks += copies
        self.before = predecessors(function.blocks)
        return sum([len(copy.instructions) for copy in copies]) + len(tests.steps) - len(covered)


def _is_simple(loop: Loop) -> bool:
    """Return whether a loop calls nothing, beside which a check costs little."""
    for block in loop.blocks:
        for step in block.instructions:
            if BEHAVIOURS[type(step)] not in (Behaviour.SIMPLE, Behaviour.CHECK) or type(step) is LoadHeader:
                return False
    return True


class _LoopCopier(Copier):
    """Copies a loop. What is used nowhere else gets registers of its own, so that it is still assigned once."""

    __slots__ = ("_function", "_registers", "blocks")

    def __init__(self, function: Function, loop: Loop) -> None:
        self._function = function
        self.blocks: dict[Block, Block] = {}
        assigned: set[Operand] = set()
        for block in loop.blocks:
            for step in block.instructions:
                assigned.update(WRITES[type(step)](step))
        assigned.difference_update(function.parameters)
        for block in function.blocks:
            if block not in loop.blocks:
                for step in block.instructions:
                    assigned.difference_update(READS[type(step)](step))
                    assigned.difference_update(WRITES[type(step)](step))
                end = block.terminator
                assigned.difference_update(READS[type(end)](end))
        for variable in function.variables:
            assigned.difference_update(variable.parts)
        self._registers: dict[Operand, Register | None] = dict.fromkeys(assigned)

    def operand(self, operand: Operand) -> Operand:
        return self.dest(operand) if type(operand) is Register else operand

    def dest(self, register: Register) -> Register:
        if register not in self._registers:
            return register
        own = self._registers[register]
        if own is None:
            own = self._registers[register] = self._function.new_register(register.type, register.name)
        return own

    def block(self, block: Block) -> Block:
        return self.blocks.get(block, block)


class _Tests:
    """The tests before one loop, in `steps`, and their `result`, a register.

    There are `count` comparisons. The first `counting` steps find out if the loop `is_short`. There is something to
    gain (`gains`) if LLVM could not compare before the loop itself.
    """

    __slots__ = (
        "_assigned",
        "_bounding",
        "_counter",
        "_definitions",
        "_forms",
        "_function",
        "_inside",
        "_lengths",
        "_location",
        "_loop",
        "_low",
        "_min_distance",
        "_span",
        "_values",
        "count",
        "counting",
        "gains",
        "is_short",
        "result",
        "steps",
    )

    def __init__(
        self, function: Function, loop: Loop, definitions: dict[Register, Instruction | None], min_distance: int
    ) -> None:
        self._function = function
        self._min_distance = min_distance
        self._loop = loop
        self._definitions = definitions
        self._location: Location | None = location_of_end(loop.head)
        self._assigned: dict[Operand, int] = {}
        self._inside: set[Instruction] = set()
        for block in loop.blocks:
            for step in block.instructions:
                self._inside.add(step)
                for register in WRITES[type(step)](step):
                    self._assigned[register] = self._assigned.get(register, 0) + 1
        self._forms: dict[Operand, _Form | None] = {}
        self._values: dict[Operand, Operand] = {}
        self._lengths: dict[Operand, Operand] = {}
        self._counter: Register | None = None
        self._bounding: Operand | None = None
        """The array up to whose length the loop counts: LLVM knows that its elements are there."""
        self._low: Operand = _ZERO
        self._span: Operand = _ZERO
        self.steps: list[Instruction] = []
        self.result: Operand = IntConstant(IRType.I1, 1)
        self.count = 0
        self.counting = 0
        self.is_short: Register | None = None
        self.gains = False

    def cover(self) -> set[Instruction]:
        """Make the tests. Return the checks that they replace."""
        change = self._find_counter()
        self.counting = len(self.steps)
        covered: set[Instruction] = set()
        for block in [block for block in self._function.blocks if block in self._loop.blocks]:
            for step in block.instructions:
                if step is change:
                    # What follows sees another value of the counter.
                    break
                if isinstance(step, CheckIndex) and self._covers(step, block):
                    covered.add(step)
        return covered

    # The counter ----------------------------------------------------------------------------------------------------

    def _find_counter(self) -> Instruction | None:
        """Find what the loop counts with, and the least value of it. Return the instruction that changes it."""
        head, latches = self._loop.head, self._loop.latches
        branch = head.terminator
        if not isinstance(branch, Branch) or len(latches) != 1 or latches[0] is head:
            return None
        if branch.then not in self._loop.blocks or branch.otherwise in self._loop.blocks:
            return None
        comparison = self._definitions.get(branch.condition) if isinstance(branch.condition, Register) else None
        if not isinstance(comparison, Compare) or comparison not in head.instructions:
            return None
        counter = comparison.left
        if not isinstance(counter, Register) or counter.type is not IRType.I64 or self._assigned.get(counter) != 1:
            return None
        changes = [step for step in latches[0].instructions if counter in WRITES[type(step)](step)]
        bound = self._form(comparison.right)
        if len(changes) != 1 or bound is None or not bound.is_plain():
            return None
        step = self._step_of(changes[0], counter)
        if step is None or self._gets_nowhere(comparison, counter):
            return None
        self._count(comparison, counter, step)
        return changes[0] if self._counter is not None else None

    def _step_of(self, change: Instruction, counter: Register) -> Operand | None:
        """Return what is added to the counter."""
        if isinstance(change, Move) and isinstance(change.source, Register):
            source = self._definitions.get(change.source)
            if source not in self._inside or source is None:
                return None
            change = source
        match change:
            case Binary(op=BinaryOp.IADD, left=left, right=IntConstant() as right) if left is counter:
                return right
            case Binary(op=BinaryOp.ISUB, left=left, right=IntConstant() as right) if left is counter:
                return IntConstant(right.type, -right.value)
            case Binary(op=BinaryOp.IADD, left=left, right=Register() as right) if left is counter:
                return right if right not in self._assigned else None
            case _:
                return None

    def _gets_nowhere(self, comparison: Compare, counter: Register) -> bool:
        """Return whether constants tell that the counter does not get far enough."""
        bound = comparison.right
        if not isinstance(bound, IntConstant):
            return False
        starts = [
            step.source
            for block in self._function.blocks
            if block not in self._loop.blocks
            for step in block.instructions
            if type(step) is Move and step.dest is counter
        ]
        known = [start.value for start in starts if isinstance(start, IntConstant)]
        return any(abs(bound.value - start) <= self._min_distance for start in known)

    def _count(self, comparison: Compare, counter: Register, step: Operand) -> None:
        """Compute the least value of the counter and how far it gets from it; both are of no use if it does not run."""
        bound = self._value(comparison.right)
        is_one = isinstance(step, IntConstant) and abs(step.value) == 1
        if isinstance(step, IntConstant) and not 0 < abs(step.value) <= FAR:
            return
        is_up = not isinstance(step, IntConstant) or step.value > 0
        match comparison.op:
            case CompareOp.SLT | CompareOp.SLE if is_up:
                self._low = counter
                last = self._origin(comparison.right)
                definition = self._definitions.get(last) if isinstance(last, Register) else None
                if isinstance(definition, Length) and comparison.op is CompareOp.SLT:
                    self._bounding = self._origin(definition.array)
                span = self._binary(BinaryOp.ISUB, bound, counter)
            case CompareOp.SGT | CompareOp.SGE if not is_up:
                self._low = bound
                span = self._binary(BinaryOp.ISUB, counter, bound)
            case _:
                return
        if comparison.op in (CompareOp.SLT, CompareOp.SGT):
            span = self._binary(BinaryOp.ISUB, span, _ONE)
            if comparison.op is CompareOp.SGT:
                self._low = self._binary(BinaryOp.IADD, bound, _ONE)
        if not is_one or comparison.op in (CompareOp.SLE, CompareOp.SGE):
            order, far = (CompareOp.SLE, FAR) if is_up else (CompareOp.SGE, -FAR)
            self._require(order, bound, IntConstant(IRType.I64, far))
            if not isinstance(step, IntConstant):
                self._require(CompareOp.ULE, step, IntConstant(IRType.I64, FAR))
        self.is_short = self._function.new_register(IRType.I1)
        least = IntConstant(IRType.I64, self._min_distance)
        self.steps.append(Compare(self._location, self.is_short, CompareOp.ULT, span, least))
        self._span = span
        self._counter = counter
        self._forms[counter] = _COUNTER

    # Indices --------------------------------------------------------------------------------------------------------

    def _covers(self, check: CheckIndex, block: Block) -> bool:
        """Test that a check passes in every iteration. Return whether that is possible."""
        array = check.array
        if not isinstance(array, Register) or not isinstance(self._definitions.get(array), LoadHeader):
            return False
        form = self._form(check.index)
        if array in self._assigned or form is None:
            return False
        # In the head the counter may have reached the bound.
        if block is self._loop.head and self._depends_on_counter(form):
            return False
        if check.index is self._counter and self._origin(array) == self._bounding:
            return False
        length = self._lengths.get(array)
        if length is None:
            length = self._lengths[array] = self._function.new_register(IRType.I64)
            self.steps.append(Length(self._location, length, array))
        self._require_below(check.index, form, length)
        self.gains = self.gains or not form.is_plain()
        return True

    def _depends_on_counter(self, form: _Form) -> bool:
        if form.counts:
            return True
        held = [self._form(dividend) for dividend in form.dividends]
        return any(each is None or self._depends_on_counter(each) for each in held)

    def _origin(self, array: Operand) -> Operand:
        """Return what a register that is assigned once is a copy of."""
        while isinstance(array, Register):
            match self._definitions.get(array):
                case Move(source=source):
                    array = source
                case LoadHeader(array=source):
                    array = source
                case _:
                    break
        return array

    def _require_below(self, number: Operand, form: _Form, limit: Operand) -> None:
        """Require that a number is at least 0 and below a limit, unsigned, in every iteration."""
        first = self._value(number)
        if form.is_plain() or first != _ZERO:
            self._require(CompareOp.ULT, first, limit)
        left = limit if first == _ZERO else self._binary(BinaryOp.ISUB, limit, first)
        if form.counts:
            self._require(CompareOp.ULT, self._span, left)
            left = self._binary(BinaryOp.ISUB, left, self._span)
        if form.modulus is not None:
            modulus = self._value(form.modulus)
            self._require(CompareOp.SGT, modulus, _ZERO)
            most = self._binary(BinaryOp.IADD, modulus, IntConstant(IRType.I64, form.spread - 1))
            self._require(CompareOp.ULT, most, left)
        elif form.spread:
            self._require(CompareOp.ULT, IntConstant(IRType.I64, form.spread), left)
        for dividend in form.dividends:
            held = self._form(dividend)
            assert held is not None
            self._require_below(dividend, held, _NOT_NEGATIVE)

    def _form(self, number: Operand, depth: int = 0) -> _Form | None:
        """Return what is known of a number, or None."""
        if isinstance(number, IntConstant):
            return _KNOWN
        if not isinstance(number, Register) or number.type is not IRType.I64:
            return None
        if number in self._forms:
            return self._forms[number]
        form = _KNOWN if number not in self._assigned else self._computed(number, depth + 1)
        if depth < MAX_DEPTH:
            self._forms[number] = form
        return form

    def _computed(self, number: Register, depth: int) -> _Form | None:
        definition = self._definitions.get(number)
        if definition is None or depth > MAX_DEPTH:
            return None
        match definition:
            case Move(source=source):
                return self._form(source, depth)
            case Length(array=array):
                return _KNOWN if self._has_length(definition, array) else None
            case Convert(op=ConvertOp.ZEXT, operand=operand) if type_of(operand) in _SMALL:
                return _Form(spread=_SMALL[type_of(operand)])
            case Binary(op=op, left=left, right=right):
                return self._combined(op, left, right, depth)
            case _:
                return None

    def _has_length(self, definition: Length, array: Operand) -> bool:
        """Return whether a length may be loaded before the loop."""
        if not isinstance(array, Register) or array in self._assigned:
            return False
        return isinstance(self._definitions.get(array), LoadHeader) or definition in self._loop.head.instructions

    def _combined(self, op: BinaryOp, left: Operand, right: Operand, depth: int) -> _Form | None:
        first, second = self._form(left, depth), self._form(right, depth)
        if first is not None and second is not None and op in _PLAIN and first.is_plain() and second.is_plain():
            return _KNOWN
        match op:
            case BinaryOp.IADD if first is not None and second is not None:
                if (first.counts and second.counts) or (first.modulus is not None and second.modulus is not None):
                    return None
                spread = first.spread + second.spread
                if spread > FAR:
                    return None
                return _Form(
                    first.counts or second.counts,
                    spread,
                    second.modulus if first.modulus is None else first.modulus,
                    first.dividends + second.dividends,
                )
            case BinaryOp.ISUB if first is not None and second is not None and second.is_plain():
                return first
            case BinaryOp.AND:
                mask = right if isinstance(right, IntConstant) else left
                return _Form(spread=mask.value) if isinstance(mask, IntConstant) and 0 < mask.value <= FAR else None
            case BinaryOp.UREM if isinstance(right, IntConstant):
                return _Form(spread=right.value - 1) if 1 < right.value <= FAR else None
            case BinaryOp.SREM if first is not None and second is not None and second.is_plain():
                if not isinstance(right, IntConstant):
                    return _Form(modulus=right, dividends=(left,))
                return _Form(spread=right.value - 1, dividends=(left,)) if 1 < right.value <= FAR else None
            case _:
                return None

    # Values before the loop -----------------------------------------------------------------------------------------

    def _value(self, number: Operand) -> Operand:
        """Return the least value of a number that has a form, before the loop."""
        if not isinstance(number, Register):
            return number
        if number is self._counter:
            return self._low
        if number not in self._assigned:
            return number
        known = self._values.get(number)
        if known is None:
            known = self._values[number] = self._compute(number)
        return known

    def _compute(self, number: Register) -> Operand:
        definition = self._definitions[number]
        match definition:
            case Move(source=source):
                return self._value(source)
            case Length(array=array):
                length = self._function.new_register(IRType.I64)
                self.steps.append(Length(self._location, length, array))
                return length
            case Binary(op=op, left=left, right=right) if op in _PLAIN:
                if op is BinaryOp.AND and not self._forms_are_plain(left, right):
                    return _ZERO
                return self._binary(op, self._value(left), self._value(right))
            case _:
                return _ZERO

    def _forms_are_plain(self, left: Operand, right: Operand) -> bool:
        forms = (self._form(left), self._form(right))
        return all(form is not None and form.is_plain() for form in forms)

    def _binary(self, op: BinaryOp, left: Operand, right: Operand) -> Operand:
        if right == _ZERO and op in (BinaryOp.IADD, BinaryOp.ISUB):
            return left
        if left == _ZERO and op is BinaryOp.IADD:
            return right
        result = self._function.new_register(IRType.I64)
        self.steps.append(Binary(self._location, result, op, left, right))
        return result

    def _require(self, op: CompareOp, left: Operand, right: Operand) -> None:
        holds = self._function.new_register(IRType.I1)
        self.steps.append(Compare(self._location, holds, op, left, right))
        self.count += 1
        if not isinstance(self.result, Register):
            self.result = holds
            return
        both = self._function.new_register(IRType.I1)
        self.steps.append(Binary(self._location, both, BinaryOp.AND, self.result, holds))
        self.result = both


RANGES = Pass(
    "ranges",
    "Checks the indices of innermost loops before them where possible; a copy with the checks runs if one is outside.",
    check_ranges,
    only_optimizes=True,
)
