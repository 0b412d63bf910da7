"""Programs that are built again: only the modules with an edit are checked and lowered, and nothing else differs."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from tests import fresh

from beskid.base.node import field_names, replace
from beskid.driver.cache.store import LOWERED, OUTLINES
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.text import print_module

MANIFEST = """\
project {
    name = "app"
    version = "0.1.0"
    root = "Src"
}

target "App" {
    kind = App
    entry = "Main.bd"
}
"""

FILES = {
    "Main": """\
use Shapes;
use Names;

unit main() {
    let shapes = [Shapes.Square(3), Shapes.Shape::Line(2)];
    i64 mut total = 0;
    for shape in shapes { total += Shapes.AreaOf(shape); }
    PrintLine("${Names.Shown("total")} ${total} ${Names.Larger(1, 2)}");
}
""",
    "Shapes": """\
use Collections.List;

pub enum Shape {
    Square(i64 side),
    Line(i64 length),
}

pub type Box : Equatable {
    i64 size,

    bool Equals(Box other) { return size == other.size; }
}

pub Shape Square(i64 side) => Shape::Square(side);

pub i64 AreaOf(Shape shape) {
    let boxes = List.New<Box>();
    boxes.Push(Box { size: 1 });
    let isKnown = boxes.Contains(Box { size: 2 });
    return match shape {
        Shape::Square(side) => side * side,
        Shape::Line(length) => if isKnown { length } else { 0 },
    };
}

pub i64 Unused(i64 x) => x + 41;
""",
    "Names": """\
pub const string Separator = ":";

pub T Larger<T : Comparable>(T a, T b) {
    if a.Compare(b) > 0 { return a; }
    return b;
}

pub string Shown(string name) {
    let quote = (string text) => "'" + text + "'";
    return quote(name) + Separator;
}
""",
    "Extra": """\
pub i64 Twice(i64 x) => x * 2;
""",
    "More": """\
extend type i64 {
    pub i64 Plus(i64 other) => this + other;
}
""",
    "Last": """\
