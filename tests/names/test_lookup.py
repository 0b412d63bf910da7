"""Plain names and dotted paths: the order of `language.md` §6.1 and §6.5."""

from __future__ import annotations

from tests.names.worlds import codes, completed, expression, inside, module, name, package, root, world_of, written_type

from beskid.analysis.model.internal import offered_paths
from beskid.analysis.model.symbols import EnumSymbol, FunctionSymbol, Symbol
from beskid.analysis.model.types import ERROR, I64, EnumType, show_type
from beskid.analysis.names.lookup import (
    Context,
    find_enum,
    lookup_value,
    resolve_member_path,
    resolve_type,
    resolve_type_expression,
)
from beskid.analysis.names.suggest import importable
from beskid.analysis.program import ProgramWorld


def denoted(world: ProgramWorld, context: Context, text: str) -> str | None:
    """The qualified name of what an expression's meaningful prefix denotes, and how much it takes."""
    found = resolve_member_path(world, context, expression(text))
    if found is None:
        return None
    symbol: Symbol = found.meaning.symbol
    return f"{symbol.qualified_name()}/{found.consumed}"


def test_own_items_win_over_imports_and_these_over_the_prelude() -> None:
    files = {
        "": "use One.Print; i64 other() { return 1; }",
        "One": "pub i64 Print() { return 1; } pub i64 other() { return 2; }",
        "Two": "use One; i64 f() { return 1; }",
    }
    world = world_of(files)
    plain = lookup_value(world, inside(world), name("Print"))
    assert plain is not None and plain.symbol.qualified_name() == "One.Print"
    own = lookup_value(world, inside(world), name("other"))
    assert own is not None and own.symbol.qualified_name() == "other"
    weak = lookup_value(world, inside(world, "Two"), name("Print"))
    assert weak is not None and weak.symbol.qualified_name() == "One.Print"
    prelude = lookup_value(world, inside(world, "One"), name("PrintLine"))
    assert prelude is not None and prelude.symbol.qualified_name() == "System.IO.PrintLine"
    assert codes(world) == []


def test_an_unknown_name_is_silent_and_an_ambiguous_one_is_not() -> None:
    files = {"": "use A; use B;", "A": "pub i64 f() { return 1; }", "B": "pub i64 f() { return 2; }"}
    world = world_of(files)
    assert lookup_value(world, inside(world), name("nothing")) is None
    assert codes(world) == []
    assert lookup_value(world, inside(world), name("f")) is not None
    assert codes(world) == ["E1104"]


def test_one_item_reached_through_two_imports_is_not_ambiguous() -> None:
    files = {"": "use A; use B;", "A": "pub i64 f() { return 1; }", "B": "pub use A.f;"}
    world = world_of(files)
    found = lookup_value(world, inside(world), name("f"))
    assert found is not None and found.symbol.qualified_name() == "A.f"
    assert codes(world) == []


def test_library_modules_are_parsed_only_when_they_can_have_the_name() -> None:
    world = world_of("unit main() { }")
    assert lookup_value(world, inside(world), name("PrintLine")) is not None
    assert sorted(each.dotted() for each in world.loaded_modules()) == ["", "Prelude", "System.IO"]


def test_paths_through_modules_aliases_and_packages() -> None:
    files = {
        "": "use Std.System.IO; use Net.Http as Web; mod inner { pub mod deep { pub i64 g() { return 1; } } }",
        "Net.Http": "pub i64 get() { return 1; }",
        "Net": "pub i64 top() { return 1; }",
        "Net.Other": "i64 f() { return 1; }",
    }
    world = world_of(files)
    here = inside(world)
    assert denoted(world, here, "IO.Print") == "System.IO.Print/2"
    assert denoted(world, here, "System.IO.Print") == "System.IO.Print/3"
    assert denoted(world, here, "Std.System.IO.Print") == "System.IO.Print/4"
    assert denoted(world, here, "Web.get") == "Net.Http.get/2"
    assert denoted(world, here, "Net.Http.get.length") == "Net.Http.get/3"
    assert denoted(world, here, "Net.top") == "Net.top/2"
    assert denoted(world, here, "inner.deep.g") == "inner.deep.g/3"
    assert denoted(world, here, "app.Net.top") == "Net.top/3"
    assert denoted(world, inside(world, "Net.Other"), "Http.get") == "Net.Http.get/2"
    assert codes(world) == []


