"""Paths, types, type arguments and type parameters."""

from __future__ import annotations

from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import ParserCore
from beskid.syntax.tokens import IDENTIFIER


class TypeParser(ParserCore):
    """Parses types, paths and type parameters."""

    def type(self, what: str = "a type") -> tree.TypeSyntax:
        """Parse a type: an optional `ref`, a path or arrow form, then any number of `[]` and `(…)`."""
        pos = self.pos
        kind = self.kinds[pos]
        if kind == IDENTIFIER:
            following = self.kinds[pos + 1]
            if following == IDENTIFIER and self.token_text(pos) == "ref":
                return self._ref_type()
            path = self.path()
            base: tree.TypeSyntax = tree.PathType(self.new_id(), path.span, path)
            following = self.kinds[self.pos]
            if following != "[" and following != "(":
                return base
            return self._type_suffixes(base)
        if kind == "(":
            return self._arrow_type()
        return self.fail_expected(what)

    def _ref_type(self) -> tree.TypeSyntax:
        start = self.starts[self.pos]
        self.pos += 1
        self.enter()
        target = self.type()
        self.depth -= 1
        return tree.RefType(self.new_id(), self.span_from(start), target)

    def _arrow_type(self) -> tree.TypeSyntax:
        start = self.starts[self.pos]
        self.pos += 1
        self.enter()
        parameters = self._type_list()
        if len(parameters) > 1 and self.kinds[self.pos] == IDENTIFIER:
            help = "declare a type for the values: `type Pair { i64 first, i64 second }`"
            self.fail("tuples are not supported", self.span_from(start), help=help, code=E1109)
        self.expect("=>", "of a function type", "a function type is `R(A, B)` or `(A, B) => R`")
        result = self.type()
        self.depth -= 1
        return tree.FunctionType(self.new_id(), self.span_from(start), result, parameters)

    def _type_suffixes(self, base: tree.TypeSyntax) -> tree.TypeSyntax:
        start = base.span.start
        length = 0
        while True:
            kind = self.kinds[self.pos]
            if kind == "[":
                if self.kinds[self.pos + 1] != "]":
                    self.pos += 1
                    self.fail_expected("`]`", "array types have no length: `T[]`")
                self.pos += 2
                base = tree.ArrayType(self.new_id(), self.span_from(start), base)
            elif kind == "(":
                self.pos += 1
                self.enter()
                parameters = self._type_list()
                self.depth -= 1
                base = tree.FunctionType(self.new_id(), self.span_from(start), base, parameters)
            else:
                return base
            length += 1
            self.check_chain(length)

    def _type_list(self) -> tuple[tree.TypeSyntax, ...]:
        types: list[tree.TypeSyntax] = []
        while not self.take(")"):
            types.append(self.type())
            if self.kinds[self.pos] != ")":
                self.expect(",", "or `)`")
        return tuple(types)

    def type_arguments(self) -> tuple[tree.TypeSyntax, ...]:
        """Parse `<A, B>`, which is never empty and has no trailing comma."""
        self.pos += 1
        self.enter()
        arguments = [self.type("a type argument")]
        while self.take(","):
            arguments.append(self.type("a type argument"))
        self.depth -= 1
        self.expect(">", "after the type arguments")
        return tuple(arguments)

    def path(self, with_arguments: bool = True) -> tree.Path:
        segments = [self._segment(with_arguments)]
        while self.kinds[self.pos] == ".":
            self.pos += 1
            segments.append(self._segment(with_arguments))
        if self.kinds[self.pos] == "::":
            self.fail(
                "`::` selects a variant of an enum, not a member of a module",
                label="expected `.`",
                help="separate path segments with `.`: `Core.String`",
                code=E1109,
            )
        start = segments[0].span.start
        return tree.Path(self.new_id(), Span(start, segments[-1].span.end), tuple(segments))

    def _segment(self, with_arguments: bool) -> tree.PathSegment:
        name = self.name()
        if not with_arguments or self.kinds[self.pos] != "<":
            return tree.PathSegment(self.new_id(), name.span, name, ())
        arguments = self.type_arguments()
        return tree.PathSegment(self.new_id(), self.span_from(name.span.start), name, arguments)

    def type_parameters(self) -> tuple[tree.TypeParameter, ...]:
        """Parse `<T, U : A + B>`, if present."""
        if self.kinds[self.pos] != "<":
            return ()
        self.pos += 1
        parameters = [self._type_parameter()]
        while self.take(","):
            if self.kinds[self.pos] == ">":
                break
            parameters.append(self._type_parameter())
        if self.word() in ("extends", "implements", "where"):
            help = "`T Max<T : Comparable>(T a, T b)`"
            self.fail("constraints are written after `:`", self.span_here(), help=help, code=E1109)
        self.expect(">", "after the type parameters")
        return tuple(parameters)

    def _type_parameter(self) -> tree.TypeParameter:
        name = self.name("a type parameter name")
        constraints: list[tree.Path] = []
        if self.take(":"):
            constraints.append(self.path())
            while self.take("+"):
                constraints.append(self.path())
        return tree.TypeParameter(self.new_id(), self.span_from(name.span.start), name, tuple(constraints))
