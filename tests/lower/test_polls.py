"""The polls pass: where polls are, and that loops which it divides do what they did."""

from __future__ import annotations

import os

import pytest

from beskid.driver.inputs.places import Reading
from beskid.driver.inputs.project import lone_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.model import Branch, Function, Module, Poll
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.verify import verify
from beskid.lower.passes.polls import insert_polls
from beskid.lower.pipeline import PassOptions, run_passes


def lowered(text: str) -> Module:
    session = Session(lone_input("main.bd", None, text, Reading()), CompileOptions(), dict(os.environ))
    module = session.lowered()
    assert module is not None, [each.message for each in session.diagnostics]
    return module


def function_of(module: Module, name: str) -> Function:
    (found,) = [each for each in module.functions.values() if each.location.function == name]
    return found


def polls_of(body: str) -> list[str]:
    """Return `between` for each poll that runs between the chunks of a divided loop, `again` for others."""
    module = lowered(f"unit main() {{ test(); }}\n{body}")
    run_passes(module, PassOptions(verify_each=True, polls=True, stop_after="polls"))
    # `test` may be inlined.
    own = [function for function in module.functions.values() if function.location.file == "main.bd"]
    blocks = [block for function in own for block in function.blocks]
    ends = [block.terminator for block in blocks if block.label.startswith("rest")]
    between = {end.then for end in ends if isinstance(end, Branch)}
    return [
        "between" if block in between else "again"
        for block in blocks
        for step in block.instructions
        if isinstance(step, Poll)
    ]


HEAD = "unit test() { i64 mut sum = 0; let texts = [1, 2]; let many = 5000000; i64 mut n = many * many; "


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for i in range(0, n) { sum += i; }", ["between"]),
        ("for i in range(0, 5000000) { sum += i; }", ["between"]),
        ("while n > 0 { sum += n; n -= 1; }", ["between"]),
        ("while n >= 5 { sum += n; n -= 3; }", ["between"]),
        ("while n <= 1000 { sum += n; n += 3; }", []),
        ("for i in range(0, 10) { for j in range(0, 20) { sum += i * j; } }", []),
        ("for i in range(0, 5000) { for j in range(0, 5000) { sum += i * j; } }", ["again"]),
        ("for text in texts { sum += text; }", []),
        ("for i in range(0, texts.Len() - 1) { sum += texts[i]; }", []),
        ("for i in range(-9000000000, texts.Len()) { sum += i; }", ["between"]),
        ("while sum < n { sum += n; }", ["again"]),
        ("while sum <= n { sum += 1; }", ["again"]),
        ("while sum < n { if sum > 5 { sum += 1; } }", ["again"]),
        ("while sum < n { sum += 1; n += 1; }", ["again"]),
        ("while true { sum += 1; }", ["again"]),
        ('for i in range(0, n) { sum += "${i}".Len(); }', ["again"]),
        ("for i in range(0, n) { test(); }", ["again"]),
    ],
)
def test_loops_poll_as_rarely_as_they_may(loop: str, expected: list[str]) -> None:
    assert polls_of(f"{HEAD}{loop} }}") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if n > 0 { return test2(n - 1) + test2(n - 2); } return n;", 1),
        ("if n > 0 { return test2(n - 1); } return test2(0);", 2),
        ("i64 mut s = n; while true { s += test2(n - 1) + test2(n - 2); if s >= 0 { break; } } return s;", 2),
        ("i64 mut s = n; while s < 9 { s += test2(n - 1); } return s;", 1),
        ("return n;", 0),
    ],
)
def test_functions_poll_before_they_call_themselves(body: str, expected: int) -> None:
    module = lowered(f'unit main() {{ PrintLine("${{test2(1)}}"); }} i64 test2(i64 n) {{ {body} }}')
    insert_polls(module)
    found = [step for block in function_of(module, "test2").blocks for step in block.instructions]
    assert len([step for step in found if isinstance(step, Poll)]) == expected


def test_a_long_chain_of_calls_needs_no_stack() -> None:
    links = "".join(f"pub i64 link{number}(i64 n) => link{number + 1}(n) + 1; " for number in range(2000))
    module = lowered(
        f"{links}pub i64 link2000(i64 n) => n; unit main() {{ test(); }} "
        f"{HEAD}for i in range(0, n) {{ sum += link0(n); }} }}"
    )
    insert_polls(module)
    found = [step for block in function_of(module, "test").blocks for step in block.instructions]
    assert len([step for step in found if isinstance(step, Poll)]) == 1


LOOPS = """
unit up(i64 start, i64 end) { for i in range(start, end) { Print("${i} "); } PrintLine(";"); }
unit down(i64 start, i64 end) { i64 mut i = start; while i > end { Print("${i} "); i -= 1; } PrintLine(";"); }
unit small(i32 start, i32 end) { for i in range(start, end) { Print("${i} "); } PrintLine(";"); }
unit unsigned(u64 start, u64 end) { for i in range(start, end) { Print("${i} "); } PrintLine(";"); }
unit leaving(i64 end) {
    for i in range(0, end) { if i == 2 { continue; } if i == 8 { break; } Print("${i} "); }
    PrintLine(";");
}
unit nested(i64 n) {
    i64 mut left = 0;
    while left < n {
        for right in range(left, n) { Print("${left}${right} "); }
        left += 1;
    }
    PrintLine(";");
}
unit early(i64 end) {
    i64 mut i = 0;
    while true {
        Print("${i} ");
        if i < end { i += 1; } else { break; }
    }
    PrintLine(";");
}
i64 sum(i64 n) { i64 mut total = 0; for i in range(0, n) { for j in range(0, 3) { total += i * j; } } return total; }
i64 after(i64 n) { i64 mut t = 0; for i in range(0, n) { t += i; } for i in range(0, t) { t += 1; } return t; }
unit main() {
    for end in range(-4, 12) {
        up(-2, end); down(end, -3); leaving(end); nested(end); early(end);
        PrintLine("${sum(end)} ${after(end)}");
    }
    up(9223372036854775800, 9223372036854775807); down(-9223372036854775800, -9223372036854775807);
    small(2147483640, 2147483647); unsigned(18446744073709551608, 18446744073709551615); unsigned(5, 3);
    up(9223372036854775807, -9223372036854775807);
}
"""


def output_of(module: Module) -> str:
    host = MemoryHost()
    assert run_module(module, host, (), RunOptions()) == 0
    return host.stdout.decode()


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_divided_loops_do_what_they_did(chunk: int) -> None:
    module = lowered(LOOPS)
    expected = output_of(module)
    divided = lowered(LOOPS)
    insert_polls(divided, chunk, divides_all=True)
    assert verify(divided, False, True) == []
    assert output_of(divided) == expected
    names = [block.label for function in divided.functions.values() for block in function.blocks]
    assert len([name for name in names if name.startswith("chunk.far")]) >= 8


def test_a_loop_that_does_more_than_compare_at_its_beginning_is_not_divided() -> None:
    divided = lowered(LOOPS)
    expected = output_of(divided)
    early = function_of(divided, "early")
    blocks = {block.label: block for block in early.blocks}
    for first, second in (("while", "while.body"), ("then", "endif")):
        blocks[first].instructions += blocks[second].instructions
        blocks[first].terminator = blocks[second].terminator
        early.blocks.remove(blocks[second])
    insert_polls(divided, 2, divides_all=True)
    assert verify(divided, False, True) == []
    assert output_of(divided) == expected
