"""Trees as short bracketed text, for comparison in tests."""

from __future__ import annotations

from typing import Any

from tests.syntax.walk import children

from beskid.syntax import tree


def shape(node: Any) -> str:
    """`(+ a (* b c))` for operators, `(Kind part …)` for everything else."""
    match node:
        case tree.Name():
            return node.text
        case tree.NameExpression():
            return node.name.text + _arguments(node.type_arguments)
        case tree.MemberExpression():
            return f"(. {shape(node.object)} {node.name.text}{_arguments(node.type_arguments)})"
        case tree.EnumPathExpression():
            return f"(:: {shape(node.prefix)} {node.variant.text})"
        case tree.IntegerLiteral() | tree.FloatLiteral():
            return repr(node.value) + (f"_{node.suffix}" if node.suffix else "")
        case tree.BoolLiteral() | tree.CharLiteral():
            return repr(node.value)
        case tree.StringLiteral():
            pieces = [repr(each) if isinstance(each, str) else shape(each) for each in node.pieces]
            return f"({' '.join(['string', *pieces])})"
        case tree.BinaryExpression():
            return f"({node.operator} {shape(node.left)} {shape(node.right)})"
        case tree.AssignExpression():
            return f"({node.operator} {shape(node.target)} {shape(node.value)})"
        case tree.UnaryExpression():
            return f"({node.operator} {shape(node.operand)})"
        case tree.CastExpression():
            return f"(as {shape(node.operand)} {shape(node.type)})"
        case tree.TryExpression():
            return f"(? {shape(node.operand)})"
        case tree.CallExpression():
            return f"({' '.join(['call', shape(node.callee), *map(shape, node.arguments)])})"
        case tree.Argument():
            return f"{node.modifier} {shape(node.value)}".strip()
        case tree.PathType() | tree.Path():
            path = node.path if isinstance(node, tree.PathType) else node
            return ".".join(each.name.text + _arguments(each.type_arguments) for each in path.segments)
        case tree.ArrayType():
            return f"{shape(node.element)}[]"
        case tree.FunctionType():
            return f"(fn {' '.join(map(shape, [*node.parameters, node.result]))})"
        case tree.LetStatement():
            words = ["let", "mut"] if node.is_mut else ["let"]
            kind = shape(node.type) if node.type is not None else "_"
            return f"({' '.join([*words, kind, node.name.text, shape(node.value)])})"
        case tree.ExpressionStatement():
            return shape(node.expression)
        case tree.WildcardPattern():
            return "_"
        case tree.GroupedExpression():
            return f"[{shape(node.inner)}]"
    kind = type(node).__name__.removesuffix("Expression").removesuffix("Statement").removesuffix("Pattern")
    return f"({' '.join([kind, *map(shape, children(node))])})"


def _arguments(types: tuple[tree.TypeSyntax, ...]) -> str:
    return f"<{','.join(map(shape, types))}>" if types else ""
