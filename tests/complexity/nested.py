"""Deep programs, one generator for each construct that nests and for each that makes chains.

A generator gives a program of `n` levels that prints `1`, so that a compiler which only looks at the outermost levels
is noticed. Beyond decision L15's limit, and for chains of more than a thousand links, it is a diagnostic.
"""

from __future__ import annotations

from tests.complexity.inputs import Generator

SHOW = 'PrintLine("${a}");'


def _main(*body: str) -> str:
    return "\n".join(["unit main() {", *[f"    {line}" for line in body], "}", ""])


def parentheses(n: int) -> str:
    return _main(f"let a = {'(' * n}1{')' * n};", SHOW)


def blocks(n: int) -> str:
    return _main("{ " * n + 'PrintLine("1");' + " }" * n)


def values_of_blocks(n: int) -> str:
    return _main("i64 a = " + "{ " * n + "1" + " }" * n + ";", SHOW)


def conditions(n: int) -> str:
    return _main("if true { " * n + 'PrintLine("1");' + " }" * n)


def values_of_conditions(n: int) -> str:
    return _main("i64 a = " + "if true { " * n + "1" + " } else { 0 }" * n + ";", SHOW)


def branches(n: int) -> str:
    return _main("if false { } else { " * n + 'PrintLine("1");' + " }" * n)


def while_loops(n: int) -> str:
    return _main("while true { " * n + 'PrintLine("1");' + " break; }" * n)


def for_loops(n: int) -> str:
    return _main(" ".join([f"for x{i} in range(0, 1) {{" for i in range(n)]) + ' PrintLine("1");' + " }" * n)


def matches(n: int) -> str:
    return _main("let a = " + "match true { true => " * n + "1" + ", false => 0, }" * n + ";", SHOW)


def heads_of_matches(n: int) -> str:
    return _main("let a = " + "match " * n + "1" + " { 1 => 1, _ => 0, }" * n + ";", SHOW)


def guards(n: int) -> str:
    head = "match 1 { x when " * n
    return _main(f"let a = {head}true{' => true, _ => false, }' * n};", 'if a { PrintLine("1"); }')


def array_literals(n: int) -> str:
    return _main(f"let a = {'[' * n}1{']' * n};", 'PrintLine("${a.Len()}");')


def array_types(n: int) -> str:
    return f"i64 f(i64{'[]' * n} x) => 1;\n" + _main("let a = f([]);", SHOW)


def calls(n: int) -> str:
    return "i64 f(i64 x) => x;\n" + _main(f"let a = {'f(' * n}1{')' * n};", SHOW)


def generic_calls(n: int) -> str:
    return "T f<T>(T x) => x;\n" + _main(f"let a = {'f(' * n}1{')' * n};", SHOW)


def generic_instances(n: int) -> str:
    made = "Option::Some(" * n + "1" + ")" * n
    return "i64 f<T>(T x) => 1;\n" + _main(f"let a = f({made});", SHOW)


def indices(n: int) -> str:
    return _main("let b = [0, 1];", f"let a = {'b[' * n}1{']' * n};", SHOW)


def lambdas(n: int) -> str:
    return _main(f"let a = {'() => ' * n}1;", 'PrintLine("1");')


def lambdas_with_blocks(n: int) -> str:
    made = " ".join([f"let f{i} = () => {{" for i in range(n)])
    return _main(made + ' PrintLine("1"); ' + " ".join([f"}}; f{i}();" for i in reversed(range(n))]))


def arguments_of_types(n: int) -> str:
    return f"i64 f({'Option<' * n}i64{'>' * n} x) => 1;\n" + _main('PrintLine("1");')


def parameters_of_types(n: int) -> str:
    return f"i64 f({'i64(' * n}i64{')' * n} x) => 1;\n" + _main('PrintLine("1");')


def arrow_types(n: int) -> str:
    return f"i64 f({'(' * n}i64{') => i64' * n} x) => 1;\n" + _main('PrintLine("1");')


