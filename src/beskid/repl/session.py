"""The state of a session: declarations, variables, and the entries that were accepted.

Each declaration, statement and expression becomes a program of its own, which contains the declarations so far. A
variable lives in a cell, an object of a type that the session declares. The programs that name the variable get the
cell as an argument, and what names the variable there names the field of the cell, so closures see later assignments,
and a panic keeps those before it. The collector keeps a cell until the variable is declared again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from beskid.analysis.model.symbols import LocalSymbol, Type, TypeSymbol
from beskid.analysis.model.types import ArrayType, ContractType, EnumType, FunctionType, StructType
from beskid.analysis.model.unify import resolve
from beskid.analysis.names.attributes import BUILT_IN
from beskid.base.node import node, replace
from beskid.driver.embedding import EmbedRequest
from beskid.driver.open_projects import NO_FILE, OpenProjects
from beskid.embed import make_cell
from beskid.embed.declarations import Declaration, joined
from beskid.embed.types import Types
from beskid.ide.completion import Completions, complete
from beskid.ide.describe import shown
from beskid.ide.navigation import hover
from beskid.ide.snapshot import Snapshot
from beskid.repl.reading import Entry, Piece, moved, note_attributes, read_entry, read_whole
from beskid.source.codes import PARSE, W1103, W1407, W1503, W1504
from beskid.source.diagnostics import Diagnostic, Severity, error
from beskid.source.text import SourceText, Span

MAX_SHOWN = 2000
NOT_SHOWN = (W1103, W1407, W1503, W1504)
"""Warnings of names that later entries may use, or declare again."""

MIN_TIMED_SECONDS = 0.05
MAX_TIMED_RUNS = 100_000_000

_PATH = f"/{NO_FILE}"
_WORD = re.compile(r"[A-Za-z_]\w*")
ENTRY = "BeskidReplEntry"
_VALUE = "beskidReplValue"
_CELL = "BeskidReplCell"
"""Names in the programs around entries, which no entry is expected to declare."""

_OF_PRELUDE = ("Option", "Result")
_WITHOUT_VALUE = ("unit", "never")


class EntryError(Exception):
    """An entry that does not compile. It changes nothing."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("the entry has errors")
        self.diagnostics = diagnostics


@node
class Variable:
    """A variable of the session. `uses` are the imports that its type needs."""

    name: str
    type: str
    is_mutable: bool
    cell_type: str
    cell: object
    uses: tuple[str, ...]


@node
class Checked:
    """A text that was checked around a piece, which begins at `start`."""

    snapshot: Snapshot
    source: SourceText
    start: int


