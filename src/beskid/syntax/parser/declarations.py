"""Functions, types, enums, contracts, `impl` and `extend`, attributes: items and their members."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from beskid.base.node import node
from beskid.source.codes import E1109
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import NOT_A_TYPE, ONLY_ITEM_WORDS, Abandon, Unclosed
from beskid.syntax.parser.habits.items import ItemHabits
from beskid.syntax.tokens import END, IDENTIFIER, NUMBER, Tokens


@node
class MemberStart:
    """The tokens before a member: its first offset, attributes, `pub`, documentation."""

    offset: int
    attributes: tuple[tree.Attribute, ...]
    is_pub: bool
    doc: str | None


class DeclarationParser(ItemHabits):
    """Parses declarations that have parameters or members."""

    at_item_boundary = False

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens)
        self.owner_columns: list[int] = []

    # Attributes -----------------------------------------------------------------------------------------------

    def attributes(self) -> tuple[tree.Attribute, ...]:
        """Parse any number of `[Name(…)]`."""
        if self.kinds[self.pos] != "[":
            return ()
        attributes: list[tree.Attribute] = []
        while self.take("["):
            start = self.starts[self.pos - 1]
            name = self.name("an attribute name")
            arguments = self._attribute_arguments() if self.take("(") else ()
            if self.kinds[self.pos] == ",":
                self.fail("each attribute has its own brackets", label="expected `]`", help="`[A][B(x: 1)]`")
            self.expect("]", "after the attribute")
            attributes.append(tree.Attribute(self.new_id(), self.span_from(start), name, arguments))
        return tuple(attributes)

    def _attribute_arguments(self) -> tuple[tree.AttributeArgument, ...]:
        arguments: list[tree.AttributeArgument] = []
        while not self.take(")"):
            start = self.starts[self.pos]
            name: tree.Name | None = None
            if self.kinds[self.pos] == IDENTIFIER and self.kinds[self.pos + 1] in (":", "="):
                name = self.name()
                if self.kinds[self.pos] == "=":
                    self.fail("attribute arguments are written with `:`", label="expected `:`",
                              help=f"`{name.text}: value`", code=E1109)  # fmt: skip
                self.pos += 1
            value = self.expression()
            arguments.append(tree.AttributeArgument(self.new_id(), self.span_from(start), name, value))
            if self.kinds[self.pos] != ")":
                self.expect(",", "or `)` after the argument")
        return tuple(arguments)

    def attribute_item(self, start: int, is_pub: bool, doc: str | None) -> tree.AttributeItem:
        """Parse `attribute Name(Targets) { parameters }`."""
        self.pos += 1
        name = self.name("an attribute name")
        targets: list[tree.Name] = []
        if self.take("("):
            while not self.take(")"):
                targets.append(self.name("a kind of target"))
                if self.kinds[self.pos] != ")":
                    self.expect(",", "or `)` after the target")
        self.expect("{", "before the parameters of the attribute", "an attribute without parameters has an empty `{ }`")
        parameters: list[tree.AttributeParameter] = []
        while not self.take("}"):
            parameters.append(self._attribute_parameter())
            if self.kinds[self.pos] != "}":
                self.expect(",", "or `}` after the parameter")
        return tree.AttributeItem(
            self.new_id(), self.span_from(start), is_pub, name, tuple(targets), tuple(parameters), doc
        )

    def _attribute_parameter(self) -> tree.AttributeParameter:
        self.doc(self.pos)
        name = self.name("a parameter name")
        self.expect(":", "after the name", "attribute parameters are written `name: Type`")
        annotation = self.type()
        default = self.expression() if self.take("=") else None
        return tree.AttributeParameter(self.new_id(), self.span_from(name.span.start), name, annotation, default)

    # Functions and parameters ---------------------------------------------------------------------------------

    def function(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.FunctionItem:
        """Parse a function or method with a body."""
        begin = self.pos
        self.habit_function()
        result = self.type("a result type")
        name = self._function_name()
        type_parameters = self.type_parameters()
        parameters = self.parameters()
        self.habit_result()
        body: tree.Block | None = None
        expression_body: tree.Expression | None = None
        kind = self.kinds[self.pos]
        if kind == "=>":
            self.pos += 1
            expression_body = self.expression()
            self.expect_semicolon("the body")
        elif kind == "{":
            body = self._function_body(begin)
        else:
            self._no_body(name)
        return tree.FunctionItem(
            self.new_id(), self.span_from(start), attributes, is_pub, result, name, type_parameters, parameters,
            body, expression_body, doc,
        )  # fmt: skip

    def _function_body(self, begin: int) -> tree.Block:
        self.owner_columns.append(self.column(begin))
        try:
            return self.block()
        finally:
            self.owner_columns.pop()

    def _no_body(self, name: tree.Name) -> None:
        if self.kinds[self.pos] == ";":
            self.pos += 1
            self.report(
                f"the function `{name.text}` has no body",
                name.span,
                help="write `{ … }` or `=> expression;`; only contract methods have no body",
            )
            raise Abandon
        if self.kinds[self.pos] == "=":
            self.fail("an expression body follows `=>`", help=f"`{name.text}(…) => expression;`", code=E1109)
        self.fail_expected("`{` or `=>` and the body of the function", "write `{` before the body")

    def _function_name(self) -> tree.Name:
        name = self.name("a function name")
        kind = self.kinds[self.pos]
        if kind == "." or kind == "::":
            self.fail(
                "methods are declared in an `impl` block",
                label="expected `(`",
                help=f"`impl {name.text} {{ … }}`",
                code=E1109,
            )
        if kind == "=":
            self.fail(
                "module-level values must be constants",
                name.span,
                help=f"`const {self.token_text(self.pos - 2)} {name.text} = …;`; global variables are not supported",
            )
        if kind != "(" and kind != "<":
            self.fail_expected("`(` and the parameters")
        return name

    def parameters(self) -> tuple[tree.Parameter, ...]:
        """Parse `(…)` with typed parameters."""
        opener = self.pos
        self.expect("(", "before the parameters")
        parameters: list[tree.Parameter] = []
        while not self.take(")"):
            parameters.append(self.parameter())
            if self.kinds[self.pos] != ")":
                if self.kinds[self.pos] in ("{", ";", END) and self.partners[opener] == -1:
                    self.expect_soft(")", "unclosed parameter list")
                    break
                if self.kinds[self.pos] == "=":
                    self.fail("default parameter values are not supported", help="write a second function", code=E1109)
                self.expect(",", "or `)` after the parameter")
        return tuple(parameters)

    def parameter(self) -> tree.Parameter:
        """Parse `[attributes] [ref|out] [mut] T name`."""
        begin = self.pos
        attributes = self.attributes()
        doc = self.doc(begin, self.pos)
        is_mut = self.take("mut")
        modifier = ""
        word = self.word()
        if (word == "ref" or word == "out") and self.kinds[self.pos + 1] in (IDENTIFIER, "(", "mut"):
            after_modifier = self.pos + (2 if self.kinds[self.pos + 1] == "mut" else 1)
            after = self.type_end(after_modifier)
            if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER:
                modifier = word
                self.pos += 1
                is_mut = self.take("mut") or is_mut
        self.habit_receiver()
        self.habit_parameter()
        annotation = self.type("a parameter type")
        if self.kinds[self.pos] == "mut":
            self.report("`mut` comes before the type of a parameter", self.span_here(), help="`mut T name`")
            self.pos += 1
            is_mut = True
        if self.kinds[self.pos] in (",", ")"):
            self.fail(
                "a parameter needs a type and a name",
                annotation.span,
                "expected `Type name`",
                "the type comes first: `i64 count`",
            )
        name = self.name("a parameter name")
        return tree.Parameter(
            self.new_id(), self.span_from(self.starts[begin]), attributes, modifier, is_mut, annotation, name, doc
        )

    # Member lists ---------------------------------------------------------------------------------------------

    def members(self, read: Callable[[], None]) -> None:
        """Parse `{ … }`, where `read` parses one member. An error in one member does not hide errors in the others."""
        opener = self.pos
        self.expect("{")
        self.enter()
        while self.kinds[self.pos] != "}":
            if self.kinds[self.pos] == END:
                self.unclosed(opener)
            self._no_item_among_members(opener)
            begin = self.pos
            depth = self.depth
            try:
                read()
            except Abandon:
                self._recover_member(begin, depth)
            except Unclosed:
                if self.column(self.pos) != self.column(begin):
                    raise
                self.at_item_boundary = False
                self.depth = depth
                self.no_struct = self.no_lambda = False
        self.pos += 1
        self.depth -= 1

    def _no_item_among_members(self, opener: int) -> None:
        """End the members at an item that is indented no deeper than the line with the `{`."""
        pos = self.pos
        if self.kinds[pos] not in ONLY_ITEM_WORDS or not self.starts_line(pos):
            return
        first = opener
        while first and not self.starts_line(first):
            first -= 1
        if self.column(pos) <= self.column(first):
            self.item_inside(opener)

    def item_inside(self, opener: int) -> NoReturn:
        """Report that a `{` is still open where an item starts, and continue with the item."""
        self.report(
            "unclosed `{`",
            self.tokens.span(self.unclosed_brace(opener)),
            "expected `}` before the next item",
            f"write `}}` before the item on line {self.source.position(self.starts[self.pos])[0]}, which is inside it",
        )
        self.at_item_boundary = True
        raise Unclosed

    def _recover_member(self, begin: int, depth: int) -> None:
        self.depth = depth
        self.no_struct = self.no_lambda = False
        self.skip_member(begin)
        if self.pos == begin:
            self.skip_one()

    def member_start(self) -> MemberStart:
        """Parse attributes and `pub` before a member."""
        begin = self.pos
        attributes = self.attributes()
        after_attributes = self.pos
        self.habit_modifier()
        is_pub = self.take("pub")
        if is_pub:
            self.habit_modifier()
        return MemberStart(self.starts[begin], attributes, is_pub, self.doc(begin, after_attributes))

    def separator(self, what: str) -> None:
        """Parse the `,` between fields or variants."""
        kind = self.kinds[self.pos]
        if kind == "," or kind == "}":
            self.take(",")
            return
        if kind == ";":
            self.report(f"{what} are separated by `,`", self.span_here(), "expected `,`", code=E1109)
            self.pos += 1
            return
        if kind == "=":
            self.fail(f"{what} cannot have default values", help="set the value where the object is created")
        if not self.starts_line(self.pos):
            self.fail_expected("`,` or `}`")
        self.expect_soft(",", f"expected `,` between {what}")

    # Types ----------------------------------------------------------------------------------------------------

    def type_item(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.TypeItem:
        """Parse `type Name<T> : Contract { fields, methods }`."""
        self.pos += 1
        name = self.name("a type name")
        type_parameters = self.type_parameters()
        conformances: list[tree.Path] = []
        if self.take(":"):
            conformances.append(self.path())
            while self.take(",") and self.kinds[self.pos] != "{":
                conformances.append(self.path())
        fields: list[tree.Field | tree.EventField] = []
        methods: list[tree.FunctionItem] = []
        if self.kinds[self.pos] != "{":
            self.habit_type_header(name)
            self.fail_expected("`{` before the fields", "a type without fields has an empty `{ }`")
        self.members(lambda: self._type_member(name.text, fields, methods))
        return tree.TypeItem(
            self.new_id(), self.span_from(start), attributes, is_pub, name, type_parameters, tuple(conformances),
            tuple(fields), tuple(methods), doc,
        )  # fmt: skip

    def _type_member(
        self, owner: str, fields: list[tree.Field | tree.EventField], methods: list[tree.FunctionItem]
    ) -> None:
        start = self.member_start()
        if self._at_event():
            fields.append(self._event(start))
            self.separator("fields")
            return
        self.habit_member(owner)
        after = self.type_end(self.pos)
        if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER and self.kinds[after + 1] in ("(", "<"):
            methods.append(self._method(start))
            self.take(",")
            return
        fields.append(self._field(start))
        self.separator("fields")

    def _at_event(self) -> bool:
        if self.word() != "event":
            return False
        following = self.kinds[self.pos + 1]
        return following == "{" or (following == IDENTIFIER and self.kinds[self.pos + 2] == "(")

    def _field(self, start: MemberStart) -> tree.Field:
        if self.kinds[self.pos] == "mut":
            self.report("fields are always mutable", self.span_here(), help="remove `mut`")
            self.pos += 1
        annotation = self.type("a field type")
        name = self.name("a field name")
        return tree.Field(
            self.new_id(), self.span_from(start.offset), start.attributes, start.is_pub, annotation, name, start.doc
        )

    def _event(self, start: MemberStart) -> tree.EventField:
        word = self.span_here()
        self.pos += 1
        capacity: int | None = None
        capacity_span = word
        if self.take("{"):
            begin = self.starts[self.pos]
            sign = -1 if self.take("-") else 1
            if self.kinds[self.pos] != NUMBER:
                self.fail_expected("a number of handlers")
            number = self.number()
            capacity_span = Span(begin, number.span.end)
            if isinstance(number, tree.FloatLiteral):
                self.fail("the capacity of an event is an integer", capacity_span)
            capacity = sign * number.value
            self.expect("}", "after the capacity")
        name = self.name("an event name")
        parameters = self.parameters()
        return tree.EventField(
            self.new_id(), self.span_from(start.offset), start.attributes, capacity, capacity_span, name, parameters,
            start.doc,
        )  # fmt: skip

    # Enums ----------------------------------------------------------------------------------------------------

    def enum_item(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.EnumItem:
        """Parse `enum Name<T> { variants }`."""
        self.pos += 1
        name = self.name("an enum name")
        type_parameters = self.type_parameters()
        variants: list[tree.Variant] = []
        if self.kinds[self.pos] != "{":
            self.fail_expected("`{` before the variants")
        self.members(lambda: self._variant_into(variants))
        return tree.EnumItem(
            self.new_id(), self.span_from(start), attributes, is_pub, name, type_parameters, tuple(variants), doc
        )

    def _variant_into(self, variants: list[tree.Variant]) -> None:
        doc = self.doc(self.pos)
        name = self.name("a variant name")
        fields: list[tree.VariantField] = []
        kind = self.kinds[self.pos]
        if kind == "(":
            self.pos += 1
            while not self.take(")"):
                fields.append(self._payload())
                if self.kinds[self.pos] != ")":
                    self.expect(",", "or `)` after the payload")
        elif kind == "=":
            self.fail(
                "variants cannot have explicit values", help="write a function that maps them with `match`", code=E1109
            )
        elif kind == "{":
            self.fail("a variant payload is written in parentheses", help=f"`{name.text}(i64 value)`", code=E1109)
        variants.append(tree.Variant(self.new_id(), self.span_from(name.span.start), name, tuple(fields), doc))
        if self.kinds[self.pos] == IDENTIFIER and not self.starts_line(self.pos):
            self.fail_expected("`,` or `}` after the variant", "a payload is written in parentheses: `Name(i64 value)`")
        self.separator("variants")

    def _payload(self) -> tree.VariantField:
        doc = self.doc(self.pos)
        if self._at_event():
            self.fail("a payload cannot be an event", help="events are fields of a `type`")
        self.habit_parameter()
        annotation = self.type("a payload type")
        name = self.name() if self.kinds[self.pos] == IDENTIFIER else None
        return tree.VariantField(self.new_id(), self.span_from(annotation.span.start), annotation, name, doc)

    # Contracts and blocks of methods --------------------------------------------------------------------------

    def contract_item(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.ContractItem:
        """Parse `contract Name<T> { signatures and embeddings }`."""
        self.pos += 1
        name = self.name("a contract name")
        type_parameters = self.type_parameters()
        methods: list[tree.FunctionItem] = []
        embeddings: list[tree.ContractEmbedding] = []
        if self.kinds[self.pos] != "{":
            embeds = self.kinds[self.pos] == ":"
            help = "embed a contract by naming it in the body: `Reader;`" if embeds else None
            self.fail_expected("`{` before the methods", help)
        self.members(lambda: self._contract_member(methods, embeddings))
        return tree.ContractItem(
            self.new_id(), self.span_from(start), attributes, is_pub, name, type_parameters, tuple(methods),
            tuple(embeddings), doc,
        )  # fmt: skip

    def _contract_member(self, methods: list[tree.FunctionItem], embeddings: list[tree.ContractEmbedding]) -> None:
        start = self.member_start()
        after = self.type_end(self.pos)
        is_method = after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER and self.kinds[after + 1] in ("(", "<")
        if not is_method and after != NOT_A_TYPE and self.kinds[after] in (";", "}", IDENTIFIER):
            path = self.path()
            self.take(";")
            embeddings.append(tree.ContractEmbedding(self.new_id(), path.span, path))
            return
        self.habit_function()
        result = self.type("a result type")
        name = self._function_name()
        type_parameters = self.type_parameters()
        parameters = self.parameters()
        if self.kinds[self.pos] in ("{", "=>"):
            self.fail(
                "contract methods cannot have a body",
                label="expected `;`",
                help="conforming types implement the method",
            )
        self.expect_semicolon("the contract method")
        method = tree.FunctionItem(
            self.new_id(), self.span_from(start.offset), start.attributes, start.is_pub, result, name,
            type_parameters, parameters, None, None, start.doc,
        )  # fmt: skip
        methods.append(method)

    def impl_item(self, start: int, attributes: tuple[tree.Attribute, ...], is_extend: bool) -> tree.ImplItem:
        """Parse `impl T { methods }` or `extend type T { methods }`."""
        self.pos += 1
        receiver = self.path()
        self.habit_impl()
        methods: list[tree.FunctionItem] = []
        if self.kinds[self.pos] != "{":
            self.fail_expected("`{` before the methods")
        self.members(lambda: self._method_into(methods))
        return tree.ImplItem(self.new_id(), self.span_from(start), attributes, is_extend, receiver, tuple(methods))

    def _method_into(self, methods: list[tree.FunctionItem]) -> None:
        start = self.member_start()
        after = self.type_end(self.pos)
        if after != NOT_A_TYPE and self.kinds[after] == IDENTIFIER and self.kinds[after + 1] in (",", "}"):
            self.fail("fields are declared in the `type`, not in `impl`", self.tokens.span(after))
        methods.append(self._method(start))

    def _method(self, start: MemberStart) -> tree.FunctionItem:
        method = self.function(start.offset, start.attributes, start.is_pub, start.doc)
        self.habit_typed_receiver(method)
        return method