def fields_of_generic_types(n: int) -> str:
    show = 'match t.x { Option::Some(_) => PrintLine("1"), _ => PrintLine("0"), }'
    made = f"T {{ x: {'Option::Some(' * n}1{')' * n} }}"
    return f"type T {{ {'Option<' * n}i64{'>' * n} x }}\n" + _main(f"let t = {made};", show)


def struct_literals(n: int) -> str:
    return "type B<T> { T v }\n" + _main(
        f"let b = {'B { v: ' * n}1{' }' * n};", f"let a = b{'.v' * min(n, 900)};", SHOW
    )


def negations(n: int) -> str:
    return _main(f"let a = {'!' * (2 * (n // 2))}true;", 'if a { PrintLine("1"); }')


def minuses(n: int) -> str:
    return _main(f"let a = {'-(' * (2 * (n // 2))}1{')' * (2 * (n // 2))};", SHOW)


def complements(n: int) -> str:
    return _main("let b = 1;", f"let a = {'~' * (2 * (n // 2))}b;", SHOW)


def interpolations(n: int) -> str:
    return _main("PrintLine(" + '"${' * n + "1" + '}"' * n + ");")


def constants(n: int) -> str:
    return f"const i64 C = {'(1 + ' * n}0{')' * n} - {n} + 1;\n" + _main('PrintLine("${C}");')


def defaults_of_attributes(n: int) -> str:
    return f"attribute A {{ x: i64 = {'(' * n}1{')' * n} }}\n" + _main('PrintLine("1");')


def arguments_of_attributes(n: int) -> str:
    return f"attribute A {{ x: i64 }}\n[A(x: {'(' * n}1{')' * n})]\n" + _main('PrintLine("1");')


def patterns(n: int) -> str:
    value, head = ("Option::Some(" * n + each + ")" * n for each in ("1", "x"))
    return f"i64 f({'Option<' * n}i64{'>' * n} v) => match v {{ {head} => x, _ => 0, }};\n" + _main(
        f"let a = f({value});", SHOW
    )


def alternatives_in_patterns(n: int) -> str:
    value = "Option::Some(" * n + "1" + ")" * n
    head = "Option::None | Option::Some(" * n + "1 | 2" + ")" * n
    return f"i64 f({'Option<' * n}i64{'>' * n} v) => match v {{ {head} => 1, _ => 0, }};\n" + _main(
        f"let a = f({value});", SHOW
    )


def modules(n: int) -> str:
    return "".join([f"pub mod m{i} {{ " for i in range(n)]) + "pub i64 f() => 1; " + "} " * n + _main('PrintLine("1");')


def assignments(n: int) -> str:
    return _main("i64 mut a = 0;", f"{'a = ' * n}1;", 'PrintLine("1");')


def returns(n: int) -> str:
    return f"i64 f() {{ {'return ' * n}1; }}\n" + _main("let a = f();", SHOW)


def question_marks(n: int) -> str:
    return f"Option<i64> f({'Option<' * n}i64{'>' * n} x) => Option::Some(x{'?' * n});\n" + _main('PrintLine("1");')


def right_operands(n: int) -> str:
    return _main(f"i64 a = {'0 + (' * n}1{')' * n};", SHOW)


NESTED: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        parentheses, blocks, values_of_blocks, conditions, values_of_conditions, branches, while_loops, for_loops,
        matches, heads_of_matches, guards, array_literals, calls, generic_calls, generic_instances, indices,
        lambdas, lambdas_with_blocks, arguments_of_types, parameters_of_types, arrow_types, fields_of_generic_types,
        struct_literals, negations, minuses, complements, interpolations, constants, defaults_of_attributes,
        arguments_of_attributes, patterns, alternatives_in_patterns, modules, assignments, returns, question_marks,
        right_operands,
    )
}  # fmt: skip
"""Constructs that nest."""


def sums(n: int) -> str:
    return _main("i64 b = 0;", f"i64 a = {'b + ' * n}1;", SHOW)


