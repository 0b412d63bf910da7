"""The values of blocks and branches, by syntax alone: which expression is one, and where (decision L25)."""

from __future__ import annotations

from beskid.syntax import tree


def tail_of(block: tree.Block) -> tree.Expression | None:
    """Return the expression at the end of a block that no `;` follows."""
    last = block.statements[-1] if block.statements else None
    return last.expression if isinstance(last, tree.ExpressionStatement) and not last.ends else None


def gives_value(expression: tree.Expression) -> bool:
    """Return whether an expression at the end of a block is the value of the block.

    An `if`, a `match` or a block is one if any of its branches ends in a value.
    """
    while True:
        match expression:
            case tree.IfExpression(then=then, otherwise=otherwise):
                if ends_in_value(then):
                    return True
                if not isinstance(otherwise, tree.IfExpression):
                    return otherwise is not None and ends_in_value(otherwise)
                expression = otherwise
            case tree.MatchExpression(arms=arms):
                # A loop and not `any`: expressions nest deeply, and a generator would cost native stack at every level.
                for arm in arms:  # noqa: SIM110
                    if gives_value(arm.body):
                        return True
                return False
            case tree.BlockExpression(block=block):
                return ends_in_value(block)
            case tree.ReturnExpression() | tree.BreakExpression() | tree.ContinueExpression():
                return False
            case _:
                return True


def ends_in_value(block: tree.Block) -> bool:
    tail = tail_of(block)
    return tail is not None and gives_value(tail)


def has_else(expression: tree.IfExpression) -> bool:
    """Return whether an `if` with its `else if` branches ends in `else`."""
    last: tree.IfExpression | tree.Block | None = expression
    while isinstance(last, tree.IfExpression):
        last = last.otherwise
    return last is not None


def branch_value(body: tree.Expression | tree.Block) -> tree.Expression:
    """Return the value of a branch or arm: in a block with nothing else, the expression, so that literals adapt."""
    if isinstance(body, tree.Block):
        body = tree.BlockExpression(body.id, body.span, body)
    if isinstance(body, tree.BlockExpression) and len(body.block.statements) == 1:
        tail = tail_of(body.block)
        if tail is not None and gives_value(tail):
            return tail
    return body


def branch_values(expression: tree.Expression) -> list[tree.Expression]:
    """Return the values among which a `match`, an `if` or a block chooses, and none for other expressions."""
    match expression:
        case tree.MatchExpression(arms=arms):
            return [branch_value(arm.body) for arm in arms]
        case tree.BlockExpression(block=block):
            tail = tail_of(block)
            return [] if tail is None or not gives_value(tail) else [tail]
        case tree.IfExpression():
            return [branch_value(block) for block in branches_of(expression)]
        case _:
            return []


def branches_of(expression: tree.IfExpression) -> list[tree.Block]:
    """Return the blocks of an `if`, that of `else` last."""
    found: list[tree.Block] = []
    link: tree.IfExpression | tree.Block | None = expression
    while isinstance(link, tree.IfExpression):
        found.append(link.then)
        link = link.otherwise
    return found if link is None else [*found, link]
