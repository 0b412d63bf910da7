"""Large programs, one generator for each construct, by the number of its repetitions.

A generator gives a program whose length grows linearly with `n`, so the work of the compiler may too. Programs with
errors are here as well: a mistake that is made often, or in a long line, must not cost more than its share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Generator: TypeAlias = Callable[[int], str]


def _main(*body: str) -> str:
    return "\n".join(["unit main() {", *[f"    {line}" for line in body], "}", ""])


def functions(n: int) -> str:
    return "".join([f"i64 get{i}(i64 x) => x + {i};\n" for i in range(n)]) + _main(f'PrintLine("${{get{n - 1}(1)}}");')


def benchmarks(n: int) -> str:
    return "".join([f"[Bench]\nunit measured{i}() {{ }}\n" for i in range(n)]) + _main()


def calls(n: int) -> str:
    return "i64 f(i64 x) => x;\n" + _main("i64 mut t = 0;", *[f"t += f({i});" for i in range(n)])


def functions_in_a_chain(n: int) -> str:
    rows = "".join([f"i64 get{i}(i64 x) => get{i + 1}(x);\n" for i in range(n)])
    return rows + f"i64 get{n}(i64 x) => x;\n" + _main('PrintLine("${get0(1)}");')


def generic_functions_in_a_chain(n: int) -> str:
    rows = "".join([f"T get{i}<T>(T x) => get{i + 1}(x);\n" for i in range(n)])
    return rows + f"T get{n}<T>(T x) => x;\n" + _main('PrintLine("${get0(1)}");')


def strings_that_stay_alive(n: int) -> str:
    made = [f"let a{i} = make({i});" for i in range(n)]
    return 'string make(i64 i) => "text ${i}";\n' + _main(*made, *[f"PrintLine(a{i});" for i in range(n)])


def string_arguments(n: int) -> str:
    declared = ", ".join([f"string p{i}" for i in range(n)])
    used = "".join([f"    PrintLine(p{i});\n" for i in range(n)])
    given = ", ".join([f"a{i}" for i in range(n)])
    made = [f"let a{i} = make({i});" for i in range(n)]
    head = f'string make(i64 i) => "text ${{i}}";\nunit f({declared}) {{\n{used}}}\n'
    return head + _main(*made, f"f({given});")


def captured_strings(n: int) -> str:
    used = " ".join([f"PrintLine(a{i});" for i in range(n)])
    made = [f"let a{i} = make({i});" for i in range(n)]
    return 'string make(i64 i) => "text ${i}";\n' + _main(*made, f"let f = () => {{ {used} }};", "f();", "f();")


def closures(n: int) -> str:
    made = [f"let f{i} = (i64 x) => x + b + {i};" for i in range(n)]
    head = "i64 g() { i64 mut t = 0; for i in range(0, 9) { t += i; } return t; }\n"
    calls = [f"t += f{i}(1);" for i in range(n)]
    return head + _main("i64 b = g();", *made, "i64 mut t = 0;", *calls, 'PrintLine("${t}");')


def locals_of_numbers(n: int) -> str:
    return _main(*[f"let a{i} = {i};" for i in range(n)], f'PrintLine("${{a{n - 1}}}");')


def locals_of_strings(n: int) -> str:
    return _main(*[f'let a{i} = "text {i}";' for i in range(n)], f"PrintLine(a{n - 1});")


def array_of_numbers(n: int) -> str:
    return _main(f"i64[] a = [{', '.join(map(str, range(n)))}];", 'PrintLine("${a[0]}");')


def array_of_strings(n: int) -> str:
    return _main("let a = [" + ", ".join([f'"{i}"' for i in range(n)]) + "];", "PrintLine(a[0]);")


def array_of_arrays(n: int) -> str:
    return _main("let a = [" + ", ".join([f"[{i}, {i}]" for i in range(n)]) + "];", 'PrintLine("${a[0][0]}");')


def sum_chain(n: int) -> str:
    return _main(f"i64 x = {' + '.join(['1'] * n)};", 'PrintLine("${x}");')


def text_chain(n: int) -> str:
    return _main("let x = " + " + ".join(['"a"'] * n) + ";", "PrintLine(x);")


def condition_chain(n: int) -> str:
    return _main("let b = true;", f'if {" && ".join(["b"] * n)} {{ PrintLine("x"); }}')


def comparison_chain(n: int) -> str:
    tests = " || ".join([f"a == {i}" for i in range(n)])
    return _main("i64 a = 3;", f'if {tests} {{ PrintLine("x"); }}')


def else_if_chain(n: int) -> str:
    arms = " else ".join([f'if a == {i} {{ PrintLine("{i}"); }}' for i in range(n)])
    return _main("i64 a = 3;", arms)


def method_chain(n: int) -> str:
    return _main(f'let s = "a"{".Trim()" * n};', "PrintLine(s);")


def field_path(n: int) -> str:
    types = "".join([f"type T{i} {{ T{i + 1} b }}\n" for i in range(n)])
    return types + f"type T{n} {{ i64 b }}\ni64 deep(T0 a) => a{'.b' * (n + 1)};\n" + _main()


def unresolved_path(n: int) -> str:
    return _main(f"let x = a{'.b' * n};")


def unresolved_type_path(n: int) -> str:
    return f"i64 f(a{'.b' * n} x) => 1;\n" + _main()


def unresolved_enum_path(n: int) -> str:
    return _main(f"let x = a{'.b' * n}::V(1);")


def variants(n: int) -> str:
    arms = " ".join([f"E::V{i} => {i}," for i in range(n)])
    return f"enum E {{ {', '.join([f'V{i}' for i in range(n)])} }}\ni64 f(E e) => match e {{ {arms} }};\n" + _main()


def variants_with_payloads(n: int) -> str:
    arms = " ".join([f"E::V{i}(x) => x + {i}," for i in range(n)])
    declared = ", ".join([f"V{i}(i64 x)" for i in range(n)])
    return f"enum E {{ {declared} }}\ni64 f(E e) => match e {{ {arms} }};\n" + _main()


def variants_that_are_missing(n: int) -> str:
    return (
        f"enum E {{ {', '.join([f'V{i}' for i in range(n)])} }}\ni64 f(E e) => match e {{ E::V0 => 1, }};\n" + _main()
    )


def arms_that_are_unreachable(n: int) -> str:
    return "enum E { A, B }\ni64 f(E e) => match e { _ => 0, " + "E::A => 1, " * n + "};\n" + _main()


def arms_of_numbers(n: int) -> str:
    return f"i64 f(i64 x) => match x {{ {' '.join([f'{i} => {i},' for i in range(n)])} _ => 0, }};\n" + _main()


def arms_of_ranges(n: int) -> str:
    arms = " ".join([f"{3 * i}..={3 * i + 1} => {i}," for i in range(n)])
    return f"i64 f(i64 x) => match x {{ {arms} _ => 0, }};\n" + _main()


def arms_of_strings(n: int) -> str:
    arms = " ".join([f'"k{i}" => {i},' for i in range(n)])
    return f"i64 f(string x) => match x {{ {arms} _ => 0, }};\n" + _main()


def struct_fields(n: int) -> str:
    fields = ", ".join([f"i64 f{i}" for i in range(n)])
    values = ", ".join([f"f{i}: {i}" for i in range(n)])
    return f"type T {{ {fields} }}\n" + _main(f"let t = T {{ {values} }};", 'PrintLine("${t.f0}");')


def parameters(n: int) -> str:
    declared = ", ".join([f"i64 p{i}" for i in range(n)])
    return f"i64 f({declared}) => p0;\n" + _main(f"let x = f({', '.join(map(str, range(n)))});", 'PrintLine("${x}");')


def types(n: int) -> str:
    return "".join([f"type T{i} {{ i64 x }}\n" for i in range(n)]) + _main()


def generic_instances(n: int) -> str:
    declared = "".join([f"type T{i} {{ i64 x }}\n" for i in range(n)])
    body = [f"let a{i} = id(T{i} {{ x: {i} }});" for i in range(n)]
    return "T id<T>(T x) => x;\n" + declared + _main(*body, f'PrintLine("${{a{n - 1}.x}}");')


def conforming_types(n: int) -> str:
    declared = "".join([f'type T{i} : Named {{ i64 x, string Name() => "n"; }}\n' for i in range(n)])
    return "contract Named { string Name(); }\n" + declared + _main()


def contract_methods(n: int) -> str:
    wanted = " ".join([f"i64 M{i}();" for i in range(n)])
    written = " ".join([f"i64 M{i}() => {i};" for i in range(n)])
    return f"contract C {{ {wanted} }}\ntype T : C {{ i64 x, {written} }}\n" + _main()


def methods_that_are_missing(n: int) -> str:
    wanted = " ".join([f"i64 M{i}();" for i in range(n)])
    return f"contract C {{ {wanted} }}\ntype T : C {{ i64 x }}\n" + _main()


def constants_forward(n: int) -> str:
    rows = "".join([f"const i64 C{i} = C{i + 1} + 1;\n" for i in range(n)])
    return rows + f"const i64 C{n} = 1;\n" + _main('PrintLine("${C0}");')


def constants_backward(n: int) -> str:
    rows = "".join([f"const i64 C{i} = C{i - 1} + 1;\n" for i in range(1, n)])
    return "const i64 C0 = 1;\n" + rows + _main(f'PrintLine("${{C{n - 1}}}");')


def holes(n: int) -> str:
    return _main("i64 a = 1;", f'PrintLine("{"${a} " * n}");')


def long_text(n: int) -> str:
    return _main(f'PrintLine("{"lorem ipsum " * n}");')


def escapes(n: int) -> str:
    return _main('PrintLine("' + "\\n\\t" * n + '");')


def comments(n: int) -> str:
    return "// a comment\n" * n + _main()


def documentation(n: int) -> str:
    return (
        "".join(
            [f"/// Function number {i}.\n/// @param x anything\ni64 documented{i}(i64 x) => x;\n" for i in range(n)]
        )
        + _main()
    )


def lambdas(n: int) -> str:
    return _main(*[f"let f{i} = (i64 x) => x + {i};" for i in range(n)], f'PrintLine("${{f{n - 1}(1)}}");')


def captures(n: int) -> str:
    body = [f"let a{i} = {i};" for i in range(n)]
    return _main(*body, f"let f = () => {' + '.join([f'a{i}' for i in range(n)])};", 'PrintLine("${f()}");')


def untyped_lambdas_in_a_chain(n: int) -> str:
    return _main(f"let a = [1, 2]{'.Map(x => x + 1)' * n};", 'PrintLine("${a[0]}");')


def loops(n: int) -> str:
    return _main("i64 mut t = 0;", *["for i in range(0, 3) { t += i; }" for _ in range(n)], 'PrintLine("${t}");')


def loops_that_stay(n: int) -> str:
    rows = [f"for x in a {{ t += x * {i}; }}" for i in range(n)]
    body = "\n    ".join(["i64 mut t = 0;", *rows, "return t;"])
    return f"i64 f(i64[] a) {{\n    {body}\n}}\n" + _main('PrintLine("${f([1, 2, 3])}");')


def functions_with_a_loop(n: int) -> str:
    rows = [f"i64 sum{i}(i64[] a) {{ i64 mut t = 0; for x in a {{ t += x * {i}; }} return t; }}\n" for i in range(n)]
    calls = [f"t += sum{i}(a);" for i in range(n)]
    return "".join(rows) + _main("i64 mut t = 0;", "let a = [1, 2, 3];", *calls, 'PrintLine("${t}");')


def functions_with_many_calls(n: int) -> str:
    body = " ".join([f'm.Insert("{i}", "{i}");' for i in range(20)])
    rows = [f"unit fill{i}(Map<string, string> m) {{ {body} }}\n" for i in range(n)]
    calls = [f"fill{i}(m);" for i in range(n)]
    made = _main("Map<string, string> m = Map.New();", *calls, 'PrintLine("${m.Count()}");')
    return "use Collections.Map;\n" + "".join(rows) + made


def array_of_calls(n: int) -> str:
    made = ", ".join([f"make({i})" for i in range(n)])
    return 'string make(i64 i) => "text ${i}";\n' + _main(f"let a = [{made}];", "PrintLine(a[0]);")


def array_of_structs(n: int) -> str:
    rows = ", ".join([f'Row {{ name: "n{i}", number: {i}, weight: {i}.5 }}' for i in range(n)])
    return "type Row { string name, i64 number, f64 weight }\n" + _main(f"let a = [{rows}];", "PrintLine(a[0].name);")


def array_of_a_variable(n: int) -> str:
    return _main("i64 mut x = 1;", f"let a = [{', '.join(['x'] * n)}];", "x = 2;", 'PrintLine("${a[0]}");')


def fields_of_calls(n: int) -> str:
    fields = ", ".join([f"string f{i}" for i in range(n)])
    values = ", ".join([f"f{i}: make({i})" for i in range(n)])
    return f'type T {{ {fields} }}\nstring make(i64 i) => "text ${{i}}";\n' + _main(
        f"let t = T {{ {values} }};", "PrintLine(t.f0);"
    )


def misspelt_variants(n: int) -> str:
    declared = "".join([f"enum E{i} {{ Value{i}, Other{i} }}\n" for i in range(n)])
    return declared + _main(*[f"let a{i} = Value{i};" for i in range(n)])


def tests(n: int) -> str:
    return "".join([f"test t{i} {{ let x = {i}; }}\n" for i in range(n)]) + _main()


def unknown_names(n: int) -> str:
    return _main(*[f"PrintLine(unknown{i});" for i in range(n)])


def misspelt_names(n: int) -> str:
    declared = [f"let value{i} = {i};" for i in range(n)]
    return _main(*declared, *[f"let other{i} = valeu{i};" for i in range(n)])


def misspelt_functions(n: int) -> str:
    declared = "".join([f"i64 compute{i}() => {i};\n" for i in range(n)])
    return declared + _main(*[f"let other{i} = compuet{i}();" for i in range(n)])


def duplicate_functions(n: int) -> str:
    return "i64 f() => 1;\n" * n + _main()


def wrong_types(n: int) -> str:
    return _main(*[f'i64 a{i} = "text";' for i in range(n)])


def errors_in_one_line(n: int) -> str:
    return "unit main() { " + "i64 a = true; " * n + "}\n"


def syntax_errors(n: int) -> str:
    return "".join([f"i64 f{i}( {{ }}\n" for i in range(n)])


def stray_characters(n: int) -> str:
    return _main("let a = 1 " + "@ # ` " * n + ";")


def unclosed_brackets(n: int) -> str:
    return _main("let a = " + "(" * min(n, 200) + "1;" + " let b = [1; " * (n // 200))


LARGE: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        functions, benchmarks, functions_in_a_chain, generic_functions_in_a_chain, calls, strings_that_stay_alive,
        string_arguments, captured_strings, closures,
        locals_of_numbers, locals_of_strings, array_of_numbers, array_of_strings, array_of_arrays,
        sum_chain, text_chain, condition_chain, comparison_chain, else_if_chain, method_chain, field_path,
        unresolved_path, unresolved_type_path, unresolved_enum_path, variants, variants_with_payloads,
        variants_that_are_missing, arms_that_are_unreachable, arms_of_numbers, arms_of_strings,
        arms_of_ranges, struct_fields,
        parameters, types, generic_instances, conforming_types, contract_methods, methods_that_are_missing,
        constants_forward, constants_backward, holes, long_text, escapes, comments, documentation, lambdas, captures,
        untyped_lambdas_in_a_chain, loops, loops_that_stay, functions_with_a_loop, functions_with_many_calls,
        array_of_calls, array_of_structs, array_of_a_variable, fields_of_calls, misspelt_variants, tests, unknown_names,
        misspelt_names, misspelt_functions, duplicate_functions, wrong_types, errors_in_one_line, syntax_errors,
        stray_characters, unclosed_brackets,
    )
}  # fmt: skip
"""Constructs that a program may repeat as often as it likes."""