def texts(n: int) -> str:
    return _main("let a = " + '"" + ' * n + '"1";', SHOW)


def conjunctions(n: int) -> str:
    return _main("let b = true;", f'if {"b && " * n}b {{ PrintLine("1"); }}')


def bars(n: int) -> str:
    return _main("i64 b = 0;", f"i64 a = {'b | ' * n}1;", SHOW)


def conversions(n: int) -> str:
    return _main("i64 b = 1;", f"let a = b{' as i32 as i64' * (n // 2)};", SHOW)


def else_ifs(n: int) -> str:
    arms = " else ".join([f'if b == {i + 1} {{ PrintLine("0"); }}' for i in range(n)])
    return _main("i64 b = 0;", arms + ' else { PrintLine("1"); }')


def values_of_else_ifs(n: int) -> str:
    arms = " else ".join([f"if b == {i + 1} {{ 0 }}" for i in range(n)])
    return _main("i64 b = 0;", f"i64 a = {arms} else {{ 1 }};", SHOW)


def method_calls(n: int) -> str:
    return _main(f'let a = "1"{".Trim()" * n};', SHOW)


def members(n: int) -> str:
    return "type B<T> { T v }\n" + _main("let b = B { v: 1 };", f"let a = b.v{'.v' * n};", 'PrintLine("1");')


def fields(n: int) -> str:
    types = "".join([f"type T{i} {{ T{i + 1} b }}\n" for i in range(n)])
    return types + f"type T{n} {{ i64 b }}\ni64 deep(T0 a) => a{'.b' * (n + 1)};\n" + _main('PrintLine("1");')


def calls_of_results(n: int) -> str:
    return f"i64{'()' * n} f() => f();\n" + _main(f"let b = () => f(){'()' * n};", 'PrintLine("1");')


def indices_of_elements(n: int) -> str:
    return f"i64 f(i64{'[]' * n} b) => b{'[0]' * n};\n" + _main('PrintLine("1");')


def alternatives(n: int) -> str:
    return f"i64 f(i64 b) => match b {{ {' | '.join([str(i) for i in range(n)])} => 1, _ => 0, }};\n" + _main(
        "let a = f(0);", SHOW
    )


def structs_of_structs(n: int) -> str:
    rows = "".join([f"type T{i} {{ T{i + 1} b }}\n" for i in range(n)])
    return rows + f"type T{n} {{ i64 b }}\ni64 f(T0 x) => 1;\n" + _main('PrintLine("1");')


def enums_of_enums(n: int) -> str:
    rows = "".join([f"enum E{i} {{ V(E{i + 1} x), None }}\n" for i in range(n)])
    return rows + f"enum E{n} {{ None }}\n" + _main("let b = E0::V(E1::None);", 'PrintLine("1");')


def equal_structs(n: int) -> str:
    rows = "".join([f"type T{i} : Equatable, Hashable {{ T{i + 1}[] b }}\n" for i in range(n)])
    return (
        rows
        + f"type T{n} : Equatable, Hashable {{ i64 b }}\n"
        + _main("let a = T0 { b: [] };", 'if a == a { PrintLine("1"); }')
    )


def contracts_in_contracts(n: int) -> str:
    rows = "".join([f"contract C{i} {{ C{i + 1}; i64 M{i}(); }}\n" for i in range(n)])
    methods = " ".join([f"i64 M{i}() => {i};" for i in range(n + 1)])
    return rows + f"contract C{n} {{ i64 M{n}(); }}\ntype T : C0 {{ i64 x, {methods} }}\n" + _main('PrintLine("1");')


def functions_that_call_the_next(n: int) -> str:
    rows = "".join([f"i64 step{i}(i64 x) => step{i + 1}(x);\n" for i in range(n)])
    return rows + f"i64 step{n}(i64 x) => x;\n" + _main("let a = step0(1);", SHOW)


def lambdas_in_a_chain(n: int) -> str:
    rows = "".join([f"let f{i} = () => {'f' + str(i - 1) + '()' if i else '1'}; " for i in range(n)])
    return _main(rows, f"let a = f{n - 1}();", SHOW)


