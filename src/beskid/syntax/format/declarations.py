"""Layout of items and their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from beskid.syntax import tree
from beskid.syntax.format.document import HARD_LINE, NOTHING, SPACE, Document, concat, line, text
from beskid.syntax.format.statements import StatementFormatter


class DeclarationFormatter(StatementFormatter):
    """Formats a file: its items and their members."""

    def program(self, program: tree.Program) -> Document:
        return self._items(program.items, [])

    def _items(self, items: Sequence[tree.Item], parts: list[Document]) -> Document:
        for position, item in enumerate(items):
            if position:
                parts.append(line(blank=self.blank(), hard=True))
            parts += [self.lead(), self.item(item)]
        return concat([*parts, *self._rest(bool(items))])

    def _rest(self, follows: bool) -> list[Document]:
        remaining = self.lead()
        if remaining is NOTHING:
            return []
        return [line(blank=self.blank() and follows, hard=True), remaining]

    def item(self, item: tree.Item) -> Document:
        match item:
            case tree.FunctionItem():
                return self._function(item)
            case tree.TypeItem():
                return self._type(item)
            case tree.EnumItem():
                return concat([*self._header(item), self.members(item.variants, self._variant, commas=True)])
            case tree.ContractItem():
                return self._contract(item)
            case tree.ImplItem():
                return self._impl(item)
            case tree.TestItem():
                return self._test(item)
            case tree.AttributeItem():
                return self._attribute_item(item)
            case tree.ConstItem():
                return self._constant(item)
            case tree.UseItem() | tree.ModuleDeclaration():
                return self._path_item(item)
            case tree.InlineModule():
                return self._module(item)
            case _:
                assert_never(item)

    # Pieces of declarations -----------------------------------------------------------------------------------

    def _attributes(self, attributes: Sequence[tree.Attribute], separator: Document = HARD_LINE) -> list[Document]:
        parts: list[Document] = []
        for attribute in attributes:
            parts += [self._attribute(attribute), separator, self.lead()]
        return parts

    def _attribute(self, attribute: tree.Attribute) -> Document:
        parts = [self.take(), self.take()]
        if self.kind == "(":
            parts.append(self.bracketed(attribute.arguments, self._attribute_argument))
        return concat([*parts, self.take()])

    def _attribute_argument(self, argument: tree.AttributeArgument) -> Document:
        if argument.name is None:
            return self.expression(argument.value)
        return concat([self.take(), self.take(), SPACE, self.expression(argument.value)])

    def _public(self) -> list[Document]:
        return [self.take(), SPACE] if self.kind == "pub" else []

    def _header(self, item: tree.TypeItem | tree.EnumItem | tree.ContractItem) -> list[Document]:
        # Attributes, `pub`, the keyword, the name with its type parameters.
        parts = [*self._attributes(item.attributes), *self._public(), self.take(), SPACE]
        end = item.type_parameters[-1].span.end if item.type_parameters else item.name.span.end
        parts.append(self._named(end, bool(item.type_parameters)))
        parts.append(SPACE)
        return parts

    def _named(self, end: int, has_parameters: bool) -> Document:
        # A name and its type parameters; the `>` follows the last one, possibly after a comma.
        name = self.inline(end)
        if not has_parameters:
            return name
        comma = self.drop() if self.kind == "," else NOTHING
        return concat([name, comma, self.take()])

    def parameter(self, parameter: tree.Parameter) -> Document:
        """Format `[attributes] [ref|out] [mut] T name`."""
        parts = self._attributes(parameter.attributes, SPACE)
        return concat([*parts, self.inline(parameter.span.end)])

    # Functions ------------------------------------------------------------------------------------------------

    def _function(self, function: tree.FunctionItem) -> Document:
        parts = [*self._attributes(function.attributes), *self._public()]
        parts += [self.inline(function.result.span.end), SPACE]
        parameters = function.type_parameters
        parts.append(self._named(parameters[-1].span.end if parameters else function.name.span.end, bool(parameters)))
        key = self.new_key()
        parts.append(self.bracketed(function.parameters, self.parameter, key=key))
        if function.body is not None:
            return concat([*parts, SPACE, self.block(function.body, follows=key)])
        if function.expression_body is not None:
            return concat([*parts, SPACE, self.take(), self.arrow_body(function.expression_body), self.take()])
        return concat([*parts, self.take()])

    # Types, enums, contracts ----------------------------------------------------------------------------------

    def _type(self, item: tree.TypeItem) -> Document:
        parts = self._header(item)
        if item.conformances:
            parts += [self.take(), SPACE, self.inline(item.conformances[-1].span.end)]
            if self.kind == ",":
                parts.append(self.drop())
            parts.append(SPACE)
        members: list[tree.Field | tree.EventField | tree.FunctionItem] = [*item.fields, *item.methods]
        members.sort(key=_start)
        if not members:
            return concat([*parts, self.empty_brackets(SPACE)])
        rows: list[Document] = [HARD_LINE]
        opening = self.take()
        for position, member in enumerate(members):
            if position:
                rows.append(line(blank=self.blank(), hard=True))
            rows.append(self.lead())
            if isinstance(member, tree.FunctionItem):
                rows.append(self._function(member))
                if self.kind == ",":
                    rows.append(self.drop())
                continue
            self._comma_behind(member)
            rows.append(self._event(member) if isinstance(member, tree.EventField) else self._field(member))
            if self.kind == ",":
                rows.append(self.take())
        return concat([*parts, self.close_lines(opening, rows)])

    def _comma_behind(self, member: tree.Field | tree.EventField) -> None:
        last = self.tokens.index_at(member.span.end - 1)
        if self.kinds[last + 1] != ",":
            self.insert_after(last, text(","))

    def _field(self, field: tree.Field) -> Document:
        return concat([*self._attributes(field.attributes), *self._public(), self.inline(field.span.end)])

    def _event(self, event: tree.EventField) -> Document:
        parts = [*self._attributes(event.attributes), *self._public(), self.take()]
        if event.capacity is not None:
            parts += [self.take(), *self.take_to(event.capacity_span.end), self.take()]
        parts += [SPACE, self.take(), self.bracketed(event.parameters, self.parameter)]
        return concat(parts)

    def _variant(self, variant: tree.Variant) -> Document:
        name = self.take()
        if self.kind != "(":
            return name
        return concat([name, self.bracketed(variant.fields, self._payload)])

    def _payload(self, field: tree.VariantField) -> Document:
        return self.inline(field.span.end)

    def _contract(self, item: tree.ContractItem) -> Document:
        header = self._header(item)
        members: list[tree.FunctionItem | tree.ContractEmbedding] = [*item.methods, *item.embeddings]
        members.sort(key=_start)
        return concat([*header, self.members(members, self._contract_member, commas=False)])

    def _contract_member(self, member: tree.FunctionItem | tree.ContractEmbedding) -> Document:
        if isinstance(member, tree.FunctionItem):
            return self._function(member)
        public = self._public()
        last = self.tokens.index_at(member.span.end - 1)
        if self.kinds[last + 1] != ";":
            self.insert_after(last, text(";"))
        path = self.inline(member.span.end)
        return concat([*public, path, self.take() if self.kind == ";" else NOTHING])

    def _impl(self, item: tree.ImplItem) -> Document:
        parts = [*self._attributes(item.attributes), self.take(), SPACE]
        if item.is_extend:
            parts += [self.take(), SPACE]
        parts += [self.inline(item.receiver.span.end), SPACE]
        return concat([*parts, self.members(item.methods, self._function, commas=False)])

    # Other items ------------------------------------------------------------------------------------------

    def _test(self, item: tree.TestItem) -> Document:
        parts = [*self._attributes(item.attributes), *self._public(), self.take(), SPACE, self.take(), SPACE]
        if not item.sections:
            return concat([*parts, self.block(item.body)])
        inside: list[tree.TestSection | tree.Statement] = [*item.sections, *item.body.statements]
        inside.sort(key=_start)
        return concat([*parts, self.members(inside, self._test_member, commas=False)])

    def _test_member(self, member: tree.TestSection | tree.Statement) -> Document:
        if not isinstance(member, tree.TestSection):
            return self.statement(member)
        return concat([self.take(), SPACE, self.members(member.entries, self._entry, commas=False)])

    def _entry(self, entry: tree.SectionEntry) -> Document:
        return concat([self.take(), SPACE, self.take(), self.assigned(entry.value), self.take()])

    def _attribute_item(self, item: tree.AttributeItem) -> Document:
        parts = [*self._public(), self.take(), SPACE, self.take()]
        if self.kind == "(":
            parts.append(self.bracketed(item.targets, self._target))
        return concat([*parts, SPACE, self.members(item.parameters, self._attribute_parameter, commas=True)])

    def _target(self, name: tree.Name) -> Document:
        return self.take()

    def _attribute_parameter(self, parameter: tree.AttributeParameter) -> Document:
        parts = [self.take(), self.take(), SPACE, self.inline(parameter.type.span.end)]
        if parameter.default is not None:
            parts += [SPACE, self.take(), self.assigned(parameter.default)]
        return concat(parts)

    def _constant(self, item: tree.ConstItem) -> Document:
        parts = [*self._attributes(item.attributes), *self._public(), self.take(), SPACE]
        parts += [self.inline(item.name.span.end), SPACE, self.take(), self.assigned(item.value), self.take()]
        return concat(parts)

    def _path_item(self, item: tree.UseItem | tree.ModuleDeclaration) -> Document:
        attributes = item.attributes if isinstance(item, tree.ModuleDeclaration) else ()
        parts = [*self._attributes(attributes), *self._public(), self.take(), SPACE]
        return concat([*parts, self.inline(item.span.end - 1), self.take()])

    def _module(self, item: tree.InlineModule) -> Document:
        parts = [*self._attributes(item.attributes), *self._public(), self.take(), SPACE, self.take(), SPACE]
        return concat([*parts, self.members(item.items, self.item, commas=False)])


def _start(
    node: tree.Field | tree.EventField | tree.FunctionItem | tree.ContractEmbedding | tree.TestSection | tree.Statement,
) -> int:
    return node.span.start