def test_paths_follow_re_exports() -> None:
    world = world_of("")
    assert denoted(world, inside(world), "System.FS.Print") == "System.IO.Print/3"


def test_a_module_that_contains_its_own_name() -> None:
    world = world_of("use Signal.Channel; use Collections.List;")
    here = inside(world)
    assert denoted(world, here, "Channel.Create") == "Signal.Channel.Create/2"
    assert denoted(world, here, "Signal.Channel.Create") == "Signal.Channel.Create/3"
    assert denoted(world, here, "Signal.Channel.Channel") == "Signal.Channel.Channel/3"
    assert show_type(resolve_type(world, here, written_type("Channel<i64>"))) == "Channel<i64>"
    assert show_type(resolve_type(world, here, written_type("Signal.Channel<i64>"))) == "Channel<i64>"
    assert show_type(resolve_type(world, here, written_type("Signal.Channel.Channel<i64>"))) == "Channel<i64>"
    assert codes(world) == []


def test_an_enum_reached_through_its_own_module_leaves_the_variant() -> None:
    world = world_of({"": "", "Shapes.Color": "pub enum Color { Red }"})
    assert denoted(world, inside(world), "Shapes.Color.Red") == "Shapes.Color.Color/2"
    assert denoted(world, inside(world), "Shapes.Color.Color.Red") == "Shapes.Color.Color/3"


def test_errors_of_paths() -> None:
    world = world_of({"": "", "Net": "i64 hidden() { return 1; } pub i64 shown() { return 1; }"})
    here = inside(world)
    for text, code in (("dep.f", "E1108"), ("Net.shwn", "E1101"), ("Net.hidden", "E1107"), ("System.Foo.f", "E1108")):
        world.diagnostics.clear()
        resolve_member_path(world, here, expression(text))
        assert codes(world) == [code], text


def test_private_modules_are_not_reached_from_outside() -> None:
    world = world_of({"": "", "Net": "mod inner { pub i64 f() { return 1; } } pub i64 g() { return inner.f(); }"})
    assert denoted(world, inside(world), "Net.inner.f") is None
    assert codes(world) == ["E1107"]
    world.diagnostics.clear()
    assert denoted(world, inside(world, "Net"), "inner.f") == "Net.inner.f/2"
    assert codes(world) == []


def test_dependencies_do_not_see_the_program() -> None:
    dependency = package("Dep", {"Lib": "use Secret; pub i64 f() { return 1; }"}, is_library=True)
    world = world_of({"": "use Dep.Lib;", "Secret": "pub i64 s() { return 1; }"}, dependency)
    world.complete(root(world))
    world.complete(module(world, "Dep", "Lib"))
    assert codes(world) == ["E1105"]


def test_file_scoped_modules_have_the_path_they_state() -> None:
    files = {"": "i64 f() { return a.b.g(); }", "Odd": "mod a.b;\npub i64 g() { return 1; }"}
    world = world_of(files)
    assert denoted(world, inside(world), "a.b.g") == "a.b.g/3"
    assert world.find("app", ("Odd",)) is None
    assert module(world, "app", "Odd").path == ("a", "b")
    assert codes(world) == []


def test_two_files_of_one_module_path() -> None:
    world = world_of({"": "", "One": "mod x;", "Two": "mod x;"})
    world.load_all("app")
    assert codes(world) == ["E1009"]