def generic_functions(n: int) -> str:
    rows = "".join([f"T step{i}<T>(T x) => step{i + 1}(x);\n" for i in range(n)])
    return rows + f"T step{n}<T>(T x) => x;\n" + _main("let a = step0(1);", SHOW)


def constants_that_refer_forward(n: int) -> str:
    rows = "".join([f"const i64 C{i} = C{i + 1};\n" for i in range(n)])
    return rows + f"const i64 C{n} = 1;\n" + _main('PrintLine("${C0}");')


def locals(n: int) -> str:
    return _main("let x0 = 1;", *[f"let x{i + 1} = x{i};" for i in range(n)], f'PrintLine("${{x{n}}}");')


def unresolved(n: int) -> str:
    return _main(f"let a = b{'.b' * n};", SHOW)


def unresolved_uses(n: int) -> str:
    return f"use a{'.b' * n};\n" + _main('PrintLine("1");')


def unresolved_types(n: int) -> str:
    return f"i64 f(a{'.b' * n} x) => 1;\n" + _main('PrintLine("1");')


def names_of_modules(n: int) -> str:
    return f"mod a{'.b' * n};\n" + _main('PrintLine("1");')


def functions_with_loops(n: int) -> str:
    rows = "".join(
        [
            f"i64 step{i}(i64[] x) {{ i64 mut t = 0; for v in x {{ t = t + v * step{i + 1}(x); }} return t; }}\n"
            for i in range(n)
        ]
    )
    return rows + f"i64 step{n}(i64[] x) => 1;\n" + _main("let a = step0([1]);", SHOW)


def types_of_parameters(n: int) -> str:
    rows = "".join([f"type T{i} {{ i64 x, i64 M(T{i + 1} other) => 1; }}\n" for i in range(n)])
    return rows + f"type T{n} {{ i64 x }}\n" + _main("let a = T0 { x: 1 }.x;", SHOW)


def contracts_of_parameters(n: int) -> str:
    rows = "".join([f"contract C{i} {{ i64 M(C{i + 1} other); }}\n" for i in range(n)])
    return rows + f"contract C{n} {{ i64 M(); }}\n" + _main('PrintLine("1");')


def conformances_of_generic_types(n: int) -> str:
    rows = "".join([f"contract C{i}<T : C{i + 1}<T>> {{ i64 M{i}(T x); }}\n" for i in range(n)])
    return rows + f"contract C{n}<T> {{ i64 M{n}(T x); }}\n" + _main('PrintLine("1");')


def equal_enums(n: int) -> str:
    rows = "".join([f"enum E{i} {{ V(E{i + 1}[] x), None }}\n" for i in range(n)])
    return rows + f"enum E{n} {{ None }}\n" + _main("let b = E0::V([]);", 'if b == b { PrintLine("1"); }')


def printed_types(n: int) -> str:
    rows = "".join([f"type T{i} {{ T{i + 1}[] b }}\n" for i in range(n)])
    return rows + f"type T{n} {{ i64 b }}\n" + _main("let a = T0 { b: [] };", 'if "${a}".Len() > 3 { PrintLine("1"); }')


CHAINS: dict[str, Generator] = {
    generator.__name__: generator
    for generator in (
        sums, texts, conjunctions, bars, conversions, else_ifs, values_of_else_ifs, method_calls, members, fields,
        calls_of_results, indices_of_elements, alternatives, structs_of_structs, enums_of_enums, equal_structs,
        contracts_in_contracts, functions_that_call_the_next, lambdas_in_a_chain, generic_functions,
        constants_that_refer_forward, locals, unresolved, unresolved_uses, unresolved_types, names_of_modules,
        array_types, functions_with_loops, types_of_parameters, contracts_of_parameters,
        conformances_of_generic_types, equal_enums, printed_types,
    )
}  # fmt: skip
"""Constructs whose tree, or whose order of work, may be as deep as they are long."""
