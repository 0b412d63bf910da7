"""Finds the mutants of a Python file.

Positions come from the syntax tree, and only the replaced characters change. Annotations, docstrings, assertions and
the arguments of raised exceptions are left alone: no test of behavior can notice them.
"""

from __future__ import annotations

import ast
import re

from tools.mutants.model import Mutant

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: (r"==", "!="),
    ast.NotEq: (r"!=", "=="),
    ast.Lt: (r"<", "<="),
    ast.LtE: (r"<=", "<"),
    ast.Gt: (r">", ">="),
    ast.GtE: (r">=", ">"),
    ast.Is: (r"is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: (r"in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
BINARY: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"),
    ast.Sub: (r"-", "+"),
    ast.Mult: (r"\*", "+"),
    ast.FloorDiv: (r"//", "*"),
    ast.Mod: (r"%", "+"),
    ast.LShift: (r"<<", ">>"),
    ast.RShift: (r">>", "<<"),
    ast.BitAnd: (r"&", "|"),
    ast.BitOr: (r"\|", "&"),
    ast.BitXor: (r"\^", "&"),
}
BOOLEAN: dict[type[ast.boolop], tuple[str, str]] = {ast.And: (r"and", "or"), ast.Or: (r"or", "and")}


def find(path: str, source: bytes) -> list[Mutant]:
    """List the mutants of a file in the order of its text."""
    finder = _Finder(path, source)
    finder.visit(ast.parse(source))
    return sorted(finder.found, key=lambda each: (each.start, each.end, each.replacement))


class _Finder(ast.NodeVisitor):
    """Collects the mutants of one file; a node without a method of its own is only walked through."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found: list[Mutant] = []
        self.scope: list[str] = []
        self.statement = (0, 0)

    def visit(self, node: ast.AST) -> None:
        """Visit a node, and remember the statement or `case` that it is in."""
        if not isinstance(node, ast.stmt | ast.match_case):
            super().visit(node)
            return
        outer = self.statement
        self.statement = self.header(node)
        super().visit(node)
        self.statement = outer

    def header(self, node: ast.stmt | ast.match_case) -> tuple[int, int]:
        """Return the extent of a statement, without those that it contains."""
        if isinstance(node, ast.match_case):
            return self.offset(node.pattern.lineno, node.pattern.col_offset), self.span(node.body[0])[0]
        start, end = self.span(node)
        if isinstance(node, ast.Match):
            first = node.cases[0].pattern
            return start, self.offset(first.lineno, first.col_offset)
        body = getattr(node, "body", None)
        return start, self.span(body[0])[0] if body else end

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def replace(self, node: ast.expr | ast.stmt, start: int, end: int, replacement: str, kind: str) -> None:
        line = self.source.count(b"\n", 0, start) + 1
        scope = ".".join(self.scope)
        last_line = node.end_lineno or line
        self.found.append(Mutant(self.path, line, last_line, start, end, replacement, kind, scope, self.statement))

    def operator(self, node: ast.expr, left: ast.expr, right: ast.expr, row: tuple[str, str], kind: str) -> None:
        """Replace the operator between two operands."""
        start, end = self.span(left)[1], self.span(right)[0]
        word = rb"\b" if row[0][0].isalpha() else b""
        match = re.search(word + row[0].encode() + word, self.source[start:end])
        if match is not None:
            self.replace(node, start + match.start(), start + match.end(), row[1], kind)

    # What no test of behavior can notice ---------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.scope.append(node.name)
        for default in (*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)):
            self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self.scope.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.scope.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self.scope.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        return

    def visit_Raise(self, node: ast.Raise) -> None:
        return

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        return

    def visit_keyword(self, node: ast.keyword) -> None:
        # `zip(…, strict=True)` is an assertion.
        if node.arg != "strict":
            self.visit(node.value)

    # Statements ----------------------------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self.negate(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        if not isinstance(node.test, ast.Constant):
            self.negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.negate(node.test)
        self.generic_visit(node)

    def negate(self, test: ast.expr) -> None:
        """Negate a condition that is not a comparison, which has mutants of its own."""
        if isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.NamedExpr):
            return
        start, end = self.span(test)
        text = self.source[start:end].decode()
        self.replace(test, start, end, f"(not {text})", "condition negated")

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and not _is_call_of(node.value, "assert_never"):
            self.replace(node, *self.span(node), "pass", "statement removed")
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Name) and target.id.startswith("__") for target in node.targets):
            return
        if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self.replace(node, *self.span(node), "pass", "statement removed")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.replace(node, *self.span(node), "pass", "statement removed")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self.replace(node, *self.span(node), "break", "break for continue")

    def visit_Break(self, node: ast.Break) -> None:
        self.replace(node, *self.span(node), "continue", "continue for break")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            return
        if not isinstance(node.value, ast.Constant):
            self.replace(node, *self.span(node), "return None", "result lost")
        self.generic_visit(node)

    # Expressions ---------------------------------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            self.operator(node, left, right, COMPARISONS[type(operator)], "comparison")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        row = BINARY.get(type(node.op))
        if row is not None:
            self.operator(node, node.left, node.right, row, "operator")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.operator(node, left, right, BOOLEAN[type(node.op)], "and, or")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            start = self.span(node)[0]
            self.replace(node, start, self.span(node.operand)[0], "", "not removed")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.replace(node, *self.span(node), str(not node.value), "constant")
        elif isinstance(node.value, int):
            self.replace(node, *self.span(node), str(node.value + 1), "constant")


def _is_call_of(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name