pub bool IsLast(i64 x) => x == 9;
""",
}


@pytest.fixture(autouse=True)
def _small_programs_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beskid.driver.session.MIN_KEPT_BYTES", 0)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "Src").mkdir(parents=True)
    (folder / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    for name, text in FILES.items():
        (folder / "Src" / f"{name}.bd").write_text(text, encoding="utf-8")
    return folder


def opened(project: Path, cache: str = "cache", options: CompileOptions | None = None) -> Session:
    resolved = resolve_input(project, None, None, project)
    assert not isinstance(resolved, ResolveFailure)
    return Session(resolved, options or CompileOptions(), {"XDG_CACHE_HOME": str(project.parent / cache)})


def lowered(session: Session) -> str:
    module = session.lowered()
    return "" if module is None else print_module(module)


def clean(project: Path) -> tuple[str, list[str]]:
    """What is lowered and reported without anything kept."""
    shutil.rmtree(project.parent / "none", ignore_errors=True)
    session = opened(project, "none")
    return lowered(session), reported(session)


def reported(session: Session) -> list[str]:
    return [f"{each.source.path}:{each.span.start}: {each.code}: {each.message}" for each in session.diagnostics]


def edit(project: Path, name: str, old: str, new: str) -> None:
    path = project / "Src" / f"{name}.bd"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text)
    path.write_text(text.replace(old, new), encoding="utf-8")


def checked_now(session: Session) -> list[str] | None:
    """The modules that were checked; None for the whole program."""
    changed = session._changed
    return None if changed is None or session._checked is not None else sorted([each.name for each in changed.changed])


def test_what_is_unchanged_is_not_checked(project: Path) -> None:
    first = lowered(opened(project))
    session = opened(project)
    assert lowered(session) == first == clean(project)[0]
    assert checked_now(session) == []


BODIES = [
    ("a number", "Shapes", "side * side,", "side * side + 1,"),
    ("a block", "Shapes", "return size == other.size;", "return size == other.size && size > 0;"),
    ("a body of one expression", "Shapes", "=> Shape::Square(side);", "=> Shape::Square(side + 1);"),
    ("the entry", "Main", "i64 mut total = 0;", "i64 mut total = 1;"),
    ("a comment", "Names", "pub const", "// What is between them.\npub const"),
    ("layout", "Names", "pub string Shown", "pub   string\n    Shown"),
    ("documentation", "Names", "pub const", "/// What is between them.\npub const"),
    ("a lambda", "Names", "\"'\" + text + \"'\"", '"<" + text + ">"'),
    ("one lambda more", "Names", "return quote",
     "let twice = (i64 x) => x * 2;\n    PrintLine(\"${twice(2)}\");\n    return quote"),
    ("a function that nothing called", "Main", "total += Shapes", "total += Shapes.Unused(1) + Shapes"),
    ("a module that nothing used", "Main", "i64 mut total = 0;", "i64 mut total = Names.Separator.Len();"),
    ("an instance that is new", "Main", "Names.Larger(1, 2)", "Names.Larger(\"a\", \"b\")"),
    ("a function of the library", "Names", "return quote(name)", "return quote(name.ToUpper().Trim())"),
    ("a call less", "Main", "${total} ${Names.Larger(1, 2)}", "${total}!"),
    ("a method that another module adds", "Main", "i64 mut total = 0;", "i64 mut total = 1.Plus(2);"),
    ("a function whose value is taken", "Main", "i64 mut total = 0;",
     "let area = Shapes.Unused;\n    i64 mut total = area(1);"),
    ("a panic", "Shapes", "side * side,", "side / (side - 3),"),
    ("an equality of an enum", "Main", "i64 mut total = 0;",
     "i64 mut total = if shapes[0] == shapes[1] { 1 } else { 2 };"),
]  # fmt: skip
INTERFACES = [
    ("a constant", "Names", 'Separator = ":"', 'Separator = ";"'),
    ("a parameter", "Shapes", "Unused(i64 x)", "Unused(i64 y)"),
    ("a field", "Shapes", "i64 size,", "i64 size,\n    i64 depth,"),
    ("a variant", "Shapes", "    Line(i64 length),", "    Line(i64 length),\n    Point,"),
    ("an order of variants", "Shapes", "Square(i64 side),\n    Line(i64 length),",
     "Line(i64 length),\n    Square(i64 side),"),
    ("a function", "Extra", "=> x * 2;", "=> x * 2;\n\npub i64 Thrice(i64 x) => x * 3;"),
    ("an import", "Main", "use Names;", "use Names;\nuse Extra;"),
    ("an attribute", "Extra", "pub i64", "[Export(\"twice\")]\npub i64"),
    ("a constraint", "Names", "<T : Comparable>", "<T : Comparable, Equatable>"),
    ("privacy", "Shapes", "pub i64 Unused", "i64 Unused"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_an_edit_of_a_body_concerns_its_module(project: Path, name: str, old: str, new: str) -> None:
    lowered(opened(project))
    edit(project, name, old, new)
    session = opened(project)
    found = lowered(session)
    assert found
    assert (found, reported(session)) == clean(project)
    assert checked_now(session) == [name]
    # What was kept of the edit serves the next build, and going back too.
    again = opened(project)
    assert (lowered(again), checked_now(again)) == (found, [])
    edit(project, name, new, old)
    assert lowered(opened(project)) == clean(project)[0]


@pytest.mark.parametrize(("name", "old", "new"), [row[1:] for row in INTERFACES], ids=[row[0] for row in INTERFACES])
def test_an_edit_of_an_interface_concerns_the_program(project: Path, name: str, old: str, new: str) -> None:
    lowered(opened(project))
    edit(project, name, old, new)
    session = opened(project)
    assert (lowered(session), reported(session)) == clean(project)
    assert checked_now(session) is None


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Shapes", "side * side,", "side * sides,"),
        ("Shapes", "side * side,", "side * ,"),
        ("Shapes", "let isKnown", "let other = 1;\n    let isKnown"),
        ("Main", "${Names.Larger(1, 2)}", "${Names.Smaller(1, 2)}"),
        ("Main", "${Names.Shown(\"total\")} ${total} ${Names.Larger(1, 2)}", "${total}"),
        ("Main", "i64 mut total = 0;", "i64 mut total = 0;\n    i32 small = total;"),
    ],
)  # fmt: skip
def test_what_an_edit_breaks_is_reported_as_by_a_whole_check(project: Path, name: str, old: str, new: str) -> None:
    lowered(opened(project))
    edit(project, name, old, new)
    session = opened(project)
    found = (lowered(session), reported(session))
    assert found == clean(project)
    assert found[1]
    # A program with something to report is not kept, so it is reported every time.
    again = opened(project)
    assert (lowered(again), reported(again)) == found
    edit(project, name, new, old)
    assert (lowered(opened(project)), []) == clean(project)


def test_an_instance_of_a_changed_module_that_only_others_use_is_lowered_again(project: Path) -> None:
    lowered(opened(project))
    edit(project, "Names", "return b;", "return a;")
    session = opened(project)
    assert (lowered(session), reported(session)) == clean(project)
    assert checked_now(session) == ["Names"]


def test_a_program_is_lowered_whole_when_what_was_kept_is_gone_or_damaged(project: Path) -> None:
    first = lowered(opened(project))
    cache = project.parent / "cache" / "beskid"
    for path in list((cache / LOWERED).iterdir()):
        path.unlink()
    assert lowered(opened(project)) == first
    for path in list((cache / LOWERED).iterdir())[::2]:
        path.write_bytes(path.read_bytes()[:-3])
    assert lowered(opened(project)) == first
    for path in (cache / OUTLINES).iterdir():
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
    session = opened(project)
    assert (lowered(session), checked_now(session)) == (first, None)


def test_a_check_without_an_entry_reads_what_has_changed(project: Path) -> None:
    def check() -> Session:
        session = opened(project)
        session.require_checked(needs_entry=False)
        session.keep_checked()
        return session

    assert checked_now(check()) is None
    assert checked_now(check()) == []
    edit(project, "Shapes", "side * side,", "side * side + 1,")
    assert [checked_now(check()), checked_now(check())] == [["Shapes"], []]
    edit(project, "Shapes", "side * side + 1,", "sides,")
    assert [each.code for each in check().diagnostics] == ["E1101"]
    assert [each.code for each in check().diagnostics] == ["E1101"]


def test_every_option_that_changes_what_is_lowered_separates_what_is_kept(project: Path) -> None:
    default = opened(project)
    others = {
        "optimize": 0, "print_result": True, "entrypoint": "main", "triple": "t", "cpu": "c", "tests": True,
        "library": True, "roots": False, "host": True, "polls": True, "instances": ("f<i64>",), "coverage": True,
        "debug": True,
    }  # fmt: skip
    assert list(others) == list(field_names(CompileOptions))
    shared = {"triple", "cpu", "roots", "polls", "entrypoint"}
    for name, value in others.items():
        session = opened(project, options=replace(CompileOptions(), **{name: value}))
        known, usual = session._find_known(needs_entry=True), default._find_known(needs_entry=True)
        assert usual is not None
        assert (known is not None and known.key == usual.key) == (name in shared), name


ROUNDS = 200 if fresh.base() is not None else 20


def test_edits_one_after_another_lower_what_a_whole_check_lowers(project: Path) -> None:
    chance = random.Random(fresh.seed(0))
    edits = [row[1:] for row in (*BODIES, *BODIES, *INTERFACES)]
    done: list[tuple[str, str, str]] = []
    for _ in range(ROUNDS):
        for _ in range(chance.choice((1, 1, 2))):
            if done and chance.random() < 0.5:
                name, old, new = done.pop(chance.randrange(len(done)))
                old, new = new, old
            else:
                name, old, new = chance.choice(edits)
                done.append((name, old, new))
            path = project / "Src" / f"{name}.bd"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        session = opened(project)
        assert (lowered(session), reported(session)) == clean(project)


def written(folder: Path, files: dict[str, str]) -> Path:
    """The project with other files."""
    for path in (folder / "Src").iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / "Src" / f"{name}.bd").write_text(text, encoding="utf-8")
    return folder


DEAD = {
    "a branch": "if false { return Deep.Down<i64>(1, 2); }",
    "a function that nothing calls": "let _down = () => Deep.Down<i64>(1, 2);",
}


@pytest.mark.parametrize("use", list(DEAD.values()), ids=list(DEAD))
def test_what_only_removed_code_requests_is_lowered_too(project: Path, use: str) -> None:
    # E2013 is an error of the lowering, which an instance reports even where nothing refers to it in the end.
    deep = (
        "pub type Around<T> { T inner }\n\n"
        "pub i64 Down<T>(T x, i64 n) {\n    if n > 0 { return Down<T>(x, n - 1); }\n    return n;\n}\n"
    )
    files = {"Deep": deep, "Other": f"use Deep;\n\npub i64 Run() {{\n    {use}\n    return 3;\n}}\n",
             "Main": 'use Other;\n\nunit main() { PrintLine("${Other.Run()}"); }\n'}  # fmt: skip
    lowered(opened(written(project, files)))
    edit(project, "Deep", "n - 1", "n - 2")
    session = opened(project)
    assert (lowered(session), reported(session)) == clean(project)
    assert checked_now(session) == ["Deep"]
    edit(project, "Deep", "Down<T>(x, n - 2)", "Down<Around<T>>(Around<T> { inner: x }, n - 1)")
    session = opened(project)
    assert (lowered(session), reported(session)) == clean(project)
    assert [each.code for each in session.diagnostics] == ["E2013"]


def test_a_callback_depends_on_no_place_that_passes_it(project: Path) -> None:
    shared = (
        '[Extern(Abi: "C", Library: "libc.so.6")]\n'
        "pub contract C { unit qsort(ref i32 values, u64 count, u64 size, i32(i64, i64) compare); }\n\n"
        "pub i32 Order(i64 a, i64 b) { return if a < b { 0_i32 } else { 1_i32 }; }\n"
    )
    sorting = "pub i64 Run() { i32[] v = [2, 1]; Shared.C.qsort(v, 2, 4, Shared.Order); return v[0] as i64; }\n"
    main = 'unit main() { PrintLine("${A.Run()} ${B.Run()}"); }\n'
    files = {"Shared": shared, "A": sorting, "B": f"\n{sorting}", "Main": main}
    lowered(opened(written(project, files)))
    for old, new in (("A.Run()} ${B", "B.Run()} ${A"), ("B.Run()} ${A", "B.Run()} ${B")):
        edit(project, "Main", old, new)
        session = opened(project)
        assert (lowered(session), reported(session)) == clean(project)
        assert checked_now(session) == ["Main"]


def test_an_entry_function_of_any_name_is_not_a_check_without_one(project: Path) -> None:
    written(project, {"Main": 'unit main() { None(); }\n\nunit None() { PrintLine("none"); }\n'})
    session = opened(project)
    session.require_checked(needs_entry=False)
    session.keep_checked()
    named = opened(project, options=CompileOptions(entrypoint="None"))
    assert "PrintLine" in lowered(named)


DEPENDENCY = """
dependency "lib" {
    source = path
    path = "../lib"
}
"""


def test_methods_that_a_dependency_adds_exist_where_they_do_in_a_whole_check(project: Path) -> None:
    library = project.parent / "lib"
    (library / "Src").mkdir(parents=True)
    manifest = MANIFEST.replace('"app"', '"lib"').replace("kind = App", "kind = Lib").replace("Main.bd", "More.bd")
    (library / "Project.proj").write_text(manifest, encoding="utf-8")
    (library / "Src" / "More.bd").write_text(f"pub i64 Two() => 2;\n{FILES['More']}", encoding="utf-8")
    main = 'unit main() { PrintLine("${1} ${Other.Run()}"); }\n'
    written(project, {"Main": main, "Other": "pub i64 Run() => lib.More.Two();\n"})
    (project / "Project.proj").write_text(MANIFEST + DEPENDENCY, encoding="utf-8")
    assert lowered(opened(project))
    # Only a module that is checked later mentions the one that has the method.
    edit(project, "Main", "${1}", "${1.Plus(2)}")
    session = opened(project)
    assert (lowered(session), reported(session)) == clean(project)
    assert [each.code for each in session.diagnostics] == ["E1606"]
