"""Random statements and function bodies."""

from __future__ import annotations

from tests.property.expressions import ExpressionMaker, start
from tests.property.kinds import (
    BOOL,
    F64,
    I64,
    INTEGERS,
    NUMBERS,
    PRIMITIVES,
    STRING,
    Array,
    Contract,
    Enum,
    Function,
    Kind,
    Primitive,
    Struct,
    is_container,
    like,
    written,
)
from tests.property.scope import CALL_COST, COST_LIMIT
from tests.property.world import Parameter, Variable

LOOP_KINDS = (I64, Primitive("i32"), Primitive("u8"), Primitive("i8"))


class StatementMaker(ExpressionMaker):
    """Statements over a scope; each method gives lines without indentation."""

    result: Kind | None = None
    known_result = True
    loops = 0
    may_leave = False
    """Whether this is the body of a function, which `return` may leave."""

    def body(self, parameters: tuple[Parameter, ...], wanted: Kind | None, length: int) -> list[str]:
        """The lines of a function."""
        mark = len(self.variables)
        self.result, self.known_result, self.loops, self.factor, self.cost = wanted, True, 0, 1, 0
        self.way_out = wanted if isinstance(wanted, Enum) and wanted.name in ("Result", "Option") else None
        lines = [f"{each.name} = {self.smallest(each.kind, True)};" for each in parameters if each.mode == "out"]
        self.variables += [
            Variable(each.name, each.kind, not isinstance(each.kind, Function), 0, bool(each.mode))
            for each in parameters
        ]
        self.may_leave = True
        lines += self.statements(length, 2)
        if wanted is None:
            lines += self.report(mark)
        else:
            lines += self.tail(wanted, self.world.trim(wanted, self.expression(wanted, 2, True)), 2)
        del self.variables[mark:]
        self.result = self.way_out = None
        self.may_leave = False
        return lines

    def tail(self, wanted: Kind, text: str, depth: int) -> list[str]:
        """The end of a function: a `return`, or a value with or without branches."""
        if not self.choices.one_in(2):
            return [f"return {text};"]
        if self.choices.one_in(3):
            other = self.world.trim(wanted, self.expression(wanted, depth - 1, True))
            return [f"if {self.condition(depth - 1)} {{ {start(text)} }} else {{ {start(other)} }}"]
        return [start(text)]

    def inner_block(self, kind: Kind, depth: int, known: bool) -> str:
        """A block with a value, after statements that change what is around it."""
        mark = len(self.variables)
        lines: list[str] = []
        for _ in range(self.choices.weighted([(3, 0), (2, 1), (1, 2)])):
            places = self.places()
            if places and self.choices.one_in(2):
                name, of = self.choices.pick(places)
                lines.append(f"{name} = {self.world.trim(of, self.leaf(of, True))};")
            else:
                name, of = self.world.name("v"), self.choices.pick(PRIMITIVES)
                lines.append(f"{of.name} mut {name} = {self.leaf(of, True)};")
                self.variables.append(Variable(name, of, True, self.level))
        lines.append(start(self.expression(kind, depth - 1, known)))
        del self.variables[mark:]
        return f"{{ {' '.join(lines)} }}"

    def leaving(self) -> str:
        """A `return` as an expression."""
        if self.result is None:
            return "return"
        return f"return {self.world.trim(self.result, self.expression(self.result, 1, self.known_result))}"

    def report(self, mark: int) -> list[str]:
        """Lines that print what the locals hold."""
        lines = []
        for variable in self.variables[mark:]:
            if not isinstance(variable.kind, Function):
                lines.append(f'PrintLine("{variable.name} " + {self.world.show(variable.kind, variable.name)});')
        return lines

    def statements(self, count: int, depth: int) -> list[str]:
        return [line for _ in range(count) for line in self.statement(depth)]

    def block(self, count: int, depth: int) -> list[str]:
        """The lines between two braces."""
        mark = len(self.variables)
        lines = self.statements(count, depth)
        del self.variables[mark:]
        return [f"    {line}" for line in lines]

    def statement(self, depth: int) -> list[str]:
        self.spend(1)
        makers = [
            (8, self.declaration),
            (6, self.assignment),
            (3, self.compound),
            (3, self.printing),
            (2, self.store),
            (1, self.calling),
            (1, self.changing),
            (1, self.cell),
        ]
        if any(isinstance(kind, Struct) and kind.events for _, kind in self.readable()):
            makers.append((6, self.event))
        if depth > 0:
            makers += [(3, lambda: self.branch(depth)), (2, lambda: self.match_statement(depth))]
            if self.cost + 5 * self.factor * 20 < COST_LIMIT:
                makers += [(3, lambda: self.loop(depth)), (1, lambda: self.walk(depth))]
        if self.loops:
            makers += [(1, self.jump), (1, self.jump_in_a_value)]
        if depth < 2:
            makers.append((1, self.early_return))
        if self.way_out is not None:
            makers.append((2, self.propagation))
        return self.choices.weighted(makers)()

    def declaration(self) -> list[str]:
        if self.choices.one_in(8):
            return self.untyped_local()
        telling = [each for each in self.world.structs if each.events]
        kind = self.choices.pick(telling) if telling and self.choices.one_in(4) else self.kind()
        name = self.world.name("v")
        assignable = not isinstance(kind, Function) and not self.choices.one_in(3)
        if self.choices.one_in(3):
            line = f"let {'mut ' if assignable else ''}{name} = {self.expression(kind, 3)};"
            if isinstance(kind, Contract | Function):
                line = f"{written(kind)} {'mut ' if assignable else ''}{name} = {self.expression(kind, 3, True)};"
        else:
            head = self.choices.pick((f"{written(kind)} mut", f"mut {written(kind)}")) if assignable else written(kind)
            line = f"{head} {name} = {self.world.trim(kind, self.expression(kind, 3, True))};"
        self.variables.append(Variable(name, kind, assignable, self.level))
        return [line]

    def untyped_local(self) -> list[str]:
        """A local that stands for its literal, and takes the number type of its place."""
        name = self.world.name("n")
        value = self.choices.pick((0, 1, 7, 100, 255, 256, 40000, 2**31, 2**40, -1, -128, -40000))
        text = str(value)
        if value > 0 and self.choices.one_in(3):
            text = self.choices.pick((f"({value - 1} + 1)", f"{value:#x}", f"{value * 2} / 2", f"({value} | 0)"))
        self.variables.append(Variable(name, I64, False, self.level, value=value))
        return [f"let {name} = {text};"]

    def assignment(self) -> list[str]:
        places = self.places()
        if not places:
            return self.declaration()
        name, kind = self.choices.pick(places)
        return [f"{name} = {self.world.trim(kind, self.expression(kind, 3, True))};"]

    def compound(self) -> list[str]:
        places = [(name, kind) for name, kind in self.places() if kind in NUMBERS]
        if not places:
            return self.printing()
        name, kind = self.choices.pick(places)
        operators = ["+=", "-=", "*="] if kind not in INTEGERS else ["+=", "-=", "*=", "&=", "|=", "^=", "<<=", ">>="]
        return [f"{name} {self.choices.pick(operators)} {self.expression(kind, 2)};"]

    def store(self) -> list[str]:
        """An assignment to an element."""
        arrays = [
            (name, kind.element)
            for name, kind in self.readable()
            if isinstance(kind, Array) and not isinstance(kind.element, Function)
        ]
        if not arrays:
            return self.declaration()
        name, kind = self.choices.pick(arrays)
        index = f"({self.expression(I64, 1)} & 0xffff) % {name}.Len()"
        if kind in NUMBERS and self.choices.one_in(3):
            operator = self.choices.pick(("+=", "-=", "*="))
            return [f"if {name}.Len() > 0 {{ {name}[{index}] {operator} {self.expression(kind, 2)}; }}"]
        value = self.world.trim(kind, self.expression(kind, 2, True))
        return [f"if {name}.Len() > 0 {{ {name}[{index}] = {value}; }}"]

    def _item(self, name: str, kind: Struct) -> list[str]:
        """An assignment to an item of a list or a map."""
        value = kind.arguments[-1]
        if kind.name == "Map":
            place, present = f"{name}[{{key}}]", f"{name}.ContainsKey({{key}})"
            key = self.leaf(kind.arguments[0], True)
            place, present = place.format(key=key), present.format(key=key)
        else:
            place, present = f"{name}[{self.index(f'{name}.Count()', 1)}]", f"!{name}.IsEmpty()"
        if value in NUMBERS and self.choices.one_in(2):
            operator = self.choices.pick(("+=", "-=", "*="))
            return [f"if {present} {{ {place} {operator} {self.expression(value, 1)}; }}"]
        text = self.world.trim(value, self.expression(value, 1, True))
        return [f"{place} = {text};" if kind.name == "Map" else f"if {present} {{ {place} = {text}; }}"]

    def changing(self) -> list[str]:
        """A call that changes a list, a map or a set, or an assignment to an item."""
        found = [(name, kind) for name, kind in self.readable() if isinstance(kind, Struct) and is_container(kind)]
        if not found:
            return self.printing()
        name, kind = self.choices.pick(found)
        if kind.name != "Set" and self.choices.one_in(2):
            return self._item(name, kind)
        first = kind.arguments[0]
        if kind.name == "Map":
            call = self.choices.pick((f"Insert({self.arguments(kind.arguments, 2)})", "Clear()"))
        elif kind.name == "Set":
            call = f"{self.choices.pick(('Add', 'Remove'))}({self.expression(first, 1, True)})"
        else:
            call = f"Push({self.world.trim(first, self.expression(first, 1, True))})"
        return [f"{name}.{call};"]

    def cell(self) -> list[str]:
        """An assignment to a cell of a grid, which has two indexes."""
        found = [(name, kind) for name, kind in self.readable() if isinstance(kind, Struct) and kind.name == "Grid"]
        if not found:
            return self.changing()
        name, kind = self.choices.pick(found)
        of = kind.arguments[0]
        place = f"{name}[{self.index(f'{name}.cells.Len()', 1)}, 0]"
        operator = self.choices.pick(("+=", "-=", "*=")) if of in NUMBERS and self.choices.one_in(2) else "="
        value = self.world.trim(of, self.expression(of, 1, operator == "="))
        return [f"if {name}.cells.Len() > 0 {{ {place} {operator} {value}; }}"]

    def event(self) -> list[str]:
        """A handler for an event, or the event itself, raised by a method."""
        found = [(name, each) for name, kind in self.readable() if isinstance(kind, Struct) for each in kind.events]
        name, (event, kind) = self.choices.pick(found)
        if self.choices.one_in(3):
            if self.loops or self.level or not self.may_spend(COST_LIMIT // 4):
                return self.printing()
            self.spend(COST_LIMIT // 4)
            return [f"{name}.Raise{event}({self.expression(kind, 2, True)});"]
        if self.choices.one_in(3):
            return [f"{name}.{event} {self.choices.pick(('+=', '-='))} handle{event};"]
        parameter = self.world.name("h")
        mark = len(self.variables)
        outer = self.level, self.loops, self.result, self.cost, self.way_out, self.factor
        self.level, self.loops, self.result = self.level + 1, 0, None
        self.way_out = None
        self.cost = max(self.cost, COST_LIMIT - CALL_COST)
        self.variables.append(Variable(parameter, kind, False, self.level))
        lines = self.statements(self.choices.between(1, 2), 0)
        self.level, self.loops, self.result, self.cost, self.way_out, self.factor = outer
        del self.variables[mark:]
        return [f"{name}.{event} += ({written(kind)} {parameter}) => {{ {' '.join(lines)} }};"]

    def printing(self) -> list[str]:
        seen = list(self.readable())
        if seen and self.choices.one_in(2):
            name, kind = self.choices.pick(seen)
            return [f"PrintLine({self.world.show(kind, name)});"]
        return [f"PrintLine({self.expression(STRING, 3, True)});"]

    def calling(self) -> list[str]:
        functions = [each for each in self.world.functions if self.may_call(each)]
        if not functions:
            return self.printing()
        function = self.choices.pick(functions)
        call = self.call(function, 2)
        return [f"{call};" if function.result is None else f"PrintLine({self.world.show(function.result, call)});"]

    def branch(self, depth: int) -> list[str]:
        lines = [f"if {self.condition(2)} {{", *self.block(self.choices.between(1, 3), depth - 1)]
        if self.choices.one_in(3):
            lines += [f"}} else if {self.condition(2)} {{", *self.block(1, depth - 1)]
        if self.choices.one_in(2):
            lines += ["} else {", *self.block(self.choices.between(1, 2), depth - 1)]
        return [*lines, "}"]

    def loop(self, depth: int) -> list[str]:
        """A counting loop with a known bound."""
        rounds = self.choices.between(2, 5)
        self.factor *= rounds
        self.loops += 1
        mark = len(self.variables)
        name = self.world.name("at")
        if self.choices.one_in(2):
            self.variables.append(Variable(name, I64, False, self.level))
            inner = self.block(self.choices.between(1, 3), depth - 1)
            bound = f"{name} < {rounds}"
            if self.choices.one_in(3):
                bound = f"{bound} && {self.expression(BOOL, 2)}"
            lines = [f"i64 mut {name} = 0;", f"while {bound} {{", f"    {name} += 1;", *inner, "}"]
        else:
            kind = self.choices.pick(LOOP_KINDS)
            first = self.choices.below(3)
            step = self.choices.pick(("", "", f", 2_{kind.name}"))
            if kind.name[0] == "i" and self.choices.one_in(4):
                bounds = f"{first + rounds}_{kind.name}, {first}_{kind.name}, -1_{kind.name}"
            elif step == "" and self.choices.one_in(3):
                bounds = f"{rounds}_{kind.name}"
            else:
                bounds = f"{first}_{kind.name}, {first + rounds}_{kind.name}{step}"
            self.variables.append(Variable(name, kind, False, self.level))
            inner = self.block(self.choices.between(1, 3), depth - 1)
            lines = [f"for {name} in range({bounds}) {{", *inner, "}"]
        return self._after_loop(lines, mark, rounds)

    def walk(self, depth: int) -> list[str]:
        """A loop over an array or the characters of a string."""
        arrays = [(name, kind.element) for name, kind in self.readable() if isinstance(kind, Array)]
        rounds = 5
        self.factor *= rounds
        self.loops += 1
        mark = len(self.variables)
        name = self.world.name("x")
        containers = [(each, kind) for each, kind in self.readable() if isinstance(kind, Struct) and is_container(kind)]
        if containers and self.choices.one_in(2):
            container, of = self.choices.pick(containers)
            return self._walk_container(name, container, of, depth, mark)
        if arrays and self.choices.one_in(2):
            array, kind = self.choices.pick(arrays)
            lines = [f"for {self._position()}{name} in {array} {{"]
        else:
            kind = Primitive("char")
            text = self.expression(STRING, 1)
            lines = [f"for {self._position()}{name} in clip({text}) {{"]
        self.variables.append(Variable(name, kind, False, self.level))
        lines += [*self.block(self.choices.between(1, 2), depth - 1), "}"]
        return self._after_loop(lines, mark, rounds)

    def _position(self) -> str:
        """The first name of a loop with two, and a comma, at times."""
        if not self.choices.one_in(3):
            return ""
        name = self.world.name("i")
        self.variables.append(Variable(name, I64, False, self.level))
        return f"{name}, "

    def _walk_container(self, name: str, container: str, kind: Struct, depth: int, mark: int) -> list[str]:
        """A loop over a container, which the body may make longer, for a few rounds."""
        count = self.world.name("at")
        names = name
        if kind.name == "Map" and self.choices.one_in(2):
            value = self.world.name("x")
            names = f"{name}, {value}"
            self.bind(((name, kind.arguments[0]), (value, kind.arguments[1])))
        elif kind.name != "Map":
            names = self._position() + name
        lines = [f"i64 mut {count} = 0;", f"for {names} in {container} {{", f"    {count} += 1;"]
        lines.append(f"    if {count} > 5 {{ break; }}")
        if kind.name == "Map" and names == name:
            self.bind(((f"{name}.key", kind.arguments[0]), (f"{name}.value", kind.arguments[1])))
        elif kind.name != "Map":
            self.bind(((name, kind.arguments[0]),))
        lines += [*self.block(self.choices.between(1, 2), depth - 1), "}"]
        return self._after_loop(lines, mark, 5)

    def _after_loop(self, lines: list[str], mark: int, rounds: int) -> list[str]:
        del self.variables[mark:]
        self.factor //= rounds
        self.loops -= 1
        return lines

    def match_statement(self, depth: int) -> list[str]:
        scrutinee = self.scrutinee_kind()
        rows = [(self.patterns.some(scrutinee, 2), True) for _ in range(self.choices.below(3))]
        rows += [(each, False) for each in self.patterns.covering(scrutinee, 2)]
        rows.append((("_", ()), False))
        lines = [f"match {self.atom(scrutinee, 2)} {{"]
        for (pattern, bindings), may_fail in rows:
            mark = len(self.variables)
            self.bind(bindings)
            guard = f" when {self.expression(BOOL, 1)}" if may_fail and self.choices.one_in(2) else ""
            lines += [f"    {pattern}{guard} => {{", *(f"    {line}" for line in self.block(1, depth - 1)), "    },"]
            del self.variables[mark:]
        return [*lines, self.choices.pick(("};", "}"))]

    def jump(self) -> list[str]:
        return [f"if {self.condition(2)} {{ {self.choices.pick(('break', 'continue'))}; }}"]

    def jump_in_a_value(self) -> list[str]:
        kind = self.kind(1)
        name = self.world.name("v")
        value = f"if {self.condition(2)} {{ {start(self.expression(kind, 2))} }}"
        self.variables.append(Variable(name, kind, False, self.level))
        return [f"let {name} = {value} else {{ {self.choices.pick(('break', 'continue', 'break;', 'continue;'))} }};"]

    def early_return(self) -> list[str]:
        condition = self.condition(2)
        if self.choices.one_in(12):
            panic = self.choices.pick(("Panic", "__panic_str"))
            return [f"if {condition} {{ {panic}({self.expression(STRING, 1)}); }}"]
        if self.result is None:
            return [f"if {condition} {{ return; }}"]
        value = self.world.trim(self.result, self.expression(self.result, 2, self.known_result))
        return [f"if {condition} {{ return {value}; }}"]

    def propagation(self) -> list[str]:
        assert self.way_out is not None
        kind = self.choices.pick((I64, STRING, F64))
        name = self.world.name("v")
        line = f"let {name} = {self.atom(like(self.way_out, kind), 2)}?;"
        self.variables.append(Variable(name, kind, False, self.level))
        return [line]

    def lambda_body(self, kind: Kind, depth: int, known: bool) -> str:
        """An expression, or a block that changes what it captured."""
        if depth <= 0 or not self.choices.one_in(3):
            return self.expression(kind, depth, known)
        mark = len(self.variables)
        outer = self.loops, self.result, self.known_result
        self.loops, self.result, self.known_result = 0, kind, known
        lines = self.statements(self.choices.between(1, 2), 0)
        text = self.expression(kind, depth - 1, known)
        lines.append(self.choices.pick((f"return {text};", start(text))))
        self.loops, self.result, self.known_result = outer
        del self.variables[mark:]
        return f"{{ {' '.join(lines)} }}"
