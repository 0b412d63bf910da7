"""Definite assignment of `out` parameters (decision L14).

Takes a typed body and its `out` parameters; returns the places where one is read, or the function returns, without an
assignment on some path. A path that never returns needs none.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import NEVER
from beskid.analysis.types.walk import children
from beskid.base.node import node
from beskid.source.text import Span

Held = frozenset[LocalSymbol]


@node
class Missing:
    """With `is_read`, the parameter is read here; otherwise the function returns here."""

    local: LocalSymbol
    span: Span
    is_read: bool


def unassigned_places(block: typed.Block, outs: Held) -> list[Missing]:
    """Return the places where a parameter of `outs` is unassigned, in text order and without duplicates."""
    walk = _Walk(outs)
    end = walk.block(block, frozenset())
    walk.leave(end, Span(max(block.span.start, block.span.end - 1), block.span.end))
    return sorted(walk.missing, key=lambda missing: missing.span)


class _Walk:
    """One pass over a body.

    A state is the set of parameters that are definitely assigned; unreachable code has all of `outs`.
    """

    __slots__ = ("breaks", "missing", "outs")

    def __init__(self, outs: Held) -> None:
        self.outs = outs
        self.missing: list[Missing] = []
        self.breaks: list[Held] = []

    def leave(self, held: Held, span: Span) -> None:
        """Record that the function returns in this state."""
        for local in self.outs - held:
            self.missing.append(Missing(local, span, False))

    def block(self, block: typed.Block, held: Held) -> Held:
        for statement in block.statements:
            held = self.visit(statement, held)
        return held

    def visit(self, part: object, held: Held) -> Held:
        """Return the state after a node is evaluated or executed."""
        match part:
            case typed.LocalRead(span=span, local=local):
                if local in self.outs and local not in held:
                    self.missing.append(Missing(local, span, True))
                    return held | {local}
                return held
            case typed.Assign():
                return self._assign(part, held)
            case (
                typed.Call(arguments=arguments)
                | typed.ContractCall(arguments=arguments)
                | typed.ConstraintCall(arguments=arguments)
            ):
                held = self._all(part, held)
                for argument in arguments:
                    if isinstance(argument, typed.ReferenceArgument) and isinstance(argument.place, typed.LocalPlace):
                        held |= self.outs & {argument.place.local}
                return self.outs if part.type is NEVER else held
            case typed.ReferenceArgument(span=span, modifier="ref", place=typed.LocalPlace(local=local)):
                return self.visit(typed.LocalRead(span, part.type, local), held)
            case typed.Logical(left=left, right=right):
                held = self.visit(left, held)
                self.visit(right, held)
                return held
            case typed.Match():
                return self._match(part, held)
            case typed.Try(operand=operand, propagates=propagates):
                held = self.visit(operand, held)
                if propagates:
                    self.leave(held, part.span)
                return held
            case typed.Lambda():
                return held
            case typed.Block():
                return self.block(part, held)
            case typed.Return(span=span, value=value):
                if value is not None:
                    held = self.visit(value, held)
                    if value.type is NEVER:
                        return self.outs
                self.leave(held, span)
                return self.outs
            case typed.Break():
                self.breaks[-1] &= held
                return self.outs
            case typed.Continue():
                return self.outs
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                held = self.visit(condition, held)
                first = self.block(then, held)
                return first & (held if otherwise is None else self.block(otherwise, held))
            case typed.While(condition=condition, body=body):
                held = self.visit(condition, held)
                is_endless = isinstance(condition, typed.BoolValue) and condition.value
                return self._loop(body, held, self.outs if is_endless else held)
            case (
                typed.ForRange(body=body)
                | typed.ForArray(body=body)
                | typed.ForString(body=body)
                | typed.ForIterator(body=body)
            ):
                for child in children(part):
                    if child is not body:
                        held = self.visit(child, held)
                return self._loop(body, held, held)
            case _:
                after = self._all(part, held)
                return self.outs if getattr(part, "type", None) is NEVER else after

    def _all(self, part: object, held: Held) -> Held:
        for child in children(part):
            held = self.visit(child, held)
        return held

    def _assign(self, part: typed.Assign, held: Held) -> Held:
        place = part.place
        if not isinstance(place, typed.LocalPlace):
            return self._all(part, held)
        if part.operator:
            held = self.visit(typed.LocalRead(place.span, place.type, place.local), held)
        return self.visit(part.value, held) | (self.outs & {place.local})

    def _match(self, part: typed.Match, held: Held) -> Held:
        held = self.visit(part.scrutinee, held)
        after = self.outs
        for arm in part.arms:
            if arm.guard is not None:
                held = self.visit(arm.guard, held)
            after &= self.visit(arm.body, held)
        return self.outs if part.type is NEVER else after

    def _loop(self, body: typed.Block, held: Held, left: Held) -> Held:
        """Return the state after a loop. `left` is the state when the loop ends by its condition."""
        self.breaks.append(self.outs)
        self.block(body, held)
        return left & self.breaks.pop()