def test_types_in_bodies_and_declarations() -> None:
    world = world_of("type Own { i64 v }")
    here = inside(world)
    assert show_type(resolve_type(world, here, written_type("Result<Own[], i64(string)>"))) == (
        "Result<Own[], i64(string)>"
    )
    assert resolve_type(world, here, written_type("Missing[]")) is ERROR
    assert codes(world) == ["E1201"]
    completed_world = completed("Missing f(Result<i64> r) { }")
    assert sorted(codes(completed_world)) == ["E1005", "E1240"]


def test_type_expressions_may_leave_arguments_open() -> None:
    world = world_of("use Collections.List;")
    here = inside(world)
    open_reference = resolve_type_expression(world, here, expression("Collections.List.List"))
    assert open_reference is not None and open_reference.arguments is None
    assert codes(world) == []
    assert resolve_type_expression(world, here, expression("Nope")) is None
    assert codes(world) == ["E1201"]


def test_the_enum_of_a_constructor() -> None:
    files = {"": "", "Far": "pub enum Only { A } pub enum Twin { A }", "Near": "pub enum Twin { A } enum Hidden { A }"}
    world = world_of(files)
    here = inside(world)
    only = find_enum(world, here, expression("Only::A"), None)
    assert only is not None and only.symbol.qualified_name() == "Far.Only" and only.arguments == ()
    twin = module(world, "app", "Near").members["Twin"]
    assert isinstance(twin, EnumSymbol)
    expected = find_enum(world, here, expression("Twin::A"), EnumType(twin))
    assert expected is not None and expected.symbol is twin
    assert find_enum(world, here, expression("Near.Twin::A"), None) is not None
    assert codes(world) == []
    for text, code in (("Twin::A", "E1104"), ("Hidden::A", "E1301"), ("Nothing::A", "E1301")):
        world.diagnostics.clear()
        assert find_enum(world, here, expression(text), None) is None
        assert codes(world) == [code], text


def test_type_arguments_of_an_enum_come_from_the_text_then_from_the_context() -> None:
    world = world_of("")
    here = inside(world)
    result = module(world, "Std", "Core.Results").members["Result"]
    assert isinstance(result, EnumSymbol)
    wanted = EnumType(result, (I64, I64))
    open_one = find_enum(world, here, expression("Result::Ok"), None)
    assert open_one is not None and open_one.arguments is None
    from_context = find_enum(world, here, expression("Result::Ok"), wanted)
    assert from_context is not None and from_context.arguments == (I64, I64)


def test_mentions_are_noted_but_not_by_the_symbol_itself() -> None:
    world = world_of("i64 f() { return 1; } i64 g() { return 1; }")
    own = root(world).members
    own_f = own["f"]
    assert isinstance(own_f, FunctionSymbol)
    lookup_value(world, world.context(own_f), name("f"))
    lookup_value(world, world.context(own_f), name("g"))
    assert own_f not in world.used
    assert own["g"] in world.used


def test_internal_modules_are_offered_only_in_their_package() -> None:
    inner = "// Generated.\n/// Internal: for the others.\n\npub i64 Hidden() => 1;\n"
    tools = package("Tools", {"Inner": inner, "Shown": "pub i64 Hidden() => 1;\n"})
    program = "use Tools.Inner;\nunit main(string[] args) { Inner.Hidden(); }\n"
    world = completed(program, tools)
    assert [each.code for each in world.diagnostics] == []
    assert ("Inner",) not in offered_paths(world, "app", "Tools")
    assert ("Inner",) in offered_paths(world, "Tools", "Tools")
    assert importable(world, inside(world), "Hidden", types_only=False) == ["Tools.Shown"]
    (elsewhere,) = completed("use Tools.Innner;\n", tools).diagnostics
    assert elsewhere.help is not None and "`Inner`" not in elsewhere.help
    modules = {"Part": "pub i64 Shown() => 1;\n", "Part.Inner": inner, "": "use Part.Innner;\n"}
    (within,) = completed(modules).diagnostics
    assert within.help is not None and "`Inner`" in within.help
