"""`match`: emits a decision tree, its bindings, guards and arms.

An arm with one leaf is emitted at that leaf; one with several gets a block of its own and registers for its bindings.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import STRING, EnumType
from beskid.base.node import node
from beskid.ir.builder import boolean, integer, wrap
from beskid.ir.model import Block, CompareOp, IRType, Operand, type_of
from beskid.lower.bodies.arithmetic import is_float
from beskid.lower.bodies.comparison import equal_strings, order
from beskid.lower.bodies.conditions import lower_condition
from beskid.lower.bodies.constants import float_constant, text
from beskid.lower.bodies.context import FunctionContext, Value, zero_value
from beskid.lower.bodies.decisions import (
    DecisionTrees,
    Fail,
    IntervalSwitch,
    Leaf,
    LiteralKey,
    LiteralSwitch,
    Occurrence,
    Tree,
    VariantCase,
    VariantSwitch,
)
from beskid.lower.bodies.dispatch import lower, lower_as
from beskid.lower.bodies.enums import enum_tag, is_full, is_variant, payload_field
from beskid.lower.layout import EnumForm, EnumLayout

MANY_STRINGS = 4
"""The count of string cases from which the length is tested first."""


@node
class SharedArm:
    """The block and the binding registers of an arm with several leaves."""

    block: Block
    registers: dict[LocalSymbol, Value]


def lower_match(context: FunctionContext, expression: typed.Match) -> Value:
    kind = context.concrete(expression.scrutinee.type)
    scrutinee = context.snapshot(lower(context, expression.scrutinee))
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    trees = DecisionTrees(context, expression.arms)
    root = Occurrence(kind)
    tree = trees.make(root)
    emitter = MatchEmitter(context, expression, trees.leaves)
    emitter.values[root] = scrutinee
    emitter.emit(tree)
    emitter.emit_shared_arms()
    context.builder.position(emitter.join)
    return emitter.result


class MatchEmitter:
    """Writes the blocks of one match."""

    __slots__ = ("_context", "_expression", "_leaves", "_shared", "join", "result", "values")

    def __init__(self, context: FunctionContext, expression: typed.Match, leaves: list[int]) -> None:
        self._context = context
        self._expression = expression
        self._leaves = leaves
        self._shared: dict[int, SharedArm] = {}
        self.join = context.builder.new_block("endmatch")
        self.result = context.temporary(context.shape(expression.type))
        self.values: dict[Occurrence, Value] = {}

    def emit(self, tree: Tree) -> None:
        """Emit the tree into the current block."""
        match tree:
            case Leaf():
                self._emit_leaf(tree)
            case VariantSwitch():
                self._emit_variants(tree)
            case LiteralSwitch():
                self._emit_literals(tree)
            case IntervalSwitch():
                self._emit_intervals(tree)
            case Fail():
                self._context.builder.unreachable()

    # Leaves -------------------------------------------------------------------------------------------------------

    def _emit_leaf(self, leaf: Leaf) -> None:
        context = self._context
        arm = self._expression.arms[leaf.arm]
        with context.visible_until(arm.span):
            self._emit_arm(leaf, arm)

    def _emit_arm(self, leaf: Leaf, arm: typed.MatchArm) -> None:
        context = self._context
        for local, occurrence in leaf.bindings:
            context.bind(local, self.values[occurrence])
        failed = None
        if arm.guard is not None:
            passed, failed = context.builder.new_block("guarded"), context.builder.new_block("unguarded")
            lower_condition(context, arm.guard, passed, failed)
            context.builder.position(passed)
        if self._leaves[leaf.arm] > 1:
            self._enter_shared(leaf)
        else:
            self._emit_body(arm)
        if failed is not None and leaf.otherwise is not None:
            context.builder.position(failed)
            self.emit(leaf.otherwise)

    def _enter_shared(self, leaf: Leaf) -> None:
        context = self._context
        shared = self._shared.get(leaf.arm)
        if shared is None:
            registers = {local: context.temporary(context.shape(local.type), local.name) for local, _ in leaf.bindings}
            shared = SharedArm(context.builder.new_block("arm"), registers)
            self._shared[leaf.arm] = shared
        for local, occurrence in leaf.bindings:
            context.store(shared.registers[local], self.values[occurrence])
        context.builder.jump(shared.block)

    def emit_shared_arms(self) -> None:
        """Emit the arms with several leaves."""
        for position, shared in self._shared.items():
            arm = self._expression.arms[position]
            self._context.builder.position(shared.block)
            with self._context.visible_until(arm.span):
                for local, registers in shared.registers.items():
                    self._context.bind(local, registers)
                self._emit_body(arm)

    def _emit_body(self, arm: typed.MatchArm) -> None:
        context = self._context
        context.at(arm.span)
        context.count(arm.body.span)
        if self.result:
            context.store(self.result, lower_as(context, arm.body, self._expression.type))
        else:
            lower(context, arm.body)
        context.builder.jump(self.join)

    # Switches -----------------------------------------------------------------------------------------------------

    def _emit_variants(self, switch: VariantSwitch) -> None:
        context = self._context
        builder = context.builder
        value = self.values[switch.occurrence]
        kind = switch.occurrence.type
        if not isinstance(kind, EnumType):
            raise AssertionError("the type of a variant switch is an enum")
        layout = context.layouts.enum(kind)
        blocks = [builder.new_block(f"case.{case.variant.name}") for case in switch.cases]
        default = builder.new_block("case.other") if switch.default is not None else blocks[-1]
        self._branch_on_variant(layout, value, switch.cases, blocks, default)
        for case, block in zip(switch.cases, blocks, strict=True):
            builder.position(block)
            for part in case.parts:
                field = payload_field(context, layout, value, case.variant, part.position)
                self.values[part.occurrence] = field
            self.emit(case.tree)
        if switch.default is not None:
            builder.position(default)
            self.emit(switch.default)

    def _branch_on_variant(
        self, layout: EnumLayout, value: Value, cases: tuple[VariantCase, ...], blocks: list[Block], default: Block
    ) -> None:
        context = self._context
        builder = context.builder
        if len(blocks) == 1 and default is blocks[0]:
            builder.jump(default)
        elif len(blocks) == 1 or (len(blocks) == 2 and default is blocks[1]):
            builder.branch(is_variant(context, layout, value, cases[0].variant), blocks[0], default)
        elif layout.form is EnumForm.NULLABLE:
            full = next(i for i, case in enumerate(cases) if is_full(layout, case.variant))
            builder.branch(is_variant(context, layout, value, cases[full].variant), blocks[full], default)
        else:
            targets = [
                (case.variant.index, block) for case, block in zip(cases, blocks, strict=True) if block is not default
            ]
            builder.switch(enum_tag(context, layout, value), tuple(targets), default)

    def _emit_literals(self, switch: LiteralSwitch) -> None:
        context = self._context
        builder = context.builder
        blocks = [builder.new_block("case") for _ in switch.cases]
        default = builder.new_block("case.other") if switch.default is not None else blocks[-1]
        value = self.values[switch.occurrence][0]
        keys = [key for key, _ in switch.cases]
        component = type_of(value)
        if component is IRType.REF and len(keys) >= MANY_STRINGS:
            self._compare_by_length(switch.occurrence, value, keys, blocks, default)
        elif component in (IRType.REF, IRType.F32, IRType.F64, IRType.I1) or len(keys) == 1:
            self._compare_in_turn(switch.occurrence, value, keys, blocks, default)
        else:
            targets = [(wrap(component, int(key)), block) for key, block in zip(keys, blocks, strict=True)]
            builder.switch(value, tuple(targets), default)
        for (_, tree), block in zip(switch.cases, blocks, strict=True):
            builder.position(block)
            self.emit(tree)
        if switch.default is not None:
            builder.position(default)
            self.emit(switch.default)

    def _emit_intervals(self, switch: IntervalSwitch) -> None:
        builder = self._context.builder
        blocks = [builder.new_block("case") for _ in switch.trees]
        value = self.values[switch.occurrence][0]
        self._search(switch, value, blocks, 0, len(switch.starts))
        for tree, block in zip(switch.trees, blocks, strict=True):
            builder.position(block)
            self.emit(tree)

    def _search(self, switch: IntervalSwitch, value: Operand, blocks: list[Block], first: int, end: int) -> None:
        """Find the interval of the value among those from `first` up to `end` by halving."""
        builder = self._context.builder
        if end - first == 1:
            builder.jump(blocks[switch.cases[first]])
            return
        middle = (first + end) // 2
        bound = integer(type_of(value), wrap(type_of(value), switch.starts[middle]))
        below, above = self._half(switch, blocks, first, middle), self._half(switch, blocks, middle, end)
        builder.branch(order(self._context, "<", switch.occurrence.type, value, bound), below, above)
        for block, low, high in ((below, first, middle), (above, middle, end)):
            if high - low > 1:
                builder.position(block)
                self._search(switch, value, blocks, low, high)

    def _half(self, switch: IntervalSwitch, blocks: list[Block], first: int, end: int) -> Block:
        if end - first == 1:
            return blocks[switch.cases[first]]
        return self._context.builder.new_block("case.half")

    def _compare_by_length(
        self, occurrence: Occurrence, value: Operand, keys: list[LiteralKey], blocks: list[Block], default: Block
    ) -> None:
        """Strings of another length are never compared."""
        builder = self._context.builder
        groups: dict[int, list[int]] = {}
        for position, key in enumerate(keys):
            groups.setdefault(len(str(key).encode()), []).append(position)
        heads = {length: builder.new_block("case.length") for length in groups}
        builder.switch(builder.length(value), tuple(sorted(heads.items(), key=lambda item: item[0])), default)
        for length, positions in groups.items():
            builder.position(heads[length])
            group_keys = [keys[position] for position in positions]
            group_blocks = [blocks[position] for position in positions]
            self._compare_in_turn(occurrence, value, group_keys, group_blocks, default)

    def _compare_in_turn(
        self, occurrence: Occurrence, value: Operand, keys: list[LiteralKey], blocks: list[Block], default: Block
    ) -> None:
        builder = self._context.builder
        for position, (key, block) in enumerate(zip(keys, blocks, strict=True)):
            is_last = position == len(keys) - 1
            if is_last and block is default:
                builder.jump(block)
                return
            following = default if is_last else builder.new_block("case.next")
            builder.branch(self._equals_literal(occurrence, value, key), block, following)
            if not is_last:
                builder.position(following)

    def _equals_literal(self, occurrence: Occurrence, value: Operand, key: LiteralKey) -> Operand:
        context = self._context
        builder = context.builder
        kind = occurrence.type
        if kind is STRING:
            return equal_strings(context, value, text(str(key)))
        if is_float(kind):
            return builder.compare(CompareOp.FEQ, value, float_constant(kind, float(key)))
        if type_of(value) is IRType.I1:
            return value if key else builder.compare(CompareOp.EQ, value, boolean(False))
        return builder.compare(CompareOp.EQ, value, integer(type_of(value), int(key)))