class Session:
    """What lives on from entry to entry."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.items: dict[str, str] = {}
        self.attributes = set(BUILT_IN)
        """The names of all attributes. Those who read entries hold this set, so `reset` changes it in place."""
        self._accepted: list[str | dict[str, str]] = []
        """The texts of entries, and in place of those that only declare, which stand together, what is in force."""
        self.lost: list[str] = []
        """The variables that the last entry made the session forget."""
        self.warnings: list[Diagnostic] = []
        """The warnings of the last entry, also of one that ended with an exception."""
        self._projects = OpenProjects()
        self._snapshot: Snapshot | None = None
        self._types: Types | None = None
        self._count = 0
        self._cells = 0

    def reset(self) -> None:
        """Forget everything that was declared."""
        self.variables = {}
        self.items = {}
        self.attributes.intersection_update(BUILT_IN)
        self._accepted = []
        self._types = None

    def read(self, text: str) -> Entry:
        """Read a text that may go on."""
        return read_entry(f"<entry {self._count + 1}>", text, self.attributes)

    def saved(self) -> str:
        """Return what to load to have the session again: its entries in order, of declarations those in force."""
        texts = [
            text.strip("\n")
            for entry in self._accepted
            for text in ([entry] if isinstance(entry, str) else entry.values())
        ]
        return "".join(f"{text}\n" for text in texts)

    def run(self, text: str) -> str:
        """Run an entry; return the printed form of its value, empty without one.

        Raises `EntryError`, what its code raises (`Panic`, `KeyboardInterrupt`, `SystemExit`), and `CompileError`.
        """
        entry = read_whole(f"<entry {self._count + 1}>", text, self.attributes)
        self._count += 1
        self.lost = []
        self.warnings = []
        if entry.diagnostics:
            raise EntryError(entry.diagnostics)
        self.warnings = self._declare(entry)
        finished: list[str] = []
        try:
            value = self._run_pieces(entry, self.warnings, finished)
        except BaseException:
            # Its declarations are in force, and so is what the pieces before the exception did.
            self._accept(joined(entry.declarations))
            self._accepted += finished
            raise
        if entry.pieces:
            self._accepted.append(text)
        else:
            self._accept(joined(entry.declarations))
        return value

    def _run_pieces(self, entry: Entry, warnings: list[Diagnostic], finished: list[str]) -> str:
        """Run what follows the declarations; return the printed form of the last value.

        Adds the warnings of each piece, and the text of each that ran to its end.
        """
        value = ""
        for piece in entry.pieces:
            value = self._run(entry, piece, warnings)
            finished.append(piece.text)
        return value

    def _accept(self, declared: dict[str, str]) -> None:
        if not declared:
            return
        last = self._accepted[-1] if self._accepted else ""
        if isinstance(last, str):
            self._accepted.append(declared)
        else:
            self._accepted[-1] = _replaced(last, declared)

    # Checking ------------------------------------------------------------------------------------------------------

    def type_of(self, text: str) -> str:
        """Return the type of an expression."""
        entry = self._read_expression(text)
        checked, _ = self._check_value(entry, entry.pieces[0])
        return shown(self._local(checked, _VALUE).type)

    def described(self, name: str) -> tuple[str, str]:
        """Return the declaration of a name and its documentation; both are empty for an unknown name."""
        checked = self.snapshot_of(f"let {_VALUE} = {name};")
        found = hover(checked.snapshot, checked.source, checked.start + len(f"let {_VALUE} = {name}"))
        return ("", "") if found is None else (found.code, found.documentation)

    def completions(self, text: str, offset: int) -> Completions:
        """Return what can be written at an offset of an entry, with spans in the entry."""
        checked = self._check_around(text, list(self.variables.values()))
        found = complete(checked.snapshot, checked.source, checked.start + offset)
        span = Span(found.span.start - checked.start, found.span.end - checked.start)
        return replace(found, span=span)

    def program_of(self, text: str) -> str:
        """Return the program that computes an expression, in the function `ENTRY`."""
        entry = self._read_expression(text)
        piece = entry.pieces[0]
        checked, _ = self._check_value(entry, piece)
        type = shown(self._local(checked, _VALUE).type)
        return self._program(type, f"return {self._rewritten(checked, piece)};", self._used(checked, piece), None)

    def time(self, text: str) -> tuple[str, float, int]:
        """Return the printed form of an expression, the seconds that it takes, and how often it was computed for them.

        It is computed once for the printed form, and then as optimized code, again and again for a while.
        """
        entry = self._read_expression(text)
        piece = entry.pieces[0]
        self._check_value(entry, piece)
        self._count += 1
        value = self._run_pieces(entry, [], [])
        checked, _ = self._check_value(entry, piece)
        # The loop is another program, so that the calls cannot be optimized away.
        type = self._local(checked, _VALUE).type
        timed = self._new_variable("timed", f"{shown(type)}()", False, self._imports_of(type))
        body = f"return {timed.cell_type} {{ value: () => {self._rewritten(checked, piece)} }};"
        cell = self._call(timed.cell_type, body, self._used(checked, piece), timed, 2)
        loop = f"for _ in range(runs) {{ let _{_VALUE} = ({_cell(timed)}.value)(); }}"
        function = self.compiled("unit", loop, [timed], optimize=2, more="i64 runs")
        try:
            return value, *_timed(lambda runs: function(cell, runs))
        finally:
            self._release([timed])

    def _read_expression(self, text: str) -> Entry:
        """Return an entry of one piece. Raises `EntryError`."""
        entry = read_whole(f"<entry {self._count + 1}>", text)
        if entry.diagnostics:
            raise EntryError(entry.diagnostics)
        if len(entry.pieces) != 1 or entry.declarations:
            raise EntryError((error(PARSE, "expected one expression", entry.source, Span(0, len(text))),))
        return entry

    def _check_pieces(self, entry: Entry) -> None:
        """Check the statements of an entry together, before one of them runs. Raises `EntryError`."""
        if len(entry.pieces) + bool(entry.declarations) < 2 or not entry.pieces:
            return
        errors: list[Diagnostic] = []
        for before in (f"let {_VALUE} = ", "") if entry.pieces[-1].kind == "expression" else ("",):
            text = ""
            starts = []
            for piece in entry.pieces:
                is_value = piece is entry.pieces[-1] and before != ""
                text += before if is_value else ""
                starts.append(len(text))
                end = ";" if is_value or not piece.text.endswith((";", "}")) else ""
                # A local may be declared again: what follows it is a block of its own.
                text += f"{piece.text}{end} {{\n"
            checked = self.snapshot_of(text + "}" * len(starts))
            errors = []
            for start, piece in zip(starts, entry.pieces, strict=True):
                part = Checked(checked.snapshot, checked.source, checked.start + start)
                last = part.start + len(piece.text)
                errors += [
                    moved(each, checked.source, entry.source, part.start - piece.start)
                    for each in checked.snapshot.finish()
                    if each.source is checked.source
                    and part.start <= each.span.start <= last
                    and each.severity is Severity.ERROR
                ]
            if not errors:
                return
        raise EntryError(tuple(errors))

    def snapshot_of(self, text: str) -> Checked:
        """Check a text as the body of a function that sees the variables."""
        return self._check_around(text, self._named(text))

    def _check_around(self, text: str, variables: list[Variable]) -> Checked:
        parameters = ", ".join(f"{each.type} {_cell(each)}" for each in variables)
        locals = "".join(
            f"{'mut ' if each.is_mutable else ''}{each.type} {each.name} = {_cell(each)}; " for each in variables
        )
        head = f"unit {ENTRY}({parameters}) {{ {locals}{{\n"
        return self._check(f"{head}{text}\n}} }}\n{self._context(variables)}", len(head))

    def _check(self, whole: str, start: int) -> Checked:
        project = self._projects.set_text(_PATH, whole)
        if self._snapshot is not None:
            self._snapshot.close()
        snapshot = self._snapshot = Snapshot(project)
        snapshot.finish()
        source = project.source_of(_PATH)
        assert source is not None
        return Checked(snapshot, source, start)

    def _context(self, variables: list[Variable], without: tuple[str, ...] = ()) -> str:
        """Return the declarations that a program needs."""
        uses = dict.fromkeys(use for each in variables for use in each.uses)
        kept = [item.strip() for name, item in self.items.items() if name not in without]
        present = set(kept)
        return "\n".join([*kept, *[use for use in uses if use not in present]]) + "\n"

    def _named(self, text: str) -> list[Variable]:
        """Return the variables whose names are words of a text."""
        words = set(_WORD.findall(text))
        return [variable for name, variable in self.variables.items() if name in words]

    def _problems(self, checked: Checked, entry: Entry, piece: Piece) -> list[Diagnostic]:
        """Return the errors of a check, and the warnings of the piece, as diagnostics of the entry."""
        found = []
        end = checked.start + len(piece.text)
        earlier = SourceText("<earlier entries>", checked.source.text[end:])
        for each in checked.snapshot.finish():
            is_inside = each.source is checked.source and checked.start <= each.span.start <= end
            if is_inside and each.code not in NOT_SHOWN:
                found.append(moved(each, checked.source, entry.source, checked.start - piece.start))
            elif not is_inside and each.severity is Severity.ERROR:
                found.append(moved(each, checked.source, earlier, end))
        return found

    def _require(self, checked: Checked, entry: Entry, piece: Piece) -> list[Diagnostic]:
        """Return the warnings. Raises `EntryError`."""
        found = self._problems(checked, entry, piece)
        errors = [each for each in found if each.severity is Severity.ERROR]
        if errors:
            raise EntryError(tuple(errors))
        return found

    def _check_value(self, entry: Entry, piece: Piece) -> tuple[Checked, list[Diagnostic]]:
        before = f"let {_VALUE} = "
        checked = self.snapshot_of(f"{before}{piece.text};")
        checked = Checked(checked.snapshot, checked.source, checked.start + len(before))
        return checked, self._require(checked, entry, piece)

    def _local(self, checked: Checked, name: str) -> LocalSymbol:
        """Return the last local with a name."""
        locals = checked.snapshot.occurrences.locals[checked.source].values()
        return max((each for each in locals if each.name == name), key=lambda each: each.span.start)

    # Declarations --------------------------------------------------------------------------------------------------

    def _declare(self, entry: Entry) -> list[Diagnostic]:
        """Check an entry, and add its declarations; return their warnings. Raises `EntryError`, and changes nothing."""
        if not entry.declarations:
            self._check_pieces(entry)
            return []
        added = joined(entry.declarations)
        text = "".join(each.text for each in entry.declarations)
        checked = self._check(f"{text.rstrip()}\n{self._context([], tuple(added))}", 0)
        warnings = self._require(checked, entry, Piece("declarations", text, "", 0))
        former = self.items, self.variables
        names = {each.name for each in entry.declarations if self._is_new(each)}
        self.items = _replaced(self.items, added)
        changed, lost = self._outdated(names)
        self.variables = {name: each for name, each in self.variables.items() if name not in lost}
        try:
            self._check_pieces(entry)
        except EntryError:
            self.items, self.variables = former
            raise
        self.lost = list(lost)
        note_attributes(self.attributes, entry.declarations)
        if self._types is not None and names:
            self._types.forget(changed)
            self._release(lost.values())
        return warnings

    def _is_new(self, declaration: Declaration) -> bool:
        """Return whether a declaration changes what a name means in the types of variables."""
        former = self.items.get(declaration.name, "")
        return declaration.has_type and declaration.text.strip() != former.strip()

    def _outdated(self, names: set[str]) -> tuple[set[str], dict[str, Variable]]:
        """Return the declarations that depend on new meanings of names, those included, and the variables whose types
        do. A variable that needs the same import keeps its type."""
        changed = set(names)
        before = 0
        while before != len(changed):
            before = len(changed)
            changed |= {name for name, item in self.items.items() if changed & set(_WORD.findall(item))}
        lost = {}
        for variable in self.variables.values():
            imported = {name for name in names if self.items[name].strip() in variable.uses}
            if (changed - imported) & set(_WORD.findall(variable.type)):
                lost[variable.name] = variable
        return changed, lost

    def _release(self, variables: Iterable[Variable]) -> None:
        """Forget the types of cells that no variable has any more."""
        if self._types is not None:
            self._types.forget({each.cell_type for each in variables})

    # Running -------------------------------------------------------------------------------------------------------

    def _run(self, entry: Entry, piece: Piece, found: list[Diagnostic]) -> str:
        if piece.kind == "expression":
            try:
                checked, warnings = self._check_value(entry, piece)
            except EntryError:
                # What has no value, such as a loop, is a statement.
                return self._run_statement(entry, piece, found)
            type = shown(self._local(checked, _VALUE).type)
            if type in _WITHOUT_VALUE:
                return self._run_statement(entry, piece, found)
            found += warnings
            quoted = ".Quote()" if type == "string" else ""
            body = f'let {_VALUE} = {self._rewritten(checked, piece)}; return "${{{_VALUE}}}"{quoted};'
            return cut(str(self._call("string", body, self._used(checked, piece))))
        if piece.kind in ("let", "mut"):
            self._bind(entry, piece, found)
            return ""
        return self._run_statement(entry, piece, found)

    def _run_statement(self, entry: Entry, piece: Piece, found: list[Diagnostic]) -> str:
        end = "" if piece.text.endswith((";", "}")) else ";"
        checked = self.snapshot_of(f"{piece.text}{end}")
        found += self._require(checked, entry, piece)
        self._call("unit", f"{self._rewritten(checked, piece)}{end}", self._used(checked, piece))
        return ""

    def _bind(self, entry: Entry, piece: Piece, found: list[Diagnostic]) -> None:
        checked = self.snapshot_of(piece.text)
        found += self._require(checked, entry, piece)
        type = self._local(checked, piece.name).type
        variable = self._new_variable(piece.name, shown(type), piece.kind == "mut", self._imports_of(type))
        body = f"{self._rewritten(checked, piece)} return {variable.cell_type} {{ value: {piece.name} }};"
        cell = self._call(variable.cell_type, body, self._used(checked, piece), variable)
        if piece.name in self.variables:
            self._release([self.variables.pop(piece.name)])
        self.variables[piece.name] = replace(variable, cell=cell)

    def _new_variable(self, name: str, type: str, is_mutable: bool, uses: tuple[str, ...]) -> Variable:
        """Return a variable that has no cell yet."""
        self._cells += 1
        return Variable(name, type, is_mutable, f"{_CELL}{self._cells}", None, uses)

    def _call(
        self, result: str, body: str, used: list[Variable], made: Variable | None = None, optimize: int = 0
    ) -> Any:
        function = self.compiled(result, body, used, made, optimize)
        return function(*[each.cell for each in used])

    def _program(self, result: str, body: str, used: list[Variable], made: Variable | None, more: str = "") -> str:
        parameters = ", ".join([*[f"{each.cell_type} {_cell(each)}" for each in used], *([more] if more else [])])
        cells = [*used, *([] if made is None else [made])]
        types = "".join(f"pub type {each.cell_type} {{ {each.type} value }}\n" for each in cells)
        return f"pub {result} {ENTRY}({parameters}) {{\n{body}\n}}\n{types}{self._context(cells)}"

    def compiled(
        self,
        result: str,
        body: str,
        used: list[Variable],
        made: Variable | None = None,
        optimize: int = 0,
        more: str = "",
    ) -> Any:
        """Return a function of the cells of variables. `made` is the variable whose cell the function returns."""
        whole = self._program(result, body, used, made, more)
        request = EmbedRequest("", whole, f"<entry {self._count}>", optimize)
        module, self._types = make_cell(request, self._types)
        return getattr(module, ENTRY)

    def _mentions(self, checked: Checked, piece: Piece) -> list[tuple[Span, Variable]]:
        """Return where a piece names variables of the session, and no locals of its own."""
        end = checked.start + len(piece.text)
        found = []
        for span, occurrence in checked.snapshot.names_in(checked.source).items():
            target = occurrence.target
            if not isinstance(target, LocalSymbol) or not checked.start <= span.start < end:
                continue
            if target.span.start < checked.start and target.name in self.variables:
                found.append((span, self.variables[target.name]))
        return sorted(found, key=lambda each: each[0].start)

    def _used(self, checked: Checked, piece: Piece) -> list[Variable]:
        used = {variable.name: variable for _, variable in self._mentions(checked, piece)}
        return list(used.values())

    def _rewritten(self, checked: Checked, piece: Piece) -> str:
        """Return the text of a piece in which the fields of cells take the places of the variables."""
        text = checked.source.text
        short = checked.snapshot.occurrences.shorthands.get(checked.source, {})
        parts = []
        end = checked.start
        for span, variable in self._mentions(checked, piece):
            field = f"{_cell(variable)}.value"
            if span in short:
                field = f"{variable.name}: {field}"
            elif text[span.end :].lstrip().startswith("("):
                field = f"({field})"
            parts += [text[end : span.start], field]
            end = span.end
        return "".join([*parts, text[end : checked.start + len(piece.text)]])

    def _imports_of(self, type: Type) -> tuple[str, ...]:
        return tuple(f"use {path};" for path in sorted(self._modules_of(type)))

    def _modules_of(self, type: Type) -> set[str]:
        """Return the paths of the types in a type that other modules declare."""
        type = resolve(type)
        match type:
            case ArrayType():
                return self._modules_of(type.element)
            case FunctionType():
                return set().union(*map(self._modules_of, (type.result, *type.parameters)))
            case StructType() | EnumType() | ContractType():
                return _import_of(type.symbol).union(*map(self._modules_of, type.arguments))
        return set()


def _import_of(symbol: TypeSymbol) -> set[str]:
    """Return the path that a type is imported by; none for those of the session and of the prelude."""
    path = () if symbol.module is None else symbol.module.path
    if not path or symbol.name in _OF_PRELUDE:
        return set()
    return {".".join(path if path[-1] == symbol.name else (*path, symbol.name))}


def _replaced(former: dict[str, str], declared: dict[str, str]) -> dict[str, str]:
    """Return declarations with others after them, which replace those of their names."""
    return {**{name: text for name, text in former.items() if name not in declared}, **declared}


def _timed(run: Callable[[int], object]) -> tuple[float, int]:
    """Return the mean seconds of one of as many runs as take `MIN_TIMED_SECONDS`, and how many these are."""
    runs = 1
    while True:
        started = time.perf_counter()
        run(runs)
        spent = time.perf_counter() - started
        if spent >= MIN_TIMED_SECONDS or runs >= MAX_TIMED_RUNS:
            return spent / runs, runs
        runs *= 10


def cut(text: str) -> str:
    """Return a printed form of at most `MAX_SHOWN` characters, and how many were left out."""
    if len(text) <= MAX_SHOWN:
        return text
    return f"{text[:MAX_SHOWN]}… ({len(text) - MAX_SHOWN:,} more characters)"


def _cell(variable: Variable) -> str:
    return variable.cell_type[0].lower() + variable.cell_type[1:]
