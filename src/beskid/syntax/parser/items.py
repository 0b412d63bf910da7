"""Programs, modules, imports, constants and tests."""

from __future__ import annotations

from beskid.source.codes import E1109, PARSE
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.parser.core import ITEM_WORDS, Abandon, TooDeep, Unclosed
from beskid.syntax.parser.declarations import DeclarationParser
from beskid.syntax.tokens import END, IDENTIFIER, STRING, STRING_START


class ItemParser(DeclarationParser):
    """Parses a file."""

    def program(self) -> tree.Program:
        items: list[tree.Item] = []
        while self.kinds[self.pos] != END:
            begin = self.pos
            try:
                self._item_into(items)
            except (Abandon, Unclosed):
                self._recover(begin)
            except TooDeep:
                self.pos = begin
                self._reset()
                self.skip_item(begin)
        span = Span(0, len(self.text))
        program_id = self.new_id()
        return tree.Program(program_id, span, self.source, tuple(items), self.next_id)

    def _reset(self) -> None:
        self.depth = 0
        self.no_struct = self.no_lambda = False
        self.openers.clear()

    def _recover(self, begin: int) -> None:
        unclosed = self.pos > begin and self.at_item_boundary
        self.at_item_boundary = False
        self._reset()
        if not unclosed:
            self.skip_item(begin)
            if self.pos == begin:
                self.skip_one()

    def _item_into(self, items: list[tree.Item]) -> None:
        kind = self.kinds[self.pos]
        if kind == ";":
            self.report("items do not end with `;`", self.span_here(), help="remove it")
            self.pos += 1
            return
        if kind == "}":
            self.report("unmatched `}`", self.span_here())
            self.pos += 1
            return
        item = self.item()
        if item is not None:
            items.append(item)

    def item(self) -> tree.Item | None:
        """Parse an item with its attributes. Returns None for one that was parsed only to be reported."""
        begin = self.pos
        attributes = self.attributes()
        after_attributes = self.pos
        is_pub = self.take("pub")
        if is_pub:
            self.habit_modifier()
        doc = self.doc(begin, after_attributes)
        start = self.starts[begin]
        kind = self.kinds[self.pos]
        if kind == IDENTIFIER:
            return self._word_item(start, attributes, is_pub, doc)
        if kind == "type":
            return self.type_item(start, attributes, is_pub, doc)
        if kind == "enum":
            return self.enum_item(start, attributes, is_pub, doc)
        if kind == "contract":
            return self.contract_item(start, attributes, is_pub, doc)
        if kind == "impl":
            if is_pub:
                self.report(
                    "an `impl` block cannot be `pub`",
                    self.tokens.span(after_attributes),
                    help="mark its methods `pub`",
                )
            return self.impl_item(start, attributes, False)
        if kind == "mod":
            return self._module(start, attributes, is_pub, doc)
        if kind == "use":
            self._no_attributes(attributes, "use")
            return self._use(start, is_pub)
        if kind == "(":
            return self.function(start, attributes, is_pub, doc)
        self.habit_item_start()
        help = "a file contains functions, `type`, `enum`, `contract`, `impl`, `mod`, `use` and `test`"
        return self.fail_expected("an item", help)

    def _no_attributes(self, attributes: tuple[tree.Attribute, ...], word: str) -> None:
        if attributes:
            self.report(f"attributes are not allowed before `{word}`", attributes[0].span, help="remove them")

    def _word_item(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.Item | None:
        pos = self.pos
        word = self.token_text(pos)
        following = self.kinds[pos + 1]
        if following == IDENTIFIER:
            third = self.kinds[pos + 2]
            if word == "test" and third != "(" and third != "<":
                return self._test(start, attributes, doc)
            if word == "attribute":
                self._no_attributes(attributes, "attribute")
                return self.attribute_item(start, is_pub, doc)
            if word == "const":
                return self._const(start, attributes, is_pub, doc)
        if word == "test" and following in (STRING, STRING_START):
            self.pos += 1
            self.fail("a test name must be an identifier", help="`test adds_two_numbers { … }`")
        if word == "extend" and following == "type":
            self.pos += 1
            return self.impl_item(start, attributes, True)
        if word == "const" and following == "(":
            return self._const(start, attributes, is_pub, doc)
        self.habit_item()
        return self.function(start, attributes, is_pub, doc)

    def misplaced_item(self) -> None:
        pos = self.pos
        if self.starts_line(pos) and self.openers:
            column = self.column(pos)
            if any(column <= owner for owner in self.owner_columns):
                self.item_inside(self.openers[0])
        kind = self.kinds[pos]
        what = "a function" if kind == IDENTIFIER or kind == "(" or kind == "pub" else "an item"
        self.report(
            f"{what} cannot be declared inside a function",
            self.span_here(),
            help="move it out; a local function is a lambda: `let name = (i64 x) => x + 1;`",
        )
        self.item()

    # Modules, imports, constants ------------------------------------------------------------------------------

    def _module(self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None) -> tree.Item:
        self.pos += 1
        if self.kinds[self.pos + 1] == "{":
            name = self.name("a module name")
            return self._inline_module(start, attributes, is_pub, name, doc)
        path = self.path(with_arguments=False)
        if self.kinds[self.pos] == "{":
            self.fail(
                "a module with a body must have a single name", path.span, help="nest modules: `mod a { mod b { … } }`"
            )
        self.expect_semicolon("the module declaration")
        return tree.ModuleDeclaration(self.new_id(), self.span_from(start), attributes, is_pub, path)

    def _inline_module(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, name: tree.Name, doc: str | None
    ) -> tree.Item:
        opener = self.pos
        self.pos += 1
        self.enter()
        items: list[tree.Item] = []
        while self.kinds[self.pos] != "}":
            if self.kinds[self.pos] == END:
                self.unclosed(opener)
            begin = self.pos
            depth = self.depth
            try:
                self._item_into(items)
            except Abandon:
                self.depth = depth
                self.no_struct = self.no_lambda = False
                self.skip_item(begin)
                if self.pos == begin:
                    self.skip_one()
            except Unclosed:
                if self.column(self.pos) <= start - (self.text.rfind("\n", 0, start) + 1):
                    raise
                self.at_item_boundary = False
                self.depth = depth
                self.no_struct = self.no_lambda = False
                self.openers.clear()
        self.pos += 1
        self.depth -= 1
        return tree.InlineModule(self.new_id(), self.span_from(start), attributes, is_pub, name, tuple(items), doc)

    def _use(self, start: int, is_pub: bool) -> tree.UseItem:
        self.pos += 1
        self.habit_use()
        path = self.use_path()
        alias: tree.Name | None = None
        if self.word() == "as":
            self.pos += 1
            alias = self.name("a name after `as`")
        self.expect_semicolon("the import")
        return tree.UseItem(self.new_id(), self.span_from(start), is_pub, path, alias)

    def _const(
        self, start: int, attributes: tuple[tree.Attribute, ...], is_pub: bool, doc: str | None
    ) -> tree.ConstItem:
        self.pos += 1
        if self.kinds[self.pos + 1] == "=" or self.kinds[self.pos + 1] == ":":
            name = self.word()
            self.fail(
                f"the constant `{name}` has no type", label="expected a type before it",
                help=f"`const i64 {name} = …;`", code=E1109 if self.kinds[self.pos + 1] == ":" else PARSE,
            )  # fmt: skip
        annotation = self.type()
        name_node = self.name("a constant name")
        self.expect("=", "and a value")
        value = self.expression()
        self.expect_semicolon("the constant")
        return tree.ConstItem(
            self.new_id(), self.span_from(start), attributes, is_pub, annotation, name_node, value, doc
        )

    # Tests ----------------------------------------------------------------------------------------------------

    def _test(self, start: int, attributes: tuple[tree.Attribute, ...], doc: str | None) -> tree.TestItem:
        begin = self.pos
        self.pos += 1
        name = self.name("a test name")
        opener = self.pos
        self.expect("{", "before the body of the test")
        block_start = self.starts[opener]
        self.enter()
        self.owner_columns.append(self.column(begin))
        self.openers.append(opener)
        sections: list[tree.TestSection] = []
        statements: list[tree.Statement] = []
        try:
            while self.kinds[self.pos] != "}":
                if self.kinds[self.pos] == END:
                    self.unclosed(opener)
                if self.kinds[self.pos + 1] == "{" and self.word() in ("meta", "skip"):
                    sections.append(self._section())
                else:
                    statements.append(self.recovering_statement())
        finally:
            self.openers.pop()
            self.owner_columns.pop()
        self.pos += 1
        self.depth -= 1
        body = tree.Block(self.new_id(), self.span_from(block_start), tuple(statements))
        return tree.TestItem(self.new_id(), self.span_from(start), attributes, name, tuple(sections), body, doc)

    def _section(self) -> tree.TestSection:
        start = self.starts[self.pos]
        kind = self.token_text(self.pos)
        self.pos += 2
        entries: list[tree.SectionEntry] = []
        while not self.take("}"):
            begin = self.pos
            try:
                name = self.name(f"a key of the `{kind}` section")
                self.expect("=", "and a value")
                value = self.expression()
                self.expect_semicolon("the entry")
                entries.append(tree.SectionEntry(self.new_id(), self.span_from(name.span.start), name, value))
            except Abandon:
                if self.kinds[self.pos] == END:
                    raise
                self.skip_statement(begin)
                if self.pos == begin:
                    self.skip_one()
        return tree.TestSection(self.new_id(), self.span_from(start), kind, tuple(entries))


__all__ = ["ITEM_WORDS", "ItemParser"]
